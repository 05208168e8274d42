"""How institutions fail: one figure and one table of most stated failures, calm and under stress."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report import labels, panels, style
from cogov_sim.report.ablation import short_name
from cogov_sim.report.fonts import bilingual
from cogov_sim.report.labels import number
from cogov_sim.report.reference import table

FILE, PICTURE = "failures.csv", "images/failures.png"
TITLE = Text("How institutions fail", "制度如何失败")
HOW = Text(
    "small societies of one or two communities, 24 months, begun without a history",
    "一两个社区的小社会，24 个月，无改革前历史",
)
"""What ``tools/shipped.py failures`` measures."""
NOTE = Text(
    "under stress minus calm, mean and 95% interval over seeds, one axis for each unit; right: what is measured, calm → under stress",
    "受压减平常，均值与种子间 95% 区间，每种单位一条坐标轴；右侧：所测指标，平常 → 受压",
)


def failures_figure(rows: pd.DataFrame) -> style.BilingualFigure:
    """A row a failure, a panel a unit: under stress minus calm.

    Args:
        rows: as from ``experiments.stress.measure_failures``.
    """
    found = _records(rows)
    measures = [str(row["measure"]) for row in found]
    with bilingual():
        figure = style.new_figure(14.0, 1.0 + panels.height(measures), TITLE, style.with_mark(NOTE, measures))
        for (names, middle, numbers), places in panels.panels(figure, measures, (5.2, 3.6, 5.2), drawn=(1,)):
            factor = labels.factor_of(measures[places[0]])
            ends = {k: [factor * x for x in _change(found[k])] for k in places}
            panels.around_zero([middle], [x for k in places for x in ends[k]])
            for place, k in enumerate(places):
                low, mean, high = ends[k]
                row, own = found[k], BY_NAME[measures[k]]
                colour = style.GREY if own.by_setting else style.INK
                middle.plot([low, high], [place, place], color=colour, linewidth=1.6, zorder=3)
                middle.plot(mean, place, "o", color=colour, markersize=6, zorder=4)
                what = f"{short_name(row['institution'])}: {row['zh']} {row['en']}"
                panels.write(names, 1.0, place, what, "right", size=8.5)
                said = f"{own.both}: {number(factor * row['calm'])} → {number(factor * row['stressed'])}"
                panels.write(numbers, 0.02, place, said, "left", size=8.5)
    return figure


def _change(row: dict[str, Any]) -> tuple[float, float, float]:
    """Low, mean and high of what stress does."""
    return float(row["low"]), float(row["stressed"] - row["calm"]), float(row["high"])


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def failures_section(rows: pd.DataFrame) -> list[str]:
    """The picture and the table, as parts of a Markdown page."""
    lines = [
        (
            f"`{row['institution']}`",
            f"{row['zh']}<br>{row['en']}",
            f"{BY_NAME[row['measure']].both} {'↑' if row['sign'] > 0 else '↓'}",
            number(row["calm"]),
            number(row["stressed"]),
            f"{100 * row['same_sign']:.0f} %",
        )
        for row in _records(rows)
    ]
    heads = [
        "制度 institution",
        "压力 stress",
        "表现 shows in",
        "平常 calm",
        "受压 stressed",
        "符号一致 seeds with that sign",
    ]
    return [
        "## How institutions fail 制度如何失败",
        f"![How institutions fail 制度如何失败]({PICTURE})",
        "Most ways of failing that institutions state, each at a setting at which it shows; the others have tests (`tests/test_failures*.py`). Settings: `cogov_sim/experiments/stress.py`.",
        "各制度声明的大多数失败方式，各在使其显现的设置下；其余见 `tests/test_failures*.py`。设置见 `cogov_sim/experiments/stress.py`。",
        f"A search for what goes wrong, and no measure of how often: {HOW.en}.",
        f"旨在找出会出什么问题，并不衡量其发生的可能：{HOW.zh}。",
        table(heads, lines),
    ]
