"""Taking the measures every month: sums first, then each measure's own formula, and what they were in past months."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.kernels import YEAR
from cogov_sim.commons.state import Commons
from cogov_sim.measures.definitions import MEASURES
from cogov_sim.measures.formulas import TWO_YEARS, OfSums, Past, Sums, Whole
from cogov_sim.measures.sums import sums_of
from cogov_sim.society import COMMUNITY_TYPES

OF_SUMS = {m.name: m.formula for m in MEASURES if isinstance(m.formula, OfSums)}
OF_WHOLE = {m.name: m.formula for m in MEASURES if isinstance(m.formula, Whole)}
OF_PAST = {m.name: m.formula for m in MEASURES if isinstance(m.formula, Past)}
LONGEST = TWO_YEARS + YEAR - 1
"""Months before this one that formulas of the past look at."""


class Gauge:
    """Measures a commons every month and remembers what it measured.

    Attributes:
        city: one dict a month, measures by name, with ``month``.
        groups: one dict of arrays a month, the same for every community, then every community type (NaN for those that the
            society does not have), then the whole society.
    """

    def __init__(self) -> None:
        self.city: list[dict[str, float]] = []
        self.groups: list[Sums] = []

    def measure(self, commons: Commons) -> None:
        """Take this month's measures."""
        sums = _by_group(sums_of(commons), commons.society.units.kind)
        now = {name: formula(sums) for name, formula in OF_SUMS.items()}
        self.groups.append(now)
        for name, past in OF_PAST.items():
            series = (np.stack([month[one] for month in self.groups[-LONGEST - 1 :]]) for one in past.names)
            now[name] = past.of(*series)
        row = {name: float(values[-1]) for name, values in now.items()}
        row |= {name: formula.of(commons) for name, formula in OF_WHOLE.items()}
        self.city.append({"month": float(commons.reform_month), **{m.name: row[m.name] for m in MEASURES}})


def _by_group(sums: Sums, kind: NDArray[np.integer[Any]]) -> Sums:
    """The sums of every community, every community type and the whole, side by side, so that a formula runs once.

    Args:
        sums: by name, of every community and, last, of what belongs to streets and districts alone.
        kind: (communities,) their types.
    """
    table = np.stack(list(sums.values()))
    local = table[:, :-1]
    by_kind = np.zeros((len(COMMUNITY_TYPES), len(table)))
    np.add.at(by_kind, kind, local.T)
    return dict(zip(sums, np.hstack([local, by_kind.T, table.sum(axis=1, keepdims=True)]), strict=True))
