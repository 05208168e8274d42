"""What differs between two models in the same month, in words."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cogov_sim import CoGovModel
from cogov_sim.agents.columns import Columns

#: What residents did and faced: the board's outputs.
OUTPUTS = (
    "voices", "founder", "supporters", "set_out", "came", "wishes", "opinions", "agree", "apart", "voted", "votes", "backing", "counted", "money", "minutes", "land_given", "new_givers", "faced",
    "reports", "report_minutes", "patrols", "together", "pooled", "civic", "keep_minutes", "violations", "fees", "rating", "raters", "givers", "probe", "stats",
)  # fmt: skip
STATE_TOLERANCE = 1e-5
"""Numbers kept in single precision: half a dozen units in the last place of a satisfaction of 100."""
LEDGER_TOLERANCE = 1e-9
"""The ledger is computed in double precision from whole yuan, minutes and votes, which are equal."""
MEASURES_TOLERANCE = 1e-6
"""Measures are means of numbers kept in single precision (relative rounding 6e-8), or slopes of such means."""


@dataclass(frozen=True)
class Snapshot:
    """Everything that is compared, as it was after one month."""

    columns: dict[str, Any]
    board: dict[str, Any]
    strength: Any
    ledger: pd.DataFrame
    measures: dict[str, float]
    bodies: Any


def snapshot(model: CoGovModel) -> Snapshot:
    """A copy of a model's present state."""
    residents, commons = model.residents, model.commons
    return Snapshot(
        columns={name: getattr(residents.columns, name).copy() for name in Columns._fields},
        board={name: getattr(residents.board, name).copy() for name in (*OUTPUTS, "quality", "heard", "resolved", "meeting")},
        strength=residents.network.strength.copy(),
        ledger=model.matters,
        measures=dict(model.latest),
        bodies=copy.deepcopy(
            [((type(body).__name__, key), body.leader, list(body.officers), body.members, body.budget, body.allowance)
             for bodies in commons.bodies.values() for key, body in bodies.items()]
        ),
    )  # fmt: skip


def differences(kernels: Snapshot, reference: Snapshot) -> list[str]:
    """One line for each thing that differs; empty if the two agree."""
    found = []
    for name, values in (*kernels.columns.items(), *kernels.board.items()):
        other = reference.columns[name] if name in reference.columns else reference.board[name]
        found += _in_arrays(name, values, other)
    found += _in_arrays("strength of ties", kernels.strength, reference.strength)
    if kernels.bodies != reference.bodies:
        found.append(f"bodies: {kernels.bodies} != {reference.bodies}")
    return found + _in_ledger(kernels.ledger, reference.ledger) + _in_measures(kernels.measures, reference.measures)


def _in_arrays(name: str, values: Any, other: Any) -> list[str]:
    if values.dtype.kind == "f":
        apart = ~np.isclose(values, other, rtol=1e-6, atol=STATE_TOLERANCE)
    else:
        apart = values != other
    if not apart.any():
        return []
    where = tuple(int(x[0]) for x in np.nonzero(apart))
    return [f"{name}: {int(apart.sum())} of {apart.size}, first at {where}: {values[where]} != {other[where]}"]


def _in_ledger(frame: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    try:
        pd.testing.assert_frame_equal(frame, other, check_exact=False, rtol=LEDGER_TOLERANCE, atol=0.0)
    except AssertionError as error:
        return [f"ledger: {error}"]
    return []


def _in_measures(row: dict[str, float], other: dict[str, float]) -> list[str]:
    return [
        f"measure {name}: {value} != {other[name]}"
        for name, value in row.items()
        if not np.isclose(value, other[name], rtol=MEASURES_TOLERANCE, atol=MEASURES_TOLERANCE, equal_nan=True)
    ]
