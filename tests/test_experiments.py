"""The runner, the store and the comparison, with a stand-in for the model: fast and exact."""

import functools
import json
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

from cogov_sim.experiments import Comparison, RunKey, RunStore, check_run_folder, compare, store, write_run
from cogov_sim.experiments.folders import MANIFEST, PARTIAL
from cogov_sim.language import UserError
from cogov_sim.measures.definitions import MEASURES
from cogov_sim.scenario import Scenario

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _no_figures(monkeypatch):
    """Figures have tests of their own; here they would take most of the time."""
    monkeypatch.setattr("cogov_sim.report.figures.FIGURES", {})


def world(name="a", **settings):
    scenario = Scenario(name=name, title={"en": f"World {name}", "zh": f"世界{name}"})
    return scenario.changed(*(f"{key.replace('__', '.')}={value}" for key, value in settings.items()))


A = world("a")
B = world("b", government__envelope=20)


def stand_in(scenario, seed, months):
    """Monthly measures that depend on seed and envelope in a way that tests can predict."""
    month = np.arange(1, months + 1)
    luck = np.random.default_rng(seed).normal(0, 0.1, len(MEASURES))
    frame = {"month": month}
    for k, measure in enumerate(MEASURES):
        frame[measure.name] = (
            0.5 + luck[k] + 0.01 * (scenario.government.envelope - 14) * (1 + 0.1 * luck[0]) + 0 * month
        )
    frame["scolding_index"] = np.full(months, np.nan)
    return pd.DataFrame(frame)


def counted(folder, scenario, seed, months):
    """As ``stand_in``; leaves a file for every time it is called."""
    (Path(folder) / f"{scenario.name}-{seed}-{time.time_ns()}").touch()
    return stand_in(scenario, seed, months)


def dying_once(marker, scenario, seed, months):
    """As ``stand_in``; the first time seed 3 comes, the process is killed."""
    if seed == 3 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return stand_in(scenario, seed, months)


def failing(scenario, seed, months):
    if seed == 4:
        raise KeyboardInterrupt
    return stand_in(scenario, seed, months)


def quick(scenarios=(A, B), **options):
    return compare(list(scenarios), **{"seeds": 4, "months": 15, "progress": False, "simulate": stand_in} | options)


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


# ---------------------------------------------------------------- the folder


def test_what_is_written(tmp_path):
    out = tmp_path / "out"
    comparison = quick(out=out)
    assert {path.name for path in out.iterdir()} >= {"runs", "summary.csv", "paired.csv", "figures", MANIFEST}
    assert {path.name for path in (out / "scenarios").iterdir()} == {"a.toml", "b.toml"}
    assert len(list((out / "runs").glob("part-*.parquet"))) == 1
    manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["scenarios"]["b"]["fingerprint"] == B.fingerprint
    assert (manifest["seeds"], manifest["months"], manifest["runs_done"]) == ([1, 2, 3, 4], 15, 8)
    assert {"python", "numpy", "numba", "mesa", "cogov_sim"} <= set(manifest["versions"])
    summary = pd.read_csv(out / "summary.csv")
    np.testing.assert_allclose(summary["mean"], comparison.summary()["mean"])
    assert not [path for path in out.rglob("*") if path.name.startswith(PARTIAL)]


def test_kept_comparison_opens_again_without_running(tmp_path):
    comparison = quick(out=tmp_path / "out")
    again = Comparison.load(tmp_path / "out")
    pd.testing.assert_frame_equal(again.summary(), comparison.summary())
    pd.testing.assert_frame_equal(again.paired(), comparison.paired())
    opened = RunStore(tmp_path / "out")  # somebody is writing there
    assert len(Comparison.load(tmp_path / "out").runs) == len(comparison.runs)
    opened.close()
    with pytest.raises(UserError, match="holds no comparison"):
        Comparison.load(tmp_path)


def test_only_what_is_missing_is_run(tmp_path):
    calls, out = tmp_path / "calls", tmp_path / "out"
    calls.mkdir()
    simulate = functools.partial(counted, calls)
    quick(out=out, simulate=simulate)
    assert len(list(calls.iterdir())) == 8
    quick(out=out, simulate=simulate)
    assert len(list(calls.iterdir())) == 8
    quick(out=out, simulate=simulate, seeds=5)
    assert len(list(calls.iterdir())) == 10
    other = quick(scenarios=[A, B, world("c", government__envelope=30)], out=out, simulate=simulate, seeds=5)
    assert len(list(calls.iterdir())) == 15
    assert other.runs.groupby("scenario")["seed"].nunique().to_dict() == {"a": 5, "b": 5, "c": 5}
    quick(out=out, simulate=simulate, months=16)
    assert len(list(calls.iterdir())) == 23


