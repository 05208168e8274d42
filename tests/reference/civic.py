"""Civic life and the ladder of participation, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogov_sim.agents.columns import CIVIC, NEVER
from cogov_sim.draws import Purpose
from reference.formulas import logistic, nearest, single, unit

if TYPE_CHECKING:
    from reference.luck import Luck
    from reference.person import Person

SPARE_INCOME = 0.1  # share of income that can be given without feeling it
YEAR = 12
ENOUGH_YUAN, ENOUGH_HOURS = 10.0, 1.0  # given in a month, is taking part


def elect(person: Person, luck: Luck, month: int) -> None:
    """Vote for the residents' committee, or stay at home; everybody hears of it."""
    rules, home = person.rules, person.home
    if not home.election:
        return
    person.told = month
    x = rules.election_base + person.public_drive()
    x += rules.election_age * (person.age_band - 1) + rules.choice_party * person.party
    if luck.uniform(Purpose.ELECTION, person.number) < logistic(x):
        person.act(CIVIC, month, rules.ballot_hours)
        person.took_part = person.last_voted = month
        for q, counts in enumerate((1, person.age_band >= 4, person.party)):
            home.tally.elected[q] += int(counts)


def answer_calls(person: Person, luck: Luck, month: int) -> list[float]:
    """Volunteer and donate, where one is called to; the shares given, one for each call."""
    rules, civic, given = person.rules, person.home.tally.civic, []
    if luck.uniform(Purpose.CALL, person.number, 0) < rules.volunteer_call:
        person.told = month
        share = would_give(person, rules.volunteer_hours / max(1.0, person.free_time), luck, 1)
        if share > 0.0:
            person.last_volunteered = month
            hours = share * rules.volunteer_hours
            person.act(CIVIC, month, hours)
            person.work(hours)
            civic[0] += 1.0
            civic[1] += hours
        given.append(share)
    if luck.uniform(Purpose.CALL, person.number, 2) < rules.donation_call:
        person.told = month
        share = would_give(person, rules.donation_ask / SPARE_INCOME, luck, 3)
        if share > 0.0:
            yuan = max(1, nearest(share * rules.donation_ask * person.income))
            person.act(CIVIC, month)
            person.spent = single(person.spent + yuan)
            civic[2] += 1.0
            civic[3] += yuan
        given.append(share)
    return given


def would_give(person: Person, burden: float, luck: Luck, draw: int, need: float = 0.0) -> float:
    """The share that a stranger's request brings: hardly a need of one's own, but praise where there is any; too little is nothing."""
    rules, home, moved_by = person.rules, person.home, person._response()
    cause = rules.need_weight * need
    cause += rules.efficacy_weight * (person.efficacy - 0.5) + rules.spirit_weight * (person.spirit - 0.5)
    pull = rules.asked_weight + rules.recognition_weight * home.recognition * person.familiarity
    costs = home.hassle + rules.cost_weight * min(1.0, burden) + rules.fatigue_weight * person.fatigue
    noise = rules.sigma * moved_by * luck.normal(Purpose.CALL, person.number, draw)
    share = unit(person._laboratory(0) + moved_by * cause + pull - costs + noise)
    return share if share >= rules.smallest_act else 0.0


def has_given_enough(person: Person, hours_before: float) -> bool:
    """Whether what was given this month is taking part."""
    return person.spent >= ENOUGH_YUAN or person.hours - hours_before >= ENOUGH_HOURS


def rungs(person: Person, month: int) -> dict[str, bool]:
    """The rungs that this person stands on or above, the month being entered in the year's record."""
    person.year_acts[month % YEAR] = person.acts
    person.year_hours[month % YEAR] = int(min(255.0, 10.0 * person.hours + 0.5))
    hours = sum(person.year_hours) / 10.0
    carried = hours >= 12.0
    busy = carried or (sum(person.year_acts) >= 3 and hours >= 4.0)
    if busy:
        person.took_part = max(person.took_part, month - YEAR + 1)
    took_part = person.took_part > month - YEAR
    contacted = took_part or max(person.last_act) > month - YEAR
    return {
        "active": took_part,
        "told": contacted or person.told > month - YEAR,
        "contacted": contacted,
        "busy": busy,
        "carried": carried,
        "active_civic": person.last_act[CIVIC] > month - YEAR,
    }


def forget(person: Person) -> None:
    """Who has just moved in has done nothing here."""
    person.told = person.took_part = person.last_voted = person.last_volunteered = NEVER
    person.year_acts, person.year_hours = [0] * YEAR, [0] * YEAR
