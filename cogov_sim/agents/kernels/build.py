"""Stage 2, build: hear of a matter, be asked, give money or labour or nothing."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from cogov_sim.agents.columns import BUILD, CATEGORIES, FREE_RIDER
from cogov_sim.agents.rules import felt_need, laboratory_response, own_schedule, unit
from cogov_sim.draws import normal_from_uniform, uniform

WORK_HOURS = 170.0  # hours of paid work in a month, to value an hour of income
SPARE_INCOME = 0.1  # share of income that a household can give without feeling it


@numba.njit(cache=True, nogil=True)
def give(b0: int, b1: int, month: int, columns: Any, board: Any, rules: Any, keys: Any) -> None:
    """Each resident meets the open matters of the own units and gives once to each: a share of the fair share, or nothing.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: keys of (HEAR, ASKED, GIVE, SEEN).
    """
    for b in range(b0, b1):
        c = board.community[b]
        for k in range(CATEGORIES):
            board.money[b, k] = 0
            board.minutes[b, k] = 0
            board.new_givers[b, k] = 0
        for q in range(3):
            board.faced[b, q] = 0.0
        any_open = False
        for k in range(CATEGORIES):
            any_open = any_open or board.matter[b, k] >= 0
        for i in range(board.first[b], board.last[b]):
            columns.shown[i] = -1.0
            columns.load[i] = columns.hours[i]
            if not any_open:
                continue
            faced = 0
            total = 0.0
            for k in range(CATEGORIES):
                if board.matter[b, k] < 0:
                    continue
                bit = np.uint16(1 << k)
                asked = 0
                if board.ask[b, k] > 0.0 and uniform(keys[1], i, 2 * k) < board.ask[b, k]:
                    asked = 2
                elif board.ask_staff[b, k] > 0.0 and uniform(keys[1], i, 2 * k + 1) < board.ask_staff[b, k]:
                    asked = 1
                if columns.gave[i] & bit:
                    continue
                # one decides when one first hears of a matter, and again whenever one is asked
                if asked == 0 and (columns.knew[i] & bit or uniform(keys[0], i, k) >= board.hear[b, k]):
                    continue
                columns.knew[i] |= bit
                faced += 1
                total += _contribute(i, b, k, c, asked, month, columns, board, rules, keys[2])
            if faced > 0 and uniform(keys[3], i, 0) < board.visibility[c]:
                columns.shown[i] = total / faced


@numba.njit(cache=True, nogil=True)
def _contribute(
    i: Any, b: Any, k: Any, c: Any, asked: Any, month: Any, columns: Any, board: Any, rules: Any, key: Any
) -> Any:
    """One resident's contribution to one matter, as a share of the fair share; see docs/model.md, 'Contribution'."""
    kind = columns.schedule_type[i]
    belief = np.float64(columns.belief[i])
    if asked == 2:
        # whoever asks has given first: one full contribution seen, at its usual weight in forming beliefs
        belief += rules.d2 * board.example[c] * (1.0 - belief)
    schedule = columns.inclination[i] * own_schedule(
        kind, np.float64(columns.schedule_intercept[i]), np.float64(columns.schedule_slope[i]), belief
    )
    response = rules.free_rider_response if kind == FREE_RIDER else 1.0
    noise = rules.sigma * response * normal_from_uniform(uniform(key, i, k))
    laboratory = laboratory_response(rules, kind, belief, schedule)
    labours = columns.income[i] < rules.hour_value * WORK_HOURS and board.labour[b, k] == 1
    spare = columns.free_time[i] * rules.hour_value if labours else columns.income[i] * SPARE_INCOME
    familiarity = np.float64(columns.familiarity[i])
    social = (
        rules.need_weight * felt_need(np.float64(columns.preferences[i, k]), board.quality[board.asset[b, k]])
        + rules.efficacy_weight * (columns.efficacy[i] - 0.5)
        + rules.spirit_weight * (columns.spirit[i] - 0.5)
    )
    incentives = (
        rules.match_weight * min(1.0, board.match[b, k])
        + rules.recognition_weight * board.recognition[c] * familiarity
        + rules.sanction_weight * board.sanction[c]
    )
    if asked == 1:
        incentives += rules.asked_weight
    elif asked == 2:
        incentives += rules.asked_weight + rules.asked_closeness_weight * familiarity
    fair = board.fair[b, k] * columns.income[i] / board.income[b, k]
    costs = (
        rules.hassle + rules.cost_weight * min(1.0, fair / max(1.0, spare)) + rules.fatigue_weight * columns.fatigue[i]
    )
    share = unit(laboratory + response * social + incentives - costs + noise)
    board.faced[b, 0] += 1.0
    board.faced[b, 2] += unit(laboratory + noise)
    if share < rules.smallest_act:
        return 0.0
    board.faced[b, 1] += share
    value = share * fair
    hours = value / rules.hour_value
    if labours:
        board.minutes[b, k] += np.int64(60.0 * hours + 0.5)
        columns.total_hours[i] += hours
        columns.load[i] += hours
    else:
        yuan = max(np.int64(1), np.int64(value + 0.5))
        board.money[b, k] += yuan
        columns.total_money[i] += yuan
    columns.hours[i] += hours
    columns.acts[i] += 1
    columns.last_act[i, BUILD] = month
    board.new_givers[b, k] += 1
    columns.gave[i] |= np.uint16(1 << k)
    columns.joint[i] = board.matter[b, k]
    return share
