"""Where compiled kernels are kept: under the digest of everything each was made from, so that none is ever stale.

Numba keeps a compiled kernel until the kernel's own file changes, and knows nothing of a formula or constant that came
from another file. Here a kernel's digest covers its own code and, one after the other, everything it names: other
kernels, constants, fields of tuples. So an edit compiles anew just what it changes: not one kernel after a change of a comment, all that
use it after a change of a formula, wherever it stands and whatever directory numba was told to use.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from enum import Enum
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np
from numba.core import config
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, UserWideCacheLocator

_MOST = 8  # editions of one kernel that are kept, those used last
_KEPT = "COGOV_KERNELS"  # environment variable that hands the directory of a process on to its workers


def digest(function: Any) -> str:
    """A hash of all that a kernel's machine code is made from.

    Raises:
        TypeError: the kernel names something that has no such hash.
    """
    parts: dict[str, str] = {}
    _collect(getattr(function, "py_func", function), parts)
    return hashlib.sha256(repr(sorted(parts.items())).encode()).hexdigest()[:16]


def _collect(function: FunctionType, parts: dict[str, str]) -> None:
    name = f"{function.__module__}.{function.__qualname__}"
    if name in parts:
        return
    parts[name] = ""  # known from here on, should it name itself
    named = {n for code in _codes(function.__code__) for n in code.co_names if n in function.__globals__}
    words = {n: _word(f"{name}: {n}", function.__globals__[n], parts) for n in named}
    closure = [cell.cell_contents for cell in function.__closure__ or ()]
    code = [
        (c.co_code, c.co_names, c.co_varnames, [k for k in c.co_consts if not _word_or_code(k, function)])
        for c in _codes(function.__code__)
    ]
    words |= {f"closure {i}": _word(f"{name}: closure", value, parts) for i, value in enumerate(closure)}
    parts[name] = repr((code, sorted(words.items())))


def _word_or_code(constant: Any, function: FunctionType) -> bool:
    """Whether a constant is the docstring, or code that is collected on its own."""
    return isinstance(constant, CodeType) or (isinstance(constant, str) and constant == function.__doc__)


def mentioned(function: Any) -> frozenset[str]:
    """All names in a kernel's code, and in that of the kernels it names."""
    return frozenset(name for one in _with_callees(function) for code in _codes(one.__code__) for name in code.co_names)


def code_size(function: Any) -> int:
    """Bytes of a kernel's Python code and of that of the kernels it names: a measure of the work to compile it."""
    return sum(len(code.co_code) for one in _with_callees(function) for code in _codes(one.__code__))


def _with_callees(function: Any) -> list[Any]:
    """A kernel's function and those of all kernels it names, each once."""
    found = [function]
    for one in found:
        names = (one.__globals__.get(name) for code in _codes(one.__code__) for name in code.co_names)
        for named in names:
            other = getattr(named, "py_func", None)
            if other is not None and other not in found:
                found.append(other)
    return found


def _codes(code: CodeType) -> list[CodeType]:
    inner = [c for const in code.co_consts if isinstance(const, CodeType) for c in _codes(const)]
    return [code, *inner]


def _word(where: str, value: Any, parts: dict[str, str]) -> str:
    """A word for one thing that a kernel names; kernels are collected in their turn."""
    if hasattr(value, "py_func"):
        _collect(value.py_func, parts)
        return f"kernel {value.py_func.__module__}.{value.py_func.__qualname__}"
    if isinstance(value, FunctionType):
        return "function"  # an attribute that bears its name: kernels call nothing but kernels
    if isinstance(value, ModuleType):
        return f"module {value.__name__}"
    if isinstance(value, type):
        return f"type {value.__qualname__} {getattr(value, '_fields', '')}"
    if isinstance(value, np.ndarray):
        return f"array {value.dtype} {value.shape} {value.tobytes().hex()}"
    if value is None or isinstance(value, bool | int | float | str | tuple | Enum | np.generic):
        return f"{type(value).__name__} {value!r}"
    raise TypeError(f"{where}: a kernel cannot be kept, since it names a {type(value).__name__}")


