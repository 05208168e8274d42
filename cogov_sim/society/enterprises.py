"""The enterprises of the neighbourhood on day one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.scenario.actors import EnterpriseSettings
from cogov_sim.society.levels import Level
from cogov_sim.society.population import logit_location
from cogov_sim.society.units import Units

MEDIAN_SIZE, SIZE_SPREAD = 12.0, 1.1
"""Median employees and standard deviation of their log (start values; firm sizes are near log-normal)."""
PROFIT_SPREAD = 0.5
"""Standard deviation of log profit at a given size (start value)."""
MEAN_REPUTATION, MEAN_PROPENSITY, TRAIT_SPREAD = 0.5, 0.3, 0.8
"""Means of reputation and propensity to give, and their spread on the logit scale (start values)."""

# Draw numbers of Purpose.ENTERPRISE, month 0; entity: enterprise.
_DRAW_PLACE, _DRAW_SIZE, _DRAW_PROFIT, _DRAW_REPUTATION, _DRAW_PROPENSITY = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class EnterpriseTable:
    """Enterprises as columns.

    Attributes:
        community: int32, where they are.
        size: float64, employees.
        profit: float64, yuan a month in an ordinary month.
        reputation: float64 in [0, 1].
        propensity: float64 in [0, 1], inclination to give.
    """

    community: NDArray[np.int32]
    size: NDArray[np.float64]
    profit: NDArray[np.float64]
    reputation: NDArray[np.float64]
    propensity: NDArray[np.float64]

    @property
    def n(self) -> int:
        """The number of enterprises."""
        return self.community.shape[0]


def build_enterprises(settings: EnterpriseSettings, units: Units, seed: int) -> EnterpriseTable:
    """The enterprises of a society on day one.

    ``per_1000`` of them per 1,000 residents, spread over communities by population. Profit is log-normal with
    mean ``profit``; it goes with size (elasticity 1) and chance.

    Args:
        settings: number and mean profit.
        units: where they can be.
        seed: the run's seed.
    """
    n = round(settings.per_1000 * units.n_residents / 1000)
    where = uniforms(seed, Purpose.ENTERPRISE, 0, n, _DRAW_PLACE) * units.n_residents
    community = np.searchsorted(units.last(Level.COMMUNITY), where, side="right").astype(np.int32)
    z_size, z_profit, z_reputation, z_propensity = (
        normals(seed, Purpose.ENTERPRISE, 0, n, draw)
        for draw in (_DRAW_SIZE, _DRAW_PROFIT, _DRAW_REPUTATION, _DRAW_PROPENSITY)
    )
    log_profit = SIZE_SPREAD * z_size + PROFIT_SPREAD * z_profit - (SIZE_SPREAD**2 + PROFIT_SPREAD**2) / 2
    return EnterpriseTable(
        community=community,
        size=MEDIAN_SIZE * np.exp(SIZE_SPREAD * z_size),
        profit=settings.profit * np.exp(log_profit),
        reputation=expit(logit_location(MEAN_REPUTATION, TRAIT_SPREAD) + TRAIT_SPREAD * z_reputation),
        propensity=expit(logit_location(MEAN_PROPENSITY, TRAIT_SPREAD) + TRAIT_SPREAD * z_propensity),
    )
