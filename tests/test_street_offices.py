"""Street offices: what they can choose, what they go by, what they learn, and what comes of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from worlds import run, world

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.street_offices import Approach
from cogov_sim.commons import offices
from cogov_sim.commons.matters import Stage
from cogov_sim.commons.provide import seen_to, upkeep_budgets
from cogov_sim.commons.purchase import IS_SERVICE
from cogov_sim.commons.state import N_CATEGORIES, VISIBLE
from cogov_sim.society import CATEGORIES, Level

pytestmark = pytest.mark.usefixtures("compiled")

WAYS = ["direct_provision", "award_grant", "purchased_services"]
#: Several communities in a street, and several streets.
TOWN = ["society.preset=neighbourhoods"]


def _approaches(name: str, *changes: str, months: int = 24, residents: int = 12_000, seed: int = 1) -> CoGovModel:
    scenario = Scenario.load(name, changes=[*TOWN, "history.months=0", *changes])
    return CoGovModel(scenario=scenario, rng=seed, residents=residents).run(months)


# -- what is open ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("institutions", "ways"),
    [
        ([], {Approach.LEAVE}),
        (["direct_provision"], {Approach.DO, Approach.LEAVE}),
        (["award_grant"], {Approach.GRANT, Approach.LEAVE}),
        (["direct_provision", "award_grant"], {Approach.DO, Approach.GRANT, Approach.LEAVE}),
        (WAYS, set(Approach)),
    ],
)
def test_institutions_open_ways_and_offices_choose_among_them(institutions: list[str], ways: set[Approach]) -> None:
    """An office that takes whatever comes (choice 0) uses all ways that are open to it, and no other."""
    free = world(*institutions).changed("government.office_choice=0", "providers.per_1000=5", "providers.entry=1")
    model = run(free, months=4, residents=3000)
    used = {Approach(code) for code in np.unique(model.commons.offices.approach[:, offices.OF_COMMUNITIES]).tolist()}
    assert used == ways
    opened = offices.open_approaches(model.commons)
    assert opened[:, offices.OF_COMMUNITIES, Approach.LEAVE].all()
    assert not opened[:, ~IS_SERVICE, Approach.BUY].any()
    assert not opened[:, ~offices.OF_COMMUNITIES, 1:].any(), "what is larger than a community has no choice"
    assert (model.commons.offices.approach[:, ~offices.OF_COMMUNITIES] == Approach.DO).all()


def test_they_choose_when_a_quarter_begins() -> None:
    model = run(world(*WAYS).changed("government.office_choice=0"), months=0)
    seen = []
    for _ in range(7):
        model.step()
        seen.append(model.commons.offices.approach.copy())
    for month, (one, other) in enumerate(pairwise(seen), start=1):
        assert np.array_equal(one, other) or month % offices.QUARTER == 0


# -- what it does ------------------------------------------------------------------------------------------------------


def test_matters_go_the_way_that_was_chosen() -> None:
    """Grants only where grants were chosen; bought by the government only where buying was; what is left alone waits."""
    model = CoGovModel(scenario=world(*WAYS, "resident_councils", "building_groups").changed(
        "government.office_choice=0", "providers.per_1000=5", "providers.entry=1", "government.envelope=20",
        "behaviour.found_base=-6",
    ), rng=2, residents=3000)  # fmt: skip
    commons, ledger, granted, bought, left = model.commons, model.commons.ledger, 0, 0, 0
    for _ in range(36):
        before = ledger.column("stage").copy()
        model.step()
        new = np.flatnonzero((before == Stage.RAISED) & (ledger.column("stage")[: len(before)] == Stage.UNDER_WAY))
        for m in new.tolist():
            asset = int(ledger.asset[m])
            c, k = int(commons.society.assets.community[asset]), int(commons.society.assets.category[asset])
            if c < 0:
                continue
            way = commons.offices.approach[c, k]
            if ledger.grant_promised[m] > 0:
                granted += 1
                assert way == Approach.GRANT
            if ledger.provider[m] >= 0 and ledger.decided_by[m] == 0:
                bought += 1
                assert way == Approach.BUY
        waiting = ledger.open(Stage.RAISED)
        left += int((commons.approaches(ledger.asset[waiting]) == Approach.LEAVE).sum())
    assert granted > 0 and bought > 0 and left > 3


def test_money_to_spare_is_spent_on_what_was_left_alone() -> None:
    """All services left alone: with a month's income to spare beyond upkeep officials see to them; without it to none."""
    commons = run(world("direct_provision"), months=1).commons
    commons.offices.approach[:] = Approach.LEAVE
    local, n = commons.society.assets.community >= 0, commons.n_communities
    commons.treasury.balance[:] = commons.treasury.committed + commons.treasury.month_income
    commons.treasury.balance[:n] += upkeep_budgets(commons)[:n]
    assert not seen_to(commons)[local].any() and seen_to(commons)[~local].all()
    commons.treasury.balance += 1
    assert seen_to(commons).all()


