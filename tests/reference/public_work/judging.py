"""Stages 4 and 5: what is built is judged and paid for, and told of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cogov_sim.draws import Purpose
from cogov_sim.society import CATEGORIES, COMMUNITY_TYPES, Level
from reference.public_work.found import (
    ASSOCIATION,
    LEAST_EXPECTED,
    YEAR,
    Before,
    approx,
    carrier,
    homes,
    noise,
    place,
)


def evaluation(before: Before, commons: Any) -> None:  # noqa: PLR0915 - one part of the month, told in one piece
    ledger, month = commons.ledger, commons.month
    settings, services = commons.scenario.government, commons.scenario.services
    quality = before.quality.copy()
    budgets = {key: old[0] for key, old in before.bodies.items()}
    expected, thought = before.grant_belief.copy(), before.thought_kept.copy()
    gathering = [m for m in range(ledger.n) if before.column["stage"][m] == 1]
    earned = list(before.earned)
    for m in gathering:
        a, k, _, people = place(commons, m)
        row = before.matters.loc[m]
        minutes = int(before.column["residents_minutes"][m])
        labour = int(min(minutes, int(60.0 * ledger.labour[m])) * services.hour_value / 60.0)
        gifts = int(row["residents_money"] + row["enterprise_money"])
        ground = int(before.column["residents_land"][m])
        land = int(min(ground, int(100.0 * ledger.land[m])) * services.land_value / 100.0)
        worked = int(before.column["units_minutes"][m] + before.column["social_minutes"][m])
        work = min(worked, int(60.0 * ledger.skill[m]))
        lent = min(int(before.column["units_space"][m]), int(100.0 * ledger.space[m]))
        units = int(work * services.hour_value / 60.0) + int(lent * services.space_value / 100.0)
        gathered = gifts + int(row["organisation_money"] + row["donors_money"])
        own = gathered + int(row["delegated_money"]) + labour + land + units
        funded = own >= row["own_target"] and row["grant_reserved"] == row["grant_promised"]
        age = month - row["decided_month"]
        done = bool(funded and age >= settings.build_months)
        failed = bool(not funded and age >= services.patience)
        assert ledger.stage[m] == (2 if done else 3 if failed else 1)
        body = carrier(commons, m)
        key = (type(body), body.unit) if body is not None else None
        if failed:
            if key:
                budgets[key] += gifts + int(row["organisation_money"])
            else:
                assert ledger.refunded[m] == gifts
            donors = ASSOCIATION, place(commons, m)[2]
            if donors in budgets:
                budgets[donors] += int(row["donors_money"])
        if not done:
            continue
        if ledger.firm[m] >= 0:
            earned[ledger.firm[m]] += row["firm_gain"]
        cost = max(1, int(row["cost"]))
        by_hand = min(1.0, minutes / 60.0 * services.hour_value / cost)
        watched = min(1.0, row["givers"] / people)
        c = place(commons, m)[2]
        if c >= 0:
            watched = max(watched, commons.terms["oversight"][c] * len(commons.supervisory_boards[c].members) / 3)
        built = (
            settings.workmanship
            + 0.1 * noise(commons, Purpose.WORKMANSHIP, m)
            - 0.1 * by_hand
            + settings.supervision * watched
        )
        means = max(1, int(row["own_target"] + row["grant_promised"]))
        built = min(1.0, max(0.0, built + row["craft"])) * (1.0 - ledger.misused[m] / means)
        assert ledger.quality[m] == approx(built)
        misjudged = _misjudged(float(row["estimate"]), commons.true_preferences[a])
        gain = ledger.scope[m] * (1.0 - before.quality[a]) * built * (1.0 - settings.misfit * misjudged)
        assert ledger.gain[m] == approx(gain) and ledger.preference_match[m] == approx(
            commons.fit[a] * (1.0 - misjudged)
        )
        quality[a] += gain
        over = min(max(0, own - int(row["own_target"])), gathered)
        assert ledger.surplus[m] == over and ledger.built_month[m] == month == ledger.closed_month[m]
        _leader(before, commons, m, body, key, gathered, own - int(row["own_target"]))
        _heard_of_money(commons, m, body, gathered - max(0, own - int(row["own_target"])), thought)
        if key:
            budgets[key] += over + int(ledger.recovered[m])
        else:
            assert ledger.refunded[m] == over
        _told(commons, m, a, k, row)
        quality[a] -= _granted(commons, m, row, built, gain, expected)
    assert earned == approx([firm.earned for firm in commons.firms])
    np.testing.assert_allclose(commons.quality, quality, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(commons.grant_belief, expected, rtol=1e-12)
    np.testing.assert_allclose(commons.thought_kept, thought, rtol=1e-12)
    for kind, found in commons.bodies.items():
        for unit, body in found.items():
            assert body.budget == budgets[kind, unit]
    _bodies_learnt(before, commons, gathering)


def _granted(commons: Any, m: int, row: Any, built: float, gain: float, expected: Any) -> float:
    """Inspection and residents' judgement pay or refuse a grant; returns what quality is lost to whoever was not paid."""
    ledger, grant, c = commons.ledger, int(row["grant_promised"]), place(commons, m)[2]
    public = row["public_money"] + row["public_promised"]
    if not grant:
        assert ledger.public_money[m] == public
        return 0.0
    seen = built + 0.05 * noise(commons, Purpose.INSPECTION, m)
    judged = 0.5 * (seen + ledger.rating[m]) if int(ledger.raters[m]) else seen
    accepted = bool(judged >= commons.terms["acceptance"][c])
    expected[c] += commons.scenario.behaviour.grant_learning * (accepted - expected[c])
    assert ledger.unpaid_grant[m] == (0 if accepted else grant)
    assert ledger.public_money[m] == public + (grant if accepted else 0)
    return 0.0 if accepted else gain * grant / (grant + int(row["own_target"]))


