"""调解 mediation."""

from __future__ import annotations

from cogov_sim.institutions.base import LAW, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Mediation(Institution):
    """水木工作室、党员和事佬：邻里纠纷就近调解，未结的次月由居委会调处。
    Mediation: party members and other public-spirited residents settle disputes close to home. An open dispute weighs on
    order until it is settled; mediators have few hours, and tire. What they leave open is for the committee the month after, as is
    everything where there are none.
    """

    id = "mediation"
    text = Text("mediation", "调解")
    pillar = LAW
    levels = "V"
    price = Price(yuan=30, hours=3, what="a room and training")
    can_fail = Text(
        "Caseload: with more new disputes than mediators have hours for, the queue and the time to settle grow.",
        "案多人少：新增纠纷超出调解工时后，积压与解决时间增长。",
    )
    source = (
        "Xiamen municipal government 2017 (287 mediation and other organisations, 党员和事佬等其他组织: not people, and not "
        "mediation alone); posts and hours: start values"
    )
    expects = {"dispute_months": -1, "disputes_per_1000": -1, "performance": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        posts: float = setting(
            0.4,
            "posts for mediators",
            "调解员岗位",
            unit="persons per 1,000 residents",
            source="about five people in each of 287 organisations for 3.79 million residents, if all of them mediate; start value",
            low=0,
            high=100,
            term="mediation",
        )
