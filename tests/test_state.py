"""The digest of a model covers all of it: whatever is changed anywhere, it is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import mesa
import numpy as np
import pytest
from pydantic import BaseModel
from worlds import INSTITUTIONS, run, whole, world

from cogov_sim import CoGovModel
from cogov_sim.agents.base import Body
from cogov_sim.agents.residents import Residents
from cogov_sim.terms import Terms

pytestmark = pytest.mark.usefixtures("compiled")

#: What is looked at by name below or not at all: how Mesa is wired, functions, what ``worlds.CLOCK`` leaves out, and what
#: every model shares.
APART: dict[type, set[str]] = {
    CoGovModel: {"_agents", "_agents_by_type", "_all_agents", "step", "_user_step", "random", "rng", "_rng", "_event_list",
                 "_event_generators", "_default_schedule", "data_registry", "_simulator", "_scenario", "scenario", "timings", "parts"},
    mesa.DataCollector: {"model_reporters", "agent_reporters", "agenttype_reporters"},
    Residents: {"threads"},
    Terms: {"rows"},
}  # fmt: skip

Put = Callable[[Any], object]


def _parts(value: Any) -> Iterator[tuple[Any, Put]]:
    """What a value holds, and how to put something else in its place."""
    if isinstance(value, dict):
        yield from ((inner, lambda new, key=key: value.__setitem__(key, new)) for key, inner in value.items())
    elif isinstance(value, list):
        yield from ((inner, lambda new, i=i: value.__setitem__(i, new)) for i, inner in enumerate(value))
    elif hasattr(value, "__dict__") and not isinstance(value, type | Enum | BaseModel | np.generic):
        table, left_out = vars(value), APART.get(type(value), set())
        yield from (
            (inner, lambda new, name=name: table.__setitem__(name, new))
            for name, inner in table.items()
            if name not in left_out
        )


def _inside(value: tuple[Any, ...], put: Put) -> Iterator[tuple[Any, Put]]:
    """The same of a tuple, which is replaced as a whole by one that differs in one entry."""
    now = list(value)

    def put_one(new: Any, i: int) -> None:
        now[i] = new
        put(tuple.__new__(type(value), now))

    yield from ((inner, lambda new, i=i: put_one(new, i)) for i, inner in enumerate(value))


def _walk(value: Any, put: Put, seen: dict[int, Any]) -> Iterator[tuple[Any, Put]]:
    """Every number, text and array within a value, and how to replace it; written anew, so as not to share a blind spot."""
    if value is None or (isinstance(value, bool | int | float | str | np.generic) and not isinstance(value, Enum)):
        yield value, put
    elif id(value) not in seen:
        seen[id(value)] = value
        if isinstance(value, np.ndarray):
            yield value, put
        for inner, put_inner in list(_inside(value, put) if isinstance(value, tuple) else _parts(value)):
            yield from _walk(inner, put_inner, seen)


def _nowhere(_: Any) -> None:
    """A model stands in no place of its own."""


def _other(value: Any) -> Any:
    """Something else of the same type."""
    if value is None or isinstance(value, str):
        return f"{value}!"
    if isinstance(value, bool | np.bool):
        return type(value)(not value)
    if isinstance(value, float | np.floating):
        return type(value)(1.0 if value != 1.0 else np.nextafter(type(value)(1.0), type(value)(2.0)))
    return type(value)(value + 1)


@pytest.fixture(scope="module")
def lived_in() -> CoGovModel:
    """Two years of a world with every institution: bodies, companies, providers, boards and mediators were there."""
    model = run(world(*INSTITUTIONS).changed("behaviour.found_base=-7"), seed=2, months=24, residents=3000)
    kinds = [kind for kind in _kinds(Body) if not _kinds(kind)]
    assert {type(agent) for agent in model.agents} == set(kinds)
    return model


def _kinds(kind: type) -> list[type]:
    found = [k for k in kind.__subclasses__() if k.__module__.startswith("cogov_sim.")]
    return [*found, *(deeper for k in found for deeper in _kinds(k))]


@pytest.mark.parametrize("kind", [list, dict])
def test_whatever_is_lost_the_digest_is_another(lived_in: CoGovModel, kind: type) -> None:
    """The last entry of lists and tables, some drawn from all there are, one at a time."""
    before, seen = whole(lived_in), {}
    list(_walk(lived_in, _nowhere, seen))
    full = [value for value in seen.values() if type(value) is kind and len(value) > 0]
    assert len(full) > 50
    for i in np.random.default_rng(3).permutation(len(full))[:25]:
        value = full[i]
        last = [value.pop()] if isinstance(value, list) else value.popitem()
        assert whole(lived_in) != before
        value.append(*last) if isinstance(value, list) else value.__setitem__(*last)
    assert whole(lived_in) == before


def test_agents_and_luck_of_mesa_belong_to_the_digest(lived_in: CoGovModel) -> None:
    before = whole(lived_in)
    for change in (
        lambda: next(iter(lived_in.agents)).remove(),
        lived_in.random.random,
        lived_in.rng.random,
        lambda: setattr(lived_in, "running", False),
        lambda: setattr(lived_in, "note", "a new attribute"),
    ):
        change()
        after = whole(lived_in)
        assert after != before
        before = after


def test_whatever_is_changed_anywhere_the_digest_is_another(lived_in: CoGovModel) -> None:
    """Every number, text and one entry of every array that a model holds is changed, and each changes a hash of its own."""
    before, another = whole(lived_in), whole(run(world(*INSTITUTIONS)))
    changed = 0
    for value, put in list(_walk(lived_in, _nowhere, {})):
        if not isinstance(value, np.ndarray):
            put(_other(value))
            changed += 1
        elif value.size:
            place = np.unravel_index(changed % value.size, value.shape)
            value[place] = _other(value[place])
            changed += 1
    after = whole(lived_in)
    assert before.keys() == after.keys()
    assert sum(after[place] != before[place] for place in before) == changed
    assert whole(run(world(*INSTITUTIONS))) == another, "what was changed belongs to this model alone"
