"""协商 deliberation."""

from __future__ import annotations

from cogov_sim.institutions.base import DELIBERATION, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Deliberation(Institution):
    """协商（三议：提议、商议、决议）：议事会、同心合议厅、四民家园、听证会、听评会，居民面对面议事。
    Deliberation in three steps: those who come propose what they want; they discuss it, with a facilitator who shares out
    the time to speak; they resolve, if enough came and enough of them agree. Whoever decides then knows better what people
    want, with the bias of who came and who spoke. Where the government decides, it listens by the weight ``hearing``;
    hearings of evaluation make street offices go more by what residents praise or complain of.
    """

    id = "deliberation"
    text = Text("deliberation", "协商")
    pillar = DELIBERATION
    levels = "BV"
    price = Price(yuan=100, hours=15, what="facilitation and room")
    can_fail = Text(
        "Low turnout and no quorum; those who come, and those who speak, are not like the others; opinions stay apart.",
        "出席率低、达不到法定人数；到会者与发言者缺乏代表性；意见两极分化。",
    )
    source = (
        "Balliet 2010, J. Conflict Res. 54:39; Olken 2010, APSR 104:243; Friedkin & Johnsen 1990, J. Math. Sociol. 15:193;"
        " Hegselmann & Krause 2002, JASSS 5(3):2"
    )
    expects = {"participation_plan": 1, "voice": 1, "satisfaction": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        frequency: float = setting(
            0.5, "chance of a meeting in a month with something to decide", "有议题时每月开会概率", unit="1/month", source="start value",
            low=0, high=1, term="meeting",
        )  # fmt: skip
        invitation: float = setting(
            0.06, "chance that a resident is invited", "居民受邀概率", unit="1", source="start value: as many as there are seats for",
            low=0, high=1, term="invitation",
        )  # fmt: skip
        face_to_face: float = setting(
            0.5, "face-to-face exchange", "面对面交流程度", unit="1", source="start value", low=0, high=1, term="talk"
        )
        evaluation: float = setting(
            1.0, "weight of residents' hearings of evaluation in what their street office goes by, added to the usual 1",
            "听评会在街道取舍中增加的权重（通常为 1）", unit="1", source="start value", low=0, high=10, term="residents_weight",
        )  # fmt: skip
        hearing: float = setting(
            0.6, "weight of the meeting where the government decides", "政府决定时会议意见的权重", unit="share", source="start value",
            low=0, high=1, term="hearing",
        )  # fmt: skip
        seats: float = setting(
            60.0, "seats at the meeting place", "会场座位数", unit="per 1,000 residents",
            source="start value; a committee's own room has 30 for 4,000", low=7.5, high=1000.0, term="seats",
        )  # fmt: skip
        venue: float = setting(
            0.3, "how near and fit the meeting place is", "会场的便利程度", unit="logit", source="start value", low=0, high=3, term="venue",
        )  # fmt: skip
        rounds: float = setting(
            3.0, "rounds of discussion", "讨论轮数", unit="rounds", source="start value", low=0, high=20, term="discussion",
        )  # fmt: skip
        facilitation: float = setting(
            0.5, "how far a facilitator shares out the time to speak", "主持人均分发言机会的程度", unit="1", source="start value", low=0,
            high=1, term="facilitation",
        )  # fmt: skip
        quorum: float = setting(
            0.05, "share of those invited who must come", "会议有效所需到会比例（占受邀者）", unit="share",
            source="start value; over half of all, or of all representatives (art. 9, Organic Law of Urban Residents' "
            "Committees), would hardly ever come", low=0, high=1, term="quorum",
        )  # fmt: skip
        majority: float = setting(
            0.5, "share of those present who must agree", "形成决议所需同意比例", unit="share",
            source="over half of those present: art. 9, Organic Law of Urban Residents' Committees", low=0, high=1, term="majority",
        )  # fmt: skip
