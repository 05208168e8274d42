"""The roll-out of a reform: where it begins when, and how institutions are learnt."""

from __future__ import annotations

from cogov_sim.language import Text
from cogov_sim.scenario.fields import Section, setting

_START = "start value"


class RolloutSettings(Section):
    """Pilots first, then everywhere, then consolidation 试点、铺开、巩固. Without pilots the reform begins in all communities in month 1, and
    every institution works as designed at once.
    """

    pilot_districts: int = setting(
        0, "districts that begin with pilots; 0: no roll-out", "先行试点的区数；0 表示不分批", unit="districts",
        source="two of six in Xiamen, 2013-07 (xiamen.toml: timeline)", low=0, high=100,
    )  # fmt: skip
    pilot_share: float = setting(
        0.1, "communities of each type in these districts that are pilots, at least one", "试点区内每类社区的试点比例（至少一个）",
        unit="share", source="a few of each type (xiamen.toml: timeline); start value", low=0, high=1,
    )  # fmt: skip
    everywhere: int = setting(
        7, "month in which all others begin", "全面铺开的月份", unit="month", source="2014-01, from 2013-07 on (xiamen.toml: timeline)", low=2, high=1200,
    )  # fmt: skip
    consolidation: int = setting(
        19, "month from which model communities teach others", "典范村居开始带教的月份", unit="month",
        source="2015-01, from 2013-07 on (xiamen.toml: timeline)", low=2, high=1200,
    )  # fmt: skip
    mastery: float = setting(
        0.3, "how well a community masters a new institution when it begins", "新制度起步时的掌握程度", unit="share", source=_START, low=0, high=1,
    )  # fmt: skip
    practice: float = setting(
        0.05, "of what is still to be learnt, learnt in a month of practice", "每月实践所学（占未掌握部分）", unit="share/month", source=_START,
        low=0, high=1,
    )  # fmt: skip
    teaching: float = setting(
        0.1, "of the lead of the best community of the same street or type, caught up in a month", "每月向同街道或同类型典范学得的差距比例",
        unit="share/month", source=_START, low=0, high=1,
    )  # fmt: skip
    copying: float = setting(
        0.1, "chance a month that a street under appraisal copies the pilots before its time", "受考核的街道提前照搬试点的每月概率",
        unit="share/month", source=_START, low=0, high=1,
    )  # fmt: skip
    copied: float = setting(
        0.1, "mastery where institutions are copied", "照搬时的掌握程度", unit="share", source="form without substance; start value", low=0, high=1,
    )  # fmt: skip


WAVES = (Text("pilots", "试点"), Text("copied early", "提前照搬"), Text("everywhere", "全面铺开"))
"""How a community came to begin."""

PERIODS: dict[str, Text] = {
    "before the others begin": Text("before the others begin", "其他社区开始之前"),
    "a year after they began": Text("a year after they began", "其开始一年后"),
    "at the end": Text("at the end", "期末"),
}
"""When early communities are compared with late ones."""
