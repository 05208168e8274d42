"""The headline results: what co-governance changes against the government-run world, seed by seed, in the last year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from cogov_sim.experiments.comparison import Comparison
from cogov_sim.experiments.worlds import arm
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME

#: What the two worlds are compared by, and which side wins: +1 where more is better, -1 where less is.
#: Free riding is asked of everybody with the same question (the probe): in the government-run world nobody may give.
HEADLINES: dict[str, int] = {
    "participation": 1,
    "probe_free_riding": -1,
    "satisfaction": 1,
    "trust": 1,
    "performance": 1,
    "spirit": 1,
    "violations_per_1000": -1,
    "outlay_per_head": -1,
    "residents_hours": -1,
}
#: What is hoped for, without what it costs.
BENEFITS = (
    "participation",
    "probe_free_riding",
    "satisfaction",
    "trust",
    "performance",
    "spirit",
    "violations_per_1000",
)

WINS, LOSES, OPEN, NO_DATA = "wins", "loses", "open", "no data"
STATES = {
    WINS: Text("wins", "占优"),
    LOSES: Text("loses", "落后"),
    OPEN: Text("open", "未定"),
    NO_DATA: Text("no data", "无数据"),
}
"""What a paired difference can say, in words."""


def differences(comparison: Comparison, cells: Iterable[str], measures: Iterable[str] = HEADLINES) -> pd.DataFrame:
    """The second world minus the first in every cell, paired by seed.

    Args:
        comparison: runs of ``arms``.
        cells: names of cells.
        measures: which measures.

    Returns:
        Columns cell, measure, better (+1: more wins, -1: less wins), n (seeds), mean, low, high (95 % t-interval),
        same_sign, p (two-sided t-test against 0; NaN where seeds do not differ), state: "wins", "loses", "open" (the
        interval holds 0) or "no data".
    """
    wanted = list(measures)
    worlds = {world.name: world for world in comparison.worlds}
    pieces = []
    for cell in cells:
        pair = [worlds[arm(cell, place)] for place in (0, 1)]
        two = Comparison(pair, comparison.seeds, comparison.months, comparison.runs)
        table = two.paired().set_index("measure").reindex(wanted)
        pieces.append(
            table[["n", "mean", "low", "high", "same_sign"]].rename_axis("measure").reset_index().assign(cell=cell)
        )
    result = pd.concat(pieces, ignore_index=True)
    result["better"] = [better(measure) for measure in result["measure"]]
    result["p"] = _p_value(result)
    result["state"] = [state(*row) for row in result[["measure", "mean", "low", "high"]].itertuples(index=False)]
    return result[["cell", "measure", "better", "n", "mean", "low", "high", "same_sign", "p", "state"]]


def _p_value(table: pd.DataFrame) -> Any:
    """Two-sided p of the t-test that belongs to each interval."""
    freedom = np.maximum(table["n"].to_numpy(float) - 1.0, 1.0)
    error = (table["high"] - table["low"]).to_numpy(float) / 2.0 / stdtrit(freedom, 0.975)
    size = np.abs(table["mean"].to_numpy(float))
    t = np.divide(size, error, out=np.full(len(table), np.nan), where=error > 0.0)
    return 2.0 * stdtr(freedom, -t)


def state(measure: str, mean: float, low: float, high: float) -> str:
    """Whether a difference with this interval wins, loses or is open; without an interval the mean alone decides."""
    if np.isnan(mean):
        return NO_DATA
    side = better(measure)
    if np.isnan(low):
        low = high = mean
    if low <= 0.0 <= high:
        return OPEN
    return WINS if (low > 0.0) == (side > 0) else LOSES


def better(measure: str) -> int:
    """+1 where more of a measure is better, -1 where less is; headline or not."""
    return HEADLINES.get(measure) or BY_NAME[measure].better
