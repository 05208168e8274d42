"""What units are called: invented names in both languages, the same for the same unit in every run."""

from __future__ import annotations

from functools import cache

from cogov_sim.language import Text
from cogov_sim.society.communities import COMMUNITY_TYPES
from cogov_sim.society.datafiles import read_toml
from cogov_sim.society.levels import Level
from cogov_sim.society.units import Units

_VILLAGE = next(number for number, kind in enumerate(COMMUNITY_TYPES) if kind.id == "rural")


def unit_name(units: Units, level: Level, unit: int) -> Text:
    """The name of a unit, with that of its community for what is smaller.

    Args:
        units: the tree.
        level, unit: which unit; IndexError where there is none.
    """
    if not 0 <= unit < units.count(level):
        raise IndexError(f"{level.text.en} {unit} of {units.count(level)}")
    if level == Level.CITY:
        return Text("the city", "全市")
    if level == Level.DISTRICT:
        return _named("district", unit, Text("District", "区"))
    if level == Level.STREET:
        return _named("street", unit, Text("Street", "街道"))
    if level == Level.COMMUNITY:
        village = units.kind[unit] == _VILLAGE
        return _named("community", unit, Text("Village", "村") if village else Text("Community", "社区"))
    return _small_unit(units, level, unit)


def _small_unit(units: Units, level: Level, unit: int) -> Text:
    """The name of a grid or building: its number and its community's name."""
    grid = unit if level == Level.GRID else int(units.parent(Level.BUILDING)[unit])
    community = int(units.parent(Level.GRID)[grid])
    whole = unit_name(units, Level.COMMUNITY, community)
    number = _place(units, Level.GRID, grid)
    if level == Level.GRID:
        return Text(f"grid {number} of {whole.en}", f"{whole.zh}第 {number} 网格")
    home = _place(units, Level.BUILDING, unit)
    if units.kind[community] == _VILLAGE:
        return Text(f"hamlet {number}-{home} of {whole.en}", f"{whole.zh} {number}-{home} 组")
    return Text(f"building {number}-{home} of {whole.en}", f"{whole.zh} {number}-{home} 号楼")


def _place(units: Units, level: Level, unit: int) -> int:
    """Which of the units of its parent a unit is, from 1."""
    parent = units.parent(level)
    return int((parent[: unit + 1] == parent[unit]).sum())


def _named(kind: str, unit: int, called: Text) -> Text:
    names = _names(kind)
    name, round_ = names[unit % len(names)], unit // len(names) + 1
    again = Text("", "") if round_ == 1 else Text(f" {round_}", f"{round_}")
    return Text(f"{name.en}{again.en} {called.en}", f"{name.zh}{again.zh}{called.zh}")


@cache
def _names(kind: str) -> tuple[Text, ...]:
    return tuple(Text(en, zh) for en, zh in read_toml("names.toml")[kind])
