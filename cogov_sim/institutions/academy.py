"""社区书院 community academy."""

from __future__ import annotations

from cogov_sim.institutions.base import SPIRIT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Academy(Institution):
    """社区书院：社区有场所、有课表，居民自愿来学；一起上课的人彼此熟识；会议、小组、听证也在这里开。
    Community academy: a house with a calendar. Residents come to classes or not, by what they look for, the time they have, their
    age, and whether somebody they know comes; who sits in one class grows closer. Meetings are held there too. It has no effect
    of its own on public spirit (Casey 2018).
    """

    id = "academy"
    text = Text("community academy", "社区书院")
    pillar = SPIRIT
    levels = "V"
    price = Price(yuan=80, hours=2, what="teachers and books", hours_for="the calendar")
    can_fail = Text(
        "It serves those who come anyway.",
        "只服务于本来就活跃的人。",
    )
    source = "Xiamen municipal government 2017: 201 community academies, 23,000 activities (xiamen.toml: academies); Casey 2018, Annu. Rev. Polit. Sci. 21:139; numbers: start values"
    expects = {"class_attendance": 1, "familiarity": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        classes: float = setting(
            1.0, "how open the month's classes are", "每月课程的开放度", unit="1", source="start value",
            low=0, high=1, term="classes",
        )  # fmt: skip
        seats: float = setting(
            80.0, "seats of its hall, for meetings", "可用于会议的座位", unit="per 1,000 residents", source="start value",
            low=7.5, high=1000.0, term="seats",
        )  # fmt: skip
        venue: float = setting(
            0.5, "how near and fit the hall is", "场所的便利程度", unit="logit", source="start value",
            low=0, high=3, term="venue",
        )  # fmt: skip
