"""A calibration from beginning to end: recovery of known constants, the search, intervals, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from cogov_sim.inputs import whole
from cogov_sim.lab.search import FULL, K2_PER_K1, QUICK, RANGES, Effort, Laboratory, constants_of, search
from cogov_sim.lab.uncertainty import bootstrap, recovery, standard_errors
from cogov_sim.language import Text

__all__ = ["FULL", "QUICK", "SEED", "Calibration", "calibrate"]

SEED = 2010
"""Seed of the shipped calibration; the checks use other people."""
SOURCE = "Fischbacher & Gaechter 2010, AER 100:541"


class Counter(Protocol):
    """What counts the steps of a stage for those who wait."""

    def advance(self) -> None:
        """One more is done."""


Stage = Callable[[int, Text], AbstractContextManager[Counter]]
"""Makes the counter of a stage from its number of steps and their name."""


class Silent:
    """A counter that says nothing."""

    def __init__(self, steps: int, name: Text) -> None:
        self.steps, self.name = steps, name

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def advance(self) -> None:
        """One more is done."""


@dataclass(frozen=True)
class Calibration:
    """What came of a calibration.

    Attributes:
        seed, effort: what it was made with.
        log: every evaluation of the search, see ``search.Laboratory``.
        refits: the parametric bootstrap, see ``uncertainty.bootstrap``.
        recovered: parameter recovery, see ``uncertainty.recovery``.
        errors: what the data can tell of each constant, see ``uncertainty.standard_errors``.
    """

    seed: int
    effort: Effort
    log: pd.DataFrame
    refits: pd.DataFrame
    recovered: pd.DataFrame
    errors: pd.DataFrame

    @property
    def best(self) -> pd.Series[Any]:
        """The row of the log with the smallest loss, the first of equals."""
        return self.log.iloc[int(np.argmin(self.log["loss"]))]

    @property
    def constants(self) -> dict[str, float]:
        """The fitted constants, k2 included."""
        return constants_of([self.best[name] for name in RANGES])

    def interval(self, name: str) -> tuple[float, float]:
        """95 % interval of a constant over refits to simulated experiments of the real one's size."""
        low, high = np.quantile(self.refits[name], [0.025, 0.975])
        return round(float(low), 3), round(float(high), 3)

    def to_toml(self) -> dict[str, Any]:
        """What ``calibrated.toml`` holds: constants with interval and start of their source text, and how they came to be."""
        texts = {
            "k0": "published OLS on censored data: -0.024",
            "k1": "published OLS on censored data: 0.67",
            "k2": f"k1 times the published ratio of OLS weights, {K2_PER_K1:.3f}",
            "sigma": "latent; residual of the OLS in three sessions: 0.26",
        }
        ends = {name: self.interval(name) for name in texts}
        constants = {
            name: {"value": self.constants[name], "low": ends[name][0], "high": ends[name][1], "source": text}
            for name, text in texts.items()
        }
        run = {"seed": self.seed, "groups": self.effort.groups, "evaluation": int(self.best["evaluation"]),
               "evaluations": len(self.log), "loss": float(self.best["loss"])}  # fmt: skip
        return {
            "source": f"fitted to T1-T4 by `cogov calibrate lab`; data: {SOURCE}",
            "run": run,
            "constants": constants,
        }


def calibrate(seed: int = SEED, effort: Effort = FULL, stage: Stage = Silent) -> Calibration:
    """Fit the laboratory constants to T1-T4.

    Args:
        seed: of everything that is drawn; the same seed gives the same constants.
        effort: ``FULL`` (a few minutes) or ``QUICK`` (seconds, to see how it works; too rough to ship).
        stage: counts for those who wait.

    Raises:
        UserError: a seed that is not allowed.
    """
    whole("seed", seed, 0, 2**62)
    with stage(effort.recoveries, Text("known constants to recover", "已知常数复原")) as counter:
        recovered = recovery(effort, seed, counter.advance)
    with stage(effort.generations, Text("generations of the search", "搜索代数")) as counter:
        laboratory = Laboratory(effort.groups, seed)
        free = search(laboratory, effort, seed, counter.advance)
    with stage(effort.refits, Text("simulated experiments to refit", "模拟实验重新拟合")) as counter:
        refits = bootstrap(free, effort, seed, counter.advance)
    errors = standard_errors(free, effort.groups, effort.refits, seed)
    return Calibration(seed, effort, pd.DataFrame(laboratory.log), refits, recovered, errors)
