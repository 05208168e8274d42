"""What the commons do in stage 1, plan 共谋, second half: each matter goes to who holds its agenda, and some are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.enterprises import Bid
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.organisations import Organisation
from cogov_sim.agents.street_offices import Approach
from cogov_sim.commons import meetings, purchase, watch
from cogov_sim.commons.bodies import Roster, at_table, deciders, lies_at, roster, settling_bodies
from cogov_sim.commons.build import reserve_grants
from cogov_sim.commons.guess import opinion_of_some
from cogov_sim.commons.matters import NONE, Decider, Stage
from cogov_sim.commons.provide import (
    provide,
    release_savings,
    seen_to,
    set_upkeep_aside,
    take_hours,
    write_decision,
)
from cogov_sim.commons.state import COST_PER_HEAD, Commons
from cogov_sim.commons.tenders import hold_tender
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level


@dataclass
class Agenda:
    """Waiting matters by who may decide them: the government's by the purse that pays, bodies' by their number."""

    of_purse: dict[int, list[int]]
    of_body: dict[int, list[int]]
    self_help: list[int]


def decide(commons: Commons) -> None:
    """Route the waiting matters; residents' bodies, committees, streets and helpers of themselves choose.

    What residents have put in their part for, and the month's routine upkeep, come before anything new.
    """
    looked_after = seen_to(commons)
    reserve_grants(commons)
    upkeep = set_upkeep_aside(commons)
    there = roster(commons)
    hands = _free_hands(commons, there)
    agenda = _route(commons, there, hands <= 0, looked_after)
    for body in there.bodies:
        body.decided = False
    for n in sorted(agenda.of_body, key=lambda n: _turn(there.bodies[n])):
        _body_decides(commons, there.bodies[n], agenda.of_body[n], int(hands[n]))
    release_savings(commons, agenda.of_purse)
    provide(commons, agenda.of_purse)
    _pass_up(commons, agenda.of_purse)
    wanted = opinion_of_some(commons, np.array(agenda.self_help, np.int64), commons.ledger.support[agenda.self_help])
    for m, view in zip(agenda.self_help, wanted.tolist(), strict=True):
        level = int(commons.society.assets.level[commons.ledger.asset[m]])
        _start_own(commons, m, Decider.SELF_HELP, view, commons.scenario.services.expected_cooperation, level)
    commons.treasury.committed[: len(upkeep)] -= upkeep
    _expire(commons)


def _turn(body: Organisation) -> tuple[int, int, int]:
    """Bodies decide from the lowest level up."""
    return -body.level, body.number, body.unit


def _free_hands(commons: Commons, there: Roster) -> NDArray[np.int64]:
    """How many more matters each body can see through beside those that are still gathering or being built."""
    under_way = deciders(commons, there, commons.ledger.open(Stage.UNDER_WAY))
    hands = np.array([body.hands + len(at_table(commons, body)) // 2 for body in there.bodies], np.int64)
    return hands - np.bincount(under_way[under_way != NONE], minlength=len(hands))


def _route(commons: Commons, there: Roster, busy: NDArray[np.bool_], looked_after: NDArray[np.bool_]) -> Agenda:
    """Who decides each waiting matter: the lowest level that can settle it. A matter's own luck never changes.

    A body whose hands are full (``busy``) settles nothing more. What nobody nearer can settle is passed up; what was passed
    up is returned as soon as somebody nearer can. The street's desk sends back what a community can settle (``desk``). The
    government takes what bodies leave of what officials see to (``looked_after``, by asset): also, for a year,
    what residents were asked for in vain. Where its street pays grants instead, neighbours may help themselves; what it leaves
    alone and no body takes lies there, as nobody else has a right to it, until the purse has more than a month's income to spare.
    """
    ledger, assets = commons.ledger, commons.society.assets
    waiting = ledger.open(Stage.RAISED)
    waiting = waiting[ledger.ready_month[waiting] <= commons.month]
    asset = ledger.asset[waiting]
    luck = uniforms(commons.seed, Purpose.ROUTE, 0, ledger.luck_key(waiting))
    up = ledger.level_now[waiting] <= Level.STREET
    shares = commons.of_community(commons.terms["government_agenda"], asset)
    governed = luck < shares[np.arange(len(waiting)), ledger.agenda_level(waiting)]
    takes = governed & (up | looked_after[asset])
    in_vain = commons.month - commons.in_vain[asset] < YEAR
    taker = settling_bodies(commons, there, waiting, luck, busy)
    by_body = ~up & (taker != NONE) & ~(takes & in_vain)
    by_government = takes & ~by_body
    nobody = ~(up | by_body | by_government)
    waits_for_a_hand = nobody.copy()
    waits_for_a_hand[nobody] = settling_bodies(commons, there, waiting[nobody], luck[nobody]) != NONE
    self_help = nobody & ~waits_for_a_hand & (ledger.support[waiting] > 0) & (~governed | _granted(commons, asset))
    level = assets.level[asset]
    level[by_body] = np.array([body.level for body in there.bodies], np.int8)[taker[by_body]]
    level[by_government] = Level.COMMUNITY
    moved = ~(up | waits_for_a_hand | (nobody & governed))  # what is left alone lies where it is
    lies_at(commons, waiting[moved], level[moved])
    purse = commons.purses_of(waiting)
    return Agenda(
        _by(purse[by_government], waiting[by_government]),
        _by(taker[by_body], waiting[by_body]),
        waiting[self_help].tolist(),
    )


def _by(who: NDArray[np.int64], matters: NDArray[np.int64]) -> dict[int, list[int]]:
    """Matters by who is to decide them, in the order in which they are first met."""
    found: dict[int, list[int]] = {}
    for number, m in zip(who.tolist(), matters.tolist(), strict=True):
        found.setdefault(number, []).append(m)
    return found


# -- residents' bodies ---------------------------------------------------------------------------------------------


def _body_decides(commons: Commons, body: Organisation, matters: list[int], hands: int) -> None:
    """Choose what is wanted most by those who met (or, without a meeting, by the leader), as far as hands reach."""
    ledger, assets = commons.ledger, commons.society.assets
    wants = _body_estimate(commons, body)
    asset = ledger.asset[matters]
    k = assets.category[asset]
    score = wants[k] * (1.0 - commons.quality[asset]) / COST_PER_HEAD[k] * 1000.0
    for q in _in_order(commons, body, matters, score):
        if hands <= 0:
            break
        expected = body.expects(commons.scenario.services.expected_cooperation)
        if _start_own(commons, matters[q], Decider.RESIDENTS, float(wants[k[q]]), expected, body.level, body):
            ledger.body[matters[q]] = body.number
            body.decided, body.last_deed = True, commons.month
            hands -= 1
    if body.decided:
        _mark_heard(commons, body)


def _in_order(commons: Commons, body: Organisation, matters: list[int], score: NDArray[np.float64]) -> list[int]:
    """Matters by what is wanted most; a leader favours the own home, unless the supervisory board finds out."""
    asset, assets = commons.ledger.asset[matters], commons.society.assets
    building = int(np.searchsorted(commons.residents.board.last, body.leader, side="right"))
    home = (commons.building_span[asset, 0] <= building) & (building < commons.building_span[asset, 1])
    home &= assets.level[asset] > body.level
    bias = body.bias(commons.residents, commons.scenario.organisations)
    fair, bent = (np.argsort(-x, kind="stable").tolist() for x in (score, score * (1.0 + home * bias)))
    if fair == bent or not watch.finds_favour(commons, body, matters[bent[0]]):
        return bent
    body.deposed = True
    return fair


def _body_estimate(commons: Commons, body: Organisation) -> NDArray[np.float64]:
    """What the last meeting of its unit wanted; without one, what the leader wants."""
    if body.venue is not None:
        views = meetings.minutes(commons, body.venue)[0][body.unit]
        if not np.isnan(views[0]):
            return views
    return commons.residents.columns.preferences[body.leader].astype(float)


def _mark_heard(commons: Commons, body: Organisation) -> None:
    """Who was at a meeting of the body's unit that came to a resolution has been heard; without one nobody has."""
    board, here = commons.residents.board, commons.homes(body.level, body.unit)
    if body.venue is not None:
        board.heard[here, body.venue] = board.resolved[here, body.venue]


