"""Stage 0 and the desks: hours and money of the staff, who leads and who leaves, requests and what is passed up."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from cogov_sim.agents.organisations import BODY_KINDS, COUNCILS
from cogov_sim.society import Level
from reference.public_work.found import Before, approx, limit, of_community
from reference.public_work.neighbours import ASSOCIATION, premises, secretaries, units

AT_WINDOW, SPIRIT_TO_LEAD = 0.9, 0.5
MICRO = next(kind for kind in BODY_KINDS if kind.term == "micro_organisations")


def staff(before: Before, commons: Any) -> None:
    """Superiors first, campaigns included, then what the committee chooses; institutions are paid, bodies get what is handed down."""
    terms, settings, board = commons.terms, commons.scenario.government, commons.residents.board
    columns, where = commons.residents.columns, np.repeat(board.community, board.last - board.first)
    for c, committee in enumerate(commons.committees):
        window, thousands = committee.workstation, float(commons.society.units.population(Level.COMMUNITY)[c]) / 1000.0
        staff = committee.capacity + window.capacity
        members = sum(int(columns.party[i]) for i in range(len(where)) if where[i] == c)
        demanded = _demanded(before, commons, c, members, staff)
        there = min(demanded, AT_WINDOW * window.capacity)
        own = min(committee.capacity, demanded - there)
        demanded_too = min(committee.capacity - own, terms["demanded_hours"][c])
        violations = before.violations[board.community == c].sum()
        trigger = thousands / terms["alarm"][c] if terms["alarm"][c] > 0.0 else math.inf
        alarmed = violations > trigger + 1.645 * math.sqrt(trigger)  # more than chance brings once in twenty months
        months = int(before.campaign_months[c])
        if alarmed and months == 0 and terms["campaign"][c] > 0.0:
            months = settings.campaign_months
        wanted = terms["campaign"][c] * settings.campaign_hours * thousands if months else 0.0
        campaign = min(committee.capacity - own - demanded_too, wanted)
        chosen = min(committee.capacity - own - demanded_too - campaign, terms["running_hours"][c])
        assert window.hours == approx({**dict.fromkeys(window.hours, 0.0), "administration": there})
        assert committee.hours == approx(
            {**dict.fromkeys(committee.hours, 0.0), "administration": own, "institutions": demanded_too + chosen,
             "campaigns": campaign}
        )  # fmt: skip
        full = float(terms["campaign"][c]) if months else 0.0
        assert board.campaign[c] == approx(full * campaign / wanted if wanted else full)
        assert commons.campaign_months[c] == max(0, months - 1)
    _money(before, commons)


def _demanded(before: Before, commons: Any, c: int, party_members: int, staff: float) -> float:
    """Hours that superiors get: duties as far as they are done and not faked, what waited, forms, appraisals, counting."""
    terms, settings, duties = commons.terms, commons.scenario.government, commons.duties
    thousands = float(commons.society.units.population(Level.COMMUNITY)[c]) / 1000.0
    number = [int(duties.standing[kind, c].sum() + duties.off_list[kind, c].sum()) for kind in (0, 1)]
    share = (1.0 - settings.plaque_share) * number[0] / 322.0 + settings.plaque_share * number[1] / 54.7
    usual = settings.staff_per_1000 * settings.staff_hours * thousands
    due = settings.administration_share * usual * share + terms["duties_moved"][c] * thousands
    besides = terms["administration"][c] * usual
    besides += terms["appraisal_hours"][c] * terms["appraisals_kept"][c] * before.offices["inspection"][c] * thousands
    besides += party_members * terms["party_call"][c] * terms["party_quota"][c] * terms["counting"][c]
    waited = before.duties["delayed"][c]
    beyond = max(0.0, min(1.0, (due + besides + waited) / staff) - 0.5)
    faked = (1.0 - math.exp(-settings.faking * beyond)) * (1.0 - before.duties["caution"][c])
    needs = (1.0 - 0.7 * faked) * (due + waited) + besides
    put_off = max(0.0, needs - 0.95 * staff)
    sent_back = duties.returned[c] * due / sum(number) if sum(number) else 0.0
    assert duties.faked[c] == approx(faked) and duties.delayed[c] == approx(put_off * 23.0 / 24.0)
    undone = min(1.0, (put_off + sent_back) / due) if due > 0.0 else 0.0
    assert duties.undone[c] == approx(before.duties["undone"][c] + undone)
    return float(min(0.95 * staff, needs))


def _money(before: Before, commons: Any) -> None:
    terms = commons.terms
    free = [int(before.balance[c] - before.committed[c]) for c in range(commons.n_communities)]
    paid = [min(int(terms["running_cost"][c]), free[c]) for c in range(commons.n_communities)]
    spent = commons.treasury.outlay - before.outlay
    assert spent[: commons.n_communities, 4].tolist() == paid
    left = [a - b for a, b in zip(free, paid, strict=True)]
    group, grid = (next(k for k in BODY_KINDS if k.term == term) for term in ("building_groups", "grid_councils"))
    deciding = [
        next((commons.bodies[kind][c] for kind in COUNCILS if c in commons.bodies[kind]), None)
        for c in range(commons.n_communities)
    ]
    found = [*commons.bodies[group].values(), *commons.bodies[grid].values(), *(b for b in deciding if b is not None)]
    allowance = {key: old[1] for key, old in before.bodies.items()}
    for body in found:
        c = int(commons.community_of[body.level][body.unit])
        month = int(terms["delegated"][c, body.level] * (body.last - body.first))
        yuan = max(0, min(month, 3 * month - allowance[type(body), body.unit], left[c]))
        allowance[type(body), body.unit] += yuan
        left[c] -= yuan
    assert {(k, u): b.allowance for k, f in commons.bodies.items() for u, b in f.items()} == allowance
    assert spent[: commons.n_communities, 5].tolist() == [
        f - p - now for f, p, now in zip(free, paid, left, strict=True)
    ]


def lives(before: Before, commons: Any) -> None:
    """Who moved or is worn out leaves; an officer with spirit and strength takes over, or the body is dissolved."""
    columns, settings = commons.residents.columns, commons.scenario.organisations
    gone = [bool(columns.moved[i]) or columns.fatigue[i] > settings.burnout for i in range(len(columns.moved))]
    left_over = dict(before.left_over)
    for key, (budget, allowance, _, led, deposed) in before.bodies.items():
        (kind, unit), leader = key, led
        body = commons.bodies[kind].get(unit)
        officers = [i for i in before.officers[key] if not gone[i]]
        if kind is MICRO:
            survives = not gone[leader]
            if survives and body is not None:
                officers = list(body.officers)
                assert set(officers) <= _ties(commons, leader)
        elif 1 + len(officers) < kind.needs_members:
            survives = False
        elif gone[leader] or deposed:
            able = [
                i
                for i in ([] if kind is ASSOCIATION else officers)
                if columns.spirit[i] >= SPIRIT_TO_LEAD and columns.fatigue[i] < 0.5 * settings.burnout
            ]
            leader = max(able, key=lambda i: float(columns.spirit[i]), default=-1)
            officers = [i for i in officers if i != leader]
            survives = leader >= 0
        else:
            survives = True
        allowed = commons.allowed[kind][commons.community_of[kind.level][unit]]  # also where it cannot be paid for
        few = 1 + len(officers) < kind.needs_members
        if kind is MICRO and body is None:
            few = True  # who would support the founder now is a question to the ties of the moment
        assert (body is not None) == (survives and allowed and not few)
        if body is not None:
            assert (body.leader, body.officers, body.members) == (leader, officers, 1 + len(officers))
        elif budget > 0 or allowance > 0:
            left_over[key] = budget, allowance
    assert commons.left_over == left_over
    _mediators(before, commons, gone)
    secretaries(before, commons)
    units(before, commons)
    premises(before, commons)


def _ties(commons: Any, i: int) -> set[int]:
    network = commons.residents.network
    return set(network.indices[network.indptr[i] : network.indptr[i + 1]].tolist())


def _mediators(before: Before, commons: Any, gone: list[bool]) -> None:
    columns, settings = commons.residents.columns, commons.scenario.organisations
    for c, mediators in enumerate(commons.mediators):
        posts = float(commons.terms["mediation"][c] * commons.society.units.population(Level.COMMUNITY)[c] / 1000.0)
        wanted = math.ceil(posts)
        kept = [i for i in before.mediators[c] if not gone[i]][:wanted]
        rested = [
            i for i in range(mediators.first, mediators.last)
            if i not in kept and not columns.moved[i] and columns.fatigue[i] < 0.5 * settings.burnout
        ]  # fmt: skip
        rested.sort(key=lambda i: -(columns.party[i] + float(columns.spirit[i])))
        assert mediators.posts == posts and mediators.members == kept + rested[: wanted - len(kept)]


def answers(before: Before, commons: Any) -> None:
    """The street's desk takes the oldest cases its hours allow; staff answer requests, the oldest first."""
    ledger, assets, board, month = commons.ledger, commons.society.assets, commons.residents.board, commons.month
    settings, queue = commons.scenario.government, before.waiting.copy()
    queue[:, 1:] = queue[:, :-1]
    heads = commons.society.units.population(Level.COMMUNITY)
    queue[:, 0] = [
        board.voices[board.community == c].sum() + settings.everyday_requests * int(heads[c]) / 1000.0
        for c in range(commons.n_communities)
    ]
    asked, answered = queue.copy(), np.zeros(commons.n_communities)
    done = []
    for s, desk in enumerate(commons.desks):
        hours, open_cases = before.begun[s] + desk.capacity, True
        for m in range(ledger.n):
            up = before.column["level_now"][m] <= Level.STREET and before.column["dispatched_month"][m] == 0
            here = up and before.column["stage"][m] == 0 and before.column["ready_month"][m] <= month
            if not here or assets.street[ledger.asset[m]] != s:
                continue
            needs = settings.desk_case_hours * of_community(commons, commons.terms["dispatch_cost"], ledger.asset[m])
            open_cases = open_cases and needs <= hours
            if open_cases:
                hours -= needs
                done.append(m)
                assert ledger.dispatched_month[m] == month
            else:
                assert ledger.dispatched_month[m] == 0 and ledger.ready_month[m] == month + 1
        assert desk.begun == approx(0.0 if open_cases else hours)
    for m in done:
        _sent_back(before, commons, m)
        c = int(assets.community[ledger.asset[m]])
        there = [c] if c >= 0 else list(commons.streets[int(assets.street[ledger.asset[m]])].communities)
        total = sum(asked[x].sum() for x in there)
        for x in there:
            answered[x] += ledger.support[m] * asked[x].sum() / total if total > 0.0 else 0.0
    _oldest_first(queue, answered)
    for c, committee in enumerate(commons.committees):
        window, waiting = committee.workstation, float(queue[c].sum())
        needed = waiting * settings.case_hours * float(commons.terms["case_cost"][c])
        at_window = min(needed, before.window_left[c])
        helped = min(needed - at_window, 0.5 * before.left[c])
        share = min(1.0, (at_window + helped) / needed) if needed > 0.0 else 1.0
        assert window.hours["service"] == approx(at_window) and committee.hours["service"] == approx(helped)
        assert commons.answered[c] == approx(share)
        each = commons.scenario.organisations.dispute_hours
        hears = min(0.8 * before.disputes[c] * each, 0.5 * (before.left[c] - helped))
        assert committee.hours["disputes"] == approx(hears) and commons.heard[c] == approx(hears / each)
        answered[c] = share * waiting if share < 1.0 else np.inf
    _oldest_first(queue, answered)
    patience = queue.shape[1]
    for c in range(commons.n_communities):
        for age in range(patience):
            chance = 1.0 - queue[c, age] / asked[c, age] if asked[c, age] > 0.0 else 1.0
            assert board.answer[c, age] == approx(chance)
        assert (board.answer[c, patience:] == -1.0).all()
    queue[:, -1] = 0.0
    np.testing.assert_allclose(commons.requests.waiting, queue, rtol=1e-9, atol=1e-8)


