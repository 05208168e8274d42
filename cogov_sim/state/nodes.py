"""What a state is written in: nodes of a tree, and the few classes and places that they may name."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.scenario.fields import Section

#: Numbers that a state may be made of, as numpy writes their types.
ARRAY_TYPES = frozenset(np.dtype(code).str for code in "?bBhHiIlLqQefd")
#: Attributes of every Mesa model. Numbers among them are state, and so is its luck; the others are Mesa's wiring (bound
#: methods, sets of agents, events), which every new model has and the list of agents fills.
MESAS = frozenset(vars(mesa.Model(rng=0)))


class State(NamedTuple):
    """A model's state.

    A node of the tree is None, a bool, a number, a text, or a table of one entry: the kind of the value, and what it is
    made of. The node of an array holds its place in ``arrays``.
    """

    tree: Any
    arrays: list[NDArray[Any]]


def leaves(state: State) -> Iterator[tuple[str, Any]]:
    """Every array, number and text of a state with its place, such as ``model.commons.treasury.balance``."""
    yield from _leaves(state.tree, "model", state.arrays)


def _leaves(node: Any, path: str, arrays: list[NDArray[Any]]) -> Iterator[tuple[str, Any]]:
    kind, content = opened(node)
    if kind == "array":
        yield path, arrays[content]
        return
    inner = within(kind, content)
    kept = content if not inner else [content[0] if kind in ("object", "fields") else "", *inner]
    yield path, [kind, kept]
    for name, value in inner.items():
        yield from _leaves(value, f"{path}{name}", arrays)


def opened(node: Any) -> tuple[str, Any]:
    """Kind and content of a node; what stands for itself is ``plain``."""
    if not isinstance(node, dict):
        return "plain", node
    ((kind, content),) = node.items()
    return kind, content


def within(kind: str, content: Any) -> dict[str, Any]:
    """The nodes within a node, by how their place goes on."""
    if kind in ("object", "fields"):
        return {f".{name}": value for name, value in content[1].items()}
    if kind in ("model", "collector"):
        return {f".{name}": value for name, value in content.items()}
    if kind == "dict":
        return {f"[{key}]": value for key, value in content}
    if kind in ("list", "tuple"):
        return {f"[{i}]": value for i, value in enumerate(content)}
    return {}


def name_of(cls: type) -> str:
    """A class by its module and name."""
    return f"{cls.__module__}.{cls.__qualname__}"


def classes_of(model: Any) -> dict[str, type]:
    """The classes that a state may name: those of this package, and of packages that brought institutions."""
    brought = [type(settings).__module__ for phase in model.scenario.phases for settings in phase.institutions.values()]
    brought += [type(institution).__module__ for institution in model.institutions]
    packages = {module.partition(".")[0] for module in (__name__, *brought)}
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in packages]
    return {
        name_of(c): c
        for module in modules
        for c in list(vars(module).values())
        if isinstance(c, type) and c.__module__ == module.__name__
    }


def given_with(model: Any) -> dict[str, Any]:
    """What a new model of the same scenario has too, by its place: the scenario's tables, and the terms there are."""
    regime = dict(parts_of(model.scenario.old_regime, "old_regime"))
    changed = dict(parts_of(model.scenario.phases, "phases"))
    return dict(parts_of(model.scenario, "scenario")) | regime | changed | {"terms": model.commons.terms.rows}


def parts_of(whole: Any, path: str) -> Iterator[tuple[str, Any]]:
    """A scenario or society, its tables and its arrays, by their place."""
    inner: dict[Any, Any] = {}
    if isinstance(whole, Section):
        inner = {name: getattr(whole, name) for name in type(whole).model_fields}
    elif dataclasses.is_dataclass(whole):
        inner = vars(whole)
    elif isinstance(whole, dict):
        inner = whole
    elif isinstance(whole, tuple):
        inner = dict(enumerate(whole))
    if isinstance(whole, np.ndarray | Section) or dataclasses.is_dataclass(whole):
        yield path, whole
    for name, value in inner.items():
        yield from parts_of(value, f"{path}.{name}")


def holds_attributes(cls: type) -> bool:
    """Whether all that objects of a class hold are attributes."""
    other = issubclass(cls, Section | dict | list | tuple | set | frozenset | np.ndarray | BaseException | mesa.Model)
    return not other and not any(vars(c).get("__slots__") for c in cls.__mro__) and cls.__dictoffset__ != 0
