"""社企同驻共建理事会 enterprise council."""

from __future__ import annotations

from cogov_sim.institutions.base import TOGETHER, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class EnterpriseCouncil(Institution):
    """社企同驻共建理事会：辖区企业入席，在需求清单上认领，出钱、出力、出场地；好名声带来顾客，投标时也算数。
    Enterprise council: firms of the neighbourhood sit with the community and take something off the list of needs: money, work of
    their staff, room, parking at night. A good name brings custom and counts in tenders; firms leave when they do badly, or when
    the others give too little.
    """

    id = "enterprise_council"
    text = Text("enterprise council", "社企同驻共建理事会")
    pillar = TOGETHER
    levels = "V"
    price = Price(yuan=50, hours=4, what="secretary")
    can_fail = Text(
        "Firms leave when profits fall, or when their peers give nothing.",
        "利润下降、或同行不出力时企业退出。",
    )
    source = (
        "Xiamen municipal government 2017: the form; how many there are is not reported (the 232 co-residence councils, "
        "同驻共建理事会, are another body)"
    )
    expects = {"enterprise_money": 1, "units_value": 1}

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
        name_weight: float = setting(
            0.2, "how much a bidder's name counts beside the bid", "投标者名声相对报价的权重", unit="1", source="start value", low=0,
            high=1, term="name_weight",
        )  # fmt: skip
