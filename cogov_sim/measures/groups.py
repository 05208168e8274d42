"""Who bears it, and where: what residents of each kind give and how satisfied they are, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cogov_sim.language import Text
from cogov_sim.society import AGE_BANDS, COMMUNITY_TYPES, Level

if TYPE_CHECKING:
    from cogov_sim.agents.residents import Residents

FIFTHS = 5


class Grouping(NamedTuple):
    """A way to tell residents apart.

    Attributes:
        text: what tells them apart.
        groups: their names, in order.
    """

    text: Text
    groups: tuple[Text, ...]


#: The ways to tell residents apart, by what users write (``cogov compare --by``).
BY: dict[str, Grouping] = {
    "kind": Grouping(Text("community type", "社区类型"), tuple(kind.text for kind in COMMUNITY_TYPES)),
    "income": Grouping(
        Text("income fifth", "收入五等分"),
        (
            Text("poorest fifth", "最低收入组"), Text("second fifth", "次低收入组"), Text("middle fifth", "中等收入组"),
            Text("fourth fifth", "次高收入组"), Text("richest fifth", "最高收入组"),
        ),
    ),
    "age": Grouping(Text("age", "年龄"), tuple(Text(band, band) for band in AGE_BANDS)),
    "newcomer": Grouping(Text("origin", "来源"), (Text("locals", "本地居民"), Text("newcomers", "外来人口"))),
    "owner": Grouping(Text("dwelling", "住房"), (Text("tenants", "租户"), Text("owners", "业主"))),
}  # fmt: skip

#: What is asked of each group, and its unit.
QUANTITIES: dict[str, tuple[Text, Text]] = {
    "hours": (Text("hours given", "投入工时"), Text("h a head and month", "小时/人·月")),
    "yuan": (Text("money and land given", "出资与让地"), Text("yuan a head and month", "元/人·月")),
    "money": (Text("the same, of income", "同上，占收入"), Text("share", "比例")),
    "satisfaction": (Text("satisfaction", "满意度"), Text("0-100", "0-100")),
}
PEOPLE = "people"
"""How many residents are in a group: what its quantities weigh in the whole."""


def column(by: str, group: int, quantity: str) -> str:
    """Name of a group's column beside the measures of a run."""
    return f"{by}.{group}.{quantity}"


#: All of them.
COLUMNS = frozenset(
    column(by, g, name) for by, one in BY.items() for g in range(len(one.groups)) for name in (*QUANTITIES, PEOPLE)
)


class Groups:
    """Residents of a society by each way of telling them apart, fixed on day one: who moves in is of the same kind."""

    def __init__(self, residents: Residents) -> None:
        self._residents = residents
        columns, units = residents.columns, residents.society.units
        fifth = np.empty(len(columns.income), np.int64)
        fifth[np.argsort(columns.income, kind="stable")] = np.arange(len(fifth)) * FIFTHS // len(fifth)
        self._of: dict[str, NDArray[Any]] = {
            "kind": units.kind[units.of_residents(Level.COMMUNITY)].astype(np.int64),
            "income": fifth,
            "age": columns.age_band.astype(np.int64),
            "newcomer": columns.newcomer.astype(np.int64),
            "owner": columns.owner.astype(np.int64),
        }

    def month(self) -> dict[str, float]:
        """This month's quantities of every group, by ``column``; missing (NaN) for a group that nobody is in."""
        columns = self._residents.columns
        found: dict[str, float] = {}
        for by, of in self._of.items():
            n = len(BY[by].groups)
            people, income = np.bincount(of, minlength=n), np.bincount(of, columns.income, n)
            sums = {name: np.bincount(of, getattr(columns, name), n) for name in ("hours", "spent", "satisfaction")}
            with np.errstate(invalid="ignore", divide="ignore"):
                values = {
                    "hours": sums["hours"] / people,
                    "yuan": sums["spent"] / people,
                    "money": sums["spent"] / income,
                    "satisfaction": sums["satisfaction"] / people,
                    PEOPLE: people,
                }
            found |= {column(by, g, name): float(value[g]) for name, value in values.items() for g in range(n)}
        return found
