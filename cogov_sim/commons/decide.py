"""What the commons do in stage 1, plan 共谋, second half: each matter goes to who holds its agenda, and some are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.organisations import BODY_KINDS, Organisation
from cogov_sim.commons import meetings, watch
from cogov_sim.commons.bodies import lies_at, living, settling_body
from cogov_sim.commons.build import reserve_grants
from cogov_sim.commons.guess import opinion_of_some
from cogov_sim.commons.matters import NONE, Decider, Stage
from cogov_sim.commons.provide import (
    hold_tender,
    provide,
    release_savings,
    set_upkeep_aside,
    take_hours,
    write_decision,
)
from cogov_sim.commons.state import COST_PER_HEAD, Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level

_COMMUNITY = int(Level.COMMUNITY)


@dataclass
class Agenda:
    """Waiting matters by who may decide them; the government's by the purse that pays."""

    of_purse: dict[int, list[int]] = field(default_factory=dict)
    of_body: dict[Organisation, list[int]] = field(default_factory=dict)
    self_help: list[int] = field(default_factory=list)


def decide(commons: Commons) -> None:
    """Route the waiting matters; residents' bodies, committees, streets and helpers of themselves choose.

    What residents have put in their part for, and the month's routine upkeep, come before anything new.
    """
    reserve_grants(commons)
    upkeep = set_upkeep_aside(commons)
    under_way = _under_way(commons)
    agenda = _route(commons, under_way)
    for body in living(commons):
        body.decided = False
    for body in sorted(agenda.of_body, key=lambda body: (-body.level, body.number, body.unit)):
        hands = body.hands - under_way[type(body), body.unit]
        _body_decides(commons, body, agenda.of_body[body], hands)
    release_savings(commons, agenda.of_purse)
    saving = commons.of_purses("saving")
    for purse, matters in agenda.of_purse.items():
        provide(commons, matters, purse, float(saving[purse]))
    _pass_up(commons, agenda.of_purse)
    wanted = opinion_of_some(commons, np.array(agenda.self_help, np.int64), commons.ledger.support[agenda.self_help])
    for m, view in zip(agenda.self_help, wanted.tolist(), strict=True):
        level = int(commons.society.assets.level[commons.ledger.asset[m]])
        _start_own(commons, m, Decider.SELF_HELP, view, commons.scenario.services.expected_cooperation, level)
    commons.treasury.committed[: len(upkeep)] -= upkeep
    _expire(commons)


def _route(commons: Commons, under_way: Counter[tuple[type[Organisation], int]]) -> Agenda:
    """Who decides each waiting matter: the lowest level that can settle it. A matter's own luck never changes.

    A body whose hands are full settles nothing more. What nobody nearer can settle is passed up; what was passed up is returned as soon as somebody nearer can. The street's
    desk sends back what a community can settle (``desk``). The government takes what bodies leave: also, for a year, what
    residents were asked for in vain.
    """
    ledger, assets, terms = commons.ledger, commons.society.assets, commons.terms
    waiting = ledger.open(Stage.RAISED)
    waiting = waiting[ledger.ready_month[waiting] <= commons.month]
    asset = ledger.asset[waiting]
    luck = uniforms(commons.seed, Purpose.ROUTE, 0, ledger.luck_key(waiting))
    agenda = Agenda()
    busy = {body for body in living(commons) if under_way[type(body), body.unit] >= body.hands}
    own, up = assets.level[asset], ledger.level_now[waiting] <= Level.STREET
    shares = np.stack([commons.of_community(column, asset) for column in terms["government_agenda"].T])
    governed = luck < shares[np.where(up, Level.STREET, own), np.arange(len(waiting))]
    left = commons.month - commons.in_vain[asset] < YEAR
    street = (commons.n_communities + assets.street[asset]).tolist()
    columns = (waiting, assets.community[asset], own, ledger.level_now[waiting], luck, up, governed, left)
    for q, (m, c, natural, lies, u, passed_up, government, in_vain) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        if passed_up:
            if government:
                agenda.of_purse.setdefault(street[q], []).append(m)
            continue
        body, level = settling_body(commons, m, u, busy), natural
        if body is not None and not (government and in_vain):
            agenda.of_body.setdefault(body, []).append(m)
            level = int(body.level)
        elif government:
            agenda.of_purse.setdefault(c, []).append(m)
            level = _COMMUNITY
        elif settling_body(commons, m, u) is not None:  # it waits for a free hand
            continue
        elif ledger.support[m] > 0:
            agenda.self_help.append(m)
        if lies != level:
            lies_at(commons, m, level)
    return agenda


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


def _under_way(commons: Commons) -> Counter[tuple[type[Organisation], int]]:
    """How many matters each body decided that are still gathering or being built, by kind and unit."""
    ledger = commons.ledger
    gathering = ledger.open(Stage.UNDER_WAY)
    decided = gathering[ledger.body[gathering] != NONE]
    kinds = [BODY_KINDS[number] for number in ledger.body[decided].tolist()]
    return Counter(
        (kind, commons.unit_of_asset(a, kind.level))
        for kind, a in zip(kinds, ledger.asset[decided].tolist(), strict=True)
    )


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

    What money buys is bought at the tender's price, as the government buys; only labour and land come without a margin. Where
    grants exist but the purse is short, communities wait for one for half their patience. No money is set aside before
    residents have put in their part. What was handed down to the body is put in first; own part and grant are about the
    rest. Nobody counts on more of a grant than grants were paid before.
    """
    ledger, terms = commons.ledger, commons.terms
    c = int(commons.society.assets.community[ledger.asset[m]])
    services = commons.scenario.services
    by_hand = ledger.labour[m] * services.hour_value + ledger.land[m] * services.land_value
    bid = hold_tender(commons, m)
    cost = round(by_hand + (int(ledger.cost[m]) - by_hand) * bid.price)
    handed_down = min(cost, body.allowance if body is not None else 0)
    rest, rate = cost - handed_down, float(terms["match_rate"][c])
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
    if bid.firm is not None:
        bid.firm.profit += (int(ledger.cost[m]) - by_hand) * bid.gain
    write_decision(commons, m, decider, estimate, level)
    return True


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
    for m, months in zip(left[passed].tolist(), delay[passed].tolist(), strict=True):
        lies_at(commons, m, Level.STREET)
        ledger.ready_month[m] = month + months


def _expire(commons: Commons) -> None:
    """Matters that nobody decided for too long are given up, unless somebody saves for them; they can be raised again."""
    ledger = commons.ledger
    waiting = ledger.open(Stage.RAISED)
    too_long = commons.month - ledger.raised_month[waiting] >= commons.scenario.services.maximum_age
    old = waiting[too_long & ~np.isin(waiting, commons.saves_for)]
    ledger.close(old, Stage.EXPIRED, commons.month)
