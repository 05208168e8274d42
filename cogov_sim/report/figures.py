"""All figures of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from matplotlib.figure import Figure

from cogov_sim.report.bars import committee_hours, who_paid
from cogov_sim.report.differences import paired_differences
from cogov_sim.report.fonts import bilingual
from cogov_sim.report.over_time import measures_over_time
from cogov_sim.report.style import BilingualFigure, ComparisonLike, Figures
from cogov_sim.report.trajectory import satisfaction_outlay

#: File name of every figure and what draws it; None where the measures for it were not recorded.
FIGURES: dict[str, Callable[[ComparisonLike], BilingualFigure | None]] = {
    "measures_over_time": measures_over_time,
    "paired_differences": paired_differences,
    "who_paid": who_paid,
    "committee_hours": committee_hours,
    "satisfaction_outlay": satisfaction_outlay,
}


def draw_all(comparison: ComparisonLike) -> Figures:
    """Every figure that the recorded measures allow, by name."""
    figures = Figures()
    for name, draw in FIGURES.items():
        with bilingual():
            figure = draw(comparison)
        if figure is not None:
            figures[name] = figure
    return figures


def save_all(figures: Mapping[str, Figure], folder: Path) -> list[Path]:
    """Write each as ``<name>.png`` into the folder; an earlier one is replaced only by a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in figures.items():
        path = folder / f"{name}.png"
        temporary = path.with_name(f".cogov-partial-{path.name}")
        with bilingual():
            figure.savefig(temporary, format="png", dpi=150, facecolor="white")
        temporary.replace(path)
        paths.append(path)
    return paths
