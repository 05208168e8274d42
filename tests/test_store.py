"""What is kept of finished runs: a kill loses a few seconds of them, and nothing that was edited or damaged is used."""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from stand_ins import A, B, counted, quick, stand_in

from cogov_sim.experiments import Comparison, RunKey, RunStore, folders, parts, store
from cogov_sim.language import UserError

pytestmark = pytest.mark.usefixtures("no_figures")

REPOSITORY = Path(__file__).parents[1]
#: A part is at most as old as the time between two writes; the rest is for a busy machine.
A_FEW_SECONDS = store.SECONDS_BETWEEN_WRITES + 3.0


# ---------------------------------------------------------------- a kill


def noted(folder: Path, pause: float, scenario: object, seed: int, months: int) -> pd.DataFrame:
    """As ``stand_in``; takes a while, leaves a file when it is done, and never ends with seed 7 of world a until it may."""
    name = getattr(scenario, "name", "")
    while (name, seed) == ("a", 7) and not (folder / "go on").exists():
        time.sleep(0.1)
    time.sleep(pause)
    found = stand_in(scenario, seed, months)  # type: ignore[arg-type]
    (folder / f"{name}-{seed}").touch(exist_ok=False)
    return found


def started(folder: Path, **options: object) -> subprocess.Popen[bytes]:
    """A process of its own that compares two worlds over nine seeds or as told."""
    (folder / "done").mkdir()
    asked = {"seeds": 9, "months": 15, "workers": 1, "pause": 0.02} | options
    pause = asked.pop("pause")
    (folder / "script.py").write_text(
        textwrap.dedent(f"""
        import functools, sys
        from pathlib import Path
        sys.path[:0] = [{str(REPOSITORY)!r}, {str(REPOSITORY / "tests")!r}]
        from stand_ins import A, B
        from test_store import noted
        from cogov_sim.experiments import compare
        do = functools.partial(noted, Path({str(folder / "done")!r}), {pause})
        compare([A, B], simulate=do, out={str(folder / "out")!r}, progress=False, **{asked!r})
        """)
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")])}
    return subprocess.Popen([sys.executable, folder / "script.py"], env=environment, stderr=subprocess.DEVNULL)


def finished(folder: Path, before: float = float("inf")) -> set[tuple[str, int]]:
    """World and seed of the runs that came to their end before a time."""
    files = [path for path in (folder / "done").iterdir() if path.name != "go on" and path.stat().st_mtime < before]
    return {(path.name[0], int(path.name[2:])) for path in files}


def kept(folder: Path) -> set[tuple[str, int]]:
    opened = RunStore(folder / "out", writing=False)
    assert not opened.set_aside
    names = {A.fingerprint: "a", B.fingerprint: "b"}
    return {(names[key.fingerprint], key.seed) for key in opened.done}


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60.0
    while not happened():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_kill_while_a_long_run_lasts_loses_nothing_that_was_finished_before(tmp_path: Path, workers: int) -> None:
    """Nothing is written because of another run that ends: time alone does it."""
    process = started(tmp_path, workers=workers)
    try:
        wait_for(lambda: len(finished(tmp_path)) >= 12)
        time.sleep(A_FEW_SECONDS)
        at = time.time()
    finally:
        process.kill()
        process.wait()
    assert len(kept(tmp_path)) >= 12
    assert finished(tmp_path, at - A_FEW_SECONDS) <= kept(tmp_path) <= finished(tmp_path)
    (tmp_path / "done" / "go on").touch()
    do = functools.partial(noted, tmp_path / "done", 0.02)
    assert not quick(seeds=9, out=tmp_path / "out", simulate=do).failures, "a run that was done twice would fail"
    assert len(finished(tmp_path)) == 18


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_kill_while_many_runs_end_loses_a_few_seconds_of_them(tmp_path: Path, how: int) -> None:
    process = started(tmp_path, seeds=[*range(100, 600)], pause=0.1)
    try:
        wait_for(lambda: len(finished(tmp_path)) >= 80)  # fewer than fill a part
        assert process.poll() is None, "it ended by itself"
        process.send_signal(how)
        at = time.time()
        process.wait()
    finally:
        process.kill()
    assert finished(tmp_path, at - A_FEW_SECONDS)
    assert finished(tmp_path, at - A_FEW_SECONDS) <= kept(tmp_path) <= finished(tmp_path)


def test_what_waits_is_written_in_time_though_no_other_run_ends(tmp_path: Path) -> None:
    opened = RunStore(tmp_path)
    opened.add("a", RunKey(A.fingerprint, 1, 15, "c"), stand_in(A, 1, 15))
    assert not opened.parts()
    wait_for(lambda: bool(opened.parts()))
    assert len(RunStore(tmp_path, writing=False).done) == 1
    opened.close()


def test_what_could_not_be_written_in_time_is_said_and_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk does not lose what is finished."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    opened = RunStore(tmp_path / "out")
    opened.add("a", RunKey(A.fingerprint, 1, 15, "c"), stand_in(A, 1, 15))
    real = folders.write_whole

    def full(path: Path, write: Callable[[Path], object]) -> None:
        if path.is_relative_to(tmp_path / "out"):
            raise OSError(28, "No space left on device")
        real(path, write)

    monkeypatch.setattr(folders, "write_whole", full)
    wait_for(lambda: opened._trouble)
    with pytest.raises(UserError, match="no space left"):
        opened.add("a", RunKey(A.fingerprint, 2, 15, "c"), stand_in(A, 2, 15))
    with pytest.raises(UserError, match=r"2 finished runs are kept in .*: move this file to"):
        opened.close()
    monkeypatch.setattr(folders, "write_whole", real)
    (rescued,) = (tmp_path / "temporary").rglob("part-*")
    shutil.move(rescued, tmp_path / "out" / "runs")
    assert {key.seed for key in RunStore(tmp_path / "out", writing=False).done} == {1, 2}


# ---------------------------------------------------------------- edits


def first_month_only(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["month"] == 1) | (rows["seed"] > 1)]


