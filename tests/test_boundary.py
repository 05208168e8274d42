"""Where co-governance stops winning: planes, what is contested, their figures, and the command."""

from __future__ import annotations

import functools
import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text as Drawn

from cogov_sim import Scenario
from cogov_sim.checks import interval
from cogov_sim.experiments.boundary import (
    FREE_RIDERS,
    TRUST,
    Axis,
    axis,
    cell_changes,
    check_measures,
    plane,
    sentence,
)
from cogov_sim.experiments.headlines import BENEFITS, HEADLINES, differences, state
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import ARMS, CO, GOVERNMENT, Design, arms
from cogov_sim.language import Text, UserError
from cogov_sim.measures.definitions import BY_NAME, MEASURES
from cogov_sim.report import fonts
from cogov_sim.report.fonts import characters
from cogov_sim.report.plane import plane_figure
from cogov_sim.report.ranges import ranges_figure
from cogov_sim.validation.contested import CONTESTED, scan, sign_ranges
from cogov_sim.validation.regions import REGIONS, region_cells, region_table

WORLDS = [Scenario.load(name) for name in ARMS]
SIX = Design(seeds=6, months=14)
NAME = Text("co-governance", "互动共治")


def crossing(scenario: Any, seed: int, months: int) -> pd.DataFrame:
    """A stand-in for the model: co-governance gains trust - free riders - 0.05 in satisfaction, and loses as much in
    performance; chance is common to both worlds but for a thousandth.
    """
    society, wd = scenario.society, scenario.behaviour.disconfirmation_weight
    gain = (society.initial_trust - society.free_rider_share - 0.05) * (CO in scenario.name)
    luck = np.random.default_rng(seed).normal() + 0.001 * np.random.default_rng([seed, CO in scenario.name]).normal()
    frame = pd.DataFrame({"month": range(1, months + 1)} | {m.name: luck for m in MEASURES})
    frame["satisfaction"] += gain + (wd - 1.0) * (CO in scenario.name) * (wd != 0.4)
    frame["performance"] -= gain
    frame["trust"] = math.nan
    return frame


def noted(folder: Path, scenario: Any, seed: int, months: int) -> pd.DataFrame:
    """As ``crossing``; leaves a file for every time it is called."""
    (folder / f"{scenario.fingerprint}-{seed}").touch(exist_ok=False)
    return crossing(scenario, seed, months)


def of(key: str, spread: str) -> Axis:
    return axis(key, spread, WORLDS)


X, Y = of(FREE_RIDERS, "0:0.75:4"), of(TRUST, "0.1:0.85:4")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """A plane of the stand-in; to be looked at only."""
    return plane(X, Y, Design(seeds=6, months=14, simulate=crossing))


# ---------------------------------------------------------------- planes


def test_a_plane_finds_a_known_crossing(table: pd.DataFrame) -> None:
    """Differences are 50 and more times their chance; every cell must be on its true side of trust = riders + 0.05."""
    for measure, side in (("satisfaction", 1), ("performance", -1)):
        rows = table[table["measure"] == measure]
        true = side * (rows["y"] - rows["x"] - 0.05)
        assert len(rows) == 16
        assert (rows["state"] == np.where(true > 0, "wins", "loses")).all()
        assert np.allclose(rows["mean"], true, atol=0.005)
        assert ((rows["low"] < true) & (true < rows["high"])).mean() > 0.7
    assert set(table.loc[table["measure"] == "trust", "state"]) == {"no data"}
    assert set(table.loc[table["measure"] == "participation", "state"]) == {"open"}
    assert set(HEADLINES) == set(table["measure"])


def test_the_sentence_says_where_it_loses(table: pd.DataFrame) -> None:
    said = sentence(table, "satisfaction", X, Y, NAME)
    assert "of 16 cells co-governance wins 10, loses 6" in said.en
    assert "share of free riders in 0.25 to 0.75" in said.en
    assert "落后 6 格" in said.zh and "搭便车者比例" in said.zh
    one_side = table[table["y"] > 0.8]
    assert "everywhere" in sentence(one_side, "satisfaction", X, Y, NAME).en
    assert "未定 16 格" in sentence(table, "participation", X, Y, NAME).zh
    assert "16 have no data" in sentence(table, "trust", X, Y, NAME).en