def _oldest_first(queue: Any, number: Any) -> None:
    for c in range(len(queue)):
        left = float(number[c])
        for age in reversed(range(queue.shape[1])):
            took = min(left, float(queue[c, age]))
            queue[c, age] -= took
            left -= took


def _sent_back(before: Before, commons: Any, m: int) -> None:
    """What was passed up goes back where it has become small, or where the community may and can pay for it."""
    ledger, assets, services = commons.ledger, commons.society.assets, commons.scenario.services
    a = int(ledger.asset[m])
    if assets.level[a] <= Level.STREET:
        assert ledger.level_now[m] == before.column["level_now"][m]
        return
    cost = max(1, round(services.cost_factor * assets.full_cost[a] * (1.0 - commons.quality[a])))
    if ledger.level_now[m] == assets.level[a]:
        assert (
            ledger.cost[m] == cost
            and ledger.returns[m] == before.matters["returns"][m] + assets.level[a] - Level.STREET
        )
    else:
        assert cost > limit(commons, a, Level.COMMUNITY), "small enough to go back"
        c = int(assets.community[a])
        most = commons.terms["returning"][c] * commons.treasury.free(c)
        earlier = [x for x in range(m) if ledger.dispatched_month[x] == commons.month and x != m]
        assert cost > most or earlier
