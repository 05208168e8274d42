"""What residents do in stage 3, manage: keep something up, and keep or break order."""

from __future__ import annotations

import numpy as np

from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import CATEGORIES, MANAGE, Columns
from cogov_sim.agents.kernels.gift import SPARE_INCOME, intention
from cogov_sim.agents.kernels.ladder import take_part
from cogov_sim.agents.rules import (
    NOBODY,
    Rules,
    chooses,
    drive,
    felt_need,
    landlords_need,
    largest,
    legitimacy,
    may_choose,
    picked,
    quits,
    responsiveness,
    situation_of_giving,
    unit,
)
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import Key
from cogov_sim.draws import normal_from_uniform, uniform
from cogov_sim.society.services import KEEPABLE, ORDER, PROPERTY

REPEATED = 3  # offences from which a graduated sanction is full (start value)
MOST_OFFENCES = 100


@kernel
def keep(b0: int, b1: int, month: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key, Key]) -> None:
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
                push = drive(rules, columns, i, standing)
                praise = rules.choice_spirit * recognition * columns.familiarity[i]
                x[j] = base + rules.choice_need * x[j] + push + praise
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
            take_part(columns, i, MANAGE, month, rules.upkeep_hours)
            columns.load[i] += rules.upkeep_hours
            columns.total_hours[i] += rules.upkeep_hours


@kernel
def keep_order(b0: int, b1: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key]) -> None:
    """Residents keep order or give in to a temptation against it; old offences are slowly forgotten.

    A sanction begins milder with first offenders, by the term ``graduation``, and grows with every offence that is not
    forgotten; a campaign knows no difference. Both deter as far as those behind them are trusted, and provoke below
    ``sanction_trust``, as in giving. Whoever has acquaintances that pledged to keep order is ashamed before them.

    Args:
        b0, b1, columns, board, rules: as for ``speak``; writes ``offences`` and ``violations``.
        keys: (key of VIOLATE,); draw 0 for the temptation, draw 1 for forgetting.
    """
    size = largest(b0, b1, board.first, board.last)
    x, u, perhaps, which = np.empty(size), np.empty(size), np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    for b in range(b0, b1):
        c = board.community[b]
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        quality = board.quality[board.asset[b, ORDER]]
        base = rules.violate_base + rules.violate_imitate * board.disorder[b] + 0.5 * rules.violate_norm
        norm = rules.violate_norm * (1.0 + board.norm_clarity[c])
        sanction, graduation, campaign = board.sanction[c], board.graduation[c], board.campaign[c]
        for j in range(n):
            i = first + j
            order = felt_need(np.float64(columns.preferences[i, ORDER]), quality)
            full = sanction * (1.0 - graduation * max(0.0, 1.0 - columns.offences[i] / REPEATED))
            deterred = max(full, campaign) * legitimacy(rules, np.float64(columns.trust[i]))
            restraint = norm * columns.spirit[i] + rules.violate_sanction * deterred
            restraint += rules.shame * columns.pledged_ties[i]
            x[j] = base + rules.choice_need * order - restraint
            u[j] = uniform(keys[0], i, 0)
            perhaps[j] = columns.offences[i] > 0 or may_choose(x[j], u[j])
        violations = 0
        for q in range(picked(perhaps, n, which)):
            j = which[q]
            i = first + j
            broke = chooses(x[j], u[j])
            forgotten = columns.offences[i] > 0 and uniform(keys[0], i, 1) < rules.offence_forgotten
            columns.offences[i] = min(MOST_OFFENCES, columns.offences[i] - forgotten + broke)
            violations += broke
        board.violations[b] = violations


@kernel
def pay_fees(b0: int, b1: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key]) -> None:
    """Owners of an estate pay the property fee, or part of it, as they would contribute, in money only.

    Paying a bill is no act of taking part: it feeds no spirit and is no effort for the common good.

    Args:
        b0, b1, columns, board, rules: as for ``speak``.
        keys: (key of FEE,).
    """
    for b in range(b0, b1):
        fee = board.fee[b]
        if fee <= 0.0:
            continue
        c = board.community[b]
        sanction = board.sanction[c] * (1.0 - board.graduation[c])  # as in giving
        quality = board.quality[board.asset[b, PROPERTY]]
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            if not columns.owner[i]:
                continue
            kind = columns.schedule_type[i]
            laboratory = intention(columns, rules, i, np.float64(columns.belief[i]), np.float64(columns.habit[i]))
            need = felt_need(np.float64(columns.preferences[i, PROPERTY]), quality)
            situation = situation_of_giving(
                rules, kind, landlords_need(rules, need, columns.lodgers[i]), columns.efficacy[i],
                columns.spirit[i], np.float64(columns.trust[i]), columns.fatigue[i], np.float64(columns.familiarity[i]),
                NOBODY, 0.0, board.recognition[c], board.reward[c], sanction, board.hassle[c],
                fee / max(1.0, columns.income[i] * SPARE_INCOME),
            )  # fmt: skip
            noise = rules.sigma * responsiveness(rules, kind) * normal_from_uniform(uniform(keys[0], i, 0))
            share = unit(laboratory + situation + noise)
            if share < rules.smallest_act:
                continue
            board.fees[b] += max(np.int64(1), np.int64(share * fee + 0.5))
