"""Enterprises: they join councils when peers and reputation make it worth while, give, and bid for contracts."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

import mesa
import numpy as np
from scipy.special import expit

from cogov_sim.agents.base import Body
from cogov_sim.draws import Purpose, draws_of, normals
from cogov_sim.scenario.settings import EnterpriseSettings
from cogov_sim.society import EnterpriseTable

PROFIT_SWINGS = 0.3  # standard deviation of log profit from month to month (start value)
CYCLE_MEMORY = 0.95  # share of a good or bad month that is left in the next (start value)
BIDDERS = 5  # at most so many bid for one contract


class Enterprise(Body):
    """A firm of the neighbourhood.

    Attributes:
        index: row in the society's table of enterprises.
        community: where it is.
        profit: this month's profit in yuan: of ordinary business, and of the contracts that were finished last month.
        earned: yuan that contracts finished this month bring; they count in the next.
        usual_profit: profit of an ordinary month.
        reputation, propensity: in [0, 1].
        member: sits in the community's council.
    """

    def __init__(self, model: mesa.Model, table: EnterpriseTable, index: int) -> None:
        super().__init__(model)
        self.index = index
        self.community = int(table.community[index])
        self.usual_profit = float(table.profit[index])
        self.profit = self.usual_profit
        self.earned = 0.0
        self.reputation = float(table.reputation[index])
        self.propensity = float(table.propensity[index])
        self.member = False

    def decide_membership(self, settings: EnterpriseSettings, seat: float, peers: float, luck: float) -> None:
        """Join or leave the council; in poor months, below half of its usual profit, a firm may leave and none joins.

        Args:
            settings: intercept and weights of the choice.
            seat: the term ``enterprise_seat``; without a seat nobody sits.
            peers: share of the community's other enterprises that are members.
            luck: a uniform draw.
        """
        poor = self.profit < 0.5 * self.usual_profit
        if seat <= 0.0:
            self.member = False
        elif self.member or poor:
            self.member = self.member and not (poor and luck < 0.2)
        else:
            x = (
                settings.join_base
                + settings.join_peers * peers
                + settings.join_reputation * (self.reputation + self.propensity - 1.0)
                + np.log(seat)
            )
            self.member = bool(luck < expit(x))

    def gift(self, settings: EnterpriseSettings) -> int:
        """Whole yuan a member gives this month; the giving share scales with the propensity to give."""
        if not self.member or self.profit <= 0.0:
            return 0
        return int(self.profit * settings.giving * 2.0 * self.propensity)


def business_cycle(settings: EnterpriseSettings, seed: int, month: int) -> float:
    """How good times are for all firms: the factor on their profits.

    Its log is a stationary AR(1) process with ``CYCLE_MEMORY`` from month to month and standard deviation ``cycle``; the
    factor has mean one, on top of the growth of profits since month 1. The same in every world.
    """
    shocks = normals(seed, Purpose.CYCLE, 0, month)
    weights = CYCLE_MEMORY ** np.arange(month - 1, -1, -1.0) * np.sqrt(1.0 - CYCLE_MEMORY**2)
    weights[0] /= np.sqrt(1.0 - CYCLE_MEMORY**2)
    state = settings.cycle * float(weights @ shocks) - 0.5 * settings.cycle**2
    return float(np.exp(state) * (1.0 + settings.profit_growth) ** ((month - 1) / 12.0))


def month_profits(firms: list[Enterprise], settings: EnterpriseSettings, seed: int, month: int) -> None:
    """Every firm's profit of a month: ordinary business in good times and bad (the cycle, and log-normal swings with mean one),
    and what finished contracts have earned.
    """
    if not firms:
        return
    times = business_cycle(settings, seed, month)
    z = normals(seed, Purpose.PROFIT, month, np.array([f.index for f in firms], np.int64))
    for firm, swing in zip(firms, np.exp(PROFIT_SWINGS * z - 0.5 * PROFIT_SWINGS**2), strict=True):
        firm.profit = firm.usual_profit * times * float(swing) + firm.earned
        firm.earned = 0.0


Bidder = TypeVar("Bidder")


class Bid(NamedTuple, Generic[Bidder]):
    """The winning bid of a tender: who, the price and the gain as multiples of cost, the winner's own cost in [0, 1]."""

    firm: Bidder | None
    price: float
    gain: float
    own_cost: float


def tender(firms: list[Bidder], settings: EnterpriseSettings, seed: int, matter: int) -> Bid[Bidder]:
    """A sealed-bid tender for one matter.

    Up to five firms, starting from a drawn one, bid a margin over cost; each has a private cost u in [0, 1) of the
    largest margin and bids as in the symmetric equilibrium of a first-price auction with n such costs, (1 + (n - 1) u) / n.

    Args:
        firms: those who may bid; without any, an outside contractor takes it at the largest margin.
        settings: the largest margin.
        seed: the run's seed.
        matter: the matter's luck key.
    """
    n = min(BIDDERS, len(firms))
    if n == 0:
        return Bid(None, 1.0 + settings.margin, 0.0, 1.0)
    private = draws_of(seed, Purpose.BID, 0, matter, n + 1)
    first, best = int(private[n] * len(firms)), int(np.argmin(private[:n]))
    own_cost = float(private[best])
    bid = (1.0 + (n - 1) * own_cost) / n
    gain = settings.margin * (bid - own_cost)
    return Bid(firms[(first + best) % len(firms)], 1.0 + settings.margin * bid, gain, own_cost)
