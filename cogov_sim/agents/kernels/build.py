"""What residents do in stage 2, build: hear of a matter, be asked, give land, labour, money or nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import BUILD, CATEGORIES, STRANGER, Columns
from cogov_sim.agents.rules import (
    NEIGHBOUR,
    NOBODY,
    STAFF,
    Rules,
    attention,
    chooses,
    drive,
    felt_need,
    laboratory_response,
    largest,
    own_schedule,
    picked,
    reached,
    responsiveness,
    situation_of_giving,
    unit,
)
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import Key
from cogov_sim.draws import normal_from_uniform, uniform

WORK_HOURS = 170.0  # hours of paid work in a month, to value an hour of income
SPARE_GROUND = 20.0  # square metres that a household has to give up (start value)
SPARE_INCOME = 0.1  # share of income that a household can give without feeling it


@kernel(inline=True)
def without_history(columns: Columns, rules: Rules, i: Any) -> None:
    """Resident ``i`` has seen nothing yet: what is believed now is the first belief. Payoff learning begins used to what one
    would give in the laboratory, and hopes for its payoff.
    """
    kind, belief = columns.schedule_type[i], np.float64(columns.belief[i])
    schedule = own_schedule(kind, columns.schedule_intercept[i], columns.schedule_slope[i], belief)
    columns.first_belief[i] = belief
    columns.has_seen[i] = 0
    columns.first_habit[i] = unit(laboratory_response(rules, kind, belief, schedule))
    columns.habit[i] = columns.first_habit[i]
    columns.aspiration[i] = rules.service_value * columns.performance[i] - columns.habit[i]


@kernel
def begin_on_day_one(columns: Columns, rules: Rules) -> None:
    """Everybody begins without a history."""
    for i in range(columns.belief.shape[0]):
        without_history(columns, rules, i)


@kernel(inline=True)
def anew(rules: Rules, now: Any, at_first: Any) -> Any:
    """A belief or habit at the start of a new matter: part of the way back to what it was before anything was seen."""
    return now + rules.restart * (at_first - now)


@kernel(inline=True)
def intention(columns: Columns, rules: Rules, i: Any, belief: Any, habit: Any) -> Any:
    """What resident ``i`` would give but for the situation and chance: by belief and schedule, or by habit where payoffs teach."""
    if rules.payoff_learning:
        return habit
    kind = columns.schedule_type[i]
    schedule = own_schedule(kind, columns.schedule_intercept[i], columns.schedule_slope[i], belief)
    return laboratory_response(rules, kind, belief, columns.inclination[i] * schedule)


@kernel(inline=True)
def spare_means(rules: Rules, yields: Any, labours: Any, income: Any, free_time: Any) -> Any:
    """Yuan's worth that one can give a month without feeling it, by what one gives: land, labour, or money."""
    in_kind = SPARE_GROUND * rules.land_value if yields else free_time * rules.hour_value
    return in_kind if yields or labours else income * SPARE_INCOME


@kernel(inline=True)
def hand_over(
    columns: Columns, board: Board, rules: Rules, b: Any, k: Any, i: Any, value: Any, yields: Any, labours: Any
) -> None:
    """Give a value in yuan as land, as labour, or as money, in whole yuan and at least one."""
    if yields:
        ground = value / rules.land_value
        board.land_given[b, k] += np.int64(100.0 * ground + 0.5)
        columns.total_land[i] += ground
        columns.spent[i] += value
    elif labours:
        hours = value / rules.hour_value
        board.minutes[b, k] += np.int64(60.0 * hours + 0.5)
        columns.total_hours[i] += hours
        columns.load[i] += hours
        columns.hours[i] += hours
    else:
        yuan = max(np.int64(1), np.int64(value + 0.5))
        board.money[b, k] += yuan
        columns.total_money[i] += yuan
        columns.spent[i] += yuan


