"""The service categories, and the assets: one category of one unit at the category's natural level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.draws import Purpose, normals
from cogov_sim.language import Text
from cogov_sim.society.communities import COMMUNITY_TYPES, CommunityType, type_column
from cogov_sim.society.datafiles import read_toml
from cogov_sim.society.levels import Level
from cogov_sim.society.units import Units

MOST_CATEGORIES = 16  # a resident's sets of categories are bits of a uint16


@dataclass(frozen=True)
class Category:
    """One service category; units and sources of every figure: data/services.toml.

    Attributes:
        id, text: the name.
        level: its natural level.
        decay: quality lost a month without upkeep.
        cost_per_head: yuan per resident that bring quality from 0 to 1.
        labour_share: share of that cost which residents' labour can replace.
        land_share: share of it that ground which residents give up saves.
        room_share: share of it that floor space, or ground to park on, saves that a unit lends.
        skill_share: share of it that the work of a unit's staff can replace.
        visible: how far it shows to superiors, 0 to 1.
        age_tilt: preference of each age band relative to the mean.
        kept: whether residents can keep its assets up.
        bought: whether it is a service that providers offer, rather than a work.
    """

    id: str
    text: Text
    level: Level
    decay: float
    cost_per_head: float
    labour_share: float
    land_share: float
    room_share: float
    skill_share: float
    visible: float
    age_tilt: tuple[float, ...]
    kept: bool
    bought: bool


def _category(row: dict[str, Any]) -> Category:
    return Category(
        id=row["id"],
        text=Text(row["en"], row["zh"]),
        level=Level.from_letter(row["level"]),
        decay=row["decay"],
        cost_per_head=row["cost_per_head"],
        labour_share=row["labour_share"],
        land_share=row["land_share"],
        room_share=row["room_share"],
        skill_share=row["skill_share"],
        visible=row["visible"],
        age_tilt=tuple(row["age_tilt"]),
        kept=row["kept"],
        bought=row["bought"],
    )


def check(categories: Sequence[Category], types: Sequence[CommunityType]) -> None:
    """Whether the tables of services and of community types fit together.

    Raises:
        ValueError: there are too many services, an id stands twice, or a community type has not one number for each.
    """
    n, ids = len(categories), [category.id for category in categories]
    if n > MOST_CATEGORIES:
        raise ValueError(f"services.toml: {n} categories, but sets of them are kept in {MOST_CATEGORIES} bits")
    if len(set(ids)) < n:
        raise ValueError(f"services.toml: ids of categories must differ: {', '.join(ids)}")
    for one in types:
        for name, numbers in (("preferences", one.preferences), ("quality", one.quality)):
            if len(numbers) != n:
                raise ValueError(
                    f"communities.toml: {name} of {one.id!r} has {len(numbers)} numbers; it takes one for each of the"
                    f" {n} categories of services.toml"
                )


CATEGORIES: tuple[Category, ...] = tuple(_category(row) for row in read_toml("services.toml")["category"])
"""The categories in the order of every list with one number a category."""
check(CATEGORIES, COMMUNITY_TYPES)


def number_of(category: str) -> int:
    """The number of the category with that id.

    Raises:
        ValueError: there is none.
    """
    ids = [one.id for one in CATEGORIES]
    if category not in ids:
        raise ValueError(f"services.toml: no category {category!r} among {', '.join(ids)}")
    return ids.index(category)


ENVIRONMENT, ORDER, PROPERTY, SAFETY = map(number_of, ("environment", "order", "upkeep", "safety"))
"""The categories that a rule of the month is about: violations hurt the first two, owners pay fees for the third, incidents hurt
the last."""
LEARNING, CULTURE, FACILITIES = map(number_of, ("children", "culture", "facilities"))
"""What draws people to classes and events, and what a community has one of."""
KEEPABLE: tuple[int, ...] = tuple(k for k, category in enumerate(CATEGORIES) if category.kept)
"""Categories whose assets residents can keep up."""
USED_BY_UNITS: tuple[int, ...] = (ENVIRONMENT, FACILITIES, ORDER, SAFETY)
"""Categories that units of the neighbourhood use themselves."""

QUALITY_SPREAD = {Level.STREET: 0.08, Level.COMMUNITY: 0.10, Level.GRID: 0.12, Level.BUILDING: 0.14}
"""Standard deviation of day-one quality around the type's mean; small units differ more (start value)."""
_DRAW_QUALITY = 120  # Purpose.SOCIETY, month 0; entity: asset


