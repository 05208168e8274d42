"""闲置空间共享 sharing of premises."""

from __future__ import annotations

from cogov_sim.institutions.base import SPIRIT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class SpaceSharing(Institution):
    """闸弄口经验：把闲置公房交给街坊使用（19 间店面、2,719 平方米、免费 20 年），经 11 次走访、5 次会议、2 份协议。
    Sharing of premises: holders of idle rooms are talked with until they lend them for years. The rooms make meetings nearer and
    larger, and services that need rooms cheaper.
    """

    id = "space_sharing"
    text = Text("sharing of premises", "闲置空间共享")
    pillar = SPIRIT
    levels = "VS"
    price = Price(yuan=20, hours=1, what="fitting out", hours_for="visits and talks")
    can_fail = Text(
        "There is nothing idle; rooms stand empty; they are withdrawn when the holder does badly.",
        "没有存量空间；借来无人用；产权单位经营不佳时收回。",
    )
    source = "闸弄口 in the reports: 11 visits, 5 meetings, 2 agreements, 19 shops, 2,719 m2, 20 years; numbers: start values"
    expects = {"premises_lent": 1, "meeting_attendance": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        talks: float = setting(
            0.25, "talks a month with each holder of idle premises", "每月与每家产权单位协商次数", unit="1/month", source="start value: 16 visits and meetings in some years",
            low=0, high=31, term="space_talks",
        )  # fmt: skip
        reward: float = setting(
            1.0, "how far lending counts with those who judge the holder", "出借在考评中的奖励", unit="logit", source="start value",
            low=0, high=10, term="space_reward",
        )  # fmt: skip
        months: float = setting(
            240.0, "months for which premises are lent", "借用期限", unit="months", source="20 years (闸弄口)",
            low=1, high=600, term="lease_months",
        )  # fmt: skip
