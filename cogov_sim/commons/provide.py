"""What the government does in stage 1 with the matters it holds: its list, its guess at what people want, contracts, saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import COMMUNITY_MEETING
from cogov_sim.agents.enterprises import Bid
from cogov_sim.agents.government import District
from cogov_sim.agents.street_offices import Approach
from cogov_sim.commons import purchase
from cogov_sim.commons.guess import guess
from cogov_sim.commons.matters import NONE, Decider, Stage
from cogov_sim.commons.state import COST_PER_HEAD, N_CATEGORIES, VISIBLE, Commons
from cogov_sim.commons.tenders import hold_tender, price
from cogov_sim.society import Level

PROJECT_YUAN = 100_000.0  # public money that takes ``project_hours``


def release_savings(commons: Commons, lists: Mapping[int, Sequence[int]]) -> None:
    """What was put by for a matter that is no longer on its purse's list is free again; ``lists``: waiting matters by purse."""
    for purse in np.flatnonzero(commons.saves_for != NONE).tolist():
        if commons.saves_for[purse] not in lists.get(purse, ()):
            commons.saves_for[purse] = NONE
            _take_out(commons, purse)


class Listed(NamedTuple):
    """The waiting matters on the government's lists: what officials think of each.

    Attributes:
        matters: their numbers.
        wants, score: see ``government_ranking``.
        share: the public share of each matter's cost.
    """

    matters: NDArray[np.int64]
    wants: NDArray[np.float64]
    score: NDArray[np.float64]
    share: NDArray[np.float64]


def provide(commons: Commons, lists: Mapping[int, Sequence[int]]) -> None:
    """Each purse goes down its list of waiting matters, by the government's guess at what people want and by what shows."""
    matters = np.array([m for mine in lists.values() for m in mine], np.int64)
    listed = Listed(matters, *government_ranking(commons, matters), public_shares(commons, matters))
    saving, first = commons.of_purses("saving"), 0
    for purse, mine in lists.items():
        rows, first = slice(first, first + len(mine)), first + len(mine)
        _provide(commons, Listed._make(column[rows] for column in listed), purse, float(saving[purse]))


def _provide(commons: Commons, listed: Listed, purse: int, saving: float) -> None:
    """One purse goes down its list, within money and hours.

    For what has waited longest of the matters that the purse cannot pay, it saves until it can: a share (``saving``) of
    each month's income is put by, which nothing else may touch, and what lies idle otherwise. Whatever else is on the
    list is paid from the rest, so that the dear get their turn and the small need not wait for them.
    """
    level = Level.COMMUNITY if purse < commons.n_communities else Level.STREET
    order = np.argsort(-listed.score, kind="stable")
    target = _save(commons, purse, listed.matters[order], saving)
    matters, urgent = listed.matters.tolist(), commons.ledger.urgent[listed.matters].tolist()
    least = (listed.share * commons.ledger.cost[listed.matters]).tolist()
    asset = commons.ledger.asset[listed.matters]
    bought = (commons.approaches(asset) == Approach.BUY) | (commons.society.assets.community[asset] < 0)
    for q in _begun_first(commons, purse, listed.matters, order.tolist()):
        m = matters[q]
        if m != target and not urgent[q] and _out_of_reach(commons, purse, m, least[q]):
            continue
        put_by = _take_out(commons, purse) if m == target else 0
        if contract(commons, m, purse, float(listed.share[q]), buys=bool(bought[q])):
            write_decision(commons, m, Decider.GOVERNMENT, float(listed.wants[q]), level)
            _mark_heard(commons, purse)
            if m == target:
                commons.saves_for[purse] = NONE
        else:
            _keep(commons, purse, put_by)
    _put_by(commons, purse, commons.treasury.free(purse) - int(commons.treasury.month_income[purse]))


