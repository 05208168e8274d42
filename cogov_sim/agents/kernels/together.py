"""What residents do together beside public matters: classes of an academy, events of a troupe and the pledges made there, pooling."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import Board, Network
from cogov_sim.agents.columns import SHARE, STAGES, Columns
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.kernels.gift import anew, intention
from cogov_sim.agents.rules import Rules, chooses, drive, felt_need, largest, may_choose, picked, unit
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import I64, Key
from cogov_sim.draws import uniform
from cogov_sim.society.services import CULTURE, LEARNING, ORDER

CLASS, EVENT = 0, 1
"""Kinds of occasions, bits of ``joined``."""
ROOMS = 5
"""Classes that an academy holds in a month (23,000 activities of 201 academies in about two years; xiamen.toml: academies)."""
ONE = np.uint64(1)


@kernel(inline=True)
def _knows_one_who_went(columns: Columns, network: Network, i: Any, kind: Any) -> Any:
    """Whether somebody whom resident ``i`` knows came last month."""
    for e in range(np.uint64(network.indptr[i]), np.uint64(network.indptr[i + ONE])):
        if columns.joined_before[network.indices[e]] >> kind & 1:
            return True
    return False


@kernel(inline=True)
def _active_elsewhere(columns: Columns, i: Any, since: Any) -> Any:
    """Whether resident ``i`` did anything in the past year but enjoy what there is."""
    acted = False
    for stage in range(STAGES):
        acted = acted or (stage != SHARE and columns.last_act[i, stage] > since)
    return acted


@kernel(inline=True)
def _looked_for(columns: Columns, board: Board, b: Any, i: Any, kind: Any) -> Any:
    """Felt need of what an occasion has to offer: culture, and in classes learning."""
    culture = felt_need(np.float64(columns.preferences[i, CULTURE]), board.quality[board.asset[b, CULTURE]])
    if kind == EVENT:
        return culture
    return max(
        culture, felt_need(np.float64(columns.preferences[i, LEARNING]), board.quality[board.asset[b, LEARNING]])
    )


@kernel
def come_together(
    b0: int,
    b1: int,
    month: int,
    columns: Columns,
    board: Board,
    network: Network,
    rules: Rules,
    key: Key,
    occasion: I64,
) -> None:
    """Residents come to one of the month's classes, and to its event, or stay away: by need, time, age, drive, and whether somebody
    they know came last time. At an event they pledge to keep order, or renew their pledge. It is leisure: it ties, and is neither
    taking part nor work for others.

    Args:
        b0, b1, month, columns, board, network, rules: as for ``plan.speak``.
        key: key of GATHERING; draws 0 and 1: the kind of occasion, draw 2: which class.
        occasion: int64 (2,), the id of the first community's class and event; those of later communities are lower.
    """
    size = largest(b0, b1, board.first, board.last)
    x, u, perhaps, which = np.empty(size), np.empty(size), np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        c = board.community[b]
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        for kind in range(2):
            held = board.classes[c] if kind == CLASS else board.events[c]
            if held <= 0.0:
                continue
            base = (rules.class_base if kind == CLASS else rules.event_base) + np.log(held)
            for j in range(n):
                i = first + j
                time = rules.class_time * (columns.free_time[i] / 100.0 - 1.0) if kind == CLASS else 0.0
                x[j] = base + time + drive(rules, columns, i, board.standing[c])
                x[j] += rules.class_age * (columns.age_band[i] - 1)
                x[j] += rules.choice_need * _looked_for(columns, board, b, i, kind)
                u[j] = uniform(key, i, kind)
                perhaps[j] = may_choose(x[j] + rules.companion, u[j])
            for q in range(picked(perhaps, n, which)):
                j = which[q]
                i = first + j
                x[j] += rules.companion * _knows_one_who_went(columns, network, i, kind)
                if not chooses(x[j], u[j]):
                    continue
                columns.joined[i] |= 1 << kind
                board.together[b, 2 * kind] += 1
                if kind == CLASS:
                    board.together[b, 1] += _active_elsewhere(columns, i, month - YEAR)
                elif (
                    columns.pledged[i] > month - rules.pledge_months
                    or np.float64(columns.spirit[i]) + np.float64(columns.pledged_ties[i]) >= rules.pledge_threshold
                ):
                    columns.pledged[i] = month
                    board.together[b, 3] += 1
                columns.last_act[i, SHARE] = month
                if columns.joint[i] == -1:
                    rooms = ROOMS if kind == CLASS else 1
                    columns.joint[i] = occasion[kind] - (c * rooms + int(uniform(key, i, 2) * rooms))


@kernel
def look_at_pledges(
    b0: int, b1: int, month: int, columns: Columns, board: Board, network: Network, rules: Rules
) -> None:
    """Residents know which of those they know have pledged; arguments as for ``come_together``."""
    for i in range(np.uint64(board.first[b0]), np.uint64(board.last[b1 - 1])):
        first, last = np.uint64(network.indptr[i]), np.uint64(network.indptr[i + ONE])
        count = 0
        for e in range(first, last):
            count += columns.pledged[network.indices[e]] > month - rules.pledge_months
        columns.pledged_ties[i] = count / (last - first) if last > first else 0.0


@kernel
def pool(b0: int, b1: int, columns: Columns, board: Board, rules: Rules, key: Key) -> None:
    """Residents share something of their own with others, a parking space, books, a bench, a stove, or take it back when it is worn.

    By need, drive, and what they would give in the laboratory game at their belief: a pool is a public good. One begins with it
    as with any new matter. Draw 0: whether one joins; draw 1: whether it is worn out.

    Args:
        b0, b1, columns, board, rules: as for ``plan.speak``.
        key: key of POOL.
    """
    size = largest(b0, b1, board.first, board.last)
    x, u, perhaps, which = np.empty(size), np.empty(size), np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        c = board.community[b]
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        if board.sharing[c] <= 0.0:
            columns.pools[first:last] = 0
            continue
        base = rules.pool_base + np.log(board.sharing[c])
        quality = board.quality[board.asset[b, ORDER]]
        for j in range(n):
            i = first + j
            need = felt_need(np.float64(columns.preferences[i, ORDER]), quality)
            x[j] = base + rules.choice_need * need + drive(rules, columns, i, board.standing[c])
            u[j] = uniform(key, i, 0)
            perhaps[j] = columns.pools[i] != 0 or may_choose(x[j] + 0.5 * rules.pool_belief, u[j])
        for q in range(picked(perhaps, n, which)):
            j = which[q]
            i = first + j
            if columns.pools[i] != 0:
                columns.pools[i] = uniform(key, i, 1) >= board.wear[b]
            else:
                belief = anew(rules, np.float64(columns.belief[i]), np.float64(columns.first_belief[i]))
                habit = anew(rules, np.float64(columns.habit[i]), np.float64(columns.first_habit[i]))
                would_give = unit(intention(columns, rules, i, belief, habit))
                columns.pools[i] = chooses(x[j] + rules.pool_belief * (would_give - 0.5), u[j])
            board.pooled[b] += columns.pools[i]
