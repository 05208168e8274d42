"""Rows of checks from paired runs: samples by seed, what they are about, and whether they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cogov_sim.checks import NOTHING, Check, Kind, Verdict, interval
from cogov_sim.language import Text

Sample = NDArray[np.float64]
Judge = Callable[[float, float, float], bool]
"""Says from mean, low and high whether a row holds."""


class About(NamedTuple):
    """What a row is about: the first five entries of a ``Check``."""

    id: str
    what: Text
    target: Text
    source: str
    kind: Kind


def row(about: About, sample: Iterable[float], unit: str, judge: Judge | None, note: Text = NOTHING) -> Check:
    """A row with mean and 95 % interval of a sample over seeds.

    Args:
        about: what it is about.
        sample: one number a seed.
        unit: of the numbers.
        judge: whether it holds; None: it is reported only.
        note: what a reader should know beside it.
    """
    values = np.asarray(list(sample), float)
    mean, low, high = interval(values)
    verdict: Verdict = "reported" if judge is None else "pass" if judge(mean, low, high) else "fail"
    return Check(*about, mean, low, high, unit, verdict, seeds=int(np.isfinite(values).sum()), note=note)


def counted(about: About, count: float, unit: str, seeds: int, holds: bool | None, note: Text) -> Check:
    """A row about one number without an interval; ``holds`` is None where it is reported only."""
    verdict: Verdict = "reported" if holds is None else "pass" if holds else "fail"
    return Check(*about, count, float("nan"), float("nan"), unit, verdict, seeds=seeds, note=note)


def above(mean: float, low: float, high: float) -> bool:
    """Surely more than nothing."""
    return low > 0.0


def below(mean: float, low: float, high: float) -> bool:
    """Surely less than nothing."""
    return high < 0.0


def number(value: float) -> str:
    """A difference in words."""
    return f"{value:+.3g}"


class Field:
    """Runs of many worlds, seed by seed.

    Attributes:
        seeds: how many.
    """

    def __init__(self, comparison: Any) -> None:
        self.seeds = len(comparison.seeds)
        self._late = comparison.by_seed()
        self._sums = comparison.runs.groupby(["scenario", "seed"], sort=False).sum(numeric_only=True, min_count=1)
        self._months = comparison.runs.groupby(["scenario", "seed"], sort=False)["month"].count()

    def late(self, world: str, measure: str) -> Sample:
        """A measure's mean over the last 12 months, by seed."""
        return np.asarray(self._late.loc[world, measure], float)

    def whole(self, world: str, measure: str) -> Sample:
        """A measure's mean over all months, by seed; a month without a value counts nothing."""
        return np.asarray(self._sums.loc[world, measure] / self._months.loc[world], float)

    def total(self, world: str, column: str) -> Sample:
        """A column's sum over the whole run, by seed."""
        return np.asarray(self._sums.loc[world, column], float)

    def effect(self, world: str, base: str, measure: str) -> Sample:
        """``late`` of a world minus that of another, by seed."""
        return self.late(world, measure) - self.late(base, measure)

    def d(self, world: str, base: str, measure: str) -> Sample:
        """``effect`` in standard deviations between residents of the base world, by seed."""
        return self.effect(world, base, measure) / self.late(base, f"{measure}_sd")
