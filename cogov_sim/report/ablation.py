"""Figures of who does the work: all institutions in one, and one figure for each institution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from cogov_sim.language import Text
from cogov_sim.report import labels, panels, style
from cogov_sim.report.evidence import (
    AGAINST,
    ALL,
    BASE,
    LIKELY,
    NO_DATA,
    NOTHING,
    OPEN,
    SCENARIO,
    SET,
    SURE,
    Effect,
    by_place,
    place_texts,
)
from cogov_sim.report.fonts import bilingual, printable
from cogov_sim.scenario.institution import institution_classes, institution_text

_HOPED = "#EDEDED"
FULL_DOT = 16.0
"""Diameter of the largest dot of a unit, points."""
#: Names of the two worlds, if nothing else is said.
WORLDS = (Text("co-governance", "互动共治"), Text("government-run", "政府包办"))
PLACES = (SCENARIO, BASE)


def pillars(keys: Sequence[str]) -> dict[Text, list[str]]:
    """Institutions by pillar, in the order of the registry."""
    found: dict[Text, list[str]] = {}
    for key, one in institution_classes().items():
        if key in keys:
            found.setdefault(one.pillar, []).append(key)
    return found


def short_name(key: str) -> str:
    """An institution's name in both languages, as rows of figures have it."""
    return printable(institution_text(key).both)


# ---------------------------------------------------------------- all institutions


def ablation_figure(table: pd.DataFrame, worlds: tuple[Text, Text] = WORLDS) -> style.BilingualFigure:
    """A row an institution, a column a headline measure; left: taken out of the whole, right: alone.

    A dot's area is the effect, on one scale for each unit, which stands below the columns; filled if it is sure, a ring
    if only likely, a grey ring if open. Cells with a hypothesis are shaded; a frame says that the effect is surely against it.

    Args:
        table: as from ``experiments.ablation``.
        worlds: names of the whole and of the base.
    """
    measures = list(dict.fromkeys(table.loc[table["place"] == ALL, "measure"]))
    rows: list[Text | str] = []
    for pillar, keys in pillars(list(table["institution"])).items():
        rows += [pillar, *keys]
    rows.append("")
    tests = {place: int((table.loc[table["place"] == place, "adjusted"].notna()).sum()) for place in PLACES}
    with bilingual():
        figure = style.new_figure(
            4.6 + 2 * 0.58 * len(measures),
            3.4 + 0.3 * len(rows),
            Text("Who does the work", "谁在起作用"),
            _note(table, tests),
        )
        grid = figure.subplots(1, 2, sharey=True)
        for axes, place in zip(grid, PLACES, strict=True):
            _matrix(axes, table, place, rows, measures)
            axes.set_title(_lines(place_texts(worlds)[place]), loc="left", fontsize=10.5, color=style.INK, pad=8)
        names = [short_name(row) if isinstance(row, str) and row else "" for row in rows]
        grid[0].set_yticks(range(len(rows)), names)
        for y, row in enumerate(rows):
            if isinstance(row, Text):
                _beside(grid[0], y, row.both, style.FAINT)
        _beside(grid[0], len(rows) - 1, place_texts(worlds)[ALL].both, style.INK)
        _key(figure, against=bool((table.loc[table["measure"].isin(measures), "verdict"] == AGAINST).any()))
    return figure


def _beside(axes: Axes, place: int, words: str, colour: str) -> None:
    axes.annotate(
        printable(words), (0, place), xycoords=("axes fraction", "data"), xytext=(-5, 0), textcoords="offset points",
        ha="right", va="center", fontsize=9, color=colour, weight="normal",
    )  # fmt: skip


def _note(table: pd.DataFrame, tests: dict[str, int]) -> Text:
    first = table.iloc[0]
    seeds, months = int(first["seeds"]), int(first["months"])
    left, right = (tests[place] for place in PLACES)
    return Text(
        f"Effect: with the institution minus without it, by seed, last 12 of {months} months, mean of {seeds} seeds. Area of a dot: "
        "size of the effect; one scale for each unit, below the columns: what the largest dot is; no dot: exactly 0; –: no data.\n"
        f"Sure: 95% after Holm's correction for all {left} tests of the left half, {right} of the right (those of hypotheses on other "
        "measures are among them); likely: 95% alone. + and − at the end of a row: added here, taken out here.",
        f"作用：有该制度减无该制度，按种子配对，{months} 个月中的最后 12 个月，{seeds} 个种子的均值。点的面积：作用大小；同一单位同一尺度，列下为最大点的数值；"
        f"无点：恰为 0；–：无数据。\n确定：对左半全部 {left} 个、右半 {right} 个检验（含对其他指标的假设）作 Holm 校正后 95% 区间仍不含 0；"
        "可能：仅自身 95% 区间不含 0。行末 + 与 −：在此处为加入、去掉。",
    )


