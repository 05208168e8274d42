"""How residents cooperate by nature: schedules and first beliefs, from the laboratory moments.

Source of every figure: data/fischbacher_gachter_2010.json (tokens of 20 there, shares of the endowment here).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.scenario.settings import SocietySettings
from cogov_sim.society.datafiles import read_json

TOKENS = 20.0
"""The endowment in the laboratory game."""
SLOPE_RANGE = (0.05, 1.5)
"""Range of a conditional cooperator's slope: below it one would be a free rider (start value)."""
HUMP_SPREAD = 0.3
"""Standard deviation of the log height of a hump (start value; the data give the mean schedule only)."""

# Draw numbers of Purpose.SOCIETY, month 0, entity: resident.
_DRAW_TYPE, _DRAW_SLOPE, _DRAW_INTERCEPT, _DRAW_BELIEF = 0, 1, 2, 3
_DRAW_TABLE = 140  # and one each for further entries of the contribution table


class ScheduleType(IntEnum):
    """The shape of a resident's cooperation schedule."""

    CONDITIONAL = 0
    FREE_RIDER = 1
    HUMP = 2
    OTHER = 3


def _moments() -> dict[str, Any]:
    moments: dict[str, Any] = read_json("fischbacher_gachter_2010.json")["calibration_sessions"]
    return moments


def draw_schedule_types(settings: SocietySettings, n: int, seed: int) -> NDArray[np.int8]:
    """The ``ScheduleType`` of each of ``n`` residents, int8 (n,), by the shares of the settings."""
    shares = [settings.conditional_cooperator_share, settings.free_rider_share, settings.hump_share]
    chance = uniforms(seed, Purpose.SOCIETY, 0, n, _DRAW_TYPE)
    return np.searchsorted(np.cumsum(shares), chance, side="right").astype(np.int8)


def draw_schedules(types: NDArray[np.int8], seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Intercept and slope of each resident's schedule, in shares of the endowment, both float32 (n,).

    Conditional cooperators: slope normal, truncated to ``SLOPE_RANGE``; intercept normal. Free riders: zero.
    Humps: a triangle that peaks at a belief of one half at the height of the mean schedule, times log-normal
    noise. Others: both normal. What they mean: ``schedule_at``.
    """
    n = types.shape[0]
    fit = _moments()["linear_schedule_fit"]
    intercept, slope = np.zeros(n), np.zeros(n)
    u = uniforms(seed, Purpose.SOCIETY, 0, n, _DRAW_SLOPE)
    z = normals(seed, Purpose.SOCIETY, 0, n, _DRAW_INTERCEPT)

    who, row = types == ScheduleType.CONDITIONAL, fit["conditional_cooperator"]
    low, high = ndtr((np.array(SLOPE_RANGE) - row["slope_mean"]) / row["slope_sd"])
    slope[who] = row["slope_mean"] + row["slope_sd"] * ndtri(low + u[who] * (high - low))
    intercept[who] = (row["intercept_mean"] + row["intercept_sd"] * z[who]) / TOKENS

    who = types == ScheduleType.HUMP
    peak = max(_moments()["mean_schedule"]["hump_shaped"]) / TOKENS
    slope[who] = peak / 0.5 * np.exp(HUMP_SPREAD * z[who] - HUMP_SPREAD**2 / 2)

    who, row = types == ScheduleType.OTHER, fit["other"]
    slope[who] = row["slope_mean"] + row["slope_sd"] * ndtri(np.clip(u[who], 1e-9, 1.0))
    intercept[who] = (row["intercept_mean"] + row["intercept_sd"] * z[who]) / TOKENS
    return intercept.astype(np.float32), slope.astype(np.float32)


def schedule_at(
    types: NDArray[np.int8],
    intercept: NDArray[np.float32],
    slope: NDArray[np.float32],
    belief: NDArray[np.floating[Any]] | float,
) -> NDArray[np.float64]:
    """What residents would give, as a share of the endowment, if others gave ``belief``: a_i(b) in [0, 1].

    ``clip(intercept + slope * b, 0, 1)``, with ``min(b, 1 - b)`` for b in humps; zero for free riders.
    """
    b = np.broadcast_to(np.asarray(belief, dtype=np.float64), types.shape)
    b = np.where(types == ScheduleType.HUMP, np.minimum(b, 1.0 - b), b)
    given: NDArray[np.float64] = np.clip(intercept + slope * b, 0.0, 1.0)
    return np.where(types == ScheduleType.FREE_RIDER, 0.0, given)


def draw_beliefs(n: int, seed: int) -> NDArray[np.float32]:
    """What each resident believes others give, float32 (n,)."""
    return beliefs_at(uniforms(seed, Purpose.SOCIETY, 0, n, _DRAW_BELIEF)).astype(np.float32)


def beliefs_at(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """First beliefs about what others give, at the given ranks in [0, 1), interpolated between observed quantiles."""
    quantiles = _moments()["initial_belief"]["quantiles_5_25_50_75_95"]
    shares = np.array([0.0, *quantiles, TOKENS]) / TOKENS
    return np.asarray(np.interp(u, [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0], shares))


def erratic_sd() -> float:
    """How far each entry of an 'other' table strays from the line through it, standard deviation in shares.

    The mean table of the sample's others strays from its own line; that of one of n others strays sqrt(n) times as far.
    """
    moments = _moments()
    mean = np.array(moments["mean_schedule"]["other"]) / TOKENS
    entries = np.arange(len(mean))
    strays = mean - np.polyval(np.polyfit(entries, mean, 1), entries)
    others = round(moments["n"] * moments["type_share"]["other"])
    return float(np.sqrt(others * (strays**2).sum() / (len(mean) - 2)))


def draw_table_errors(types: NDArray[np.int8], entries: int, seed: int) -> NDArray[np.float64]:
    """What people put into a contribution table besides their schedule, in shares of the endowment, float64 (n, entries).

    Normal with ``erratic_sd`` for others, whose tables are jagged; zero for all other types, whose mean tables are smooth.
    """
    strays = [normals(seed, Purpose.SOCIETY, 0, types.shape[0], _DRAW_TABLE + k) for k in range(entries)]
    return np.where(types[:, None] == ScheduleType.OTHER, erratic_sd() * np.stack(strays, axis=1), 0.0)
