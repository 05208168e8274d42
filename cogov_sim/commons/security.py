"""Incidents 案件 and who deters them 群防群治: the police, residents on patrol, guards of units; and where they go instead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr, pdtrik

from cogov_sim.commons.state import Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level
from cogov_sim.society.services import SAFETY

DETERRENCE = 0.01  # per hour of watch per 1,000 residents and month: 50 hours deter two fifths (start value)
DISPLACED = 0.3  # of the incidents that a community's own watch deters happen in others of the street (start value)
HARM = 4.0  # quality of safety lost where every resident has an incident (start value: about as much as it wears otherwise)


def watch(commons: Commons) -> None:
    """A month's incidents, by exposure and by who watches; they lower safety."""
    risk = risks(commons)
    commons.incidents[:] = _poisson(
        uniforms(commons.seed, Purpose.INCIDENT, commons.month, commons.n_communities), risk
    )
    assets, people = commons.society.assets, commons.society.units.population(Level.COMMUNITY)
    rows = slice(assets.offset[SAFETY], assets.offset[SAFETY + 1])
    lost = (HARM * commons.incidents / people)[assets.community[rows]]
    commons.quality[rows] = np.maximum(0.0, commons.quality[rows] - lost)


def risks(commons: Commons) -> NDArray[np.float64]:
    """Incidents to be expected in each community this month.

    Exposure grows with the share of newcomers. The police of a street watch by exposure; what a community's own patrols and
    guards deter beyond them goes in part to the other communities of its street, by what risk is left there.
    """
    settings, units = commons.scenario.government, commons.society.units
    thousands = units.population(Level.COMMUNITY) / 1000.0
    exposed = settings.incidents * thousands * commons.exposure
    street = units.parent(Level.COMMUNITY)
    total = np.bincount(street, exposed)[street]
    weight = np.divide(exposed, total, out=np.zeros_like(exposed), where=total > 0.0)
    police = settings.police_hours * np.bincount(street, thousands)[street] * weight
    left = exposed * np.exp(-DETERRENCE * police / thousands)
    watched = left * np.exp(-DETERRENCE * own_hours(commons) / thousands)
    elsewhere = np.bincount(street, watched)[street] - watched  # risk that is left next door
    moves = DISPLACED * (left - watched) * (elsewhere > 0.0)
    per_risk = np.divide(moves, elsewhere, out=np.zeros_like(moves), where=elsewhere > 0.0)
    comes = watched * (np.bincount(street, per_risk)[street] - per_risk)
    return np.asarray(watched + comes)


def own_hours(commons: Commons) -> NDArray[np.float64]:
    """Hours of residents' patrols, and of the guards that units at a table have anyway and let look beyond their gate."""
    board, units = commons.residents.board, commons.local_units
    patrols = np.bincount(board.community, board.patrols[:, 1], commons.n_communities)
    staff = np.bincount(units.table.community, units.table.size * units.seated, commons.n_communities)
    return np.asarray(patrols + commons.terms["guards"] * staff * commons.scenario.government.staff_hours)


def _poisson(u: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.int64]:
    """Poisson numbers at the ranks ``u``."""
    positive = np.maximum(mean, 1e-12)
    most = np.ceil(np.maximum(pdtrik(u, positive), 0.0))
    fewer = np.maximum(most - 1.0, 0.0)
    return np.where(pdtr(fewer, positive) >= u, fewer, most).astype(np.int64)
