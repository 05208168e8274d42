"""From a model to its state."""

from __future__ import annotations

from enum import Enum
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.state.nodes import ARRAY_TYPES, MESAS, State, classes_of, given_with, holds_attributes, name_of, parts_of

#: What a data collector calls. Functions are no state: a new model's collector has them anew.
_REPORTERS = ("model_reporters", "agent_reporters", "agenttype_reporters")
#: What scenario and seed say; the parts of the month are functions, and follow from the scenario.
_SCENARIO = ("scenario", "_scenario", "parts")


def take(model: Any, *, society: bool = False) -> State:
    """The state of a model; its arrays are the model's own.

    Args:
        model: a ``CoGovModel``. Its scenario is what it was made from, and no part of its state.
        society: whether to walk also through what was there on day one, which scenario and seed make again.

    Raises:
        TypeError: it holds something that cannot be kept; the message says where and what.
    """
    walk = _Walk(model, society)
    return State(walk.node(model, "model"), walk.arrays)


class _Walk:
    """From a model to nodes. Whatever can be shared is numbered in the order in which it is met."""

    def __init__(self, model: Any, society: bool) -> None:
        self.arrays: list[NDArray[Any]] = []
        self._model = model
        self._classes = classes_of(model)
        parts = dict(parts_of(model.society, "society"))
        given = given_with(model) | ({} if society else parts)
        self._given = {id(part): path for path, part in given.items()}
        self._static = {_memory(part) for part in parts.values() if isinstance(part, np.ndarray)}
        self._met: dict[int, int] = {}
        self._alive: list[Any] = []
        self._memories: dict[int, str] = {}

    def node(self, value: Any, path: str) -> Any:  # noqa: C901, PLR0911
        """The node of a value; TypeError for what cannot be kept."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if id(value) in self._given:
            return {"given": self._given[id(value)]}
        if id(value) in self._met:
            return {"again": self._met[id(value)]}
        if isinstance(value, type):
            return {"class": self._known(value, path)}
        if isinstance(value, Enum):
            return {"member": [self._known(type(value), path), value.name]}
        if isinstance(value, np.generic) and value.dtype.str in ARRAY_TYPES:
            return {"scalar": [value.dtype.str, value.item()]}
        if type(value) is tuple:
            return {"tuple": self._items(value, path)}
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            named = dict(zip(value._fields, value, strict=True))
            return {"fields": [self._known(type(value), path), self._named(named, path)]}
        self._met[id(value)] = len(self._met)
        self._alive.append(value)
        if isinstance(value, mesa.Model):
            return {"model": self._named(_own(value, path), path)}
        if isinstance(value, mesa.DataCollector):
            return {"collector": self._named(self._collected(value, path), path)}
        if type(value) is np.ndarray:
            return {"array": self._array(value, path)}
        if type(value) is list:
            return {"list": self._items(value, path)}
        if type(value) is dict:
            keys = [self.node(key, f"{path}: key") for key in value]
            return {"dict": [[k, self.node(v, f"{path}[{k}]")] for k, v in zip(keys, value.values(), strict=True)]}
        if not holds_attributes(type(value)):
            raise _unknown(type(value), path)
        return {"object": [self._known(type(value), path), self._named(vars(value), path)]}

    def _collected(self, collector: Any, path: str) -> dict[str, Any]:
        """What a collector holds beside the functions it calls, which must be those of every model."""
        usual = vars(self._model.new_collector())
        for name in _REPORTERS:
            if list(vars(collector)[name]) != list(usual[name]):
                raise TypeError(f"{path}.{name}: functions of your own cannot be kept")
        return {name: value for name, value in vars(collector).items() if name not in _REPORTERS}

    def _items(self, values: Any, path: str) -> list[Any]:
        return [self.node(value, f"{path}[{i}]") for i, value in enumerate(values)]

    def _named(self, table: dict[str, Any], path: str) -> dict[str, Any]:
        return {name: self.node(value, f"{path}.{name}") for name, value in table.items()}

    def _known(self, cls: type, path: str) -> str:
        if self._classes.get(name_of(cls)) is not cls:
            raise _unknown(cls, path)
        return name_of(cls)

    def _array(self, array: NDArray[Any], path: str) -> int:
        if array.dtype.str not in ARRAY_TYPES or not (array.flags.forc and array.flags.writeable):
            raise TypeError(f"{path}: such an array cannot be kept: {array.dtype} {array.strides} {array.flags}")
        memory = _memory(array)
        if memory not in self._static and self._memories.setdefault(memory, path) != path:
            raise TypeError(f"{path}: shares its memory with {self._memories[memory]}")
        self.arrays.append(array)
        return len(self.arrays) - 1


def _own(model: Any, path: str) -> dict[str, Any]:
    """What of a model is state: Mesa's numbers and generators, our attributes, and the agents in their order."""
    if [part.name for part in model.parts] != [part.name for part in model.new_parts()]:
        raise TypeError(f"{path}.parts: only a plug-in's parts of the month can be kept, not those put in by hand")
    own: dict[str, Any] = {
        name: value
        for name, value in vars(model).items()
        if name not in _SCENARIO and (name not in MESAS or isinstance(value, bool | int | float | str | None))
    }
    luck = {"random": model.random.getstate(), "rng": model.rng.bit_generator.state}
    return own | luck | {"agents": list(model.agents), "kinds_of_agents": list(model.agents_by_type)}


def _memory(array: NDArray[Any]) -> int:
    """Which piece of memory an array lies in."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return id(array)


def _unknown(cls: type, path: str) -> TypeError:
    return TypeError(f"{path}: a value of type {name_of(cls)} cannot be kept")