def test_states() -> None:
    assert state("satisfaction", 1, 0.5, 1.5) == "wins" and state("violations_per_1000", 1, 0.5, 1.5) == "loses"
    assert state("satisfaction", 1, -0.5, 2.5) == "open" and state("satisfaction", math.nan, 0, 0) == "no data"
    assert state("satisfaction", -1, math.nan, math.nan) == "loses", "one seed: its sign alone"
    assert state("outlay_per_head", 1, 0.5, 1.5) == "more" and state("residents_hours", -1, -1.5, -0.5) == "less"
    assert state("government_share", -1, -1.5, -0.5) == "less", "what settings fix neither wins nor loses"
    assert {BY_NAME[name].better for name in BENEFITS} == {1, -1} and set(HEADLINES) - set(BENEFITS) == {
        "outlay_per_head",
        "residents_hours",
    }


def test_a_measure_without_a_better_side_is_more_or_less(table: pd.DataFrame) -> None:
    """In the sentence and the map; the command refuses it, for it asks where a world stops winning."""
    rows = table.assign(state=np.where(table["state"] == "open", "more", table["state"]))
    said = sentence(rows, "outlay_per_head", X, Y, NAME)
    assert "16 more" in said.en and "较多 16 格" in said.zh and "win" not in said.en
    with pytest.raises(UserError):
        check_measures(["outlay_per_head"])
    (mesh,) = [
        one for one in plane_figure(table, ("outlay_per_head",)).axes[0].collections if one.get_array() is not None
    ]
    assert not mesh.get_array().any(), "no colour"


def test_maps_of_one_unit_have_one_scale_of_colours(table: pd.DataFrame) -> None:
    axes = plane_figure(table, ("performance", "spirit", "satisfaction")).axes
    full = [one.collections[0].get_clim() for one in axes]
    assert full[0] == full[1] and all("full colour: ±" in one.get_title(loc="left") for one in axes)


def test_intervals() -> None:
    mean, low, high = interval([1.0, 2.0, 3.0, math.nan])
    assert (
        mean == 2.0 and high - 2.0 == pytest.approx(4.303 / math.sqrt(3), abs=1e-3) and low == pytest.approx(4.0 - high)
    )
    assert math.isnan(interval([1.0])[1]) and math.isnan(interval([])[0])


def test_free_riders_take_the_place_of_conditional_cooperators_then_of_all_others() -> None:
    for share in (0.0, 0.229, 0.5, 0.9, 1.0):
        society = Scenario.load(CO, changes=cell_changes({FREE_RIDERS: share})).society
        rest = 1.0 - society.free_rider_share - society.conditional_cooperator_share - society.hump_share
        assert society.free_rider_share == share and rest > -1e-9
        if share < 0.779:
            assert society.hump_share == 0.121 and rest == pytest.approx(0.1)
    assert cell_changes({FREE_RIDERS: 0.3, "society.hump_share": 0.1}) == [
        f"{FREE_RIDERS}=0.3",
        "society.hump_share=0.1",
    ]


def test_an_institutions_parameter_reaches_only_worlds_that_have_it() -> None:
    """Setting it elsewhere would switch the institution on."""
    worlds = arms({"c": ["institutions.award_grant.match_rate=1.0", "government.envelope=20"]}, SIX)
    government, co = worlds[f"c | {GOVERNMENT}"], worlds[f"c | {CO}"]
    assert "award_grant" not in government.institutions and co.institutions["award_grant"].match_rate == 1.0
    assert government.government.envelope == co.government.envelope == 20


