"""宣传承诺 campaign promises."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class CampaignPromises(Institution):
    """宣传承诺：在成果出现之前大力宣传，抬高期望；宣传时也征求意见。
    Campaign promises: publicity raises expectations ahead of results, and asks for opinions, which then count in what
    officials think people want. It announces the money that was spent and what it
    should buy, so the push is the publicity times the improvement a year's outlay would bring if nothing wore out; it
    grows with provision itself, whatever comes of it.
    """

    id = "campaign_promises"
    text = Text("campaign promises", "宣传承诺")
    pillar = GOVERNMENT
    levels = "CDS"
    price = Price(
        yuan=150,
        hours=3.5,
        what="printed matter, broadcasts",
        hours_for="an hour for each opinion (2.5), and publicity",
    )
    demanded = True
    can_fail = Text(
        "Disappointment: expectations run ahead of performance.",
        "失望：期望跑在绩效前面。",
    )
    source = "start value: the project's design, no published source (花钱买骂)"
    expects = {"expectation": 1, "disconfirmation": -1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        publicity: float = setting(
            1.0,
            "publicity: promised improvement per improvement that the money should buy",
            "宣传力度：每单位投入应得改善对应的承诺",
            unit="1",
            source="start value",
            low=0,
            high=5,
            term="promise",
        )
        opinions: float = setting(
            0.03, "share of residents whose opinion is collected in a year", "每年征求意见的居民比例", unit="share",
            source="start value; Xiamen's reform collected 121,000 opinions (3.2 % of residents) once, in its opening campaign "
            "(xiamen.toml: consultation)", low=0, high=1, term="opinions",
        )  # fmt: skip
