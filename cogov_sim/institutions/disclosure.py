"""三公开 disclosure."""

from __future__ import annotations

from cogov_sim.institutions.base import DELIBERATION, Institution, Offer
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting
from cogov_sim.society import Level


class Disclosure(Institution):
    """三公开：决议公开、实施过程公开、结果公开。
    Disclosure: resolution, implementation and result are made public. People see more of what others do, good and bad, and
    trust follows reported results, good and bad alike.
    """

    id = "disclosure"
    text = Text("disclosure", "三公开")
    pillar = DELIBERATION
    levels = "V"
    sets = ("visibility", "report", "awareness")
    can_fail = Text(
        "Bad news travels too: where most people give nothing, or results are poor, everyone now sees it.",
        "坏消息同样传播：多数人不贡献或成果不佳时，人人可见。",
    )
    source = "Zhu, Yao & Jiang 2023 (Xiamen)"
    expects = {"belief": 1, "trust": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        cost: float = setting(
            40.0,
            "running cost",
            "运行成本",
            unit="yuan per 1,000 residents and month",
            source="start value: notice boards",
            low=0,
            high=1e6,
        )
        hours: float = setting(
            4.0,
            "committee hours it takes",
            "占用居委会工时",
            unit="h per 1,000 residents and month",
            source="start value: notice boards",
            low=0,
            high=1e4,
        )

        visibility: float = setting(
            0.3,
            "how much more acts are seen",
            "行为可见度增量",
            unit="1",
            source="start value",
            low=0,
            high=1,
        )
        report: float = setting(
            0.8,
            "how fully results are reported",
            "结果公开程度",
            unit="1",
            source="start value",
            low=0,
            high=1,
        )
        awareness: float = setting(
            0.02,
            "chance to hear of a matter from the notice board",
            "从公示获知事项的概率",
            unit="1/month",
            source="start value",
            low=0,
            high=1,
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        offer("visibility", self.settings.visibility)
        offer("report", self.settings.report)
        offer("awareness", self.settings.awareness, (Level.STREET, Level.COMMUNITY, Level.GRID, Level.BUILDING))
