"""Stage 2, build 共建: a chosen matter gathers money and labour from all sides until it can be built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.organisations import Organisation
from cogov_sim.commons.matters import BUILDING, RESIDENTS
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level


def gathering(commons: Commons) -> NDArray[np.int64]:
    """Open matters that still need contributions of their own."""
    ledger = commons.ledger
    matters = ledger.open(BUILDING)
    have = ledger.own_value(matters, commons.scenario.services.hour_value)
    return matters[have < ledger.own_target[matters]]


def call_for_contributions(commons: Commons) -> None:
    """Residents learn of open matters, some are asked, and they give or do not; bodies and enterprises add theirs."""
    matters = gathering(commons)
    _post(commons, matters)
    commons.residents.give(commons.month)
    _collect(commons, matters)
    _enterprises_give(commons, gathering(commons))
    _bodies_give(commons, gathering(commons))


def _post(commons: Commons, matters: NDArray[np.int64]) -> None:
    """Write on the board what residents of each building can contribute to, and how likely they hear and are asked."""
    board, ledger, terms, assets = (
        commons.residents.board,
        commons.ledger,
        commons.terms,
        commons.society.assets,
    )
    board.matter[:] = -1
    for name in ("visibility", "recognition", "sanction"):
        getattr(board, name)[:] = terms[name]
    asks = _asks_per_head(commons, matters)
    expected = commons.scenario.services.expected_cooperation
    minutes = (60.0 * ledger.labour[matters]).astype(np.int64)
    for m, needed in zip(matters.tolist(), minutes.tolist(), strict=True):
        a = int(ledger.asset[m])
        k, c, level = int(assets.category[a]), int(assets.community[a]), int(assets.level[a])
        span = slice(*commons.building_span[a])
        body = body_of(commons, m)
        coordination = float(terms["coordination"][c])
        neighbours = 0.0
        if body is not None:
            settings = commons.scenario
            asked = body.asks(settings.organisations, settings.government.ask_hours, coordination)
            neighbours = min(0.9, asked * body.reputation * 2.0 / int(assets.population[a]))
        board.matter[span, k] = m
        board.fair[span, k] = ledger.own_target[m] / (expected * int(assets.population[a]))
        board.hear[span, k] = 1.0 - (1.0 - terms["awareness"][c, level]) * (1.0 - 0.1 * terms["report"][c])
        board.ask[span, k] = neighbours
        board.ask_staff[span, k] = asks[c]
        board.labour[span, k] = ledger.residents_minutes[m] < needed
        board.match[span, k] = ledger.match[m]


def _asks_per_head(commons: Commons, matters: NDArray[np.int64]) -> NDArray[np.float64]:
    """The committee goes round with the hours it has left: chance per community that staff ask one about a matter."""
    assets = commons.society.assets
    asset = commons.ledger.asset[matters]
    people = np.bincount(assets.community[asset], assets.population[asset], commons.n_communities)
    each = commons.scenario.government.ask_hours
    return np.array([committee.ask(each, int(people[c])) for c, committee in enumerate(commons.committees)])


def body_of(commons: Commons, m: int) -> Organisation | None:
    """The residents' body that sees a matter through, if residents decided it and the body still lives."""
    ledger, assets = commons.ledger, commons.society.assets
    if ledger.decided_by[m] != RESIDENTS:
        return None
    a = int(ledger.asset[m])
    if assets.level[a] == Level.BUILDING and int(assets.unit[a]) in commons.groups:
        return commons.groups[int(assets.unit[a])]
    return commons.councils.get(int(assets.community[a]))


def _collect(commons: Commons, matters: NDArray[np.int64]) -> None:
    """Add up what residents gave, in whole yuan and minutes."""
    board, ledger, assets = commons.residents.board, commons.ledger, commons.society.assets
    for m in matters.tolist():
        a = int(ledger.asset[m])
        k, span = int(assets.category[a]), slice(*commons.building_span[a])
        ledger.residents_money[m] += board.money[span, k].sum()
        ledger.residents_minutes[m] += board.minutes[span, k].sum()
        ledger.givers[m] += board.new_givers[span, k].sum()


def _largest_gap(commons: Commons, matters: NDArray[np.int64]) -> dict[int, int]:
    """For each community the matter that lacks most."""
    ledger = commons.ledger
    gap = ledger.own_target[matters] - ledger.own_value(matters, commons.scenario.services.hour_value)
    community = commons.society.assets.community[ledger.asset[matters]]
    chosen: dict[int, int] = {}
    for q in np.argsort(-gap, kind="stable"):
        chosen.setdefault(int(community[q]), int(matters[q]))
    return chosen


def _enterprises_give(commons: Commons, matters: NDArray[np.int64]) -> None:
    """Member firms give to the matter of their community that lacks most; giving builds reputation."""
    commons.gifts[:] = 0
    for c, m in _largest_gap(commons, matters).items():
        for firm in commons.firms_of_community[c]:
            yuan = firm.gift(commons.scenario.enterprises)
            if yuan > 0:
                commons.ledger.enterprise_money[m] += yuan
                commons.gifts[c] += yuan
                firm.profit -= yuan
                firm.reputation += 0.05 * (1.0 - firm.reputation)


def _bodies_give(commons: Commons, matters: NDArray[np.int64]) -> None:
    """A body that gathered more than a matter needed puts the rest into its next one (pooled finance)."""
    for m in matters.tolist():
        body = body_of(commons, m)
        if body is not None and body.budget > 0:
            ledger = commons.ledger
            lacks = ledger.own_target[m] - ledger.own_value(np.array([m]), commons.scenario.services.hour_value)[0]
            yuan = int(min(body.budget, max(0, lacks)))
            ledger.organisation_money[m] += yuan
            body.budget -= yuan


def finished(commons: Commons) -> NDArray[np.int64]:
    """Matters whose own part is gathered and whose time to build is over."""
    ledger = commons.ledger
    matters = ledger.open(BUILDING)
    have = ledger.own_value(matters, commons.scenario.services.hour_value)
    old_enough = commons.month - ledger.decided_month[matters] >= commons.scenario.government.build_months
    return matters[(have >= ledger.own_target[matters]) & old_enough]


def overdue(commons: Commons) -> NDArray[np.int64]:
    """Matters that did not gather what they need within the patience of those concerned."""
    ledger = commons.ledger
    matters = ledger.open(BUILDING)
    have = ledger.own_value(matters, commons.scenario.services.hour_value)
    late = commons.month - ledger.decided_month[matters] >= commons.scenario.services.patience
    return matters[(have < ledger.own_target[matters]) & late]
