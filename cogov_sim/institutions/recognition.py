"""微机制与评比 recognition."""

from __future__ import annotations

from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Offer
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
    sets = ("recognition",)
    can_fail = Text(
        "Nothing where people are strangers.",
        "陌生人之间无效。",
    )
    source = "interaction with familiarity: Gaechter & Fehr 1999, JEBO 39:341; start value"
    expects = {"participation_build": 1, "participation_manage": 1, "free_riding_rate_invited": -1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        cost: float = setting(
            30.0,
            "running cost",
            "运行成本",
            unit="yuan per 1,000 residents and month",
            source="start value: contests, notice boards and small prizes",
            low=0,
            high=1e6,
        )
        hours: float = setting(
            4.0,
            "committee hours it takes",
            "占用居委会工时",
            unit="h per 1,000 residents and month",
            source="start value: contests, notice boards and small prizes",
            low=0,
            high=1e4,
        )

        praise: float = setting(
            0.3,
            "public praise",
            "公开表彰",
            unit="1",
            source="start value",
            low=0,
            high=1,
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        offer("recognition", self.settings.praise)
