"""Stage 3, manage: keep something up, and keep or break order."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from cogov_sim.agents.columns import CATEGORIES, MANAGE
from cogov_sim.agents.rules import chooses, felt_need, public_drive
from cogov_sim.draws import uniform

#: Categories whose assets residents can keep up: environment, order, property upkeep.
KEEPABLE = (0, 2, 8)
ORDER = 2


@numba.njit(cache=True, nogil=True)
def keep(b0: int, b1: int, month: int, columns: Any, board: Any, rules: Any, keys: Any) -> None:
    """Residents take up or drop the upkeep of a nearby asset, and give in to a temptation against order or not.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: keys of (ADOPT, DROP, VIOLATE).
    """
    quality = np.empty(CATEGORIES)
    for b in range(b0, b1):
        c = board.community[b]
        recognition = board.recognition[c]
        for k in KEEPABLE:
            board.keep_minutes[b, k] = 0
            quality[k] = board.quality[board.asset[b, k]]
        violations = 0
        posts = board.adoption[c]
        log_posts = np.log(posts) if posts > 0.0 else 0.0
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            if posts <= 0.0:
                columns.keeps[i] = -1
            elif columns.keeps[i] >= 0:
                if (
                    uniform(keys[1], i, 0)
                    < rules.quit_base + (1.0 - rules.quit_base) * np.float64(columns.fatigue[i]) ** 2
                ):
                    columns.keeps[i] = -1
            else:
                # the asset that is needed most may be taken up
                most, which = -1.0, 0
                for k in KEEPABLE:
                    need = felt_need(np.float64(columns.preferences[i, k]), quality[k])
                    which = k if need > most else which
                    most = max(need, most)
                x = (
                    rules.adopt_base
                    + rules.choice_need * most
                    + public_drive(
                        rules, columns.efficacy[i], columns.spirit[i], columns.fatigue[i], columns.newcomer[i]
                    )
                    + rules.choice_spirit * recognition * columns.familiarity[i]
                    + log_posts
                )
                if chooses(x, uniform(keys[0], i, 0)):
                    columns.keeps[i] = which
            if columns.keeps[i] >= 0:
                board.keep_minutes[b, columns.keeps[i]] += np.int64(60.0 * rules.upkeep_hours + 0.5)
                columns.acts[i] += 1
                columns.hours[i] += rules.upkeep_hours
                columns.load[i] += rules.upkeep_hours
                columns.total_hours[i] += rules.upkeep_hours
                columns.last_act[i, MANAGE] = month
            order = felt_need(np.float64(columns.preferences[i, ORDER]), quality[ORDER])
            x = (
                rules.violate_base
                + rules.choice_need * order
                - rules.violate_norm * (columns.spirit[i] - 0.5)
                + rules.violate_imitate * board.disorder[b]
                - rules.violate_sanction * board.sanction[c]
            )
            violations += chooses(x, uniform(keys[2], i, 0))
        board.violations[b] = violations
