"""Landlords: who lets rooms to tenants in the own house has more to gain from the place, and gives accordingly."""

from __future__ import annotations

import numpy as np
import pytest
from societies import generate
from worlds import fresh

from cogov_sim import CoGovModel, Scenario
from cogov_sim.experiments.worlds import BARE
from cogov_sim.society import COMMUNITY_TYPES, Level, Society

pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture(scope="module")
def society() -> Society:
    return generate(residents=20_000)


def test_lodgers_are_the_tenants_whose_landlord_lives_there(society: Society) -> None:
    """Closed form, building by building: the type's share of its tenants, as many with each owner; nobody lodges with a tenant."""
    people, units = society.population, society.units
    kind = units.kind[units.within(Level.BUILDING, Level.COMMUNITY)]
    assert not people.lodgers[people.owner == 0].any()
    for b, (first, last) in enumerate(zip(units.first(Level.BUILDING), units.last(Level.BUILDING), strict=True)):
        owner = people.owner[first:last].astype(bool)
        lodging = COMMUNITY_TYPES[kind[b]].lodging * (~owner).sum() if owner.any() else 0.0
        assert people.lodgers[first:last].sum() == pytest.approx(lodging, rel=1e-5)
        assert len(np.unique(people.lodgers[first:last][owner])) <= 1


def _given(stake: float) -> tuple[np.ndarray, np.ndarray]:
    """The mean share that each resident gave of what was asked over a year and a half (NaN: nothing was), and who lets rooms."""
    changes = [
        "society.preset=villages_turned",
        f"behaviour.rent_stake={stake}",
        "behaviour.found_base=-7",
        "behaviour.need_weight=0.5",
    ]
    scenario = Scenario.load(f"{BARE}+award_grant+building_groups", changes=changes)
    model = CoGovModel(scenario=fresh(scenario), rng=1, residents=4000)
    columns, shares = model.residents.columns, []
    for _ in range(18):
        model.step()
        shares.append(np.where(columns.given >= 0.0, columns.given, np.nan))
    return np.nanmean(shares, axis=0), columns.lodgers > 0.5


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_landlords_give_more_the_more_the_rent_counts() -> None:
    """In the same society with the same luck; the others are moved only by what they see, a fifth as much at most."""
    (none, lets), (much, _) = _given(0.0), _given(1.0)
    landlords, others = (float(np.nanmean(much[who]) / np.nanmean(none[who])) - 1.0 for who in (lets, ~lets))
    assert np.isfinite(none[lets]).sum() > 200
    assert landlords > 0.05 and abs(others) < 0.2 * landlords