def _misjudged(guess: float, true: float) -> float:
    return abs(guess - true) / max(1e-9, guess + true)


def _told(commons: Any, m: int, a: int, k: int, row: Any) -> None:
    """Those who live with it learn of a finished matter; what they make of it is counted."""
    ledger, board = commons.ledger, commons.residents.board
    span = list(homes(commons, a))
    assert (board.done[span, k] == m).all() and board.done_quality[span[0], k] == approx(ledger.quality[m])
    public = int(row["public_money"] + row["public_promised"] + row["grant_promised"])
    down = int(row["delegated_money"])
    assert board.done_public[span[0], k] == approx((public + down) / max(1, public + int(row["own_target"])))
    raters = int(board.raters[span, k].sum())
    assert ledger.raters[m] == raters
    assert ledger.rating[m] == approx(board.rating[span, k].sum() / 1000.0 / raters if raters else float("nan"))
    assert [ledger.givers[m], ledger.knew[m], ledger.knew_gave_nothing[m]] == board.givers[span, k].sum(axis=0).tolist()


def _leader(before: Before, commons: Any, m: int, body: Any, key: Any, money: int, over: int) -> None:
    """What a council's leader kept: a share of the money that the own part took, by how little spirit there is."""
    ledger = commons.ledger
    if body is None or body.level != Level.COMMUNITY:
        assert ledger.misused[m] == 0
        return
    spent = max(0, money - max(0, over))
    spirit = float(before.spirit[before.bodies[key][3]])
    assert ledger.misused[m] == int(commons.scenario.organisations.misuse * (1.0 - spirit) * spent)
    assert ledger.recovered[m] in (0, ledger.misused[m])


def _heard_of_money(commons: Any, m: int, body: Any, spent: int, thought: Any) -> None:
    """Neighbours hear what a board found, or that it found nothing, as far as they take it to have looked."""
    if body is None or body.level != Level.COMMUNITY or spent <= 0:
        return
    ledger, c = commons.ledger, body.unit
    kept = int(ledger.recovered[m]) / max(1, int(ledger.own_target[m] + ledger.grant_promised[m]))
    seats = len(commons.supervisory_boards[c].members)
    looks = 1.0 if kept > 0.0 else commons.terms["oversight"][c] * seats / 3
    thought[c] += commons.scenario.organisations.books_learning * looks * (kept - thought[c])


