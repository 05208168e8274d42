"""考核 top-down assessment."""

from __future__ import annotations

from cogov_sim.institutions.base import GOVERNMENT, Institution, Offer, Price
from cogov_sim.language import Text
from cogov_sim.scenario import InstitutionSettings, setting


class TopDownAssessment(Institution):
    """考核：上级按看得见的数量考核基层，一项调查中每年 26 项考评；每次考评都占用居委会工时。
    Top-down assessment: superiors judge by visible counts (26 appraisals a year in one survey). Officials favour what
    shows, street offices go by it, and every appraisal takes hours of the committee's paper work. Winners are spared
    inspections, losers get more. Where violations of order were many last month a campaign （运动式整治） is run: strong and
    short.
    """

    id = "top_down_assessment"
    text = Text("top-down assessment", "考核")
    pillar = GOVERNMENT
    levels = "DS"
    sets = ("appraisal_hours", "alarm")
    price = Price(yuan=50, hours=0, what="inspections; its hours are the administration it claims")
    demanded = True
    can_fail = Text(
        "Showcase projects; paper work instead of residents; forms filled in for what was not done; campaigns that nobody remembers a year later.",
        "形象工程；文牍取代居民工作；以填表代替落实；整治过后故态复萌。",
    )
    source = "Chinese committees: 322 items, 26 appraisals (V); 60-80 % of hours on administration (M)"
    expects = {"committee_admin_share": 1, "preference_match": -1, "duties_faked": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        appraisals: float = setting(
            26.0, "appraisals a year", "每年考评次数", unit="1/year", source="Chinese committees: 26 appraisals a year in one survey",
            low=0, high=366,
        )  # fmt: skip
        appraisal_hours: float = setting(
            30.0, "committee hours that one appraisal takes", "每次考评占用工时", unit="h per 1,000 residents",
            source="with 26 a year a fifth of all hours; with administration_share 0.5 that makes 0.70, the middle of the "
            "60-80 % of general knowledge; start value", low=0, high=300,
        )  # fmt: skip
        showcase: float = setting(
            0.5, "weight of visibility, relative to an average preference", "可见度权重（相对平均偏好）", unit="1", source="start value",
            low=0, high=10, term="showcase",
        )  # fmt: skip
        counts: float = setting(
            2.0, "weight of what superiors count, added to the usual 1", "考核指标在街道取舍中增加的权重（通常为 1）", unit="1",
            source="start value", low=0, high=10, term="counts_weight",
        )  # fmt: skip
        stakes: float = setting(
            0.5, "share of inspections that winners are spared and losers get in addition", "优胜者免检、落后者加检的比例", unit="share",
            source="start value", low=0, high=1, term="appraisal_stakes",
        )  # fmt: skip
        prize: float = setting(
            0.5, "prize for the winners of a quarter", "季度优胜奖励", unit="yuan per resident",
            source="start value: a twelfth of a year's district reserve (8.4 yuan a head)", low=0, high=100, term="prize",
        )  # fmt: skip
        campaign: float = setting(
            0.6, "sanction against disorder during a campaign", "整治期间对违规的惩戒", unit="1", source="start value", low=0, high=1,
            term="campaign",
        )  # fmt: skip
        campaign_trigger: float = setting(
            40.0, "violations last month that start a campaign", "触发整治的上月违规数", unit="per 1,000 residents",
            source="start value: about two thirds above what is usual under the government (24), so that campaigns " "are the exception",
            low=1, high=1000,
        )  # fmt: skip

    def set_terms(self, offer: Offer) -> None:
        """Offer this institution's terms."""
        super().set_terms(offer)
        offer("appraisal_hours", self.settings.appraisals * self.settings.appraisal_hours / 12.0)
        offer("alarm", 1.0 / self.settings.campaign_trigger)
