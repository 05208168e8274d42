"""社区发展协会 development association."""

from __future__ import annotations

from cogov_sim.institutions.base import TOGETHER, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class DevelopmentAssociation(Institution):
    """社区发展协会：有名望、有财力的热心人发起，会员每年认捐，看别人捐多少；款项投给发起人看重的事项，先行出资。
    Development association: somebody rich, spirited and well known founds it; donors pledge each year by what the others pledged;
    the money goes first into what the founder cares for.
    """

    id = "development_association"
    text = Text("development association", "社区发展协会")
    pillar = TOGETHER
    levels = "V"
    price = Price(yuan=20, hours=1, what="registration, a yearly meeting")
    can_fail = Text(
        "Dependence on a few: it ends with its founder; pledges unwind where the others pledge little.",
        "依赖少数人：发起人离开即散；他人认捐少时认捐递减。",
    )
    source = "Xu & Yao 2015, APSR 109:371 (leaders bring finance, not accountability); 0.38 yuan a head and month donated (xiamen.toml: contributions); numbers: start values"
    expects = {"residents_money": 1, "own_part_met": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            1.0, "ease of founding one", "成立便利度", unit="1", source="start value",
            low=0, high=1, term="associations",
        )  # fmt: skip
