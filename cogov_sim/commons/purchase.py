"""Buying services: which matters go out to tender among providers, and how providers come and go."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.enterprises import Bid, tender
from cogov_sim.agents.providers import Provider
from cogov_sim.commons.matters import NONE, Stage
from cogov_sim.commons.state import Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import CATEGORIES, Level

#: Per category, whether it is a service that providers offer, rather than a work.
IS_SERVICE: NDArray[np.bool_] = np.array([category.bought for category in CATEGORIES])
MOST_ROOMS = 1024  # of a street; keeps entities of draws apart


def live_on(commons: Commons, model: mesa.Model) -> None:
    """Providers pay their overhead or close down; where services are bought, new ones may fill what room there is."""
    settings, month = commons.scenario.providers, commons.month
    for number, provider in list(commons.providers.items()):
        if not provider.live_on():
            del commons.providers[number]
            provider.remove()
    people = commons.society.units.population(Level.COMMUNITY)
    buys = np.zeros(commons.n_streets, bool)
    np.logical_or.at(buys, commons.society.units.parent(Level.COMMUNITY), commons.terms["purchasing"] > 0.0)
    there = np.bincount([p.street for p in commons.providers.values()], minlength=commons.n_streets)
    for s in np.flatnonzero(buys).tolist():
        rooms = max(1, round(settings.per_1000 * float(people[commons.streets[s].communities].sum()) / 1000.0))
        vacant = np.arange(there[s], min(rooms, MOST_ROOMS))
        luck = uniforms(commons.seed, Purpose.PROVIDER, month, s * MOST_ROOMS + vacant)
        for _ in range(int((luck < settings.entry).sum())):
            number = commons.providers_founded
            commons.providers[number] = Provider(model, settings, number, s)
            commons.providers_founded += 1


def bid_of_provider(commons: Commons, m: int) -> Bid[Provider] | None:
    """The winning bid of a tender among providers; None where the matter is not bought, or no provider can bid."""
    ledger, assets = commons.ledger, commons.society.assets
    asset = int(ledger.asset[m])
    if not (commons.providers and IS_SERVICE[assets.category[asset]]):
        return None
    luck = ledger.luck_of(m)
    bought = commons.of_community(commons.terms["purchasing"], np.array([asset]))[0]
    if uniforms(commons.seed, Purpose.PURCHASE, 0, np.array([luck]))[0] >= bought:
        return None
    street = int(assets.street[asset])
    bidders = [p for p in commons.providers.values() if p.street == street and p.may_bid()]
    return tender(bidders, commons.scenario.enterprises, commons.seed, luck) if bidders else None


def award(commons: Commons, m: int, bid: Bid[Provider], value: float) -> None:
    """The winner has the contract; ``value`` is the yuan of cost that it covers."""
    provider = bid.firm
    assert provider is not None
    provider.take(m, value, bid.gain)
    commons.ledger.provider[m] = provider.number
    commons.ledger.craft[m] = provider.craft(bid.own_cost)


def settle(commons: Commons, closed: NDArray[np.int64]) -> None:
    """Contracts end with their matters: done, or given up for want of the residents' part, which pays nothing."""
    ledger = commons.ledger
    for m in closed[ledger.provider[closed] != NONE].tolist():
        provider = commons.providers[int(ledger.provider[m])]
        if ledger.stage[m] == Stage.COMPLETED:
            rating = float(ledger.rating[m]) if ledger.raters[m] else None
            provider.finish(m, int(ledger.public_money[m]), rating)
        else:
            del provider.contracts[m]
