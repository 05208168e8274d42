"""Who moves: tenants sooner than owners, the disappointed sooner than the content; as many in every world."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import fresh

from cogov_sim import CoGovModel, Scenario

pytestmark = pytest.mark.usefixtures("compiled")

OFTEN = "society.turnover_factor=10"


def _moved(*changes: str, world: str = "government_run", months: int = 24) -> tuple[CoGovModel, np.ndarray, np.ndarray]:
    """A model, how often each dwelling changed hands, and how disappointed who lived there was before, on average."""
    scenario = Scenario.load(world, changes=[OFTEN, *changes])
    model = CoGovModel(scenario=fresh(scenario), rng=1, residents=6000)
    columns, times, gap = model.residents.columns, np.zeros(6000), np.zeros(6000)
    for _ in range(months):
        gap += columns.expectation - columns.performance
        model.step()
        times += columns.moved
    return model, times, gap / months


def test_tenants_move_several_times_as_often_as_owners() -> None:
    """Where nobody is driven away: within 4 standard errors of a ratio of three, over some thousands of moves."""
    model, times, _ = _moved("behaviour.move_push=0")
    owner = model.residents.columns.owner.astype(bool)
    community = np.repeat(model.residents.board.community, model.residents.board.last - model.residents.board.first)
    for c in np.unique(community).tolist():
        mine = community == c
        owners, tenants = times[mine & owner], times[mine & ~owner]
        if len(owners) < 50 or len(tenants) < 50:
            continue
        ratio = tenants.mean() / owners.mean()
        error = ratio * np.sqrt(1.0 / owners.sum() + 1.0 / tenants.sum())
        assert abs(ratio - 3.0) < 4.0 * error


@pytest.mark.parametrize("world", ["government_run", "co_governance"])
def test_as_many_move_as_the_table_says_whatever_they_think_of_services(world: str) -> None:
    """Mean of all dwellings within 4 standard errors of ten times the table's turnover."""
    model, times, _ = _moved("behaviour.move_push=10", world=world)
    board = model.residents.board
    heads = board.last - board.first
    expected = 24 * float((board.turnover[board.community] * heads).sum() / heads.sum())
    assert times.mean() == pytest.approx(expected, abs=4.0 * np.sqrt(expected / len(times)))


def test_the_disappointed_leave_sooner() -> None:
    """Of neighbours in the same community, those who moved had expected more over what they saw than where nothing drives anybody away."""
    differences = {}
    for push in (0, 10):
        scenario = Scenario.load("government_run", changes=[OFTEN, f"behaviour.move_push={push}"])
        model = CoGovModel(scenario=fresh(scenario), rng=1, residents=6000).run(12)
        columns, found = model.residents.columns, []
        for _ in range(12):
            gap = (columns.expectation - columns.performance).astype(float)
            model.step()
            moved = columns.moved.astype(bool)
            found.append(gap[moved].mean() - gap[~moved].mean())
        differences[push] = np.mean(found)
    assert differences[10] > differences[0] + 0.01
