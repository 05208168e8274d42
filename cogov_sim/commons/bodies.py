"""Residents' bodies at work: which of them can settle a matter, what councils lend, public money handed down to them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.kernels.manage import PROPERTY
from cogov_sim.agents.organisations import (
    COUNCILS,
    KINDS,
    BuildingGroup,
    DeliberativeCouncil,
    DevelopmentCouncil,
    GridCouncil,
    Organisation,
    ResidentCouncil,
    WorthiesCouncil,
)
from cogov_sim.commons.matters import RESIDENTS
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level

YEAR = 12


def living(commons: Commons) -> Iterator[Organisation]:
    """All residents' bodies, kind by kind."""
    for bodies in commons.bodies.values():
        yield from bodies.values()


def council(commons: Commons, community: int) -> ResidentCouncil | None:
    """The council that decides for a community: of those that live there, the one whose task is to convene comes first."""
    for kind in COUNCILS:
        found = commons.bodies[kind].get(community)
        if found is not None:
            assert isinstance(found, ResidentCouncil)
            return found
    return None


def near(commons: Commons, asset: int) -> Iterator[Organisation]:
    """Bodies that may settle matters of an asset, from the lowest level up."""
    assets, bodies = commons.society.assets, commons.bodies
    grid = int(commons.grid_of_asset[asset])
    at_home: list[Organisation | None] = []
    if assets.level[asset] == Level.BUILDING:
        at_home.append(bodies[BuildingGroup].get(int(assets.unit[asset])))
    if assets.category[asset] == PROPERTY:
        at_home.append(commons.owners.get(grid))
    for body in (*at_home, bodies[GridCouncil].get(grid), council(commons, int(assets.community[asset]))):
        if body is not None:
            yield body


def settling_body(commons: Commons, m: int, luck: float) -> Organisation | None:
    """The lowest body that may and can settle a matter: the level has the right to, and the matter is not too large.

    Args:
        m: the matter.
        luck: the matter's own draw, against which the share of matters that a level may decide is held.
    """
    asset, terms = int(commons.ledger.asset[m]), commons.terms
    c = int(commons.society.assets.community[asset])
    for body in near(commons, asset):
        fits = commons.ledger.cost[m] <= limit(commons, asset, body.level)
        sent_back = (
            body.level == Level.COMMUNITY and commons.ledger.dispatched_month[m] > 0
        )  # the street leaves it to them
        if (fits or sent_back) and luck < terms["resident_decision"][c, body.level]:
            return body
    return None


def limit(commons: Commons, asset: int, level: Level) -> float:
    """Yuan up to which a matter of an asset may be settled at a level."""
    assets = commons.society.assets
    share = commons.terms["spending_limit"][int(assets.community[asset]), level]
    return float(share * commons.scenario.government.street_limit * assets.population[asset])


def body_of(commons: Commons, m: int) -> Organisation | None:
    """The body that sees a matter through, if residents decided it: who decided, or the nearest that lives now."""
    ledger = commons.ledger
    if ledger.decided_by[m] != RESIDENTS:
        return None
    asset = int(ledger.asset[m])
    kind = KINDS[int(ledger.body[m])]
    decider = commons.bodies[kind].get(commons.unit_of_asset(asset, kind.level))
    return decider or next(near(commons, asset), None)


def pooled(commons: Commons, body: Organisation) -> list[Organisation]:
    """Bodies whose money goes into a body's matters: its own; for a grid council that of the grid's groups; where a
    development council lives, that of all councils of the community.
    """
    if isinstance(body, GridCouncil):
        groups = commons.bodies[BuildingGroup]
        homes = commons.homes(Level.GRID, body.unit)
        return [body, *(groups[b] for b in range(homes.start, homes.stop) if b in groups)]
    if isinstance(body, ResidentCouncil) and body.unit in commons.bodies[DevelopmentCouncil]:
        others = [commons.bodies[kind].get(body.unit) for kind in COUNCILS]
        return [body, *(other for other in others if other is not None and other is not body)]
    return [body]


def lend(commons: Commons) -> None:
    """What the three kinds of councils do for a whole community, where they live: give first, pool pledges, convene."""
    terms, board = commons.terms, commons.residents.board
    example, coordination, convening = (
        terms[term] * _where(commons, kind)
        for term, kind in (("council_example", WorthiesCouncil), ("council_coordination", DevelopmentCouncil),
                           ("convening", DeliberativeCouncil))
    )  # fmt: skip
    board.example[:] = np.maximum(terms["example"], example)
    commons.coordination = np.maximum(terms["coordination"], coordination)
    commons.convening = np.maximum(terms["meeting"], convening)


def _where(commons: Commons, kind: type[Organisation]) -> NDArray[np.float64]:
    """1 for communities in which a council of a kind lives, else 0."""
    result = np.zeros(commons.n_communities)
    result[list(commons.bodies[kind])] = 1.0
    return result


def hand_down(commons: Commons) -> None:
    """Public money goes down to the bodies that decide at each level, until they hold a year's worth of it."""
    terms, treasury = commons.terms, commons.treasury
    deciding = [council(commons, c) for c in range(commons.n_communities)]
    bodies = [*commons.bodies[BuildingGroup].values(), *commons.bodies[GridCouncil].values(), *deciding]
    for body in bodies:
        if body is None:
            continue
        c = int(commons.community_of[body.level][body.unit])
        month = int(terms["delegated"][c, body.level] * body.residents)
        yuan = min(month, YEAR * month - body.allowance, treasury.free(c))
        if yuan > 0:
            treasury.pay(c, yuan, "delegated")
            body.allowance += yuan


def take_back_allowance(commons: Commons, m: int, body: Organisation | None) -> None:
    """Public money that bodies had put into a matter that is given up goes back to the body, or waits for the next."""
    ledger = commons.ledger
    yuan = int(ledger.delegated_money[m])
    if yuan == 0:
        return
    ledger.delegated_money[m] = 0
    if body is not None:
        body.allowance += yuan
        return
    kind = KINDS[int(ledger.body[m])]
    place = kind, commons.unit_of_asset(int(ledger.asset[m]), kind.level)
    own, public = commons.left_over.get(place, (0, 0))
    commons.left_over[place] = (own, public + yuan)


def leave(commons: Commons, body: Organisation) -> None:
    """A body is dissolved: what it had left over stays with its unit and passes to the next body of the same kind."""
    if body.budget > 0 or body.allowance > 0:
        commons.left_over[type(body), body.unit] = (body.budget, body.allowance)
    body.remove()


def inherit(commons: Commons, body: Organisation) -> None:
    """A new body has what the one before it left."""
    body.budget, body.allowance = commons.left_over.pop((type(body), body.unit), (0, 0))


def lies_at(commons: Commons, m: int, level: int) -> None:
    """A matter is passed up, or returned, to the level of those who deal with it now."""
    ledger = commons.ledger
    steps = int(ledger.level_now[m]) - int(level)
    ledger.moves[m] += max(0, steps)
    ledger.returns[m] += max(0, -steps)
    ledger.level_now[m] = level
