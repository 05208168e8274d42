"""Budgeting rules against closed forms, their own definitions, and ``pabutools``, election by election.

What pabutools buys was written down once (``golden/pabutools_outcomes.py``). Ties are common on purpose (small costs, few
voters): both sides break them by the order of the projects.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from elections import ELECTIONS, Election, Outcomes, golden
from hypothesis import given
from hypothesis import strategies as st

from cogov_sim.commons.budgeting import distinct, equal_shares, government_list, greedy

Elections = list[tuple[Election, Outcomes]]


@pytest.fixture(scope="module")
def elections() -> Elections:
    return golden()


def test_the_elections_are_of_all_kinds(elections: Elections) -> None:
    assert len(elections) == ELECTIONS == 600
    bought = [equal_shares(e.costs, e.budget, e.approvals, e.voters) for e, _ in elections]
    assert sum(len(chosen) > 3 for chosen in bought) > 100
    assert sum(len(chosen) == 0 for chosen in bought) > 50
    by_votes = [greedy(e.costs, e.budget, e.votes) for e, _ in elections]
    assert sum(sorted(a) != sorted(b) for a, b in zip(bought, by_votes, strict=True)) > 200
    tied = [len(set(e.votes[e.votes > 0].tolist())) < (e.votes > 0).sum() for e, _ in elections]
    assert sum(tied) > 200


def test_greedy_is_that_of_pabutools(elections: Elections) -> None:
    """Greedy welfare of cost utilities divided by cost is the number of approvals."""
    for e, theirs in elections:
        assert greedy(e.costs, e.budget, e.votes) == e.wanted(theirs.greedy)


def test_a_list_is_greedy_by_the_votes_of_its_maker(elections: Elections) -> None:
    """pabutools has no list: but a list is greedy with scores for votes, where the score is an approval count."""
    for e, theirs in elections:
        assert government_list(e.costs, e.budget, e.votes.astype(float)) == theirs.greedy


@pytest.mark.parametrize("utility", ["cost", "count"])
@pytest.mark.parametrize("complete", [False, True], ids=["as it is", "completed"])
def test_equal_shares_is_that_of_pabutools(elections: Elections, utility: str, complete: bool) -> None:
    """Same projects in the same order, with pabutools in exact fractions; completed by both in the same way."""
    for e, theirs in elections:
        ours = equal_shares(e.costs, e.budget, e.approvals, e.voters, utility)  # type: ignore[arg-type]
        if complete:
            ours = greedy(e.costs, e.budget, e.votes, ours)
        assert ours == e.wanted(getattr(theirs, f"{utility}_completed" if complete else utility))


# -- closed forms ----------------------------------------------------------------------------------------------------


def test_what_is_popular_and_dear_crowds_out_the_rest_by_votes_but_not_by_equal_shares() -> None:
    """60 of 100 want a hall for 100, 40 want four benches of 25. By votes 60 % get all; by equal shares benches come too.

    The hall's supporters have 60 together and cannot pay it: its 40 missing yuan are not theirs.
    """
    costs = np.array([100, 10, 10, 10, 10])
    approvals = np.array([[1, 0, 0, 0, 0], [0, 1, 1, 1, 1]], bool)
    voters = np.array([60, 40])
    assert greedy(costs, 100, voters @ approvals) == [0]
    assert equal_shares(costs, 100, approvals, voters) == [1, 2, 3, 4]


def test_equal_shares_leave_money_unspent_and_completion_spends_it() -> None:
    """Ten voters have ten each; six want one thing for 61: a yuan short, so that all hundred stay in the purse."""
    costs, approvals, voters = np.array([61]), np.array([[True], [False]]), np.array([6, 4])
    assert equal_shares(costs, 100, approvals, voters) == []
    assert greedy(costs, 100, voters @ approvals, []) == [0]
    assert equal_shares(np.array([60]), 100, approvals, voters) == [0]


def test_equal_shares_to_the_last_part_of_a_yuan() -> None:
    """Three voters have 100/3 yuan each: two of them pay 66 and not 67, three pay 100.

    When all three have paid 34 together, each has exactly 22 left, so that two of them pay 44 and not 45.
    """
    approvals, voters = np.array([[True, True], [False, True]]), np.array([2, 1])
    assert equal_shares(np.array([67, 100]), 100, approvals, voters) == [1]
    assert equal_shares(np.array([44, 34]), 100, approvals, voters) == [1, 0]
    assert equal_shares(np.array([45, 34]), 100, approvals, voters) == [1]


def test_the_price_of_a_unit_of_utility_decides() -> None:
    """A for 30 wanted by two, B for 20 wanted by one of them and one more: by count B is cheaper, by cost they tie."""
    approvals, voters = np.array([[True, True], [True, False], [False, True]]), np.array([1, 1, 1])
    costs = np.array([30, 20])
    assert equal_shares(costs, 60, approvals, voters, "count")[0] == 1
    assert equal_shares(costs, 60, approvals, voters, "cost")[0] == 0, "a tie: the first on the ballot"


def test_a_list_goes_by_its_own_order_and_takes_what_fits() -> None:
    assert government_list(np.array([5, 4, 3]), 8, np.array([0.1, 0.3, 0.2])) == [1, 2]
    assert government_list(np.array([5, 4, 3]), 8, np.array([0.3, 0.2, 0.1])) == [0, 2]


# -- properties ------------------------------------------------------------------------------------------------------

seeds = st.integers(0, 10**6)


@given(seeds)
def test_never_more_than_the_budget_nor_anything_twice_nor_what_nobody_wants(seed: int) -> None:
    e = Election.random(seed)
    shares = equal_shares(e.costs, e.budget, e.approvals, e.voters)
    for chosen in (
        shares,
        greedy(e.costs, e.budget, e.votes, shares),
        greedy(e.costs, e.budget, e.votes),
        equal_shares(e.costs, e.budget, e.approvals, e.voters, "count"),
    ):
        assert e.costs[chosen].sum() <= e.budget
        assert len(set(chosen)) == len(chosen)
        assert (e.votes[chosen] > 0).all()
    assert greedy(e.costs, e.budget, e.votes, shares)[: len(shares)] == shares


@given(seeds)
def test_greedy_leaves_nothing_that_would_fit(seed: int) -> None:
    e = Election.random(seed)
    chosen = greedy(e.costs, e.budget, e.votes)
    left = np.setdiff1d(np.flatnonzero(e.votes), chosen)
    assert (e.costs[left] > e.budget - e.costs[chosen].sum()).all()
    assert all(e.votes[a] >= e.votes[b] for a, b in pairwise(chosen))


@given(seeds)
def test_a_group_that_agrees_gets_what_its_part_of_the_budget_pays(seed: int) -> None:
    """Justified representation: whoever votes alike, and can pay for something together, has something of it."""
    e = Election.random(seed)
    chosen = equal_shares(e.costs, e.budget, e.approvals, e.voters)
    everybody = int(e.voters.sum())
    for row, heads in zip(*distinct(e.approvals, e.voters), strict=True):
        affordable = (e.costs * everybody <= e.budget * int(heads)) & row
        assert not affordable.any() or row[chosen].any()


@given(seeds)
def test_ballots_that_are_the_same_count_as_one_with_more_voters(seed: int) -> None:
    e = Election.random(seed)
    alone = np.repeat(e.approvals, e.voters, axis=0)
    rows, voters = distinct(alone, np.ones(len(alone), np.int64))
    assert len(rows) == len(np.unique(alone, axis=0))
    assert voters.sum() == e.voters.sum()
    assert np.array_equal(voters @ rows, e.votes)
    for ballots, heads in ((alone, np.ones(len(alone), np.int64)), (rows, voters)):
        assert equal_shares(e.costs, e.budget, ballots, heads) == equal_shares(e.costs, e.budget, e.approvals, e.voters)


def test_without_votes_or_projects_nothing_is_bought() -> None:
    nothing = np.zeros(0, np.int64)
    assert equal_shares(np.array([1]), 9, np.zeros((0, 1), bool), nothing) == []
    assert equal_shares(nothing, 9, np.zeros((2, 0), bool), np.array([1, 2])) == []
    assert greedy(nothing, 9, nothing) == government_list(nothing, 9, nothing.astype(float)) == []
    assert len(distinct(np.zeros((0, 3), bool), nothing)[0]) == 0
