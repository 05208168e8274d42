"""One resident as a plain Mesa agent: what people do, in the order of the month."""

from __future__ import annotations

import math

from cogov_sim.agents.board import ASSOCIATION, DELIBERATIVE, GRID_COUNCIL, GROUP, MICRO, OWNERS, VENUES, WORTHIES
from cogov_sim.agents.columns import BUILD, CATEGORIES, EVALUATE, FREE_RIDER, MANAGE, PLAN, SHARE
from cogov_sim.draws import Purpose
from cogov_sim.society.services import number_of
from reference import civic, common_life
from reference.citizen import Citizen
from reference.formulas import after_experience, logistic, nearest, single, unit
from reference.home import FinishedMatter, OpenMatter
from reference.luck import Luck

WORK_HOURS = 170.0  # paid hours in a month
SPARE_INCOME = 0.1  # share of income that can be given without feeling it
SPARE_GROUND = 20.0  # square metres that can be given up without feeling it
KEEPABLE = {
    name: number_of(name) for name in ("environment", "order", "upkeep", "doorstep")
}  # what residents can keep up
NOTHING, HEARS, BY_STAFF, BY_NEIGHBOUR = range(4)
CRAFT = 0.6  # weight of how well it was built in a judgement; the rest is whether one wanted it
JUDGEMENT_NOISE = 0.15
STEPS = 3  # offences until a graduated sanction is full


