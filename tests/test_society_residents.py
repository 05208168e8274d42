"""Day one: residents and their ties look like the figures they come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from societies import assert_sound_graph, generate

from cogov_sim.language import UserError
from cogov_sim.society import (
    CATEGORIES,
    COMMUNITY_TYPES,
    Level,
    ScheduleType,
    Society,
    contact_frequency,
    enterprises,
    layout,
    population,
    schedule_at,
    schedules,
    services,
    to_networkx,
)
from cogov_sim.society.datafiles import read_json, read_toml

LABORATORY = read_json("fischbacher_gachter_2010.json")["calibration_sessions"]


# Residents


def test_type_rows_are_proper_shares() -> None:
    assert [t.id for t in COMMUNITY_TYPES] == read_toml("xiamen.toml")["structure"]["community_types"]
    for t in COMMUNITY_TYPES:
        assert sum(t.preferences) == pytest.approx(1) and sum(t.age_shares) == pytest.approx(1)
        assert len(t.preferences) == len(t.quality) == len(CATEGORIES)
        assert t.building_size[1] >= 2 * t.building_size[0] - 1, "any number of people can be housed"
    for k, category in enumerate(CATEGORIES):
        assert len(category.age_tilt) == 6, k


def test_no_two_traits_hang_on_the_same_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """On day one every draw of a purpose is made once; the doorstep of communities and the environment of grids once shared one."""
    drawn: list[tuple[int, int]] = []

    def noted(original: Callable[..., Any]) -> Callable[..., Any]:
        def draw(seed: int, purpose: int, month: int, entities: Any, number: int = 0) -> Any:
            drawn.append((purpose, number))
            return original(seed, purpose, month, entities, number)

        return draw

    for module in (population, layout, services, schedules, enterprises):
        for name in ("normals", "uniforms"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, noted(getattr(module, name)))
    generate(residents=2000)
    assert len(drawn) > 40 and len(set(drawn)) == len(drawn)


def test_schedule_types_are_55_23_12_10(society: Society) -> None:
    # Sampling error of a share over 20,000 residents is below 0.0036; 0.015 is four of them.
    share = np.bincount(society.population.schedule_type, minlength=4) / society.population.n
    assert share == pytest.approx([0.55, 0.229, 0.121, 0.10], abs=0.015)


def test_schedules_have_the_laboratory_moments(haicang: Society) -> None:
    # The truncation of the slope to [0.05, 1.5] moves mean and deviation by a few hundredths.
    p, fit = haicang.population, LABORATORY["linear_schedule_fit"]["conditional_cooperator"]
    who = p.schedule_type == ScheduleType.CONDITIONAL
    assert p.schedule_slope[who].mean() == pytest.approx(fit["slope_mean"], abs=0.05)
    assert p.schedule_slope[who].std() == pytest.approx(fit["slope_sd"], abs=0.08)
    assert p.schedule_slope[who].min() >= 0.05 and p.schedule_slope[who].max() <= 1.5
    assert 20 * p.schedule_intercept[who].mean() == pytest.approx(fit["intercept_mean"], abs=0.02)
    assert 20 * p.schedule_intercept[who].std() == pytest.approx(fit["intercept_sd"], abs=0.02)


def test_mean_schedules_follow_the_laboratory(haicang: Society) -> None:
    # A line with independent intercept and slope is a coarse picture of what was observed: within 1.5 of 20
    # tokens for cooperators. The triangle misses the plateau right of the hump's peak by up to 2.
    # Others answer erratically (five subjects): within 3.
    p = haicang.population
    for kind, name, tolerance in (
        (ScheduleType.CONDITIONAL, "conditional_cooperator", 1.5),
        (ScheduleType.FREE_RIDER, "free_rider", 0.0),
        (ScheduleType.HUMP, "hump_shaped", 2.0),
        (ScheduleType.OTHER, "other", 3.0),
    ):
        who = p.schedule_type == kind
        for token in (0, 5, 10, 15, 20):
            given_ = schedule_at(p.schedule_type[who], p.schedule_intercept[who], p.schedule_slope[who], token / 20)
            assert 20 * given_.mean() == pytest.approx(LABORATORY["mean_schedule"][name][token], abs=tolerance)


def test_first_beliefs_have_the_laboratory_quantiles(haicang: Society) -> None:
    # Interpolation between five quantiles keeps them and puts the mean within 0.3 token of the observed one.
    belief, seen = haicang.population.belief, LABORATORY["initial_belief"]
    quantiles = np.quantile(belief, [0.05, 0.25, 0.5, 0.75, 0.95]) * 20
    assert quantiles == pytest.approx(seen["quantiles_5_25_50_75_95"], abs=0.15)
    assert 20 * belief.mean() == pytest.approx(seen["mean"], abs=0.3)


def test_community_types_keep_their_shares(haicang: Society) -> None:
    # Smallest type: about 26,000 residents, sampling error of a share below 0.0031; 0.015 is four of them.
    # Income also carries the deviations of eight communities or more, 10 % each: 3.5 % of their mean; 11 % is
    # three of those.
    p, units = haicang.population, haicang.units
    kind = units.kind[units.of_residents(Level.COMMUNITY)]
    for t, community_type in enumerate(COMMUNITY_TYPES):
        who = kind == t
        assert p.newcomer[who].mean() == pytest.approx(community_type.newcomer_share, abs=0.015)
        assert p.owner[who].mean() == pytest.approx(community_type.owner_share, abs=0.015)
        assert p.party[who].mean() == pytest.approx(community_type.party_share, abs=0.015)
        ages = np.bincount(p.age_band[who], minlength=6) / who.sum()
        assert ages == pytest.approx(community_type.age_shares, abs=0.015)
        assert p.free_time[who].mean() == pytest.approx(community_type.free_hours, rel=0.02)
        assert p.income[who].mean(dtype=float) == pytest.approx(community_type.income_mean, rel=0.11)
        # Weights are normalised after their noise and differ by place: near the type's mean, not on it.
        assert p.preferences[who].mean(axis=0) == pytest.approx(community_type.preferences, abs=0.04)


def test_newcomers_are_about_two_thirds_in_haicang(haicang: Society) -> None:
    # Community sizes are random, so the mix moves by a point or two between seeds.
    assert haicang.population.newcomer.mean() == pytest.approx(2 / 3, abs=0.04)
    assert haicang.population.party.mean() == pytest.approx(0.07, abs=0.015)


def test_traits_go_together(haicang: Society) -> None:
    p = haicang.population
    assert p.age_band[p.newcomer == 1].mean() < p.age_band[p.newcomer == 0].mean()
    assert p.owner[p.newcomer == 1].mean() < p.owner[p.newcomer == 0].mean()
    assert p.party[p.age_band >= 4].mean() > p.party[p.age_band <= 1].mean()
    assert p.spirit[p.party == 1].mean() > p.spirit[p.party == 0].mean()


def test_attitudes_have_the_wanted_means(society: Society) -> None:
    # The shares of variance of traits are approximate, which moves a mean by less than 0.01.
    p = society.population
    assert p.trust.mean() == pytest.approx(0.55, abs=0.01)
    assert p.spirit.mean() == pytest.approx(0.40, abs=0.01)
    for column in (p.trust, p.spirit, p.efficacy):
        assert column.std() > 0.1


def test_places_differ_from_their_type(haicang: Society) -> None:
    units = haicang.units
    wish = units.mean(Level.COMMUNITY, haicang.population.preferences[:, 0])[units.kind == 0]
    assert wish.std() / wish.mean() > 0.1


# Ties


def test_contact_with_neighbours_is_near_the_survey(society: Society) -> None:
    # 27.3 / 29.4 / 19.8 / 23.5 %: soft target from another city; the societies differ in mix, hence 4 points.
    share = np.bincount(contact_frequency(society.ties), minlength=4) / society.population.n
    assert share == pytest.approx([0.273, 0.294, 0.198, 0.235], abs=0.04)


def test_a_fifth_to_a_quarter_are_nearly_isolated(society: Society) -> None:
    ties = society.ties
    assert 0.20 <= (ties.degree <= 1).mean() <= 0.25
    single = ties.degree == 1
    assert ties.total_strength()[single].mean() < 0.5 * ties.strength.mean()


def test_ties_are_layered_and_homophilous(society: Society) -> None:
    ties, units = society.ties, society.units
    assert_sound_graph(ties)
    assert ties.degree.mean() == pytest.approx(9, abs=1)
    source = np.repeat(np.arange(ties.n), ties.degree)

    def inside(level: Level) -> np.ndarray:
        unit = units.of_residents(level)
        return unit[source] == unit[ties.indices]

    building, grid, community = inside(Level.BUILDING), inside(Level.GRID), inside(Level.COMMUNITY)
    assert building.mean() > (grid & ~building).mean() > (community & ~grid).mean()
    assert (~community).mean() == pytest.approx(0.10, abs=0.03)
    newcomer = society.population.newcomer
    share = newcomer.mean()
    assert (newcomer[source] == newcomer[ties.indices]).mean() > share**2 + (1 - share) ** 2 + 0.1
    assert (ties.familiarity() <= 1).all() and (ties.familiarity()[ties.degree == 0] == 0).all()


def test_networkx_export_is_the_same_graph() -> None:
    society = generate(residents=400)
    graph = to_networkx(society.ties, society.population)
    assert graph.number_of_nodes() == 400
    assert 2 * graph.number_of_edges() == len(society.ties.indices)
    resident = int(np.argmax(society.ties.degree))
    assert sorted(graph[resident]) == society.ties.neighbours(resident).tolist()
    assert graph.nodes[resident]["newcomer"] == society.population.newcomer[resident]


def test_networkx_export_refuses_large_societies(haicang: Society) -> None:
    with pytest.raises(UserError, match="450000"):
        to_networkx(haicang.ties)
