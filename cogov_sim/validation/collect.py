"""Run everything that can be checked, stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from cogov_sim.checks import Check
from cogov_sim.compiled.first_use import prepare_all
from cogov_sim.experiments.boundary import FREE_RIDERS, TRUST, USUAL, axis, plane
from cogov_sim.experiments.failures import Failure
from cogov_sim.experiments.progress import Progress
from cogov_sim.experiments.worlds import ARMS, Design
from cogov_sim.lab import public_goods
from cogov_sim.language import Text
from cogov_sim.scenario import Scenario
from cogov_sim.validation.calibration import calibration_checks
from cogov_sim.validation.contested import contested_table
from cogov_sim.validation.field_checks import field_checks
from cogov_sim.validation.neighbourhoods import neighbourhood_checks
from cogov_sim.validation.regularities import laboratory_parts

PARTS = Text("parts", "部分")


@dataclass
class Validation:
    """All that the page shows.

    Attributes:
        checks: every row.
        game: the bare game over several seeds, as from ``lab.public_goods``.
        contested: as from ``validation.contested.scan``.
        plane: as from ``experiments.boundary.plane``.
        failures: runs that failed; rows are made of all others.
    """

    checks: list[Check] = field(default_factory=list)
    game: pd.DataFrame = field(default_factory=pd.DataFrame)
    contested: pd.DataFrame = field(default_factory=pd.DataFrame)
    plane: pd.DataFrame = field(default_factory=pd.DataFrame)
    failures: list[Failure] = field(default_factory=list)


def collect(*, short: bool, workers: int, progress: bool, say: Callable[[Text], None] = lambda _: None) -> Validation:
    """Run all checks.

    Args:
        short: few seeds, small societies, few cells: under 2 minutes on two cores; the full form takes up to 20.
        workers: processes for whole societies.
        progress: show how far each stage is, on standard error.
        say: told the name of each stage as it starts.
    """
    found = Validation()
    how = (short, workers, progress, found.failures)
    stages: list[tuple[Text, Callable[[], Any]]] = [
        (Text("calibration targets T1-T4", "校准目标 T1–T4"), lambda: _calibrated(found, short)),
        (Text("regularities of the laboratory", "实验室规律"), lambda: _laboratory(found, short, progress)),
        (Text("whole societies", "实地社会"), lambda: found.checks.extend(field_checks(*how))),
        (
            Text("Chinese neighbourhoods", "中国社区"),
            lambda: found.checks.extend(neighbourhood_checks(*how)),
        ),
        (
            Text("contested constants", "有争议的常数"),
            lambda: setattr(found, "contested", contested_table(*how)),
        ),
        (
            Text("where co-governance stops winning", "互动共治的边界"),
            lambda: setattr(found, "plane", default_plane(*how)),
        ),
    ]
    for number, (name, stage) in enumerate(stages, start=1):
        say(Text(f"{number}/{len(stages)} {name.en}", f"{number}/{len(stages)} {name.zh}"))
        stage()
    return found


def _calibrated(found: Validation, short: bool) -> None:
    seeds = 4 if short else 20
    found.checks += calibration_checks(seeds, groups=500 if short else 2000)
    games = [public_goods(groups=17, rng=seed).assign(seed=seed) for seed in range(seeds)]
    found.game = pd.concat(games, ignore_index=True)


def _laboratory(found: Validation, short: bool, progress: bool) -> None:
    parts = laboratory_parts(8 if short else 40)
    prepare_all()
    with Progress(len(parts), show=progress, what=PARTS) as bar:
        for part in parts:
            found.checks += part()
            bar.advance()


def default_plane(short: bool, workers: int, progress: bool, failures: list[Failure] | None = None) -> pd.DataFrame:
    """The plane of the validation page: share of free riders x mean trust on day one.

    Args:
        short: fewer cells and seeds and a smaller society, for the test suite.
        workers: processes.
        progress: show how far things are.
        failures: runs that fail are added to it, and left out.
    """
    worlds = [Scenario.load(name) for name in ARMS]
    spreads = ("0:0.9:3", "0.1:0.8:2") if short else (USUAL[FREE_RIDERS], USUAL[TRUST])
    x, y = (axis(key, spread, worlds) for key, spread in zip((FREE_RIDERS, TRUST), spreads, strict=True))
    return plane(x, y, Design.of_page(short, workers, progress, seeds=6, few=2, failures=failures))
