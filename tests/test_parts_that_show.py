"""Small parts of the rules, each at a setting at which it shows: a part without one would be deleted.

A claim is that a difference has the same sign in all four seeds: where the part does nothing, it passes by chance once in 16.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from worlds import fresh, run

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.organisations import BODY_KINDS, BuildingGroup
from cogov_sim.commons.bodies import active
from cogov_sim.commons.matters import NONE
from cogov_sim.experiments.worlds import BARE
from cogov_sim.society import CATEGORIES, Level
from cogov_sim.society.services import PROPERTY

pytestmark = [pytest.mark.usefixtures("compiled"), pytest.mark.slow]

SEEDS = (1, 2, 3, 4)
DOORSTEP = next(k for k, category in enumerate(CATEGORIES) if category.id == "doorstep")


def over_seeds(look: Callable[[CoGovModel], float], world: str, *changes: str, months: int = 36) -> np.ndarray:
    """What one sees in a world, seed by seed."""
    scenario = Scenario.load(world, changes=list(changes))
    return np.array([look(run(scenario, seed=seed, months=months, residents=4000)) for seed in SEEDS])


def late(measure: str) -> Callable[[CoGovModel], float]:
    return lambda model: float(model.measures[measure].iloc[-12:].mean())


def test_a_facilitator_keeps_the_loud_from_carrying_the_meeting() -> None:
    """Discussion moves meetings away from residents (who holds on to an opinion pulls the others); a facilitator halves what the
    loud add, if they are loud enough.
    """
    loud = ("behaviour.loud_active=5", "behaviour.loud_senior=3", "institutions.deliberation.rounds=10")
    free, led = (
        over_seeds(late("representation_error"), "consultative", *loud, f"institutions.deliberation.facilitation={x}")
        for x in (0, 1)
    )
    assert (led < free).all()


def test_rules_of_procedure_do_the_same() -> None:
    """The charter's, without any facilitator. In the mean over seeds: with a charter other matters are met about."""
    loud = ("behaviour.loud_active=5", "behaviour.loud_senior=3", "institutions.deliberation.facilitation=0")
    free, ruled = (
        over_seeds(late("representation_error"), "consultative+charter", *loud, f"institutions.charter.procedure={x}")
        for x in (0, 1)
    )
    assert ruled.mean() < free.mean()


def test_owners_who_also_sit_in_the_committee_get_more_for_their_fee() -> None:
    """Cross-appointment: a company that is watched works for more of the fee, which shows where the government fills no gap."""

    def kept_up(model: CoGovModel) -> float:
        covered = np.isin(model.commons.grid_of_asset, list(model.commons.owners))
        return float(model.commons.quality[covered & (model.society.assets.category == PROPERTY)].mean())

    alone, crossed = (
        over_seeds(
            kept_up,
            f"{BARE}+owners_committee",
            "government.maintenance_share=0",
            "behaviour.found_base=-5",
            f"institutions.owners_committee.cross_appointment={x}",
        )
        for x in (0, 1)
    )
    both = ~np.isnan(alone) & ~np.isnan(crossed)
    assert both.sum() > 1 and (crossed[both] > alone[both]).all()


def test_leaders_without_spirit_put_their_own_home_first() -> None:
    """Of the matters of smaller units that councils decide, those at the leader's home: more with capture, nowhere fewer."""
    world = "grants_only+grid_council+resident_councils"
    hard = ["society.residents=3000", "society.initial_spirit=0.3", "services.decay_factor=3"]

    def at_home(capture: float) -> list[tuple[int, int]]:
        scenario = Scenario.load(world, changes=[*hard, f"organisations.capture={capture}"])
        return [_at_home(CoGovModel(scenario=fresh(scenario), rng=seed)) for seed in SEEDS]

    fair, captured = (np.array(at_home(x)).T for x in (0.0, 2.0))
    assert (captured[0] >= fair[0]).all()
    assert captured[0].sum() / captured[1].sum() > fair[0].sum() / fair[1].sum()


def _at_home(model: CoGovModel) -> tuple[int, int]:
    """How many matters of smaller units councils decided within three years: at their leaders' homes, and in all."""
    commons, ledger = model.commons, model.commons.ledger
    own = total = 0
    for _ in range(36):
        model.step()
        now = np.flatnonzero((ledger.column("decided_month") == model.month) & (ledger.column("body") != NONE))
        for m in now.tolist():
            kind, asset = BODY_KINDS[ledger.body[m]], int(ledger.asset[m])
            body = commons.bodies[kind].get(commons.unit_of_asset(asset, kind.level))
            if body is None or model.society.assets.level[asset] <= body.level:
                continue
            first, end = commons.building_span[asset]
            total += 1
            own += bool(first <= np.searchsorted(model.residents.board.last, body.leader, side="right") < end)
    return own, total


def test_building_groups_have_small_matters_of_their_own() -> None:
    """房前屋后: most groups decide or finish something in a year, and what they decide at the doorstep is small.

    Before, 3 of 71 groups decided anything: a building's only matter was its upkeep.
    """
    busy = alive = small = 0
    for seed in SEEDS:
        model = run("co_governance", seed=seed, months=36, residents=6000)
        groups = model.commons.bodies[BuildingGroup].values()
        alive += len(groups)
        busy += sum(active(model.commons, group) for group in groups)
        ledger, assets = model.commons.ledger, model.society.assets
        own = ledger.column("body") == BuildingGroup.number
        doorstep = own & (assets.category[ledger.column("asset")] == DOORSTEP)
        small += int(doorstep.sum())
        assert not doorstep.any() or ledger.column("cost")[doorstep].mean() < 3000
        assert (assets.level[ledger.column("asset")[own]] == Level.BUILDING).all()
    assert busy > 0.5 * alive > 5 and small > 5