@cache
def _base(source: Path) -> Path:
    """Where kernels of a source file are kept: numba's own directory, beside the file, in the user's cache, or for now."""
    told = config.CACHE_DIR or os.environ.get(_KEPT)
    users = UserWideCacheLocator(digest, __file__).get_cache_path()
    for place in (told, source.parent / "__pycache__", users):
        if place and _writable(Path(place)):
            return Path(place)
    return _for_now()


def _writable(place: Path) -> bool:
    try:
        place.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=place).close()
    except OSError:
        return False
    return True


@cache
def _for_now() -> Path:
    """A directory for this process and its workers, where nothing lasting can be written."""
    place = tempfile.mkdtemp(prefix="cogov_kernels_")
    os.environ[_KEPT] = place
    owner = os.getpid()
    atexit.register(lambda: shutil.rmtree(place, ignore_errors=True) if os.getpid() == owner else None)
    return Path(place)


def _prune(kernels: Path) -> None:
    """Remove the editions of one kernel that have not been used for longest."""
    with contextlib.suppress(OSError):  # another process does the same
        editions = sorted(kernels.iterdir(), key=lambda edition: edition.stat().st_mtime, reverse=True)
        for edition in editions[_MOST:]:
            shutil.rmtree(edition, ignore_errors=True)


class _Locator:
    """Tells numba's cache the directory of a kernel: the digest is part of it, and nothing else has to be fresh."""

    def __init__(self, function: Any) -> None:
        self.path = (
            _base(Path(function.__code__.co_filename))
            / "kernels"
            / f"{function.__module__}.{function.__qualname__}"
            / digest(function)
        )
        with contextlib.suppress(OSError):  # not there yet, or not ours
            os.utime(self.path)

    def get_cache_path(self) -> str:
        return str(self.path)

    def ensure_cache_path(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        _prune(self.path.parent)

    def get_source_stamp(self) -> str:
        return "digest"

    def get_disambiguator(self) -> str:
        return ""

    @classmethod
    def from_function(cls, function: Any, _file: str) -> _Locator:
        return cls(function)


class _File(CompileResultCacheImpl):
    """How one kernel lies on disk; numba's own way, but for the directory."""

    def __init__(self, function: Any) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _Locator(function)
        self._filename_base = self.get_filename_base(function.__name__, getattr(sys, "abiflags", ""))


class _Entries(IndexDataCacheFile):
    """What lies in one kernel's directory; what cannot be read, of another edition or broken, counts as not there."""

    def _load_index(self) -> Any:
        try:
            return super()._load_index()
        except Exception:
            return {}

    def _load_data(self, name: str) -> Any:
        try:
            return super()._load_data(name)
        except Exception as error:
            raise OSError(f"{name} cannot be read") from error  # numba takes it for a file that was removed


class _Cache(FunctionCache):
    """Numba's cache of one function, under the digest; the fields of tuples that the function takes belong to the key."""

    _impl_class = _File

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        made: Any = vars(self)["_cache_file"]
        self._cache_file = _Entries(made._cache_path, self._impl.filename_base, made._source_stamp)

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        fields = tuple(getattr(argument, "fields", None) for argument in sig)
        return fields, super()._index_key(sig, codegen)


class Kept:
    """A kernel's cache, opened when it is first needed: by then all that the kernel names is there."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __getattr__(self, name: str) -> Any:
        """Whatever numba asks of a cache."""
        if name == "_opened":
            self._opened = _Cache(self._function)
            return self._opened
        return getattr(self._opened, name)


def is_kept(dispatcher: Any, signature: Any) -> bool:
    """Whether a kernel's machine code for a signature lies on disk, for this machine and this numba."""
    kept = dispatcher._cache._opened
    name = kept._cache_file._load_index().get(kept._index_key(signature, dispatcher.targetctx.codegen()))
    return name is not None and (Path(kept.cache_path) / name).exists()
