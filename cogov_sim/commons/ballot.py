"""What the commons do in stage 1, plan 共谋, between meetings and decisions: a community puts money to the vote, 微项目票决."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.treasury import split
from cogov_sim.commons import budgeting
from cogov_sim.commons.bodies import lies_at
from cogov_sim.commons.matters import Decider, Stage
from cogov_sim.commons.provide import contract, government_ranking, write_decision
from cogov_sim.commons.state import Commons
from cogov_sim.commons.tenders import hold_tender, price
from cogov_sim.society import Level

PARTS = 1_000_000  # shares of a pot are whole millionths


class Rule(StrEnum):
    """What may settle what a vote's money buys, by the term that says for which share of the community's income it does."""

    LIST = "budget_list"
    GREEDY = "budget_greedy"
    EQUAL = "budget_equal"
    EQUAL_AND_GREEDY = "budget_completed"


GOLDEN = (5.0**0.5 - 1.0) / 2.0


def elect_committees(commons: Commons) -> None:
    """Residents vote for their committee where its term ends: spread over the months, so that no year is an election year."""
    term = commons.scenario.government.committee_term
    began = np.floor(term * (np.arange(commons.n_communities) * GOLDEN % 1.0)).astype(np.int64)
    commons.residents.board.election[:] = (commons.month + began) % term == 0
    commons.residents.elect(commons.month)


def vote(commons: Commons) -> None:
    """Set money aside; where a vote is due, residents vote and what the money buys is put under contract.

    A vote spends from the pot that was set aside month by month. What it leaves is free for anything else again.
    """
    board, terms, pot = commons.residents.board, commons.terms, commons.pot
    shares = np.stack([terms[rule] for rule in Rule])
    commons.voted_on[:] = 0
    board.listed[:] = 0
    board.counted[:] = 0
    _set_aside(commons, np.minimum(1.0, shares.sum(axis=0)))
    due = (terms["ballot"] > 0.0) & (pot > 0)
    projects = _projects(commons, due)
    board.ballot[:] = 0.0
    for c, (matters, _) in projects.items():
        board.ballot[c] = terms["ballot"][c]
        for m in matters.tolist():
            span, k = _place(commons, m)
            board.listed[span, k] = 1
    commons.residents.vote(commons.month)
    for c in np.flatnonzero(due).tolist():
        money = int(pot[c])
        commons.treasury.commit(c, -money)
        pot[c] = 0
        if c in projects:
            commons.voted_on[c] = money, *_spend(commons, c, *projects[c], money, shares[:, c])


def _set_aside(commons: Commons, share: NDArray[np.float64]) -> None:
    """The vote's share of this month's income, of what is still there; without a share the pot is free again."""
    treasury, pot = commons.treasury, commons.pot
    for c in range(commons.n_communities):
        more = (
            min(int(share[c] * treasury.month_income[c]), max(0, treasury.free(c))) if share[c] > 0.0 else -int(pot[c])
        )
        treasury.commit(c, more)
        pot[c] += more


def _projects(commons: Commons, due: NDArray[np.bool_]) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """For each community that votes its projects, oldest first, and what each would cost the purse in whole yuan.

    They are the waiting matters of the community, its grids and its buildings, which the pot could pay. They go out to
    tender before the vote, so that what stands on the ballot is what they will cost.
    """
    if not due.any():
        return {}
    ledger, assets = commons.ledger, commons.society.assets
    waiting = ledger.open(Stage.RAISED)
    waiting = waiting[(ledger.ready_month[waiting] <= commons.month) & (ledger.level_now[waiting] > Level.STREET)]
    community = assets.community[ledger.asset[waiting]]
    affordable = due[community] & (ledger.cost[waiting] <= commons.pot[community])  # no bid is below cost
    waiting, community = waiting[affordable], community[affordable]
    found = {}
    for c in np.unique(community).tolist():
        mine = waiting[community == c]
        prices = np.array([price(commons, m) for m in mine.tolist()], np.int64)
        fits = prices <= commons.pot[c]
        if fits.any():
            found[c] = mine[fits], prices[fits]
    return found


def _place(commons: Commons, m: int) -> tuple[slice, int]:
    """Buildings that live with a matter, and its category."""
    asset = int(commons.ledger.asset[m])
    return slice(*commons.building_span[asset]), int(commons.society.assets.category[asset])


def _spend(
    commons: Commons, c: int, matters: NDArray[np.int64], prices: NDArray[np.int64], money: int, shares: NDArray[np.float64],
) -> tuple[int, int]:  # fmt: skip
    """Choose by each rule that has a share, and put what was chosen under contract; returns yuan spent, and projects bought."""
    approvals, voters = _ballots(commons, c, matters)
    wants, score = government_ranking(commons, matters)
    before, open_ = commons.treasury.free(c), np.ones(len(matters), bool)
    bought = 0
    parts = split(money, np.rint(PARTS * shares).astype(np.int64))
    for rule, part in zip(Rule, parts.tolist(), strict=True):
        if part == 0:
            continue
        left = np.flatnonzero(open_)
        chosen = left[_choose(rule, prices[left], part, approvals[:, left], voters, score[left])]
        open_[chosen] = False
        for q in chosen.tolist():
            bought += _carry_out(commons, c, int(matters[q]), float(wants[q]) if rule == Rule.LIST else None)
    return before - commons.treasury.free(c), bought


def _choose(
    rule: Rule, prices: NDArray[np.int64], money: int, approvals: NDArray[np.bool_], voters: NDArray[np.int64],
    score: NDArray[np.float64],
) -> list[int]:  # fmt: skip
    if rule == Rule.LIST:
        return budgeting.government_list(prices, money, score)
    votes = voters @ approvals
    if rule == Rule.GREEDY:
        return budgeting.greedy(prices, money, votes)
    chosen = budgeting.equal_shares(prices, money, approvals, voters)
    return budgeting.greedy(prices, money, votes, chosen) if rule == Rule.EQUAL_AND_GREEDY else chosen


def _ballots(commons: Commons, c: int, matters: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """A community's ballots over its projects, each kind once, and how many voters handed it in.

    A resident's ballot names services of the own units; which projects that means hangs on the building.
    """
    board = commons.residents.board
    homes = np.flatnonzero(board.community == c)
    bounds = board.first[homes[0]], board.last[homes[-1]]
    ballots = commons.residents.columns.ballot[slice(*bounds)].astype(np.int64)
    building = np.repeat(homes, board.last[homes] - board.first[homes])
    kinds, voters = np.unique(building[ballots > 0] << 16 | ballots[ballots > 0], return_counts=True)
    home, services = kinds >> 16, kinds & 0xFFFF
    approvals = np.zeros((len(kinds), len(matters)), bool)
    for q, m in enumerate(matters.tolist()):
        span, k = _place(commons, m)
        approvals[:, q] = (services >> k & 1).astype(bool) & (home >= span.start) & (home < span.stop)
    return budgeting.distinct(approvals, voters)


def _carry_out(commons: Commons, c: int, m: int, estimate: float | None) -> bool:
    """Public money builds what was chosen, where the committee has the hours for it; else it waits on as before (False).

    Without an ``estimate`` of the government's, voters have decided: by what those want who voted and live with it. Whoever
    voted has then had a say: to have been heard and lost is still voice.
    """
    if not contract(commons, m, c, share=1.0, bid=hold_tender(commons, m)):
        return False
    lies_at(commons, m, Level.COMMUNITY)
    if estimate is not None:
        write_decision(commons, m, Decider.GOVERNMENT, estimate, Level.COMMUNITY)
        return True
    board, (span, k) = commons.residents.board, _place(commons, m)
    wanted = float(board.backing[span, k].sum() / board.voted[span, 0].sum())
    write_decision(commons, m, Decider.VOTERS, wanted, Level.COMMUNITY)
    board.counted[c] = 1
    return True
