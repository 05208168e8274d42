"""Do types drift: the numbers as people read them, and the table of the page on the laboratory."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cogov_sim.language import Text
from cogov_sim.report.labels import difference_number, number
from cogov_sim.report.reference import table
from cogov_sim.scenario import available

PLAIN = ("inclination",)
"""Quantities that are no shares."""


def place_text(place: str) -> Text:
    """The laboratory, or the title of a world."""
    return {"laboratory": Text("laboratory", "实验室"), **dict(available())}.get(place, Text(place, place))


def cells(row: Any) -> tuple[str, str, str]:
    """Before, after, and after minus before with its interval; shares in per cent and percentage points."""
    plain = row["quantity"] in PLAIN
    factor, unit = (1.0, "") if plain else (100.0, " %")
    before, after = (number(factor * row[name]) + unit for name in ("before", "after"))
    change = difference_number(factor * row["mean"]) + ("" if plain else " pp")
    interval = "" if pd.isna(row["low"]) else f" [{number(factor * row['low'])}, {number(factor * row['high'])}]"
    return before, after, change + interval


def drift_table(frame: pd.DataFrame, names: dict[str, Text]) -> str:
    """A Markdown table, a row a quantity, for each place: before → after, and the change.

    Args:
        frame: as from ``experiments.drift.types_drift``.
        names: what the quantities are, in words.
    """
    places = list(dict.fromkeys(frame["place"]))
    rows = frame.set_index(["quantity", "place"])
    lines = []
    for name, text in names.items():
        own = [cells({"quantity": name, **rows.loc[(name, place)].to_dict()}) for place in places]
        lines.append((text.both, *(f"{before} → {after}<br>{change}" for before, after, change in own)))
    spans = [frame.loc[frame["place"] == place, "span"].iloc[0] for place in places]
    units = ["轮 rounds" if place == "laboratory" else "月 months" for place in places]
    heads = [f"{place_text(p).both}, {n} {unit}" for p, n, unit in zip(places, spans, units, strict=True)]
    return table(["", *heads], lines)
