"""A roll-out in one picture: what started where and when, and how measures moved in each wave."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from cogov_sim.language import Text
from cogov_sim.report import style
from cogov_sim.report.fonts import bilingual
from cogov_sim.scenario import RolloutSettings
from cogov_sim.scenario.rollout import WAVES

MASTERY = "mastery"
SHOWN = (MASTERY, "participation", "satisfaction", "performance", "trust", "violations_per_1000")


def timeline_figure(waves: pd.DataFrame, settings: RolloutSettings, seeds: int) -> style.BilingualFigure:
    """A strip of the waves above a panel for each measure.

    Args:
        waves: one row a wave, measure and month: wave, measure, month, value; "begins" is the measure of when a wave begins.
        settings: of the roll-out.
        seeds: how many seeds the values are means of.
    """
    with bilingual():
        return _drawn(waves, settings, seeds)


def _drawn(waves: pd.DataFrame, settings: RolloutSettings, seeds: int) -> style.BilingualFigure:
    note = Text(
        f"means over {seeds} seeds and over the communities of each wave; dotted: month {settings.everywhere}, the reform is everywhere; "
        f"month {settings.consolidation}, model communities begin to teach",
        f"{seeds} 个种子、各批社区的均值；虚线：第 {settings.everywhere} 个月全面铺开，第 {settings.consolidation} 个月典范社区开始带教",
    )
    figure = style.new_figure(10.0, 9.6, Text("The reform over time", "改革进程"), note)
    strip, *panels = figure.subplots(len(SHOWN) + 1, 1, sharex=True, height_ratios=[0.8, *[1.4] * len(SHOWN)])
    end = int(waves["month"].max())
    for wave, text in enumerate(WAVES):
        begins = _line(waves, wave, "begins")
        if begins.empty:
            continue
        start = float(begins.iloc[0])
        strip.barh(wave, end + 1 - start, left=start, height=0.7, color=style.colour(wave), alpha=0.85)
        strip.text(end + 0.8, wave, f"{text.zh} {text.en}", va="center", ha="right", fontsize=9, color="white")
    strip.set_ylim(len(WAVES) - 0.4, -0.6)
    strip.set_yticks([])
    style.quiet(strip)
    for axes, name in zip(panels, SHOWN, strict=True):
        _panel(axes, waves, name)
    for axes in (strip, *panels):
        for month in (settings.everywhere, settings.consolidation):
            axes.axvline(month, color=style.FAINT, linewidth=0.9, linestyle=":")
    panels[-1].set_xlabel("月 month", fontsize=10, color=style.INK)
    panels[-1].set_xlim(1, end + 1)
    return figure


def _line(waves: pd.DataFrame, wave: int, name: str) -> pd.Series:
    mine = waves[(waves["wave"] == wave) & (waves["measure"] == name)]
    return mine.set_index("month")["value"].dropna()


def _panel(axes: Axes, waves: pd.DataFrame, name: str) -> None:
    for wave in range(len(WAVES)):
        line = _line(waves, wave, name)
        axes.plot(line.index, line.to_numpy(), style.dash(wave), color=style.colour(wave), linewidth=1.6)
    style.quiet(axes, grid="y")
    said = "对新制度的掌握程度\nmastery of new institutions" if name == MASTERY else style.label_of(name, lines=True)
    axes.set_ylabel(said, fontsize=8, color=style.INK, rotation=0, ha="right", va="center")
