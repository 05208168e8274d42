"""What residents do in stage 5, share: perceive, be satisfied or not, learn what others do, grow closer, rest; then be counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import STATS, VENUES, Board, Network
from cogov_sim.agents.columns import CATEGORIES, MOVED_TIES, STRANGER, Columns, Preferences
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.rules import Rules, bad_and_good, compared, largest, satisfied, unit
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import F64, I8, Key
from cogov_sim.draws import uniform

_N_STATS = len(STATS)
ONE = np.uint64(1)


@kernel
def meet_neighbours(b0: int, b1: int, columns: Columns, board: Board, network: Network, rules: Rules) -> None:
    """Residents see what those they know have given; ties grow between people who took part in the same thing, others fade.

    Args:
        b0, b1: buildings [b0, b1).
        columns, board, network, rules: as for ``speak``; writes ``seen``, ``familiarity`` and the own ties.
    """
    joint, shown, income = columns.joint, columns.shown, columns.income
    by_amount = np.float32(rules.amount_comparison)
    indptr, indices, strength, usual = network.indptr, network.indices, network.strength, network.usual
    fading, growth = np.float32(rules.tie_fading), np.float32(rules.tie_growth)
    left, whole = np.float32(MOVED_TIES), np.float32(1.0)
    for i in range(np.uint64(board.first[b0]), np.uint64(board.last[b1 - 1])):
        first, last = np.uint64(indptr[i]), np.uint64(indptr[i + ONE])
        mine, new = joint[i], shown[i] == STRANGER
        total, acts, count = np.float32(0.0), np.float32(0.0), 0
        for e in range(first, last):
            j = np.uint64(indices[e])
            act = shown[j]
            tie = strength[e] + fading * (usual[e] - strength[e])
            if new or act == STRANGER:
                tie *= left
            if mine != -1 and mine == joint[j]:
                tie += growth * (whole - tie)
            if act >= 0.0:
                acts += compared(act, income[j], income[i], by_amount)
                count += 1
            strength[e] = tie
            total += tie
        columns.familiarity[i] = total / (last - first) if last > first else 0.0
        columns.seen[i] = acts / count if count > 0 else -1.0


@kernel
def perceived(
    first: np.uint64, last: np.uint64, quality: F64, preferences: Preferences, performance: F64, most: F64,
    category: I8,
) -> None:  # fmt: skip
    """Residents [first, last) weigh the quality of services by preference, and find the largest gap and its service.

    Args:
        first, last: residents.
        quality: float64 [category], of the services they live with.
        preferences: their column.
        performance, most: float64 of at least last - first entries; written.
        category: their column ``need_category``; written.
    """
    n = last - first
    for j in range(n):
        performance[j], most[j], category[first + j] = 0.0, -1.0, 0
    for k in range(CATEGORIES):
        good, bad = quality[k], 1.0 - quality[k]
        for j in range(n):
            weight = np.float64(preferences[first + j, k])
            performance[j] += weight * good
            missing = weight * bad
            category[first + j] = k if missing > most[j] else category[first + j]
            most[j] = max(missing, most[j])


@kernel
def perceive(b0: int, b1: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key]) -> None:
    """Residents look at their services and at who listened: satisfaction and trust follow, and the need of next month.

    Args:
        b0, b1, columns, board, rules: as for ``speak``.
        keys: (key of ANSWER,).
    """
    quality = np.empty(CATEGORIES)
    size = largest(b0, b1, board.first, board.last)
    performances, most, trusts, said = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        for k in range(CATEGORIES):
            quality[k] = board.quality[board.asset[b, k]]
        perceived(first, last, quality, columns.preferences, performances, most, columns.need_category)
        c = board.community[b]
        promised = board.promised[c]
        news = board.news[c]
        believed = rules.trust_report_rate * board.report[c] if news >= 0.0 else 0.0
        heard = np.int8(0)
        for v in range(VENUES):
            heard |= np.int8((board.heard[b, v] != 0) << v)
        counted = board.counted[c] != 0
        for j in range(n):
            trusts[j] = columns.trust[first + j]
            said[j] = (
                1.0 if columns.attended[first + j] & heard or (columns.ballot[first + j] != 0 and counted) else 0.0
            )
        for j in range(n):
            i = first + j
            if columns.spoke[i] or columns.waits[i] >= 0:  # whoever asks again still looks out for the first answer
                age = max(0, columns.waits[i])
                answered = uniform(keys[0], i, 0) < board.answer[c, age]
                if answered or columns.spoke[i]:  # no answer hurts in months of asking; a late one is still one
                    trusts[j] = bad_and_good(trusts[j], answered, rules.trust_rate, rules.trust_bad_ratio)
                said[j] = 1.0 if answered else said[j]
                columns.waits[i] = -1 if answered or board.answer[c, age + 1] < 0.0 else age + 1
        for j in range(n):
            i = first + j
            voice = columns.voice[i] + rules.voice_memory * (said[j] - columns.voice[i])
            expectation = np.float64(columns.expectation[i])
            expectation = unit(expectation + rules.expectation_rate * (performances[j] + promised - expectation))
            columns.need[i] = min(1.0, 5.0 * most[j])
            columns.performance[i] = performances[j]
            columns.expectation[i] = expectation
            columns.trust[i] = trusts[j] + believed * (news - trusts[j])
            columns.voice[i] = voice
            columns.satisfaction[i] = 100.0 * satisfied(rules, performances[j], expectation, voice)


@kernel(inline=True)
def learn_from_payoffs(first: Any, last: Any, columns: Columns, rules: Rules) -> None:
    """Residents who did better than hoped for with more than usual give more from now on, and so on: payoff learning.

    Reinforcement with an aspiration (Bush & Mosteller 1955; Cross 1973). The payoff is what services are worth, less
    what one gave, both in fair shares; who faced no matter this month learns nothing.
    """
    for i in range(first, last):
        given = np.float64(columns.given[i])
        if given >= 0.0:
            surprise = rules.service_value * columns.performance[i] - given - columns.aspiration[i]
            rate = rules.month_sight * rules.learning_rate
            columns.habit[i] = unit(columns.habit[i] + rate * surprise * (given - columns.habit[i]))
            columns.aspiration[i] += rules.month_sight * rules.aspiration_rate * surprise


@kernel
def drift(b0: int, b1: int, columns: Columns, board: Board, rules: Rules) -> None:
    """Residents learn from what they saw others give, and from having acted: beliefs and spirit move, they tire or rest.

    Arguments as for ``speak``.
    """
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        for i in range(first, last):
            seen = np.float64(columns.seen[i])
            # whoever gave more than others is less inclined to; at 0 the own schedule is a free rider's
            learns = seen >= 0.0 and columns.given[i] >= 0.0
            moved = columns.inclination[i] + rules.schedule_drift * (seen - columns.given[i])
            columns.inclination[i] = min(1.5, max(0.0, moved)) if learns else np.float64(columns.inclination[i])
            belief = np.float64(columns.belief[i])
            learnt = unit(rules.d0 + rules.d1 * belief + rules.d2 * seen)
            sight = rules.month_sight if seen >= 0.0 else 0.0
            columns.belief[i] = sight * learnt + (1.0 - sight) * belief
            columns.has_seen[i] = columns.has_seen[i] | (seen >= 0.0)
        if rules.payoff_learning:
            learn_from_payoffs(first, last, columns, rules)
        for i in range(first, last):
            columns.efficacy[i] += rules.efficacy_relax * (rules.efficacy_rest - columns.efficacy[i])
            acted = 1.0 if columns.acts[i] > 0 else 0.0
            columns.spirit[i] += rules.spirit_rate * (acted - columns.spirit[i])
        for i in range(first, last):
            tired = columns.fatigue[i] * (1.0 - rules.fatigue_rest)
            load = rules.fatigue_load * columns.load[i] / max(1.0, np.float64(columns.free_time[i]))
            columns.fatigue[i] = unit(tired + load * (1.0 - tired))
            columns.effort[i] = (
                columns.effort[i] * (1.0 - 1.0 / YEAR) + columns.hours[i] + columns.spent[i] / rules.hour_value
            )


@kernel(inline=True)
def _count_feelings(first: Any, last: Any, columns: Columns, stats: Any) -> None:
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = s10 = s11 = s12 = hours = 0.0
    knowing = 0
    for i in range(first, last):
        satisfaction = np.float64(columns.satisfaction[i])
        performance = np.float64(columns.performance[i])
        trust = np.float64(columns.trust[i])
        s0 += satisfaction
        s1 += satisfaction * satisfaction
        s2 += columns.expectation[i]
        s3 += performance
        s4 += performance * performance
        s5 += trust
        s6 += trust * trust
        s7 += columns.efficacy[i]
        s8 += columns.spirit[i]
        s9 += columns.voice[i]
        s10 += columns.belief[i] * columns.has_seen[i]
        knowing += columns.has_seen[i]
        s11 += columns.fatigue[i]
        s12 += columns.familiarity[i]
        hours += columns.hours[i]
    for q, total in enumerate((s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12)):
        stats[q] = total
    stats[28] = hours
    stats[29] = knowing


@kernel(inline=True)
def _count_acts(first: Any, last: Any, since: Any, columns: Columns, stats: Any) -> None:
    n0 = n1 = n2 = n3 = n4 = 0
    for i in range(first, last):
        n0 += columns.last_act[i, 0] > since
        n1 += columns.last_act[i, 1] > since
        n2 += columns.last_act[i, 2] > since
        n3 += columns.last_act[i, 3] > since
        n4 += columns.last_act[i, 4] > since
    for s, acted in enumerate((n0, n1, n2, n3, n4)):
        stats[14 + s] = acted
    everyone = newcomers = newcomers_active = party = party_active = young = young_active = old = old_active = acts = 0
    for i in range(first, last):
        active = columns.took_part[i] > since
        is_young, is_old = columns.age_band[i] <= 1, columns.age_band[i] >= 4
        everyone += active
        newcomers += columns.newcomer[i]
        newcomers_active += columns.newcomer[i] & active
        party += columns.party[i]
        party_active += columns.party[i] & active
        young += is_young
        young_active += is_young & active
        old += is_old
        old_active += is_old & active
        acts += columns.acts[i]
    stats[13] = everyone
    for q, total in enumerate((newcomers, newcomers_active, party, party_active, young, young_active, old, old_active)):
        stats[19 + q] = total
    stats[27] = acts


@kernel
def count(b0: int, b1: int, month: int, columns: Columns, board: Board) -> None:
    """The residents of each building are counted, in the order of ``STATS``; arguments as for ``speak``.

    Numbers of people add up as integers, in loops of their own, which the compiler can run on many at once.
    """
    since = month - YEAR
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        _count_feelings(first, last, columns, board.stats[b])
        _count_acts(first, last, since, columns, board.stats[b])


@kernel
def first_perception(columns: Columns, board: Board) -> None:
    """Residents perceive, on day one, what is there and expect just that."""
    quality = np.empty(CATEGORIES)
    size = largest(np.int64(0), board.first.shape[0], board.first, board.last)
    performance, most = np.empty(size), np.empty(size)
    for b in range(board.first.shape[0]):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        for k in range(CATEGORIES):
            quality[k] = board.quality[board.asset[b, k]]
        perceived(first, last, quality, columns.preferences, performance, most, columns.need_category)
        for i in range(first, last):
            columns.need[i] = min(1.0, 5.0 * most[i - first])
            columns.performance[i] = performance[i - first]
            columns.expectation[i] = performance[i - first]
