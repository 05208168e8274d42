"""理事会 resident councils."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Offer
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting
from cogov_sim.society import Level


class ResidentCouncils(Institution):
    """理事会：乡贤理事会（509 个单元中 290 个）、发展理事会（369 个）、村民议事会（202 个）。
    Resident councils: village worthies (in 290 of 509 units), development (369) and deliberative councils (202). They
    move first, pool money and convene. Leaders without public spirit favour their own building.
    """

    id = "resident_councils"
    text = Text("resident councils", "理事会")
    pillar = SELF_GOVERNMENT
    levels = "V"
    sets = ("councils", "resident_decision", "coordination", "example")
    can_fail = Text(
        "Accountability does not follow; elite capture; leaders burn out.",
        "问责未跟上；精英俘获；带头人倦怠。",
    )
    source = "Xiamen municipal government 2017; Xu & Yao 2015, APSR 109:371"
    expects = {"participation": 1, "government_share": -1, "self_governed_share": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        cost: float = setting(
            80.0,
            "running cost",
            "运行成本",
            unit="yuan per 1,000 residents and month",
            source="start value: venue and secretary",
            low=0,
            high=1e6,
        )
        hours: float = setting(
            8.0,
            "committee hours it takes",
            "占用居委会工时",
            unit="h per 1,000 residents and month",
            source="start value: venue and secretary",
            low=0,
            high=1e4,
        )

        ease: float = setting(
            0.8, "ease of founding a council", "成立便利度", unit="1", source="start value", low=0, high=1
        )
        decision: float = setting(
            0.9,
            "share of matters it may decide",
            "可决定事项比例",
            unit="share",
            source="start value",
            low=0,
            high=1,
        )
        example: float = setting(
            0.5,
            "how visibly leaders give first",
            "带头人率先出力的可见度",
            unit="1",
            source="start value",
            low=0,
            high=1,
        )
        coordination: float = setting(
            0.5, "pooling of pledges", "统筹能力", unit="1", source="start value", low=0, high=1
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        offer("councils", self.settings.ease)
        offer("resident_decision", self.settings.decision, (Level.COMMUNITY, Level.GRID, Level.BUILDING))
        offer("example", self.settings.example)
        offer("coordination", self.settings.coordination)
