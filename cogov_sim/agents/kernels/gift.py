"""What giving is made of wherever one gives: what one would give but for the situation, what one has to spare, handing over."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import Columns
from cogov_sim.agents.rules import Rules, laboratory_response, own_schedule, unit
from cogov_sim.compiled import kernel

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
