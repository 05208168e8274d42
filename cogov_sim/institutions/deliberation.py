"""协商 deliberation."""

from __future__ import annotations

from cogov_sim.institutions.base import DELIBERATION, Institution, Offer
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Deliberation(Institution):
    """协商：议事会、同心合议厅、四民家园、听证会，居民面对面议事。
    Deliberation: residents meet, say what they want, hear others and talk face to face. Whoever decides then knows better
    what people want, with the bias of who came. Where the government decides, it listens by the weight ``hearing``.
    """

    id = "deliberation"
    text = Text("deliberation", "协商")
    pillar = DELIBERATION
    levels = "BV"
    sets = ("meeting", "invitation", "talk", "hearing")
    can_fail = Text(
        "Low turnout; those who come are not like those who do not.",
        "出席率低；到会者缺乏代表性。",
    )
    source = "Balliet 2010, J. Conflict Res. 54:39; Olken 2010, APSR 104:243"
    expects = {"participation_plan": 1, "voice": 1, "satisfaction": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        cost: float = setting(
            100.0,
            "running cost",
            "运行成本",
            unit="yuan per 1,000 residents and month",
            source="start value: facilitation and room",
            low=0,
            high=1e6,
        )
        hours: float = setting(
            15.0,
            "committee hours it takes",
            "占用居委会工时",
            unit="h per 1,000 residents and month",
            source="start value: facilitation and room",
            low=0,
            high=1e4,
        )

        frequency: float = setting(
            0.5,
            "chance of a meeting in a month with something to decide",
            "有议题时每月开会概率",
            unit="1/month",
            source="start value",
            low=0,
            high=1,
        )
        invitation: float = setting(
            0.25,
            "chance that a resident is invited",
            "居民受邀概率",
            unit="1",
            source="start value",
            low=0,
            high=1,
        )
        face_to_face: float = setting(
            0.5, "face-to-face exchange", "面对面交流程度", unit="1", source="start value", low=0, high=1
        )
        hearing: float = setting(
            0.6,
            "weight of the meeting where the government decides",
            "政府决定时会议意见的权重",
            unit="share",
            source="start value",
            low=0,
            high=1,
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        offer("meeting", self.settings.frequency)
        offer("invitation", self.settings.invitation)
        offer("talk", self.settings.face_to_face)
        offer("hearing", self.settings.hearing)
