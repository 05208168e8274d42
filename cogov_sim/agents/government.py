"""Government bodies: city, district, street, and in each community a committee 居委会 and a workstation 工作站.

They decide within hours and money. What they may decide, and what superiors ask of them, are terms.
"""

from __future__ import annotations

import mesa
import numpy as np

from cogov_sim.agents.base import Body
from cogov_sim.agents.treasury import Treasury, split
from cogov_sim.scenario.settings import GovernmentSettings

#: Share of the workstation's hours that administration can take before it spills over to the committee.
WORKSTATION_ADMIN = 0.9
#: Months of its income that may lie idle with a district, a street or a residents' body (start value).
IDLE_MONTHS = 3
USES = ("administration", "service", "disputes", "projects", "institutions", "campaigns", "mobilisation")


class City(Body):
    """The city sets the envelope and hands it down per head."""

    def __init__(self, model: mesa.Model, settings: GovernmentSettings, residents: int) -> None:
        super().__init__(model)
        self.settings = settings
        self.residents = residents

    def envelope(self, month: int) -> int:
        """Public money of a month in whole yuan, growing from month 1 on."""
        growth = (1.0 + self.settings.envelope_growth) ** (max(0, month - 1) / 12.0)
        return round(self.settings.envelope * self.residents * growth)

    def distribute(self, month: int, districts: list[District], treasury: Treasury) -> None:
        """Hand the month's envelope to the districts per head."""
        parts = split(self.envelope(month), np.array([d.residents for d in districts], np.int64))
        for district, part in zip(districts, parts, strict=True):
            district.distribute(int(part), treasury)


class District(Body):
    """A district keeps a reserve for emergencies and hands the rest to its streets per head."""

    def __init__(self, model: mesa.Model, settings: GovernmentSettings, index: int, residents: int) -> None:
        super().__init__(model)
        self.settings = settings
        self.index = index
        self.residents = residents
        self.streets: list[Street] = []

    def distribute(self, amount: int, treasury: Treasury) -> None:
        """Keep the reserve; pass the rest on."""
        reserve = int(self.settings.reserve_share * amount)
        own = treasury.district_purse(self.index)
        treasury.receive(own, reserve)
        parts = split(amount - reserve, np.array([s.residents for s in self.streets], np.int64))
        for street, part in zip(self.streets, parts, strict=True):
            street.distribute(int(part), treasury)
        communities = [c for street in self.streets for c in street.communities]
        people = [n for street in self.streets for n in street.community_residents]
        _pass_on(treasury, own, IDLE_MONTHS * reserve, communities, people)

    def help_out(self, purse: int, amount: int, treasury: Treasury) -> None:
        """Give ``amount`` of the reserve to a purse that cannot pay for an emergency."""
        treasury.transfer(treasury.district_purse(self.index), purse, amount)


def _pass_on(treasury: Treasury, purse: int, keeps: int, communities: list[int], people: list[int]) -> None:
    """What a purse holds free beyond ``keeps`` goes to the communities below it, per head."""
    idle = max(0, treasury.free(purse) - keeps)
    for community, part in zip(communities, split(idle, np.array(people, np.int64)), strict=True):
        treasury.transfer(purse, community, int(part))


class Street(Body):
    """A street or town keeps a share for what exceeds a community, and books the rest to its communities per head."""

    def __init__(
        self, model: mesa.Model, settings: GovernmentSettings, index: int, communities: list[int], people: list[int]
    ) -> None:
        super().__init__(model)
        self.settings = settings
        self.index = index
        self.communities = communities
        self.community_residents = people
        self.residents = sum(people)

    def distribute(self, amount: int, treasury: Treasury) -> None:
        """Keep the street's share; book the rest to the communities."""
        own, purse = int(self.settings.street_share * amount), treasury.street_purse(self.index)
        treasury.receive(purse, own)
        for community, part in zip(
            self.communities, split(amount - own, np.array(self.community_residents, np.int64)), strict=True
        ):
            treasury.receive(community, int(part))
        _pass_on(treasury, purse, IDLE_MONTHS * own, self.communities, self.community_residents)


class Office(Body):
    """A body with staff in one community.

    Attributes:
        community: where.
        own_hours: hours a month of its own staff.
        capacity: hours of this month, with those of staff that was moved to it.
        hours: where this month's hours went.
    """

    def __init__(self, model: mesa.Model, community: int, capacity: float) -> None:
        super().__init__(model)
        self.community = community
        self.own_hours = self.capacity = capacity
        self.hours = dict.fromkeys(USES, 0.0)

    @property
    def left(self) -> float:
        """Hours not yet given to anything this month."""
        return max(0.0, self.capacity - sum(self.hours.values()))

    def spend(self, use: str, hours: float) -> float:
        """Give up to ``hours`` of what is left to a use; returns the hours given."""
        given = min(hours, self.left)
        self.hours[use] += given
        return given

    def start_month(self) -> None:
        """A new month's hours."""
        self.hours = dict.fromkeys(USES, 0.0)


class Workstation(Office):
    """The government's window in a community: administration first, residents' requests with what is left."""


class Committee(Office):
    """The residents' committee: administration that the workstation cannot take, institutions, projects, and, with
    what is left, going round and asking people.

    Attributes:
        workstation: the window beside it.
        begun: hours that already went into the project in front, the matter ``begun_for`` (-1 for none).
    """

    def __init__(self, model: mesa.Model, community: int, capacity: float, workstation: Workstation) -> None:
        super().__init__(model, community, capacity)
        self.workstation = workstation
        self.begun, self.begun_for = 0.0, -1

    def take_orders(self, administration: float) -> None:
        """Administration comes first: ``administration`` is its share of all staff hours of the community."""
        for office in (self, self.workstation):
            office.start_month()
        at_workstation, own = self.orders(administration)
        self.workstation.spend("administration", at_workstation)
        self.spend("administration", own)

    def orders(self, administration: float) -> tuple[float, float]:
        """Hours of administration for the workstation, which bears most of it, and for the committee."""
        demanded = administration * (self.capacity + self.workstation.capacity)
        at_workstation = min(demanded, WORKSTATION_ADMIN * self.workstation.capacity)
        return at_workstation, demanded - at_workstation

    def answer(self, requests: float, case_hours: float) -> float:
        """Answer requests; returns the share that is answered. The committee helps out with half of what it has left."""
        needed = requests * case_hours
        if needed <= 0.0:
            return 1.0
        given = self.workstation.spend("service", needed)
        given += self.spend("service", min(needed - given, 0.5 * self.left))
        return min(1.0, given / needed)

    def hear(self, disputes: float, hours_each: float) -> float:
        """Settle disputes with up to half of the hours it has left; returns how many."""
        return self.spend("disputes", min(disputes * hours_each, 0.5 * self.left)) / hours_each

    def manage(self, hours: float, matter: int) -> bool:
        """Work on a project; True when it has all hours it takes.

        Hours that are too few go into one project, the one in front, and count for it next month.
        """
        before = self.begun if matter == self.begun_for else 0.0
        if before + self.left < hours:
            if self.begun_for in (matter, -1):
                self.begun, self.begun_for = before + self.spend("projects", self.left), matter
            return False
        self.spend("projects", max(0.0, hours - before))
        if matter == self.begun_for:
            self.begun, self.begun_for = 0.0, -1
        return True

    def ask(self, hours_each: float, people: int) -> float:
        """Go round with all hours left; returns the chance that one of ``people`` is asked (0 if nobody needs asking)."""
        if people <= 0:
            return 0.0
        hours = self.spend("mobilisation", people * hours_each)
        return min(1.0, hours / (people * hours_each))
