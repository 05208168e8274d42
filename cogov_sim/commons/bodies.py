"""Residents' bodies at work: which of them can settle a matter, how far they reach, money handed down to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.base import Body
from cogov_sim.agents.columns import NEVER
from cogov_sim.agents.government import IDLE_MONTHS
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.organisations import (
    BODY_KINDS,
    COUNCILS,
    Association,
    BuildingGroup,
    GridCouncil,
    MicroOrganisation,
    Organisation,
    OwnersCommittee,
    ResidentCouncil,
)
from cogov_sim.agents.secretaries import NOBODY
from cogov_sim.commons.matters import NONE
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level
from cogov_sim.society.services import PROPERTY


def active(commons: Commons, body: Organisation) -> bool:
    """Whether a body decided or finished a matter, or met with a quorum, in the past twelve months."""
    met = NEVER if body.venue is None else int(commons.last_met[body.venue][body.unit])
    met = met if met >= body.founded else NEVER  # a meeting of before there was the body
    return max(body.last_deed, met) > commons.month - YEAR


def living(commons: Commons) -> Iterator[Organisation]:
    """All residents' bodies, kind by kind."""
    for bodies in commons.bodies.values():
        yield from bodies.values()


def council(commons: Commons, community: int) -> Organisation | None:
    """The council that decides for a community: of those that live there, the one whose task is to convene comes first."""
    for kind in COUNCILS:
        found = commons.bodies[kind].get(community)
        if found is not None:
            return found
    return None


class Roster(NamedTuple):
    """The bodies that live now, numbered, so that who sits where can be looked up for many matters at once.

    Attributes:
        bodies: all of them, kind by kind.
        at: per kind, the number of the body of each unit of its level, ``NONE`` where there is none; so is the last entry,
            to which the unit of an asset that is larger leads (-1).
    """

    bodies: list[Organisation]
    at: dict[type[Organisation], NDArray[np.int64]]

    def named(self, numbers: NDArray[np.int64]) -> list[Organisation | None]:
        """The bodies of these numbers."""
        return [None if n == NONE else self.bodies[n] for n in numbers.tolist()]


def roster(commons: Commons) -> Roster:
    """The bodies that live now."""
    bodies: list[Organisation] = []
    at: dict[type[Organisation], NDArray[np.int64]] = {}
    for kind, of_unit in commons.bodies.items():
        at[kind] = np.full(commons.society.units.count(kind.level) + 1, NONE)
        at[kind][np.fromiter(of_unit, np.int64, len(of_unit))] = np.arange(len(bodies), len(bodies) + len(of_unit))
        bodies += of_unit.values()
    return Roster(bodies, at)


#: The kinds of bodies that may settle matters of an asset, from the lowest level up; the last stands for all councils.
NEAREST_FIRST: tuple[type[Organisation], ...] = (BuildingGroup, OwnersCommittee, GridCouncil, ResidentCouncil)


def near(commons: Commons, there: Roster, assets: NDArray[Any]) -> NDArray[np.int64]:
    """Numbers of the bodies that may settle matters of each asset, (assets, ``NEAREST_FIRST``); ``NONE`` where none lives."""
    community, grid, building, category = commons.places[assets].T
    found = np.full((len(assets), len(NEAREST_FIRST)), NONE)
    found[:, 0] = there.at[BuildingGroup][building]
    found[:, 1] = np.where(category == PROPERTY, there.at[OwnersCommittee][grid], NONE)
    found[:, 2] = there.at[GridCouncil][grid]
    for kind in reversed(COUNCILS):  # whose task is to convene comes first
        council_there = there.at[kind][community]
        found[:, 3] = np.where(council_there == NONE, found[:, 3], council_there)
    return found


def _first(numbers: NDArray[np.int64], which: NDArray[np.bool_]) -> NDArray[np.int64]:
    """In each row the first number of those in question; ``NONE`` without any."""
    rows = np.arange(len(numbers))
    return np.where(which.any(axis=1), numbers[rows, which.argmax(axis=1)], NONE)


