"""业主委员会 owners' committee."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class OwnersCommitteeInstitution(Institution):
    """业主委员会与物业公司，交叉任职：业主缴费、监督物业、决定小区维修。
    Owners' committee: owners of an estate pay the property fee, watch the property company (more closely where staff and
    committee members sit on each other's boards), may vote it out, and decide about its upkeep. New estates have a company from
    the developer before they have a committee.
    """

    id = "owners_committee"
    text = Text("owners' committee", "业主委员会")
    pillar = SELF_GOVERNMENT
    levels = "G"
    price = Price(yuan=30, hours=3, what="elections, guidance")
    can_fail = Text(
        "Apathy: owners do not pay, and too few vote to be rid of a company that keeps much of the fee for itself; disputes with it.",
        "业主冷漠：不缴费，也凑不足票数更换截留费用的物业公司；与之冲突。",
    )
    source = "Haicang research summary 2014; start value: the project's design, no published source"
    expects = {"participation_manage": 1, "performance": 1, "property_fees": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            0.5, "ease of founding a committee", "成立便利度", unit="1", source="start value", low=0, high=1, term="owners_committees"
        )  # fmt: skip
        fee: float = setting(
            5.0, "property fee", "物业费", unit="yuan per owner and month",
            source="start value: what the upkeep of a building at full quality wears in a month here (2.34 yuan a resident, "
            "half of whom own)", low=0, high=1000, term="property_fee"
        )  # fmt: skip
        cross_appointment: float = setting(
            0.6, "how closely the company is watched (cross-appointment)", "交叉任职对物业的监督程度", unit="1", source="start value", low=0, high=1, term="company_oversight"
        )  # fmt: skip
        decision: float = setting(
            0.9, "share of upkeep matters it may decide", "可决定的维修事项比例", unit="share", source="start value", low=0, high=1, term="owners_decision"
        )  # fmt: skip
