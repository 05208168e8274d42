"""Stage 3, manage: keep something up, and keep or break order."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from cogov_sim.agents.columns import MANAGE
from cogov_sim.agents.kernels.plan import public_drive
from cogov_sim.agents.rules import chooses, felt_need
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
    for b in range(b0, b1):
        c = board.community[b]
        for k in KEEPABLE:
            board.keep_minutes[b, k] = 0
        violations = 0
        posts = board.adoption[c]
        log_posts = np.log(posts) if posts > 0.0 else 0.0
        for i in range(board.first[b], board.last[b]):
            if posts <= 0.0:
                columns.keeps[i] = -1
            elif columns.keeps[i] >= 0:
                if (
                    uniform(keys[1], i, 0)
                    < rules.quit_base + (1.0 - rules.quit_base) * np.float64(columns.fatigue[i]) ** 2
                ):
                    columns.keeps[i] = -1
            else:
                _adopt(i, b, c, log_posts, columns, board, rules, keys[0])
            if columns.keeps[i] >= 0:
                board.keep_minutes[b, columns.keeps[i]] += np.int64(60.0 * rules.upkeep_hours + 0.5)
                columns.acts[i] += 1
                columns.hours[i] += rules.upkeep_hours
                columns.load[i] += rules.upkeep_hours
                columns.total_hours[i] += rules.upkeep_hours
                columns.last_act[i, MANAGE] = month
            order = felt_need(np.float64(columns.preferences[i, ORDER]), board.quality[board.asset[b, ORDER]])
            x = (
                rules.violate_base
                + rules.choice_need * order
                - rules.violate_norm * (columns.spirit[i] - 0.5)
                + rules.violate_imitate * board.disorder[b]
                - rules.violate_sanction * board.sanction[c]
            )
            violations += chooses(x, uniform(keys[2], i, 0))
        board.violations[b] = violations


@numba.njit(cache=True, nogil=True)
def _adopt(i: Any, b: Any, c: Any, log_posts: Any, columns: Any, board: Any, rules: Any, key: Any) -> None:
    """Take up the upkeep of the asset that is needed most, or not."""
    most = -1.0
    which = KEEPABLE[0]
    for k in KEEPABLE:
        need = felt_need(np.float64(columns.preferences[i, k]), board.quality[board.asset[b, k]])
        if need > most:
            most = need
            which = k
    x = (
        rules.adopt_base
        + rules.choice_need * most
        + public_drive(rules, columns, i)
        + rules.choice_spirit * board.recognition[c] * columns.familiarity[i]
        + log_posts
    )
    if chooses(x, uniform(key, i, 0)):
        columns.keeps[i] = which
