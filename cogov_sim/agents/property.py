"""Property companies 物业公司: they keep an estate up for the fee that owners pay, less what they keep for themselves."""

from __future__ import annotations

import mesa
import numpy as np

from cogov_sim.agents.base import Body
from cogov_sim.draws import Purpose, uniforms

LARGEST_MARGIN = 0.4  # share of the fee that the greediest company keeps where nobody watches (start value)
NOTICED = 0.1  # quality lost since the contract began at which owners quarrel with their company (start value)
CONTRACT = 12  # months of a contract, after which owners may vote on a company that they quarrelled with (start value)


class PropertyCompany(Body):
    """The company that a developer, or later an owners' committee, hired for a grid.

    Attributes:
        grid: where.
        contracts: how many companies there were before it.
        margin: share of the fee that it keeps where nobody watches.
        began: month of the contract.
        quality: mean quality of upkeep when the contract began.
        quarrelled: months of this year of the contract in which owners quarrelled with it.
    """

    def __init__(self, model: mesa.Model, seed: int, grid: int, contracts: int, month: int, quality: float) -> None:
        super().__init__(model)
        self.grid = grid
        self.contracts = contracts
        self.margin = LARGEST_MARGIN * float(uniforms(seed, Purpose.PROPERTY, contracts, np.array([grid]))[0])
        self.began = month
        self.quality = quality
        self.quarrelled = 0

    def works(self, fees: float, oversight: float) -> float:
        """Yuan of upkeep for the fees of a month; the closer it is watched, the less it keeps for itself."""
        return fees * (1.0 - self.margin * (1.0 - oversight))

    def quarrels(self, quality: float) -> bool:
        """Whether owners see that upkeep is worse than when the contract began."""
        return quality < self.quality - NOTICED
