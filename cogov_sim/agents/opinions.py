"""How opinions move when people talk: Friedkin-Johnsen, and bounded confidence as an option. Pure functions.

An opinion is a row of numbers: how a person would share one unit of weight among the categories. Everybody hears the
same room, in which each voice counts as loudly as it speaks; W below has the rows w_ij = loudness_j / sum of loudness.

- Friedkin & Johnsen 1990, J. Math. Sociol. 15:193: x(t+1) = S W x(t) + (I - S) x(0), S the people's susceptibilities.
  Those who hold on to what they came with pull the others.
- Bounded confidence (Hegselmann & Krause 2002, JASSS 5(3):2): only those are heard whose opinion is near enough. With
  full susceptibility and equal loudness this is their model; opinions may end in clusters that do not hear each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import F64, Matrix


@kernel
def distance(one: F64, other: F64) -> float:
    """Share of the weight that two opinions place differently: 0 if they are the same, 1 if they share nothing.

    Args:
        one, other: float64 (categories,), non-negative and summing to 1.
    """
    total = 0.0
    for k in range(one.shape[0]):
        total += abs(one[k] - other[k])
    return 0.5 * total


@kernel
def _hear(opinions: Matrix, loudness: F64, confidence: float, heard: Matrix) -> None:
    """Write to ``heard`` the mean opinion that each person hears, the own voice included."""
    n, categories = opinions.shape
    for i in range(n):
        if confidence >= 1.0 and i > 0:  # all hear all: everybody hears what the first one hears
            heard[i] = heard[0]
            continue
        heard[i] = 0.0
        total = 0.0
        for j in range(n):
            if confidence >= 1.0 or distance(opinions[i], opinions[j]) <= confidence:
                total += loudness[j]
                for k in range(categories):
                    heard[i, k] += loudness[j] * opinions[j, k]
        for k in range(categories):
            heard[i, k] /= total


@kernel
def exchange(first: Matrix, loudness: F64, susceptibility: F64, rounds: float, confidence: float) -> Matrix:
    """Opinions after some rounds of talk among all those present.

    Args:
        first: float64 (people, categories), the opinions that people come with.
        loudness: float64 (people,), above 0, how much each one speaks.
        susceptibility: float64 (people,), in [0, 1]: 1 follows what is heard, 0 never moves.
        rounds: how many; a last part of a round moves opinions by that part.
        confidence: ``distance`` beyond which nobody listens; 1: everybody listens to everybody (Friedkin-Johnsen).

    Returns:
        float64 (people, categories); ``first`` is left as it is.
    """
    opinions, heard, left = first.copy(), np.empty_like(first), rounds
    while left > 0.0:
        step = min(1.0, left)
        left -= step
        _hear(opinions, loudness, confidence, heard)
        for i in range(opinions.shape[0]):
            s = susceptibility[i]
            for k in range(opinions.shape[1]):
                opinions[i, k] += step * (s * heard[i, k] + (1.0 - s) * first[i, k] - opinions[i, k])
    return opinions


def resting_opinions(
    first: NDArray[np.float64], loudness: NDArray[np.float64], susceptibility: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where Friedkin-Johnsen talk comes to rest: x* = (I - S W)^-1 (I - S) x(0); arguments as for ``exchange``.

    Raises:
        numpy.linalg.LinAlgError: all susceptibilities are 1, so that nothing holds opinions where they began (they then
            agree on the mean weighted by loudness).
    """
    n = len(first)
    s = np.diag(susceptibility)
    weights = np.tile(loudness / loudness.sum(), (n, 1))
    return np.asarray(np.linalg.solve(np.eye(n) - s @ weights, (np.eye(n) - s) @ first))
