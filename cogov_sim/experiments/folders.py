"""Output folders: whose they are, what made them, and files that are either there whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cogov_sim import limits, reasons
from cogov_sim.inputs import unreadable
from cogov_sim.language import UserError, cut

MANIFEST = "manifest.json"
#: Every file that is still being written carries this in its name, so a leftover is known as ours.
PARTIAL = ".cogov-partial"
LOCK = ".cogov-lock"
#: Bytes of the longest name that we give a file of our own; systems allow 255 of the whole name, some only 143.
LONGEST_NAME = 100


def now() -> str:
    """The time in UTC, to the second, in ISO form."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file so that it is either there whole or not at all.

    Args:
        path: where it shall be; an earlier file is replaced.
        write: called with the temporary path in the same folder to write to.
    """
    temporary = path.with_name(temporary_name(path.name))
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, table: dict[str, Any]) -> None:
    """Write a table as readable JSON, whole or not at all."""
    text = json.dumps(table, indent=2, ensure_ascii=False) + "\n"
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, or None where there is none; UserError where it cannot be read."""
    path = folder / MANIFEST
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > limits.MANIFEST_BYTES):
            raise ValueError("a pipe or device, which might never end, or no manifest of ours")
        table = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    return table if isinstance(table, dict) else {}


def read_comparison(folder: Path) -> dict[str, Any] | None:
    """The manifest of a comparison, or None where there is none; UserError where it says what none can say."""
    table = read_manifest(folder)
    if table is None or table.get("kind") != "comparison":
        return None
    if not _of_comparison(table):
        raise damaged(folder / MANIFEST)
    return table


def _of_comparison(table: dict[str, Any]) -> bool:
    """Whether a manifest has everything of the kind it should be."""
    worlds, failed = table.get("scenarios"), table.get("failed")
    if not isinstance(worlds, dict) or not isinstance(failed, list) or not isinstance(table.get("seeds"), list):
        return False
    texts = [table.get("created"), table.get("code")]
    numbers = [table.get("months"), table.get("runs"), table.get("runs_done"), table.get("seconds"), *table["seeds"]]
    for world in worlds.values():
        texts += [*_texts(world, "title"), *(_of(world, key) for key in ("fingerprint", "code"))]
        numbers.append(_of(world, "hour_value"))
        institutions = _of(world, "institutions") or {}  # not in folders of before there were two-by-twos
        texts += [_of(world, "common") or "", *(institutions.values() if isinstance(institutions, dict) else [None])]
    for failure in failed:
        texts += [*_texts(failure, "message"), _of(failure, "scenario")]
        numbers.append(_of(failure, "seed"))
    return all(isinstance(text, str) for text in texts) and all(isinstance(number, int | float) for number in numbers)


def _texts(table: Any, key: str) -> list[Any]:
    return [_of(_of(table, key), language) for language in ("en", "zh")]


def _of(table: Any, key: str) -> Any:
    return table.get(key) if isinstance(table, dict) else None


def damaged(path: Path) -> UserError:
    """The error for a manifest that says nothing, or nothing that can be."""
    return UserError(
        f"{path}: is damaged or of another version; delete this file and start again: finished runs are kept",
        f"{path}：已损坏或属于其他版本；请删除该文件后重新运行，同目录下已完成的运行会保留",
    )


def scenario_file(folder: Path, name: str) -> Path:
    """Where the resolved scenario of a world of a comparison is kept."""
    safe = "".join(c if c.isalnum() or c in "-+_.() " else "_" for c in name)
    if safe != name or len(safe.encode()) > LONGEST_NAME:  # two names may read the same
        safe = f"{safe[: LONGEST_NAME // 4]}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    return folder / "scenarios" / f"{safe}.toml"


def is_partial(path: Path) -> bool:
    """Whether this is a leftover of ours that was never finished."""
    return path.name.startswith(PARTIAL)


def refuse_strangers(folder: Path, kind: str) -> None:
    """UserError unless the folder is absent, empty or our own of this kind (``run`` or ``comparison``)."""
    try:
        if not folder.exists():
            return
        if not folder.is_dir():
            raise _no_folder(folder)
        entries = [path for path in folder.iterdir() if not is_partial(path) and path.name != LOCK]
    except OSError as error:
        raise _unwritable(folder, error) from error
    manifest = read_manifest(folder)
    ours = manifest is not None and manifest.get("kind") == kind
    unfinished = manifest is None and {path.name for path in entries} <= OWN_ENTRIES.get(kind, set())
    if entries and not ours and not unfinished:
        raise UserError(
            f"{folder}: holds something that is no {kind} of cogov; choose an empty or new folder",
            f"{folder}：目录中已有其他内容；请选择空目录或新目录",
        )


#: What a folder may hold beside its manifest; enough to know it when the manifest was deleted, or never came to be written.
OWN_ENTRIES = {
    "comparison": {"runs", "scenarios", "figures", "summary.csv", "paired.csv", "failures.txt"},
    "run": {"measures.parquet", "communities.parquet", "matters.parquet", "scenario.toml"},
}


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, each whole or not at all, by names within a folder that is made if need be; UserError if it fails."""
    for parent in dict.fromkeys((folder / name).parent for name in files):
        make_writable(parent)
    with writing(folder):
        for name, content in files.items():
            write_whole(folder / name, partial(Path.write_bytes, data=content))


def make_writable(folder: Path, longest: str = "") -> None:
    """Create the folder if need be and try to write in it; UserError if that does not work.

    Args:
        folder: where files shall be written, or folders.
        longest: the longest name that will be given there, beside those of our own; it is tried.
    """
    probe = folder / f"{PARTIAL}-probe-{uuid.uuid4().hex[:8]}".ljust(LONGEST_NAME, "-")
    named = folder / temporary_name(longest, "-old")
    try:
        if folder.exists() and not folder.is_dir():
            raise _no_folder(folder)
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
        if longest:
            named.touch()
            named.unlink()
    except OSError as error:
        raise _unwritable(folder, error) from error


def temporary_name(name: str, kind: str = "") -> str:
    """What something is called until it is whole, or when it is moved aside (``kind``)."""
    return f"{PARTIAL}{kind}-{uuid.uuid4().hex[:8]}-{name}"


def _no_folder(path: Path) -> UserError:
    return UserError(
        f"{cut(str(path))}: is a file, not a folder; choose another --out",
        f"{cut(str(path))}：是文件而不是目录；请换一个 --out",
    )


def _unwritable(folder: Path, error: OSError) -> UserError:
    name, why = cut(str(folder)), reasons.of_system(error)
    return UserError(
        f"{name}: cannot be written ({why.en}); choose another --out", f"{name}：无法写入（{why.zh}）；请换一个 --out"
    )


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a failure to write (full disk, rights taken away) into one clear sentence."""
    try:
        yield
    except OSError as error:
        raise _unwritable(folder, error) from error


class FolderLock:
    """One comparison at a time may write a folder; the system frees the lock however the process ends."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / LOCK).open("w")
        try:
            import fcntl  # noqa: PLC0415 - does not exist on Windows, where there is no lock then
        except ImportError:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise UserError(
                f"{folder}: another comparison is writing here now; wait for it or choose another --out",
                f"{folder}：另一个比较正在写入此目录；请等待其完成或换一个 --out",
            ) from error
        except OSError:
            pass  # a file system without locks

    def release(self) -> None:
        """Give the folder free."""
        self._file.close()
