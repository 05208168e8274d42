"""The tree of units: city, district, street, community, grid, building; each is one slice of residents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.society.levels import Level


@dataclass(frozen=True)
class Units:
    """All units of a society. A unit is a level and an index 0..count-1 within that level.

    Residents are stored by building, buildings by grid, and so on, so the residents of a unit, and the units
    below it at any level, are contiguous.

    Attributes:
        bounds: for each level, int64 (count + 1,): unit u holds residents ``bounds[u]`` to ``bounds[u + 1]``.
        parents: for each level, int32 (count,): the unit one level up; zeros for the city.
        kind: int8 (communities,), the community type as an index into ``COMMUNITY_TYPES``.
    """

    bounds: tuple[NDArray[np.int64], ...]
    parents: tuple[NDArray[np.int32], ...]
    kind: NDArray[np.int8]

    @property
    def n_residents(self) -> int:
        """The number of residents."""
        return int(self.bounds[Level.CITY][-1])

    def count(self, level: Level) -> int:
        """How many units there are at ``level``."""
        return self.bounds[level].shape[0] - 1

    def first(self, level: Level) -> NDArray[np.int64]:
        """The first resident of each unit at ``level``, int64 (count,)."""
        return self.bounds[level][:-1]

    def last(self, level: Level) -> NDArray[np.int64]:
        """One past the last resident of each unit at ``level``, int64 (count,)."""
        return self.bounds[level][1:]

    def population(self, level: Level) -> NDArray[np.int64]:
        """The residents of each unit at ``level``, int64 (count,)."""
        return np.diff(self.bounds[level])

    def parent(self, level: Level) -> NDArray[np.int32]:
        """The unit at ``level - 1`` that holds each unit at ``level``, int32 (count,)."""
        return self.parents[level]

    def within(self, level: Level, ancestor: Level) -> NDArray[np.int32]:
        """The unit at level ``ancestor`` that holds each unit at ``level``, int32 (count,).

        Raises:
            ValueError: ``ancestor`` lies below ``level``.
        """
        if ancestor > level:
            raise ValueError(f"{ancestor.name} lies below {level.name}")
        holder = np.arange(self.count(level), dtype=np.int32)
        for step in range(level, ancestor, -1):
            holder = self.parents[step][holder]
        return holder

    def of_residents(self, level: Level) -> NDArray[np.int32]:
        """The unit at ``level`` of each resident, int32 (residents,); computed on every call."""
        return np.repeat(np.arange(self.count(level), dtype=np.int32), self.population(level))

    def mean(self, level: Level, values: NDArray[Any]) -> NDArray[np.float64]:
        """The mean of a residents' column in each unit at ``level``, float64 (count,)."""
        totals = np.add.reduceat(values.astype(np.float64, copy=False), self.first(level))
        means: NDArray[np.float64] = totals / self.population(level)
        return means
