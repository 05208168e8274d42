"""Units of the neighbourhood, the needs list, the party, incidents, the venture platform: what each must have left behind."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from cogov_sim.agents.columns import NEVER
from cogov_sim.agents.enterprises import tender
from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.society import Level
from reference.public_work.found import ASSOCIATION, ORDER, Before, approx, place

FIRMS = (0, 1, 2)  # kinds of units that are firms
FACILITIES, SAFETY, ENVIRONMENT = 1, 3, 0


def units(before: Before, commons: Any) -> None:  # noqa: C901 - one month of a unit, told in one piece
    """A month of business; when a quarter begins some close, learn, leave, and choose what to offer."""
    settings, month, table = commons.scenario.enterprises, commons.month, commons.society.local_units
    if table.n == 0:
        return
    z = normals(commons.seed, Purpose.PROFIT, month, table.entity)
    luck = uniforms(commons.seed, Purpose.JOIN, month, table.entity)
    closing, offering = (uniforms(commons.seed, Purpose.UNIT, month, table.entity, draw) for draw in (0, 1))
    times, quarter = _good_times(settings, commons.seed, month), month % 3 == 1
    know, missing = _know(commons), _missing(before, commons)
    left, rent = before.units["left"].tolist(), commons.scenario.services.space_value / 36.0
    name, belief = before.units["reputation"].tolist(), before.units["belief"].tolist()
    seated, offers = before.units["seated"].tolist(), before.units["offers"].tolist()
    profit, poor = [], []
    for u in range(table.n):
        first, usual = float(table.reputation[u]), float(table.profit[u])
        knows = float(table.local[u]) * know[table.community[u]]
        custom = 1.0 + settings.custom * knows * (name[u] - first)
        lent = float(table.room[u]) * (before.space_lent[u] > month) + float(table.idle[u]) * (before.leases[u] > month)
        business = usual * times * math.exp(0.3 * z[u] - 0.045) * custom + before.units["earned"][u]
        profit.append(business - rent * float(table.let[u]) * lent)
        name[u] += settings.name_fading * (first - name[u])
        poor.append(usual > 0.0 and profit[u] < 0.5 * usual)
        if quarter and poor[u] and closing[u] < settings.closing:
            name[u], belief[u], seated[u], offers[u], left[u] = first, float(table.belief[u]), 0, 0, NEVER

    def would(u: int) -> float:
        usual = float(table.profit[u])
        lost = max(0.0, 1.0 - profit[u] / usual) if usual > 0.0 else 0.0
        x = settings.offer_base + settings.offer_peers * belief[u] + settings.offer_use * missing[table.community[u]]
        x += settings.offer_custom * float(table.local[u]) * know[table.community[u]] * (1.0 - name[u])
        x += settings.offer_propensity * (float(table.propensity[u]) - 0.5) - settings.offer_hardship * lost
        return 1.0 / (1.0 + math.exp(-x))

    def others(u: int) -> list[int]:
        return [v for v in range(table.n) if table.community[v] == table.community[u]]

    if quarter:
        behaviour, then = commons.scenario.behaviour, (list(seated), list(offers))
        for u in range(table.n):
            peers = [v for v in others(u) if then[0][v]]
            if not then[0][u] or len(peers) < 2:
                continue
            seen = (sum(then[1][v] for v in peers) - then[1][u]) / (len(peers) - 1)
            learnt = min(1.0, max(0.0, behaviour.d0 + behaviour.d1 * belief[u] + behaviour.d2 * seen))
            belief[u] += (1.0 - (1.0 - behaviour.month_sight) ** 3) * (learnt - belief[u])
            if then[1][u] and belief[u] < settings.tolerance * would(u):
                seated[u] = offers[u] = 0
                left[u] = month
    then = list(seated), list(offers)
    for u in range(table.n):
        c, firm = int(table.community[u]), table.kind[u] in FIRMS
        seat = float(commons.terms["enterprise_seat" if firm else "unit_seat"][c])
        seat = max(seat, float(commons.terms["party_seat"][c])) if table.party[u] >= 3 else seat
        if seat == 0.0:
            seated[u] = 0
        elif then[0][u]:
            seated[u] = int(not (poor[u] and luck[u] < 0.2))
        else:
            pull = settings.join_peers * belief[u] + settings.join_reputation * (name[u] + table.propensity[u] - 1.0)
            joins = 1.0 / (1.0 + math.exp(-(settings.join_base + pull + math.log(seat))))
            seated[u] = int(not poor[u] and month - left[u] >= 12 and luck[u] < joins)
        offers[u] = offers[u] if seated[u] else 0
    if quarter:
        offers = [int(seated[u] and offering[u] < would(u)) for u in range(table.n)]
    now = commons.local_units
    assert now.profit.tolist() == approx(profit) and not now.earned.any()
    assert now.reputation.tolist() == approx(name) and now.belief.tolist() == approx(belief)
    assert now.seated.tolist() == seated and now.offers.tolist() == offers and now.left.tolist() == left


def _good_times(settings: Any, seed: int, month: int) -> float:
    first, *later = normals(seed, Purpose.CYCLE, 0, month)
    state = settings.cycle * first
    for shock in later:
        state = 0.95 * state + settings.cycle * math.sqrt(1.0 - 0.95**2) * shock
    return math.exp(state - 0.5 * settings.cycle**2) * (1.0 + settings.profit_growth) ** ((month - 1) / 12)


def _know(commons: Any) -> list[float]:
    """Share of residents who know of an open matter, by community; who has just moved in knows of none."""
    board, knows = commons.residents.board, commons.residents.columns.knew != 0
    where = np.repeat(board.community, board.last - board.first)
    return [float(knows[where == c].mean()) for c in range(commons.n_communities)]


def _missing(before: Before, commons: Any) -> list[float]:
    """What is missing of environment, facilities, order and safety, mean over a community's residents."""
    board, found = commons.residents.board, []
    for c in range(commons.n_communities):
        total = people = 0.0
        for b in np.flatnonzero(board.community == c):
            heads = int(board.last[b] - board.first[b])
            lacks = [1.0 - before.quality[board.asset[b, k]] for k in (ENVIRONMENT, FACILITIES, ORDER, SAFETY)]
            total, people = total + heads * sum(lacks) / 4.0, people + heads
        found.append(total / people)
    return found


