"""Checkpoints: a model's state in one file, under a checksum, and back. Nothing in it is ever run as code.

A file is ``MAGIC``, the SHA-256 of all that follows, the length of a JSON text, that text, and the bytes of the
arrays. The text names code and libraries, scenario and seed, type, shape and order of every array, and the tree of the
state (``cogov_sim.state``). The checksum tells damage; it is no signature: whoever writes a file by hand, checksum and
all, chooses the numbers that a model goes on with.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim import origin, state
from cogov_sim.language import Text, UserError
from cogov_sim.scenario import Scenario

MAGIC = b"cogov checkpoint\n"
#: Raised when the file or the nodes of the tree come to mean something else; that code is no part of the model's hash.
FORMAT = 1
_CHECKSUM = hashlib.sha256().digest_size
_LENGTH = 8  # bytes of the length of the text
#: Libraries that compute: with other versions of them a run need not go on to the bit.
_LIBRARIES = ("mesa", "numpy", "numba", "scipy")


def save(model: Any, path: Path) -> None:
    """Write a model's checkpoint under a temporary name and move it into place.

    Raises:
        UserError: it cannot be written there.
        TypeError: the model holds something that cannot be kept, such as a function; the message says where.
    """
    content = dump(model)
    try:
        temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: a checkpoint cannot be written here", f"{path}：此处无法写入检查点") from error


def dump(model: Any) -> bytes:
    """A model's checkpoint as bytes, for ``load``.

    Raises:
        TypeError: as for ``save``.
    """
    pieces = _pieces(model)
    return b"".join([MAGIC, _checksum(pieces), *pieces])


def restore(cls: Any, path: Path) -> Any:
    """The model of a checkpoint: a new one of class ``cls``, to which the state is given.

    Raises:
        UserError: the file cannot be read, is damaged or no checkpoint, or was saved by other code or libraries.
    """
    return load(cls, _read(path), path)


def load(cls: Any, content: bytes, path: Path) -> Any:
    """The same from bytes; ``path`` is what errors call them."""
    text, data = _of_this_code(content, path)
    with _whole(path, UserError):
        scenario = Scenario.restored(text["scenario"], str(path))
    with _whole(path):
        same_code = text["code"] == origin.run_code(scenario)
    if not same_code:
        raise _of_others(path, Text("a plug-in", "插件"))
    with _whole(path):
        model = cls(scenario=scenario, rng=text["seed"], threads=1, from_day_one=True)
        _fill(model, text, data)
    return model


def history_file(model: Any, folder: Path) -> Path:
    """Where a society on the eve of the reform is kept in a folder, by all that makes it what it is: society, behaviour and
    old regime, seed, code and libraries. The reform is no part of it.
    """
    made = [_made_by(), model.scenario.common_fingerprint, model.seed, origin.code_of(model.scenario.old_regime)]
    name = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:24]
    return folder / f"history-{name}.checkpoint"


def takes_up(model: Any, path: Path) -> bool:
    """Whether a model on day one could be brought to the eve of its reform by what is kept at ``history_file``.

    False where nothing is kept, or nothing that is whole: then it is simulated again.
    """
    try:
        text, data = _of_this_code(_read(path), path)
    except UserError:
        return False
    if (text["seed"], text["common"]) != (model.seed, model.scenario.common_fingerprint):  # a file that was renamed
        return False
    with _whole(path):
        _fill(model, text, data)
    return True


def _of_this_code(content: bytes, path: Path) -> tuple[dict[str, Any], memoryview]:
    """The text and the arrays' bytes of what this code and these libraries have written; else UserError."""
    with _whole(path):
        text, data = _split(content)
        of_others = [name for name, here in _made_by().items() if text["made by"][name] != here]
    if of_others:
        raise _of_others(path, Text(", ".join(of_others), "、".join(of_others)))
    return text, data


def _fill(model: Any, text: dict[str, Any], data: memoryview) -> None:
    """Give a model on day one the months and the state of a checkpoint."""
    model.pass_months(text["months"], text["ticks"])
    state.give(model, state.State(text["tree"], _arrays(text["arrays"], data)))


@contextlib.contextmanager
def _whole(path: Path, *telling: type[Exception]) -> Iterator[None]:
    """Whatever is wrong with a file is one sentence; errors of the ``telling`` types say better what it is."""
    try:
        yield
    except telling:
        raise
    except Exception as error:
        raise _no_checkpoint(path) from error


def _no_checkpoint(path: Path) -> UserError:
    return UserError(f"{path}: is no checkpoint, or is damaged", f"{path}：不是检查点，或已损坏")


def _of_others(path: Path, what: Text) -> UserError:
    return UserError(
        f"{path}: was saved by another version of {what.en}, with which it would not go on to the bit",
        f"{path}：检查点由另一版本的 {what.zh} 保存，无法逐位一致地继续运行",
    )


def _pieces(model: Any) -> list[Any]:
    """All that stands under the checksum, in order."""
    kept = state.take(model)
    text = {
        "made by": _made_by(),
        "code": origin.run_code(model.scenario),
        "scenario": model.scenario.to_keep(),
        "common": model.scenario.common_fingerprint,
        "seed": model.seed,
        "months": model.commons.month,
        "ticks": model.ticks,
        "arrays": [[a.dtype.str, list(a.shape), "C" if a.flags.c_contiguous else "F"] for a in kept.arrays],
        "tree": kept.tree,
    }
    encoded = json.dumps(text, separators=(",", ":")).encode()
    return [len(encoded).to_bytes(_LENGTH, "little"), encoded, *(a.ravel(order="K").data for a in kept.arrays)]


def _checksum(pieces: Iterable[Any]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _made_by() -> dict[str, str]:
    """Format, hash of the model's code, and versions of the libraries that a run is made by."""
    found = origin.versions()
    return {
        "cogov_sim": f"{FORMAT} {origin.model_code()}",
        "Python": "{}.{}".format(*sys.version_info),
        **{library: found[library] for library in _LIBRARIES},
    }


def _read(path: Path) -> bytes:
    try:
        if stat.S_ISREG(path.stat().st_mode):  # whoever opens a pipe may wait for ever
            return path.read_bytes()
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read", f"{path}：无法读取") from error
    raise _no_checkpoint(path)


def _split(content: bytes) -> tuple[dict[str, Any], memoryview]:
    """The text and the arrays' bytes of a file; ValueError for one that is damaged."""
    whole = memoryview(content)
    start = len(MAGIC) + _CHECKSUM
    if whole[: len(MAGIC)] != MAGIC or whole[len(MAGIC) : start] != _checksum([whole[start:]]):
        raise ValueError("not what was written")
    end = start + _LENGTH + int.from_bytes(whole[start : start + _LENGTH], "little")
    return json.loads(bytes(whole[start + _LENGTH : end])), whole[end:]


def _arrays(table: list[Any], data: memoryview) -> list[NDArray[Any]]:
    """The arrays of a checkpoint; ValueError if their bytes are not as many as it says."""
    arrays, end = [], 0
    for code, shape, order in table:
        if code not in state.ARRAY_TYPES or any(type(n) is not int or n < 0 for n in shape):
            raise ValueError(f"{code} {shape} is no array")
        start, end = end, end + math.prod(shape) * np.dtype(code).itemsize
        arrays.append(np.frombuffer(data[start:end], code).reshape(shape, order=order).copy(order))
    if end != len(data):
        raise ValueError(f"{len(data)} bytes in place of {end}")
    return arrays
