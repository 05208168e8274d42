"""The shapes that formulas of measures take: from sums per community, from the whole society, from the past."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.kernels import YEAR
from cogov_sim.commons.state import Commons

TWO_YEARS = 24
GINI_SAMPLE = 50_000
Values = NDArray[np.float64]
Sums = dict[str, Values]


class OfSums(ABC):
    """A formula over sums, the same for communities, community types and the whole society."""

    @abstractmethod
    def __call__(self, sums: Sums) -> Values:
        """The measure of each of the groups that the sums are of; NaN where nothing was there to measure."""


@dataclass(frozen=True)
class Ratio(OfSums):
    """``factor`` x sum ``top`` / sum ``bottom``."""

    top: str
    bottom: str
    factor: float = 1.0

    def __call__(self, sums: Sums) -> Values:
        """NaN where ``bottom`` is 0."""
        return _divide(self.factor * sums[self.top], sums[self.bottom])


@dataclass(frozen=True)
class Spread(OfSums):
    """Standard deviation over residents, from the sums of ``what`` and of its squares."""

    what: str

    def __call__(self, sums: Sums) -> Values:
        """As for all formulas."""
        mean, square = (_divide(sums[name], sums["residents"]) for name in (self.what, f"{self.what}_squared"))
        return np.asarray(np.sqrt(np.maximum(0.0, square - mean**2)))


@dataclass(frozen=True)
class Excess(OfSums):
    """Share of a group among those who came to meetings minus its share among those who live where they were held."""

    group: str

    def __call__(self, sums: Sums) -> Values:
        """As for all formulas."""
        present = _divide(sums[f"met_came_{self.group}"], sums["met_came"])
        return np.asarray(present - _divide(sums[f"met_{self.group}"], sums["met_residents"]))


class Mean(OfSums):
    """Mean of several formulas."""

    def __init__(self, *parts: OfSums) -> None:
        self.parts = parts

    def __call__(self, sums: Sums) -> Values:
        """As for all formulas."""
        return np.asarray(np.mean([part(sums) for part in self.parts], axis=0))


@dataclass(frozen=True)
class Whole:
    """A formula over the commons, for the whole society only."""

    of: Callable[[Commons], float]


@dataclass(frozen=True)
class Past:
    """A formula over what the measures ``names`` were month by month, each (months, groups)."""

    of: Callable[..., Values]
    names: tuple[str, ...]


Formula = OfSums | Whole | Past


def _divide(top: Values, bottom: Values) -> Values:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom != 0)


def gini_of_effort(commons: Commons) -> float:
    """Gini coefficient of residents' effort of about the past year."""
    return gini(commons.residents.columns.effort)


def voices_of_top_tenth(commons: Commons) -> float:
    """Share of the past year's voices that came from the tenth of the residents who spoke up most."""
    return top_tenth(commons.residents.columns.voiced)


def providers_per_10000(commons: Commons) -> float:
    """Social organisations per 10,000 residents that could take a contract now."""
    return 10_000.0 * sum(o.may_bid() for o in commons.organisations.values()) / len(commons.residents)


def worst_off_tenth(commons: Commons) -> float:
    """Mean perceived performance of the tenth of residents for whom it is lowest; sampled as in ``gini``."""
    performance = commons.residents.columns.performance
    x = np.sort(performance[:: max(1, len(performance) // GINI_SAMPLE)].astype(np.float64))
    return float(x[: max(1, len(x) // 10)].mean())


def worst_service(commons: Commons) -> float:
    """Mean quality, as residents live with it, of the service for which it is lowest."""
    assets = commons.society.assets
    total = np.bincount(assets.category, commons.quality * assets.population)
    return float((total / np.bincount(assets.category, assets.population)).min())


def gini(effort: NDArray[np.floating[Any]]) -> float:
    """Gini coefficient of non-negative numbers; from every k-th resident where there are more than 50,000.

    NaN where everything is zero.
    """
    step = max(1, len(effort) // GINI_SAMPLE)
    x = np.sort(effort[::step].astype(np.float64))
    total = x.sum()
    if total <= 0.0:
        return float("nan")
    n = len(x)
    return float((2.0 * np.arange(1, n + 1) - n - 1.0) @ x / (n * total))


def top_tenth(voiced: NDArray[np.floating[Any]]) -> float:
    """Share of all voices that came from the tenth of the people with most; sampled as in ``gini``.

    NaN where nobody spoke.
    """
    x = np.sort(voiced[:: max(1, len(voiced) // GINI_SAMPLE)].astype(np.float64))
    total = x.sum()
    return float(x[-max(1, len(x) // 10) :].sum() / total) if total > 0.0 else float("nan")


def scolding(satisfaction: NDArray[np.float64], outlay: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slope of satisfaction on monthly outlay per head over the past 24 months, both as 12-month means.

    Args:
        satisfaction, outlay: (months, units), at least the past 36 months where there are as many.

    Returns:
        (units,), points per yuan; NaN before month 24 and where outlay hardly changed (sd below 0.05 yuan).
    """
    months = len(satisfaction)
    if months < TWO_YEARS:
        return np.full(satisfaction.shape[1], np.nan)
    means = []
    for series in (satisfaction, outlay):
        total = np.cumsum(np.vstack([np.zeros(series.shape[1]), series]), axis=0)
        ends = np.arange(max(YEAR, months - TWO_YEARS), months) + 1
        means.append((total[ends] - total[ends - YEAR]) / YEAR)
    s, o = (x - x.mean(axis=0) for x in means)
    variance = (o * o).mean(axis=0)
    slope = np.divide((s * o).mean(axis=0), variance, out=np.full(s.shape[1], np.nan), where=variance > 0.05**2)
    return np.asarray(slope)
