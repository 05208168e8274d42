"""Three levels of self-government: a matter is settled at the lowest level that can, passed up and returned on the record."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats
from worlds import fresh as without_history

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents import board as board_table
from cogov_sim.agents.organisations import (
    BODY_KINDS,
    COUNCILS,
    BuildingGroup,
    DeliberativeCouncil,
    DevelopmentCouncil,
    GridCouncil,
    MicroOrganisation,
    Organisation,
    OwnersCommittee,
    WorthiesCouncil,
)
from cogov_sim.agents.property import LARGEST_MARGIN, PropertyCompany
from cogov_sim.commons import estates, organise
from cogov_sim.commons.bodies import (
    asks,
    at_table,
    coordination,
    example,
    hand_down,
    lies_at,
    limits,
    near,
    roster,
    settling_bodies,
)
from cogov_sim.commons.matters import Stage
from cogov_sim.commons.state import Commons
from cogov_sim.experiments.worlds import BARE
from cogov_sim.society import COMMUNITY_TYPES, Level

pytestmark = pytest.mark.usefixtures("compiled")

BODIES = "+building_groups+grid_council+resident_councils"
EASY = ["society.residents=2500", "society.preset=miniature", "behaviour.found_base=-5", "organisations.council_supporters=3",
        "organisations.grid_supporters=2", "organisations.supporters=1"]  # fmt: skip


@cache
def settled(institutions: str = BODIES, *changes: str, months: int = 18) -> CoGovModel:
    """A small society in which bodies are founded easily; to be looked at only."""
    scenario = Scenario.load(BARE + institutions, changes=[*EASY, *changes])
    return CoGovModel(scenario=without_history(scenario), rng=1).run(months)


def fresh(institutions: str = BODIES, *changes: str, months: int = 0) -> CoGovModel:
    scenario = Scenario.load(BARE + institutions, changes=[*EASY, *changes])
    return CoGovModel(scenario=without_history(scenario), rng=1).run(months)


def bare(institutions: str = BODIES, *changes: str) -> CoGovModel:
    """A model after its first month, its terms set, whose bodies are all gone again."""
    model = fresh(institutions, *changes, months=1)
    for bodies in model.commons.bodies.values():
        bodies.clear()
    return model


def found(model: CoGovModel, kind: type[Organisation], unit: int) -> Organisation:
    """A body of a kind in a unit, led by its first resident, with the next five as officers."""
    first = int(model.society.units.first(kind.level)[unit])
    last = int(model.society.units.last(kind.level)[unit])
    body = kind(model, unit, first, last, first, list(range(first + 1, first + 6)), model.month)
    model.commons.bodies[kind][unit] = body
    return body


def raised(model: CoGovModel, level: Level, category: int) -> int:
    """A small matter of an asset of a level."""
    assets, ledger = model.society.assets, model.commons.ledger
    asset = int(np.flatnonzero((assets.level == level) & (assets.category == category))[0])
    return int(
        ledger.raise_matters(
            np.array([asset]),
            cost=1,
            stage=Stage.RAISED,
            level_now=int(level),
            beneficiaries=int(assets.population[asset]),
        )[0]
    )


def test_kinds_stand_in_the_order_of_the_board() -> None:
    assert [kind.number for kind in BODY_KINDS] == list(range(board_table.BODIES))
    assert len({kind.name for kind in BODY_KINDS}) == board_table.BODIES


def test_the_lowest_body_that_can_settles_a_matter() -> None:
    """Bodies come one by one, from the top down: each new one nearer home takes the matter over."""
    model = bare(BODIES + "+owners_committee")
    m = raised(model, Level.BUILDING, 8)
    asset = int(model.commons.ledger.asset[m])
    assert settling_body(model.commons, m, 0.0) is None
    order = (WorthiesCouncil, DevelopmentCouncil, DeliberativeCouncil, GridCouncil, OwnersCommittee, BuildingGroup)
    for kind in order:
        body = found(model, kind, model.commons.unit_of_asset(asset, kind.level))
        assert settling_body(model.commons, m, 0.0) is body
    assert settling_body(model.commons, m, 0.95) is model.commons.bodies[BuildingGroup][body.unit], (
        "all of them its own"
    )
    there = roster(model.commons)
    levels = [one.level for one in there.named(near(model.commons, there, np.array([asset]))[0]) if one is not None]
    assert levels == sorted(levels, reverse=True) and len(levels) > 2


def settling_body(
    commons: Commons, m: int, luck: float, busy: tuple[Organisation, ...] = ()
) -> Organisation | None:  # fmt: skip
    """The body that would settle one matter."""
    there = roster(commons)
    full = np.array([body in busy for body in there.bodies], bool)
    return there.named(settling_bodies(commons, there, np.array([m]), np.array([luck]), full))[0]


def test_a_matter_too_large_for_a_level_is_passed_up_and_returned() -> None:
    model = bare()
    commons, ledger = model.commons, model.commons.ledger
    m = raised(model, Level.BUILDING, 8)
    asset = int(ledger.asset[m])
    for kind in (BuildingGroup, GridCouncil):
        found(model, kind, commons.unit_of_asset(asset, kind.level))
    ledger.cost[m] = int(limits(commons, np.array([asset]), Level.BUILDING)[0]) + 1
    taker = settling_body(commons, m, 0.0)
    assert isinstance(taker, GridCouncil), "too large for the building"
    lies_at(commons, m, taker.level)
    assert (ledger.moves[m], ledger.returns[m], ledger.level_now[m]) == (1, 0, Level.GRID)
    lies_at(commons, m, Level.BUILDING)
    assert (ledger.moves[m], ledger.returns[m], ledger.level_now[m]) == (1, 1, Level.BUILDING)
    ledger.cost[m] = int(limits(commons, np.array([asset]), Level.GRID)[0]) + 1
    assert settling_body(commons, m, 0.0) is None, "too large for the grid, and no council above"


def test_the_ledger_shows_where_matters_went() -> None:
    """All of it happens in a small society: at every level something is settled, passed up and returned."""
    model = CoGovModel(scenario=without_history("co_governance"), rng=1, residents=5000).run(24)
    matters = model.matters
    decided = matters[matters.decided_by == "residents"]
    assert {"building", "grid", "community"} <= set(decided.decided_level)
    assert (decided.moves > decided.returns).any() and (decided.returns > 0).any()
    order = {level.name.lower(): int(level) for level in Level}
    lies, own = decided.level_now.map(order), decided.level.map(order)
    assert (own - lies == decided.moves - decided.returns).all(), "where it lies is where it was moved to"
    assert (lies == decided.decided_level.map(order)).all()


def test_nobody_settles_more_than_the_level_may() -> None:
    model = settled()
    ledger = model.commons.ledger
    decided = np.flatnonzero(ledger.column("body") >= 0)
    assert len(decided) > 20
    share = {Level.BUILDING: 0.9, Level.GRID: 1.0, Level.COMMUNITY: 1.0}
    for m in decided.tolist():
        level = Level(int(ledger.decided_level[m]))
        people = model.society.units.population(level)[model.commons.unit_of_asset(int(ledger.asset[m]), level)]
        assert ledger.cost[m] <= share[level] * model.scenario.government.street_limit * people


def test_the_function_list_lets_lower_levels_settle_more_and_pays_for_it() -> None:
    """One world with the list, one without, same seed: more is settled at the own level, public money goes down."""
    listed, plain = settled(BODIES + "+function_list"), settled()

    def large(model: CoGovModel) -> int:
        """Matters that groups decided though they exceed what a building may settle without the list."""
        ledger, assets = model.commons.ledger, model.society.assets
        own = (ledger.column("body") == BuildingGroup.number) & (ledger.column("decided_level") == Level.BUILDING)
        asset = ledger.column("asset")[own]
        return int(
            (ledger.column("cost")[own] > 0.9 * model.scenario.government.street_limit * assets.population[asset]).sum()
        )

    assert large(listed) > 0 == large(plain)
    assert listed.matters.delegated_money.sum() > 0 == plain.matters.delegated_money.sum()


def test_duties_moved_without_money() -> None:
    """How the function list fails: with nothing instead of 7 yuan a head handed down, bodies that may decide more complete less."""
    paid, unpaid = (
        settled(BODIES + "+function_list", f"institutions.function_list.delegated={yuan}", months=30) for yuan in (7, 0)
    )
    assert unpaid.matters.delegated_money.sum() == 0
    own = ("decided_by == 'residents' and stage == 'completed'",)[0]
    assert paid.matters.query(own).cost.sum() > unpaid.matters.query(own).cost.sum()


def test_money_is_handed_down_until_three_months_of_it_are_held() -> None:
    model = fresh(BODIES + "+function_list", months=1)
    commons = model.commons
    body = found(model, GridCouncil, 0)
    commons.terms["delegated"][:] = 0.5
    month = int(0.5 * body.residents)
    for _ in range(15):
        commons.treasury.receive(0, 10**6)
        hand_down(commons)
    assert body.allowance == 3 * month


def test_what_a_body_can_do_hangs_on_who_lives_beside_it() -> None:
    """A council's example comes from worthies, its coordination from a development council; groups have their own."""
    model = bare()
    commons = model.commons
    council = found(model, DeliberativeCouncil, 0)
    assert example(commons, council) == coordination(commons, council) == 0.0
    found(model, WorthiesCouncil, 0)
    assert example(commons, council) == 0.5 and coordination(commons, council) == 0.0
    alone = asks(commons, council)
    found(model, DevelopmentCouncil, 0)
    assert coordination(commons, council) == 0.5 and asks(commons, council) == pytest.approx(1.5 * alone)
    elsewhere = found(model, DeliberativeCouncil, 1)
    assert example(commons, elsewhere) == coordination(commons, elsewhere) == 0.0, "only where they live"
    group, grid = found(model, BuildingGroup, 0), found(model, GridCouncil, 0)
    assert (example(commons, group), coordination(commons, group)) == (0.5, 0.2)
    assert (example(commons, grid), coordination(commons, grid)) == (0.0, 0.3)


