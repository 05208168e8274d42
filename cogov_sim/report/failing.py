"""How institutions fail: one figure and one table of most stated failures, calm and under stress."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report import style
from cogov_sim.report.ablation import short_name
from cogov_sim.report.fonts import bilingual, printable
from cogov_sim.report.labels import number
from cogov_sim.report.reference import table

_CALM, _STRESSED = "#9A9A9A", "#D55E00"
FILE, PICTURE = "failures.csv", "images/failures.png"
TITLE = Text("How institutions fail", "制度如何失败")
NOTE = Text(
    "each row on a scale of its own; line: 95 % interval of the change, from the calm mean; what the stress is: left, and in the table",
    "每行各用其刻度；线段为变化的 95% 区间（自平常均值起）；压力内容见左侧与表",
)


def failures_figure(rows: pd.DataFrame) -> style.BilingualFigure:
    """A row a failure: what is measured without stress (grey) and under it (red).

    Args:
        rows: as from ``experiments.stress.measure_failures``.
    """
    with bilingual():
        figure = style.new_figure(13.5, 1.6 + 0.36 * len(rows), TITLE, NOTE)
        axes = figure.subplots()
        for place, row in enumerate(_records(rows)):
            ends = np.array([row["calm"], row["stressed"], row["calm"] + row["low"], row["calm"] + row["high"]], float)
            ends = ends[np.isfinite(ends)]
            low, span = ends.min(), max(float(np.ptp(ends)), 1e-12)
            at = [
                (x - low) / span
                for x in (row["calm"], row["stressed"], row["calm"] + row["low"], row["calm"] + row["high"])
            ]
            axes.plot(at[2:], [place, place], color=_STRESSED, linewidth=1.2, alpha=0.6)
            axes.plot(at[0], place, "o", color=_CALM, markersize=7)
            axes.plot(at[1], place, "o", color=_STRESSED, markersize=7)
            said = f"{BY_NAME[row['measure']].text.both}: {number(row['calm'])} → {number(row['stressed'])}"
            axes.text(1.08, place, printable(said), va="center", ha="left", fontsize=8.5, color=style.INK)
        axes.set_yticks(
            range(len(rows)),
            [printable(f"{short_name(r['institution'])}: {r['zh']} {r['en']}") for r in _records(rows)],
            fontsize=8.5,
        )
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-0.05, 3.3)
        axes.set_xticks([])
        style.quiet(axes, grid="x")
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        marks = [Line2D([], [], marker="o", linestyle="", color=c) for c in (_CALM, _STRESSED)]
        axes.legend(
            marks,
            ["平常 calm", "受压 under stress"],
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=2,
            frameon=False,
            fontsize=9,
        )
        return figure


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def failures_section(rows: pd.DataFrame) -> list[str]:
    """The picture and the table, as parts of a Markdown page."""
    lines = [
        (
            f"`{row['institution']}`",
            f"{row['zh']}<br>{row['en']}",
            f"{BY_NAME[row['measure']].text.both} {'↑' if row['sign'] > 0 else '↓'}",
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
        table(heads, lines),
    ]