@dataclass(frozen=True)
class Assets:
    """Every asset of a society, as columns; ordered by category, then unit.

    Attributes:
        category: int8, index into ``CATEGORIES``.
        level: int8, a ``Level``.
        unit: int32, index of the unit within its level.
        population: int64, residents who live with the asset.
        full_cost: int64, yuan that bring quality from 0 to 1.
        first, last: int64, the slice of those residents.
        community: int32, -1 for assets of a street.
        street: int32.
        quality: float64 in [0, 1] on day one.
        offset: int64 (categories + 1,), where each category starts.
        of_building: int32 (buildings, categories), the asset of each category that a building lives with.
    """

    category: NDArray[np.int8]
    level: NDArray[np.int8]
    unit: NDArray[np.int32]
    population: NDArray[np.int64]
    full_cost: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    community: NDArray[np.int32]
    street: NDArray[np.int32]
    quality: NDArray[np.float64]
    offset: NDArray[np.int64]
    of_building: NDArray[np.int32]

    @property
    def n(self) -> int:
        """The number of assets."""
        return self.category.shape[0]


def build_assets(units: Units, seed: int) -> Assets:
    """The assets of a society on day one.

    Args:
        units: the tree of units.
        seed: the run's seed.
    """
    levels = [category.level for category in CATEGORIES]
    counts = [units.count(level) for level in levels]
    offset = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    category = np.repeat(np.arange(len(CATEGORIES), dtype=np.int8), counts)
    population = np.concatenate([units.population(level) for level in levels])
    cost = np.array([c.cost_per_head for c in CATEGORIES])[category]
    of_building = [offset[k] + units.within(Level.BUILDING, level) for k, level in enumerate(levels)]
    return Assets(
        category=category,
        level=np.repeat(np.array(levels, dtype=np.int8), counts),
        unit=np.concatenate([np.arange(count, dtype=np.int32) for count in counts]),
        population=population,
        full_cost=np.rint(cost * population).astype(np.int64),
        first=np.concatenate([units.first(level) for level in levels]),
        last=np.concatenate([units.last(level) for level in levels]),
        community=np.concatenate([_community(units, level) for level in levels]),
        street=np.concatenate([units.within(level, Level.STREET) for level in levels]),
        quality=_quality(units, seed),
        offset=offset,
        of_building=np.stack(of_building, axis=1).astype(np.int32),
    )


def _community(units: Units, level: Level) -> NDArray[np.int32]:
    if level < Level.COMMUNITY:
        return np.full(units.count(level), -1, dtype=np.int32)
    return units.within(level, Level.COMMUNITY)


def _quality(units: Units, seed: int) -> NDArray[np.float64]:
    """Day-one quality of every asset: the community type's mean (over a street: by residents) plus noise."""
    by_community = type_column("quality", units.kind)
    people = units.population(Level.COMMUNITY).astype(np.float64)
    street = units.parent(Level.COMMUNITY)
    means, spreads = [], []
    for k, category in enumerate(CATEGORIES):
        if category.level < Level.COMMUNITY:
            weighted = np.bincount(street, by_community[:, k] * people) / np.bincount(street, people)
            means.append(weighted[units.within(category.level, Level.STREET)])
        else:
            means.append(by_community[units.within(category.level, Level.COMMUNITY), k])
        spreads.append(np.full(means[-1].shape[0], QUALITY_SPREAD[category.level]))
    mean = np.concatenate(means)
    noise = normals(seed, Purpose.SOCIETY, 0, mean.shape[0], _DRAW_QUALITY)
    quality: NDArray[np.float64] = np.clip(mean + np.concatenate(spreads) * noise, 0.05, 0.98)
    return quality
