"""Every measure, words and formula in one row: name, label in both languages, unit, what is counted, and how."""

from __future__ import annotations

from dataclasses import dataclass

from cogov_sim.language import Text
from cogov_sim.measures.formulas import (
    Excess,
    Formula,
    Mean,
    Past,
    Ratio,
    Spread,
    Whole,
    gini_of_effort,
    providers_per_10000,
    scolding,
    voices_of_top_tenth,
    worst_off_tenth,
    worst_service,
)

MARK = "※"
"""Stands behind the name of every measure that settings fix."""
MARKED = Text(f"{MARK}: largely fixed by settings, no finding", f"{MARK}：主要由设定决定，不算发现")


@dataclass(frozen=True)
class Measure:
    """One column of ``model.measures``.

    Attributes:
        name: column name.
        text: label in both languages.
        unit: unit of the number.
        definition: what exactly is counted.
        formula: how; what it names are sums per community (``measures.sums``) or, for ``Past``, measures.
        better: +1 where more is what reformers hope for, -1 where less is, 0 where neither; nothing else in the house says
            what is better. Public money and residents' hours and money are neither good nor bad by themselves. What
            settings fix is neither, too.
        set_by: which settings fix it, all but directly, so that it is no finding; "" where it is found.
    """

    name: str
    text: Text
    unit: str
    definition: str
    formula: Formula
    better: int = 0
    set_by: str = ""

    @property
    def by_setting(self) -> bool:
        """Whether settings fix it: it is shown with a mark and without a verdict, and counted among no findings."""
        return bool(self.set_by)

    @property
    def label(self) -> Text:
        """Its name as readers meet it, with the mark of what settings fix."""
        return Text(f"{self.text.en} {MARK}", f"{self.text.zh} {MARK}") if self.by_setting else self.text

    @property
    def both(self) -> str:
        """The same in both languages at once, with one mark."""
        return f"{self.text.both} {MARK}" if self.by_setting else self.text.both

    @property
    def by_community(self) -> bool:
        """Whether it is also reported for every community."""
        return not isinstance(self.formula, Whole)


def _m(
    name: str, en: str, zh: str, unit: str, definition: str, formula: Formula, better: int = 0, set_by: str = ""
) -> Measure:
    return Measure(name, Text(en, zh), unit, definition, formula, better, set_by)


_YEAR = "residents with at least one such act in the past 12 months / residents"
_BIAS = "share of {} among those who came to the meetings of the past 12 months minus their share among the residents of the units that met"
_ERROR = (
    "share of the weight that {} places differently from the mean preferences of the residents of the unit, over the"
    " meetings of the past 12 months, weighted by residents"
)

_DECIDES = "who decides, pays and builds is a term of each world"
_HOURS = "how many appraisals there are, what a list strikes off and what running institutions takes are settings; what departments and committees make of it is not"

_DECIDING = Ratio("decided_by_government", "decided")
_FUNDING = Ratio("funded_by_government", "funded")
_DOING = Ratio("built_by_government", "built")