def test_worlds_with_the_same_settings_run_once(tmp_path: Path) -> None:
    done = tmp_path / "done"
    done.mkdir()
    counted = functools.partial(noted, done)
    cells = {"a": ["government.envelope=14.0"], "b": ["behaviour.spirit_rate=0.004"], "c": ["government.envelope=15.0"]}
    design = Design(seeds=3, months=14, simulate=counted, out=tmp_path / "runs")
    first = differences(run(arms(cells, design), design), cells)
    assert len(list(done.iterdir())) == 12, "two cells are the shipped one"
    more = Design(seeds=4, months=14, simulate=counted, out=tmp_path / "runs")
    differences(run(arms(cells, more), more), cells)
    assert len(list(done.iterdir())) == 16, "a kept run is not done again"
    a, b = (first[first["cell"] == cell].drop(columns="cell").reset_index(drop=True) for cell in "ab")
    assert a.equals(b)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--x", "society.freerider_share"], ("society.freerider_share", "society.free_rider_share")),
        (["--x", "nonsense"], ("nonsense", "cogov show")),
        (["--x", "society.preset"], ("society.preset",)),
        (["--x", "society.residents"], ("society.residents", "from:to:count")),
        (["--x-range", "0:2:3"], ("society.free_rider_share = 2", "0 to 1")),
        (["--y-range", "0.5"], ("society.initial_trust", "0.5", "from:to:count")),
        (["--y-range", "0.9:0.1:3"], ("0.9:0.1:3", "rising")),
        (["--y-range", "0:nan:3"], ("0:nan:3",)),
        (["--x-range", "0:1:1000"], ("0:1:1000", "101")),
        (["--x", TRUST], (TRUST, "different")),
        (["--measure", "happiness"], ("happiness", "satisfaction")),
        (["--measure", "hours_service"], ("hours_service", "satisfaction")),
        (["--measure", "residents_hours"], ("residents_hours", "satisfaction")),
        (["--seeds", "0"], ("seeds = 0", "1 to")),
        (["--months", "0"], ("months = 0",)),
        (["--residents", "5"], ("residents = 5", "200")),
        (["--worlds", "government_run", "utopia"], ("utopia", "co_governance")),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(cogov: Any, arguments: list[str], named: tuple[str, ...]) -> None:
    code, out, err = cogov("--lang", "en", "boundary", *arguments)
    assert code == 2 and out == "" and err.count("\n") == 1 and "Traceback" not in err
    assert all(word in err for word in named), err
    code, _, chinese = cogov("--lang", "zh", "boundary", *arguments)
    assert code == 2 and chinese != err and any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


def test_shares_that_sum_to_more_than_one_are_refused() -> None:
    x, y = of("society.conditional_cooperator_share", "0.5:0.9:2"), of("society.free_rider_share", "0.2:0.5:2")
    with pytest.raises(UserError) as refused:
        plane(x, y, Design(seeds=1, months=1, residents=300))
    assert "sum to 1.1" in refused.value.text.en and "之和为 1.1" in refused.value.text.zh


def test_whole_numbers_stay_whole() -> None:
    values = of("organisations.supporters", "0:3:7").values
    assert values == (0, 1, 2, 3) and all(isinstance(value, int) for value in values)


# ---------------------------------------------------------------- the command


@pytest.mark.slow
def test_a_tiny_plane_from_the_command_line(cogov: Any, compiled: None, tmp_path: Path) -> None:
    out = tmp_path / "plane"
    asked = ["boundary", "--x-range", "0.2:0.9:2", "--y-range", "0.1:0.6:2", "--seeds", "2", "--months", "13"]
    asked += ["--residents", "300", "--out", out]
    code, said, _ = cogov("--lang", "en", *asked)
    assert code == 0 and said.count("\n") == 3 and said.startswith("satisfaction: ")
    table = pd.read_csv(out / "plane.csv")
    assert set(zip(table["x"], table["y"], strict=True)) == {(0.2, 0.1), (0.9, 0.1), (0.2, 0.6), (0.9, 0.6)}
    assert (table["low"] <= table["mean"])[table["low"].notna()].all() and set(table["measure"]) == set(HEADLINES)
    assert (out / "plane.png").read_bytes().startswith(b"\x89PNG")
    parts = sorted(path.name for path in (out / "cells" / "runs").iterdir())
    code, again, err = cogov("--lang", "en", *asked)
    assert (code, again) == (0, said) and "runs" not in err.split("written")[0]
    assert sorted(path.name for path in (out / "cells" / "runs").iterdir()) == parts
    code, _, err = cogov("--lang", "en", *asked, "--x-range", "0.2:0.8:2")
    assert code == 2 and "another plane" in err
    assert json.loads((out / "manifest.json").read_text())["kind"] == "boundary"


