"""社会组织孵化器 incubator."""

from __future__ import annotations

from cogov_sim.institutions.base import TOGETHER, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Incubator(Institution):
    """社会组织孵化器、三社联动：活动满半年的小组可入孵，获得场所、种子资金与社工指导，登记为社会组织；会费或合同养得活才能存续。
    Incubator: a group that has met for half a year may register with a place, seed money and the hours of a social worker, who
    works for what gathers in the community (三社联动). Afterwards dues and contracts must carry it.
    """

    id = "incubator"
    text = Text("incubator", "社会组织孵化器")
    pillar = TOGETHER
    levels = "DS"
    price = Price(yuan=30, hours=0.5, what="rooms, beside seed money and social workers")
    can_fail = Text(
        "Hollow organisations: registered for the seed money, without a group that meets, and closed when it is spent.",
        "空壳组织：为种子资金登记，没有活动的成员，钱尽即撤。",
    )
    source = "Xiamen municipal government 2017: 3,983 registered organisations, of them 1,534 community-based (xiamen.toml: organisations); numbers: start values"
    expects = {"organisations_per_10000": 1, "residents_organisations_per_10000": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        incubation: float = setting(
            0.05, "chance that a group which has met long enough applies", "满期小组申请入孵的概率", unit="1/month", source="start value",
            low=0, high=1, term="incubation",
        )  # fmt: skip
        places: float = setting(
            0.3, "places in the incubator", "孵化名额", unit="per 1,000 residents", source="start value",
            low=0, high=100, term="incubator_places",
        )  # fmt: skip
        seed: float = setting(
            5000.0, "seed money of a place", "种子资金", unit="yuan", source="start value",
            low=0, high=1000000, term="seed_money",
        )  # fmt: skip
        mentoring: float = setting(
            8.0, "hours a month of a social worker for each", "每家每月社工工时", unit="h/month", source="start value",
            low=0, high=200, term="mentoring",
        )  # fmt: skip
        own: float = setting(
            0.01, "chance that a group registers without a place, where the rules are known", "小组自行登记的概率", unit="1/month", source="start value",
            low=0, high=1, term="registering",
        )  # fmt: skip
