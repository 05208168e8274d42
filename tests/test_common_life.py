"""Classes, events and pledges, pools, premises, incidents and patrols: what shows where, and how each runs dry.

Where nothing is said, a claim is exact; "in all seeds" passes by chance, if there is no effect, once in 16.
"""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from worlds import run, small, world

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.columns import NEVER
from cogov_sim.commons import premises, security
from cogov_sim.commons.together import USERS, served
from cogov_sim.experiments.worlds import BARE
from cogov_sim.society import Level

pytestmark = pytest.mark.usefixtures("compiled")

SEEDS = (1, 2, 3, 4)


@cache
def lived(institutions: str, *changes: str, seed: int = 1, months: int = 24) -> CoGovModel:
    return run(Scenario.load(BARE + institutions, changes=list(changes)), seed=seed, months=months, residents=2000)


# -- incidents -------------------------------------------------------------------------------------------------------


def test_without_a_watch_of_their_own_risk_is_exposure_less_what_the_police_deter() -> None:
    """Summed over a street it is what the street's police leave; twice the police leave the square of the share."""
    model = run("government_run", months=1)
    commons = model.commons
    exposed = commons.exposure * model.society.units.population(Level.COMMUNITY) / 1000.0
    risk = security.risks(commons)
    nobody = run(small("government_run", "government.police_hours=0"), months=1)
    np.testing.assert_allclose(security.risks(nobody.commons), exposed * model.scenario.government.incidents)
    twice = run(small("government_run", "government.police_hours=40"), months=1)
    np.testing.assert_allclose(security.risks(twice.commons) / risk, risk / security.risks(nobody.commons))


def test_incidents_that_are_deterred_move_in_part_to_the_rest_of_the_street() -> None:
    """With patrols in one community alone, its risk falls and that of its neighbours rises by 0.3 of what fell; other streets' stays."""
    model = run(small("government_run", "society.residents=2500"), months=1, residents=2500)
    commons, units = model.commons, model.society.units
    before, board = security.risks(commons), model.residents.board
    street_of = units.parent(Level.COMMUNITY)
    one = next(c for c in range(commons.n_communities) if (street_of == street_of[c]).sum() > 1)
    board.patrols[np.flatnonzero(board.community == one)[0], 1] = 30.0
    after = security.risks(commons)
    deterred = before[one] - after[one]
    neighbours = (street_of == street_of[one]) & (np.arange(len(after)) != one)
    assert deterred > 0.0 and (after[neighbours] > before[neighbours]).all()
    assert (after - before)[neighbours].sum() == pytest.approx(security.DISPLACED * deterred)
    others = street_of != street_of[one]
    np.testing.assert_array_equal(after[others], before[others])


def test_incidents_are_poisson_numbers() -> None:
    """The number at rank u is the smallest that is not exceeded with chance u; mean and variance are the risk's."""
    u = (np.arange(200_000) + 0.5) / 200_000
    for mean in (0.03, 0.7, 4.0, 25.0):
        numbers = security._poisson(u, np.full(len(u), mean))
        assert numbers.mean() == pytest.approx(mean, rel=1e-2) and numbers.var() == pytest.approx(mean, rel=2e-2)
    assert (security._poisson(u, np.zeros(len(u))) == 0).all()


def test_who_believes_that_others_patrol_goes_on_patrol() -> None:
    """你治我安: with first beliefs at a fifth, patrols are fewer, in all seeds."""
    for seed in SEEDS:
        usual, less = (
            lived(
                "+joint_security", f"society.belief_factor={factor}", seed=seed, months=12
            ).measures.patrol_hours.sum()
            for factor in (1.0, 0.2)
        )
        assert less < 0.9 * usual


def test_incidents_lower_safety() -> None:
    model = CoGovModel(scenario=small("government_run", "government.incidents=100"), rng=1, residents=1000)
    model.month = model.commons.month = 1
    for part in model.parts:
        before = model.commons.quality.copy()
        part.act(model)
        if part.name == "incidents":
            worse = model.commons.quality < before
    assert worse.any() and set(model.society.assets.category[worse].tolist()) == {3}