def test_a_strangers_folder_is_left_alone(cogov: Any, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    code, _, err = cogov("boundary", "--out", tmp_path)
    assert code == 2 and str(tmp_path) in err and [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


# ---------------------------------------------------------------- what is contested


@pytest.fixture(scope="module")
def contested() -> pd.DataFrame:
    """A scan of the stand-in, whose gain in satisfaction turns with wD; to be looked at only."""
    return scan(CONTESTED, Design(seeds=6, months=14, simulate=crossing))


def test_every_contested_constant_is_scanned_over_all_that_is_allowed(contested: pd.DataFrame) -> None:
    assert set(contested["measure"]) == set(HEADLINES)
    for key, values in CONTESTED.items():
        rows = contested[(contested["key"] == key) & (contested["measure"] == "spirit")]
        assert set(values) < set(rows["value"]) and rows["shipped"].sum() == 1
        section, _, field = key.partition(".")
        own = type(getattr(WORLDS[0], section))
        meaning = own.meaning(field)
        assert (meaning.low, meaning.high) == (rows["value"].min(), rows["value"].max()) == (values[0], values[-1])
        assert float(rows.loc[rows["shipped"], "value"].iloc[0]) == getattr(getattr(WORLDS[0], section), field)


def test_the_range_over_which_a_sign_holds_ends_where_it_turns(contested: pd.DataFrame) -> None:
    """The stand-in gains 0.271 at the shipped 0.4, and wD - 0.729 elsewhere."""
    ranges = sign_ranges(contested).set_index(["key", "measure"])
    turning = ranges.loc[("behaviour.disconfirmation_weight", "satisfaction")]
    assert (turning["state"], turning["low"], turning["high"], turning["whole"]) == ("wins", 0.4, 2.0, False)
    assert turning["turns"] == [0.0, 0.1, 0.2]
    steady = ranges.loc[("government.rush_efficiency", "performance")]
    assert (steady["state"], steady["low"], steady["high"], steady["whole"], steady["turns"]) == (
        "loses",
        0,
        1,
        True,
        [],
    )
    nothing = ranges.loc[("government.rush_efficiency", "participation")]
    assert nothing["state"] == "open" and math.isnan(nothing["low"]) and not nothing["whole"]


# ---------------------------------------------------------------- figures


def test_figures_show_every_cell_and_have_every_glyph(table: pd.DataFrame, contested: pd.DataFrame) -> None:
    maps, ranges = plane_figure(table, ("satisfaction", "trust")), ranges_figure(contested)
    assert len(maps.axes) == 2 and len(maps.axes[0].texts) == 16 and "无数据" in maps.axes[1].texts[0].get_text()
    assert len(ranges.axes) == len(CONTESTED) * len(HEADLINES)
    for figure in (maps, ranges):
        assert figure.png(50).startswith(b"\x89PNG")
        written = {sign for text in figure.findobj(Drawn) for sign in text.get_text()}
        assert not {sign for sign in written - {"\n"} if ord(sign) not in characters()}


def test_the_map_of_a_world_with_a_rare_name_says_what_is_missing(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_said", set())
    rare = table.assign(x_label="\ue002")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", fonts.MissingCharacters)
        plane_figure(rare, ("trust",), Text("\ue003", "\ue004")).png(40)
    assert fonts._said == {"\ue002", "\ue003", "\ue004"}


# ---------------------------------------------------------------- regions


def test_regions_are_tested_at_a_level_that_they_share(table: pd.DataFrame) -> None:
    """The stand-in loses satisfaction where trust is low or free riders are many, and nowhere by chance."""
    design = Design(seeds=6, months=14, simulate=crossing)
    found = region_table(run(arms(region_cells(), design), design))
    lost = found[found["surely"] & (found["measure"] == "satisfaction")]
    assert set(lost["region"]) == {"free_riders", "low_trust", "low_trust_and_spirit"}
    assert len(found) == 12 * len(BENEFITS) and set(found["region"]) == set(REGIONS)
    assert len(region_cells(short=True)) == len(REGIONS)


@pytest.mark.slow
def test_n6_there_is_a_region_where_co_governance_loses(compiled: None) -> None:
    """Where large shocks are frequent trust in the government falls: more is asked for than can be answered.

    A one-sided paired t-test over 8 seeds at 1 %: without an effect this would pass by chance once in 100. (Region and measure are
    those that row N6 of the validation found; with nine in ten free riders services got worse, too, before runs began with a history.)
    """
    cells = {"shocks": cell_changes({"services.shock_rate": 0.06, "services.shock_size": 0.7})}
    design = Design(seeds=8, residents=6000, months=36)
    found = differences(run(arms(cells, design), design), cells, ["trust"])
    assert (found["state"] == "loses").all() and (found["p"] / 2.0 < 0.01).all()