@kernel
def give(
    b0: int, b1: int, month: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key, Key, Key]
) -> None:
    """Each resident meets the open matters of the own units; those who are asked, or come forward, give a share of the fair share.

    One gives once to a matter. One draw settles for each matter whether a neighbour asks, else staff ask, else one hears
    of it, else nothing; those who were at a meeting this month heard of all. Whoever has only heard of it comes forward
    by a choice of the own, once, or does nothing, which nobody takes for a refusal. A new matter is met with a belief part of the
    way back to the first one; after a month with new matters, be they one or more, so is the belief itself. Whoever moved in this
    month is not yet known, and shows nothing to anyone. The formulas are in ``rules``; docs/model, 'Contribution', explains them.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: keys of (HEAR, GIVE, SEEN).
    """
    size = largest(b0, b1, board.first, board.last)
    hear, gift, faced = np.empty(size), np.empty(size), np.empty(size, np.int64)
    perhaps, which = np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
    renewed = np.empty(size, np.bool_)
    for b in range(b0, b1):
        c = board.community[b]
        recognition, hassle = board.recognition[c], board.hassle[c]
        reward, levy = board.reward[c], board.levy[c]
        sanction = board.sanction[c] * (1.0 - board.graduation[c])  # nobody keeps a record of who did not give
        online_awareness = board.online_awareness[c] * attention(rules, board.messages[c])
        standing = board.standing[c]
        first, last = np.uint64(board.first[b]), np.uint64(board.last[b])
        n = last - first
        for j in range(n):
            i = first + j
            columns.shown[i] = STRANGER if columns.moved[i] else -1.0
            columns.load[i] = columns.hours[i]
            gift[j], faced[j], renewed[j] = 0.0, 0, False
        for k in range(CATEGORIES):
            if board.matter[b, k] < 0:
                continue
            bit = np.uint16(1 << k)
            by_neighbour = board.ask[b, k]
            by_anyone = 1.0 - (1.0 - by_neighbour) * (1.0 - board.ask_staff[b, k])
            at_all = 1.0 - (1.0 - by_anyone) * (1.0 - board.hear[b, k])
            # on a platform the young hear more often, and everybody less where there are too many messages
            online = (1.0 - at_all) * online_awareness
            # one may come forward when one first hears of a matter, and decides whenever one is asked
            for j in range(n):
                i = first + j
                hear[j] = uniform(keys[0], i, k)
                new = columns.knew[i] & bit == 0 and (
                    hear[j] < at_all + online * reached(rules, columns.age_band[i]) or columns.attended[i] != 0
                )
                perhaps[j] = columns.gave[i] & bit == 0 and (hear[j] < by_anyone or new)
            for q in range(picked(perhaps, n, which)):
                j = which[q]
                i = first + j
                asked = NEIGHBOUR if hear[j] < by_neighbour else (STAFF if hear[j] < by_anyone else NOBODY)
                belief, habit = np.float64(columns.belief[i]), np.float64(columns.habit[i])
                if columns.knew[i] & bit == 0:  # a new matter is a restart
                    belief = anew(rules, belief, np.float64(columns.first_belief[i]))
                    habit = anew(rules, habit, np.float64(columns.first_habit[i]))
                    renewed[j] = True
                columns.knew[i] |= bit
                need = felt_need(np.float64(columns.preferences[i, k]), board.quality[board.asset[b, k]])
                if asked == NOBODY:
                    initiative = rules.forward_base + rules.choice_need * need + drive(rules, columns, i, standing)
                    if not chooses(initiative, uniform(keys[0], i, CATEGORIES + k)):
                        continue
                faced[j] += 1
                kind = columns.schedule_type[i]
                laboratory = intention(columns, rules, i, belief, habit)
                noise = rules.sigma * responsiveness(rules, kind) * normal_from_uniform(uniform(keys[1], i, k))
                board.faced[b, 0] += 1.0
                board.faced[b, 2] += unit(laboratory + noise)
                if asked == NEIGHBOUR:
                    # whoever asks has given first: one full contribution seen, at its usual weight in forming beliefs
                    led = belief + rules.d2 * board.example[b, k] * (1.0 - belief)
                    laboratory = intention(columns, rules, i, led, habit)
                income = np.float64(columns.income[i])
                fair = board.fair[b, k] * income / board.income[b, k]
                yields = columns.owner[i] == 1 and board.land[b, k] == 1 and columns.total_land[i] < SPARE_GROUND
                labours = not yields and income < rules.hour_value * WORK_HOURS and board.labour[b, k] == 1
                spare = spare_means(rules, yields, labours, income, columns.free_time[i])
                situation = situation_of_giving(
                    rules, kind, need, columns.efficacy[i], columns.spirit[i], np.float64(columns.trust[i]), columns.fatigue[i],
                    np.float64(columns.familiarity[i]), asked, board.match[b, k], recognition, reward, sanction, hassle,
                    fair / max(1.0, spare),
                )  # fmt: skip
                # what is collected by force counts as given; only the rest is left to one's will
                share = max(0.0, unit(laboratory + situation + noise) - levy)
                if share < rules.smallest_act:
                    continue
                gift[j] += share / (1.0 - levy)
                board.faced[b, 1] += share
                board.faced[b, 3] += asked != NOBODY
                hand_over(columns, board, rules, b, k, i, share * fair, yields, labours)
                columns.acts[i] += 1
                columns.last_act[i, BUILD] = month
                columns.gave[i] |= bit
                columns.joint[i] = board.matter[b, k]
                board.new_givers[b, k] += 1
        seen = board.visibility[b]
        for q in range(picked(renewed, n, which)):
            i = first + which[q]
            columns.belief[i] = anew(rules, np.float64(columns.belief[i]), np.float64(columns.first_belief[i]))
            columns.habit[i] = anew(rules, np.float64(columns.habit[i]), np.float64(columns.first_habit[i]))
        for j in range(n):
            i = first + j
            columns.given[i] = gift[j] / faced[j] if faced[j] > 0 else -1.0
            perhaps[j] = faced[j] > 0 and columns.moved[i] == 0 and uniform(keys[2], i, 0) < seen
        for q in range(picked(perhaps, n, which)):
            columns.shown[first + which[q]] = columns.given[first + which[q]]
