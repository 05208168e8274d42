"""就近办、马上办 one-stop service."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Offer
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
    sets = ("case_cost", "voice_cost")
    can_fail = Text(
        "The hours it takes are missing elsewhere: fewer residents are asked, fewer matters are seen through.",
        "占用的工时在别处短缺：动员居民少了，推进事项少了。",
    )
    source = "design: institutions.md"
    expects = {"participation_plan": 1, "months_to_answer": -1, "trust": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        cost: float = setting(
            100.0,
            "running cost",
            "运行成本",
            unit="yuan per 1,000 residents and month",
            source="start value: counter and printing",
            low=0,
            high=1e6,
        )
        hours: float = setting(
            12.0,
            "committee hours it takes",
            "占用居委会工时",
            unit="h per 1,000 residents and month",
            source="start value: a proxy at the counter",
            low=0,
            high=1e4,
        )

        case_cost: float = setting(
            0.6,
            "hours per request, relative to without",
            "每件诉求工时（相对无代办）",
            unit="1",
            source="start value",
            low=0.05,
            high=1,
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
        offer("case_cost", self.settings.case_cost)
        offer("voice_cost", -self.settings.nearness)
