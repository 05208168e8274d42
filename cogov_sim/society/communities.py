"""The five community types and the ready societies, read from data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.language import Text, UserError
from cogov_sim.society.datafiles import read_toml

AGE_BANDS: tuple[str, ...] = ("18-29", "30-39", "40-49", "50-59", "60-69", "70+")
"""Age bands in the order of ``Population.age_band``."""


@dataclass(frozen=True)
class CommunityType:
    """What communities of one type have in common; units and sources: data/communities.toml."""

    id: str
    text: Text
    relative_size: float
    newcomer_share: float
    owner_share: float
    lodging: float
    turnover: float
    party_share: float
    income_mean: float
    income_sd: float
    free_hours: float
    age_shares: tuple[float, ...]
    preferences: tuple[float, ...]
    quality: tuple[float, ...]
    tie_density: float
    household_size: float
    ground: bool
    company: bool
    building_size: tuple[int, int]


@dataclass(frozen=True)
class Preset:
    """A ready society: its size and, street by street, how many communities of each type it has.

    Attributes:
        id, text: the name.
        residents: the preset's own number of residents.
        residents_per_district: how many residents make one district when the society is scaled up.
        streets: int64 (streets, types), communities of each type in each street.
    """

    id: str
    text: Text
    residents: int
    residents_per_district: int
    streets: NDArray[np.int64]

    @property
    def fewest_residents(self) -> int:
        """The smallest size whose results mean something: below it a society may be one single community."""
        return round(1.8 * self.residents / int(self.streets.sum()))


def _community_type(row: dict[str, Any]) -> CommunityType:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return CommunityType(text=Text(fields.pop("en"), fields.pop("zh")), **fields)


COMMUNITY_TYPES: tuple[CommunityType, ...] = tuple(
    _community_type(row) for row in read_toml("communities.toml")["type"]
)
"""In the order of ``Units.kind``: new estate, old estate, migrant, village turned community, rural."""


def _preset(name: str, row: dict[str, Any]) -> Preset:
    streets = [[street.get(kind.id, 0) for kind in COMMUNITY_TYPES] for street in row["street"]]
    return Preset(
        id=name,
        text=Text(row["en"], row["zh"]),
        residents=row["residents"],
        residents_per_district=row["residents_per_district"],
        streets=np.array(streets, dtype=np.int64),
    )


PRESETS: dict[str, Preset] = {name: _preset(name, row) for name, row in read_toml("societies.toml").items()}
"""The ready societies by name."""


def preset(name: str) -> Preset:
    """The ready society of that name.

    Raises:
        UserError: there is none.
    """
    if name not in PRESETS:
        known = ", ".join(PRESETS)
        raise UserError(
            f"There is no society '{name}'; choose from: {known}.", f"没有名为“{name}”的社会；可选：{known}。"
        )
    return PRESETS[name]


def type_column(field: str, kind: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """One field of the community types as a float64 column over ``kind``; 2-D if it has several numbers."""
    table = np.array([getattr(community_type, field) for community_type in COMMUNITY_TYPES], dtype=np.float64)
    column: NDArray[np.float64] = table[kind]
    return column
