"""What a result was made from: the model's code, the code of plug-ins, and the libraries' versions."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from cogov_sim.scenario.institution import institution_classes

_PACKAGE = Path(__file__).parent
#: Parts of the package that cannot change a run's numbers.
_NOT_THE_MODEL = {"cli", "report", "experiments", "lab", "commands", "validation", "__pycache__", "cli.py", "usage.py",
                  "terminal.py"}  # fmt: skip


def versions() -> dict[str, str]:
    """Versions of everything a result may depend on."""
    found = {"python": platform.python_version()}
    for package in ("cogov-sim", "mesa", "numpy", "numba", "scipy", "pandas", "pyarrow"):
        try:
            found[package.replace("-", "_")] = version(package)
        except PackageNotFoundError:
            found[package.replace("-", "_")] = "not installed"
    return found


@cache
def model_code() -> str:
    """A short hash of the model's own source and data, so that runs of different code are never mixed."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        inner = path.relative_to(_PACKAGE)
        if path.suffix in {".py", ".toml", ".json"} and inner.parts[0] not in _NOT_THE_MODEL | {"scenarios"}:
            digest.update(str(inner).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def run_code(scenario: Any) -> str:
    """A short hash of all code that a run depends on: the model, and the packages that bring the scenario's institutions."""
    digest = hashlib.sha256(model_code().encode())
    classes = (institution_classes()[key] for key in scenario.institutions)
    for package in sorted({institution.__module__.partition(".")[0] for institution in classes} - {_PACKAGE.name}):
        for path in _sources(package):
            digest.update(f"{package} {path.name}".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(package: str) -> Iterator[Path]:
    """The source files of a package that is loaded, or of a module that stands alone."""
    module = sys.modules[package]
    for folder in getattr(module, "__path__", ()):
        yield from sorted(Path(folder).rglob("*.py"))
    if not hasattr(module, "__path__") and getattr(module, "__file__", None):
        yield Path(str(module.__file__))
