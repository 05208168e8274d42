"""Where runs are kept: Parquet parts of about a hundred runs for comparisons, one folder for a single run."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from cogov_sim import origin
from cogov_sim.experiments import failures, folders, parts
from cogov_sim.experiments.parts import IDENTITY, KEYS
from cogov_sim.inputs import user_path
from cogov_sim.language import Text, UserError

RUNS_PER_PART = 100
#: A kill loses at most what was finished in this time.
SECONDS_BETWEEN_WRITES = 2.0
#: Where parts go that cannot be trusted, within the folder of runs.
ASIDE = "set-aside"


class RunKey(NamedTuple):
    """What makes a run the same run: what was simulated, with which luck, for how long, by which code."""

    fingerprint: str
    seed: int
    months: int
    code: str


class RunStore:
    """The runs of a comparison's folder.

    ``add`` collects runs; a thread of its own writes them every few seconds, however long the next run takes. They
    go into a part that grows until it holds a hundred: the larger one is written under a temporary name and moved into
    place before the smaller one goes, so that a kill at any moment loses nothing that was written.

    Attributes:
        set_aside: parts that could not be trusted, and why; their runs count as missing.
        versions: of the libraries that this process runs with.
    """

    def __init__(self, out: str | Path, *, writing: bool = True) -> None:
        """Open or create a folder.

        Args:
            out: the folder; made with its parents if it is not there.
            writing: False only looks, so that a folder one may not write can be read.

        Raises:
            UserError: not writable, a file, holds something else, in use.
        """
        self.folder = user_path(out)
        self.runs_folder = self.folder / "runs"
        self.versions = origin.versions()
        self.set_aside: list[tuple[Path, Text]] = []
        self._runs: dict[RunKey, pd.DataFrame] = {}
        self._versions: dict[RunKey, dict[str, str]] = {}
        self._folder_lock: folders.FolderLock | None = None
        folders.refuse_strangers(self.folder, "comparison")
        try:
            if writing:
                self._make_ready()
            self.earlier = folders.read_comparison(self.folder) or {}
            for path in self.parts():
                self._take(path, writing)
        except BaseException:
            self._release()
            raise
        self._lock = threading.RLock()
        self._growing: list[pd.DataFrame] = []
        self._grown: Path | None = None
        self._waiting: list[pd.DataFrame] = []
        self._failures: list[failures.Failure] = []
        self._failures_written = 0
        self._trouble = False
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._write_on_time, name="cogov-store", daemon=True)
        if writing:
            self._writer.start()

    @property
    def done(self) -> set[RunKey]:
        """The runs that are kept, by whatever code."""
        return set(self._runs)

    def parts(self) -> list[Path]:
        """The finished parts, oldest first."""
        return sorted(self.runs_folder.glob("part-*.parquet"))

    def _make_ready(self) -> None:
        """Make the folder ours to write: it exists, nobody else writes, nothing half-written is left."""
        folders.make_writable(self.folder)
        with folders.writing(self.folder):
            self._folder_lock = folders.FolderLock(self.folder)
            folders.make_writable(self.runs_folder)
            for path in (*self.folder.iterdir(), *self.runs_folder.iterdir()):
                if folders.is_partial(path):
                    path.unlink(missing_ok=True)

    def _take(self, path: Path, writing: bool) -> None:
        """Take over the runs of a part, or set it aside."""
        try:
            part = parts.read(path)
        except parts.Untrusted as error:
            self.set_aside.append((path, error.why))
            if writing:
                aside = self.runs_folder / ASIDE
                with folders.writing(self.runs_folder):
                    aside.mkdir(exist_ok=True)
                    os.replace(path, aside / f"{uuid.uuid4().hex[:8]}-{path.name}")
            return
        for values, rows in part.rows.groupby(IDENTITY, sort=False):
            key = _key(values)
            self._runs[key] = rows.reset_index(drop=True)
            self._versions[key] = part.versions

    def of_other_code(self, keys: Iterable[RunKey]) -> int:
        """How many of these runs are missing only because other code made them."""
        there = {key[:3] for key in self._runs}
        return sum(1 for key in keys if key not in self._runs and key[:3] in there)

    def of_other_versions(self, keys: Iterable[RunKey]) -> dict[str, set[str]]:
        """Libraries of which these runs were made with another version than there is now, with those versions."""
        found: dict[str, set[str]] = {}
        for key in keys:
            for name, there in self._versions.get(key, {}).items():
                if name != "cogov_sim" and there != self.versions.get(name, there):  # our code has a hash
                    found.setdefault(name, set()).add(there)
        return found

    def add(self, name: str, key: RunKey, measures: pd.DataFrame) -> None:
        """Keep one finished run; it is written within seconds.

        Args:
            name: the world's name, for readers of the file.
            key: identity of the run.
            measures: one row a month with a column ``month``, as ``model.measures``.

        Raises:
            UserError: what was finished before cannot be written.
        """
        frame = tag(name, key, measures)
        with self._lock:
            self._waiting.append(frame)
            self._runs[key] = frame
            self._versions[key] = self.versions
            if self._trouble or len(self._growing) + len(self._waiting) >= RUNS_PER_PART:
                self.flush()

    def fail(self, failure: failures.Failure) -> None:
        """Note a run that came to nothing; it stays missing."""
        with self._lock:
            self._failures.append(failure)

    def flush(self) -> None:
        """Write what waits; UserError if that cannot be done."""
        with self._lock, folders.writing(self.runs_folder):
            if self._waiting:
                self._grow()
            if len(self._failures) > self._failures_written:
                self._write_failures()
            self._trouble = False

    def _grow(self) -> None:
        """Write the part that grows anew, with what waits; a full one is left and another begun."""
        runs = [*self._growing, *self._waiting]
        path = parts.write(self.runs_folder, pd.concat(runs, ignore_index=True), self.versions)
        if self._grown is not None:
            self._grown.unlink(missing_ok=True)
        full = len(runs) >= RUNS_PER_PART
        self._grown, self._growing, self._waiting = (None, [], []) if full else (path, runs, [])

    def _write_failures(self) -> None:
        text = "\n\n".join(failure.report() for failure in self._failures)
        path = self.folder / failures.FILE
        folders.write_whole(path, partial(Path.write_bytes, data=text.encode("utf-8", "replace")))
        self._failures_written = len(self._failures)

    def forget_failures(self) -> None:
        """Remove what an earlier call said of failed runs, once all of them were done again without one."""
        if not self._failures:
            with folders.writing(self.folder):
                (self.folder / failures.FILE).unlink(missing_ok=True)

    def _write_on_time(self) -> None:
        while not self._closing.wait(SECONDS_BETWEEN_WRITES):
            try:
                self.flush()
            except Exception:  # tried again, and said, when the next run comes
                self._trouble = True

    def runs(self, keys: Iterable[RunKey]) -> pd.DataFrame:
        """All rows of these runs, as far as they are there."""
        pieces = [self._runs[key] for key in dict.fromkeys(keys) if key in self._runs]
        return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=list(KEYS))

    def close(self) -> None:
        """Write what waits and free the folder; UserError if it cannot be written, which says where it is kept instead."""
        self._closing.set()
        if self._writer.is_alive():
            self._writer.join()
        try:
            self.flush()
        except UserError as error:
            raise self._rescued(error) from error
        finally:
            self._release()

    def _rescued(self, error: UserError) -> UserError:
        """Keep what cannot be written where it belongs in a folder for temporary files; the error with a word on that."""
        lost = self._waiting if self.runs_folder.is_dir() else list(self._runs.values())
        try:
            place = Path(tempfile.mkdtemp(prefix="cogov-runs-"))
            path = parts.write(place, pd.concat(lost, ignore_index=True), self.versions)
        except (OSError, ValueError):
            return error
        en, zh = error.text.en, error.text.zh
        return UserError(
            f"{en}; {len(lost)} finished runs are kept in {path}: move this file to {self.runs_folder} and they count",
            f"{zh}；已完成的 {len(lost)} 次运行暂存于 {path}：将该文件移入 {self.runs_folder} 即可继续使用",
        )

    def _release(self) -> None:
        if self._folder_lock is not None:
            self._folder_lock.release()


def _key(values: Any) -> RunKey:
    fingerprint, seed, months, code = values
    return RunKey(str(fingerprint), int(seed), int(months), str(code))


def tag(name: str, key: RunKey, measures: pd.DataFrame) -> pd.DataFrame:
    """A run's monthly measures with the columns of ``KEYS`` in front."""
    frame = measures.reset_index(drop=True)
    values = [name, key.fingerprint, key.code, key.seed, key.months]
    head = pd.DataFrame({column: [value] * len(frame) for column, value in zip(KEYS, values, strict=False)})
    head["month"] = frame["month"].astype("int64")
    return pd.concat([head, frame.drop(columns="month")], axis=1)


