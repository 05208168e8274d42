"""What the commons do with units of the neighbourhood 驻区单位: which tables are open to them, what they see, when they choose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import STATS
from cogov_sim.agents.local_units import QUARTER
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level, UnitKind
from cogov_sim.society.services import USED_BY_UNITS

PARTY_ORGANISATION = 3  # members from which a unit has a party organisation (Party constitution, art. 30)


def live_on(commons: Commons) -> None:
    """A month of business; at the beginning of a quarter units also close, learn, leave and choose what to offer."""
    units, settings, month = commons.local_units, commons.scenario.enterprises, commons.month
    known, missing = told(commons), _missing(commons)
    units.trade(settings, commons.seed, month, known)
    new_quarter = (month - 1) % QUARTER == 0
    if new_quarter:
        commons.space_lent[:] = 0
        units.close(settings, commons.seed, month)
        units.look_around(settings, commons.scenario.behaviour, missing, known)
    units.join(settings, seats(commons), commons.seed, month)
    if new_quarter:
        units.choose(settings, commons.seed, month, missing, known)


def seats(commons: Commons) -> NDArray[np.float64]:
    """How open the tables of its community are to each unit: the enterprise council's to firms, the co-residence council's to the
    others, the joint party committee's to all that have a party organisation.
    """
    table, terms = commons.local_units.table, commons.terms
    here = table.community
    firm = table.kind < UnitKind.PUBLIC_UNIT
    own = np.where(firm, terms["enterprise_seat"][here], terms["unit_seat"][here])
    return np.maximum(own, np.where(table.party >= PARTY_ORGANISATION, terms["party_seat"][here], 0.0))


def told(commons: Commons) -> NDArray[np.float64]:
    """Share of each community's residents who were told of anything in the past year, as of last month's end."""
    board = commons.residents.board
    people = commons.society.units.population(Level.COMMUNITY)
    return np.bincount(board.community, board.stats[:, STATS.index("told")], commons.n_communities) / people


def _missing(commons: Commons) -> NDArray[np.float64]:
    """Mean quality that is missing in each community of the services that units use themselves."""
    board = commons.residents.board
    heads = (board.last - board.first).astype(float)
    lacks = (1.0 - board.quality[board.asset[:, USED_BY_UNITS]]).mean(axis=1)
    total, people = (np.bincount(board.community, x, commons.n_communities) for x in (lacks * heads, heads))
    return np.asarray(total / people)
