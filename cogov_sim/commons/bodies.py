"""Residents' bodies at work: which of them can settle a matter, how far they reach, money handed down to them."""

from __future__ import annotations

from collections.abc import Container, Iterator

from cogov_sim.agents.columns import NEVER
from cogov_sim.agents.government import IDLE_MONTHS
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.organisations import (
    BODY_KINDS,
    COUNCILS,
    BuildingGroup,
    GridCouncil,
    Organisation,
)
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


def near(commons: Commons, asset: int) -> Iterator[Organisation]:
    """Bodies that may settle matters of an asset, from the lowest level up."""
    community, grid, building, category = commons.places[asset].tolist()
    bodies = commons.bodies
    at_home = (
        bodies[BuildingGroup].get(building),
        commons.owners.get(grid) if category == PROPERTY else None,
        bodies[GridCouncil].get(grid),
    )
    for body in at_home:
        if body is not None:
            yield body
    found = council(commons, community)
    if found is not None:
        yield found


def settling_body(commons: Commons, m: int, luck: float, busy: Container[Organisation] = ()) -> Organisation | None:
    """The lowest body that may and can settle a matter: it has the right to, a hand free, and the matter is not too large.

    Args:
        commons: the commons.
        m: the matter.
        luck: the matter's own draw, against which the share of matters that a level may decide is held.
        busy: bodies that see as many matters through as they can.
    """
    asset, terms = int(commons.ledger.asset[m]), commons.terms
    c = int(commons.society.assets.community[asset])
    for body in near(commons, asset):
        fits = commons.ledger.cost[m] <= limit(commons, asset, body.level)
        # what the street sent back is the community's at any size
        sent_back = body.level == Level.COMMUNITY and commons.ledger.dispatched_month[m] > 0
        if body not in busy and (fits or sent_back) and luck < body.share_it_may_decide(terms, c):
            return body
    return None


def limit(commons: Commons, asset: int, level: Level) -> float:
    """Yuan up to which a matter of an asset may be settled at a level: so much for each resident of the level's unit."""
    share = commons.terms["spending_limit"][commons.society.assets.community[asset], level]
    people = commons.people_at[level][commons.unit_of_asset(asset, level)]
    return float(share * commons.scenario.government.street_limit * people)


def body_of(commons: Commons, m: int) -> Organisation | None:
    """The body that sees a matter through, if one decided it: that body, or the nearest that lives now."""
    ledger = commons.ledger
    if ledger.body[m] == NONE:
        return None
    asset = int(ledger.asset[m])
    kind = BODY_KINDS[int(ledger.body[m])]
    decider = commons.bodies[kind].get(commons.unit_of_asset(asset, kind.level))
    return decider or next(near(commons, asset), None)


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
        place = kind, commons.unit_of_asset(int(ledger.asset[m]), kind.level)
        before = commons.left_over.get(place, (0, 0))
        commons.left_over[place] = (before[0] + own, before[1] + public)


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