def _start_own(
    commons: Commons,
    m: int,
    decider: Decider,
    estimate: float,
    expected: float,
    level: int,
    body: Organisation | None = None,
) -> bool:
    """Start gathering for a matter that residents carry, with a grant in prospect where there is one.

    What money buys is bought at the tender's price, of firms or, where the terms have services bought, of social organisations, as
    the government buys; only labour and land come without a margin. Where
    grants exist but the purse is short, communities wait for one for half their patience. No money is set aside before
    residents have put in their part. What was handed down to the body is put in first; own part and grant are about the
    rest. Nobody counts on more of a grant than grants were paid before.
    """
    ledger, terms = commons.ledger, commons.terms
    c = int(commons.society.assets.community[ledger.asset[m]])
    services = commons.scenario.services
    by_hand = ledger.labour[m] * services.hour_value + ledger.land[m] * services.land_value
    bid: Bid[Any] = purchase.bid_of_provider(commons, m) or hold_tender(commons, m)
    cost = round(by_hand + (int(ledger.cost[m]) - by_hand) * bid.price)
    handed_down = min(cost, body.allowance if body is not None else 0)
    rest, rate = cost - handed_down, float(terms["match_rate"][c] * _granted(commons, ledger.asset[m : m + 1])[0])
    grant = int(min(terms["match_cap"][c] * rest, rest * rate / (1.0 + rate)) * commons.grant_belief[c])
    if grant > commons.treasury.free(c) or not take_hours(commons, m, grant + handed_down):
        waited = commons.month - ledger.raised_month[m]
        if waited < services.patience / 2 or (handed_down and not take_hours(commons, m, handed_down)):
            return False
        grant = 0
    if body is not None:
        body.allowance -= handed_down
    ledger.delegated_money[m] = handed_down
    ledger.grant_promised[m] = grant
    ledger.match[m] = rate if grant > 0 else 0.0
    ledger.own_target[m] = cost - grant
    ledger.fair_share[m] = (rest - grant) / (expected * int(ledger.beneficiaries[m]))
    purchase.give_out(commons, m, bid, int(ledger.cost[m]) - by_hand)
    write_decision(commons, m, decider, estimate, level)
    return True


