"""The six levels of the tree of units, from the city to the building."""

from __future__ import annotations

from enum import IntEnum

from cogov_sim.language import Text


class Level(IntEnum):
    """A level of the tree; a larger number is closer to home."""

    CITY = 0
    DISTRICT = 1
    STREET = 2
    COMMUNITY = 3
    GRID = 4
    BUILDING = 5

    @property
    def text(self) -> Text:
        """The level's name in both languages."""
        return LABELS[self]

    @classmethod
    def from_letter(cls, letter: str) -> Level:
        """The level of a letter: C city, D district, S street, V community/village, G grid, B building."""
        return cls("CDSVGB".index(letter))


LABELS: dict[Level, Text] = {
    Level.CITY: Text("city", "市"),
    Level.DISTRICT: Text("district", "区"),
    Level.STREET: Text("street or town", "街道/镇"),
    Level.COMMUNITY: Text("community or village", "社区/村居"),
    Level.GRID: Text("grid", "网格"),
    Level.BUILDING: Text("building or hamlet", "楼栋/自然村"),
}
