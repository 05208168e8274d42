"""Sections of the validation page that are no rows of checks."""

from __future__ import annotations

import math

import pandas as pd

from cogov_sim.experiments.headlines import STATES
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.validation.contested import sign_ranges


def contested_section(table: pd.DataFrame) -> tuple[Text, str]:
    """For each contested constant: over which of the values tried the sign of each headline result holds.

    Args:
        table: as from ``validation.contested.scan``.

    Returns:
        A heading and a Markdown table, a row a headline measure, a column a constant.
    """
    heading = Text(
        "Contested constants: over which range does each sign hold?", "有争议的常数：各结论方向在何范围内成立？"
    )
    ranges = sign_ranges(table).set_index(["measure", "key"])
    keys, measures = list(dict.fromkeys(table["key"])), list(dict.fromkeys(table["measure"]))
    lines = ["| | " + " | ".join(f"`{key.rpartition('.')[2]}`" for key in keys) + " |", "|---|" + "---|" * len(keys)]
    for measure in measures:
        text = BY_NAME[measure].label
        cells = [_range(ranges.loc[(measure, key)]) for key in keys]
        lines.append(f"| {text.en} / {text.zh} | " + " | ".join(cells) + " |")
    return heading, "\n".join(lines)


def _range(row: pd.Series) -> str:
    state = STATES[str(row["state"])]
    words = f"{state.en} {state.zh}"
    if math.isnan(row["low"]):
        return words
    span = f"{row['low']:g}-{row['high']:g}"
    words += f", {span}" + (" (all / 全部)" if row["whole"] else "")
    if row["turns"]:
        words += "; turns at / 反转于 " + ", ".join(f"{value:g}" for value in row["turns"])
    return words
