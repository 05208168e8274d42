"""The measured effects of institutions as Markdown: how they were measured, who does the work, what was expected."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from cogov_sim.institutions import institutions
from cogov_sim.institutions.base import Institution
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME, MARK
from cogov_sim.report.evidence import (
    AGAINST,
    ALL,
    BASE,
    EVIDENCE,
    LIKELY,
    MARKS,
    NO_DATA,
    SCENARIO,
    SURE,
    VERDICTS,
    Effect,
    by_place,
    evidence,
    place_texts,
    records,
    verdict,
)
from cogov_sim.report.labels import difference_number, difference_unit, factor_of, number
from cogov_sim.report.reference import table
from cogov_sim.scenario import SocietySettings, available
from cogov_sim.society import PRESETS

PICTURE, IMAGES = "images/ablation.png", "images/institutions"

UNMEASURED = """Effects have not been measured yet: `cogov ablate co_governance --ship docs` does it.

作用尚未测量；用 `cogov ablate co_governance --ship docs` 测量。"""

LIMITS = (
    Text(
        "**It is no evidence about real places.** The effects are those of a model most of whose numbers are start "
        'values. Read direction and order, not levels. "Sure" is about chance between runs, not about the model being '
        "right.",
        "**这不是关于现实地区的证据。** 模型中多数数值是起始值。请看方向与次序，不看绝对水平；“确定”只针对各次运行之间的偶然性，不表示模型正确。",
    ),
    Text(
        "**Effects do not add up.** Little effect when taken out may mean that others do the same work; little effect "
        "alone may mean that it needs others.",
        "**作用不能相加。** 去掉后变化小，可能是其他制度做了同样的事；单独加入变化小，可能是它离不开其他制度。",
    ),
    Text(
        '**"Open" is not "no effect".** It says that so many runs cannot tell the effect from 0.',
        "**“未定”不等于“没有作用”。** 它只表示这么多次运行分辨不出作用与 0 的差别。",
    ),
    Text(
        "**Each institution was tried with one set of parameters**, at full strength, in one society, over one span of "
        "time. Slow effects, and burdens that grow back later, may not show.",
        "**每项制度只试了一组参数**：全强度、一个社会、一段时间。缓慢的作用与日后反弹的负担可能看不到。",
    ),
    Text(
        f"**Measures with {MARK} follow largely from the settings themselves** (who decides, what is cut). That such a "
        "hypothesis holds only shows that the switch is connected: they are shown, but not tested and not counted.",
        f"**带 {MARK} 的指标在很大程度上由设定本身决定**（谁决定、削减什么）。这类假设成立，只说明开关接通了：只列出，不作检验，不计入结果。",
    ),
)


def current(results: pd.DataFrame) -> pd.DataFrame:
    """Stored results of the institutions that there are, beside the hypotheses and the sides that are stated now."""
    known = {one.id: one.expects for one in institutions()}
    kept = results.assign(institution=results["institution"].fillna(""))
    kept = kept[kept["institution"].isin({"", *known}) & kept["measure"].isin(BY_NAME)].reset_index(drop=True)
    pairs = zip(kept["institution"], kept["measure"], strict=True)
    kept["expected"] = [known.get(key, {}).get(measure, 0) for key, measure in pairs]
    kept["better"] = [BY_NAME[name].better for name in kept["measure"]]
    told = kept[["measure", "mean", "low", "high", "p", "adjusted"]]
    kept["evidence"] = [evidence(*row) for row in told.itertuples(index=False)]
    kept["verdict"] = [verdict(*row) for row in kept[["expected", "mean", "evidence"]].itertuples(index=False)]
    return kept


def summary(effects: pd.DataFrame) -> list[str]:
    """The sections before those of single institutions.

    Args:
        effects: as from ``current``.
    """
    rows, names = records(effects), world_names(effects)
    return [
        how_measured(effects),
        "## What may not be concluded 不能由此得出什么",
        "\n".join(f"- {text.en}\n\n  {text.zh}" for text in LIMITS),
        "## Who does the work 谁在起作用",
        f"![Who does the work 谁在起作用]({PICTURE})",
        "Institutions whose effect is sure, the largest first.",
        "列出作用“确定”的制度，由大到小。",
        who(rows, names, BETTER),
        "Public money and residents' hours are neither good nor bad by themselves.",
        "公共资金与居民出力本身无所谓好坏。",
        who(rows, names, MORE),
        "## Hypotheses 假设",
        hypotheses(rows, names),
    ]


def how_measured(effects: pd.DataFrame) -> str:
    """The command, what was compared, and what the marks mean."""
    first = effects.iloc[0]
    seeds, months, residents = (int(first[name]) for name in ("seeds", "months", "residents"))
    names = world_names(effects)
    whole, base = names[SCENARIO], names[BASE]
    command = f"cogov ablate {first['scenario']} --base {first['base']} --seeds {seeds} --months {months}"
    if residents != PRESETS[SocietySettings().preset].residents:
        command += f" --residents {residents}"
    tests = {place: int(effects.loc[effects["place"] == place, "adjusted"].notna().sum()) for place in (SCENARIO, BASE)}
    sure, likely = EVIDENCE[SURE], EVIDENCE[LIKELY]
    return "\n\n".join(
        [
            f"```sh\n{command}\n```",
            f"{residents:,} residents, {months} months, {seeds} seeds, model code `{first['code']}`. Every institution "
            f"was measured twice: **taken out of {whole.en}**, where all others stay, and **added alone to {base.en}**. "
            f"Those that {whole.en} lacks were added to it instead, those that {base.en} has were taken out of it. Both "
            "effects are *with it minus without it*: the same seeds in both worlds, mean of the last 12 months, 95 % "
            "interval over seeds.",
            f"居民 {residents:,} 人，{months} 个月，{seeds} 个种子，模型代码 `{first['code']}`。每项制度测量两次："
            f"**从{whole.zh}中去掉**（其余保留），以及**单独加入{base.zh}**；{whole.zh}没有的则加入其中，{base.zh}已有的则从中去掉。"
            "两种作用都是“有它减无它”：两个世界用相同的种子，取最后 12 个月的均值，95% 区间来自各种子。",
            f"`{MARKS[SURE]}` {sure.en}; {tests[SCENARIO]} tests in {whole.en}, {tests[BASE]} in {base.en}. "
            f"`{MARKS[LIKELY]}` {likely.en}. No mark: open. An effect is *against the hypothesis* only where it is "
            "sure. pp: percentage points.",
            f"`{MARKS[SURE]}` {sure.zh}（{whole.zh}中 {tests[SCENARIO]} 个检验，{base.zh}中 {tests[BASE]} 个）；"
            f"`{MARKS[LIKELY]}` {likely.zh}；无标记：未定。只有“确定”的相反作用才写作“与假设相反”。pp：百分点。",
        ]
    )


def world_names(effects: pd.DataFrame) -> dict[str, Text]:
    """Titles of scenario and base; their names where they are no ready scenarios."""
    titles = dict(available())
    names = {place: str(effects[place].iloc[0]) for place in (SCENARIO, BASE)}
    return {place: titles.get(name, Text(name, name)) for place, name in names.items()}


BETTER = (Text("for the better", "变好"), Text("for the worse", "变坏"))
MORE = (Text("more", "增加"), Text("less", "减少"))


def who(rows: Sequence[Effect], names: Mapping[str, Text], words: tuple[Text, Text]) -> str:
    """Measure by measure, the institutions with a sure effect, the largest first.

    Args:
        rows: of all institutions.
        names: of both worlds.
        words: ``BETTER`` for the measures of which more or less is better, ``MORE`` for the others.
    """
    columns = [(place, sign, said) for place in (SCENARIO, BASE) for sign, said in zip((1, -1), words, strict=True)]
    head = [f"{names[p].zh}中{said.zh} {said.en} in {names[p].en}" for p, _, said in columns]
    lines = []
    for measure in (row["measure"] for row in rows if row["place"] == ALL):
        side = BY_NAME[measure].better
        if bool(side) == (words is MORE) or BY_NAME[measure].by_setting:
            continue
        sure = [row for row in rows if row["measure"] == measure and row["evidence"] == SURE]
        cells = [
            _ranked([row for row in sure if row["place"] == place and row["mean"] * (side or 1) * sign > 0])
            for place, sign, _ in columns
        ]
        lines.append((name(measure), *cells))
    return table(["measure 指标", *head], lines)


def _ranked(rows: Sequence[Effect]) -> str:
    texts = {one.id: one.text.both for one in institutions()}
    ordered = sorted(rows, key=lambda row: -abs(row["mean"]))
    return "; ".join(f"{texts[row['institution']]} {_mean(row)}" for row in ordered) or "–"


def hypotheses(rows: Sequence[Effect], names: Mapping[str, Text]) -> str:
    """How many hypotheses came true, and those that did not, one by one."""
    rows = [row for row in rows if row["expected"]]
    lines = []
    for place in (SCENARIO, BASE):
        count = Counter(row["verdict"] for row in rows if row["place"] == place)
        en = ", ".join(f"{count[name]} {text.en}" for name, text in VERDICTS.items() if name in count)
        zh = "，".join(f"{text.zh} {count[name]}" for name, text in VERDICTS.items() if name in count)
        lines.append(f"- {names[place].en}: {en}.\n\n  {names[place].zh}：{zh}。")
    against = [row for row in rows if row["verdict"] == AGAINST]
    if not against:
        return "\n".join([*lines, "- No effect is surely against its hypothesis.\n\n  没有与假设确定相反的作用。"])
    texts = {one.id: one.text.both for one in institutions()}
    head = [
        "与假设确定相反 surely against the hypothesis",
        "measure 指标",
        "expected 假设",
        "where 何处",
        "effect 作用",
    ]
    found = [
        (texts[row["institution"]], name(row["measure"]), arrow(row["expected"]), names[row["place"]].both, _full(row))
        for row in against
    ]
    return "\n".join(lines) + "\n\n" + table(head, found)


# ---------------------------------------------------------------- one institution


def measured(one: type[Institution], effects: pd.DataFrame) -> list[str]:
    """One institution's picture, its table of effects, and in words what is against the hypothesis."""
    own, names = by_place(effects[effects["institution"] == one.id]), world_names(effects)
    if not own:
        return ["*Effects not measured yet. 作用尚未测量。*"]
    parts = [f"![{one.text.both}]({picture_of(one.id)})", effect_table(own, names)]
    there = {measure for _, _, measure in own}
    missing = ", ".join(name(measure) for measure in one.expects if measure not in there)
    if missing:
        parts.append(f"*Hypothesis not measured yet 假设尚未测量: {missing}*")
    return parts + [_against(row, names[row["place"]]) for row in own.values() if row["verdict"] == AGAINST]


