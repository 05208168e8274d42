"""What residents do in stage 4, evaluate: live with what was finished, judge it, use it together, learn from it."""

from __future__ import annotations

import numpy as np

from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import CATEGORIES, EVALUATE, SHARE, Columns
from cogov_sim.agents.rules import Rules, bad_and_good, chooses, drive, unit
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import Key
from cogov_sim.draws import normal_from_uniform, uniform

WORKS = 0.6  # weight of how well it was built in a judgement; the rest is whether one wanted it
JUDGEMENT_NOISE = 0.15


@kernel
def evaluate(
    b0: int, b1: int, month: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key, Key, Key]
) -> None:
    """Residents who live with a matter that closed this month judge it, enjoy it, and learn whether acting pays.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: keys of (JUDGE, JUDGEMENT, ENJOY).
    """
    closed_k = np.empty(CATEGORIES, np.int64)
    for b in range(b0, b1):
        n_closed = 0
        closed = np.uint16(0)
        for k in range(CATEGORIES):
            bit = np.uint16(1 << k)
            if board.done[b, k] >= 0 or board.failed[b] & bit:
                closed |= bit
                closed_k[n_closed] = k
                n_closed += 1
        if n_closed == 0:
            continue
        standing = board.standing[board.community[b]]
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            push = drive(rules, columns, i, standing)
            for q in range(n_closed):
                k = closed_k[q]
                bit = np.uint16(1 << k)
                gave = columns.gave[i] & bit != 0
                knew = columns.knew[i] & bit != 0
                if board.done[b, k] < 0:
                    if gave:
                        columns.efficacy[i] -= rules.efficacy_rate * columns.efficacy[i]
                    continue
                board.givers[b, k, 0] += gave
                board.givers[b, k, 1] += knew
                board.givers[b, k, 2] += knew and not gave
                if gave:
                    columns.efficacy[i] += rules.efficacy_rate * (1.0 - columns.efficacy[i])
                if chooses(rules.judge_base + push + knew, uniform(keys[0], i, k)):
                    wanted = min(1.0, 5.0 * np.float64(columns.preferences[i, k]))
                    noise = JUDGEMENT_NOISE * normal_from_uniform(uniform(keys[1], i, k))
                    judgement = unit(WORKS * board.done_quality[b, k] + (1.0 - WORKS) * wanted + noise)
                    board.rating[b, k] += np.int64(1000.0 * judgement + 0.5)
                    board.raters[b, k] += 1
                    columns.last_act[i, EVALUATE] = month
                    columns.acts[i] += 1
                    columns.hours[i] += rules.judge_hours
                    rate = rules.trust_rate * board.done_public[b, k]
                    columns.trust[i] = bad_and_good(
                        np.float64(columns.trust[i]), judgement >= 0.5, rate, rules.trust_bad_ratio
                    )
                if chooses(rules.enjoy_base + push + 2.0 * columns.familiarity[i], uniform(keys[2], i, k)):
                    columns.last_act[i, SHARE] = month
                    columns.acts[i] += 1
                    columns.joint[i] = board.done[b, k]
            columns.gave[i] &= ~closed
            columns.knew[i] &= ~closed
