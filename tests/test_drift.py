"""Do types drift, and how far does one experiment lie from the next: what is reported is what the kernels did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cogov_sim.experiments.drift import LABORATORY, QUANTITIES, types_drift
from cogov_sim.experiments.worlds import ARMS
from cogov_sim.lab import public_goods, repeated, strategy_method
from cogov_sim.lab.drift import TYPES, over_rounds, told
from cogov_sim.lab.session import subjects
from cogov_sim.lab.strategy import ENTRIES
from cogov_sim.language import UserError
from cogov_sim.report.laboratory import public_goods_figure
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.society.schedules import ScheduleType, draw_table_errors


def test_before_any_experience_it_is_the_strategy_method() -> None:
    before, _ = over_rounds(1, n=400, rng=3)
    shares = strategy_method(400, rng=3)["classified"].value_counts(normalize=True)
    assert {name: before[name] for name in TYPES} == pytest.approx(shares.reindex(TYPES).to_dict())
    assert (before["inclination"], before["halved"]) == (1.0, 0.0)


def test_without_drift_nothing_moves_and_with_most_of_it_inclinations_do() -> None:
    """At the most that settings allow, some give half of what they would have given: the report would show it."""
    before, after = over_rounds(30, n=400, behaviour=BehaviourSettings(schedule_drift=0.0))
    assert before == after
    before, after = over_rounds(30, n=400, behaviour=BehaviourSettings(schedule_drift=0.3))
    assert after["halved"] > 0.05 and after["at_half"] < before["at_half"]


def test_an_inclination_of_nothing_is_a_free_riders_table() -> None:
    people = subjects(300, 1)
    straight = np.zeros((300, ENTRIES))
    people.inclination[:] = 0.0
    assert told(people, straight)["free_rider"] == told(people, straight)["halved"] == 1.0
    erratic = told(people, draw_table_errors(people.schedule_type, ENTRIES, 1))
    assert erratic["free_rider"] == pytest.approx((people.schedule_type != ScheduleType.OTHER).mean(), abs=0.01)


@pytest.mark.usefixtures("compiled")
def test_the_field_is_asked_on_day_one_and_at_the_end() -> None:
    """The same people in both worlds on day one; after minus before."""
    found = types_drift(rounds=2, months=3, residents=400, seeds=2).set_index(["place", "quantity"])
    assert list(dict.fromkeys(found.index.get_level_values(0))) == [LABORATORY, *ARMS]
    assert found.loc[ARMS[0], "before"].equals(found.loc[ARMS[1], "before"])
    np.testing.assert_allclose(found["mean"], found["after"] - found["before"], atol=1e-12)
    shares = found["after"].unstack()[list(TYPES)].sum(axis=1)
    np.testing.assert_allclose(shares, 1.0)
    assert set(found.index.get_level_values(1)) == set(QUANTITIES)


@pytest.mark.usefixtures("compiled")
def test_the_command(cogov: Any, tmp_path: Path) -> None:
    asked = ["lab", "types", "--rounds", "2", "--months", "2", "--residents", "400", "--seeds", "2", "--out", tmp_path]
    code, out, _ = cogov(*asked)
    assert code == 0 and "搭便车者" in out and "free riders" in out and "co-governance" in out
    assert len(pd.read_csv(tmp_path / "types.csv")) == 3 * len(QUANTITIES)
    code, _, err = cogov("lab", "types", "--rounds", "0")
    assert code == 2 and "rounds = 0" in err


# ---------------------------------------------------------------- the band of the laboratory's figure


def band(table: pd.DataFrame, column: str = "contribution") -> np.ndarray:
    """Width of the middle 95 % by period."""
    ends = [table.groupby("period")[column].quantile(q).to_numpy() for q in (0.025, 0.975)]
    return np.asarray(ends[1] - ends[0])


@pytest.mark.slow
def test_the_band_is_how_far_experiments_lie_apart() -> None:
    """As wide as that of other people with other luck, and far wider than if 68 subjects were independent."""
    one, other = repeated(120), repeated(120, rng=10**6)
    assert one["experiment"].nunique() == 120 and set(one["period"]) == set(range(1, 11))
    np.testing.assert_allclose(band(one).mean(), band(other).mean(), rtol=0.2)
    given = public_goods(groups=300, rng=5).groupby("period")["contribution"].std().to_numpy() / 20.0
    independent = 2 * 1.96 * given / np.sqrt(68)
    assert band(one)[-1] > 2.0 * independent[-1] and band(one).mean() > 1.5 * independent.mean()
    axes = public_goods_figure(public_goods(groups=20), one).axes[0]
    (drawn,) = axes.collections
    path = drawn.get_paths()[0].vertices
    widths = [np.ptp(path[path[:, 0] == period, 1]) for period in range(1, 11)]
    np.testing.assert_allclose(widths, 100.0 * band(one))


def test_repeated_experiments_take_the_arguments_of_the_game() -> None:
    table = repeated(3, periods=4, matching="partners", forced=1.0)
    assert len(table) == 12 and table["contribution"].between(0.0, 1.0).all()
    assert repeated(2, rng=0, periods=2).equals(repeated(3, rng=0, periods=2).iloc[:4])
    with pytest.raises(UserError):
        repeated(0)
