"""What a part of the month found, and how to look a matter up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cogov_sim.agents.organisations import (
    BODY_KINDS,
    BuildingGroup,
    DeliberativeCouncil,
    DevelopmentCouncil,
    GridCouncil,
    MicroOrganisation,
    OwnersCommittee,
    WorthiesCouncil,
)
from cogov_sim.commons import bodies
from cogov_sim.draws import Purpose, normals
from cogov_sim.society import CATEGORIES, Level

GOVERNMENT, RESIDENTS, SELF_HELP = range(3)  # who decided
ENVIRONMENT, ORDER, PROPERTY = (
    next(k for k, c in enumerate(CATEGORIES) if c.id == i) for i in ("environment", "order", "upkeep")
)
LEAST_EXPECTED, YEAR = 0.1, 12
DUTIES = ("standing", "off_list", "struck", "returned", "delayed", "faked", "undone", "caution")
OFFICES = ("approach", "value", "usual", "shown", "response", "spent", "inspection")
DO, GRANT, BUY, LEAVE = range(4)  # how a street office deals with a service
ASSOCIATION = next(kind for kind in BODY_KINDS if kind.term == "associations")


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
                "skill",
                "space",
                "units_minutes",
                "units_space",
                "social_minutes",
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
        self.earned = [f.earned for f in commons.firms]
        self.units = {
            name: getattr(commons.local_units, name).copy()
            for name in ("profit", "earned", "reputation", "belief", "seated", "offers", "left")
        }
        self.space_lent, self.leases, self.talks = (
            x.copy() for x in (commons.space_lent, commons.leases, commons.talks)
        )
        self.premises_used = commons.premises_used.copy()
        self.secretaries = [(secretary.holder, secretary.since) for secretary in commons.secretaries]
        self.officers = {
            (kind, unit): list(b.officers) for kind, found in commons.bodies.items() for unit, b in found.items()
        }
        self.left_over = dict(commons.left_over)
        self.mediators = [list(mediators.members) for mediators in commons.mediators]
        self.left = [office.left for office in commons.committees]
        self.window_left = [office.workstation.left for office in commons.committees]
        self.waiting = commons.requests.waiting.copy()
        self.begun = [desk.begun for desk in commons.desks]
        self.year_outlay, self.year_performance = commons.year_outlay.copy(), commons.year_performance.copy()
        self.promise_belief, self.grant_belief = commons.promise_belief.copy(), commons.grant_belief.copy()
        self.thought_kept, self.heard = commons.thought_kept.copy(), commons.heard.copy()
        self.saved, self.saves_for = commons.saved.copy(), commons.saves_for.copy()
        self.project_begun = [(office.begun, office.begun_for) for office in commons.committees]
        self.quarrels = commons.quarrels.copy()
        self.spirit = commons.residents.columns.spirit.copy()
        self.duties = {name: getattr(commons.duties, name).copy() for name in DUTIES}
        self.offices = {name: getattr(commons.offices, name).copy() for name in OFFICES}
        self.transferred = commons.treasury.transferred.copy()


def approx(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def place(commons: Any, m: int) -> tuple[int, int, int, int]:
    """Asset, category, community (-1 above it) and people of a matter."""
    a, assets = int(commons.ledger.asset[m]), commons.society.assets
    return a, int(assets.category[a]), int(assets.community[a]), int(assets.population[a])


def approach(commons: Any, a: int) -> int:
    """How its street's office deals with an asset; what is larger than a community it does itself."""
    c = int(commons.society.assets.community[a])
    return DO if c < 0 else int(commons.offices.approach[c, commons.society.assets.category[a]])


