"""楼栋自治小组 building groups."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting
from cogov_sim.society import Level


class BuildingGroups(Institution):
    """楼栋自治小组：自己的事情自己议、自己管、自己办。
    Building groups: neighbours settle small matters themselves. In a small group each act shows, and asking is cheap.
    """

    id = "building_groups"
    text = Text("building groups", "楼栋自治小组")
    pillar = SELF_GOVERNMENT
    levels = "B"
    sets = ("resident_decision",)
    price = Price(yuan=40, hours=5, what="helping groups to start and meet")
    can_fail = Text(
        "No activist is found, or too many tenants who come and go.",
        "缺少骨干；租户流动过大。",
    )
    source = "Haicang research summary 2014"
    expects = {"participation": 1, "self_governed_share": 1, "settled_lowest_share": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            0.8, "ease of founding a group", "成立便利度", unit="1", source="start value", low=0, high=1, term="building_groups",
        )  # fmt: skip
        visibility: float = setting(
            0.1, "how much more acts are seen", "行为可见度增量", unit="1", source="start value", low=0, high=1, term="group_visibility",
        )  # fmt: skip
        example: float = setting(
            0.5, "how visibly leaders give first", "带头人率先出力的可见度", unit="1", source="start value", low=0, high=1,
            term="group_example",
        )  # fmt: skip
        coordination: float = setting(
            0.2, "pooling of pledges", "统筹能力", unit="1", source="start value", low=0, high=1, term="group_coordination",
        )  # fmt: skip

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        super().set_terms(offer)
        offer("resident_decision", 1.0, (Level.BUILDING,))
