"""A vote on a budget in the field: money to the yuan, whose projects they are, what a vote decides and what it tells."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from worlds import small, world

from cogov_sim import CoGovModel
from cogov_sim.commons import ballot
from cogov_sim.commons.budgeting import equal_shares, greedy
from cogov_sim.commons.matters import Decider
from cogov_sim.commons.provide import price
from cogov_sim.society import Level

pytestmark = pytest.mark.usefixtures("compiled")

RULES = ("list", "greedy", "equal_shares", "equal_shares_completed")
EVERY = 12
FIRST = 9  # a quarter before the year's end
DUE = (FIRST, FIRST + EVERY)


def make(rule: str = "greedy", behaviour: dict | None = None, **more: object) -> CoGovModel:
    """2,500 residents under a government that provides, with four fifths of a community's income for a vote once a year."""
    vote = {"every": EVERY, "budget_share": 0.8, "method": rule, **more}
    scenario = world("direct_provision", participatory_budget=vote, behaviour=behaviour)
    return CoGovModel(scenario=small(scenario), rng=1, residents=2500, threads=1)


@cache
def voted(rule: str) -> CoGovModel:
    """In the month of the first vote; not to be changed."""
    return make(rule).run(FIRST)


def carried(model: CoGovModel, decider: int = Decider.VOTERS) -> np.ndarray:
    """Matters that this month's vote carried, as far as one decider decided them."""
    ledger = model.commons.ledger
    now = (ledger.column("decided_month") == model.month) & (ledger.column("decided_by") == decider)
    return np.flatnonzero(now & (ledger.column("decided_level") == Level.COMMUNITY))


def run_parts(model: CoGovModel, month: int, until: str) -> None:
    """A month's parts before one of them."""
    model.month = model.commons.month = month
    for part in model.parts:
        if part.name == until:
            return
        part.act(model)


# -- money -----------------------------------------------------------------------------------------------------------


def test_the_pot_grows_by_the_share_of_each_months_income_and_is_free_after_the_vote() -> None:
    model = make(budget_share=0.3)
    commons, n = model.commons, model.commons.n_communities
    expected = np.zeros(n, np.int64)
    for month in range(1, 2 * EVERY + 1):
        model.step()
        expected += (0.3 * commons.treasury.month_income[:n]).astype(np.int64)
        if month in DUE:
            expected[:] = 0
        assert np.array_equal(commons.pot, expected)
        assert np.array_equal((commons.treasury.committed - commons.saved)[:n], expected), "nobody else can spend it"
    assert commons.treasury.month_income.sum() == commons.city.envelope(model.month)


@pytest.mark.parametrize("rule", RULES)
def test_a_vote_spends_no_more_than_the_pot_and_pays_what_stood_on_the_ballot(rule: str) -> None:
    model = make(rule)
    model.run(FIRST - 1)
    run_parts(model, FIRST, "vote")
    commons = model.commons
    before = commons.treasury.balance.copy()
    pot = commons.pot + (0.8 * commons.treasury.month_income[: commons.n_communities]).astype(np.int64)
    ballot.vote(commons)
    spent = (before - commons.treasury.balance)[: commons.n_communities]
    assert np.array_equal(spent, commons.voted_on[:, 1])
    assert (spent <= commons.voted_on[:, 0]).all()
    assert np.isin(commons.voted_on[:, 0] - pot, (0, *-pot)).all(), "the whole pot, where there is anything to vote on"
    ledger = commons.ledger
    chosen = carried(model, Decider.GOVERNMENT if rule == "list" else Decider.VOTERS)
    assert len(chosen) > 0
    community = model.society.assets.community[ledger.asset[chosen]]
    quotes = np.array([price(commons, m) for m in chosen.tolist()])
    assert np.array_equal(ledger.public_money[chosen], quotes)
    assert np.array_equal(np.bincount(community, quotes, commons.n_communities), spent)
    assert np.array_equal(ledger.contracted[chosen], ledger.cost[chosen])


def test_an_eager_vote_cannot_take_what_is_not_there() -> None:
    """The whole income is set aside after institutions were paid: the pot is never more than the purse holds."""
    model = make(budget_share=1.0)
    for _ in range(2 * EVERY):
        model.step()
        assert (model.commons.treasury.balance >= model.commons.treasury.committed).all()


def test_half_the_strength_is_half_the_money_and_half_the_ballots() -> None:
    """Shares are halved to the yuan; of 2,500 residents at 6 communities half get a ballot (4 standard errors: 5 points)."""
    full, half = make(behaviour={"ballot_base": 5.0}), make(behaviour={"ballot_base": 5.0}, strength=0.5)
    for model in (full, half):
        model.run(FIRST - 1)
    assert (abs(half.commons.pot - full.commons.pot / 2) <= EVERY).all()
    half.step()
    board = half.residents.board
    homes = board.listed.any(axis=1)
    assert homes.sum() > 5
    assert board.voted[homes, 0].sum() / (board.last - board.first)[homes].sum() == pytest.approx(0.5, abs=0.08)


