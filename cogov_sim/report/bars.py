"""Stacked bars: who paid, and where the committees' hours went."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cogov_sim.language import Text
from cogov_sim.measures.definitions import MARK
from cogov_sim.report import style

_PAYERS = (
    ("public", Text("public money", "公共资金")),
    ("money", Text("residents' money", "居民出资")),
    ("labour", Text("residents' hours, valued", "居民出力（折价）")),
    ("land", Text("land given up, valued", "居民让地（折价）")),
    ("enterprise", Text("enterprises' money", "企业出资")),
)
_HOURS = (
    ("hours_administration", Text(f"administration {MARK}", f"行政事务 {MARK}")),
    ("hours_service", Text("answering residents", "答复诉求")),
    ("hours_projects", Text("projects", "项目管理")),
    ("hours_institutions", Text(f"running institutions {MARK}", f"制度运行 {MARK}")),
    ("hours_campaigns", Text("campaigns", "整治行动")),
    ("hours_mobilisation", Text("asking residents", "动员居民")),
)
_BARS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#F0E442")


def who_paid(comparison: style.ComparisonLike) -> style.BilingualFigure | None:
    """Yuan a head and month by payer in every world, mean over the whole run."""
    needed = {"outlay_per_head", "residents_money", "property_fees", "residents_hours", "enterprise_money"}
    if not needed <= set(comparison.measures):
        return None
    means = comparison.runs.groupby("scenario").mean(numeric_only=True)
    rows = []
    for world in comparison.worlds:
        mean = means.loc[world.name]
        labour = mean["residents_hours"] * world.hour_value
        own = mean["residents_money"] + mean["property_fees"]
        land = mean.get("land_value", 0.0)  # results of before it was counted have none
        rows.append([mean["outlay_per_head"], own, labour, land, mean["enterprise_money"]])
    hour = comparison.worlds[0].hour_value
    note = Text(
        f"yuan a head and month, mean of {comparison.months} months; residents' money includes donations and property fees ※; a resident's hour counts {hour:g} yuan",
        f"元/人·月，全部 {comparison.months} 个月的均值；居民出资含捐款与物业费 ※；居民一小时按 {hour:g} 元计",
    )
    return _stacked(
        comparison,
        Text("Who paid", "谁出了钱和力"),
        style.with_mark(note, needed),
        [text for _, text in _PAYERS],
        np.array(rows),
    )


def committee_hours(comparison: style.ComparisonLike) -> style.BilingualFigure | None:
    """Per cent of committee and workstation hours by use in every world, mean over the whole run."""
    names = [name for name, _ in _HOURS if name in comparison.measures]
    if not names:
        return None
    means = comparison.runs.groupby("scenario")[names].mean()
    values = np.array([means.loc[world.name].to_numpy(float) * 100 for world in comparison.worlds])
    note = Text(
        f"% of the hours of committee and workstation, mean of {comparison.months} months; the rest went unused",
        f"占居委会与工作站工时的 %，全部 {comparison.months} 个月的均值；其余未用",
    )
    title = Text("Where the committees' hours went", "居委会的时间用在哪里")
    return _stacked(
        comparison, title, style.with_mark(note, names), [text for name, text in _HOURS if name in names], values
    )


def _stacked(
    comparison: style.ComparisonLike, title: Text, note: Text, parts: Sequence[Text], values: np.ndarray
) -> style.BilingualFigure:
    """Horizontal bars, one a world, with the number in every part wide enough and the sum at the end."""
    values = np.nan_to_num(values, nan=0.0)
    worlds = comparison.worlds
    figure = style.new_figure(10.5, 1.9 + 0.72 * len(worlds), title, note)
    axes = figure.subplots()
    ends = values.cumsum(axis=1)
    widest = max(float(ends.max()), 1e-9)
    places = np.arange(len(worlds))
    for part, text in enumerate(parts):
        starts = ends[:, part] - values[:, part]
        label = f"{text.zh}\n{text.en}"
        axes.barh(places, values[:, part], left=starts, height=0.62, color=_BARS[part], label=label, linewidth=0)
        for place in range(len(worlds)):
            if values[place, part] > 0.045 * widest:
                middle = starts[place] + values[place, part] / 2
                axes.text(middle, place, f"{values[place, part]:.1f}", ha="center", va="center", fontsize=9)
    for place in range(len(worlds)):
        total = f" {ends[place, -1]:.1f}"
        axes.text(ends[place, -1], place, total, ha="left", va="center", fontsize=9, color=style.FAINT)
    axes.set_yticks(places, [style.title_of(world) for world in worlds])
    axes.set_ylim(len(worlds) - 0.5, -0.5)
    axes.set_xlim(0, widest * 1.07)
    style.quiet(axes, grid="x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=9.5)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(parts), frameon=False, fontsize=9,
        handlelength=1.0, columnspacing=1.4, borderaxespad=0.2,
    )  # fmt: skip
    return figure
