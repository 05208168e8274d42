"""Two worlds at many points of a space of settings: a table of points in, their paired differences out.

A design is a table with one row a point and dotted keys as columns. What has run is kept and found again by the runner, so a
design that is drawn anew with the same seed goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from cogov_sim.experiments.comparison import Comparison
from cogov_sim.experiments.headlines import HEADLINES
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import Design, arm, arms, check_money, concerns
from cogov_sim.language import UserError
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.settings import TYPE_SHARES


@dataclass
class Results:
    """What came of a design.

    Attributes:
        runs: one row a point (``point``, its row in the table), world (``world``: 0, 1) and seed, with a column a measure:
            means over the last 12 months, missing where a run is.
        scaled: how many points had shares of types that summed to more than 1 and were scaled down.
        refused: points that no society can have, with the sentence that says so; they have no rows in ``runs``.
    """

    runs: pd.DataFrame
    scaled: int = 0
    refused: dict[int, UserError] = field(default_factory=dict)

    def differences(self) -> pd.DataFrame:
        """The second world minus the first, by point and seed."""
        first, second = (
            self.runs[self.runs["world"] == world].drop(columns="world").set_index(["point", "seed"])
            for world in (0, 1)
        )
        return second - first


def lean(scenario: Any, seed: int, months: int) -> pd.DataFrame:
    """One run of the model, of which only the headline measures are kept: thousands of runs stay small. No history is kept: every
    point has one of its own, megabytes each, which two runs at most would share.

    Args:
        scenario, seed, months: as for ``execute.simulate``.
    """
    from cogov_sim.model import CoGovModel  # noqa: PLC0415 - compiled kernels only where something is run

    model = CoGovModel(scenario=scenario, rng=seed)
    try:
        return model.run(months=months).measures[["month", *HEADLINES]].copy()
    finally:
        model.close()


def run_points(points: pd.DataFrame, design: Design, pair: tuple[Scenario, Scenario]) -> Results:
    """Run two worlds at every point, with the same seeds, all in one pool of processes.

    Args:
        points: one row a point, columns are dotted keys.
        design: how much; what fails is added to its ``failures`` and is missing from the results.
        pair: the worlds; a setting of an institution reaches only one that has it.

    Raises:
        UserError: as ``run``; as the first point, where every point is refused.
    """
    points, scaled = within_one(points)
    worlds: dict[str, Scenario] = {}
    place: dict[str, tuple[int, int]] = {}
    refused: dict[int, UserError] = {}
    for number, row in enumerate(points.to_dict("records")):
        changes = [f"{key}={value!r}" for key, value in row.items()]
        try:
            both = arms({str(number): changes}, design, pair)
            for name, world in both.items():
                check_money(world, name, design.months)
        except UserError as error:
            refused[number] = error
            continue
        worlds |= both
        place |= {arm(str(number), side): (number, side) for side in (0, 1)}
    if not worlds:
        raise refused[0]
    return Results(_tidy(run(worlds, design), place), scaled, refused)


def distinct(points: pd.DataFrame, pair: tuple[Scenario, Scenario]) -> int:
    """How many worlds these points are: where only a setting of an institution is changed, a world without it is the same."""
    keys = [[key for key in points if concerns(world, f"{key}=0")] for world in pair]
    return sum(len(points[own].drop_duplicates()) if own else 1 for own in keys)


def within_one(points: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Points whose shares of types sum to more than 1 with these scaled down to sum to 1, and how many there were."""
    shares = [key for name in TYPE_SHARES if (key := f"society.{name}") in points]
    total = points[shares].sum(axis=1)
    over = total > 1.0
    if over.any():
        points = points.copy()
        points[shares] = points[shares].div(total.where(over, 1.0), axis=0)
    return points, int(over.sum())


def _tidy(comparison: Comparison, place: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Means over the last 12 months, one row a point, world and seed."""
    late = comparison.late([name for name in HEADLINES if name in comparison.measures]).reset_index()
    where = [place[name] for name in late.pop("scenario")]
    late.insert(0, "point", [point for point, _ in where])
    late.insert(1, "world", [world for _, world in where])
    return late
