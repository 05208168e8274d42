"""Stage 1, second half: who decides what, what the government saves for, and what is spent at the year's end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from cogov_sim.agents.enterprises import tender
from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.society import CATEGORIES, Level
from reference.public_work.found import (
    GOVERNMENT,
    GRANT,
    LEAST_EXPECTED,
    RESIDENTS,
    SELF_HELP,
    YEAR,
    Before,
    approach,
    approx,
    carrier,
    carrier_key,
    hands,
    noise,
    of_community,
    place,
    seen_to,
    settling_body,
)
from reference.public_work.neighbours import bought


def decisions(before: Before, commons: Any) -> None:  # noqa: PLR0915 - one part of the month, told in one piece
    """What a decision writes into the ledger, whoever decides; and that lists are followed from the top."""
    ledger, assets, terms, month = commons.ledger, commons.society.assets, commons.terms, commons.month
    settings, services = commons.scenario.government, commons.scenario.services
    decided = [m for m in np.flatnonzero(before.column["stage"] == 0) if ledger.stage[m] == 1]
    for m in np.flatnonzero(before.column["stage"] == 0):
        old = month - ledger.raised_month[m] >= services.maximum_age
        saved_for = m in commons.saves_for
        assert (ledger.stage[m] == 3) == (old and m not in decided and not saved_for)
    for m in decided:
        a, _, c, people = place(commons, m)
        assert ledger.decided_month[m] == month
        bid = bought(commons, m)
        cost = int(ledger.cost[m])
        if ledger.decided_by[m] in (RESIDENTS, SELF_HELP):
            by_hand = ledger.labour[m] * services.hour_value + ledger.land[m] * services.land_value
            price = round(by_hand + (cost - by_hand) * float(ledger.price[m]))
            down = int(ledger.delegated_money[m])
            rest, rate = price - down, float(terms["match_rate"][c]) * (approach(commons, a) == GRANT)
            prospect = int(before.grant_belief[c] * min(terms["match_cap"][c] * rest, rest * rate / (1.0 + rate)))
            patient = month - ledger.raised_month[m] < services.patience / 2
            grant = int(ledger.grant_promised[m])
            assert grant == prospect or (grant == 0 and not patient)
            assert ledger.match[m] == approx(rate if grant else 0.0) and ledger.own_target[m] == price - grant
            body = carrier(commons, m) if ledger.decided_by[m] == RESIDENTS else None
            if body is None:
                assert down == 0
                expected = services.expected_cooperation
                assert ledger.estimate[m] == approx(_sampled(commons, m, float(ledger.support[m])))
                assert ledger.decided_level[m] == assets.level[a]
            else:
                expected = max(
                    LEAST_EXPECTED, body.cooperation if body.cooperation > 0.0 else services.expected_cooperation
                )
                assert ledger.decided_level[m] == body.level and body.decided
            assert ledger.fair_share[m] == approx((rest - grant) / (expected * people))
            if ledger.provider[m] < 0:
                assert ledger.price[m] == approx(bid.price)
                _hired(commons, m, bid, cost - by_hand)
        elif ledger.decided_by[m] == GOVERNMENT:
            up = before.column["level_now"][m] <= Level.STREET
            share = of_community(commons, terms["public_share"][:, Level.STREET if up else int(assets.level[a])], a)
            assert ledger.contracted[m] == round(share * cost) and ledger.own_target[m] == cost - round(share * cost)
            assert ledger.fair_share[m] == approx(ledger.own_target[m] / (services.expected_cooperation * people))
            paid = int(ledger.public_money[m] + ledger.public_promised[m])
            if ledger.provider[m] < 0:
                _hired(commons, m, bid, share * cost)
                assert paid == int(np.ceil(share * cost * bid.price))
            assert (ledger.public_promised[m] > 0) == (ledger.own_target[m] > 0)
            assert ledger.estimate[m] == approx(government_estimate(commons, m))
            assert ledger.decided_level[m] == (Level.STREET if up else Level.COMMUNITY)
    for c, committee in enumerate(commons.committees):
        mine = [m for m in decided if assets.community[ledger.asset[m]] == c and ledger.decided_by[m] < 3]
        public = [
            int(
                ledger.public_money[m]
                + ledger.public_promised[m]
                + ledger.grant_promised[m]
                + ledger.delegated_money[m]
            )
            for m in mine
        ]
        each = settings.project_hours * terms["paperwork"][c] / 100_000
        begun, begun_for = before.project_begun[c]
        if begun_for >= 0 and committee.begun_for != begun_for and begun_for not in mine:
            begun = 0.0  # it is gone, and with it the hours
        elif begun_for in mine:
            begun = min(begun, each * public[mine.index(begun_for)])  # what it did not need is lost
        worked = before.left[c] - committee.left + begun - committee.begun
        expected = sum(each * yuan for yuan in public)
        # who waited in vain for a grant has cost the hours that went into it
        in_vain = any(ledger.delegated_money[m] > 0 == ledger.grant_promised[m] for m in mine)
        assert worked == approx(expected) or (in_vain and worked > expected)
        assert (committee.begun_for >= 0) or committee.begun == 0.0
    _routed(before, commons, decided)
    _passed_up(before, commons)
    _lists_were_followed(before, commons, decided)


def _hired(commons: Any, m: int, bid: Any, value: float) -> None:
    """The firm that won has the contract, and will have earned its gain on what money builds."""
    firm = -1 if bid.firm is None else bid.firm.index
    assert commons.ledger.firm[m] == firm
    assert commons.ledger.firm_gain[m] == (0 if bid.firm is None else round(value * bid.gain))


def _routed(before: Before, commons: Any, decided: list[int]) -> None:
    """Who may decide each matter that waits at its own level: the lowest body that can, the government, or nobody yet."""
    ledger, assets, month = commons.ledger, commons.society.assets, commons.month
    seen_through = Counter(carrier_key(commons, m) for m in range(before.n) if before.column["stage"][m] == 1)

    def free_hands(body: Any) -> int:
        return hands(commons, body) - seen_through[type(body), body.unit]

    for m in range(before.n):
        up = before.column["level_now"][m] <= Level.STREET
        if before.column["stage"][m] != 0 or before.column["ready_month"][m] > month or up:
            continue
        a, _, c, _ = place(commons, m)
        luck = float(uniforms(commons.seed, Purpose.ROUTE, 0, ledger.luck_key(np.array([m])))[0])
        governed = luck < commons.terms["government_agenda"][c, assets.level[a]]
        takes = governed and seen_to(before, commons, a)
        body = settling_body(commons, m, luck, free_hands)
        if takes and month - commons.in_vain[a] < YEAR:
            body = None
        level = int(before.column["level_now"][m])
        if body is not None:
            level = int(body.level)
        elif takes:
            level = Level.COMMUNITY
        elif not governed and settling_body(commons, m, luck, lambda body: 1) is None:
            level = int(assets.level[a])
        assert ledger.level_now[m] in (level, Level.STREET if body is None else level)
        if m in decided:
            who = RESIDENTS if body is not None else GOVERNMENT if takes else SELF_HELP
            assert who != SELF_HELP or not governed or approach(commons, a) == GRANT, "nobody else has a right to it"
            assert ledger.decided_by[m] == who
            assert ledger.body[m] == (-1 if body is None else body.number)


def _passed_up(before: Before, commons: Any) -> None:
    """What lies at the street now and did not before was passed up, once, by a draw against the term; it waits for the desk."""
    ledger, month = commons.ledger, commons.month
    for m in np.flatnonzero(before.column["stage"] == 0):
        if before.column["level_now"][m] <= Level.STREET or ledger.level_now[m] > Level.STREET:
            continue
        c = place(commons, m)[2]
        luck = uniforms(commons.seed, Purpose.ROUTE, month, ledger.luck_key(np.array([m])), 1)[0]
        assert luck < commons.terms["passing_up"][c] and ledger.dispatched_month[m] == 0
        assert ledger.stage[m] in (0, 3) and m not in commons.saves_for
        assert ledger.ready_month[m] == month + round(float(commons.terms["routing_delay"][c]))
    if not any(commons.bodies.values()):
        for m in np.flatnonzero((before.column["stage"] == 0) & (before.column["ready_month"] <= month)):
            c = place(commons, m)[2]
            stays = ledger.stage[m] == 1 or ledger.dispatched_month[m] > 0 or m in commons.saves_for
            stays |= not seen_to(before, commons, int(ledger.asset[m]))
            if c < 0 or stays or before.column["level_now"][m] <= Level.STREET:
                continue
            luck = uniforms(commons.seed, Purpose.ROUTE, month, ledger.luck_key(np.array([m])), 1)[0]
            assert (ledger.level_now[m] == Level.STREET) == (luck < commons.terms["passing_up"][c])


def _sampled(commons: Any, m: int, number: float) -> float:
    """What ``number`` residents who live with a matter want on average: the mean of all, and a sample's error."""
    a, k, _, people = place(commons, m)
    first, last = int(commons.society.assets.first[a]), int(commons.society.assets.last[a])
    weights = commons.residents.columns.preferences[first:last, k].astype(float)
    n = min(max(1.0, number), people)
    error = weights.std() * np.sqrt((people - n) / (n * max(1, people - 1)))
    true = commons.true_preferences[a]
    z = float(normals(commons.seed, Purpose.ESTIMATE, 0, commons.ledger.luck_key(np.array([m])), 1)[0])
    return float(max(0.1 * true, true + error * z))


