"""Units of the neighbourhood 驻区单位 and the list of needs: who sits, what they offer, what a name is worth.

Where nothing is said, a claim is exact; "in all seeds" passes by chance, if there is no effect, once in 16.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from societies import generate
from worlds import run, small, world

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.enterprises import tender
from cogov_sim.agents.local_units import LocalUnits
from cogov_sim.commons.matters import Stage
from cogov_sim.commons.offers import Offers, answer_needs
from cogov_sim.experiments.worlds import BARE
from cogov_sim.scenario import EnterpriseSettings
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.society import CATEGORIES, UnitKind
from cogov_sim.society.services import ORDER

pytestmark = pytest.mark.usefixtures("compiled")

SEEDS = (1, 2, 3, 4)
MANY = ("enterprises.per_1000=10", "enterprises.public_per_1000=5", "enterprises.holders_per_1000=2")
TABLES = "+award_grant+resident_councils+enterprise_council+co_residence_council"


@cache
def lived(institutions: str, *changes: str, seed: int = 1, months: int = 24) -> CoGovModel:
    scenario = Scenario.load(BARE + institutions, changes=["organisations.council_supporters=3", *MANY, *changes])
    return run(scenario, seed=seed, months=months, residents=2000)


# -- day one ---------------------------------------------------------------------------------------------------------


def test_firms_come_first_and_the_others_are_counted_beside_them() -> None:
    society = generate(residents=20_000)
    table, firms = society.local_units, society.enterprises
    assert table.firms == firms.n == 30
    assert table.n == 30 + round(1.0 * 20) + round(0.2 * 20)
    for name in ("community", "size", "profit", "reputation", "propensity"):
        np.testing.assert_array_equal(getattr(table, name)[:30], getattr(firms, name))
    kinds = table.kind[:30]
    assert (firms.size[kinds == UnitKind.SHOP] < 10).all() and (firms.size[kinds == UnitKind.LARGE_FIRM] >= 100).all()
    assert (table.profit[table.kind == UnitKind.PUBLIC_UNIT] == 0.0).all()
    assert len(np.unique(table.entity)) == table.n, "each draws its own luck"


# -- seats and offers ------------------------------------------------------------------------------------------------


def test_each_table_has_seats_for_its_own_kind() -> None:
    """Firms at the enterprise council, the others at the co-residence council, party organisations at the joint committee."""
    for institution, kinds in (
        ("enterprise_council", {UnitKind.SHOP, UnitKind.FIRM, UnitKind.LARGE_FIRM}),
        ("co_residence_council", {UnitKind.PUBLIC_UNIT, UnitKind.PROPERTY_HOLDER}),
    ):
        model = lived(f"+{institution}")
        table, seated = model.society.local_units, model.commons.local_units.seated > 0
        assert seated.any() and set(table.kind[seated].tolist()) <= kinds
    model = lived("+joint_party_committee")
    seated = model.commons.local_units.seated > 0
    assert seated.any() and (model.society.local_units.party[seated] >= 3).all()
    assert not lived("+award_grant").commons.local_units.seated.any()


def _units(n: int, belief: float = 0.5) -> LocalUnits:
    """Units of one community that differ in nothing but their luck."""
    same, zero = np.full(n, 0.5), np.zeros(n)
    return LocalUnits(
        SimpleNamespace(
            n=n, entity=np.arange(n), community=np.zeros(n, np.int32), profit=np.full(n, 1000.0), reputation=same,
            propensity=same, belief=np.full(n, belief), local=same, size=same, room=zero, idle=zero, parking=zero, party=zero, let=zero,
        )
    )  # fmt: skip


def test_willingness_rises_with_belief_need_and_propensity_and_falls_in_hard_times() -> None:
    choice, settled = EnterpriseSettings(), (np.zeros(1), np.ones(1))
    units = _units(1)
    base = units.willing(choice, *settled)[0]
    assert _units(1, belief=0.9).willing(choice, *settled)[0] > base
    assert units.willing(choice, np.ones(1), np.ones(1))[0] > base, "what it uses itself is in a bad way"
    assert units.willing(choice, np.zeros(1), np.zeros(1))[0] < base, "nobody knows, so that a name brings no custom"
    units.reputation[:] = 0.9
    assert units.willing(choice, *settled)[0] < base, "who has a good name gains less"
    units.reputation[:], units.profit[:] = 0.5, 200.0
    assert units.willing(choice, *settled)[0] < base


def test_units_that_are_let_down_leave_the_table() -> None:
    """One that offered something among ten that did not sees 0; its belief falls until it leaves. Those that gave nothing stay."""
    units = _units(11)
    units.seated[:] = 1
    stayed = 0
    for month in range(1, 31):
        units.offers[:] = 0
        units.offers[0] = units.seated[0]
        units.look_around(EnterpriseSettings(), BehaviourSettings(), np.zeros(1), np.zeros(1), month)
        stayed += int(units.seated[0])
    assert 0 <= stayed < 30 and units.seated[1:].all()
    patient = _units(11)
    patient.seated[:] = 1
    for month in range(1, 31):
        patient.offers[0] = 1
        patient.look_around(EnterpriseSettings(tolerance=0.0), BehaviourSettings(), np.zeros(1), np.zeros(1), month)
    assert patient.seated.all()


def test_a_table_unwinds_below_a_few() -> None:
    """With more who offer something, those who do stay longer: 2 of 11 leave, 9 of 11 do not."""
    left = []
    for givers in (2, 9):
        units = _units(11)
        units.seated[:] = 1
        for month in range(1, 31):
            units.offers[:] = units.seated * (np.arange(11) < givers)
            units.look_around(EnterpriseSettings(), BehaviourSettings(), np.zeros(1), np.zeros(1), month)
        left.append(int(11 - units.seated.sum()))
    assert left[0] == 2 and left[1] == 0


def test_who_was_let_down_stays_away_for_a_year() -> None:
    units, eager = _units(1), EnterpriseSettings(join_base=5.0, join_peers=10.0)
    units.profit[:] = 1000.0
    units.left[:] = 5
    units.belief[:] = 1.0
    came = []
    for month in range(6, 19):
        units.join(eager, np.ones(1), 1, month)
        came.append(bool(units.seated[0]))
    assert came.index(True) == 17 - 6


def test_who_believes_that_others_give_comes_to_the_table() -> None:
    """Chances 0.047 and 0.27 of 400 units each: the numbers cannot cross by chance (12 standard errors)."""
    came = []
    for belief in (0.5, 1.0):
        units = _units(400, belief)
        units.profit[:] = 1000.0
        units.join(EnterpriseSettings(join_peers=4.0, join_base=-5.0), np.ones(400), 1, 1)
        came.append(int(units.seated.sum()))
    assert 0 < came[0] < came[1] / 2


def test_a_name_is_made_by_giving_and_forgotten() -> None:
    units = _units(2)
    for month in range(1, 25):
        units.trade(EnterpriseSettings(), 1, month, np.ones(1))
        units.give(np.zeros(2, np.int64), np.array([True, False]))
    assert units.reputation[0] > 0.65 and units.reputation[1] == 0.5
    for month in range(25, 400):
        units.trade(EnterpriseSettings(), 1, month, np.ones(1))
    assert units.reputation[0] == pytest.approx(0.5, abs=1e-3)


def test_a_good_name_brings_custom_where_people_know() -> None:
    """The same month, the same luck: profit is higher by custom x local share x how much better the name is."""
    profits = []
    for name, known in ((0.5, 1.0), (0.9, 1.0), (0.9, 0.0)):
        units = _units(1)
        units.reputation[:] = name
        units.trade(EnterpriseSettings(), 1, 1, np.full(1, known))
        profits.append(units.profit[0])
    assert profits[1] == pytest.approx(profits[0] * (1.0 + 0.2 * 0.5 * 0.4)) and profits[2] == profits[0]


def test_a_good_name_wins_tenders_as_far_as_names_count() -> None:
    """Of five bidders who differ in nothing but a name, the one with it wins more often; without weight a fifth of the time.

    1,000 tenders; 4 standard errors of a share of 0.2 are 0.05: false alarm once in 16,000.
    """
    firms = [SimpleNamespace(index=i, reputation=0.9 if i == 0 else 0.3) for i in range(5)]
    won = [
        np.mean([tender(firms, EnterpriseSettings(), 3, matter, weight).firm.index == 0 for matter in range(1000)])
        for weight in (0.0, 0.2, 0.6)
    ]
    assert won[0] == pytest.approx(0.2, abs=0.05) and won[0] + 0.05 < won[1] < won[2] - 0.05


def test_firms_that_do_badly_close_and_a_stranger_opens_in_their_place() -> None:
    units = _units(200)
    units.seated[:], units.reputation[:] = 1, 0.9
    units.profit[:100] = 100.0
    closed = units.close(EnterpriseSettings(), 1, 1)
    assert 20 < closed[:100].sum() < 80 and not closed[100:].any()
    assert not units.seated[closed].any() and (units.reputation[closed] == 0.5).all()
    assert units.seated[~closed].all() and (units.reputation[~closed] == 0.9).all()


# -- the list of needs -----------------------------------------------------------------------------------------------


@cache
def gathering() -> CoGovModel:
    """A society with matters that gather."""
    model = lived("+award_grant+resident_councils", months=18)
    assert len(model.commons.ledger.open(Stage.UNDER_WAY)) > 3
    return model


@settings(max_examples=60)
@given(data=st.data())
def test_nothing_is_taken_that_is_not_lacking_and_each_takes_one(data: st.DataObject) -> None:
    """Whatever is offered: one matter of the own community each, one kind of thing, within offer and need; the ledger has it all."""
    commons = gathering().commons
    ledger, services = commons.ledger, commons.scenario.services
    kept = {name: ledger.column(name).copy() for name in ("enterprise_money", "units_minutes", "units_space")}
    matters = ledger.open(Stage.UNDER_WAY)
    n = data.draw(st.integers(1, 6))
    number = st.integers(0, 5_000_000)

    def column() -> np.ndarray:
        return np.array(data.draw(st.lists(number, min_size=n, max_size=n)), np.int64)

    community = np.array(
        data.draw(st.lists(st.integers(0, commons.n_communities - 1), min_size=n, max_size=n)), np.int64
    )
    offers = Offers(community, column(), column(), column() / 1000.0, column() / 1000.0, np.ones((n, len(CATEGORIES))))
    lacked = ledger.own_target[matters] - ledger.own_value(matters, services)
    try:
        taken = answer_needs(commons, offers, matters)
        for o in np.flatnonzero(taken.matter >= 0):
            asset = ledger.asset[taken.matter[o]]
            assert commons.society.assets.community[asset] == community[o] and taken.matter[o] in matters
            space = offers.parking[o] if commons.society.assets.category[asset] == ORDER else offers.room[o]
            assert 0 <= taken.cash[o] <= offers.cash[o] and 0 <= taken.minutes[o] <= offers.minutes[o]
            assert 0 <= taken.space[o] <= 100.0 * space
            assert sum(x > 0 for x in (taken.cash[o], taken.minutes[o], taken.space[o])) == 1
        for name, given in (
            ("enterprise_money", taken.cash),
            ("units_minutes", taken.minutes),
            ("units_space", taken.space),
        ):
            assert (ledger.column(name) - kept[name]).sum() == given.sum()
        assert (ledger.units_minutes[matters] <= 60.0 * ledger.skill[matters] + 1).all()
        assert (ledger.units_space[matters] <= 100.0 * ledger.space[matters] + 1).all()
        unmet = ledger.own_target[matters] - ledger.own_value(matters, services)
        assert (unmet <= lacked).all()
        assert (unmet[lacked > 0] >= -services.space_value / 100.0).all(), "no more than what was lacking"
    finally:
        for name, column_before in kept.items():
            ledger.column(name)[:] = column_before


def test_what_units_give_is_built_with_and_makes_a_difference_in_all_seeds() -> None:
    """Own parts come together sooner where units answer the list of needs."""
    gain = []
    for seed in SEEDS:
        with_, without = lived(TABLES, seed=seed), lived("+award_grant+resident_councils", seed=seed)
        assert with_.matters.units_hours.sum() > 0 and with_.matters.units_space.sum() > 0
        gain.append(with_.measures.units_value.sum() - without.measures.units_value.sum())
        assert without.measures.units_value.sum() == 0.0
    assert min(gain) > 0.0


def test_units_put_what_they_use_on_the_list() -> None:
    matters = lived(TABLES, "institutions.co_residence_council.agenda=1", "behaviour.voice_base=-10").matters
    raised = matters[matters.raised_by == "units"]
    assert len(raised) > 0 and set(raised.category) <= {"environment", "facilities", "order", "safety"}


def test_space_is_lent_for_three_years_to_one_matter() -> None:
    changes = [*MANY, "organisations.council_supporters=3", "enterprises.closing=0"]
    model = CoGovModel(scenario=small(Scenario.load(BARE + TABLES, changes=changes)), rng=1, residents=2000)
    before = model.commons.space_lent.copy()
    lent = 0
    for month in range(1, 25):
        model.step()
        now = model.commons.space_lent.copy()
        kept = before > month
        assert (now[kept] == before[kept]).all() and set(now[now != before].tolist()) <= {month + 36}
        lent += int((now != before).sum())
        before = now
    assert lent > 0


def test_what_is_given_costs_rent_and_pay() -> None:
    """A firm's profit falls by the rent that lending forgoes and by the pay of the work it gives; a school's budget is not profit."""
    units, school = _units(1), _units(1)
    school.table.profit[:] = 0.0
    for one, left in ((units, 900.0), (school, 0.0)):
        one.profit[:] = one.table.profit
        one.give(np.array([100.0]), np.array([True]))
        assert one.profit[0] == left and one.reputation[0] > 0.5
    free, lending = _units(1), _units(1)
    free.trade(EnterpriseSettings(), 1, 1, np.ones(1))
    lending.trade(EnterpriseSettings(), 1, 1, np.ones(1), np.array([50.0]))
    assert free.profit[0] - lending.profit[0] == pytest.approx(50.0)


def test_who_closes_gives_up_what_was_lent() -> None:
    changes = [*MANY, "organisations.council_supporters=3", "enterprises.closing=1"]
    model = CoGovModel(scenario=small(Scenario.load(BARE + TABLES, changes=changes)), rng=1, residents=2000)
    model.run(12)
    units, commons = model.commons.local_units, model.commons
    commons.space_lent[0], commons.leases[0], commons.talks[0] = 999, 999, 1.0
    units.earned[0] = -1e9  # a loss; a quarter begins
    model.step()
    assert commons.space_lent[0] < 999 and commons.leases[0] == 0 and commons.talks[0] == 0.0


def test_without_units_the_tables_stay_empty() -> None:
    nobody = ("enterprises.per_1000=0", "enterprises.public_per_1000=0", "enterprises.holders_per_1000=0")
    model = run(world("enterprise_council", "co_residence_council", "space_sharing").changed(*nobody), months=6)
    assert model.society.local_units.n == 0 and model.measures.units_seated.isna().all()
