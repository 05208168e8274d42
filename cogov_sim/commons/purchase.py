"""Buying services: which matters go out to tender among social organisations, and what they are paid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.enterprises import Bid, tender
from cogov_sim.agents.social_organisations import SocialOrganisation
from cogov_sim.commons.matters import NONE, Stage
from cogov_sim.commons.state import Commons
from cogov_sim.commons.tenders import hire
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import CATEGORIES

#: Per category, whether it is a service that providers offer, rather than a work.
IS_SERVICE: NDArray[np.bool_] = np.array([category.bought for category in CATEGORIES])


def bid_of_provider(commons: Commons, m: int) -> Bid[SocialOrganisation] | None:
    """The winning bid of a tender among providers; None where the matter is not bought, or no provider can bid."""
    ledger, assets = commons.ledger, commons.society.assets
    asset = int(ledger.asset[m])
    if not (commons.organisations and IS_SERVICE[assets.category[asset]]):
        return None
    luck = ledger.luck_of(m)
    bought = commons.of_community(commons.terms["purchasing"], np.array([asset]))[0]
    if uniforms(commons.seed, Purpose.PURCHASE, 0, np.array([luck]))[0] >= bought:
        return None
    street = int(assets.street[asset])
    bidders = [p for p in commons.organisations.values() if p.street == street and p.may_bid()]
    return tender(bidders, commons.scenario.enterprises, commons.seed, luck) if bidders else None


def give_out(commons: Commons, m: int, bid: Bid[Any], value: float) -> None:
    """Whoever won has the contract; ``value`` is the yuan of cost that it covers."""
    commons.ledger.price[m] = bid.price
    if isinstance(bid.firm, SocialOrganisation):
        bid.firm.take(m, value, bid.gain)
        commons.ledger.provider[m] = bid.firm.number
        commons.ledger.craft[m] = bid.firm.craft(bid.own_cost)
    elif bid.firm is not None:
        hire(commons, m, bid.firm, value * bid.gain)


def settle(commons: Commons, closed: NDArray[np.int64]) -> None:
    """Contracts end with their matters: done, or given up for want of the residents' part, which pays nothing."""
    ledger = commons.ledger
    for m in closed[ledger.provider[closed] != NONE].tolist():
        organisation = commons.organisations[int(ledger.provider[m])]
        if ledger.stage[m] == Stage.COMPLETED:
            rating = float(ledger.rating[m]) if ledger.raters[m] else None
            organisation.finish(m, paid_for(commons, m), rating, commons.month)
        else:
            del organisation.contracts[m]


def paid_for(commons: Commons, m: int) -> int:
    """Yuan that a finished matter was built with: public, residents', units' and bodies' money, less what was left over or kept."""
    ledger = commons.ledger
    own = ledger.private_money(m) + ledger.delegated_money[m]
    return int(ledger.public_money[m] + max(0, own - ledger.surplus[m] - ledger.misused[m]))
