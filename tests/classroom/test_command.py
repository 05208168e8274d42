"""``cogov classroom`` as a teacher starts it (checks 1, 2 and 28 of the design, without a browser)."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("compiled")


@contextmanager
def _started(port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A class of 900 that was begun on the command line, and the address that it printed."""
    command = [
        sys.executable,
        "-m",
        "cogov_sim",
        "--lang",
        "en",
        "classroom",
        "--no-browser",
        "--residents",
        "900",
        "--port",
        str(port),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def _page(address: str) -> Any:
    host, port = re.match(r"http://([\d.]+):(\d+)/", address).groups()  # type: ignore[union-attr]
    line = http.client.HTTPConnection(host, int(port), timeout=10)
    line.request("GET", "/")
    return line.getresponse()


def test_it_starts_soon_and_ctrl_c_ends_it() -> None:
    """The page within 10 s (the limit of the design); the end within 2 s, exit code 0."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.monotonic()
    with _started(port) as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#lang=en&key=[\w-]{20,}", address)
        assert _page(address).status == 200
        assert time.monotonic() - start < 10
        end = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0 and time.monotonic() - end < 2


def test_a_port_that_is_taken_is_no_trouble() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with _started(port) as (process, address):
            assert process.stderr is not None
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=10) == 0
            assert f":{port}/" not in address and f"port {port} is taken" in process.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--port", "0"], ["--port 0", "1 to 65535"]),
        (["--port", "70000"], ["70000", "65535"]),
        (["--residents", "10"], ["10", "900 to 10,000"]),
        (["--left", "nowhere"], ["nowhere"]),
        (["--right", "xiamen", "--seed", "-1"], ["-1"]),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(cogov: Any, arguments: list[str], named: list[str]) -> None:
    code, out, err = cogov("--lang", "en", "classroom", "--no-browser", *arguments)
    assert code == 2 and out == "" and err.count("\n") == 1 and all(word in err for word in named), err


def test_without_the_extra_it_says_what_to_install(cogov: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogov_sim.commands.classroom.find_spec", lambda name: None)
    code, _, err = cogov("--lang", "en", "classroom")
    assert code == 2 and err.count("\n") == 1 and "pip install 'cogov_sim[classroom]'" in err


def test_prepare_compiles_and_says_so(cogov: Any) -> None:
    code, _, err = cogov("--lang", "zh", "classroom", "--prepare")
    assert code == 0 and "准备完毕" in err
