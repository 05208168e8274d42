"""The venture platform, the incubator, the joint party committee, associations of donors: rules, closed forms, how they fail.

Where nothing is said, a claim is exact.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import run

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.organisations import Association, MicroOrganisation
from cogov_sim.agents.social_organisations import SocialOrganisation
from cogov_sim.commons import donors, party, venture
from cogov_sim.commons.register import _mentor
from cogov_sim.experiments.worlds import BARE
from cogov_sim.scenario import EnterpriseSettings, ProviderSettings

pytestmark = pytest.mark.usefixtures("compiled")

#: Many organisations, and much that they could do.
BUSY = (
    "providers.per_1000=5", "providers.entry=1", "providers.overhead=100", "services.need_threshold=0.9",
    "institutions.venture_platform.every=4", "institutions.venture_platform.own_share=0",
)  # fmt: skip
FRIENDS = ("behaviour.friends_base=-4", "organisations.supporters=1", "providers.first_months=2")
GIVERS = ("organisations.grid_supporters=1", "behaviour.found_base=-5")


@cache
def lived(institutions: str, *changes: str, seed: int = 1, months: int = 24, residents: int = 2000) -> CoGovModel:
    return run(Scenario.load(BARE + institutions, changes=list(changes)), seed=seed, months=months, residents=residents)


# -- the venture platform ----------------------------------------------------------------------------------------------


def _bidders(model: CoGovModel, n: int, **values: Any) -> list[SocialOrganisation]:
    return [
        SocialOrganisation(model, ProviderSettings(**values), number, 0, field=4, luck=number) for number in range(n)
    ]


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_bids_are_those_of_a_sealed_first_price_auction(n: int) -> None:
    """Private costs u ~ U(0, 1): the lowest of n wins at (1 + (n - 1) u) / n, so that a bidder with cost u keeps (1 - u) / n and the
    mean price is 2 / (n + 1) of the margin, as where the dearest of two lowest were paid (revenue equivalence).

    Means over 3,000 projects within 4 standard errors: false alarm once in 16,000.
    """
    model, rounds = run("government_run", months=1), 3000
    ledger, assets = model.commons.ledger, model.society.assets
    bidders, margin = _bidders(model, n), EnterpriseSettings().margin
    ledger.raise_matters(np.flatnonzero(ledger.open_matter < 0)[:1])
    m = ledger.n - 1
    prices, costs = [], []
    for ordinal in range(rounds):
        ledger.ordinal[m] = ordinal
        bid = venture.best_bid(model.commons, m, bidders, 0.0)
        prices.append((bid.price - 1.0) / margin)
        costs.append(bid.own_cost)
        assert bid.gain == pytest.approx(margin * (1.0 - bid.own_cost) / n)
    spread = np.sqrt(n / ((n + 1) ** 2 * (n + 2)))
    assert np.mean(costs) == pytest.approx(1.0 / (n + 1), abs=4.0 * spread / np.sqrt(rounds))
    assert np.mean(prices) == pytest.approx(2.0 / (n + 1), abs=4.0 * spread * (n - 1) / n / np.sqrt(rounds))
    np.testing.assert_allclose(prices, (1.0 + (n - 1) * np.array(costs)) / n)
    assert assets.n > 0


def test_quality_and_name_count_as_far_as_the_term_says() -> None:
    """The best name wins every project where nothing else counts, and hardly more often than others where the price decides."""
    model = run("government_run", months=1)
    ledger = model.commons.ledger
    ledger.raise_matters(np.flatnonzero(ledger.open_matter < 0)[:1])
    m, bidders, won = ledger.n - 1, _bidders(model, 4, cutting=0.0), {0.0: 0, 1.0: 0}
    bidders[0].reputation = 0.9
    for ordinal in range(400):
        ledger.ordinal[m] = ordinal
        for weight in won:
            won[weight] += venture.best_bid(model.commons, m, bidders, weight).firm is bidders[0]
    assert won[1.0] == 400 and 60 < won[0.0] < 140


def test_projects_with_fewer_than_two_bids_come_to_nothing() -> None:
    alone = lived("+direct_provision+venture_platform", *BUSY, "providers.per_1000=0.1", "providers.capacity=100")
    assert len(alone.commons.organisations) <= alone.commons.n_streets
    assert (alone.matters.decided_by == "platform").sum() == 0 < alone.measures.venture_bids.count()
    many = lived("+direct_provision+venture_platform", *BUSY)
    projects = many.matters[many.matters.decided_by == "platform"]
    assert len(projects) > 5 and set(projects.category) <= {"elder_care", "children", "culture", "health"}
    assert (projects.provider >= 0).all() and projects.scope.between(0.1, 1.0).all() and (projects.scope < 1.0).any()


def test_a_part_of_what_is_missing_makes_that_part_good() -> None:
    """The gain of a project is its scope x what was missing x how well it was built and judged."""
    done = lived("+direct_provision+venture_platform", *BUSY).matters.query(
        "decided_by == 'platform' and stage == 'completed'"
    )
    assert len(done) > 2
    assert (done.gain <= done.scope * done.quality + 1e-12).all()


def test_what_the_fund_does_not_spend_is_free_again() -> None:
    model = lived("+direct_provision+venture_platform", *BUSY, "providers.entry=0", months=12)
    income = model.commons.treasury.month_income[: model.commons.n_communities]
    assert (model.commons.fund <= 2 * 0.1 * income).all(), "of the two months since the last round"
    assert model.measures.venture_funded.sum() == 0.0


def test_sponsors_bring_part_where_the_fund_does_not_pay_all() -> None:
    model = lived("+direct_provision+venture_platform", *BUSY, "institutions.venture_platform.own_share=0.5")
    projects = model.matters[model.matters.decided_by == "platform"]
    assert len(projects) > 0 and (projects.own_target > 0).all()
    assert (projects.own_target - 0.5 * projects.cost).abs().max() <= 1.0


def test_councils_buy_services_too() -> None:
    """Where services are bought, residents' bodies buy them of organisations as well, and pay from what was gathered."""
    model = lived(
        "+award_grant+resident_councils+purchased_services",
        *BUSY[:4],
        "organisations.council_supporters=3",
        "behaviour.found_base=-6",
    )
    bought = model.matters[(model.matters.decided_by == "residents") & (model.matters.provider >= 0)]
    assert len(bought) > 0 and (bought.price >= 1.0).all() and (bought.firm == -1).all()


