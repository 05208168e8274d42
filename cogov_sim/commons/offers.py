"""Needs list and offers list 需求清单、资源清单: every matter shows what it lacks, and who sits at a table takes at most one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cogov_sim.commons.local_units import LENT_FOR
from cogov_sim.commons.state import N_CATEGORIES, Commons
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import F64, I64, Matrix
from cogov_sim.society.services import ORDER

PARKING_SPACE = 25.0  # m2 of a parking space, with its share of the way (general knowledge)
NO_MATTER = -1


class Offers(NamedTuple):
    """What there is this month, one entry an offer.

    Attributes:
        community: where.
        cash: whole yuan.
        minutes: of skilled work.
        room: m2 of floor space.
        parking: m2 of ground to park on.
        taste: (offers, categories), how much each one cares for a service; it takes what its offer does most for, so weighed.
    """

    community: NDArray[np.int64]
    cash: NDArray[np.int64]
    minutes: NDArray[np.int64]
    room: NDArray[np.float64]
    parking: NDArray[np.float64]
    taste: NDArray[np.float64]

    @classmethod
    def of_one_thing(
        cls, community: NDArray[np.int64], taste: NDArray[np.float64] | None = None, **thing: NDArray[Any]
    ) -> Offers:
        """Offers of cash, minutes or room alone; without a taste every service is liked as much."""
        n = len(community)
        there = {
            "cash": np.zeros(n, np.int64),
            "minutes": np.zeros(n, np.int64),
            "room": np.zeros(n),
            "parking": np.zeros(n),
        }
        liked = np.ones((n, N_CATEGORIES)) if taste is None else taste
        return cls(community=community, taste=liked, **(there | thing))


class Taken(NamedTuple):
    """What became of each offer: the matter it went to (``NO_MATTER``: none), and what was given of it (0.01 m2 of space)."""

    matter: NDArray[np.int64]
    cash: NDArray[np.int64]
    minutes: NDArray[np.int64]
    space: NDArray[np.int64]


def answer_needs(
    commons: Commons,
    offers: Offers,
    matters: NDArray[np.int64],
    money: str = "enterprise_money",
    work: str = "units_minutes",
) -> Taken:
    """Each offer in turn goes to the matter of its community for which one thing of it does most: money, work or space.

    Args:
        commons: the commons; what is given is entered into the ledger.
        offers: what there is.
        matters: matters that gather, the oldest first.
        money, work: columns of the ledger into which cash and minutes go.
    """
    ledger, services = commons.ledger, commons.scenario.services
    community = commons.society.assets.community[ledger.asset[matters]]
    order = np.argsort(community, kind="stable")
    listed = matters[order]
    start = np.searchsorted(community[order], np.arange(commons.n_communities + 1))
    lacks = ledger.own_target[listed] - ledger.own_value(listed, services)
    worked = ledger.units_minutes[listed] + ledger.social_minutes[listed]
    lacks_minutes = np.maximum(0, (60.0 * ledger.skill[listed]).astype(np.int64) - worked)
    lacks_space = np.maximum(0, (100.0 * ledger.space[listed]).astype(np.int64) - ledger.units_space[listed])
    n = len(offers.community)
    taken = Taken(*(np.full(n, empty, np.int64) for empty in (NO_MATTER, 0, 0, 0)))
    _match(
        offers.community, offers.cash, offers.minutes, offers.room, offers.parking, offers.taste,
        start.astype(np.int64), commons.society.assets.category[ledger.asset[listed]].astype(np.int64),
        lacks, lacks_minutes, lacks_space, services.hour_value, services.space_value, *taken,
    )  # fmt: skip
    took = taken.matter != NO_MATTER
    taken.matter[took] = listed[taken.matter[took]]
    at = taken.matter[took]
    for column, given in (
        (getattr(ledger, money), taken.cash), (getattr(ledger, work), taken.minutes), (ledger.units_space, taken.space),
    ):  # fmt: skip
        np.add.at(column, at, given[took])
    return taken


@kernel
def _match(
    community: I64, cash: I64, minutes: I64, room: F64, parking: F64, taste: Matrix, start: I64, category: I64,
    lacks: I64, lacks_minutes: I64, lacks_space: I64, hour_value: float, space_value: float,
    matter: I64, gave_cash: I64, gave_minutes: I64, gave_space: I64,
) -> None:  # fmt: skip
    """Write what each offer does; ``lacks*`` (yuan, minutes, 0.01 m2 of the listed matters) shrink by what is given."""
    value, given = (1.0, hour_value / 60.0, space_value / 100.0), np.empty(3, np.int64)
    for o in range(community.shape[0]):
        best, at, how, amount = 0.0, -1, 0, np.int64(0)
        for q in range(start[community[o]], start[community[o] + 1]):
            if lacks[q] <= 0:
                continue
            k = category[q]
            # no more than what is lacking, in whole minutes and hundredths of a square metre
            given[0] = min(cash[o], lacks[q])
            given[1] = min(minutes[o], lacks_minutes[q], int(np.ceil(60.0 * lacks[q] / hour_value)))
            there = int(100.0 * (parking[o] if k == ORDER else room[o]))
            given[2] = min(there, lacks_space[q], int(np.ceil(100.0 * lacks[q] / space_value)))
            for kind in range(3):
                worth = min(int(given[kind] * value[kind]), lacks[q]) * taste[o, k]
                if worth > best:
                    best, at, how, amount = worth, q, kind, given[kind]
        if at < 0:
            continue
        matter[o] = at
        lacks[at] -= int(amount * value[how])
        if how == 0:
            gave_cash[o] = amount
        elif how == 1:
            gave_minutes[o] = amount
            lacks_minutes[at] -= amount
        else:
            gave_space[o] = amount
            lacks_space[at] -= amount


def units_answer(commons: Commons, matters: NDArray[np.int64]) -> None:
    """Units at a table that offer something this quarter take a matter each; what they gave makes their name."""
    units, settings = commons.local_units, commons.scenario
    free = commons.space_lent <= commons.month
    who = np.flatnonzero(units.offers)
    commons.unit_gifts[:] = 0.0
    if len(who) == 0 or len(matters) == 0:
        return
    offers = Offers(
        units.table.community[who].astype(np.int64),
        units.cash(settings.enterprises)[who],
        units.minutes(settings.enterprises, settings.government.staff_hours)[who],
        (units.table.room * free)[who],
        (PARKING_SPACE * units.table.parking * free)[who],
        np.ones((len(who), N_CATEGORIES)),
    )
    taken = answer_needs(commons, offers, matters)
    cost, gave = np.zeros(units.table.n), np.zeros(units.table.n, bool)
    commons.space_lent[who[taken.space > 0]] = commons.month + LENT_FOR
    cost[who] = taken.cash + taken.minutes / 60.0 * settings.services.hour_value
    gave[who] = taken.matter != NO_MATTER
    units.give(cost, gave)
    for q, given in enumerate((gave[who], taken.cash, taken.minutes, taken.space)):
        commons.unit_gifts[:, q] = np.bincount(offers.community, given, commons.n_communities)
