"""减负 deburdening."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class Deburdening(Institution):
    """减负：社区工作准入清单（保留 180 余项，削减三成以上），摘牌（16,790 块，60.3%），部门信息共享，合并考评。
    Deburdening: an admission list (180+ items kept, over 30 % cut) strikes off duties and plaques and keeps the like of
    them out; departments that share information need not ask twice; appraisals are merged. At an administrative share a, a cut of 30 % frees 0.3 a / (1 - a) of the hours that were free
    before. Departments go round the list, and what they hand down by another name committees may send back.
    """

    id = "deburdening"
    text = Text("deburdening", "减负")
    pillar = GOVERNMENT
    levels = "DV"
    sets = ("appraisals_kept", "paperwork")
    price = Price(yuan=10, hours=1, what="keeping the list, and the records that departments share")
    can_fail = Text(
        "Departments go round the list and the burden grows back year by year; where few of them share what they know, little need not be asked twice.",
        "部门绕开清单变相下派，负担逐年反弹；共享信息的部门少，重复填报便难减。",
    )
    source = "Xiamen municipal government 2017 (xiamen.toml: items_cut_share 0.30, plaques_removed_share 0.603)"
    expects = {"committee_admin_share": -1, "participation": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        cut: float = setting(
            0.3, "share of duties that the admission list strikes off and keeps out", "准入清单削减并不再准入的任务比例", unit="share",
            source="xiamen.toml: items_cut_share", low=0, high=1, term="duties_barred",
        )  # fmt: skip
        plaques: float = setting(
            0.603, "share of plaques removed and kept out", "摘除并不再准入的挂牌比例", unit="share",
            source="xiamen.toml: plaques_removed_share", low=0, high=1, term="plaques_barred",
        )  # fmt: skip
        going_round: float = setting(
            0.5, "chance that a department hands down by another name what the list keeps out", "部门变相下派清单外任务的概率", unit="1",
            source="start value", low=0, high=1, term="going_round",
        )  # fmt: skip
        sharing: float = setting(
            0.5, "share of departments that look up with one another what communities reported already", "共享社区已报信息的职能部门比例",
            unit="share", source="start value", low=0, high=1, term="departments_sharing",
        )  # fmt: skip
        merged: float = setting(
            0.5, "share of appraisals merged into others", "考评合并比例", unit="share", source="start value", low=0, high=1,
        )  # fmt: skip

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        super().set_terms(offer)
        offer("paperwork", 1.0 - self.settings.cut)
        offer("appraisals_kept", 1.0 - self.settings.merged)