def _matrix(axes: Axes, table: pd.DataFrame, place: str, rows: Sequence[Text | str], measures: Sequence[str]) -> None:
    """One half of the figure; the bottom row is all institutions at once."""
    scale = largest(table, measures)
    effects = by_place(table)
    for y, row in enumerate(rows):
        if isinstance(row, Text):
            continue
        axes.axhline(y, color=style.RULE, linewidth=0.5, zorder=0)
        own = [effects[place if row else ALL, row, measure] for measure in measures]
        for x, effect in enumerate(own):
            _mark(axes, x, y, effect, scale[effect["measure"]])
        how = own[0]["how"]
        if how == ("added" if place == SCENARIO else "removed"):
            axes.text(
                len(measures) - 0.4, y, "+" if how == "added" else "−", va="center", fontsize=9, color=style.FAINT
            )
    axes.axhline(len(rows) - 1.5, color=style.FAINT, linewidth=0.9)
    for x, name in enumerate(measures):
        axes.text(x, len(rows) - 0.3, _full(name, scale[name]), ha="center", va="top", fontsize=6.5, color=style.FAINT)
    axes.set_xlim(-0.55, len(measures) - 0.45)
    axes.set_ylim(len(rows) + 1.6, -0.6)
    axes.set_xticks(range(len(measures)), [style.label_of(name, lines=True) for name in measures])
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0, labelsize=8)
    axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=style.INK)
    for label in axes.get_xticklabels():
        label.set(rotation=50, ha="left", rotation_mode="anchor", color=style.INK)
    for edge in axes.spines.values():
        edge.set_visible(False)


def largest(table: pd.DataFrame, measures: Sequence[str]) -> dict[str, float]:
    """The largest effect among all measures of the same unit, by measure."""
    shown = table[table["measure"].isin(measures)]
    sizes = shown["mean"].abs().groupby(shown["measure"].map(panels.unit)).max()
    return {name: float(sizes[panels.unit(name)]) for name in measures}


def _full(measure: str, size: float) -> str:
    """What the largest dot stands for, its unit in words."""
    unit = labels.difference_unit(measure)
    words = "\n".join(dict.fromkeys((unit.zh, *wrap(unit.en, 10))))
    return printable(f"● = {labels.number(size * labels.factor_of(measure))}\n{words}")


def _mark(axes: Axes, x: int, y: int, row: Effect, scale: float) -> None:
    if row["expected"]:
        axes.add_patch(Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, facecolor=_HOPED, edgecolor="none", zorder=0.5))
    if row["verdict"] == AGAINST:
        axes.add_patch(
            Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, fill=False, edgecolor=style.INK, linewidth=1.3, zorder=4)
        )
    if row["evidence"] == NO_DATA:
        axes.text(x, y, "–", ha="center", va="center", fontsize=8, color=style.FAINT)
        return
    share = abs(row["mean"]) / scale if scale > 0 else 0.0
    if row["evidence"] == NOTHING:
        return
    edge, face = colours(row)
    width = 0.8 if row["evidence"] == OPEN else 1.4
    axes.plot(
        x, y, "o", markersize=max(1.5, FULL_DOT * math.sqrt(share)), markeredgecolor=edge, markerfacecolor=face,
        markeredgewidth=width, zorder=3,
    )  # fmt: skip


def colours(row: Effect) -> tuple[str, str]:
    """Edge and face of a dot: hue for good or bad, filled for sure, ring for likely; grey ring: open, grey: set."""
    if row["evidence"] == SET:
        return style.GREY, style.GREY
    if row["evidence"] not in (SURE, LIKELY):
        return style.GREY, "white"
    colour = style.hue(row["measure"], row["mean"])
    return colour, colour if row["evidence"] == SURE else "white"