def settling_bodies(
    commons: Commons,
    there: Roster,
    matters: NDArray[np.int64],
    luck: NDArray[np.float64],
    busy: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """The lowest body that may and can settle each matter: it has the right to, a hand free, and the matter is not too large.

    Args:
        commons: the commons.
        there: the bodies that live.
        matters: the matters.
        luck: each matter's own draw, against which the share of matters that a level may decide is held.
        busy: bool per body, those that see as many matters through as they can.

    Returns:
        the bodies' numbers, ``NONE`` for what nobody can settle.
    """
    ledger, asset = commons.ledger, commons.ledger.asset[matters]
    community, cost = commons.society.assets.community[asset], commons.ledger.cost[matters]
    numbers = near(commons, there, asset)
    can = numbers != NONE
    if busy is not None and len(busy):
        can &= ~busy[numbers]
    for slot, kind in enumerate(NEAREST_FIRST):
        fits = cost <= limits(commons, asset, kind.level)
        if kind.level == Level.COMMUNITY:  # what the street sent back is the community's at any size
            fits |= ledger.dispatched_month[matters] > 0
        can[:, slot] &= fits & (luck < kind.share_it_may_decide(commons.terms, community))
    return _first(numbers, can)


def limits(commons: Commons, assets: NDArray[Any], level: Level) -> NDArray[np.float64]:
    """Yuan up to which matters of assets may be settled at a level: so much for each resident of the level's unit."""
    share = commons.terms["spending_limit"][commons.society.assets.community[assets], level]
    people = commons.people_at[level][commons.units_of_assets(assets, level)]
    return np.asarray(share * commons.scenario.government.street_limit * people)


def carriers(commons: Commons, there: Roster, matters: NDArray[np.int64]) -> NDArray[np.int64]:
    """The body that sees each matter through, if one decided it: that body, or the nearest that lives now."""
    number, asset = commons.ledger.body[matters], commons.ledger.asset[matters]
    decider = deciders(commons, there, matters)
    numbers = near(commons, there, asset)
    heir = _first(numbers, numbers != NONE)
    return np.where((decider == NONE) & (number != NONE), heir, decider)


def deciders(commons: Commons, there: Roster, matters: NDArray[np.int64]) -> NDArray[np.int64]:
    """The body that decided each matter, or its kind's next in the same unit; ``NONE`` without one."""
    number, asset = commons.ledger.body[matters], commons.ledger.asset[matters]
    found = np.full(len(matters), NONE)
    for kind in BODY_KINDS:
        mine = number == kind.number
        found[mine] = there.at[kind][commons.units_of_assets(asset[mine], kind.level)]
    return found


def bodies_of(commons: Commons, matters: NDArray[np.int64]) -> list[Organisation | None]:
    """The body that sees each matter through."""
    there = roster(commons)
    return there.named(carriers(commons, there, matters))


def alongside(commons: Commons, body: Organisation) -> list[Organisation]:
    """A body and, if it is a council, the other councils of its community: they share what one of them brings."""
    others = [commons.bodies[kind].get(body.unit) for kind in COUNCILS] if body.is_council else []
    return [body, *(other for other in others if other is not None and other is not body)]


def pooled(commons: Commons, body: Organisation) -> list[Organisation]:
    """Bodies whose money goes into a body's matters: its own; for a grid council that of the grid's groups; where a
    development council lives, that of all councils of the community.
    """
    smaller = commons.bodies[body.pools] if body.pools is not None else {}
    homes = commons.homes(body.level, body.unit)
    below = [smaller[unit] for unit in range(homes.start, homes.stop) if unit in smaller]
    together = alongside(commons, body)
    return [*(together if any(one.coordination for one in together) else [body]), *below]


def at_table(commons: Commons, body: Organisation) -> list[Body]:
    """Who sits in a grid council beside its convenor （一核多元）: the party group, the owners' committee, the property company, a group of
    the grid and one of its buildings. Two of them see one more matter through. Nobody for other bodies.
    """
    if not isinstance(body, GridCouncil):
        return []
    grid, c = body.unit, int(commons.community_of[body.level][body.unit])
    secretary = commons.secretaries[c]
    homes = commons.homes(body.level, grid)
    groups = (commons.bodies[BuildingGroup].get(b) for b in range(homes.start, homes.stop))
    sit: list[Body | None] = [
        secretary if secretary.holder != NOBODY else None,
        commons.bodies[OwnersCommittee].get(grid),
        commons.companies.get(grid),
        commons.bodies[MicroOrganisation].get(grid),
        next((group for group in groups if group is not None), None),
    ]
    return [one for one in sit if one is not None]


def coordination(commons: Commons, body: Organisation) -> float:
    """How far a body pools pledges: groups and grid councils by their own terms, councils where a development council lives."""
    return _brought(commons, body, [one.coordination for one in alongside(commons, body)])


def example(commons: Commons, body: Organisation) -> float:
    """How visibly those who ask for a body have given first: a group's leaders, or councils with worthies among them."""
    return _brought(commons, body, [one.example for one in alongside(commons, body)])


def _brought(commons: Commons, body: Organisation, offers: list[str | None]) -> float:
    """The value of the first term that somebody brings; 0 where nobody does."""
    c = int(commons.community_of[body.level][body.unit])
    return next((float(commons.terms[term][c]) for term in offers if term is not None), 0.0)


def asks(commons: Commons, body: Organisation) -> float:
    """Neighbours that a body's leader and officers can ask in a month."""
    settings = commons.scenario
    return body.asks(settings.organisations, settings.government.ask_hours, coordination(commons, body))


def hand_down(commons: Commons) -> None:
    """Public money goes down to the bodies that decide at each level, until they hold as much as lies idle anywhere."""
    terms, treasury = commons.terms, commons.treasury
    deciding = [council(commons, c) for c in range(commons.n_communities)]
    bodies = [*commons.bodies[BuildingGroup].values(), *commons.bodies[GridCouncil].values(), *deciding]
    for body in bodies:
        if body is None:
            continue
        c = int(commons.community_of[body.level][body.unit])
        month = int(terms["delegated"][c, body.level] * body.residents)
        yuan = min(month, IDLE_MONTHS * month - body.allowance, treasury.free(c))
        if yuan > 0:
            treasury.pay(c, yuan, "delegated")
            body.allowance += yuan


def refund_bodies(commons: Commons, m: int, body: Organisation | None) -> None:
    """What bodies had put into a matter that is given up goes back to its body, or waits for the next of its kind."""
    ledger = commons.ledger
    own, public = int(ledger.organisation_money[m]), int(ledger.delegated_money[m])
    ledger.delegated_money[m] = 0
    if body is not None:
        body.budget += own
        body.allowance += public
    elif own + public > 0:
        kind = BODY_KINDS[int(ledger.body[m])]
        _leave_over(commons, kind, commons.unit_of_asset(int(ledger.asset[m]), kind.level), own, public)


def refund_donors(commons: Commons, m: int) -> None:
    """What an association had put into a matter that is given up is its own again, or waits for the community's next one."""
    yuan, c = int(commons.ledger.donors_money[m]), int(commons.society.assets.community[commons.ledger.asset[m]])
    body = commons.bodies[Association].get(c)
    if body is not None:
        body.budget += yuan
    elif yuan > 0:
        _leave_over(commons, Association, c, yuan, 0)


def _leave_over(commons: Commons, kind: type[Organisation], unit: int, own: int, public: int) -> None:
    """Money waits for the next body of a kind in a unit."""
    before = commons.left_over.get((kind, unit), (0, 0))
    commons.left_over[kind, unit] = (before[0] + own, before[1] + public)


def leave(commons: Commons, body: Organisation) -> None:
    """A body is dissolved: what it had left over stays with its unit and passes to the next body of the same kind."""
    if body.budget > 0 or body.allowance > 0:
        _leave_over(commons, type(body), body.unit, body.budget, body.allowance)
    body.remove()


def inherit(commons: Commons, body: Organisation) -> None:
    """A new body has what the one before it left."""
    body.budget, body.allowance = commons.left_over.pop((type(body), body.unit), (0, 0))


def lies_at(commons: Commons, matters: NDArray[np.int64] | int, level: NDArray[Any] | int) -> None:
    """Matters are passed up, or returned, to the level of those who deal with them now."""
    ledger = commons.ledger
    steps = ledger.level_now[matters].astype(np.int64) - level
    ledger.moves[matters] += np.maximum(0, steps).astype(np.int16)
    ledger.returns[matters] += np.maximum(0, -steps).astype(np.int16)
    ledger.level_now[matters] = level