def with_cell(column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """An edit of one cell."""

    def edit(rows: pd.DataFrame) -> pd.DataFrame:
        values = rows[column].tolist()
        values[1] = value
        return rows.assign(**{column: values})

    return edit


EDITS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "month 1 alone": first_month_only,
    "no month 1": lambda rows: rows[rows["month"] > 1],
    "no measures": lambda rows: rows[list(parts.KEYS)],
    "every row twice": lambda rows: pd.concat([rows, rows]),
    "one row twice": lambda rows: pd.concat([rows, rows[:1]]),
    "month 0": with_cell("month", 0),
    "a month twice": with_cell("month", 1),
    "half a month": with_cell("month", 1.5),
    "NaN for a month": with_cell("month", np.nan),
    "NaN for a seed": with_cell("seed", np.nan),
    "text for a seed": lambda rows: rows.assign(seed="one"),
    "text for a number": lambda rows: rows.assign(trust="high"),
    "one text for a number": lambda rows: rows.assign(trust=["high", *rows["trust"].astype(str)[1:]]),
    "dates for numbers": lambda rows: rows.assign(trust=pd.Timestamp(2020, 1, 1)),
    "lists for numbers": lambda rows: rows.assign(trust=[[1.0]] * len(rows)),
    "an infinite number": with_cell("trust", np.inf),
    "fewer months said": lambda rows: rows.assign(months=3),
    "no fingerprint": with_cell("fingerprint", None),
    "a number for a fingerprint": lambda rows: rows.assign(fingerprint=7),
    "without a key": lambda rows: rows.drop(columns="code"),
    "no rows and no columns": lambda rows: pd.DataFrame(),
}


