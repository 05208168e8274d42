"""What residents do in stage 2, build: hear of a matter, be asked, give land, labour, money or nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import BUILD, CATEGORIES, STRANGER, Columns
from cogov_sim.agents.kernels.civic import answer_calls
from cogov_sim.agents.kernels.gift import SPARE_GROUND, anew, hand_over, intention, spare_means
from cogov_sim.agents.rules import (
    NEIGHBOUR,
    NOBODY,
    STAFF,
    TERMS_OF_GIVING,
    Rules,
    added_up,
    attention,
    chooses,
    drive,
    felt_need,
    landlords_need,
    largest,
    picked,
    reached,
    responsiveness,
    terms_of_giving,
    unit,
)
from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import I32, Key, Notes
from cogov_sim.draws import normal_from_uniform, uniform

WORK_HOURS = 170.0  # hours of paid work in a month, to value an hour of income
LEAST_MONEY = 10.0  # yuan in a month from which giving counts as taking part (design: model.md 9.4)
LEAST_HOURS = 1.0  # hours, the same
#: What may come of an open matter for a resident in a month.
NO_MATTER, UNHEARD, UNASKED, HAD_GIVEN, HELD_BACK, NOTHING, GAVE = range(7)
#: Entries of a note: outcome, matter, who asked, what is given (money, labour, land), share, fair share in yuan; what adds up to the
#: share before it is held within 0 and 1: the laboratory's part, the example of whoever asks, chance; the levy, taken off after that; and
#: ``TERMS_OF_GIVING``.
ENTRIES = 10 + len(TERMS_OF_GIVING)


@kernel(inline=True)
def note_reach(columns: Columns, row: Any, notes: Any, first: Any, n: Any, k: Any, matter: Any) -> None:
    """Note of those who are watched, as if nobody came to them, what they had to do with a matter before this month."""
    if row.shape[0] > 0:
        bit = np.uint16(1 << k)
        for j in range(n):
            i = first + j
            if row[i] >= 0:
                knew, gave = columns.knew[i] & bit != 0, columns.gave[i] & bit != 0
                notes[row[i], k, 0] = HAD_GIVEN if gave else (UNASKED if knew else UNHEARD)
                notes[row[i], k, 1] = matter


@kernel(inline=True)
def note_held_back(row: Any, notes: Any, i: Any, k: Any) -> None:
    """Note that resident ``i`` heard of a matter, and let it be."""
    if row.shape[0] > 0 and row[i] >= 0:
        notes[row[i], k, 0] = HELD_BACK


@kernel(inline=True)
def note_answer(
    row: Any, notes: Any, i: Any, k: Any, gave: Any, asked: Any, means: Any, share: Any, fair: Any, without: Any, example: Any,
    noise: Any, levy: Any, terms: Any,
) -> None:  # fmt: skip
    """Note what resident ``i`` gave to a matter, and what that is made of."""
    if row.shape[0] > 0 and row[i] >= 0:
        note = notes[row[i], k]
        note[0] = GAVE if gave else NOTHING
        note[2], note[3], note[4], note[5] = asked, means, share, fair
        note[6], note[7], note[8], note[9] = without, example, noise, -levy
        place = 10
        for term in terms:
            note[place] = term
            place += 1


@kernel
def give(
    b0: int, b1: int, month: int, columns: Columns, board: Board, rules: Rules, keys: tuple[Key, Key, Key, Key],
    row: I32, notes: Notes,
) -> None:  # fmt: skip
    """Each resident meets the open matters of the own units; those who are asked, or come forward, give a share of the fair share.
    Some are called to volunteer or to donate besides (``civic``).

    One gives once to a matter. One draw settles for each matter whether a neighbour asks, else staff ask, else one hears
    of it, else nothing; those who were at a meeting this month heard of all. Whoever has only heard of it comes forward
    by a choice of the own, once, or does nothing, which nobody takes for a refusal. A new matter is met with a belief part of the
    way back to the first one; what is believed of others in general moves by what is seen and by talk alone. Whoever moved in
    this month is not yet known, and shows nothing to anyone. The formulas are in ``rules``; docs/model, 'Contribution', explains them.

    Args:
        b0, b1, month, columns, board, rules: as for ``speak``.
        keys: keys of (HEAR, GIVE, SEEN, CALL).
        row: for each resident who is watched the row of ``notes``, -1 for all others; empty where nobody is.
        notes: float64 [rows, services, entries], what came of each open matter and why (``agents.explain``).
    """
    size = largest(b0, b1, board.first, board.last)
    hear, gift, faced, hours = np.empty(size), np.empty(size), np.empty(size, np.int64), np.empty(size)
    perhaps, which = np.empty(size, np.bool_), np.empty(size + 1, np.uint64)
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
            hours[j] = columns.hours[i]
            gift[j], faced[j] = 0.0, 0
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
            note_reach(columns, row, notes, first, n, k, board.matter[b, k])
            for q in range(picked(perhaps, n, which)):
                j = which[q]
                i = first + j
                asked = NEIGHBOUR if hear[j] < by_neighbour else (STAFF if hear[j] < by_anyone else NOBODY)
                belief, habit = np.float64(columns.belief[i]), np.float64(columns.habit[i])
                if columns.knew[i] & bit == 0:  # a new matter is a restart
                    belief = anew(rules, belief, np.float64(columns.first_belief[i]))
                    habit = anew(rules, habit, np.float64(columns.first_habit[i]))
                columns.knew[i] |= bit
                columns.told[i] = month
                need = felt_need(np.float64(columns.preferences[i, k]), board.quality[board.asset[b, k]])
                if asked == NOBODY:
                    initiative = rules.forward_base + rules.choice_need * need + drive(rules, columns, i, standing)
                    if not chooses(initiative, uniform(keys[0], i, CATEGORIES + k)):
                        note_held_back(row, notes, i, k)
                        continue
                faced[j] += 1
                kind = columns.schedule_type[i]
                laboratory = intention(columns, rules, i, belief, habit)
                without = laboratory
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
                terms = terms_of_giving(
                    rules, kind, landlords_need(rules, need, columns.lodgers[i]), columns.efficacy[i], columns.spirit[i], np.float64(columns.trust[i]), columns.fatigue[i],
                    np.float64(columns.familiarity[i]), asked, board.match[b, k], recognition, reward, sanction, hassle,
                    fair / max(1.0, spare),
                )  # fmt: skip
                # what is collected by force counts as given; only the rest is left to one's will
                share = max(0.0, unit(laboratory + added_up(terms) + noise) - levy)
                note_answer(
                    row, notes, i, k, share >= rules.smallest_act, asked, 2 * yields + labours, share, fair, without,
                    laboratory - without, noise, levy, terms,
                )  # fmt: skip
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
        answer_calls(columns, board, rules, b, month, keys[3], gift, faced, perhaps, which)
        for j in range(n):
            i = first + j
            enough = columns.spent[i] >= LEAST_MONEY or columns.hours[i] - hours[j] >= LEAST_HOURS
            columns.took_part[i] = month if enough else columns.took_part[i]
            columns.given[i] = gift[j] / faced[j] if faced[j] > 0 else -1.0
            perhaps[j] = faced[j] > 0 and columns.moved[i] == 0 and uniform(keys[2], i, 0) < seen
        for q in range(picked(perhaps, n, which)):
            columns.shown[first + which[q]] = columns.given[first + which[q]]
