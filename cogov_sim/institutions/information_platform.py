"""信息平台 information platform."""

from __future__ import annotations

from cogov_sim.institutions.base import DELIBERATION, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class InformationPlatform(Institution):
    """微信群、智慧社区：消息、线上交流、随手拍。
    Information platform: residents hear of matters in chat groups, speak up from their sofa, send pictures of what is
    broken, and write to each other. Those who write come to believe more in each other, less than by meeting.
    It reaches the young more than the old.
    """

    id = "information_platform"
    text = Text("information platform", "信息平台")
    pillar = DELIBERATION
    levels = "GV"
    price = Price(yuan=60, hours=6, what="hosting", hours_for="keeping groups, answering posts")
    can_fail = Text(
        "Noise: with too many messages each is noticed less; the few post most; the old are reached least.",
        "信息过载：消息太多，每条都被忽略；少数人发言最多；老年人最少被覆盖。",
    )
    source = "writing persuades less than meeting: Balliet 2010, J. Conflict Res. 54:39; groups of at most 500: WeChat"
    expects = {"participation_plan": 1, "belief": 1, "knew_and_did_not_give": -1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            0.7,
            "how much less it costs to speak up",
            "发声成本的降低",
            unit="logit",
            source="start value",
            low=0,
            high=5,
            term="online_voice",
        )
        awareness: float = setting(
            0.05,
            "chance to hear of a matter in a group",
            "从群消息获知事项的概率",
            unit="1/month",
            source="start value",
            low=0,
            high=1,
            term="online_awareness",
        )
        written_talk: float = setting(
            0.2,
            "exchange in writing (face to face in deliberation: 0.5)",
            "文字交流程度（协商会面对面为 0.5）",
            unit="1",
            source="0.4 of face to face: effects of d 0.46 written and 1.21 face to face are 0.38, Balliet 2010; start value",
            low=0,
            high=1,
            term="written_talk",
        )
        pictures: float = setting(
            0.02,
            "chance that a worn asset is reported with a picture",
            "损坏设施被拍照上报的概率",
            unit="1/month",
            source="start value",
            low=0,
            high=1,
            term="detection",
        )
