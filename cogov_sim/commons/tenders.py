"""Works go out to tender among the firms of their street; who builds earns the gain when the work is done."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.enterprises import Bid, Enterprise, tender
from cogov_sim.commons.matters import NONE
from cogov_sim.commons.state import Commons


def hold_tender(commons: Commons, m: int) -> Bid[Enterprise]:
    """The matter goes out to tender among the firms of its street; names count by the term ``name_weight``."""
    asset = int(commons.ledger.asset[m])
    firms = commons.firms_of_street[int(commons.society.assets.street[asset])]
    community = int(commons.society.assets.community[asset])
    weight = float(commons.terms["name_weight"][community]) if community >= 0 else 0.0
    return tender(firms, commons.scenario.enterprises, commons.seed, commons.ledger.luck_of(m), weight)


def price(commons: Commons, m: int) -> int:
    """What a matter costs a purse that pays it all, whole yuan: its cost at the tender's price."""
    return int(np.ceil(commons.ledger.cost[m] * hold_tender(commons, m).price))


def hire(commons: Commons, m: int, firm: Enterprise, gain: float) -> None:
    """A firm has the contract; ``gain`` is the yuan that it will have earned once the work is done."""
    commons.ledger.firm[m] = firm.index
    commons.ledger.firm_gain[m] = round(gain)


def pay_builders(commons: Commons, done: NDArray[np.int64]) -> None:
    """Whoever built what is done has earned the gain; what is given up brings nothing."""
    ledger = commons.ledger
    built = done[ledger.firm[done] != NONE]
    for index, gain in zip(ledger.firm[built].tolist(), ledger.firm_gain[built].tolist(), strict=True):
        commons.firms[index].earned += gain
