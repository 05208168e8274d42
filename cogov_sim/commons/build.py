"""What the commons do in stage 2, build 共建: a chosen matter gathers money and labour from all sides until it can be built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.organisations import BuildingGroup, Organisation
from cogov_sim.commons import donors, party, premises
from cogov_sim.commons.bodies import Roster, asks, bodies_of, carriers, example, pooled, roster
from cogov_sim.commons.matters import NONE, Stage
from cogov_sim.commons.offers import units_answer
from cogov_sim.commons.register import social_workers_help
from cogov_sim.commons.state import Commons


def gathering(commons: Commons) -> NDArray[np.int64]:
    """Open matters that still need contributions of their own."""
    matters = commons.ledger.open(Stage.UNDER_WAY)
    return matters[~gathered(commons, matters)]


def call_for_contributions(commons: Commons) -> None:
    """Residents learn of open matters, some are asked, and they give or do not; whoever else has an offer answers what is lacking."""
    matters = gathering(commons)
    _post(commons, matters)
    party.call(commons)
    commons.residents.give(commons.month)
    party.record(commons)
    donors.pledge(commons)
    _collect(commons, matters)
    for answers in (units_answer, premises.lend, social_workers_help, donors.give, _bodies_give):
        answers(commons, gathering(commons))
    reserve_grants(commons)


def _post(commons: Commons, matters: NDArray[np.int64]) -> None:
    """Write on the board what residents of each building can contribute to, and how likely they hear and are asked."""
    board, ledger, terms, assets = commons.residents.board, commons.ledger, commons.terms, commons.society.assets
    board.matter[:] = -1
    board.visibility[:] = terms["visibility"][board.community]
    with_group = list(commons.bodies[BuildingGroup])
    more = terms["group_visibility"][board.community[with_group]]
    board.visibility[with_group] += (1.0 - board.visibility[with_group]) * more
    there = roster(commons)
    carrier = carriers(commons, there, matters)
    carried_by = there.named(carrier)
    staff, neighbours = _chances_to_be_asked(commons, matters, carried_by)
    of_council = np.array([body is not None and body.is_council for body in carried_by], bool)
    homes, k, which = commons.cells(matters)
    m, community = matters[which], board.community[homes]
    level = assets.level[ledger.asset[m]]
    unaware = (1.0 - terms["awareness"][community, level]) * (1.0 - 0.1 * terms["report"][community])
    board.matter[homes, k] = m
    board.fair[homes, k] = ledger.fair_share[m]
    board.hear[homes, k] = 1.0 - unaware
    board.ask[homes, k] = neighbours[which]
    board.ask_staff[homes, k] = staff[which]
    board.labour[homes, k] = ledger.residents_minutes[m] < (60.0 * ledger.labour[m]).astype(np.int64)
    wanted = ledger.residents_land[m] < (100.0 * ledger.land[m]).astype(np.int64)
    board.land[homes, k] = commons.has_ground[community] & wanted
    spent_on_it = 1.0 - np.where(of_council[which], commons.thought_kept[community], 0.0)
    # a match beyond 1:1 moves nobody further, and makes up for no theft
    board.match[homes, k] = (
        1.0 + np.minimum(1.0, ledger.match[m] * commons.grant_belief[community])
    ) * spent_on_it - 1.0
    board.example[homes, k] = _examples(commons, there, carrier)[which]


def _examples(commons: Commons, there: Roster, carrier: NDArray[np.int64]) -> NDArray[np.float64]:
    """How visibly those who ask for each matter have given first; 0 where no body carries it."""
    shown = np.zeros(len(there.bodies) + 1)
    for n in np.unique(carrier[carrier != NONE]).tolist():
        shown[n] = example(commons, there.bodies[n])
    return shown[carrier]


def _chances_to_be_asked(
    commons: Commons, matters: NDArray[np.int64], carried_by: list[Organisation | None]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chance that a resident is asked about each matter, by staff and by neighbours.

    Those who ask go round for the matter that is nearest to its goal first, then for the next, until their hours end.
    """
    ledger, assets, settings = commons.ledger, commons.society.assets, commons.scenario
    target = np.maximum(1, ledger.own_target[matters])
    progress = ledger.own_value(matters, settings.services) / target
    each = settings.government.ask_hours
    staff, neighbours = np.zeros(len(matters)), np.zeros(len(matters))
    people = assets.population[ledger.asset[matters]].tolist()
    community = assets.community[ledger.asset[matters]].tolist()
    asks_left: dict[int, float] = {}
    for q in np.argsort(-progress, kind="stable").tolist():
        if community[q] < 0:
            continue  # nobody goes round for what exceeds a community
        staff[q] = commons.committees[community[q]].ask(each, people[q])
        body = carried_by[q]
        if body is not None:
            left = asks_left[body.unique_id] if body.unique_id in asks_left else asks(commons, body)
            neighbours[q] = min(1.0, left / people[q])
            asks_left[body.unique_id] = max(0.0, left - people[q])
    return staff, neighbours


