"""Supervisory boards 监事会: a few residents who look into the books of their community's council."""

from __future__ import annotations

from collections.abc import Callable

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.base import Body
from cogov_sim.agents.residents import Residents

SEATS = 3  # start value


class SupervisoryBoard(Body):
    """监事会: the board of one community. It sits only where it is wanted.

    Attributes:
        community: where it sits.
        first, last: residents [first, last) of the community.
        members: residents on the board.
    """

    def __init__(self, model: mesa.Model, community: int, first: int, last: int) -> None:
        super().__init__(model)
        self.community = community
        self.first = first
        self.last = last
        self.members: list[int] = []

    def elect(
        self, residents: Residents, insiders: set[int], burnout: float, draw: Callable[[], NDArray[np.float64]]
    ) -> None:
        """Who moved, burnt out or joined the council's leadership leaves; neighbours elect others, whom many know.

        Args:
            residents: all residents.
            insiders: leader and officers of the council, who cannot sit on its board.
            burnout: fatigue beyond which a member leaves, and nobody is elected.
            draw: gives a uniform number for each resident of the community. One is elected with a chance in proportion to the
                number of the own ties (Efraimidis & Spirakis 2006), which is how boards come to know whom they watch.
        """
        columns, span = residents.columns, slice(self.first, self.last)
        tired = columns.fatigue[span] > burnout
        self.members = [i for i in self.members if not (columns.moved[i] or tired[i - self.first] or i in insiders)]
        if len(self.members) >= SEATS:
            return
        known = np.diff(residents.network.indptr[self.first : self.last + 1]).astype(float)
        known[tired | (columns.moved[span] == 1)] = 0.0
        luck = draw()
        out = np.array([i - self.first for i in (*self.members, *insiders) if self.first <= i < self.last], np.int64)
        known[out] = 0.0
        votes = np.full(len(known), -np.inf)
        votes[known > 0.0] = np.log(np.maximum(luck[known > 0.0], 1e-300)) / known[known > 0.0]
        best = np.argsort(-votes, kind="stable")[: SEATS - len(self.members)]
        self.members += [self.first + int(j) for j in best if known[j] > 0.0]

    def independent(self, residents: Residents, insiders: set[int]) -> float:
        """Share of its seats that are held by residents without a tie to the council's leader or officers."""
        indptr, indices = residents.network.indptr, residents.network.indices
        free = [i for i in self.members if insiders.isdisjoint([i, *indices[indptr[i] : indptr[i + 1]].tolist()])]
        return len(free) / SEATS
