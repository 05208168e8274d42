"""社企同驻共建理事会 enterprise council."""

from __future__ import annotations

from cogov_sim.institutions.base import TOGETHER, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class EnterpriseCouncil(Institution):
    """社企同驻共建理事会：辖区企业与社区同驻共建，出资并赢得声誉。
    Enterprise council: firms of the neighbourhood sit with the community; they give money, and gain reputation.
    """

    id = "enterprise_council"
    text = Text("enterprise council", "社企同驻共建理事会")
    pillar = TOGETHER
    levels = "V"
    price = Price(yuan=50, hours=4, what="secretary")
    can_fail = Text(
        "Firms leave when profits fall.",
        "利润下降时企业退出。",
    )
    source = (
        "Xiamen municipal government 2017: the form; how many there are is not reported (the 232 co-residence councils, "
        "同驻共建理事会, are another body)"
    )
    expects = {"enterprise_money": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        seats: float = setting(
            1.0,
            "how open the council is to firms",
            "企业席位开放度",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="enterprise_seat",
        )
