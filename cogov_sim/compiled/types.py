"""What kernels take, as annotations that people, mypy and numba read alike.

A kernel's parameters are numbers, arrays by these names, tuples, or tables: ``NamedTuple`` classes whose fields are
annotated in the same way. From them follows the one signature that it is compiled for. Of a table a kernel gets
the fields that its code names and no others: numba takes a tuple apart at every step, and a hundred arrays that are
not used cost four fifths of the time to compile.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import numpy as np
from numba import from_dtype, types
from numpy.typing import NDArray

Key = np.uint64
"""Key of draws."""
I8 = NDArray[np.int8]
U8 = NDArray[np.uint8]
I16 = NDArray[np.int16]
U16 = NDArray[np.uint16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Axes:
    """How an array lies that is not one row of numbers: its number of axes, and ``"F"`` where the first is the closest."""

    ndim: int
    layout: str = "C"


Matrix = Annotated[F64, Axes(2)]
Cube = Annotated[I64, Axes(3)]
Notes = Annotated[F64, Axes(3)]

_NUMBERS = {int: types.int64, float: types.float64, bool: types.boolean}


def signature(function: Any, names: Collection[str]) -> tuple[types.Type, ...] | None:
    """The types of what a kernel takes, or None where one of its parameters may be anything.

    Args:
        function: the Python function.
        names: what it names; of a table, those fields.
    """
    hints = get_type_hints(function, include_extras=True)
    found = [_type(hint, names) for name, hint in hints.items() if name != "return"]
    complete = len(found) == function.__code__.co_argcount and None not in found
    return tuple(found) if complete else None


def tables(function: Any) -> list[type | None]:
    """For each parameter of a kernel the table that it is, or None."""
    hints = get_type_hints(function, include_extras=True)
    code = function.__code__
    found = [hints.get(name) for name in code.co_varnames[: code.co_argcount]]
    return [hint if hasattr(hint, "_fields") else None for hint in found]


def part(table: Any, names: Collection[str]) -> Any:
    """The tuple class of those fields of a table that are among ``names``; the same one whenever they are the same.

    It can be found in this module by its name: what numba keeps of a kernel refers to it.
    """
    from collections import namedtuple  # noqa: PLC0415
    from hashlib import sha256  # noqa: PLC0415

    fields = tuple(field for field in table._fields if field in names)
    name = f"{table.__name__}_{sha256(' '.join(fields).encode()).hexdigest()[:8]}"
    if name not in globals():
        made = namedtuple(name, fields)  # type: ignore[misc]  # as many as there are uses
        made.__module__ = __name__
        globals()[name] = made
    return globals()[name]


def _type(hint: Any, names: Collection[str]) -> types.Type | None:
    if hint in _NUMBERS:
        return _NUMBERS[hint]
    if isinstance(hint, type) and issubclass(hint, np.generic):
        return from_dtype(np.dtype(hint))
    if hasattr(hint, "_fields"):
        fields = get_type_hints(hint, include_extras=True)
        made = part(hint, names)
        return types.BaseTuple.from_types([_type(fields[field], names) for field in made._fields], made)
    if get_origin(hint) is tuple:
        return types.BaseTuple.from_types([_type(inner, names) for inner in get_args(hint)])
    axes = Axes(1)
    if get_origin(hint) is Annotated:
        hint, axes = get_args(hint)
    if get_origin(hint) is get_origin(F64):
        return types.Array(from_dtype(entries(hint)), axes.ndim, axes.layout if axes.ndim > 1 else "C")
    return None


def entries(array: Any) -> np.dtype[Any]:
    """The type of an array's entries, of an annotation ``NDArray[...]``.

    Up to numpy 2.4 that is ``ndarray[shape, dtype[entries]]``, from 2.5 on an alias with the entries as its argument.
    """
    named = get_args(array)[-1]
    return np.dtype(get_args(named)[0] if get_origin(named) is np.dtype else named)
