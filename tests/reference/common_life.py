"""What people do together beside public matters, in plain words: reporting, patrols, classes, events, pledges, pools."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cogov_sim.agents.columns import BUILD, CIVIC, EVALUATE, MANAGE, PLAN, SHARE
from cogov_sim.draws import Purpose
from cogov_sim.society.services import number_of
from reference import civic
from reference.formulas import logistic, nearest, unit

if TYPE_CHECKING:
    from reference.luck import Luck
    from reference.person import Person

CLASS, EVENT = "class", "event"
KINDS = (CLASS, EVENT)
CLASSES = 5  # held in a community in a month


def answer_calls(person: Person, luck: Luck, month: int) -> list[float]:
    """A party member may be called to report, anybody to go on patrol; the shares given, one for each call."""
    home, rules, given = person.home, person.rules, []
    if person.party and luck.uniform(Purpose.CALL, person.number, 4) < home.party_call:
        given.append(_come_forward(person, luck, month, 5, rules.report_hours, 0.0))
        if given[-1] > 0.0:
            _report(person, given[-1] * rules.report_hours, month)
    if luck.uniform(Purpose.CALL, person.number, 6) < home.patrol_call:
        given.append(_come_forward(person, luck, month, 7, rules.patrol_hours, person.need_for(number_of("safety"))))
        if given[-1] > 0.0:
            home.tally.patrols[0] += 1.0
            home.tally.patrols[1] += given[-1] * rules.patrol_hours
    return given


def _come_forward(person: Person, luck: Luck, month: int, draw: int, asked: float, need: float) -> float:
    """The share of the hours asked for that one gives; they tire."""
    person.told = month
    share = civic.would_give(person, asked / max(1.0, person.free_time), luck, draw, need)
    if share > 0.0:
        person.act(CIVIC, month, share * asked)
        person.work(share * asked)
    return share


def _report(person: Person, hours: float, month: int) -> None:
    """Work for the open matter that wants hands and is needed most, else for the upkeep that is."""
    home, tally = person.home, person.home.tally
    tally.reports[0] += 1.0
    tally.reports[1] += hours
    wanted = [k for k, matter in home.matters.items() if matter.wants_labour and k not in person.gave]
    if wanted:
        k = max(sorted(wanted), key=person.need_for)
        tally.minutes[k] += nearest(60.0 * hours)
        tally.new_givers[k] += 1
        person.gave.add(k)
        person.knew.add(k)
        person.joint = home.matters[k].number
        person.last_act[BUILD] = month
    else:
        tally.report_minutes[max(person.could_keep(), key=person.need_for)] += nearest(60.0 * hours)
        person.last_act[MANAGE] = month


def come_together(person: Person, luck: Luck, month: int, occasion: list[int]) -> None:
    """Come to a class and to the event, or stay away; who comes does something together with the others, for the fun of it."""
    rules, home = person.rules, person.home
    for draw, kind in enumerate(KINDS):
        held = home.classes if kind == CLASS else home.events
        if held <= 0.0:
            continue
        x = (rules.class_base if kind == CLASS else rules.event_base) + math.log(held) + person.public_drive()
        x += rules.class_time * (person.free_time / 100.0 - 1.0) if kind == CLASS else 0.0
        x += rules.class_age * (person.age_band - 1)
        looks_for = ["culture", "children"] if kind == CLASS else ["culture"]
        x += rules.choice_need * max(person.need_for(number_of(service)) for service in looks_for)
        x += rules.companion * any(kind in other.joined_before for other, _ in person.ties)
        if luck.uniform(Purpose.GATHERING, person.number, draw) >= logistic(x):
            continue
        person.joined.add(kind)
        tally = home.tally.together
        tally[2 * draw] += 1
        if kind == CLASS:
            tally[1] += any(person.active(month, stage) for stage in (PLAN, BUILD, MANAGE, EVALUATE, CIVIC))
        elif holds(person, month) or person.spirit + person.pledged_ties >= rules.pledge_threshold:
            person.pledged = month
            tally[3] += 1
        person.last_act[SHARE] = month
        if person.joint is None:
            rooms = CLASSES if kind == CLASS else 1
            room = int(luck.uniform(Purpose.GATHERING, person.number, 2) * rooms)
            person.joint = occasion[draw] - home.community * rooms - room


def holds(person: Person, month: int) -> bool:
    """Whether a pledge still binds."""
    return bool(person.pledged > month - person.rules.pledge_months)


def pool(person: Person, luck: Luck) -> None:
    """Share something of the own, keep it in the pool, or take it back."""
    rules, home = person.rules, person.home
    if home.sharing <= 0.0:
        person.pools = False
        return
    if person.pools:
        person.pools = luck.uniform(Purpose.POOL, person.number, 1) >= home.wear
    else:
        belief, habit = person.belief, person.habit
        person.belief = person._anew(belief, person.first_belief)
        person.habit = person._anew(habit, person.first_habit)
        would_give = unit(person._laboratory(0))
        person.belief, person.habit = belief, habit
        x = rules.pool_base + math.log(home.sharing) + rules.pool_belief * (would_give - 0.5)
        x += rules.choice_need * person.need_for(number_of("order")) + person.public_drive()
        person.pools = luck.uniform(Purpose.POOL, person.number, 0) < logistic(x)
    home.tally.pooled += person.pools