def picture_of(key: str) -> str:
    """Where the picture of one institution's effects is, beside the page."""
    return f"{IMAGES}/{key}.png"


def effect_table(own: Mapping[tuple[str, str, str], Effect], names: Mapping[str, Text]) -> str:
    """A row a measure: its effect in either world with the interval, and what became of the hypothesis."""
    how = {place: row["how"] for (place, _, _), row in own.items()}
    head = []
    for place in (SCENARIO, BASE):
        words = place_texts((names[place], names[place]))[SCENARIO if how[place] == "removed" else BASE]
        head.append(words.both)
    lines = []
    for key, measure in dict.fromkeys((key, measure) for _, key, measure in own):
        found = [own[place, key, measure] for place in (SCENARIO, BASE)]
        unit = difference_unit(measure).both
        lines.append((name(measure), unit, arrow(found[0]["expected"]), *(_cell(row) for row in found)))
    return table(["measure 指标", "unit 单位", "expected 假设", *head], lines)


def name(measure: str) -> str:
    """A measure in both languages, with a mark if settings fix it."""
    return BY_NAME[measure].both


def arrow(expected: int) -> str:
    """The direction of a hypothesis."""
    return {1: "↑", -1: "↓"}.get(expected, "")


def _against(row: Effect, world: Text) -> str:
    text, up = BY_NAME[row["measure"]].label, row["expected"] > 0
    size = number(abs(row["mean"]) * factor_of(row["measure"])) + _pp(row)
    return (
        f"**与假设相反**：在{world.zh}中，预期它使{text.zh}{'上升' if up else '下降'}，实际{'下降' if up else '上升'} {size}。 "
        f"**Against the hypothesis**: in {world.en}, {text.en} was expected to {'rise' if up else 'fall'} with it; it "
        f"{'falls' if up else 'rises'} by {size}."
    )


def _cell(row: Effect) -> str:
    judged = row["expected"] and row["evidence"] != NO_DATA
    return f"{_full(row)}<br>{VERDICTS[row['verdict']].both}" if judged else _full(row)


def _pp(row: Effect) -> str:
    return " pp" if factor_of(row["measure"]) == 100.0 else ""


def _mean(row: Effect) -> str:
    return difference_number(row["mean"] * factor_of(row["measure"])) + _pp(row)


def _full(row: Effect) -> str:
    """Mean, mark, interval, without unit."""
    if math.isnan(row["mean"]):
        return VERDICTS[NO_DATA].both
    factor = factor_of(row["measure"])
    interval = "" if math.isnan(row["low"]) else f" [{number(row['low'] * factor)}, {number(row['high'] * factor)}]"
    return f"{difference_number(row['mean'] * factor)}{MARKS[row['evidence']]}{interval}"
