"""The model with plain Mesa agents in place of the compiled residents; everything else is the model's own."""

from __future__ import annotations

import statistics
from types import SimpleNamespace
from typing import Any

from cogov_sim import CoGovModel
from cogov_sim.agents.board import BODIES, STATS
from cogov_sim.agents.columns import CIVIC
from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.agents.residents import Residents
from cogov_sim.draws import Purpose
from cogov_sim.society import Level
from reference import civic, common_life
from reference.citizen import Citizen
from reference.discussion import Discussion
from reference.formulas import single
from reference.home import Home, Tally
from reference.luck import Luck
from reference.person import Person
from reference.probe import would_give
from reference.tie import Tie

#: What the model's columns say in numbers, and people in words.
ENCODED: dict[str, Any] = {
    "knew": lambda p: sum(1 << k for k in p.knew),
    "gave": lambda p: sum(1 << k for k in p.gave),
    "ballot": lambda p: sum(1 << k for k in p.ballot),
    "attended": lambda p: sum(1 << venue for venue in p.attended),
    "keeps": lambda p: -1 if p.keeps is None else p.keeps,
    "waits": lambda p: -1 if p.waits is None else p.waits,
    "given": lambda p: -1.0 if p.given is None else p.given,
    "shown": lambda p: -2.0 if p.moved else -1.0 if p.shown is None else p.shown,
    "seen": lambda p: -1.0 if p.seen is None else p.seen,
    "joined": lambda p: sum(1 << q for q, kind in enumerate(common_life.KINDS) if kind in p.joined),
    "joined_before": lambda p: sum(1 << q for q, kind in enumerate(common_life.KINDS) if kind in p.joined_before),
    "joint": lambda p: -1 if p.joint is None else p.joint,
}
ACTED = ("acts", "hours", "spent", "last_act", "took_part")


