"""One meeting's talk, person by person: who listens to whom, and what they make of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cogov_sim.draws import Purpose
from reference.luck import Luck

if TYPE_CHECKING:
    from reference.person import Person

SENIOR = 4  # age band of those over 60


def apart(one: list[float], other: list[float]) -> float:
    """Share of their weight that two opinions place differently."""
    return math.fsum(abs(x - y) for x, y in zip(one, other, strict=True)) / 2.0


class Discussion:
    """People around a table: each says what they want, as often as they get the word, and listens as far as they do."""

    def __init__(self, people: list[Person], month: int, luck: Luck) -> None:
        self.people = people
        self.rules, self.home = people[0].rules, people[0].home
        self.came_with = [list(person.preferences) for person in people]
        self.speaks = [self._gets_the_word(person, month) for person in people]
        self.listens = [self._openness(luck.uniform(Purpose.SUSCEPTIBLE, person.number)) for person in people]

    def _gets_the_word(self, person: Person, month: int) -> float:
        """A facilitator gives everybody the same; else activists and the old speak more."""
        more = self.rules.loud_active if person.is_activist(month) else 0.0
        more += self.rules.loud_senior if person.age_band >= SENIOR else 0.0
        return 1.0 + (1.0 - self.home.facilitation) * more

    def _openness(self, u: float) -> float:
        mean = self.rules.susceptibility
        return 0.0 if mean <= 0.0 else math.exp(math.log(u) * (1.0 - mean) / mean) if u > 0.0 else 0.0

    def _round(self, now: list[list[float]], length: float) -> list[list[float]]:
        """Everybody hears those near enough and moves towards them from where they started."""
        later = []
        for mine, first, openness in zip(now, self.came_with, self.listens, strict=True):
            near = [
                (opinion, weight)
                for opinion, weight in zip(now, self.speaks, strict=True)
                if self.rules.confidence >= 1.0 or apart(mine, opinion) <= self.rules.confidence
            ]
            words = sum(weight for _, weight in near)
            heard = [sum(weight * opinion[k] for opinion, weight in near) / words for k in range(len(mine))]
            aim = [openness * h + (1.0 - openness) * f for h, f in zip(heard, first, strict=True)]
            later.append([(1.0 - length) * m + length * a for m, a in zip(mine, aim, strict=True)])
        return later

    def resolve(self, venue: int) -> None:
        """Talk for the rounds there are; the room's opinion is the mean, and some can live with it."""
        now, left = self.came_with, self.home.discussion
        while left > 0.0:
            now, left = self._round(now, min(1.0, left)), left - 1.0
        mean = [sum(opinion[k] for opinion in now) / len(now) for k in range(len(now[0]))]
        for person, opinion in zip(self.people, now, strict=True):
            tally, away = person.home.tally, apart(opinion, mean)
            tally.opinions[venue] = [a + b for a, b in zip(tally.opinions[venue], opinion, strict=True)]
            tally.agree[venue] += away <= self.rules.assent
            tally.apart[venue] += away
