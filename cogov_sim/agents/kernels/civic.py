"""Civic life that no reform brought and every world has: electing the committee, volunteering, donating."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import BUILD, CATEGORIES, CIVIC, MANAGE, Columns
from cogov_sim.agents.kernels.gift import SPARE_INCOME, intention
from cogov_sim.agents.kernels.ladder import take_part
from cogov_sim.agents.rules import (
    STAFF,
    Rules,
    call_to_take_part,
    chooses,
    felt_need,
    largest,
    may_choose,
    picked,
    responsiveness,
    situation_of_giving,
    unit,
)
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import Key
from cogov_sim.draws import normal_from_uniform, uniform
from cogov_sim.society.services import KEEPABLE, SAFETY

#: Draw numbers of Purpose.CALL: whether one is called, and the noise of the answer.
VOLUNTEER, DONATE, REPORT, PATROL = 0, 2, 4, 6


KEPT_UP = tuple(k in KEEPABLE for k in range(CATEGORIES))


@kernel
def elect(b0: int, b1: int, month: int, columns: Columns, board: Board, rules: Rules, key: Key) -> None:
    """Where the committee's term ends everybody is called to vote; the old and the party come more often.

    Args:
        b0, b1, month, columns, board, rules: as for ``plan.speak``.
        key: key of ELECTION.
    """
    size = largest(b0, b1, board.first, board.last)
    x, u, perhaps, which = np.empty(size), np.empty(size), np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        c = board.community[b]
        if board.election[c] == 0:
            continue
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        for j in range(n):
            i = first + j
            x[j] = call_to_take_part(rules, columns, i, rules.election_base, rules.election_age, 0.0, board.standing[c])
            u[j] = uniform(key, i, 0)
            perhaps[j] = may_choose(x[j], u[j])
            columns.told[i] = month
        for q in range(picked(perhaps, n, which)):
            j = which[q]
            if not chooses(x[j], u[j]):
                continue
            i = first + j
            take_part(columns, i, CIVIC, month, rules.ballot_hours)
            columns.last_voted[i] = month
            board.elected[b, 0] += 1
            board.elected[b, 1] += columns.age_band[i] >= 4
            board.elected[b, 2] += columns.party[i]


@kernel(inline=True)
def answer(
    columns: Columns,
    board: Board,
    rules: Rules,
    b: Any,
    i: Any,
    month: Any,
    key: Any,
    call: Any,
    burden: Any,
    need: Any,
) -> Any:
    """Called by school, employer, Party or committee, resident ``i`` of building ``b`` gives a share of what is asked for, or 0.

    The rule of contribution: a stranger asks, as staff do, for something that is mostly no ``need`` of one's own; it comes back
    month by month and is nothing new, so that it is met with what is believed by now.
    """
    columns.told[i] = month
    kind, c = columns.schedule_type[i], board.community[b]
    laboratory = intention(columns, rules, i, np.float64(columns.belief[i]), np.float64(columns.habit[i]))
    situation = situation_of_giving(
        rules, kind, need, columns.efficacy[i], columns.spirit[i], np.float64(columns.trust[i]), columns.fatigue[i],
        np.float64(columns.familiarity[i]), STAFF, 0.0, board.recognition[c], 0.0, 0.0, board.hassle[c], burden,
    )  # fmt: skip
    noise = rules.sigma * responsiveness(rules, kind) * normal_from_uniform(uniform(key, i, call + 1))
    share = unit(laboratory + situation + noise)
    if share < rules.smallest_act:
        return 0.0
    columns.acts[i] += 1
    columns.last_act[i, CIVIC] = month
    return share


@kernel(inline=True)
def toil(columns: Columns, i: Any, hours: Any) -> None:
    """Resident ``i`` gives hours that tire."""
    columns.hours[i] += hours
    columns.load[i] += hours
    columns.total_hours[i] += hours


@kernel(inline=True)
def volunteer(columns: Columns, board: Board, rules: Rules, b: Any, i: Any, month: Any, key: Any) -> Any:
    """Called to work for others, resident ``i`` gives hours, or none; the share."""
    burden = rules.volunteer_hours / max(1.0, np.float64(columns.free_time[i]))
    share = answer(columns, board, rules, b, i, month, key, VOLUNTEER, burden, 0.0)
    hours = share * rules.volunteer_hours
    toil(columns, i, hours)
    columns.last_volunteered[i] = month if share > 0.0 else columns.last_volunteered[i]
    board.civic[b, 0] += share > 0.0
    board.civic[b, 1] += hours
    return share


@kernel(inline=True)
def donate(columns: Columns, board: Board, rules: Rules, b: Any, i: Any, month: Any, key: Any) -> Any:
    """Called to donate, resident ``i`` gives whole yuan, at least one, or none; all are asked for as much of their income."""
    share = answer(columns, board, rules, b, i, month, key, DONATE, rules.donation_ask / SPARE_INCOME, 0.0)
    yuan = (share > 0.0) * max(np.int64(1), np.int64(share * rules.donation_ask * columns.income[i] + 0.5))
    columns.spent[i] += yuan
    board.civic[b, 2] += share > 0.0
    board.civic[b, 3] += yuan
    return share


@kernel(inline=True)
def report(columns: Columns, board: Board, rules: Rules, b: Any, i: Any, month: Any, key: Any) -> Any:
    """A party member who works elsewhere reports where they live and gives hours, or none: to the open matter of the building that
    wants labour and is needed most, else to the upkeep that is; the share.
    """
    burden = rules.report_hours / max(1.0, np.float64(columns.free_time[i]))
    share = answer(columns, board, rules, b, i, month, key, REPORT, burden, 0.0)
    if share <= 0.0:
        return share
    hours = share * rules.report_hours
    toil(columns, i, hours)
    minutes = np.int64(60.0 * hours + 0.5)
    at, keeps, most, worst = -1, 0, -1.0, -1.0
    for k in range(CATEGORIES):
        need = felt_need(np.float64(columns.preferences[i, k]), board.quality[board.asset[b, k]])
        if board.matter[b, k] >= 0 and board.labour[b, k] == 1 and columns.gave[i] >> k & 1 == 0 and need > most:
            at, most = k, need
        if KEPT_UP[k] and need > worst:
            keeps, worst = k, need
    if at >= 0:
        board.minutes[b, at] += minutes
        board.new_givers[b, at] += 1
        columns.gave[i] |= np.uint16(1 << at)
        columns.knew[i] |= np.uint16(1 << at)
        columns.joint[i] = board.matter[b, at]
        columns.last_act[i, BUILD] = month
    else:
        board.report_minutes[b, keeps] += minutes
        columns.last_act[i, MANAGE] = month
    board.reports[b, 0] += 1.0
    board.reports[b, 1] += hours
    return share


@kernel(inline=True)
def patrol(columns: Columns, board: Board, rules: Rules, b: Any, i: Any, month: Any, key: Any) -> Any:
    """Asked to go on patrol, resident ``i`` gives hours, or leaves it to the police (你治我安); the share. Safety is a need of one's own."""
    burden = rules.patrol_hours / max(1.0, np.float64(columns.free_time[i]))
    need = felt_need(np.float64(columns.preferences[i, SAFETY]), board.quality[board.asset[b, SAFETY]])
    share = answer(columns, board, rules, b, i, month, key, PATROL, burden, need)
    hours = share * rules.patrol_hours
    toil(columns, i, hours)
    board.patrols[b, 0] += share > 0.0
    board.patrols[b, 1] += hours
    return share


