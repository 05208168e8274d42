"""Which laboratory constants are free to fit T1-T4, the global search for them, and the record of every evaluation.

Three numbers are free: k0, k1 and sigma. What people gave on average and how many gave nothing tells no more
(``uncertainty.standard_errors``), so the rest stays where it was measured or, where nobody measured it, at its start
value:

- k2 keeps the published ratio to k1. Ordinary least squares on giving that is censored at nothing and at everything,
  which is what was published, shrinks all slopes by about the same factor, the share of uncensored choices (Greene
  1981, Econometrica 49:505), so their ratio can be taken over and their size cannot.
- d0, d1, d2 (beliefs are hardly censored), ``smallest_act``: as published.
- ``free_rider_response`` and ``schedule_drift``: start values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, differential_evolution, minimize

from cogov_sim.lab.public_goods import public_goods
from cogov_sim.lab.strategy import strategy_method
from cogov_sim.lab.targets import Moments, moments_of, parts, people, residuals, type_shares
from cogov_sim.scenario.behaviour import BehaviourSettings

RANGES: dict[str, tuple[float, float]] = {"k0": (-0.6, 0.1), "k1": (0.3, 2.5), "sigma": (0.02, 0.6)}
"""The free constants and where they are searched for."""
K2_PER_K1 = 0.242 / 0.666
"""Ratio of the published weights of schedule and belief (contribution_rule_ols in the packaged moments)."""
DIGITS = 4
"""Constants are tried in steps of 0.0001, so that log, shipped file and settings hold the very same numbers."""
SIMPLEX = (-0.08, 0.2, 0.08)
"""How far the corners of the first simplex of ``refine`` lie from its start; about two standard errors."""
TABLES = 4000
"""Contribution tables behind T4; none of the constants enters them, so they are filled once."""

Tick = Callable[[], None]


class Effort(NamedTuple):
    """How much work a calibration is worth.

    Attributes:
        groups: groups of four in every game of the search.
        members, generations: size and number of generations of differential evolution, the first included.
        refinement: evaluations at most of the local search that follows.
        recoveries: experiments with known constants that are fitted like people's.
        refits: simulated experiments that are fitted for the intervals, in games of ``refit_groups`` groups.
    """

    groups: int
    members: int
    generations: int
    refinement: int
    recoveries: int
    refits: int
    refit_groups: int


FULL = Effort(groups=2000, members=24, generations=25, refinement=80, recoveries=3, refits=120, refit_groups=250)
QUICK = Effort(groups=250, members=12, generations=10, refinement=40, recoveries=1, refits=10, refit_groups=100)


def bounds() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper ends of ``RANGES``."""
    low, high = np.array(list(RANGES.values())).T
    return low, high


def constants_of(free: Sequence[float] | NDArray[np.float64]) -> dict[str, float]:
    """The constants that the free ones (in the order of ``RANGES``) stand for, k2 included, rounded to ``DIGITS``."""
    found = {name: round(float(value), DIGITS) for name, value in zip(RANGES, free, strict=True)}
    return found | {"k2": round(K2_PER_K1 * found["k1"], DIGITS)}


def settings_of(constants: Mapping[str, float]) -> BehaviourSettings:
    """The shipped settings with some other constants."""
    return BehaviourSettings(**{**BehaviourSettings().model_dump(), **constants})


class Laboratory:
    """Plays the bare game under given constants and compares it with a target; keeps a record of all it played.

    The same seed throughout: all constants meet the same subjects with the same luck (common random numbers).

    Attributes:
        log: a row an evaluation: evaluation (number, from 1), the constants, loss, T1 ... T4 (see ``targets.parts``).
    """

    def __init__(self, groups: int, rng: int, target: Moments | None = None) -> None:
        self.groups, self.rng = groups, rng
        self.target = people() if target is None else target
        self.types = type_shares(strategy_method(TABLES, rng))
        self.log: list[dict[str, Any]] = []

    def play(self, constants: Mapping[str, float]) -> Moments:
        """Moments of the game under these constants."""
        game = public_goods(groups=self.groups, rng=self.rng, behaviour=settings_of(constants))
        return moments_of(game, self.types)

    def residuals(self, free: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        """What ``targets.residuals`` says of these constants; written down in the log."""
        constants = constants_of(free)
        off = residuals(self.play(constants), self.target)
        self.log.append({"evaluation": len(self.log) + 1, **constants, **parts(off)})
        return off

    def loss(self, free: Sequence[float] | NDArray[np.float64]) -> float:
        """Sum of the squared residuals."""
        return float((self.residuals(free) ** 2).sum())

    def best(self) -> NDArray[np.float64]:
        """The free constants of the first evaluation with the smallest loss."""
        row = min(self.log, key=lambda row: row["loss"])
        return np.array([row[name] for name in RANGES])


def search(laboratory: Laboratory, effort: Effort, seed: int, tick: Tick = lambda: None) -> NDArray[np.float64]:
    """The free constants with the smallest loss in all of ``RANGES``: differential evolution, then ``refine``.

    Deterministic given the seed of the laboratory and this one. Storn & Price 1997, J. Global Optimization 11:341, as
    in ``scipy.optimize.differential_evolution``.

    Args:
        laboratory: whose log takes down every evaluation.
        effort: members and generations.
        seed: of the search.
        tick: called once a generation.
    """
    generator = np.random.default_rng(seed)
    low, high = bounds()
    first = low + (high - low) * generator.random((effort.members, len(RANGES)))

    def generation_done(*_: Any, **__: Any) -> None:
        tick()

    differential_evolution(
        laboratory.loss, Bounds(low, high), init=first, maxiter=effort.generations - 1, tol=0.0, polish=False, seed=generator,
        callback=generation_done,
    )  # fmt: skip
    found = refine(laboratory, laboratory.best(), effort.refinement)
    tick()
    return found


def refine(laboratory: Laboratory, start: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """The free constants with the least loss near ``start``, after at most ``most`` evaluations.

    By the simplex of Nelder & Mead 1965, Computer J. 7:308, which needs no slopes (tokens are whole, so there are none)
    and follows the narrow valley in which a lower k0 makes up for a higher k1.
    """
    low, high = bounds()
    corners = np.clip(np.vstack([start, start + np.diag(SIMPLEX)]), low, high)
    options: Any = {"initial_simplex": corners, "maxfev": most, "xatol": 0.002, "fatol": 0.001}
    minimize(laboratory.loss, start, method="Nelder-Mead", bounds=Bounds(low, high), options=options)
    return laboratory.best()
