"""Stage 1, plan 共谋 (second half): every waiting matter is routed to whoever holds its agenda, and some are chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cogov_sim.agents.columns import BUILDING_MEETING, COMMUNITY_MEETING
from cogov_sim.agents.enterprises import Bid, tender
from cogov_sim.agents.organisations import BuildingGroup, Organisation, ResidentCouncil
from cogov_sim.commons.matters import (
    BUILDING,
    BY_RESIDENTS,
    EXPIRED,
    GOVERNMENT,
    RAISED,
    RESIDENTS,
    SELF_HELP,
)
from cogov_sim.commons.state import COST_PER_HEAD, VISIBLE, Commons
from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.society import Level

COUNCIL_MATTERS = 3  # matters a council can see through at a time (start value)
GROUP_MATTERS = 1
PROJECT_YUAN = 100_000.0  # size of a project that takes ``project_hours``


@dataclass
class Agenda:
    """Waiting matters by who may decide them."""

    of_committee: dict[int, list[int]] = field(default_factory=dict)
    of_street: dict[int, list[int]] = field(default_factory=dict)
    of_council: dict[int, list[int]] = field(default_factory=dict)
    of_group: dict[int, list[int]] = field(default_factory=dict)
    self_help: list[int] = field(default_factory=list)


def decide(commons: Commons) -> None:
    """Route the waiting matters; residents' bodies, committees, streets and helpers of themselves choose."""
    agenda = _route(commons)
    commons.saving[:] = 0
    for body in (*commons.groups.values(), *commons.councils.values()):
        body.decided = False
    for building, matters in agenda.of_group.items():
        _body_decides(commons, commons.groups[building], matters, GROUP_MATTERS)
    for community, matters in agenda.of_council.items():
        _body_decides(commons, commons.councils[community], matters, COUNCIL_MATTERS)
    for community, matters in agenda.of_committee.items():
        _government_decides(commons, matters, community, None)
    for street, matters in agenda.of_street.items():
        _government_decides(commons, matters, None, street)
    for m in agenda.self_help:
        asset = int(commons.ledger.asset[m])
        wanted, level = float(commons.true_preferences[asset]), int(commons.society.assets.level[asset])
        _start_own(commons, m, SELF_HELP, wanted, commons.scenario.services.expected_cooperation, level)
    _give_up(commons)


def _route(commons: Commons) -> Agenda:
    """Who decides each waiting matter; a matter's own luck in routing never changes."""
    ledger, assets, terms = commons.ledger, commons.society.assets, commons.terms
    waiting = ledger.open(RAISED)
    waiting = waiting[ledger.ready_month[waiting] <= commons.month]
    asset = ledger.asset[waiting]
    luck = uniforms(commons.seed, Purpose.ROUTE, 0, ledger.luck_key(waiting))
    agenda = Agenda()
    street_agenda = commons.of_community(terms["government_agenda"][:, Level.STREET], asset)
    for m, a, u, s_agenda in zip(waiting.tolist(), asset.tolist(), luck.tolist(), street_agenda.tolist(), strict=True):
        c, level = int(assets.community[a]), int(ledger.level_now[m])
        if level <= Level.STREET:
            if u < s_agenda:
                agenda.of_street.setdefault(int(assets.street[a]), []).append(m)
            continue
        body = _body_for(commons, a, level, c)
        if body is not None and u < terms["resident_decision"][c, level]:
            if isinstance(body, BuildingGroup):
                agenda.of_group.setdefault(body.building, []).append(m)
            elif isinstance(body, ResidentCouncil):
                agenda.of_council.setdefault(body.community, []).append(m)
        elif u < terms["government_agenda"][c, level]:
            agenda.of_committee.setdefault(c, []).append(m)
        elif ledger.raised_by[m] == BY_RESIDENTS or ledger.support[m] > 0:
            agenda.self_help.append(m)
    return agenda


