"""The whole state of a model as arrays and plain data, and back: one walk over everything that it holds.

The walk follows attributes, so nothing can be forgotten: a value of a kind it does not know is an error. What comes
back is the same to the bit, what was shared is shared again, and nothing that is read is ever run as code.
"""

from __future__ import annotations

from cogov_sim.state.giving import give
from cogov_sim.state.nodes import ARRAY_TYPES, State, leaves
from cogov_sim.state.taking import take

__all__ = ["ARRAY_TYPES", "State", "give", "leaves", "take"]
