"""Compiled kernels that are never stale.

Numba keeps compiled kernels beside their file and compiles anew when that file changes, but not when a formula changes
that was inlined from another file. So whenever any source of the kernels differs from last time, what was kept is
thrown away.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

_PACKAGE = Path(__file__).parent
_STAMP = _PACKAGE / "__pycache__" / "kernels.stamp"


def sources() -> list[Path]:
    """All files that compiled code can come from: those that mention numba, and the constants they take."""
    files = [
        *_PACKAGE.glob("*.py"),
        *_PACKAGE.glob("agents/**/*.py"),
        *_PACKAGE.glob("society/*.py"),
        *_PACKAGE.glob("lab/*.py"),
    ]
    return sorted([*files, _PACKAGE / "scenario" / "behaviour.py"])


def forget_stale_kernels() -> bool:
    """Delete kept kernels where a source has changed since; returns whether it did. Harmless where it may not write."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources())).hexdigest()
    with contextlib.suppress(OSError):
        if _STAMP.is_file() and _STAMP.read_text() == digest:
            return False
        for kept in _PACKAGE.rglob("*.nb[ic]"):
            kept.unlink(missing_ok=True)
        _STAMP.parent.mkdir(exist_ok=True)
        fresh = _STAMP.with_suffix(f".{id(digest)}.part")
        fresh.write_text(digest)
        fresh.replace(_STAMP)
        return True
    return False