def _key(figure: style.BilingualFigure, *, against: bool) -> None:
    def dot(edge: str, face: str) -> Artist:
        return Line2D(
            [], [], marker="o", linestyle="none", markersize=9, markeredgecolor=edge, markerfacecolor=face,
            markeredgewidth=1.4,
        )  # fmt: skip

    marks = [
        dot(style.GOOD, style.GOOD),
        dot(style.BAD, style.BAD),
        dot(style.INK, style.INK),
        dot(style.GOOD, "white"),
        dot(style.GREY, "white"),
    ]
    marks += [Patch(facecolor=_HOPED), Patch(facecolor="white", edgecolor=style.INK, linewidth=1.3)]
    words = (
        Text("as reformers hope, sure", "朝改革希望的方向，确定"),
        Text("against it, sure", "朝相反方向，确定"),
        Text("neither", "无所谓好坏"),
        Text("only likely", "仅为可能"),
        Text("open", "未定"),
        Text("hypothesis", "有假设"),
        Text("surely against it", "与假设确定相反"),
    )
    shown = len(words) if against else -1
    figure.legend(
        marks[:shown], [text.both for text in words[:shown]], loc="outside upper right", ncols=4, frameon=False, fontsize=8.5,
        labelcolor=style.INK, handletextpad=0.3, columnspacing=1.0,
    )  # fmt: skip


# ---------------------------------------------------------------- one institution


def institution_figure(table: pd.DataFrame, key: str, worlds: tuple[Text, Text] = WORLDS) -> style.BilingualFigure:
    """One institution's effects with intervals: taken out of the whole, and alone; a row a measure, a panel a unit.

    Args:
        table: as from ``experiments.ablation``.
        key: the institution.
        worlds: names of the whole and of the base.
    """
    own = table[table["institution"] == key]
    effects, measures = by_place(own), list(dict.fromkeys(own["measure"]))
    text = institution_text(key)
    title = Text(f"{text.en}: what it moves", f"{text.zh}：它改变了什么")
    note = Text(
        "with it minus without it, mean and 95% interval; one axis for each unit; blue: as reformers hope, orange: against it, black: "
        "neither; filled: sure, ring: likely, grey ring: open; triangle: expected direction",
        "有它减无它，均值与 95% 区间；每种单位一条坐标轴；蓝：朝改革希望的方向，橙：朝相反方向，黑：无所谓好坏；"
        "实心：确定，空心：可能，灰圈：未定；三角：假设的方向",
    )
    with bilingual():
        figure = style.new_figure(12.5, 1.5 + panels.height(measures), title, style.with_mark(note, measures))
        lines = panels.panels(figure, measures, (4.2, 2.8, 1.2, 2.8, 1.2), drawn=(1, 3))
        for axes, places in lines:
            rows = {p: [effects[p, key, measures[k]] for k in places] for p in PLACES}
            factor = labels.factor_of(measures[places[0]])
            panels.around_zero(
                (axes[1], axes[3]),
                [factor * row[n] for own in rows.values() for row in own for n in ("mean", "low", "high")],
            )
            for place, k in enumerate(places):
                panels.write(axes[0], 1.0, place, style.label_of(measures[k]), "right", size=8.5)
            for middle, numbers, p in zip(axes[1::2], axes[2::2], PLACES, strict=True):
                for place, row in enumerate(rows[p]):
                    _effect(middle, numbers, place, row, factor)
        for top, p in zip(lines[0][0][1::2], PLACES, strict=True):
            heading = _lines(_done(effects[p, key, measures[0]], worlds))
            top.set_title(heading, loc="left", fontsize=9, color=style.INK)
    return figure


def _lines(text: Text) -> str:
    """What was done, and which way round its effect is to be read."""
    return printable(f"{text.zh}（有它减无它）\n{text.en} (with it minus without it)")


def _done(row: Effect, worlds: tuple[Text, Text]) -> Text:
    """What was done: an institution that the scenario lacks was added to it, one that the base has was taken out."""
    world = worlds[PLACES.index(row["place"])]
    return place_texts((world, world))[SCENARIO if row["how"] == "removed" else BASE]


def _effect(axes: Axes, numbers: Axes, y: int, row: Effect, factor: float) -> None:
    if row["expected"]:
        mark = "^" if row["expected"] > 0 else "v"
        beside = axes.get_yaxis_transform()
        axes.plot(0.01, y, mark, markersize=4.5, color=style.INK, clip_on=False, transform=beside)
    if row["evidence"] == NO_DATA:
        panels.write(numbers, 0.02, y, "无数据 no data", "left", size=8, faint=True)
        return
    edge, face = colours(row)
    if np.isfinite(row["low"]):
        axes.plot([factor * row["low"], factor * row["high"]], [y, y], color=edge, linewidth=1.7, zorder=3)
    axes.plot(factor * row["mean"], y, "o", markersize=6, markeredgecolor=edge, markerfacecolor=face, zorder=4)
    panels.write(numbers, 0.6, y, labels.difference_number(row["mean"] * factor), "right", size=8.5)
