"""Counter-based draws in whole numbers of Python, masked to 64 bits, and normal quantiles from the standard library."""

from __future__ import annotations

from statistics import NormalDist

from cogov_sim.draws import Purpose

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio, SplitMix64's step
STRIDE = 0xD1342543DE82EF95
STANDARD_NORMAL = NormalDist()
SMALLEST = 1e-300  # stands for 0, whose quantile would be infinite


def finalise(z: int) -> int:
    """SplitMix64's finaliser (Steele, Lea & Flood 2014)."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def key(seed: int, purpose: int, month: int) -> int:
    """The key of one purpose in one month: seed, purpose and month are finalised in one after the other."""
    z = finalise((seed + GOLDEN) & MASK)
    z = finalise(z ^ (purpose * STRIDE & MASK))
    return finalise((z + (month + 1) * GOLDEN) & MASK)


def uniform(key: int, entity: int, draw: int) -> float:
    """A number in [0, 1): the upper 53 bits of the finalised counter (key, entity, draw)."""
    return (finalise((key + entity * GOLDEN + draw * STRIDE) & MASK) >> 11) / 2.0**53


def normal(key: int, entity: int, draw: int) -> float:
    """A standard normal number: the quantile of a uniform one."""
    return STANDARD_NORMAL.inv_cdf(max(uniform(key, entity, draw), SMALLEST))


class Luck:
    """All luck of one month of one run."""

    def __init__(self, seed: int, month: int) -> None:
        self._keys = {purpose: key(seed, purpose, month) for purpose in Purpose}

    def uniform(self, purpose: Purpose, person: int, draw: int = 0) -> float:
        """A person's uniform number for one purpose."""
        return uniform(self._keys[purpose], person, draw)

    def normal(self, purpose: Purpose, person: int, draw: int = 0) -> float:
        """A person's standard normal number for one purpose."""
        return normal(self._keys[purpose], person, draw)