def secretaries(before: Before, commons: Any) -> None:
    """Where there is a joint party committee, the rested party member with most spirit is its secretary."""
    columns, settings = commons.residents.columns, commons.scenario.organisations
    for c, secretary in enumerate(commons.secretaries):
        wanted = commons.terms["party_call"][c] > 0.0 or commons.terms["party_seat"][c] > 0.0
        held, since = before.secretaries[c]
        stays = held >= 0 and not columns.moved[held] and columns.fatigue[held] <= settings.burnout
        if not wanted:
            assert secretary.holder == -1
        elif stays and secretary.dismissed != held:
            assert (secretary.holder, secretary.since) == (held, since)
        else:
            fit = [
                i for i in range(secretary.first, secretary.last)
                if columns.party[i] and not columns.moved[i] and columns.fatigue[i] < 0.5 * settings.burnout
                and i != secretary.dismissed
            ]  # fmt: skip
            assert secretary.holder == max(fit, key=lambda i: float(columns.spirit[i]), default=-1)
            assert secretary.since == commons.month and not secretary.reported.any() and not secretary.called.any()


def premises(before: Before, commons: Any) -> None:
    """Talks add up until a holder agrees; what is lent falls back when its time is over or the holder does badly."""
    table, settings, month = commons.society.local_units, commons.scenario.enterprises, commons.month
    agrees, withdraws = (uniforms(commons.seed, Purpose.LEASE, month, table.entity, draw) for draw in (0, 1))
    lent = [0.0] * commons.n_communities
    for u in range(table.n):
        c, until, talks = int(table.community[u]), int(before.leases[u]), float(before.talks[u])
        holds = table.idle[u] >= 100.0
        poor = table.profit[u] > 0.0 and commons.local_units.profit[u] < 0.5 * table.profit[u]
        if until <= month or (month % 3 == 1 and poor and withdraws[u] < 0.2):
            until = 0
        term = commons.terms
        if holds and until == 0 and term["space_talks"][c] > 0.0:
            talks += float(term["space_talks"][c])
            x = settings.lease_base + settings.lease_talk * math.log(1.0 + talks) + float(term["space_reward"][c])
            x -= settings.lease_rent * float(table.let[u])
            if agrees[u] < 1.0 / (1.0 + math.exp(-x)):
                until, talks = month + round(float(term["lease_months"][c])), 0.0
        assert commons.leases[u] == until and commons.talks[u] == approx(talks)
        lent[c] += float(table.idle[u]) if until > month else 0.0
    used = [min(float(u), x) for u, x in zip(before.premises_used, lent, strict=True)]
    assert commons.premises.tolist() == approx(lent) and commons.premises_used.tolist() == approx(used)


