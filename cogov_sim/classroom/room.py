"""One class: a session, the pages that look at it, and what the teacher asks for; months pass in a thread of their own."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, Protocol

from cogov_sim.agents.explain import PARTS, Reason
from cogov_sim.classroom import frames, messages
from cogov_sim.classroom.session import SLIDERS, Session, Setup
from cogov_sim.classroom.worker import Worker
from cogov_sim.language import Text, UserError
from cogov_sim.report.institutions import about
from cogov_sim.scenario import Scenario, available
from cogov_sim.scenario.institution import institution_classes

A_SECOND, AT_ONCE = 10.0, 20.0  # messages that a page may send
MOST_PAGES, MOST_OF_AN_ADDRESS = 64, 4
FRAMES_WAITING = 2  # of a page that is slow; older ones are dropped, and can be asked for
TEACHERS = (
    messages.Play, messages.Pause, messages.Step, messages.Branch, messages.Switch, messages.Reset,
)  # fmt: skip
COMPILING = Text("compiling the residents' rules, once; about a minute", "正在编译居民规则，只需一次，约一分钟")
BEGINNING = Text("three years under the government, in both worlds", "两个世界先在政府包办下度过三年")


class Connection(Protocol):
    """What carries messages to one page."""

    async def send_text(self, text: str) -> None:
        """Send words."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a frame."""


