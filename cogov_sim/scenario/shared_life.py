"""Constants of residents' rules for what they do together beside public matters: reporting, patrols, classes, pledges, pooling."""

from __future__ import annotations

from cogov_sim.scenario.fields import Section, setting

_START = "start value"


class SharedLife(Section):
    """Part of the constants of behaviour (``behaviour``)."""

    report_hours: float = setting(
        4.0, "reporting where one lives: hours that a party member is asked for", "在职党员到社区报到：每次希望投入的时间", unit="h",
        source=_START, low=0, high=40,
    )  # fmt: skip
    patrol_hours: float = setting(
        4.0,
        "patrols: hours that a resident is asked for",
        "群防群治：每次希望投入的巡防时间",
        unit="h",
        source=_START,
        low=0,
        high=40,
    )
    class_base: float = setting(
        -5.5, "coming to a class: intercept", "参加社区书院课程：截距", unit="logit",
        source="start value; 23,000 activities of 201 academies in about two years (xiamen.toml), five a month each", low=-20, high=5,
    )  # fmt: skip
    class_time: float = setting(
        0.5, "coming to a class: free time, as a multiple of a hundred hours beyond the first", "参加课程：空闲时间（每超一百小时）",
        unit="logit", source="direction: general knowledge; start value", low=0, high=5,
    )  # fmt: skip
    class_age: float = setting(
        0.3, "coming to a class or an event: per age band above the second", "参加课程或活动：每高一个年龄组", unit="logit",
        source="direction: the old fill such places; start value", low=0, high=2,
    )  # fmt: skip
    companion: float = setting(
        0.7, "coming to a class or an event: somebody one knows came last time", "参加课程或活动：上次有熟人参加", unit="logit", source=_START,
        low=0, high=10,
    )  # fmt: skip
    event_base: float = setting(
        -4.0,
        "coming to an event of the community's troupe: intercept",
        "参加文艺队活动：截距",
        unit="logit",
        source=_START,
        low=-20,
        high=5,
    )
    pledge_threshold: float = setting(
        0.65, "public spirit and share of one's acquaintances who pledged, together, from which one pledges at an event",
        "在活动中承诺所需的共同精神与已承诺熟人比例之和", unit="1",
        source="form: Granovetter 1978, AJS 83:1420; committed minorities of about a quarter turn a convention (Centola et al. 2018, "
        "Science 360:1116): at the mean spirit of 0.4 one follows a quarter of one's acquaintances; start value", low=0, high=2,
    )  # fmt: skip
    pledge_months: int = setting(
        6, "months that a pledge binds unless it is renewed at an event", "承诺的有效月数（可在活动中续）", unit="months", source=_START,
        low=1, high=120,
    )  # fmt: skip
    shame: float = setting(
        2.0,
        "keeping order: if all whom one knows have pledged to",
        "守序：熟人均已承诺时的羞耻感",
        unit="logit",
        source=_START,
        low=0,
        high=10,
    )
    pool_base: float = setting(
        -6.0,
        "pooling something of one's own for common use: intercept",
        "拿出自有物品共享：截距",
        unit="logit",
        source=_START,
        low=-20,
        high=5,
    )
    pool_belief: float = setting(
        3.0, "pooling: what one would give in the laboratory, by belief and own schedule", "拿出共享：按信念与倾向表的实验室贡献",
        unit="logit", source=_START, low=0, high=20,
    )  # fmt: skip
    friends_base: float = setting(
        -7.5, "founding a group of friends: intercept", "发起兴趣与志愿小组：截距", unit="logit",
        source="start value: a hobby group is founded more readily than a committee; where all is easy, about one of the 550 people of a "
        "grid sets out to in three months", low=-15, high=5,
    )  # fmt: skip
    found_income: float = setting(
        1.0, "founding an association of donors: log of income over what neighbours have", "发起发展协会：收入相对邻里的对数", unit="logit",
        source="direction: the respected and the rich found them; start value", low=0, high=10,
    )  # fmt: skip
