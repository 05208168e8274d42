"""Associations of donors 社区发展协会: pledges that hang on what the others pledged, given to what the founder cares for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.organisations import Association
from cogov_sim.commons.offers import Offers, answer_needs
from cogov_sim.commons.state import Commons
from cogov_sim.society import schedule_at

PLEDGE = 0.02  # of a year's income, pledged in full (start value; 0.4 yuan a head and month were donated in all)


def pledge(commons: Commons) -> None:
    """Once a year donors pledge, by their own schedule and what all pledged a year before. Who pledges nothing leaves."""
    commons.pledges[:] = 0
    for c, body in commons.bodies[Association].items():
        if (commons.month - body.founded) % YEAR:
            continue
        assert isinstance(body, Association)
        donors = np.array([body.leader, *body.officers], np.int64)
        share = shares(commons, body, donors)
        yuan = np.rint(PLEDGE * YEAR * share * commons.residents.columns.income[donors]).astype(np.int64)
        commons.residents.donate(donors, yuan, commons.month)
        body.budget += int(yuan.sum())
        body.faith = float(share.mean())
        body.officers = donors[1:][yuan[1:] > 0].tolist()
        commons.pledges[c] += int(yuan.sum())


def shares(commons: Commons, body: Association, donors: NDArray[np.int64]) -> NDArray[np.float64]:
    """What each donor pledges, as a share: the laboratory's rule at what all pledged last; before the first time at the founder's
    word, that all will.
    """
    columns, rules = commons.residents.columns, commons.residents.rules
    kinds = columns.schedule_type[donors]
    own = schedule_at(kinds, columns.schedule_intercept[donors], columns.schedule_slope[donors], body.faith)
    follows = np.where(kinds == 1, rules.free_rider_response, 1.0)
    share = np.clip(rules.k0 + follows * rules.k1 * body.faith + rules.k2 * own, 0.0, 1.0)
    return np.asarray(np.where(share < rules.smallest_act, 0.0, share))


def give(commons: Commons, matters: NDArray[np.int64]) -> None:
    """An association puts its money into the matter that it does most for, as its founder sees it."""
    holders = [(c, body) for c, body in commons.bodies[Association].items() if body.budget > 0]
    if not holders or len(matters) == 0:
        return
    community = np.array([c for c, _ in holders], np.int64)
    taste = commons.residents.columns.preferences[[body.leader for _, body in holders]].astype(float)
    cash = np.array([body.budget for _, body in holders], np.int64)
    taken = answer_needs(commons, Offers.of_one_thing(community, taste, cash=cash), matters, money="donors_money")
    for (_, body), given in zip(holders, taken.cash.tolist(), strict=True):
        body.budget -= given
