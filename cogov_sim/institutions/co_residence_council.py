"""同驻共建理事会 co-residence council."""

from __future__ import annotations

from cogov_sim.institutions.base import TOGETHER, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class CoResidenceCouncil(Institution):
    """同驻共建理事会：机关事业单位与物业产权单位入席，可把自己所用的设施列入议程，可在需求清单上认领；他人付出太少便退席。
    Co-residence council: public units and holders of property sit with the community. They may put on its list what they use
    themselves, and take something off the list of needs; each leaves where the others give too little beside it.
    """

    id = "co_residence_council"
    text = Text("co-residence council", "同驻共建理事会")
    pillar = TOGETHER
    levels = "V"
    price = Price(yuan=30, hours=2, what="secretary")
    can_fail = Text(
        "Only the willing come; below a few it unwinds.",
        "只有愿意者到席；人数过少便瓦解。",
    )
    source = "Xiamen municipal government 2017 (232 councils over 509 units; xiamen.toml: co_residence_councils); form of leaving: conditional cooperation; numbers: start values"
    expects = {"units_seated": 1, "units_value": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        seats: float = setting(
            1.0, "how open the council is to public units and holders of property", "对机关事业与产权单位的开放度", unit="1", source="start value",
            low=0, high=1, term="unit_seat",
        )  # fmt: skip
        agenda: float = setting(
            0.1, "chance that units put the worst of what they use on the list", "在席单位将所用最差设施列入议程的概率", unit="1/month", source="start value",
            low=0, high=1, term="unit_agenda",
        )  # fmt: skip
