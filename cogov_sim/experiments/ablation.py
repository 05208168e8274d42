"""Who does the work: every institution taken out of one world in turn, and put alone into another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cogov_sim.experiments.headlines import HEADLINES, differences
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import Design, paired, residents_of
from cogov_sim.language import UserError
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.origin import model_code
from cogov_sim.report.evidence import ALL, BASE, SCENARIO, evidence, holm, verdict
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.institution import institution_classes, institution_text

#: Averages over months of equal numbers may differ by this much.
ROUNDING = 1e-9

#: The headline measures, and what those do who knew of a matter: it is missing where nobody is asked.
MEASURES = (*HEADLINES, "knew_and_did_not_give")


def variants(scenario: Scenario, base: Scenario) -> dict[str, tuple[Scenario, Scenario]]:
    """Every pair of worlds that differ in one institution, without it and with it.

    An institution that a world has is taken out of it; one that it lacks is added, with the settings it has in the
    other world. So each has two effects, that of the last one in and that of the first one in.

    Args:
        scenario: the world whose institutions are in question.
        base: the world that they are added to alone.

    Returns:
        Pairs by cell: ``"scenario KEY"`` and ``"base KEY"`` for each institution of either world, in the registry's
        order; last the cell ``"all"``: base and scenario themselves.

    Raises:
        UserError: neither world has an institution, both are the same, or one has a timeline.
    """
    if scenario.fingerprint == base.fingerprint:
        raise UserError(
            f"{scenario.name} and --base {base.name} have the same settings; choose two different worlds",
            f"{scenario.name} 与 --base {base.name} 的设置相同；请选两个不同的世界",
        )
    for world in (scenario, base):
        if world.timeline:
            raise UserError(
                f"{world.name} has a timeline; what an institution does is measured in worlds whose institutions do not change",
                f"{world.name} 有时间线；测量制度的作用要求制度在运行中不变",
            )
    keys = [key for key in institution_classes() if key in {*scenario.institutions, *base.institutions}]
    if not keys:
        raise UserError(
            f"{scenario.name} and {base.name} have no institutions, so there is nothing to take out or to add",
            f"{scenario.name} 与 {base.name} 都没有任何制度，无可去除或加入",
        )
    cells = {}
    for key in keys:
        cells[f"{SCENARIO} {key}"] = _pair(scenario, base, key)
        cells[f"{BASE} {key}"] = _pair(base, scenario, key)
    return cells | {ALL: (base, scenario)}


def _pair(world: Scenario, other: Scenario, key: str) -> tuple[Scenario, Scenario]:
    """This world without and with an institution."""
    if key in world.institutions:
        rest = {name: own for name, own in world.institutions.items() if name != key}
        return _with(world, rest, f"-{key}"), world
    return world, _with(world, world.institutions | {key: other.institutions[key]}, f"+{key}")


def _with(world: Scenario, institutions: dict[str, Any], change: str) -> Scenario:
    """The same world with other institutions."""
    parts = {name: getattr(world, name) for name in Scenario.model_fields}
    return Scenario(**parts | {"name": world.name + change, "institutions": institutions})


def ablation(scenario: Any, base: Any, design: Design) -> pd.DataFrame:
    """The effect of every institution in two worlds.

    Every effect is *with it minus without it*, seed by seed, over the last 12 months, so that the two compare.

    Args:
        scenario: a world; what it has is taken out in turn.
        base: a world; what it lacks is added in turn, alone.
        design: how much is run.

    Returns:
        One row an institution ("" where all differ at once), place ("scenario", "base"; "all" for scenario minus base)
        and measure: ``how`` ("removed", "added"), its own ``expected`` sign (0: none), the columns of ``differences``
        without cell and state, ``p`` also where seeds agree exactly (1 at 0, else 0), ``adjusted`` (Holm, over all tests
        of its place; NaN where settings fix the measure), ``evidence`` and ``verdict`` as in ``report.evidence``; and what was run: scenario, base, seeds,
        months, residents, code.

    Raises:
        UserError: unknown scenario, as ``variants``, as ``run``.
    """
    whole, start = design.world(scenario), design.world(base)
    cells = variants(whole, start)
    keys = {cell.partition(" ")[2] for cell in cells} - {""}
    hypotheses = {key: dict(institution_classes()[key].expects) for key in keys}
    others = [name for name in BY_NAME if name not in MEASURES and any(name in own for own in hypotheses.values())]
    comparison = run(paired(cells), design)
    table = differences(comparison, cells, [*MEASURES, *others])
    parts = table["cell"].str.partition(" ")
    table.insert(0, "institution", parts[2])
    table.insert(1, "place", parts[0])
    has = {SCENARIO: whole.institutions, BASE: start.institutions}
    places = zip(table["institution"], table["place"], strict=True)
    table.insert(2, "how", ["" if p == ALL else "removed" if key in has[p] else "added" for key, p in places])
    pairs = zip(table["institution"], table["measure"], strict=True)
    table.insert(4, "expected", [hypotheses.get(key, {}).get(measure, 0) for key, measure in pairs])
    table = table[table["measure"].isin(MEASURES) | (table["expected"] != 0)].drop(columns=["cell", "state"])
    size = residents_of(whole)
    return judged(table.reset_index(drop=True)).assign(
        scenario=whole.name, base=start.name, seeds=len(comparison.seeds), months=design.months, residents=size,
        code=model_code(),
    )  # fmt: skip


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """With p-values adjusted within each place, how sure each effect is, and what became of each hypothesis.

    Args:
        table: place, measure (settings fix some: these are not tested), expected, n, mean, low, high, p.
    """
    table = table.copy()
    numbers = ["mean", "low", "high"]
    nothing = (table["n"] > 1) & (table[numbers].abs() < ROUNDING).all(axis=1)
    table.loc[nothing, numbers] = 0.0
    exact = (table["n"] > 1) & (table["low"] == table["high"])  # every seed says the same
    table["p"] = table["p"].mask(exact, (table["mean"] == 0.0).astype(float))
    table["adjusted"] = np.nan
    fixed = table["measure"].map(lambda name: BY_NAME[name].by_setting).astype(bool)  # no findings, so no tests
    for place in table["place"].unique():
        here = table["place"] == place
        table.loc[here, "adjusted"] = holm(table.loc[here, "p"].mask(fixed[here]).to_numpy())
    told = table[["measure", *numbers, "p", "adjusted"]]
    table["evidence"] = [evidence(*row) for row in told.itertuples(index=False)]
    table["verdict"] = [verdict(*row) for row in table[["expected", "mean", "evidence"]].itertuples(index=False)]
    return table


def labelled(table: pd.DataFrame) -> pd.DataFrame:
    """The same with the names of institution and measure in both languages and the unit, for spreadsheets."""
    names = [institution_text(key).both if key else "" for key in table["institution"]]
    measures = [BY_NAME[name] for name in table["measure"]]
    return table.assign(
        institution_label=names, measure_label=[m.both for m in measures], unit=[m.unit for m in measures]
    )
