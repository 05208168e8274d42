"""The ladder of participation: how far up each resident got in the past year, by what was done, never by what was paid for."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import STATS, Board
from cogov_sim.agents.columns import CIVIC, MONTHS, STAGES, Columns
from cogov_sim.agents.kernels import YEAR
from cogov_sim.compiled import kernel

#: A year's acts and hours of who is active, and hours of who carries the work of others (design: model.md 9.4).
BUSY_ACTS, BUSY_HOURS, CARRYING_HOURS = 3, 4.0, 12.0
TENTHS = 10.0
_TOLD, _CONTACTED, _BUSY, _CARRIED, _CIVIC = map(STATS.index, ("told", "contacted", "busy", "carried", "active_civic"))


@kernel(inline=True)
def take_part(columns: Columns, i: Any, stage: Any, month: Any, hours: Any) -> None:
    """Resident ``i`` does something in a stage that is taking part, and gives hours to it."""
    columns.acts[i] += 1
    columns.hours[i] += hours
    columns.last_act[i, stage] = month
    columns.took_part[i] = month


@kernel
def climb(b0: int, b1: int, month: int, columns: Columns, board: Board) -> None:
    """The month is entered into each resident's year, and those on each rung, or above it, are counted into ``stats``.

    Told of something, asked or invited; in contact (any act); took part; active: at least three acts and four hours; carried
    others' work: at least twelve hours. Whoever did that much took part, however little
    it was each time. Hours count to a tenth, at most 25 a month.

    Args:
        b0, b1, month, columns, board: as for ``plan.speak``.
    """
    since, slot = month - YEAR, month % MONTHS
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        told = contacted = busy = carried = civic = np.int64(0)
        for i in range(first, last):
            columns.year_acts[i, slot] = columns.acts[i]
            columns.year_hours[i, slot] = min(255.0, TENTHS * columns.hours[i] + 0.5)
        for i in range(first, last):
            acts = hours = acted = np.int64(0)
            for m in range(MONTHS):
                acts += columns.year_acts[i, m]
                hours += columns.year_hours[i, m]
            for s in range(STAGES):
                acted |= columns.last_act[i, s] > since
            does = acts >= BUSY_ACTS and hours >= TENTHS * BUSY_HOURS
            carries = hours >= TENTHS * CARRYING_HOURS
            reached = acted > 0 or columns.took_part[i] > since
            told += reached or columns.told[i] > since
            contacted += reached
            if does or carries:
                columns.took_part[i] = max(columns.took_part[i], since + 1)
            busy += does or carries
            carried += carries
            civic += columns.last_act[i, CIVIC] > since
        stats = board.stats[b]
        stats[_TOLD], stats[_CONTACTED], stats[_BUSY], stats[_CARRIED], stats[_CIVIC] = (
            told,
            contacted,
            busy,
            carried,
            civic,
        )