class Needs:
    """What each matter that gathers still lacks, while offers are taken one after the other."""

    def __init__(self, before: Before, commons: Any) -> None:
        ledger, self.services, self.commons = commons.ledger, commons.scenario.services, commons
        self.matters = [m for m in range(ledger.n) if before.column["stage"][m] == 1]
        self.cash = {m: int(before.matters["enterprise_money"][m]) for m in self.matters}
        self.donors = {m: int(before.matters["donors_money"][m]) for m in self.matters}
        self.social = {m: int(before.column["social_minutes"][m]) for m in self.matters}
        self.minutes = {m: int(before.column["units_minutes"][m]) for m in self.matters}
        self.space = {m: int(before.column["units_space"][m]) for m in self.matters}

    def lacks(self, m: int) -> int:
        """Yuan that are lacking."""
        ledger, services = self.commons.ledger, self.services
        own = int(ledger.residents_money[m]) + self.cash[m] + self.donors[m]
        own += int(ledger.organisation_money[m]) + int(ledger.delegated_money[m])
        own += int(min(int(ledger.residents_minutes[m]), int(60.0 * ledger.labour[m])) * services.hour_value / 60.0)
        own += int(min(int(ledger.residents_land[m]), int(100.0 * ledger.land[m])) * services.land_value / 100.0)
        own += int(min(self.minutes[m] + self.social[m], int(60.0 * ledger.skill[m])) * services.hour_value / 60.0)
        own += int(min(self.space[m], int(100.0 * ledger.space[m])) * services.space_value / 100.0)
        return int(ledger.own_target[m]) - own

    def take(self, c: int, cash: int, minutes: int, room: float, parking: float, taste: Any, who: str = "units") -> Any:
        """The matter of the community for which one thing of an offer does most gets it; returns matter, cash, minutes, space."""
        ledger, services, best = self.commons.ledger, self.services, (0.0, None, 0, 0, 0)
        gathering = sorted(m for m in self.open_now if place(self.commons, m)[2] == c)
        for m in gathering:
            k, lacks = place(self.commons, m)[1], self.lacks(m)
            if lacks <= 0:
                continue
            work = min(minutes, max(0, int(60.0 * ledger.skill[m]) - self.minutes[m] - self.social[m]))
            work = min(work, math.ceil(60.0 * lacks / services.hour_value))
            space = int(100.0 * (parking if k == ORDER else room))
            space = min(space, max(0, int(100.0 * ledger.space[m]) - self.space[m]))
            space = min(space, math.ceil(100.0 * lacks / services.space_value))
            money = min(cash, lacks)
            for worth, given in (
                (money, (money, 0, 0)),
                (min(int(work * (services.hour_value / 60.0)), lacks), (0, work, 0)),
                (min(int(space * (services.space_value / 100.0)), lacks), (0, 0, space)),
            ):
                if worth * taste[k] > best[0]:
                    best = (worth * taste[k], m, *given)
        _, m, cash, minutes, space = best
        if m is not None:
            (self.donors if who == "donors" else self.cash)[m] += cash
            (self.social if who == "social workers" else self.minutes)[m] += minutes
            self.space[m] += space
        return m, cash, minutes, space

    def look(self) -> None:
        """Those that gather now, before a new kind of offers."""
        self.open_now = [m for m in self.matters if self.lacks(m) > 0]