def test_without_hours_nothing_that_was_chosen_is_built_and_the_money_is_free_again() -> None:
    model = make()
    model.run(FIRST - 1)
    run_parts(model, FIRST, "vote")
    commons = model.commons
    for committee in commons.committees:
        committee.spend("service", committee.left)
    ballot.vote(commons)
    assert model.residents.board.votes.sum() > 0
    assert len(carried(model)) == 0
    assert not commons.pot.any()
    assert not model.residents.board.counted.any()
    assert commons.voted_on[:, 0].any() and not commons.voted_on[:, 1].any()


# -- whose projects --------------------------------------------------------------------------------------------------


def test_a_ballot_names_waiting_matters_of_the_own_units_only() -> None:
    model = voted("greedy")
    board, commons = model.residents.board, model.commons
    ballots = model.residents.columns.ballot
    listed = (board.listed.astype(np.int64) << np.arange(board.listed.shape[1])).sum(axis=1)
    homes = np.repeat(np.arange(len(board.first)), board.last - board.first)
    assert ballots.any()
    assert not (ballots & ~listed[homes]).any()
    assert len(np.unique(listed)) > 2, "buildings differ in what is on their ballot"
    matters = commons.ledger.open_matter[board.asset[board.listed > 0]]
    assert (matters >= 0).all()
    assert (commons.ledger.level_now[matters] > Level.STREET).all()
    for b in range(len(board.first)):
        for k in np.flatnonzero(board.listed[b]):
            mine = slice(board.first[b], board.last[b])
            assert board.votes[b, k] == ((ballots[mine] >> k) & 1).sum()
    assert np.bincount(homes, ballots > 0).sum() == board.voted[:, 0].sum()


def test_who_votes_approves_something_and_above_the_threshold_everything() -> None:
    columns, board = (voted("greedy").residents.columns, voted("greedy").residents.board)
    model = make()
    model.run(FIRST - 1)
    run_parts(model, FIRST, "vote")
    model.residents.rules = model.residents.rules._replace(approve_need=0.0)
    ballot.vote(model.commons)
    all_of_them = model.residents.columns.ballot
    listed = (board.listed.astype(np.int64) << np.arange(board.listed.shape[1])).sum(axis=1)
    homes = np.repeat(np.arange(len(board.first)), board.last - board.first)
    voters = all_of_them > 0
    assert np.array_equal(voters, columns.ballot > 0), "whether one votes does not hang on the threshold"
    assert np.array_equal(all_of_them[voters], listed[homes][voters])
    assert (columns.ballot[voters] != all_of_them[voters]).any()


def test_turnout_follows_its_logit() -> None:
    """Nobody at -10 and without need, nearly everybody with a ballot at +5; without ballots nobody at all."""
    nobody = {"ballot_base": -10.0, "choice_need": 0.0}
    assert make(behaviour=nobody).run(FIRST).residents.board.voted[:, 0].sum() <= 2
    eager = make(behaviour={"ballot_base": 5.0}).run(FIRST)
    board = eager.residents.board
    homes = board.listed.any(axis=1)
    assert board.voted[homes, 0].sum() > 0.97 * (board.last - board.first)[homes].sum()
    assert board.voted[~homes, 0].sum() == 0
    assert make(behaviour={"ballot_base": 5.0}, reach=0.0).run(FIRST).residents.board.voted.sum() == 0


def test_measures_of_turnout_are_those_of_the_board_and_missing_without_a_vote() -> None:
    model = voted("greedy")
    board, columns = model.residents.board, model.residents.columns
    assert model.measures["turnout"][: FIRST - 1].isna().all()
    homes = np.repeat(np.arange(len(board.first)), board.last - board.first)
    voting = (board.ballot > 0)[board.community[homes]]
    for group, who in (
        ("", voting),
        ("_newcomers", columns.newcomer == 1),
        ("_old", columns.age_band >= 4),
        ("_party", columns.party == 1),
    ):
        expected = ((columns.ballot > 0) & who & voting).sum() / (who & voting).sum()
        assert model.latest[f"turnout{group}"] == pytest.approx(expected)
    money = model.commons.voted_on.sum(axis=0)
    assert model.latest["vote_unspent"] == pytest.approx(1.0 - money[1] / money[0])


