"""Small worlds for tests: run them, and say bit for bit whether two runs are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from cogov_sim import CoGovModel, Scenario
from cogov_sim.scenario.institution import institution_classes, settings_class
from cogov_sim.state import leaves, take

RESIDENTS = 300
INSTITUTIONS: tuple[str, ...] = tuple(institution_classes())


def world(*institutions: str, behaviour: dict[str, Any] | None = None, **settings: dict[str, Any]) -> Scenario:
    """A scenario of just these institutions; ``settings`` are those of an institution, by its id."""
    chosen = {key: settings_class(key)(**settings.get(key, {})) for key in (*institutions, *settings)}
    return Scenario.model_validate({"institutions": chosen, "behaviour": behaviour or {}, "history": {"months": 0}})


def fresh(scenario: str | Path | Scenario, *changes: str) -> Scenario:
    """A scenario without a history: month 1 is the month after day one."""
    return Scenario.load(scenario, changes=["history.months=0", *changes])


def small(scenario: str | Path | Scenario, *changes: str) -> Scenario:
    """The same in miniature: communities of every type though there are few residents."""
    return fresh(scenario, "society.preset=miniature", *changes)


def run(
    scenario: str | Path | Scenario, *, seed: int = 1, months: int = 8, residents: int = RESIDENTS, threads: int = 1
) -> CoGovModel:
    """A model after some months, without a history before them."""
    return CoGovModel(scenario=small(scenario), rng=seed, residents=residents, threads=threads).run(months=months)


#: What may differ between runs that are equal to the bit, and why.
CLOCK = {
    "model.timings": "seconds on the clock",
    "model.residents.threads": "how many threads there were to compute with",
}
ASKED = {
    "model.institutions": "which institutions were asked for, and their settings: what they do stands in terms and purses"
}


def whole(model: CoGovModel, without: Iterable[str] = CLOCK) -> dict[str, str]:
    """A hash of every array, number and text that a model holds, by its place: equal dicts mean equal runs, bit for bit.

    The scenario is what a run was made from; all else is walked, society and measures included.
    """
    left_out = tuple(without)
    return {
        place: digest(value) for place, value in leaves(take(model, society=True)) if not place.startswith(left_out)
    }


def digests(model: CoGovModel) -> dict[str, str]:
    """The same of all that happened: equal also in worlds that were asked for in different words."""
    return whole(model, (*CLOCK, *ASKED))


def digest(value: Any) -> str:
    """A short hash: of an array's type, shape, order and bits (all NaNs alike), or of the words for a value."""
    if not isinstance(value, np.ndarray):
        return hashlib.sha256(repr(value).encode()).hexdigest()[:12]
    order = "C" if value.flags.c_contiguous else "F"
    array = np.where(np.isnan(value), value.dtype.type(np.nan), value) if value.dtype.kind == "f" else value
    head = f"{array.dtype}{array.shape}{order}".encode()
    return hashlib.sha256(head + array.tobytes()).hexdigest()[:12]
