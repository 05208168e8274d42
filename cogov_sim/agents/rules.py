"""The small formulas that every kernel shares, and the constants they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cogov_sim.agents.columns import FREE_RIDER, HUMP, Columns
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import I64
from cogov_sim.scenario.actors import OrganisationSettings
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.scenario.settings import ServiceSettings

#: Who asks a resident to give.
NOBODY, STAFF, NEIGHBOUR = range(3)

#: Constants of behaviour that no kernel takes: a choice among rules, and what residents learn as a community (``commons``).
_ELSEWHERE = ("rule", "promise_learning", "grant_learning")
_BEHAVIOUR = [name for name in BehaviourSettings.model_fields if name not in _ELSEWHERE]
#: Constants of the residents' rules as one flat tuple of floats that kernels can take.
_FIELDS = [
    *_BEHAVIOUR,
    "payoff_learning", "hour_value", "land_value", "group_supporters", "grid_supporters", "council_supporters", "support_threshold",
]  # fmt: skip
if TYPE_CHECKING:

    class Rules(tuple[float, ...]):
        """The constants of the residents' rules."""

        def __new__(cls, **constants: float) -> Rules:
            """All of them by name."""

        def __getattr__(self, name: str) -> float:
            """One constant."""

        def _replace(self, **constants: float) -> Rules:
            """The same with other constants."""
else:
    Rules = NamedTuple("Rules", [(name, float) for name in _FIELDS])


def make_rules(behaviour: BehaviourSettings, services: ServiceSettings, organisations: OrganisationSettings) -> Rules:
    """The kernels' constants from a scenario's settings."""
    return Rules(
        **{name: float(getattr(behaviour, name)) for name in _BEHAVIOUR},
        payoff_learning=float(behaviour.rule == "payoff_learning"),
        hour_value=services.hour_value,
        land_value=services.land_value,
        group_supporters=float(organisations.supporters),
        grid_supporters=float(organisations.grid_supporters),
        council_supporters=float(organisations.council_supporters),
        support_threshold=organisations.support_threshold,
    )


@kernel
def largest(b0: int, b1: int, first: I64, last: I64) -> int:
    """Residents of the largest of the buildings [b0, b1), each with residents [first, last)."""
    size = 0
    for b in range(b0, b1):
        size = max(size, last[b] - first[b])
    return size


@kernel(inline=True)
def chooses(x: Any, u: Any) -> Any:
    """A logit choice: whether the uniform draw ``u`` falls below 1 / (1 + exp(-x))."""
    return u * (1.0 + np.exp(-x)) < 1.0


@kernel(inline=True)
def may_choose(x: Any, u: Any) -> Any:
    """False only if ``chooses(x, u)`` is: with y = -x > 0 the series of exp(y), cut anywhere, is too small.

    Most choices are rare. Kernels ask this first, in a loop that the compiler can run for many residents at once.
    """
    y = -x
    series = 2.0 + y * (1.0 + y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120 + y / 720)))))
    return x >= 0.0 or u * series <= 1.0


@kernel(inline=True)
def picked(perhaps: Any, n: Any, which: Any) -> Any:
    """Write the numbers below ``n`` of the true entries of ``perhaps`` to ``which`` (n + 1 long); how many there are."""
    m = np.uint64(0)
    for j in range(n):
        which[m] = j
        m += np.uint64(perhaps[j])
    return m


@kernel(inline=True)
def unit(x: Any) -> Any:
    """``x`` held within [0, 1]."""
    return min(1.0, max(0.0, x))


@kernel(inline=True)
def felt_need(weight: Any, quality: Any) -> Any:
    """Need for a service: five times the preference weight times what is missing, at most 1.

    A weight of 0.1, a little above the average of 1/11, and half the quality missing give a need of 0.25.
    """
    return min(1.0, 5.0 * weight * (1.0 - quality))


@kernel(inline=True)
def landlords_need(rules: Rules, need: Any, lodgers: Any) -> Any:
    """Felt need of whoever lets rooms to so many: rents follow the place, so each lodger adds to it; at most 1."""
    return min(1.0, need * (1.0 + rules.rent_stake * lodgers))


