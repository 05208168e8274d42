"""Casey 2018: programmes driven by communities deliver goods, and change trust and social capital little."""

from __future__ import annotations

from dataclasses import replace

from cogov_sim.checks import Check, joined
from cogov_sim.experiments.worlds import CO, GOVERNMENT
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.validation.rows import About, Field, above, number, row

CASEY = "Casey 2018, Ann. Rev. Econ. 10:139"
LITTLE = 0.2
"""A standardised difference up to which an effect is small by convention (Cohen 1988)."""
COUNCILS = f"{GOVERNMENT}+resident_councils"
GRANTS = f"{GOVERNMENT}+award_grant"
DRIVEN = f"{GOVERNMENT}+resident_councils+award_grant+deliberation+participatory_budget"
"""What community-driven programmes are made of: bodies, meetings, block grants and a vote on projects."""
PROGRAMMES = {
    COUNCILS: Text("councils", "理事会"),
    GRANTS: Text("award grants", "以奖代补"),
    DRIVEN: Text("councils, grants, meetings and a vote on projects", "理事会、以奖代补、协商与微项目票决"),
}
"""They come on top of what the government does anyway, as such programmes do, and are compared with the same world without them."""
REFORM = {CO: Text("co-governance", "互动共治")}
"""The whole reform is more than such a programme (front offices, platforms, law, deburdening), and is reported only."""
NAMES = {COUNCILS: "councils", GRANTS: "grants", DRIVEN: "community_driven"}
"""What their rows are called after."""
OUTCOMES = ("trust", "spirit", "familiarity")

#: What is missing in the model where a row fails.
MISSING = {
    "trust": Text(
        "missing: people who take the reports of their own government with a grain of salt",
        "缺少的机制：居民对政府自行发布的报道有所保留",
    ),
    "spirit": Text(
        "missing: acts that leave spirit as it was (any act in a month moves it, however small)",
        "缺少的机制：不改变精神的参与（当月任何参与无论多小都会提升精神）",
    ),
    "familiarity": Text("missing: meetings that leave ties as they were", "缺少的机制：不增强关系的会议"),
    "performance": Text(
        "missing: what such programmes bring with them, money from outside and people who see a project through",
        "缺少的机制：此类项目带来的外部资金与能把事情办成的人",
    ),
}


def casey(field: Field) -> list[Check]:
    """Per programme, against the government-run world to which it is added: goods; trust, spirit and ties.

    The same for the whole reform, which Casey's programmes do not hold: reported, whatever comes out.
    """
    more = Text("more than a community-driven programme: reported only", "超出社区主导型项目：仅报告")
    rows = []
    for world, name in PROGRAMMES.items():
        rows += [_explained(*row) for row in _rows(field, world, name)]
    for world, name in REFORM.items():
        rows += [replace(row, verdict="reported", note=joined(row.note, more)) for row, _ in _rows(field, world, name)]
    return rows


def _rows(field: Field, world: str, name: Text) -> list[tuple[Check, str]]:
    """A programme's rows, each with its measure."""
    little = [(_little(field, world, name, measure), measure) for measure in OUTCOMES]
    return [(_goods(field, world, name), "performance"), *little]


def _goods(field: Field, world: str, name: Text) -> Check:
    about = About(
        f"casey_goods_{NAMES.get(world, world)}",
        Text(f"Quality of services (performance), {name.en} against the government-run world", f"服务质量（感知绩效）：{name.zh}对政府包办"),
        Text("goods are delivered: higher", "提供了公共品：更高"), CASEY, "hard",
    )  # fmt: skip
    spent = float(field.effect(world, GOVERNMENT, "outlay_per_head").mean())
    note = Text(
        f"public outlay per head and month differs by {number(spent)} yuan", f"人均每月公共支出相差 {number(spent)} 元"
    )
    return row(about, field.effect(world, GOVERNMENT, "performance"), "0-1", above, note)


def _little(field: Field, world: str, name: Text, measure: str) -> Check:
    text = BY_NAME[measure].label
    about = About(
        f"casey_{measure}_{NAMES.get(world, world)}",
        Text(f"{text.en}, {name.en} against the government-run world", f"{text.zh}：{name.zh}对政府包办"),
        Text("little: within 0.2 SD", "变化小：0.2 个标准差以内"), CASEY, "hard",
    )  # fmt: skip
    return row(about, field.d(world, GOVERNMENT, measure), "SD", lambda mean, low, high: abs(mean) < LITTLE)


def _explained(check: Check, measure: str) -> Check:
    """A row that fails says which mechanism is missing."""
    return replace(check, note=joined(check.note, MISSING[measure])) if check.verdict == "fail" else check
