"""The residents' rules once more, as plain Mesa agents in plain Python: slow, and meant to be read.

This is the oracle of the compiled kernels in ``cogov_sim.agents.kernels`` and the yardstick of their speed. It is
written from the rules, not from the kernels: people are objects with ordinary attributes and small methods, a tie is
one object shared by two people, what somebody knows is a set. It draws the same luck from its own implementation of the
counter-based draws, and rounds to single precision exactly what the columns store in single precision.
"""

from reference.compare import differences, snapshot
from reference.model import ReferenceModel, ReferenceResidents
from reference.person import Person

__all__ = ["Person", "ReferenceModel", "ReferenceResidents", "differences", "snapshot"]