@kernel(inline=True)
def own_schedule(kind: Any, intercept: Any, slope: Any, belief: Any) -> Any:
    """What the strategy method says a resident would give at a belief, as a share (linear; a tent for hump shapes)."""
    if kind == FREE_RIDER:
        return 0.0
    at = min(belief, 1.0 - belief) if kind == HUMP else belief
    return unit(intercept + slope * at)


@kernel(inline=True)
def responsiveness(rules: Rules, kind: Any) -> Any:
    """How far a resident responds to others at all: 1, but for free riders, whose schedules are flat.

    Payoff learners have no types.
    """
    return rules.free_rider_response if kind == FREE_RIDER and rules.payoff_learning == 0.0 else 1.0


@kernel(inline=True)
def laboratory_response(rules: Rules, kind: Any, belief: Any, schedule: Any) -> Any:
    """The uncensored mean contribution of the bare laboratory game: k0 + k1 b + k2 a(b).

    Free riders respond to what others do by a fraction ``free_rider_response`` only: with one common weight, a world
    of free riders would keep giving what it expects others to give (null test N2).
    """
    return rules.k0 + responsiveness(rules, kind) * rules.k1 * belief + rules.k2 * schedule


@kernel(inline=True)
def legitimacy(rules: Rules, trust: Any) -> Any:
    """How far a sanction works: fully at a trust of one half, not at all at ``sanction_trust``; below, it provokes."""
    return (trust - rules.sanction_trust) / (0.5 - rules.sanction_trust)


#: What ``terms_of_giving`` names, in its order.
TERMS_OF_GIVING = (
    "need", "match", "efficacy", "spirit", "recognition", "reward", "sanction", "asked", "closeness", "hassle", "burden", "fatigue",
)  # fmt: skip


@kernel(inline=True)
def terms_of_giving(
    rules: Rules, kind: Any, need: Any, efficacy: Any, spirit: Any, trust: Any, fatigue: Any, familiarity: Any, asked: Any,
    match: Any, recognition: Any, reward: Any, sanction: Any, hassle: Any, burden: Any,
) -> Any:  # fmt: skip
    """What each part of the situation adds to the laboratory's contribution, in the order of ``TERMS_OF_GIVING``; all are zero in the bare game.

    Social motives count as far as one responds to others at all. A match makes every yuan achieve more, so that it
    multiplies felt need, up to 1:1, and what leaders are thought to keep makes it achieve less; recognition works only
    through familiarity; a sanction works as far as those who impose it are trusted, and provokes below
    ``sanction_trust``; ``burden`` is the fair share relative to spare monthly means.
    """
    response = responsiveness(rules, kind)
    own = response * rules.need_weight * need
    return (
        own,
        own * min(1.0, match),
        response * rules.efficacy_weight * (efficacy - 0.5),
        response * rules.spirit_weight * (spirit - 0.5),
        rules.recognition_weight * recognition * familiarity,
        rules.reward_weight * reward,
        rules.sanction_weight * sanction * legitimacy(rules, trust),
        rules.asked_weight * (asked != NOBODY),
        rules.asked_closeness_weight * familiarity * (asked == NEIGHBOUR),
        -1.0 * hassle,
        -rules.cost_weight * min(1.0, burden),
        -rules.fatigue_weight * fatigue,
    )


@kernel(inline=True)
def added_up(terms: Any) -> Any:
    """The sum of some numbers."""
    total = 0.0
    for term in terms:
        total += term
    return total


@kernel(inline=True)
def situation_of_giving(
    rules: Rules, kind: Any, need: Any, efficacy: Any, spirit: Any, trust: Any, fatigue: Any, familiarity: Any, asked: Any,
    match: Any, recognition: Any, reward: Any, sanction: Any, hassle: Any, burden: Any,
) -> Any:  # fmt: skip
    """What the situation adds in all: the sum of ``terms_of_giving``."""
    return added_up(terms_of_giving(
        rules, kind, need, efficacy, spirit, trust, fatigue, familiarity, asked, match, recognition, reward, sanction, hassle, burden,
    ))  # fmt: skip


