"""The figures of a sensitivity analysis: what moves each headline most, what decides it, and where its sign holds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from cogov_sim.language import Text
from cogov_sim.report import labels, style
from cogov_sim.report.findings import OTHERS, Findings
from cogov_sim.report.fonts import bilingual, printable

#: How many factors a panel shows, and how many panels stand side by side.
SHOWN, ACROSS = 6, 3
_UP, _DOWN, _MIXED = style.GOOD, style.BAD, style.GREY  # more and less, whatever is better
_ALONE, _TOTAL = style.GOOD, "#A6CBE3"
#: An effect has a direction where its mean is at least this share of its mean size.
ONE_WAY = 0.7


def direction(mu: float, mu_star: float) -> int:
    """+1 or -1 where a factor moves a measure one way nearly everywhere, 0 where both ways or not at all."""
    return 0 if not mu_star > 0.0 or abs(mu) < ONE_WAY * mu_star else int(math.copysign(1.0, mu))


# ---------------------------------------------------------------- what moves it


def screen_figure(found: Findings) -> style.BilingualFigure:
    """A panel a headline: its strongest factors, by the mean size of the effect of their whole range."""
    first, second = found.titles
    title = Text("What moves the difference most", "什么对差异影响最大")
    note = Text(
        f"{second.en} minus {first.en}; bar: mean size of the effect of a factor's whole range (Morris' μ*, {found.factors} factors, "
        f"{found.trajectories} trajectories), line: its 95% interval; dotted: about what luck alone would give",
        f"{second.zh}减{first.zh}；条：因子走完全部范围的平均影响大小（Morris μ*，{found.factors} 个因子，{found.trajectories} 条轨迹），"
        f"线：95% 区间；点线：约为仅凭运气所得",
    )
    down = math.ceil(len(found.measures) / ACROSS)
    with bilingual():
        figure = style.new_figure(17.5, 1.7 + 3.3 * down, title, note)
        grid = figure.subplots(down, ACROSS, squeeze=False).ravel()
        for axes, measure in zip(grid, found.measures, strict=False):
            rows = found.screen[(found.screen["measure"] == measure) & (found.screen["rank"] <= SHOWN)]
            _strongest(axes, rows, measure)
        for axes in grid[len(found.measures) :]:
            axes.set_visible(False)
        words = (
            Text("raises the difference", "使差异上升"),
            Text("lowers it", "使其下降"),
            Text("now this, now that", "因情形而异"),
        )
        marks: list[Artist] = [Patch(facecolor=colour) for colour in (_UP, _DOWN, _MIXED)]
        marks.append(Line2D([], [], color=style.INK, linestyle=":"))
        names = [*(text.both for text in words), Text("luck alone", "仅凭运气").both]
        figure.legend(marks, names, loc="outside upper right", ncols=4, frameon=False, fontsize=9, labelcolor=style.INK)
    return figure


def _strongest(axes: Axes, rows: pd.DataFrame, measure: str) -> None:
    """One headline's bars, the longest on top."""
    factor = labels.factor_of(measure)
    axes.set_title(style.heading_of(measure, labels.difference_unit(measure)), loc="left", fontsize=10, color=style.INK)
    size = rows["mu_star"].to_numpy(float) * factor
    if not np.isfinite(size).any():
        style.say_empty(axes)
        return
    for place, (row, long) in enumerate(zip(rows.to_dict("records"), size, strict=True)):
        colour = {1: _UP, -1: _DOWN, 0: _MIXED}[direction(row["mu"], row["mu_star"])]
        axes.barh(place, long, height=0.6, color=colour, linewidth=0)
        ends = [row["mu_star_low"] * factor, row["mu_star_high"] * factor]
        axes.plot(ends, [place, place], color=style.INK, linewidth=1.2)
    if np.isfinite(noise := float(rows["noise"].iloc[0]) * factor):
        axes.axvline(noise, color=style.INK, linestyle=":", linewidth=1.2)
    axes.set_yticks(range(len(rows)), [_name(row) for row in rows.to_dict("records")])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(left=0.0)
    style.quiet(axes, grid="x")
    axes.tick_params(axis="y", length=0, labelsize=7.5)


def _name(row: dict[Any, Any], most: int = 46) -> str:
    """A factor's name on two lines, and which institution it belongs to."""
    whose = row["key"].split(".")[1] + ": " if row["key"].startswith("institutions.") else ""
    zh, en = str(row["zh"]), whose + str(row["en"])
    return printable(f"{_cut(zh, most // 2)}\n{_cut(en, most)}")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


# ---------------------------------------------------------------- what decides it, and where its sign holds


