"""A small society is a small sample: fewer communities, never smaller ones; size changes nothing but noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cogov_sim import Scenario
from cogov_sim.experiments import compare
from cogov_sim.experiments.headlines import HEADLINES
from cogov_sim.experiments.worlds import say_if_small
from cogov_sim.society import COMMUNITY_TYPES, PRESETS, Level
from cogov_sim.society.layout import lay_out

NEIGHBOURHOODS = PRESETS["neighbourhoods"]


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_communities_keep_their_size(name: str) -> None:
    """From the smallest honest size on, the mean community is within a third of the usual one, whatever the size."""
    preset = PRESETS[name]
    usual = preset.residents / preset.streets.sum()
    for residents in np.geomspace(preset.fewest_residents, 4 * preset.residents, 12).astype(int).tolist():
        means = [residents / lay_out(preset, residents, seed).count(Level.COMMUNITY) for seed in range(20)]
        assert np.mean(means) == pytest.approx(usual, rel=0.34), residents


def test_a_small_society_is_a_sample_of_the_large_one() -> None:
    """Over 2,000 seeds each type's share of the residents is that of the whole (standard error at most 0.011: 4 of them)."""
    kinds = len(COMMUNITY_TYPES)
    share = np.zeros(kinds)
    for seed in range(2000):
        units = lay_out(NEIGHBOURHOODS, 10_000, seed)
        share += np.bincount(units.kind, units.population(Level.COMMUNITY), kinds) / 10_000 / 2000
    whole = np.mean(
        [np.bincount(u.kind, u.population(Level.COMMUNITY), kinds) / 20_000 for u in (lay_out(NEIGHBOURHOODS, 20_000, s) for s in range(200))],
        axis=0,
    )  # fmt: skip
    assert share == pytest.approx(whole, abs=0.044)


def test_from_the_smallest_honest_size_on_no_society_is_a_single_community() -> None:
    """Of societies with communities of very different size a tenth fewer may be one; where they are alike, it takes more than that."""
    fewest = {name: preset.fewest_residents for name, preset in PRESETS.items()}
    for name, residents in fewest.items():
        sizes = [
            kind.relative_size for kind, n in zip(COMMUNITY_TYPES, PRESETS[name].streets.sum(axis=0), strict=True) if n
        ]
        alike = max(sizes) < 1.5 * min(sizes)
        few, fewer = (
            min(lay_out(PRESETS[name], size, seed).count(Level.COMMUNITY) for seed in range(500))
            for size in (residents, int(0.9 * residents))
        )
        assert few >= 2 and (alike or fewer == 1), name


def test_two_small_societies_differ_in_what_they_are_a_sample_of() -> None:
    assert len({tuple(lay_out(NEIGHBOURHOODS, 5_000, seed).kind.tolist()) for seed in range(20)}) > 3


def test_a_multiple_of_the_ready_society_is_so_many_of_it() -> None:
    units = lay_out(NEIGHBOURHOODS, 60_000, 1)
    assert np.bincount(units.kind).tolist() == (3 * NEIGHBOURHOODS.streets.sum(axis=0)).tolist()


@pytest.mark.parametrize(("residents", "warned"), [(200, True), (5_999, True), (6_000, False), (None, False)])
def test_below_the_smallest_honest_size_a_sentence_says_so(residents: int | None, warned: bool, capsys: Any) -> None:
    changes = [] if residents is None else [f"society.residents={residents}"]
    say_if_small([Scenario.load("government_run", changes=changes)] * 2)
    said = capsys.readouterr().err
    assert bool(said) == warned and said.count("\n") == warned
    assert not warned or (str(residents) in said and "6000" in said)


@pytest.mark.slow
def test_headlines_differ_by_noise_alone_between_5000_and_20000() -> None:
    """The two means of each headline's paired difference, over 8 seeds, are no further apart than the 95 % interval of their
    difference.

    Half of the seeds draw a single community of one type at 5,000, while all seeds have the same six at 20,000: the first interval is
    many times the second, and holds means that the second cannot. With nothing but noise it holds all nine but in every third change of randomness at worst.
    """
    found = {}
    for residents in (5_000, 20_000):
        comparison = compare(
            ["government_run", "co_governance"], seeds=8, months=24, residents=residents, workers=2, progress=False,
            changes=["history.months=12"],
        )  # fmt: skip
        found[residents] = comparison.paired().set_index("measure").loc[list(HEADLINES)]
    small, large = found[5_000], found[20_000]
    half = np.hypot(small["high"] - small["mean"], large["high"] - large["mean"])
    apart = (small["mean"] - large["mean"]).abs()
    assert (apart <= half).all(), (apart / half)[apart > half]
