"""The year's end: money that lapses is spent in a hurry. The same rule in every world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.enterprises import Bid, Enterprise, tender
from cogov_sim.agents.kernels import YEAR
from cogov_sim.commons.guess import guess_of_place, misjudged
from cogov_sim.commons.manage import purses
from cogov_sim.commons.matters import LONGEST_RUN
from cogov_sim.commons.provide import managing_hours, still_to_save
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level


def spend_the_rest(commons: Commons) -> None:
    """December: what is neither promised, nor saved for, nor needed for upkeep, nor carried over (``carry_over``) is spent.

    It goes to what is worst. As any contract it costs the tender's price, the committee's hours for managing it and what is
    lost where officials misjudge what people want; and a yuan in a hurry buys a fraction (``rush_efficiency``) of what
    a planned one buys. What hours do not reach stays in the purse.
    """
    if commons.month % YEAR:
        return
    commons.year_end[:] = 0
    carried, worth = commons.of_purses("carry_over"), _worth(commons)
    full = commons.society.assets.full_cost * commons.scenario.services.cost_factor
    for purse, mine, upkeep in purses(commons):
        lacks = np.where(mine, (1.0 - commons.quality) * full, 0.0)
        if not mine.any() or lacks.sum() <= 0.0:
            continue
        bid = _hired(commons, purse)
        most = int(lacks.sum() * bid.price / max(worth[mine].max(), 1e-9))  # nothing gets better than whole
        budget = _managed(commons, purse, min(most, _lapses(commons, purse, upkeep, float(carried[purse]))))
        if budget <= 0:
            continue
        commons.treasury.pay(purse, budget, "year_end")
        commons.year_end[min(purse, commons.n_communities)] += budget
        commons.quality[:] += worth * budget / bid.price * lacks / lacks.sum() / full
        if bid.firm is not None:
            bid.firm.earned += budget / bid.price * bid.gain


def _worth(commons: Commons) -> NDArray[np.float64]:
    """What a yuan's worth of work done in a hurry adds to each asset, in yuan."""
    assets, settings = np.arange(commons.society.assets.n), commons.scenario.government
    estimate = guess_of_place(commons, assets, assets * LONGEST_RUN + commons.month, draw=2)  # no matter's own luck
    off = misjudged(estimate, commons.true_preferences)
    return np.asarray(settings.rush_efficiency * settings.workmanship * (1.0 - settings.misfit * off))


def _lapses(commons: Commons, purse: int, upkeep: int, carried: float) -> int:
    """Yuan of a purse that would lapse."""
    return int((1.0 - carried) * max(0, commons.treasury.free(purse) - still_to_save(commons, purse) - upkeep))


def _managed(commons: Commons, purse: int, budget: int) -> int:
    """As much of a budget as there are hours to manage; they are spent. Streets manage their own."""
    if purse >= commons.n_communities:
        return budget
    office = commons.committees[purse]
    each = managing_hours(commons, purse, 1.0)
    if each * budget > office.left:
        budget = int(office.left / each)
    office.spend("projects", each * budget)
    return budget


def _hired(commons: Commons, purse: int) -> Bid[Enterprise]:
    """The tender for a purse's year-end work, with luck of its own."""
    street = purse - commons.n_communities
    if street < 0:
        street = int(commons.society.units.parent(Level.COMMUNITY)[purse])
    luck = (commons.society.assets.n + purse) * LONGEST_RUN + commons.month
    return tender(commons.firms_of_street[street], commons.scenario.enterprises, commons.seed, luck)
