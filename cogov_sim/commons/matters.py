"""The ledger of matters (事项): every piece of public work from the day it is raised to the day it closes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.language import Text
from cogov_sim.scenario.settings import ServiceSettings
from cogov_sim.society import CATEGORIES, COMMUNITY_TYPES, Assets, Level, Units

NONE = -1
LONGEST_RUN = 16_384  # months


class Stage(IntEnum):
    """How far a matter has come: raised, decided and under way, done, or given up."""

    RAISED = 0
    UNDER_WAY = 1
    COMPLETED = 2
    EXPIRED = 3


class Raiser(IntEnum):
    """Who raised a matter."""

    RESIDENTS = 0
    STAFF = 1
    GOVERNMENT_PLAN = 2
    UNITS = 3


class Decider(IntEnum):
    """Who decided a matter: the government, a body of residents, those who help themselves, a vote, or the venture platform."""

    GOVERNMENT = 0
    RESIDENTS = 1
    SELF_HELP = 2
    VOTERS = 3
    PLATFORM = 4


def names(codes: type[IntEnum]) -> tuple[str, ...]:
    """What users read for the codes, in their order."""
    return tuple(code.name.lower() for code in codes)


class Field(NamedTuple):
    """One column of the ledger.

    Attributes:
        dtype: type of its numbers.
        empty: what a matter begins with.
        unit, text: unit and label in both languages.
        codes: the name of each code, for columns of codes; users read ``-`` for ``NONE``.
        shown: the column's name (or names) in the data frame, where it is another.
        per: what a number in the data frame is counted in, in the column's own unit.
    """

    dtype: DTypeLike
    empty: float
    unit: str
    text: Text
    codes: Sequence[str] = ()
    shown: str = ""
    per: float = 1.0


#: The ledger's columns: they make its arrays, its data frame and its page in the docs.
FIELDS: dict[str, Field] = {
    "asset": Field(
        np.int32, NONE, "id", Text("asset it is about", "所涉资产"), shown="category, level, unit, community, kind"
    ),
    "ordinal": Field(np.int16, 0, "1", Text("how-manieth matter of the asset it is", "该资产的第几件事项")),
    "cost": Field(np.int64, 0, "yuan", Text("cost, labour valued", "成本（劳动折价）")),
    "scope": Field(np.float64, 1, "share", Text("part of what is missing that it is about", "所涉缺口的比例")),
    "labour": Field(np.float64, 0, "h", Text("labour that residents can do", "居民可承担的劳动")),
    "land": Field(np.float64, 0, "m2", Text("ground that residents can give up for it", "居民可让出的土地")),
    "space": Field(
        np.float64, 0, "m2", Text("floor space, or ground to park on, that units can lend it", "单位可出借的场地")
    ),
    "skill": Field(np.float64, 0, "h", Text("work that staff of units can do for it", "单位员工可承担的劳动")),
    "urgent": Field(np.int8, 0, "0/1", Text("raised by a shock", "由冲击引起")),
    "support": Field(np.int32, 0, "voices", Text("residents who spoke up about it", "发声支持人次")),
    "raised_by": Field(np.int8, NONE, "code", Text("who raised it", "提出者"), names(Raiser)),
    "raised_month": Field(np.int16, 0, "month", Text("month it was raised", "提出月份")),
    "level_now": Field(np.int8, 0, "level", Text("level where it lies", "所处层级"), names(Level)),
    "moves": Field(np.int16, 0, "levels", Text("levels it was passed up", "上报层级数")),
    "returns": Field(np.int16, 0, "levels", Text("levels it was returned", "退回层级数")),
    "dispatched_month": Field(
        np.int16, 0, "month", Text("month the street's desk dealt with it, 0 for none", "街道派遣月份，0 为无")
    ),
    "ready_month": Field(np.int16, 0, "month", Text("month from which it can be decided", "可决定月份")),
    "decided_by": Field(np.int8, NONE, "code", Text("who decided it", "决定者"), names(Decider)),
    "decided_level": Field(np.int8, NONE, "level", Text("level where it was decided", "决定层级"), names(Level)),
    "body": Field(
        np.int8, NONE, "code", Text("body that decided it", "决定的居民组织"), tuple(kind.name for kind in BODY_KINDS)
    ),
    "decided_month": Field(np.int16, 0, "month", Text("month it was decided", "决定月份")),
    "estimate": Field(np.float64, np.nan, "share", Text("what the decider thought people want", "决策者估计的偏好")),
    "own_target": Field(np.int64, 0, "yuan", Text("what must be gathered before it is built", "需先行筹集")),
    "fair_share": Field(np.float64, 0, "yuan", Text("fair share of a resident", "居民应摊份额")),
    "grant_promised": Field(np.int64, 0, "yuan", Text("grant promised after acceptance", "承诺奖补")),
    "grant_reserved": Field(
        np.int64, 0, "yuan", Text("grant set aside once the own part was gathered", "自筹到位后预留的奖补")
    ),
    "public_promised": Field(np.int64, 0, "yuan", Text("public money promised on completion", "承诺财政资金")),
    "match": Field(np.float64, 0, "yuan/yuan", Text("grant per own yuan", "奖补配比")),
    "public_money": Field(np.int64, 0, "yuan", Text("public money", "财政资金")),
    "residents_money": Field(np.int64, 0, "yuan", Text("residents' money", "居民出资")),
    "enterprise_money": Field(np.int64, 0, "yuan", Text("enterprises' money", "企业出资")),
    "units_minutes": Field(
        np.int64, 0, "min", Text("work of units' staff", "单位员工出力"), shown="units_hours (h)", per=60.0
    ),
    "social_minutes": Field(
        np.int64, 0, "min", Text("work of social workers", "社工出力"), shown="social_hours (h)", per=60.0
    ),
    "units_space": Field(
        np.int64, 0, "0.01 m2", Text("space that units lent", "单位出借场地"), shown="units_space (m2)", per=100.0
    ),
    "organisation_money": Field(np.int64, 0, "yuan", Text("organisations' money", "组织出资")),
    "donors_money": Field(np.int64, 0, "yuan", Text("money of associations of donors", "发展协会出资")),
    "delegated_money": Field(np.int64, 0, "yuan", Text("public money handed down to bodies", "下拨组织的财政资金")),
    "contracted": Field(np.int64, 0, "yuan", Text("value built under contract", "承包价值"), shown="contractor_value"),
    "firm": Field(np.int32, NONE, "id", Text("firm that has the contract, -1 for none", "承包企业，-1 为无")),
    "firm_gain": Field(
        np.int64, 0, "yuan", Text("what the contract earns the firm once it is done", "承包企业完工所得")
    ),
    "price": Field(
        np.float64,
        0,
        "1",
        Text("price of the winning bid, as a multiple of cost; 0 for none", "中标价与成本之比，0 为无"),
    ),
    "provider": Field(
        np.int32, NONE, "id", Text("social organisation that delivers it, -1 for none", "承接的社会组织，-1 为无")
    ),
    "craft": Field(np.float64, 0, "1", Text("build quality that the provider adds", "承接组织带来的质量增减")),
    "quality": Field(np.float64, np.nan, "0-1", Text("build quality", "建造质量")),
    "preference_match": Field(np.float64, np.nan, "0-1", Text("fit with what people want", "偏好契合度")),
    "gain": Field(np.float64, np.nan, "0-1", Text("quality that the asset gained", "资产质量提升")),
    "rating": Field(np.float64, np.nan, "0-1", Text("residents' evaluation", "居民评价"), shown="evaluation"),
    "raters": Field(np.int32, 0, "persons", Text("residents who evaluated", "评议人数"), shown="evaluators"),
    "givers": Field(np.int32, 0, "persons", Text("residents who gave", "贡献人数")),
    "knew": Field(np.int32, 0, "persons", Text("residents who knew of it", "知情人数")),
    "knew_gave_nothing": Field(np.int32, 0, "persons", Text("residents who knew and gave nothing", "知情未贡献人数")),
    "beneficiaries": Field(np.int32, 0, "persons", Text("residents who live with it", "受益人数")),
    "surplus": Field(np.int64, 0, "yuan", Text("money gathered beyond the need", "超出所需的筹款")),
    "refunded": Field(
        np.int64,
        0,
        "yuan",
        Text("gifts given back: what was not needed, or all when it was given up", "退还的捐款（多余或失效）"),
    ),
    "misused": Field(np.int64, 0, "yuan", Text("money that the council's leader kept", "理事会带头人侵占款项")),
    "recovered": Field(np.int64, 0, "yuan", Text("of it, found and paid back", "其中查出并追回的款项")),
    "unpaid_grant": Field(np.int64, 0, "yuan", Text("grant withheld after inspection", "未兑付奖补")),
    "stage": Field(np.int8, Stage.RAISED, "code", Text("stage", "阶段"), names(Stage)),
    "built_month": Field(np.int16, 0, "month", Text("month the building was done", "建成月份")),
    "closed_month": Field(np.int16, 0, "month", Text("month it closed", "结束月份")),
    "residents_minutes": Field(
        np.int64, 0, "min", Text("residents' labour", "居民出力"), shown="residents_hours (h)", per=60.0
    ),
    "residents_land": Field(
        np.int64,
        0,
        "0.01 m2",
        Text("ground that residents gave up", "居民让地"),
        shown="residents_land (m2)",
        per=100.0,
    ),
}


class Ledger:
    """All matters of a run, as columns that grow; ``ledger.cost[:ledger.n]`` and so on.

    At most one matter is open for an asset at a time; ``open_matter[asset]`` is its number or -1. ``raised[asset]`` is how many
    were ever raised.
    """

    def __init__(self, assets: Assets, units: Units) -> None:
        self.assets = assets
        self.units = units
        self.n = 0
        self.open_matter: NDArray[np.int32] = np.full(assets.n, NONE, np.int32)
        self.raised: NDArray[np.int16] = np.zeros(assets.n, np.int16)
        self._columns: dict[str, NDArray[Any]] = {
            name: np.full(256, field.empty, field.dtype) for name, field in FIELDS.items()
        }

    def __getattr__(self, name: str) -> NDArray[Any]:
        """One column (with spare rows at its end); AttributeError for an unknown one."""
        columns = self.__dict__.get("_columns", {})
        if name in columns:
            return columns[name]
        raise AttributeError(name)

    def column(self, name: str) -> NDArray[Any]:
        """One column without spare rows."""
        return self._columns[name][: self.n]

    def raise_matters(self, assets: NDArray[np.int64], **values: Any) -> NDArray[np.int64]:
        """Open matters for assets that have none.

        Args:
            assets: asset numbers, each at most once.
            values: further columns, one value each or one for all.

        Returns:
            the new matters' numbers.
        """
        start, self.n = self.n, self.n + len(assets)
        while self.n > len(self._columns["asset"]):
            self._grow()
        new = np.arange(start, self.n)
        self._columns["asset"][new] = assets
        self.raised[assets] += 1
        self._columns["ordinal"][new] = self.raised[assets]
        for name, value in values.items():
            self._columns[name][new] = value
        self.open_matter[assets] = new
        return new

    def _grow(self) -> None:
        for name, column in self._columns.items():
            spare = np.full(len(column), FIELDS[name].empty, FIELDS[name].dtype)
            self._columns[name] = np.concatenate([column, spare])

    def close(self, matters: NDArray[np.int64], stage: Stage, month: int) -> None:
        """Close matters as completed or expired."""
        self.stage[matters] = stage
        self.closed_month[matters] = month
        self.open_matter[self.asset[matters]] = NONE

    def open(self, stage: Stage) -> NDArray[np.int64]:
        """Numbers of the open matters in a stage, oldest first."""
        matters = np.sort(self.open_matter[self.open_matter >= 0]).astype(np.int64)
        return matters[self.stage[matters] == stage]

    def luck_key(self, matters: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """The entity by which a matter draws its luck: its asset, and the how-manieth it is, whenever it is raised.

        So worlds share estimates, tenders and workmanship as long as they do the same things, in whatever month.
        """
        key: NDArray[np.int64] = self.asset[matters].astype(np.int64) * LONGEST_RUN + self.ordinal[matters]
        return key

    def luck_of(self, matter: int) -> int:
        """The same for one matter."""
        return int(self.luck_key(matter))

    def own_value(self, matters: NDArray[np.int64], services: ServiceSettings) -> NDArray[np.int64]:
        """Yuan that residents, units and bodies put in so far; labour, land and space valued (at most what is wanted)."""
        minutes = np.minimum(self.residents_minutes[matters], (60.0 * self.labour[matters]).astype(np.int64))
        labour = np.floor(minutes * services.hour_value / 60.0).astype(np.int64)
        land = np.minimum(self.residents_land[matters], (100.0 * self.land[matters]).astype(np.int64))
        land = np.floor(land * services.land_value / 100.0).astype(np.int64)
        in_kind = labour + land + self.of_units(matters, services)
        return np.asarray(self.private_money(matters) + self.delegated_money[matters] + in_kind, np.int64)

    def private_money(self, matters: NDArray[np.int64] | int) -> Any:
        """Yuan that residents, units, bodies and donors put in so far."""
        return (
            self.residents_money[matters]
            + self.enterprise_money[matters]
            + self.organisation_money[matters]
            + self.donors_money[matters]
        )

    def of_units(self, matters: NDArray[np.int64], services: ServiceSettings) -> NDArray[np.int64]:
        """Yuan's worth of work and space that units and social workers gave (at most what is wanted)."""
        worked = self.units_minutes[matters] + self.social_minutes[matters]
        minutes = np.minimum(worked, (60.0 * self.skill[matters]).astype(np.int64))
        space = np.minimum(self.units_space[matters], (100.0 * self.space[matters]).astype(np.int64))
        work = np.floor(minutes * services.hour_value / 60.0)
        return np.asarray(work + np.floor(space * services.space_value / 100.0), np.int64)

    def in_kind(self, matters: NDArray[np.int64], services: ServiceSettings) -> NDArray[np.float64]:
        """Yuan's worth of labour and land that residents put in so far."""
        labour = self.residents_minutes[matters] / 60.0 * services.hour_value
        return np.asarray(labour + self.residents_land[matters] / 100.0 * services.land_value)

    def agenda_level(self, matters: NDArray[np.int64]) -> NDArray[np.int8]:
        """Level by which the government's terms apply: the street for what was passed up there, else the matter's own."""
        own = self.assets.level[self.asset[matters]]
        return np.where(self.level_now[matters] <= Level.STREET, np.int8(Level.STREET), own).astype(np.int8)

    def to_frame(self, before: int = 0) -> pd.DataFrame:
        """The ledger as a data frame, one row a matter, codes spelt out; missing months are those of what has not happened.

        Args:
            before: months before month 1, from which months are counted.
        """
        asset = self.column("asset")
        community = self.assets.community[asset]
        kind = np.where(community >= 0, self.units.kind[np.maximum(community, 0)], NONE)
        data: dict[str, Any] = {
            "category": _named(self.assets.category[asset], [c.id for c in CATEGORIES]),
            "level": _named(self.assets.level[asset], names(Level)),
            "unit": self.assets.unit[asset],
            "community": community,
            "kind": _named(kind, [one.id for one in COMMUNITY_TYPES]),
        }
        for name, field in FIELDS.items():
            if name != "asset":
                data[(field.shown or name).split(" ")[0]] = _shown(self.column(name), field, before)
        return pd.DataFrame(data).rename_axis("matter")


def _shown(column: NDArray[Any], field: Field, before: int) -> Any:
    """A column as the data frame has it."""
    if field.codes:
        return _named(column, field.codes)
    if field.unit == "month":
        return pd.arrays.IntegerArray(column.astype(np.int64) - before, column <= 0)
    return column.copy() if field.per == 1.0 else column / field.per


def _named(codes: NDArray[np.integer[Any]], words: Sequence[str]) -> list[str]:
    """Codes spelt out; ``-`` for ``NONE``."""
    return [words[code] if code >= 0 else "-" for code in codes.tolist()]
