"""Effects of treatments over seeds, and the rows that say whether they are what people showed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cogov_sim.checks import NOTHING, Check, Kind, interval, joined
from cogov_sim.lab.public_goods import public_goods
from cogov_sim.language import Text

ENOUGH = 0.95
"""Share of seeds that a hard row needs."""


class Target(NamedTuple):
    """What a row is about: the first four entries of a ``Check``."""

    id: str
    what: Text
    target: Text
    source: str


class Games:
    """Public-goods games of several seeds, each played once however many rows ask for it.

    A control and a treatment of the same seed have the same people and the same luck.
    """

    def __init__(self, seeds: int) -> None:
        self.seeds = range(1, seeds + 1)
        self._played: dict[Any, NDArray[np.float64]] = {}

    def outcomes(self, **settings: Any) -> NDArray[np.float64]:
        """Per seed: mean contribution in tokens, and its standard deviation between persons, float64 (seeds, 2).

        Args:
            settings: as for ``public_goods``. Deviations are of each person's mean over the periods.
        """
        name = tuple(sorted(settings.items()))
        if name not in self._played:
            self._played[name] = np.array([_outcome(seed, settings) for seed in self.seeds])
        return self._played[name]

    def effect(self, treatment: dict[str, Any], **common: Any) -> NDArray[np.float64]:
        """Per seed: tokens that ``treatment`` adds to the mean contribution, float64 (seeds,)."""
        return self.outcomes(**common, **treatment)[:, 0] - self.outcomes(**common)[:, 0]

    def cohens_d(self, treatment: dict[str, Any], **common: Any) -> NDArray[np.float64]:
        """Per seed: the same in standard deviations between persons, pooled over both arms."""
        spread = [self.outcomes(**common, **extra)[:, 1] for extra in (treatment, {})]
        return self.effect(treatment, **common) / np.sqrt((spread[0] ** 2 + spread[1] ** 2) / 2.0)


def _outcome(seed: int, settings: dict[str, Any]) -> tuple[float, float]:
    frame = public_goods(rng=seed, **settings)
    person = frame["member"].to_numpy()
    means = np.bincount(person, frame["contribution"]) / np.bincount(person)
    return float(means.mean()), float(means.std(ddof=1))


def signed(
    target: Target, effects: NDArray[np.float64], unit: str, note: Text = NOTHING, *, sign: int = 1, kind: Kind = "hard"
) -> Check:  # fmt: skip
    """A hard row (or null test) that holds if the effect has ``sign`` (1 or -1) in at least 95 % of the seeds."""
    right, n = int(np.sum(sign * effects > 0.0)), len(effects)
    side = Text("above", "大于") if sign > 0 else Text("below", "小于")
    said = Text(f"{side.en} zero in {right} of {n} seeds", f"{n} 个种子中 {right} 个{side.zh}零")
    return _row(target, effects, unit, right >= ENOUGH * n, joined(said, note), kind=kind)


def ranged(
    target: Target, values: NDArray[np.float64], low: float, high: float, unit: str, note: Text = NOTHING
) -> Check:  # fmt: skip
    """A hard row that holds if at least 95 % of the seeds lie within [low, high]."""
    inside = int(np.sum((values >= low) & (values <= high)))
    said = Text(f"within the range in {inside} of {len(values)} seeds", f"{len(values)} 个种子中 {inside} 个在范围内")
    return _row(target, values, unit, inside >= ENOUGH * len(values), joined(said, note))


def soft(
    target: Target, values: NDArray[np.float64], low: float, high: float, unit: str, note: Text = NOTHING
) -> Check:  # fmt: skip
    """A soft row: the distance of the mean from [low, high]."""
    mean, lowest, highest = interval(values)
    distance = max(0.0, low - mean, mean - high)
    return Check(*target, "soft", mean, lowest, highest, unit, "distance" if distance > 0.0 else "pass",
                 distance=distance, seeds=len(values), note=note)  # fmt: skip


def nothing(target: Target, effects: NDArray[np.float64], unit: str, note: Text = NOTHING) -> Check:
    """A hard row that holds if the effect cannot be told from zero: its 95 % interval holds zero."""
    _, low, high = interval(effects)
    return _row(target, effects, unit, not (low > 0.0 or high < 0.0), note)


def exact(target: Target, value: float, low: float, high: float, unit: str, note: Text = NOTHING) -> Check:
    """A hard row on a form, where no luck enters: holds if ``value`` lies within [low, high]."""
    return _row(target, np.array([value]), unit, low <= value <= high, note, seeds=0)


def _row(
    target: Target, values: NDArray[np.float64], unit: str, holds: bool, note: Text, seeds: int | None = None, kind: Kind = "hard"
) -> Check:  # fmt: skip
    return Check(*target, kind, *interval(values), unit, "pass" if holds else "fail",
                 seeds=len(values) if seeds is None else seeds, note=note)  # fmt: skip