def _granted(commons: Commons, assets: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether their streets' offices pay grants for such services."""
    return commons.approaches(assets) == Approach.GRANT


def _pass_up(commons: Commons, lists: Mapping[int, list[int]]) -> None:
    """What committees could not decide this month they may pass up to the street's desk, each matter once."""
    ledger, month = commons.ledger, commons.month
    mine = [m for purse, matters in lists.items() if purse < commons.n_communities for m in matters]
    left = np.array(mine, np.int64)
    left = left[(ledger.stage[left] == Stage.RAISED) & (ledger.dispatched_month[left] == 0)]
    left = left[~np.isin(left, commons.saves_for)]
    asset = ledger.asset[left]
    luck = uniforms(commons.seed, Purpose.ROUTE, month, ledger.luck_key(left), 1)
    passed = luck < commons.of_community(commons.terms["passing_up"], asset)
    delay = np.rint(commons.of_community(commons.terms["routing_delay"], asset)).astype(np.int64)
    lies_at(commons, left[passed], Level.STREET)
    ledger.ready_month[left[passed]] = month + delay[passed]


def _expire(commons: Commons) -> None:
    """Matters that nobody decided for too long are given up, unless somebody saves for them; they can be raised again."""
    ledger = commons.ledger
    waiting = ledger.open(Stage.RAISED)
    too_long = commons.month - ledger.raised_month[waiting] >= commons.scenario.services.maximum_age
    old = waiting[too_long & ~np.isin(waiting, commons.saves_for)]
    ledger.close(old, Stage.EXPIRED, commons.month)
