"""Stage 5, share: perceive, be satisfied or not, learn what others do, grow closer, rest; then be counted."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from cogov_sim.agents.columns import CATEGORIES, STAGES, STATS, VENUES
from cogov_sim.agents.rules import bad_and_good, unit
from cogov_sim.draws import uniform

YEAR = 12
_N_STATS = len(STATS)
MOVED_TIES = 0.3  # what is left of a tie when one of the two is replaced by a newcomer


@numba.njit(cache=True, nogil=True)
def share(b0: int, b1: int, month: int, columns: Any, board: Any, network: Any, rules: Any, keys: Any) -> None:
    """Benefits reach everyone; states move on by one month.

    Args:
        b0, b1, month, columns, board, network, rules: as for ``speak``.
        keys: (key of ANSWER,).
    """
    quality = np.empty(CATEGORIES)
    for b in range(b0, b1):
        c = board.community[b]
        for s in range(_N_STATS):
            board.stats[b, s] = 0.0
        for k in range(CATEGORIES):
            quality[k] = board.quality[board.asset[b, k]]
        for i in range(board.first[b], board.last[b]):
            seen = _meet_neighbours(i, columns, network, rules)
            _perceive(i, b, c, quality, columns, board, rules, keys[0])
            _drift(i, month, seen, columns, rules)
            _count(i, b, month, columns, board)


@numba.njit(cache=True, nogil=True, inline="always")
def _meet_neighbours(i: Any, columns: Any, network: Any, rules: Any) -> Any:
    """Ties return to what is usual, and grow between people who took part in the same thing.

    Written without branches on what neighbours did, which nobody can predict, least of all the processor.

    Returns:
        the mean act seen this month, -1 for none.
    """
    seen, count, total = 0.0, 0.0, 0.0
    joint, moved = columns.joint[i], columns.moved[i]
    fading, growth = rules.tie_fading, rules.tie_growth if joint != -1 else 0.0
    first, last = network.indptr[i], network.indptr[i + 1]
    for e in range(first, last):
        j = network.indices[e]
        strength = network.strength[e] + fading * (network.usual[e] - network.strength[e])
        strength *= MOVED_TIES if (moved | columns.moved[j]) != 0 else 1.0
        strength += (growth if joint == columns.joint[j] else 0.0) * (1.0 - strength)
        act = np.float64(columns.shown[j])
        visible = 1.0 if act >= 0.0 else 0.0
        seen += visible * act
        count += visible
        network.strength[e] = strength
        total += strength
    columns.familiarity[i] = total / (last - first) if last > first else 0.0
    return seen / count if count > 0.0 else -1.0


@numba.njit(cache=True, nogil=True, inline="always")
def perceived(i: Any, quality: Any, columns: Any) -> Any:
    """Preference-weighted quality of the services resident ``i`` lives with; the largest felt need, and for what."""
    performance, most, which = 0.0, -1.0, 0
    for k in range(CATEGORIES):
        weight = np.float64(columns.preferences[i, k])
        performance += weight * quality[k]
        missing = weight * (1.0 - quality[k])
        which = k if missing > most else which
        most = max(missing, most)
    return performance, min(1.0, 5.0 * most), which


@numba.njit(cache=True, nogil=True, inline="always")
def _perceive(i: Any, b: Any, c: Any, quality: Any, columns: Any, board: Any, rules: Any, answer_key: Any) -> None:
    """Performance, expectation, voice, satisfaction, trust; and the need that next month starts from."""
    performance, columns.need[i], columns.need_category[i] = perceived(i, quality, columns)
    trust = np.float64(columns.trust[i])
    said = 0.0
    if columns.spoke[i]:
        answered = uniform(answer_key, i, 0) < board.answer[c]
        trust = bad_and_good(trust, answered, rules.trust_rate, rules.trust_bad_ratio)
        said = 1.0 if answered else 0.0
    if columns.attended[i]:
        for v in range(VENUES):
            if columns.attended[i] & (1 << v) and board.heard[b, v]:
                said = 1.0
    trust = unit(trust + rules.trust_report_rate * board.report[c] * board.news[c])
    voice = columns.voice[i] + rules.voice_memory * (said - columns.voice[i])
    expectation = np.float64(columns.expectation[i])
    expectation = unit(expectation + rules.expectation_rate * (performance + board.promised[c] - expectation))
    gap = performance - expectation
    satisfaction = (
        rules.satisfaction_base
        + rules.performance_weight * performance
        + rules.disconfirmation_weight * (gap - rules.loss_weight * max(0.0, -gap))
        + rules.voice_weight * voice
    )
    columns.performance[i] = performance
    columns.expectation[i] = expectation
    columns.trust[i] = trust
    columns.voice[i] = voice
    columns.satisfaction[i] = 100.0 * unit(satisfaction)


@numba.njit(cache=True, nogil=True, inline="always")
def _drift(i: Any, month: Any, seen: Any, columns: Any, rules: Any) -> None:
    """Belief, inclination, efficacy, spirit, fatigue and the year's effort."""
    belief = np.float64(columns.belief[i])
    if seen >= 0.0:
        if columns.shown[i] >= 0.0:
            inclination = columns.inclination[i] + rules.schedule_drift * (seen - columns.shown[i])
            columns.inclination[i] = min(1.5, max(0.2, inclination))
        belief = unit(rules.d0 + rules.d1 * belief + rules.d2 * seen)
        columns.belief[i] = belief
    columns.efficacy[i] += rules.efficacy_relax * (rules.efficacy_rest - columns.efficacy[i])
    active = 0.0
    for s in range(STAGES):
        if columns.last_act[i, s] > month - YEAR:
            active = 1.0
    columns.spirit[i] += rules.spirit_rate * (active - columns.spirit[i])
    tired = columns.fatigue[i] * (1.0 - rules.fatigue_rest)
    columns.fatigue[i] = unit(
        tired + rules.fatigue_load * columns.load[i] / max(1.0, columns.free_time[i]) * (1.0 - tired)
    )
    columns.effort[i] = columns.effort[i] * (1.0 - 1.0 / YEAR) + columns.hours[i]


@numba.njit(cache=True, nogil=True, inline="always")
def _count(i: Any, b: Any, month: Any, columns: Any, board: Any) -> None:
    """Add resident ``i`` to the sums of the building, in the order of ``STATS``."""
    stats = board.stats[b]
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
        if columns.last_act[i, s] > month - YEAR:
            active = 1
            stats[14 + s] += 1.0
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


@numba.njit(cache=True, nogil=True)
def first_perception(columns: Any, board: Any) -> None:
    """Day one: everyone perceives what is there and expects just that."""
    quality = np.empty(CATEGORIES)
    for b in range(board.first.shape[0]):
        for k in range(CATEGORIES):
            quality[k] = board.quality[board.asset[b, k]]
        for i in range(board.first[b], board.last[b]):
            performance, columns.need[i], columns.need_category[i] = perceived(i, quality, columns)
            columns.performance[i] = performance
            columns.expectation[i] = performance