# -- what they go by ---------------------------------------------------------------------------------------------------


def _quarter(weights: tuple[float, float]) -> CoGovModel:
    """Two ways side by side: communities that did brought what shows, those that granted what residents praise."""
    model = _approaches("co_governance", months=1, residents=20_000)
    commons = model.commons
    commons.terms["counts_weight"][:], commons.terms["residents_weight"][:] = weights
    commons.treasury.balance[:] = commons.treasury.committed + 10**9  # nothing is missing elsewhere
    does = np.arange(commons.n_communities) % 2 == 0
    commons.offices.approach[:] = np.where(does, Approach.DO, Approach.GRANT)[:, None]
    commons.offices.shown[:], commons.offices.response[:] = does[:, None] * 1.0, (~does)[:, None] * 1.0
    commons.offices.spent[:] = 0.0
    return model


def test_whoever_judges_decides_what_is_learnt() -> None:
    """Where superiors' counts alone weigh, doing comes out on top; where residents' word does, grants do."""
    for weights, best in (((1.0, 0.0), Approach.DO), ((0.0, 1.0), Approach.GRANT)):
        commons = _quarter(weights).commons
        brought = offices.results(commons)
        does = commons.offices.approach[:, 0] == Approach.DO
        assert (brought[does].mean() > brought[~does].mean()) == (best == Approach.DO)
        commons.month = 4
        offices.work(commons)
        several = np.bincount(commons.society.units.parent(Level.COMMUNITY)) > 1
        other = Approach.GRANT if best == Approach.DO else Approach.DO
        assert (commons.offices.value[several][:, :, best] > commons.offices.value[several][:, :, other]).all()


def test_equal_weights_and_equal_results_teach_nothing() -> None:
    commons = _quarter((1.0, 1.0)).commons
    for book in (commons.offices.shown, commons.offices.response):
        book[:] = 1.0
    commons.month = 4
    offices.work(commons)
    np.testing.assert_allclose(commons.offices.value.max(axis=2), commons.offices.value[:, :, :2].max(axis=2))
    assert np.ptp(commons.offices.value[:, :, :2], axis=2).max() < 1e-12


def test_public_money_counts_only_where_it_is_missing() -> None:
    """The same result at twice the money is worth less where purses are empty, and the same where they are full."""
    commons = _quarter((1.0, 0.0)).commons
    commons.offices.shown[:] = 1.0
    commons.offices.spent[:] = 1.0
    commons.offices.spent[:, 0] = 2.0
    full = offices.results(commons)
    assert np.ptp(full) < 1e-12
    commons.treasury.balance[:] = commons.treasury.committed
    empty = offices.results(commons)
    assert (empty[:, 0] < empty[:, 1]).all()


