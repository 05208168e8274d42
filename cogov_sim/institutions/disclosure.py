"""三公开 disclosure."""

from __future__ import annotations

from cogov_sim.institutions.base import DELIBERATION, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Disclosure(Institution):
    """三公开：决议公开、实施过程公开、结果公开。
    Disclosure: resolution, implementation and result are made public. People see more of what others do, good and bad, and
    trust follows reported results, good and bad alike.
    """

    id = "disclosure"
    text = Text("disclosure", "三公开")
    pillar = DELIBERATION
    levels = "V"
    price = Price(yuan=40, hours=4, what="notice boards")
    can_fail = Text(
        "Bad news travels too: where most people give nothing, or results are poor, everyone now sees it.",
        "坏消息同样传播：多数人不贡献或成果不佳时，人人可见。",
    )
    source = "Zhu, Yao & Jiang 2023 (Xiamen)"
    expects = {"belief": 1, "trust": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        visibility: float = setting(
            0.3,
            "how much more acts are seen",
            "行为可见度增量",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="visibility",
        )
        report: float = setting(
            0.8,
            "how fully results are reported",
            "结果公开程度",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="report",
        )
        awareness: float = setting(
            0.02,
            "chance to hear of a matter from the notice board",
            "从公示获知事项的概率",
            unit="1/month",
            source="start value",
            low=0,
            high=1,
            term="awareness",
            levels="SVGB",
        )
