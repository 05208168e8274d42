"""The strategy method: residents fill the contribution table, and the published classifier names what they filled in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.agents.columns import Columns
from cogov_sim.agents.rules import own_schedule
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import F32, I8, Matrix
from cogov_sim.inputs import whole
from cogov_sim.lab.session import TYPE_NAMES, subjects
from cogov_sim.society.schedules import TOKENS, ScheduleType, draw_table_errors

ENTRIES = 21
"""A table asks what one gives if the others give 0, 1, ... 20 tokens on average."""
TABLE = [f"at_{tokens}" for tokens in range(ENTRIES)]
"""Columns of the table, by what the others give."""
SIGNIFICANCE = 0.01
"""Level at which Spearman's rank correlation counts (Fischbacher, Gaechter & Fehr 2001), two-sided."""


def strategy_method(n: int = 1000, rng: int = 0) -> pd.DataFrame:
    """Let ``n`` subjects fill the contribution table by the schedules that the kernels give by, in whole tokens of 20.

    The entries of others scatter about their lines, as people's do (``draw_table_errors``).

    Args:
        n: subjects, 1 to 1,000,000.
        rng: seed; the same subjects as in ``public_goods`` with that seed.

    Returns:
        One row a subject: ``at_0`` ... ``at_20`` (int64, tokens given if the others give 0 ... 20 on average), ``type``
        (drawn) and ``classified`` (by ``classify``), both categories of conditional, free_rider, hump, other.

    Raises:
        UserError: a value that is not allowed.
    """
    people = subjects(whole("n", n, 1, 10**6), whole("rng", rng, 0, 2**63))
    table = fill(people, draw_table_errors(people.schedule_type, ENTRIES, rng))
    names = pd.Index(list(TYPE_NAMES.values()))
    return pd.DataFrame(table, columns=TABLE).assign(
        type=pd.Categorical.from_codes(people.schedule_type, names),
        classified=pd.Categorical.from_codes(classify(table), names),
    )


def fill(people: Columns, errors: Matrix) -> NDArray[np.int64]:
    """The contribution tables that people fill at their present inclination, in tokens of 20.

    Args:
        people: columns of residents or subjects.
        errors: float64 (n, 21), what else they put in, in shares (``draw_table_errors``).
    """
    given = np.empty((len(people.belief), ENTRIES))
    _fill(
        people.schedule_type, people.schedule_intercept, people.schedule_slope, people.inclination, errors, given
    )  # fmt: skip
    return np.rint(TOKENS * given).astype(np.int64)


@kernel
def _fill(kind: I8, intercept: F32, slope: F32, inclination: F32, errors: Matrix, given: Matrix) -> None:
    """Write the share that each subject (row) gives at each of the evenly spaced beliefs 0 ... 1 (column)."""
    for i in range(given.shape[0]):
        for k in range(given.shape[1]):
            belief = k / (given.shape[1] - 1)
            planned = inclination[i] * own_schedule(kind[i], intercept[i], slope[i], belief)
            given[i, k] = min(1.0, max(0.0, planned + errors[i, k]))


def classify(tables: NDArray[Any]) -> NDArray[np.int8]:
    """The ``ScheduleType`` that the published classifier gives each table, int8 (n,).

    Fischbacher, Gaechter & Fehr 2001, Economics Letters 71:397, as used in Fischbacher & Gaechter 2010; the first that
    fits: a free rider never gives; a conditional cooperator's table never falls and rises at least once, or Spearman's
    correlation with what the others give is positive and significant at 1 %; a hump rises up to some entry, one of
    the highest, and falls after it, both significantly; all else is other.

    Args:
        tables: numbers (n, 21), tokens given if the others give 0 ... 20.
    """
    steps = np.diff(tables, axis=1)
    rises = (steps >= 0).all(axis=1) & (steps > 0).any(axis=1)
    found = np.full(len(tables), ScheduleType.OTHER, np.int8)
    found[_humps(tables)] = ScheduleType.HUMP
    found[rises | (trend(tables) > 0)] = ScheduleType.CONDITIONAL
    found[(tables == 0).all(axis=1)] = ScheduleType.FREE_RIDER
    return found


def trend(tables: NDArray[Any]) -> NDArray[np.int8]:
    """Sign of Spearman's correlation of each row with its position where it is significant at 1 %, else 0; int8 (n,).

    The test is Student's t with two degrees of freedom less than entries, as in ``scipy.stats.spearmanr``. Rows of
    less than three entries, and rows that are all the same, have no trend.
    """
    n, entries = tables.shape
    if entries < 3:
        return np.zeros(n, np.int8)
    from scipy.stats import rankdata, t  # noqa: PLC0415 - slow to import and needed here only

    ranks = rankdata(tables, axis=1) - (entries + 1) / 2
    place = np.arange(entries) - (entries - 1) / 2
    spread = np.sqrt((ranks**2).sum(axis=1) * (place**2).sum())
    rho = np.divide(ranks @ place, spread, out=np.zeros(n), where=spread > 0)
    needed = t.isf(SIGNIFICANCE / 2, entries - 2)
    significant = np.abs(rho) > needed / np.sqrt(entries - 2 + needed**2)
    return (np.sign(rho) * significant).astype(np.int8)


def _humps(tables: NDArray[Any]) -> NDArray[np.bool_]:
    """Which tables rise significantly up to one of their highest entries and fall significantly after it."""
    found = np.zeros(len(tables), np.bool_)
    top = tables.max(axis=1)
    for peak in range(2, tables.shape[1] - 2):
        who = np.flatnonzero((tables[:, peak] == top) & ~found)
        found[who] = (trend(tables[who, : peak + 1]) > 0) & (trend(tables[who, peak:]) < 0)
    return found
