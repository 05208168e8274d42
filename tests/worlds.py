"""Small worlds for tests: run them, and say bit for bit whether two runs are the same."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from cogov_sim import CoGovModel, Scenario
from cogov_sim.commons.matters import FIELDS
from cogov_sim.scenario.institution import institution_classes, settings_class

RESIDENTS = 300
INSTITUTIONS: tuple[str, ...] = tuple(institution_classes())
#: A world without any institution.
NOTHING = "government_run-direct_provision-campaign_promises-top_down_assessment"


def world(*institutions: str, behaviour: dict[str, Any] | None = None, **settings: dict[str, Any]) -> Scenario:
    """A scenario of just these institutions; ``settings`` are those of an institution, by its id."""
    chosen = {key: settings_class(key)(**settings.get(key, {})) for key in (*institutions, *settings)}
    return Scenario.model_validate({"institutions": chosen, "behaviour": behaviour or {}})


def run(
    scenario: str | Path | Scenario, *, seed: int = 1, months: int = 8, residents: int = RESIDENTS, threads: int = 1
) -> CoGovModel:
    """A model after some months."""
    return CoGovModel(scenario=scenario, rng=seed, residents=residents, threads=threads).run(months=months)


def digest(values: Any) -> str:
    """A short hash of an array's type, shape and bits (all NaNs alike)."""
    array = np.asarray(values)
    if array.dtype == object:
        return hashlib.sha256(repr(array.tolist()).encode()).hexdigest()[:12]
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), array.dtype.type(np.nan), array)
    head = f"{array.dtype}{array.shape}".encode()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()[:12]


def digests(model: CoGovModel) -> dict[str, str]:
    """A hash of each piece of a model's state and results, by name: equal dicts mean equal runs, bit for bit."""
    commons, treasury = model.commons, model.commons.treasury
    pieces: dict[str, Any] = {f"measures.{name}": column.to_numpy() for name, column in model.measures.items()}
    for name, column in model.measures_by("community").items():
        pieces[f"communities.{name}"] = column.to_numpy()
    columns = model.residents.columns
    pieces |= {f"residents.{name}": getattr(columns, name) for name in columns._fields}
    pieces["ties"] = model.residents.network.strength
    pieces |= {f"matters.{name}": commons.ledger.column(name) for name in FIELDS}
    for name in ("balance", "committed", "income", "transferred", "outlay", "month_outlay"):
        pieces[f"treasury.{name}"] = getattr(treasury, name)
    for name in (
        "quality",
        "disputes",
        "dispute_months",
        "campaign_months",
        "views",
        "building_views",
        "grid_views",
        "views",
        "building_views",
        "meetings",
        "year_outlay",
        "saving",
        "answered",
        "gifts",
        "desk_backlog",
    ):
        pieces[f"commons.{name}"] = getattr(commons, name)
    pieces["requests"] = commons.requests.waiting
    pieces["desks"] = np.array([desk.begun for desk in commons.desks])
    pieces["providers"] = repr(
        [(k, p.money, p.revenue, p.experience, p.reputation, p.contracts) for k, p in commons.providers.items()]
    )
    pieces["firms"] = np.array([(f.profit, f.reputation, f.member) for f in commons.firms], float)
    bodies = [pair for bodies in commons.bodies.values() for pair in sorted(bodies.items())]
    pieces["bodies"] = repr(
        [(k, b.leader, b.officers, b.founded, b.budget, b.allowance, b.reputation) for k, b in bodies]
    )
    offices = [*commons.committees, *commons.workstations]
    pieces["hours"] = np.array([list(office.hours.values()) for office in offices])
    return {name: digest(value) for name, value in pieces.items()}
