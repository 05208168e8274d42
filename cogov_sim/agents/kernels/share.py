"""Stage 5, share: perceive, be satisfied or not, learn what others do, grow closer, rest; then be counted."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from cogov_sim.agents.columns import CATEGORIES, MOVED_TIES, STAGES, STATS, STRANGER
from cogov_sim.agents.rules import bad_and_good, satisfied, unit
from cogov_sim.draws import uniform

YEAR = 12
_N_STATS = len(STATS)
ONE = np.uint64(1)


@numba.njit(cache=True, nogil=True)
def meet_neighbours(b0: int, b1: int, columns: Any, board: Any, network: Any, rules: Any) -> None:
    """Ties return to what is usual, and grow between people who took part in the same thing; acts are seen.

    Args:
        b0, b1: buildings [b0, b1).
        columns, board, network, rules: as for ``speak``; writes ``seen``, ``familiarity`` and the own ties.
    """
    joint, shown = columns.joint, columns.shown
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
                acts += act
                count += 1
            strength[e] = tie
            total += tie
        columns.familiarity[i] = total / (last - first) if last > first else 0.0
        columns.seen[i] = acts / count if count > 0 else -1.0


@numba.njit(cache=True, nogil=True, inline="always")
def perceived(i: Any, quality: Any, preferences: Any) -> Any:
    """Preference-weighted quality of the services resident ``i`` lives with; the largest felt need, and for what."""
    performance, most, which = 0.0, -1.0, 0
    for k in range(CATEGORIES):
        weight = np.float64(preferences[i, k])
        performance += weight * quality[k]
        missing = weight * (1.0 - quality[k])
        which = k if missing > most else which
        most = max(missing, most)
    return performance, min(1.0, 5.0 * most), which


@numba.njit(cache=True, nogil=True)
def perceive(b0: int, b1: int, columns: Any, board: Any, rules: Any, keys: Any) -> None:
    """Performance, expectation, voice, satisfaction, trust; and the need that next month starts from.

    Args:
        b0, b1, columns, board, rules: as for ``speak``.
        keys: (key of ANSWER,).
    """
    quality = np.empty(CATEGORIES)
    for b in range(b0, b1):
        for k in range(CATEGORIES):
            quality[k] = board.quality[board.asset[b, k]]
        c = board.community[b]
        answer, promised = board.answer[c], board.promised[c]
        report = rules.trust_report_rate * board.report[c] * board.news[c]
        heard = 1 * (board.heard[b, 0] != 0) + 2 * (board.heard[b, 1] != 0)
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            performance, need, category = perceived(i, quality, columns.preferences)
            trust = np.float64(columns.trust[i])
            said = 1.0 if columns.attended[i] & heard else 0.0
            if columns.spoke[i]:
                answered = uniform(keys[0], i, 0) < answer
                trust = bad_and_good(trust, answered, rules.trust_rate, rules.trust_bad_ratio)
                said = 1.0 if answered else said
            trust = unit(trust + report)
            voice = columns.voice[i] + rules.voice_memory * (said - columns.voice[i])
            expectation = np.float64(columns.expectation[i])
            expectation = unit(expectation + rules.expectation_rate * (performance + promised - expectation))
            columns.need[i] = need
            columns.need_category[i] = category
            columns.performance[i] = performance
            columns.expectation[i] = expectation
            columns.trust[i] = trust
            columns.voice[i] = voice
            columns.satisfaction[i] = 100.0 * satisfied(rules, performance, expectation, voice)


@numba.njit(cache=True, nogil=True)
def drift(b0: int, b1: int, month: int, columns: Any, board: Any, rules: Any) -> None:
    """Belief, inclination, efficacy, spirit, fatigue and the year's effort move on; arguments as for ``speak``."""
    for i in range(np.uint64(board.first[b0]), np.uint64(board.last[b1 - 1])):
        seen = np.float64(columns.seen[i])
        if seen >= 0.0:
            if columns.shown[i] >= 0.0:
                inclination = columns.inclination[i] + rules.schedule_drift * (seen - columns.shown[i])
                columns.inclination[i] = min(1.5, max(0.2, inclination))
            columns.belief[i] = unit(rules.d0 + rules.d1 * columns.belief[i] + rules.d2 * seen)
        columns.efficacy[i] += rules.efficacy_relax * (rules.efficacy_rest - columns.efficacy[i])
        active = 0.0
        for s in range(STAGES):
            active = 1.0 if columns.last_act[i, s] > month - YEAR else active
        columns.spirit[i] += rules.spirit_rate * (active - columns.spirit[i])
        tired = columns.fatigue[i] * (1.0 - rules.fatigue_rest)
        load = rules.fatigue_load * columns.load[i] / max(1.0, np.float64(columns.free_time[i]))
        columns.fatigue[i] = unit(tired + load * (1.0 - tired))
        columns.effort[i] = (
            columns.effort[i] * (1.0 - 1.0 / YEAR) + columns.hours[i] + columns.spent[i] / rules.hour_value
        )


@numba.njit(cache=True, nogil=True)
def count(b0: int, b1: int, month: int, columns: Any, board: Any) -> None:
    """Each building's sums over its residents, in the order of ``STATS``; arguments as for ``speak``."""
    stats = np.empty(_N_STATS)
    for b in range(b0, b1):
        stats[:] = 0.0
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            satisfaction = np.float64(columns.satisfaction[i])
            performance = np.float64(columns.performance[i])
            trust = np.float64(columns.trust[i])
            stats[0] += satisfaction
            stats[1] += satisfaction * satisfaction
            stats[2] += columns.expectation[i]
            stats[3] += performance
            stats[4] += performance * performance
            stats[5] += trust
            stats[6] += trust * trust
            stats[7] += columns.efficacy[i]
            stats[8] += columns.spirit[i]
            stats[9] += columns.voice[i]
            stats[10] += columns.belief[i]
            stats[11] += columns.fatigue[i]
            stats[12] += columns.familiarity[i]
            active = 0
            for s in range(STAGES):
                acted = columns.last_act[i, s] > month - YEAR
                active |= acted
                stats[14 + s] += acted
            stats[13] += active
            newcomer, party = columns.newcomer[i], columns.party[i]
            young, old = columns.age_band[i] <= 1, columns.age_band[i] >= 4
            stats[19] += newcomer
            stats[20] += newcomer * active
            stats[21] += party
            stats[22] += party * active
            stats[23] += young
            stats[24] += young * active
            stats[25] += old
            stats[26] += old * active
            stats[27] += columns.acts[i]
            stats[28] += columns.hours[i]
        board.stats[b] = stats


@numba.njit(cache=True, nogil=True)
def first_perception(columns: Any, board: Any) -> None:
    """Day one: everyone perceives what is there and expects just that."""
    quality = np.empty(CATEGORIES)
    for b in range(board.first.shape[0]):
        for k in range(CATEGORIES):
            quality[k] = board.quality[board.asset[b, k]]
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            performance, columns.need[i], columns.need_category[i] = perceived(i, quality, columns.preferences)
            columns.performance[i] = performance
            columns.expectation[i] = performance
