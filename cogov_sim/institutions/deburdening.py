"""减负 deburdening."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Deburdening(Institution):
    """减负：社区工作准入清单（保留 180 余项，削减三成以上），摘牌（16,790 块，60.3%），合并考评。
    Deburdening: an admission list (180+ items kept, over 30 % cut), plaques removed and appraisals merged free committee
    hours. At an administrative share a, a cut of 30 % frees 0.3 a / (1 - a) of the hours that were free before. Of every
    cut only (1 - regrowth)^years is left: the burden grows back year by year.
    """

    id = "deburdening"
    text = Text("deburdening", "减负")
    pillar = GOVERNMENT
    levels = "DV"
    sets = ("burden", "appraisals_kept", "paperwork")
    price = Price(yuan=0, hours=1, what="keeping the list")
    can_fail = Text(
        "The burden grows back year by year.",
        "负担逐年反弹。",
    )
    source = "Xiamen municipal government 2017 (xiamen.toml: items_cut_share 0.30, plaques_removed_share 0.603)"
    expects = {"committee_admin_share": -1, "participation": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        plaques: float = setting(
            0.603,
            "share of plaques removed",
            "摘牌比例",
            unit="share",
            source="xiamen.toml: plaques_removed_share",
            low=0,
            high=1,
        )
        plaque_duties: float = setting(
            0.1,
            "share of the duties left on the list that hang on plaques",
            "清单内与挂牌相连的事务比例",
            unit="share",
            source="start value",
            low=0,
            high=1,
        )
        merged: float = setting(
            0.5,
            "share of appraisals merged into others",
            "考评合并比例",
            unit="share",
            source="start value",
            low=0,
            high=1,
        )
        cut: float = setting(
            0.3,
            "share of duties that the admission list cuts",
            "准入清单削减的事务比例",
            unit="share",
            source="xiamen.toml: items_cut_share",
            low=0,
            high=1,
        )
        regrowth: float = setting(
            0.1,
            "share of the cut that grows back in a year",
            "每年反弹比例",
            unit="1/year",
            source="start value",
            low=0,
            high=1,
        )

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        left = (1.0 - self.settings.regrowth) ** (offer.months / 12.0)  # of every cut
        duties, plaques = self.settings.cut * left, self.settings.plaques * left
        offer("paperwork", 1.0 - duties)
        offer("burden", (1.0 - duties) * (1.0 - self.settings.plaque_duties * plaques))
        offer("appraisals_kept", 1.0 - self.settings.merged * left)
