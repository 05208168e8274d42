"""What the commons do in stage 1, plan 共谋: shocks strike, residents speak, matters arise, people meet."""

from __future__ import annotations

from typing import Any, NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import COMMUNITY_MEETING
from cogov_sim.agents.organisations import BuildingGroup, DeliberativeCouncil, GridCouncil
from cogov_sim.commons import bodies, meetings, organise
from cogov_sim.commons.matters import Raiser, Stage
from cogov_sim.commons.provide import seen_to
from cogov_sim.commons.state import LABOUR_SHARE, LAND_SHARE, ROOM_SHARE, SKILL_SHARE, Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level, UnitKind
from cogov_sim.society.services import USED_BY_UNITS

BAD_FOR_BUSINESS = 0.7  # quality below which units put a service that they use on the list (start value)
CHAT_GROUP = 500  # most members of a chat group (WeChat's limit)


def strike(commons: Commons) -> None:
    """Shocks: an asset loses quality by chance, the same one in every world."""
    settings, n = commons.scenario.services, commons.society.assets.n
    hit = uniforms(commons.seed, Purpose.SHOCK, commons.month, n) < settings.shock_rate
    size = settings.shock_size * (0.5 + uniforms(commons.seed, Purpose.SHOCK, commons.month, n, 1))
    commons.shocked = hit
    commons.quality[hit] = np.maximum(0.0, commons.quality[hit] - size[hit])


def listen(commons: Commons, model: mesa.Model) -> None:
    """Residents speak up and found bodies."""
    organise.open_founding(commons)
    commons.residents.speak(commons.month)
    organise.found_bodies(commons, model)
    board, people = commons.residents.board, commons.society.units.population(Level.COMMUNITY)
    voices = np.bincount(board.community, board.voices.sum(axis=1), commons.n_communities)
    board.messages[:] = voices / people * np.minimum(CHAT_GROUP, people)


def notice(commons: Commons) -> None:
    """A worn asset becomes a matter when residents speak of it, staff report it, units that sit at a table put it on the list,
    or officials plan for it, where they see to such services. Duties that are done on paper find nothing.

    Officials with more than a month's income to spare also plan ahead, for the worst of what they look after where
    contractors' work is better than what is there.
    """
    ledger, assets, terms = commons.ledger, commons.society.assets, commons.terms
    settings, month = commons.scenario.services, commons.month
    voices = np.bincount(
        commons.residents.board.asset.ravel(), commons.residents.board.voices.ravel(), assets.n
    ).astype(np.int64)
    is_open, looked_after = ledger.open_matter >= 0, seen_to(commons)
    np.add.at(ledger.support, ledger.open_matter[is_open], voices[is_open])
    is_worn = ~is_open & (commons.quality < settings.need_threshold)
    listed = _listed_by_units(commons, ~is_open)
    worn = np.unique(
        np.concatenate([np.flatnonzero(is_worn), _planned_ahead(commons, ~is_open & looked_after), listed])
    )
    luck = uniforms(commons.seed, Purpose.NOTICE, month, worn)
    plan_luck = uniforms(commons.seed, Purpose.NOTICE, month, worn, 1)
    by_residents = is_worn[worn] & (voices[worn] > 0)
    by_units = np.isin(worn, listed)
    by_staff = is_worn[worn] & (luck < commons.of_community(terms["detection"] * (1.0 - commons.duties.faked), worn))
    by_plan = looked_after[worn] & (plan_luck < _planned(commons, worn))
    new = by_residents | by_staff | by_units | by_plan
    raised = worn[new]
    if len(raised) == 0:
        return
    raiser = np.select(
        [by_residents, by_staff, by_units], [Raiser.RESIDENTS, Raiser.STAFF, Raiser.UNITS], Raiser.GOVERNMENT_PLAN
    )
    needs = survey(commons, raised)
    cost = needs.cost
    natural = assets.level[raised]
    largest = terms["spending_limit"][:, Level.COMMUNITY] * commons.society.units.population(Level.COMMUNITY)
    limit = commons.scenario.government.street_limit * commons.of_community(largest, raised)
    exceeds = (natural > Level.STREET) & (cost > limit)
    delay = np.rint(commons.of_community(terms["routing_delay"], raised)).astype(np.int64)
    ledger.raise_matters(
        raised,
        **needs._asdict(),
        urgent=commons.shocked[raised],
        support=voices[raised],
        raised_by=raiser[new],
        raised_month=month,
        level_now=np.where(exceeds, Level.STREET, natural),
        moves=np.where(exceeds, natural - Level.STREET, 0),
        ready_month=month + np.where(exceeds | (natural == Level.STREET), delay, 0),
        beneficiaries=assets.population[raised],
        stage=Stage.RAISED,
    )


