"""Paired differences from the baseline world: dots with intervals, the numbers beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME, HEADLINE
from cogov_sim.report import labels, style

GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        Text("Participation", "参与"),
        (
            "participation", "participation_plan", "participation_build", "participation_manage",
            "participation_evaluate", "participation_share", "participation_newcomers", "effort_gini",
        ),
    ),
    (Text("Free riding", "搭便车"), ("probe_free_riding", "probe_giving", "realised_burden", "knew_and_did_not_give", "benefit_without_giving", "laboratory_shortfall")),
    (
        Text("Satisfaction", "满意"),
        (
            "satisfaction", "performance", "expectation", "trust", "efficacy", "spirit", "voice", "fatigue",
            "belief",
        ),
    ),
    (
        Text("The three problems", "三大问题"),
        (
            "government_share", "violations_per_1000", "disputes_per_1000", "committee_admin_share",
            "self_governed_share", "settled_lowest_share",
        ),
    ),
    (
        Text("Cost and delivery", "成本与成效"),
        (
            "outlay_per_head", "residents_money", "residents_hours", "enterprise_money", "matters_completed",
            "months_to_completion", "build_quality", "preference_match",
        ),
    ),
)  # fmt: skip

_GOOD, _BAD, _PLAIN = "#0072B2", "#D55E00", "#444444"
_KEY = (
    (_GOOD, _GOOD, Text("as reformers hope", "朝改革希望的方向")),
    (_BAD, _BAD, Text("against it", "朝相反方向")),
    (_PLAIN, _PLAIN, Text("neither good nor bad", "无所谓好坏")),
    (_PLAIN, "white", Text("interval holds 0", "区间含 0")),
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
    if not (row["low"] > 0 or row["high"] < 0):
        return _PLAIN, "white"
    better = BY_NAME[measure].better if measure in BY_NAME else 0
    if better == 0:
        return _PLAIN, _PLAIN
    colour = _GOOD if (row["mean"] > 0) == (better > 0) else _BAD
    return colour, colour


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
        f"difference from ({base.en}) by seed, last 12 months, mean and 95% interval over {seeds.en}",
        f"与（{base.zh}）按种子配对之差，最后 12 个月，{seeds.zh}的均值与 95% 区间",
    )


def _key(axes: Axes, **place: Any) -> Legend:
    marks = [
        Line2D([], [], marker="o", linestyle="-", color=edge, markerfacecolor=face, markersize=6.5)
        for edge, face, _ in _KEY
    ]
    names = [f"{text.zh} {text.en}" for *_, text in _KEY]
    return axes.legend(marks, names, frameon=False, fontsize=9, labelcolor=style.INK, borderaxespad=0.2, **place)


# ---------------------------------------------------------------- one world against the baseline


@dataclass(frozen=True)
class _Line:
    """One line of the table: a heading or a measure."""

    heading: Text | None = None
    measure: str = ""


def _lines(measures: list[str]) -> list[_Line]:
    lines = []
    for heading, names in GROUPS:
        present = [name for name in names if name in measures]
        lines += [_Line(heading=heading)] * bool(present) + [_Line(measure=name) for name in present]
    return lines


def _one(comparison: style.ComparisonLike, table: pd.DataFrame) -> style.BilingualFigure:
    """Rows of measures, each on a scale of its own from zero, names at the left, numbers at the right."""
    world = comparison.worlds[1]
    lines = _lines(comparison.measures)
    more = Text(
        "; every row on its own scale; seeds: how many have the sign of the mean; pp: percentage points",
        "；每行各用自己的尺度；种子：与均值同号的个数；pp：百分点",
    )
    note = _note(comparison)
    note = Text(note.en + more.en, note.zh + more.zh)
    title = Text(f"{world.title.en}: what differs", f"{world.title.zh}：差别在哪里")
    figure = style.new_figure(12.0, 1.7 + 0.275 * len(lines), title, note)
    names, middle, numbers = figure.subplots(1, 3, width_ratios=[4.6, 4.8, 2.9], sharey=True)
    middle.plot([0, 0], [-0.5, len(lines)], color=style.FAINT, linewidth=0.9, zorder=1)
    for place, line in enumerate(lines):
        if line.heading is not None:
            _text(names, 1.0, place, f"{line.heading.zh}  {line.heading.en}", "right", size=10.5)
        else:
            _row((names, middle, numbers), place, line.measure, _pick(table, world.name, line.measure))
    for x, heading in zip(_COLUMNS, ("均值 mean", "95% 区间 interval", "种子 seeds"), strict=True):
        _text(numbers, x, 0, heading, "right", size=8.5, faint=True)
    for axes in (names, numbers):
        axes.set_xlim(0, 1)
        axes.axis("off")
    _bare(middle, len(lines))
    key = _key(middle, loc="center", bbox_to_anchor=(-0.1, -1.3), bbox_transform=middle.transData, ncols=4)
    key.set_in_layout(False)  # wider than its column; its row is kept free
    return figure


#: Where the right edges of the columns of numbers are.
_COLUMNS = (0.26, 0.76, 1.0)


def _bare(axes: Axes, lines: int) -> None:
    """Only the zero line, and which side is more."""
    axes.set_xlim(-1.08, 1.08)
    axes.set_ylim(lines - 0.4, -1.9)
    axes.set_xticks([-0.55, 0, 0.55], ["← 更低 lower", "0", "更高 higher →"])
    axes.tick_params(axis="x", length=0, labelsize=9, labelcolor=style.FAINT)
    axes.tick_params(axis="y", length=0, labelleft=False)
    for side in axes.spines.values():
        side.set_visible(False)


def _text(axes: Axes, x: float, place: float, text: str, side: Any, *, size: float = 9.5, faint: bool = False) -> None:
    written = axes.text(x, place, text, ha=side, va="center", fontsize=size, color=style.FAINT if faint else style.INK)
    written.set_in_layout(False)  # the columns are wide enough by design


def _row(columns: tuple[Axes, Axes, Axes], place: int, measure: str, row: pd.Series) -> None:
    names, middle, numbers = columns
    middle.axhline(place, color=style.RULE, linewidth=0.5, zorder=0)
    _text(names, 1.0, place, style.label_of(measure), "right")
    if not np.isfinite(row["mean"]):
        _text(numbers, 0.02, place, "无数据 no data", "left", size=8.5, faint=True)
        return
    widest = float(np.nanmax(np.abs([row["low"], row["high"], row["mean"]])))
    _dot(middle, place, measure, row, 1.0 / widest if widest > 0 else 1.0)
    factor = labels.factor_of(measure)
    mean = labels.number(row["mean"] * factor, sign=True)
    low, high = (labels.number(row[name] * factor) for name in ("low", "high"))
    points = " pp" if factor == 100.0 else ""
    _text(numbers, _COLUMNS[0], place, mean + points, "right")
    _text(numbers, _COLUMNS[1], place, f"[{low}, {high}]", "right", faint=True)
    same = "–" if pd.isna(row["same_sign"]) else f"{round(row['same_sign'] * row['n'])}/{int(row['n'])}"
    _text(numbers, _COLUMNS[2], place, same, "right", faint=True)


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
        heading = style.heading_of(name, "百分点 points" if factor == 100.0 else None)
        axes.set_title(heading, loc="left", fontsize=9.5, color=style.INK)
        style.quiet(axes, grid="both")
    for axes in grid.ravel()[len(names) :]:
        axes.axis("off")
    for axes in grid[:, 0]:
        axes.set_yticks(range(len(worlds)), [style.title_of(w, lines=len(worlds) < 4) for w in worlds])
    grid[0, 0].set_ylim(len(worlds) - 0.4, -0.6)
    _key(grid.ravel()[len(names)], loc="upper left")
    return figure
