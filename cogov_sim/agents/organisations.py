"""Residents' own bodies: groups of a building and councils of a community. Founded, led, tired, dissolved, inherited."""

from __future__ import annotations

from typing import Any

from cogov_sim.agents.base import Body
from cogov_sim.agents.residents import Residents
from cogov_sim.scenario.settings import OrganisationSettings

LEADING_SPIRIT = 0.5  # public spirit without which an officer does not take over (start value)
LEAST_EXPECTED = 0.1  # nobody asks for more than ten times an equal share (start value)


class Organisation(Body):
    """A body that residents founded.

    Attributes:
        first, last: residents [first, last) of its unit.
        leader: the resident who carries it.
        officers: residents who help the leader; the founder's supporters at first.
        founded: month.
        members: leader and officers.
        reputation: in [0, 1], moved by residents' evaluations.
        decided: whether it decided anything this month.
        cooperation: how far residents came up with what was asked, in its experience; 0 before the first.
        budget: yuan left over from earlier matters, its own or those of the body before it.
        deposed: whether the leader was found out, and has to go.
    """

    #: Members without whom the body dissolves.
    needs_members = 2

    def __init__(self, model: Any, first: int, last: int, leader: int, officers: list[int], month: int) -> None:
        super().__init__(model)
        self.officers = officers
        self.first = first
        self.last = last
        self.leader = leader
        self.founded = month
        self.members = 1
        self.reputation = 0.5
        self.decided = False
        self.budget = 0
        self.deposed = False
        self.cooperation = 0.0

    @property
    def residents(self) -> int:
        """Number of residents of its unit."""
        return self.last - self.first

    def asks(self, settings: OrganisationSettings, ask_hours: float, coordination: float) -> float:
        """How many neighbours leader and officers can ask in a month; pooling pledges lets each ask go further."""
        hours = settings.leader_hours + settings.officer_hours * len(self.officers)
        return hours / ask_hours * (1.0 + coordination)

    def live_on(self, residents: Residents, settings: OrganisationSettings, month: int) -> bool:
        """Officers who moved or burnt out leave; one of them takes over from a leader who did, or had to go. False: it dissolves."""
        columns = residents.columns
        limit = settings.burnout
        self.officers = [i for i in self.officers if not columns.moved[i] and columns.fatigue[i] <= limit]
        self.members = 1 + len(self.officers)
        if self.members < self.needs_members:
            return False
        if not (self.deposed or columns.moved[self.leader]) and columns.fatigue[self.leader] <= limit:
            return True
        willing = [i for i in self.officers if columns.spirit[i] >= LEADING_SPIRIT and columns.fatigue[i] < 0.5 * limit]
        if not willing:
            return False
        self.leader = max(willing, key=lambda i: float(columns.spirit[i]))
        self.officers = [i for i in self.officers if i != self.leader]
        self.deposed = False
        return True

    def expects(self, prior: float) -> float:
        """How far it expects residents to give when it sets the fair share: experience, or else the prior."""
        return max(LEAST_EXPECTED, self.cooperation if self.cooperation > 0.0 else prior)

    def learn(self, realised: float, prior: float) -> None:
        """Experience from one closed matter: the share of the full sum of fair shares that came together."""
        self.cooperation = 0.5 * (self.expects(prior) + realised)

    def hear_evaluation(self, rating: float) -> None:
        """Reputation follows what residents think of finished matters."""
        self.reputation += 0.2 * (rating - self.reputation)


class BuildingGroup(Organisation):
    """楼栋自治小组: neighbours of one building who settle small matters themselves."""

    def __init__(
        self, model: Any, building: int, first: int, last: int, leader: int, officers: list[int], month: int
    ) -> None:
        super().__init__(model, first, last, leader, officers, month)
        self.building = building


class ResidentCouncil(Organisation):
    """理事会: residents who put community matters on the agenda, decide and see them through.

    Attributes:
        community: where it sits.
    """

    needs_members = 4

    def __init__(
        self, model: Any, community: int, first: int, last: int, leader: int, officers: list[int], month: int
    ) -> None:
        super().__init__(model, first, last, leader, officers, month)
        self.community = community

    def bias(self, residents: Residents, settings: OrganisationSettings) -> float:
        """How much the leader favours matters of the own building and grid: more with less public spirit."""
        return settings.capture * (1.0 - float(residents.columns.spirit[self.leader]))