@kernel(inline=True)
def compared(share: Any, theirs: Any, mine: Any, by_amount: Any) -> Any:
    """What another's contribution looks like to someone who could give ``mine`` where the other could give ``theirs``.

    Compared as a share it is the share; compared by amount it is that amount as a share of what one could give oneself.
    """
    return min(np.float32(1.0), share * (np.float32(1.0) + by_amount * (theirs / mine - np.float32(1.0))))


@kernel(inline=True)
def persuasion(voices: Any) -> Any:
    """How persuasive talk with ``voices`` others is: nothing alone, half with three others, near 1 among many.

    More so in larger groups: Balliet 2010, J. Conflict Res. 54:39. The form and the three are start values.
    """
    return voices / (voices + 3.0)


@kernel(inline=True)
def reached(rules: Rules, age_band: Any) -> Any:
    """How far a platform reaches a resident: all of the youngest age band, less with every band."""
    return max(0.0, 1.0 - rules.reach_age * age_band)


@kernel(inline=True)
def attention(rules: Rules, messages: Any) -> Any:
    """Share of the month's messages that one takes notice of: all up to a capacity, no more of them beyond it."""
    return min(1.0, rules.message_capacity / messages) if messages > 0.0 else 1.0


@kernel(inline=True)
def susceptibility(mean: Any, u: Any) -> Any:
    """How open a person is to others' opinions, in [0, 1], from the own uniform draw; all together have the given mean."""
    return u ** (1.0 / mean - 1.0) if mean > 0.0 else 0.0


@kernel(inline=True)
def public_drive(rules: Rules, efficacy: Any, spirit: Any, fatigue: Any, newcomer: Any, standing: Any) -> Any:
    """What efficacy, spirit, fatigue and standing add to the logit of any public choice.

    ``standing`` is the community's term: at 1 a newcomer may speak as locals do.
    """
    return (
        rules.choice_efficacy * (efficacy - 0.5)
        + rules.choice_spirit * (spirit - 0.5)
        - rules.choice_fatigue * fatigue
        - rules.choice_standing * (1.0 - standing) * newcomer
    )


@kernel(inline=True)
def drive(rules: Rules, columns: Columns, i: Any, standing: Any) -> Any:
    """``public_drive`` of resident ``i``."""
    return public_drive(
        rules, columns.efficacy[i], columns.spirit[i], columns.fatigue[i], columns.newcomer[i], standing
    )


@kernel(inline=True)
def call_to_take_part(rules: Rules, columns: Columns, i: Any, base: Any, by_age: Any, need: Any, standing: Any) -> Any:
    """The logit with which resident ``i`` answers a call to a meeting, a vote or an election: the old and the party come more often."""
    return (
        base
        + rules.choice_need * need
        + drive(rules, columns, i, standing)
        + by_age * (columns.age_band[i] - 1)
        + rules.choice_party * columns.party[i]
    )


@kernel(inline=True)
def quits(base: Any, fatigue: Any) -> Any:
    """Monthly chance to drop what one keeps up; the tired drop it most."""
    return base + (1.0 - base) * fatigue**2


@kernel(inline=True)
def bad_and_good(trust: Any, good: Any, rate: Any, bad_ratio: Any) -> Any:
    """Trust after one own experience; bad ones weigh ``bad_ratio`` times as much."""
    if good:
        return trust + rate * (1.0 - trust)
    return trust - min(1.0, rate * bad_ratio) * trust


@kernel(inline=True)
def satisfied(rules: Rules, performance: Any, expectation: Any, voice: Any) -> Any:
    """Satisfaction in [0, 1]: s0 + wP P + wD ((P - E) - lambda max(0, E - P)) + wV voice.

    The loss weight stands inside wD, so that without disconfirmation a shortfall does not count either.
    """
    gap = performance - expectation
    return unit(
        rules.satisfaction_base
        + rules.performance_weight * performance
        + rules.disconfirmation_weight * (gap - rules.loss_weight * max(0.0, -gap))
        + rules.voice_weight * voice
    )
