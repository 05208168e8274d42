"""One failed run never ends a batch: the rest is done, the failed are listed, and the exit code says so."""

from __future__ import annotations

import functools
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from stand_ins import A, counted, quick, stand_in

from cogov_sim.experiments import Comparison, RunsFailed, execute, failures
from cogov_sim.experiments.boundary import axis, plane
from cogov_sim.experiments.folders import MANIFEST
from cogov_sim.experiments.headlines import NO_DATA, differences
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import ARMS, Design, arms
from cogov_sim.language import UserError
from cogov_sim.measures.groups import Groups
from cogov_sim.scenario import Scenario
from cogov_sim.validation import collect

pytestmark = pytest.mark.usefixtures("no_figures")

Cogov = Callable[..., tuple[int, str, str]]


class NotToBePickled(Exception):
    """An exception that cannot travel between processes."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second}")
        self.lock = (one for one in ())


def broken(scenario: Any, seed: int, months: int) -> pd.DataFrame:
    """As ``stand_in``, but for seed 2 of world b and seed 3 of world a."""
    if (scenario.name, seed) == ("b", 2):
        raise ValueError("no such\nthing \x1b[31m" + "x" * 1000)
    if (scenario.name, seed) == ("a", 3):
        raise NotToBePickled("this", "that")
    return stand_in(scenario, seed, months)


FAILED = [("a", 3), ("b", 2)]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGOV_LANG", "en")


# ---------------------------------------------------------------- a comparison


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("folder", [True, False])
def test_the_rest_is_done_and_the_failed_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], workers: int, folder: bool
) -> None:
    out = tmp_path / "out" if folder else None
    found = quick(simulate=broken, workers=workers, out=out, progress=True)
    assert sorted((failure.world, failure.seed) for failure in found.failures) == sorted(found.missing) == FAILED
    whole = quick().runs
    there = found.runs.dropna(subset="trust").reset_index(drop=True)
    lacking = pd.Series(list(zip(whole["scenario"], whole["seed"], strict=True))).isin(FAILED)
    expected = whole[~lacking].reset_index(drop=True)
    pd.testing.assert_frame_equal(there.drop(columns="code"), expected.drop(columns="code"))
    n = found.summary().set_index(["measure", "scenario"]).loc["trust", "n"]
    assert n.to_dict() == {"a": 3, "b": 3} and found.paired().set_index("measure").loc["trust", "n"] == 2
    said = capsys.readouterr().err
    assert "failed: b, seed 2: ValueError: no such thing" in said and "failed: a, seed 3: NotToBePickled" in said
    assert "2 of 8 runs failed and are left out of all results" in said
    assert all(len(line) < 400 and "\x1b" not in line for line in said.splitlines()) and "Traceback" not in said
    assert "up to 4 seeds (2 runs are missing)" in repr(found)


def test_what_failed_is_kept_in_words_and_done_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    may = functools.partial(repaired, calls)
    found = quick(simulate=may, out=tmp_path / "out")
    assert len(found.failures) == 2
    report = (tmp_path / "out" / failures.FILE).read_text(encoding="utf-8")
    assert report.count("Traceback") == 2 and "in repaired" in report and "a, seed 3" in report
    manifest = json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))
    assert sorted((one["scenario"], one["seed"]) for one in manifest["failed"]) == FAILED
    assert (manifest["runs"], manifest["runs_done"]) == (8, 6)
    again = Comparison.load(tmp_path / "out")
    pd.testing.assert_frame_equal(again.runs, found.runs)
    assert sorted(again.missing) == FAILED and len(again.failures) == 2
    (calls / "repaired").touch()
    mended = quick(simulate=may, out=tmp_path / "out", progress=True)
    assert not mended.failures and not mended.missing and len(list(calls.iterdir())) == 1 + 8
    assert not (tmp_path / "out" / failures.FILE).exists() and "failed" not in capsys.readouterr().err
    assert not Comparison.load(tmp_path / "out").missing


def repaired(calls: Path, scenario: Any, seed: int, months: int) -> pd.DataFrame:
    if not (calls / "repaired").exists():
        broken(scenario, seed, months)
    return counted(calls, scenario, seed, months)


@pytest.mark.parametrize("folder", [True, False])
def test_where_every_run_fails_one_sentence_says_so(tmp_path: Path, folder: bool) -> None:
    def never(scenario: Any, seed: int, months: int) -> pd.DataFrame:
        raise UserError("a bad thing", "坏事")

    with pytest.raises(RunsFailed, match="all 8 runs failed, the first of them a, seed 1: a bad thing") as error:
        quick(simulate=never, out=tmp_path if folder else None)
    assert "种子 1：坏事" in error.value.text.zh and (failures.FILE in error.value.text.en) == folder
    assert error.value.exit_code == 1


def test_many_failures_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    def odd(scenario: Any, seed: int, months: int) -> pd.DataFrame:
        if seed % 2:
            raise ValueError
        return stand_in(scenario, seed, months)

    quick(simulate=odd, seeds=40, progress=True)
    lines = [line for line in capsys.readouterr().err.splitlines() if "failed" in line]
    assert len(lines) == failures.NAMED + 2 and lines[-2] == "failed: 30 more"


WRONG = {
    "no table": (lambda frame: None, "gave a NoneType instead of a table of measures"),
    "no months": (lambda frame: frame.drop(columns="month"), "did not give the months 1 to 15 once each"),
    "a month less": (lambda frame: frame[1:], "did not give the months 1 to 15 once each"),
    "months twice": (lambda frame: pd.concat([frame, frame]), "did not give the months 1 to 15 once each"),
    "months as text": (lambda frame: frame.assign(month=frame["month"].astype(str)), "did not give the months 1 to 15"),
    "no measures": (lambda frame: frame[["month"]], "gave no measures"),
    "text": (lambda frame: frame.assign(trust="high"), "gave something else than numbers for trust"),
    "infinity": (lambda frame: frame.assign(trust=np.inf), "gave an infinite trust"),
    "a name of ours": (lambda frame: frame.assign(seed=1), "gave a measure with the reserved name seed"),
    "a name twice": (lambda frame: pd.concat([frame, frame], axis=1), "gave columns without a name of their own"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_run_that_gives_what_none_can_give_has_failed(case: str) -> None:
    spoil, sentence = WRONG[case]

    def wrong(scenario: Any, seed: int, months: int) -> Any:
        frame = stand_in(scenario, seed, months)
        return spoil(frame) if seed == 2 else frame  # type: ignore[no-untyped-call]

    found = quick(simulate=wrong)
    assert [failure.seed for failure in found.failures] == [2, 2]
    assert all(f"the run {sentence}" in failure.message.en for failure in found.failures)


def deadly(scenario: Any, seed: int, months: int) -> pd.DataFrame:
    if (scenario.name, seed) == ("a", 3):
        os.kill(os.getpid(), signal.SIGKILL)
    return stand_in(scenario, seed, months)


@pytest.mark.slow
def test_a_run_that_kills_its_worker_every_time_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "ALLOWED_DEATHS", 1)
    found = quick(simulate=deadly, workers=2, out=tmp_path)
    assert ("a", 3) in found.missing and "the run killed its worker" in found.failures[0].message.en
    assert len(found.missing) == len(found.failures) <= 2, "at most what the same worker had in hand"


# ---------------------------------------------------------------- designs


def lame(scenario: Any, seed: int, months: int) -> pd.DataFrame:
    """As ``stand_in``; with much free riding no run comes to its end, with less all but that of seed 2."""
    if scenario.society.free_rider_share > 0.5 or seed == 2:
        raise ValueError("lame")
    return stand_in(scenario, seed, months)


def test_cells_are_made_of_the_runs_there_are() -> None:
    cells = {"few": ["society.free_rider_share=0.1"], "many": ["society.free_rider_share=0.6"]}
    design = Design(seeds=3, months=14, simulate=lame)
    table = differences(run(arms(cells, design), design), cells, ["trust"]).set_index("cell")
    assert table["n"].to_dict() == {"few": 2, "many": 0} and table.loc["many", "state"] == NO_DATA
    assert len(design.failures) == 2 * (1 + 3)
    assert {(f.world, f.seed) for f in design.failures} >= {("few | government_run", 2), ("many | co_governance", 3)}


def test_a_plane_has_a_hole_where_no_run_was_complete() -> None:
    worlds = [Scenario.load(name) for name in ARMS]
    x, y = axis("society.free_rider_share", "0.1:0.6:2", worlds), axis("society.initial_trust", "0.4:0.6:2", worlds)
    design = Design(seeds=3, months=14, simulate=lame)
    table = plane(x, y, design, ["trust"])
    assert table.groupby("x")["n"].unique().map(list).to_dict() == {0.1: [2], 0.6: [0]}
    assert len(design.failures) == 2 * 2 * (1 + 3)


# ---------------------------------------------------------------- the command line


class Stumbling:
    """In place of the model: measures as of ``stand_in``, but the run of seed 2 fails."""

    residents = None

    def __init__(self, scenario: Any, rng: int, histories: Any = None) -> None:
        self.scenario, self.seed, self.month = scenario, rng, 0

    def run(self, months: int) -> None:
        if self.seed == 2:
            raise ArithmeticError("stumbled")
        self.month += months

    def step(self) -> None:
        self.run(1)

    @property
    def measures(self) -> pd.DataFrame:
        return stand_in(self.scenario, self.seed, self.month)

    def close(self) -> None:
        pass


@pytest.fixture
def stumbling(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("cogov_sim.model.CoGovModel", Stumbling)
    monkeypatch.setattr(Groups, "__init__", lambda self, residents: None)
    monkeypatch.setattr(Groups, "month", lambda self: {})
    yield


COMMANDS = {
    "compare": ["compare", "government_run", "co_governance", "--seeds", "3", "--months", "14"],
    "ablate": ["ablate", "consultative", "--seeds", "3", "--months", "14"],
    "boundary": ["boundary", "--x-range", "0.1:0.5:2", "--y-range", "0.4:0.6:2", "--seeds", "3", "--months", "14"],
}  # fmt: skip


@pytest.mark.usefixtures("stumbling")
@pytest.mark.parametrize("command", COMMANDS)
def test_exit_code_1_and_every_result_there_is(cogov: Cogov, tmp_path: Path, command: str) -> None:
    code, out, err = cogov(*COMMANDS[command], "--out", tmp_path / "out")
    assert code == 1 and out and "Traceback" not in err
    assert "seed 2: ArithmeticError: stumbled" in err and "runs failed and are left out of all results" in err
    assert "written to" in err and list((tmp_path / "out").glob("*.csv"))


@pytest.mark.usefixtures("stumbling")
def test_exit_code_1_and_one_sentence_where_every_run_fails(cogov: Cogov) -> None:
    code, out, err = cogov("compare", "government_run", "--seeds", "2,2", "--months", "3")
    assert (code, out) == (1, "") and "cogov: all 1 runs failed, the first of them government_run, seed 2" in err
    code, _, err = cogov("--lang", "zh", "compare", "government_run", "--seeds", "2,2", "--months", "3")
    assert code == 1 and "全部 1 次运行均失败" in err


def test_failures_of_the_page_of_checks_reach_its_exit_code(
    cogov: Cogov, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = failures.Failure("a", 2, 14, failures.Fault.of(ValueError("x")).message)
    found = collect.Validation(failures=[failure])
    monkeypatch.setattr(collect, "collect", lambda **_: found)
    monkeypatch.setattr("cogov_sim.commands.validate.files", lambda *_, **__: {})
    assert cogov("validate", "--short", "--out", tmp_path)[0] == 1
    found.failures.clear()
    assert cogov("validate", "--short", "--out", tmp_path)[0] == 0


def test_every_stage_of_the_page_hands_over_its_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    for name in ("field_checks", "neighbourhood_checks", "contested_table", "default_plane"):
        monkeypatch.setattr(collect, name, lambda *how: asked.append(how[3]) or [])
    for name in ("_calibrated", "_laboratory"):
        monkeypatch.setattr(collect, name, lambda *_: None)
    found = collect.collect(short=True, workers=1, progress=False)
    assert len(asked) == 4 and all(one is found.failures for one in asked)


def test_a_fault_fits_on_a_line_in_both_languages() -> None:
    assert failures.Fault.of(MemoryError()).message.en.startswith("there was not enough memory")
    try:
        raise UserError("one\ntwo", "一\n二")
    except UserError as error:
        fault = failures.Fault.of(error)
    assert "\n" not in fault.message.en + fault.message.zh and "Traceback" in fault.trace
    assert failures.Fault.of(KeyError()).message.en == "KeyError"
    assert A.name in failures.Failure(A.name, 1, 2, fault.message).report()
