"""T1-T4: what the laboratory constants are calibrated on, and the loss; nothing else enters it.

T1, T2 and T3 belong to the bare game of ``lab.public_goods`` (four strangers, 20 tokens, return 0.4, ten periods), T4 to
``lab.strategy_method``. Source of all: Fischbacher & Gaechter 2010, AER 100(1):541; path and types from the packaged
moments (society/data/fischbacher_gachter_2010.json), the ranges of T2 and T3 from the individual data of all sessions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.society.datafiles import read_json
from cogov_sim.society.schedules import ScheduleType

PATH_TOLERANCE = 1.0
"""T1: root mean square distance between the paths, tokens."""
LAST_TO_FIRST, LAST_TO_FIRST_RANGE = 0.26, (0.20, 0.40)
"""T2: the middle of 0.24-0.28, which people showed, and what is accepted."""
ZERO_SHARE, ZERO_SHARE_RANGE = 0.59, (0.46, 0.72)
"""T3: the middle of 0.56-0.62, which people showed in period 10, and what is accepted: 0.10 to either side."""
TYPE_TOLERANCE = 0.05
"""T4: largest distance between the shares of a type."""
HALF_TOLERANCE = 0.10
"""A unit of the loss in T2 (half the width of what is accepted) and T3."""


class Moments(NamedTuple):
    """What T1-T4 look at, of people or of simulated residents.

    Attributes:
        path: float64 (10,), mean contribution by period, tokens.
        last_to_first: contribution of the last period as a share of the first.
        zero_share: share who give nothing in the last period.
        types: float64 (4,), shares by the published classifier, in the order of ``ScheduleType``.
    """

    path: NDArray[np.float64]
    last_to_first: float
    zero_share: float
    types: NDArray[np.float64]


def people() -> Moments:
    """What people did: the targets."""
    moments = read_json("fischbacher_gachter_2010.json")
    share = moments["published_all_sessions"]["type_share"]
    types = [share[name] for name in ("conditional_cooperator", "free_rider", "hump_shaped", "other")]
    path = np.array(moments["calibration_sessions"]["mean_contribution"])
    return Moments(path, LAST_TO_FIRST, ZERO_SHARE, np.array(types))


def moments_of(game: pd.DataFrame, types: NDArray[np.float64]) -> Moments:
    """The same of a ``lab.public_goods`` session and the ``type_shares`` of ``lab.strategy_method`` tables."""
    path = mean_path(game)
    first = max(path[0], 1e-9)  # where nobody gives the ratio counts as 0
    return Moments(path, float(path[-1] / first), float(zero_path(game)[-1]), types)


def mean_path(game: pd.DataFrame) -> NDArray[np.float64]:
    """Mean contribution by period, tokens."""
    return np.asarray(game.groupby("period")["contribution"].mean(), dtype=np.float64)


def zero_path(game: pd.DataFrame) -> NDArray[np.float64]:
    """Share who give nothing, by period."""
    zero = (game["contribution"] == 0).astype(float)
    return np.asarray(zero.groupby(game["period"]).mean(), dtype=np.float64)


def type_shares(tables: pd.DataFrame, by: str = "classified") -> NDArray[np.float64]:
    """Share of each ``ScheduleType`` by the classifier, or (``by="type"``) as drawn."""
    codes = tables[by].cat.codes.to_numpy()
    return np.bincount(codes, minlength=len(ScheduleType)) / len(codes)


def residuals(simulated: Moments, target: Moments) -> NDArray[np.float64]:
    """float64 (13,) whose squares sum to the loss: ten periods of T1, then T2, T3 and T4, in units of tolerance."""
    periods = len(target.path)
    return np.array(
        [
            *(simulated.path - target.path) / (PATH_TOLERANCE * np.sqrt(periods)),
            (simulated.last_to_first - target.last_to_first) / HALF_TOLERANCE,
            (simulated.zero_share - target.zero_share) / HALF_TOLERANCE,
            np.abs(simulated.types - target.types).max() / TYPE_TOLERANCE,
        ]
    )


def parts(off: NDArray[np.float64]) -> dict[str, float]:
    """The loss and the distance of each of T1-T4 in units of its tolerance, from ``residuals``; T2, T3 keep their sign."""
    t1 = float(np.sqrt((off[:-3] ** 2).sum()))  # the root mean square distance of the paths
    return {"loss": float((off**2).sum()), "T1": t1, "T2": float(off[-3]), "T3": float(off[-2]), "T4": float(off[-1])}


def met(simulated: Moments) -> dict[str, bool]:
    """Whether each of T1-T4 lies within its tolerance."""
    off = parts(residuals(simulated, people()))
    return {
        "T1": off["T1"] <= 1.0,
        "T2": LAST_TO_FIRST_RANGE[0] <= simulated.last_to_first <= LAST_TO_FIRST_RANGE[1],
        "T3": ZERO_SHARE_RANGE[0] <= simulated.zero_share <= ZERO_SHARE_RANGE[1],
        "T4": off["T4"] <= 1.0,
    }
