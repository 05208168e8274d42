"""Kernels that were kept from an older source are never run."""

from __future__ import annotations

import hashlib

import pytest

from cogov_sim import compiled, draws


def test_importing_draws_has_checked_the_kernels() -> None:
    assert draws.forget_stale_kernels is compiled.forget_stale_kernels
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in compiled.sources())).hexdigest()
    assert compiled._STAMP.read_text() == digest


def test_every_file_with_kernels_is_a_source() -> None:
    with_kernels = {path for path in compiled._PACKAGE.rglob("*.py") if "@numba.njit" in path.read_text("utf-8")}
    assert with_kernels <= set(compiled.sources())
    assert len(with_kernels) > 5


def test_a_changed_source_throws_kept_kernels_away(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "behaviour.py").write_text("")
    rules, kept = tmp_path / "agents" / "rules.py", tmp_path / "agents" / "rules.f-1.py311.1.nbc"
    monkeypatch.setattr(compiled, "_PACKAGE", tmp_path)
    monkeypatch.setattr(compiled, "_STAMP", tmp_path / "__pycache__" / "kernels.stamp")
    rules.write_text("ONE = 1")
    assert compiled.forget_stale_kernels()
    kept.write_bytes(b"compiled")
    assert not compiled.forget_stale_kernels()
    assert kept.exists()
    rules.write_text("ONE = 2")
    assert compiled.forget_stale_kernels()
    assert not kept.exists()
