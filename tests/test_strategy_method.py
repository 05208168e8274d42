"""The strategy method: what residents fill in, and the published classifier, on tables made by hand and against scipy."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from cogov_sim import lab
from cogov_sim.lab.session import subjects
from cogov_sim.lab.strategy import ENTRIES, TABLE, classify, trend
from cogov_sim.lab.targets import people, type_shares
from cogov_sim.language import UserError
from cogov_sim.society.schedules import ScheduleType, draw_table_errors, erratic_sd, schedule_at

CONDITIONAL, FREE_RIDER, HUMP, OTHER = ScheduleType
UP = np.arange(ENTRIES)
TENT = np.minimum(UP, 20 - UP)
JAGGED = np.array([12, 8, 8, 9, 9, 9, 10, 10, 10, 10, 12, 8, 11, 10, 10, 8, 9, 10, 12, 10, 10])
"""The mean table of the sample's others, in whole tokens."""
BY_HAND = {
    "as the others": (UP, CONDITIONAL),
    "half of the others": (UP // 2, CONDITIONAL),
    "one step at the end": (np.where(UP == 20, 1, 0), CONDITIONAL),
    "one step at the start": (np.where(UP == 0, 19, 20), CONDITIONAL),
    "rising, with slips": (np.clip(UP + np.where(UP % 3 == 0, -2, 1), 0, 20), CONDITIONAL),
    "a hump far to the right": (np.where(UP < 17, UP, 34 - UP), CONDITIONAL),  # Spearman's rho is still significant
    "never": (np.zeros(ENTRIES, int), FREE_RIDER),
    "a tent": (TENT, HUMP),
    "a low tent with a flat top": (np.minimum(TENT, 6), HUMP),
    "a tent with slips": (np.clip(TENT + np.where(UP % 4 == 1, -1, 0), 0, 20), HUMP),
    "always everything": (np.full(ENTRIES, 20), OTHER),
    "always the same": (np.full(ENTRIES, 7), OTHER),
    "as little as the others give much": (20 - UP, OTHER),
    "jagged": (JAGGED, OTHER),
    "one slip of a free rider": (np.where(UP == 10, 3, 0), OTHER),
    "a valley": (10 - TENT, OTHER),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_classifier_on_tables_made_by_hand(name: str) -> None:
    table, kind = BY_HAND[name]
    assert ScheduleType(classify(table[None])[0]) == kind


def test_all_tables_at_once_are_classified_like_one_by_one() -> None:
    tables = np.array([table for table, _ in BY_HAND.values()])
    assert classify(tables).tolist() == [kind for _, kind in BY_HAND.values()]
    assert classify(np.zeros((0, ENTRIES))).shape == (0,)


@pytest.mark.parametrize("entries", [3, 8, ENTRIES])
def test_trend_is_scipys_spearman_at_one_per_cent(entries: int) -> None:
    """No luck: fixed tables, half of them with a drift so that all outcomes occur."""
    generator = np.random.default_rng(5)
    drift = np.repeat([0.0, 0.4, -0.4], 200)[:, None] * np.arange(entries)
    tables = np.rint(np.clip(5.0 + drift + 3.0 * generator.standard_normal((600, entries)), 0, 20))
    found = [spearmanr(np.arange(entries), table) if np.ptp(table) else None for table in tables]
    expected = [0 if test is None or test.pvalue >= 0.01 else np.sign(test.statistic) for test in found]
    assert trend(tables).tolist() == expected
    assert entries == 3 or set(expected) == {-1, 0, 1}


def test_short_and_constant_tables_have_no_trend() -> None:
    assert trend(np.array([[0, 5]])).tolist() == [0]
    assert trend(np.full((2, ENTRIES), 4)).tolist() == [0, 0]


def test_tables_follow_the_schedules_that_residents_give_by() -> None:
    """Whole tokens of what ``schedule_at`` says, but for others, whose entries stray by the drawn errors."""
    tables = lab.strategy_method(500, rng=3)
    given = tables[TABLE].to_numpy()
    drawn = subjects(500, 3)
    straight = np.stack(
        [
            schedule_at(drawn.schedule_type, drawn.schedule_intercept, drawn.schedule_slope, k / 20)
            for k in range(ENTRIES)
        ],
        axis=1,
    )
    straight = np.clip(straight + draw_table_errors(drawn.schedule_type, ENTRIES, 3), 0.0, 1.0)
    assert np.abs(given - 20.0 * straight).max() <= 0.5 + 1e-5
    assert given.dtype == np.int64
    assert given.min() == 0
    assert given.max() == 20
    assert (tables["type"].cat.codes.to_numpy() == drawn.schedule_type).all()
    assert (tables.loc[tables["type"] == "free_rider", TABLE] == 0).all(axis=None)


def test_erratic_entries_come_from_the_mean_table_of_others() -> None:
    """Five others in the sample; the mean of five tables strays from its line by 1.29 tokens, one by sqrt(5) times that."""
    assert 20.0 * erratic_sd() == pytest.approx(1.2927 * np.sqrt(5), abs=1e-3)
    errors = draw_table_errors(np.repeat(np.array([OTHER, CONDITIONAL], np.int8), 500), ENTRIES, 1)
    assert errors[:500].std() == pytest.approx(erratic_sd(), rel=0.05)  # of 10,500 draws: 7 standard errors
    assert not errors[500:].any()
    assert abs(np.corrcoef(errors[:500, 0], errors[:500, 1])[0, 1]) < 0.2


def test_without_their_jagged_entries_most_others_would_pass_for_conditional_or_flat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Why the errors are there: lines with a slight rise are monotonic, so half of the others would be lost (fixed seed)."""
    erratic = lab.strategy_method(4000, rng=1)
    monkeypatch.setattr(
        "cogov_sim.lab.strategy.draw_table_errors", lambda types, entries, _: np.zeros((len(types), entries))
    )
    straight = lab.strategy_method(4000, rng=1)
    kept = [(frame.loc[frame["type"] == "other", "classified"] == "other").mean() for frame in (erratic, straight)]
    assert kept[0] > 0.85
    assert kept[1] < 0.6


def test_same_seed_same_tables_and_the_same_people_as_in_the_game() -> None:
    tables = lab.strategy_method(40, rng=7)
    pd.testing.assert_frame_equal(tables, lab.strategy_method(40, rng=7))
    assert not tables.equals(lab.strategy_method(40, rng=8))
    game = lab.public_goods(groups=10, periods=1, rng=7).sort_values("member")
    assert game["type"].tolist() == tables["type"].tolist()


def test_a_thousand_tables_take_well_under_a_second() -> None:
    lab.strategy_method(10)
    start = time.perf_counter()
    lab.strategy_method(1000)
    assert time.perf_counter() - start < 0.7


def test_shares_are_those_of_people() -> None:
    """T4 with 20,000 subjects; the standard error of a share is 0.4 points, its tolerance 5 points."""
    assert np.abs(type_shares(lab.strategy_method(20_000, rng=11)) - people().types).max() < 0.05


@pytest.mark.parametrize(
    ("n", "rng"), [(0, 0), (-3, 0), (2.5, 0), (True, 0), ("x", 0), (10**7, 0), (10, -1), (10, 0.5)]
)
def test_bad_input_gets_a_clear_sentence(n: object, rng: object) -> None:
    with pytest.raises(UserError, match="is not allowed; allowed: whole numbers"):
        lab.strategy_method(n, rng)  # type: ignore[arg-type]
