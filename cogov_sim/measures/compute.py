"""Taking the measures every month: sums first, then each measure's own formula, and what they were in past months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cogov_sim.agents.kernels import YEAR
from cogov_sim.commons.state import Commons
from cogov_sim.measures.definitions import MEASURES
from cogov_sim.measures.formulas import TWO_YEARS, OfSums, Past, Sums, Values, Whole
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
        communities: one dict of arrays a month, one entry per community.
        kinds: the same with one entry per community type; NaN for types that the society does not have.
    """

    def __init__(self) -> None:
        self.city: list[dict[str, float]] = []
        self.communities: list[Sums] = []
        self.kinds: list[Sums] = []

    def measure(self, commons: Commons) -> None:
        """Take this month's measures."""
        sums = sums_of(commons)
        local = {name: value[: commons.n_communities] for name, value in sums.items()}
        kind = commons.society.units.kind
        by_kind = {
            name: np.bincount(kind, value, len(COMMUNITY_TYPES)).astype(np.float64) for name, value in local.items()
        }
        whole = {name: value.sum(keepdims=True) for name, value in sums.items()}
        self.communities.append(_measures(local, self.communities[-LONGEST:]))
        self.kinds.append(_measures(by_kind, self.kinds[-LONGEST:]))
        row = {name: float(value[0]) for name, value in _measures(whole, self.city).items()}
        row |= {name: formula.of(commons) for name, formula in OF_WHOLE.items()}
        self.city.append({"month": float(commons.reform_month), **{m.name: row[m.name] for m in MEASURES}})


def _measures(sums: Sums, before: Sequence[Mapping[str, Values | float]]) -> Sums:
    """All measures that are made from sums or from the past.

    Args:
        sums: this month's.
        before: the measures of the months before.
    """
    now = {name: formula(sums) for name, formula in OF_SUMS.items()}
    for name, formula in OF_PAST.items():
        series = [[*(month[one] for month in before), now[one]] for one in formula.names]
        now[name] = formula.of(*(np.stack([np.atleast_1d(value) for value in values]) for values in series))
    return now
