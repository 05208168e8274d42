"""理事会 resident councils."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class ResidentCouncils(Institution):
    """理事会：乡贤理事会（全市 509 个村（社区）共 290 个）、发展理事会（369 个）、村民议事会（202 个）。
    Resident councils, in three kinds: worthies (290 for 509 communities), who give first; development (369), which pools what
    is pledged; deliberative (202), which convenes. Any of them decides; where there are several, the one that convenes
    does. Their leaders come from among the residents, and favour their own building where they lack public spirit.
    """

    id = "resident_councils"
    text = Text("resident councils", "理事会")
    pillar = SELF_GOVERNMENT
    levels = "V"
    price = Price(yuan=80, hours=8, what="venue and secretary")
    can_fail = Text(
        "Accountability does not follow; elite capture; leaders burn out.",
        "问责未跟上；精英俘获；带头人倦怠。",
    )
    source = "Xiamen municipal government 2017; Xu & Yao 2015, APSR 109:371"
    expects = {"participation": 1, "government_share": -1, "self_governed_share": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        worthies: float = setting(
            0.57, "ease of founding a council of worthies", "成立乡贤理事会的便利度", unit="1",
            source="290 councils over 509 units (xiamen.toml: worthies_councils), one in each at most; as an ease a "
            "start value", low=0, high=1, term="worthies_councils",
        )  # fmt: skip
        development: float = setting(
            0.72, "ease of founding a development council", "成立发展理事会的便利度", unit="1",
            source="369 councils over 509 units (xiamen.toml: development_councils), one in each at most; as an ease a "
            "start value", low=0, high=1, term="development_councils",
        )  # fmt: skip
        deliberative: float = setting(
            0.40, "ease of founding a deliberative council", "成立议事会的便利度", unit="1",
            source="202 councils over 509 units (xiamen.toml: deliberative_councils), one in each at most; as an ease a "
            "start value", low=0, high=1, term="deliberative_councils",
        )  # fmt: skip
        decision: float = setting(
            0.9, "share of matters it may decide", "可决定事项比例", unit="share", source="start value", low=0, high=1,
            term="resident_decision", levels="V",
        )  # fmt: skip
        example: float = setting(
            0.5, "how visibly leaders give first", "带头人率先出力的可见度", unit="1", source="start value", low=0, high=1,
            term="council_example",
        )  # fmt: skip
        coordination: float = setting(
            0.5, "pooling of pledges", "统筹能力", unit="1", source="start value", low=0, high=1, term="council_coordination",
        )  # fmt: skip
        convening: float = setting(
            0.5, "chance that a deliberative council convenes the community this month", "议事会本月召集会议的概率",
            unit="1/month", source="start value", low=0, high=1, term="convening",
        )  # fmt: skip
