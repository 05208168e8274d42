"""What a dissolved body had left over stays with its unit: the next body of the same kind has it, and no yuan is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from stress import bodies, step
from worlds import small, whole

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.organisations import BODY_KINDS, Organisation
from cogov_sim.commons import organise

pytestmark = [pytest.mark.usefixtures("compiled"), pytest.mark.slow]


# -- what a dissolved body leaves --------------------------------------------------------------------------------------


def _left(model: CoGovModel) -> dict[tuple[type, int], tuple[int, int]]:
    """What dissolved bodies left (own yuan, public yuan), by kind and unit."""
    return dict(model.commons.left_over)


def _wear_out(model: CoGovModel, body: Organisation) -> None:
    """Its people burn out, and it dissolves."""
    model.residents.columns.fatigue[[body.leader, *body.officers]] = 1.0
    organise.live_on(model.commons)


def _found(model: CoGovModel, kind: int, building: int) -> None:
    """A building's first resident founds a body of a kind."""
    founder = model.residents.board.founder
    founder[:] = -1
    founder[building, kind] = model.residents.board.first[building]
    organise.found_bodies(model.commons, model)


def _in_purses(model: CoGovModel) -> int:
    with_bodies = sum(body.budget + body.allowance for body in bodies(model))
    return with_bodies + sum(own + public for own, public in _left(model).values())


def _restless(seed: int) -> CoGovModel:
    """A world in which bodies are founded easily and tire easily."""
    hard = ["organisations.burnout=0.2", "organisations.supporters=2", "behaviour.found_base=-6"]
    return CoGovModel(scenario=small(Scenario.load("co_governance", changes=hard)), rng=seed, residents=2000, threads=1)


@pytest.mark.parametrize("number", [0, 1, 3], ids=["group", "grid council", "development council"])
def test_the_next_body_of_the_unit_inherits_what_is_left_over(number: int) -> None:
    """Once, to the yuan, and only a body of the same kind in the same unit."""
    model = _restless(1)
    for month in range(1, 13):
        step(model, month, measured=False)
    kind, other = BODY_KINDS[number], BODY_KINDS[number + 1]
    here, unit_of = model.commons.bodies[kind], model.commons.unit_of_building[kind.level]
    unit, body = next(iter(here.items()))
    building = int(np.flatnonzero(unit_of == unit)[0])
    taken = {*here, *(place for left, place in _left(model) if left is kind)}
    elsewhere = next((b for b in range(len(unit_of)) if int(unit_of[b]) not in taken), None)
    body.budget, body.allowance = 777, 55
    _wear_out(model, body)
    assert unit not in here
    assert _left(model)[kind, unit] == (777, 55)
    if elsewhere is not None:
        _found(model, number, elsewhere)
        assert here[int(unit_of[elsewhere])].budget == 0, "of another unit"
    model.commons.bodies[other].pop(int(model.commons.unit_of_building[other.level][building]), None)
    _found(model, number + 1, building)
    assert _left(model)[kind, unit] == (777, 55), "a body of another kind leaves it where it is"
    _found(model, number, building)
    assert (here[unit].budget, here[unit].allowance) == (777, 55)
    assert (kind, unit) not in _left(model)


def test_no_yuan_is_lost_when_bodies_come_and_go() -> None:
    """Dissolving and founding hand money over, and neither make nor lose any; it happens many times."""
    model, left, inherited = _restless(1), 0, 0
    for month in range(1, 19):
        model.month = model.commons.month = month
        for part in model.parts:
            before, waited = _in_purses(model), _left(model)
            part.act(model)
            if part.name in ("bodies", "voice"):  # public money is handed down in another part
                assert _in_purses(model) == before, (month, part.name)
                left += len(_left(model).keys() - waited.keys())
                inherited += len(waited.keys() - _left(model).keys())
    assert left > inherited > 5


def test_a_checkpoint_keeps_what_bodies_left(tmp_path: Path) -> None:
    """Saved while something is left over, restored, and run on until other bodies have it."""
    model = _restless(1).run(12)
    left = _left(model)
    assert left
    model.save(tmp_path / "checkpoint")
    restored = CoGovModel.restore(tmp_path / "checkpoint")
    assert _left(restored) == left
    assert whole(restored.run(24)) == whole(model.run(24))
    assert _left(restored) == _left(model)
    assert left.keys() - _left(model).keys(), "some of it was inherited"
