"""认管认养 adoption."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Offer
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Adoption(Institution):
    """认管认养：居民认领一块绿地、一条巷子、一座凉亭。
    Adoption: residents adopt a green, a lane, a pavilion; upkeep by named people, seen by those who know them.
    """

    id = "adoption"
    text = Text("adoption", "认管认养")
    pillar = SELF_GOVERNMENT
    levels = "BG"
    sets = ("adoption",)
    can_fail = Text(
        "Adopters tire and drop out.",
        "认养者疲劳退出。",
    )
    source = "Haicang research summary 2014"
    expects = {"participation_manage": 1, "performance": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        cost: float = setting(
            50.0,
            "running cost",
            "运行成本",
            unit="yuan per 1,000 residents and month",
            source="start value: tools and name plates",
            low=0,
            high=1e6,
        )
        hours: float = setting(
            2.0,
            "committee hours it takes",
            "占用居委会工时",
            unit="h per 1,000 residents and month",
            source="start value: tools and name plates",
            low=0,
            high=1e4,
        )

        posts: float = setting(
            0.8, "how easily a post is found", "岗位可得性", unit="1", source="start value", low=0, high=1
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        offer("adoption", self.settings.posts)