# -- organisations ---------------------------------------------------------------------------------------------------


def test_a_group_registers_once_after_it_has_met_long_enough() -> None:
    model = CoGovModel(
        scenario=Scenario.load(BARE + "+micro_organisations+incubator", changes=["history.months=0", "society.preset=miniature",
                               *FRIENDS, "institutions.incubator.incubation=1", "institutions.incubator.places=50", "institutions.incubator.seed=100",
                               "institutions.incubator.mentoring=0"]),
        rng=1, residents=2000,
    )  # fmt: skip
    everyone: dict[int, SocialOrganisation] = {}
    for _ in range(30):
        groups = dict(model.commons.bodies[MicroOrganisation])
        model.step()
        for number, one in model.commons.organisations.items():
            if number not in everyone:
                assert one.registered - groups[one.grid].founded >= 2 and groups[one.grid].has_registered
        everyone |= model.commons.organisations
    founders = [(one.grid, one.registered) for one in everyone.values()]
    assert len(founders) == len(set(founders)) > 3
    assert sum(one.seed for one in everyone.values()) == model.commons.treasury.outlay[:, -1].sum() > 0


def test_dues_carry_a_lively_organisation_and_a_hollow_one_lives_on_its_seed() -> None:
    model = run("government_run", months=0)
    settings = ProviderSettings(dues=10.0, keeping=100.0, lively_members=5)
    lively, hollow = (SocialOrganisation(model, settings, n, 0, home=(0, n), seed=550) for n in range(2))
    for month in range(1, 100):
        assert lively.live_on(members=12) and lively.lively(12, month)
    lived_on = 0
    while hollow.live_on(members=0):
        lived_on += 1
        assert not hollow.lively(0, lived_on)
    assert lived_on == 5, "550 yuan at 100 a month"


