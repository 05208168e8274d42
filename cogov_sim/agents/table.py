"""Tables of columns: one row a column says all there is to know of it, and makes array, type and documents.

A table is a ``NamedTuple`` class. A field's annotation is the row: the array's type, then what is said of it::

    trust: Annotated[NDArray[np.float32], Row("n", "0-1", Text("trust in government", "政府信任"), KEPT)]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from cogov_sim.compiled.types import entries
from cogov_sim.language import Text

STATIC = "static"
"""What never changes after day one."""
KEPT = "kept"
"""What one month leaves behind and the next one starts from."""
POSTED = "posted"
"""What the commons write anew every month."""


@dataclass(frozen=True)
class Row:
    """One column of a table.

    Attributes:
        shape: its axes, each by a letter whose length is given when arrays are made, or by a number of entries.
        unit: its unit.
        text: what it is, in both languages.
        month: what a month starts from: ``STATIC``, ``KEPT``, ``POSTED``, or the act of residents (a method of
            ``Residents``) that begins by setting it back to ``start``.
        start: what it is at the start; None where whoever makes the table gives the array.
        layout: ``"F"`` where the first axis lies closest together in memory, so that kernels can go along it.
    """

    shape: str
    unit: str
    text: Text
    month: str = KEPT
    start: float | None = 0.0
    layout: str = "C"

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)


@cache
def rows(table: Any) -> dict[str, tuple[np.dtype[Any], Row]]:
    """Type and row of every column of a table, by name."""
    found = {}
    for name, hint in get_type_hints(table, include_extras=True).items():
        array, row = get_args(hint)
        found[name] = entries(array), row
    return found


def arrays(table: Any, sizes: dict[str, int], given: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """New arrays of a table, as they are at the start.

    Args:
        table: the table.
        sizes: length of each axis by its letter.
        given: arrays of the rows that have no start of their own.
    """
    made = dict(given)
    for name, (dtype, row) in rows(table).items():
        if row.start is not None:
            shape = [sizes[axis] if axis in sizes else int(axis) for axis in row.shape]
            made[name] = np.full(shape, row.start, dtype, order="F" if row.layout == "F" else "C")
    return made


@cache
def _begun(table: Any, act: str) -> tuple[tuple[str, float], ...]:
    return tuple((name, row.start or 0.0) for name, (_, row) in rows(table).items() if row.month == act)


def begin(act: str, *tables: Any) -> None:
    """Set back what an act of residents begins anew, in each of the tables."""
    for table in tables:
        kind: Any = type(table)
        for name, start in _begun(kind, act):
            getattr(table, name)[...] = start
