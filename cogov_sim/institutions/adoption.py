"""认管认养 adoption."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Price
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
    price = Price(yuan=50, hours=2, what="tools and name plates")
    can_fail = Text(
        "Adopters tire and drop out.",
        "认养者疲劳退出。",
    )
    source = "Haicang research summary 2014"
    expects = {"participation_manage": 1, "performance": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        posts: float = setting(
            0.8,
            "how easily a post is found",
            "岗位可得性",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="adoption",
        )
