"""Stage 1: shocks, matters and meetings."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import CATEGORIES, Level
from reference.public_work.found import Before, approx, can_ask, homes, of_community, place, seen_to


def shocks(before: Before, commons: Any) -> None:
    settings, n = commons.scenario.services, commons.society.assets.n
    one, two = (uniforms(commons.seed, Purpose.SHOCK, commons.month, n, draw) for draw in (0, 1))
    for a in range(n):
        hit = one[a] < settings.shock_rate
        lost = settings.shock_size * (0.5 + two[a]) if hit else 0.0
        assert commons.shocked[a] == hit
        assert commons.quality[a] == approx(max(0.0, before.quality[a] - lost))


def notice(before: Before, commons: Any) -> None:
    ledger, assets, terms, month = commons.ledger, commons.society.assets, commons.terms, commons.month
    board, services = commons.residents.board, commons.scenario.services
    new = {int(ledger.asset[m]): m for m in range(before.n, ledger.n)}
    worn = [a for a in range(assets.n) if before.open_matter[a] < 0 and commons.quality[a] < services.need_threshold]
    ahead = _ahead(before, commons)
    assert set(new) <= {*worn, *ahead, *_listed_by_units(before, commons)}
    for m in np.flatnonzero(before.column["stage"] < 2):
        a, k, _, _ = place(commons, m)
        assert ledger.support[m] - before.matters["support"][m] == sum(board.voices[b, k] for b in homes(commons, a))
    listed = _listed_by_units(before, commons)
    both = np.array(sorted({*worn, *ahead, *listed}), np.int64)
    one, two = (uniforms(commons.seed, Purpose.NOTICE, month, both, draw) for draw in (0, 1))
    for a, u, v in zip(both.tolist(), one, two, strict=True):
        k, level = int(assets.category[a]), int(assets.level[a])
        spoken = int(sum(board.voices[b, k] for b in homes(commons, a)))
        voices = spoken if a in worn else 0
        reported = a in worn and u < of_community(commons, terms["detection"] * (1.0 - commons.duties.faked), a)
        planned = seen_to(before, commons, a) and v < of_community(commons, terms["government_planning"][:, level], a)
        assert (a in new) == (voices > 0 or reported or a in listed or planned)
        if a not in new:
            continue
        m = new[a]
        cost = max(1, round(services.cost_factor * assets.full_cost[a] * (1.0 - commons.quality[a])))
        assert ledger.cost[m] == cost and ledger.support[m] == spoken and ledger.urgent[m] == commons.shocked[a]
        assert ledger.land[m] == approx(cost * CATEGORIES[k].land_share / services.land_value)
        assert ledger.labour[m] == approx(cost * CATEGORIES[k].labour_share / services.hour_value)
        assert (
            ledger.raised_by[m] == (0 if voices else 1 if reported else 3 if listed else 2)
            and ledger.raised_month[m] == month
        )
        c = int(assets.community[a])
        most = commons.scenario.government.street_limit * terms["spending_limit"][c, Level.COMMUNITY]
        up = c >= 0 and cost > most * commons.society.units.population(Level.COMMUNITY)[c]
        delay = round(of_community(commons, terms["routing_delay"], a))
        assert ledger.level_now[m] == (Level.STREET if up else level)
        assert ledger.moves[m] == (level - Level.STREET if up else 0)
        assert ledger.ready_month[m] == month + (delay if up or level == Level.STREET else 0)
        assert ledger.beneficiaries[m] == assets.population[a]


def _ahead(before: Before, commons: Any) -> set[int]:
    """Purses with more than a month's income to spare: their worst assets, until what those cost exceeds it."""
    assets, treasury, services = commons.society.assets, commons.treasury, commons.scenario.services
    found = set()
    for purse in range(commons.n_communities + commons.n_streets):
        spare = int(treasury.balance[purse] - treasury.committed[purse] - treasury.month_income[purse])
        mine = assets.community == purse
        if purse >= commons.n_communities:
            mine = (assets.community < 0) & (assets.street == purse - commons.n_communities)
        mine &= (before.open_matter < 0) & (commons.quality < commons.scenario.government.workmanship)
        for a in sorted(
            (a for a in np.flatnonzero(mine).tolist() if seen_to(before, commons, a)),
            key=lambda a: (commons.quality[a], a),
        ):
            if spare <= 0:
                break
            found.add(a)
            spare -= max(1, round(services.cost_factor * assets.full_cost[a] * (1.0 - commons.quality[a])))
    return found


