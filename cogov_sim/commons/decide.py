"""What the commons do in stage 1, plan 共谋, second half: each matter goes to who holds its agenda, and some are chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import COMMUNITY_MEETING
from cogov_sim.agents.enterprises import Bid, Enterprise, tender
from cogov_sim.agents.organisations import BODY_KINDS, Organisation
from cogov_sim.agents.providers import Provider
from cogov_sim.commons import meetings, purchase, watch
from cogov_sim.commons.bodies import lies_at, living, settling_body
from cogov_sim.commons.matters import NONE, Decider, Stage
from cogov_sim.commons.state import COST_PER_HEAD, N_CATEGORIES, VISIBLE, Commons
from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.society import Level

PROJECT_YUAN = 100_000.0  # size of a project that takes ``project_hours``


@dataclass
class Agenda:
    """Waiting matters by who may decide them."""

    of_committee: dict[int, list[int]] = field(default_factory=dict)
    of_street: dict[int, list[int]] = field(default_factory=dict)
    of_body: dict[Organisation, list[int]] = field(default_factory=dict)
    self_help: list[int] = field(default_factory=list)


def decide(commons: Commons) -> None:
    """Route the waiting matters; residents' bodies, committees, streets and helpers of themselves choose."""
    under_way = _under_way(commons)
    agenda = _route(commons, under_way)
    commons.saving[:] = 0
    for body in living(commons):
        body.decided = False
    for body in sorted(agenda.of_body, key=lambda body: (-body.level, body.number, body.unit)):
        hands = body.hands - under_way[type(body), body.unit]
        _body_decides(commons, body, agenda.of_body[body], hands)
    for community, matters in agenda.of_committee.items():
        _government_decides(commons, matters, community, None)
    for street, matters in agenda.of_street.items():
        _government_decides(commons, matters, None, street)
    for m in agenda.self_help:
        asset = int(commons.ledger.asset[m])
        wanted, level = float(commons.true_preferences[asset]), int(commons.society.assets.level[asset])
        _start_own(commons, m, Decider.SELF_HELP, wanted, commons.scenario.services.expected_cooperation, level)
    _expire(commons)


def _route(commons: Commons, under_way: Counter[tuple[type[Organisation], int]]) -> Agenda:
    """Who decides each waiting matter: the lowest level that can settle it. A matter's own luck never changes.

    A body whose hands are full settles nothing more. What nobody nearer can settle is passed up; what was passed up is returned as soon as somebody nearer can. The street's
    desk sends back what a community can settle (``desk``).
    """
    ledger, assets, terms = commons.ledger, commons.society.assets, commons.terms
    waiting = ledger.open(Stage.RAISED)
    waiting = waiting[ledger.ready_month[waiting] <= commons.month]
    asset = ledger.asset[waiting]
    luck = uniforms(commons.seed, Purpose.ROUTE, 0, ledger.luck_key(waiting))
    agenda = Agenda()
    busy = {body for body in living(commons) if under_way[type(body), body.unit] >= body.hands}
    street_agenda = commons.of_community(terms["government_agenda"][:, Level.STREET], asset)
    for m, a, u, s_agenda in zip(waiting.tolist(), asset.tolist(), luck.tolist(), street_agenda.tolist(), strict=True):
        c, own = int(assets.community[a]), int(assets.level[a])
        if ledger.level_now[m] <= Level.STREET:
            if u < s_agenda:
                agenda.of_street.setdefault(int(assets.street[a]), []).append(m)
            continue
        body = settling_body(commons, m, u, busy)
        if body is not None:
            agenda.of_body.setdefault(body, []).append(m)
            lies_at(commons, m, body.level)
        elif u < terms["government_agenda"][c, own]:
            agenda.of_committee.setdefault(c, []).append(m)
            lies_at(commons, m, Level.COMMUNITY)
        elif settling_body(commons, m, u) is None:  # else it waits for a free hand
            lies_at(commons, m, own)
            if ledger.support[m] > 0:
                agenda.self_help.append(m)
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

    What money buys is bought at the tender's price, as the government buys; only labour comes without a margin. Where
    grants exist but the purse is short, communities wait for one for half their patience. No money is set aside before
    residents have put in their part. What was handed down to the body is put in first; own part and grant are about the
    rest. Nobody counts on more of a grant than grants were paid before.
    """
    ledger, terms = commons.ledger, commons.terms
    c = int(commons.society.assets.community[ledger.asset[m]])
    by_hand = ledger.labour[m] * commons.scenario.services.hour_value
    bid = hold_tender(commons, m)
    cost = round(by_hand + (int(ledger.cost[m]) - by_hand) * bid.price)
    handed_down = min(cost, body.allowance if body is not None else 0)
    rest, rate = cost - handed_down, float(terms["match_rate"][c])
    grant = int(min(terms["match_cap"][c] * rest, rest * rate / (1.0 + rate)) * commons.grant_belief[c])
    if grant > commons.treasury.free(c):
        waited = commons.month - ledger.raised_month[m]
        if waited < commons.scenario.services.patience / 2:
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


def write_decision(commons: Commons, m: int, decider: Decider, estimate: float, level: int) -> None:
    """Write down who decided a matter, at which level, and what they thought people want."""
    ledger = commons.ledger
    ledger.decided_by[m] = decider
    ledger.decided_level[m] = level
    ledger.decided_month[m] = commons.month
    ledger.estimate[m] = estimate
    ledger.stage[m] = Stage.UNDER_WAY


# -- government ----------------------------------------------------------------------------------------------------


def _government_decides(commons: Commons, matters: list[int], community: int | None, street: int | None) -> None:
    """Choose by the government's own estimate of what people want (and by what shows), within money and hours.

    What comes first on the list is saved for; nothing that comes later overtakes it.
    """
    ledger, assets = commons.ledger, commons.society.assets
    asset = ledger.asset[matters]
    wants, score = government_ranking(commons, np.asarray(matters))
    for q in np.argsort(-score, kind="stable"):
        c = int(assets.community[asset[q]]) if community is None else community
        purse = commons.treasury.street_purse(street) if street is not None else c
        done, money_short = contract(commons, matters[q], c, purse)
        if money_short:
            commons.saving[purse] = int(ledger.cost[matters[q]])
            break
        if done:
            level = Level.COMMUNITY if street is None else Level.STREET
            write_decision(commons, matters[q], Decider.GOVERNMENT, float(wants[q]), level)
            heard = community is not None and commons.terms["hearing"][community] > 0.0
            if heard:
                board = commons.residents.board
                here = board.community == community
                board.heard[here, COMMUNITY_MEETING] = board.resolved[here, COMMUNITY_MEETING]


def government_ranking(commons: Commons, matters: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the government thinks people want of each matter's service, and how high each matter is on its list.

    On the list a service counts 1 that is wanted as much as the mean of all.
    """
    asset = commons.ledger.asset[matters]
    k = commons.society.assets.category[asset]
    wants = _government_estimate(commons, matters, asset)
    showcase = commons.of_community(commons.terms["showcase"], asset)
    score = (wants * N_CATEGORIES + showcase * VISIBLE[k] + commons.ledger.urgent[matters]) * (
        1.0 - commons.quality[asset]
    )
    return wants, score / COST_PER_HEAD[k]


