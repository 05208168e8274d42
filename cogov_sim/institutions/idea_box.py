"""微心愿 idea box."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class IdeaBox(Institution):
    """微心愿、“金点子”信箱：人人可投一个小心愿。
    Idea box: anyone may post a small wish. Speaking up costs less, so more people do; every wish waits in the same queue
    for the same staff.
    """

    id = "idea_box"
    text = Text("idea box", "微心愿信箱")
    pillar = SELF_GOVERNMENT
    levels = "VB"
    sets = ("voice_cost",)
    price = Price(yuan=20, hours=2, what="boxes, and gifts for small wishes", hours_for="emptying and sorting")
    can_fail = Text(
        "Wishes that nobody has hours for flood the queue and stay unanswered, and trust falls.",
        "心愿多而工时少：诉求积压、无人答复，信任下降。",
    )
    source = "start value: the project's design, no published source"
    expects = {"participation_plan": 1, "voice": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            0.7,
            "how much less it costs to speak up",
            "发声成本的降低",
            unit="logit",
            source="start value",
            low=0,
            high=3,
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        offer("voice_cost", -self.settings.ease)