@kernel(inline=True)
def answer_calls(
    columns: Columns,
    board: Board,
    rules: Rules,
    b: Any,
    month: Any,
    key: Any,
    gift: Any,
    faced: Any,
    perhaps: Any,
    which: Any,
) -> None:
    """Residents of building ``b`` who are called this month volunteer, donate, report or patrol, or do not; adds to what each gave
    and faced.

    Args:
        columns, board, rules, month: as for ``plan.speak``.
        b: the building.
        key: key of CALL.
        gift, faced: summed shares, and calls and matters that they were asked for, from the building's first resident on.
        perhaps, which: as for ``rules.picked``, to work with.
    """
    first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
    n, c = last - first, board.community[b]
    for j in range(n):
        perhaps[j] = uniform(key, first + j, VOLUNTEER) < rules.volunteer_call
    for q in range(picked(perhaps, n, which)):
        j = which[q]
        faced[j] += 1
        gift[j] += volunteer(columns, board, rules, b, first + j, month, key)
    for j in range(n):
        perhaps[j] = uniform(key, first + j, DONATE) < rules.donation_call
    for q in range(picked(perhaps, n, which)):
        j = which[q]
        faced[j] += 1
        gift[j] += donate(columns, board, rules, b, first + j, month, key)
    if board.party_call[c] > 0.0:
        for j in range(n):
            perhaps[j] = columns.party[first + j] != 0 and uniform(key, first + j, REPORT) < board.party_call[c]
        for q in range(picked(perhaps, n, which)):
            j = which[q]
            faced[j] += 1
            gift[j] += report(columns, board, rules, b, first + j, month, key)
    if board.patrol_call[c] > 0.0:
        for j in range(n):
            perhaps[j] = uniform(key, first + j, PATROL) < board.patrol_call[c]
        for q in range(picked(perhaps, n, which)):
            j = which[q]
            faced[j] += 1
            gift[j] += patrol(columns, board, rules, b, first + j, month, key)