def seen_to(before: Before, commons: Any, a: int) -> bool:
    """Whether officials see to an asset: they do or buy it, or their purse has more than a month's income to spare."""
    how, assets = approach(commons, a), commons.society.assets
    c = int(assets.community[a])
    purse = c if c >= 0 else commons.n_communities + int(assets.street[a])
    spare = before.balance[purse] - before.committed[purse] - commons.treasury.month_income[purse]
    g, heads = (
        commons.scenario.government,
        commons.society.units.population(Level.COMMUNITY if c >= 0 else Level.STREET),
    )
    own = 1.0 - g.street_share if c >= 0 else g.street_share
    monthly = g.maintenance_share * commons.city.envelope(commons.reform_month) / commons.city.residents
    spare -= int(monthly * float(heads[c if c >= 0 else assets.street[a]]) * own)
    return how in (DO, BUY) or spare > 0


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


def near(commons: Any, a: int) -> list[Any]:
    """Bodies that may settle matters of an asset, from the lowest level up: one council at most, the one that convenes first."""
    units, assets, alive = commons.society.units, commons.society.assets, commons.bodies
    level, found = assets.level[a], []
    home = homes(commons, a)[0]
    if level == Level.BUILDING:
        found.append(alive[BuildingGroup].get(home))
    if level >= Level.GRID:
        grid = int(units.within(Level.BUILDING, Level.GRID)[home])
        found.append(alive[OwnersCommittee].get(grid) if assets.category[a] == PROPERTY else None)
        found.append(alive[GridCouncil].get(grid))
    councils = [
        alive[kind].get(int(assets.community[a])) for kind in (DeliberativeCouncil, DevelopmentCouncil, WorthiesCouncil)
    ]
    found += [one for one in councils if one is not None][:1]
    return [one for one in found if one is not None]


def limit(commons: Any, a: int, level: Level) -> float:
    """Yuan up to which a level settles a matter of an asset: so much a head of the unit there."""
    units, c = commons.society.units, int(commons.society.assets.community[a])
    home = homes(commons, a)[0]
    people = units.population(level)[units.within(Level.BUILDING, level)[home]]
    return float(commons.terms["spending_limit"][c, level] * commons.scenario.government.street_limit * people)


def hands(commons: Any, body: Any) -> int:
    """Matters that a body can see through: a grid council one more for each two who sit at its table."""
    if not isinstance(body, GridCouncil):
        return int(body.hands)
    grid, grid_of = body.unit, commons.unit_of_building[Level.GRID]
    groups = any(grid_of[b] == grid for b in commons.bodies[BuildingGroup])
    party = commons.secretaries[commons.community_of[Level.GRID][grid]].holder >= 0
    owners, friends = (grid in commons.bodies[kind] for kind in (OwnersCommittee, MicroOrganisation))
    return 1 + (groups + party + owners + friends + (grid in commons.companies)) // 2


def settling_body(commons: Any, m: int, luck: float, free_hands: Any) -> Any:
    """The lowest body that may decide the matter, has a hand free, and for which it is not too large."""
    a, _, c, _ = place(commons, m)
    for body in near(commons, a):
        term = "owners_decision" if isinstance(body, OwnersCommittee) else "resident_decision"
        may = commons.terms[term][c] if isinstance(body, OwnersCommittee) else commons.terms[term][c, body.level]
        came_back = body.level == Level.COMMUNITY and commons.ledger.dispatched_month[m] > 0
        fits = commons.ledger.cost[m] <= limit(commons, a, body.level) or came_back
        if free_hands(body) > 0 and fits and luck < may:
            return body
    return None


def carrier_key(commons: Any, m: int) -> Any:
    """Kind and unit of the body that decided a matter; None where none did."""
    number, units = int(commons.ledger.body[m]), commons.society.units
    if number < 0:
        return None
    kind = BODY_KINDS[number]
    return kind, int(units.within(Level.BUILDING, kind.level)[homes(commons, int(commons.ledger.asset[m]))[0]])


def carrier(commons: Any, m: int) -> Any:
    """The body that decided a matter, its kind's next in the same unit, or the nearest that lives; None for all others."""
    decided_by = carrier_key(commons, m)
    if decided_by is None:
        return None
    kind, unit = decided_by
    decider = commons.bodies[kind].get(unit)
    return decider if decider is not None else next(iter(near(commons, int(commons.ledger.asset[m]))), None)
