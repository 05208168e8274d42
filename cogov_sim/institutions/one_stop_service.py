"""就近办、马上办 one-stop service."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class OneStopService(Institution):
    """就近办、马上办：社区设代办员，打通服务群众“最后一公里”。
    One-stop service: proxies in every community bridge the last kilometre. A request takes less staff time, and speaking
    up costs residents less; the proxies' hours are missing elsewhere.
    """

    id = "one_stop_service"
    text = Text("one-stop service", "就近办马上办")
    pillar = GOVERNMENT
    levels = "V"
    sets = ("voice_cost",)
    price = Price(yuan=100, hours=12, what="counter and printing", hours_for="a proxy at the counter")
    can_fail = Text(
        "The hours it takes are missing elsewhere: fewer residents are asked, fewer matters are seen through.",
        "占用的工时在别处短缺：动员居民少了，推进事项少了。",
    )
    source = "start value: the project's design, no published source"
    expects = {"participation_plan": 1, "months_to_answer": -1, "trust": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        case_cost: float = setting(
            0.6,
            "hours per request, relative to without",
            "每件诉求工时（相对无代办）",
            unit="1",
            source="start value",
            low=0.05,
            high=1,
            term="case_cost",
        )
        nearness: float = setting(
            0.3,
            "how much less it costs to speak up",
            "发声成本的降低",
            unit="logit",
            source="start value",
            low=0,
            high=3,
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        super().set_terms(offer)
        offer("voice_cost", -self.settings.nearness)