def test_runs_of_other_code_are_not_mixed_in(tmp_path):
    out = tmp_path / "out"
    opened = RunStore(out, code="older")
    opened.add("a", RunKey(A.fingerprint, 1, 15), stand_in(A, 1, 15).assign(trust=99.0))
    opened.close()
    (out / MANIFEST).write_text('{"kind": "comparison"}')
    assert quick(out=out).runs["trust"].max() < 99


def test_interruption_keeps_what_is_finished(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        quick(out=out, simulate=failing)
    opened = RunStore(out)
    assert {key.seed for key in opened.done} == {1, 2, 3}
    opened.close()
    assert json.loads((out / MANIFEST).read_text(encoding="utf-8"))["runs_done"] == 6
    assert quick(out=out).runs.groupby("scenario")["seed"].nunique().tolist() == [4, 4]


def test_parts_hold_many_runs_and_time_flushes_too(tmp_path, monkeypatch):
    opened = RunStore(tmp_path / "many")
    for seed in range(250):
        opened.add("a", RunKey("f", seed, 2), stand_in(A, seed, 2))
    opened.close()
    assert len(opened.parts()) == 3
    monkeypatch.setattr(store, "SECONDS_PER_PART", 0.0)
    opened = RunStore(tmp_path / "slow")
    for seed in range(3):
        opened.add("a", RunKey("f", seed, 2), stand_in(A, seed, 2))
    assert len(opened.parts()) == 3
    opened.close()


def test_damaged_part_is_named_and_the_rest_is_kept(tmp_path):
    out, calls = tmp_path / "out", tmp_path / "calls"
    calls.mkdir()
    quick(out=out)
    quick(out=out, seeds=6)
    first, second = sorted((out / "runs").glob("part-*.parquet"))
    second.write_bytes(second.read_bytes()[: second.stat().st_size // 2])
    with pytest.raises(UserError, match=f"{second.name}: is damaged; delete this file"):
        quick(out=out, seeds=6)
    assert first.exists() and second.exists()
    second.unlink()
    quick(out=out, seeds=6, simulate=functools.partial(counted, calls))
    assert len(list(calls.iterdir())) == 4


def test_parquet_of_somebody_else_is_refused(tmp_path):
    out = tmp_path / "out"
    quick(out=out)
    pd.DataFrame({"x": [1]}).to_parquet(out / "runs" / "part-9.parquet")
    with pytest.raises(UserError, match=r"part-9.parquet: is damaged"):
        quick(out=out)


def test_leftover_of_a_killed_write_is_removed(tmp_path):
    out = tmp_path / "out"
    quick(out=out)
    for folder in (out, out / "runs"):
        (folder / f"{PARTIAL}-12345678-part-1.parquet").write_bytes(b"half")
    quick(out=out)
    assert not [path for path in out.rglob("*") if path.name.startswith(PARTIAL)]


def test_damaged_or_lost_manifest(tmp_path):
    out, calls = tmp_path / "out", tmp_path / "calls"
    calls.mkdir()
    quick(out=out)
    (out / MANIFEST).write_text('{"kind": "compar')
    with pytest.raises(UserError, match=r"manifest.json: is damaged"):
        quick(out=out)
    (out / MANIFEST).unlink()
    quick(out=out, simulate=functools.partial(counted, calls))
    assert not list(calls.iterdir())


def test_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(UserError, match="holds something else"):
        quick(out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    with pytest.raises(UserError, match="is a file, not a folder"):
        quick(out=tmp_path / "thesis.docx")
    with pytest.raises(UserError, match="cannot be written"):
        quick(out=tmp_path / "thesis.docx" / "below")


def test_unwritable_folder():
    """/proc refuses even root."""
    with pytest.raises(UserError, match="cannot be written"):
        quick(out="/proc/cogov")


def test_two_comparisons_do_not_write_one_folder_at_once(tmp_path):
    opened = RunStore(tmp_path / "out")
    with pytest.raises(UserError, match="another comparison is writing"):
        quick(out=tmp_path / "out")
    opened.close()
    quick(out=tmp_path / "out")


# ---------------------------------------------------------------- workers that die


def test_workers_give_the_same_as_one_process(tmp_path):
    many = quick(workers=2, out=tmp_path / "out")
    pd.testing.assert_frame_equal(many.runs, quick().runs)


def test_killed_worker_loses_nothing(tmp_path):
    simulate = functools.partial(dying_once, tmp_path / "died")
    comparison = quick(workers=2, seeds=8, simulate=simulate, out=tmp_path / "out")
    assert (tmp_path / "died").exists()
    pd.testing.assert_frame_equal(comparison.runs, quick(seeds=8).runs)


def test_killed_main_process_keeps_parts_and_goes_on(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys, time
        sys.path[:0] = [{str(REPOSITORY)!r}, {str(REPOSITORY / "tests")!r}]
        from test_experiments import A, B, stand_in
        from cogov_sim.experiments import compare, store
        store.SECONDS_PER_PART = 0.0
        def slow(scenario, seed, months):
            time.sleep(0.1)
            return stand_in(scenario, seed, months)
        compare([A, B], seeds=50, months=15, simulate=slow, out={str(tmp_path / "out")!r})
        """)
    )
    process = subprocess.Popen([sys.executable, script], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("out/runs/part-*"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    opened = RunStore(tmp_path / "out")
    kept = len(opened.done)
    opened.close()
    assert 5 <= kept < 100
    calls = tmp_path / "calls"
    calls.mkdir()
    quick(seeds=50, out=tmp_path / "out", simulate=functools.partial(counted, calls))
    assert len(list(calls.iterdir())) == 100 - kept


def test_plain_script_without_a_main_guard_can_use_workers(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path[:0] = [{str(REPOSITORY)!r}, {str(REPOSITORY / "tests")!r}]
        from test_experiments import A, B, stand_in
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


# ---------------------------------------------------------------- one run


class Finished:
    """A model that has run, as far as ``write_run`` needs it."""

    def __init__(self):
        self.scenario = A
        self.measures = stand_in(A, 1, 3)
        self.matters = pd.DataFrame({"category": ["order", "safety"]}, index=pd.Index([0, 1], name="matter"))
        self.month = 3
        self.timings = {"plan": 0.1}

    def measures_by(self, level):
        assert level == "community"
        return self.measures.assign(community=0)


RUN_FILES = {"measures.parquet", "communities.parquet", "matters.parquet", "scenario.toml", MANIFEST}


def test_run_is_written_whole(tmp_path):
    write_run(Finished(), tmp_path / "run", seed=1, seconds=2.0)
    assert {path.name for path in (tmp_path / "run").iterdir()} == RUN_FILES
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    manifest = json.loads((tmp_path / "run" / MANIFEST).read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["months"], manifest["fingerprint"]) == (1, 3, A.fingerprint)
    assert "matter" in pd.read_parquet(tmp_path / "run" / "matters.parquet").columns
    loaded = Scenario.load(str(tmp_path / "run" / "scenario.toml"))
    assert loaded.fingerprint == A.fingerprint


def test_failed_write_leaves_nothing(tmp_path):
    model = Finished()
    model.matters = None
    with pytest.raises(AttributeError):
        write_run(model, tmp_path / "run", seed=1, seconds=2.0)
    assert not list(tmp_path.iterdir())


def test_earlier_run_is_replaced_only_by_force(tmp_path):
    out = tmp_path / "run"
    write_run(Finished(), out, seed=1, seconds=2.0)
    with pytest.raises(UserError, match="--force"):
        write_run(Finished(), out, seed=2, seconds=2.0)
    write_run(Finished(), out, seed=2, seconds=2.0, force=True)
    assert json.loads((out / MANIFEST).read_text(encoding="utf-8"))["seed"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_run_never_replaces_what_is_not_a_run(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    for force in (False, True):
        with pytest.raises(UserError, match="holds something else"):
            check_run_folder(tmp_path, force=force)
    quick(out=tmp_path / "comparison")
    with pytest.raises(UserError, match="holds something else"):
        check_run_folder(tmp_path / "comparison", force=True)
    (tmp_path / "empty").mkdir()
    write_run(Finished(), tmp_path / "empty", seed=1, seconds=1.0)
    assert {path.name for path in (tmp_path / "empty").iterdir()} == RUN_FILES