def _listed_by_units(before: Before, commons: Any) -> list[int]:
    """The worst of environment, facilities, order and safety where a public unit or a holder of property sits, by the term's chance."""
    units, assets, found = commons.local_units, commons.society.assets, []
    luck = uniforms(commons.seed, Purpose.NOTICE, commons.month, commons.n_communities, 2)
    for c in range(commons.n_communities):
        sits = any(
            units.seated[u] and units.table.kind[u] in (3, 4)
            for u in range(units.table.n)
            if units.table.community[u] == c
        )
        bad = [
            a
            for a in range(assets.n)
            if assets.community[a] == c and assets.category[a] in (0, 1, 2, 3)
            and before.open_matter[a] < 0 and commons.quality[a] < 0.7
        ]  # fmt: skip
        if sits and bad and luck[c] < commons.terms["unit_agenda"][c]:
            found.append(min(bad, key=lambda a: float(commons.quality[a])))
    return found


def meetings(before: Before, commons: Any) -> None:
    """Who is convened and invited where, which meetings come to a resolution, and what their unit then wants."""
    board, terms, units, month = commons.residents.board, commons.terms, commons.society.units, commons.month
    ledger, assets = commons.ledger, commons.society.assets
    waiting = [m for m in range(ledger.n) if ledger.stage[m] == 0]
    draws = uniforms(commons.seed, Purpose.ORGANISATION, month, commons.n_communities)
    councils = commons.bodies[next(k for k in BODY_KINDS if k.term == "deliberative_councils")]
    for c in range(commons.n_communities):
        council, own = councils.get(c), [m for m in waiting if assets.community[ledger.asset[m]] == c]
        convened = terms["convening"][c] if council else 0.0
        reach = min(1.0, can_ask(commons, council) / council.residents) if council else 0.0
        meets = bool(own) and draws[c] < 1.0 - (1.0 - terms["meeting"][c]) * (1.0 - convened)
        mine = np.flatnonzero(board.community == c)
        assert (board.meeting[mine, 1] == (-2 - c if meets else -1)).all()
        assert board.invite[mine[0], 1] == approx(1.0 - (1.0 - terms["invitation"][c]) * (1.0 - reach))
        thousands, lent = (
            commons.society.units.population(Level.COMMUNITY)[c] / 1000.0,
            float(commons.premises[c] - commons.premises_used[c]),
        )
        assert board.seats[mine[0], 1] == round(terms["seats"][c] * thousands) + lent // 2
        near = 0.5 * lent / thousands / (lent / thousands + 50.0)
        assert board.venue[mine[0], 1] == approx(terms["venue"][c] + near)
        assert board.invite_newcomers[mine[0], 1] == terms["invitation_newcomers"][c]
        if meets:
            _resolved(commons, 1, mine, c, commons.views[c], before.views[c])
    for venue, level, term, views in (
        (0, Level.BUILDING, "building_groups", commons.building_views),
        (2, Level.GRID, "grid_councils", commons.grid_views),
    ):
        found = commons.bodies[next(k for k in BODY_KINDS if k.term == term)]
        of = units.within(Level.BUILDING, level)
        for unit in range(units.count(level)):
            mine, body = np.flatnonzero(of == unit), found.get(unit)
            own = [
                m for m in waiting if assets.level[ledger.asset[m]] == level and assets.unit[ledger.asset[m]] == unit
            ]
            meets = bool(own) and body is not None
            assert (board.meeting[mine, venue] < -1).all() == meets and len(set(board.meeting[mine, venue])) == 1
            if meets:
                assert board.invite[mine[0], venue] == approx(min(1.0, can_ask(commons, body) / body.residents))
                _resolved(commons, venue, mine, int(board.community[mine[0]]), views[unit], None)


def _resolved(commons: Any, venue: int, mine: Any, c: int, view: Any, view_before: Any) -> None:
    board, terms, people = commons.residents.board, commons.terms, commons.people_of
    came = int(board.came[mine, venue, 0].sum())
    invited = sum(
        people[b, 0] * board.invite[b, venue]
        + people[b, 1] * (1.0 - board.invite[b, venue]) * board.invite_newcomers[b, venue]
        for b in mine
    )
    agree = int(board.agree[mine, venue].sum())
    passes = came > 0 and came >= terms["quorum"][c] * invited and agree >= terms["majority"][c] * came
    assert (board.present[mine, venue] == came).all() and (board.resolved[mine, venue] == passes).all()
    if passes:
        np.testing.assert_allclose(view, board.opinions[mine, venue].sum(axis=0) / came)
    elif view_before is not None:
        np.testing.assert_array_equal(view, view_before)
