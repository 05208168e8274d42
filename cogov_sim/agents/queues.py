"""Two queues of the government: residents' requests in a community, and matters at a street's desk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import LONGEST_WAIT

DUST = 1e-9  # of a request; what rounding leaves of one that was answered


class RequestQueue:
    """The requests that wait in each community, by age. Hours divide them: half a request may be answered.

    Attributes:
        waiting: float64 (communities, patience), requests that are 0, 1, ... months old.
        answered, given_up, months: float64 (12, communities), of the past 12 months: requests answered, given up
            without an answer, and the months that those answered had waited, summed.
    """

    def __init__(self, communities: int, patience: int) -> None:
        self.waiting: NDArray[np.float64] = np.zeros((communities, patience))
        self.answered, self.given_up, self.months = (np.zeros((12, communities)) for _ in range(3))
        self._asked = self.waiting.copy()
        self._now = 0

    def receive(self, new: NDArray[np.float64], month: int) -> None:
        """A new month: what waits is a month older, and new requests come in."""
        self.waiting[:, 1:] = self.waiting[:, :-1]
        self.waiting[:, 0] = new
        self._asked = self.waiting.copy()
        self._now = month % 12
        for record in (self.answered, self.given_up, self.months):
            record[self._now] = 0.0

    def answer(self, number: NDArray[np.float64]) -> None:
        """Answer up to ``number`` requests in each community, the oldest first."""
        up_to = np.cumsum(self.waiting[:, ::-1], axis=1)[:, ::-1]  # that old or older
        answered = np.clip(number[:, None] - (up_to - self.waiting), 0.0, self.waiting)
        self.waiting -= answered
        self.waiting[self.waiting < DUST] = 0.0
        self.answered[self._now] += answered.sum(axis=1)
        self.months[self._now] += answered @ np.arange(self.waiting.shape[1])

    def chances(self) -> NDArray[np.float64]:
        """Share of the requests of each age that were answered this month, (communities, ``LONGEST_WAIT`` + 1).

        1 where none of that age waited; -1 from the age at which requests are given up.
        """
        result = np.full((len(self.waiting), LONGEST_WAIT + 1), -1.0)
        left = np.divide(self.waiting, self._asked, out=np.zeros_like(self.waiting), where=self._asked > 0.0)
        result[:, : self.waiting.shape[1]] = 1.0 - left
        return result

    def close(self) -> None:
        """The month ends: the oldest requests are given up."""
        self.given_up[self._now] += self.waiting[:, -1]
        self.waiting[:, -1] = 0.0


class Desk:
    """One street's desk: one case after the other, each with the hours it takes.

    Attributes:
        capacity: hours a month.
        begun: hours that already went into the case in front.
    """

    def __init__(self, capacity: float) -> None:
        self.capacity = capacity
        self.begun = 0.0

    def serve(self, cases: Sequence[float]) -> int:
        """How many of the cases, given by the hours each takes, first come first served, are done with this month.

        Hours that are too few for the next case go into it all the same; hours without any case are lost.
        """
        hours, done = self.begun + self.capacity, 0
        while done < len(cases) and cases[done] <= hours:
            hours -= cases[done]
            done += 1
        self.begun = hours if done < len(cases) else 0.0
        return done