def _collect(commons: Commons, matters: NDArray[np.int64]) -> None:
    """Add up what residents gave, in whole yuan, minutes and hundredths of a square metre."""
    board, ledger = commons.residents.board, commons.ledger
    homes, k, which = commons.cells(matters)
    for total, given in (
        (ledger.residents_money, board.money),
        (ledger.residents_minutes, board.minutes),
        (ledger.residents_land, board.land_given),
        (ledger.givers, board.new_givers),
    ):
        np.add.at(total, matters[which], given[homes, k])


def _bodies_give(commons: Commons, matters: NDArray[np.int64]) -> None:
    """A body that gathered more than a matter needed puts the rest into its next one (pooled finance)."""
    ledger = commons.ledger
    short = ledger.own_target[matters] - ledger.own_value(matters, commons.scenario.services)
    for m, body, missing in zip(matters.tolist(), bodies_of(commons, matters), short.tolist(), strict=True):
        lacks = missing
        for source in [] if body is None else pooled(commons, body):
            yuan = max(0, min(source.budget, lacks))
            ledger.organisation_money[m] += yuan
            source.budget -= yuan
            lacks -= yuan


def reserve_grants(commons: Commons) -> None:
    """Where residents have put in their part, the grant is set aside: first come, first served, while the purse lasts."""
    ledger, assets = commons.ledger, commons.society.assets
    matters = ledger.open(Stage.UNDER_WAY)
    waits = gathered(commons, matters) & (ledger.grant_reserved[matters] < ledger.grant_promised[matters])
    for m in matters[waits].tolist():
        purse, grant = int(assets.community[ledger.asset[m]]), int(ledger.grant_promised[m])
        if grant <= commons.treasury.free(purse):
            commons.treasury.commit(purse, grant)
            ledger.grant_reserved[m] = grant


def gathered(commons: Commons, matters: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each matter has its own part together."""
    ledger = commons.ledger
    have = ledger.own_value(matters, commons.scenario.services)
    return np.asarray(have >= ledger.own_target[matters])


def _funded(commons: Commons, matters: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each matter has its own part together, and its grant set aside where one is in prospect."""
    ledger = commons.ledger
    return gathered(commons, matters) & (ledger.grant_reserved[matters] == ledger.grant_promised[matters])


def finished(commons: Commons) -> NDArray[np.int64]:
    """Matters that are funded and whose time to build is over."""
    ledger = commons.ledger
    matters = ledger.open(Stage.UNDER_WAY)
    old_enough = commons.month - ledger.decided_month[matters] >= commons.scenario.government.build_months
    return matters[_funded(commons, matters) & old_enough]


def overdue(commons: Commons) -> NDArray[np.int64]:
    """Matters that did not come by what they need within the patience of those concerned."""
    ledger = commons.ledger
    matters = ledger.open(Stage.UNDER_WAY)
    late = commons.month - ledger.decided_month[matters] >= commons.scenario.services.patience
    return matters[~_funded(commons, matters) & late]