def test_the_books_of_the_quarter_hold_what_was_finished_praised_and_asked_in_vain() -> None:
    """Shown: cost of finished matters by how they show. Nobody's word is lost: response is praise less what was asked in vain."""
    model = _approaches("government_run", months=2)
    commons, ledger = model.commons, model.commons.ledger
    heads = commons.people_at[Level.COMMUNITY].astype(float)
    model.step()  # the third month closes the quarter
    shown = np.zeros(N_CATEGORIES)
    for m in np.flatnonzero(
        (ledger.column("stage") == Stage.COMPLETED) & (ledger.column("closed_month") <= 3)
    ).tolist():
        asset = int(ledger.asset[m])
        if commons.society.assets.community[asset] >= 0:
            k = int(commons.society.assets.category[asset])
            shown[k] += VISIBLE[k] * ledger.cost[m]
    cost = np.array([category.cost_per_head for category in CATEGORIES])
    np.testing.assert_allclose((commons.offices.shown * heads[:, None]).sum(axis=0) * cost, shown, rtol=1e-9)


# -- what comes of it --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_who_enables_is_found_not_set() -> None:
    """What offices do and what money enables differ by seed; offices that take whatever comes pay more in grants than those that
    hold on to what they do (paired t-test over 12 seeds, one-sided at 1 %).
    """
    held, free = (
        [
            _approaches("co_governance", f"government.office_choice={x}", months=36, seed=s).measures
            for s in range(1, 13)
        ]
        for x in (10, 0)
    )
    for name in ("enabling_share", "approach_do", "government_share", "committee_admin_share"):
        assert np.ptp([measures[name].iloc[-1] for measures in held]) > 0.0, name
    grants = [np.array([measures.outlay_grants.sum() for measures in world]) for world in (free, held)]
    assert stats.ttest_rel(*grants, alternative="greater").pvalue < 0.01


# -- appraisals --------------------------------------------------------------------------------------------------------


def test_appraisals_have_winners_and_losers() -> None:
    """Winners are spared half of the inspections, losers get half as many again; the prize comes out of the district's reserve."""
    model = _approaches("government_run", months=1, residents=20_000)
    commons = model.commons
    commons.duties.faked[:] = 0.0
    commons.offices.shown[:] = np.arange(commons.n_communities)[:, None]
    commons.treasury.balance[commons.treasury.district_purse(0) :] += 10**6
    before, moved = commons.treasury.balance.sum(), commons.treasury.transferred.copy()
    commons.month = 4
    offices.work(commons)
    district = commons.society.units.within(Level.COMMUNITY, Level.DISTRICT)
    for d in range(len(commons.districts)):
        mine = np.flatnonzero(district == d)
        third = len(mine) // 3
        inspected = commons.offices.inspection[mine]  # the later, the more there was to show
        assert (inspected[len(mine) - third :] == 0.5).all() and (inspected[:third] == 1.5).all()
        assert (inspected[third : len(mine) - third] == 1.0).all()
        got = (commons.treasury.transferred - moved)[mine]
        assert (got[len(mine) - third :] > 0).all() and not got[: len(mine) - third].any()
    assert commons.treasury.balance.sum() == before, "a prize moves money and makes none"


def test_what_nobody_tries_any_more_is_forgotten() -> None:
    """A way that once went wrong is not ruled out for ever: its value fades by a tenth a quarter."""
    model = _approaches("co_governance", months=1)
    offices_ = model.commons.offices
    offices_.approach[:] = Approach.DO
    offices_.value[:, :, Approach.GRANT] = -3.0
    model.commons.month = 4
    offices.work(model.commons)
    np.testing.assert_allclose(offices_.value[:, :, Approach.GRANT], -2.7)


def test_who_is_found_out_loses_and_takes_care() -> None:
    model = _approaches("government_run", months=1, residents=20_000)
    commons = model.commons
    commons.duties.faked[:] = 1.0
    commons.month = 4
    offices.work(commons)
    assert (commons.offices.inspection == 1.5).all() and (commons.duties.caution == offices.FOUND_OUT).all()
    commons.duties.faked[:] = 0.0
    commons.month = 7
    offices.work(commons)
    np.testing.assert_allclose(commons.duties.caution, offices.FOUND_OUT * (1.0 - offices.FORGOTTEN))


def test_without_appraisals_nobody_wins_or_loses() -> None:
    model = _approaches("co_governance", months=13)
    assert (model.commons.offices.inspection == 1.0).all() and not model.commons.duties.caution.any()
