"""A building: what the people who live there face this month, and the count of what they did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cogov_sim.agents.board import BODIES, STATS, VENUES
from cogov_sim.agents.columns import CATEGORIES
from cogov_sim.society.services import number_of

if TYPE_CHECKING:
    from reference.person import Person

#: Terms of a community that residents respond to.
TERMS = ("voice_cost", "ballot", "talk", "recognition", "sanction", "graduation", "norm_clarity", "campaign", "reward", "levy", "hassle", "adoption", "report",
         "news", "promised", "turnover", "standing", "discussion", "facilitation", "online_voice", "online_awareness",
         "written_talk", "messages", "party_call", "patrol_call", "classes", "events", "sharing")  # fmt: skip


@dataclass(frozen=True)
class OpenMatter:
    """A matter that gathers contributions, as the people of one building face it."""

    number: int
    fair: float  # fair share of a resident with the mean income, yuan
    mean_income: float  # of those who live with the asset
    hear: float  # chances to hear of it, and to be asked by neighbours and by staff
    ask: float
    ask_staff: float
    wants_labour: bool
    wants_land: bool
    match: float  # grant per yuan
    example: float  # how visibly neighbours who ask have given first


@dataclass(frozen=True)
class FinishedMatter:
    """A matter that was finished this month."""

    number: int
    quality: float
    public: float  # public share of its money


def _services(bits: Any) -> set[int]:
    return {k for k in range(CATEGORIES) if int(bits) >> k & 1}


def _per_service() -> list[int]:
    return [0] * CATEGORIES


@dataclass
class Tally:
    """What the people of one building did this month, summed; lists go by service, meeting place or kind of body."""

    voices: list[int] = field(default_factory=_per_service)
    founder: list[int] = field(default_factory=lambda: [-1] * BODIES)
    supporters: list[int] = field(default_factory=lambda: [0] * BODIES)
    set_out: list[int] = field(default_factory=lambda: [0] * VENUES)
    came: list[list[int]] = field(default_factory=lambda: [[0] * 5 for _ in range(VENUES)])
    wishes: list[list[float]] = field(default_factory=lambda: [[0.0] * CATEGORIES for _ in range(VENUES)])
    opinions: list[list[float]] = field(default_factory=lambda: [[0.0] * CATEGORIES for _ in range(VENUES)])
    agree: list[int] = field(default_factory=lambda: [0] * VENUES)
    apart: list[float] = field(default_factory=lambda: [0.0] * VENUES)
    voted: list[int] = field(default_factory=lambda: [0] * 4)
    votes: list[int] = field(default_factory=_per_service)
    backing: list[float] = field(default_factory=lambda: [0.0] * CATEGORIES)
    money: list[int] = field(default_factory=_per_service)
    minutes: list[int] = field(default_factory=_per_service)
    land_given: list[int] = field(default_factory=_per_service)
    elected: list[int] = field(default_factory=lambda: [0] * 3)
    civic: list[float] = field(default_factory=lambda: [0.0] * 4)
    reports: list[float] = field(default_factory=lambda: [0.0] * 2)
    report_minutes: list[int] = field(default_factory=_per_service)
    patrols: list[float] = field(default_factory=lambda: [0.0] * 2)
    together: list[int] = field(default_factory=lambda: [0] * 4)
    pooled: int = 0
    fees: int = 0
    new_givers: list[int] = field(default_factory=_per_service)
    faced: list[float] = field(default_factory=lambda: [0.0] * 4)
    keep_minutes: list[int] = field(default_factory=_per_service)
    violations: int = 0
    rating: list[int] = field(default_factory=_per_service)
    raters: list[int] = field(default_factory=_per_service)
    givers: list[list[int]] = field(default_factory=lambda: [[0] * 3 for _ in range(CATEGORIES)])
    probe: list[float] = field(default_factory=lambda: [0.0, 0.0])
    stats: list[float] = field(default_factory=lambda: [0.0] * len(STATS))


class Home:
    """One building.

    Attributes:
        number: its index.
        people: who lives there.
        quality: quality of each service that reaches it.
        projects: services with a project on this month's ballot.
        counted: whether a vote settled something this month.
        richness: mean income of the community.
        answer: chance that a request is answered this month, by the months it has waited; -1 once it is given up.
        matters, finished, failed: matters by service: open ones, and those that closed this month.
        reach: for each kind of body, residents [first, last) of its unit, who may support one that is founded there.
        tally: this month's count.
        (and each name of ``TERMS``): the community's terms.
    """

    voice_cost: float
    ballot: float
    talk: float
    recognition: float
    sanction: float
    graduation: float
    norm_clarity: float
    campaign: float
    reward: float
    levy: float
    hassle: float
    adoption: float
    report: float
    news: float
    promised: float
    turnover: float
    standing: float
    discussion: float
    facilitation: float
    online_voice: float
    online_awareness: float
    written_talk: float
    messages: float
    party_call: float
    patrol_call: float
    classes: float
    events: float
    sharing: float

    def __init__(self, number: int, board: Any, reach: list[tuple[int, int]]) -> None:
        self.number = number
        self.community = int(board.community[number])
        self.people: list[Person] = []
        self.reach = reach
        self.tally = Tally()
        self.face(board)

    def face(self, board: Any) -> None:
        """Look at the board: terms, services, meetings and matters as they are now."""
        b = self.number
        for name in TERMS:
            setattr(self, name, float(getattr(board, name)[self.community]))
        self.quality = board.quality[board.asset[b]].tolist()
        self.fee = float(board.fee[b])
        self.answer = board.answer[self.community].tolist()
        self.wear = float(board.wear[b])
        self.richness = float(board.income[b, number_of("facilities")])
        self.disorder = float(board.disorder[b])
        self.visibility = float(board.visibility[b])
        self.found = board.found[b].tolist()
        self.invite = board.invite[b].tolist()
        self.invite_newcomers = board.invite_newcomers[b].tolist()
        self.venue = board.venue[b].tolist()
        self.seats = board.seats[b].tolist()
        self.meeting = [number if number < -1 else None for number in board.meeting[b].tolist()]
        self.present = board.present[b].tolist()
        self.heard = [bool(x) for x in board.heard[b].tolist()]
        self.matters = {k: self._open_matter(board, k) for k in range(CATEGORIES) if board.matter[b, k] >= 0}
        self.finished = {
            k: FinishedMatter(int(board.done[b, k]), float(board.done_quality[b, k]), float(board.done_public[b, k]))
            for k in range(CATEGORIES)
            if board.done[b, k] >= 0
        }
        self.failed = _services(board.failed[b])
        self.counted = bool(board.counted[self.community])
        self.election = bool(board.election[self.community])
        self.projects = [k for k in range(CATEGORIES) if board.listed[b, k]]

    def _open_matter(self, board: Any, k: int) -> OpenMatter:
        b = self.number
        return OpenMatter(
            number=int(board.matter[b, k]),
            fair=float(board.fair[b, k]),
            mean_income=float(board.income[b, k]),
            hear=float(board.hear[b, k]),
            ask=float(board.ask[b, k]),
            ask_staff=float(board.ask_staff[b, k]),
            wants_labour=bool(board.labour[b, k]),
            wants_land=bool(board.land[b, k]),
            match=float(board.match[b, k]),
            example=float(board.example[b, k]),
        )

    def write(self, board: Any, *names: str) -> None:
        """Write parts of the tally on the board."""
        for name in names:
            getattr(board, name)[self.number] = getattr(self.tally, name)
