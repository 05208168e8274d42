"""What residents do in stage 1, plan: speak up, found a body, attend a meeting, vote on a budget."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import (
    ASSOCIATION,
    BODIES,
    DELIBERATIVE,
    GRID_COUNCIL,
    GROUP,
    MICRO,
    OWNERS,
    VENUES,
    WORTHIES,
    Board,
    Network,
)
from cogov_sim.agents.columns import CATEGORIES, PLAN, Columns
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.kernels.ladder import take_part
from cogov_sim.agents.rules import (
    Rules,
    attention,
    call_to_take_part,
    chooses,
    drive,
    felt_need,
    largest,
    may_choose,
    persuasion,
    picked,
    reached,
)
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import F32, I8, I32, I64, Cube, Key
from cogov_sim.draws import uniform
from cogov_sim.society.services import FACILITIES


@kernel
def count_supporters(
    threshold: float, indptr: I64, indices: I32, strength: F32, spirit: F32, owner: I8,
    i: np.uint64, low: int, high: int, owners: bool,
) -> int:  # fmt: skip
    """How many of resident ``i``'s ties among residents [low, high) would support a body that ``i`` founds.

    Where it is for owners only (``owners``), only owners count.
    """
    count = 0
    for e in range(indptr[i], indptr[i + 1]):
        j = indices[e]
        close = np.float64(strength[e]) + np.float64(spirit[j]) >= threshold
        if low <= j < high and close and (not owners or owner[j]):
            count += 1
    return count


@kernel(inline=True)
def calling(rules: Rules, body: Any, age_band: Any, party: Any) -> Any:
    """What makes one come forward for a kind of body: age for the worthies, the party where a convenor is wanted."""
    if body == WORTHIES:
        return rules.choice_age * (age_band - 1)
    if body in (GRID_COUNCIL, DELIBERATIVE):
        return rules.choice_party * party
    return 0.0


@kernel(inline=True)
def needed_supporters(rules: Rules, body: Any) -> Any:
    """Supporters that a founder needs for a kind of body."""
    if body in (GROUP, MICRO):
        return rules.group_supporters
    return rules.grid_supporters if body in (GRID_COUNCIL, OWNERS, ASSOCIATION) else rules.council_supporters


@kernel
def speak(
    b0: int,
    b1: int,
    month: int,
    columns: Columns,
    board: Board,
    network: Network,
    rules: Rules,
    keys: tuple[Key, Key],
    reach: Cube,
) -> None:
    """Residents speak up about the service they need most; a spirited one may found a body.

    Args:
        b0, b1: buildings.
        month: this month.
        columns, board, network, rules: the state and the constants.
        keys: (key of VOICE, key of FOUND).
        reach: int64 [b, f, 2], residents [first, last) of the unit for which each kind of body would be.
    """
    size = largest(b0, b1, board.first, board.last)
    push, x, u = np.empty(size), np.empty(size), np.empty(size)
    perhaps, which = np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        c = board.community[b]
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        base, standing, online = rules.voice_base - board.voice_cost[c], board.standing[c], board.online_voice[c]
        for j in range(n):
            i = first + j
            push[j] = drive(rules, columns, i, standing)
            x[j] = base + rules.choice_need * columns.need[i] + rules.choice_trust * (columns.trust[i] - 0.5) + push[j]
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
        for f in range(BODIES):
            if board.found[b, f] <= 0.0:
                continue
            base = (rules.friends_base if f == MICRO else rules.found_base) + np.log(board.found[b, f])
            need = 0.0 if f == MICRO else rules.choice_need  # friends need no worn stairs to meet
            for j in range(n):
                i = first + j
                x[j] = base + need * columns.need[i] + 2.0 * push[j]
                x[j] += calling(rules, f, columns.age_band[i], columns.party[i])
                if f == ASSOCIATION:
                    x[j] += rules.found_income * np.log(columns.income[i] / board.income[b, FACILITIES])
                u[j] = uniform(keys[1], i, f)
                perhaps[j] = may_choose(x[j], u[j]) and (f != OWNERS or columns.owner[i] != 0)
            for q in range(picked(perhaps, n, which)):
                j = which[q]
                if not chooses(x[j], u[j]):
                    continue
                i = first + j
                support = count_supporters(
                    rules.support_threshold, network.indptr, network.indices, network.strength, columns.spirit, columns.owner, i,
                    reach[b, f, 0], reach[b, f, 1], f == OWNERS,
                )  # fmt: skip
                enough = support >= needed_supporters(rules, f)
                if enough and support > board.supporters[b, f] - (board.founder[b, f] < 0):
                    board.founder[b, f] = i
                    board.supporters[b, f] = support


@kernel
def attend(b0: int, b1: int, month: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key]) -> None:
    """Those invited decide whether to come; ``meet.sit`` says who of them finds a seat.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: (key of ATTEND,).
    """
    size = largest(b0, b1, board.first, board.last)
    x, u, perhaps, which = np.empty(size), np.empty(size), np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        standing = board.standing[board.community[b]]
        for v in range(VENUES):
            if board.meeting[b, v] >= -1:
                continue
            invited, more = board.invite[b, v], (1.0 - board.invite[b, v]) * board.invite_newcomers[b, v]
            base = rules.attend_base + board.venue[b, v]
            for j in range(n):
                i = first + j
                x[j] = call_to_take_part(rules, columns, i, base, rules.choice_age, columns.need[i], standing)
                u[j] = uniform(keys[0], i, 2 * v + 1)
                asked = uniform(keys[0], i, 2 * v) < invited + more * columns.newcomer[i]
                columns.told[i] = month if asked else columns.told[i]
                perhaps[j] = may_choose(x[j], u[j]) and asked
            for q in range(picked(perhaps, n, which)):
                j = which[q]
                if chooses(x[j], u[j]):
                    columns.attended[first + j] |= 1 << v
                    board.set_out[b, v] += 1


@kernel
def converse(b0: int, b1: int, columns: Columns, board: Board, rules: Rules) -> None:
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


@kernel
def vote(b0: int, b1: int, month: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key]) -> None:
    """Those who are given a ballot, and live with a project on it, vote or stay away.

    Who votes approves the projects whose service is needed at least ``approve_need``; where none is, the one needed most.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: (key of BALLOT,).
    """
    size = largest(b0, b1, board.first, board.last)
    x, u, perhaps, which = np.empty(size), np.empty(size), np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    most = np.empty(size)
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        listed = 0
        for k in range(CATEGORIES):
            listed += board.listed[b, k]
        given, standing = board.ballot[board.community[b]], board.standing[board.community[b]]
        if given <= 0.0 or listed == 0:
            continue
        for j in range(n):
            most[j] = 0.0
        for k in range(CATEGORIES):
            if board.listed[b, k]:
                quality = board.quality[board.asset[b, k]]
                for j in range(n):
                    most[j] = max(most[j], felt_need(np.float64(columns.preferences[first + j, k]), quality))
        for j in range(n):
            i = first + j
            x[j] = call_to_take_part(rules, columns, i, rules.ballot_base, rules.choice_age, most[j], standing)
            u[j] = uniform(keys[0], i, 1)
            asked = uniform(keys[0], i, 0) < given
            columns.told[i] = month if asked else columns.told[i]
            perhaps[j] = may_choose(x[j], u[j]) and asked
        for q in range(picked(perhaps, n, which)):
            j = which[q]
            if not chooses(x[j], u[j]):
                continue
            i = first + j
            take_part(columns, i, PLAN, month, rules.ballot_hours)
            board.voted[b, 0] += 1
            board.voted[b, 1] += columns.newcomer[i]
            board.voted[b, 2] += columns.age_band[i] >= 4
            board.voted[b, 3] += columns.party[i]
            enough = min(rules.approve_need, most[j])
            for k in range(CATEGORIES):
                if board.listed[b, k]:
                    weight = np.float64(columns.preferences[i, k])
                    board.backing[b, k] += weight
                    if felt_need(weight, board.quality[board.asset[b, k]]) >= enough:
                        columns.ballot[i] |= 1 << k
                        board.votes[b, k] += 1
