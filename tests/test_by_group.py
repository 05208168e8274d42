"""Who bears it, and where: groups of residents, whose rows add up to the whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from cogov_sim import Scenario
from cogov_sim.agents.kernels import YEAR
from cogov_sim.cli import app
from cogov_sim.experiments import Comparison
from cogov_sim.experiments.comparison import World
from cogov_sim.experiments.execute import simulate
from cogov_sim.language import Text
from cogov_sim.measures.groups import BY, PEOPLE, QUANTITIES, column

pytestmark = pytest.mark.usefixtures("compiled")

SIZE = ["--seeds", "2", "--months", "14", "--residents", "1500"]


@pytest.fixture(scope="module")
def run() -> pd.DataFrame:
    """One run of co-governance, as a comparison keeps it."""
    return simulate(
        Scenario.load("co_governance", changes=["society.preset=miniature", "society.residents=2000"]), 1, 18
    )


@pytest.mark.parametrize("by", BY)
def test_groups_add_up_to_the_whole(run: pd.DataFrame, by: str) -> None:
    """Everybody is in one group; hours, money with land, and satisfaction of all groups together are those of the measures."""
    late, n = run.tail(YEAR), len(BY[by].groups)
    people = late[[column(by, g, PEOPLE) for g in range(n)]].to_numpy()
    assert (people.sum(axis=1) == 2000).all()
    for quantity, measure in (("hours", "residents_hours"), ("satisfaction", "satisfaction")):
        each = late[[column(by, g, quantity) for g in range(n)]].to_numpy()
        np.testing.assert_allclose(np.nansum(each * people, axis=1) / 2000, late[measure], rtol=1e-5)
    yuan = np.nansum(late[[column(by, g, "yuan") for g in range(n)]].to_numpy() * people, axis=1) / 2000
    land = late["residents_land"] * Scenario.load("co_governance").services.land_value
    # ground counts to a hundredth of a square metre
    np.testing.assert_allclose(yuan, late["residents_money"] + land, rtol=1e-3)


def test_money_is_a_share_of_income_and_the_fifths_are_fifths(run: pd.DataFrame) -> None:
    late = run.tail(YEAR)
    assert all((late[column("income", g, PEOPLE)] == 400).all() for g in range(5))
    shares = late[[column("income", g, "money") for g in range(5)]].mean()
    assert ((shares > 0.0) & (shares < 0.1)).all()


def test_only_the_last_year_is_looked_at_and_no_group_is_a_measure(run: pd.DataFrame) -> None:
    name = column("kind", 0, "hours")
    assert run[name].isna().sum() == 18 - YEAR and run[name].notna().sum() == YEAR
    short = simulate(Scenario.load("government_run", changes=["society.residents=1000"]), 1, 3)
    assert len(short) == 3 and short[column("owner", 1, "satisfaction")].notna().all()


def test_the_command_shows_and_keeps_them(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(
        app, ["compare", "government_run", "co_governance", *SIZE, "--by", "income", "--out", str(out)]
    )
    assert done.exit_code == 0 and BY["income"].groups[0].en in done.output
    kept, comparison = pd.read_csv(out / "by_group.csv"), Comparison.load(out)
    assert set(kept["by"]) == set(BY) and set(kept["quantity"]) == set(QUANTITIES)
    assert not any("." in name for name in comparison.measures)
    table = comparison.by("income")
    assert len(table) == 5 * 4 and (table["scenario"] == "co_governance").all() and (table["n"] == 2).all()
    poorest = table.iloc[0]
    assert poorest["mean"] == pytest.approx(poorest["scenario_mean"] - poorest["baseline_mean"])
    swapped = comparison.by("income", baseline="co_governance")
    assert swapped["mean"].tolist() == pytest.approx((-table["mean"]).tolist())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_no_way_to_tell_residents_apart_is_one_sentence(tmp_path: Path, language: str) -> None:
    out = tmp_path / "out"
    words = ["--lang", language, "compare", "government_run", "co_governance", *SIZE, "--by", "sex", "--out", str(out)]
    done = subprocess.run([sys.executable, "-m", "cogov_sim", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and not out.exists(), "nothing was run"
    assert "sex" in done.stderr and all(by in done.stderr for by in BY) and "Traceback" not in done.stderr
    assert ("允许" in done.stderr) == (language == "zh")


def test_a_measure_with_a_dot_in_its_name_stays_a_measure() -> None:
    worlds = [World(name, Text(name, name), name) for name in ("a", "b")]
    rows = [[w.name, w.name, "code", s, 2, m, 1.0, 2.0] for w in worlds for s in (1, 2) for m in (1, 2)]
    names = ["scenario", "fingerprint", "code", "seed", "months", "month", "acts.head", column("income", 0, "hours")]
    assert Comparison(worlds, [1, 2], 2, pd.DataFrame(rows, columns=names)).measures == ["acts.head"]
