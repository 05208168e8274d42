"""What the commons do in stage 0, terms, second half: money and hours are handed out; bodies are founded, joined and dissolved."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.organisations import BODY_KINDS, Organisation
from cogov_sim.commons import bodies as residents_bodies
from cogov_sim.commons import duties, local_units, order, party, premises, watch
from cogov_sim.commons.state import Commons
from cogov_sim.terms import FACED


def hand_out_money(commons: Commons) -> None:
    """The city's envelope goes down per head: city, district, street, community."""
    commons.treasury.start_month()
    commons.city.distribute(commons.reform_month, commons.districts, commons.treasury)


def pay_and_staff_institutions(commons: Commons) -> None:
    """Hours go first to what superiors demand, campaigns included, then to what the committee chooses; money is paid."""
    terms = commons.terms
    share = duties.carry_out(commons)
    for c, committee in enumerate(commons.committees):
        committee.take_orders(float(share[c]))
        committee.spend("institutions", float(terms["demanded_hours"][c]))
    order.run_campaigns(commons)
    for c, committee in enumerate(commons.committees):
        committee.spend("institutions", float(terms["running_hours"][c]))
        cost = min(int(terms["running_cost"][c]), commons.treasury.free(c))
        commons.treasury.pay(c, cost, "institutions")
    residents_bodies.hand_down(commons)


def post_terms(commons: Commons) -> None:
    """Write this month's terms on the board, where residents see them."""
    for name in FACED:
        getattr(commons.residents.board, name)[:] = commons.terms[name]


def money_for_institutions(commons: Commons) -> NDArray[np.float64]:
    """How much of what institutions would cost there is money for, per community, in [0, 1]."""
    cost = commons.terms["running_cost"]
    treasury = commons.treasury
    there = np.maximum(0, treasury.balance - treasury.committed)[: commons.n_communities]
    return np.minimum(1.0, np.divide(there, cost, out=np.ones(len(cost)), where=cost >= 1.0))


def hours_for_institutions(commons: Commons) -> NDArray[np.float64]:
    """How much of their hours there is once superiors have what they demand, per community, in [0, 1]."""
    share, (_, campaigns), terms = duties.demand(commons).share, order.campaigns(commons), commons.terms
    result = np.ones(commons.n_communities)
    for c, committee in enumerate(commons.committees):
        taken = committee.orders(float(share[c]))[1] + terms["demanded_hours"][c] + campaigns[c]
        left, hours = max(0.0, committee.capacity - taken), terms["running_hours"][c]
        if left < hours:
            result[c] = left / hours
    return result


def live_on(commons: Commons) -> None:
    """Some residents move; bodies lose members and leaders, or dissolve; units of the neighbourhood do business, join tables or leave them."""
    commons.residents.settle(commons.month)
    settings = commons.scenario.organisations
    for kind, bodies in commons.bodies.items():
        community = commons.community_of[kind.level]
        for unit, body in list(bodies.items()):
            if not (
                commons.allowed[kind][community[unit]] and body.live_on(commons.residents, settings, commons.month)
            ):
                del bodies[unit]
                residents_bodies.leave(commons, body)
    order.appoint_mediators(commons)
    watch.elect_supervisors(commons)
    party.appoint(commons)
    local_units.live_on(commons)
    premises.live_on(commons)


def open_founding(commons: Commons) -> None:
    """Tell residents where a body may be founded: where the terms allow it and there is none."""
    board = commons.residents.board
    for kind in BODY_KINDS:
        f = kind.number
        board.found[:, f] = commons.terms[kind.term][board.community]
        taken = np.zeros(commons.society.units.count(kind.level), bool)
        taken[list(commons.bodies[kind])] = True
        board.found[taken[commons.unit_of_building[kind.level]], f] = 0.0


def found_bodies(commons: Commons, model: mesa.Model) -> None:
    """Founders with enough supporters have their body; where several would, the one with most supporters."""
    board = commons.residents.board
    for kind in BODY_KINDS:
        f = kind.number
        candidates = np.flatnonzero(board.founder[:, f] >= 0)
        unit_of = commons.unit_of_building[kind.level][candidates]
        for unit in np.unique(unit_of).tolist():
            mine = candidates[unit_of == unit]
            founder = int(board.founder[mine[np.argmax(board.supporters[mine, f])], f])
            _found(commons, model, kind, unit, founder)


def _found(commons: Commons, model: mesa.Model, kind: type[Organisation], unit: int, founder: int) -> None:
    units = commons.society.units
    first, last = int(units.first(kind.level)[unit]), int(units.last(kind.level)[unit])
    officers = commons.residents.supporters(founder, first, last, owners=kind.owners_only)
    body = kind(model, unit, first, last, founder, officers, commons.month)
    residents_bodies.inherit(commons, body)
    commons.bodies[kind][unit] = body
