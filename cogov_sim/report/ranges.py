"""The figure of what is contested: every headline difference over the range of every contested constant."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from cogov_sim.language import Text
from cogov_sim.report import labels, panels, style
from cogov_sim.report.fonts import bilingual

_COLOURS = {"wins": style.GOOD, "loses": style.BAD, "more": style.INK, "less": style.INK, "open": style.GREY}
_WORDS = {
    "wins": Text("co-governance wins", "共治占优"),
    "loses": Text("it loses", "落后"),
    "more": Text("more or less, neither good nor bad", "较多或较少，无所谓好坏"),
    "open": Text("interval holds 0", "区间含 0"),
}


def ranges_figure(table: pd.DataFrame) -> style.BilingualFigure:
    """A row a headline measure, a column a contested constant: mean and 95 % interval of the difference at each value.

    Args:
        table: as from ``validation.contested.scan``.
    """
    keys, measures = list(dict.fromkeys(table["key"])), list(dict.fromkeys(table["measure"]))
    title = Text("What is contested: do the signs hold?", "有争议的常数：结论的方向是否成立？")
    note = Text(
        f"co-governance minus government-run, by seed, last 12 months, mean and 95% interval over {int(table['n'].max())} seeds; "
        "dotted: as shipped; one scale for each unit",
        f"互动共治减政府包办，按种子配对，最后 12 个月，{int(table['n'].max())} 个种子的均值与 95% 区间；点线：默认值；同一单位同一尺度",
    )
    note = style.with_mark(note, measures)
    with bilingual():
        figure = style.new_figure(2.6 + 2.5 * len(keys), 1.6 + 1.2 * len(measures), title, note)
        grid = figure.subplots(len(measures), len(keys), squeeze=False, sharex="col", sharey="row")
        for row, measure in zip(grid, measures, strict=True):
            for axes, key in zip(row, keys, strict=True):
                _panel(axes, table[(table["key"] == key) & (table["measure"] == measure)], labels.factor_of(measure))
            unit = labels.difference_unit(measure)
            units = unit.zh if unit.zh == unit.en else f"{unit.zh}\n{unit.en}"
            heading = f"{style.label_of(measure, lines=True)}\n({units})"
            row[0].set_ylabel(heading, fontsize=8.5, color=style.INK, rotation=0, ha="right", va="center")
        for places in panels.by_unit(measures).values():  # one unit, one scale
            low, high = np.array([grid[k, 0].get_ylim() for k in places]).T
            for k in places:
                grid[k, 0].set_ylim(low.min(), high.max())
        for axes, key in zip(grid[0], keys, strict=True):
            zh, en = (str(table.loc[table["key"] == key, column].iloc[0]) for column in ("zh", "en"))
            axes.set_title(f"{zh}\n{_folded(en)}\n{key}", fontsize=8.5, loc="left", color=style.INK)
        marks: list[Artist] = [
            Line2D([], [], marker="o", color=colour) for colour in (_COLOURS[name] for name in _WORDS)
        ]
        words = [text.both for text in _WORDS.values()]
        figure.legend(marks, words, loc="outside upper right", ncols=2, frameon=False, fontsize=9, labelcolor=style.INK)
    return figure


def _folded(words: str, most: int = 34) -> str:
    """A long name on two lines."""
    if len(words) <= most:
        return f"{words}\n"
    cut = words.rfind(" ", 0, most)
    return f"{words[:cut]}\n{words[cut + 1 :]}"


def _panel(axes: Axes, rows: pd.DataFrame, factor: float) -> None:
    rows = rows.sort_values("value")
    axes.axhline(0.0, color=style.INK, linewidth=0.8, zorder=1)
    x = np.arange(len(rows))
    for place in x[rows["shipped"].to_numpy(bool)]:
        axes.axvline(place, color=style.FAINT, linewidth=1.0, linestyle=":", zorder=1)
    mean = rows["mean"].to_numpy(float) * factor
    axes.plot(x, mean, color=style.RULE, linewidth=1.2, zorder=2)
    low, high = (rows[side].to_numpy(float) * factor for side in ("low", "high"))
    for k, state in enumerate(rows["state"]):
        if np.isfinite(mean[k]):
            colour = _COLOURS.get(state, style.FAINT)
            axes.plot([x[k], x[k]], [low[k], high[k]], color=colour, linewidth=1.6, zorder=3)
            axes.plot(x[k], mean[k], "o", color=colour, markersize=4.5, zorder=4)
    axes.set_xticks(x, [f"{value:g}" for value in rows["value"]])
    if not np.isfinite(mean).any():
        style.say_empty(axes)
    style.quiet(axes)
    axes.tick_params(labelsize=8)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.margins(x=0.08)