def test_mentoring_teaches_and_social_workers_work_for_what_gathers() -> None:
    changes = (
        *FRIENDS,
        "institutions.incubator.incubation=1",
        "institutions.incubator.places=50",
        "organisations.council_supporters=3",
    )
    model = lived(
        "+award_grant+resident_councils+micro_organisations+incubator", *changes, "institutions.incubator.mentoring=40"
    )
    assert max(one.experience for one in model.commons.organisations.values()) > 0.3
    assert model.matters.social_hours.sum() > 0.0 == model.matters.units_hours.sum()


def test_social_workers_are_paid_or_do_not_come() -> None:
    """The purse pays each hour of mentoring; an organisation learns nothing in a month in which there is no money."""
    changes = [*FRIENDS, "institutions.incubator.incubation=1", "institutions.incubator.places=50",
               "institutions.incubator.seed=100", "institutions.incubator.mentoring=2"]  # fmt: skip
    model = CoGovModel(
        scenario=Scenario.load(BARE + "+micro_organisations+incubator", changes=["history.months=0", "society.preset=miniature", *changes]),
        rng=1, residents=2000,
    )  # fmt: skip
    paid, everyone = 0, {}
    for _ in range(24):
        model.step()
        everyone |= model.commons.organisations
        paid += sum(one.mentored == model.commons.month for one in model.commons.organisations.values())
    each, seeds = round(2 * model.scenario.services.hour_value), sum(one.seed for one in everyone.values())
    assert model.commons.treasury.outlay[:, -1].sum() - seeds == each * paid > 0
    learner = SocialOrganisation(model, model.scenario.providers, 999, 0, home=(0, 0))
    treasury = model.commons.treasury
    treasury.committed[:] = treasury.balance
    before = learner.experience
    model.commons.month += 1
    _mentor(model.commons, learner)
    assert learner.experience == before and learner.mentored < model.commons.month


def test_dues_are_money_that_residents_give() -> None:
    """What the organisations took in dues this month is in the measure of residents' money, to the yuan."""
    model = lived(
        "+micro_organisations+incubator",
        *FRIENDS,
        "institutions.incubator.incubation=1",
        "institutions.incubator.places=50",
    )
    assert model.commons.dues.sum() > 0
    board, everyone = model.residents.board, len(model.residents.columns.acts)
    given = float(board.money.sum() + board.civic[:, 3].sum() + model.commons.dues.sum())
    assert model.latest["residents_money"] * everyone == pytest.approx(given)


# -- the joint party committee -----------------------------------------------------------------------------------------


def test_a_secretary_is_a_rested_party_member_and_gives_hours() -> None:
    model = lived("+joint_party_committee", months=6)
    columns, held = model.residents.columns, [s.holder for s in model.commons.secretaries]
    assert min(held) >= 0 and columns.party[held].all()
    assert (columns.total_hours[held] >= 6 * model.scenario.organisations.leader_hours - 1e-3).all()


def test_a_quota_turns_calls_into_signatures() -> None:
    """With all calls for a signature nobody gives an hour; at half, about half as much as without."""
    hours = [
        lived("+joint_party_committee", f"institutions.joint_party_committee.quota={quota}").measures.party_hours.sum()
        for quota in (0.0, 0.5, 1.0)
    ]
    assert hours[0] > hours[1] > hours[2] == 0.0


def test_signatures_take_committee_hours_to_count() -> None:
    """At a quota of one, half an hour for each call that is made: members x the chance of a call. Nobody fakes anything for it."""
    model, free = (
        lived("+joint_party_committee", "institutions.joint_party_committee.quota=1", f"institutions.joint_party_committee.count={count}",
              "institutions.joint_party_committee.call=0.5", "government.faking=0", months=1)
        for count in (0.5, 0.0)
    )  # fmt: skip
    for c, (one, other) in enumerate(zip(model.commons.committees, free.commons.committees, strict=True)):
        took = one.hours["administration"] + one.workstation.hours["administration"]
        less = other.hours["administration"] + other.workstation.hours["administration"]
        assert took - less == pytest.approx(0.5 * 0.5 * model.commons.party_members[c])


