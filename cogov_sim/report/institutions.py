"""The page of institutions: what each is, what it costs, how it can fail, what was expected of it and what came of it.

``write_institutions(folder)`` writes ``institutions.md`` from the classes and, if they are there, the stored results of
``cogov ablate``; every other function returns one piece of it as Markdown.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from cogov_sim.institutions import institutions
from cogov_sim.institutions.base import Institution
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report.evidence import AGAINST, ALL, BASE, EVIDENCE, LIKELY, MARKS, SCENARIO, SURE, VERDICTS, verdict
from cogov_sim.report.labels import difference_number, factor_of, number, unit_of
from cogov_sim.report.reference import parameters, table
from cogov_sim.scenario import InstitutionSettings, available
from cogov_sim.society import Level
from cogov_sim.terms import BY_NAME as TERMS

FILE, RESULTS = "institutions.md", "ablation.csv"
PICTURE, IMAGES = "images/ablation.png", "images/institutions"

#: Measures that the settings of some institutions fix directly (docs/model.md, II.x): a hypothesis on them is no test.
DESCRIPTIVE = frozenset(
    {
        "committee_admin_share", "self_governed_share", "settled_lowest_share", "government_share",
        "government_share_deciding", "government_share_funding", "government_share_doing",
    }
)  # fmt: skip

_HEAD = """# Institutions 制度

Written by `cogov docs` from the code and, for the effects, from [ablation.csv](ablation.csv). Do not edit by hand.

本页由 `cogov docs` 根据代码生成，作用部分来自 [ablation.csv](ablation.csv)，请勿手工修改。

An institution is a switch with parameters. It sets *terms*; residents respond to terms; it never writes what a resident
is or does. How that works is in [model.md](model.md); all terms and measures are in [reference.md](reference.md).

制度是带参数的开关：它只设定“条件”，居民对条件作出反应；制度从不直接改写居民。机制见 [model.md](model.md)，全部条件与指标见
[reference.md](reference.md)。
"""
_UNMEASURED = """Effects have not been measured yet: `cogov ablate co_governance --ship docs` does it.

作用尚未测量；用 `cogov ablate co_governance --ship docs` 测量。"""
_LIMITS = (
    Text(
        "**It is no evidence about real places.** The effects are those of a model most of whose numbers are start "
        "values. Read direction and order, not levels. \"Sure\" is about chance between runs, not about the model being right.",
        "**这不是关于现实地区的证据。** 模型中多数数值是起始值。请看方向与次序，不看绝对水平；“确定”只针对各次运行之间的偶然性，不表示模型正确。",
    ),
    Text(
        "**Effects do not add up.** Little effect when taken out may mean that others do the same work; little effect alone "
        "may mean that it needs others.",
        "**作用不能相加。** 去掉后变化小，可能是其他制度做了同样的事；单独加入变化小，可能是它离不开其他制度。",
    ),
    Text(
        "**\"Open\" is not \"no effect\".** It says that so many runs cannot tell the effect from 0.",
        "**“未定”不等于“没有作用”。** 它只表示这么多次运行分辨不出作用与 0 的差别。",
    ),
    Text(
        "**Each institution was tried with one set of parameters**, at full strength, in one society, over one span of time. "
        "Slow effects, and burdens that grow back later, may not show.",
        "**每项制度只试了一组参数**：全强度、一个社会、一段时间。缓慢的作用与日后反弹的负担可能看不到。",
    ),
    Text(
        "**Measures with † follow largely from the settings themselves** (who decides, what is cut). That such a hypothesis "
        "holds only shows that the switch is connected.",
        "**带 † 的指标在很大程度上由设定本身决定**（谁决定、削减什么）。这类假设成立，只说明开关接通了。",
    ),
)


def write_institutions(folder: str | Path) -> Path:
    """Write ``institutions.md`` into a folder made if need be, with the effects in its ``ablation.csv`` if that is there.

    Returns:
        its path.
    """
    path = Path(folder) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    results = path.with_name(RESULTS)
    path.write_text(page(pd.read_csv(results, keep_default_na=False, na_values=[""]) if results.exists() else None), encoding="utf-8")
    return path


def page(results: pd.DataFrame | None) -> str:
    """The whole page.

    Args:
        results: as from ``experiments.ablation``; None where nothing was measured.
    """
    effects = None if results is None else current(results)
    parts = [_HEAD, "## Contents 目录", contents(), "## How effects were measured 作用如何测量"]
    if effects is None:
        parts += [_UNMEASURED]
    else:
        parts += [
            how_measured(effects),
            "## What may not be concluded 不能由此得出什么",
            "\n".join(f"- {text.en}\n\n  {text.zh}" for text in _LIMITS),
            "## Who does the work 谁在起作用",
            f"![Who does the work 谁在起作用]({PICTURE})",
            who(effects),
            "## Hypotheses 假设",
            hypotheses(effects),
        ]
    for pillar, ones in by_pillar().items():
        parts += [f"## {pillar.both}", *(section(one, effects) for one in ones)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def current(results: pd.DataFrame) -> pd.DataFrame:
    """Stored results of the institutions that there are, beside the hypotheses that they state now."""
    known = {one.id: one.expects for one in institutions()}
    kept = results.assign(institution=results["institution"].fillna(""))
    kept = kept[kept["institution"].isin({"", *known}) & kept["measure"].isin(BY_NAME)].reset_index(drop=True)
    pairs = zip(kept["institution"], kept["measure"], strict=True)
    kept["expected"] = [known.get(key, {}).get(measure, 0) for key, measure in pairs]
    kept["verdict"] = [verdict(*row) for row in kept[["expected", "mean", "evidence"]].itertuples(index=False)]
    return kept


def by_pillar() -> dict[Text, list[type[Institution]]]:
    """All institutions, pillar by pillar, in the order of the registry."""
    found: dict[Text, list[type[Institution]]] = {}
    for one in institutions():
        found.setdefault(one.pillar, []).append(one)
    return found


def contents() -> str:
    """Links to every section."""
    lines = []
    for pillar, ones in by_pillar().items():
        links = " · ".join(f"[{one.text.both}](#{anchor(heading(one))})" for one in ones)
        lines.append(f"- **{pillar.both}**: {links}")
    return "\n".join(lines)


def heading(one: type[Institution]) -> str:
    """The title of an institution's section."""
    return f"{one.text.both} `{one.id}`"