def offers(before: Before, commons: Any) -> None:
    """Units, lent premises, social workers and associations answer what is lacking, in this order, each with one matter."""
    needs, table, board = Needs(before, commons), commons.society.local_units, commons.residents.board
    settings, anything = commons.scenario, np.ones(len(board.matter[0]))
    needs.look()
    units, name = commons.local_units, before.units["reputation"].tolist()
    given = [[0, 0, 0, 0] for _ in range(commons.n_communities)]
    for u in range(table.n):
        profit, free = float(before.units["profit"][u]), before.space_lent[u] <= commons.month
        if units.offers[u]:
            share = settings.enterprises.giving * 2.0 * float(table.propensity[u])
            work = int(60.0 * settings.government.staff_hours * float(table.size[u]) * share)
            c = int(table.community[u])
            room, parking = float(table.room[u]) * free, 25.0 * float(table.parking[u]) * free
            m, cash, minutes, space = needs.take(c, int(max(0.0, profit) * share), work, room, parking, anything)
            if m is not None:
                earns = float(table.profit[u]) > 0.0
                profit -= (cash + minutes / 60.0 * settings.services.hour_value) * earns
                name[u] += 0.05 * (1.0 - name[u])
                given[c] = [a + b for a, b in zip(given[c], (1, cash, minutes, space), strict=True)]
            assert commons.space_lent[u] == (commons.month + 36 if space else before.space_lent[u])
        assert units.profit[u] == approx(profit) and units.reputation[u] == approx(name[u])
    assert commons.unit_gifts.tolist() == given
    needs.look()
    for c in range(commons.n_communities):
        spare = max(0.0, float(commons.premises[c] - before.premises_used[c]))
        used = needs.take(c, 0, 0, spare, 0.0, anything)[3] if spare >= 1.0 else 0
        assert commons.premises_used[c] == approx(before.premises_used[c] + used / 100.0)
    needs.look()
    worked = [0] * commons.n_communities
    for o in commons.organisations.values():
        if o.mentored == commons.month:
            taste = [1.0 if k == o.field else 0.3 for k in range(len(anything))]
            hours = float(commons.terms["mentoring"][o.community])
            worked[o.community] += needs.take(o.community, 0, int(60.0 * hours), 0.0, 0.0, taste, "social workers")[2]
    assert commons.social_work.tolist() == worked
    needs.look()
    for c, body in commons.bodies[ASSOCIATION].items():
        budget = before.bodies[ASSOCIATION, c][0] + int(commons.pledges[c])
        if budget > 0:
            taste = commons.residents.columns.preferences[body.leader].astype(float)
            budget -= needs.take(c, budget, 0, 0.0, 0.0, taste, "donors")[1]
        assert body.budget == budget
    for m in needs.matters:
        assert commons.ledger.enterprise_money[m] == needs.cash[m]
        assert commons.ledger.units_minutes[m] == needs.minutes[m]
        assert commons.ledger.units_space[m] == needs.space[m]
        assert commons.ledger.social_minutes[m] == needs.social[m]
        assert commons.ledger.donors_money[m] == needs.donors[m]