class Page:
    """One page that looks on.

    Attributes:
        teacher: whether it has shown the teacher's token.
    """

    def __init__(self, connection: Connection, address: str) -> None:
        self.address = address
        self.teacher = False
        self._connection = connection
        self._words: deque[str] = deque()
        self._frames: deque[bytes] = deque(maxlen=FRAMES_WAITING)
        self._past: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._allowance, self._since = AT_ONCE, time.monotonic()

    def may_ask(self) -> bool:
        """Whether it may send one message more now."""
        now = time.monotonic()
        self._allowance = min(AT_ONCE, self._allowance + A_SECOND * (now - self._since))
        self._since = now
        if self._allowance < 1.0:
            return False
        self._allowance -= 1.0
        return True

    def tell(self, kind: str, **content: Any) -> None:
        """Put words into what is to be sent."""
        self._words.append(json.dumps({"type": kind, **content}, ensure_ascii=False, separators=(",", ":")))
        self._news.set()

    def show(self, frame: bytes) -> None:
        """Put a frame into what is to be sent; where too many wait the oldest goes."""
        self._frames.append(frame)
        self._news.set()

    def catch_up(self, frames: Sequence[bytes]) -> None:
        """Put all months so far into what is to be sent, in place of any that wait."""
        self._frames.clear()
        self._past = deque(frames)
        self._news.set()

    async def send_all(self) -> None:
        """Send what there is, for ever: words first, then months in their order."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._words or self._past or self._frames:
                if self._words:
                    await self._connection.send_text(self._words.popleft())
                else:
                    await self._connection.send_bytes((self._past or self._frames).popleft())


class Room:
    """One session and everybody who looks at it.

    Attributes:
        setup: what to begin with.
        session: None until the rules are compiled and the first society is there.
        status: what is being done until then.
        token: the teacher's.
    """

    def __init__(self, setup: Setup, token: str, prepare: Callable[[], Any]) -> None:
        self.setup, self.token = setup, token
        self.session: Session | None = None
        self.status: Text = COMPILING
        self._prepare = prepare
        self._pages: list[Page] = []
        self._worker = Worker()
        self._speed: float | None = None
        self._until: int | None = None
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # -- life ----------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Begin: compile what is missing, make the first society, let months pass when somebody plays."""
        self._tasks = [asyncio.create_task(self._begin()), asyncio.create_task(self._pass_months())]

    async def close(self) -> None:
        """End all that is under way; a month that is being simulated is not waited for."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _begin(self) -> None:
        await self._run(self._prepare)
        await self._reset(self.setup)

    async def _run(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do something with the models, in their thread."""
        return await asyncio.wrap_future(self._worker.do(work, *args))

    async def _reset(self, setup: Setup) -> None:
        """Another society; the old one stays until the new one is there."""
        self._speed = None
        self._announce(BEGINNING)
        self.session = await self._run(Session, setup)
        self.setup = setup
        for page in self._pages:
            self._introduce(page)

    async def _pass_months(self) -> None:
        """Months pass while somebody plays."""
        due = time.monotonic()
        while True:
            if self._speed is None or self.session is None:
                await self._wake.wait()
                self._wake.clear()
                due = time.monotonic()
                continue
            await self._step()
            due = max(due + 1.0 / self._speed, time.monotonic()) if self._speed else due
            if self._until is not None and self.session.month >= self._until:
                self._stop()
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _stop(self) -> None:
        self._speed = self._until = None
        self._broadcast("paused", month=0 if self.session is None else self.session.month)

    async def _step(self) -> None:
        assert self.session is not None
        try:
            frame = await self._run(self.session.step)
        except UserError as error:
            self._stop()
            self._broadcast("error", en=error.text.en, zh=error.text.zh)
            return
        for page in self._pages:
            page.show(frame)

    # -- pages -----------------------------------------------------------------------------------------------------------

    def welcome(self, connection: Connection, address: str) -> Page | None:
        """A page comes; None where there are too many, or too many of one address."""
        of_address = sum(page.address == address for page in self._pages)
        if len(self._pages) >= MOST_PAGES or of_address >= MOST_OF_AN_ADDRESS:
            return None
        page = Page(connection, address)
        self._pages.append(page)
        if self.session is None:
            page.tell("status", en=self.status.en, zh=self.status.zh)
        else:
            self._introduce(page)
        return page

    def leave(self, page: Page) -> None:
        """A page goes."""
        if page in self._pages:
            self._pages.remove(page)

    def _announce(self, status: Text) -> None:
        self.status = status
        self._broadcast("status", en=status.en, zh=status.zh)

    def _broadcast(self, kind: str, **content: Any) -> None:
        for page in self._pages:
            page.tell(kind, **content)

    def _introduce(self, page: Page) -> None:
        """Tell a page what there is to see, and show all months so far."""
        assert self.session is not None
        page.tell("session", **described(self.session), teacher=page.teacher)
        page.catch_up(self.session.frames)

    # -- commands --------------------------------------------------------------------------------------------------------

    async def answer(self, page: Page, message: str | bytes) -> None:
        """Do what a page asks, or say why not; whatever is wrong with it, the session goes on as it was."""
        try:
            if not page.may_ask():
                raise UserError("too many messages; wait a moment", "消息过多，请稍候")
            await self._do(page, messages.read(message))
        except UserError as error:
            page.tell("error", en=error.text.en, zh=error.text.zh)

    async def _do(self, page: Page, command: messages.Command) -> None:
        if isinstance(command, messages.Hello):
            page.teacher = hmac.compare_digest(command.token.encode(), self.token.encode())
            page.tell("welcome", teacher=page.teacher)
            return
        if isinstance(command, TEACHERS) and not page.teacher:
            raise UserError("only the teacher can do that", "只有教师可以这样操作")
        session = self.session
        if session is None:
            raise UserError(f"not yet: {self.status.en}", f"请稍候：{self.status.zh}")
        if isinstance(command, messages.Play):
            self._speed, self._until = command.speed, command.until
            self._wake.set()
        elif isinstance(command, messages.Pause):
            self._stop()
        elif isinstance(command, messages.Step):
            self._speed = None
            await self._step()
        elif isinstance(command, messages.Frame):
            if command.month > session.month:
                raise UserError(f"month {command.month} has not been simulated", f"第 {command.month} 个月尚未模拟")
            page.show(session.frames[command.month])
        elif isinstance(command, messages.Why):
            page.tell("why", **await self._run(reasons, session, command.resident))
        else:
            await self._change(session, command)

    async def _change(self, session: Session, command: messages.Command) -> None:
        """What makes the session another: a switch, a way back, a new beginning."""
        if isinstance(command, messages.Reset):
            await self._reset(Setup(command.seed, command.residents, command.a, command.b, dict(command.people)))
            return
        if isinstance(command, messages.Branch):
            self._speed = None
            await self._run(session.branch, command.month)
        elif isinstance(command, messages.Switch):
            world, key = command.world, command.institution
            await self._run(lambda: session.change(world, key, on=command.on, strength=command.strength))
        self.setup = session.setup
        self._broadcast("changed", month=session.month, **changes(session))


