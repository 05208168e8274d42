"""Kernels that were kept from an older source are never run, and only what a change concerns is compiled anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cogov_sim import compiled
from cogov_sim.agents import rules
from cogov_sim.agents.kernels import share
from cogov_sim.compiled import digest, kernel

FORMULA = "from cogov_sim.compiled import kernel\nHALF = {half}\n\n@kernel(inline=True)\ndef formula(x):\n    return HALF * x\n"
USER = "from cogov_sim.compiled import kernel\nfrom formula import formula\n\n@kernel\ndef user(x):\n    return 1.0 + formula(x)\n"
RUN = "import user; print(user.user(2.0)); print(sum(user.user.stats.cache_hits.values()))"


def _run(folder: Path, half: str, **environment: str) -> list[str]:
    (folder / "formula.py").write_text(FORMULA.format(half=half))
    (folder / "user.py").write_text(USER)
    paths = os.pathsep.join([str(folder), str(compiled._PACKAGE.parent)])
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        text=True,
        capture_output=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize("told", [False, True], ids=["beside the file", "in numba's directory"])
def test_a_constant_of_another_file_counts_at_once(tmp_path: Path, told: bool) -> None:
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "kept")} if told else {}
    assert _run(tmp_path, "0.5", **environment) == ["2.0", "0"]
    assert _run(tmp_path, "0.5  # a comment", **environment) == ["2.0", "1"]
    assert _run(tmp_path, "0.25", **environment) == ["1.5", "0"]
    assert _run(tmp_path, "0.5", **environment) == ["2.0", "1"]
    assert any((tmp_path / "kept" if told else tmp_path / "__pycache__").rglob("*.nbc"))


def test_where_nothing_can_be_written_kernels_are_kept_for_now(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    there = {"HOME": str(tmp_path / "file"), "XDG_CACHE_HOME": str(tmp_path / "file" / "cache")}
    (tmp_path / "__pycache__").write_text("no directory")
    assert _run(tmp_path, "0.5", **there) == ["2.0", "0"]


def test_a_digest_covers_formulas_of_other_files(monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(share.perceive)

    @kernel(inline=True)
    def satisfied(rules, performance, expectation, voice):
        return 0.5

    monkeypatch.setattr(share, "satisfied", satisfied)
    assert digest(share.perceive) != before


def test_a_digest_is_the_same_in_every_process() -> None:
    line = "from cogov_sim.compiled import digest; from cogov_sim.agents.kernels import share; print(digest(share.perceive))"
    environment = {**os.environ, "PYTHONPATH": str(compiled._PACKAGE.parent), "PYTHONHASHSEED": "17"}
    done = subprocess.run([sys.executable, "-c", line], env=environment, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == digest(share.perceive)


def test_a_kernel_that_names_what_has_no_digest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules.unit.py_func.__globals__, "min", object())
    with pytest.raises(TypeError, match="cannot be kept"):
        digest(rules.unit)


def test_fields_of_tuples_belong_to_the_key(tmp_path: Path) -> None:
    """Two tuples of the same name and types whose fields lie the other way round are not the same to a kernel."""
    code = (
        "from collections import namedtuple\nfrom cogov_sim.compiled import kernel\nPair = namedtuple('Pair', '{fields}')\n\n"
        "@kernel\ndef first(pair):\n    return pair.a\n\nprint(first(Pair(1.0, 2.0)))\n"
    )
    for fields, wanted in (("a b", "1.0"), ("b a", "2.0")):
        (tmp_path / "pairs.py").write_text(code.format(fields=fields))
        done = subprocess.run(
            [sys.executable, "-c", "import pairs"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(compiled._PACKAGE.parent)])},
            text=True, capture_output=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == wanted
