"""What residents do in stage 1, plan, at meetings: those who came find a seat, say what they want and discuss it."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import VENUES, Board
from cogov_sim.agents.columns import BUILD, CATEGORIES, MANAGE, PLAN, Columns
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.kernels.ladder import take_part
from cogov_sim.agents.opinions import distance, exchange
from cogov_sim.agents.rules import Rules, susceptibility
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import I64, Key
from cogov_sim.draws import uniform

OLD = 4  # age band from 60


@kernel(inline=True)
def activist(columns: Columns, i: Any, month: Any) -> Any:
    """Whether a resident gave to a matter or kept something up within the past year."""
    return columns.last_act[i, BUILD] > month - YEAR or columns.last_act[i, MANAGE] > month - YEAR


@kernel
def sit(b0: int, b1: int, month: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key]) -> None:
    """Those who came in time take a seat and say what they want; those who find none turn back.

    Args:
        b0, b1, month, columns, board, rules: as for ``plan.speak``.
        keys: (key of ARRIVE,).
    """
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        for v in range(VENUES):
            if board.set_out[b, v] == 0:
                continue
            for i in range(first, last):
                if not columns.attended[i] & (1 << v):
                    continue
                if board.full[b, v] < 1.0 and uniform(keys[0], i, v) >= board.full[b, v]:
                    columns.attended[i] &= ~(1 << v)
                    continue
                board.came[b, v, 0] += 1
                board.came[b, v, 1] += columns.newcomer[i]
                board.came[b, v, 2] += columns.age_band[i] >= OLD
                board.came[b, v, 3] += columns.party[i]
                board.came[b, v, 4] += activist(columns, i, month)
                for k in range(CATEGORIES):
                    board.wishes[b, v, k] += columns.preferences[i, k]
                columns.joint[i] = board.meeting[b, v]
                take_part(columns, i, PLAN, month, rules.meeting_hours)


@kernel
def discuss(
    venue: int,
    who: I64,
    building: I64,
    starts: I64,
    month: int,
    columns: Columns,
    board: Board,
    rules: Rules,
    keys: tuple[Key],
) -> None:
    """Those who sit in a meeting of one kind exchange opinions; it ends with a mean one, which some can live with.

    Without a facilitator the active and the old speak more than others. Preferences stay what they are.

    Args:
        venue: kind of meeting.
        who: int64 (people,), residents who sit in a meeting of this kind, meeting by meeting.
        building: int64 (people,), where they live.
        starts: int64 (meetings + 1,), first of ``who`` at each meeting, and their number.
        month, columns, board, rules: as for ``plan.speak``; adds to ``opinions``, ``agree`` and ``apart``.
        keys: (key of SUSCEPTIBLE,), of month 0: how open one is to others does not change.
    """
    for m in range(len(starts) - 1):
        people = np.arange(starts[m], starts[m + 1])
        c = board.community[building[people[0]]]
        share = 1.0 - board.facilitation[c]
        first = np.empty((len(people), CATEGORIES))
        loudness, openness = np.empty(len(people)), np.empty(len(people))
        for j in range(len(people)):
            i = who[people[j]]
            for k in range(CATEGORIES):
                first[j, k] = columns.preferences[i, k]
            speaks = rules.loud_active * activist(columns, i, month)
            loudness[j] = 1.0 + share * (speaks + rules.loud_senior * (columns.age_band[i] >= OLD))
            openness[j] = susceptibility(rules.susceptibility, uniform(keys[0], i, 0))
        opinions = exchange(first, loudness, openness, board.discussion[c], rules.confidence)
        mean = np.zeros(CATEGORIES)
        for j in range(len(people)):
            mean += opinions[j] / len(people)
        for j in range(len(people)):
            b, away = building[people[j]], distance(opinions[j], mean)
            board.opinions[b, venue] += opinions[j]
            board.apart[b, venue] += away
            board.agree[b, venue] += away <= rules.assent
