"""Duties and plaques 任务与挂牌: what district departments have handed down to the committee of each community."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DEPARTMENTS = 12  # of a district that hand something down (order of magnitude; general knowledge)
#: Duties and plaques of a community where nothing keeps any out: a survey of committees, and Xiamen before its reform.
USUAL: NDArray[np.float64] = np.array([322.0, 54.7])
#: Months that a duty, and a plaque, stays (start values).
LASTS: NDArray[np.float64] = np.array([24.0, 60.0])


class Duties:
    """What hangs on every community's committee.

    Args:
        luck: float64 (2, communities, departments), uniform draws for what there is on day one.

    Attributes:
        standing: int64 (2, communities, departments), duties and plaques of each department.
        off_list: int64 (2, communities, departments), those that came round an admission list, besides.
        struck: float64 (2, communities), share of duties, and of plaques, that a list has struck off so far.
        returned: int64 (communities,), what the committee sent back this month.
        delayed: float64 (communities,), hours that duties of earlier months still ask for.
        faked: float64 (communities,), share of this month's duties that were done on paper only.
        undone: float64 (communities,), share of duties sent back or delayed, summed over the months of the quarter.
        caution: float64 (communities,), how far having been found out holds the committee back from faking, in [0, 1].
    """

    def __init__(self, luck: NDArray[np.float64]) -> None:
        self.standing = whole((USUAL / DEPARTMENTS)[:, None, None], luck)
        self.off_list = np.zeros_like(self.standing)
        n = luck.shape[1]
        self.struck = np.zeros((2, n))
        self.returned = np.zeros(n, np.int64)
        self.delayed, self.faked, self.undone, self.caution = (np.zeros(n) for _ in range(4))


def by_department(luck: NDArray[np.float64], n_communities: int) -> NDArray[np.float64]:
    """Draws, one for each community, department and kind, as (2, communities, departments)."""
    return np.ascontiguousarray(np.moveaxis(luck.reshape(n_communities, DEPARTMENTS, 2), 2, 0))


def whole(number: NDArray[np.float64], luck: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers with the given means: rounded down, after a uniform draw is added."""
    return np.asarray(np.floor(number + luck), np.int64)
