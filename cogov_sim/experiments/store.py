"""Where runs are kept: Parquet parts of about a hundred runs for comparisons, one folder for a single run."""

from __future__ import annotations

import glob
import os
import shutil
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from cogov_sim import origin
from cogov_sim.experiments import folders
from cogov_sim.inputs import user_path
from cogov_sim.language import UserError

RUNS_PER_PART = 100
SECONDS_PER_PART = 20.0
#: Columns of a stored run that are no measures.
KEYS = ("scenario", "fingerprint", "code", "seed", "months", "month")


class RunKey(NamedTuple):
    """What makes a run the same run: what was simulated, with which luck, for how long."""

    fingerprint: str
    seed: int
    months: int


class RunStore:
    """The runs of a comparison's folder.

    ``add`` collects runs and writes a part when a hundred have come together or 20 seconds have passed, so a
    kill loses seconds of work. A part is written under a temporary name and moved into place.
    """

    def __init__(self, out: str | Path, *, code: str | None = None, writing: bool = True) -> None:
        """Open or create a folder.

        Args:
            out: the folder; made with its parents if it is not there.
            code: identity of the model's code; runs stored by other code are left alone and count as missing.
            writing: False only looks, so that a folder one may not write can be read.

        Raises:
            UserError: not writable, a file, holds something else, in use, or a part that is damaged.
        """
        self.folder = user_path(out)
        self.code = code or origin.model_code()
        self.runs_folder = self.folder / "runs"
        self._lock: folders.FolderLock | None = None
        folders.refuse_strangers(self.folder, "comparison")
        try:
            if writing:
                self._make_ready()
            self.earlier = folders.read_manifest(self.folder) or {}
            self._frames = [self._read(path) for path in self.parts()]
        except BaseException:
            self._release()
            raise
        self.done: set[RunKey] = {key for frame in self._frames for key in _keys(self._mine(frame))}
        others = (frame[frame["code"] != self.code] for frame in self._frames)
        self.of_other_code = len({key for frame in others for key in _keys(frame)})
        self._waiting: list[pd.DataFrame] = []
        self._last = time.monotonic()

    def _mine(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["code"] == self.code]

    def parts(self) -> list[Path]:
        """The finished parts, oldest first."""
        return sorted(self.runs_folder.glob("part-*.parquet"))

    def _make_ready(self) -> None:
        """Make the folder ours to write: it exists, nobody else writes, nothing half-written is left."""
        folders.make_writable(self.folder)
        self._lock = folders.FolderLock(self.folder)
        folders.make_writable(self.runs_folder)
        for path in (*self.folder.iterdir(), *self.runs_folder.iterdir()):
            if folders.is_partial(path):
                path.unlink(missing_ok=True)

    @staticmethod
    def _read(path: Path) -> pd.DataFrame:
        try:
            frame = pd.read_parquet(path)
        except Exception as error:
            raise _damaged(path) from error
        if not set(KEYS) <= set(frame.columns):
            raise _damaged(path)
        return frame

    def add(self, name: str, key: RunKey, measures: pd.DataFrame) -> None:
        """Keep one finished run; written at the latest with the next ``flush``.

        Args:
            name: the world's name, for readers of the file.
            key: identity of the run.
            measures: one row a month with a column ``month``, as ``model.measures``.
        """
        frame = tag(name, key, measures, self.code)
        self._waiting.append(frame)
        self._frames.append(frame)
        self.done.add(key)
        if len(self._waiting) >= RUNS_PER_PART or time.monotonic() - self._last > SECONDS_PER_PART:
            self.flush()

    def flush(self) -> None:
        """Write what waits as one part."""
        self._last = time.monotonic()
        if not self._waiting:
            return
        part = pd.concat(self._waiting, ignore_index=True)
        path = self.runs_folder / f"part-{time.time_ns():020d}-{uuid.uuid4().hex[:6]}.parquet"
        with folders.writing(self.runs_folder):
            folders.write_whole(path, lambda file: part.to_parquet(file, index=False, compression="zstd"))
        self._waiting = []

    def runs(self, keys: Iterable[RunKey]) -> pd.DataFrame:
        """All rows of these runs that this code made; one copy where a run is stored twice."""
        wanted = set(keys)
        pieces = []
        for frame in self._frames:
            mine = self._mine(frame)
            for key in _keys(mine):
                if key in wanted:
                    wanted.discard(key)
                    pieces.append(_rows_of(mine, key))
        return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=list(KEYS))

    def close(self) -> None:
        """Write what waits and free the folder."""
        try:
            self.flush()
        finally:
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()


