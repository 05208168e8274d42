"""Do types drift? After ten rounds in the laboratory, and after years in the field, in both worlds; tuned to nothing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from cogov_sim.checks import interval
from cogov_sim.experiments.worlds import ARMS
from cogov_sim.inputs import check_count, whole
from cogov_sim.lab.drift import over_rounds, told
from cogov_sim.lab.strategy import ENTRIES
from cogov_sim.language import Text
from cogov_sim.model import CoGovModel
from cogov_sim.society.schedules import draw_table_errors

LABORATORY = "laboratory"
QUANTITIES: dict[str, Text] = {
    "conditional": Text("conditional cooperators", "条件合作者"),
    "free_rider": Text("free riders", "搭便车者"),
    "hump": Text("humps", "驼峰型"),
    "other": Text("others", "其他"),
    "at_half": Text("given where others give half", "他人出一半时所出"),
    "inclination": Text("mean inclination (1 on day one)", "平均倾向（首日为 1）"),
    "halved": Text("inclination at half or less", "倾向降至一半及以下者"),
}
"""What is reported: shares by the published classifier, and what moves before a type does."""


def types_drift(
    rounds: int = 10, months: int = 60, residents: int = 5000, seeds: int = 4, rng: int = 0
) -> pd.DataFrame:
    """The strategy method before and after experience: in the laboratory, and in the field in both worlds.

    In the field every resident is asked on the eve of the reform and again at the end; those who moved in meanwhile have
    less experience. Nothing is asked of the model but what it does.

    Args:
        rounds: of the bare game, 800 subjects.
        months, residents: of the field.
        seeds: how often each.
        rng: the first seed.

    Returns:
        One row a place (``LABORATORY`` or the name of a world) and quantity: place, quantity, span (rounds or months),
        before, after (means over seeds), mean, low, high (after minus before, 95 % interval), seeds.

    Raises:
        UserError: a value that is not allowed.
    """
    whole("rounds", rounds, 1, 1000)
    for name, count in (("months", months), ("seeds", seeds)):
        check_count(name, count)
    whole("rng", rng, 0, 2**62)
    played = [over_rounds(rounds, rng=seed) for seed in range(rng, rng + seeds)]
    pieces = [_changes(LABORATORY, rounds, played)]
    for world in ARMS:
        lived = [_lived(world, months, residents, seed) for seed in range(rng, rng + seeds)]
        pieces.append(_changes(world, months, lived))
    return pd.concat(pieces, ignore_index=True)


def _lived(world: str, months: int, residents: int, seed: int) -> tuple[dict[str, float], dict[str, float]]:
    """What residents of a world say on the eve of the reform and after so many months."""
    model = CoGovModel(scenario=world, rng=seed, residents=residents)
    columns = model.residents.columns
    errors = draw_table_errors(columns.schedule_type, ENTRIES, seed)
    before = told(columns, errors)
    return before, told(model.run(months).residents.columns, errors)


def _changes(place: str, span: int, pairs: Iterable[tuple[dict[str, float], dict[str, float]]]) -> pd.DataFrame:
    """After minus before, by quantity, over seeds."""
    before, after = (pd.DataFrame(list(side))[[*QUANTITIES]] for side in zip(*pairs, strict=True))
    rows = []
    for name in QUANTITIES:
        mean, low, high = interval(np.asarray(after[name] - before[name]))
        rows.append(
            {"place": place, "quantity": name, "span": span, "before": before[name].mean(), "after": after[name].mean(),
             "mean": mean, "low": low, "high": high, "seeds": len(before)}
        )  # fmt: skip
    return pd.DataFrame(rows)
