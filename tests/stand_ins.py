"""Two worlds and a stand-in for the model, for tests of comparisons: fast, exact, and known to workers by name."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cogov_sim.experiments import Comparison, compare
from cogov_sim.measures.definitions import MEASURES
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.institution import settings_class


def world(name: str = "a", institutions: Sequence[str] = (), **settings: Any) -> Scenario:
    """A scenario of these institutions, with settings such as ``government__envelope=20``."""
    chosen = {key: settings_class(key)() for key in institutions}
    scenario = Scenario(name=name, title={"en": f"World {name}", "zh": f"世界{name}"}, institutions=chosen)
    return scenario.changed(*(f"{key.replace('__', '.')}={value}" for key, value in settings.items()))


A = world("a")
B = world("b", government__envelope=20)


def stand_in(scenario: Scenario, seed: int, months: int) -> pd.DataFrame:
    """Monthly measures that depend on seed and envelope in a way that tests can predict."""
    month = np.arange(1, months + 1)
    luck = np.random.default_rng(seed).normal(0, 0.1, len(MEASURES))
    frame: dict[str, Any] = {"month": month}
    for k, measure in enumerate(MEASURES):
        frame[measure.name] = (
            0.5 + luck[k] + 0.01 * (scenario.government.envelope - 14) * (1 + 0.1 * luck[0]) + 0 * month
        )
    frame["scolding_index"] = np.full(months, np.nan)
    return pd.DataFrame(frame)


def counted(folder: Path, scenario: Scenario, seed: int, months: int) -> pd.DataFrame:
    """As ``stand_in``; leaves a file for every time it is called."""
    (folder / f"{scenario.name}-{seed}-{time.time_ns()}").touch()
    return stand_in(scenario, seed, months)


def quick(scenarios: Sequence[Any] = (A, B), **options: Any) -> Comparison:
    """A comparison of two worlds over four seeds and 15 months, if nothing else is said."""
    return compare(list(scenarios), **{"seeds": 4, "months": 15, "progress": False, "simulate": stand_in} | options)
