"""A sensitivity analysis in words: its page and files, and its tables for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.table import Table

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report.findings import OTHERS, Findings
from cogov_sim.report.labels import difference_number, difference_unit, factor_of, number
from cogov_sim.report.reference import table as markdown
from cogov_sim.report.sensitivity import direction, indices_figure, screen_figure
from cogov_sim.report.tables import plain_table

#: Files of an analysis, from its folder.
PAGE = "sensitivity.md"
SCREEN, INDICES, SPACE = "sensitivity_screen.csv", "sensitivity_indices.csv", "sensitivity_space.csv"
PICTURES = {
    "images/sensitivity_screen.png": Text("What moves the difference most", "什么对差异影响最大"),
    "images/sensitivity_indices.png": Text(
        "What decides the difference, and where its sign holds", "什么决定差异，方向在何处成立"
    ),
}
#: Factors of each headline in the page's table and on the terminal.
ON_PAGE, ON_TERMINAL = 8, 4
ARROWS = {1: "↑", -1: "↓", 0: "↕"}

_RULE = Text(
    "A factor is a start value: a setting whose source says that nobody has measured it, or which states a plausible range of its own. "
    "Its range is the one it states; else from half to one and a half times the start value, within what is allowed; of a negative "
    "intercept in logits, from half to double the odds. What was measured, fitted in the laboratory, a size, a switch or 0, and what "
    "differs between the two worlds, stays as it is.",
    "因子即起始值：来源注明无人测量过的设置，或自行声明合理范围的设置。范围取其声明；未声明者为起始值的一半至一倍半，限于允许范围内；"
    "负的 logit 截距为发生比减半至加倍。实测值、实验室拟合值、规模、开关、取值为 0 者，以及两个世界取值不同者，均保持不变。",
)
_READING = Text(
    "μ* is the mean size of what a factor's whole range does to the difference, the others anywhere in theirs (Morris); ↑ it raises the "
    "difference, ↓ lowers it, ↕ now this, now that; σ is how much its effect varies with the others. *Luck* is the μ* that seeds alone "
    "would give, were they drawn anew at every step, by what they do at the start values; all points share one, so this is much: what lies below it may be nothing. S1 and ST "
    "(Sobol, sampled after Saltelli) are shares of the variance: by the factor itself, and with all that it does together with others; the "
    "factors that were not kept move together, as one.",
    "μ* 为因子走完全部范围、其余因子任意取值时对差异的平均影响大小（Morris）；↑ 使差异上升，↓ 使其下降，↕ 因情形而异；σ 为该影响随其余因子的变化。"
    "“运气”为每步都重抽种子时仅由种子产生的 μ*；以起始值处为准；各点共用一个种子，故此值偏大：低于它者可能毫无影响。S1 与 ST（Sobol，Saltelli 抽样）为方差占比："
    "因子自身，以及含与其他因子的共同作用；未保留的因子作为一组同时变动。",
)


def files(found: Findings, command: str, *, small: bool = False) -> dict[str, bytes]:
    """The page, its tables as CSV and its pictures, by file name.

    Args:
        found: what was found.
        command: what makes it again.
        small: pictures of few colours, for those that are kept with the code.
    """
    figures = zip(PICTURES, (screen_figure(found), indices_figure(found)), strict=True)
    made = {name: figure.small_png() if small else figure.png() for name, figure in figures}
    for name, table in ((SCREEN, found.screen), (INDICES, found.indices), (SPACE, found.space)):
        text = table.to_csv(index=False, float_format="%.6g")
        made[name] = text.encode("utf-8" if small else "utf-8-sig")  # a byte-order mark, for spreadsheets
    return made | {PAGE: page(found, command).encode()}


# ---------------------------------------------------------------- the page


def page(found: Findings, command: str) -> str:
    """The page as Markdown, in both languages."""
    first, second = found.titles
    what = Text(
        f"{second.en} minus {first.en}, paired by seed, over the last 12 of {found.months} months: {found.factors} start values at once, of "
        f"{found.settings} numbers that can be set.",
        f"{second.zh}减{first.zh}，按种子配对，{found.months} 个月中的最后 12 个月：{found.settings} 个可设数值中的 {found.factors} 个起始值同时变动。",
    )
    space_head = [
        "指标 measure", "单位 unit", "现状 as they are [95 %]", "空间中 over the space: 5 %, 50 %, 95 %", "大于 0 above 0 [95 %]",
        "小于 0 below 0 [95 %]", "超出运气 beyond luck: > 0, < 0", "种子间方差与空间方差之比 variance between seeds, over that of the space",
    ]  # fmt: skip
    parts = [
        "# What decides / 什么起决定作用",
        *_both(
            Text(f"Made by `{command}`; the same command makes it again.", f"由 `{command}` 生成，同一命令可重新生成。")
        ),
        *_both(what),
        *_both(_RULE),
        *_both(_size(found)),
        "## Where each sign holds / 各方向在多大空间内成立",
        *_both(_points(found)),
        markdown(space_head, [_space_row(row) for row in _records(found.space)]),
        f"![{_caption(1)}]({list(PICTURES)[1]})",
        "## What moves each headline most / 什么对各主要指标影响最大",
        *_both(_READING),
        f"![{_caption(0)}]({next(iter(PICTURES))})",
        *(part for measure in found.measures for part in _section(found, measure)),
        *_both(
            Text(
                f"All factors: `{SCREEN}`; all indices: `{INDICES}`; the shares above: `{SPACE}`.",
                f"全部因子见 `{SCREEN}`，全部指数见 `{INDICES}`，上述比例见 `{SPACE}`。",
            )
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _both(text: Text) -> tuple[str, str]:
    return text.en, text.zh


def _caption(place: int) -> str:
    return list(PICTURES.values())[place].both


def _size(found: Findings) -> Text:
    """How much was run, and what could not be."""
    en = (
        f"{found.trajectories} trajectories and {found.base_points} base points are {found.points:,} points; at each both worlds with one "
        f"seed, the same at all, {found.residents:,} residents and {found.months} months after "
        f"{found.history} of history; at the start values {found.seeds} seeds."
    )
    zh = (
        f"{found.trajectories} 条轨迹与 {found.base_points} 个基点，共 {found.points:,} 个点；每点两个世界各一个种子（各点相同），"
        f"{found.residents:,} 位居民，改革前 {found.history} 个月、改革后 "
        f"{found.months} 个月；起始值处 {found.seeds} 个种子。"
    )
    if found.scaled:
        en += f" At {found.scaled:,} of them the shares of types summed to more than 1 and were scaled down to 1."
        zh += f"其中 {found.scaled:,} 个点的类型比例之和超过 1，已按比例缩至 1。"
    if found.refused:
        en += f" {found.refused:,} points are such as no society can have; they and their blocks are left out."
        zh += f"{found.refused:,} 个点是任何社会都不可能有的取值，连同其所在区组略去。"
    if found.failed:
        en += f" {found.failed:,} runs failed; the trajectories and blocks that lack them are left out."
        zh += f"{found.failed:,} 次运行失败，缺少它们的轨迹与区组略去。"
    return Text(en, zh)


def _points(found: Findings) -> Text:
    points = int(found.space["points"].max())
    return Text(
        f"Shares of {points} points spread evenly over the whole space, all start values varying at once, with the 95 % interval that so "
        f"few points leave; beyond luck: by more than two standard deviations between the {found.seeds} seeds at the start values, over "
        "which the interval of the worlds as they are is too.",
        f"在整个空间均匀散布的 {points} 个点中的比例（全部起始值同时变动），附点数有限所致的 95% 区间；超出运气：超过起始值处 {found.seeds} 个种子间"
        "标准差的两倍；现状的区间亦由这些种子得出。",
    )


def _space_row(row: Mapping[str, Any]) -> list[str]:
    factor = factor_of(row["measure"])
    start = _interval(row, "start", factor)
    spread = ", ".join(difference_number(row[name] * factor) for name in ("low", "middle", "high"))
    sides = [
        f"{_percent(row[s])} [{_percent(row[f'{s}_low'])}, {_percent(row[f'{s}_high'])}]" for s in ("above", "below")
    ]
    sure = f"{_percent(row['surely_above'])}, {_percent(row['surely_below'])}"
    return [
        BY_NAME[row["measure"]].both,
        difference_unit(row["measure"]).both,
        start,
        spread,
        *sides,
        sure,
        _percent(row["luck"]),
    ]


def _interval(row: Mapping[str, Any], name: str, factor: float) -> str:
    middle, low, high = (difference_number(row[key] * factor) for key in (name, f"{name}_low", f"{name}_high"))
    return middle if math.isnan(row[f"{name}_low"]) else f"{middle} [{low}, {high}]"


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.0%}"


def _section(found: Findings, measure: str) -> list[str]:
    """One headline: a row a factor, the strongest first."""
    name, unit = BY_NAME[measure].both, difference_unit(measure).both
    head = [
        "", "因子 factor", "键 key", "范围 range (现值 start)", f"μ* [95 %]{f' ({unit})' if unit else ''}", "",
        "σ", "S1 [95 %]", "ST [95 %]",
    ]  # fmt: skip
    rows = [_factor_row(found, row) for row in _top(found, measure, ON_PAGE)]
    others = _index(found, measure, OTHERS)
    if others is not None:
        rows.append(
            ["", f"{others['zh']} {others['en']}", "", "", "", "", "", _share(others, "s1"), _share(others, "st")]
        )
    noise = found.screen.loc[found.screen["measure"] == measure, "noise"].iloc[0] * factor_of(measure)
    luck = Text(f"Luck: {number(noise)}.", f"运气：{number(noise)}。").both
    return [f"### {name}", markdown(head, rows), luck]


def _top(found: Findings, measure: str, most: int) -> list[dict[str, Any]]:
    """The strongest factors of a measure that do anything at all."""
    own = found.screen[(found.screen["measure"] == measure) & (found.screen["mu_star"] > 0.0)]
    return _records(own.nsmallest(most, "rank"))


def _factor_row(found: Findings, row: Mapping[str, Any]) -> list[str]:
    factor = factor_of(row["measure"])
    low, high = number(row["mu_star_low"] * factor), number(row["mu_star_high"] * factor)
    index = _index(found, row["measure"], row["key"])
    shares = ["", ""] if index is None else [_share(index, "s1"), _share(index, "st")]
    return [
        str(row["rank"]),
        f"{row['zh']} {row['en']}",
        f"`{row['key']}`",
        f"{row['low']:g} – {row['high']:g} ({row['start']:g})",
        f"{number(row['mu_star'] * factor)} [{low}, {high}]",
        ARROWS[direction(row["mu"], row["mu_star"])],
        number(row["sigma"] * factor),
        *shares,
    ]


def _index(found: Findings, measure: str, key: str) -> dict[str, Any] | None:
    rows = _records(found.indices[(found.indices["measure"] == measure) & (found.indices["key"] == key)])
    return rows[0] if rows else None


def _share(row: Mapping[str, Any], name: str) -> str:
    if math.isnan(row[name]):
        return "–"
    return f"{row[name]:.2f} [{row[f'{name}_low']:.2f}, {row[f'{name}_high']:.2f}]"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


# ---------------------------------------------------------------- the terminal


def sensitivity_tables(found: Findings) -> list[Table]:
    """The space by sign, and the strongest factors of every headline."""
    return [_space_table(found), _ranked_table(found)]


def _space_table(found: Findings) -> Table:
    first, second = found.titles
    title = Text(
        f"{second.en} minus {first.en}: in what share of the space each sign holds",
        f"{second.zh}减{first.zh}：各方向成立的空间比例",
    )
    columns = (
        Text("measure", "指标"), Text("as they are", "现状"), Text("above 0", "大于 0"), Text("below 0", "小于 0"),
        Text("beyond luck: above, below", "超出运气：大于、小于"),
    )  # fmt: skip
    table = plain_table(*columns, title=title, numbers=range(1, 5))
    for row in _records(found.space):
        start = _interval(row, "start", factor_of(row["measure"]))
        sure = f"{_percent(row['surely_above'])}, {_percent(row['surely_below'])}"
        name = str(BY_NAME[row["measure"]].label)
        table.add_row(name, start, _percent(row["above"]), _percent(row["below"]), sure)
    return table


def _ranked_table(found: Findings) -> Table:
    title = Text(
        "What moves each headline most (μ* and ST with 95% intervals)",
        "什么对各主要指标影响最大（μ* 与 ST 附 95% 区间）",
    )
    columns = (
        Text("measure", "指标"),
        Text("factor", "因子"),
        Text("μ*", "μ*"),
        Text("", ""),
        Text("S1", "S1"),
        Text("ST", "ST"),
    )
    table = plain_table(*columns, title=title, numbers=(2, 4, 5))
    for measure in found.measures:
        for place, row in enumerate(_top(found, measure, ON_TERMINAL)):
            _, _, key, _, size, arrow, _, *shares = _factor_row(found, row)
            name = "" if place else str(BY_NAME[measure].label)
            table.add_row(name, f"{Text(row['en'], row['zh'])} ({key.strip('`')})", size, arrow, *shares)
    return table