def government_estimate(commons: Any, m: int) -> float:
    """What is known of the place, opinions collected by how precise each is, and meetings by how far they are heard."""
    a, k, c, people = place(commons, m)
    noisy = commons.scenario.government.estimate_noise
    known = commons.type_preferences[a] * max(0.1, 1.0 + noisy * noise(commons, Purpose.ESTIMATE, m))
    asked = of_community(commons, commons.terms["opinions"], a) * people
    error, spread = (noisy * commons.type_preferences[a]) ** 2, commons.preference_spread[a] ** 2
    weight = asked * error / (asked * error + spread) if asked * error > 0.0 else 0.0
    wants = (1.0 - weight) * known + weight * _sampled(commons, m, asked)
    if c < 0 or np.isnan(commons.views[c, k]):
        return float(wants)
    hearing = commons.terms["hearing"][c]
    return float((1.0 - hearing) * wants + hearing * commons.views[c, k])


def government_score(commons: Any, before: Before, m: int) -> float:
    a, k, _, _ = place(commons, m)
    show = of_community(commons, commons.terms["showcase"], a) * CATEGORIES[k].visible
    lacks = 1.0 - before.quality[a]
    return (
        (len(CATEGORIES) * government_estimate(commons, m) + show + commons.ledger.urgent[m])
        * lacks
        / CATEGORIES[k].cost_per_head
    )


