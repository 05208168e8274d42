"""Stage 0: what departments hand down, and how street offices judge, appraise and choose."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import CATEGORIES, Level
from reference.public_work.found import BUY, DO, GRANT, LEAVE, Before, approx

DEPARTMENTS, USUAL, LASTS = 12, (322.0, 54.7), (24.0, 60.0)
KINDS, WAYS = range(2), (DO, GRANT, BUY, LEAVE)


def handed_down(before: Before, commons: Any) -> None:
    """Each department's duties and plaques, one by one: some lapse, new ones come, a list strikes off and keeps out."""
    terms, duties, n = commons.terms, commons.duties, commons.n_communities
    draws = [uniforms(commons.seed, Purpose.DUTY, commons.month, n * DEPARTMENTS * 2, q) for q in range(8)]
    for c in range(n):
        sharing = {
            d: _on_record(before, commons, c, d)
            for d in range(DEPARTMENTS)
            if d < DEPARTMENTS * terms["departments_sharing"][c]
        }
        barred, sent_back = (float(terms["duties_barred"][c]), float(terms["plaques_barred"][c])), 0
        for kind in KINDS:
            struck = before.duties["struck"][kind, c]
            more = (barred[kind] - struck) / (1.0 - struck) if barred[kind] > struck else 0.0
            assert duties.struck[kind, c] == approx(max(struck, barred[kind]))
            for d in range(DEPARTMENTS):
                u = [float(draw[(c * DEPARTMENTS + d) * 2 + kind]) for draw in draws]
                there, off = int(before.duties["standing"][kind, c, d]), int(before.duties["off_list"][kind, c, d])
                there -= math.floor(there * more + u[6])
                there -= math.floor(there / LASTS[kind] + u[0])
                off -= math.floor(off / LASTS[kind] + u[1])
                new = math.floor(USUAL[kind] / LASTS[kind] / DEPARTMENTS + u[2])
                if kind == 0 and d in sharing:  # another may have asked for it already
                    others = sum(number for other, number in sharing.items() if other != d)
                    known = 0.3 * min(1.0, others / (322.0 * 11 / 12)) if sharing[d] > 0 else 0.0
                    new -= math.floor(new * known + u[7])
                kept_out = math.floor(new * barred[kind] + u[3])
                off += math.floor(kept_out * terms["going_round"][c] + u[4])
                back = math.floor(
                    off * commons.scenario.government.refusing / max(1.0, terms["counts_weight"][c]) + u[5]
                )
                sent_back += back
                assert duties.standing[kind, c, d] == there + new - kept_out
                assert duties.off_list[kind, c, d] == off - back
        assert duties.returned[c] == sent_back
    _staff(commons)


def _on_record(before: Before, commons: Any, c: int, d: int) -> int:
    """Duties of a department that stand when new ones come: what a list has left, and has not lapsed."""
    luck = [
        uniforms(commons.seed, Purpose.DUTY, commons.month, commons.n_communities * DEPARTMENTS * 2, q) for q in (6, 0)
    ]
    strike, lapse = (float(draw[(c * DEPARTMENTS + d) * 2]) for draw in luck)
    barred, struck = float(commons.terms["duties_barred"][c]), before.duties["struck"][0, c]
    there = int(before.duties["standing"][0, c, d])
    there -= math.floor(there * ((barred - struck) / (1.0 - struck) if barred > struck else 0.0) + strike)
    return there - math.floor(there / LASTS[0] + lapse)


def _staff(commons: Any) -> None:
    """Staff that moves down leaves the desk of the street."""
    heads = commons.society.units.population(Level.COMMUNITY) / 1000.0
    at_desk = commons.scenario.government.desk_hours
    for s, street in enumerate(commons.streets):
        left = sum(float(heads[c]) * max(0.0, at_desk - commons.terms["staff_moved"][c]) for c in street.communities)
        assert commons.desks[s].capacity == approx(left)
    for c, committee in enumerate(commons.committees):
        moved = min(at_desk, float(commons.terms["staff_moved"][c])) * float(heads[c])
        assert committee.capacity == approx(committee.own_hours + moved)


def chosen(before: Before, commons: Any) -> None:
    """Once a quarter: what each way brought is learnt, communities are appraised, and each service gets its way."""
    offices = commons.offices
    if commons.month % 3 != 1:
        for name, old in before.offices.items():
            assert np.array_equal(getattr(offices, name), old)
        return
    if commons.month > 1:
        _learnt(before, commons)
        _appraised(before, commons)
    assert not offices.shown.any() and not offices.response.any() and not offices.spent.any()
    draws = [uniforms(commons.seed, Purpose.OFFICE, 0, commons.n_communities * len(CATEGORIES), a) for a in WAYS]
    terms, street_of = commons.terms, commons.society.units.parent(Level.COMMUNITY)
    for c in range(commons.n_communities):
        bidders = any(o.street == street_of[c] and o.may_bid() for o in commons.organisations.values())
        grants = terms["match_rate"][c] > 0.0 and terms["match_cap"][c] > 0.0
        for k, category in enumerate(CATEGORIES):
            if category.level < Level.COMMUNITY:
                assert offices.approach[c, k] == DO
                continue
            may = terms["government_agenda"][c, category.level] > 0.0
            open_ways = {LEAVE} | ({DO} if may else set()) | ({GRANT} if grants else set())
            open_ways |= {BUY} if may and category.bought and terms["purchasing"][c] > 0.0 and bidders else set()
            score = {}
            for a in open_ways:
                kept = 1.0 if before.offices["approach"][c, k] == a else 0.0
                known = -math.log(-math.log(float(draws[a][c * len(CATEGORIES) + k])))
                score[a] = (
                    commons.scenario.government.office_choice * (offices.value[street_of[c], k, a] + kept) + known
                )
            assert offices.approach[c, k] == max(score, key=score.__getitem__)


