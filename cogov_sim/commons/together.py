"""What the commons do for common life 共享: a community's class and event, and what is pooled and worn in each grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.kernels.together import ROOMS
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level
from cogov_sim.society.services import CULTURE, LEARNING, ORDER

USERS = 0.2  # of the residents who would use what is pooled in a month (start value)
WORN = 0.01  # of a pooled thing, by each user it has to serve (start value)
TAKEN_BACK = 0.02  # chance that its owner needs it again (start value)
POOL_GAIN = 0.01  # of the quality that is missing, a month, where everybody is served (start value)


def live_together(commons: Commons) -> None:
    """Residents come to classes and events; what they pool serves whom it can reach, and wears with use."""
    commons.residents.come_together(commons.month, occasions(commons))
    grid_of, board = commons.unit_of_building[Level.GRID], commons.residents.board
    board.wear[:] = _worn(commons)[grid_of]
    commons.residents.pool(commons.month)
    commons.pool_served[:] = served(commons)
    if commons.pool_served.any():
        _improve(commons)


def occasions(commons: Commons) -> NDArray[np.int64]:
    """Ids of the first community's class and event, below those of all meetings and of friends' gatherings."""
    units = commons.society.units
    kinds = (Level.COMMUNITY, Level.GRID, Level.BUILDING, Level.GRID)
    first = -2 - sum(units.count(level) for level in kinds)
    return np.array([first, first - ROOMS * commons.n_communities], np.int64)


def _pooled(commons: Commons) -> NDArray[np.float64]:
    """Things pooled in each grid."""
    units = commons.society.units
    grid_of, pooled = commons.unit_of_building[Level.GRID], commons.residents.board.pooled
    return np.asarray(np.bincount(grid_of, pooled, units.count(Level.GRID)), np.float64)


def _worn(commons: Commons) -> NDArray[np.float64]:
    """Chance that a pooled thing is taken back or worn out this month, by how many it has to serve."""
    users = USERS * commons.society.units.population(Level.GRID)
    return np.asarray(np.minimum(1.0, TAKEN_BACK + WORN * users / np.maximum(1.0, _pooled(commons))))


def served(commons: Commons) -> NDArray[np.float64]:
    """Share of the users in each grid whom the pool serves: half where there is a thing for each."""
    there, users = _pooled(commons), USERS * commons.society.units.population(Level.GRID)
    return np.asarray(there / (there + users))


def _improve(commons: Commons) -> None:
    """Pools make parking easier in their grid, learning and culture in their community."""
    assets, units = commons.society.assets, commons.society.units
    people, of_grid = units.population(Level.GRID), commons.community_of[Level.GRID]
    whole = np.bincount(of_grid, commons.pool_served * people) / units.population(Level.COMMUNITY)
    for k, share in ((ORDER, commons.pool_served), (CULTURE, whole), (LEARNING, whole)):
        rows = slice(assets.offset[k], assets.offset[k + 1])
        commons.quality[rows] += POOL_GAIN * share[assets.unit[rows]] * (1.0 - commons.quality[rows])