def public_shares(commons: Commons, matters: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of each matter's cost that public money pays where the government decides."""
    shares = commons.of_community(commons.terms["public_share"], commons.ledger.asset[matters])
    return shares[np.arange(len(matters)), commons.ledger.agenda_level(matters)]


def _begun_first(commons: Commons, purse: int, matters: NDArray[np.int64], order: list[int]) -> list[int]:
    """The order of a list in which the project that the committee has begun comes first; what is gone is no longer begun."""
    if purse >= commons.n_communities or (office := commons.committees[purse]).begun_for < 0:
        return order
    if commons.ledger.stage[office.begun_for] != Stage.RAISED:
        office.begun, office.begun_for = 0.0, -1
    front = np.flatnonzero(matters == office.begun_for).tolist()
    return [*front, *(q for q in order if q not in front)]


def _out_of_reach(commons: Commons, purse: int, m: int, public: float) -> bool:
    """Whether nothing would come of trying to contract: too little money, or no hour left."""
    if public > commons.treasury.free(purse):
        return True
    if purse >= commons.n_communities:
        return False
    office = commons.committees[purse]
    return office.left <= 0.0 and m != office.begun_for and managing_hours(commons, purse, public) > 0.0


def _save(commons: Commons, purse: int, listed: NDArray[np.int64], share: float) -> int:
    """Put this month's part by; returns the matter that the purse saves for, ``NONE`` if it can pay for each.

    Args:
        commons: the commons.
        purse: the purse.
        listed: its matters, the first on the list first.
        share: of the month's income.
    """
    target = int(commons.saves_for[purse])
    if target == NONE:
        beyond = listed[commons.ledger.cost[listed] > commons.treasury.free(purse)]
        target = int(beyond[np.argmin(commons.ledger.raised_month[beyond])]) if len(beyond) else NONE
    commons.saves_for[purse] = target
    part = int(share * commons.treasury.month_income[purse])
    _put_by(commons, purse, min(part, commons.treasury.free(purse)))
    return target


def _put_by(commons: Commons, purse: int, most: int) -> None:
    """Put money by for what the purse saves for, as far as it still lacks."""
    _keep(commons, purse, max(0, min(most, still_to_save(commons, purse))))


def still_to_save(commons: Commons, purse: int) -> int:
    """Yuan that a purse lacks of the price of what it saves for; 0 if it saves for nothing."""
    target = int(commons.saves_for[purse])
    return 0 if target == NONE else max(0, price(commons, target) - int(commons.saved[purse]))


def upkeep_budgets(commons: Commons) -> NDArray[np.int64]:
    """Yuan a month that each purse may spend on routine upkeep: of the communities, then of the streets."""
    settings, units = commons.scenario.government, commons.society.units
    own = settings.street_share
    heads = [units.population(Level.COMMUNITY) * (1.0 - own), units.population(Level.STREET) * own]
    monthly = settings.maintenance_share * commons.city.envelope(commons.reform_month) / commons.city.residents
    return (monthly * np.concatenate(heads)).astype(np.int64)


def seen_to(commons: Commons) -> NDArray[np.bool_]:
    """Bool per asset, whether officials see to it now: to what their street's office does or buys, and to all else where the purse has
    more than a month's income to spare beyond what routine upkeep takes.
    """
    spare = commons.treasury.spare[: commons.n_communities + commons.n_streets] - upkeep_budgets(commons)
    ways = commons.approaches(np.arange(commons.society.assets.n))
    return (ways == Approach.DO) | (ways == Approach.BUY) | (spare[commons.purse_of_asset] > 0)


def set_upkeep_aside(commons: Commons) -> NDArray[np.int64]:
    """Commit each purse's money for this month's routine upkeep, as far as it is there; returns yuan per purse."""
    treasury, most = commons.treasury, upkeep_budgets(commons)
    yuan = np.clip(
        treasury.balance - treasury.committed, 0, np.append(most, np.zeros(len(commons.districts), np.int64))
    )
    treasury.committed += yuan
    return yuan


def _keep(commons: Commons, purse: int, yuan: int) -> None:
    commons.treasury.commit(purse, yuan)
    commons.saved[purse] += yuan


def _take_out(commons: Commons, purse: int) -> int:
    """Free all savings of a purse; returns how much that was."""
    yuan = int(commons.saved[purse])
    _keep(commons, purse, -yuan)
    return yuan


def _mark_heard(commons: Commons, purse: int) -> None:
    """Where the committee hears meetings, who was at one has been heard."""
    if purse < commons.n_communities and commons.terms["hearing"][purse] > 0.0:
        board = commons.residents.board
        here = board.community == purse
        board.heard[here, COMMUNITY_MEETING] = board.resolved[here, COMMUNITY_MEETING]


def write_decision(commons: Commons, m: int, decider: Decider, estimate: float, level: int) -> None:
    """Write down who decided a matter, at which level, and what they thought people want. Hours begun for it have done their part."""
    ledger = commons.ledger
    ledger.decided_by[m] = decider
    ledger.decided_level[m] = level
    ledger.decided_month[m] = commons.month
    ledger.estimate[m] = estimate
    ledger.stage[m] = Stage.UNDER_WAY
    community = int(commons.society.assets.community[ledger.asset[m]])
    if community >= 0 and (office := commons.committees[community]).begun_for == m:
        office.begun, office.begun_for = 0.0, -1


def government_ranking(commons: Commons, matters: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the government thinks people want of each matter's service, and how high each matter is on its list.

    On the list a service counts 1 that is wanted as much as the mean of all.
    """
    asset = commons.ledger.asset[matters]
    k = commons.society.assets.category[asset]
    wants = guess(commons, matters)
    showcase = commons.of_community(commons.terms["showcase"], asset)
    score = (wants * N_CATEGORIES + showcase * VISIBLE[k] + commons.ledger.urgent[matters]) * (
        1.0 - commons.quality[asset]
    )
    return wants, score / COST_PER_HEAD[k]


def contract(
    commons: Commons, m: int, purse: int, share: float, bid: Bid[Any] | None = None, buys: bool = True
) -> bool:
    """Put a matter out to tender and pay the public share; returns whether money and hours sufficed.

    ``bid``: of a tender that was held before. ``buys``: whether social organisations may bid.
    """
    ledger = commons.ledger
    cost = int(ledger.cost[m])
    best: Bid[Any] = bid or (purchase.bid_of_provider(commons, m) if buys else None) or hold_tender(commons, m)
    public = int(np.ceil(share * cost * best.price))
    short = public - commons.treasury.free(purse)
    helper = _helper(commons, m, short)
    if (short > 0 and helper is None) or not take_hours(commons, m, public):
        return False
    if helper is not None:
        helper.help_out(purse, short, commons.treasury)
    ledger.contracted[m] = round(share * cost)
    ledger.own_target[m] = cost - round(share * cost)
    expected = commons.scenario.services.expected_cooperation
    ledger.fair_share[m] = ledger.own_target[m] / (expected * int(ledger.beneficiaries[m]))
    if ledger.own_target[m] == 0:
        commons.treasury.pay(purse, public, "projects")
        ledger.public_money[m] = public
    else:  # residents have to come up with their part first
        commons.treasury.commit(purse, public)
        ledger.public_promised[m] = public
    purchase.give_out(commons, m, best, share * cost)
    return True


def take_hours(commons: Commons, m: int, public: int) -> bool:
    """The committee's hours for managing public money in a matter, whoever decided it; False while it has too few.

    What belongs to no community is the streets' own work and takes none.
    """
    community = int(commons.society.assets.community[commons.ledger.asset[m]])
    return community < 0 or commons.committees[community].manage(managing_hours(commons, community, public), m)


def managing_hours(commons: Commons, community: int, public: float) -> float:
    """The hours that a committee needs to manage so many yuan of public money."""
    each = commons.scenario.government.project_hours * float(commons.terms["paperwork"][community])
    return each * public / PROJECT_YUAN


def _helper(commons: Commons, m: int, short: int) -> District | None:
    """For emergencies, the district whose reserve has what a purse is short of."""
    if short <= 0 or not commons.ledger.urgent[m]:
        return None
    street = int(commons.society.assets.street[commons.ledger.asset[m]])
    district = commons.districts[int(commons.society.units.parent(Level.STREET)[street])]
    return district if short <= commons.treasury.free(commons.treasury.district_purse(district.index)) else None
