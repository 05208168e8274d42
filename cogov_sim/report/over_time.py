"""The headline measures month by month."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME, HEADLINE
from cogov_sim.report import labels, style

#: With more worlds than this their bands would hide one another.
MOST_BANDS = 5


def measures_over_time(comparison: style.ComparisonLike) -> style.BilingualFigure | None:
    """Small multiples: one panel a measure, one line a world, 95 % interval over seeds as a band."""
    names = [name for name in HEADLINE if name in comparison.measures]
    if not names:
        return None
    columns = 4
    rows = math.ceil((len(names) + 1) / columns)
    seeds = comparison.counted
    note = Text(f"mean over {seeds.en}", f"{seeds.zh}的均值")
    if len(comparison.worlds) <= MOST_BANDS and len(comparison.seeds) > 1:
        note = Text(f"{note.en} and its 95% interval", f"{note.zh}及其 95% 区间")
    title = Text("Headline measures over time", "主要指标随时间的变化")
    figure = style.new_figure(13.0, 2.65 * rows + 1.0, title, note)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, name in zip(grid, names, strict=False):
        _panel(axes, comparison, name)
    for axes in grid[len(names) :]:
        axes.axis("off")
    _legend(grid[len(names)], comparison)
    return figure


def _panel(axes: Axes, comparison: style.ComparisonLike, name: str) -> None:
    table = comparison.monthly(name)
    factor = labels.factor_of(name)
    for rank, world in enumerate(comparison.worlds):
        rows = table[table["scenario"] == world.name]
        colour = style.colour(rank)
        month = rows["month"].to_numpy(float)
        if len(comparison.worlds) <= MOST_BANDS:
            low, high = (rows[side].to_numpy(float) * factor for side in ("low", "high"))
            axes.fill_between(month, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(month, rows["mean"].to_numpy(float) * factor, style.dash(rank), color=colour, linewidth=1.6)
    if table["mean"].isna().all():
        style.say_empty(axes)
    _within_bounds(axes, name, table)
    style.quiet(axes)
    axes.set_title(style.heading_of(name), loc="left", fontsize=9.5, color=style.INK)
    axes.set_xlabel("月 month", fontsize=8.5, color=style.FAINT, labelpad=1)
    axes.set_xlim(0, comparison.months)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 1.2, 2, 2.4, 3, 6, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(4))


def _within_bounds(axes: Axes, name: str, table: pd.DataFrame) -> None:
    """An interval may reach beyond what a share can be; the axis does not, unless a mean does."""
    top = {"share": 1.0, "0-1": 1.0, "0-100": 100.0}.get(BY_NAME[name].unit)
    if top is not None and table["mean"].dropna().between(0, top).all():
        low, high = axes.get_ylim()
        top *= labels.factor_of(name)
        axes.set_ylim(max(low, -0.02 * top), min(high, 1.02 * top))


def _legend(axes: Axes, comparison: style.ComparisonLike) -> None:
    many = len(comparison.worlds) > 4
    lines = [
        Line2D([], [], color=style.colour(rank), linestyle=style.dash(rank), linewidth=2.2)
        for rank in range(len(comparison.worlds))
    ]
    axes.legend(
        lines,
        [style.title_of(world, lines=not many) for world in comparison.worlds],
        loc="upper left",
        frameon=False,
        fontsize=8 if many else 10,
        labelspacing=0.5 if many else 1.0,
        labelcolor=style.INK,
    )