def _lists_were_followed(before: Before, commons: Any, decided: list[int]) -> None:
    """A purse saves for one matter that waits on its list, puts by what the term says at least, and no more than the price."""
    ledger, treasury = commons.ledger, commons.treasury
    for purse in range(len(commons.saved)):
        m, saved = int(commons.saves_for[purse]), int(commons.saved[purse])
        if m < 0:
            assert saved == 0
            continue
        assert ledger.stage[m] == 0 and _purse(commons, m) == purse
        price = _price(commons, m)
        assert price >= saved
        term = commons.terms["saving"]
        share = (
            float(term[purse]) if purse < commons.n_communities else of_community(commons, term, int(ledger.asset[m]))
        )
        free = int(treasury.balance[purse] - treasury.committed[purse]) - _upkeep(commons, purse)
        held = int(before.saved[purse]) if before.saves_for[purse] == m else 0
        assert saved >= min(price, held + int(share * treasury.month_income[purse])) or free <= 0
        assert free <= treasury.month_income[purse] or saved == price, "more lies idle than a month's income"
    if not any(commons.bodies.values()):
        for purse in range(commons.n_communities + commons.n_streets):
            _list_was_followed(before, commons, purse, decided)
    assert (treasury.balance >= treasury.committed).all()


def _list_was_followed(before: Before, commons: Any, purse: int, decided: list[int]) -> None:
    """Where there are no bodies: every matter that could be paid when its turn came, by money and hours, was contracted."""
    ledger, treasury, month = commons.ledger, commons.treasury, commons.month
    own = treasury.balance - before.balance
    listed = [
        int(m)
        for m in np.flatnonzero(before.column["stage"] == 0)
        if _purse(commons, int(m), before) == purse
        and before.column["ready_month"][m] <= month
        and (before.column["level_now"][m] <= Level.STREET or seen_to(before, commons, int(ledger.asset[m])))
    ]
    free = int(before.balance[purse] - before.committed[purse])
    free -= min(max(0, free), _upkeep(commons, purse))
    saved, target = int(before.saved[purse]), int(before.saves_for[purse])
    if target not in listed:
        free, saved, target = free + saved, 0, -1
    order = sorted(listed, key=lambda m: -government_score(commons, before, m))
    if target < 0:
        beyond = [m for m in order if ledger.cost[m] > free]
        target = min(beyond, key=lambda m: int(ledger.raised_month[m])) if beyond else -1
    if target >= 0:
        price = _price(commons, target)
        share = commons.of_purses("saving")[purse]
        part = max(0, min(int(share * treasury.month_income[purse]), free, price - saved))
        free, saved = free - part, saved + part
    begun = before.project_begun[purse][1] if purse < commons.n_communities else -1
    for m in sorted(order, key=lambda m: m != begun):  # the project that was begun comes first
        there = free + (saved if m == target else 0)
        if m in decided:
            paid = int(ledger.public_money[m] + ledger.public_promised[m])
            assert paid <= there or ledger.urgent[m], "paid from what was put by for something else"
            free = max(0, there - paid)
            saved = 0 if m == target else saved
        else:
            up, a = before.column["level_now"][m] <= Level.STREET, int(ledger.asset[m])
            level = Level.STREET if up else int(commons.society.assets.level[a])
            public = of_community(commons, commons.terms["public_share"][:, level], a) * ledger.cost[m]
            cheap = int(np.ceil(public * bought(commons, m).price)) <= there
            c = int(commons.society.assets.community[a])
            office = commons.committees[c] if c >= 0 else None
            needs = commons.scenario.government.project_hours * public / 100_000
            busy = office is not None and (office.left < needs or office.begun_for >= 0)
            assert not cheap or busy, "there was money, and hours"
    assert own[purse] <= 0 or treasury.transferred[purse] != 0


