"""Paired differences from the baseline world: dots with intervals, the numbers beside them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from cogov_sim.language import Text
from cogov_sim.measures.definitions import HEADLINE
from cogov_sim.report import labels, panels, style

#: What is shown of one world against the baseline, in this order within each unit; nothing that settings fix.
SHOWN = (
    "probe_free_riding", "probe_giving", "realised_burden", "own_part_met", "knew_and_did_not_give",
    "participation_civic", "participation", "active", "carried", "participation_plan", "participation_build",
    "participation_manage", "participation_evaluate", "participation_share", "participation_newcomers", "effort_gini",
    "laboratory_shortfall", "satisfaction", "performance", "expectation", "trust", "efficacy", "spirit", "voice",
    "fatigue", "belief", "violations_per_1000", "disputes_per_1000", "outlay_per_head", "residents_money",
    "residents_hours", "enterprise_money", "matters_completed", "months_to_completion", "build_quality",
    "preference_match",
)  # fmt: skip

_KEY = (
    (style.GOOD, style.GOOD, Text("as reformers hope", "朝改革希望的方向")),
    (style.BAD, style.BAD, Text("against it", "朝相反方向")),
    (style.INK, style.INK, Text("neither good nor bad", "无所谓好坏")),
    (style.INK, "white", Text("interval holds 0", "区间含 0")),
)


def paired_differences(comparison: style.ComparisonLike) -> style.BilingualFigure | None:
    """One world against the baseline: a row a measure. Several: a panel a headline measure, a row a world."""
    table = comparison.paired().set_index(["scenario", "measure"])
    if table.empty:
        return None
    others = len(comparison.worlds) - 1
    return _one(comparison, table) if others == 1 else _several(comparison, table)


def _colours(measure: str, row: pd.Series) -> tuple[str, str]:
    """Edge and face of a dot."""
    colour = style.hue(measure, row["mean"])
    if row["low"] > 0 or row["high"] < 0:
        return colour, colour
    return style.INK, "white"


def _dot(axes: Axes, place: float, measure: str, row: pd.Series, factor: float) -> None:
    edge, face = _colours(measure, row)
    axes.plot([row["low"] * factor, row["high"] * factor], [place, place], color=edge, linewidth=1.8, zorder=3)
    axes.plot(
        row["mean"] * factor,
        place,
        "o",
        markersize=6.5,
        color=edge,
        markerfacecolor=face,
        markeredgewidth=1.4,
        zorder=4,
    )


def _note(comparison: style.ComparisonLike) -> Text:
    base = comparison.worlds[0].title
    seeds = comparison.counted
    return Text(
        f"minus ({base.en}) by seed, last 12 months, mean and 95% interval over {seeds.en}",
        f"减（{base.zh}），按种子配对，最后 12 个月，{seeds.zh}的均值与 95% 区间",
    )


def _key(axes: Axes, **place: Any) -> Legend:
    marks = [
        Line2D([], [], marker="o", linestyle="-", color=edge, markerfacecolor=face, markersize=6.5)
        for edge, face, _ in _KEY
    ]
    names = [f"{text.zh} {text.en}" for *_, text in _KEY]
    return axes.legend(marks, names, frameon=False, fontsize=9, labelcolor=style.INK, borderaxespad=0.2, **place)


# ---------------------------------------------------------------- one world against the baseline


#: Where the right edges of the columns of numbers are, and what is in them.
_COLUMNS = (
    (0.22, Text("mean", "均值")),
    (0.64, Text("95% interval", "95% 区间")),
    (0.84, Text("SD", "标准差")),
    (1.0, Text("seeds", "种子")),
)


def _one(comparison: style.ComparisonLike, table: pd.DataFrame) -> style.BilingualFigure:
    """Rows of measures, a panel a unit, names at the left, numbers at the right."""
    world = comparison.worlds[1]
    measures = [name for name in SHOWN if name in comparison.measures]
    rows = [_pick(table, world.name, name) for name in measures]
    figure = style.new_figure(
        12.0, 1.6 + panels.height(measures),
        Text(f"{world.title.en}: what differs", f"{world.title.zh}：差别在哪里"), _one_note(comparison),
    )  # fmt: skip
    spreads = _between_residents(comparison)
    lines = panels.panels(figure, measures, (5.0, 4.4, 3.5), drawn=(1,))
    for (names, middle, numbers), places in lines:
        panels.around_zero([middle], [
            rows[k][side] * labels.factor_of(measures[k]) for k in places for side in ("mean", "low", "high")
        ])  # fmt: skip
        for place, k in enumerate(places):
            panels.write(names, 1.0, place, style.label_of(measures[k]), "right")
            _row(middle, numbers, place, measures[k], rows[k], spreads.get(measures[k], math.nan))
    for x, heading in _COLUMNS:
        panels.write(lines[0][0][2], x, -1.0, f"{heading.zh}\n{heading.en}", "right", size=8, faint=True)
    top = lines[0][0][1]
    key = _key(top, loc="center", bbox_to_anchor=(0.3, -2.4), bbox_transform=top.get_yaxis_transform(), ncols=5)
    lines[0][0][0].set_ylim(len(lines[0][1]) - 0.4, -2.9)
    key.set_in_layout(False)  # wider than its column; its row is kept free
    return figure


def _one_note(comparison: style.ComparisonLike) -> Text:
    base, note = comparison.worlds[0].title, _note(comparison)
    more = Text(
        "; one axis for each unit; SD: in standard deviations between residents of "
        f"({base.en}), where they are measured; seeds: how many have the sign of the mean",
        f"；每种单位一条坐标轴；标准差：以（{base.zh}）居民之间的标准差计，限有测量者；种子：与均值同号的个数",
    )
    return Text(note.en + more.en, note.zh + more.zh)


def _between_residents(comparison: style.ComparisonLike) -> dict[str, float]:
    """Standard deviation between residents of the baseline world, of the measures for which it is recorded."""
    table = comparison.summary()
    own = table[table["scenario"] == comparison.worlds[0].name].set_index("measure")["mean"]
    return {str(name).removesuffix("_sd"): float(own[name]) for name in own.index if str(name).endswith("_sd")}


def _row(middle: Axes, numbers: Axes, place: int, measure: str, row: pd.Series, spread: float) -> None:
    if not np.isfinite(row["mean"]):
        panels.write(numbers, 0.02, place, "无数据 no data", "left", size=8.5, faint=True)
        return
    factor = labels.factor_of(measure)
    _dot(middle, place, measure, row, factor)
    low, high = (labels.number(row[name] * factor) for name in ("low", "high"))
    same = "–" if pd.isna(row["same_sign"]) else f"{round(row['same_sign'] * row['n'])}/{int(row['n'])}"
    sized = labels.number(row["mean"] / spread, sign=True) if spread > 0.0 else ""
    cells = (labels.number(row["mean"] * factor, sign=True), f"[{low}, {high}]", sized, same)
    for (x, _), cell in zip(_COLUMNS, cells, strict=True):
        panels.write(numbers, x, place, cell, "right", faint=x != _COLUMNS[0][0])


def _pick(table: pd.DataFrame, world: str, measure: str) -> pd.Series:
    """The row of one world and measure."""
    row = table.loc[(world, measure)]
    assert isinstance(row, pd.Series)
    return row


# ---------------------------------------------------------------- several worlds against the baseline


def _several(comparison: style.ComparisonLike, table: pd.DataFrame) -> style.BilingualFigure:
    """A panel a headline measure in its own unit, a row a world."""
    names = [name for name in HEADLINE if name in comparison.measures]
    worlds = comparison.worlds[1:]
    columns = 3
    rows = math.ceil((len(names) + 1) / columns)  # one place for the key
    title = Text("Differences from the baseline", "与基准世界的差别")
    figure = style.new_figure(14.0, 1.8 + rows * (1.15 + 0.27 * len(worlds)), title, _note(comparison))
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, name in zip(grid.ravel(), names, strict=False):
        factor = labels.factor_of(name)
        axes.axvline(0, color=style.FAINT, linewidth=0.9, zorder=1)
        for place, world in enumerate(worlds):
            row = _pick(table, world.name, name)
            if np.isfinite(row["mean"]):
                _dot(axes, place, name, row, factor)
        if not any(np.isfinite(_pick(table, world.name, name)["mean"]) for world in worlds):
            style.say_empty(axes)
        heading = style.heading_of(name, labels.difference_unit(name))
        axes.set_title(heading, loc="left", fontsize=9.5, color=style.INK)
        style.quiet(axes, grid="both")
    for places in panels.by_unit(names).values():  # one unit, one scale
        rows_of = [_pick(table, world.name, names[k]) for k in places for world in worlds]
        panels.around_zero(
            grid.ravel()[places],
            [r[side] * labels.factor_of(names[places[0]]) for r in rows_of for side in ("mean", "low", "high")],
        )
    for axes in grid.ravel()[len(names) :]:
        axes.axis("off")
    for axes in grid[:, 0]:
        axes.set_yticks(range(len(worlds)), [style.title_of(w, lines=len(worlds) < 4) for w in worlds])
    grid[0, 0].set_ylim(len(worlds) - 0.4, -0.6)
    _key(grid.ravel()[len(names)], loc="upper left")
    return figure
