"""What a comparison says, and the workers that do its runs, with a stand-in for the model: fast and exact."""

import functools
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from stand_ins import A, B, quick, stand_in, world

from cogov_sim.language import UserError

pytestmark = pytest.mark.usefixtures("no_figures")

REPOSITORY = Path(__file__).parents[1]


def dying_once(marker, scenario, seed, months):
    """As ``stand_in``; the first time seed 3 comes, the process is killed."""
    if seed == 3 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return stand_in(scenario, seed, months)


# ---------------------------------------------------------------- what a comparison says


def test_same_seeds_in_every_world():
    runs = quick().runs
    assert runs.groupby("scenario")["seed"].unique().map(list).to_dict() == {
        "a": [1, 2, 3, 4],
        "b": [1, 2, 3, 4],
    }
    assert runs.groupby(["scenario", "seed"])["month"].agg(list).map(lambda m: m == list(range(1, 16))).all()


def test_summary_is_the_t_interval_over_seeds():
    comparison = quick(seeds=[5, 7, 11])
    row = comparison.summary(window=3).set_index(["scenario", "measure"]).loc[("b", "trust")]
    values = [stand_in(B, seed, 15)["trust"].tail(3).mean() for seed in (5, 7, 11)]
    low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    np.testing.assert_allclose([row["mean"], row["low"], row["high"]], [np.mean(values), low, high])
    assert (row["n"], row["unit"]) == (3, "0-1")


def test_paired_differences_are_by_seed_and_narrower_than_the_worlds_apart():
    table = quick().paired().set_index("measure")
    expected = [stand_in(B, s, 15)["trust"].mean() - stand_in(A, s, 15)["trust"].mean() for s in range(1, 5)]
    row = table.loc["trust"]
    np.testing.assert_allclose(row["mean"], np.mean(expected))
    assert row["low"] > 0 and row["same_sign"] == 1.0 and row["n"] == 4
    assert (row["scenario"], row["baseline"]) == ("b", "a")


def test_share_of_seeds_with_the_sign_of_the_mean():
    def sometimes(scenario, seed, months):
        bonus = (scenario.name == "b") * (-0.1 if seed == 1 else 0.1)
        return pd.DataFrame({"month": range(1, months + 1), "trust": 0.5 + bonus})

    row = quick(simulate=sometimes).paired().iloc[0]
    assert row["same_sign"] == 0.75


def test_other_baseline_and_unknown_baseline():
    comparison = quick()
    forth = comparison.paired().set_index("measure")["mean"].drop("scolding_index")
    back = comparison.paired(baseline="b").set_index("measure")["mean"].drop("scolding_index")
    np.testing.assert_allclose(forth, -back)
    with pytest.raises(UserError, match="'c' is not in this comparison"):
        comparison.paired(baseline="c")


def test_missing_values_are_counted_not_hidden():
    def holes(scenario, seed, months):
        frame = stand_in(scenario, seed, months)
        if seed == 2:
            frame["trust"] = np.nan
        return frame

    comparison = quick(simulate=holes)
    summary = comparison.summary().set_index(["scenario", "measure"])
    assert summary.loc[("a", "trust"), "n"] == 3
    assert summary.loc[("a", "scolding_index"), "n"] == 0
    assert np.isnan(summary.loc[("a", "scolding_index"), "mean"])
    assert comparison.paired().set_index("measure").loc["trust", "n"] == 3


def test_one_seed_has_no_interval():
    row = quick(seeds=1).summary().iloc[0]
    assert row["n"] == 1 and np.isfinite(row["mean"]) and np.isnan(row["low"])


def test_identical_worlds_differ_by_nothing():
    comparison = quick([A, world("a")])
    assert [w.name for w in comparison.worlds] == ["a", "a (2)"]
    assert (comparison.paired()["mean"].dropna() == 0).all()


def test_residents_and_changes_reach_every_world():
    seen = []

    def note(scenario, seed, months):
        seen.append((scenario.society.residents, scenario.services.hour_value))
        return stand_in(scenario, seed, months)

    quick(seeds=1, residents=300, changes=["services.hour_value=30.0"], simulate=note)
    assert seen == [(300, 30.0)] * 2


@pytest.mark.parametrize(
    "options",
    [
        {"seeds": 0},
        {"seeds": -3},
        {"seeds": []},
        {"seeds": [1, -1]},
        {"seeds": "many"},
        {"months": 0},
        {"months": 2.5},
        {"workers": 0},
        {"residents": -5},
        {"residents": 10},
        {"scenarios": []},
    ],
)
def test_bad_counts_are_refused_in_one_sentence(options):
    with pytest.raises(UserError) as error:
        quick(**options)
    assert "\n" not in str(error.value) and error.value.text.zh != error.value.text.en


# ---------------------------------------------------------------- workers


def test_workers_give_the_same_as_one_process(tmp_path):
    many = quick(workers=2, out=tmp_path / "out")
    pd.testing.assert_frame_equal(many.runs, quick().runs)


def test_killed_worker_loses_nothing(tmp_path):
    simulate = functools.partial(dying_once, tmp_path / "died")
    comparison = quick(workers=2, seeds=8, simulate=simulate, out=tmp_path / "out")
    assert (tmp_path / "died").exists()
    pd.testing.assert_frame_equal(comparison.runs.drop(columns="code"), quick(seeds=8).runs.drop(columns="code"))


def test_plain_script_without_a_main_guard_can_use_workers(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path[:0] = [{str(REPOSITORY)!r}, {str(REPOSITORY / "tests")!r}]
        from stand_ins import A, B, stand_in
        from cogov_sim.experiments import compare
        def mine(scenario, seed, months):
            return stand_in(scenario, seed, months)
        print(len(compare([A, B], seeds=3, months=4, workers=2, simulate=mine, progress=False).runs))
        """)
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "24\n", done.stderr


def test_existing_client_is_used():
    from distributed import Client

    with Client(processes=False, dashboard_address=None, n_workers=1, threads_per_worker=1) as client:
        pd.testing.assert_frame_equal(quick(client=client).runs, quick().runs)


def test_progress_is_said_in_plain_lines_without_a_terminal(capfd, monkeypatch):
    monkeypatch.setenv("COGOV_LANG", "en")
    quick(progress=True, seeds=20)
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 10 and lines[-1].startswith("40/40 runs")
