"""Satisfaction against outlay: the way each world goes, year by year."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from cogov_sim.language import Text
from cogov_sim.report import labels, style


def satisfaction_outlay(comparison: style.ComparisonLike) -> style.BilingualFigure | None:
    """A point a year (its mean over months and seeds), joined in order; open at the start, full at the end."""
    if not {"satisfaction", "outlay_per_head"} <= set(comparison.measures):
        return None
    window = min(12, max(1, comparison.months // 2))
    note = Text(
        f"a point for every {window} months, mean of all seeds; lines at the end: 95% interval over seeds",
        f"每 {window} 个月一点，为全部种子的均值；终点的线段：跨种子的 95% 区间",
    )
    figure = style.new_figure(9.0, 6.2, Text("Satisfaction against outlay", "满意度与公共支出"), note)
    axes = figure.subplots()
    for rank, world in enumerate(comparison.worlds):
        _path(axes, comparison, world.name, rank, window)
    style.quiet(axes, grid="both")
    for measure, name in ((axes.set_xlabel, "outlay_per_head"), (axes.set_ylabel, "satisfaction")):
        measure(f"{style.label_of(name)} ({labels.units_of(name)})", fontsize=10, color=style.INK)
    axes.margins(0.08)
    _room(axes)
    _legend(axes, comparison)
    return figure


def _path(axes: Axes, comparison: style.ComparisonLike, name: str, rank: int, window: int) -> None:
    own = comparison.runs[comparison.runs["scenario"] == name]
    pair = ["outlay_per_head", "satisfaction"]
    # counted from the end, so that the last point is the same twelve months as in the tables
    year = (comparison.months - own["month"]) // window
    whole = own[year < comparison.months // window]
    path = whole.groupby(-year)[pair].mean().dropna()
    if path.empty:
        return
    x, y = path["outlay_per_head"].to_numpy(), path["satisfaction"].to_numpy()
    colour = style.colour(rank)
    axes.plot(x, y, style.dash(rank), color=colour, linewidth=1.6, marker="o", markersize=3.5)
    axes.plot(x[:1], y[:1], "o", color=colour, markerfacecolor="white", markersize=8, markeredgewidth=1.6)
    axes.plot(x[-1:], y[-1:], "o", color=colour, markersize=8)
    (x_low, x_high), (y_low, y_high) = (_interval(comparison, name, m, window) for m in pair)
    axes.plot([x_low, x_high], [y[-1], y[-1]], color=colour, linewidth=1.0)
    axes.plot([x[-1], x[-1]], [y_low, y_high], color=colour, linewidth=1.0)


def _interval(comparison: style.ComparisonLike, name: str, measure: str, window: int) -> tuple[float, float]:
    """Bounds of the interval at the end; from ``summary`` so that figure and table say the same."""
    table = comparison.summary(window)
    row = table[(table["scenario"] == name) & (table["measure"] == measure)].iloc[0]
    return float(row["low"]), float(row["high"])


def _room(axes: Axes) -> None:
    """Keep the axes from blowing nothing up to a mountain: at least 1 yuan and 2 points wide."""
    for limits, set_limits, least in (
        (axes.get_xlim(), axes.set_xlim, 1.0),
        (axes.get_ylim(), axes.set_ylim, 2.0),
    ):
        low, high = limits
        lack = max(0.0, least - (high - low)) / 2
        if np.isfinite([low, high]).all():
            set_limits(low - lack, high + lack)


def _legend(axes: Axes, comparison: style.ComparisonLike) -> None:
    many = len(comparison.worlds) > 4
    marks = [
        Line2D([], [], color=style.colour(rank), linestyle=style.dash(rank), linewidth=2.0)
        for rank in range(len(comparison.worlds))
    ]
    names = [style.title_of(world, lines=not many) for world in comparison.worlds]
    for face, text in (("white", "起点 start"), (style.INK, "终点 end")):
        marks.append(Line2D([], [], color=style.INK, marker="o", linestyle="", markerfacecolor=face, markersize=7))
        names.append(text)
    axes.legend(
        marks, names, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False,
        fontsize=8.5 if many else 9.5, labelspacing=0.7,
    )  # fmt: skip
