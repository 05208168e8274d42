"""The command line: what a user types, what comes back, and every kind of bad input."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest

from cogov_sim import __version__, cli
from cogov_sim.experiments.folders import MANIFEST
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.files import ready_names

pytestmark = pytest.mark.usefixtures("no_figures")

SMALL = ["--residents", "300", "--months", "3"]


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("COGOV_LANG", "en")


def process(*arguments, **options):
    """The command as a process of its own, which minds interruptions even where these tests run in the background."""
    return subprocess.Popen(
        [sys.executable, "-m", "cogov_sim.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 (one thread)
        **options,
    )


# ---------------------------------------------------------------- what works


def test_scenarios_one_line_each_in_both_languages(cogov):
    code, out, _ = cogov("scenarios")
    lines = out.splitlines()
    assert code == 0 and [line.split()[0] for line in lines] == ready_names()
    assert "互动共治" in out and "co-governance" in out


def test_version_is_one_line(cogov):
    for arguments in (["--version"], ["--lang", "zh", "--version"], ["--version", "run"]):
        assert cogov(*arguments) == (0, f"cogov {__version__}\n", "")
    assert metadata.version("cogov-sim") == __version__


def test_the_package_runs_as_the_command():
    """Also from a folder that has nothing of ours: results, help and messages are the command's."""
    for arguments in (["--version"], ["show", "councils_only"], ["--help"], ["runn"]):
        ours, commands = (
            subprocess.run([*program, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
            for program in ([sys.executable, "-m", "cogov_sim"], [sys.executable, "-m", "cogov_sim.cli"])
        )
        assert (ours.returncode, ours.stdout, ours.stderr) == (commands.returncode, commands.stdout, commands.stderr)
        assert ours.returncode == (2 if arguments == ["runn"] else 0)


def test_show_says_every_value_unit_source_and_file(cogov):
    code, out, _ = cogov("show", "co_governance", "--set", "government.envelope=20")
    assert code == 0
    for row in Scenario.load("co_governance").rows():
        assert row.key in out
    line = next(line for line in out.splitlines() if line.startswith("government.envelope "))
    assert "20" in line and "yuan" in line and "--set" in line


def test_schema_is_json(cogov):
    code, out, _ = cogov("schema")
    assert code == 0 and "award_grant" in json.loads(out)["properties"]["institutions"]["properties"]


def test_run_writes_a_whole_folder(cogov, tmp_path):
    out = tmp_path / "run"
    changed = "institutions.award_grant.match_rate=0.5"
    code, shown, said = cogov("run", "co_governance", *SMALL, "--seed", 5, "--set", changed, "--out", out)
    assert code == 0 and "satisfaction" in shown and str(out) in said
    assert {path.name for path in out.iterdir()} == {
        "measures.parquet",
        "communities.parquet",
        "matters.parquet",
        "scenario.toml",
        MANIFEST,
    }
    assert pd.read_parquet(out / "measures.parquet")["month"].tolist() == [1, 2, 3]
    assert {"community", "month", "satisfaction"} <= set(pd.read_parquet(out / "communities.parquet").columns)
    assert {"matter", "cost", "public_money"} <= set(pd.read_parquet(out / "matters.parquet").columns)
    manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["months"]) == (5, 3)
    resolved = Scenario.load(str(out / "scenario.toml"))
    assert resolved.institutions["award_grant"].match_rate == 0.5
    assert resolved.fingerprint == manifest["fingerprint"]


def test_run_that_was_written_can_be_repeated_from_its_scenario(cogov, tmp_path):
    cogov("run", "co_governance", *SMALL, "--out", tmp_path / "one")
    cogov("run", tmp_path / "one" / "scenario.toml", "--months", 3, "--out", tmp_path / "two")
    one, two = (pd.read_parquet(tmp_path / name / "measures.parquet") for name in ("one", "two"))
    pd.testing.assert_frame_equal(one, two)


def test_compare_runs_resumes_and_writes(cogov, tmp_path):
    worlds = ["government_run", "co_governance", "co_governance-award_grant"]
    out = tmp_path / "out"
    code, shown, said = cogov("compare", *worlds, *SMALL, "--seeds", 2, "--out", out)
    assert code == 0 and "satisfaction" in shown and "6/6 runs" in said
    assert {"runs", "summary.csv", "paired.csv", MANIFEST} <= {path.name for path in out.iterdir()}
    summary = pd.read_csv(out / "summary.csv")
    assert summary["scenario"].unique().tolist() == worlds and (summary["n"] <= 2).all()
    paired = pd.read_csv(out / "paired.csv")
    assert {"mean", "low", "high", "same_sign", "n"} <= set(paired.columns)
    code, _, said = cogov("compare", *worlds, *SMALL, "--seeds", "1,2,9", "--out", out)
    assert code == 0 and "3/3 runs" in said
    titles = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["scenarios"]
    assert len({table["title"]["zh"] for table in titles.values()}) == 3


@pytest.mark.slow
def test_compare_with_workers_equals_one_process(cogov, tmp_path):
    for workers in (1, 2):
        arguments = ("--seeds", 2, "--workers", workers, "--out", tmp_path / str(workers))
        assert cogov("compare", "government_run", "co_governance", *SMALL, *arguments)[0] == 0
    one, two = (tmp_path.joinpath(name, "summary.csv").read_bytes() for name in ("1", "2"))
    assert one == two


def test_compare_without_a_folder_says_that_nothing_is_kept(cogov):
    code, _, said = cogov("compare", "government_run", *SMALL, "--seeds", 1)
    assert code == 0 and "nothing was kept" in said


def test_explain_prints_the_month_and_its_time(cogov):
    code, out, _ = cogov("explain", "co_governance", *SMALL)
    assert code == 0 and "ms a month" in out
    from cogov_sim.month import MONTH

    for part in MONTH:
        assert out.count(part.text.en) >= 2  # once with what it reads, once with its time


def test_language_is_chosen_by_option_or_environment(cogov, monkeypatch):
    assert "没有命令 rum" in cogov("--lang", "zh", "rum")[2]
    monkeypatch.setenv("COGOV_LANG", "en")
    assert "没有命令 rum" in cogov("rum", "--lang=zh")[2]
    assert "情景" in cogov("--lang", "zh", "show", "nonsense")[2]
    monkeypatch.setenv("COGOV_LANG", "en")
    assert "unknown scenario" in cogov("show", "nonsense")[2]
    assert "未知的情景" in cogov("show", "nonsense", "--lang", "zh")[2]
    assert cogov("--lang", "fr", "scenarios")[0] == cogov("scenarios", "--lang")[0] == 2


# ---------------------------------------------------------------- bad input


BAD = {
    "unknown scenario": (["run", "co_govrnance"], "co_governance"),
    "unknown command": (["rum"], "rum"),
    "unknown option": (["run", "co_governance", "--month", "3"], "--month"),
    "unknown key": (["run", "co_governance", "--set", "government.envelop=20"], "government.envelope"),
    "value out of range": (["run", "co_governance", "--set", "government.envelope=-1"], "0 to 1000"),
    "value of the wrong kind": (["run", "co_governance", "--set", "government.envelope=much"], "0 to 1000"),
    "assignment without =": (["run", "co_governance", "--set", "government.envelope"], "KEY=VALUE"),
    "unknown institution": (["run", "co_governance+award_grants"], "award_grant"),
    "unknown institution set": (["run", "co_governance", "--set", "institutions.lottery.strength=1.0"], "lottery"),
    "institution that is not there": (["compare", "government_run-award_grant"], "award_grant"),
    "negative residents": (["run", "co_governance", "--residents", "-5"], "residents = -5"),
    "too few residents": (["compare", "co_governance", "--residents", "3"], "residents = 3"),
    "residents no number": (["run", "co_governance", "--residents", "few"], "--residents"),
    "months 0": (["run", "co_governance", "--months", "0"], "months = 0"),
    "seeds 0": (["compare", "co_governance", "--seeds", "0"], "seeds = 0"),
    "seeds negative": (["compare", "co_governance", "--seeds", "-2"], "seeds = -2"),
    "seeds no number": (["compare", "co_governance", "--seeds", "some"], "--seeds some"),
    "seed negative": (["run", "co_governance", "--seed", "-1"], "seed = -1"),
    "workers 0": (["compare", "co_governance", "--workers", "0"], "workers = 0"),
    "no scenario": (["compare"], "scenarios"),
    "explain of nothing": (["explain", "nonsense"], "nonsense"),
    "missing file": (["show", "missing.toml"], "missing.toml"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_sentence_and_code_2(cogov, case):
    arguments, hint = BAD[case]
    code, out, said = cogov(*arguments)
    assert code == 2 and hint in said
    assert len(said.strip().splitlines()) == 1 and said.startswith("cogov: ")
    assert "Traceback" not in said and not out


@pytest.mark.parametrize(
    "text",
    [
        b"this is not TOML",
        b"\xff\xfe\x00",
        b'extends = "co_governance"\n[government]\nenvelope = "much"',
        b"extends = 3",
    ],
)
def test_bad_file_is_named(cogov, tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_bytes(text)
    code, _, said = cogov("run", path)
    assert code == 2 and "mine.toml" in said and len(said.strip().splitlines()) == 1


def test_bad_folders(cogov, tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("years of work")
    for command in (["run", "co_governance"], ["compare", "co_governance", "--seeds", "1"]):
        for out in ("file", "full", "file/below"):
            code, _, said = cogov(*command, *SMALL, "--out", tmp_path / out)
            assert code == 2 and str(tmp_path) in said and len(said.strip().splitlines()) == 1
    assert (tmp_path / "full" / "thesis.docx").read_text() == "years of work"
    assert {path.name for path in tmp_path.iterdir()} == {"file", "full"}


def test_folder_is_refused_before_anything_is_run(cogov, tmp_path, monkeypatch):
    (tmp_path / "thesis.docx").write_text("years of work")
    monkeypatch.setattr(cli, "_simulated", lambda *_: pytest.fail("was run"))
    assert cogov("run", "co_governance", *SMALL, "--out", tmp_path)[0] == 2


def test_earlier_run_needs_force(cogov, tmp_path):
    out = tmp_path / "run"
    assert cogov("run", "co_governance", *SMALL, "--out", out)[0] == 0
    code, _, said = cogov("run", "co_governance", *SMALL, "--out", out)
    assert code == 2 and "--force" in said
    assert cogov("run", "co_governance", *SMALL, "--out", out, "--force")[0] == 0


def test_damaged_parquet_and_half_written_folder(cogov, tmp_path):
    out = tmp_path / "out"
    arguments = ["compare", "government_run", *SMALL, "--out", out]
    assert cogov(*arguments, "--seeds", 1)[0] == 0
    assert cogov(*arguments, "--seeds", 2)[0] == 0
    last = sorted((out / "runs").glob("part-*"))[-1]
    last.write_bytes(last.read_bytes()[:100])
    code, _, said = cogov(*arguments, "--seeds", 2)
    assert code == 0 and f"{last.name}: was damaged or edited, so it was set aside in" in said and "1/1 runs" in said


def test_other_settings_are_refused_in_a_folder_that_holds_a_comparison(cogov, tmp_path):
    out = tmp_path / "out"
    arguments = ["compare", "government_run", *SMALL, "--seeds", 1, "--out", out]
    assert cogov(*arguments)[0] == 0
    summary = (out / "summary.csv").read_bytes()
    for other, hint in (
        (["--months", 2], "months 3 there, 2 asked"),
        (["--residents", 400], "society.residents 300 there, 400 asked"),
        (["--set", "government.envelope=20"], "government.envelope 14.0 there, 20.0 asked"),
    ):
        code, shown, said = cogov(*arguments, *other)
        assert code == 2 and str(out) in said and hint in said and not shown and len(said.splitlines()) == 1
    assert (out / "summary.csv").read_bytes() == summary


# ---------------------------------------------------------------- a process of its own


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from cogov_sim import cli; cli.main(['--help']);"
        "print(sorted({'numpy', 'pandas', 'mesa', 'numba', 'pydantic', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_command_is_not_a_crash():
    done = process()
    out, said = done.communicate()
    assert done.returncode == 2 and "Traceback" not in said and "compare" in out + said


def test_closed_pipe_is_fine():
    done = process("show", "co_governance")
    done.stdout.close()
    said = done.stderr.read()
    done.wait()
    assert "Traceback" not in said and "Exception" not in said


@pytest.mark.slow
@pytest.mark.parametrize(("sign", "workers"), [(signal.SIGINT, 1), (signal.SIGINT, 2), (signal.SIGTERM, 1)])
def test_interruption_keeps_finished_runs(tmp_path, sign, workers):
    out = tmp_path / "out"
    arguments = ("compare", "government_run", "--residents", 300, "--months", 12, "--workers", workers, "--out", out)
    running = process(*arguments, "--seeds", 400, start_new_session=True)
    time.sleep(1)
    for line in running.stderr:
        if "runs" in line:  # a tenth is done
            break
    os.killpg(running.pid, sign)
    said = running.stderr.read()
    running.wait()
    assert running.returncode == (130 if sign == signal.SIGINT else 143), said
    assert "Traceback" not in said
    done = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["runs_done"]
    kept = sum(len(pd.read_parquet(path)) for path in Path(out).glob("runs/part-*")) / 12
    assert done == kept > 0
    if sign == signal.SIGINT:
        assert f"{done} of 400 runs are kept" in said
