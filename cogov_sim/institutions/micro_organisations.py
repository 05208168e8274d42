"""微组织 micro-organisations."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class MicroOrganisations(Institution):
    """微组织：志愿队与兴趣小组，邻里常相聚。
    Micro-organisations: volunteer and hobby groups, in which neighbours do something together month by month. Ties grow.
    """

    id = "micro_organisations"
    text = Text("micro-organisations", "微组织")
    pillar = SELF_GOVERNMENT
    levels = "G"
    price = Price(yuan=40, hours=2, what="seed money, a room")
    can_fail = Text(
        "They fade with their founder: whoever moves or burns out takes the group along.",
        "随发起人而散：发起人迁走或倦怠，组织即告终结。",
    )
    source = "Haicang research summary 2014; start value: the project's design, no published source"
    expects = {"familiarity": 1, "participation_share": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            1.0, "ease of founding one", "成立便利度", unit="1", source="start value", low=0, high=1, term="micro_organisations"
        )  # fmt: skip
