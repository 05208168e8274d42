"""Who a resident is, and how the states of mind move: moving in, and what a month leaves behind."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import mesa

from cogov_sim.agents.columns import FREE_RIDER, HUMP, NEVER, STAGES
from cogov_sim.draws import Purpose
from reference import civic
from reference.formulas import after_experience, felt_need, single, unit
from reference.home import Home
from reference.luck import Luck
from reference.tie import LEFT_AFTER_MOVE, Tie

YEAR = 12
LEAST_INCLINATION, MOST_INCLINATION = 0.0, 1.5


class Citizen(mesa.Agent):
    """A resident's state and how it moves.

    Every number that the model's columns keep in single precision is rounded to it when it is stored.

    Attributes:
        number: index among the residents.
        home: the building, through which this person meets terms, services and matters.
        ties: who this person knows, as (other, tie).
        knew, gave: services whose open matter this person knows of, has given to.
        keeps: the service kept up, or None.
        ballot: services whose project this person approved in this month's vote.
        attended: meeting places of the meetings attended this month.
        shown: the contribution that others could see this month, or None.
        seen: the mean contribution seen this month among those this person knows, or None.
        joined, joined_before: occasions that this person came to this month, and the month before.
        joint: the matter or meeting last shared with others this month, or None.
        (the rest): as the columns of the same names.
    """

    def __init__(self, model: Any, number: int, home: Home, rules: SimpleNamespace, day_one: dict[str, Any]) -> None:
        super().__init__(model)
        self.number = number
        self.home = home
        self.rules = rules
        self.schedule_type = int(day_one["schedule_type"])
        self.owner, self.newcomer, self.party = (int(day_one[name]) for name in ("owner", "newcomer", "party"))
        self.lodgers = float(day_one["lodgers"])
        self.age_band = int(day_one["age_band"])
        self.schedule_intercept = float(day_one["schedule_intercept"])
        self.schedule_slope = float(day_one["schedule_slope"])
        self.income, self.free_time = float(day_one["income"]), float(day_one["free_time"])
        self.belief, self.spirit = float(day_one["belief"]), float(day_one["spirit"])
        self.efficacy, self.trust = float(day_one["efficacy"]), float(day_one["trust"])
        self.preferences: list[float] = day_one["preferences"].tolist()
        self.ties: list[tuple[Citizen, Tie]] = []
        self.inclination = 1.0
        self.satisfaction = self.voice = self.fatigue = self.familiarity = 0.0
        self.moved = self.spoke = False
        self.attended: set[int] = set()
        self.ballot: set[int] = set()
        self.joined_before: set[str] = set()
        self.pledged_ties = 0.0
        self.given: float | None = None
        self.shown: float | None = None
        self.seen: float | None = None
        self.joint: int | None = None
        self.acts = 0
        self.hours = self.load = self.spent = 0.0
        self._without_history()
        self.performance = single(self.look_around())
        self.expectation = self.performance
        self._first_habit()

    def _first_habit(self) -> None:
        """Payoff learning starts from what this person would give in the laboratory, and hopes for its payoff."""
        self.habit = 0.0
        rules = self.rules
        response = rules.free_rider_response if self.schedule_type == FREE_RIDER else 1.0
        if rules.payoff_learning:
            response = 1.0
        self.first_belief, self.has_seen = self.belief, False
        self.habit = single(unit(rules.k0 + rules.k1 * response * self.belief + rules.k2 * self._schedule(self.belief)))
        self.first_habit = self.habit
        self.aspiration = single(rules.service_value * self.performance - self.habit)

    def _schedule(self, belief: float) -> float:
        """The strategy method: nothing from free riders, a tent for hump shapes, a line for the others."""
        if self.schedule_type == FREE_RIDER:
            return 0.0
        at = min(belief, 1.0 - belief) if self.schedule_type == HUMP else belief
        return unit(self.schedule_intercept + self.schedule_slope * at)

    def _without_history(self) -> None:
        self.keeps: int | None = None
        self.offences = 0
        self.joined: set[str] = set()  # occasions of the month
        self.pledged = NEVER
        self.pools = False
        self.waits: int | None = None  # months that the own request has waited
        self.knew: set[int] = set()
        self.gave: set[int] = set()
        self.last_act = [NEVER] * STAGES
        civic.forget(self)
        self.effort = 0.0
        self.voiced = 0.0
        self.total_money = 0
        self.total_hours = 0.0
        self.total_land = 0.0

    # -- common ----------------------------------------------------------------------------------------------------

    def need_for(self, service: int) -> float:
        return felt_need(self.preferences[service], self.home.quality[service])

    def look_around(self) -> float:
        """Perceived performance: quality of all services, weighted by preference. Also notes the largest need."""
        services = range(len(self.preferences))
        self.need_category = max(services, key=lambda k: self.preferences[k] * (1.0 - self.home.quality[k]))
        self.need = single(self.need_for(self.need_category))
        return math.fsum(w * q for w, q in zip(self.preferences, self.home.quality, strict=True))

    def public_drive(self) -> float:
        """What moves people to any public act: efficacy and spirit, against fatigue and a newcomer's low standing,
        which the community can raise.
        """
        rules = self.rules
        drive = rules.choice_efficacy * (self.efficacy - 0.5) + rules.choice_spirit * (self.spirit - 0.5)
        ill_at_ease = (1.0 - self.home.standing) if self.newcomer else 0.0
        return drive - rules.choice_fatigue * self.fatigue - rules.choice_standing * ill_at_ease

    def on_platform(self) -> float:
        """How far messages reach this person: the older, the less."""
        return max(0.0, 1.0 - self.rules.reach_age * self.age_band)

    def attention(self) -> float:
        """Share of the month's messages that one takes notice of."""
        messages, capacity = self.home.messages, self.rules.message_capacity
        return 1.0 if messages <= capacity else capacity / messages

    def act(self, stage: int, month: int, hours: float = 0.0) -> None:
        self.acts += 1
        self.hours = single(self.hours + hours)
        self.last_act[stage] = month

    def work(self, hours: float) -> None:
        """Hours that tire, and that the record remembers."""
        self.load = single(self.load + hours)
        self.total_hours = single(self.total_hours + hours)

    def active(self, month: int, stage: int) -> bool:
        """Whether this person did anything in a stage in the past twelve months."""
        return self.last_act[stage] > month - YEAR

    # -- 0 terms: move ---------------------------------------------------------------------------------------------

    def readiness_to_move(self) -> float:
        """Tenants are readier than owners, and whoever expected more of services than is there."""
        drive = math.exp(self.rules.move_push * (self.expectation - self.performance))
        return drive * (1.0 if self.owner else self.rules.move_tenant)

    def settle(self, luck: Luck, strangers: dict[str, tuple[float, float]], usual: float) -> None:
        """By chance this household moves out, and strangers take its place; ``usual``: mean readiness of the community."""
        chance = self.home.turnover * self.readiness_to_move() / usual
        self.moved = luck.uniform(Purpose.MOVE, self.number) < chance
        if self.moved:
            self._move_in(luck, strangers)

    def _move_in(self, luck: Luck, strangers: dict[str, tuple[float, float]]) -> None:
        """A stranger of the same kind in the same dwelling; attitudes drawn anew; no past, few acquaintances."""
        self.familiarity = single(self.familiarity * LEFT_AFTER_MOVE)
        for draw, (name, (mean, sd)) in enumerate(strangers.items()):
            z = luck.normal(Purpose.NEWCOMER, self.number, draw)
            setattr(self, name, single(unit(mean + sd * z)))
        self._first_habit()
        self.inclination = 1.0
        self.expectation = self.performance
        self.voice = self.fatigue = 0.0
        self._without_history()

    # -- 5 share: look around, feel, learn -------------------------------------------------------------------------

    def share(self, luck: Luck) -> None:
        """The month's end: perceive services, judge government and oneself, learn from others, rest."""
        self._judge_government(luck)
        self._feel()
        self._learn_from_others()
        self._follow_own_acts()
        self._tire()

    def _judge_government(self, luck: Luck) -> None:
        """A request answered (or not, in a month of asking) moves trust and having a say; so do reports and heard meetings."""
        rules, home = self.rules, self.home
        answered = self._hears_back(luck)
        trust = self.trust
        if self.spoke or answered:
            trust = after_experience(trust, answered, rules.trust_rate, rules.trust_bad_ratio)
        if home.news >= 0.0:
            trust += rules.trust_report_rate * home.report * (home.news - trust)
        self.trust = single(trust)
        had_a_say = answered or bool(self.ballot and home.counted) or any(home.heard[venue] for venue in self.attended)
        self.voice = single(self.voice + rules.voice_memory * (had_a_say - self.voice))

    def _hears_back(self, luck: Luck) -> bool:
        """Whether the request that one made, now or in an earlier month, is answered; until it is given up one waits."""
        if self.waits is None and self.spoke:
            self.waits = 0
        if self.waits is None:
            return False
        if luck.uniform(Purpose.ANSWER, self.number) < self.home.answer[self.waits]:
            self.waits = None
            return True
        self.waits += 1
        if self.home.answer[self.waits] < 0.0:
            self.waits = None
        return False

    def _feel(self) -> None:
        """Performance, the expectation that follows it (and what is promised on top), and satisfaction with both."""
        rules = self.rules
        performance = self.look_around()
        aim = performance + self.home.promised
        expectation = unit(self.expectation + rules.expectation_rate * (aim - self.expectation))
        surplus = performance - expectation
        if surplus < 0.0:
            surplus *= 1.0 + rules.loss_weight
        satisfaction = rules.satisfaction_base + rules.performance_weight * performance
        satisfaction += rules.disconfirmation_weight * surplus + rules.voice_weight * self.voice
        self.performance, self.expectation = single(performance), single(expectation)
        self.satisfaction = single(100.0 * unit(satisfaction))

    def meet(self) -> None:
        """Familiarity is the mean strength of ties (nobody known: none); what those one knows showed is seen."""
        total = math.fsum(tie.strength for _, tie in self.ties)
        self.familiarity = single(total / len(self.ties)) if self.ties else 0.0
        acts = [self._compared(other) for other, _ in self.ties if other.shown is not None]
        self.seen = single(sum(acts) / len(acts)) if acts else None

    def _compared(self, other: Citizen) -> float:
        """What another gave, as a share of what it would be for this person: in yuan, as far as yuan are compared."""
        assert other.shown is not None
        return min(1.0, other.shown * (1.0 + self.rules.amount_comparison * (other.income / self.income - 1.0)))

    def _learn_from_others(self) -> None:
        """Belief in others follows what was seen of those one knows; one's schedule drifts to what they do."""
        rules = self.rules
        self._learn_from_payoff()
        if self.seen is None:
            return
        if self.given is not None:
            drifted = self.inclination + rules.schedule_drift * (self.seen - self.given)
            self.inclination = single(min(MOST_INCLINATION, max(LEAST_INCLINATION, drifted)))
        as_in_the_laboratory = unit(rules.d0 + rules.d1 * self.belief + rules.d2 * self.seen)
        self.belief = single(self.belief + rules.month_sight * (as_in_the_laboratory - self.belief))
        self.has_seen = True

    def _learn_from_payoff(self) -> None:
        """Whoever did better than hoped for makes this month's contribution more usual; who did worse, less."""
        rules = self.rules
        if not rules.payoff_learning or self.given is None:
            return
        surprise = rules.service_value * self.performance - self.given - self.aspiration
        pace = rules.month_sight
        self.habit = single(unit(self.habit + pace * rules.learning_rate * surprise * (self.given - self.habit)))
        self.aspiration = single(self.aspiration + pace * rules.aspiration_rate * surprise)

    def _follow_own_acts(self) -> None:
        """Efficacy comes to rest; public spirit is a habit that follows own participation, month by month."""
        rules = self.rules
        self.efficacy = single(self.efficacy + rules.efficacy_relax * (rules.efficacy_rest - self.efficacy))
        self.spirit = single(self.spirit + rules.spirit_rate * ((self.acts > 0) - self.spirit))

    def _tire(self) -> None:
        """Rest, then tire by the share of free time that was given; and remember about a year's effort."""
        rules = self.rules
        rested = self.fatigue * (1.0 - rules.fatigue_rest)
        strain = rules.fatigue_load * self.load / max(1.0, self.free_time)
        self.fatigue = single(unit(rested + strain * (1.0 - rested)))
        self.effort = single(self.effort * (YEAR - 1) / YEAR + self.hours + self.spent / self.rules.hour_value)

    def counted(self, month: int) -> dict[str, float]:
        """What this person adds to each sum of the building at the month's end."""
        stages = ("plan", "build", "manage", "evaluate", "share")
        by_stage = {f"active_{stage}": self.active(month, s) for s, stage in enumerate(stages)}
        groups = {
            "newcomers": bool(self.newcomer),
            "party": bool(self.party),
            "young": self.age_band <= 1,
            "old": self.age_band >= 4,
        }
        rungs = civic.rungs(self, month)
        active = rungs["active"]
        plain = ("satisfaction", "expectation", "performance", "trust", "efficacy", "spirit", "voice",
                 "fatigue", "familiarity", "acts", "hours")  # fmt: skip
        return {
            **{name: getattr(self, name) for name in plain},
            **{f"{name}_squared": getattr(self, name) ** 2 for name in ("satisfaction", "performance", "trust")},
            **rungs,
            "belief": self.belief if self.has_seen else 0.0,
            "knowing": self.has_seen,
            **by_stage,
            **groups,
            **{f"{name}_active": belongs and active for name, belongs in groups.items()},
        }
