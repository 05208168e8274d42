"""Rows of measures in panels: one unit, one axis, so that what looks larger is larger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report import labels, style
from cogov_sim.report.fonts import printable

ROW, FOOT = 0.275, 0.62
"""Inches a row takes, and what each panel takes for its axis."""


def unit(measure: str) -> str:
    """What two measures have to share to be drawn on one axis."""
    return BY_NAME[measure].unit if measure in BY_NAME else measure


def by_unit(measures: Sequence[str]) -> dict[str, list[int]]:
    """Places of rows by the unit of their measure, in the order in which units first come."""
    found: dict[str, list[int]] = {}
    for place, measure in enumerate(measures):
        found.setdefault(unit(measure), []).append(place)
    return found


def height(measures: Sequence[str]) -> float:
    """Inches that ``panels`` of these rows take."""
    return ROW * len(measures) + FOOT * len(by_unit(measures))


def panels(
    figure: style.BilingualFigure, measures: Sequence[str], widths: Sequence[float], drawn: Sequence[int]
) -> list[tuple[list[Axes], list[int]]]:
    """A line of axes for every unit, as high as it has rows, the first row on top.

    Args:
        figure: new.
        measures: of the rows.
        widths: of the columns, relative to one another.
        drawn: which columns show differences: from zero, with the unit in words below.

    Returns:
        For each unit its axes, and the places (in ``measures``) of its rows.
    """
    found = list(by_unit(measures).values())
    grid = figure.subplots(
        len(found), len(widths), squeeze=False, sharey="row", width_ratios=list(widths),
        height_ratios=[ROW * len(rows) + 0.12 for rows in found],
    )  # fmt: skip
    for line, rows in zip(grid, found, strict=True):
        line[0].set_ylim(len(rows) - 0.4, -0.6)
        for column, axes in enumerate(line):
            if column in drawn:
                _difference_axis(axes, measures[rows[0]], len(rows))
            else:
                axes.set_xlim(0, 1)
                axes.axis("off")
    return [(list(line), rows) for line, rows in zip(grid, found, strict=True)]


def _difference_axis(axes: Axes, measure: str, rows: int) -> None:
    axes.plot([0.0, 0.0], [-0.6, rows - 0.4], color=style.FAINT, linewidth=0.9, zorder=1)
    for place in range(rows):
        axes.axhline(place, color=style.RULE, linewidth=0.5, zorder=0)
    said = labels.difference_unit(measure).both
    axes.set_xlabel(printable(said), fontsize=8.5, color=style.FAINT, labelpad=1)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.tick_params(axis="x", length=2, labelsize=8, labelcolor=style.FAINT, color=style.RULE)
    axes.tick_params(axis="y", length=0, labelsize=8.5, labelcolor=style.INK)
    for name, edge in axes.spines.items():
        edge.set_visible(name == "bottom")
        edge.set_color(style.RULE)


def around_zero(axes: Iterable[Axes], numbers: Iterable[float]) -> None:
    """The same scale for all of these, as wide to the left as to the right."""
    values = np.array(list(numbers), float)
    widest = float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values))) or 1.0
    for one in axes:
        one.set_xlim(-1.08 * widest, 1.08 * widest)


def write(axes: Axes, x: float, place: float, text: str, side: Any, *, size: float = 9.5, faint: bool = False) -> None:
    """Words in a column beside the panel; columns are wide enough by design, so that layout does not count them."""
    colour = style.FAINT if faint else style.INK
    axes.text(x, place, printable(text), ha=side, va="center", fontsize=size, color=colour).set_in_layout(False)
