"""Run the fast tests with other versions of everything, in an environment of their own (``.venv-newest`` and so on).

``newest``: the newest Python found here that numba is built for, and the newest libraries that pyproject.toml allows.
``oldest``: the oldest such Python, and the lower bounds of pyproject.toml themselves, so that they are true.
``next``: as newest, with the coming Mesa where there is only a preview of it; not part of what must pass.

Pythons are looked for on PATH and among those of pyenv. Further arguments go to pytest.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
WHICH = ("newest", "oldest", "next")
FAST = ("-n", "logical", "--dist", "loadfile", "-m", "not slow")


def main(arguments: list[str]) -> int:
    """Make the environment, run the tests; returns pytest's exit code."""
    if not arguments or arguments[0] not in WHICH:
        print(f"usage: {Path(__file__).name} {'|'.join(WHICH)} [ARGUMENTS OF PYTEST]", file=sys.stderr)
        return 2
    which, *rest = arguments
    place = ROOT / f".venv-{which}"
    python = _environment(place, which)
    if python is None:
        print("no Python was found here that numba is built for, in the versions that are allowed", file=sys.stderr)
        return 1
    if which == "next":
        _pip(python, "--upgrade", "--pre", "--no-deps", _requirement("mesa"))
        rest = ["-k", "not batch_run", *rest]  # which the previews of Mesa 4 do not have
    tested = subprocess.run([python, "-m", "pytest", *FAST, *rest], cwd=ROOT, check=False)
    return tested.returncode


def _environment(place: Path, which: str) -> Path | None:
    """An environment in ``place`` with the first Python that numba is built for, and all that the tests need."""
    found = sorted(_pythons().items(), reverse=which != "oldest")
    for version, program in found:
        python = place / "bin" / "python"
        if _version(python) != version:
            shutil.rmtree(place, ignore_errors=True)
            subprocess.run([program, "-m", "venv", place], check=True)
        versions = _versions(place, which)
        if _pip(python, *versions, "--only-binary", "numba,llvmlite", _requirement("numba"), must=False):
            print(f"{which}: Python {'.'.join(map(str, version))}", flush=True)
            _pip(python, *versions, "--editable", f"{ROOT}[test]")
            return python
    return None


def _versions(place: Path, which: str) -> list[str]:
    """What tells pip which versions are meant."""
    if which != "oldest":
        return ["--upgrade", "--upgrade-strategy", "eager"]
    bounds = place / "oldest.txt"
    lowest = [re.match(r"([\w-]+)>=([\w.]+)", requirement) for requirement in _requirements()]
    bounds.write_text("".join(f"{bound[1]}=={bound[2]}\n" for bound in lowest if bound), encoding="utf-8")
    return ["--constraint", str(bounds)]


def _requirements() -> list[str]:
    """What pyproject.toml says of libraries, those for tests included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["test"]]


def _requirement(name: str) -> str:
    return next(one for one in _requirements() if re.match(rf"{name}\b", one))


def _pythons() -> dict[tuple[int, ...], Path]:
    """Pythons from 3.11 on that can make an environment, one for each version."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*map(Path, os.get_exec_path()), *pyenv.glob("versions/*/bin")]
    programs = [Path(sys.executable), *(one for folder in folders for one in sorted(folder.glob("python3.*")))]
    named = [one for one in programs if one == Path(sys.executable) or re.fullmatch(r"python3\.\d+", one.name)]
    found = {_version(program): program for program in reversed(named)}
    return {version: program for version, program in found.items() if version is not None and version >= (3, 11)}


def _version(program: Path) -> tuple[int, ...] | None:
    """Major and minor version, or None for what does not run or cannot make an environment."""
    ask = "import sys, ensurepip, venv; print(*sys.version_info[:2])"
    try:
        asked = subprocess.run([program, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return tuple(map(int, asked.stdout.split())) if asked.returncode == 0 else None


def _pip(python: Path, *arguments: str, must: bool = True) -> bool:
    """Whether pip could install what is asked for; what must succeed ends the program if it does not."""
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=must, stderr=None if must else subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
