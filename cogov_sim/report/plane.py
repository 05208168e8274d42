"""The figure of a boundary: a map of the paired difference over a plane of two parameters, with its zero line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report import labels, panels, style
from cogov_sim.report.fonts import bilingual, printable

#: Where the second world loses, draws and wins; safe for colour-blind readers.
_LOSES, _EVEN, _WINS = style.BAD, "#F7F7F7", style.GOOD
_USUAL: dict[str, Any] = {"marker": "o", "linestyle": "none", "markerfacecolor": "none", "markersize": 13}
_COLOURS = LinearSegmentedColormap.from_list("boundary", [_LOSES, _EVEN, _WINS])


#: What is drawn if nothing else is said, and the world that is compared.
DRAWN = ("satisfaction", "participation", "performance")
CHALLENGER = Text("co-governance", "互动共治")


def plane_figure(
    table: pd.DataFrame, measures: Sequence[str] = DRAWN, challenger: Text = CHALLENGER
) -> style.BilingualFigure:
    """A panel a measure: every cell coloured and numbered, open cells hatched, a line where the difference is zero.

    Args:
        table: as from ``experiments.boundary.plane``.
        measures: which to draw.
        challenger: name of the world that is compared.
    """
    count = int(table["n"].max())
    title = Text(f"Where {challenger.en} stops winning", f"{challenger.zh}在哪里不再占优")
    note = Text(
        f"{challenger.en} minus the other world by seed, last 12 months, mean of {count} seeds; blue: it wins, orange: it loses; hatched: the 95% "
        "interval holds 0; line: the difference is 0",
        f"{challenger.zh}减另一世界，按种子配对，最后 12 个月，{count} 个种子的均值；蓝：占优，橙：落后；斜线：95% 区间含 0；线：差为 0",
    )
    note = style.with_mark(note, measures)
    with bilingual():
        figure = style.new_figure(1.2 + 4.9 * len(measures), 5.6, title, note)
        grid = figure.subplots(1, len(measures), squeeze=False, sharey=True)[0]
        for axes, measure in zip(grid, measures, strict=True):
            alike = [other for other in measures if panels.unit(other) == panels.unit(measure)]
            full = float(table.loc[table["measure"].isin(alike), "mean"].abs().max())
            _panel(axes, table[table["measure"] == measure], measure, full if full > 0.0 else 1.0)
        grid[0].set_ylabel(_axis_label(table, "y"), fontsize=9.5, color=style.INK)
        _key(figure)
    return figure


def _key(figure: style.BilingualFigure) -> None:
    marks: list[Artist] = [Patch(facecolor=c, edgecolor=style.RULE) for c in (_WINS, _LOSES)]
    marks.append(Patch(facecolor=_EVEN, edgecolor=style.FAINT, hatch="////"))
    marks.append(Line2D([], [], color=style.INK, **_USUAL))
    names = (Text("wins", "占优"), Text("loses", "落后"), Text("open", "未定"), Text("as shipped", "默认值"))
    words = [text.both for text in names]
    figure.legend(marks, words, loc="outside lower right", ncols=4, frameon=False, fontsize=9, labelcolor=style.INK)


def _axis_label(table: pd.DataFrame, side: str) -> str:
    return printable(str(table[f"{side}_label"].iloc[0]))


def _panel(axes: Axes, rows: pd.DataFrame, measure: str, full: float) -> None:
    """One measure: columns of the grid are values of x, rows are values of y, at equal distances.

    Args:
        axes: to draw on.
        rows: of the measure.
        measure: its name.
        full: the difference that has the full colour, the same for all panels of a unit.
    """
    factor = labels.factor_of(measure)
    largest = factor * full
    heading = style.heading_of(measure, labels.difference_unit(measure))
    said = f"{heading}\n满色 full colour: ±{labels.number(largest)}"
    axes.set_title(said, loc="left", fontsize=9.5, color=style.INK)
    mean = rows.pivot(index="y", columns="x", values="mean")
    x, y = mean.columns.to_numpy(float), mean.index.to_numpy(float)
    values = mean.to_numpy(float) * factor
    axes.pcolormesh(
        BY_NAME[measure].better * values,
        cmap=_COLOURS,
        vmin=-largest,
        vmax=largest,
        edgecolors="white",
        linewidth=1.0,
    )
    is_open = rows.pivot(index="y", columns="x", values="state").to_numpy() == "open"
    for r, c in np.argwhere(np.isfinite(values)):
        if is_open[r, c]:
            axes.add_patch(Rectangle((c, r), 1, 1, fill=False, hatch="////", edgecolor=style.FAINT, linewidth=0))
        dark = not is_open[r, c] and abs(values[r, c]) > 0.6 * largest
        box = {"facecolor": _EVEN, "edgecolor": "none", "pad": 0.8, "alpha": 0.85} if is_open[r, c] else None
        axes.text(
            c + 0.5, r + 0.5, labels.number(float(values[r, c]), sign=True), ha="center", va="center", fontsize=8,
            color="white" if dark else style.INK, bbox=box,
        )  # fmt: skip
    if not np.isfinite(values).any():
        axes.text(0.5, 0.5, "无数据 no data", transform=axes.transAxes, ha="center", va="center", color=style.FAINT)
    elif min(values.shape) > 1 and np.isfinite(values).all() and values.min() < 0.0 < values.max():
        centres = np.meshgrid(np.arange(len(x)) + 0.5, np.arange(len(y)) + 0.5)
        axes.contour(*centres, values, levels=[0.0], colors=style.INK, linewidths=1.8)
    usual = [_place(rows[f"{side}_usual"].iloc[0], at) for side, at in (("x", x), ("y", y))]
    axes.plot(*([place] for place in usual), color=style.INK, **_USUAL)
    axes.set_xticks(np.arange(len(x)) + 0.5, [f"{v:g}" for v in x])
    axes.set_yticks(np.arange(len(y)) + 0.5, [f"{v:g}" for v in y])
    axes.set_xlabel(_axis_label(rows, "x"), fontsize=9.5, color=style.INK)
    axes.tick_params(colors=style.INK, labelsize=9, length=0)
    for edge in axes.spines.values():
        edge.set_visible(False)


def _place(value: float, at: Any) -> float:
    """Where a value lies among the columns or rows of the grid; NaN beyond them."""
    return float(np.interp(value, at, np.arange(len(at)) + 0.5, left=np.nan, right=np.nan))
