"""Figures of laboratory experiments: what residents did, over what people did."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cogov_sim.language import Text
from cogov_sim.report import style
from cogov_sim.report.fonts import bilingual
from cogov_sim.society.datafiles import read_json

OURS, THEIRS, SECOND = style.PALETTE[0], style.INK, style.PALETTE[1]
SIMULATED, PEOPLE = Text("simulated", "模拟"), Text("people", "人群")
TYPES = {
    "conditional": ("conditional_cooperator", Text("conditional", "条件合作")),
    "free_rider": ("free_rider", Text("free rider", "搭便车")),
    "hump": ("hump_shaped", Text("hump", "驼峰")),
    "other": ("other", Text("other", "其他")),
}
"""Types: the name in the published figures, and for readers."""
MATCH_EFFECT, MATCH_RANGE = 19.0, (8.0, 30.0)
"""What a 1:1 match adds to gifts per letter, per cent (Karlan & List 2007), and what is accepted."""


def public_goods_figure(frame: pd.DataFrame, experiments: pd.DataFrame) -> style.BilingualFigure:
    """Contributions and givers of nothing by period, over those of Fischbacher & Gaechter (2010).

    Args:
        frame: as from ``lab.public_goods``.
        experiments: the same game as from ``lab.repeated``, for the band.
    """
    moments = read_json("fischbacher_gachter_2010.json")
    published, count = moments["calibration_sessions"], experiments["experiment"].nunique()
    spread = 100.0 * experiments.set_index("period")[["contribution", "zero"]]
    by_period = frame.assign(
        contribution=100.0 * frame["contribution"] / frame["endowment"].mean(),
        zero=100.0 * (frame["contribution"] == 0),
    ).groupby("period")
    tokens = moments["design"]["endowment_tokens"]
    panels = {
        "contribution": (Text("Contribution (% of endowment)", "贡献（占禀赋 %）"), 100.0 / tokens * np.array(published["mean_contribution"])),
        "zero": (Text("Give nothing (%)", "不贡献者（%）"), 100.0 * np.array(published["share_zero"])),
    }  # fmt: skip
    title = Text("Public-goods game", "公共品博弈")
    note = Text(
        f"band: middle 95% of {count} simulated experiments as large as the published one (sessions of 24, 24, 20); people: bare game (4 strangers, "
        "return 0.4), Fischbacher & Gächter 2010",
        f"色带：{count} 次与已发表者同规模的模拟实验（三场，24、24、20 人）中间 95% 所在范围；人群：基准博弈（4 名陌生人，回报 0.4），"
        "Fischbacher & Gächter 2010",
    )
    with bilingual():
        figure = style.new_figure(9.6, 4.4, title, note)
        for axes, (column, (heading, people)) in zip(figure.subplots(1, 2), panels.items(), strict=True):
            mean = by_period[column].mean()
            period = mean.index.to_numpy(float)
            low, high = (spread[column].groupby("period").quantile(q) for q in (0.025, 0.975))
            axes.fill_between(period, low, high, color=OURS, alpha=0.2, linewidth=0)
            axes.plot(period, mean, color=OURS, linewidth=2.0, label=SIMULATED.both)
            axes.plot(range(1, len(people) + 1), people, "o--", color=THEIRS, markersize=4, label=PEOPLE.both)
            _finish(axes, heading, Text("period", "期"))
            axes.set_ylim(0.0, min(105.0, 1.15 * max(float(high.max()), float(people.max()))))
            axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
            axes.legend(frameon=False, fontsize=9, labelcolor=style.INK)
    return figure


def strategy_method_figure(tables: pd.DataFrame) -> style.BilingualFigure:
    """Mean schedules and shares of the classified types, over those of Fischbacher & Gaechter (2010).

    Args:
        tables: as from ``lab.strategy_method``.
    """
    moments = read_json("fischbacher_gachter_2010.json")
    entries = [name for name in tables.columns if name not in ("type", "classified")]
    title = Text("Strategy method", "策略方法")
    note = Text(
        "solid: simulated, by the published classifier; dots: people; Fischbacher & Gächter 2010 (schedules of three "
        "sessions, shares of all six)",
        "实线：模拟（按已发表的分类法）；圆点：人群；Fischbacher & Gächter 2010（倾向表为三场，比例为全部六场）",
    )
    with bilingual():
        figure = style.new_figure(10.4, 4.6, title, note)
        left, right = figure.subplots(1, 2, width_ratios=[1.35, 1.0])
        for rank, (name, (published, label)) in enumerate(TYPES.items()):
            own = tables.loc[tables["classified"] == name, entries].mean().to_numpy(float)
            left.plot(own, color=style.colour(rank), linewidth=2.0, label=label.both)
            left.plot(
                moments["calibration_sessions"]["mean_schedule"][published], "o", color=style.colour(rank), markersize=3
            )
        _finish(
            left,
            Text("Mean schedule (tokens of 20)", "平均倾向表（20 个筹码）"),
            Text("others give (tokens)", "他人贡献（筹码）"),
        )
        left.set_ylim(-0.5, 19.0)
        left.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        left.legend(loc="upper left", ncols=2, frameon=False, fontsize=9, labelcolor=style.INK)
        shares = tables["classified"].value_counts(normalize=True)
        _pairs(
            right,
            {label: 100.0 * float(shares.get(name, 0.0)) for name, (_, label) in TYPES.items()},
            {label: 100.0 * moments["published_all_sessions"]["type_share"][key] for key, label in TYPES.values()},
        )
        _finish(right, Text("Share of types (%)", "类型比例（%）"))
    return figure


def _pairs(axes: Axes, ours: Mapping[Text, float], theirs: Mapping[Text, float]) -> None:
    """Bars of ours, diamonds of theirs where there are any, names below, room for a key above."""
    places = range(len(ours))
    axes.bar(places, list(ours.values()), width=0.55, color=OURS, alpha=0.8, label=SIMULATED.both, zorder=2)
    known = [place for place, name in enumerate(ours) if name in theirs]
    if known:
        axes.plot(
            known, [theirs[name] for name in ours if name in theirs], "D", color=THEIRS, markersize=7, label=PEOPLE.both
        )
        axes.legend(loc="upper right", ncols=2, frameon=False, fontsize=9, labelcolor=style.INK)
    axes.set_xticks(places, [f"{name.zh}\n{name.en}" for name in ours])
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.15 * (high - low))
    axes.axhline(0.0, color=style.FAINT, linewidth=0.9)


def vote_figure(frame: pd.DataFrame) -> style.BilingualFigure:
    """Every village's satisfaction in both arms, and how many villages gain and keep their project.

    Args:
        frame: as from ``lab.vote``.
    """
    wide = frame.pivot_table(index="village", columns="arm", values="satisfaction")
    project = frame.assign(project=frame["project"].astype(str)).pivot(index="village", columns="arm", values="project")
    title = Text("Direct vote against a representatives' meeting", "直接投票与代表会议")
    note = Text(
        "a dot a village; people (Olken 2010, 49 villages): the vote raised satisfaction much and changed the projects little",
        "每点一个村庄；人群（Olken 2010，49 个村庄）：直接投票大幅提高满意度，项目变化不大",
    )
    with bilingual():
        figure = style.new_figure(9.6, 4.6, title, note)
        left, right = figure.subplots(1, 2)
        left.plot(wide["meeting"], wide["vote"], "o", color=OURS, markersize=4.5, alpha=0.75)
        ends = [float(wide.min().min()), float(wide.max().max())]
        left.plot(ends, ends, color=style.FAINT, linewidth=0.9)
        left.set_ylabel("投票 vote", fontsize=9, color=style.INK)
        _finish(left, Text("Satisfaction (0-100)", "满意度（0–100）"), Text("meeting", "会议"))
        gains, same = (wide["vote"] > wide["meeting"]).mean(), (project["vote"] == project["meeting"]).mean()
        shares = {"满意度更高\nmore satisfied": 100.0 * float(gains), "项目相同\nsame project": 100.0 * float(same)}
        right.barh(list(shares), list(shares.values()), color=OURS, alpha=0.75, height=0.5)
        for place, value in enumerate(shares.values()):
            right.text(value, place, f" {value:.0f}", va="center", color=style.INK)
        right.set_xlim(0, 112)
        right.invert_yaxis()
        _finish(right, Text("Villages (%)", "村庄（%）"), grid="x")
    return figure


def provision_figure(sweep: pd.DataFrame) -> style.BilingualFigure:
    """What neighbours do themselves against how well the government serves them, a line a level of efficacy.

    Args:
        sweep: rows of ``lab.provision`` for several levels of performance and efficacy.
    """
    table = 100.0 * sweep.groupby(["efficacy", "performance"])["contribution"].mean()
    title = Text("Public performance and co-production", "公共服务绩效与共同生产")
    note = Text(
        "people (Parrado et al. 2013, five countries): good performance lowers co-production, self-efficacy raises it",
        "人群（Parrado 等 2013，五国）：绩效好则共同生产少，自我效能感高则共同生产多",
    )
    with bilingual():
        figure = style.new_figure(7.2, 4.6, title, note)
        axes = figure.subplots()
        for rank, level in enumerate(sorted(sweep["efficacy"].unique())):
            label = f"{Text('efficacy', '效能感').both} {level:g}"
            axes.plot(table.loc[level], "o-", color=style.colour(rank), linewidth=2.0, markersize=4, label=label)
        axes.set_ylim(bottom=0.0)
        _finish(
            axes,
            Text("Own help (% of the fair share)", "自己出力（占应摊份额 %）"),
            Text("quality of the public service", "公共服务质量"),
        )
        axes.legend(frameon=False, fontsize=9, labelcolor=style.INK)
    return figure


def fundraising_figure(arms: Mapping[str, pd.DataFrame]) -> style.BilingualFigure:
    """Gifts per letter, and what arrives, relative to a plain letter.

    Args:
        arms: rows of ``lab.fundraising`` by "plain", "match 1", "match 2", "match 3" and "rebate".
    """
    names = {
        "match 1": Text("match 1:1", "配比 1:1"),
        "match 2": Text("match 2:1", "配比 2:1"),
        "match 3": Text("match 3:1", "配比 3:1"),
        "rebate": Text("rebate 1/2", "返还 1/2"),
    }
    title = Text("Letters asking for gifts", "募捐信")
    note = Text(
        "against a plain letter; band: accepted range; people: 1:1 adds 19%, 3:1 no more (Karlan & List 2007);\n"
        "a match brings more than the rebate that costs donors as much (Eckel & Grossman 2003)",
        "与普通信相比；色带：可接受范围；人群：1:1 增加 19%，3:1 不再增加（Karlan & List 2007）；"
        "代价相同时配比到账多于返还（Eckel & Grossman 2003）",
    )

    def change(column: str, arm: str) -> float:
        return 100.0 * (float(arms[arm][column].mean()) / max(1e-9, float(arms["plain"][column].mean())) - 1.0)

    with bilingual():
        figure = style.new_figure(10.4, 4.8, title, note)
        left, right = figure.subplots(1, 2)
        left.axhspan(*MATCH_RANGE, color=style.RULE, alpha=0.6, linewidth=0, zorder=0)
        theirs = {names[arm]: MATCH_EFFECT for arm in ("match 1", "match 3")}
        _pairs(left, {text: change("gift", arm) for arm, text in names.items()}, theirs)
        _finish(left, Text("Gift per letter: change (%)", "每封信捐款的变化（%）"))
        _pairs(right, {text: change("received", arm) for arm, text in names.items()}, {})
        _finish(right, Text("What arrives per letter: change (%)", "每封信到账的变化（%）"))
    return figure


def _finish(axes: Axes, heading: Text, below: Text | None = None, *, grid: str = "y") -> None:
    """Heading, name of the axis below, and nothing that carries no information."""
    axes.set_title(f"{heading.zh}\n{heading.en}", loc="left", fontsize=9.5, color=style.INK)
    if below is not None:
        axes.set_xlabel(f"{below.zh} {below.en}", fontsize=9, color=style.INK)
    style.quiet(axes, grid=grid)