def _bodies_learnt(before: Before, commons: Any, gathering: list[int]) -> None:
    """Experience moves half of the way to what came in."""
    ledger, services = commons.ledger, commons.scenario.services
    experience = {key: old[2] for key, old in before.bodies.items()}
    closed = [m for m in gathering if ledger.stage[m] == 2] + [m for m in gathering if ledger.stage[m] == 3]
    for m in closed:
        body = carrier(commons, m)
        if body is None or ledger.fair_share[m] == 0.0:
            continue
        key = type(body), body.unit
        full = max(1.0, ledger.fair_share[m] * ledger.beneficiaries[m])
        in_kind = ledger.residents_minutes[m] / 60.0 * services.hour_value
        in_kind += ledger.residents_land[m] / 100.0 * services.land_value
        came = (ledger.residents_money[m] + in_kind) / full
        known = max(LEAST_EXPECTED, experience[key] if experience[key] > 0.0 else services.expected_cooperation)
        experience[key] = 0.5 * (known + min(1.0, came))
    for kind, found in commons.bodies.items():
        for unit, body in found.items():
            assert body.cooperation == approx(experience[kind, unit])


def sharing(before: Before, commons: Any) -> None:
    ledger, terms, units, month = commons.ledger, commons.terms, commons.society.units, commons.month
    board, outlay = commons.residents.board, commons.treasury.month_outlay.sum(axis=1)
    for c in range(commons.n_communities):
        street = int(units.parent(Level.COMMUNITY)[c])
        head = (
            outlay[c] / units.population(Level.COMMUNITY)[c]
            + outlay[commons.n_communities + street] / units.population(Level.STREET)[street]
        )
        year = sum(float(before.year_outlay[i, c]) for i in range(12) if i != month % 12) + head
        kind = COMMUNITY_TYPES[units.kind[c]]
        buys = sum(w / category.cost_per_head for w, category in zip(kind.preferences, CATEGORIES, strict=True)) / len(
            CATEGORIES
        )
        promise = min(0.5, terms["promise"][c] * year * buys)
        assert board.promised[c] == approx(promise * before.promise_belief[c])
        _believed(before, commons, c, promise)
        marks = []
        for m in range(ledger.n):
            if ledger.closed_month[m] != month or place(commons, m)[2] != c:
                continue
            public = ledger.public_money[m] + ledger.grant_promised[m] + ledger.delegated_money[m]
            if ledger.stage[m] == 2 and ledger.recovered[m] > 0:
                marks.append(0.0)
            elif ledger.stage[m] == 2 and public > 0:
                marks.append(0.5 if np.isnan(ledger.rating[m]) else float(ledger.rating[m]))
            level = (
                Level.STREET
                if ledger.level_now[m] <= Level.STREET
                else int(commons.society.assets.level[ledger.asset[m]])
            )
            if ledger.stage[m] == 3 and ledger.decided_by[m] < 0 and terms["government_agenda"][c, level] > 0.5:
                marks.append(0.0)
        assert board.news[c] == approx(sum(marks) / len(marks) if marks else -1.0)


def _believed(before: Before, commons: Any, c: int, promise: float) -> None:
    """People compare what they see with the year before, and believe publicity as far as its promise came true."""
    first, last = (
        int(x[c]) for x in (commons.society.units.first(Level.COMMUNITY), commons.society.units.last(Level.COMMUNITY))
    )
    seen = float(commons.residents.columns.performance[first:last].astype(float).mean())
    earlier, belief = float(before.year_performance[commons.month % YEAR, c]), float(before.promise_belief[c])
    assert commons.year_performance[commons.month % YEAR, c] == pytest.approx(seen, rel=1e-6)
    if promise > 0.0 and not np.isnan(earlier):
        kept = min(1.0, max(0.0, (seen - earlier) / promise))
        belief += commons.scenario.behaviour.promise_learning * (kept - belief)
    assert commons.promise_belief[c] == pytest.approx(belief, abs=1e-5)
