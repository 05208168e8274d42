"""Stage 3, manage: keep something up, and keep or break order."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from cogov_sim.agents.columns import CATEGORIES, MANAGE
from cogov_sim.agents.rules import chooses, felt_need, largest, may_choose, picked, public_drive, quits
from cogov_sim.draws import uniform

#: Categories whose assets residents can keep up: environment, order, property upkeep.
KEEPABLE = (0, 2, 8)
ORDER = 2


@numba.njit(cache=True, nogil=True)
def keep(b0: int, b1: int, month: int, columns: Any, board: Any, rules: Any, keys: Any) -> None:
    """Residents take up or drop the upkeep of a nearby asset; those who keep one up give their hours.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: keys of (ADOPT, DROP).
    """
    quality = np.empty(CATEGORIES)
    size = largest(b0, b1, board.first, board.last)
    x, u, service = np.empty(size), np.empty(size), np.empty(size, np.int8)
    perhaps, which = np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        c = board.community[b]
        recognition, standing = board.recognition[c], board.standing[c]
        for k in KEEPABLE:
            board.keep_minutes[b, k] = 0
            quality[k] = board.quality[board.asset[b, k]]
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        posts = board.adoption[c]
        if posts > 0.0:
            base = rules.adopt_base + np.log(posts)
            for j in range(n):
                x[j], service[j] = -1.0, 0
            # the asset that is needed most may be taken up
            for k in KEEPABLE:
                for j in range(n):
                    need = felt_need(np.float64(columns.preferences[first + j, k]), quality[k])
                    service[j] = k if need > x[j] else service[j]
                    x[j] = max(need, x[j])
            for j in range(n):
                i = first + j
                drive = public_drive(
                    rules, columns.efficacy[i], columns.spirit[i], columns.fatigue[i], columns.newcomer[i], standing
                )
                praise = rules.choice_spirit * recognition * columns.familiarity[i]
                x[j] = base + rules.choice_need * x[j] + drive + praise
                u[j] = uniform(keys[0], i, 0)
                perhaps[j] = may_choose(x[j], u[j]) or columns.keeps[i] >= 0
            for q in range(picked(perhaps, n, which)):
                j = which[q]
                i = first + j
                if columns.keeps[i] < 0:
                    columns.keeps[i] = service[j] if chooses(x[j], u[j]) else -1
                elif uniform(keys[1], i, 0) < quits(rules.quit_base, np.float64(columns.fatigue[i])):
                    columns.keeps[i] = -1
        else:
            columns.keeps[first:last] = -1
        for j in range(n):
            perhaps[j] = columns.keeps[first + j] >= 0
        for q in range(picked(perhaps, n, which)):
            i = first + which[q]
            board.keep_minutes[b, columns.keeps[i]] += np.int64(60.0 * rules.upkeep_hours + 0.5)
            columns.acts[i] += 1
            columns.hours[i] += rules.upkeep_hours
            columns.load[i] += rules.upkeep_hours
            columns.total_hours[i] += rules.upkeep_hours
            columns.last_act[i, MANAGE] = month


@numba.njit(cache=True, nogil=True)
def keep_order(b0: int, b1: int, columns: Any, board: Any, rules: Any, keys: Any) -> None:
    """Residents keep order or give in to a temptation against it.

    Args:
        b0, b1, columns, board, rules: as for ``speak``.
        keys: (key of VIOLATE,).
    """
    size = largest(b0, b1, board.first, board.last)
    x, u, perhaps, which = np.empty(size), np.empty(size), np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        quality = board.quality[board.asset[b, ORDER]]
        sanction = board.sanction[board.community[b]]
        base = rules.violate_base + rules.violate_imitate * board.disorder[b] - rules.violate_sanction * sanction
        for j in range(n):
            i = first + j
            order = felt_need(np.float64(columns.preferences[i, ORDER]), quality)
            x[j] = base + rules.choice_need * order - rules.violate_norm * (columns.spirit[i] - 0.5)
            u[j] = uniform(keys[0], i, 0)
            perhaps[j] = may_choose(x[j], u[j])
        violations = 0
        for q in range(picked(perhaps, n, which)):
            j = which[q]
            violations += chooses(x[j], u[j])
        board.violations[b] = violations