def indices_figure(found: Findings) -> style.BilingualFigure:
    """A column a headline: shares of its variance by factor, and below them the share of the space with each sign."""
    first, second = found.titles
    title = Text("What decides the difference, and where its sign holds", "什么决定差异，方向在何处成立")
    note = Text(
        f"{second.en} minus {first.en}; share of its variance when all {found.factors} factors vary at once: dark, by the factor itself "
        f"(S1), light, with all that it does together with others (ST), lines: 95% intervals; {found.base_points} base points."
        f"\nBelow: share of the space in which the difference is above 0 (blue) and below 0 (orange), full colour "
        f"where by more than two standard deviations between {found.seeds} seeds; ◆: as the worlds are",
        f"{second.zh}减{first.zh}；{found.factors} 个因子同时变动时占方差的比例：深色为因子自身（S1），浅色含其与其他因子的共同作用（ST），线：95% 区间；"
        f"{found.base_points} 个基点。\n下：差异大于 0（蓝）与小于 0（橙）的空间比例，深色为超出 {found.seeds} 个种子间标准差两倍者；◆：两个世界现状",
    )
    rows = found.indices
    keys = _order(rows)
    with bilingual():
        figure = style.new_figure(5.0 + 1.65 * len(found.measures), 3.3 + 0.46 * len(keys), title, note)
        grid = figure.subplots(
            2, len(found.measures), squeeze=False, sharey="row", height_ratios=[len(keys), 1.1], sharex="row"
        )
        for place, measure in enumerate(found.measures):
            own = rows[rows["measure"] == measure].set_index("key")
            _shares(grid[0, place], own, keys)
            zh, _, en = style.label_of(measure, lines=True).partition("\n")
            grid[0, place].set_title(f"{zh}\n{_folded(en)}", loc="left", fontsize=8.5, color=style.INK)
            _signs(grid[1, place], found.space[found.space["measure"] == measure].iloc[0])
        first_rows = {row["key"]: row for row in rows.to_dict("records")}
        grid[0, 0].set_yticks(range(len(keys)), [_name(first_rows[key], 60) for key in keys])
        grid[0, 0].set_ylim(len(keys) - 0.4, -0.6)
        grid[1, 0].set_yticks([0], ["符号所占空间\nshare of the space by sign"])
        for axes in grid.ravel():
            axes.tick_params(axis="y", length=0, labelsize=8)
        marks: list[Artist] = [Patch(facecolor=colour) for colour in (_ALONE, _TOTAL)]
        names = [Text("by itself S1", "自身 S1").both, Text("in total ST", "总效应 ST").both]
        figure.legend(marks, names, loc="outside upper right", ncols=2, frameon=False, fontsize=9, labelcolor=style.INK)
    return figure


def _order(rows: pd.DataFrame) -> list[str]:
    """Factors by their mean total effect over all measures; the others last."""
    mean = rows.groupby("key")["st"].mean().sort_values(ascending=False, kind="stable")
    return [*(key for key in mean.index if key != OTHERS), *(key for key in mean.index if key == OTHERS)]


def _folded(words: str, most: int = 20) -> str:
    """A long name on two lines."""
    at = words.rfind(" ", 0, most + 1)
    return words if len(words) <= most or at < 0 else f"{words[:at]}\n{_cut(words[at + 1 :], most + 4)}"


def _shares(axes: Axes, own: pd.DataFrame, keys: list[str]) -> None:
    if own["st"].isna().all():
        axes.text(0.5, 0.5, "无数据\nno data", transform=axes.transAxes, ha="center", va="center", color=style.FAINT)
    for place, key in enumerate(keys):
        row = own.loc[key]
        for name, colour, lift in (("st", _TOTAL, 0.0), ("s1", _ALONE, 0.12)):
            if not np.isfinite(row[name]):
                continue
            axes.barh(place + lift, max(0.0, row[name]), height=0.62 - 2.0 * lift, color=colour, linewidth=0)
        for name, lift in (("st", -0.2), ("s1", 0.12)):
            ends = np.clip([row[f"{name}_low"], row[f"{name}_high"]], 0.0, 1.15)
            axes.plot(ends, [place + lift] * 2, color=style.INK, linewidth=0.9, alpha=0.8)
    axes.set_xlim(0.0, 1.15)
    axes.set_xticks([0.0, 0.5, 1.0], ["0", "0.5", "1"])
    style.quiet(axes, grid="x")
    axes.spines["left"].set_visible(False)


def _signs(axes: Axes, row: pd.Series) -> None:
    """One bar: the space below 0 from the left, the space above 0 from the right."""
    for side, colour, ends in (("below", _DOWN, (0.0, 1.0)), ("above", _UP, (1.0, -1.0))):
        start, way = ends
        share, sure = row[side], row[f"surely_{side}"]
        if not np.isfinite(share):
            continue
        axes.barh(0, way * share, left=start, height=0.7, color=colour, alpha=0.35, linewidth=0)
        if np.isfinite(sure):
            axes.barh(0, way * sure, left=start, height=0.7, color=colour, linewidth=0)
        if share > 0.0:
            at = start + way * 0.02
            axes.text(at, 0.72, f"{share:.0%}", ha="left" if way > 0 else "right", va="top", fontsize=8, color=colour)
    if np.isfinite(row["start"]) and row["start"] != 0.0:
        axes.plot(0.06 if row["start"] < 0.0 else 0.94, 0, marker="D", color="white", markersize=4.5)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(1.15, -0.5)
    axes.set_xticks([])
    for edge in axes.spines.values():
        edge.set_visible(False)