def _upkeep(commons: Any, purse: int) -> int:
    """What a purse may spend a month on routine upkeep."""
    settings, units, n = commons.scenario.government, commons.society.units, commons.n_communities
    heads = settings.maintenance_share * commons.city.envelope(commons.month) / commons.city.residents
    if purse < n:
        return int(heads * (units.population(Level.COMMUNITY)[purse] * (1.0 - settings.street_share)))
    return int(heads * (units.population(Level.STREET)[purse - n] * settings.street_share))


def _price(commons: Any, m: int) -> int:
    return int(np.ceil(commons.ledger.cost[m] * bought(commons, m).price))


def _purse(commons: Any, m: int, before: Before | None = None) -> int:
    a, _, c, _ = place(commons, m)
    street = (commons.ledger.level_now if before is None else before.column["level_now"])[m] <= Level.STREET
    return commons.treasury.street_purse(int(commons.society.assets.street[a])) if street else c


def year_end(before: Before, commons: Any) -> None:
    """In December what lapses buys a fraction of what a planned yuan buys, at a tender's price, as far as hours reach."""
    assets, treasury, scenario = commons.society.assets, commons.treasury, commons.scenario
    settings, spent = scenario.government, (treasury.outlay - before.outlay)[:, 3]
    if commons.month % YEAR:
        assert not spent.any()
        np.testing.assert_array_equal(commons.quality, before.quality)
        return
    for purse in range(commons.n_communities + commons.n_streets):
        street = purse - commons.n_communities
        mine = assets.community == purse if street < 0 else (assets.community < 0) & (assets.street == street)
        mine = np.flatnonzero(mine)
        street = int(assets.street[mine[0]])
        luck = (assets.n + purse) * 16_384 + commons.month
        bid = tender(commons.firms_of_street[street], scenario.enterprises, commons.seed, luck)
        full = assets.full_cost[mine] * scenario.services.cost_factor
        lacks = (1.0 - before.quality[mine]) * full
        z = normals(commons.seed, Purpose.ESTIMATE, 0, mine * 16_384 + commons.month, 2)
        guess = commons.type_preferences[mine] * np.maximum(0.1, 1.0 + settings.estimate_noise * z)
        off = abs(guess - commons.true_preferences[mine]) / (guess + commons.true_preferences[mine])
        worth = settings.rush_efficiency * settings.workmanship * (1.0 - settings.misfit * off)
        free = int(before.balance[purse] - before.committed[purse])
        target, keeps = int(commons.saves_for[purse]), _upkeep(commons, purse)
        keeps += max(0, _price(commons, target) - int(commons.saved[purse])) if target >= 0 else 0
        terms = commons.terms["carry_over"]
        carried = float(terms[purse]) if purse < commons.n_communities else of_community(commons, terms, int(mine[0]))
        lapses = int((1.0 - carried) * max(0, free - keeps))
        budget = min(lapses, int(lacks.sum() * bid.price / worth.max())) if lacks.sum() > 0.0 else 0
        if purse < commons.n_communities:
            each = settings.project_hours * commons.terms["paperwork"][purse] / 100_000
            budget = min(budget, int(before.left[purse] / each)) if each > 0.0 else budget
            assert before.left[purse] - commons.committees[purse].left == approx(each * budget)
        assert spent[purse] == budget
        gained = worth * budget / bid.price * lacks / lacks.sum() / full if budget else 0.0
        np.testing.assert_allclose(commons.quality[mine], before.quality[mine] + gained, rtol=1e-9, atol=1e-12)
    assert commons.year_end.sum() == spent.sum()