def _brought(before: Before, commons: Any, s: int) -> dict[tuple[int, int], float]:
    """What the quarter brought in each community and service of a street."""
    mine, heads = commons.streets[s].communities, commons.society.units.population(Level.COMMUNITY)
    terms, people = commons.terms, sum(int(heads[c]) for c in mine)

    def relative(name: str) -> dict[tuple[int, int], float]:
        book = before.offices[name]
        size = sum(heads[c] * sum(abs(x) for x in book[c]) / len(CATEGORIES) for c in mine) / people
        return {(c, k): book[c, k] / size if size > 0.0 else 0.0 for c in mine for k in range(len(CATEGORIES))}

    shown, response = relative("shown"), relative("response")
    result = {}
    for c, k in shown:
        weights = float(terms["counts_weight"][c]), float(terms["residents_weight"][c])
        result[c, k] = (weights[0] * shown[c, k] + weights[1] * response[c, k]) / sum(weights)
    spent = before.offices["spent"]
    total = sum(heads[c] * value for (c, _), value in result.items())
    yuan = sum(heads[c] * spent[c].sum() for c in mine)
    free = sum(max(0, int(before.balance[c] - before.committed[c])) for c in mine)
    scarce = 1.0 - min(1.0, free / (3.0 * sum(int(commons.treasury.month_income[c]) for c in mine)))
    price = max(0.0, total / yuan) * scarce if yuan > 0.0 else 0.0
    return {(c, k): value - price * spent[c, k] for (c, k), value in result.items()}


def _learnt(before: Before, commons: Any) -> None:
    rate, heads = commons.scenario.government.office_learning, commons.society.units.population(Level.COMMUNITY)
    for s in range(commons.n_streets):
        brought = _brought(before, commons, s)
        for k in range(len(CATEGORIES)):
            by_way = defaultdict(list)
            for (c, category), value in brought.items():
                if category == k:
                    by_way[int(before.offices["approach"][c, k])].append((int(heads[c]), value))
            everything = [one for found in by_way.values() for one in found]
            usual = before.offices["usual"][s, k]
            usual += rate * (_mean(everything) - usual)
            assert commons.offices.usual[s, k] == approx(usual)
            for a in WAYS:
                value = before.offices["value"][s, k, a]
                if a in by_way:
                    value += rate * (_mean(by_way[a]) - usual - value)
                else:
                    value *= 0.9
                assert commons.offices.value[s, k, a] == approx(value)


def _mean(found: list[tuple[int, float]]) -> float:
    return sum(weight * value for weight, value in found) / sum(weight for weight, _ in found)


def _appraised(before: Before, commons: Any) -> None:
    """The upper third of each district wins, the lower loses, and so does who is found out."""
    terms, n, duties = commons.terms, commons.n_communities, commons.duties
    district = commons.society.units.within(Level.COMMUNITY, Level.DISTRICT)
    luck = uniforms(commons.seed, Purpose.OFFICE, commons.month, n, 1)
    shown = before.offices["shown"].sum(axis=1)
    prizes = np.zeros(len(commons.treasury.balance), np.int64)
    for c in range(n):
        rivals = [x for x in range(n) if district[x] == district[c]]
        usual = sum(float(shown[x]) for x in rivals) / len(rivals)
        score = {
            x: (float(shown[x]) / usual if usual > 0.0 else 0.0) - before.duties["undone"][x] / 3.0 for x in rivals
        }
        place, third = sorted(rivals, key=lambda x: -score[x]).index(c), len(rivals) // 3
        appraised = terms["appraisal_hours"][c] > 0.0
        caught = appraised and luck[c] < before.duties["faked"][c]
        won = appraised and not caught and place < third
        lost = caught or (appraised and place >= len(rivals) - third)
        stakes = float(terms["appraisal_stakes"][c])
        assert commons.offices.inspection[c] == approx(1.0 - stakes if won else 1.0 + stakes if lost else 1.0)
        caution = before.duties["caution"][c]
        assert duties.caution[c] == approx(caution + 0.5 * (1.0 - caution) if caught else 0.9 * caution)
        assert duties.undone[c] == 0.0
        if won:
            prizes[c] = int(terms["prize"][c] * commons.society.units.population(Level.COMMUNITY)[c])
    moved = commons.treasury.transferred - before.transferred
    assert moved.sum() == 0
    for d in range(len(commons.districts)):
        mine = [c for c in range(n) if district[c] == d]
        purse = commons.treasury.district_purse(d)
        free = max(0, int(before.balance[purse] - before.committed[purse]))
        assert -moved[purse] == min(free, int(prizes[mine].sum()))
        assert (moved[mine] <= prizes[mine]).all()
