"""Stage 5, share 共享: benefits reach everyone, contributors or not; news and promises shape what people make of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.commons.matters import BUILDING, COMPLETED, EXPIRED, NONE, RAISED
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level

YEAR = 12
LARGEST_PROMISE = 0.5


def share(commons: Commons) -> None:
    """Residents perceive what there is and what was promised and reported; then states move on by one month."""
    board = commons.residents.board
    board.promised[:] = np.minimum(LARGEST_PROMISE, commons.terms["promise"] * pipeline(commons))
    board.report[:] = commons.terms["report"]
    board.news[:] = news(commons)
    board.visibility[:] = commons.terms["visibility"]
    commons.residents.share(commons.month)


def pipeline(commons: Commons) -> NDArray[np.float64]:
    """Gain in perceived performance that announced public work would bring, per community.

    Announced is what is under construction with public money, and of what officials have on their list as much as a
    year's money will pay for. Each matter counts with the quality it would add, the weight of its category, and the
    share of the community that lives with it.
    """
    ledger, assets = commons.ledger, commons.society.assets
    raised, building = ledger.open(RAISED), ledger.open(BUILDING)
    listed = raised[assets.community[ledger.asset[raised]] >= 0]
    community = assets.community[ledger.asset[listed]]
    listed = listed[commons.terms["government_agenda"][community, ledger.level_now[listed]] > 0.5]
    community = assets.community[ledger.asset[listed]]
    people = commons.society.units.population(Level.COMMUNITY)
    year = YEAR * commons.city.envelope(commons.month) * people / commons.city.residents
    cost = np.bincount(community, ledger.cost[listed], commons.n_communities)
    affordable = np.minimum(1.0, year / np.maximum(1.0, cost))
    return affordable * _gain(commons, listed) + _gain(commons, building[ledger.public_money[building] > 0])


def _gain(commons: Commons, matters: NDArray[np.int64]) -> NDArray[np.float64]:
    """Gain in perceived performance per community if matters were finished perfectly."""
    assets, units = commons.society.assets, commons.society.units
    asset = commons.ledger.asset[matters]
    gain = (1.0 - commons.quality[asset]) * commons.true_preferences[asset]
    community = assets.community[asset]
    local = community >= 0
    people = units.population(Level.COMMUNITY)
    weight = np.where(local, assets.population[asset] / people[np.maximum(0, community)], 0.0)
    result = np.bincount(community[local], (gain * weight)[local], commons.n_communities)
    by_street = np.bincount(assets.street[asset[~local]], gain[~local], commons.n_streets)
    return np.asarray(result + by_street[units.parent(Level.COMMUNITY)])


def news(commons: Commons) -> NDArray[np.float64]:
    """How good the government's reported results of the past year were, per community, in [-1, 1].

    Matters with public money count with their evaluation (0.5 is neutral), those that officials had on their list and
    never decided as bad; 0 where there was nothing of either.
    """
    ledger = commons.ledger
    closed = np.flatnonzero(ledger.column("closed_month") > commons.month - YEAR)
    of_government = ledger.public_money[closed] > 0
    dropped = (ledger.stage[closed] == EXPIRED) & (ledger.decided_by[closed] == NONE)
    place = np.maximum(0, commons.society.assets.community[ledger.asset[closed]])
    on_list = commons.terms["government_agenda"][place, ledger.level_now[closed]] > 0.5
    closed = closed[of_government & (ledger.stage[closed] == COMPLETED) | dropped & on_list]
    community = commons.society.assets.community[ledger.asset[closed]]
    closed, community = closed[community >= 0], community[community >= 0]
    rating = np.nan_to_num(ledger.rating[closed], nan=0.5)
    mark = np.where(ledger.stage[closed] == EXPIRED, -1.0, 2.0 * rating - 1.0)
    count = np.bincount(community, minlength=commons.n_communities)
    total = np.bincount(community, mark, commons.n_communities)
    return np.asarray(total / np.maximum(1, count))