def described(session: Session) -> dict[str, Any]:
    """All that a page must know of a session before it can draw its frames."""
    setup = session.setup
    return {
        "seed": setup.seed, "a": setup.a, "b": setup.b, "people": dict(setup.people), "month": session.month,
        "sliders": {key: list(ends) for key, ends in SLIDERS.items()}, "layout": frames.layout(session.models[0]),
        "titles": [asdict(model.scenario.title_text) for model in session.models], "scenarios": scenarios(), "registry": registry(),
        "usual": {key: usual(key) for key in SLIDERS},
        "measures": frames.measure_texts(), "parts": {name: asdict(text) for name, text in PARTS.items()}, **changes(session),
    }  # fmt: skip


@cache
def scenarios() -> list[dict[str, Any]]:
    """Ready worlds that a lesson can begin with: those that begin everywhere at once."""
    found = []
    for name, title in available():
        if not Scenario.load(name).rollout.pilot_districts:
            found.append({"id": name, "title": asdict(title)})
    return found


@cache
def registry() -> list[dict[str, Any]]:
    """Every institution that there is, in the order of its pillar: what it is, costs, and how it can fail."""
    found = []
    for key, one in institution_classes().items():
        defaults = one.Settings()
        price = Text(
            f"{defaults.cost:g} yuan and {defaults.hours:g} committee hours per 1,000 residents and month.",
            f"每千居民每月 {defaults.cost:g} 元、居委会工时 {defaults.hours:g} 小时。",
        )
        zh, en = about(one)
        found.append({
            "id": key, "text": asdict(one.text), "pillar": asdict(one.pillar), "about": {"zh": zh, "en": en}, "price": asdict(price),
            "can_fail": asdict(one.can_fail),
        })  # fmt: skip
    return found


def usual(key: str) -> float:
    """What a constant of people is where no slider was moved."""
    section, name = key.split(".")
    return float(getattr(getattr(Scenario(), section), name))


def changes(session: Session) -> dict[str, Any]:
    """What was switched when, and which institutions each world has from the next month on, with their strength."""
    return {
        "changes": [
            {"world": world, "month": change.month, "en": change.text.en, "zh": change.text.zh} for world, change in session.setup.changes
        ],
        "institutions": [
            {key: settings.strength for key, settings in model.scenario.institutions_in(session.month + 1).items()} for model in session.models
        ],
    }  # fmt: skip


def reasons(session: Session, resident: int) -> dict[str, Any]:
    """Why a resident gave last month, or did not, in both worlds.

    Raises:
        UserError: there is no such resident.
    """
    if resident >= session.setup.residents:
        raise UserError(
            f"resident {resident}: there are 0 to {session.setup.residents - 1}",
            f"居民 {resident}：编号为 0 至 {session.setup.residents - 1}",
        )
    return {
        "resident": resident, "month": session.month,
        "worlds": [[_told(one) for one in model.explain(resident) if one.month == session.month] for model in session.models],
    }  # fmt: skip


def _told(reason: Reason) -> dict[str, Any]:
    return {
        "matter": reason.matter, "service": reason.service, "outcome": reason.outcome, "share": reason.share, "fair": reason.fair,
        "parts": dict(reason.parts), "en": reason.text.en, "zh": reason.text.zh,
    }  # fmt: skip
