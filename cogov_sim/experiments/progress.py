"""Progress for people: a bar on a terminal, a plain line every tenth of the way otherwise."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

from cogov_sim.language import Text
from cogov_sim.terminal import console, say

RUNS = Text("runs", "运行")


class Progress:
    """Counts what is finished (``what``: runs, months) and says how far things are, on standard error.

    Use as a context manager; ``advance`` after every finished run.
    """

    def __init__(self, total: int, *, show: bool = True, what: Text = RUNS) -> None:
        self.total = total
        self.finished = 0
        self._what = what
        self._show = show and total > 0
        self._start = time.monotonic()
        self._bar: Any = None
        self._tenth = 0

    def __enter__(self) -> Progress:
        if self._show:
            shown = console(stderr=True)
            if shown.is_terminal:
                self._bar = _bar(shown)
                self._bar.start()
                self._task = self._bar.add_task(str(self._what), total=self.total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self) -> None:
        """One more is finished."""
        self.finished += 1
        if self._bar is not None:
            self._bar.advance(self._task)
        elif self._show and self.finished * 10 // self.total > self._tenth:
            self._tenth = self.finished * 10 // self.total
            self._line()

    def _line(self) -> None:
        elapsed = time.monotonic() - self._start
        left = elapsed / self.finished * (self.total - self.finished)
        count = f"{self.finished}/{self.total}"
        text = Text(
            f"{count} {self._what.en}, {_clock(elapsed)} elapsed, about {_clock(left)} left",
            f"{self._what.zh} {count}，用时 {_clock(elapsed)}，约剩 {_clock(left)}",
        )
        say(text)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _bar(console: Any) -> Any:
    from rich import progress  # noqa: PLC0415

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        console=console,
    )
