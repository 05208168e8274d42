"""大党委 joint party committee."""

from __future__ import annotations

from cogov_sim.institutions.base import TOGETHER, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class JointPartyCommittee(Institution):
    """大党委/大党工委：驻区单位党组织共建，在职党员到社区报到，书记召集；要什么、做多少由各人自定。
    Joint party committee: party organisations of units sit at one table; members who work elsewhere report where they live; a
    secretary, who is a resident, calls them, and each chooses whether to come, for what, and how long. A quota turns calls into
    signatures, and counting them takes the committee's hours.
    """

    id = "joint_party_committee"
    text = Text("joint party committee", "大党委")
    pillar = TOGETHER
    levels = "VS"
    price = Price(yuan=40, hours=3, what="a room, study materials", hours_for="convening, keeping the lists")
    can_fail = Text(
        "Formalism: signatures without hours, which somebody has to count; the same few burn out.",
        "形式主义：只签到不出力，还要有人统计；总是同一批人，终致倦怠。",
    )
    source = "Xiamen municipal government 2017; in one community 3 + 2 units met 16 demands; turnout of party members 65.1 against 48.4 % of others in elections (survey); numbers: start values"
    expects = {"party_hours": 1, "units_seated": 1, "participation_party": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        call: float = setting(
            0.2, "chance that a party member is called to report", "党员被动员报到的概率", unit="1/month", source="start value",
            low=0, high=1, term="party_call",
        )  # fmt: skip
        seats: float = setting(
            1.0, "how open the committee is to units with a party organisation", "对有党组织单位的开放度", unit="1", source="start value",
            low=0, high=1, term="party_seat",
        )  # fmt: skip
        quota: float = setting(
            0.0, "share of the calls that are for a signature", "仅为签到计数的比例", unit="share", source="start value: none",
            low=0, high=1, term="party_quota",
        )  # fmt: skip
        count: float = setting(
            0.5, "committee hours to count one signature", "统计一次签到的居委会工时", unit="h", source="start value",
            low=0, high=40, term="counting",
        )  # fmt: skip