def _body_for(commons: Commons, asset: int, level: int, community: int) -> Organisation | None:
    """The residents' body nearest to a matter: the building's group, else the community's council."""
    if level == Level.BUILDING:
        group = commons.groups.get(int(commons.society.assets.unit[asset]))
        if group is not None:
            return group
    return commons.councils.get(community)


# -- residents' bodies ---------------------------------------------------------------------------------------------


def _body_decides(commons: Commons, body: Organisation, matters: list[int], capacity: int) -> None:
    """Choose what is wanted most by those who met (or, without a meeting, by the leader), as far as hands reach."""
    ledger, assets = commons.ledger, commons.society.assets
    wants = _body_estimate(commons, body)
    asset = ledger.asset[matters]
    k = assets.category[asset]
    score = wants[k] * (1.0 - commons.quality[asset]) / COST_PER_HEAD[k] * 1000.0
    if isinstance(body, ResidentCouncil):
        building = int(np.searchsorted(commons.residents.board.last, body.leader, side="right"))
        own = (commons.building_span[asset, 0] <= building) & (building < commons.building_span[asset, 1])
        own &= assets.level[asset] > Level.COMMUNITY
        score = score * (1.0 + own * body.bias(commons.residents, commons.scenario.organisations))
    hands = capacity - _under_way(commons, body)
    for q in np.argsort(-score, kind="stable"):
        if hands <= 0:
            break
        expected = body.expects(commons.scenario.services.expected_cooperation)
        level = Level.BUILDING if isinstance(body, BuildingGroup) else Level.COMMUNITY
        if _start_own(commons, matters[q], RESIDENTS, float(wants[k[q]]), expected, level):
            body.decided = True
            hands -= 1
    if body.decided:
        _mark_heard(commons, body)


def _body_estimate(commons: Commons, body: Organisation) -> np.ndarray:
    if isinstance(body, BuildingGroup):
        views = commons.building_views[body.building]
    elif isinstance(body, ResidentCouncil):
        views = commons.views[body.community]
    if np.isnan(views[0]):
        return commons.residents.columns.preferences[body.leader].astype(float)
    return views


def _under_way(commons: Commons, body: Organisation) -> int:
    """Matters that a body decided and that are still gathering or being built."""
    ledger, assets = commons.ledger, commons.society.assets
    gathering = ledger.open(BUILDING)
    gathering = gathering[ledger.decided_by[gathering] == RESIDENTS]
    asset = ledger.asset[gathering]
    if isinstance(body, BuildingGroup):
        return int(((assets.level[asset] == Level.BUILDING) & (assets.unit[asset] == body.building)).sum())
    mine = assets.community[asset] == body.community if isinstance(body, ResidentCouncil) else asset < 0
    with_group = [
        assets.level[a] == Level.BUILDING and int(assets.unit[a]) in commons.groups for a in asset[mine].tolist()
    ]
    return int(mine.sum()) - sum(with_group)


def _mark_heard(commons: Commons, body: Organisation) -> None:
    """Who was at a meeting that came to a resolution has been heard; without one nobody has."""
    board = commons.residents.board
    if isinstance(body, BuildingGroup):
        board.heard[body.building, BUILDING_MEETING] = board.resolved[body.building, BUILDING_MEETING]
    elif isinstance(body, ResidentCouncil):
        here = board.community == body.community
        board.heard[here, COMMUNITY_MEETING] = board.resolved[here, COMMUNITY_MEETING]


