"""A tie between two people: one object that both hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from reference.formulas import single

if TYPE_CHECKING:
    from reference.person import Person

LEFT_AFTER_MOVE = 0.3  # of a tie, when one of the two was replaced by a stranger


class Tie:
    """Two people and how close they are, in (0, 1]."""

    def __init__(self, one: Person, other: Person, strength: float) -> None:
        self.ends = (one, other)
        self.usual = strength
        self.strength = strength

    def live_on(self, rules: SimpleNamespace) -> None:
        """A month passes: the tie returns to what living side by side makes usual, breaks when somebody moved, and
        grows when both took part in the same matter or meeting.
        """
        one, other = self.ends
        strength = self.strength + rules.tie_fading * (self.usual - self.strength)
        if one.moved or other.moved:
            strength *= LEFT_AFTER_MOVE
        if one.joint is not None and one.joint == other.joint:
            strength += rules.tie_growth * (1.0 - strength)
        self.strength = single(strength)
