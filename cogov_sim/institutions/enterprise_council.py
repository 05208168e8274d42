"""社企同驻共建理事会 enterprise council."""

from __future__ import annotations

from cogov_sim.institutions.base import TOGETHER, Institution, Offer
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
    sets = ("enterprise_seat",)
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

        cost: float = setting(
            50.0,
            "running cost",
            "运行成本",
            unit="yuan per 1,000 residents and month",
            source="start value: secretary",
            low=0,
            high=1e6,
        )
        hours: float = setting(
            4.0,
            "committee hours it takes",
            "占用居委会工时",
            unit="h per 1,000 residents and month",
            source="start value: secretary",
            low=0,
            high=1e4,
        )

        seats: float = setting(
            1.0,
            "how open the council is to firms",
            "企业席位开放度",
            unit="1",
            source="start value",
            low=0,
            high=1,
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        offer("enterprise_seat", self.settings.seats)