def incidents(before: Before, commons: Any) -> None:
    """Incidents go with exposure and away with hours of watch; part of what a community's own watch deters happens next door."""
    units, settings, terms = commons.society.units, commons.scenario.government, commons.terms
    board, table = commons.residents.board, commons.society.local_units
    people = units.population(Level.COMMUNITY)
    newcomers = [float(commons.people_of[board.community == c, 1].sum()) for c in range(commons.n_communities)]
    exposed = [1.0 + n / p for n, p in zip(newcomers, people, strict=True)]
    mean = sum(e * p for e, p in zip(exposed, people, strict=True)) / people.sum()
    for street in commons.streets:
        mine = list(street.communities)
        raw = {c: settings.incidents * people[c] / 1000.0 * exposed[c] / mean for c in mine}
        hours = settings.police_hours * sum(people[c] for c in mine) / 1000.0
        left, watched = {}, {}
        for c in mine:
            police = hours * raw[c] / sum(raw.values())
            left[c] = raw[c] * math.exp(-0.01 * police / people[c] * 1000.0)
            guards = sum(
                float(table.size[u])
                for u in range(table.n)
                if table.community[u] == c and commons.local_units.seated[u]
            )
            own = (
                float(board.patrols[board.community == c, 1].sum()) + terms["guards"][c] * guards * settings.staff_hours
            )
            watched[c] = left[c] * math.exp(-0.01 * own / people[c] * 1000.0)
        risk = dict(watched)
        for c in mine:
            elsewhere = sum(watched[d] for d in mine if d != c)
            for d in mine:
                if d != c and elsewhere > 0.0:
                    risk[d] += 0.3 * (left[c] - watched[c]) * watched[d] / elsewhere
        u = uniforms(commons.seed, Purpose.INCIDENT, commons.month, commons.n_communities)
        for c in mine:
            assert commons.incidents[c] == _poisson(float(u[c]), risk[c])
    for a in range(commons.society.assets.n):
        lost = 0.0
        if commons.society.assets.category[a] == SAFETY:
            c = int(commons.society.assets.community[a])
            lost = 4.0 * commons.incidents[c] / people[c]
        assert commons.quality[a] == approx(max(0.0, before.quality[a] - lost))


def _poisson(u: float, mean: float) -> int:
    """The smallest number that is not exceeded with chance ``u``."""
    n, chance = 0, math.exp(-mean)
    total = chance
    while total < u:
        n += 1
        chance *= mean / n
        total += chance
    return n


def venture(before: Before, commons: Any) -> None:
    """What the platform pays for had two bids; the best by price, name and workmanship won, and its price is as in a sealed auction."""
    ledger, terms, settings = commons.ledger, commons.terms, commons.scenario
    for m in np.flatnonzero(before.column["stage"] == 0):
        if ledger.decided_by[m] != 4 or ledger.stage[m] != 1:
            continue
        _, k, c, _ = place(commons, m)
        winner = commons.organisations[int(ledger.provider[m])]
        street = int(commons.society.units.parent(Level.COMMUNITY)[c])
        luck, bidders = int(ledger.luck_key(np.array([m]))[0]), []
        for o in commons.organisations.values():
            key = np.array([o.luck * 2**40 + luck])
            one = float(uniforms(commons.seed, Purpose.VENTURE, 0, key, 1)[0])
            hands = len(o.contracts) - (m in o.contracts) < settings.providers.capacity
            can = hands and o.money >= 0 and o.reputation >= settings.providers.least_reputation
            if o.street == street and can and (o.field == k or one < settings.providers.breadth):
                bidders.append((o, float(uniforms(commons.seed, Purpose.VENTURE, 0, key, 0)[0])))
        n, margin = len(bidders), settings.enterprises.margin
        assert n >= 2 and winner in [o for o, _ in bidders]
        weight, score = float(terms["venture_quality"][c]), {}
        for o, cost in bidders:
            worth = (
                o.reputation + settings.providers.expertise * o.experience - settings.providers.cutting * (0.5 - cost)
            )
            score[o.number] = weight * worth - (1.0 - weight) * (1.0 + (n - 1) * cost) / n, cost
        cost = score[winner.number][1]
        assert max(score.values())[0] == approx(score[winner.number][0])
        assert ledger.price[m] == approx(1.0 + margin * (1.0 + (n - 1) * cost) / n)
        assert 0.0 < ledger.scope[m] <= 1.0 and ledger.decided_level[m] == Level.COMMUNITY


def bought(commons: Any, m: int) -> Any:
    """Who builds a matter that money pays: a firm of the street by tender, names counting by the term."""
    asset = int(commons.ledger.asset[m])
    c = int(commons.society.assets.community[asset])
    weight = float(commons.terms["name_weight"][c]) if c >= 0 else 0.0
    firms = commons.firms_of_street[int(commons.society.assets.street[asset])]
    luck = int(commons.ledger.luck_key(np.array([m]))[0])
    return tender(firms, commons.scenario.enterprises, commons.seed, luck, weight)
