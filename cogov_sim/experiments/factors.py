"""Which settings are varied, and how far: every start value of two worlds with its plausible range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from cogov_sim.experiments.boundary import numeric_settings
from cogov_sim.language import Text, UserError, cut
from cogov_sim.scenario import Scenario


@dataclass(frozen=True)
class Factor:
    """One setting that is varied.

    Attributes:
        key: dotted key.
        text: its name.
        unit: its unit.
        start: the value that the worlds have.
        low, high: its plausible range (``Meaning.plausible``).
        whole: whether only whole numbers are allowed.
    """

    key: str
    text: Text
    unit: str
    start: float
    low: float
    high: float
    whole: bool = False

    def at(self, share: Any) -> Any:
        """Values at shares of the range, 0 its low end and 1 its high one; each whole number has an equal part of it."""
        if self.whole:
            steps = self.high - self.low + 1.0
            return (self.low + np.minimum(np.floor(np.asarray(share) * steps), steps - 1.0)).astype(int)
        return np.round(self.low + np.asarray(share) * (self.high - self.low), 10)


def factors(worlds: Sequence[Scenario], over: Sequence[str] = ()) -> list[Factor]:
    """Every setting of these worlds with a plausible range, in the order of the schema.

    A setting in which the worlds themselves differ stays as it is: it is what they are compared for.

    Args:
        worlds: two worlds.
        over: only these sections, institutions or keys; all if empty.

    Raises:
        UserError: a name that is no section, institution or key of theirs, or none with a range.
    """
    known = numeric_settings(worlds)
    if not any(world.rollout.pilot_districts for world in worlds):  # what sets a roll-out does nothing
        known = {key: one for key, one in known.items() if not key.startswith("rollout.")}
    for name in over:
        if not any(_within(key, name) for key in known):
            raise _unknown(name, list(known))
    wanted = [key for key in known if not over or any(_within(key, name) for name in over)]
    found = [one for key in wanted if (one := _factor(key, known[key], worlds)) is not None]
    for name in over or [""]:
        if not any(_within(one.key, name) for one in found):
            raise UserError(
                f"--over {cut(name)}: nothing there is a start value with a range, other than 0 and alike in both worlds",
                f"--over {cut(name)}：其中没有两个世界取值相同、不为 0 且有范围的起始值",
            )
    return found


def _within(key: str, name: str) -> bool:
    """Whether a key is this one, or of this section or institution."""
    return not name or key == name or key.startswith(f"{name}.") or key.startswith(f"institutions.{name}.")


def _factor(key: str, setting: tuple[Any, str], worlds: Sequence[Scenario]) -> Factor | None:
    section, field = setting
    here, meaning = getattr(section, field), section.meaning(field)
    own = {getattr(part, field) for world in worlds if (part := _section(world, key)) is not None}
    span = meaning.plausible(here)
    if span is None or here is None or len(own) > 1:
        return None
    low, high = (float(f"{end:.6g}") for end in span)
    whole = "int" in str(type(section).model_fields[field].annotation)
    if whole:
        low, high = max(float(np.rint(low)), np.ceil(meaning.low or low)), float(np.rint(high))
    return Factor(key, meaning.text, meaning.unit, float(here), low, high, whole) if low < high else None


def _section(world: Scenario, key: str) -> Any:
    """The section of a key; None where the world lacks the institution."""
    parts = key.split(".")
    return world.institutions.get(parts[1]) if parts[0] == "institutions" else getattr(world, parts[0])


def _unknown(name: str, keys: Sequence[str]) -> UserError:
    sections = {key.split(".")[0] for key in keys} | {key.split(".")[1] for key in keys if key.count(".") > 1}
    near = get_close_matches(name, [*sorted(sections), *keys], 1, cutoff=0.7)
    listed = ", ".join(dict.fromkeys(key.split(".")[0] for key in keys))
    return UserError(
        f"--over {cut(name)}: no section, institution or numeric key of these worlds; "
        + (f"did you mean {near[0]}?" if near else f"sections: {listed}"),
        f"--over {cut(name)}：这些情景没有此类别、制度或数值键；"
        + (f"是否想写 {near[0]}？" if near else f"类别：{listed}"),
    )
