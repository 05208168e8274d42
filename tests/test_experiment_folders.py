"""The folders of comparisons and of single runs: what is kept, what is redone, and what is refused."""

import functools
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from stand_ins import A, B, counted, quick, stand_in, world

from cogov_sim.experiments import Comparison, RunKey, RunStore, check_run_folder, write_run
from cogov_sim.experiments.folders import MANIFEST, PARTIAL
from cogov_sim.language import UserError
from cogov_sim.scenario import Scenario

pytestmark = pytest.mark.usefixtures("no_figures")


def failing(scenario, seed, months):
    if seed == 4:
        raise KeyboardInterrupt
    return stand_in(scenario, seed, months)


# ---------------------------------------------------------------- the folder of a comparison


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


C = world("c", government__envelope=30)


def contents(folder):
    """Every file with its bytes and the time it was written."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


OTHER = {
    "months": ({"months": 24}, "months 15 there, 24 asked", "月数原为 15，现为 24"),
    "size": (
        {"residents": 300},
        "society.residents not set there, 300 asked",
        "society.residents 原为未设定，现为 300",
    ),
    "a value": (
        {"changes": ["services.patience=9"]},
        "services.patience 12 there, 9 asked",
        "services.patience 原为 12，现为 9",
    ),
    "an institution": (
        {"scenarios": [A, world("b", ["disclosure"])]},
        "institutions.disclosure not set there, switched on asked",
        "institutions.disclosure 原为未设定，现为启用",
    ),
    "a world less": ({"scenarios": [A]}, "world b is there, but was not asked for", "原有情景 b，现未给出"),
    "another world": ({"scenarios": [A, C]}, "world b is there, but was not asked for", "原有情景 b，现未给出"),
    "another baseline": ({"scenarios": [B, A]}, "baseline a there, b asked", "基准原为 a，现为 b"),
    "another baseline, new": ({"scenarios": [C, A, B]}, "baseline a there, c asked", "基准原为 a，现为 c"),
    "fewer seeds": ({"seeds": 2}, "seeds 1-4 there, 1-2 asked", "种子原为 1-4，现为 1-2"),
    "other seeds": ({"seeds": [1, 3, 7, 8]}, "seeds 1-4 there, 1, 3, 7-8 asked", "种子原为 1-4，现为 1, 3, 7-8"),
}


@pytest.mark.parametrize("case", OTHER)
def test_other_settings_are_refused_in_one_sentence_and_nothing_changes(tmp_path, case):
    """Found in use: the tables of an earlier comparison were rewritten without a word."""
    options, en, zh = OTHER[case]
    out = tmp_path / "out"
    quick(out=out)
    before = contents(out)
    with pytest.raises(UserError) as error:
        quick(out=out, **options)
    text = error.value.text
    assert str(out) in text.en and str(out) in text.zh and en in text.en and zh in text.zh
    assert "more seeds or more worlds" in text.en and "增加种子或情景" in text.zh
    assert "\n" not in text.en + text.zh
    assert contents(out) == before


def test_many_differences_are_counted_and_said_once_for_all_worlds(tmp_path):
    quick(out=tmp_path)
    changes = ["services.patience=9", "services.maximum_age=20", "government.envelope=3", "behaviour.hassle=0.1"]
    with pytest.raises(UserError) as error:
        quick(out=tmp_path, months=3, changes=changes)
    said = error.value.text.en
    assert said.count("services.patience") == 1 and "months 15 there, 3 asked" in said and "and 2 more" in said


def test_more_seeds_and_more_worlds_between_the_others_extend(tmp_path):
    quick(out=tmp_path)
    larger = quick(scenarios=[A, C, B], seeds=[9, *range(1, 7)], out=tmp_path)
    assert larger.runs.groupby("scenario")["seed"].nunique().to_dict() == {"a": 7, "b": 7, "c": 7}
    assert set(pd.read_csv(tmp_path / "paired.csv")["scenario"]) == {"b", "c"}


def test_unfinished_comparison_may_be_finished_with_fewer_seeds(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        quick(out=tmp_path, simulate=failing)
    assert quick(out=tmp_path, seeds=3).seeds == [1, 2, 3]


def test_parameter_that_is_newer_than_the_folder_is_no_other_setting(tmp_path):
    """After an update the same command goes on, and redoes what other code made."""
    quick(out=tmp_path)
    for name in "ab":
        path = tmp_path / "scenarios" / f"{name}.toml"
        path.write_text("".join(line for line in path.open(encoding="utf-8") if not line.startswith("patience")))
    older = (tmp_path / MANIFEST).read_text(encoding="utf-8")
    for fingerprint in (A.fingerprint, B.fingerprint):
        older = older.replace(fingerprint, "0123456789abcdef")
    (tmp_path / MANIFEST).write_text(older, encoding="utf-8")
    with pytest.raises(UserError, match=r"services\.patience 12 there, 9 asked"):
        quick(out=tmp_path, changes=["services.patience=9"])
    assert quick(out=tmp_path).seeds == [1, 2, 3, 4]


def test_settings_that_cannot_be_read_any_more_are_other_settings(tmp_path):
    quick(out=tmp_path)
    (tmp_path / "scenarios" / "b.toml").write_text("this is not TOML")
    with pytest.raises(UserError, match="the settings of world b"):
        quick(out=tmp_path, changes=["government.envelope=3"])


def test_runs_of_other_code_are_not_mixed_in(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COGOV_LANG", "en")
    out = tmp_path / "out"
    opened = RunStore(out)
    opened.add("a", RunKey(A.fingerprint, 1, 15, "older"), stand_in(A, 1, 15).assign(trust=99.0))
    opened.close()
    assert quick(out=out, progress=True).runs["trust"].max() < 99
    assert "1 earlier runs were made by other code" in capsys.readouterr().err
    quick(out=out, seeds=5, progress=True)
    assert "other code" not in capsys.readouterr().err, "said of what is missing for it, and of nothing else"


def test_interruption_keeps_what_is_finished(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        quick(out=out, simulate=failing)
    opened = RunStore(out)
    assert {key.seed for key in opened.done} == {1, 2, 3}
    opened.close()
    assert json.loads((out / MANIFEST).read_text(encoding="utf-8"))["runs_done"] == 6
    assert quick(out=out).runs.groupby("scenario")["seed"].nunique().tolist() == [4, 4]


def test_parts_hold_many_runs(tmp_path):
    opened = RunStore(tmp_path / "many")
    for seed in range(250):
        opened.add("a", RunKey("f", seed, 2, "c"), stand_in(A, seed, 2))
        if seed % 7 == 0:
            opened.flush()  # as time does
    opened.close()
    assert len(opened.parts()) == 3
    again = RunStore(tmp_path / "many", writing=False)
    assert len(again.done) == 250


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
    simulate = functools.partial(counted, calls)
    quick(out=out, simulate=simulate)
    done = len(list(calls.iterdir()))
    for text in ('{"kind": "compar', "[" * 100_000):
        (out / MANIFEST).write_text(text)
        with pytest.raises(UserError, match=r"manifest.json: is damaged"):
            quick(out=out, simulate=simulate)
    (out / MANIFEST).unlink()
    quick(out=out, simulate=simulate)
    assert len(list(calls.iterdir())) == done


BAD_MANIFESTS = {
    "nothing": {"kind": "comparison"},
    "seeds": {"seeds": 4},
    "seeds of texts": {"seeds": ["one"]},
    "months": {"months": "many"},
    "scenarios": {"scenarios": [1]},
    "a scenario": {"scenarios": {"a": 1}},
    "failures": {"failed": [3]},
    "seconds": {"seconds": "long"},
    "created": {"created": 3},
}


@pytest.mark.parametrize("case", BAD_MANIFESTS)
def test_a_manifest_that_says_what_cannot_be_is_no_traceback(tmp_path, case):
    quick(out=tmp_path)
    table = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    bad = BAD_MANIFESTS[case] if case == "nothing" else table | BAD_MANIFESTS[case]
    (tmp_path / MANIFEST).write_text(json.dumps(bad))
    for act in (lambda: Comparison.load(tmp_path), lambda: quick(out=tmp_path)):
        with pytest.raises(UserError, match=r"manifest.json: is damaged"):
            act()
    (tmp_path / MANIFEST).unlink()
    assert len(quick(out=tmp_path).missing) == 0


def test_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(UserError, match="holds something that is no"):
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


# ---------------------------------------------------------------- one run


class Finished:
    """A model that has run, as far as ``write_run`` needs it."""

    def __init__(self):
        self.scenario = A
        self.measures = stand_in(A, 1, 3)
        self.matters = pd.DataFrame({"category": ["order", "safety"]}, index=pd.Index([0, 1], name="matter"))
        self.month = 3
        self.timings = {"plan": 0.1}
        self.residents, self.records_events = SimpleNamespace(diary=None), False

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
        with pytest.raises(UserError, match="holds something that is no"):
            check_run_folder(tmp_path, force=force)
    quick(out=tmp_path / "comparison")
    with pytest.raises(UserError, match="holds something that is no"):
        check_run_folder(tmp_path / "comparison", force=True)
    (tmp_path / "empty").mkdir()
    write_run(Finished(), tmp_path / "empty", seed=1, seconds=1.0)
    assert {path.name for path in (tmp_path / "empty").iterdir()} == RUN_FILES
