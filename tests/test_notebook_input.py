"""What a notebook or script gives wrong in Python: one sentence each, of the same kind as on the command line."""

import os
import subprocess
import sys

import numpy as np
import pytest

from cogov_sim import CoGovModel, Scenario, compare
from cogov_sim.experiments.worlds import resolve
from cogov_sim.inputs import check_count, check_seed
from cogov_sim.language import UserError
from cogov_sim.scenario.institution import settings_class

FEW = {"residents": 300, "rng": 1}


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("COGOV_LANG", "en")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"residents": 10**5000}, "residents = ... is not allowed; allowed: whole numbers from 200 to"),
        ({"residents": "300"}, "residents = '300' is not allowed"),
        ({"rng": 10**5000}, "rng = ... is not allowed"),
        ({"rng": -1}, "rng = -1 is not allowed; allowed: whole numbers from 0 to"),
        ({"seed": float("nan")}, "seed = nan is not allowed"),
        ({"seed": True}, "seed = True is not allowed"),
        ({**FEW, "threads": 0}, "threads = 0 is not allowed; allowed: whole numbers from 1 to"),
        ({**FEW, "threads": "two"}, "threads = 'two' is not allowed"),
    ],
)
def test_a_model_is_given_whole_numbers(given, said):
    with pytest.raises(UserError, match="^" + said.replace(".", r"\.")):
        CoGovModel(**given)


def test_whole_numbers_of_every_type_are_taken():
    for value in (3, np.int32(3), np.uint64(3)):
        assert check_count("months", value) == check_seed(value) == 3
        assert type(check_seed(value)) is int


@pytest.mark.parametrize("out", [b"folder", "", "a\nb"])
def test_a_folder_is_named_by_a_text(out):
    with pytest.raises(UserError, match="cannot name a file or folder"):
        compare(["government_run"], residents=300, months=1, seeds=1, out=out, progress=False)


def test_one_change_may_stand_alone():
    (_, world) = resolve(["government_run"], changes="government.envelope=20")[0]
    assert (
        world.government.envelope
        == 20
        == Scenario.load("government_run", changes="government.envelope=20").government.envelope
    )


def test_institutions_of_a_scenario_made_by_hand_are_those_there_are():
    with pytest.raises(
        UserError, match=r"^institutions: unknown institution 'deliberations'; did you mean 'deliberation'"
    ):
        Scenario(institutions={"deliberations": {}})
    made = Scenario(institutions={"deliberation": {"hours": 9.0}})
    assert made.institutions["deliberation"] == settings_class("deliberation")(hours=9.0)


@pytest.mark.parametrize("place", [".", "no/such/folder/at/all"])
def test_a_checkpoint_needs_a_place(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="a checkpoint cannot be written here"):
        CoGovModel(**FEW).save(place)


def test_figures_need_a_folder(tmp_path):
    comparison = compare(["government_run"], residents=300, months=1, seeds=1, progress=False)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="is a file, not a folder"):
        comparison.plot(tmp_path / "file")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_the_folder_of_the_user_may_be_gone(tmp_path):
    """Started in a folder that was removed since."""
    code = (
        "import os, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone');"
        "from cogov_sim import cli; sys.exit(cli.main(['run', 'government_run', '--months', '1']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=False, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "no longer exists" in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["scenarios"]])
def test_where_nothing_can_be_written_one_sentence_says_so(arguments):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cogov_sim", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            encoding="utf-8",
        )
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "no space left" in done.stderr


def test_the_schema_is_utf8_in_every_encoding():
    """Editors read it; redirected on a Chinese Windows it was in GBK."""
    typed = [sys.executable, "-m", "cogov_sim", "schema"]
    done = subprocess.run(typed, env={**os.environ, "PYTHONIOENCODING": "gbk"}, check=True, capture_output=True)
    assert "居民" in done.stdout.decode("utf-8")


def test_a_notebooks_own_name_for_windows_ends_no_command(tmp_path):
    """``!cogov compare`` in a notebook hands on MPLBACKEND, whose package need not be installed beside ours."""
    typed = [
        "compare",
        "government_run",
        "--residents",
        "300",
        "--months",
        "1",
        "--seeds",
        "1",
        "--out",
        str(tmp_path / "x"),
    ]
    environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.nowhere"}
    done = subprocess.run(
        [sys.executable, "-m", "cogov_sim", *typed], env=environment, check=False, capture_output=True
    )
    assert done.returncode == 0 and (tmp_path / "x" / "figures").is_dir(), done.stderr


def test_no_memory_is_said_in_a_sentence(cogov, monkeypatch):
    monkeypatch.setattr("cogov_sim.society.Society.generate", lambda *_: bytearray(2**62))
    code, _, said = cogov("run", "government_run", "--residents", 6000, "--months", 1)
    assert code == 2 and "out of memory" in said and len(said.splitlines()) == 1


def test_a_run_whose_folder_cannot_be_written_shows_its_numbers(cogov, tmp_path, monkeypatch):
    def full(*_of, **_more):
        raise UserError("disk full", "磁盘已满")

    monkeypatch.setattr("cogov_sim.experiments.store.write_run", full)
    code, shown, said = cogov("run", "government_run", "--residents", 300, "--months", 1, "--out", tmp_path / "x")
    assert code == 2 and "disk full" in said and "trust" in shown
