"""Street offices: how each deals with every community and service, what it has learnt of that, and how it appraises."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from cogov_sim.society import CATEGORIES

N_CATEGORIES = len(CATEGORIES)


class Approach(IntEnum):
    """Ways in which a street office can deal with a service of a community: do it, pay grants to residents who build, buy it
    from social organisations, or leave it.
    """

    DO = 0
    GRANT = 1
    BUY = 2
    LEAVE = 3


class StreetOffices:
    """All streets' offices.

    Args:
        n_communities, n_streets: how many there are.

    Attributes:
        approach: int8 (communities, categories), this quarter's ``Approach``.
        usual: float64 (streets, categories), what each service usually brings, as learnt so far.
        value: float64 (streets, categories, approaches), what each approach brought beyond that; 0 for what was never tried.
        shown: float64 (communities, categories), this quarter's work that shows, in parts of all that could be built.
        response: float64 (communities, categories), praise less complaints of this quarter, per resident.
        spent: float64 (communities, categories), this quarter's public money, in parts of all that could be built.
        inspection: float64 (communities,), hours that appraisals take here this quarter, relative to the usual: 1, less for
            the winners of the last appraisal, more for its losers.
    """

    def __init__(self, n_communities: int, n_streets: int) -> None:
        self.approach: NDArray[np.int8] = np.full((n_communities, N_CATEGORIES), Approach.DO, np.int8)
        self.usual, self.value = np.zeros((n_streets, N_CATEGORIES)), np.zeros((n_streets, N_CATEGORIES, len(Approach)))
        self.shown, self.response, self.spent = (np.zeros((n_communities, N_CATEGORIES)) for _ in range(3))
        self.inspection = np.ones(n_communities)

    def close_quarter(self) -> None:
        """Open the next quarter's books."""
        for book in (self.shown, self.response, self.spent):
            book[:] = 0.0
