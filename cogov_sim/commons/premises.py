"""Idle premises 闲置场所: talks with those who hold them, agreements, and what the neighbourhood does with the room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cogov_sim.agents.local_units import LEAVES_IN_POOR_MONTHS, QUARTER
from cogov_sim.commons.offers import Offers, answer_needs
from cogov_sim.commons.state import Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level

ENOUGH_ROOM = 100.0  # m2 that are worth an agreement (start value)
M2_PER_SEAT = 2.0  # of a meeting room (general knowledge)
NEAR = 0.5  # logits that room enough for everybody's meetings adds to how near and fit the place is (start value)
_AGREES, _WITHDRAWS = 0, 1  # draw numbers of Purpose.LEASE


def live_on(commons: Commons) -> None:
    """Agreements end; holders of premises that stand empty, with whom talks were held, agree or do not: by the talks so far, each of
    which adds less, what counts with those who judge them, and the rent forgone. In bad quarters some take theirs back.
    """
    units, settings, month, terms = commons.local_units, commons.scenario.enterprises, commons.month, commons.terms
    table, here = units.table, units.table.community
    holds = table.idle >= ENOUGH_ROOM
    luck, second = (uniforms(commons.seed, Purpose.LEASE, month, table.entity, draw) for draw in (_AGREES, _WITHDRAWS))
    withdrawn = ((month - 1) % QUARTER == 0) & units.poor & (second < LEAVES_IN_POOR_MONTHS)
    commons.leases[(commons.leases <= month) | withdrawn] = 0
    commons.talks += np.where(holds & (commons.leases == 0), terms["space_talks"][here], 0.0)
    x = (
        settings.lease_base
        + settings.lease_talk * np.log1p(commons.talks)
        + terms["space_reward"][here]
        - settings.lease_rent * table.let
    )
    agrees = holds & (commons.leases == 0) & (terms["space_talks"][here] > 0.0) & (luck < expit(x))
    commons.leases[agrees] = month + np.rint(terms["lease_months"][here[agrees]]).astype(np.int64)
    commons.talks[agrees] = 0.0
    commons.premises[:] = np.bincount(here, table.idle * (commons.leases > month), commons.n_communities)
    commons.premises_used[:] = np.minimum(commons.premises_used, commons.premises)  # who moves out is out


def spare(commons: Commons) -> NDArray[np.float64]:
    """Square metres lent to each community in which no service is."""
    return np.asarray(commons.premises - commons.premises_used)


def seats(commons: Commons) -> NDArray[np.float64]:
    """Seats that lent premises add to each community's meeting place."""
    return np.asarray(np.floor(spare(commons) / M2_PER_SEAT))


def nearness(commons: Commons) -> NDArray[np.float64]:
    """Logits that lent premises add to how near and fit the place is: half of the most at 50 m2 per 1,000 residents."""
    per_1000 = spare(commons) / commons.society.units.population(Level.COMMUNITY) * 1000.0
    return np.asarray(NEAR * per_1000 / (per_1000 + 50.0))


def lend(commons: Commons, matters: NDArray[np.int64]) -> None:
    """Room that nobody uses yet goes to the matter that it does most for."""
    there = spare(commons)
    where = np.flatnonzero(there >= 1.0)
    if len(where) == 0 or len(matters) == 0:
        return
    offers = Offers.of_one_thing(where, room=there[where])
    commons.premises_used[where] += answer_needs(commons, offers, matters).space / 100.0