# -- classes and events ------------------------------------------------------------------------------------------------


def test_people_come_where_there_are_classes_and_more_so_with_company() -> None:
    assert lived("+micro_organisations").measures.class_attendance.sum() == 0.0
    for seed in SEEDS:
        alone, along = (
            lived("+academy", f"behaviour.companion={companion}", seed=seed, months=12).measures.class_attendance.sum()
            for companion in (0.0, 3.0)
        )
        assert 0.0 < alone < along


def test_an_academy_makes_no_direct_difference_to_public_spirit() -> None:
    """Spirit follows acts by its one rule: with spirit_rate at 0 it is the same to the bit with an academy and without."""
    still = "behaviour.spirit_rate=0"
    one, other = (lived(institutions, still, months=12).residents.columns.spirit for institutions in ("+academy", ""))
    np.testing.assert_array_equal(one, other)


def test_who_sat_in_one_class_grows_closer() -> None:
    for seed in SEEDS:
        with_, without = (
            lived(institutions, "behaviour.class_base=-2", seed=seed) for institutions in ("+academy", "")
        )
        assert with_.measures.familiarity.iloc[-1] > without.measures.familiarity.iloc[-1]


def test_pledges_spread_from_the_spirited_and_fade_when_events_stop() -> None:
    """With events for all, some pledge; with none, those of six months ago no longer hold; nobody spirited, nobody pledges."""
    lively = ("behaviour.event_base=1", "behaviour.pledge_threshold=0.6")
    model = CoGovModel(scenario=small(world("moral_culture").changed(*lively)), rng=1, residents=1000).run(12)
    assert model.latest["pledged"] > 0.2
    for institution in model.institutions:
        institution.settings = institution.settings.model_copy(update={"strength": 0.0})
    model.run(5)
    assert model.latest["pledged"] > 0.0
    model.run(2)
    assert model.latest["pledged"] == 0.0
    dull = lived("+moral_culture", *lively, "society.initial_spirit=0", "behaviour.spirit_rate=0", months=12)
    assert dull.measures.pledged.max() == 0.0 and (dull.residents.columns.pledged == NEVER).all()


def test_a_committed_minority_turns_others_and_strangers_turn_nobody() -> None:
    """Where all ties are cut nobody sees a pledge, so that only the spirited ones pledge; with ties others follow them."""
    lively = ("behaviour.event_base=1", "behaviour.pledge_threshold=0.6", "behaviour.spirit_rate=0")
    for seed in SEEDS:
        known, strangers = (
            lived("+moral_culture", *lively, f"society.ties_kept={ties}", seed=seed).measures.pledged.iloc[-1]
            for ties in (1.0, 0.0)
        )
        assert known > 1.5 * strangers > 0.0


def test_shame_before_those_who_pledged_keeps_order() -> None:
    lively = ("behaviour.event_base=1", "behaviour.pledge_threshold=0.5")
    for seed in SEEDS:
        with_, without = (
            lived("+moral_culture", *lively, f"behaviour.shame={shame}", seed=seed).measures.violations_per_1000.sum()
            for shame in (4.0, 0.0)
        )
        assert with_ < 0.8 * without


# -- pools -----------------------------------------------------------------------------------------------------------


def test_a_pool_serves_half_where_there_is_a_thing_for_each_user_and_wears_where_it_is_small() -> None:
    model = run("government_run", months=1)
    commons, units = model.commons, model.society.units
    users = USERS * units.population(Level.GRID)
    first = np.searchsorted(commons.unit_of_building[Level.GRID], np.arange(units.count(Level.GRID)))
    model.residents.board.pooled[:] = 0
    assert not served(commons).any()
    model.residents.board.pooled[first] = np.rint(users).astype(np.int32)
    np.testing.assert_allclose(served(commons), np.rint(users) / (np.rint(users) + users))


def test_what_is_shared_makes_parking_learning_and_culture_better_in_all_seeds() -> None:
    for seed in SEEDS:
        with_, without = (
            lived(institutions, "behaviour.pool_base=-3", seed=seed, months=18)
            for institutions in ("+shared_facilities", "")
        )
        better = with_.commons.quality - without.commons.quality
        k = with_.society.assets.category
        assert all(better[k == one].mean() > 0.0 for one in (2, 5, 6))


