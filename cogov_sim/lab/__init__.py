"""The laboratory: classical experiments on the very kernels that residents run in the field."""

from __future__ import annotations

from cogov_sim.lab.fundraising import fundraising
from cogov_sim.lab.provision import provision
from cogov_sim.lab.public_goods import public_goods, repeated
from cogov_sim.lab.strategy import strategy_method
from cogov_sim.lab.vote import vote

__all__ = ["fundraising", "provision", "public_goods", "repeated", "strategy_method", "vote"]
