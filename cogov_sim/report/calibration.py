"""What the fitted residents do beside what people did: the path, the givers of nothing, the types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from cogov_sim.lab.calibrate import Calibration
from cogov_sim.lab.public_goods import public_goods
from cogov_sim.lab.search import settings_of
from cogov_sim.lab.strategy import strategy_method
from cogov_sim.lab.targets import mean_path, people, type_shares, zero_path
from cogov_sim.language import Text
from cogov_sim.report import style
from cogov_sim.report.fonts import bilingual
from cogov_sim.society.datafiles import read_json

FITTED, PEOPLE = style.PALETTE[0], style.INK
_FITTED, _PEOPLE = Text("fitted residents", "校准后的居民"), Text("people", "真人被试")
_TYPES = (Text("conditional", "条件合作"), Text("free rider", "搭便车"), Text("hump", "驼峰"), Text("other", "其他"))


def calibration_figure(calibration: Calibration) -> style.BilingualFigure:
    """Three panels: mean contribution and share of zeros by period, and shares of types; fitted residents and people."""
    moments = read_json("fischbacher_gachter_2010.json")["calibration_sessions"]
    effort, seed = calibration.effort, calibration.seed
    game = public_goods(groups=effort.groups, rng=seed, behaviour=settings_of(calibration.constants))
    tables = strategy_method(4 * effort.groups, seed)
    note = Text(
        f"band: 95% of {len(calibration.refits)} simulated experiments with 68 subjects, as many as in the data; fitted to: the "
        "whole path, its last relative to its first period, zeros in period 10 only, types (Fischbacher & Gächter 2010)",
        f"色带：{len(calibration.refits)} 次与数据同规模（68 名被试）的模拟实验中 95% 所在范围；"
        "校准目标：整条路径、末期与首期之比、仅第十期的不贡献者、类型（Fischbacher & Gächter 2010）",
    )
    with bilingual():
        figure = style.new_figure(13.0, 4.4, Text("Calibration in the laboratory", "实验室校准"), note)
        left, middle, right = figure.subplots(1, 3)
        _path(left, mean_path(game), np.array(moments["mean_contribution"]), calibration.refits, "path")
        _finish(left, Text("Mean contribution (tokens of 20)", "平均贡献（20 个筹码）"))
        _path(middle, zero_path(game), np.array(moments["share_zero"]), calibration.refits, "zero")
        middle.plot(10, people().zero_share, "o", color=PEOPLE, markersize=9, markerfacecolor="none")
        middle.yaxis.set_major_formatter(PercentFormatter(1.0))
        _finish(middle, Text("Give nothing", "不贡献者"))
        _types(right, type_shares(tables, "type"), type_shares(tables))
        _finish(right, Text("Types in the strategy method", "策略方法中的类型"))
    return figure


def _path(axes: Axes, ours: NDArray[Any], theirs: NDArray[Any], refits: pd.DataFrame, name: str) -> None:
    """Ten periods of ours, with a band, and of people."""
    period = np.arange(1, len(ours) + 1)
    low, high = np.quantile(refits[[f"{name}_{k}" for k in period]], [0.025, 0.975], axis=0)
    axes.fill_between(period, low, high, color=FITTED, alpha=0.2, linewidth=0)
    axes.plot(period, ours, color=FITTED, linewidth=2.0, label=_FITTED.both)
    axes.plot(period, theirs, "o--", color=PEOPLE, markersize=4, label=_PEOPLE.both)
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("期 period", fontsize=9, color=style.INK)
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    axes.legend(frameon=False, fontsize=9, labelcolor=style.INK)


def _types(axes: Axes, drawn: NDArray[Any], classified: NDArray[Any]) -> None:
    """Shares of types as drawn, as classified, and among people."""
    places = np.arange(len(_TYPES))
    axes.bar(places - 0.2, drawn, 0.38, color=FITTED, alpha=0.35, label=Text("drawn", "抽取").both)
    axes.bar(places + 0.2, classified, 0.38, color=FITTED, label=Text("classified", "分类").both)
    axes.plot(places, people().types, "D", color=PEOPLE, markersize=6, label=_PEOPLE.both)
    axes.set_xticks(places, [f"{name.zh}\n{name.en}" for name in _TYPES])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.legend(frameon=False, fontsize=9, labelcolor=style.INK)


def _finish(axes: Axes, heading: Text) -> None:
    axes.set_title(f"{heading.zh}\n{heading.en}", loc="left", fontsize=10, color=style.INK)
    style.quiet(axes)
