"""微机制与评比 recognition."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Recognition(Institution):
    """微机制/评比：最美阳台、星级出租屋、好媳妇，公开表彰。
    Recognition: best balcony, starred rental, good daughter-in-law; public praise. Praise counts among people who know one
    another, so that it works through familiarity.
    """

    id = "recognition"
    text = Text("recognition", "微机制与评比")
    pillar = SELF_GOVERNMENT
    levels = "BV"
    price = Price(yuan=30, hours=4, what="contests, notice boards and small prizes")
    can_fail = Text(
        "Nothing where people are strangers.",
        "陌生人之间无效。",
    )
    source = "interaction with familiarity: Gaechter & Fehr 1999, JEBO 39:341; start value"
    expects = {"participation_build": 1, "participation_manage": 1, "knew_and_did_not_give": -1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        praise: float = setting(
            0.3,
            "public praise",
            "公开表彰",
            unit="1",
            source="start value",
            low=0,
            high=1,
            term="recognition",
        )
