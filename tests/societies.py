"""Societies on day one for tests, and what must hold of any tree and any graph."""

from __future__ import annotations

import numpy as np

from cogov_sim.scenario.actors import EnterpriseSettings
from cogov_sim.scenario.settings import SocietySettings
from cogov_sim.society import Level, Society, Ties, Units


def generate(preset: str = "neighbourhoods", residents: int | None = None, seed: int = 1, **more: float) -> Society:
    """A ready society, at its own size if none is given."""
    return Society.generate(SocietySettings(preset=preset, residents=residents, **more), EnterpriseSettings(), seed)


def assert_sound_tree(units: Units, residents: int) -> None:
    """Every unit is an unbroken slice of the residents and of one unit above."""
    assert units.n_residents == residents
    assert units.count(Level.CITY) == 1
    assert len(units.kind) == units.count(Level.COMMUNITY)
    for level in Level:
        first, last = units.first(level), units.last(level)
        assert first[0] == 0 and last[-1] == residents
        assert np.array_equal(first[1:], last[:-1])
        assert (units.population(level) > 0).all()
        if level == Level.CITY:
            continue
        parent, above = units.parent(level), Level(level - 1)
        assert (np.diff(parent) >= 0).all()
        assert np.array_equal(np.unique(parent), np.arange(units.count(above)))
        assert (first >= units.first(above)[parent]).all() and (last <= units.last(above)[parent]).all()
        assert np.array_equal(units.of_residents(above), parent[units.of_residents(level)])


def assert_sound_graph(ties: Ties) -> None:
    """Symmetric, strengths included, without self ties and duplicates; strengths in (0, 1]."""
    source = np.repeat(np.arange(ties.n), ties.degree)
    code = source * ties.n + ties.indices
    assert (np.diff(code) > 0).all(), "rows rise and hold no duplicates"
    assert (source != ties.indices).all()
    mirrored = ties.indices.astype(np.int64) * ties.n + source
    order = np.argsort(mirrored)
    assert np.array_equal(mirrored[order], code)
    assert np.array_equal(ties.strength[order], ties.strength)
    assert ties.strength.min(initial=1.0) > 0 and ties.strength.max(initial=0.0) <= 1
