"""The laboratory: classical experiments on the very kernels that residents run in the field."""

from __future__ import annotations

from cogov_sim.lab.public_goods import public_goods

__all__ = ["public_goods"]
