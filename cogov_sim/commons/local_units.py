"""What the commons do with units of the neighbourhood 驻区单位: which tables are open to them, what they see, when they choose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.local_units import QUARTER
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level, UnitKind
from cogov_sim.society.services import USED_BY_UNITS

PARTY_ORGANISATION = 3  # members from which a unit has a party organisation (Party constitution, art. 30)
LENT_FOR = (
    36  # months for which a unit lends space to a matter: what a square metre is worth (``space_value``) is their rent
)


def live_on(commons: Commons) -> None:
    """A month of business; at the beginning of a quarter units also close, learn, leave and choose what to offer."""
    units, settings, month = commons.local_units, commons.scenario.enterprises, commons.month
    known, missing = informed(commons), _missing(commons)
    units.trade(settings, commons.seed, month, known, _rent_forgone(commons))
    new_quarter = (month - 1) % QUARTER == 0
    if new_quarter:
        closed = units.close(settings, commons.seed, month)
        commons.space_lent[closed] = commons.leases[closed] = 0
        commons.talks[closed] = 0.0
        units.look_around(settings, commons.scenario.behaviour, missing, known, month)
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


def informed(commons: Commons) -> NDArray[np.float64]:
    """Share of each community's residents who know of a matter that is under way, as of last month's end."""
    board, people = commons.residents.board, commons.society.units.population(Level.COMMUNITY)
    knows = np.add.reduceat(commons.residents.columns.knew != 0, board.first, dtype=np.int64)
    return np.bincount(board.community, knows, commons.n_communities) / people


def _missing(commons: Commons) -> NDArray[np.float64]:
    """Mean quality that is missing in each community of the services that units use themselves."""
    board = commons.residents.board
    heads = (board.last - board.first).astype(float)
    lacks = (1.0 - board.quality[board.asset[:, USED_BY_UNITS]]).mean(axis=1)
    total, people = (np.bincount(board.community, x, commons.n_communities) for x in (lacks * heads, heads))
    return np.asarray(total / people)


def _rent_forgone(commons: Commons) -> NDArray[np.float64]:
    """Yuan of rent that each unit forgoes this month by what it has lent, to a matter or to the neighbourhood."""
    table, month = commons.local_units.table, commons.month
    rent = commons.scenario.services.space_value / LENT_FOR
    lent = table.room * (commons.space_lent > month) + table.idle * (commons.leases > month)
    return np.asarray(rent * table.let * lent)