def test_a_deliberative_council_convenes_a_meeting_to_which_people_come() -> None:
    """Alone, without the institution of deliberation: its leader and officers invite, and some come."""
    model = settled("+resident_councils", "society.residents=3000")
    assert model.commons.bodies[DeliberativeCouncil]
    assert model.commons.residents.board.came[:, 1, 0].sum() > 0 or model.measures.meeting_attendance.max() > 0.0


@pytest.mark.parametrize(
    ("institution", "level"),
    [("building_groups", "building"), ("grid_council", "grid"), ("resident_councils", "community")],
)
def test_each_level_settles_matters_alone(institution: str, level: str) -> None:
    """With no other institution at all, bodies of the level are founded and decide matters."""
    matters = settled(f"+{institution}", "society.residents=3000", months=24).matters
    assert (matters.decided_level[matters.decided_by == "residents"] == level).sum() > 3


def test_a_body_with_its_hands_full_lets_matters_pass_up() -> None:
    model = bare()
    m = raised(model, Level.BUILDING, 8)
    asset = int(model.commons.ledger.asset[m])
    group, grid = (
        found(model, kind, model.commons.unit_of_asset(asset, kind.level)) for kind in (BuildingGroup, GridCouncil)
    )
    assert settling_body(model.commons, m, 0.0) is group
    assert settling_body(model.commons, m, 0.0, busy=(group,)) is grid
    assert settling_body(model.commons, m, 0.0, busy=(group, grid)) is None


