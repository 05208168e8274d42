"""Where co-governance stops winning: the paired difference over a plane of any two numeric parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

import numpy as np
import pandas as pd

from cogov_sim.experiments.headlines import (
    HEADLINES,
    LESS,
    LOSES,
    MORE,
    NO_DATA,
    OPEN,
    STATES,
    WINS,
    differences,
)
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import ARMS, Design, arms
from cogov_sim.language import Text, UserError, cut
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.scenario import Scenario, SocietySettings
from cogov_sim.scenario.fields import Section
from cogov_sim.scenario.files import unknown

FREE_RIDERS, TRUST = "society.free_rider_share", "society.initial_trust"
#: Ranges used where none is given; for other parameters five values over all that is allowed.
USUAL = {FREE_RIDERS: "0:0.9:7", TRUST: "0.05:0.8:4"}
MEASURES = ("satisfaction", "participation", "performance")
MOST_VALUES = 101


@dataclass(frozen=True)
class Axis:
    """One side of a plane: a parameter's key, its name, the values that are tried, rising, and the worlds' own."""

    key: str
    text: Text
    values: tuple[float, ...]
    usual: float = float("nan")


# ---------------------------------------------------------------- what was asked for


def numeric_settings(worlds: Sequence[Scenario]) -> dict[str, tuple[Section, str]]:
    """Every number that these worlds may set, by dotted key: section (of the first world that has it) and field."""
    sections: dict[str, Section] = {}
    for world in reversed(worlds):
        parts = {name: getattr(world, name) for name in type(world).model_fields}
        sections |= {name: part for name, part in parts.items() if isinstance(part, Section)}
        sections |= {f"institutions.{name}": part for name, part in world.institutions.items()}
    return {
        f"{name}.{field}": (section, field)
        for name, section in sections.items()
        for field, info in type(section).model_fields.items()
        if {int, float} & ({info.annotation} | set(get_args(info.annotation)))
    }


def axis(key: str, spread: str | None, worlds: Sequence[Scenario]) -> Axis:
    """An axis as it is asked for on the command line.

    Args:
        key: dotted key of a numeric parameter that one of the worlds has.
        spread: ``"from:to:count"``; None for the usual range of the key.
        worlds: the two worlds.

    Raises:
        UserError: unknown key, a key that is no number, a spread that cannot be read or leaves what is allowed.
    """
    known = numeric_settings(worlds)
    if key not in known:
        raise _unknown_key(key, known)
    section, field = known[key]
    meaning, here = section.meaning(field), getattr(section, field)
    low = -np.inf if meaning.low is None else meaning.low
    high = np.inf if meaning.high is None else meaning.high
    if spread is None:
        spread = USUAL.get(key) or f"{low}:{high}:5" if here is not None else ""
    values = _values(key, spread)
    if "int" in str(type(section).model_fields[field].annotation):
        values = np.unique(np.rint(values)).astype(int)
    for value in values.tolist():
        if not low <= value <= high:
            raise UserError(
                f"{key} = {value:g} is not allowed; allowed: {low:g} to {high:g} ({meaning.unit})",
                f"{key} = {value:g} 不被允许；允许：{low:g} 至 {high:g}（{meaning.unit}）",
            )
    return Axis(key, meaning.text, tuple(values.tolist()), float("nan") if here is None else float(here))


def _unknown_key(key: str, known: Iterable[str]) -> UserError:
    """There are too many keys to name them all."""
    near = get_close_matches(key, known, 1, cutoff=0.75)
    en = f"did you mean {near[0]}?" if near else "'cogov show co_governance' lists all parameters"
    zh = f"是否想写 {near[0]}？" if near else "cogov show co_governance 列出全部参数"
    return UserError(
        f"{cut(key)} is no numeric parameter of these worlds; {en}", f"这些情景没有数值参数 {cut(key)}；{zh}"
    )


def _values(key: str, spread: str) -> Any:
    try:
        first, last, count = spread.split(":")
        low, high, n = float(first), float(last), int(count)
    except ValueError:
        low, high, n = np.nan, np.nan, 0
    if not spread:
        raise UserError(
            f"{key} has no usual range; give one as from:to:count", f"{key} 没有默认范围；请写成 起:止:个数"
        )
    if not (np.isfinite([low, high]).all() and low < high and 2 <= n <= MOST_VALUES):
        raise UserError(
            f"range of {key}: {cut(spread)} is not allowed; write from:to:count, such as 0:0.9:7, rising, with 2 to {MOST_VALUES} values",
            f"{key} 的范围 {cut(spread)} 不被允许；请写成 起:止:个数，如 0:0.9:7，由小到大，2 至 {MOST_VALUES} 个值",
        )
    return np.linspace(low, high, n).round(10)


def check_measures(names: Sequence[str]) -> list[str]:
    """The measures asked for; UserError for one that does not exist or of which neither more nor less is better."""
    sided = [measure.name for measure in BY_NAME.values() if measure.better]
    for name in names:
        if name not in sided:
            raise unknown(name, sided, Text("measure with a better side", "有好坏方向的指标"), "cogov boundary")
    return list(dict.fromkeys(names))


# ---------------------------------------------------------------- the plane


def plane(
    x: Axis, y: Axis, design: Design, measures: Sequence[str] = MEASURES, pair: tuple[Any, Any] = ARMS
) -> pd.DataFrame:
    """The paired difference between two worlds in every cell of a plane.

    Args:
        x, y: the two parameters.
        design: how much is run in every cell.
        measures: wanted beside the headline measures.
        pair: the worlds; the second is compared with the first.

    Returns:
        One row a cell and measure: x_key, x_label, x_usual, x, the same of y, and the columns of ``differences``.

    Raises:
        UserError: twice the same parameter; values that no society can have together, before anything is run.
    """
    if x.key == y.key:
        raise UserError(
            f"--x and --y are both {x.key}; choose two different parameters",
            f"--x 与 --y 都是 {x.key}；请选两个不同的参数",
        )
    places = {f"{x.key}={a!r}, {y.key}={b!r}": (a, b) for b in y.values for a in x.values}
    society = design.world(pair[0]).society
    cells = {cell: cell_changes({x.key: a, y.key: b}, society) for cell, (a, b) in places.items()}
    worlds = arms(cells, design, pair)
    table = differences(run(worlds, design), cells, dict.fromkeys([*HEADLINES, *measures]))
    at = table["cell"].map(places)
    sides: dict[str, Any] = {}
    for side, way, place in (("x", x, 0), ("y", y, 1)):
        sides |= {f"{side}_key": way.key, f"{side}_label": way.text.both, f"{side}_usual": way.usual}
        sides[side] = [values[place] for values in at]
    return pd.concat([pd.DataFrame(sides), table.drop(columns="cell")], axis=1)


def cell_changes(values: dict[str, float], usual: SocietySettings | None = None) -> list[str]:
    """Assignments for one cell; where free riders grow more, conditional cooperators give way, then hump shapes.

    Args:
        values: by dotted key.
        usual: the shares of types that give way; those of the schema if not given.
    """
    usual = usual or SocietySettings()
    given = {f"society.{name}_share" for name in ("conditional_cooperator", "hump")}
    extra: dict[str, float] = {}
    if FREE_RIDERS in values and not given & set(values):
        rest = 1.0 - values[FREE_RIDERS]
        others = 1.0 - usual.conditional_cooperator_share - usual.free_rider_share - usual.hump_share
        conditional = max(0.0, rest - usual.hump_share - others)
        extra = {
            "society.conditional_cooperator_share": round(conditional, 10),
            "society.hump_share": round(max(0.0, min(usual.hump_share, rest - conditional)), 10),
        }
    return [f"{key}={value!r}" for key, value in {**values, **extra}.items()]


def sentence(table: pd.DataFrame, measure: str, x: Axis, y: Axis, challenger: Text) -> Text:
    """One sentence: where the second world loses on a measure, or that it does so nowhere in the plane.

    Where neither more nor less of it is better, in how many cells it has more and less.
    """
    rows = table[table["measure"] == measure]
    count = {name: int((rows["state"] == name).sum()) for name in STATES}
    name, cells = BY_NAME[measure].label, len(rows)
    if BY_NAME[measure].better == 0:
        said = [name for name in (MORE, LESS, OPEN, NO_DATA) if count[name]]
        return Text(
            f"{name.en}: of {cells} cells of {challenger.en} " + ", ".join(f"{count[s]} {STATES[s].en}" for s in said),
            f"{name.zh}：{cells} 格中{challenger.zh}" + "，".join(f"{STATES[s].zh} {count[s]} 格" for s in said),
        )
    if count[WINS] == cells:
        return Text(
            f"{name.en}: {challenger.en} wins everywhere in this plane ({cells} cells)",
            f"{name.zh}：{challenger.zh}在整个平面上都占优（{cells} 格）",
        )
    lost = rows[rows["state"] == LOSES]
    where = Text("", "")
    if len(lost):
        (x0, x1), (y0, y1) = ((lost[side].min(), lost[side].max()) for side in "xy")
        where = Text(
            f" (all of them with {x.text.en} in {x0:g} to {x1:g} and {y.text.en} in {y0:g} to {y1:g})",
            f"（均在{x.text.zh} {x0:g} 至 {x1:g}、{y.text.zh} {y0:g} 至 {y1:g} 之内）",
        )
    more = Text("", "")
    if count[NO_DATA]:
        more = Text(f"; {count[NO_DATA]} have no data", f"；{count[NO_DATA]} 格无数据")
    return Text(
        f"{name.en}: of {cells} cells {challenger.en} wins {count[WINS]}, loses {count[LOSES]}{where.en}, "
        f"and {count[OPEN]} are open (interval holds 0){more.en}",
        f"{name.zh}：{cells} 格中，{challenger.zh}占优 {count[WINS]} 格，落后 {count[LOSES]} 格{where.zh}，"
        f"未定 {count[OPEN]} 格（区间含 0）{more.zh}",
    )
