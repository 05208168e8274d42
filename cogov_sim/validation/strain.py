"""Null test N10: capture and burn-out exist. Where few people carry everything, benefits shrink, and it shows.

What bodies are worth is asked where nobody stands in for them: the government keeps to matters of the street. In
co-governance as it is the government takes over what worn bodies leave; what strain costs there is reported beside.
"""

from __future__ import annotations

import numpy as np

from cogov_sim.checks import Check
from cogov_sim.experiments.worlds import CO, GOVERNMENT
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.validation.regions import DESIGN
from cogov_sim.validation.rows import About, Field, Sample, above, below, number, row

FEW = ("society.initial_spirit=0.2",)
"""Few public-spirited people: half of the usual mean."""
STRAIN = ("organisations.leader_hours=32.0", "organisations.officer_hours=16.0", "organisations.burnout=0.3")
"""Four times the usual duties, and people who give up at less than half of the usual fatigue."""

ALONE = ('institutions.direct_provision.matter_levels=["street"]',)
"""The government decides what is the street's, and nothing else."""

#: Worlds as in ``field_checks.WORLDS``; the government-run one has no bodies, so duties would change nothing in it.
WORLDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "few, government": (GOVERNMENT, FEW),
    "few": (CO, FEW + ALONE),
    "strained": (CO, FEW + ALONE + STRAIN),
    "captured": (CO, (*FEW, *ALONE, "organisations.capture=2.0")),
    "fair": (CO, (*FEW, *ALONE, "organisations.capture=0.0")),
    "few, joint": (CO, FEW),
    "strained, joint": (CO, FEW + STRAIN),
}


def n10(field: Field) -> list[Check]:
    """All rows."""
    benefits = ("performance", "satisfaction")
    return [_burn_out(field), _bodies(field), *(_benefit(field, m) for m in benefits), *(_joint(field, m) for m in benefits),
            _capture(field), _cost_of_capture(field)]  # fmt: skip


def _burn_out(field: Field) -> Check:
    strained, usual = (
        100.0 * _ratio(field.total(world, "leaders_gave_up"), field.total(world, "bodies"))
        for world in ("strained", "few")
    )
    about = About(
        "N10_burnout",
        Text("Leaders who give up, per 100 bodies and month: under strain minus usual, few spirited people",
             "公共精神稀缺时，每百个组织每月放弃的带头人：重负减常态"),
        Text("more", "更多"), DESIGN, "null",
    )  # fmt: skip
    note = Text(
        f"usual: {usual.mean():.2g}; strain: four times the duties, limit of fatigue 0.3 instead of 0.75",
        f"常态：{usual.mean():.2g}；重负：职责四倍，疲劳上限由 0.75 降为 0.3",
    )
    return row(about, strained - usual, "per 100", above, note)


def _bodies(field: Field) -> Check:
    about = About(
        "N10_bodies",
        Text("Residents covered by an active body: under strain minus usual", "活跃自治组织覆盖的居民：重负减常态"),
        Text("fewer", "更少"),
        DESIGN,
        "null",
    )
    return row(about, field.effect("strained", "few", "self_governed_share"), "share", below)


def _benefit(field: Field, measure: str) -> Check:
    text = BY_NAME[measure].label
    gain = float(field.effect("few", "few, government", measure).mean())
    about = About(
        f"N10_{measure}",
        Text(
            f"{text.en} where nobody stands in for bodies: under strain minus usual",
            f"无人代行时的{text.zh}：重负减常态",
        ),
        Text("benefits shrink: below 0", "收益缩小：小于 0"),
        DESIGN,
        "null",
    )
    note = Text(
        f"without strain, against the government-run world: {number(gain)}", f"无重负时与政府包办之差：{number(gain)}"
    )
    return row(about, field.effect("strained", "few", measure), BY_NAME[measure].unit, below, note)


def _joint(field: Field, measure: str) -> Check:
    text = BY_NAME[measure].label
    about = About(
        f"N10_{measure}_joint",
        Text(f"{text.en} where the government stands in for worn bodies: under strain minus usual",
             f"政府代行疲乏组织之事时的{text.zh}：重负减常态"),
        Text("may be lower", "可能更低"), DESIGN, "null",
    )  # fmt: skip
    return row(about, field.effect("strained, joint", "few, joint", measure), BY_NAME[measure].unit, None)


XU_YAO = "form: Xu & Yao 2015, APSR 109:371"


def _capture(field: Field) -> Check:
    captured, fair = (
        100.0 * field.total(world, "home_matters") / np.maximum(1.0, field.total(world, "council_matters"))
        for world in ("captured", "fair")
    )
    about = About(
        "N10_capture",
        Text("Of the grid and building matters that councils decide, share at the leader's own home: capture 2 minus 0, few spirited people",
             "公共精神稀缺时理事会决定的网格与楼栋事项中，带头人自家所在者的比例：俘获度 2 减 0"),
        Text("more", "更多"), XU_YAO, "null",
    )  # fmt: skip
    note = Text(f"{captured.mean():.0f} % against {fair.mean():.0f} %", f"{captured.mean():.0f}% 对 {fair.mean():.0f}%")
    return row(about, captured - fair, "points", above, note)


def _cost_of_capture(field: Field) -> Check:
    about = About(
        "N10_capture_cost",
        Text("Performance for everybody: capture 2 minus 0", "全体居民的感知绩效：俘获度 2 减 0"),
        Text("may be lower", "可能更低"),
        XU_YAO,
        "null",
    )
    matters = field.total("captured", "council_matters").mean()
    note = Text(
        f"councils decide {matters:.0f} such matters in a whole run: favours move them, and cost the whole little",
        f"理事会在整个运行中只决定 {matters:.0f} 件此类事项：偏袒改变其去向，对整体影响不大",
    )
    return row(about, field.effect("captured", "fair", "performance"), "0-1", None, note)


def _ratio(part: Sample, whole: Sample) -> Sample:
    """One over the other, by seed; NaN where there is none of the second, as in a short run without a body."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0.0)