def _listed_by_units(commons: Commons, free: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where a public unit or a holder of property sits, they put the worst of what they use on the list, by the term's chance.

    Args:
        commons: the commons.
        free: bool per asset, without a matter.
    """
    units, table = commons.local_units, commons.society.assets
    sits = units.seated * (units.table.kind >= UnitKind.PUBLIC_UNIT)
    at_table = np.bincount(units.table.community, sits, commons.n_communities) > 0.0
    luck = uniforms(commons.seed, Purpose.NOTICE, commons.month, commons.n_communities, 2)
    speak_up = at_table & (luck < commons.terms["unit_agenda"])
    if not speak_up.any():
        return np.zeros(0, np.int64)
    bad = free & np.isin(table.category, USED_BY_UNITS) & (commons.quality < BAD_FOR_BUSINESS)
    mine = np.flatnonzero(bad & speak_up[table.community])  # all four lie in communities
    mine = mine[np.lexsort((commons.quality[mine], table.community[mine]))]
    _, first = np.unique(table.community[mine], return_index=True)
    return mine[first]


def _planned_ahead(commons: Commons, free: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The worst assets of each purse with more than a month's income to spare, until what they cost exceeds that.

    Args:
        commons: the commons.
        free: bool per asset, without a matter, and seen to by officials.
    """
    treasury, purse = commons.treasury, commons.purse_of_asset
    spare = treasury.spare
    mine = np.flatnonzero(free & (spare[purse] > 0) & (commons.quality < commons.scenario.government.workmanship))
    if len(mine) == 0:
        return mine
    mine = mine[np.lexsort((commons.quality[mine], purse[mine]))]
    cost, first = survey(commons, mine).cost, np.searchsorted(purse[mine], purse[mine])
    before = np.cumsum(cost) - cost  # of all purses' assets in front
    return np.sort(mine[before - before[first] < spare[purse[mine]]])


class Survey(NamedTuple):
    """What it would take to make assets whole.

    Attributes:
        cost: whole yuan, all of it bought.
        labour, land: of it, the hours that residents could work and the square metres that they could give up.
        skill, space: hours that the staff of units could work, and square metres that units could lend.
    """

    cost: NDArray[Any]
    labour: NDArray[Any]
    land: NDArray[Any]
    skill: NDArray[Any]
    space: NDArray[Any]


def survey(commons: Commons, assets: NDArray[np.int64]) -> Survey:
    """What it would take to make each asset whole now."""
    settings, table = commons.scenario.services, commons.society.assets
    missing = 1.0 - commons.quality[assets]
    cost = np.maximum(1, np.rint(settings.cost_factor * table.full_cost[assets] * missing)).astype(np.int64)
    k = table.category[assets]
    by_hand, by_staff = (cost * share[k] / settings.hour_value for share in (LABOUR_SHARE, SKILL_SHARE))
    ground, room = cost * LAND_SHARE[k] / settings.land_value, cost * ROOM_SHARE[k] / settings.space_value
    return Survey(cost, by_hand, ground, by_staff, room)


def _planned(commons: Commons, assets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Chance that officials put each asset on their plan."""
    level = commons.society.assets.level[assets]
    return commons.of_community(commons.terms["government_planning"], assets)[np.arange(len(assets)), level]


def meet(commons: Commons) -> None:
    """Communities, grids and buildings with something to decide meet; who comes is the residents' own choice."""
    board, ledger, terms, assets = commons.residents.board, commons.ledger, commons.terms, commons.society.assets
    waiting = ledger.open(Stage.RAISED)
    communities = assets.community[ledger.asset[waiting]]
    agenda = np.zeros(commons.n_communities, bool)
    agenda[communities[communities >= 0]] = True
    luck = uniforms(commons.seed, Purpose.ORGANISATION, commons.month, commons.n_communities)
    convened, reach = _convened(commons)
    meets = agenda & (luck < 1.0 - (1.0 - terms["meeting"]) * (1.0 - convened))
    board.meeting[:] = -1
    board.heard[:] = 0
    in_community = meets[board.community]
    board.meeting[in_community, COMMUNITY_MEETING] = -2 - board.community[in_community]
    board.invite[:, COMMUNITY_MEETING] = (1.0 - (1.0 - terms["invitation"]) * (1.0 - reach))[board.community]
    _meet_nearby(commons, waiting)
    meetings.open_doors(commons)
    commons.residents.attend(commons.month)
    commons.residents.discuss(commons.month)
    meetings.resolve(commons)
    commons.residents.converse(commons.month)


def _convened(commons: Commons) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per community with a deliberative council: the chance that it convenes all, and the share its people can invite."""
    chance, reach = np.zeros(commons.n_communities), np.zeros(commons.n_communities)
    for c, council in commons.bodies[DeliberativeCouncil].items():
        chance[c] = commons.terms["convening"][c]
        reach[c] = min(1.0, bodies.asks(commons, council) / council.residents)
    return chance, reach


def _meet_nearby(commons: Commons, waiting: NDArray[np.int64]) -> None:
    """A group or grid council with a waiting matter of its own unit always meets; leader and officers go round."""
    board, ledger, assets = commons.residents.board, commons.ledger, commons.society.assets
    first_id = -2 - commons.n_communities
    for kind in (BuildingGroup, GridCouncil):
        own = waiting[assets.level[ledger.asset[waiting]] == kind.level]
        for unit in np.unique(assets.unit[ledger.asset[own]]).tolist():
            body = commons.bodies[kind].get(unit)
            if body is None:
                continue
            homes = commons.homes(kind.level, unit)
            board.meeting[homes, kind.venue] = first_id - unit
            board.invite[homes, kind.venue] = min(1.0, bodies.asks(commons, body) / body.residents)
        first_id -= commons.society.units.count(kind.level)
