"""政府包办 direct provision."""

from __future__ import annotations

from typing import Literal

from cogov_sim.institutions.base import GOVERNMENT, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting
from cogov_sim.society import Level


class DirectProvision(Institution):
    """政府包办：居民组织未承接的事项，政府按自己的判断定项目，财政全额出资，承包商实施，居民没有发言权。
    Direct provision: of matters that no residents' body takes on, the agenda follows the government's own estimate, public
    money pays all, contractors build, and residents have no say. Nobody forbids giving; there is just nothing left to
    give to. Part of the money is put by for what the purse cannot pay yet; what is left at the year's end lapses.
    """

    id = "direct_provision"
    text = Text("direct provision", "政府包办")
    pillar = GOVERNMENT
    levels = "CDSVGB"
    sets = ("government_agenda", "public_share", "government_planning")
    price = Price(yuan=100, hours=4, what="planning and paper work")
    demanded = True
    can_fail = Text(
        "Poor fit with what people want, a backlog when money or hours run out, rising expectations.",
        "与居民偏好不符；钱与人手不足时积压；期望不断抬高。",
    )
    source = "Haicang and Xiamen reforms 2013-2017; start value: the project's design, no published source"
    expects = {"government_share": 1, "participation": -1, "preference_match": -1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        matter_levels: list[Literal["street", "community", "grid", "building"]] = setting(
            ["street", "community", "grid", "building"], "levels of matters that the government provides", "政府包办的事项层级", unit="list of levels", source="user",
        )  # fmt: skip
        public_share: float = setting(
            1.0, "public share of the cost", "财政承担比例", unit="share", source="definition of 政府包办", low=0, high=1,
        )  # fmt: skip
        planning: float = setting(
            0.25, "chance that officials plan for a worn asset", "自行立项概率", unit="1/month", source="start value", low=0, high=1,
        )  # fmt: skip

        saving: float = setting(
            0.6, "share of a month's money put by for a matter that the purse cannot pay yet", "每月资金中为尚付不起的事项积蓄的比例", unit="share",
            source="start value", low=0, high=1, term="saving",
        )  # fmt: skip
        carry_over: float = setting(
            0.0, "share of money left at the year's end that may be kept", "年末结余可结转的比例", unit="share",
            source="annual budgets: what is left lapses (Liebman & Mahoney 2017, AER 107:3510)", low=0, high=1, term="carry_over",
        )  # fmt: skip

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        super().set_terms(offer)
        levels = tuple(Level[name.upper()] for name in self.settings.matter_levels)
        offer("government_agenda", 1.0, levels)
        offer("public_share", self.settings.public_share, levels)
        offer("government_planning", self.settings.planning, levels)
