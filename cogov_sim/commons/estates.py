"""What the commons do in estates: owners pay the property fee, a company keeps the estate up for it; committees watch the company,
and may have owners vote it out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.property import CONTRACT, NOTICED, PropertyCompany
from cogov_sim.commons.bodies import asks
from cogov_sim.commons.state import DECAY, Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level
from cogov_sim.society.services import PROPERTY

QUARREL = 1.0  # disputes a month while owners quarrel with their company (start value)


def upkeep(commons: Commons) -> NDArray[np.float64]:
    """Owners pay, companies work: yuan of upkeep per asset this month."""
    board, assets = commons.residents.board, commons.society.assets
    result = np.zeros(assets.n)
    commons.quarrels[:] = 0.0
    grid_of = commons.unit_of_building[Level.GRID]
    _hire(commons)
    board.fee[:] = 0.0
    mine, asked = np.isin(grid_of, list(commons.owners)), commons.terms["property_fee"][board.community]
    board.fee[commons.sold_with_company[grid_of]] = commons.scenario.organisations.first_fee
    board.fee[mine] = asked[mine]
    commons.residents.pay_fees(commons.month)
    paid = np.bincount(grid_of, board.fees, commons.society.units.count(Level.GRID))
    quality, worked = _quality(commons), np.zeros(len(paid))
    for grid, company in commons.companies.items():
        c = int(commons.community_of[Level.GRID][grid])
        watched = float(commons.terms["company_oversight"][c]) if grid in commons.owners else 0.0
        worked[grid] = company.works(float(paid[grid]), watched)
        if company.quarrels(float(quality[grid])):
            commons.quarrels[c] += QUARREL
            company.quarrelled += 1
    own = _assets(commons)
    wear = assets.full_cost[own] * commons.quality[own] * DECAY[PROPERTY]
    of_grid = np.bincount(grid_of, wear, len(paid))[grid_of]
    result[own] = np.divide(worked[grid_of] * wear, of_grid, out=np.zeros_like(wear), where=of_grid > 0.0)
    return result


def _quality(commons: Commons) -> NDArray[np.float64]:
    """Mean quality of property upkeep in each grid, as residents live with it."""
    own, grid_of = _assets(commons), commons.unit_of_building[Level.GRID]
    people = commons.society.assets.population[own]
    return np.asarray(np.bincount(grid_of, commons.quality[own] * people) / np.bincount(grid_of, people))


def _assets(commons: Commons) -> slice:
    """The assets of property upkeep: one for each building."""
    offset = commons.society.assets.offset
    return slice(int(offset[PROPERTY]), int(offset[PROPERTY + 1]))


def _hire(commons: Commons) -> None:
    """Where the developer hired one, or an owners' committee lives, there is a company.

    A committee that quarrelled with it in a year of the contract puts it to the vote when the year ends; voted out, it is replaced.
    """
    wanted = set(np.flatnonzero(commons.sold_with_company).tolist()) | commons.owners.keys()
    for grid in [grid for grid in commons.companies if grid not in wanted]:
        commons.companies.pop(grid).remove()
    quality = _quality(commons)
    for grid in sorted(wanted):
        company, contracts = commons.companies.get(grid), 0
        if company is not None:
            ends = (commons.month - company.began) % CONTRACT == 0 and commons.month > company.began
            if not ends:
                continue
            quarrelled, company.quarrelled = company.quarrelled, 0
            if not (quarrelled and _voted_out(commons, grid, company)):
                continue
            contracts = company.contracts + 1
            company.remove()
        commons.companies[grid] = PropertyCompany(
            commons.city.model, commons.seed, grid, contracts, commons.month, float(quality[grid])
        )


def _voted_out(commons: Commons, grid: int, company: PropertyCompany) -> bool:
    """Whether more than half of all owners vote the company out (Property Law 2007, art. 76); only a committee can ask them.

    An owner votes who feels able to, or whom the committee reaches; against the company, if the own house is kept up worse than
    the estate was when the contract began.
    """
    committee = commons.owners.get(grid)
    if committee is None:
        return False
    columns, board = commons.residents.columns, commons.residents.board
    owners = committee.first + np.flatnonzero(columns.owner[committee.first : committee.last])
    reached = min(1.0, asks(commons, committee) / len(owners))
    comes = 1.0 - (1.0 - reached) * (1.0 - columns.efficacy[owners].astype(float))
    votes = uniforms(commons.seed, Purpose.PROPERTY, commons.month, owners, 1) < comes
    house = np.searchsorted(board.last, owners, side="right")
    worse = commons.quality[board.asset[house, PROPERTY]] < company.quality - NOTICED
    return bool(2 * np.count_nonzero(votes & worse) > len(owners))
