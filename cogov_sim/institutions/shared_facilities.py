"""共享设施 shared facilities."""

from __future__ import annotations

from cogov_sim.institutions.base import SPIRIT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class SharedFacilities(Institution):
    """共享车位、图书、座椅、厨房：业主拿出自己的东西供大家用；能服务多少人看有多少可共享，用得越多坏得越快。
    Shared facilities: residents put a parking space, books, a bench or a stove of their own into a pool, as far as they believe that
    others do. The pool serves whom it reaches, and wears with use.
    """

    id = "shared_facilities"
    text = Text("shared facilities", "共享设施")
    pillar = SPIRIT
    levels = "BV"
    price = Price(yuan=20, hours=1, what="signs, shelves, a register")
    can_fail = Text(
        "Overuse: few share, many use, and what is shared wears out.",
        "过度使用：共享者少、使用者多，物品很快损坏。",
    )
    source = "Haicang research summary 2014: the form; common-pool resources: Ostrom 1990; numbers: start values"
    expects = {"sharers": 1, "pool_served": 1, "performance": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            1.0, "ease of pooling something", "共享便利度", unit="1", source="start value",
            low=0, high=1, term="sharing",
        )  # fmt: skip
