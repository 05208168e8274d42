"""What the commons do in stage 3, manage 共管: assets wear unless somebody keeps them up; order is kept or broken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.organisations import Association, MicroOrganisation
from cogov_sim.agents.secretaries import NOBODY
from cogov_sim.commons import estates, order
from cogov_sim.commons.bodies import living
from cogov_sim.commons.provide import upkeep_budgets
from cogov_sim.commons.state import DECAY, Commons
from cogov_sim.society import Level
from cogov_sim.society.services import ENVIRONMENT, KEEPABLE, ORDER

DAMAGE = 0.2  # quality lost where every resident breaks order once (start value)


def look_after(commons: Commons) -> None:
    """Residents keep things up and keep order; leaders lead; the government maintains; everything else wears."""
    residents, grid = commons.residents, _grid_of_buildings(commons)
    residents.board.disorder[:] = _violations_per_resident(commons)[grid]
    residents.look_at_pledges(commons.month)
    residents.keep(commons.month)
    lasting = commons.disputes - commons.heard
    order.settle_disputes(commons)
    duties, friends = _duties(commons), _friends(commons)
    residents.serve(duties, commons.month)
    residents.gather(friends, commons.month)
    commons.organised = np.array(sorted(duties.keys() | friends.keys() | _donors(commons)), np.int64)
    by_residents = _residents_upkeep(commons) + estates.upkeep(commons)
    _wear(commons, by_residents + _routine_upkeep(commons, by_residents))
    _violations_hurt(commons, lasting)


def _duties(commons: Commons) -> dict[int, float]:
    """Hours that leaders and officers, mediators, board members and party secretaries give this month, by resident."""
    settings = commons.scenario.organisations
    duties: dict[int, float] = {}
    for body in living(commons):
        if not body.has_duties:
            continue
        duties[body.leader] = duties.get(body.leader, 0.0) + settings.leader_hours
        for i in body.officers:
            duties[i] = duties.get(i, 0.0) + settings.officer_hours
    for mediators in commons.mediators:
        for i in mediators.members if mediators.hours > 0.0 else ():
            duties[i] = duties.get(i, 0.0) + mediators.hours
    for supervisors in commons.supervisory_boards:
        for i in supervisors.members:
            duties[i] = duties.get(i, 0.0) + settings.supervisor_hours
    for secretary in commons.secretaries:
        if secretary.holder != NOBODY:
            duties[secretary.holder] = duties.get(secretary.holder, 0.0) + settings.leader_hours
    return duties


def _friends(commons: Commons) -> dict[int, int]:
    """Members of micro-organisations and the id of their monthly occasion, below those of all meetings."""
    units = commons.society.units
    last_id = -2 - sum(units.count(level) for level in (Level.COMMUNITY, Level.GRID, Level.BUILDING))
    return {
        i: last_id - grid
        for grid, body in commons.bodies[MicroOrganisation].items()
        for i in (body.leader, *body.officers)
    }


def _donors(commons: Commons) -> set[int]:
    """Members of associations."""
    return {i for body in commons.bodies[Association].values() for i in (body.leader, *body.officers)}


def _grid_of_buildings(commons: Commons) -> NDArray[np.int32]:
    return commons.unit_of_building[Level.GRID]


def _violations_per_resident(commons: Commons) -> NDArray[np.float64]:
    """Violations per resident of each grid: last month's until residents have decided, then this month's."""
    per_grid = np.bincount(_grid_of_buildings(commons), commons.residents.board.violations)
    return np.asarray(per_grid / commons.society.units.population(Level.GRID))


def _routine_upkeep(commons: Commons, by_residents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Yuan of routine upkeep per asset: a fixed share of the envelope for what wears and residents do not keep up."""
    services, assets = commons.scenario.services, commons.society.assets
    lost = assets.full_cost * DECAY[assets.category] * commons.quality * services.cost_factor * services.decay_factor
    wear = np.maximum(0.0, lost - by_residents)
    result = np.zeros(assets.n)
    for purse, mine, most in purses(commons):
        budget = min(most, int(np.ceil(wear[mine].sum())), commons.treasury.free(purse))
        if budget > 0:
            commons.treasury.pay(purse, budget, "maintenance")
            result[mine] = budget * wear[mine] / wear[mine].sum()
    return result


def purses(commons: Commons) -> list[tuple[int, NDArray[np.bool_], int]]:
    """Every purse with the assets it looks after, and the yuan a month that it may spend on their routine upkeep."""
    assets, most = commons.society.assets, upkeep_budgets(commons).tolist()
    mine = [assets.community == c for c in range(commons.n_communities)]
    mine += [(assets.community < 0) & (assets.street == s) for s in range(commons.n_streets)]
    return list(zip(range(len(mine)), mine, most, strict=True))


def _residents_upkeep(commons: Commons) -> NDArray[np.float64]:
    """Yuan's worth of residents' upkeep per asset."""
    board, assets = commons.residents.board, commons.society.assets
    result = np.zeros(assets.n)
    for k in KEEPABLE:
        minutes = np.bincount(board.asset[:, k], board.keep_minutes[:, k] + board.report_minutes[:, k], assets.n)
        result += minutes / 60.0 * commons.scenario.services.hour_value
    return result


def _wear(commons: Commons, upkeep: NDArray[np.float64]) -> None:
    """Quality decays; upkeep makes good what is lost, but builds nothing new."""
    assets, services = commons.society.assets, commons.scenario.services
    quality = commons.quality
    lost = DECAY[assets.category] * services.decay_factor * quality
    held = np.minimum(lost, upkeep / (assets.full_cost * services.cost_factor))
    quality -= lost - held


def _violations_hurt(commons: Commons, lasting: NDArray[np.float64]) -> None:
    """Violations lower order and environment of their grid; what a dispute is about goes on lowering order.

    The lane stays occupied until the dispute over it is settled, so that an open dispute counts as one violation a month.

    Args:
        commons: the commons.
        lasting: per community, disputes open since before this month.
    """
    assets, units = commons.society.assets, commons.society.units
    rate = _violations_per_resident(commons)
    for k in (ENVIRONMENT, ORDER):
        rows = slice(assets.offset[k], assets.offset[k + 1])
        disputed = (lasting / units.population(Level.COMMUNITY))[assets.community[rows]] if k == ORDER else 0.0
        commons.quality[rows] = np.maximum(0.0, commons.quality[rows] - DAMAGE * (rate + disputed))