class ReferenceResidents(Residents):
    """Residents as ``Person`` agents in Python lists; what they do is copied to columns, board and network.

    Attributes:
        people: all residents.
        homes: all buildings.
    """

    def __init__(self, model: Any, rules: SimpleNamespace, kernel_rules: Any, threads: int) -> None:
        super().__init__(model.society, kernel_rules, model.seed, threads)
        board, columns = self.board, self.columns
        board.hassle[:] = rules.hassle
        self.homes = [Home(b, board, self._unit_bounds(b)) for b in range(len(board.first))]
        given = ("schedule_type", "owner", "lodgers", "newcomer", "age_band", "party", "schedule_intercept", "schedule_slope",
                 "income", "free_time", "belief", "spirit", "efficacy", "trust", "preferences")  # fmt: skip
        for home in self.homes:
            for i in range(int(board.first[home.number]), int(board.last[home.number])):
                day_one = {name: getattr(columns, name)[i] for name in given}
                home.people.append(Person(model, i, home, rules, day_one))
        self.people: list[Person] = [person for home in self.homes for person in home.people]
        self.plain_rules = rules
        self._tie_up()
        self.strangers = {name: self._spread(name) for name in ("belief", "spirit", "efficacy", "trust")}
        self._publish(
            "familiarity",
            "need",
            "need_category",
            "performance",
            "expectation",
            "habit",
            "aspiration",
            "first_belief",
            "first_habit",
        )

    def _unit_bounds(self, b: int) -> list[tuple[int, int]]:
        """For each kind of body, residents [first, last) of the building, grid or community for which it would be."""
        units = self.society.units
        spans = []
        for kind in BODY_KINDS:
            unit_of = units.within(Level.BUILDING, kind.level)
            mine = [x for x in range(len(unit_of)) if unit_of[x] == unit_of[b]]
            spans.append((int(self.board.first[mine[0]]), int(self.board.last[mine[-1]])))
        return spans

    def _tie_up(self) -> None:
        """Make one tie for every two people who know each other."""
        self.ties: list[Tie] = []
        network = self.network
        for person in self.people:
            for e in range(int(network.indptr[person.number]), int(network.indptr[person.number + 1])):
                other = self.people[int(network.indices[e])]
                if other.number > person.number:
                    self.ties.append(Tie(person, other, float(network.strength[e])))
        for tie in self.ties:
            one, other = tie.ends
            one.ties.append((other, tie))
            other.ties.append((one, tie))
        for person in self.people:
            person.ties.sort(key=lambda known: known[0].number)
            person.meet()

    def _spread(self, name: str) -> tuple[float, float]:
        """Mean and standard deviation of an attitude on day one."""
        values = [getattr(person, name) for person in self.people]
        return statistics.fmean(values), statistics.pstdev(values)

    # -- the month -------------------------------------------------------------------------------------------------

    def _look(self, month: int) -> Luck:
        """Everybody looks at the board; returns the month's luck."""
        for home in self.homes:
            home.face(self.board)
        return Luck(self.seed, month)

    def probe(self, month: int) -> None:
        """The standard matter is put to everybody."""
        luck = self._look(month)
        for home in self.homes:
            answers = [would_give(person, luck) for person in home.people]
            home.tally.probe = [sum(share < self.plain_rules.smallest_act for share in answers), sum(answers)]
            home.write(self.board, "probe")

    def settle(self, month: int) -> None:
        """Some move out; strangers move in."""
        luck = self._look(month)
        ready: dict[int, list[float]] = {}
        for person in self.people:
            ready.setdefault(int(self.board.community[person.home.number]), []).append(person.readiness_to_move())
        usual = {c: statistics.fmean(found) for c, found in ready.items()}
        for person in self.people:
            person.settle(luck, self.strangers, usual[int(self.board.community[person.home.number])])
        self._publish("moved", "familiarity", *self.strangers, "first_belief", "has_seen", "first_habit", "habit", "aspiration", "inclination", "expectation", "voice", "fatigue", "keeps", "offences", "joined", "pledged", "pools", "waits", "voiced",
                      "knew", "gave", "effort", "total_money", "total_land", "total_hours", "last_act", "told", "took_part", "last_voted", "last_volunteered", "year_acts", "year_hours")  # fmt: skip

    def speak(self, month: int) -> None:
        """People speak up; in each building whoever would found a body and has most supporters does."""
        luck = self._look(month)
        for home in self.homes:
            home.tally = Tally()
            for person in home.people:
                person.speak(luck, month)
            for kind in range(BODIES):
                self._found(home, kind, luck)
            home.write(self.board, "voices", "founder", "supporters")
        self._publish("spoke", "voiced", *ACTED)

    def _found(self, home: Home, kind: int, luck: Luck) -> None:
        willing = [p for p in home.people if p.would_found(kind, luck) and p.has_enough_support(kind)]
        if willing:
            founder = max(willing, key=lambda p: len(p.backers(kind)))
            home.tally.founder[kind] = founder.number
            home.tally.supporters[kind] = len(founder.backers(kind))

    def attend(self, month: int) -> None:
        """Those invited come to meetings or stay away; those who come too late for a seat turn back."""
        luck = self._look(month)
        for person in self.people:
            person.set_out(luck, month)
        for (venue, _), people in self._rooms().items():
            people.sort(key=lambda p: luck.uniform(Purpose.ARRIVE, p.number, venue))
            seats = people[0].home.seats[venue]
            for late in people[int(min(seats, len(people))) :]:
                late.attended.discard(venue)
        for person in self.people:
            for venue in sorted(person.attended):
                person.sit_in(venue, month)
        for home in self.homes:
            home.write(self.board, "set_out", "came", "wishes")
        self._publish("attended", "joint", "told", *ACTED)

    def _rooms(self) -> dict[tuple[int, int | None], list[Person]]:
        """Who is at which meeting, by its kind and number."""
        rooms: dict[tuple[int, int | None], list[Person]] = {}
        for person in self.people:
            for venue in person.attended:
                rooms.setdefault((venue, person.home.meeting[venue]), []).append(person)
        return rooms

    def discuss(self, month: int) -> None:
        """Those who sit together exchange opinions."""
        self._look(month)
        unchanging = Luck(self.seed, 0)
        for (venue, _), people in self._rooms().items():
            Discussion(people, month, unchanging).resolve(venue)
        for home in self.homes:
            home.write(self.board, "opinions", "agree", "apart")

    def converse(self, month: int) -> None:
        """Those who met talked with each other."""
        self._look(month)
        for person in self.people:
            person.converse()
        self._publish("belief")

    def vote(self, month: int) -> None:
        """People vote on the projects of their units, where a budget is put to the vote."""
        luck = self._look(month)
        for home in self.homes:
            home.tally.voted, home.tally.votes, home.tally.backing = Tally().voted, Tally().votes, Tally().backing
            for person in home.people:
                person.vote(luck, month)
            home.write(self.board, "voted", "votes", "backing")
        self._publish("ballot", "told", *ACTED)

    def elect(self, month: int) -> None:
        """People vote for their committee, where its term ends."""
        luck = self._look(month)
        for home in self.homes:
            home.tally.elected = Tally().elected
            for person in home.people:
                civic.elect(person, luck, month)
            home.write(self.board, "elected")
        self._publish("told", "last_voted", *ACTED)

    def give(self, month: int) -> None:
        """People consider the open matters of their units."""
        luck = self._look(month)
        for home in self.homes:
            for person in home.people:
                person.consider_matters(luck, month)
            home.write(
                self.board,
                "money",
                "minutes",
                "land_given",
                "new_givers",
                "faced",
                "civic",
                "reports",
                "report_minutes",
                "patrols",
            )
        self._publish(
            "told",
            "last_volunteered",
            "given",
            "shown",
            "load",
            "belief",
            "knew",
            "gave",
            "joint",
            "total_money",
            "total_land",
            "total_hours",
            *ACTED,
        )

    def come_together(self, month: int, occasion: Any) -> None:
        """People come to classes and events."""
        luck = self._look(month)
        for person in self.people:
            person.joined_before, person.joined = person.joined, set()
        for home in self.homes:
            home.tally.together = Tally().together
            for person in home.people:
                common_life.come_together(person, luck, month, occasion.tolist())
            home.write(self.board, "together")
        self._publish("joined", "joined_before", "pledged", "joint", *ACTED)

    def look_at_pledges(self, month: int) -> None:
        """People see who of those they know has pledged."""
        for person in self.people:
            bound = sum(common_life.holds(other, month) for other, _ in person.ties)
            person.pledged_ties = single(bound / len(person.ties)) if person.ties else 0.0
        self._publish("pledged_ties")

    def pool(self, month: int) -> None:
        """People share things of their own."""
        luck = self._look(month)
        for home in self.homes:
            home.tally.pooled = 0
            for person in home.people:
                common_life.pool(person, luck)
            home.write(self.board, "pooled")
        self._publish("pools")

    def donate(self, who: Any, yuan: Any, month: int) -> None:
        """Donors pay what they pledged."""
        for number, gift in zip(who.tolist(), yuan.tolist(), strict=True):
            person = self.people[number]
            if gift > 0:
                person.act(CIVIC, month)
                person.took_part = month
                person.spent = single(person.spent + gift)
                person.home.tally.civic[2] += 1.0
                person.home.tally.civic[3] += gift
                person.home.write(self.board, "civic")
        self._publish(*ACTED)

    def keep(self, month: int) -> None:
        """People keep assets up, and keep or break order."""
        luck = self._look(month)
        for home in self.homes:
            for person in home.people:
                person.keep(luck, month)
                person.meet_temptation(luck)
            home.write(self.board, "keep_minutes", "violations")
        self._publish("keeps", "offences", "load", "total_hours", *ACTED)

    def serve(self, hours: dict[int, float], month: int) -> None:
        """Leaders and officers give their hours."""
        for number, given in hours.items():
            self.people[number].serve(given, month)
        self._publish("load", "total_hours", *ACTED)

    def pay_fees(self, month: int) -> None:
        """Owners pay the property fee, or part of it."""
        luck = self._look(month)
        for home in self.homes:
            home.tally.fees = 0
            for person in home.people:
                person.pay_fee(luck)
            home.write(self.board, "fees")

    def gather(self, friends: dict[int, int], month: int) -> None:
        """Members of micro-organisations do something together."""
        for number, occasion in friends.items():
            self.people[number].gather(occasion, month)
        self._publish("joint", *ACTED)

    def evaluate(self, month: int) -> None:
        """People judge what was finished."""
        luck = self._look(month)
        for home in self.homes:
            for person in home.people:
                person.evaluate(luck, month)
            home.write(self.board, "rating", "raters", "givers")
        self._publish("efficacy", "trust", "knew", "gave", "joint", *ACTED)

    def share(self, month: int) -> None:
        """Ties live on, people perceive, feel and learn; then they are counted."""
        luck = self._look(month)
        for tie in self.ties:
            tie.live_on(self.plain_rules)
        for person in self.people:
            person.meet()
            person.share(luck)
        for home in self.homes:
            counted = [person.counted(month) for person in home.people]
            home.tally.stats = [float(sum(counts[name] for counts in counted)) for name in STATS]
            home.write(self.board, "stats")
        self._publish("familiarity", "seen", "trust", "voice", "waits", "need", "need_category", "performance", "expectation",
                      "satisfaction", "inclination", "belief", "has_seen", "habit", "aspiration", "efficacy", "spirit", "fatigue", "effort", "year_acts", "year_hours")  # fmt: skip
        self.network.strength[:] = [tie.strength for person in self.people for _, tie in person.ties]

    def supporters(self, founder: int, first: int, last: int, owners: bool = False) -> list[int]:
        """Those who would support a body, by number."""
        return [other.number for other in self.people[founder].supporters(first, last, owners)]

    def _publish(self, *names: str) -> None:
        """Copy people's attributes to the columns that the rest of the model reads."""
        for name in names:
            encode = ENCODED.get(name)
            values = [encode(p) for p in self.people] if encode else [getattr(p, name) for p in self.people]
            getattr(self.columns, name)[:] = values


class ReferenceModel(CoGovModel):
    """The model over ``ReferenceResidents``; ``model.agents_by_type[Person]`` are its people.

    Args:
        nudged: constants of the residents' rules that are to differ from the scenario's, to see that it shows.
        settings: as for ``CoGovModel``.
    """

    def __init__(self, *, nudged: dict[str, float] | None = None, **settings: Any) -> None:
        self.nudged = nudged or {}
        super().__init__(**settings)

    def _make_residents(self, rules: Any, threads: int) -> Residents:
        scenario = self.scenario
        constants = {
            **scenario.behaviour.model_dump(),
            "payoff_learning": float(scenario.behaviour.rule == "payoff_learning"),
            "hour_value": scenario.services.hour_value,
            "land_value": scenario.services.land_value,
            "group_supporters": scenario.organisations.supporters,
            "grid_supporters": scenario.organisations.grid_supporters,
            "council_supporters": scenario.organisations.council_supporters,
            "support_threshold": scenario.organisations.support_threshold,
        }
        return ReferenceResidents(self, SimpleNamespace(**constants | self.nudged), rules, threads)


__all__ = ["Citizen", "Person", "ReferenceModel", "ReferenceResidents"]
