"""The small formulas that several rules share."""

from __future__ import annotations

import math
import struct

_SINGLE = struct.Struct("f")


def single(x: float) -> float:
    """``x`` as single precision keeps it: what is stored in a column of 32 bits."""
    return float(_SINGLE.unpack(_SINGLE.pack(x))[0])


def unit(x: float) -> float:
    """``x`` held within [0, 1]."""
    return 0.0 if x < 0.0 else 1.0 if x > 1.0 else x


def nearest(x: float) -> int:
    """The nearest whole number, halves up."""
    return math.floor(x + 0.5)


def logistic(x: float) -> float:
    """The chance of a choice with logit ``x``."""
    return 1.0 / (1.0 + math.exp(-x))


def felt_need(weight: float, quality: float) -> float:
    """Need for a service: 5 x preference weight x missing quality, at most 1."""
    return min(1.0, 5.0 * weight * (1.0 - quality))


def after_experience(trust: float, good: bool, rate: float, bad_ratio: float) -> float:
    """Trust after an own experience: a step up towards 1, or ``bad_ratio`` times as large a step down towards 0."""
    if good:
        return trust + rate * (1.0 - trust)
    return trust * (1.0 - min(1.0, rate * bad_ratio))
