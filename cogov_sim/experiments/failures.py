"""Runs that came to nothing: what is kept of them, what is said of them."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cogov_sim.language import Text, UserError, cut, plain

#: How many failed runs are named; more are counted.
NAMED = 10
LONGEST = 300
#: In a comparison's folder: every failed run with all that is known of it, for bug reports.
FILE = "failures.txt"


@dataclass(frozen=True)
class Fault:
    """Why a run came to nothing; travels back from a worker instead of its measures.

    Attributes:
        message: one sentence.
        trace: where it happened, for bug reports; empty where the message says it all.
    """

    message: Text
    trace: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Fault:
        """The fault that an exception is; its frames are let go, since they may hold a whole society."""
        trace = "".join(traceback.format_exception(error))
        if isinstance(error, UserError):
            return cls(Text(_line(error.text.en), _line(error.text.zh)), trace)
        name, said = type(error).__name__, _line(str(error))
        if isinstance(error, MemoryError):
            text = Text(
                "there was not enough memory; use fewer --workers or fewer --residents",
                "内存不足；请减少 --workers 或 --residents",
            )
            return cls(text, trace)
        return cls(Text(f"{name}: {said}" if said else name, f"{name}：{said}" if said else name), trace)


@dataclass(frozen=True)
class Failure:
    """A run that came to nothing.

    Attributes:
        world: name of the world; where a design has cells, with its cell.
        seed, months: of the run.
        message: why, in one sentence.
        trace: where it happened, for bug reports.
    """

    world: str
    seed: int
    months: int
    message: Text
    trace: str = ""

    @property
    def text(self) -> Text:
        """World, seed and reason on one line."""
        world = _line(self.world)
        return Text(f"{world}, seed {self.seed}: {self.message.en}", f"{world}，种子 {self.seed}：{self.message.zh}")

    def report(self) -> str:
        """All that is known of it."""
        said = "\n".join(dict.fromkeys([self.text.en, self.text.zh]))
        return f"{said}\nmonths: {self.months}\n\n{self.trace}".rstrip() + "\n"


class RunsFailed(UserError):
    """Every run failed, so there is nothing to say; exit code 1, for the input may well be right."""

    exit_code = 1


def summary(failures: Sequence[Failure], runs: int, folder: Path | None) -> list[Text]:
    """What is said at the end of a batch in which runs failed, line by line.

    Args:
        failures: the runs that failed.
        runs: how many there were to do or already done.
        folder: where finished runs are kept.
    """
    lines = [Text(f"failed: {f.text.en}", f"失败：{f.text.zh}") for f in failures[:NAMED]]
    if len(failures) > NAMED:
        more = len(failures) - NAMED
        lines.append(Text(f"failed: {more} more", f"失败：另有 {more} 次"))
    return [*lines, _end(len(failures), runs, folder)]


def all_failed(failures: Sequence[Failure], folder: Path | None) -> RunsFailed:
    """The error where no run is complete."""
    count, first = len(failures), failures[0].text
    where = Text("", "") if folder is None else Text(f"; details in {folder / FILE}", f"；详情见 {folder / FILE}")
    return RunsFailed(
        f"all {count} runs failed, the first of them {first.en}{where.en}",
        f"全部 {count} 次运行均失败，首先是 {first.zh}{where.zh}",
    )


def _end(count: int, runs: int, folder: Path | None) -> Text:
    said = Text(
        f"{count} of {runs} runs failed and are left out of all results",
        f"{runs} 次运行中有 {count} 次失败，不计入任何结果",
    )
    if folder is None:
        return said
    return Text(
        f"{said.en}; details in {folder / FILE}; the same command does only these again",
        f"{said.zh}；详情见 {folder / FILE}；用同一条命令只会重做这些运行",
    )


def _line(text: str) -> str:
    """A text on one line, cut where it is long, without codes that a terminal would obey."""
    return cut(plain(" ".join(text.split())), LONGEST)
