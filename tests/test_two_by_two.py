"""Four worlds that differ in two things: main effects and interaction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from cogov_sim import Scenario
from cogov_sim.cli import app
from cogov_sim.experiments import Comparison
from cogov_sim.experiments.comparison import World
from cogov_sim.experiments.two_by_two import (
    EFFECTS,
    FIRST,
    FIRST_ALONE,
    INTERACTION,
    SECOND,
    SECOND_ALONE,
    TOGETHER,
    square,
)
from cogov_sim.language import Text

GOOD = {"charter", "deburdening", "disclosure", "mediation", "one_stop_service"}
FOUR = ("government_run", "good_government", "co_governance_plain", "co_governance")


def _world(name: str, *institutions: str, common: str = "same", strength: str = "as shipped") -> World:
    return World(name, Text(name, name), name, institutions=dict.fromkeys(institutions, strength), common=common)


def _comparison(worlds: list[World], values: dict[str, list[float]]) -> Comparison:
    rows = [
        [world.name, world.fingerprint, "code", seed, 12, month, values[world.name][seed]]
        for world in worlds for seed in range(len(values[world.name])) for month in range(1, 13)
    ]  # fmt: skip
    runs = pd.DataFrame(rows, columns=["scenario", "fingerprint", "code", "seed", "months", "month", "satisfaction"])
    return Comparison(worlds, list(range(len(rows) // (12 * len(worlds)))), 12, runs)


def test_the_four_reference_worlds_differ_in_who_decides_and_in_administration() -> None:
    poor, good, plain, whole = (set(Scenario.load(name).institutions) for name in FOUR)
    assert good - poor == whole - plain == GOOD and not poor - good and not plain - whole
    assert plain - poor == whole - good and poor - plain == good - whole == {"campaign_promises", "top_down_assessment"}


def test_a_two_by_two_is_found_whatever_the_order() -> None:
    a, b, c, d = _world("a", "x"), _world("b", "x", "y"), _world("c", "z"), _world("d", "z", "y")
    assert square([a, b, c, d]) == (a, b, c, d)
    assert square([a, d, c, b]) == (a, c, b, d)
    assert square([d, a, b, c]) == (d, b, c, a)
    assert square([a, b, c]) is None
    assert square([a, b, c, _world("e", "z")]) is None
    assert square([a, b, b, a]) is None, "the same step twice is none"
    assert square([a, b, c, _world("d", "z", "y", common="other")]) is None, "another envelope, or other people"
    assert square([a, b, c, _world("d", "z", "y", strength="half")]) is None, "an institution with other settings"
    assert square([World(name, Text(name, name), name) for name in "abcd"]) is None, "a folder of before"


def test_effects_are_what_they_are_defined_to_be() -> None:
    """By hand, with chance of its own in one world: 10 for the first, 4 for the second, 3 more where both are."""
    worlds = [_world("a", "x"), _world("b", "x", "y"), _world("c", "z"), _world("d", "z", "y")]
    luck, own = [0.0, 1.0, 5.0], [-2.0, 0.0, 2.0]
    values = {"a": luck, "b": [10.0 + u for u in luck], "c": [4.0 + u for u in luck],
              "d": [17.0 + u + v for u, v in zip(luck, own, strict=True)]}  # fmt: skip
    table = _comparison(worlds, values).two_by_two().set_index("effect")
    assert table["mean"].to_dict() == {
        FIRST: 11.5, SECOND: 5.5, INTERACTION: 3.0, FIRST_ALONE: 10.0, SECOND_ALONE: 4.0, TOGETHER: 17.0,
    }  # fmt: skip
    assert list(table.index) == list(EFFECTS) and (table["n"] == 3).all()
    half = (table["high"] - table["low"]) / 2.0
    t = 4.3027 * 2.0 / np.sqrt(3.0)  # two degrees of freedom; the standard deviation of the own chance is 2
    assert half[INTERACTION] == pytest.approx(t, rel=1e-3) and half[TOGETHER] == pytest.approx(t, rel=1e-3)
    assert half[FIRST] == pytest.approx(t / 2.0, rel=1e-3), "in half of the effect"
    assert half[FIRST_ALONE] == 0.0, "the luck that all worlds share cancels out"


def test_what_is_alone_and_what_is_more_add_up() -> None:
    """In the shipped numbers, too; and with publicity, all together is the difference of the two worlds as they are."""
    docs = Path(__file__).parents[1] / "docs"
    wide = pd.read_csv(docs / "two_by_two.csv").pivot_table(
        index=["variant", "measure"], columns="effect", values="mean"
    )
    np.testing.assert_allclose(wide[FIRST_ALONE] + wide[SECOND_ALONE] + wide[INTERACTION], wide[TOGETHER], atol=1e-9)
    pairs = pd.read_csv(docs / "headlines.csv").set_index(["variant", "measure"])["difference"]["as they are"]
    with_publicity = wide.loc["with publicity", TOGETHER]
    np.testing.assert_allclose(with_publicity, pairs[with_publicity.index], atol=1e-9)


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_the_command_prints_and_keeps_them(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["compare", *FOUR, "--seeds", "2", "--months", "3", "--residents", "1000", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0 and ("Two by two" in done.output or "二乘二" in done.output)
    table = pd.read_csv(tmp_path / "out" / "two_by_two.csv")
    assert set(table["effect"]) == set(EFFECTS) and {"probe_giving", "satisfaction"} <= set(table["measure"])
    again = Comparison.load(tmp_path / "out")
    pd.testing.assert_frame_equal(again.two_by_two(), table[again.two_by_two().columns], check_dtype=False)
    runs = again.by_seed().xs("government_run", level="scenario")
    both = again.by_seed().xs("co_governance", level="scenario")
    assert (runs["probe_giving"] != both["probe_giving"]).any()
    other = CliRunner().invoke(
        app,
        ["compare", *FOUR[:2], "--seeds", "2", "--months", "2", "--residents", "1000", "--out", str(tmp_path / "two")],
    )
    assert other.exit_code == 0 and not (tmp_path / "two" / "two_by_two.csv").exists()