def test_a_grid_council_stalls_without_a_convenor() -> None:
    """Nobody with spirit left takes over from a burnt-out convenor: the council is over, and matters pass it by."""
    model = fresh(months=1)
    body = found(model, GridCouncil, 0)
    model.residents.columns.spirit[:] = 0.3
    model.residents.columns.fatigue[body.leader] = 1.0
    organise.live_on(model.commons)
    assert 0 not in model.commons.bodies[GridCouncil]


def test_leaders_come_from_among_the_residents() -> None:
    """Standing shows: who would found a council of worthies is older than residents are (one-sided t-test at 1 %)."""
    model = bare(BODIES, "society.residents=5000")
    organise.open_founding(model.commons)
    model.residents.speak(2)
    ages = model.residents.columns.age_band.astype(float)
    founders = model.residents.board.founder
    worthies, developers = (
        founders[founders[:, f] >= 0, f] for f in (WorthiesCouncil.number, DevelopmentCouncil.number)
    )
    assert stats.ttest_1samp(ages[worthies], float(ages.mean()), alternative="greater").pvalue < 0.01
    assert ages[worthies].mean() > ages[developers].mean()


# -- owners' committees and property companies -------------------------------------------------------------------------

ESTATES = "+owners_committee"


def test_owners_pay_and_the_estate_is_kept_up() -> None:
    """Same seed with and without: owners pay, and the upkeep they live with is better."""
    with_, without = settled(ESTATES), settled("")
    assert with_.measures.property_fees.iloc[-1] > 0.0
    covered = np.isin(with_.commons.grid_of_asset, list(with_.commons.owners))
    covered &= with_.society.assets.category == 8
    assert covered.any()
    assert with_.commons.quality[covered].mean() > without.commons.quality[covered].mean()