def test_pools_are_kept_by_belief() -> None:
    for seed in SEEDS:
        usual, less = (
            lived("+shared_facilities", f"society.belief_factor={factor}", seed=seed, months=12).measures.sharers.iloc[
                -1
            ]
            for factor in (1.0, 0.2)
        )
        assert less < usual


# -- premises --------------------------------------------------------------------------------------------------------

ROOMS = ("enterprises.public_per_1000=5", "enterprises.holders_per_1000=10", "institutions.space_sharing.talks=6")


def test_talks_and_rewards_bring_agreements_and_rent_forgone_does_not() -> None:
    def lent(*changes: str) -> float:
        return float(
            np.mean(
                [lived("+space_sharing", *ROOMS, *changes, seed=s, months=9).latest["premises_lent"] for s in SEEDS]
            )
        )

    usual = lent()
    assert 0.0 < lent("enterprises.lease_rent=3") < usual < lent("institutions.space_sharing.reward=6")
    assert lived("", *ROOMS[:2]).measures.premises_lent.max() == 0.0


def test_premises_fall_back_when_their_time_is_over() -> None:
    model = CoGovModel(
        scenario=small(Scenario.load(BARE + "+space_sharing", changes=[*ROOMS, "institutions.space_sharing.months=3",
                                     "institutions.space_sharing.reward=2"])), rng=1, residents=2000,
    )  # fmt: skip
    lent = []
    for _ in range(12):
        model.step()
        leases = model.commons.leases
        assert (leases[leases > 0] > model.commons.month).all() and (leases <= model.commons.month + 3).all()
        lent.append(leases > 0)
    assert any((a & ~b).any() for a, b in itertools.pairwise(lent)), "some fell back"


def test_lent_premises_make_meetings_larger_and_nearer_and_services_cheaper() -> None:
    model = lived(
        "+award_grant+resident_councils+deliberation+space_sharing", *ROOMS, "organisations.council_supporters=3"
    )
    board, commons = model.residents.board, model.commons
    rooms = commons.premises[board.community] > 0.0
    assert rooms.any() and (board.venue[rooms, 1] > commons.terms["venue"][board.community[rooms]]).all()
    assert commons.premises_used.sum() > 0.0
    assert model.matters.units_space.sum() >= commons.premises_used.sum() - 1e-6, "less what its holders took back"


def test_a_room_is_used_once() -> None:
    """Where services are in the lent rooms there are no seats in them; what falls back is used no more."""
    model = CoGovModel(
        scenario=small(Scenario.load(BARE + "+award_grant+resident_councils+deliberation+space_sharing",
                                     changes=[*ROOMS, "organisations.council_supporters=3", "institutions.space_sharing.months=12",
                                              "institutions.space_sharing.reward=2"])),
        rng=1, residents=2000,
    )  # fmt: skip
    commons, fell = model.commons, False
    for _ in range(36):
        used = commons.premises_used.copy()
        model.step()
        assert (commons.premises_used <= commons.premises + 1e-9).all()
        fell |= bool((commons.premises_used < used).any())
    assert fell
    commons.premises[:], commons.premises_used[:] = 100.0, 100.0
    assert not premises.seats(commons).any() and not premises.nearness(commons).any()


def test_classes_are_leisure() -> None:
    """Who comes to a class meets people; it is neither taking part nor work for others. The month's other acts are the same."""
    with_, without = (lived("+academy", f"behaviour.class_base={base}", months=1) for base in (2, -20))
    assert not without.residents.columns.joined.any()
    came = (with_.residents.columns.joined & 1) > 0
    assert 0.1 < came.mean() < 0.99
    for name in ("took_part", "total_hours", "acts"):
        np.testing.assert_array_equal(getattr(with_.residents.columns, name), getattr(without.residents.columns, name))
    assert len(np.unique(with_.residents.columns.joint[came])) > with_.commons.n_communities, "not all in one room"
