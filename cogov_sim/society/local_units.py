"""The units of the neighbourhood 驻区单位 on day one: firms, public units and property holders, and what they could lend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.language import Text
from cogov_sim.scenario.actors import EnterpriseSettings
from cogov_sim.society.datafiles import read_toml
from cogov_sim.society.enterprises import (
    MEAN_PROPENSITY,
    MEAN_REPUTATION,
    SIZE_SPREAD,
    TRAIT_SPREAD,
    EnterpriseTable,
)
from cogov_sim.society.levels import Level
from cogov_sim.society.population import logit_location
from cogov_sim.society.schedules import beliefs_at
from cogov_sim.society.units import Units


class UnitKind(IntEnum):
    """What a unit of the neighbourhood is."""

    SHOP = 0
    FIRM = 1
    LARGE_FIRM = 2
    PUBLIC_UNIT = 3
    PROPERTY_HOLDER = 4


@dataclass(frozen=True)
class KindOfUnit:
    """What units of one kind have in common; units and sources: data/local_units.toml."""

    id: str
    text: Text
    smallest: float
    size: float
    local: float
    room: float
    parking: float
    idle: float
    party: float
    let: float


def _kind(row: dict[str, Any]) -> KindOfUnit:
    rest = {name: value for name, value in row.items() if name not in ("en", "zh")}
    return KindOfUnit(text=Text(row["en"], row["zh"]), **rest)


KINDS_OF_UNITS: tuple[KindOfUnit, ...] = tuple(_kind(row) for row in read_toml("local_units.toml")["kind"])
"""In the order of ``UnitKind``."""

# Draw numbers of Purpose.ENTERPRISE, month 0 (enterprises.py has 0-9); entity: firm, or the number of another unit from its
# kind's first on.
_DRAW_BELIEF, _DRAW_PLACE, _DRAW_SIZE, _DRAW_REPUTATION, _DRAW_PROPENSITY, _DRAW_IDLE = 10, 11, 12, 13, 14, 15
_FIRST = {UnitKind.PUBLIC_UNIT: 1 << 24, UnitKind.PROPERTY_HOLDER: 1 << 25}


@dataclass(frozen=True)
class LocalUnitTable:
    """Units of the neighbourhood as columns, one entry a unit: first all firms, then public units, then property holders.

    Attributes:
        firms: how many of them are firms, in the order of ``EnterpriseTable``.
        entity: int64, by which each draws its luck.
        community: int32, where they are.
        kind: int8, a ``UnitKind``.
        size: float64, employees.
        profit: float64, yuan in an ordinary month; 0 for public units.
        reputation, propensity: float64 in [0, 1].
        belief: float64 in [0, 1], share of the others that is believed to give.
        local: float64 in [0, 1], share of its custom that comes from the community.
        room: float64, m2 of floor space that lies idle part of the week.
        idle: float64, m2 of premises that stand empty all week.
        parking: float64, parking spaces empty at night.
        party: int64, party members employed.
        let: float64 in [0, 1], share of the market rent that lending forgoes.
    """

    firms: int
    entity: NDArray[np.int64]
    community: NDArray[np.int32]
    kind: NDArray[np.int8]
    size: NDArray[np.float64]
    profit: NDArray[np.float64]
    reputation: NDArray[np.float64]
    propensity: NDArray[np.float64]
    belief: NDArray[np.float64]
    local: NDArray[np.float64]
    room: NDArray[np.float64]
    idle: NDArray[np.float64]
    parking: NDArray[np.float64]
    party: NDArray[np.int64]
    let: NDArray[np.float64]

    @property
    def n(self) -> int:
        """The number of units."""
        return self.community.shape[0]


def kinds_of_firms(size: NDArray[np.float64]) -> NDArray[np.int8]:
    """Shop, firm or large firm, by employees."""
    bounds = [KINDS_OF_UNITS[kind].smallest for kind in (UnitKind.FIRM, UnitKind.LARGE_FIRM)]
    return np.searchsorted(bounds, size, side="right").astype(np.int8)


def build_local_units(
    settings: EnterpriseSettings, enterprises: EnterpriseTable, units: Units, seed: int
) -> LocalUnitTable:
    """The units of a society on day one.

    Args:
        settings: how many public units and property holders there are.
        enterprises: the firms.
        units: where the others can be.
        seed: the run's seed.
    """
    n = enterprises.n
    numbers = {
        UnitKind.PUBLIC_UNIT: round(settings.public_per_1000 * units.n_residents / 1000),
        UnitKind.PROPERTY_HOLDER: round(settings.holders_per_1000 * units.n_residents / 1000),
    }
    others = np.concatenate([_FIRST[kind] + np.arange(number) for kind, number in numbers.items()])
    kind = np.concatenate([kinds_of_firms(enterprises.size), *(np.full(n, k, np.int8) for k, n in numbers.items())])
    entity = np.concatenate([np.arange(n), others]).astype(np.int64)

    def spread(mean: float, draw: int) -> NDArray[np.float64]:
        z = normals(seed, Purpose.ENTERPRISE, 0, others, draw)
        return np.asarray(expit(logit_location(mean, TRAIT_SPREAD) + TRAIT_SPREAD * z))

    where = uniforms(seed, Purpose.ENTERPRISE, 0, others, _DRAW_PLACE) * units.n_residents
    median = _of_kinds("size", kind[n:])
    size = np.append(
        enterprises.size, median * np.exp(SIZE_SPREAD * normals(seed, Purpose.ENTERPRISE, 0, others, _DRAW_SIZE))
    )
    at = np.searchsorted(units.last(Level.COMMUNITY), where, side="right")
    earns = np.where(kind[n:] == UnitKind.PROPERTY_HOLDER, settings.profit, 0.0)
    return LocalUnitTable(
        firms=n,
        entity=entity,
        community=np.append(enterprises.community, at).astype(np.int32),
        kind=kind,
        size=size,
        profit=np.append(enterprises.profit, earns),
        reputation=np.append(enterprises.reputation, spread(MEAN_REPUTATION, _DRAW_REPUTATION)),
        propensity=np.append(enterprises.propensity, spread(MEAN_PROPENSITY, _DRAW_PROPENSITY)),
        belief=beliefs_at(uniforms(seed, Purpose.ENTERPRISE, 0, entity, _DRAW_BELIEF)),
        local=_of_kinds("local", kind),
        room=_of_kinds("room", kind) * size,
        idle=_of_kinds("room", kind)
        * size
        * (uniforms(seed, Purpose.ENTERPRISE, 0, entity, _DRAW_IDLE) < _of_kinds("idle", kind)),
        parking=np.floor(_of_kinds("parking", kind) * size),
        party=np.floor(_of_kinds("party", kind) * size).astype(np.int64),
        let=_of_kinds("let", kind),
    )


def _of_kinds(field: str, kind: NDArray[np.int8]) -> NDArray[np.float64]:
    """One field of the kinds as a column."""
    return np.array([getattr(one, field) for one in KINDS_OF_UNITS], float)[kind]