class Person(Citizen):
    """A resident, with the rules of the month's first four stages as methods (the fifth: ``Citizen.share``)."""

    # -- 1 plan: speak, found, meet --------------------------------------------------------------------------------

    def speak(self, luck: Luck, month: int) -> None:
        """A new month; those in need, with trust and drive, speak up about what they need most, if it costs little."""
        rules = self.rules
        self.acts, self.hours, self.spent = 0, 0.0, 0.0
        x = rules.voice_base + rules.choice_need * self.need + rules.choice_trust * (self.trust - 0.5)
        x += self.public_drive() - self.home.voice_cost + self.home.online_voice * self.on_platform()
        self.voiced = single(self.voiced * 11.0 / 12.0)
        self.spoke = luck.uniform(Purpose.VOICE, self.number) < logistic(x)
        if self.spoke:
            self.act(PLAN, month, rules.voice_hours)
            self.voiced = single(self.voiced + 1.0)
            self.home.tally.voices[self.need_category] += 1

    def would_found(self, kind: int, luck: Luck) -> bool:
        """Whether this person wants to found a body of a kind, where there is none; friends need no felt need for it."""
        rules, ease = self.rules, self.home.found[kind]
        if ease <= 0.0 or (kind == OWNERS and not self.owner):
            return False
        x = (rules.friends_base if kind == MICRO else rules.found_base) + 2.0 * self.public_drive() + math.log(ease)
        if kind != MICRO:
            x += rules.choice_need * self.need
        if kind == WORTHIES:
            x += rules.choice_age * (self.age_band - 1)
        if kind in (GRID_COUNCIL, DELIBERATIVE):
            x += rules.choice_party * self.party
        if kind == ASSOCIATION:
            x += rules.found_income * math.log(self.income / self.home.richness)
        return luck.uniform(Purpose.FOUND, self.number, kind) < logistic(x)

    def has_enough_support(self, kind: int) -> bool:
        """Whether enough of the people this person knows in the unit would support a body."""
        rules = self.rules
        few, some = {GROUP, MICRO}, {GRID_COUNCIL, OWNERS, ASSOCIATION}
        needed = (
            rules.group_supporters
            if kind in few
            else rules.grid_supporters
            if kind in some
            else rules.council_supporters
        )
        return len(self.backers(kind)) >= needed

    def backers(self, kind: int) -> list[Citizen]:
        """Those who would support a body of a kind that this person founds; only owners support a committee of owners."""
        return self.supporters(*self.home.reach[kind], owners=kind == OWNERS)

    def supporters(self, first: int, last: int, owners: bool = False) -> list[Citizen]:
        """Those this person knows among residents [first, last) who are close or public-spirited enough to support."""
        return [
            other
            for other, tie in self.ties
            if first <= other.number < last
            and tie.strength + other.spirit >= self.rules.support_threshold
            and (other.owner or not owners)
        ]

    def set_out(self, luck: Luck, month: int) -> None:
        """Set out for the meetings one is invited to, or stay at home."""
        self.attended, self.joint = set(), None
        for venue in range(VENUES):
            if self.home.meeting[venue] is None or not self._invited(venue, luck):
                continue
            rules, self.told = self.rules, month
            x = rules.attend_base + rules.choice_need * self.need + self.public_drive() + self.home.venue[venue]
            x += rules.choice_age * (self.age_band - 1) + rules.choice_party * self.party
            if luck.uniform(Purpose.ATTEND, self.number, 2 * venue + 1) < logistic(x):
                self.attended.add(venue)
                self.home.tally.set_out[venue] += 1

    def _invited(self, venue: int, luck: Luck) -> bool:
        """Everybody has a chance to be invited; newcomers have another one."""
        missed = 1.0 - self.home.invite[venue]
        if self.newcomer:
            missed *= 1.0 - self.home.invite_newcomers[venue]
        return luck.uniform(Purpose.ATTEND, self.number, 2 * venue) < 1.0 - missed

    def sit_in(self, venue: int, month: int) -> None:
        """Take a seat and say what one wants."""
        came = self.home.tally.came[venue]
        for q, counts in enumerate((1, self.newcomer, self.age_band >= 4, self.party, self.is_activist(month))):
            came[q] += int(counts)
        self.joint = self.home.meeting[venue]
        self.act(PLAN, month, self.rules.meeting_hours)
        self.took_part = month
        wishes = self.home.tally.wishes[venue]
        for k, weight in enumerate(self.preferences):
            wishes[k] += weight

    def is_activist(self, month: int) -> bool:
        """Whether this person gave to a matter or kept something up in the past year."""
        return self.active(month, BUILD) or self.active(month, MANAGE)

    def converse(self) -> None:
        """Talking face to face, believe more in others: with three of them half as much as among very many.

        Writing to each other does the same for those who posted, in the messages that they take notice of.
        """
        for venue in sorted(self.attended):
            others = self.home.present[venue] - 1
            gain = self.rules.talk_gain * self.home.talk * others / (others + 3)
            self.belief = single(self.belief + gain * (1.0 - self.belief))
        if self.spoke:
            others = max(0.0, self.home.messages - 1.0)
            gain = self.rules.talk_gain * self.home.written_talk * others / (others + 3.0)
            self.belief = single(self.belief + gain * self.attention() * self.on_platform() * (1.0 - self.belief))

    def vote(self, luck: Luck, month: int) -> None:
        """With a ballot and a project of the own units on it, vote or stay away; approve what is needed enough."""
        self.ballot = set()
        home, rules = self.home, self.rules
        if not home.projects or luck.uniform(Purpose.BALLOT, self.number, 0) >= home.ballot:
            return
        self.told = month
        needs = {k: self.need_for(k) for k in home.projects}
        most = max(needs.values())
        x = rules.ballot_base + rules.choice_need * most + self.public_drive()
        x += rules.choice_age * (self.age_band - 1) + rules.choice_party * self.party
        if luck.uniform(Purpose.BALLOT, self.number, 1) >= logistic(x):
            return
        self.took_part = month
        self.act(PLAN, month, rules.ballot_hours)
        for q, counts in enumerate((1, self.newcomer, self.age_band >= 4, self.party)):
            home.tally.voted[q] += int(counts)
        for k, need in needs.items():
            home.tally.backing[k] += self.preferences[k]
            if need >= rules.approve_need or need == most:
                self.ballot.add(k)
                home.tally.votes[k] += 1

    # -- 2 build: contribute ---------------------------------------------------------------------------------------

    def consider_matters(self, luck: Luck, month: int) -> None:
        """Consider each open matter of the own units; others may see how much was given to them on average."""
        self.load, self.given, self.shown = self.hours, None, None
        before, given = self.hours, []
        for k, matter in self.home.matters.items():
            if k in self.gave:
                continue  # one gives once
            approached = self._approached(k, matter, luck)
            first_heard = (approached == HEARS or self.attended) and k not in self.knew
            asked = approached in (BY_STAFF, BY_NEIGHBOUR)
            believed, usual = self.belief, self.habit
            if (first_heard or asked) and k not in self.knew:  # a matter is met like the first one, in part
                self.belief, self.habit = (
                    self._anew(self.belief, self.first_belief),
                    self._anew(self.habit, self.first_habit),
                )
            if first_heard or asked:
                self.knew.add(k)
                self.told = month
            if asked or (first_heard and self._comes_forward(k, luck)):
                given.append(self._contribute(k, matter, approached, luck, month))
            self.belief, self.habit = believed, usual
        given += civic.answer_calls(self, luck, month) + common_life.answer_calls(self, luck, month)
        if civic.has_given_enough(self, before):
            self.took_part = month
        if given:
            self.given = single(sum(given) / len(given))
            if not self.moved and luck.uniform(Purpose.SEEN, self.number) < self.home.visibility:
                self.shown = self.given

    def _anew(self, now: float, at_first: float) -> float:
        """Part of the way back to what it was before anything was seen."""
        return now + self.rules.restart * (at_first - now)

    def _comes_forward(self, k: int, luck: Luck) -> bool:
        """Having heard of a matter, take it up without being asked."""
        rules = self.rules
        x = rules.forward_base + rules.choice_need * self.need_for(k) + self.public_drive()
        return luck.uniform(Purpose.HEAR, self.number, CATEGORIES + k) < logistic(x)

    def _approached(self, k: int, matter: OpenMatter, luck: Luck) -> int:
        """One draw: a neighbour asks, else staff ask, else one hears of the matter, else nothing."""
        left = luck.uniform(Purpose.HEAR, self.number, k)
        nobody = 1.0  # chance that nobody so far
        online = self.home.online_awareness * self.attention() * self.on_platform()
        hears = ((BY_NEIGHBOUR, matter.ask), (BY_STAFF, matter.ask_staff), (HEARS, matter.hear), (HEARS, online))
        for how, chance in hears:
            if left < nobody * chance:
                return how
            left -= nobody * chance
            nobody *= 1.0 - chance
        return NOTHING

    def _contribute(self, k: int, matter: OpenMatter, approached: int, luck: Luck, month: int) -> float:
        """The censored response: laboratory part, situation terms and noise, clipped; too little is nothing."""
        rules = self.rules
        noise = rules.sigma * self._response() * luck.normal(Purpose.GIVE, self.number, k)
        in_laboratory = self._laboratory(NOTHING) + noise
        led = self._laboratory(approached, matter.example) + noise
        means = "money"
        if self.owner and matter.wants_land and self.total_land < SPARE_GROUND:
            means = "land"
        elif self.income < rules.hour_value * WORK_HOURS and matter.wants_labour:
            means = "labour"
        fair = matter.fair * self.income / matter.mean_income
        motives = self._response() * self._motives(k, matter.match)
        situation = motives + self._incentives(approached) - self._costs(fair, means)
        share = max(0.0, unit(led + situation) - self.home.levy)  # what is collected by force counts as given
        faced = self.home.tally.faced
        faced[0] += 1.0
        faced[2] += unit(in_laboratory)
        if share < rules.smallest_act:
            return 0.0
        faced[1] += share
        faced[3] += approached in (BY_STAFF, BY_NEIGHBOUR)
        self._give(k, matter, share * fair, means, month)
        return share / (1.0 - self.home.levy)

    def _response(self) -> float:
        """How far others and the common cause move this person: free riders by a fraction."""
        free_rider = self.schedule_type == FREE_RIDER and not self.rules.payoff_learning
        return self.rules.free_rider_response if free_rider else 1.0

    def _laboratory(self, approached: int, example: float = 0.0) -> float:
        """k0 + k1 b + k2 a(b): what belief and own schedule make of the bare game; whoever asks has given first."""
        rules, belief = self.rules, self.belief
        if rules.payoff_learning:
            return self.habit
        if approached == BY_NEIGHBOUR:
            belief += rules.d2 * example * (1.0 - belief)
        return rules.k0 + rules.k1 * self._response() * belief + rules.k2 * self.inclination * self._schedule(belief)

    def _motives(self, k: int, match: float) -> float:
        """Felt need, a landlord's also for each lodger (a match makes every yuan achieve more, up to twice as much), efficacy, spirit."""
        rules = self.rules
        need = min(1.0, self.need_for(k) + self.need_for(k) * rules.rent_stake * self.lodgers)
        motives = rules.need_weight * need * (1.0 + min(1.0, match))
        motives += rules.efficacy_weight * (self.efficacy - 0.5)
        return motives + rules.spirit_weight * (self.spirit - 0.5)

    def _incentives(self, approached: int) -> float:
        """Reward, sanction as far as it is legitimate, praise among those who know one, being asked (by friends)."""
        rules, home = self.rules, self.home
        incentives = rules.reward_weight * home.reward
        mildest = (1.0 - home.graduation) * home.sanction  # gifts not given are not remembered
        incentives += rules.sanction_weight * mildest * self._legitimacy()
        incentives += rules.recognition_weight * home.recognition * self.familiarity
        if approached in (BY_STAFF, BY_NEIGHBOUR):
            incentives += rules.asked_weight
        if approached == BY_NEIGHBOUR:
            incentives += rules.asked_closeness_weight * self.familiarity
        return incentives

    def _costs(self, fair: float, means: str) -> float:
        """Trouble, the fair share relative to spare means, fatigue."""
        rules = self.rules
        spare = {
            "labour": rules.hour_value * self.free_time,
            "land": rules.land_value * SPARE_GROUND,
            "money": SPARE_INCOME * self.income,
        }[means]
        return (
            self.home.hassle
            + rules.cost_weight * min(1.0, fair / max(1.0, spare))
            + rules.fatigue_weight * self.fatigue
        )

    def _give(self, k: int, matter: OpenMatter, value: float, means: str, month: int) -> None:
        """Give a value in yuan as land, in hundredths of a square metre, as labour, in whole minutes, or as money, in whole
        yuan and at least one.
        """
        tally, hours = self.home.tally, 0.0
        if means == "land":
            ground = value / self.rules.land_value
            tally.land_given[k] += nearest(100.0 * ground)
            self.total_land = single(self.total_land + ground)
            self.spent = single(self.spent + value)
        elif means == "labour":
            hours = value / self.rules.hour_value
            tally.minutes[k] += nearest(60.0 * hours)
            self.work(hours)
        else:
            yuan = max(1, nearest(value))
            tally.money[k] += yuan
            self.total_money += yuan
            self.spent = single(self.spent + yuan)
        self.act(BUILD, month, hours)
        tally.new_givers[k] += 1
        self.gave.add(k)
        self.joint = matter.number

    # -- 3 manage: keep up, keep order, lead -----------------------------------------------------------------------

    def keep(self, luck: Luck, month: int) -> None:
        """Take up or drop the upkeep of something near; those who keep something up give their hours."""
        rules = self.rules
        if self.home.adoption <= 0.0:
            self.keeps = None
        elif self.keeps is None:
            self._consider_upkeep(luck)
        elif luck.uniform(Purpose.DROP, self.number) < rules.quit_base + (1.0 - rules.quit_base) * self.fatigue**2:
            self.keeps = None
        if self.keeps is not None:
            self.home.tally.keep_minutes[self.keeps] += nearest(60.0 * rules.upkeep_hours)
            self.act(MANAGE, month, rules.upkeep_hours)
            self.took_part = month
            self.work(rules.upkeep_hours)

    def could_keep(self) -> list[int]:
        """Services that residents can keep up."""
        return list(KEEPABLE.values())

    def _consider_upkeep(self, luck: Luck) -> None:
        """Take up what is needed most, or not; praise among those who know one, and open posts, help."""
        rules, home = self.rules, self.home
        most = max(KEEPABLE.values(), key=self.need_for)
        x = rules.adopt_base + rules.choice_need * self.need_for(most) + self.public_drive()
        x += rules.choice_spirit * home.recognition * self.familiarity + math.log(home.adoption)
        if luck.uniform(Purpose.ADOPT, self.number) < logistic(x):
            self.keeps = most

    def meet_temptation(self, luck: Luck) -> None:
        """Break order or not: where order is missing and others break it, against norms and sanctions.

        Whoever broke it before is remembered for it, about a year for each time, and sanctioned harder.
        """
        rules, home = self.rules, self.home
        x = rules.violate_base + rules.choice_need * self.need_for(KEEPABLE["order"])
        x += rules.violate_imitate * home.disorder
        x -= rules.violate_norm * (self.spirit - 0.5) + rules.violate_norm * home.norm_clarity * self.spirit
        x -= rules.violate_sanction * self._expected_sanction() * self._legitimacy()
        x -= rules.shame * self.pledged_ties
        breaks = luck.uniform(Purpose.VIOLATE, self.number) < logistic(x)
        if self.offences and luck.uniform(Purpose.VIOLATE, self.number, 1) < rules.offence_forgotten:
            self.offences -= 1
        self.offences += breaks
        home.tally.violations += breaks

    def _expected_sanction(self) -> float:
        """The community's own sanction, which begins mildly and grows with each offence; in a campaign no less than its."""
        home = self.home
        mild = (1.0 - home.graduation) * home.sanction
        steps = min(self.offences, STEPS) / STEPS
        return max(home.campaign, mild + (home.sanction - mild) * steps)

    def _legitimacy(self) -> float:
        """A sanction works in full at a trust of one half, and provokes those who trust less than some threshold."""
        return (self.trust - self.rules.sanction_trust) / (0.5 - self.rules.sanction_trust)

    def pay_fee(self, luck: Luck) -> None:
        """An owner's part of the property fee: the response of giving, asked by nobody, in money; a bill, and no act."""
        rules, fee = self.rules, self.home.fee
        if fee <= 0.0 or not self.owner:
            return
        service = KEEPABLE["upkeep"]
        noise = rules.sigma * self._response() * luck.normal(Purpose.FEE, self.number)
        situation = self._response() * self._motives(service, 0.0) + self._incentives(NOTHING)
        share = unit(self._laboratory(NOTHING) + noise + situation - self._costs(fee, "money"))
        if share >= rules.smallest_act:
            self.home.tally.fees += max(1, nearest(share * fee))

    def gather(self, occasion: int, month: int) -> None:
        """Do something together with friends, for the fun of it."""
        self.last_act[SHARE] = month
        if self.joint is None:
            self.joint = occasion

    def serve(self, hours: float, month: int) -> None:
        """Lead a body, or help its leader."""
        self.took_part = month
        self.act(MANAGE, month, hours)
        self.work(hours)

    # -- 4 evaluate ------------------------------------------------------------------------------------------------

    def evaluate(self, luck: Luck, month: int) -> None:
        """Learn from each matter that closed this month whether acting pays, and forget about it.

        The drive to judge or join in is the one that the month's earlier parts left behind.
        """
        home, drive = self.home, self.public_drive()
        for k in sorted(home.failed | set(home.finished)):
            if k in home.failed:
                if k in self.gave:
                    self.efficacy = single(self.efficacy - self.rules.efficacy_rate * self.efficacy)
            else:
                self._live_with(k, home.finished[k], drive, luck, month)
            self.knew.discard(k)
            self.gave.discard(k)

    def _live_with(self, k: int, matter: FinishedMatter, drive: float, luck: Luck, month: int) -> None:
        """A finished matter encourages those who gave; some judge it, and some join in its common use."""
        rules, gave, knew = self.rules, k in self.gave, k in self.knew
        counts = self.home.tally.givers[k]
        for q, counted in enumerate((gave, knew, knew and not gave)):
            counts[q] += counted
        if gave:
            self.efficacy = single(self.efficacy + rules.efficacy_rate * (1.0 - self.efficacy))
        if luck.uniform(Purpose.JUDGE, self.number, k) < logistic(rules.judge_base + drive + (1.0 if knew else 0.0)):
            self._judge(k, matter, luck, month)
        if luck.uniform(Purpose.ENJOY, self.number, k) < logistic(rules.enjoy_base + drive + 2.0 * self.familiarity):
            self.act(SHARE, month)
            self.joint = matter.number

    def _judge(self, k: int, matter: FinishedMatter, luck: Luck, month: int) -> None:
        """Judge how well it was built and whether one wanted it; public money earns or costs the government trust."""
        wanted = min(1.0, 5.0 * self.preferences[k])
        noise = JUDGEMENT_NOISE * luck.normal(Purpose.JUDGEMENT, self.number, k)
        judgement = unit(CRAFT * matter.quality + (1.0 - CRAFT) * wanted + noise)
        self.home.tally.rating[k] += nearest(1000.0 * judgement)
        self.home.tally.raters[k] += 1
        self.act(EVALUATE, month, self.rules.judge_hours)
        rate = self.rules.trust_rate * matter.public
        self.trust = single(after_experience(self.trust, judgement >= 0.5, rate, self.rules.trust_bad_ratio))
