"""Laying out a society of any size: which communities there are, and their grids and buildings."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.society.communities import COMMUNITY_TYPES, Preset, type_column
from cogov_sim.society.levels import Level
from cogov_sim.society.units import Units

HOUSEHOLDS_PER_GRID = 220
"""Households a grid is laid out for; 100-400 is the range in the literature (data/xiamen.toml); start value."""
SIZE_SPREAD = 0.2
"""Standard deviation of the log size of communities of one type (start value)."""

# Draw numbers of Purpose.SOCIETY, month 0; residents use 0-99 (population.py).
_DRAW_COMMUNITY = 101  # entity: community of the preset
_DRAW_COMMUNITY_SIZE = 100  # entity: community
_DRAW_BUILDING_SIZE = 110  # entity: building


def lay_out(preset: Preset, residents: int, seed: int) -> Units:
    """The tree of units for ``residents`` residents with the preset's mix of communities.

    Args:
        preset: which communities there are, street by street.
        residents: how many residents the society has, at least 1.
        seed: the run's seed.

    Returns:
        A complete tree: every unit has at least one child and one resident at every level below.
    """
    kind, street, n_streets = _communities(preset, residents, seed)
    people = _community_sizes(kind, residents, seed)
    sizes = [COMMUNITY_TYPES[k].building_size for k in kind]
    buildings = [_building_count(int(p), size) for p, size in zip(people, sizes, strict=True)]
    building_bounds, grid_bounds, grid_community, building_grid = _split(people, kind, buildings, seed)
    districts = min(n_streets, max(1, round(residents / preset.residents_per_district)))
    district = (np.arange(n_streets) * districts // n_streets).astype(np.int32)
    community_bounds = np.concatenate([[0], np.cumsum(people)]).astype(np.int64)
    street_bounds = _upper_bounds(community_bounds, street, n_streets)
    return Units(
        bounds=(
            np.array([0, residents], dtype=np.int64),
            _upper_bounds(street_bounds, district, districts),
            street_bounds,
            community_bounds,
            grid_bounds,
            building_bounds,
        ),
        parents=(
            np.zeros(1, dtype=np.int32),
            np.zeros(districts, dtype=np.int32),
            district,
            street,
            grid_community,
            building_grid,
        ),
        kind=kind,
    )


def households_per_grid(units: Units) -> NDArray[np.float64]:
    """Households of each grid, float64 (grids,): residents over the household size of the community type."""
    kind = units.kind[units.parent(Level.GRID)]
    return units.population(Level.GRID) / type_column("household_size", kind)


def _usual_sizes(preset: Preset, kind: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Residents that communities of each type in ``kind`` usually have: those of a preset have the preset's number in all."""
    relative = type_column("relative_size", np.arange(preset.streets.shape[1]))
    unit = preset.residents / (preset.streets.sum(axis=0) @ relative)
    return np.asarray(unit * relative[kind])


def _communities(preset: Preset, residents: int, seed: int) -> tuple[NDArray[np.int8], NDArray[np.int32], int]:
    """Type and street of each community, sorted by street, and the number of streets.

    As many whole copies of the preset as there are residents for, then communities drawn from it by chance, until one
    more of the usual size would be further from the number of residents. So a small society is a small sample of
    communities, not one of small communities.
    """
    n_streets = preset.streets.shape[0]
    every = np.repeat(np.argwhere(preset.streets), preset.streets[preset.streets > 0], axis=0)  # (street, type)
    copies, left = divmod(residents, preset.residents)
    drawn = every[np.argsort(uniforms(seed, Purpose.SOCIETY, 0, len(every), _DRAW_COMMUNITY), kind="stable")]
    total = copies * preset.residents + np.concatenate([[0.0], np.cumsum(_usual_sizes(preset, drawn[:, 1]))])
    further = int(np.argmin(np.abs(np.log(np.maximum(total, 1.0) / residents)))) if left else 0
    rows = [(copy * n_streets + street, kind) for copy in range(copies) for street, kind in every.tolist()]
    rows += [(copies * n_streets + street, kind) for street, kind in drawn[:further].tolist()]
    street, kind = np.array(sorted(rows)).T
    names, street = np.unique(street, return_inverse=True)
    return kind.astype(np.int8), street.astype(np.int32), len(names)


def _community_sizes(kind: NDArray[np.int8], residents: int, seed: int) -> NDArray[np.int64]:
    """Residents of each community, by type and chance; they sum to ``residents``."""
    chance = normals(seed, Purpose.SOCIETY, 0, len(kind), _DRAW_COMMUNITY_SIZE)
    weight = type_column("relative_size", kind) * np.exp(SIZE_SPREAD * chance)
    weight = np.maximum(weight / weight.mean(), 0.3)
    ends = np.rint(np.cumsum(weight) / weight.sum() * residents).astype(np.int64)
    ends[-1] = residents
    return np.diff(ends, prepend=0)


def _building_count(people: int, size: tuple[int, int]) -> int:
    """How many buildings hold ``people`` persons, each within ``size`` (where that is possible)."""
    low, high = size
    return min(max(1, round(2 * people / (low + high)), -(-people // high)), max(1, people // low))


def _building_ends(people: int, count: int, size: tuple[int, int], chance: NDArray[np.float64]) -> NDArray[np.int64]:
    """Where each of ``count`` buildings ends, in persons from the start of its community."""
    low, high = size
    if not low * count <= people <= high * count:
        return np.rint(np.linspace(people / count, people, count)).astype(np.int64)
    extra, room = (people - low * count) / count, high - low
    x = chance * room
    mean = x.mean()
    x = x * (extra / mean) if mean >= extra else room - (room - x) * ((room - extra) / (room - mean))
    ends = np.rint(np.cumsum(low + x)).astype(np.int64)
    ends[-1] = people
    return ends


def _split(
    people: NDArray[np.int64], kind: NDArray[np.int8], buildings: list[int], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Split communities: bounds of buildings and of grids, community of each grid, grid of each building."""
    chance = uniforms(seed, Purpose.SOCIETY, 0, sum(buildings), _DRAW_BUILDING_SIZE)
    building_ends, grid_ends, grid_community, building_grid = [], [], [], []
    start = done = grids = 0
    for community, (n, k, count) in enumerate(zip(people.tolist(), kind.tolist(), buildings, strict=True)):
        community_type = COMMUNITY_TYPES[k]
        ends = _building_ends(n, count, community_type.building_size, chance[done : done + count])
        n_grids = max(1, round(n / community_type.household_size / HOUSEHOLDS_PER_GRID))
        middle = ends - np.diff(ends, prepend=0) / 2
        _, grid = np.unique(np.floor(middle * n_grids / n), return_inverse=True)
        last_of_grid = np.flatnonzero(np.diff(grid, append=grid[-1] + 1))
        building_ends.append(start + ends)
        grid_ends.append(start + ends[last_of_grid])
        grid_community.append(np.full(len(last_of_grid), community, dtype=np.int32))
        building_grid.append((grids + grid).astype(np.int32))
        start, done, grids = start + n, done + count, grids + len(last_of_grid)
    zero = np.zeros(1, dtype=np.int64)
    return (
        np.concatenate([zero, *building_ends]),
        np.concatenate([zero, *grid_ends]),
        np.concatenate(grid_community),
        np.concatenate(building_grid),
    )


def _upper_bounds(bounds: NDArray[np.int64], parent: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """Bounds of ``count`` units one level up, from the bounds and parents of the (sorted) units below."""
    ends = np.searchsorted(parent, np.arange(count), side="right")
    return bounds[np.concatenate([[0], ends])]
