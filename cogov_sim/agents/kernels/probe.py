"""The same question everywhere: what residents would give to one standard matter, whatever world they live in."""

from __future__ import annotations

import numpy as np

from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import Columns
from cogov_sim.agents.kernels.gift import anew, intention
from cogov_sim.agents.rules import NEIGHBOUR, Rules, responsiveness, situation_of_giving, unit
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import Key
from cogov_sim.draws import normal_from_uniform, uniform

NEED = 0.25  # felt need of the standard matter (design: model.md 9.3)
BURDEN = 0.1  # its fair share relative to spare monthly means (the same)


@kernel
def probe(b0: int, b1: int, columns: Columns, board: Board, rules: Rules, key: Key) -> None:
    """Put the standard matter to each resident, through the very rule of contribution; it leaves no trace in anybody.

    It is a new matter. A neighbour asks, who shows no example; every term of an institution is neutral; the noise is one draw that all worlds
    share. ``board.probe`` counts those who would give less than the smallest act, and sums what all would give.

    Args:
        b0, b1, columns, board, rules: as for ``speak``.
        key: key of PROBE.
    """
    for b in range(b0, b1):
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            kind = columns.schedule_type[i]
            belief = anew(rules, np.float64(columns.belief[i]), np.float64(columns.first_belief[i]))
            habit = anew(rules, np.float64(columns.habit[i]), np.float64(columns.first_habit[i]))
            laboratory = intention(columns, rules, i, belief, habit)
            situation = situation_of_giving(
                rules, kind, NEED, columns.efficacy[i], columns.spirit[i], np.float64(columns.trust[i]), columns.fatigue[i],
                np.float64(columns.familiarity[i]), NEIGHBOUR, 0.0, 0.0, 0.0, 0.0, rules.hassle, BURDEN,
            )  # fmt: skip
            noise = rules.sigma * responsiveness(rules, kind) * normal_from_uniform(uniform(key, i, 0))
            share = unit(laboratory + situation + noise)
            board.probe[b, 0] += share < rules.smallest_act
            board.probe[b, 1] += share
