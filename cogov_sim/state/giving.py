"""From a state to a model."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.state.nodes import (
    ARRAY_TYPES,
    MESAS,
    State,
    classes_of,
    given_with,
    holds_attributes,
    opened,
    parts_of,
    within,
)
from cogov_sim.state.taking import take


def give(model: Any, state: State) -> None:
    """Put a state, taken without the society, into a new model of the same scenario and seed, which becomes its owner.

    The model's clock shows as many months as that of the model it was taken from; whatever else it holds is replaced.

    Raises:
        ValueError: the state is not one of such a model (or KeyError, TypeError, AttributeError, IndexError for nodes
            that make no sense). The model is of no use then.
    """
    _refuse_another(take(model), state)
    for agent in list(model.agents):
        agent.remove()
    _Builder(model, state.arrays).build(state.tree)


def _refuse_another(mine: State, theirs: State) -> None:
    """Refuse a state that a model like ``mine`` never gets into; ValueError."""
    _compare(mine, theirs, mine.tree, theirs.tree, "model")


def _compare(mine: State, theirs: State, one: Any, other: Any, path: str, exact: bool = False) -> None:
    """One node of ``mine`` and what ``theirs`` has in its place; ``exact``: compiled kernels take it as it is."""
    (kind, content), (other_kind, found) = opened(one), opened(other)
    may_change = one is None or "again" in (kind, other_kind) or {kind, other_kind} == {"plain", "scalar"}
    if may_change and not exact:
        return
    fits = kind == other_kind
    if fits and kind == "plain":
        fits = isinstance(one, str) == isinstance(other, str)
    elif fits and kind == "array":
        fits = not exact or _layout(mine.arrays[content]) == _layout(theirs.arrays[found])
    elif fits and kind in ("given", "class", "again"):
        fits = content == found
    elif fits and kind in ("object", "fields"):
        fits = content[0] == found[0] and content[1].keys() <= found[1].keys()
    elif fits and kind in ("model", "collector"):
        fits = content.keys() <= found.keys()
    elif fits and kind == "dict":  # keys come and go, but for classes: those are kinds of bodies
        there = [key for key, _ in found]
        fits = all(key in there for key, _ in content if opened(key)[0] == "class")
    if not fits:
        raise ValueError(f"{path}: not what such a model has there")
    inside, found_inside = within(kind, content), within(other_kind, found)
    for place in inside.keys() & found_inside.keys():
        _compare(mine, theirs, inside[place], found_inside[place], f"{path}{place}", kind == "fields")


def _layout(array: NDArray[Any]) -> tuple[Any, ...]:
    """All that a compiled kernel knows of an array."""
    return array.dtype, array.shape, array.flags.c_contiguous, array.flags.f_contiguous


class _Builder:
    """From nodes to a model: every kind of node has a method, and what stands in no table of classes is not made."""

    def __init__(self, model: Any, arrays: list[NDArray[Any]]) -> None:
        self._model = model
        self._arrays = arrays
        self._classes = classes_of(model)
        self._given = given_with(model) | dict(parts_of(model.society, "society"))
        self._met: list[Any] = []
        self._makers: dict[str, Callable[[Any], Any]] = {
            "given": self._given.__getitem__,
            "again": self._met.__getitem__,
            "class": self._classes.__getitem__,
            "member": self._member,
            "scalar": self._scalar,
            "tuple": lambda items: tuple(map(self.build, items)),
            "fields": self._fields,
            "model": self._fill_model,
            "collector": self._fill_collector,
            "array": lambda number: self._meet(self._arrays[number]),
            "list": self._list,
            "dict": self._dict,
            "object": self._object,
        }

    def build(self, node: Any) -> Any:
        """The value of a node."""
        kind, content = opened(node)
        if kind != "plain":
            return self._makers[kind](content)
        if node is not None and type(node) not in (bool, int, float, str):
            raise ValueError(f"{type(node).__name__} is no node")
        return node

    def _meet(self, value: Any) -> Any:
        self._met.append(value)
        return value

    def _named(self, table: dict[str, Any]) -> dict[str, Any]:
        return {name: self.build(node) for name, node in table.items()}

    def _member(self, content: Any) -> Any:
        cls, name = self._classes[content[0]], content[1]
        if not issubclass(cls, Enum):
            raise ValueError(f"{cls} has no members")
        return cls[name]

    def _scalar(self, content: Any) -> Any:
        code, value = content
        if code not in ARRAY_TYPES or type(value) not in (bool, int, float):
            raise ValueError(f"{content} is no number")
        return np.dtype(code).type(value)

    def _fields(self, content: Any) -> Any:
        cls: Any = self._classes[content[0]]
        named = self._named(content[1])
        return tuple.__new__(cls, [named[name] for name in cls._fields])

    def _list(self, items: Any) -> Any:
        made: list[Any] = self._meet([])
        made.extend(map(self.build, items))
        return made

    def _dict(self, pairs: Any) -> Any:
        made: dict[Any, Any] = self._meet({})
        keys = [self.build(key) for key, _ in pairs]
        made.update(zip(keys, [self.build(value) for _, value in pairs], strict=True))
        return made

    def _object(self, content: Any) -> Any:
        """An object without a call to its class."""
        cls = self._classes[content[0]]
        if not holds_attributes(cls):
            raise ValueError(f"{cls} holds more than attributes")
        made = self._meet(object.__new__(cls))
        vars(made).update(self._named(content[1]))
        return made

    def _fill_collector(self, table: Any) -> Any:
        collector = self._meet(self._model.datacollector)
        vars(collector).update(self._named(table))
        return collector

    def _fill_model(self, table: Any) -> Any:
        model = self._meet(self._model)
        own = self._named(table)
        self._register(own.pop("agents"), own.pop("kinds_of_agents"))
        model.random.setstate(own.pop("random"))
        model.rng.bit_generator.state = own.pop("rng")
        for name, value in own.items():
            if name in MESAS or not hasattr(type(model), name):
                vars(model)[name] = value
            else:
                raise ValueError(f"{name} belongs to the class")
        return model

    def _register(self, agents: Any, kinds: Any) -> None:
        """Hand the agents to Mesa in their order, under the numbers they have, with kinds of which none lives any more."""
        numbers = [agent.unique_id for agent in agents]
        for kind in kinds:
            if kind not in self._model.agents_by_type:
                last: Any = object.__new__(kind)
                last.unique_id = 0
                self._model.register_agent(last)
                self._model.deregister_agent(last)
        for agent, number in zip(agents, numbers, strict=True):
            self._model.register_agent(agent)
            agent.unique_id = number
