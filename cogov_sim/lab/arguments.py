"""Clear words for values that an experiment cannot take."""

from __future__ import annotations

import numbers
from collections.abc import Iterable

from cogov_sim.language import UserError, shown
from cogov_sim.scenario.behaviour import BehaviourSettings

BEHAVIOURS = {"conditional": "conditional_cooperation", "payoff_learning": "payoff_learning"}
"""Names of the rules of behaviour, and their names in scenarios."""


def allowed(name: str, value: float, low: float, high: float) -> float:
    """``value`` if it lies within [low, high]; UserError if not."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise UserError(
            f"{name} = {shown(value)} is not allowed; allowed: {low:g} to {high:g}",
            f"{name} = {shown(value)} 不被允许；允许：{low:g} 至 {high:g}",
        )
    return value


def among(name: str, value: str, known: Iterable[str]) -> str:
    """``value`` if it is one of ``known``; UserError if not."""
    names = list(known)
    if value not in names:
        raise UserError(
            f"{name} = {shown(value)} is not allowed; allowed: {', '.join(names)}",
            f"{name} = {shown(value)} 不被允许；允许：{'、'.join(names)}",
        )
    return value


def behaviour_of(behaviour: str | BehaviourSettings) -> BehaviourSettings:
    """The constants of a named rule of behaviour, or those given; UserError for an unknown name."""
    if isinstance(behaviour, BehaviourSettings):
        return behaviour
    rule = BEHAVIOURS[among("behaviour", behaviour, BEHAVIOURS)]
    return BehaviourSettings(rule=rule)  # type: ignore[arg-type]
