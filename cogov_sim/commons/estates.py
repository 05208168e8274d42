"""What the commons do in estates: owners' committees collect the property fee and watch the company that keeps the estate up for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.property import CONTRACT, PropertyCompany
from cogov_sim.commons.state import DECAY, Commons
from cogov_sim.society import Level
from cogov_sim.society.services import PROPERTY

QUARREL = 1.0  # disputes a month while owners quarrel with their company (start value)


def upkeep(commons: Commons) -> NDArray[np.float64]:
    """Owners pay, companies work: yuan of upkeep per asset this month."""
    board, assets = commons.residents.board, commons.society.assets
    result = np.zeros(assets.n)
    commons.quarrels[:] = 0.0
    board.fee[:] = 0.0
    grid_of = commons.unit_of_building[Level.GRID]
    mine = np.isin(grid_of, list(commons.owners))
    board.fee[mine] = commons.terms["property_fee"][board.community[mine]]
    commons.residents.pay_fees(commons.month)
    _hire(commons)
    paid = np.bincount(grid_of, board.fees, commons.society.units.count(Level.GRID))
    for grid, company in commons.companies.items():
        own, c = _assets(commons, grid), int(commons.community_of[Level.GRID][grid])
        yuan = company.works(float(paid[grid]), float(commons.terms["company_oversight"][c]))
        wear = assets.full_cost[own] * commons.quality[own] * DECAY[PROPERTY]
        if wear.sum() > 0.0:
            result[own] = yuan * wear / wear.sum()
        if company.quarrels(_quality(commons, grid)):
            commons.quarrels[c] += QUARREL
    return result


def _quality(commons: Commons, grid: int) -> float:
    """Mean quality of property upkeep in a grid, as residents live with it."""
    own = _assets(commons, grid)
    return float(np.average(commons.quality[own], weights=commons.society.assets.population[own]))


def _assets(commons: Commons, grid: int) -> slice:
    """The assets of property upkeep in a grid: one for each of its buildings."""
    homes, first = commons.homes(Level.GRID, grid), int(commons.society.assets.offset[PROPERTY])
    return slice(first + homes.start, first + homes.stop)


def _hire(commons: Commons) -> None:
    """Every committee has a company; one that it quarrels with when a year of the contract ends is replaced by another."""
    for grid in list(commons.companies):
        if grid not in commons.owners:
            commons.companies.pop(grid).remove()
    for grid, committee in commons.owners.items():
        company, quality = commons.companies.get(grid), _quality(commons, grid)
        contracts = 0
        if company is not None:
            ends = (commons.month - company.began) % CONTRACT == 0 and commons.month > company.began
            if not (ends and company.quarrels(quality)):
                continue
            contracts = company.contracts + 1
            company.remove()
        model, month = committee.model, commons.month
        commons.companies[grid] = PropertyCompany(model, commons.seed, grid, contracts, month, quality)
