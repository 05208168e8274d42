"""Social organisations 社会组织: registered, they take contracts and projects, learn, are judged, and close down.

One life: neighbours meet (a micro-organisation, ``organisations``), the group registers, a registered one becomes a contractor.
Professional ones are founded elsewhere and come where services are bought.
"""

from __future__ import annotations

import mesa

from cogov_sim.agents.base import Body
from cogov_sim.agents.columns import NEVER
from cogov_sim.agents.kernels import YEAR
from cogov_sim.scenario.actors import ProviderSettings

JUDGED = 0.2  # how far one rating moves a reputation (as for residents' bodies)
ELSEWHERE = -1
"""The community and grid of an organisation that no group of residents has founded."""


class SocialOrganisation(Body):
    """A registered organisation of a street.

    Attributes:
        number: counted over all organisations of a run; the ledger names it.
        street: where it works.
        community, grid: those of the group that founded it; ``ELSEWHERE`` for professional ones.
        field: category of services that it is made for.
        registered: month.
        mentored_until: month in which its place in an incubator ends; 0 without one.
        mentored: month in which a social worker last worked with it.
        luck: entity by which it draws its luck, the same whatever else there is.
        money: yuan it holds: what founders brought or an incubator gave, members' dues, and fees of finished contracts, less
            what it cost so far.
        seed, dues, revenue, fees, spent: all yuan that it ever had from an incubator, from members, from finished contracts
            (services delivered included), of that for itself, and that it ever cost.
        experience: in [0, 1], grows with every finished contract.
        reputation: in [0, 1], moved by residents' evaluations.
        contracts: what it works on: matter and fee.
        last_deed: month in which it last finished a contract; ``NEVER`` before.
    """

    def __init__(
        self,
        model: mesa.Model,
        settings: ProviderSettings,
        number: int,
        street: int,
        field: int = 0,
        month: int = 0,
        home: tuple[int, int] = (ELSEWHERE, ELSEWHERE),
        seed: int = 0,
        luck: int = 0,
    ) -> None:
        super().__init__(model)
        self.settings = settings
        self.number = number
        self.street = street
        self.community, self.grid = home
        self.field = field
        self.registered = month
        self.mentored_until = self.mentored = 0
        self.luck = luck
        self.seed = seed
        self.money = seed if self.of_residents else round(settings.reserve * settings.overhead)
        self.dues = self.revenue = self.fees = self.spent = 0
        self.experience = 0.0
        self.reputation = 0.5
        self.contracts: dict[int, int] = {}
        self.last_deed = NEVER

    @property
    def of_residents(self) -> bool:
        """Whether a group of residents founded it."""
        return self.grid != ELSEWHERE

    def may_bid(self) -> bool:
        """Whether it has a free hand, money to go on, and a name that is good enough."""
        free = len(self.contracts) < self.settings.capacity
        return free and self.money >= 0 and self.reputation >= self.settings.least_reputation

    def craft(self, own_cost: float) -> float:
        """What it adds to build quality: experience, less what is saved by who can bid low (``own_cost`` in [0, 1])."""
        return self.settings.expertise * self.experience - self.settings.cutting * (0.5 - own_cost)

    def take(self, matter: int, value: float, gain: float) -> None:
        """Win a contract: of its ``value`` in yuan a share, and the bid's ``gain`` on it, are its own fee."""
        self.contracts[matter] = round(value * (self.settings.overhead_share + gain))

    def finish(self, matter: int, paid: int, rating: float | None, month: int) -> None:
        """A contract is done: money ``paid`` for it comes in; experience and reputation follow."""
        fee = min(paid, self.contracts.pop(matter))
        self.revenue += paid
        self.fees += fee
        self.money += fee
        self.learn(self.settings.learning)
        self.last_deed = month
        if rating is not None:
            self.reputation += JUDGED * (rating - self.reputation)

    def learn(self, share: float) -> None:
        """Learn a share of what is still to be learnt."""
        self.experience += share * (1.0 - self.experience)

    def live_on(self, members: int = 0) -> bool:
        """A month's dues and cost; professional ones keep an office, a group's own hires only while it has a contract.

        Args:
            members: of the group behind it, if that is still alive.

        Returns:
            False: there is no money left, nothing to finish, and it closes down.
        """
        dues = round(self.settings.dues * members)
        cost = round(self.settings.overhead if self.contracts or not self.of_residents else self.settings.keeping)
        self.dues += dues
        self.spent += cost
        self.money += dues - cost
        return self.money >= 0 or bool(self.contracts)

    def lively(self, members: int, month: int) -> bool:
        """Whether a group that meets is behind it, or it has a contract, or has finished one within a year; else it is hollow."""
        return members >= self.settings.lively_members or bool(self.contracts) or self.last_deed > month - YEAR
