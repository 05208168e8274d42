"""新市民参与 inclusion of newcomers."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class NewcomerInclusion(Institution):
    """新厦门人、台胞、外籍人士参与：为外来者留席位，并承认其身份。
    Inclusion of newcomers: they are invited to the community's meetings beyond the usual chance, and given standing, so
    that they feel entitled to speak, come, judge and take something up as locals do.
    """

    id = "newcomer_inclusion"
    text = Text("inclusion of newcomers", "新市民参与")
    pillar = SELF_GOVERNMENT
    levels = "V"
    price = Price(yuan=20, hours=4, what="translation, visits", hours_for="inviting in person")
    can_fail = Text(
        "Token seats: newcomers are invited, but without standing few come and fewer speak up.",
        "象征性席位：受邀却没有身份认同，到会者寥寥，发声者更少。",
    )
    source = "Haicang research summary 2014: seats for newcomers, people from Taiwan, foreigners"
    expects = {"participation_newcomers": 1, "meeting_bias_newcomers": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        invitation: float = setting(
            0.25,
            "chance that a newcomer is invited, in addition",
            "外来人口另获邀请的概率",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="invitation_newcomers",
        )
        standing: float = setting(
            0.6,
            "how far newcomers may speak as locals do",
            "外来者与本地人同等发言的程度",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="standing",
        )
