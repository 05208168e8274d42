"""Conservation and bounds in any world: random institutions, settings, behaviour and government, checked every month."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soundness import Watch, open_bits
from strategies import scenarios
from worlds import INSTITUTIONS, fresh, small, world

from cogov_sim import CoGovModel, Scenario
from cogov_sim.scenario import available

pytestmark = pytest.mark.usefixtures("compiled")


@given(scenarios(), st.integers(0, 2**32), st.integers(6, 15))
@settings(max_examples=25)
def test_any_world_is_sound(scenario: Scenario, seed: int, months: int) -> None:
    Watch(CoGovModel(scenario=fresh(scenario), rng=seed)).run(months)


@pytest.mark.slow
@given(scenarios(), st.integers(0, 2**32), st.integers(6, 40))
@settings(max_examples=150)
def test_many_worlds_are_sound(scenario: Scenario, seed: int, months: int) -> None:
    Watch(CoGovModel(scenario=fresh(scenario), rng=seed)).run(months)


@pytest.mark.parametrize("name", [name for name, _ in available()])
def test_ready_worlds_are_sound_for_three_years(name: str) -> None:
    Watch(CoGovModel(scenario=small(name), rng=2, residents=600)).run(36)


def test_all_institutions_at_once_are_sound() -> None:
    Watch(CoGovModel(scenario=small(world(*INSTITUTIONS)), rng=3, residents=600)).run(36)


@pytest.mark.parametrize(
    "change",
    [
        "institutions.direct_provision.public_share=0.5",
        "institutions.award_grant.acceptance=1.0",
        "institutions.award_grant.match_cap=0.95",
        "government.envelope=0",
        "government.envelope=1000",
        "government.administration_share=0.95",
        "government.reserve_share=0.5",
        "services.shock_rate=0.2",
        "services.patience=1",
        "services.maximum_age=1",
        "enterprises.per_1000=0",
        "organisations.supporters=0",
        "behaviour.found_base=5",
        "behaviour.voice_base=5",
        "behaviour.hassle=0",
    ],
)
def test_extremes_are_sound(change: str) -> None:
    """One thing at its limit, all institutions on."""
    scenario = Scenario.load(world(*INSTITUTIONS), changes=[change])
    Watch(CoGovModel(scenario=small(scenario), rng=4, residents=400)).run(15)


@pytest.mark.parametrize("name", [name for name, _ in available()])
def test_nobody_knows_of_a_matter_that_is_not_under_way(name: str) -> None:
    """What one heard of a matter is forgotten when it closes: the next matter on the same asset is news."""
    model = CoGovModel(scenario=small(name), rng=2, residents=600)
    for _ in range(24):
        model.step()
        assert not (model.residents.columns.knew & ~open_bits(model)).any(), f"month {model.month}"
