"""What the streets and the staff do with what is asked of them: desks dispatch or send back what was passed up, committees
answer requests, first come, first served, until those who asked give up, and hear disputes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.commons.bodies import lies_at, limits
from cogov_sim.commons.matters import Stage
from cogov_sim.commons.order import hear_disputes
from cogov_sim.commons.plan import survey
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level


def answer(commons: Commons) -> None:
    """The streets' desks answer with what they dispatch, staff with the hours they have; residents see the chances."""
    board, queue, settings = commons.residents.board, commons.requests, commons.scenario.government
    voices = np.bincount(board.community, board.voices.sum(axis=1), commons.n_communities)
    everyday = settings.everyday_requests * commons.society.units.population(Level.COMMUNITY) / 1000.0
    queue.receive(voices + everyday, commons.month)
    queue.answer(dispatch(commons))
    waiting = queue.waiting.sum(axis=1)
    hours = settings.case_hours * commons.terms["case_cost"]
    for c, committee in enumerate(commons.committees):
        commons.answered[c] = committee.answer(float(waiting[c]), float(hours[c]))
    queue.answer(np.where(commons.answered < 1.0, commons.answered * waiting, np.inf))
    hear_disputes(commons)
    board.answer[:] = queue.chances()
    queue.close()


def dispatch(commons: Commons) -> NDArray[np.float64]:
    """Every desk deals with as many matters as it has hours for, the oldest first; from then on they can be decided.

    Returns:
        (communities,), requests that these matters answer: those who spoke up about a matter hear from the street.
    """
    ledger, assets, month = commons.ledger, commons.society.assets, commons.month
    here = _at_desk(commons)
    each = commons.scenario.government.desk_case_hours * commons.of_community(
        commons.terms["dispatch_cost"], ledger.asset[here]
    )
    street = assets.street[ledger.asset[here]]
    dealt_with = np.zeros(len(here), bool)
    for s, desk in enumerate(commons.desks):
        mine = np.flatnonzero(street == s)
        dealt_with[mine[: desk.serve(each[mine].tolist())]] = True
    commons.desk_backlog = here[~dealt_with]
    ledger.ready_month[commons.desk_backlog] = month + 1
    done = here[dealt_with]
    ledger.dispatched_month[done] = month
    _send_back(commons, done)
    return _heard_back(commons, done)


def _at_desk(commons: Commons) -> NDArray[np.int64]:
    """Matters that have reached their street's desk and wait there, the oldest first."""
    ledger = commons.ledger
    waiting = ledger.open(Stage.RAISED)
    up = (ledger.level_now[waiting] <= Level.STREET) & (ledger.dispatched_month[waiting] == 0)
    return np.asarray(waiting[up & (ledger.ready_month[waiting] <= commons.month)])


def _send_back(commons: Commons, done: NDArray[np.int64]) -> None:
    """What was passed up goes back where the community can settle it after all, with what it costs by now.

    That is so where it is within the limit of a community's own matters by now, or, as far as the term ``returning`` says,
    where the community's purse can pay for it. So what a committee passed up by choice comes back: it has cost time and
    the desk's hours.
    """
    ledger, assets = commons.ledger, commons.society.assets
    passed_up = done[assets.level[ledger.asset[done]] > Level.STREET]
    if len(passed_up) == 0:
        return
    needs = survey(commons, ledger.asset[passed_up])
    cost = needs.cost
    most = limits(commons, ledger.asset[passed_up], Level.COMMUNITY)
    purse = {c: commons.terms["returning"][c] * commons.treasury.free(c) for c in range(commons.n_communities)}
    for q, m in enumerate(passed_up.tolist()):
        asset = int(ledger.asset[m])
        c = int(assets.community[asset])
        if cost[q] > most[q]:
            if cost[q] > purse[c]:
                continue
            purse[c] -= cost[q]
        lies_at(commons, m, int(assets.level[asset]))
        for name, column in needs._asdict().items():
            getattr(ledger, name)[m] = column[q]


def _heard_back(commons: Commons, done: NDArray[np.int64]) -> NDArray[np.float64]:
    """Requests per community that matters answer: as many as spoke up; for a street's own, over its communities."""
    ledger, assets, waiting = commons.ledger, commons.society.assets, commons.requests.waiting.sum(axis=1)
    result = np.zeros(commons.n_communities)
    for m in done.tolist():
        asset = int(ledger.asset[m])
        community = int(assets.community[asset])
        there = [community] if community >= 0 else commons.streets[int(assets.street[asset])].communities
        total = waiting[there].sum()
        if total > 0.0:
            result[there] += int(ledger.support[m]) * waiting[there] / total
    return result