# -- what a vote decides ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["greedy", "equal_shares", "equal_shares_completed"])
def test_what_is_carried_is_what_the_rule_makes_of_the_ballots(rule: str) -> None:
    """Counted once more, building by building, with a ballot for every voter."""
    model = make(rule)
    model.run(FIRST - 1)
    run_parts(model, FIRST, "vote")
    commons, board, assets = model.commons, model.residents.board, model.society.assets
    was_open = commons.ledger.open_matter.copy()
    ballot.vote(commons)
    chosen = set(carried(model).tolist())
    expected: set[int] = set()
    for c in np.flatnonzero(commons.voted_on[:, 0]).tolist():
        mine = np.flatnonzero(board.community == c)
        projects = np.unique(was_open[board.asset[mine]][board.listed[mine] > 0])
        rows = []
        for b in mine.tolist():
            for cast in model.residents.columns.ballot[board.first[b] : board.last[b]].tolist():
                approved = {int(was_open[board.asset[b, k]]) for k in range(board.asset.shape[1]) if cast >> k & 1}
                if approved:
                    rows.append([m in approved for m in projects.tolist()])
        ballots = np.array(rows, bool).reshape(len(rows), len(projects))
        prices = np.array([price(commons, m) for m in projects.tolist()])
        money = int(commons.voted_on[c, 0])
        found = [] if rule == "greedy" else equal_shares(prices, money, ballots, np.ones(len(rows), np.int64))
        if rule != "equal_shares":
            found = greedy(prices, money, ballots.sum(axis=0), found)
        expected |= {int(projects[q]) for q in found}
    assert chosen == expected
    assert len(chosen) > 1
    assert (assets.level[commons.ledger.asset[list(chosen)]] >= Level.COMMUNITY).all()


def test_voters_judge_a_project_by_what_those_want_who_voted_and_live_with_it() -> None:
    model = voted("greedy")
    commons, columns, assets = model.commons, model.residents.columns, model.society.assets
    for m in carried(model).tolist():
        a = int(commons.ledger.asset[m])
        there = slice(int(assets.first[a]), int(assets.last[a]))
        voters = columns.ballot[there] > 0
        wanted = columns.preferences[there, assets.category[a]][voters].astype(float).mean()
        assert commons.ledger.estimate[m] == pytest.approx(wanted)


def test_the_governments_list_does_not_ask_the_votes() -> None:
    """Whether nobody votes or everybody, the same is bought; and it counts as the government's decision."""
    silent, eager = (make("list", behaviour={"ballot_base": x}).run(FIRST) for x in (-10.0, 5.0))
    assert np.array_equal(carried(silent, Decider.GOVERNMENT), carried(eager, Decider.GOVERNMENT))
    assert len(carried(silent, Decider.GOVERNMENT)) > 1
    assert len(carried(silent)) == len(carried(eager)) == 0
    by_votes = [make(behaviour={"ballot_base": x, "choice_need": 0.0}).run(FIRST) for x in (-10.0, 5.0)]
    assert len(carried(by_votes[0])) < len(carried(by_votes[1])), "where votes count, they matter"


# -- what a vote tells -----------------------------------------------------------------------------------------------


def test_who_voted_where_votes_settle_had_a_say_also_in_defeat_but_not_on_the_governments_list() -> None:
    """Voice moves a tenth of the way to 1 for them, if nothing else gave them a say; under the list for nobody."""
    off = {"voice_base": -10.0, "choice_need": 0.0}
    model = make(behaviour=off).run(FIRST)
    board, columns = model.residents.board, model.residents.columns
    settled = np.repeat(board.counted[board.community], board.last - board.first)
    had_a_say = (columns.ballot > 0) & (settled > 0)
    carried_here = {int(model.commons.ledger.asset[m]) for m in carried(model)}
    mine = board.asset[np.repeat(np.arange(len(board.first)), board.last - board.first)]
    bits = (columns.ballot[:, None] >> np.arange(mine.shape[1])) & 1
    won = (bits.astype(bool) & np.isin(mine, list(carried_here))).any(axis=1)
    assert (had_a_say & won).sum() > 20
    assert (had_a_say & ~won).sum() > 5, "others voted and lost"
    silent = columns.spoke == 0
    np.testing.assert_allclose(columns.voice[had_a_say & silent], 0.1, atol=0.01)
    assert (columns.voice[~had_a_say & silent] < 0.05).all()
    for_show = make("list", behaviour=off).run(FIRST).residents
    assert (for_show.columns.ballot > 0).any()
    assert not for_show.board.counted.any()


def test_voting_is_an_act_of_planning_and_takes_its_time() -> None:
    model = make()
    model.run(FIRST - 1)
    run_parts(model, FIRST, "vote")
    columns = model.residents.columns
    acts, hours = columns.acts.copy(), columns.hours.copy()
    ballot.vote(model.commons)
    voters = columns.ballot > 0
    assert np.array_equal(columns.acts - acts, voters)
    np.testing.assert_allclose(columns.hours - hours, 0.2 * voters, atol=1e-6)
    assert (columns.last_act[voters, 0] == FIRST).all()
    run_parts(model, FIRST + 1, "decisions")
    assert not columns.ballot.any(), "a ballot is this month's"


def test_any_number_of_threads_votes_alike() -> None:
    one, two = make().run(FIRST), make()
    two.residents.threads = 2
    two.run(FIRST)
    for name in ("ballot", "acts", "voice", "satisfaction"):
        assert np.array_equal(getattr(one.residents.columns, name), getattr(two.residents.columns, name))
    assert np.array_equal(one.residents.board.votes, two.residents.board.votes)
