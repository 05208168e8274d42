"""What a set of paired differences says, in words: how sure each is, and how it stands to what was expected of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME, MARK

LEVEL = 0.05

#: One row of a table of effects, as from ``experiments.ablation``.
Effect = Mapping[str, Any]

#: Where an effect was measured: within the scenario, within the base; ALL: scenario minus base.
SCENARIO, BASE, ALL = "scenario", "base", "all"


def place_texts(worlds: tuple[Text, Text]) -> dict[str, Text]:
    """The places in words, for the names of scenario and base."""
    whole, base = worlds
    return {
        SCENARIO: Text(f"Taken out of {whole.en}", f"从{whole.zh}中去掉"),
        BASE: Text(f"Added alone to {base.en}", f"单独加入{base.zh}"),
        ALL: Text(f"{whole.en} minus {base.en}", f"{whole.zh}减{base.zh}"),
    }


SURE, LIKELY, OPEN, NOTHING, SET, NO_DATA = "sure", "likely", "open", "nothing", "set", "no data"
EVIDENCE = {
    SURE: Text("sure: not 0 even among so many tests (Holm)", "确定：多重检验校正后仍不为 0（Holm）"),
    LIKELY: Text("likely: its own 95% interval leaves out 0, no more", "可能：仅自身 95% 区间不含 0"),
    OPEN: Text("open: the interval holds 0", "未定：区间含 0"),
    NOTHING: Text("nothing: exactly 0 with every seed", "毫无作用：每个种子都恰为 0"),
    SET: Text(f"{MARK} fixed by settings: no finding, not tested", f"{MARK} 由设定决定：不算发现，不作检验"),
    NO_DATA: Text("no data", "无数据"),
}
MARKS = {SURE: "**", LIKELY: "*", OPEN: "", NOTHING: "", SET: "", NO_DATA: ""}
"""Behind a number: how sure it is."""

AS_EXPECTED, LEANS, LEANS_AGAINST, AGAINST = "as expected", "leaning as expected", "leaning against", "against"
VERDICTS = {
    AS_EXPECTED: Text("as expected", "与假设相符"),
    LEANS: Text("leaning as expected", "倾向相符"),
    OPEN: Text("open", "未定"),
    LEANS_AGAINST: Text("leaning against", "倾向相反"),
    NOTHING: Text("no effect at all", "毫无作用"),
    AGAINST: Text("against the hypothesis", "与假设相反"),
    SET: Text(f"{MARK} fixed by settings", f"{MARK} 由设定决定"),
    NO_DATA: Text("no data", "无数据"),
}
"""What became of a hypothesis."""


def records(table: pd.DataFrame) -> list[Effect]:
    """The rows of a table of effects."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def by_place(table: pd.DataFrame) -> dict[tuple[str, str, str], Effect]:
    """The same by place, institution and measure."""
    return {(row["place"], row["institution"], row["measure"]): row for row in records(table)}


def holm(p: ArrayLike) -> Any:
    """p-values adjusted so that one false alarm among all of them has a chance of 5 % at most (Holm 1979).

    Args:
        p: one for each test; NaN where there was none, which stays NaN and does not count.
    """
    values = np.asarray(p, float)
    result = np.full(len(values), np.nan)
    tests = np.flatnonzero(~np.isnan(values))
    order = tests[np.argsort(values[tests], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    result[order] = np.minimum(1.0, np.maximum.accumulate(values[order] * factors))
    return result


def evidence(measure: str, mean: float, low: float, high: float, p: float, adjusted: float) -> str:
    """How sure a difference is: from its interval, and its p-value alone and adjusted for all tests it was one of.

    What settings fix is no finding, however sure.
    """
    if math.isnan(mean):
        return NO_DATA
    if BY_NAME[measure].by_setting:
        return SET
    if low == mean == high == 0.0:
        return NOTHING
    if adjusted < LEVEL:
        return SURE
    return LIKELY if p < LEVEL else OPEN


def verdict(expected: int, mean: float, how_sure: str) -> str:
    """What became of a hypothesis (+1: it rises, -1: it falls, 0: none); "" where there was none."""
    if expected == 0:
        return ""
    if how_sure in (OPEN, NOTHING, SET, NO_DATA):
        return how_sure
    right = mean * expected > 0
    if how_sure == SURE:
        return AS_EXPECTED if right else AGAINST
    return LEANS if right else LEANS_AGAINST
