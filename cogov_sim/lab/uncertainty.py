"""How far T1-T4 pin the constants down: what can be fitted, whether known constants come back, and the intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.lab.public_goods import public_goods
from cogov_sim.lab.search import (
    RANGES,
    Effort,
    Laboratory,
    Tick,
    bounds,
    constants_of,
    refine,
    search,
    settings_of,
)
from cogov_sim.lab.targets import Moments, mean_path, people, residuals, zero_path
from cogov_sim.scenario.behaviour import BehaviourSettings

SAMPLE_GROUPS = 17
"""Groups in the calibration sessions: 68 subjects."""
STEPS = {
    "k0": 0.02, "k1": 0.1, "sigma": 0.03, "k2": 0.1, "free_rider_response": 0.08, "schedule_drift": 0.015,
    "d0": 0.005, "d1": 0.03, "d2": 0.03,
}  # fmt: skip
"""Constants that could be fitted, and by how much each is moved to see what it does."""
STRANGE = 10_000
"""Added to seeds, so that simulated people are not those whom the fit plays with."""


def simulated(constants: Mapping[str, float], groups: int, rng: int) -> tuple[Moments, NDArray[np.float64]]:
    """Moments of a simulated experiment, with the types of people, and its share of zeros by period."""
    game = public_goods(groups=groups, rng=STRANGE + rng, behaviour=settings_of(constants))
    path, zero = mean_path(game), zero_path(game)
    return Moments(path, float(path[-1] / max(path[0], 1e-9)), float(zero[-1]), people().types), zero


def bootstrap(free: NDArray[np.float64], effort: Effort, rng: int, tick: Tick = lambda: None) -> pd.DataFrame:
    """Parametric bootstrap: experiments as large as the real one are simulated and fitted like it.

    Returns:
        A row an experiment: the constants that it leads to and the loss there; ``path_1`` ... ``path_10`` (tokens)
        and ``zero_1`` ... ``zero_10`` (shares), what happened in it. The 2.5 and 97.5 % quantiles of the constants are
        their interval: how far they would vary if the experiment were done again with 68 other people, the other
        constants and the shares of types being what they are.
    """
    rows = []
    for number in range(effort.refits):
        target, zero = simulated(constants_of(free), SAMPLE_GROUPS, rng + number)
        laboratory = Laboratory(effort.refit_groups, rng + number, target)
        found = refine(laboratory, free, effort.refinement)
        happened = {f"path_{k}": value for k, value in enumerate(target.path, 1)}
        happened |= {f"zero_{k}": value for k, value in enumerate(zero, 1)}
        rows.append({**constants_of(found), "loss": min(row["loss"] for row in laboratory.log), **happened})
        tick()
    return pd.DataFrame(rows)


def recovery(effort: Effort, rng: int, tick: Tick = lambda: None) -> pd.DataFrame:
    """Parameter recovery: experiments with known constants, as large as the games of the fit, are fitted from scratch.

    The known constants are drawn evenly from the middle half of ``RANGES``, again if giving does not fall by half as
    people's did: where everybody gives everything, or nothing, there is nothing to be learnt. People and luck are others
    than in the fit.

    Returns:
        A row an experiment and free constant: experiment, constant, true, found, and the loss there.
    """
    low, high = bounds()
    generator = np.random.default_rng(rng)
    rows: list[dict[str, Any]] = []
    for number in range(1, effort.recoveries + 1):
        target = None
        while target is None or not (target.path[0] > 2.0 and target.last_to_first < 0.5):
            true = constants_of(low + (high - low) * generator.uniform(0.25, 0.75, len(low)))
            target, _ = simulated(true, effort.groups, rng + number)
        laboratory = Laboratory(effort.groups, rng + number, target)
        found = constants_of(search(laboratory, effort, rng + number))
        least = min(row["loss"] for row in laboratory.log)
        rows += [
            {"experiment": number, "constant": name, "true": true[name], "found": found[name], "loss": least}
            for name in RANGES
        ]
        tick()
    return pd.DataFrame(rows)


def standard_errors(free: NDArray[np.float64], groups: int, samples: int, rng: int) -> pd.DataFrame:
    """What the calibration sessions can tell of each constant: its standard error if it were fitted.

    Delta method: a linear picture of the residuals around ``free`` (central differences over ``STEPS``), and their
    covariance over simulated experiments of the real one's size. The free constants are taken together; each other
    one beside them.

    Returns:
        A row a constant: constant, value, standard_error, low and high (what settings allow).
    """
    base = {**BehaviourSettings().model_dump(), **constants_of(free)}
    values = {name: float(base[name]) for name in STEPS}
    laboratory = Laboratory(groups, rng)
    slopes = {name: _slope(laboratory, values, name) for name in STEPS}
    tried = [residuals(simulated(values, SAMPLE_GROUPS, rng + k)[0], people())[:-1] for k in range(samples)]
    spread = np.cov(np.array(tried).T)
    rows = []
    for name in STEPS:
        together = [*RANGES] if name in RANGES else [*RANGES, name]
        solve = np.linalg.pinv(np.stack([slopes[other] for other in together], axis=1))
        error = float(np.sqrt((solve @ spread @ solve.T)[together.index(name), together.index(name)]))
        allowed = BehaviourSettings.meaning(name)
        rows.append(
            {"constant": name, "value": values[name], "standard_error": error, "low": allowed.low, "high": allowed.high}
        )
    return pd.DataFrame(rows)


def _slope(laboratory: Laboratory, values: dict[str, float], name: str) -> NDArray[np.float64]:
    """Change of the residuals of T1-T3 per unit of a constant; k2 goes along with k1."""
    ends = []
    for sign in (1.0, -1.0):
        moved = {**values, name: values[name] + sign * STEPS[name]}
        if name == "k1":
            moved["k2"] = values["k2"] * moved["k1"] / values["k1"]
        ends.append(residuals(laboratory.play(moved), laboratory.target)[:-1])
    slope: NDArray[np.float64] = (ends[0] - ends[1]) / (2.0 * STEPS[name])
    return slope