def test_only_owners_pay_and_lead() -> None:
    model = fresh(ESTATES, months=12)
    owner = model.residents.columns.owner
    for committee in model.commons.owners.values():
        assert owner[[committee.leader, *committee.officers]].all()
    board, rented = model.residents.board, np.arange(len(model.residents.board.fee)) % 2 == 0
    owner[rented[np.repeat(np.arange(len(rented)), board.last - board.first)]] = 0
    board.fee[:] = 30.0
    model.residents.pay_fees(model.month + 1)
    assert board.fees[rented].sum() == 0 < board.fees[~rented].sum()


def test_paying_a_bill_is_no_act() -> None:
    """It counts as no participation, feeds no spirit and is no effort: nothing of a resident changes."""
    model = fresh(ESTATES, months=3)
    before = model.residents.columns._replace(
        **{name: column.copy() for name, column in model.residents.columns._asdict().items()}
    )
    model.residents.board.fee[:] = 30.0
    model.residents.pay_fees(model.month + 1)
    assert model.residents.board.fees.sum() > 0
    for name, column in model.residents.columns._asdict().items():
        assert np.array_equal(column, getattr(before, name)), name


def test_apathy_of_owners() -> None:
    """How it fails: where all are free riders hardly anybody pays, and the estate runs down as without a committee."""
    riders = ("society.free_rider_share=1.0", "society.conditional_cooperator_share=0", "society.hump_share=0")
    willing, apathetic = settled(ESTATES), settled(ESTATES, *riders)
    paid = [model.measures.property_fees.iloc[-6:].mean() for model in (willing, apathetic)]
    assert paid[1] < 0.5 * paid[0]


def test_a_company_that_is_not_watched_keeps_more() -> None:
    company = PropertyCompany(fresh(), 1, 0, 0, 0, 0.6)
    assert 0.0 <= company.margin < LARGEST_MARGIN
    assert company.works(1000.0, 1.0) == 1000.0
    assert company.works(1000.0, 0.0) == pytest.approx(1000.0 * (1.0 - company.margin))
    assert company.quarrels(0.49) and not company.quarrels(0.51)


def test_quarrels_make_disputes_and_end_contracts() -> None:
    """Unwatched companies, fees of a yuan: upkeep runs down, disputes rise, and other companies come."""
    changes = ("institutions.owners_committee.fee=0.5", "institutions.owners_committee.cross_appointment=0",
               "government.maintenance_share=0", "services.decay_factor=3")  # fmt: skip
    poor = settled(ESTATES, *changes, months=30)
    assert max(company.contracts for company in poor.commons.companies.values()) > 0
    assert poor.commons.disputes.sum() > settled(ESTATES).commons.disputes.sum()


def test_new_estates_have_a_company_before_they_have_a_committee() -> None:
    """The developer's company works for the first fee, unwatched; nobody can vote it out."""
    model = fresh("", months=14)
    commons, units = model.commons, model.society.units
    kind = units.kind[units.within(Level.GRID, Level.COMMUNITY)]
    new = np.flatnonzero(np.array([one.id for one in COMMUNITY_TYPES])[kind] == "new_estate")
    assert set(commons.companies) == set(new.tolist()) != set()
    assert not commons.owners and model.measures.property_fees.iloc[-1] > 0.0
    grid, company = next(iter(commons.companies.items()))
    commons.quality[:] = 0.0
    company.quality, company.quarrelled = 1.0, 12
    assert not estates._voted_out(commons, grid, company)


