"""Four worlds that differ in two things: what each does by itself, and what they do together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cogov_sim.experiments.estimates import estimate, of_world
from cogov_sim.language import Text

if TYPE_CHECKING:
    from cogov_sim.experiments.comparison import Comparison, World

#: The effects of a two-by-two: each step where the other is not, on average over both levels of the other, and together.
FIRST_ALONE, SECOND_ALONE, INTERACTION, TOGETHER = "first alone", "second alone", "interaction", "together"
FIRST, SECOND = "first", "second"
EFFECTS = (FIRST, SECOND, INTERACTION, FIRST_ALONE, SECOND_ALONE, TOGETHER)


Step = tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]
NO_STEP: Step = (frozenset(), frozenset())


def square(worlds: Sequence[World]) -> tuple[World, World, World, World] | None:
    """Four worlds as a two-by-two: neither, only the first, only the second, both; None if they are none.

    Two steps of institutions, each the same at either level of the other, lead from the baseline (the first world) to the
    last. A step may add institutions and take others away; all other settings are the same in the four. The first step is
    that to the world which was named first.
    """
    if len(worlds) != 4 or len({world.common for world in worlds}) > 1 or not all(w.institutions for w in worlds):
        return None
    base, *others = worlds
    for place, both in enumerate(others):
        one, two = others[:place] + others[place + 1 :]
        steps = _step(base, one), _step(base, two)
        if steps == (_step(two, both), _step(one, both)) and NO_STEP not in steps:
            return base, one, two, both
    return None


def _step(one: World, other: World) -> Step:
    """Institutions, with their settings, that are added, and those that are taken away."""
    before, after = frozenset(one.institutions.items()), frozenset(other.institutions.items())
    return after - before, before - after


def effects(comparison: Comparison, window: int = 12) -> pd.DataFrame:
    """Main and simple effects of a two-by-two, and the interaction, seed by seed.

    The main effect of a step is the mean of what it does without the other and with it; alone it is what it does without. The
    interaction is what the first does more where the second is there, too. Both steps together do what each does alone and
    the interaction.

    Args:
        comparison: of four worlds.
        window: months at the end of the run over which each run is averaged first.

    Returns:
        Columns measure, effect (one of ``EFFECTS``), n (seeds with a value in all worlds), mean, low,
        high (95 % t-interval); empty if the worlds are no two-by-two.
    """
    found = square(comparison.worlds)
    columns = ["measure", "effect", "n", "mean", "low", "high"]
    if found is None:
        return pd.DataFrame(columns=columns)
    values = comparison.by_seed(window)
    neither, one, two, both = (of_world(values, world.name) for world in found)
    contrasts = {
        FIRST: ((one - neither) + (both - two)) / 2.0,
        SECOND: ((two - neither) + (both - one)) / 2.0,
        INTERACTION: (both - two) - (one - neither),
        FIRST_ALONE: one - neither,
        SECOND_ALONE: two - neither,
        TOGETHER: both - neither,
    }
    pieces = [
        estimate(pd.DataFrame(contrast)).rename_axis("measure").reset_index().assign(effect=name)
        for name, contrast in contrasts.items()
    ]
    table = pd.concat(pieces, ignore_index=True)
    order = {name: rank for rank, name in enumerate(values.columns)}
    return table.iloc[np.argsort(table["measure"].map(order).to_numpy(), kind="stable")][columns].reset_index(drop=True)


def texts(worlds: Sequence[World]) -> dict[str, Text]:
    """Main effects and interaction in words; empty where the worlds are no two-by-two."""
    found = square(worlds)
    if found is None:
        return {}
    neither, one, two, _ = (world.title for world in found)
    average = Text("on average with and without the other step", "对另一步有无取平均")
    return {
        FIRST: Text(f"{one.en} instead of {neither.en}, {average.en}", f"{one.zh}而非{neither.zh}（{average.zh}）"),
        SECOND: Text(f"{two.en} instead of {neither.en}, {average.en}", f"{two.zh}而非{neither.zh}（{average.zh}）"),
        INTERACTION: Text("interaction: more of one step where the other is there", "交互：另一步存在时此步另增"),
    }
