"""Enterprises: the firms among the units of the neighbourhood, and sealed-bid tenders."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from cogov_sim.agents.local_units import LocalUnit
from cogov_sim.draws import Purpose, draws_of
from cogov_sim.scenario.actors import EnterpriseSettings

BIDDERS = 5  # at most so many bid for one contract


class Enterprise(LocalUnit):
    """A firm of the neighbourhood: it bids for contracts."""


Bidder = TypeVar("Bidder")


class Bid(NamedTuple, Generic[Bidder]):
    """The winning bid of a tender: who, the price and the gain as multiples of cost, the winner's own cost in [0, 1]."""

    firm: Bidder | None
    price: float
    gain: float
    own_cost: float


def tender(
    bidders: list[Bidder], settings: EnterpriseSettings, seed: int, matter: int, name_weight: float = 0.0
) -> Bid[Bidder]:
    """A sealed-bid tender for one matter.

    Up to five bidders, starting from a drawn one, bid a margin over cost; each has a private cost u in [0, 1) of the
    largest margin and bids as in the symmetric equilibrium of a first-price auction with n such costs, (1 + (n - 1) u) / n.
    The lowest bid wins; as far as names count, a good one makes up for a higher bid.

    Args:
        bidders: those who may bid; without any, an outside contractor takes it at the largest margin.
        settings: the largest margin.
        seed: the run's seed.
        matter: the matter's luck key.
        name_weight: in [0, 1], how much a bidder's name counts beside the bid.
    """
    n = min(BIDDERS, len(bidders))
    if n == 0:
        return Bid(None, 1.0 + settings.margin, 0.0, 1.0)
    private = draws_of(seed, Purpose.BID, 0, matter, n + 1)
    first = int(private[n] * len(bidders))
    bids = (1.0 + (n - 1) * private[:n]) / n
    best = int(np.argmin(bids if name_weight <= 0.0 else _scored(bids, bidders, first, name_weight)))
    own_cost, bid = float(private[best]), float(bids[best])
    gain = settings.margin * (bid - own_cost)
    return Bid(bidders[(first + best) % len(bidders)], 1.0 + settings.margin * bid, gain, own_cost)


def _scored(bids: Any, bidders: list[Any], first: int, name_weight: float) -> Any:
    """Bids, less what each bidder's name is worth."""
    names = [bidders[(first + i) % len(bidders)].reputation for i in range(len(bids))]
    return (1.0 - name_weight) * bids - name_weight * np.array(names)
