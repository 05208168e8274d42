"""Stages 2 and 3: what is gathered for a matter, and how assets wear and are kept up."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.commons import bodies, manage
from cogov_sim.society import CATEGORIES, Level
from cogov_sim.society.services import KEEPABLE
from reference.public_work.found import ENVIRONMENT, ORDER, PROPERTY, Before, approx, can_ask, carrier, homes, place
from reference.public_work.neighbours import offers


def contributions(before: Before, commons: Any) -> None:
    ledger, assets, terms, board = commons.ledger, commons.society.assets, commons.terms, commons.residents.board
    value = commons.scenario.services.hour_value

    def own(frame: Any, m: int) -> float:
        minutes = min(int(before.column["residents_minutes"][m]), int(60.0 * ledger.labour[m]))
        money = sum(frame[f"{who}_money"][m] for who in ("residents", "enterprise", "organisation", "donors"))
        land = min(int(before.column["residents_land"][m]), int(100.0 * ledger.land[m]))
        land = int(land * commons.scenario.services.land_value / 100.0)
        worked = int(before.column["units_minutes"][m] + before.column["social_minutes"][m])
        work = min(worked, int(60.0 * ledger.skill[m]))
        space = min(int(before.column["units_space"][m]), int(100.0 * ledger.space[m]))
        units = int(work * value / 60.0) + int(space * commons.scenario.services.space_value / 100.0)
        return float(money + frame["delegated_money"][m] + int(minutes * value / 60.0) + land + units)

    matters = [m for m in range(ledger.n) if before.column["stage"][m] == 1]
    lacking = [m for m in matters if own(before.matters, m) < ledger.own_target[m]]
    assert set(board.matter[board.matter >= 0].tolist()) == set(lacking)
    groups = commons.bodies[next(k for k in BODY_KINDS if k.term == "building_groups")]
    for b in range(len(board.first)):
        c = board.community[b]
        seen = terms["visibility"][c]
        if b in groups:
            seen += (1.0 - seen) * terms["group_visibility"][c]
        assert board.visibility[b] == approx(seen)
    hours, reach = list(before.left), {}
    for m in sorted(lacking, key=lambda m: -own(before.matters, m) / max(1, ledger.own_target[m])):
        a, k, c, people = place(commons, m)
        body = carrier(commons, m)
        staff = neighbours = 0.0
        if c >= 0:
            given = min(hours[c], people * commons.scenario.government.ask_hours)
            hours[c] -= given
            staff = given / (people * commons.scenario.government.ask_hours)
            if body is not None:
                left = reach.get(body.unique_id, can_ask(commons, body))
                neighbours = min(1.0, left / people)
                reach[body.unique_id] = max(0.0, left - people)
        for b in homes(commons, a):
            home = board.community[b]
            unaware = (1.0 - terms["awareness"][home, assets.level[a]]) * (1.0 - 0.1 * terms["report"][home])
            assert board.matter[b, k] == m and board.fair[b, k] == ledger.fair_share[m]
            kept = before.thought_kept[home] if body is not None and body.level == Level.COMMUNITY else 0.0
            grant = min(1.0, ledger.match[m] * before.grant_belief[home])
            assert board.match[b, k] == approx((1.0 + grant) * (1.0 - kept) - 1.0)
            assert board.hear[b, k] == approx(1.0 - unaware)
            assert board.ask[b, k] == approx(neighbours) and board.ask_staff[b, k] == approx(staff)
            wants = commons.has_ground[home] and before.column["residents_land"][m] < int(100.0 * ledger.land[m])
            assert board.land[b, k] == wants
            assert board.labour[b, k] == (before.column["residents_minutes"][m] < int(60.0 * ledger.labour[m]))
            assert board.example[b, k] == approx(0.0 if body is None else bodies.example(commons, body))
    for m in matters:
        a, k, _, _ = place(commons, m)
        mine = [b for b in homes(commons, a) if board.matter[b, k] == m]
        for name, column in (("residents_money", board.money), ("givers", board.new_givers)):
            assert ledger.column(name)[m] - before.matters[name][m] == sum(int(column[b, k]) for b in mine)
        assert ledger.residents_minutes[m] - before.column["residents_minutes"][m] == sum(
            int(board.minutes[b, k]) for b in mine
        )
        assert ledger.residents_land[m] - before.column["residents_land"][m] == sum(
            int(board.land_given[b, k]) for b in mine
        )
    offers(before, commons)
    put = (
        sum(
            int((ledger.column(name)[matters] - before.matters[name][matters]).sum())
            for name in ("organisation_money", "donors_money")
        )
        if matters
        else 0
    )
    held = sum(old[0] for old in before.bodies.values()) + int(commons.pledges.sum())
    assert put == held - sum(b.budget for f in commons.bodies.values() for b in f.values())
    reserved = ledger.column("grant_reserved") - before.matters["grant_reserved"].to_numpy()
    assert (commons.treasury.committed - before.committed).sum() == reserved.sum()
    for m in matters:
        together = ledger.own_value(np.array([m]), commons.scenario.services)[0] >= ledger.own_target[m]
        assert ledger.grant_reserved[m] in (0, ledger.grant_promised[m])
        if ledger.grant_promised[m] and ledger.grant_reserved[m] == 0 and together:
            assert ledger.grant_promised[m] > commons.treasury.free(place(commons, m)[2]), (
                "there was money for the grant"
            )
        assert together or ledger.grant_reserved[m] == 0


def upkeep(before: Before, commons: Any) -> None:
    board, assets, units, treasury = (
        commons.residents.board,
        commons.society.assets,
        commons.society.units,
        commons.treasury,
    )
    services, settings, month = commons.scenario.services, commons.scenario.government, commons.month
    grid_of = units.within(Level.BUILDING, Level.GRID)
    people = units.population(Level.GRID)
    for b, grid in enumerate(grid_of):
        assert board.disorder[b] == approx(before.violations[grid_of == grid].sum() / people[grid])
    _disputes(before, commons)
    _duties(commons)
    kept = np.zeros(assets.n)
    for b in range(len(board.first)):
        for k in KEEPABLE:
            minutes = board.keep_minutes[b, k] + board.report_minutes[b, k]
            kept[board.asset[b, k]] += minutes / 60.0 * services.hour_value
    for grid, company in commons.companies.items():
        mine = [a for a in range(assets.n) if assets.category[a] == PROPERTY and commons.grid_of_asset[a] == grid]
        fees = float(board.fees[grid_of == grid].sum())
        c = int(units.within(Level.GRID, Level.COMMUNITY)[grid])
        watched = commons.terms["company_oversight"][c] if grid in commons.owners else 0.0
        worked = fees * (1.0 - company.margin * (1.0 - watched))
        wear = [assets.full_cost[a] * before.quality[a] * CATEGORIES[PROPERTY].decay for a in mine]
        for a, w in zip(mine, wear, strict=True):
            kept[a] += worked * w / sum(wear) if sum(wear) > 0.0 else 0.0
    heads = commons.city.envelope(month) / commons.city.residents * settings.maintenance_share
    quality, spent = before.quality.copy(), treasury.outlay - before.outlay
    lost = np.array(
        [before.quality[a] * CATEGORIES[assets.category[a]].decay * services.decay_factor for a in range(assets.n)]
    )
    for purse in range(commons.n_communities + commons.n_streets):
        street = purse - commons.n_communities
        if street < 0:
            mine = np.flatnonzero(assets.community == purse)
            share = float(units.population(Level.COMMUNITY)[purse]) * (1.0 - settings.street_share)
        else:
            mine = np.flatnonzero((assets.community < 0) & (assets.street == street))
            share = float(units.population(Level.STREET)[street]) * settings.street_share
        price = assets.full_cost[mine] * services.cost_factor
        wear = np.maximum(
            0.0,
            before.quality[mine]
            * np.array([CATEGORIES[k].decay for k in assets.category[mine]])
            * services.decay_factor
            * price
            - kept[mine],
        )
        budget = min(int(heads * share), int(np.ceil(wear.sum())), int(before.balance[purse] - before.committed[purse]))
        budget = max(0, budget)
        kinds = dict(
            zip(
                ("projects", "grants", "maintenance", "year_end", "institutions", "delegated", "incubation"),
                spent[purse],
                strict=True,
            )
        )
        assert kinds["maintenance"] == budget
        paid = budget * wear / wear.sum() if wear.sum() > 0.0 else np.zeros(len(mine))
        quality[mine] -= lost[mine] - np.minimum(lost[mine], (kept[mine] + paid) / price)
    for a in range(assets.n):
        if assets.category[a] in (ENVIRONMENT, ORDER):
            grid, c = assets.unit[a], assets.community[a]
            rate = board.violations[grid_of == grid].sum() / people[grid]
            if assets.category[a] == ORDER:
                rate += (before.disputes[c] - before.heard[c]) / units.population(Level.COMMUNITY)[c]
            quality[a] = max(0.0, quality[a] - 0.2 * rate)
    np.testing.assert_allclose(commons.quality, quality, rtol=1e-9, atol=1e-12)


def _duties(commons: Any) -> None:
    """Leaders and officers give their hours every month, friends none; mediators what cases take; board members theirs."""
    settings, given = commons.scenario.organisations, Counter[int]()
    for kind, found in commons.bodies.items():
        for body in found.values() if kind.has_duties else ():
            given[body.leader] += settings.leader_hours
            for i in body.officers:
                given[i] += settings.officer_hours
    for mediators in commons.mediators:
        for i in mediators.members if mediators.hours > 0.0 else ():
            given[i] += mediators.hours
    for board in commons.supervisory_boards:
        for i in board.members:
            given[i] += settings.supervisor_hours
    for secretary in commons.secretaries:
        if secretary.holder >= 0:
            given[secretary.holder] += settings.leader_hours
    assert manage._duties(commons) == approx(dict(given))


def _disputes(before: Before, commons: Any) -> None:
    """A fifth settles by itself, the committee heard some, violations and quarrels bring new ones, mediators settle what they have hours for."""
    board, settings = commons.residents.board, commons.scenario.organisations
    for c, mediators in enumerate(commons.mediators):
        violations = float(board.violations[board.community == c].sum())
        heard = float(before.heard[c])
        cases = 0.8 * before.disputes[c] - heard + 0.1 * violations + before.quarrels[c]
        most = min(mediators.posts, len(mediators.members)) * settings.mediator_hours / settings.dispute_hours
        settled = min(cases, most)
        if cases > 0.0 and mediators.members:
            assert mediators.hours == approx(settled * settings.dispute_hours / len(mediators.members))
        assert commons.disputes[c] == approx(cases - settled)
        assert commons.settled[c] == approx(0.2 * before.disputes[c] + heard + settled)
        months = before.dispute_months[c] + before.disputes[c]
        gone = 0.2 + (heard / before.disputes[c] if heard > 0.0 else 0.0)
        mediated = (1.0 - gone) * months * settled / cases if cases > 0.0 else 0.0
        assert commons.settled_months[c] == approx(gone * months + mediated)
        assert commons.dispute_months[c] == approx((1.0 - gone) * months - mediated)
