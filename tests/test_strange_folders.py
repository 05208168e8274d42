"""Folders and files that somebody else made, or that a killed program left: used where that is safe, else one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from test_inputs import SHORT, Cogov, is_one_sentence

from cogov_sim import Scenario
from cogov_sim.experiments import compare

pytestmark = pytest.mark.usefixtures("no_figures")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGOV_LANG", "en")


def test_a_run_fills_the_folder_that_is_there(
    cogov: Cogov, compiled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one where the user stands, with its rights; a killed write leaves nothing that the next one stumbles over."""
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o775)
    assert cogov("run", "government_run", *SHORT, "--out", ".")[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "measures.parquet", "communities.parquet", "matters.parquet", "scenario.toml", "manifest.json"
    }  # fmt: skip
    assert tmp_path.stat().st_mode & 0o777 == 0o775
    is_one_sentence(cogov("run", "government_run", *SHORT, "--out", "."), "holds an earlier run")
    (tmp_path / "manifest.json").unlink()  # as after a kill while it was filled
    (tmp_path / ".cogov-partial-0123abcd-run").mkdir()
    assert cogov("run", "government_run", *SHORT, "--seed", "2", "--out", ".")[0] == 0
    assert pd.read_json(tmp_path / "manifest.json", typ="series")["seed"] == 2
    assert not list(tmp_path.glob(".cogov-partial*"))


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names there are texts")
def test_a_folder_with_undecodable_bytes_above_holds_a_run_all_the_same(tmp_path: Path, compiled: None) -> None:
    """The result is there, or it is said before the work that it cannot be."""
    place = os.fsencode(tmp_path) + b"/d\xff"
    os.mkdir(place)
    command = [sys.executable, "-m", "cogov_sim", "run", "government_run", *SHORT, "--out", "x"]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, cwd=place, env=here, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert (done.returncode, done.stdout) == (2, ""), done
    else:
        assert os.path.exists(place + b"/x/manifest.json")


def test_worlds_that_share_a_name_are_told_apart(compiled: None, tmp_path: Path) -> None:
    """Also where one of them has the name that another would be given; each has its own numbers and its own record."""
    for file, name, yuan in (("a", "A", 5), ("b", "A", 25), ("c", "A (2)", 60), ("d", "x/y", 14), ("e", "x_y", 14)):
        text = f'extends = "government_run"\nname = "{name}"\n[government]\nenvelope = {yuan}\n'
        (tmp_path / f"{file}.toml").write_text(text, encoding="utf-8")
    worlds = [str(tmp_path / f"{file}.toml") for file in "abcde"]
    out = tmp_path / "out"
    day_one = ["history.months=0"]
    together = compare(worlds, seeds=1, months=2, residents=300, changes=day_one, out=out, progress=False)
    names = [world.name for world in together.worlds]
    assert len(set(names)) == 5 and names[:2] == ["A", "A (2)"]
    assert len(list((out / "scenarios").iterdir())) == 5
    outlay = together.runs.groupby("scenario")["outlay_per_head"].mean()
    assert outlay[names[0]] < outlay[names[1]] < outlay[names[2]]


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", b"", b"\xff\xfe\x00\x01\xd8", b"institution,place\n", b"institution\nx\n"]
)
def test_docs_beside_a_strange_table_of_effects(cogov: Cogov, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ablation.csv").write_bytes(content)
    is_one_sentence(cogov("docs", "--out", tmp_path), "ablation.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name")
def test_docs_beside_a_pipe_ends(cogov: Cogov, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ablation.csv")
    is_one_sentence(cogov("docs", "--out", tmp_path), "ablation.csv")


def test_a_manifest_of_something_else(cogov: Cogov, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"kind": "boundary", "axes": 5}', encoding="utf-8")
    is_one_sentence(cogov("boundary", "--seeds", "1", *SHORT, "--out", tmp_path), "another plane")
    long, loop = tmp_path / ("x" * 300), tmp_path / "loop"
    loop.symlink_to(loop)
    for command in ("compare", "ablate"):
        worlds = ("government_run", "co_governance") if command == "compare" else ("co_governance",)
        is_one_sentence(cogov(command, *worlds, "--seeds", "1", *SHORT, "--out", long), "the name is too long")
        is_one_sentence(cogov(command, *worlds, "--seeds", "1", *SHORT, "--out", loop), "links lead in a circle")


def test_kernels_run_where_numba_is_switched_off(tmp_path: Path) -> None:
    """The usual way to look into them with a debugger."""
    command = [sys.executable, "-m", "cogov_sim", "run", "government_run", "--months", "1", "--residents", "200"]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(command, env=here, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_advice_names_a_file_as_it_was_given(cogov: Cogov, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nextends = "government_run"\n', encoding="utf-8")
    change = ("--set", "institutions.deliberation.meeting=0.5")
    is_one_sentence(cogov("compare", "government_run", path, *change, "--seeds", "1", *SHORT), f"{path}+deliberation")
    assert Scenario.load(f"{path}+deliberation").institutions.keys() >= {"deliberation"}
