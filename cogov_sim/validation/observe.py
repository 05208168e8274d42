"""A run with what the measures do not say: who gives up leading, whose home a council favours, how far people differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cogov_sim.commons.bodies import council
from cogov_sim.commons.matters import Decider
from cogov_sim.model import CoGovModel
from cogov_sim.society import Level


def observe(scenario: Any, seed: int, months: int, histories: Path | None = None) -> pd.DataFrame:
    """One run; monthly measures and, beside them, for every month:

    - ``bodies``: bodies that decide, at its beginning; ``leaders_gave_up``: how many of them lost their leader
      to burn-out;
    - ``council_matters``: matters of a grid or building that councils decided; ``home_matters``: those of the grid or
      building in which the council's leader lives;
    - ``spirit_sd``, ``familiarity_sd``: standard deviation over residents.

    Args, returns: as ``execute.simulate``.
    """
    model = CoGovModel(scenario=scenario, rng=seed, histories=histories)
    rows = []
    try:
        for _ in range(months):
            before = _leaders(model)
            model.step()
            rows.append({**_given_up(model, before), **_favours(model), **_spreads(model)})
        return pd.concat([model.measures, pd.DataFrame(rows)], axis=1)
    finally:
        model.close()


def _leaders(model: CoGovModel) -> dict[tuple[str, int], tuple[int, int]]:
    """Founding month and leader of every body, by kind and unit."""
    commons = model.commons
    return {
        (kind.__name__, unit): (body.founded, body.leader)
        for kind, bodies in commons.bodies.items()
        if kind.hands > 0
        for unit, body in bodies.items()
    }


def _given_up(model: CoGovModel, before: dict[tuple[str, int], tuple[int, int]]) -> dict[str, float]:
    """Bodies there were, and leaders who are not leading any more because they were too tired to."""
    after, fatigue = _leaders(model), model.residents.columns.fatigue
    lost = [leader for key, (founded, leader) in before.items() if after.get(key) != (founded, leader)]
    return {"bodies": len(before), "leaders_gave_up": int((fatigue[lost] > model.scenario.organisations.burnout).sum())}


def _favours(model: CoGovModel) -> dict[str, float]:
    """This month's decisions of councils below the community, and how many concern the leader's own home."""
    commons = model.commons
    ledger, assets = commons.ledger, commons.society.assets
    decided = (ledger.column("decided_month") == commons.month) & (ledger.column("decided_by") == Decider.RESIDENTS)
    decided &= ledger.column("decided_level") == Level.COMMUNITY
    asset = ledger.column("asset")[decided]
    asset = asset[assets.level[asset] > Level.COMMUNITY]
    home = 0
    for a in asset.tolist():
        leads = council(commons, int(assets.community[a]))
        home += leads is not None and assets.first[a] <= leads.leader < assets.last[a]
    return {"council_matters": len(asset), "home_matters": home}


def _spreads(model: CoGovModel) -> dict[str, float]:
    columns = model.residents.columns
    return {f"{name}_sd": float(np.std(getattr(columns, name), dtype=float)) for name in ("spirit", "familiarity")}