MEASURES: tuple[Measure, ...] = (
    # participation
    _m("participation", "participation", "参与率", "share",
       "residents who in the past 12 months met, voted, kept something up, held office, or gave at least 10 yuan or an hour in a month / residents: the third rung of the ladder", Ratio("active", "residents"), 1),
    _m("told", "told", "知情", "share", "the first rung or above: told of a matter, asked to give, or invited in the past 12 months / residents", Ratio("told", "residents")),
    _m("contacted", "in contact", "有接触", "share", "the second rung or above: any act at all in the past 12 months (spoke, judged, used, gave little) / residents", Ratio("contacted", "residents"), 1),
    _m("active", "active", "活跃参与", "share", "the fourth rung or above: at least three acts and four hours in the past 12 months / residents", Ratio("busy", "residents"), 1),
    _m("carried", "carry the work", "骨干参与", "share", "the fifth rung: at least twelve hours in the past 12 months / residents", Ratio("carried", "residents")),
    _m("participation_plan", "took part in planning", "决策共谋参与率", "share", f"{_YEAR}: spoke up, attended a meeting or voted", Ratio("active_plan", "residents"), 1),
    _m("participation_build", "took part in building", "发展共建参与率", "share", f"{_YEAR}: gave money or labour", Ratio("active_build", "residents"), 1),
    _m("participation_manage", "took part in managing", "建设共管参与率", "share", f"{_YEAR}: kept something up", Ratio("active_manage", "residents"), 1),
    _m("participation_evaluate", "took part in evaluating", "成效共评参与率", "share", f"{_YEAR}: evaluated a finished matter", Ratio("active_evaluate", "residents"), 1),
    _m("participation_share", "took part in sharing", "成果共享参与率", "share", f"{_YEAR}: joined in common use of a finished matter, came to a class or an event, or met friends", Ratio("active_share", "residents"), 1),
    _m("participation_civic", "took part in civic life", "公共生活参与率", "share", f"{_YEAR}: voted for the residents' committee, volunteered or donated", Ratio("active_civic", "residents")),
    _m("volunteers", "volunteers", "志愿者", "share", "residents who volunteered this month / residents", Ratio("volunteers", "residents")),
    _m("volunteer_hours", "volunteers' hours", "志愿服务工时", "h/head", "their hours this month per resident", Ratio("volunteer_hours", "residents")),
    _m("donations", "donations", "捐款", "yuan/head", "money donated this month per resident", Ratio("donations", "residents")),
    _m("acts_per_1000", "acts per 1,000 residents", "每千人参与次数", "1/month", "acts of all stages this month per 1,000 residents", Ratio("acts", "residents", 1000), 1),
    _m("effort_gini", "inequality of effort", "投入的不平等（基尼系数）", "0-1",
       "Gini coefficient of residents' hours in the past year (exponentially weighted, money counted at the hour value)", Whole(gini_of_effort), -1),
    _m("participation_newcomers", "participation of newcomers", "外来人口参与率", "share", "participation among newcomers", Ratio("newcomers_active", "newcomers"), 1),
    _m("participation_locals", "participation of locals", "本地人口参与率", "share", "participation among locals", Ratio("locals_active", "locals"), 1),
    _m("participation_party", "participation of party members", "党员参与率", "share", "participation among party members", Ratio("party_active", "party"), 1),
    _m("participation_young", "participation of those under 40", "40 岁以下参与率", "share", "participation in the age bands 18-29 and 30-39", Ratio("young_active", "young"), 1),
    _m("participation_old", "participation of those over 60", "60 岁以上参与率", "share", "participation in the age bands 60-69 and 70+", Ratio("old_active", "old"), 1),
    _m("meeting_attendance", "attendance at meetings", "会议出席率", "share", "attendances / residents of the units that met this month", Ratio("came", "meeting_residents")),
    _m("turnout", "turnout of a vote", "票决投票率", "share", "ballots cast / residents of the communities that voted on a budget this month; missing without a vote", Ratio("ballots", "voting")),
    _m("turnout_newcomers", "turnout of newcomers", "外来人口投票率", "share", "the same among newcomers", Ratio("ballots_newcomers", "voting_newcomers")),
    _m("turnout_old", "turnout of those over 60", "60 岁以上投票率", "share", "the same in the age bands 60-69 and 70+", Ratio("ballots_old", "voting_old")),
    _m("turnout_party", "turnout of party members", "党员投票率", "share", "the same among party members", Ratio("ballots_party", "voting_party")),
    _m("election_turnout", "turnout in committee elections", "居委会选举投票率", "share", "votes / residents of the communities that elected their committee this month; missing without an election", Ratio("elected_residents", "electing_residents")),
    _m("election_turnout_old", "the same of those over 60", "60 岁以上选举投票率", "share", "the same in the age bands 60-69 and 70+", Ratio("elected_old", "electing_old")),
    _m("election_turnout_party", "the same of party members", "党员选举投票率", "share", "the same among party members", Ratio("elected_party", "electing_party")),
    _m("vote_project_yuan", "price of what a vote buys", "票决项目均价", "yuan", "mean price of the projects that this month's vote bought; missing without any", Ratio("vote_spent", "vote_bought")),
    _m("vote_unspent", "money that a vote left", "票决余款比例", "share", "of the money put to the vote this month, what the vote did not spend; missing without a vote", Ratio("vote_left", "vote_money")),
    _m("meeting_bias_newcomers", "newcomers at meetings, over their share", "会议中外来人口的超额比例", "share", f"{_BIAS.format('newcomers')}; negative = too few came", Excess("newcomers")),
    _m("meeting_bias_old", "those over 60 at meetings, over their share", "会议中 60 岁以上的超额比例", "share", _BIAS.format("those over 60"), Excess("old")),
    _m("meeting_bias_party", "party members at meetings, over their share", "会议中党员的超额比例", "share", _BIAS.format("party members"), Excess("party")),
    _m("meeting_bias_activists", "activists at meetings, over their share", "会议中积极分子的超额比例", "share",
       _BIAS.format("those who gave or kept something up in the year before"), Excess("activists")),
    _m("turned_away", "turned away from meetings", "因满座未能参会的比例", "share", "of those who set out for a meeting in the past 12 months, the share who found no seat", Ratio("met_turned_away", "met_set_out"), -1),
    _m("representation_error_before", "meeting and residents apart, before discussion", "讨论前会议意见与居民意愿的差距", "share",
       _ERROR.format("what those who came wanted"), Ratio("met_error_before", "met_residents")),
    _m("representation_error", "meeting and residents apart", "会议意见与居民意愿的差距", "share", _ERROR.format("the meeting's opinion after its discussion"), Ratio("met_error", "met_residents"), -1),
    _m("disagreement", "disagreement after discussion", "讨论后的分歧", "share",
       "mean share of the weight that those at a meeting place differently from its opinion after the discussion, past 12 months", Ratio("met_apart", "met_came"), -1),
    _m("meetings_resolved", "meetings with a resolution", "形成决议的会议比例", "share", "of the meetings of the past 12 months, those with quorum and majority", Ratio("met_resolved", "met_meetings"), 1),
    _m("voices_top_tenth", "voices of the most active tenth", "最活跃十分之一居民的发声占比", "share",
       "share of the past year's voices (exponentially weighted) that came from the tenth of the residents who spoke up most", Whole(voices_of_top_tenth), -1),
    # free riding
    _m("probe_free_riding", "free riding at the same question", "同题搭便车率", "share",
       "of all residents, those who would give nothing to one standard matter that is put to everybody at the start of the month, the same in every world: felt need 0.25, a neighbour asks, a small burden, no institution at work; nothing comes of it", Ratio("probe_nothing", "residents"), -1),
    _m("probe_giving", "giving at the same question", "同题愿出份额", "share", "mean share of the fair share that residents would give to that standard matter", Ratio("probe_share", "residents"), 1),
    _m("benefit_without_giving", "benefit without giving, asked or not", "受益而未出力（含无机会者）", "share",
       "of the residents who benefit from a matter completed in the past 12 months, the share who gave nothing to it, whether or not they had an opportunity; 1 where nobody may give", Ratio("gave_nothing", "beneficiaries"), set_by="who may give is a term: 1 where nobody may"),
    _m("knew_and_did_not_give", "knew and did not give", "知情而未出力", "share",
       "the same among residents who knew of the matter or were asked while it gathered contributions", Ratio("knew_gave_nothing", "knew"), -1),
    _m("realised_burden", "fair shares given", "应摊份额的实现比例", "share",
       "of what all who would benefit were asked for (their fair shares, which sum to several times the own part, as bodies reckon with few givers), what residents gave in money, labour and land; matters that were decided a year to two years ago, finished or given up", Ratio("fair_shares_given", "fair_shares"), 1),
    _m("own_part_met", "own part, what came together", "自筹部分的到位比例", "share",
       "of the own part that the same matters asked for, what came together, by whomever, at most all of it", Ratio("gathered", "to_gather"), 1),
    _m("laboratory_shortfall", "shortfall from the laboratory", "与实验室贡献的差距", "share",
       "mean contribution the same people would make in the laboratory game at their present beliefs, minus what residents who were asked for a matter, or came forward, gave this month", Ratio("shortfall", "faced"), -1),
    _m("asked_share", "gifts after being asked", "经动员的出力比例", "share",
       "of this month's gifts to matters, those that followed a request by staff or neighbours", Ratio("asked_gifts", "gifts")),
    # satisfaction
    _m("satisfaction", "satisfaction", "满意度", "0-100", "mean satisfaction", Ratio("satisfaction", "residents"), 1),
    _m("satisfaction_sd", "dispersion of satisfaction", "满意度离散", "0-100", "standard deviation of satisfaction", Spread("satisfaction")),
    _m("expectation", "expectation", "期望", "0-1", "mean expectation of performance", Ratio("expectation", "residents")),
    _m("performance", "perceived performance", "感知绩效", "0-1", "mean of each resident's preference-weighted quality", Ratio("performance", "residents"), 1),
    _m("performance_sd", "dispersion of performance", "感知绩效离散", "0-1", "standard deviation of perceived performance", Spread("performance")),
    _m("performance_worst_tenth", "performance for the worst-off tenth", "最差十分之一居民的感知绩效", "0-1", "mean perceived performance of the tenth of residents for whom it is lowest: sharing by all", Whole(worst_off_tenth), 1),
    _m("quality_worst_service", "quality of the worst service", "最差服务的质量", "0-1", "mean quality, over residents, of the service for which it is lowest: sharing in all fields", Whole(worst_service), 1),
    _m("disconfirmation", "performance minus expectation", "绩效与期望之差", "0-1", "mean of performance minus expectation", Ratio("disconfirmation", "residents"), 1),
    _m("trust", "trust in government", "政府信任", "0-1", "mean trust", Ratio("trust", "residents"), 1),
    _m("trust_sd", "dispersion of trust", "信任离散", "0-1", "standard deviation of trust", Spread("trust")),
    _m("efficacy", "efficacy", "效能感", "0-1", "mean efficacy", Ratio("efficacy", "residents"), 1),
    _m("spirit", "public spirit", "共同精神", "0-1", "mean public spirit", Ratio("spirit", "residents"), 1),
    _m("voice", "having a say", "话语权", "0-1", "mean moving average of having had a say and seen it answered", Ratio("voice", "residents"), 1),
    _m("belief", "belief in others", "对他人贡献的信念", "0-1", "mean belief about others' contributions, of those who have ever seen any", Ratio("belief", "knowing"), 1),
    _m("belief_known", "have seen what others give", "见过他人贡献的居民", "share", "residents who have ever seen what others give; the others only have their first belief", Ratio("knowing", "residents")),
    _m("fatigue", "fatigue", "疲劳", "0-1", "mean fatigue", Ratio("fatigue", "residents"), -1),
    _m("familiarity", "familiarity", "熟悉度", "0-1", "mean tie strength of residents", Ratio("familiarity", "residents"), 1),
    _m("scolding_index", "satisfaction per extra yuan", "花钱买骂指数", "points/yuan",
       "slope of satisfaction on monthly outlay per head (12-month means) over the past 24 months; negative = paying to be scolded; missing where outlay did not change", Past(scolding, ("satisfaction", "outlay_per_head")), 1),
    # the three problems
    _m("government_share", "government's share", "政府占比", "share", "mean of the government's shares of deciding, funding and doing", Mean(_DECIDING, _FUNDING, _DOING)),
    _m("government_share_deciding", "government's share of deciding", "决策的政府占比", "share", "cost-weighted share of matters decided in the past 12 months, and of year-end spending, that the government decided", _DECIDING),
    _m("government_share_funding", "government's share of funding", "出资的政府占比", "share", "public money / all money and labour value put into matters completed in the past 12 months, year-end spending included", _FUNDING),
    _m("government_share_doing", "government's share of doing", "实施的政府占比", "share", "value contracted by the government, year-end spending included / all value built in the past 12 months", _DOING),
    _m("enabling_share", "public money that enables", "引导性财政支出占比", "share",
       "of public money in matters completed in the past 12 months, year-end spending included, what went into what others decided or deliver: grants, money handed down to bodies, projects of votes and of the venture platform, services bought from social organisations", Ratio("enabling", "public_money")),
    _m("approach_do", "services that street offices see to themselves", "街道直接办理的服务", "share", "services of communities (weighted by residents) that the street's office has chosen this quarter to do itself / all", Ratio("approach_do", "residents")),
    _m("approach_grant", "services that they leave to grants", "以奖代补的服务", "share", "the same, for which it pays grants to residents who build, and does not build itself", Ratio("approach_grant", "residents")),
    _m("approach_buy", "services that they buy", "购买的服务", "share", "the same, which it buys from social organisations", Ratio("approach_buy", "residents")),
    _m("approach_leave", "services that they leave alone", "街道不办的服务", "share", "the same, which it leaves to whoever takes them on", Ratio("approach_leave", "residents")),
    _m("violations_per_1000", "violations per 1,000 residents", "每千人违规数", "1/month", "violations of order this month", Ratio("violations", "residents", 1000), -1),
    _m("disputes_per_1000", "open disputes per 1,000 residents", "每千人未决纠纷", "per 1,000", "disputes from violations not yet settled", Ratio("disputes", "residents", 1000), -1),
    _m("dispute_months", "months to settle a dispute", "纠纷解决所需月数", "months", "mean months that the disputes settled this month were open (by themselves, by mediators or by the committee); missing where none was", Ratio("disputes_settled_months", "disputes_settled"), -1),
    _m("campaign_share", "under a campaign", "整治行动覆盖率", "share", "residents of communities where the government runs a campaign against disorder this month / residents", Ratio("in_campaign", "residents")),
    _m("committee_admin_share", "administration in committee hours", "居委会行政事务占比", "share", "administrative hours / all hours of committee and workstation", Ratio("hours_administration", "staff_hours"), set_by=_HOURS),
    _m("duties", "duties on a committee", "居委会承担的任务数", "1", "duties that departments have handed down, per community at the month's end", Ratio("duties", "communities"), -1),
    _m("plaques", "plaques of a community", "社区挂牌数", "1", "plaques that departments have hung, per community at the month's end", Ratio("plaques", "communities"), set_by="how many a list removes is a setting"),
    _m("duties_faked", "duties on paper only", "以填表代替落实的任务", "share", "of the hours that duties ask for, the share of those that committees only fill in forms for", Ratio("duties_faked", "duties_asked"), -1),
    _m("duties_sent_back", "duties sent back", "退回的任务数", "per community", "duties and plaques that committees sent back to departments this month, per community", Ratio("duties_sent_back", "communities")),
    _m("adopters", "adopters", "认管认养者", "share", "residents who keep something up at the month's end", Ratio("adopters", "residents"), 1),
    _m("mediators_per_1000", "mediators per 1,000 residents", "每千居民调解员", "per 1,000", "residents who mediate at the month's end", Ratio("mediators", "residents", 1000), set_by="the posts are a setting"),
    _m("self_governed_share", "covered by an active body", "活跃自治组织覆盖率", "share", "residents covered by a body of their building, grid or community that decided or finished a matter, or met with a quorum, in the past 12 months / residents", Ratio("self_governed", "residents"), set_by="which bodies there may be is a setting"),
    _m("bodies_living_per_1000", "living self-governing bodies per 1,000 residents", "每千人现存自治组织", "per 1,000", "bodies that may decide for a building, grid or community", Ratio("bodies_living", "residents", 1000)),
    _m("bodies_active_per_1000", "active self-governing bodies per 1,000 residents", "每千人活跃自治组织", "per 1,000", "of these, those that decided or finished a matter, or met with a quorum, in the past 12 months", Ratio("bodies_active", "residents", 1000)),
    _m("settled_lowest_share", "settled at the lowest level", "最低层级解决率", "share", "of decided matters that closed in the past 12 months, those completed that were decided at the level of their own unit (a building's by its group, a grid's by its council, a community's by a council or the committee) or by the residents themselves", Ratio("settled_lowest", "closed"), set_by=_DECIDES),
    _m("escalated_share", "passed up", "上报解决率", "share", "of matters decided in the past 12 months, those that were passed up and not returned", Ratio("escalated", "settled"), set_by="where matters go is a term (the function list, the desk)"),
    _m("returned_share", "returned to a lower level", "退回基层率", "share", "of matters decided in the past 12 months, those that were returned to a lower level after they had been passed up", Ratio("returned", "settled")),
    # cost and delivery
    _m("outlay_per_head", "public outlay per head", "人均公共支出", "yuan/head", "public money paid out this month per resident", Ratio("outlay", "residents")),
    _m("outlay_projects", "outlay: projects", "支出：项目", "yuan/head", "public projects paid ex ante", Ratio("outlay_projects", "residents")),
    _m("outlay_grants", "outlay: grants", "支出：以奖代补", "yuan/head", "ex-post grants", Ratio("outlay_grants", "residents")),
    _m("grants_per_1000", "grants paid per 1,000 residents", "每千居民获奖补项目", "1/month", "matters that got a grant this month per 1,000 residents", Ratio("grants_paid", "residents", 1000)),
    _m("outlay_maintenance", "outlay: routine upkeep", "支出：日常维护", "yuan/head", "routine upkeep of public assets", Ratio("outlay_maintenance", "residents")),
    _m("outlay_year_end", "outlay: year-end spending", "支出：年末突击", "yuan/head", "money that would have lapsed, spent in December on what is worst", Ratio("outlay_year_end", "residents")),
    _m("outlay_institutions", "outlay: running institutions", "支出：制度运行", "yuan/head", "running costs of institutions", Ratio("outlay_institutions", "residents"), set_by="what institutions cost is a setting"),
    _m("outlay_delegated", "outlay: handed down to bodies", "支出：下拨居民组织", "yuan/head", "public money handed down to residents' bodies this month", Ratio("outlay_delegated", "residents"), set_by="what share is handed down is a setting"),
    _m("outlay_incubation", "outlay: incubator", "支出：社会组织孵化", "yuan/head", "seed money and social workers of organisations in the incubator this month per resident", Ratio("outlay_incubation", "residents")),
    _m("balance_per_head", "unspent balance per head", "人均结余", "yuan", "public money in all purses at the month's end per resident", Ratio("balance", "residents")),
    _m("bodies_money", "money held by residents' bodies", "居民组织持有资金", "yuan", "left over from gifts or handed down, held by bodies or left by dissolved ones, per resident", Ratio("with_bodies", "residents")),
    _m("residents_money", "residents' money", "居民出资", "yuan/head", "money residents gave this month per resident, to matters, as donations and pledges, and as dues of organisations; bills are not in it", Ratio("residents_money", "residents")),
    _m("property_fees", "property fees", "物业费", "yuan/head", "property fees that owners paid this month per resident", Ratio("fees", "residents"), set_by="the fee is a setting of owners' committees"),
    _m("residents_hours", "residents' hours", "居民出力", "h/head", "hours of all acts this month per resident", Ratio("hours", "residents")),
    _m("labour_given", "labour given to matters", "投工投劳", "h/head", "hours that residents worked on matters this month per resident", Ratio("labour_given", "residents")),
    _m("residents_land", "land given up", "居民让地", "m2/head", "ground that owners gave up this month per resident", Ratio("residents_land", "residents")),
    _m("land_value", "land given up, at its value", "居民让地（折价）", "yuan/head", "the same, at the value of a square metre", Ratio("land_value", "residents")),
    _m("misused_money", "money kept by leaders", "带头人侵占款项", "yuan/head", "what leaders of councils kept of the money gathered for matters finished this month, found or not, per resident", Ratio("misused", "residents"), -1),
    _m("recovered_money", "money found and paid back", "查出并追回款项", "yuan/head", "of it, what supervisory boards found and had paid back this month, per resident", Ratio("recovered", "residents"), set_by="only a supervisory board finds any: 0 without one"),
    _m("thought_kept", "money leaders are thought to keep", "居民认为带头人侵占事项资金的比例", "share", "share of a matter's means that residents think its council's leader keeps; it moves only by what a supervisory board says", Ratio("thought_kept", "residents"), -1),
    _m("enterprise_money", "enterprises' money", "企业出资", "yuan/head", "money enterprises gave this month per resident", Ratio("enterprise_money", "residents")),
    _m("matters_opened", "matters opened", "新增事项", "1/month", "matters that arose this month per 1,000 residents", Ratio("opened", "residents", 1000)),
    _m("matters_completed", "matters completed", "完成事项", "1/month", "matters completed this month per 1,000 residents", Ratio("completed", "residents", 1000), 1),
    _m("matters_expired", "matters expired", "失效事项", "1/month", "matters given up this month per 1,000 residents", Ratio("expired", "residents", 1000), -1),
    _m("completed_yuan", "completed, in yuan", "完成事项金额", "yuan/head", "cost of the matters completed this month per resident", Ratio("completed_yuan", "residents")),
    _m("expired_yuan", "given up, in yuan", "失效事项金额", "yuan/head", "cost of the matters given up this month per resident", Ratio("expired_yuan", "residents")),
    _m("months_to_completion", "months to completion", "完成所需月数", "months", "mean months from opening to completion, past 12 months", Ratio("months_to_completion", "completed_year"), -1),
    # queues
    _m("requests_waiting", "requests waiting", "待答复诉求", "per 1,000", "requests of residents that wait for an answer at the month's end per 1,000 residents", Ratio("requests_waiting", "residents", 1000), -1),
    _m("months_to_answer", "months to an answer", "答复所需月数", "months", "mean months from request to answer of those answered in the past 12 months, 0 for the same month", Ratio("months_to_answer", "requests_answered"), -1),
    _m("requests_answered", "requests answered", "诉求答复率", "share", "requests answered / requests answered or given up in the past 12 months", Ratio("requests_answered", "requests_closed"), 1),
    _m("desk_waiting", "matters at the street's desk", "街道待办事项", "per 1,000", "matters that wait at streets' desks at the month's end per 1,000 residents", Ratio("desk_waiting", "residents", 1000), -1),
    _m("months_to_dispatch", "months to the street's dispatch", "街道派遣所需月数", "months", "mean months from raising to the desk's dispatch, of matters dispatched in the past 12 months", Ratio("months_to_dispatch", "dispatched"), -1),
    _m("passed_up_share", "passed up to the street", "上报街道比例", "share", "of matters raised in the past 12 months, those passed up to the street", Ratio("passed_up", "raised_year")),
    _m("sent_back_share", "sent back by the street", "街道退回比例", "share", "of matters passed up and dispatched in the past 12 months, those sent back to their community", Ratio("sent_back", "dispatched_from_below")),
    _m("providers_per_10000", "providers per 10,000 residents", "每万居民服务机构数", "per 10,000", "social organisations that could take a contract at the month's end", Whole(providers_per_10000)),
    _m("purchase_price", "price of bought services", "购买服务价格", "yuan/yuan", "cost-weighted price, as a multiple of cost, of matters bought from social organisations in the past 12 months, by whomever", Ratio("purchase_paid", "purchase_cost"), -1),
    _m("purchase_quality", "quality of bought services", "购买服务质量", "0-1", "cost-weighted build quality of matters bought from social organisations in the past 12 months and completed", Ratio("purchase_quality", "purchase_done"), 1),
    _m("build_quality", "build quality", "建造质量", "0-1", "cost-weighted build quality of matters completed in the past 12 months", Ratio("quality_cost", "completed_cost"), 1),
    _m("preference_match", "preference match", "偏好契合度", "0-1",
       "cost-weighted fit of the matters completed in the past 12 months: weight of the category among those who live with it / their largest weight, times how well that weight was judged", Ratio("match_cost", "completed_cost"), 1),
    # working together
    _m("units_seated", "units at a table", "入席的驻区单位", "share", "firms, public units and holders of property that sit in a council or joint party committee of their community / all", Ratio("units_seated", "units")),
    _m("co_residence_councils", "communities with a co-residence council", "有同驻共建理事会的社区", "share", "communities in which at least three public units or holders of property sit / all", Ratio("with_co_residence", "communities")),
    _m("worthies_councils", "communities with a council of worthies", "有乡贤理事会的社区", "share", "communities in which one lives / all", Ratio("with_worthies_councils", "communities"), set_by="how easily one is founded is a setting"),
    _m("development_councils", "communities with a development council", "有发展理事会的社区", "share", "communities in which one lives / all", Ratio("with_development_councils", "communities"), set_by="how easily one is founded is a setting"),
    _m("deliberative_councils", "communities with a deliberative council", "有议事会的社区", "share", "communities in which one lives / all", Ratio("with_deliberative_councils", "communities"), set_by="how easily one is founded is a setting"),
    _m("grant_communities", "communities that ever got a grant", "曾获奖补的社区", "share", "communities in which at least one grant was ever paid, the years before the reform included / all", Ratio("with_ever_granted", "communities")),
    _m("units_offering", "units that offer something", "提供支持的驻区单位", "share", "of those that sit, those that offer something this quarter", Ratio("units_offering", "units_seated"), 1),
    _m("demands_met", "needs met by units", "驻区单位认领的需求", "1/month", "matters to which units gave something this month per 1,000 residents", Ratio("demands_met", "residents", 1000), 1),
    _m("units_value", "what units gave", "驻区单位投入", "yuan/head", "money, and the value of work and space, that units gave this month per resident", Ratio("units_value", "residents"), 1),
    _m("premises_lent", "premises lent", "借用的闲置场所", "m2 per 1,000", "floor space that its holders have lent to the neighbourhood per 1,000 residents", Ratio("premises", "residents", 1000), 1),
    _m("premises_unused", "premises lent and not used", "借而未用的场所", "share", "of it, what no service uses yet", Ratio("premises_unused", "premises"), -1),
    _m("groups_per_10000", "groups per 10,000 residents", "每万居民小组数", "per 10,000", "volunteer and hobby groups that meet", Ratio("groups", "residents", 10000)),
    _m("organisations_per_10000", "registered organisations per 10,000 residents", "每万居民登记社会组织数", "per 10,000", "registered social organisations, of residents and professional ones", Ratio("organisations", "residents", 10000)),
    _m("residents_organisations_per_10000", "residents' registered organisations per 10,000", "每万居民社区社会组织数", "per 10,000", "of these, those that a group of residents founded", Ratio("residents_organisations", "residents", 10000)),
    _m("organisations_hollow", "hollow organisations", "空壳社会组织比例", "share", "registered organisations without a group that meets, a contract, or one finished in the past 12 months / all", Ratio("organisations_hollow", "organisations"), -1),
    _m("organised_share", "residents in organisations", "被组织覆盖的居民", "share", "residents who lead, serve in or belong to a body, a group or an association / residents", Ratio("organised", "residents"), 1),
    _m("party_hours", "hours of party members who report", "报到党员工时", "h per member", "hours that party members who reported where they live gave this month per party member", Ratio("party_hours", "party_members"), 1),
    _m("association_cover", "where donors are associated", "发展协会覆盖率", "share", "residents of communities with an association of donors / residents", Ratio("association_cover", "residents")),
    _m("association_pledges", "pledged to associations", "发展协会认捐", "yuan/head", "money that donors pledged to their association this month per resident; it is among residents' money", Ratio("association_pledges", "residents")),
    _m("venture_funded", "projects of the venture platform", "公益创投立项", "1/month", "projects that the venture platform pays for this month per 1,000 residents", Ratio("venture_funded", "residents", 1000), 1),
    _m("venture_bids", "bids for a project", "每个项目的投标数", "1", "bids per project that was put out this month; missing without a round", Ratio("venture_bids", "venture_projects"), 1),
    # spirit and sharing
    _m("class_attendance", "came to a class", "参加书院课程", "share", "residents who came to a class this month / residents", Ratio("class_came", "residents"), 1),
    _m("class_active_anyway", "in class, active anyway", "课程参加者中原本活跃者", "share", "of those who came to a class this month, those who had spoken, met, voted, given, kept up, judged or volunteered in the year before", Ratio("class_active", "class_came"), -1),
    _m("pledged", "bound by a pledge", "承诺有效的居民", "share", "residents whose pledge to keep order holds / residents", Ratio("pledged", "residents"), 1),
    _m("sharers", "share things", "共享物品的居民", "share", "residents who share something of their own / residents", Ratio("sharers", "residents"), 1),
    _m("pool_served", "served by what is shared", "共享物品满足率", "share", "of those who would use shared things, those whom they serve", Ratio("pool_served", "residents"), 1),
    _m("incidents_per_1000", "incidents per 1,000 residents", "每千人案件数", "1/month", "thefts, frauds, brawls this month per 1,000 residents", Ratio("incidents", "residents", 1000), -1),
    _m("patrol_hours", "patrol hours", "巡防工时", "h per 1,000", "hours that residents went on patrol this month per 1,000 residents", Ratio("patrol_hours", "residents", 1000)),
    # where committee hours went
    _m("hours_administration", "committee hours: administration", "工时：行政事务", "share", "share of staff hours this month", Ratio("hours_administration", "staff_hours"), set_by=_HOURS),
    _m("hours_service", "committee hours: answering residents", "工时：答复诉求", "share", "share of staff hours this month", Ratio("hours_service", "staff_hours")),
    _m("hours_disputes", "committee hours: disputes", "工时：调处纠纷", "share", "share of staff hours this month", Ratio("hours_disputes", "staff_hours")),
    _m("hours_projects", "committee hours: projects", "工时：项目管理", "share", "share of staff hours this month", Ratio("hours_projects", "staff_hours")),
    _m("hours_institutions", "committee hours: running institutions", "工时：制度运行", "share", "share of staff hours this month", Ratio("hours_institutions", "staff_hours"), set_by=_HOURS),
    _m("hours_campaigns", "committee hours: campaigns", "工时：整治行动", "share", "share of staff hours this month", Ratio("hours_campaigns", "staff_hours")),
    _m("hours_mobilisation", "committee hours: asking residents", "工时：动员居民", "share", "share of staff hours this month", Ratio("hours_mobilisation", "staff_hours")),
)  # fmt: skip

BY_NAME: dict[str, Measure] = {measure.name: measure for measure in MEASURES}

#: The measures on which worlds are compared first; none that settings fix.
HEADLINE: tuple[str, ...] = (
    "probe_free_riding",
    "realised_burden",
    "participation_civic",
    "participation",
    "residents_hours",
    "satisfaction",
    "trust",
    "performance",
    "violations_per_1000",
    "outlay_per_head",
    "preference_match",
)
