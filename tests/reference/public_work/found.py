"""What a part of the month found, and how to look a matter up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cogov_sim.commons import bodies
from cogov_sim.draws import Purpose, normals
from cogov_sim.society import CATEGORIES, Level

GOVERNMENT, RESIDENTS, SELF_HELP = range(3)  # who decided
ENVIRONMENT, ORDER, PROPERTY = (
    next(k for k, c in enumerate(CATEGORIES) if c.id == i) for i in ("environment", "order", "upkeep")
)
LEAST_EXPECTED, YEAR = 0.1, 12


class Before:
    """What a part of the month found, copied."""

    def __init__(self, commons: Any) -> None:
        ledger, board = commons.ledger, commons.residents.board
        self.n = ledger.n
        self.quality = commons.quality.copy()
        self.open_matter = ledger.open_matter.copy()
        self.matters = ledger.to_frame()
        self.asset = ledger.column("asset").copy()
        self.column = {
            name: ledger.column(name).copy()
            for name in (
                "stage",
                "fair_share",
                "residents_minutes",
                "residents_land",
                "labour",
                "level_now",
                "dispatched_month",
                "ready_month",
            )
        }
        self.balance, self.committed = commons.treasury.balance.copy(), commons.treasury.committed.copy()
        self.outlay = commons.treasury.outlay.copy()
        self.disputes, self.dispute_months = commons.disputes.copy(), commons.dispute_months.copy()
        self.violations = board.violations.copy()
        self.views = commons.views.copy()
        self.campaign_months = commons.campaign_months.copy()
        self.bodies = {
            (kind, unit): (b.budget, b.allowance, b.cooperation, b.leader, b.deposed)
            for kind, found in commons.bodies.items()
            for unit, b in found.items()
        }
        self.firms = [(f.profit, f.reputation) for f in commons.firms]
        self.officers = {
            (kind, unit): list(b.officers) for kind, found in commons.bodies.items() for unit, b in found.items()
        }
        self.left_over = dict(commons.left_over)
        self.mediators = [list(mediators.members) for mediators in commons.mediators]
        self.members = [f.member for f in commons.firms]
        self.left = [office.left for office in commons.committees]
        self.window_left = [office.workstation.left for office in commons.committees]
        self.waiting = commons.requests.waiting.copy()
        self.begun = [desk.begun for desk in commons.desks]
        self.year_outlay, self.year_performance = commons.year_outlay.copy(), commons.year_performance.copy()
        self.promise_belief, self.grant_belief = commons.promise_belief.copy(), commons.grant_belief.copy()
        self.saved, self.saves_for = commons.saved.copy(), commons.saves_for.copy()
        self.project_begun = [(office.begun, office.begun_for) for office in commons.committees]
        self.quarrels = commons.quarrels.copy()
        self.spirit = commons.residents.columns.spirit.copy()


def approx(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def place(commons: Any, m: int) -> tuple[int, int, int, int]:
    """Asset, category, community (-1 above it) and people of a matter."""
    a, assets = int(commons.ledger.asset[m]), commons.society.assets
    return a, int(assets.category[a]), int(assets.community[a]), int(assets.population[a])


def of_community(commons: Any, values: Any, a: int) -> float:
    """A community's term at an asset; for a street's own asset the mean over its communities, weighted by residents."""
    assets, units = commons.society.assets, commons.society.units
    if assets.community[a] >= 0:
        return float(values[assets.community[a]])
    people, street = units.population(Level.COMMUNITY), units.parent(Level.COMMUNITY)
    mine = [c for c in range(commons.n_communities) if street[c] == assets.street[a]]
    return sum(float(values[c]) * people[c] for c in mine) / sum(people[c] for c in mine)


def noise(commons: Any, purpose: Purpose, m: int) -> float:
    return float(normals(commons.seed, purpose, 0, commons.ledger.luck_key(np.array([m])))[0])


def homes(commons: Any, a: int) -> range:
    """Buildings that live with an asset."""
    board, assets = commons.residents.board, commons.society.assets
    return range(*(int(np.searchsorted(board.first, x)) for x in (assets.first[a], assets.last[a])))


def can_ask(commons: Any, body: Any) -> float:
    """Neighbours that leader and officers can ask: hours over hours for one, more where pledges are pooled."""
    settings = commons.scenario.organisations
    hours = settings.leader_hours + settings.officer_hours * len(body.officers)
    return hours / commons.scenario.government.ask_hours * (1.0 + bodies.coordination(commons, body))