def _government_estimate(commons: Commons, matters: NDArray[np.int64], asset: NDArray[np.int32]) -> NDArray[np.float64]:
    """The community type's average with noise; where a meeting is heard, partly what the meeting wanted."""
    assets, settings = commons.society.assets, commons.scenario.government
    k, community = assets.category[asset], assets.community[asset]
    noise = normals(
        commons.seed,
        Purpose.ESTIMATE,
        0,
        commons.ledger.luck_key(matters),
    )
    wants = commons.type_preferences[asset] * np.maximum(0.1, 1.0 + settings.estimate_noise * noise)
    views = commons.views[np.maximum(community, 0), k]
    hearing = np.where((community >= 0) & ~np.isnan(views), commons.of_community(commons.terms["hearing"], asset), 0.0)
    return (1.0 - hearing) * wants + hearing * np.nan_to_num(views)


def contract(
    commons: Commons, m: int, community: int, purse: int, share: float | None = None, bid: Bid[Enterprise] | None = None
) -> tuple[bool, bool]:
    """Put a matter out to tender and pay the public share, by default the term; returns (done, money was short).

    ``bid``: of a tender that was held before.
    """
    ledger, terms, settings = commons.ledger, commons.terms, commons.scenario.government
    asset = int(ledger.asset[m])
    cost = int(ledger.cost[m])
    level = int(ledger.agenda_level(np.array([m]))[0])
    shares = terms["public_share"][:, level]
    if share is None:
        share = float(commons.of_community(shares, np.array([asset]))[0])
    bought = purchase.bid_of_provider(commons, m) if bid is None else None
    best: Bid[Provider] | Bid[Enterprise] = bid or bought or hold_tender(commons, m)
    public = int(np.ceil(share * cost * best.price))
    hours = settings.project_hours * cost / PROJECT_YUAN
    office = commons.committees[community] if community >= 0 else None
    if office is not None:
        hours = min(hours, 0.5 * office.capacity)
        if office.left < hours:
            return False, False
    if not _money_for(commons, m, public, purse):
        return False, True
    if office is not None:
        office.spend("projects", hours)
    ledger.contracted[m] = round(share * cost)
    ledger.own_target[m] = cost - round(share * cost)
    expected = commons.scenario.services.expected_cooperation
    ledger.fair_share[m] = ledger.own_target[m] / (expected * int(ledger.beneficiaries[m]))
    if ledger.own_target[m] == 0:
        commons.treasury.pay(purse, public, "projects")
        ledger.public_money[m] = public
    else:  # residents have to come up with their part first
        commons.treasury.commit(purse, public)
        ledger.public_promised[m] = public
    if bought is not None:
        purchase.award(commons, m, bought, share * cost)
    elif best.firm is not None:
        best.firm.profit += share * cost * best.gain
    return True, False


def hold_tender(commons: Commons, m: int) -> Bid[Enterprise]:
    """The matter goes out to tender among the firms of its street."""
    ledger = commons.ledger
    street = int(commons.society.assets.street[ledger.asset[m]])
    luck = int(ledger.luck_key(np.array([m]))[0])
    return tender(commons.firms_of_street[street], commons.scenario.enterprises, commons.seed, luck)


def _money_for(commons: Commons, m: int, amount: int, purse: int) -> bool:
    """Whether the purse can pay; for emergencies the district may help out."""
    short = amount - commons.treasury.free(purse)
    if short <= 0:
        return True
    if not commons.ledger.urgent[m]:
        return False
    units = commons.society.units
    street = int(commons.society.assets.street[commons.ledger.asset[m]])
    district = commons.districts[int(units.parent(Level.STREET)[street])]
    return district.help_out(purse, short, commons.treasury)


def _expire(commons: Commons) -> None:
    """Matters that nobody decided for too long are given up; they can be raised again."""
    ledger = commons.ledger
    waiting = ledger.open(Stage.RAISED)
    old = waiting[commons.month - ledger.raised_month[waiting] >= commons.scenario.services.maximum_age]
    ledger.close(old, Stage.EXPIRED, commons.month)