def tag(name: str, key: RunKey, measures: pd.DataFrame, code: str) -> pd.DataFrame:
    """A run's monthly measures with the columns of ``KEYS`` in front."""
    frame = measures.reset_index(drop=True)
    values = [name, key.fingerprint, code, key.seed, key.months]
    head = pd.DataFrame({column: [value] * len(frame) for column, value in zip(KEYS, values, strict=False)})
    head["month"] = frame["month"].astype("int64")
    return pd.concat([head, frame.drop(columns="month")], axis=1)


def _keys(frame: pd.DataFrame) -> list[RunKey]:
    unique = frame[["fingerprint", "seed", "months"]].drop_duplicates()
    return [RunKey(str(f), int(s), int(m)) for f, s, m in unique.itertuples(index=False)]


def _rows_of(frame: pd.DataFrame, key: RunKey) -> pd.DataFrame:
    same_settings = (frame["fingerprint"] == key.fingerprint) & (frame["months"] == key.months)
    return frame[same_settings & (frame["seed"] == key.seed)]


def _damaged(path: Path) -> UserError:
    return UserError(
        f"{path}: is damaged; delete this file and start again: its runs are redone, all others are kept",
        f"{path}：文件已损坏；请删除该文件后重新运行：只会重做其中的运行，其余保留",
    )


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
    place = Path(os.path.abspath(folder))
    folders.make_writable(place.parent, place.name)
    if folder.exists():
        folders.make_writable(folder)
    return folder


def write_run(model: Any, out: str | Path, *, seed: int, seconds: float, force: bool = False) -> Path:
    """Write one finished model: measures, communities, matters, resolved scenario, manifest.

    All is written to a folder beside ``out`` and moved into place at the end, so ``out`` is whole or absent.

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
    folder = Path(os.path.abspath(asked))
    temporary = folder.with_name(folders.temporary_name(folder.name))
    with folders.writing(folder):
        try:
            temporary.mkdir()
            tables = {
                "measures": model.measures,
                "communities": model.measures_by("community"),
                "matters": model.matters,
            }
            for name, table in tables.items():
                flat = table if table.index.name is None else table.reset_index()
                flat.to_parquet(temporary / f"{name}.parquet", index=False)
            (temporary / "scenario.toml").write_text(model.scenario.to_toml(), encoding="utf-8")
            folders.write_json(temporary / folders.MANIFEST, _run_manifest(model, seed, seconds))
            _move_into_place(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    for leftover in folder.parent.glob(f"{folders.PARTIAL}-{'[0-9a-f]' * 8}-{glob.escape(folder.name)}"):
        shutil.rmtree(leftover, ignore_errors=True)  # of an earlier process that was killed while writing
    return asked


def _run_manifest(model: Any, seed: int, seconds: float) -> dict[str, Any]:
    scenario = model.scenario
    return {
        "kind": "run",
        "scenario": scenario.name,
        "title": {"en": scenario.title.en, "zh": scenario.title.zh},
        "fingerprint": scenario.fingerprint,
        "code": origin.model_code(),
        "seed": int(seed),
        "months": int(model.month),
        "created": folders.now(),
        "seconds": round(float(seconds), 3),
        "timings": {name: round(float(value), 4) for name, value in model.timings.items()},
        "versions": origin.versions(),
    }


def _move_into_place(temporary: Path, folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        aside = folder.with_name(folders.temporary_name(folder.name, "-old"))
        os.replace(folder, aside)
        os.replace(temporary, folder)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        if folder.exists():
            folder.rmdir()
        os.replace(temporary, folder)