def test_party_members_work_for_open_matters_or_keep_something_up() -> None:
    model = CoGovModel(
        scenario=Scenario.load(BARE + "+joint_party_committee", changes=["history.months=0", "society.preset=miniature",
                               "institutions.joint_party_committee.call=1"]), rng=1, residents=2000,
    )  # fmt: skip
    reported = upkeep = 0.0
    for _ in range(12):
        model.step()
        board = model.residents.board
        reported += board.reports[:, 1].sum()
        upkeep += board.report_minutes.sum() / 60.0
    labour = model.matters.residents_hours.sum()
    assert 0.0 < upkeep < reported <= upkeep + labour + 1.0


def test_the_street_replaces_who_gets_too_little_out_of_members() -> None:
    model = lived("+joint_party_committee", months=11)
    commons = model.commons
    street = max(commons.streets, key=lambda s: len(s.communities))
    worst = street.communities[0]
    for c in street.communities:
        commons.secretaries[c].since = -12
        commons.secretaries[c].called[:] = 10.0
        commons.secretaries[c].reported[:] = 0.0 if c == worst else 10.0
    before = commons.secretaries[worst].holder
    commons.month = 12
    commons.secretaries[worst].since = 6
    party.appoint(commons)
    assert commons.secretaries[worst].holder == before, "half a year in office is not judged"
    commons.secretaries[worst].since = 0
    party.appoint(commons)
    assert commons.secretaries[worst].dismissed == before != commons.secretaries[worst].holder


# -- associations of donors --------------------------------------------------------------------------------------------


def test_pledges_follow_what_all_pledged_a_year_before() -> None:
    """The laboratory's rule, donor by donor: at full faith first; then at the mean of last year's pledges."""
    model = lived("+development_association", *GIVERS, months=12)
    commons, rules, columns = model.commons, model.residents.rules, model.residents.columns
    body = next(iter(commons.bodies[Association].values()))
    assert isinstance(body, Association)
    who = np.array([body.leader, *body.officers])
    for faith in (1.0, 0.4):
        body.faith = faith
        share = donors.shares(commons, body, who)
        for i, s in zip(who.tolist(), share.tolist(), strict=True):
            kind, at = columns.schedule_type[i], min(faith, 1 - faith) if columns.schedule_type[i] == 2 else faith
            own = (
                0.0 if kind == 1 else min(1.0, max(0.0, columns.schedule_intercept[i] + columns.schedule_slope[i] * at))
            )
            response = rules.free_rider_response if kind == 1 else 1.0
            expected = min(1.0, max(0.0, rules.k0 + response * rules.k1 * faith + rules.k2 * own))
            assert s == pytest.approx(expected if expected >= rules.smallest_act else 0.0, abs=1e-6)
    assert donors.shares(commons, body, who).mean() < 0.9


def test_money_pledged_goes_into_matters_or_stays_with_the_association() -> None:
    model = CoGovModel(
        scenario=Scenario.load(BARE + "+award_grant+resident_councils+development_association", changes=["history.months=0",
                               "society.preset=miniature", "organisations.council_supporters=3", *GIVERS]), rng=1, residents=2000,
    )  # fmt: skip
    pledged = 0
    for _ in range(24):
        model.step()
        pledged += int(model.commons.pledges.sum())
    assert pledged > 0 and model.matters.organisation_money.sum() > 0
    assert model.measures.association_pledges.sum() * 2000 == pytest.approx(pledged)


def test_an_association_ends_with_its_founder() -> None:
    model = lived("+development_association", *GIVERS, "society.turnover_factor=0", months=12)
    body = next(iter(model.commons.bodies[Association].values()))
    assert body.live_on(model.residents, model.scenario.organisations, 13)
    model.residents.columns.moved[body.leader] = 1
    alive = body.live_on(model.residents, model.scenario.organisations, 13)
    model.residents.columns.moved[body.leader] = 0
    assert not alive
