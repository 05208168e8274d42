"""群防群治 joint security."""

from __future__ import annotations

from cogov_sim.institutions.base import SPIRIT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class JointSecurity(Institution):
    """群防群治：居民巡防、单位保安与民警共同守望。“你治我安”是搭便车者的口号。
    Joint security: residents go on patrol, units lend their guards, and the police are not alone. Safety is a public good: whoever
    believes that others patrol goes too, or leaves it to them. What is deterred here happens in part next door.
    """

    id = "joint_security"
    text = Text("joint security", "群防群治")
    pillar = SPIRIT
    levels = "GS"
    price = Price(yuan=40, hours=2, what="armbands, radios, insurance", hours_for="rosters")
    can_fail = Text(
        "The police are left alone where most leave it to them; incidents move to communities that nobody watches.",
        "多数人“你治我安”，警察孤军奋战；案件转移到无人守望的社区。",
    )
    source = "靖边 (你治我安: the free rider's motto, in the reports); displacement: Johnson, Guerette & Bowers 2014, J. Exp. Criminol. 10:549 (partial); numbers: start values"
    expects = {"incidents_per_1000": -1, "patrol_hours": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        patrols: float = setting(
            0.01, "chance that a resident is asked to go on patrol", "居民被动员参加巡防的概率", unit="1/month", source="start value",
            low=0, high=1, term="patrol_call",
        )  # fmt: skip
        guards: float = setting(
            0.002, "share of their employees' hours that units at a table lend as guards", "在席单位出借的保安工时比例", unit="share", source="start value",
            low=0, high=1, term="guards",
        )  # fmt: skip
