"""The standard matter that is put to everybody, in plain words."""

from __future__ import annotations

from cogov_sim.draws import Purpose
from reference.formulas import unit
from reference.luck import Luck
from reference.person import NOTHING, Person


def would_give(person: Person, luck: Luck) -> float:
    """A new matter: a felt need of a quarter, a neighbour who asks and shows nothing, a tenth of the spare means, no institution."""
    rules, moved_by = person.rules, person._response()
    believed, usual = person.belief, person.habit
    person.belief, person.habit = (
        person._anew(believed, person.first_belief),
        person._anew(usual, person.first_habit),
    )
    laboratory = person._laboratory(NOTHING)
    person.belief, person.habit = believed, usual
    common_cause = rules.need_weight * 0.25 + rules.efficacy_weight * (person.efficacy - 0.5)
    common_cause += rules.spirit_weight * (person.spirit - 0.5)
    asked = rules.asked_weight + rules.asked_closeness_weight * person.familiarity
    costs = rules.hassle + rules.cost_weight * 0.1 + rules.fatigue_weight * person.fatigue
    noise = rules.sigma * moved_by * luck.normal(Purpose.PROBE, person.number, 0)
    return unit(laboratory + moved_by * common_cause + asked - costs + noise)