@pytest.mark.parametrize("sealed", [False, True], ids=["by hand", "with a checksum"])
@pytest.mark.parametrize("case", EDITS)
def test_an_edited_part_is_not_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, case: str, sealed: bool
) -> None:
    """By hand the checksum is wrong; with it, too, no run can be like that. What it held is done again."""
    monkeypatch.setenv("COGOV_LANG", "en")
    out, calls = tmp_path / "out", tmp_path / "calls"
    calls.mkdir()
    do = functools.partial(counted, calls)
    before = quick(out=out, simulate=do).runs
    (path,) = RunStore(out, writing=False).parts()
    rows = EDITS[case](parts.read(path).rows)
    if sealed:
        path.unlink()
        path = parts.write(path.parent, rows, {})
    else:
        rows.to_parquet(path)
    with pytest.raises(UserError, match=r"8 runs are missing"):
        Comparison.load(out)
    assert path.exists(), "who only looks changes nothing"
    capsys.readouterr()
    after = quick(out=out, simulate=do, progress=True).runs
    pd.testing.assert_frame_equal(after, before)
    said = capsys.readouterr().err
    assert f"{path}: " in said and "so it was set aside" in said and "Traceback" not in said
    assert len(list(calls.iterdir())) == 16
    assert not path.exists() and [aside.name[9:] for aside in (out / "runs" / store.ASIDE).iterdir()] == [path.name]
    quick(out=out, simulate=do, progress=True)
    assert capsys.readouterr().err == "", "said once"


def test_a_number_that_was_changed_by_hand_is_not_used(tmp_path: Path) -> None:
    """Nothing but the checksum tells of it."""
    quick(out=tmp_path)
    (path,) = RunStore(tmp_path, writing=False).parts()
    with_cell("trust", np.nan)(parts.read(path).rows).to_parquet(path)
    assert not RunStore(tmp_path, writing=False).done


def test_no_flipped_or_missing_byte_is_read(tmp_path: Path) -> None:
    path = parts.write(tmp_path, store.tag("a", RunKey("f", 1, 15, "c"), stand_in(A, 1, 15)), {"numpy": "1"})
    content = path.read_bytes()
    assert parts.read(path).versions == {"numpy": "1"}
    rng = np.random.default_rng(1)
    for at in rng.integers(0, len(content), 60):
        flipped = bytearray(content)
        flipped[at] ^= 1 << int(rng.integers(8))
        for broken in (bytes(flipped), content[:at], content + b"\0"):
            path.write_bytes(broken)
            with pytest.raises(parts.Untrusted, match="damaged or edited"):
                parts.read(path)


def test_the_other_parts_are_kept(tmp_path: Path) -> None:
    out, calls = tmp_path / "out", tmp_path / "calls"
    calls.mkdir()
    quick(out=out, simulate=functools.partial(counted, calls))
    quick(out=out, seeds=6, simulate=functools.partial(counted, calls))
    _, second = RunStore(out, writing=False).parts()
    second.write_bytes(second.read_bytes()[: second.stat().st_size // 2])
    quick(out=out, seeds=6, simulate=functools.partial(counted, calls))
    assert len(list(calls.iterdir())) == 12 + 4


@pytest.mark.parametrize("kind", ["a file of somebody else", "a folder", "a pipe", "a text", "renamed"])
def test_what_is_no_part_is_set_aside(tmp_path: Path, kind: str) -> None:
    quick(out=tmp_path)
    (there,) = RunStore(tmp_path, writing=False).parts()
    path = tmp_path / "runs" / "part-9.parquet"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a text":
        path.write_text("month,trust\n1,0.5\n")
    elif kind == "renamed":
        shutil.copy(there, path)
    else:
        pd.DataFrame({"x": [1]}).to_parquet(path)
    opened = RunStore(tmp_path)
    assert [(one.name, str(why.en)) for one, why in opened.set_aside] == [(path.name, "is no file of runs by its name")]
    assert len(opened.done) == 8 and not path.exists()
    opened.close()


def test_a_part_of_an_older_edition_is_set_aside_and_its_runs_are_done_again(tmp_path: Path) -> None:
    """Parts used to have no checksum."""
    before = quick(out=tmp_path).runs
    (path,) = RunStore(tmp_path, writing=False).parts()
    path.rename(path.with_name(f"part-{time.time_ns()}-0123abcd.parquet"))
    manifest = json.loads((tmp_path / folders.MANIFEST).read_text(encoding="utf-8"))
    for world in manifest["scenarios"].values():
        del world["code"]
    del manifest["failed"]
    (tmp_path / folders.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(UserError, match=r"manifest\.json: is damaged .* delete this file and start again"):
        quick(out=tmp_path)
    (tmp_path / folders.MANIFEST).unlink()
    pd.testing.assert_frame_equal(quick(out=tmp_path).runs, before)