@pytest.mark.parametrize(("efficacy", "worse", "out"), [(1.0, True, True), (1.0, False, False), (0.0, True, False)])
def test_more_than_half_of_all_owners_must_vote_a_company_out(efficacy: float, worse: bool, out: bool) -> None:
    """All able and all worse off: out. Nobody worse off, or nobody who comes: it stays."""
    model = fresh(
        ESTATES, "organisations.leader_hours=0", "organisations.officer_hours=0", months=18
    )  # nobody goes round
    commons = model.commons
    grid, committee = next(iter(commons.owners.items()))
    company = commons.companies[grid]
    model.residents.columns.efficacy[:] = efficacy
    company.quality = 0.5
    commons.quality[:] = 0.3 if worse else 0.5
    assert estates._voted_out(commons, grid, company) == out
    commons.month = 24
    company.began, company.quarrelled = 12, 1
    estates._hire(commons)
    assert (commons.companies[grid].contracts == company.contracts + 1) == out
    assert committee is commons.owners[grid]


def test_who_sits_at_the_table_sees_matters_through() -> None:
    """A convenor alone sees one through; the party group, owners, their company, friends and a building's group two more."""
    model = fresh("+grid_council+building_groups+owners_committee+joint_party_committee", months=18)
    commons = model.commons
    grid, council = next(iter(commons.bodies[GridCouncil].items()))
    for kind in (BuildingGroup, OwnersCommittee, MicroOrganisation):
        commons.bodies[kind].clear()
    commons.companies.clear()
    secretary = commons.secretaries[int(commons.community_of[Level.GRID][grid])]
    secretary.holder = -1
    assert at_table(commons, council) == []
    secretary.holder = council.leader
    commons.companies[grid] = PropertyCompany(model, 1, grid, 0, 0, 0.6)
    assert at_table(commons, council) == [secretary, commons.companies[grid]]
    others = [body for body in commons.bodies[WorthiesCouncil].values()]
    assert all(at_table(commons, body) == [] for body in others)


# -- micro-organisations -----------------------------------------------------------------------------------------------

FRIENDS = "+micro_organisations"


def test_friends_meet_and_ties_grow() -> None:
    """Same seed with and without: members' ties are stronger, and sharing is more frequent."""
    with_, without = settled(FRIENDS), settled("")
    members = [i for body in with_.commons.bodies[MicroOrganisation].values() for i in (body.leader, *body.officers)]
    assert len(members) > 10
    familiar = [model.residents.columns.familiarity[members].mean() for model in (with_, without)]
    assert familiar[0] > familiar[1]
    assert with_.measures.participation_share.iloc[-1] > without.measures.participation_share.iloc[-1]


def test_a_micro_organisation_fades_with_its_founder() -> None:
    """However many friends there are: when the founder moves, it is over; a council would go on."""
    model = fresh(FRIENDS, "behaviour.friends_base=-4", months=6)
    bodies = model.commons.bodies[MicroOrganisation]
    body = next(iter(bodies.values()))
    model.residents.columns.spirit[:] = 0.9
    model.residents.columns.moved[:] = 0
    assert body.live_on(model.residents, model.scenario.organisations, 7)
    model.residents.columns.moved[body.leader] = 1
    assert not body.live_on(model.residents, model.scenario.organisations, 7)


def test_councils_are_three_kinds_with_one_decider() -> None:
    model = settled()
    lives = {kind: set(model.commons.bodies[kind]) for kind in COUNCILS}
    assert all(lives.values()), "each kind was founded somewhere"
    both = lives[DeliberativeCouncil] & lives[WorthiesCouncil]
    matters = model.commons.ledger
    for c in both:
        here = model.society.assets.community[matters.column("asset")] == c
        late = here & (matters.column("decided_month") == model.month)
        kinds = set(matters.column("body")[late].tolist()) & {
            WorthiesCouncil.number,
            DevelopmentCouncil.number,
        }
        assert not kinds, "who convenes decides"