# ---------------------------------------------------------------- one run


def check_run_folder(out: str | Path, *, force: bool = False) -> Path:
    """UserError if a run cannot or must not be written to ``out``; to be asked before simulating.

    Args:
        out: the folder that shall hold the run.
        force: replace an earlier run of ours there.
    """
    folder = user_path(out)
    folders.refuse_strangers(folder, "run")
    if folder.exists() and folders.read_manifest(folder) is not None and not force:
        raise UserError(
            f"{folder}: holds an earlier run; choose another --out or add --force to replace it",
            f"{folder}：已有一次运行的结果；请换一个 --out，或加 --force 覆盖",
        )
    place = _place(folder)
    if place.exists():
        folders.make_writable(place)
    else:
        folders.make_writable(place.parent, place.name)
    return folder


def _place(folder: Path) -> Path:
    """Where a folder is made: what a link stands for that leads to nothing yet, or the folder itself."""
    return user_path(os.path.realpath(folder)) if folder.is_symlink() and not folder.exists() else folder


def write_run(model: Any, out: str | Path, *, seed: int, seconds: float, force: bool = False) -> Path:
    """Write one finished model: measures, communities, matters, resolved scenario, manifest.

    All is written to a temporary folder first. Where there is no ``out`` yet, that becomes it in one step; a folder that
    exists is filled, the manifest last, so that one without a manifest is known to be unfinished.

    Args:
        model: a ``CoGovModel`` that has run.
        out: the folder; absent, empty, or an earlier run if ``force``.
        seed: the seed it ran with.
        seconds: wall time of the run.
        force: replace an earlier run of ours.

    Raises:
        UserError: as ``check_run_folder``.
    """
    asked = check_run_folder(out, force=force)
    folder = _place(asked)
    inside = folder.exists()
    name = folders.temporary_name("run" if inside else folder.name)
    temporary = folder / name if inside else folder.with_name(name)
    with folders.writing(folder):
        try:
            temporary.mkdir()
            tables = {
                "measures": model.measures,
                "communities": model.measures_by("community"),
                "matters": model.matters,
                **_looked_into(model),
            }
            for name, table in tables.items():
                flat = table if table.index.name is None else table.reset_index()
                flat.to_parquet(temporary / f"{name}.parquet", index=False)
            (temporary / "scenario.toml").write_text(model.scenario.to_toml(), encoding="utf-8")
            folders.write_json(temporary / folders.MANIFEST, _run_manifest(model, seed, seconds))
            if inside:
                _fill(folder, temporary)
            else:
                os.replace(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    unfinished = f"{folders.PARTIAL}-{'[0-9a-f]' * 8}-"
    for leftover in (*folder.parent.glob(unfinished + glob.escape(folder.name)), *folder.glob(unfinished + "run")):
        shutil.rmtree(leftover, ignore_errors=True)  # of an earlier process that was killed while writing
    return asked


LOOKED_INTO = ("why", "events")


def _looked_into(model: Any) -> dict[str, pd.DataFrame]:
    """Tables of the residents that were watched and of what happened, where somebody asked for them."""
    from cogov_sim.agents.explain import to_frame as of_reasons  # noqa: PLC0415
    from cogov_sim.commons.events import to_frame  # noqa: PLC0415

    tables, diary = {}, model.residents.diary
    if diary is not None:
        tables["why"] = of_reasons([one for i in diary.who for one in diary.reasons(i)])
    if model.records_events:
        tables["events"] = to_frame(model.events, model.society.units)
    return tables


def _run_manifest(model: Any, seed: int, seconds: float) -> dict[str, Any]:
    scenario = model.scenario
    return {
        "kind": "run",
        "scenario": scenario.name,
        "title": {"en": scenario.title.en, "zh": scenario.title.zh},
        "fingerprint": scenario.fingerprint,
        "code": origin.run_code(scenario),
        "seed": int(seed),
        "months": int(model.month),
        "created": folders.now(),
        "seconds": round(float(seconds), 3),
        "timings": {name: round(float(value), 4) for name, value in model.timings.items()},
        "versions": origin.versions(),
    }


def _fill(folder: Path, temporary: Path) -> None:
    """Move the files of a run into a folder, in place of an earlier run's; the manifest goes first and comes last."""
    for name in (folders.MANIFEST, *(f"{table}.parquet" for table in LOOKED_INTO)):  # not every run has those
        (folder / name).unlink(missing_ok=True)
    for path in sorted(temporary.iterdir(), key=lambda path: path.name == folders.MANIFEST):
        os.replace(path, folder / path.name)
