"""A society on day one: units, assets, residents, ties and enterprises, all from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cogov_sim.scenario.actors import EnterpriseSettings
from cogov_sim.scenario.settings import SocietySettings
from cogov_sim.society.communities import preset, type_column
from cogov_sim.society.enterprises import EnterpriseTable, build_enterprises
from cogov_sim.society.layout import lay_out
from cogov_sim.society.local_units import LocalUnitTable, build_local_units
from cogov_sim.society.population import Population, build_population
from cogov_sim.society.services import Assets, build_assets
from cogov_sim.society.ties import Ties, build_ties, thinned
from cogov_sim.society.units import Units


@dataclass(frozen=True)
class Society:
    """Everything that is there on day one.

    Attributes:
        seed: the seed it was drawn from; the same settings and seed give an identical society.
        units: the tree of units.
        assets: services of units.
        population: the residents.
        ties: who knows whom.
        enterprises: the firms.
        local_units: they, and the other units of the neighbourhood.
        turnover: float64 (communities,), share of residents replaced in a year.
    """

    seed: int
    units: Units
    assets: Assets
    population: Population
    ties: Ties
    enterprises: EnterpriseTable
    local_units: LocalUnitTable
    turnover: NDArray[np.float64]

    @classmethod
    def generate(cls, society_settings: SocietySettings, enterprise_settings: EnterpriseSettings, seed: int) -> Society:
        """Draw a society.

        Args:
            society_settings: preset, number of residents, shares of the schedule types, mean attitudes.
            enterprise_settings: number and profit of the firms, number of other units.
            seed: the run's seed.
        """
        ready = preset(society_settings.preset)
        residents = society_settings.residents
        units = lay_out(ready, ready.residents if residents is None else residents, seed)
        population = build_population(society_settings, units, seed)
        enterprises = build_enterprises(enterprise_settings, units, seed)
        return cls(
            seed=seed,
            units=units,
            assets=build_assets(units, seed),
            population=population,
            ties=thinned(build_ties(units, population, seed), society_settings.ties_kept, seed),
            enterprises=enterprises,
            local_units=build_local_units(enterprise_settings, enterprises, units, seed),
            turnover=type_column("turnover", units.kind) * society_settings.turnover_factor,
        )
