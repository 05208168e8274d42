"""Stage 2, build: hear of a matter, be asked, give money or labour or nothing."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from cogov_sim.agents.columns import BUILD, CATEGORIES, STRANGER
from cogov_sim.agents.rules import (
    NEIGHBOUR,
    NOBODY,
    STAFF,
    felt_need,
    laboratory_response,
    own_schedule,
    responsiveness,
    situation_of_giving,
    unit,
)
from cogov_sim.draws import normal_from_uniform, uniform

WORK_HOURS = 170.0  # hours of paid work in a month, to value an hour of income
SPARE_INCOME = 0.1  # share of income that a household can give without feeling it


@numba.njit(cache=True, nogil=True)
def give(b0: int, b1: int, month: int, columns: Any, board: Any, rules: Any, keys: Any) -> None:
    """Each resident meets the open matters of the own units; those who hear of one give a share of the fair share.

    One gives once to a matter. One draw settles for each matter whether a neighbour asks, else staff ask, else one hears
    of it, else nothing; those who were at a meeting this month heard of all. Whoever moved in this
    month is not yet known, and shows nothing to anyone. The formulas are in ``rules``; docs/model.md, 'Contribution', explains them.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: keys of (HEAR, GIVE, SEEN).
    """
    is_open = np.empty(CATEGORIES, np.int64)
    by_neighbour, by_anyone, at_all = np.empty(CATEGORIES), np.empty(CATEGORIES), np.empty(CATEGORIES)
    for b in range(b0, b1):
        c = board.community[b]
        seen, example = board.visibility[b], board.example[c]
        recognition, sanction = board.recognition[c], board.sanction[c]
        for q in range(3):
            board.faced[b, q] = 0.0
        n_open = 0
        for k in range(CATEGORIES):
            board.money[b, k] = 0
            board.minutes[b, k] = 0
            board.new_givers[b, k] = 0
            if board.matter[b, k] >= 0:
                is_open[n_open] = k
                by_neighbour[n_open] = board.ask[b, k]
                by_anyone[n_open] = 1.0 - (1.0 - board.ask[b, k]) * (1.0 - board.ask_staff[b, k])
                at_all[n_open] = 1.0 - (1.0 - by_anyone[n_open]) * (1.0 - board.hear[b, k])
                n_open += 1
        for i in range(np.uint64(board.first[b]), np.uint64(board.last[b])):
            columns.shown[i] = STRANGER if columns.moved[i] else -1.0
            columns.load[i] = columns.hours[i]
            faced = 0
            total = 0.0
            for q in range(n_open):
                k = is_open[q]
                bit = np.uint16(1 << k)
                if columns.gave[i] & bit:
                    continue
                # one decides when one first hears of a matter, and again whenever one is asked
                u = uniform(keys[0], i, k)
                if u >= by_anyone[q] and (columns.knew[i] & bit or (u >= at_all[q] and not columns.attended[i])):
                    continue
                asked = NEIGHBOUR if u < by_neighbour[q] else (STAFF if u < by_anyone[q] else NOBODY)
                columns.knew[i] |= bit
                faced += 1
                kind = columns.schedule_type[i]
                belief = np.float64(columns.belief[i])
                schedule = columns.inclination[i] * own_schedule(
                    kind, columns.schedule_intercept[i], columns.schedule_slope[i], belief
                )
                laboratory = laboratory_response(rules, kind, belief, schedule)
                noise = rules.sigma * responsiveness(rules, kind) * normal_from_uniform(uniform(keys[1], i, k))
                board.faced[b, 0] += 1.0
                board.faced[b, 2] += unit(laboratory + noise)
                if asked == NEIGHBOUR:
                    # whoever asks has given first: one full contribution seen, at its usual weight in forming beliefs
                    belief += rules.d2 * example * (1.0 - belief)
                    schedule = columns.inclination[i] * own_schedule(
                        kind, columns.schedule_intercept[i], columns.schedule_slope[i], belief
                    )
                    laboratory = laboratory_response(rules, kind, belief, schedule)
                income = np.float64(columns.income[i])
                fair = board.fair[b, k] * income / board.income[b, k]
                labours = income < rules.hour_value * WORK_HOURS and board.labour[b, k] == 1
                spare = columns.free_time[i] * rules.hour_value if labours else income * SPARE_INCOME
                need = felt_need(np.float64(columns.preferences[i, k]), board.quality[board.asset[b, k]])
                situation = situation_of_giving(
                    rules, kind, need, columns.efficacy[i], columns.spirit[i], columns.fatigue[i],
                    np.float64(columns.familiarity[i]), asked, board.match[b, k], recognition, sanction, fair / max(1.0, spare),
                )  # fmt: skip
                share = unit(laboratory + situation + noise)
                if share < rules.smallest_act:
                    continue
                total += share
                board.faced[b, 1] += share
                if labours:
                    hours = share * fair / rules.hour_value
                    board.minutes[b, k] += np.int64(60.0 * hours + 0.5)
                    columns.total_hours[i] += hours
                    columns.load[i] += hours
                    columns.hours[i] += hours
                else:
                    yuan = max(np.int64(1), np.int64(share * fair + 0.5))
                    board.money[b, k] += yuan
                    columns.total_money[i] += yuan
                    columns.spent[i] += yuan
                columns.acts[i] += 1
                columns.last_act[i, BUILD] = month
                columns.gave[i] |= bit
                columns.joint[i] = board.matter[b, k]
                board.new_givers[b, k] += 1
            if faced > 0 and not columns.moved[i] and uniform(keys[2], i, 0) < seen:
                columns.shown[i] = total / faced
