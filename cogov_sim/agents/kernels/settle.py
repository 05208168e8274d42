"""What residents do in stage 0, terms: before anything else in a month, some households move out and others take their place."""

from __future__ import annotations

import numpy as np

from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import MONTHS, MOVED_TIES, NEVER, STAGES, Columns
from cogov_sim.agents.kernels.gift import without_history
from cogov_sim.agents.rules import Rules, unit
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import F64, Key, Matrix
from cogov_sim.draws import normal_from_uniform, uniform


@kernel
def settle(
    b0: int,
    b1: int,
    month: int,
    columns: Columns,
    board: Board,
    rules: Rules,
    keys: tuple[Key, Key],
    newcomers: Matrix,
    chances: F64,
) -> None:
    """Households move out, tenants sooner than owners, and sooner where services are less than they expect; a dwelling draws
    the same kind of people, but strangers.

    Args:
        b0, b1: buildings [b0, b1).
        month: this month.
        columns, board, rules: the residents, what they face, and the constants of their rules.
        keys: keys of (MOVE, NEWCOMER).
        newcomers: float64 [4, 2], mean and standard deviation of belief, spirit, efficacy and trust on day one, from
            which those who move in are drawn.
        chances: float64 [n], each resident's chance to move out this month.
    """
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        for i in range(first, last):
            columns.moved[i] = uniform(keys[0], i, 0) < chances[i]
        for i in range(first, last):
            if not columns.moved[i]:
                continue
            # someone of the same kind, but without history, friends or duties, takes the place
            for q, state in enumerate((columns.belief, columns.spirit, columns.efficacy, columns.trust)):
                state[i] = unit(newcomers[q, 0] + newcomers[q, 1] * normal_from_uniform(uniform(keys[1], i, q)))
            without_history(columns, rules, i)
            columns.familiarity[i] *= MOVED_TIES
            columns.inclination[i] = 1.0
            columns.expectation[i] = columns.performance[i]
            columns.voice[i] = 0.0
            columns.fatigue[i] = 0.0
            columns.waits[i] = -1
            columns.keeps[i] = -1
            columns.offences[i] = 0
            columns.joined[i] = 0
            columns.pledged[i] = NEVER
            columns.pools[i] = 0
            columns.knew[i] = 0
            columns.gave[i] = 0
            columns.effort[i] = 0.0
            columns.voiced[i] = 0.0
            columns.total_money[i] = 0
            columns.total_hours[i] = 0.0
            columns.total_land[i] = 0.0
            for s in range(STAGES):
                columns.last_act[i, s] = NEVER
            columns.told[i] = NEVER
            columns.took_part[i] = NEVER
            columns.last_voted[i] = NEVER
            columns.last_volunteered[i] = NEVER
            for m in range(MONTHS):
                columns.year_acts[i, m] = 0
                columns.year_hours[i, m] = 0
