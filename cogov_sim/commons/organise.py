"""Stage 0, terms (second half): money and hours are handed out; bodies are founded, joined and dissolved."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.enterprises import month_profits
from cogov_sim.agents.government import WORKSTATION_ADMIN
from cogov_sim.agents.organisations import BuildingGroup, ResidentCouncil
from cogov_sim.commons.state import Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level


def hand_out_money(commons: Commons) -> None:
    """The city's envelope goes down per head: city, district, street, community."""
    commons.treasury.start_month()
    commons.city.distribute(commons.month, commons.districts, commons.treasury)


def pay_and_staff_institutions(commons: Commons) -> None:
    """Administration takes its hours, institutions their money and hours, at the price their terms name."""
    terms = commons.terms
    share = administration(commons)
    for c, committee in enumerate(commons.committees):
        committee.take_orders(float(share[c]))
        committee.run_institutions(float(terms["running_hours"][c]))
        cost = min(int(terms["running_cost"][c]), commons.treasury.free(c))
        commons.treasury.pay(c, cost, "institutions")


#: Terms that residents respond to as they are; the others reach them through bodies, officials and matters.
POSTED = ("voice_cost", "talk", "recognition", "sanction", "reward", "levy", "example", "adoption", "report", "standing",
          "discussion", "facilitation", "online_voice", "online_awareness", "written_talk")  # fmt: skip


def post_terms(commons: Commons) -> None:
    """Write this month's terms on the board, where residents see them."""
    for name in POSTED:
        getattr(commons.residents.board, name)[:] = commons.terms[name]


def administration(commons: Commons) -> np.ndarray:
    """Share of all staff hours that administration takes, per community: (own + claimed) x burden kept."""
    own = commons.scenario.government.administration_share
    terms = commons.terms
    return np.minimum(0.95, (own + terms["administration"]) * terms["burden"])


def affordable(commons: Commons) -> np.ndarray:
    """How much of what institutions would cost there is money and hours for, per community, in [0, 1]."""
    terms = commons.terms
    share = administration(commons)
    result = np.ones(commons.n_communities)
    for c, committee in enumerate(commons.committees):
        total = committee.capacity + committee.workstation.capacity
        window = min(share[c] * total, WORKSTATION_ADMIN * committee.workstation.capacity)
        left = max(0.0, committee.capacity - (share[c] * total - window))
        cost, hours = terms["running_cost"][c], terms["running_hours"][c]
        for there, price in ((max(0, commons.treasury.free(c)), cost), (left, hours)):
            if there < price:
                result[c] = min(result[c], there / price)
    return result


def live_on(commons: Commons) -> None:
    """Some residents move; bodies lose members and leaders, or dissolve; enterprises join or leave councils."""
    commons.residents.settle(commons.month)
    settings = commons.scenario.organisations
    for bodies, term in ((commons.groups, "building_groups"), (commons.councils, "councils")):
        for key, body in list(bodies.items()):
            community = key if isinstance(body, ResidentCouncil) else commons.residents.board.community[key]
            allowed = commons.terms[term][community] > 0.0
            if not (allowed and body.live_on(commons.residents, settings, commons.month)):
                del bodies[key]
                if body.budget > 0:
                    commons.left_over[type(body), key] = body.budget
                body.remove()
    _seat_enterprises(commons)


def _seat_enterprises(commons: Commons) -> None:
    settings = commons.scenario.enterprises
    month_profits(commons.firms, commons.seed, commons.month)
    if not commons.firms:
        return
    luck = uniforms(commons.seed, Purpose.JOIN, commons.month, len(commons.firms))
    for c, firms in enumerate(commons.firms_of_community):
        seat = float(commons.terms["enterprise_seat"][c])
        members = sum(firm.member for firm in firms)
        peers = members / len(firms) if firms else 0.0
        for firm in firms:
            firm.decide_membership(settings, seat, peers, float(luck[firm.index]))


def open_founding(commons: Commons) -> None:
    """Tell residents where a body may be founded: where the terms allow it and there is none."""
    board, terms = commons.residents.board, commons.terms
    board.found[:, 0] = terms["building_groups"][board.community]
    board.found[:, 1] = terms["councils"][board.community]
    board.found[list(commons.groups), 0] = 0.0
    has_council = np.zeros(commons.n_communities, bool)
    has_council[list(commons.councils)] = True
    board.found[has_council[board.community], 1] = 0.0


def found_bodies(commons: Commons, model: Any) -> None:
    """Founders with enough supporters have their body; for a council the one with most supporters wins."""
    residents, units, month = commons.residents, commons.society.units, commons.month
    board, left = residents.board, commons.left_over
    for b in np.flatnonzero(board.founder[:, 0] >= 0).tolist():
        first, last, founder = int(board.first[b]), int(board.last[b]), int(board.founder[b, 0])
        officers = residents.supporters(founder, first, last)
        group = BuildingGroup(model, b, first, last, founder, officers, month)
        group.budget = left.pop((BuildingGroup, b), 0)
        commons.groups[b] = group
    candidates = np.flatnonzero(board.founder[:, 1] >= 0)
    for c in np.unique(board.community[candidates]).tolist():
        mine = candidates[board.community[candidates] == c]
        founder = int(board.founder[mine[np.argmax(board.supporters[mine, 1])], 1])
        first, last = int(units.first(Level.COMMUNITY)[c]), int(units.last(Level.COMMUNITY)[c])
        officers = residents.supporters(founder, first, last)
        council = ResidentCouncil(model, c, first, last, founder, officers, month)
        council.budget = left.pop((ResidentCouncil, c), 0)
        commons.councils[c] = council
