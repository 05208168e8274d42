"""Providers: social organisations (社会组织) that live on service contracts; they bid, learn, are judged, and close down."""

from __future__ import annotations

import mesa

from cogov_sim.agents.base import Body
from cogov_sim.scenario.settings import ProviderSettings

JUDGED = 0.2  # how far one rating moves a reputation (as for residents' bodies)


class Provider(Body):
    """A social organisation of a street.

    Attributes:
        number: counted over all providers of a run; the ledger names it.
        street: where it works.
        money: yuan it holds; overhead drains it month by month, and fees of finished contracts fill it.
        revenue: yuan of public money that its finished contracts brought, services delivered included.
        fees: yuan of that which were left for its overhead.
        experience: in [0, 1], grows with every finished contract.
        reputation: in [0, 1], moved by residents' evaluations.
        contracts: what it works on: matter and fee.
    """

    def __init__(self, model: mesa.Model, settings: ProviderSettings, number: int, street: int) -> None:
        super().__init__(model)
        self.settings = settings
        self.number = number
        self.street = street
        self.money = round(settings.reserve * settings.overhead)
        self.revenue = self.fees = 0
        self.experience = 0.0
        self.reputation = 0.5
        self.contracts: dict[int, int] = {}

    def may_bid(self) -> bool:
        """Whether it has a free hand, money to go on, and a name that is good enough."""
        free = len(self.contracts) < self.settings.capacity
        return free and self.money >= 0 and self.reputation >= self.settings.least_reputation

    def craft(self, own_cost: float) -> float:
        """What it adds to build quality: experience, less what is saved by who can bid low (``own_cost`` in [0, 1])."""
        return self.settings.expertise * self.experience - self.settings.cutting * (0.5 - own_cost)

    def take(self, matter: int, value: float, gain: float) -> None:
        """Win a contract: of its ``value`` in yuan a share, and the bid's ``gain`` on it, are the provider's fee."""
        self.contracts[matter] = round(value * (self.settings.overhead_share + gain))

    def finish(self, matter: int, paid: int, rating: float | None) -> None:
        """A contract is done: public money ``paid`` for it comes in; experience and reputation follow."""
        fee = min(paid, self.contracts.pop(matter))
        self.revenue += paid
        self.fees += fee
        self.money += fee
        self.experience += self.settings.learning * (1.0 - self.experience)
        if rating is not None:
            self.reputation += JUDGED * (rating - self.reputation)

    def live_on(self) -> bool:
        """Pay this month's overhead. False: there is no money left, nothing to finish, and it closes down."""
        self.money -= round(self.settings.overhead)
        return self.money >= 0 or bool(self.contracts)