def _start_own(commons: Commons, m: int, decider: int, estimate: float, expected: float, level: int) -> bool:
    """Start gathering for a matter that residents carry, with a grant in prospect where there is one.

    What money buys is bought at the tender's price, as the government buys; only labour comes without a margin. Where
    grants exist but the purse is short, communities wait for one for half their patience. No money is set aside before
    residents have put in their part.
    """
    ledger, terms = commons.ledger, commons.terms
    c = int(commons.society.assets.community[ledger.asset[m]])
    by_hand = ledger.labour[m] * commons.scenario.services.hour_value
    cost = round(by_hand + (int(ledger.cost[m]) - by_hand) * _tender(commons, m).price)
    rate = float(terms["match_rate"][c])
    grant = int(min(terms["match_cap"][c] * cost, cost * rate / (1.0 + rate)))
    if grant > commons.treasury.free(c):
        waited = commons.month - ledger.raised_month[m]
        if waited < commons.scenario.services.patience / 2:
            return False
        grant = 0
    ledger.grant_promised[m] = grant
    ledger.match[m] = rate if grant > 0 else 0.0
    ledger.own_target[m] = cost - grant
    ledger.fair_share[m] = (cost - grant) / (expected * int(ledger.beneficiaries[m]))
    _decided(commons, m, decider, estimate, level)
    return True


def _decided(commons: Commons, m: int, decider: int, estimate: float, level: int) -> None:
    """Write down who decided a matter, at which level, and what they thought people want."""
    ledger = commons.ledger
    ledger.decided_by[m] = decider
    ledger.decided_level[m] = level
    ledger.decided_month[m] = commons.month
    ledger.estimate[m] = estimate
    ledger.stage[m] = BUILDING


# -- government ----------------------------------------------------------------------------------------------------


def _government_decides(commons: Commons, matters: list[int], community: int | None, street: int | None) -> None:
    """Choose by the government's own estimate of what people want (and by what shows), within money and hours.

    What comes first on the list is saved for; nothing that comes later overtakes it.
    """
    ledger, assets = commons.ledger, commons.society.assets
    asset = ledger.asset[matters]
    k = assets.category[asset]
    wants = _government_estimate(commons, np.asarray(matters), asset)
    showcase = commons.of_community(commons.terms["showcase"], asset)
    score = (wants * 10.0 + showcase * VISIBLE[k] + ledger.urgent[matters]) * (1.0 - commons.quality[asset])
    score = score / COST_PER_HEAD[k]
    for q in np.argsort(-score, kind="stable"):
        c = int(assets.community[asset[q]]) if community is None else community
        purse = commons.treasury.street_purse(street) if street is not None else c
        done, money_short = _contract(commons, matters[q], c, purse)
        if money_short:
            commons.saving[purse] = int(ledger.cost[matters[q]])
            break
        if done:
            level = Level.COMMUNITY if street is None else Level.STREET
            _decided(commons, matters[q], GOVERNMENT, float(wants[q]), level)
            heard = community is not None and commons.terms["hearing"][community] > 0.0
            if heard:
                board = commons.residents.board
                here = board.community == community
                board.heard[here, COMMUNITY_MEETING] = board.resolved[here, COMMUNITY_MEETING]


def _government_estimate(commons: Commons, matters: np.ndarray, asset: np.ndarray) -> np.ndarray:
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


def _contract(commons: Commons, m: int, community: int, purse: int) -> tuple[bool, bool]:
    """Put a matter out to tender and pay the public share; returns (done, money was short)."""
    ledger, terms, settings = commons.ledger, commons.terms, commons.scenario.government
    asset = int(ledger.asset[m])
    cost = int(ledger.cost[m])
    level = int(ledger.level_now[m])
    shares = terms["public_share"][:, level]
    share = float(shares[community]) if community >= 0 else float(commons.of_community(shares, np.array([asset]))[0])
    bid = _tender(commons, m)
    public = int(np.ceil(share * cost * bid.price))
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
    if bid.firm is not None:
        bid.firm.profit += share * cost * bid.gain
    return True, False


def _tender(commons: Commons, m: int) -> Bid:
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


def _give_up(commons: Commons) -> None:
    """Matters that nobody decided for too long are given up; they can be raised again."""
    ledger = commons.ledger
    waiting = ledger.open(RAISED)
    old = waiting[commons.month - ledger.raised_month[waiting] >= commons.scenario.services.maximum_age]
    ledger.close(old, EXPIRED, commons.month)
