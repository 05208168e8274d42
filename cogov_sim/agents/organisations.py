"""Residents' own bodies at three levels: building, grid, community. Founded, led, tired, dissolved, inherited.

``BODY_KINDS`` lists them; what a kind may do is written in its class, and everything else is the same for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.base import Body
from cogov_sim.agents.board import (
    ASSOCIATION,
    BUILDING_MEETING,
    COMMUNITY_MEETING,
    DELIBERATIVE,
    DEVELOPMENT,
    GRID_COUNCIL,
    GRID_MEETING,
    GROUP,
    MICRO,
    OWNERS,
    WORTHIES,
)
from cogov_sim.agents.columns import NEVER
from cogov_sim.language import Text
from cogov_sim.scenario.actors import OrganisationSettings
from cogov_sim.society import Level
from cogov_sim.terms import Terms

if TYPE_CHECKING:
    from cogov_sim.agents.residents import Residents

LEADING_SPIRIT = 0.5  # public spirit without which an officer does not take over (start value)
LEAST_EXPECTED = 0.1  # nobody asks for more than ten times an equal share (start value)


class Organisation(Body):
    """A body that residents founded.

    Class attributes:
        number: its kind's number on the board (``Board.found``) and in the ledger.
        name: its kind's name in the ledger.
        text: the same for readers.
        level: level of its unit.
        term: the term that says how easily it is founded; where it is 0 none can live.
        hands: matters it can see through at a time (start values), besides those of members at its table; 0 for bodies that
            decide nothing.
        needs_members: leader and officers without whom it dissolves (start values).
        venue: the meetings whose views it decides by; None for what its leader wants.
        coordination: the term that says how far it pools pledges; councils of a community share what one of them brings.
        example: the term that says how visibly those who ask for it have given first; shared as coordination is.
        pools: kind of the smaller bodies of its unit whose money goes into its matters as well.
        is_council: whether it is one of a community's councils: a supervisory board watches it.
        owners_only: whether only owners support its founder.
        has_duties: whether leader and officers give it hours every month.

    Attributes:
        unit: its building, grid or community.
        first, last: residents [first, last) of its unit.
        leader: the resident who carries it.
        officers: residents who help the leader; the founder's supporters at first.
        founded: month.
        members: leader and officers.
        decided: whether it decided anything this month.
        last_deed: month in which it last decided or finished a matter; ``NEVER`` before the first.
        cooperation: how far residents came up with what was asked, in its experience; 0 before the first.
        budget: yuan left over from earlier matters, its own or those of the body before it.
        allowance: yuan of public money that was handed down to it and is not yet spent.
        deposed: whether the leader was found out, and has to go.
    """

    number: ClassVar[int]
    name: ClassVar[str]
    text: ClassVar[Text]
    level: ClassVar[Level]
    term: ClassVar[str]
    hands: ClassVar[int] = 0
    needs_members: ClassVar[int] = 2
    venue: ClassVar[int | None] = None
    coordination: ClassVar[str | None] = None
    example: ClassVar[str | None] = None
    pools: ClassVar[type[Organisation] | None] = None
    is_council: ClassVar[bool] = False
    owners_only: ClassVar[bool] = False
    has_duties: ClassVar[bool] = True

    def __init__(
        self, model: mesa.Model, unit: int, first: int, last: int, leader: int, officers: list[int], month: int
    ) -> None:
        super().__init__(model)
        self.unit = unit
        self.officers = officers
        self.first = first
        self.last = last
        self.leader = leader
        self.founded = month
        self.members = 1
        self.decided = False
        self.last_deed = NEVER
        self.budget = 0
        self.allowance = 0
        self.deposed = False
        self.cooperation = 0.0

    @property
    def residents(self) -> int:
        """Number of residents of its unit."""
        return self.last - self.first

    @classmethod
    def share_it_may_decide(cls, terms: Terms, communities: NDArray[Any]) -> NDArray[np.float64]:
        """Share of the matters of its level that a body of this kind may decide, by the terms of each community."""
        return terms["resident_decision"][communities, cls.level]

    def asks(self, settings: OrganisationSettings, ask_hours: float, coordination: float) -> float:
        """How many neighbours leader and officers can ask in a month; pooling pledges lets each ask go further."""
        hours = settings.leader_hours + settings.officer_hours * len(self.officers)
        return hours / ask_hours * (1.0 + coordination)

    def bias(self, residents: Residents, settings: OrganisationSettings) -> float:
        """How much the leader favours matters of the own building and grid: more with less public spirit."""
        return settings.capture * (1.0 - float(residents.columns.spirit[self.leader]))

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
        return self.hand_over(residents, settings)

    def hand_over(self, residents: Residents, settings: OrganisationSettings) -> bool:
        """The most spirited of the officers who have strength left takes over; False if there is none."""
        columns = residents.columns
        fresh = 0.5 * settings.burnout
        willing = [i for i in self.officers if columns.spirit[i] >= LEADING_SPIRIT and columns.fatigue[i] < fresh]
        if not willing:
            return False
        self.leader = max(willing, key=lambda i: float(columns.spirit[i]))
        self.officers = [i for i in self.officers if i != self.leader]
        self.members = 1 + len(self.officers)
        self.deposed = False
        return self.members >= self.needs_members

    def expects(self, prior: float) -> float:
        """How far it expects residents to give when it sets the fair share: experience, or else the prior."""
        return max(LEAST_EXPECTED, self.cooperation if self.cooperation > 0.0 else prior)

    def learn(self, realised: float, prior: float) -> None:
        """Experience from one closed matter: the share of the full sum of fair shares that came together."""
        self.cooperation = 0.5 * (self.expects(prior) + realised)


class BuildingGroup(Organisation):
    """楼栋自治小组: neighbours of one building who settle small matters themselves."""

    number = GROUP
    name = "building group"
    text = Text("building group", "楼栋自治小组")
    level = Level.BUILDING
    term = "building_groups"
    hands = 1
    venue = BUILDING_MEETING
    coordination = "group_coordination"
    example = "group_example"

    def bias(self, residents: Residents, settings: OrganisationSettings) -> float:
        """None: it decides about its own building only."""
        return 0.0


class GridCouncil(Organisation):
    """网格理事会 一核多元: party group, groups, owners and firms of a grid at one table; it stalls without a convenor."""

    number = GRID_COUNCIL
    name = "grid council"
    text = Text("grid council", "网格理事会")
    level = Level.GRID
    term = "grid_councils"
    hands = 1
    needs_members = 3
    venue = GRID_MEETING
    coordination = "grid_coordination"
    pools = BuildingGroup


class ResidentCouncil(Organisation):
    """理事会: residents who put community matters on the agenda, decide and see them through. There are three kinds."""

    level = Level.COMMUNITY
    hands = 3
    needs_members = 4
    venue = COMMUNITY_MEETING
    is_council = True


class WorthiesCouncil(ResidentCouncil):
    """乡贤理事会: older, respected locals, who give first."""

    number = WORTHIES
    name = "worthies"
    text = Text("council of worthies", "乡贤理事会")
    term = "worthies_councils"
    example = "council_example"


class DevelopmentCouncil(ResidentCouncil):
    """发展理事会: it pools what people and firms pledge."""

    number = DEVELOPMENT
    name = "development council"
    text = Text("development council", "发展理事会")
    term = "development_councils"
    coordination = "council_coordination"


class DeliberativeCouncil(ResidentCouncil):
    """议事会: it convenes the community."""

    number = DELIBERATIVE
    name = "deliberative council"
    text = Text("deliberative council", "议事会")
    term = "deliberative_councils"


class OwnersCommittee(Organisation):
    """业主委员会: owners of an estate who collect the property fee and watch the property company."""

    number = OWNERS
    name = "owners' committee"
    text = Text("owners' committee", "业主委员会")
    level = Level.GRID
    term = "owners_committees"
    hands = 1
    needs_members = 3
    owners_only = True

    @classmethod
    def share_it_may_decide(cls, terms: Terms, communities: NDArray[Any]) -> NDArray[np.float64]:
        """Share of the matters of property upkeep that it may decide."""
        return terms["owners_decision"][communities]


class MicroOrganisation(Organisation):
    """微组织: friends who do something together; it decides nothing and fades with its founder.

    Attributes:
        has_registered: whether it ever became a social organisation; it does so once.
    """

    number = MICRO
    name = "micro-organisation"
    text = Text("micro-organisation", "微组织")
    level = Level.GRID
    term = "micro_organisations"
    has_duties = False
    has_registered = False

    def live_on(self, residents: Residents, settings: OrganisationSettings, month: int) -> bool:
        """Whoever would support the founder now is a member; without the founder, or without members, it is over."""
        columns = residents.columns
        if columns.moved[self.leader] or columns.fatigue[self.leader] > settings.burnout:
            return False
        self.officers = residents.supporters(self.leader, self.first, self.last)
        self.members = 1 + len(self.officers)
        return self.members >= self.needs_members


class Association(Organisation):
    """社区发展协会: donors around a founder, who pledge by what the others pledged; it decides nothing and ends with its founder.

    Attributes:
        faith: mean share that all pledged last; before the first time all, which is the founder's word for it.
    """

    number = ASSOCIATION
    name = "association"
    text = Text("association of donors", "社区发展协会")
    level = Level.COMMUNITY
    term = "associations"
    needs_members = 3
    has_duties = False
    faith = 1.0

    def hand_over(self, residents: Residents, settings: OrganisationSettings) -> bool:
        """Nobody takes the founder's place."""
        return False


#: All kinds that residents can found, by their number.
BODY_KINDS: tuple[type[Organisation], ...] = (
    BuildingGroup, GridCouncil, WorthiesCouncil, DevelopmentCouncil, DeliberativeCouncil, OwnersCommittee,
    MicroOrganisation, Association,
)  # fmt: skip
COUNCILS: tuple[type[ResidentCouncil], ...] = (DeliberativeCouncil, DevelopmentCouncil, WorthiesCouncil)
"""The three councils of a community, in the order in which they come to decide: who convenes decides."""
