"""How numbers and their units are written for people; free of any drawing."""

from __future__ import annotations

import math

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME

UNITS: dict[str, Text] = {
    "share": Text("%", "%"),
    "0-100": Text("0–100", "0–100"),
    "0-1": Text("0–1", "0–1"),
    "1": Text("", ""),
    "per community": Text("per community and month", "每社区每月"),
    "1/month": Text("per 1,000 residents and month", "每千人每月"),
    "per 1,000": Text("per 1,000 residents", "每千人"),
    "per 10,000": Text("per 10,000 residents", "每万人"),
    "yuan/head": Text("yuan a head and month", "元/人·月"),
    "yuan": Text("yuan", "元"),
    "h/head": Text("hours a head and month", "小时/人·月"),
    "h per member": Text("hours a party member and month", "小时/党员·月"),
    "h per 1,000": Text("hours per 1,000 residents and month", "小时/千人·月"),
    "m2 per 1,000": Text("m2 per 1,000 residents", "平方米/千人"),
    "m2/head": Text("m2 a head and month", "平方米/人·月"),
    "months": Text("months", "月"),
    "yuan/yuan": Text("yuan a yuan", "元/元"),
    "points/yuan": Text("points per yuan", "分/元"),
}

DIFFERENCES: dict[str, Text] = {
    "share": Text("percentage points", "百分点"),
    "0-100": Text("points of 100", "百分制的分"),
    "0-1": Text("on a scale of 0–1", "0–1 尺度"),
}
"""Units of differences where they are called otherwise."""


def unit_of(measure: str) -> Text:
    """A measure's unit as people read it; shares are written in per cent."""
    unit = BY_NAME[measure].unit if measure in BY_NAME else "1"
    return UNITS.get(unit, Text(unit, unit))


def units_of(measure: str) -> str:
    """A measure's unit in both languages, written once where they agree."""
    unit = unit_of(measure)
    return unit.zh if unit.zh == unit.en else f"{unit.zh} {unit.en}"


def difference_unit(measure: str) -> Text:
    """The unit of a difference, in words: shares differ by percentage points."""
    own = BY_NAME[measure].unit if measure in BY_NAME else "1"
    return DIFFERENCES.get(own) or unit_of(measure)


def factor_of(measure: str) -> float:
    """What a measure's values are multiplied by to be in ``unit_of``."""
    return 100.0 if measure in BY_NAME and BY_NAME[measure].unit == "share" else 1.0


def number(value: float, *, sign: bool = False) -> str:
    """Three significant digits, at most four decimals, a true minus sign; a dash where missing."""
    if not math.isfinite(value):
        return "–"
    digits = 0 if value == 0 else min(4, max(0, 2 - math.floor(math.log10(abs(value)))))
    text = f"{value:.{digits}f}".replace("-", "−")
    return f"+{text}" if sign and value > 0 else text


def difference_number(value: float) -> str:
    """As ``number`` with its sign; one that is not 0 but rounds to it says so."""
    words = number(value, sign=True)
    return "≈0" if value != 0.0 and not words.strip("+−0.") else words
