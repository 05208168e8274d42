"""Counter-based randomness: every draw is a pure function of (seed, purpose, month, entity, draw number).

No stream is consumed, so the same residents face the same luck in every world (common random numbers), threads
cannot change a result, adding an institution shifts nobody else's draws, and a resumed run equals an unbroken one.

The mixing function is the finaliser of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA): three times over seed, purpose and
month to make a key, and once over key, entity and draw number, as SplitMix64 itself does with its counter.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import F64, I64, Key

_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_STRIDE = np.uint64(0xD1342543DE82EF95)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53
_MASK = (1 << 64) - 1


class Purpose(IntEnum):
    """What a draw is for; each purpose has its own, independent numbers."""

    SOCIETY = 1
    TIES = 2
    ENTERPRISE = 3
    THIN = 4
    VOICE = 10
    FOUND = 11
    ATTEND = 12
    HEAR = 13
    GIVE = 15
    SEEN = 16
    ADOPT = 17
    DROP = 18
    VIOLATE = 19
    JUDGE = 20
    JUDGEMENT = 21
    ENJOY = 22
    ANSWER = 23
    MOVE = 24
    NEWCOMER = 25
    SHOCK = 40
    NOTICE = 41
    ROUTE = 42
    ESTIMATE = 43
    BID = 44
    WORKMANSHIP = 45
    JOIN = 47
    PROFIT = 49
    ORGANISATION = 50
    INSPECTION = 51
    BALLOT = 52
    BOARD = 53
    AUDIT = 54
    PURCHASE = 55
    PROVIDER = 56
    ARRIVE = 57
    SUSCEPTIBLE = 58
    FEE = 60
    PROPERTY = 61
    CYCLE = 62
    PROBE = 63
    CALL = 64
    ELECTION = 65
    UNIT = 66
    VENTURE = 67
    REGISTER = 68
    GATHERING = 70
    POOL = 72
    LEASE = 73
    INCIDENT = 74
    ROLLOUT = 76
    OFFICE = 77
    DUTY = 78


def _mix_int(z: int) -> int:
    z = ((z ^ (z >> 30)) * int(_M1)) & _MASK
    z = ((z ^ (z >> 27)) * int(_M2)) & _MASK
    return z ^ (z >> 31)


@lru_cache(maxsize=64)  # those of one month
def key(seed: int, purpose: int, month: int = 0) -> np.uint64:
    """The 64-bit key of all draws for one purpose in one month of one run.

    Args:
        seed: the run's seed, any int (taken modulo 2**64).
        purpose: a ``Purpose``.
        month: the month, 0 for day one.
    """
    z = _mix_int((seed + int(_GOLDEN)) & _MASK)
    z = _mix_int(z ^ ((purpose * int(_STRIDE)) & _MASK))
    return np.uint64(_mix_int((z + (month + 1) * int(_GOLDEN)) & _MASK))


@kernel(inline=True)
def uniform(key: Any, entity: Any, draw: Any) -> Any:
    """A uniform number in [0, 1) for one entity and draw number, from a ``key``; for use inside kernels."""
    z = key + np.uint64(entity) * _GOLDEN + np.uint64(draw) * _STRIDE
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    z = z ^ (z >> _S31)
    return np.float64(z >> _S11) * _TO_UNIT


@kernel
def normal_from_uniform(u: float) -> float:
    """The standard normal quantile of ``u`` (Acklam's rational approximation, relative error below 1.2e-9)."""
    u = max(u, 1e-300)
    if u < 0.02425 or u > 0.97575:
        q = np.sqrt(-2.0 * np.log(u if u < 0.5 else 1.0 - u))
        tail = (
            ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q
              - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783
        ) / (
            (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q
             + 3.754408661907416) * q + 1.0
        )  # fmt: skip
        return tail if u < 0.5 else -tail
    q = u - 0.5
    r = q * q
    return (
        (((((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r
           + 1.383577518672690e02) * r - 3.066479806614716e01) * r + 2.506628277459239) * q
    ) / (
        ((((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r
          + 6.680131188771972e01) * r - 1.328068155288572e01) * r + 1.0
    )  # fmt: skip


@kernel
def _fill(key: Key, entities: I64, draw: int, out: F64) -> None:
    """One uniform number for each entity."""
    for i in range(entities.shape[0]):
        out[i] = uniform(key, entities[i], draw)


def uniforms(seed: int, purpose: int, month: int, entities: NDArray[Any] | int, draw: int = 0) -> NDArray[np.float64]:
    """Uniform numbers in [0, 1), one for each entity.

    Args:
        seed, purpose, month: see ``key``.
        entities: int array of entity numbers, or a count n for entities 0..n-1.
        draw: the draw number, for purposes that need several numbers for one entity.

    Returns:
        float64 array with one number per entity.
    """
    ids = np.arange(entities) if isinstance(entities, int) else np.asarray(entities)
    out = np.empty(ids.shape[0])
    _fill(key(seed, purpose, month), ids.astype(np.int64), int(draw), out)  # an enum would be compiled for once more
    return out


@kernel
def _fill_draws(key: Key, entity: int, out: F64) -> None:
    """One entity draws a uniform number for each place."""
    for draw in range(out.shape[0]):
        out[draw] = uniform(key, entity, draw)


def draws_of(seed: int, purpose: int, month: int, entity: int, n: int) -> NDArray[np.float64]:
    """The uniform numbers of one entity for draw numbers 0..n-1; other arguments as for ``uniforms``."""
    out = np.empty(n)
    _fill_draws(key(seed, purpose, month), np.int64(entity), out)
    return out


@kernel
def _to_normal(values: F64) -> None:
    """Each uniform number becomes the normal number of its rank."""
    for i in range(values.shape[0]):
        values[i] = normal_from_uniform(values[i])


def normals(seed: int, purpose: int, month: int, entities: NDArray[Any] | int, draw: int = 0) -> NDArray[np.float64]:
    """Standard normal numbers, one for each entity; arguments as for ``uniforms``."""
    values = uniforms(seed, purpose, month, entities, draw)
    _to_normal(values)
    return values
