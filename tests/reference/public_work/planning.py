"""Stage 1: shocks, matters, meetings and decisions."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.enterprises import tender
from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.commons import bodies
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import CATEGORIES, Level
from reference.public_work.found import (
    GOVERNMENT,
    LEAST_EXPECTED,
    RESIDENTS,
    SELF_HELP,
    Before,
    approx,
    can_ask,
    homes,
    noise,
    of_community,
    place,
)


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
    assert set(new) <= set(worn)
    for m in np.flatnonzero(before.column["stage"] < 2):
        a, k, _, _ = place(commons, m)
        assert ledger.support[m] - before.matters["support"][m] == sum(board.voices[b, k] for b in homes(commons, a))
    one, two = (uniforms(commons.seed, Purpose.NOTICE, month, np.array(worn, np.int64), draw) for draw in (0, 1))
    for a, u, v in zip(worn, one, two, strict=True):
        k, level = int(assets.category[a]), int(assets.level[a])
        voices = int(sum(board.voices[b, k] for b in homes(commons, a)))
        reported = u < of_community(commons, terms["detection"], a)
        planned = v < of_community(commons, terms["government_planning"][:, level], a)
        assert (a in new) == (voices > 0 or reported or planned)
        if a not in new:
            continue
        m = new[a]
        cost = max(1, round(services.cost_factor * assets.full_cost[a] * (1.0 - commons.quality[a])))
        assert ledger.cost[m] == cost and ledger.support[m] == voices and ledger.urgent[m] == commons.shocked[a]
        assert ledger.labour[m] == approx(cost * CATEGORIES[k].labour_share / services.hour_value)
        assert ledger.raised_by[m] == (0 if voices else 1 if reported else 2) and ledger.raised_month[m] == month
        most = of_community(commons, terms["spending_limit"][:, Level.COMMUNITY], a)
        up = level > Level.STREET and cost > most * commons.scenario.government.street_limit * assets.population[a]
        delay = round(of_community(commons, terms["routing_delay"], a))
        assert ledger.level_now[m] == (Level.STREET if up else level)
        assert ledger.moves[m] == (level - Level.STREET if up else 0)
        assert ledger.ready_month[m] == month + (delay if up or level == Level.STREET else 0)
        assert ledger.beneficiaries[m] == assets.population[a]


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
        assert board.seats[mine[0], 1] == terms["seats"][c] and board.venue[mine[0], 1] == terms["venue"][c]
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


def decisions(before: Before, commons: Any) -> None:
    """What a decision writes into the ledger, whoever decides; and that lists are followed from the top."""
    ledger, assets, terms, month = commons.ledger, commons.society.assets, commons.terms, commons.month
    settings, services = commons.scenario.government, commons.scenario.services
    decided = [m for m in np.flatnonzero(before.column["stage"] == 0) if ledger.stage[m] == 1]
    for m in np.flatnonzero(before.column["stage"] == 0):
        old = month - ledger.raised_month[m] >= services.maximum_age
        assert (ledger.stage[m] == 3) == (old and m not in decided)
    for m in decided:
        a, _, c, people = place(commons, m)
        assert ledger.decided_month[m] == month
        street = int(assets.street[a])
        bid = tender(
            commons.firms_of_street[street],
            commons.scenario.enterprises,
            commons.seed,
            int(ledger.luck_key(np.array([m]))[0]),
        )
        cost = int(ledger.cost[m])
        if ledger.decided_by[m] in (RESIDENTS, SELF_HELP):
            by_hand = ledger.labour[m] * services.hour_value
            price = round(by_hand + (cost - by_hand) * bid.price)
            down = int(ledger.delegated_money[m])
            rest, rate = price - down, float(terms["match_rate"][c])
            prospect = int(before.grant_belief[c] * min(terms["match_cap"][c] * rest, rest * rate / (1.0 + rate)))
            patient = month - ledger.raised_month[m] < services.patience / 2
            grant = int(ledger.grant_promised[m])
            assert grant == prospect or (grant == 0 and not patient)
            assert ledger.match[m] == approx(rate if grant else 0.0) and ledger.own_target[m] == price - grant
            body = bodies.body_of(commons, m) if ledger.decided_by[m] == RESIDENTS else None
            if body is None:
                assert down == 0
                expected = services.expected_cooperation
                assert ledger.estimate[m] == approx(commons.true_preferences[a])
                assert ledger.decided_level[m] == assets.level[a]
            else:
                expected = max(
                    LEAST_EXPECTED, body.cooperation if body.cooperation > 0.0 else services.expected_cooperation
                )
                assert ledger.decided_level[m] == body.level and body.decided
            assert ledger.fair_share[m] == approx((rest - grant) / (expected * people))
        elif ledger.decided_by[m] == GOVERNMENT:
            up = before.column["level_now"][m] <= Level.STREET
            share = of_community(commons, terms["public_share"][:, Level.STREET if up else int(assets.level[a])], a)
            assert ledger.contracted[m] == round(share * cost) and ledger.own_target[m] == cost - round(share * cost)
            assert ledger.fair_share[m] == approx(ledger.own_target[m] / (services.expected_cooperation * people))
            paid = int(ledger.public_money[m] + ledger.public_promised[m])
            if ledger.provider[m] < 0:
                assert paid == int(np.ceil(share * cost * bid.price))
            assert (ledger.public_promised[m] > 0) == (ledger.own_target[m] > 0)
            assert ledger.estimate[m] == approx(government_estimate(commons, m))
            assert ledger.decided_level[m] == (Level.STREET if up else Level.COMMUNITY)
    for c, committee in enumerate(commons.committees):
        mine = [m for m in decided if ledger.decided_by[m] == GOVERNMENT and assets.community[ledger.asset[m]] == c]
        hours = [min(settings.project_hours * ledger.cost[m] / 100_000, 0.5 * committee.capacity) for m in mine]
        assert before.left[c] - committee.left == approx(sum(hours))
    _lists_were_followed(before, commons, decided)


def government_estimate(commons: Any, m: int) -> float:
    a, k, c, _ = place(commons, m)
    error = max(0.1, 1.0 + commons.scenario.government.estimate_noise * noise(commons, Purpose.ESTIMATE, m))
    wants = commons.type_preferences[a] * error
    if c < 0 or np.isnan(commons.views[c, k]):
        return float(wants)
    hearing = commons.terms["hearing"][c]
    return float((1.0 - hearing) * wants + hearing * commons.views[c, k])


def government_score(commons: Any, before: Before, m: int) -> float:
    a, k, _, _ = place(commons, m)
    show = of_community(commons, commons.terms["showcase"], a) * CATEGORIES[k].visible
    lacks = 1.0 - before.quality[a]
    return (
        (10.0 * government_estimate(commons, m) + show + commons.ledger.urgent[m]) * lacks / CATEGORIES[k].cost_per_head
    )


def _lists_were_followed(before: Before, commons: Any, decided: list[int]) -> None:
    """Where a purse ran short it saves for the project that comes next, and nothing below that was contracted."""
    ledger, treasury = commons.ledger, commons.treasury
    for purse in np.flatnonzero(commons.saving > 0):
        undecided = [
            m
            for m in np.flatnonzero(before.column["stage"] == 0)
            if ledger.decided_by[m] < 0 and _purse(commons, m) == purse
        ]
        waiting = [m for m in undecided if ledger.cost[m] == commons.saving[purse]]
        assert waiting, "it saves for a matter that waits"
        later = [m for m in decided if ledger.decided_by[m] == GOVERNMENT and _purse(commons, m) == purse]
        best = max(government_score(commons, before, m) for m in waiting)
        assert all(government_score(commons, before, m) >= best * (1.0 - 1e-9) for m in later)
    assert (treasury.balance >= treasury.committed).all()


def _purse(commons: Any, m: int) -> int:
    a, _, c, _ = place(commons, m)
    street = commons.ledger.level_now[m] <= Level.STREET
    return commons.treasury.street_purse(int(commons.society.assets.street[a])) if street else c
