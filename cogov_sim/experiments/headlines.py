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

#: What the two worlds are compared by; what is better is said once, with the measures.
#: Free riding is asked of everybody with the same question (the probe): in the government-run world nobody may give.
HEADLINES = (
    "participation",
    "probe_free_riding",
    "satisfaction",
    "trust",
    "performance",
    "spirit",
    "violations_per_1000",
    "outlay_per_head",
    "residents_hours",
)
#: What is hoped for, without what is neither good nor bad by itself.
BENEFITS = tuple(name for name in HEADLINES if BY_NAME[name].better)

WINS, LOSES, MORE, LESS, OPEN, NO_DATA = "wins", "loses", "more", "less", "open", "no data"
STATES = {
    WINS: Text("wins", "占优"),
    LOSES: Text("loses", "落后"),
    MORE: Text("more", "较多"),
    LESS: Text("less", "较少"),
    OPEN: Text("open", "未定"),
    NO_DATA: Text("no data", "无数据"),
}
"""What a paired difference can say, in words; more and less where neither is better."""
OPPOSITE = {WINS: LOSES, LOSES: WINS, MORE: LESS, LESS: MORE}
"""The states of sure signs, and what turns each round."""


def differences(comparison: Comparison, cells: Iterable[str], measures: Iterable[str] = HEADLINES) -> pd.DataFrame:
    """The second world minus the first in every cell, paired by seed.

    Args:
        comparison: runs of ``arms``.
        cells: names of cells.
        measures: which measures.

    Returns:
        Columns cell, measure, better (+1: more wins, -1: less wins, 0: neither), n (seeds), mean, low, high (95 % t-interval),
        same_sign, p (two-sided t-test against 0; NaN where seeds do not differ), state: "wins", "loses" ("more",
        "less" where neither is better), "open" (the interval holds 0) or "no data".
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
    result["better"] = [BY_NAME[measure].better for measure in result["measure"]]
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
    """Whether a difference with this interval wins, loses or is open; without an interval the mean alone decides.

    Where neither more nor less is better, it is more, less or open.
    """
    if np.isnan(mean):
        return NO_DATA
    if np.isnan(low):
        low = high = mean
    if low <= 0.0 <= high:
        return OPEN
    side = BY_NAME[measure].better
    if side == 0:
        return MORE if low > 0.0 else LESS
    return WINS if (low > 0.0) == (side > 0) else LOSES
