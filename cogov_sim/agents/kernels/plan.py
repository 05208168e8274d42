"""Stage 1, plan: speak up, found a body, attend a meeting."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from cogov_sim.agents.columns import BUILDING_MEETING, CATEGORIES, PLAN, VENUES
from cogov_sim.agents.rules import (
    attention,
    chooses,
    largest,
    may_choose,
    persuasion,
    picked,
    public_drive,
    reached,
)
from cogov_sim.draws import uniform

YEAR = 12.0


@numba.njit(cache=True, nogil=True)
def count_supporters(
    threshold: Any, indptr: Any, indices: Any, strength: Any, spirit: Any, i: Any, low: Any, high: Any
) -> Any:
    """Ties of resident ``i`` within residents [low, high) who would support a body that ``i`` founds."""
    count = 0
    for e in range(indptr[i], indptr[i + 1]):
        j = indices[e]
        if low <= j < high and np.float64(strength[e]) + np.float64(spirit[j]) >= threshold:
            count += 1
    return count


@numba.njit(cache=True, nogil=True)
def speak(
    b0: int, b1: int, month: int, columns: Any, board: Any, network: Any, rules: Any, keys: Any, reach: Any
) -> None:
    """Residents speak up about the service they need most; a spirited one may found a body.

    Args:
        b0, b1: buildings.
        month: this month.
        columns, board, network, rules: the state and the constants.
        keys: (key of VOICE, key of FOUND).
        reach: int64 [b, 2, 2], residents [first, last) of the building and of its community.
    """
    size = largest(b0, b1, board.first, board.last)
    drive, x, u = np.empty(size), np.empty(size), np.empty(size)
    perhaps, which = np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        c = board.community[b]
        for k in range(CATEGORIES):
            board.voices[b, k] = 0
        for v in range(VENUES):
            board.founder[b, v] = -1
            board.supporters[b, v] = 0
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        columns.spoke[first:last] = 0
        columns.acts[first:last] = 0
        columns.hours[first:last] = 0.0
        columns.spent[first:last] = 0.0
        base, standing, online = rules.voice_base - board.voice_cost[c], board.standing[c], board.online_voice[c]
        for j in range(n):
            i = first + j
            drive[j] = public_drive(
                rules, columns.efficacy[i], columns.spirit[i], columns.fatigue[i], columns.newcomer[i], standing
            )
            x[j] = base + rules.choice_need * columns.need[i] + rules.choice_trust * (columns.trust[i] - 0.5) + drive[j]
            x[j] += online * reached(rules, columns.age_band[i])
            columns.voiced[i] -= columns.voiced[i] / YEAR
            u[j] = uniform(keys[0], i, 0)
            perhaps[j] = may_choose(x[j], u[j])
        for q in range(picked(perhaps, n, which)):
            j = which[q]
            if chooses(x[j], u[j]):
                i = first + j
                columns.spoke[i] = 1
                columns.voiced[i] += 1.0
                columns.acts[i] = 1
                columns.hours[i] = rules.voice_hours
                columns.last_act[i, PLAN] = month
                board.voices[b, columns.need_category[i]] += 1
        for v in range(VENUES):
            if board.found[b, v] <= 0.0:
                continue
            base = rules.found_base + np.log(board.found[b, v])
            for j in range(n):
                i = first + j
                x[j] = base + rules.choice_need * columns.need[i] + 2.0 * drive[j]
                u[j] = uniform(keys[1], i, v)
                perhaps[j] = may_choose(x[j], u[j])
            for q in range(picked(perhaps, n, which)):
                j = which[q]
                if not chooses(x[j], u[j]):
                    continue
                i = first + j
                support = count_supporters(
                    rules.support_threshold, network.indptr, network.indices, network.strength, columns.spirit, i,
                    reach[b, v, 0], reach[b, v, 1],
                )  # fmt: skip
                needed = rules.group_supporters if v == BUILDING_MEETING else rules.council_supporters
                if support >= needed and support > board.supporters[b, v] - (board.founder[b, v] < 0):
                    board.founder[b, v] = i
                    board.supporters[b, v] = support


@numba.njit(cache=True, nogil=True)
def attend(b0: int, b1: int, month: int, columns: Any, board: Any, rules: Any, keys: Any) -> None:
    """Those invited decide whether to come; ``meet.sit`` says who of them finds a seat.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: (key of ATTEND,).
    """
    size = largest(b0, b1, board.first, board.last)
    x, u, perhaps, which = np.empty(size), np.empty(size), np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        for v in range(VENUES):
            board.set_out[b, v] = 0
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        columns.attended[first:last] = 0
        standing = board.standing[board.community[b]]
        for v in range(VENUES):
            if board.meeting[b, v] >= -1:
                continue
            invited, more = board.invite[b, v], (1.0 - board.invite[b, v]) * board.invite_newcomers[b, v]
            base = rules.attend_base + board.venue[b, v]
            for j in range(n):
                i = first + j
                x[j] = (
                    base
                    + rules.choice_need * columns.need[i]
                    + public_drive(
                        rules, columns.efficacy[i], columns.spirit[i], columns.fatigue[i], columns.newcomer[i], standing
                    )
                    + rules.choice_age * (columns.age_band[i] - 1)
                    + rules.choice_party * columns.party[i]
                )
                u[j] = uniform(keys[0], i, 2 * v + 1)
                perhaps[j] = (
                    may_choose(x[j], u[j]) and uniform(keys[0], i, 2 * v) < invited + more * columns.newcomer[i]
                )
            for q in range(picked(perhaps, n, which)):
                j = which[q]
                if chooses(x[j], u[j]):
                    columns.attended[first + j] |= 1 << v
                    board.set_out[b, v] += 1


@numba.njit(cache=True, nogil=True)
def converse(b0: int, b1: int, columns: Any, board: Any, rules: Any) -> None:
    """Those who met talked, and those who posted wrote to each other: hearing what others intend lifts belief in them.

    On the platform one exchanges messages with as many as one takes notice of. Arguments as for ``speak``.
    """
    for b in range(b0, b1):
        c = board.community[b]
        talk = rules.talk_gain * board.talk[c]
        for v in range(VENUES):
            if talk <= 0.0 or board.present[b, v] < 2:
                continue
            gain = talk * persuasion(board.present[b, v] - 1)
            for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
                if columns.attended[i] & (1 << v):
                    columns.belief[i] += gain * (1.0 - columns.belief[i])
        if board.written_talk[c] <= 0.0:
            continue
        others = max(0.0, board.messages[c] - 1.0)
        gain = rules.talk_gain * board.written_talk[c] * persuasion(others) * attention(rules, board.messages[c])
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            if columns.spoke[i]:
                columns.belief[i] += gain * reached(rules, columns.age_band[i]) * (1.0 - columns.belief[i])
