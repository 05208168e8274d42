"""Checks of whole societies: null tests N2-N4, N6, N9, N10 of the design, and that programmes change trust little.

All worlds run over the same seeds in one pool; every row is a paired difference between two of them, unless it says
otherwise. Worlds differ from the shipped scenarios only by what ``WORLDS`` says, and nothing is tuned to a row.
N1 and N8 are exact and have tests of their own (``tests/test_nulls.py``); N5 is a row of the laboratory.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cogov_sim.checks import Check, Verdict, interval, joined
from cogov_sim.experiments.failures import Failure
from cogov_sim.experiments.headlines import HEADLINES, OPPOSITE, STATES, state
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import BARE, CO, GOVERNMENT, Design, arms
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.scenario import BehaviourSettings, Scenario
from cogov_sim.validation import asking, scale, strain, ties
from cogov_sim.validation.observe import observe
from cogov_sim.validation.programmes import PROGRAMMES, REFORM, casey
from cogov_sim.validation.regions import DESIGN, n6, region_cells, region_table
from cogov_sim.validation.rows import About, Field, above, below, number, row

RIDERS = ("society.conditional_cooperator_share=0.0", "society.free_rider_share=1.0", "society.hump_share=0.0")
NO_FEEDBACK = (
    "behaviour.trust_rate=0.0", "behaviour.trust_report_rate=0.0", "behaviour.spirit_rate=0.0", "behaviour.move_push=0.0",
)  # fmt: skip
WITHOUT = (CO, "consultative", "councils_only")
"""Worlds in which residents take part, for N4."""
LEARNING = ('behaviour.rule="payoff_learning"',)

#: Every world by a name of its own: what it is, and what is changed in it.
WORLDS: dict[str, tuple[str, tuple[str, ...]]] = {
    GOVERNMENT: (GOVERNMENT, ()),
    **{name: (name, ()) for name in (*PROGRAMMES, *REFORM)},
    "nothing": (BARE, ()),
    "nothing, free riders": (BARE, RIDERS),
    **{f"{name}, no feedback": (name, NO_FEEDBACK) for name in (GOVERNMENT, *WITHOUT)},
    **{f"{name}, payoff learning": (name, LEARNING) for name in (GOVERNMENT, CO)},
    **strain.WORLDS,
    **asking.WORLDS,
    **ties.WORLDS,
}


def field_checks(short: bool, workers: int, progress: bool, failures: list[Failure] | None = None) -> list[Check]:
    """All rows about whole societies.

    Args:
        short: few seeds and small societies, for the test suite; the page wants the full form.
        workers: processes.
        progress: show how far things are.
        failures: runs that fail are added to it, and left out.
    """
    design = Design.of_page(short, workers, progress, seeds=8, few=3, simulate=observe, failures=failures)
    worlds = {name: design.world(source, changes) for name, (source, changes) in WORLDS.items()}
    comparison = run(worlds | arms(region_cells(short), design), design)
    field = Field(comparison)
    growing = Design(4 if short else 24, 72, 2000, workers, progress, failures=design.failures)
    regions = region_table(comparison, short)
    checks = [
        *n2(field),
        *n3(run(scolding_worlds(growing), growing)),
        *n4(field),
        *n6(regions, field.seeds),
        *n9(field),
        *strain.n10(field),
        *asking.asking(field),
        *ties.ties(field),
        *scale.scale(field),
        *casey(field),
    ]
    return [_undecided(check) for check in checks] if short else checks


def _undecided(check: Check) -> Check:
    """A row of the short form that does not hold, but might with more seeds: reported only."""
    if check.verdict != "fail" or check.low > 0.0 or check.high < 0.0:
        return check
    note = Text("too few seeds to tell", "种子太少，无法判断")
    return replace(check, verdict="reported", note=joined(check.note, note))


def n2(field: Field) -> list[Check]:
    """Without conditional cooperators and incentives almost nobody gives."""
    riders, usual = (100.0 * field.late(world, "participation_build") for world in ("nothing, free riders", "nothing"))
    about = About(
        "N2",
        Text("Residents who gave in a year, all of them free riders, no institution", "全为搭便车者且无制度时，一年内有贡献的居民"),
        Text("below 2 %", "低于 2%"), DESIGN, "null",
    )  # fmt: skip
    note = Text(
        f"with the laboratory's mix of types: {usual.mean():.0f} %", f"若按实验室的类型构成：{usual.mean():.0f}%"
    )
    return [row(about, riders, "%", lambda mean, low, high: mean < 2.0, note)]


def scolding_worlds(design: Design) -> dict[str, Scenario]:
    """The government-run world under growth with twice the publicity, always believed, without what makes paying to be
    scolded; and with the usual publicity, believed always or as promises were kept.
    """
    believed, loud = "behaviour.promise_learning=0.0", "institutions.campaign_promises.publicity=2"
    worlds = {
        "N3": [believed, loud],
        "N3_wD": [believed, loud, "behaviour.disconfirmation_weight=0.0"],
        "N3_alpha": [believed, loud, "behaviour.expectation_rate=0.0"],
        "N3_usual": [believed],
        "N3_learning": [],
    }
    return {name: design.world(GOVERNMENT, ["government.envelope_growth=0.15", *more]) for name, more in worlds.items()}


def n3(comparison: Any) -> list[Check]:
    """Paying to be scolded can appear: satisfaction while the envelope grows by 15 % a year.

    Until money found matters all year, the usual publicity was enough, from year 3 to 6 (-1.5 points); now what
    the money buys then outruns what is promised, which is reported.
    """
    runs = comparison.runs
    year = ((runs["month"] - 1) // 12 + 1).rename("year")
    means = runs.groupby(["scenario", "seed", year])["satisfaction"].mean().unstack()
    early, late = means[3] - means[1], means[6] - means[3]
    falls, rises, reported = Text("falls", "下降"), Text("rises", "上升"), Text("reported", "仅报告")
    whole = Text(
        "Satisfaction, year 1 to 3, government-run, 15 % growth a year, twice the publicity, believed whatever comes of it",
        "政府包办、财政年增 15%、宣传加倍且始终被相信时第 1 至第 3 年的满意度变化",
    )
    no_gap = Text("The same where disconfirmation does not count (wD = 0)", "同上，期望落差不计（wD = 0）")
    no_rise = Text("The same where expectations do not follow (alpha = 0)", "同上，期望不随绩效调整（α = 0）")
    usual = Text(
        "Satisfaction, year 3 to 6, the usual publicity, believed whatever comes of it",
        "宣传如常且始终被相信时第 3 至第 6 年的满意度变化",
    )
    learning = Text("The same where promises are believed as they were kept", "同上，居民按兑现情况相信宣传")
    note = Text("the form of publicity was chosen so that this can appear", "宣传机制的形式正是为使其可能出现而选定")
    outruns = Text(
        "fell by 1.5 before money found matters all year; now what it buys outruns what is promised",
        "在财政资金全年都能对接事项之前下降 1.5；如今资金成效超过宣传承诺",
    )
    return [
        row(About("N3", whole, falls, DESIGN, "null"), early.loc["N3"], "points", below, note),
        row(About("N3_wD", no_gap, rises, DESIGN, "null"), early.loc["N3_wD"], "points", above),
        row(About("N3_alpha", no_rise, rises, DESIGN, "null"), early.loc["N3_alpha"], "points", above),
        row(About("N3_usual", usual, reported, DESIGN, "null"), late.loc["N3_usual"], "points", None, outruns),
        row(About("N3_learning", learning, reported, DESIGN, "null"), late.loc["N3_learning"], "points", None),
    ]


def n4(field: Field) -> list[Check]:
    """With the feedbacks off, institutions raise neither trust nor spirit: worlds end where turnover alone leads."""
    base, rows = f"{GOVERNMENT}, no feedback", []
    for measure, zh in (("trust", "政府信任"), ("spirit", "共同精神")):
        gaps = [field.effect(f"{name}, no feedback", base, measure) for name in WITHOUT]
        usual = float(field.effect(CO, GOVERNMENT, measure).mean())
        about = About(
            f"N4_{measure}",
            Text(f"Largest difference in {measure} between four worlds, feedbacks on trust and spirit off",
                 f"关闭信任与精神反馈后，四个世界之间{zh}的最大差异"),
            Text("0: turnover does the same in all", "0：迁移的影响处处相同"), DESIGN, "null",
        )  # fmt: skip
        note = Text(
            f"a form of the rules: with these rates at 0 only turnover moves it; with feedbacks co-governance makes {number(usual)}",
            f"规则形式：这些速率为 0 时只有迁移能改变它；反馈开启时共治带来 {number(usual)}",
        )
        largest = np.max(np.abs(gaps), axis=0)
        rows.append(row(about, largest, "0-1", lambda mean, low, high: mean < 1e-9, note))
    return rows


def n9(field: Field) -> list[Check]:
    """The headline results where people learn from payoffs instead of cooperating conditionally.

    A row holds where both rules lead to the same sure sign, and fails where to opposite ones; else it is reported.
    """
    rows, rule = [], BehaviourSettings.meaning("rule")
    for measure in HEADLINES:
        usual = interval(field.effect(CO, GOVERNMENT, measure))
        rival = field.effect(f"{CO}, payoff learning", f"{GOVERNMENT}, payoff learning", measure)
        here, there = state(measure, *usual), state(measure, *interval(rival))
        sure = {here, there} <= set(OPPOSITE)
        text, unit = BY_NAME[measure].label, BY_NAME[measure].unit
        about = About(
            f"N9_{measure}",
            Text(f"Co-governance minus government-run under payoff learning: {text.en}", f"收益学习规则下共治减政府包办：{text.zh}"),
            Text(f"sign as under conditional cooperation ({number(usual[0])}, {here})",
                 f"与条件合作规则下同号（{number(usual[0])}，{STATES[here].zh}）"),
            rule.source, "null",
        )  # fmt: skip
        note = Text(f"under payoff learning: {there}", f"收益学习规则下：{STATES[there].zh}")
        mean, low, high = interval(rival)
        verdict: Verdict = "reported" if not sure else "pass" if here == there else "fail"
        rows.append(Check(*about, mean, low, high, unit, verdict, seeds=field.seeds, note=note))
    return rows