def anchor(title: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def picture_of(key: str) -> str:
    """Where the picture of one institution's effects is, beside the page."""
    return f"{IMAGES}/{key}.png"


# ---------------------------------------------------------------- all institutions


def how_measured(effects: pd.DataFrame) -> str:
    """The command, what was compared, and what the marks mean."""
    first = effects.iloc[0]
    seeds, months, residents = (int(first[name]) for name in ("seeds", "months", "residents"))
    names = world_names(effects)
    whole, base = names[SCENARIO], names[BASE]
    command = f"cogov ablate {first['scenario']} --base {first['base']} --seeds {seeds} --months {months}"
    tests = {place: int(effects.loc[effects["place"] == place, "p"].notna().sum()) for place in (SCENARIO, BASE)}
    sure, likely = EVIDENCE[SURE], EVIDENCE[LIKELY]
    return "\n\n".join(
        [
            f"```sh\n{command}\n```",
            f"{residents:,} residents, {months} months, {seeds} seeds, model code `{first['code']}`. Every institution was measured twice: "
            f"**taken out of {whole.en}**, where all others stay, and **added alone to {base.en}**. Those that {whole.en} lacks were "
            f"added to it instead, those that {base.en} has were taken out of it. Both effects are *with it minus without it*: the "
            "same seeds in both worlds, mean of the last 12 months, 95 % interval over seeds.",
            f"居民 {residents:,} 人，{months} 个月，{seeds} 个种子，模型代码 `{first['code']}`。每项制度测量两次：**从{whole.zh}中去掉**（其余保留），"
            f"以及**单独加入{base.zh}**；{whole.zh}没有的则加入其中，{base.zh}已有的则从中去掉。两种作用都是“有它减无它”：两个世界用相同的种子，取最后 12 个月"
            "的均值，95% 区间来自各种子。",
            f"`{MARKS[SURE]}` {sure.en}; {tests[SCENARIO]} tests in {whole.en}, {tests[BASE]} in {base.en}. `{MARKS[LIKELY]}` {likely.en}. "
            "No mark: open. An effect is *against the hypothesis* only where it is sure. pp: percentage points.",
            f"`{MARKS[SURE]}` {sure.zh}（{whole.zh}中 {tests[SCENARIO]} 个检验，{base.zh}中 {tests[BASE]} 个）；`{MARKS[LIKELY]}` {likely.zh}；"
            "无标记：未定。只有“确定”的相反作用才写作“与假设相反”。pp：百分点。",
        ]
    )


def world_names(effects: pd.DataFrame) -> dict[str, Text]:
    """Titles of scenario and base; their names where they are no ready scenarios."""
    titles = dict(available())
    names = {place: str(effects[place].iloc[0]) for place in (SCENARIO, BASE)}
    return {place: titles.get(name, Text(name, name)) for place, name in names.items()}


def who(effects: pd.DataFrame) -> str:
    """Measure by measure, the institutions with a sure effect, the largest first."""
    names = world_names(effects)
    sides = ((1, Text("for the better", "变好")), (-1, Text("for the worse", "变坏")))
    head = ["measure 指标", *(f"{side.en} in {names[p].en} {names[p].zh}中{side.zh}" for p in (SCENARIO, BASE) for _, side in sides)]
    rows = []
    sure = effects[(effects["evidence"] == SURE) & (effects["place"] != ALL)]
    for measure in dict.fromkeys(effects.loc[effects["place"] == ALL, "measure"]):
        own = sure[sure["measure"] == measure]
        cells = [
            _ranked(own[(own["place"] == place) & (own["mean"] * own["better"] * sign > 0)])
            for place in (SCENARIO, BASE)
            for sign, _ in sides
        ]
        rows.append((BY_NAME[measure].text.both, *cells))
    both = (
        "Institutions whose effect is sure, the largest first. For outlay and hours, less counts as better.",
        "列出作用“确定”的制度，由大到小。支出与居民出力以少为好。",
    )
    return "\n\n".join([*both, table(head, rows)])


def _ranked(rows: pd.DataFrame) -> str:
    ordered = rows.reindex(rows["mean"].abs().sort_values(ascending=False, kind="stable").index)
    texts = {one.id: one.text for one in institutions()}
    return "; ".join(f"{texts[row.institution].both} {_mean(row._asdict())}" for row in ordered.itertuples()) or "–"


def _mean(row: Mapping[str, Any]) -> str:
    factor = factor_of(row["measure"])
    return difference_number(row["mean"] * factor) + (" pp" if factor == 100.0 else "")


def hypotheses(effects: pd.DataFrame) -> str:
    """How many hypotheses came true, and those that did not, one by one."""
    rows = effects[effects["expected"] != 0]
    names = world_names(effects)
    lines = []
    for place in (SCENARIO, BASE):
        count = rows.loc[rows["place"] == place, "verdict"].value_counts()
        en = ", ".join(f"{count[name]} {text.en}" for name, text in VERDICTS.items() if name in count)
        zh = "，".join(f"{text.zh} {count[name]}" for name, text in VERDICTS.items() if name in count)
        lines.append(f"- {names[place].en}: {en}.\n\n  {names[place].zh}：{zh}。")
    against = rows[rows["verdict"] == AGAINST]
    if against.empty:
        lines.append("- No effect is surely against its hypothesis.\n\n  没有与假设确定相反的作用。")
        return "\n".join(lines)
    texts = {one.id: one.text.both for one in institutions()}
    head = ["surely against the hypothesis 与假设确定相反", "measure 指标", "expected 假设", "where 何处", "effect 作用"]
    found = [
        (texts[row["institution"]], _name(row["measure"]), _arrow(row["expected"]), names[row["place"]].both, _effect(row))
        for row in against.to_dict("records")
    ]
    return "\n".join(lines) + "\n\n" + table(head, found)


def _name(measure: str) -> str:
    return BY_NAME[measure].text.both + (" †" if measure in DESCRIPTIVE else "")


def _arrow(expected: int) -> str:
    return {1: "↑", -1: "↓"}.get(expected, "")


# ---------------------------------------------------------------- one institution


def section(one: type[Institution], effects: pd.DataFrame | None) -> str:
    """Everything about one institution."""
    common = [name for name in InstitutionSettings.model_fields if name not in ("cost", "hours")]
    parts = [f"### {heading(one)}", *about(one), facts(one), parameters(one.Settings, without=common)]
    if effects is not None:
        parts += _measured(one, effects[effects["institution"] == one.id], world_names(effects))
    return "\n\n".join(parts)


def about(one: type[Institution]) -> list[str]:
    """The docstring as a Chinese and an English paragraph; a line counts as Chinese if a third of it is."""
    lines = [line.strip() for line in (inspect.getdoc(one) or "").splitlines() if line.strip()]
    chinese = [line for line in lines if len(re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", line)) * 3 > len(line)]
    return [part for part in ("".join(chinese), " ".join(line for line in lines if line not in chinese)) if part]


def facts(one: type[Institution]) -> str:
    """Pillar, levels, terms, price, hypothesis, ways to fail, source."""
    levels = [level.text.both for letter, level in zip("CDSVGB", Level, strict=True) if letter in one.levels]
    cost, hours = (one.Settings.model_fields[name].default for name in ("cost", "hours"))
    expects = (f"{_name(measure)} {_arrow(sign)}" for measure, sign in one.expects.items())
    rows = [
        ("pillar 部分", one.pillar.both),
        ("levels 层级", ", ".join(levels)),
        ("sets 设定的条件", _list(f"`{name}` {TERMS[name].text.both}" for name in one.sets)),
        (
            "price 代价",
            f"每千居民每月 {number_of(cost)} 元、居委会 {number_of(hours)} 工时 "
            f"{number_of(cost)} yuan and {number_of(hours)} committee hours per 1,000 residents and month",
        ),
        ("hypothesis, written before looking 事先假设", _list(expects)),
        ("how it can fail 可能失败", f"{one.can_fail.zh}<br>{one.can_fail.en}"),
        ("source 来源", one.source),
    ]
    return table(["", ""], rows)


def number_of(value: float) -> str:
    """A price as people write it."""
    return f"{value:g}"


def _list(items: Iterable[str]) -> str:
    return "<br>".join(items)


def _measured(one: type[Institution], own: pd.DataFrame, names: Mapping[str, Text]) -> list[str]:
    """The picture, the table of effects, and in words what is against the hypothesis."""
    if own.empty:
        return ["*Effects not measured yet. 作用尚未测量。*"]
    parts = [f"![{one.text.both}]({picture_of(one.id)})", effect_table(own, names)]
    missing = [name for name in one.expects if name not in set(own["measure"])]
    if missing:
        words = ", ".join(_name(name) for name in missing)
        parts.append(f"*Hypothesis not measured yet 假设尚未测量: {words}*")
    for row in own[own["verdict"] == AGAINST].to_dict("records"):
        text, name, expected = BY_NAME[row["measure"]].text, names[row["place"]], row["expected"]
        parts.append(
            f"**Against the hypothesis**: in {name.en}, {text.en} was expected to {'rise' if expected > 0 else 'fall'} with it; it "
            f"{'falls' if expected > 0 else 'rises'} by {_size(row)}. **与假设相反**：在{name.zh}中，预期它使{text.zh}"
            f"{'上升' if expected > 0 else '下降'}，实际{'下降' if expected > 0 else '上升'} {_size(row)}。"
        )
    return parts


def _size(row: Mapping[str, Any]) -> str:
    factor = factor_of(row["measure"])
    return number(abs(row["mean"]) * factor) + (" pp" if factor == 100.0 else "")


def effect_table(own: pd.DataFrame, names: Mapping[str, Text]) -> str:
    """A row a measure: its effect in either world with the interval, and what became of the hypothesis."""
    done = {
        "removed": Text("taken out of", "去掉"),
        "added": Text("added to", "加入"),
    }
    head = ["measure 指标", "unit 单位", "expected 假设"]
    places = {place: own[own["place"] == place].set_index("measure") for place in (SCENARIO, BASE)}
    for place, rows in places.items():
        words, name = done[str(rows["how"].iloc[0])], names[place]
        head += [f"{words.en} {name.en} {_done_zh(words, name)}"]
    rows = []
    for measure in dict.fromkeys(own["measure"]):
        found = [places[place].loc[measure].to_dict() | {"measure": measure} for place in (SCENARIO, BASE)]
        unit = "百分点 pp" if factor_of(measure) == 100.0 else _unit(measure)
        expected = _arrow(found[0]["expected"])
        rows.append((_name(measure), unit, expected, *(_cell(row) for row in found)))
    return table(head, rows)


def _done_zh(words: Text, name: Text) -> str:
    return f"从{name.zh}中去掉" if words.zh == "去掉" else f"加入{name.zh}"


def _unit(measure: str) -> str:
    unit = unit_of(measure)
    return unit.zh if unit.zh == unit.en else unit.both


def _cell(row: Mapping[str, Any]) -> str:
    words = _effect(row)
    return f"{words}<br>{VERDICTS[row['verdict']].both}" if row["expected"] and row["evidence"] != "no data" else words


def _effect(row: Mapping[str, Any]) -> str:
    """Mean, mark, interval, without unit."""
    if pd.isna(row["mean"]):
        return "无数据 no data"
    factor = factor_of(row["measure"])
    words = difference_number(row["mean"] * factor)
    interval = "" if pd.isna(row["low"]) else f" [{number(row['low'] * factor)}, {number(row['high'] * factor)}]"
    return f"{words}{MARKS[row['evidence']]}{interval}"
