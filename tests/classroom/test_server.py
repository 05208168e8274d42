"""The server without a browser: who gets in, what is refused, and that nothing that comes over the wire changes anything it must not
(checks 24, 25 and 28 of the design, and parts of 5 and 7).
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import random
import socket
import string
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from cogov_sim.classroom import (
    frames,
    messages,
    server,
)
from cogov_sim.classroom.room import Room
from cogov_sim.classroom.session import Setup
from cogov_sim.language import UserError

pytestmark = pytest.mark.usefixtures("compiled")

PEOPLE = 900
TOKEN = "the-teachers-token"


class Running:
    """A server in a thread of its own."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.room: Room | None = None
        self.server: Any = None
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        while not (self.server is not None and self.server.started):
            time.sleep(0.01)

    def _serve(self) -> None:
        async def main() -> None:
            self.room = Room(Setup(residents=PEOPLE), TOKEN, lambda: None)
            app = server.make_app(self.room, server.allowed_hosts(self.port))
            self.server = uvicorn.Server(
                uvicorn.Config(app, port=self.port, log_level="warning", ws="websockets-sansio", ws_max_size=4096)
            )
            await self.server.serve()

        asyncio.run(main())

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def get(self, path: str = "/", **headers: str) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.putrequest("GET", path, skip_host="Host" in headers)
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders()
        return line.getresponse()

    @contextlib.contextmanager
    def talk(self, *, teacher: bool = True, origin: str | None = None) -> Iterator[Any]:
        address, sent = f"ws://{self.host}/ws", origin or f"http://{self.host}"
        with connect(address, origin=sent, max_size=None, proxy=None, open_timeout=20) as line:  # type: ignore[arg-type]
            if teacher:
                say(line, do="hello", token=TOKEN)
            yield line


def say(line: Any, **content: Any) -> None:
    line.send(json.dumps(content))


def hear(line: Any, kind: str, timeout: float = 60.0) -> Any:
    """The next message of a kind; "frame" for one of bytes."""
    end = time.monotonic() + timeout
    while True:
        message = line.recv(timeout=max(0.01, end - time.monotonic()))
        if isinstance(message, bytes):
            if kind == "frame":
                return message
        elif (told := json.loads(message))["type"] == kind:
            return told


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    found = Running()
    yield found
    found.server.should_exit = True
    found.thread.join(5)
    assert not found.thread.is_alive()


def test_a_class_sees_months_pass(running: Running) -> None:
    with running.talk() as line:
        told = hear(line, "session")
        assert told["layout"]["residents"] == PEOPLE and set(told["measures"]) == set(frames.MEASURES)
        before, _ = frames.opened(hear(line, "frame"), PEOPLE)
        say(line, do="step")
        after, _ = frames.opened(hear(line, "frame"), PEOPLE)
        assert after["month"] == before["month"] + 1
        say(line, do="play", speed=60, until=after["month"] + 5)
        assert hear(line, "paused")["month"] == after["month"] + 5
        say(line, do="switch", world="b", institution="charter", on=False)
        changed = hear(line, "changed")
        assert changed["changes"][-1]["month"] == after["month"] + 6 and "charter" not in changed["institutions"][1]
        say(line, do="branch", month=after["month"])
        assert hear(line, "changed")["changes"] == []
        say(line, do="why", resident=3)
        assert len(hear(line, "why")["worlds"]) == 2
        say(line, do="frame", month=0)
        assert frames.opened(hear(line, "frame"), PEOPLE)[0]["month"] == 0


def test_check_25_strangers_are_refused(running: Running) -> None:
    assert running.get().status == 200 and running.get(Origin=f"http://{running.host}").status == 200
    assert running.get(Host=f"localhost:{running.port}").status == 200
    for headers in ({"Host": "evil.example"}, {"Host": f"evil.example:{running.port}"}, {"Origin": "http://evil.example"},
                    {"Origin": "null"}, {"Host": f"127.0.0.1:{running.port + 1}"}):  # fmt: skip
        assert running.get(**headers).status == 403, headers
    for origin in ("http://evil.example", "null", f"https://{running.host}"):
        with pytest.raises((InvalidStatus, ConnectionClosed)), running.talk(origin=origin, teacher=False) as line:
            line.recv(timeout=5)


def test_only_the_teacher_drives(running: Running) -> None:
    with running.talk(teacher=False) as line:
        hear(line, "session")
        say(line, do="hello", token="wrong")
        assert hear(line, "welcome")["teacher"] is False
        for command in ({"do": "step"}, {"do": "play", "speed": 1}, {"do": "branch", "month": 0},
                        {"do": "switch", "world": "a", "institution": "charter"}):  # fmt: skip
            say(line, **command)
            assert "teacher" in hear(line, "error")["en"]


def test_every_answer_says_what_a_page_may_load(running: Running) -> None:
    for path in ("/", "/nothing.html", "/..%2f..%2fetc%2fpasswd", "/static/index.html"):
        answer = running.get(path)
        assert "default-src 'self'" in (answer.getheader("Content-Security-Policy") or "")
        assert answer.getheader("Set-Cookie") is None and answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.status == (200 if path == "/" else 404)


def test_too_many_pages_of_one_address_are_turned_away(running: Running) -> None:
    with contextlib.ExitStack() as lines:
        for _ in range(4):
            hear(lines.enter_context(running.talk(teacher=False)), "session")
        with running.talk(teacher=False) as one_more, pytest.raises(ConnectionClosed):
            one_more.recv(timeout=5)


def test_too_many_messages_are_said_and_the_page_stays(running: Running) -> None:
    with running.talk() as line:
        hear(line, "session")
        for _ in range(60):
            say(line, do="pause")
        assert "too many" in hear(line, "error")["en"]
        time.sleep(1.0)
        say(line, do="why", resident=1)
        assert hear(line, "why")["resident"] == 1


def test_a_message_that_is_too_long_ends_that_page_only(running: Running) -> None:
    with running.talk() as line:
        hear(line, "session")
        with pytest.raises(ConnectionClosed):
            line.send("x" * 100_000)
            hear(line, "nothing", 5)
    with running.talk() as line:
        assert hear(line, "session")


ODD = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)  # fmt: skip


@settings(max_examples=2000)
@given(st.text() | st.binary() | ODD.map(json.dumps) | st.fixed_dictionaries({"do": st.sampled_from(["play", "step", "branch", "switch", "reset", "why", "hello", "frame"])}, optional={"month": ODD, "speed": ODD, "world": ODD, "institution": ODD, "resident": ODD, "token": ODD}).map(json.dumps))  # fmt: skip
def test_check_24_what_is_no_command_is_refused_and_nothing_else_happens(message: str | bytes) -> None:
    try:
        command = messages.read(message)
    except UserError as error:
        assert error.text.en and error.text.zh
    else:
        assert isinstance(command, messages.Command)


def test_check_24_rubbish_over_the_wire_leaves_the_session_as_it_was(running: Running) -> None:
    assert running.room is not None
    luck = random.Random(1)
    with running.talk() as line:
        hear(line, "session")
        hear(line, "welcome")
        session = running.room.session
        assert session is not None
        before = len(session.frames), session.setup
        for _ in range(40):
            line.send("".join(luck.choices(string.printable, k=luck.randint(0, 200))))
            time.sleep(0.11)
        line.send(b"\x00\xff" * 100)
        say(line, do="why", resident=9999)
        time.sleep(0.5)
        say(line, do="why", resident=2)
        assert hear(line, "why")["resident"] == 2
    assert (len(session.frames), session.setup) == before and running.room.session is session
