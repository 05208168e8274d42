"""网格自治 grid council."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class GridCouncilInstitution(Institution):
    """网格自治、一核多元：党小组、理事会、物业、业委会与各类组织同桌议事，统筹资源。
    Grid council: party group, residents' groups, property company and owners' committee of a grid decide at one table; two
    of them see one more matter through, and what the grid's groups have left over is pooled. It needs a convenor.
    """

    id = "grid_council"
    text = Text("grid council", "网格自治")
    pillar = SELF_GOVERNMENT
    levels = "G"
    price = Price(yuan=60, hours=5, what="convening")
    can_fail = Text(
        "It stalls without a convenor: when nobody with spirit and strength left takes over, the council is over.",
        "缺少召集人便停摆：无人有心有力接手时，理事会解散。",
    )
    source = "Haicang research summary 2014; start value: the project's design, no published source"
    expects = {"self_governed_share": 1, "settled_lowest_share": 1, "participation": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            0.8, "ease of founding a council", "成立便利度", unit="1", source="start value", low=0, high=1, term="grid_councils"
        )  # fmt: skip
        decision: float = setting(
            0.9, "share of matters it may decide", "可决定事项比例", unit="share", source="start value", low=0, high=1, term="resident_decision", levels="G"
        )  # fmt: skip
        coordination: float = setting(
            0.3, "pooling of pledges", "统筹能力", unit="1", source="start value", low=0, high=1, term="grid_coordination"
        )  # fmt: skip
