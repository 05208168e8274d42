"""Terms: the plain numbers that institutions set and residents respond to. The whole contract between the two.

Every term has a neutral value, which is what people face where no institution says otherwise, and a rule by which the
offers of several institutions combine. All rules are symmetric, so the order of institutions does not matter, and an
offer at strength 0 is exactly no offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cogov_sim.language import Text, is_text
from cogov_sim.scenario.files import unknown
from cogov_sim.scenario.plugins import Plugin, plugins

Combine = Literal["add", "multiply", "max", "any"]
LEVELS = 6  # city, district, street, community, grid, building


@dataclass(frozen=True)
class Term:
    """One number that residents, organisations, enterprises or officials face in a community.

    Attributes:
        name: its name in code.
        text: label in both languages.
        unit: its unit.
        neutral: value without any institution; one number, or six, one a level from city to building.
        combine: how several offers combine: ``add``; ``multiply`` factors; ``max`` takes the largest; ``any`` combines
            chances, 1 - (1 - p)(1 - q).
        low, high: bounds of the combined value.
        faced: residents respond to it as it is, so it stands on their board; the others reach them through bodies, officials
            and matters.

    Raises:
        ValueError: the rule is none of the four, or the numbers do not fit it.
    """

    name: str
    text: Text
    unit: str
    neutral: float | tuple[float, ...]
    combine: Combine
    low: float = 0.0
    high: float = 1.0
    faced: bool = False

    def __post_init__(self) -> None:
        neutral = self.neutral if isinstance(self.neutral, tuple) else (self.neutral,) * LEVELS
        if len(neutral) != LEVELS:
            raise ValueError(f"term {self.name}: neutral must be one number or {LEVELS}, one a level")
        if self.combine not in get_args(Combine):
            raise ValueError(f"term {self.name}: combine must be one of {', '.join(get_args(Combine))}")
        low, high = (0.0, 1.0) if self.combine == "any" else (self.low, self.high)
        if not (self.low <= low <= min(neutral) and max(neutral) <= high <= self.high):
            raise ValueError(f"term {self.name}: neutral must lie within the bounds, which are 0 and 1 for chances")

    @property
    def per_level(self) -> bool:
        """Whether the term has one value for each level of the matter."""
        return isinstance(self.neutral, tuple)


def _t(
    name: str, en: str, zh: str, unit: str, neutral: float | tuple[float, ...], combine: Combine,
    low: float = 0.0, high: float = 1.0, faced: bool = False,
) -> Term:  # fmt: skip
    return Term(name, Text(en, zh), unit, neutral, combine, low, high, faced)


_NONE = (0.0,) * LEVELS

TERMS: tuple[Term, ...] = (
    # who decides and pays
    _t("government_agenda", "share of matters that the government takes on and decides", "政府承接并决定的事项比例", "share", _NONE, "max"),
    _t("resident_decision", "share of matters that residents' bodies of a level may decide", "各层级居民组织可决定的事项比例", "share", _NONE, "max"),
    _t("public_share", "public share of the cost of a matter the government decides", "政府决定事项的财政承担比例", "share", _NONE, "max"),
    _t("government_planning", "chance that officials put a worn asset on their own plan", "政府自行立项概率", "1/month", _NONE, "any"),
    _t("saving", "share of a month's income put by for a matter that the purse cannot pay yet", "每月收入中为尚付不起的事项积蓄的比例", "share", 0.0, "max"),
    _t("carry_over", "share of money left at the year's end that may be kept", "年末结余可结转的比例", "share", 0.0, "max"),
    _t("paperwork", "hours to manage public money in a project, as a multiple", "项目资金管理所需工时倍数", "1", 1.0, "multiply", 0.05, 10),
    _t("opinions", "share of residents whose opinion is collected before officials decide", "决策前征求意见覆盖的居民比例", "share", 0.0, "any"),
    _t("purchasing", "share of the government's service matters bought from providers", "政府服务事项中向社会组织购买的比例", "share", 0.0, "max"),
    _t("hearing", "weight of a residents' meeting in the government's estimate", "居民会议意见在政府判断中的权重", "share", 0.0, "max"),
    _t("showcase", "weight officials give to what shows", "官员对可见度的偏好权重", "1", 0.0, "add", 0, 10),
    _t("match_rate", "ex-post grant per yuan of own contribution", "以奖代补配比", "yuan/yuan", 0.0, "max", 0, 5),
    _t("match_cap", "largest share of the cost that a grant pays", "奖补占成本上限", "share", 0.0, "max"),
    _t("acceptance", "quality a matter must reach for its grant", "验收质量标准", "1", 0.0, "max"),
    _t("owners_decision", "share of matters of property upkeep that owners' committees may decide", "业主委员会可决定的维修事项比例", "share", 0.0, "max"),
    _t("spending_limit", "largest matter that a level may settle, per resident of its unit, relative to what exceeds a community", "各层级可决定的最大事项（按本级单元人均，相对社区上限）",
       "1", (0.0, 0.0, 10.0, 1.0, 1.0, 0.9), "max", 0, 10),
    _t("delegated", "public money handed down to residents' bodies of a level", "下拨居民组织的财政资金", "yuan per resident and month", _NONE, "max", 0, 1000),
    _t("property_fee", "property fee that an owners' committee asks for", "业主委员会收取的物业费", "yuan per owner and month", 0.0, "max", 0, 10_000),
    _t("company_oversight", "how closely owners and staff watch the property company", "对物业公司的监督（交叉任职）", "1", 0.0, "max"),
    # finding out, answering
    _t("detection", "chance that staff report a worn asset", "工作人员上报概率", "1/month", 0.01, "any"),
    _t("routing_delay", "months before an escalated matter is dealt with", "上报事项流转时间", "months", 3.0, "multiply", 0, 24),
    _t("passing_up", "chance that a committee passes up what it could not decide this month", "社区把当月未能决定的事项上交街道的概率", "1/month", 0.0, "any"),
    _t("case_cost", "hours to answer one request, as a multiple", "答复诉求所需工时倍数", "1", 1.0, "multiply", 0.05, 10),
    _t("dispatch_cost", "hours a street's desk takes for one matter, as a multiple", "街道受理事项所需工时倍数", "1", 1.0, "multiply", 0.05, 10),
    _t("returning", "share of its free money for which a community gets back what was passed up", "可退回社区办理的金额占其可用资金比例", "share", 0.0, "max"),
    _t("voice_cost", "cost of speaking up", "发声成本", "logit", 1.0, "add", -2, 5, faced=True),
    _t("online_voice", "how much less it costs to speak up on a platform", "线上发声减少的成本", "logit", 0.0, "max", 0, 5, faced=True),
    _t("online_awareness", "chance to hear of an open matter on a platform", "线上获知事项的概率", "1/month", 0.0, "any", faced=True),
    _t("awareness", "chance to hear of an open matter", "获知事项的概率", "1/month", (0.0, 0.005, 0.01, 0.03, 0.06, 0.2), "any"),
    _t("visibility", "chance that an act (or its absence) is seen by those one has ties with", "行为被熟人看到的概率", "1", 0.25, "any"),
    _t("group_visibility", "the same, in addition, where a building has a living group", "楼栋有活跃小组时的可见度增量", "1", 0.0, "any"),
    _t("report", "how fully results are made public", "结果公开程度", "1", 0.0, "max", faced=True),
    _t("promise", "publicity given to announced improvements", "对规划改善的宣传力度", "1", 0.0, "add", 0, 10),
    # meeting and organising
    _t("meeting", "chance that the community meets this month", "本月召开社区会议的概率", "1/month", 0.0, "max"),
    _t("invitation", "chance that a resident is invited to a meeting", "居民受邀参会的概率", "1", 0.0, "any"),
    _t("invitation_newcomers", "chance that a newcomer is invited, in addition", "外来人口另获邀请的概率", "1", 0.0, "any"),
    _t("standing", "standing of newcomers: how far they may speak as locals do", "外来人口的参与身份（与本地人同等发言的程度）", "1", 0.0, "max", faced=True),
    _t("seats", "seats where the community meets", "社区会场座位数", "per 1,000 residents", 7.5, "max", 0, 1e4),
    _t("venue", "how near and fit the community's meeting place is", "社区会场的便利程度", "logit", 0.0, "max", 0, 3),
    _t("quorum", "share of those invited without whom a meeting decides nothing", "会议有效所需的到会比例（占受邀者）", "share", 0.0, "max"),
    _t("majority", "share of those present who must agree", "形成决议所需的同意比例（占到会者）", "share", 0.0, "max"),
    _t("discussion", "rounds of exchanging opinions at a meeting", "会议讨论轮数", "rounds", 0.0, "max", 0, 20, faced=True),
    _t("facilitation", "how far a facilitator, or rules of procedure, give everybody the same time to speak", "主持人或议事规则保障平等发言的程度", "1", 0.0, "any", faced=True),
    _t("talk", "face-to-face exchange at meetings", "会议中面对面交流的程度", "1", 0.0, "max", faced=True),
    _t("written_talk", "exchange in writing among those who post", "线上文字交流的程度", "1", 0.0, "max", faced=True),
    _t("building_groups", "ease of founding a building's group", "成立楼栋小组的便利度", "1", 0.0, "max"),
    _t("grid_councils", "ease of founding a grid's council", "成立网格理事会的便利度", "1", 0.0, "max"),
    _t("worthies_councils", "ease of founding a council of worthies", "成立乡贤理事会的便利度", "1", 0.0, "max"),
    _t("development_councils", "ease of founding a development council", "成立发展理事会的便利度", "1", 0.0, "max"),
    _t("deliberative_councils", "ease of founding a deliberative council", "成立议事会的便利度", "1", 0.0, "max"),
    _t("owners_committees", "ease of founding an owners' committee", "成立业主委员会的便利度", "1", 0.0, "max"),
    _t("micro_organisations", "ease of founding a micro-organisation", "成立微组织的便利度", "1", 0.05, "max"),
    _t("council_example", "how visibly those who ask for a council have given first, where worthies sit", "乡贤理事会所在社区的带头示范", "1", 0.0, "max"),
    _t("council_coordination", "how far councils pool pledges, where a development council lives", "发展理事会所在社区的统筹能力", "1", 0.0, "max"),
    _t("convening", "chance that the community meets, where a deliberative council lives", "议事会所在社区本月开会的概率", "1/month", 0.0, "max"),
    _t("group_coordination", "how far a building's group pools pledges, so that more people are asked", "楼栋小组统筹动员的能力", "1", 0.0, "max"),
    _t("grid_coordination", "the same of a grid council", "网格理事会统筹动员的能力", "1", 0.0, "max"),
    _t("group_example", "how visibly those who ask for a building's group have given first", "楼栋小组带头人率先出力的可见度", "1", 0.0, "max"),
    _t("enterprise_seat", "seats for enterprises in a council", "企业理事席位", "1", 0.0, "max"),
    _t("unit_seat", "seats for public units and property holders in a council", "机关事业与产权单位理事席位", "1", 0.0, "max"),
    _t("party_seat", "seats in the joint party committee for units with a party organisation", "大党委中有党组织单位的席位", "1", 0.0, "max"),
    _t("unit_agenda", "chance that units at the table put the worst of what they use on the community's list", "在席单位将其所用最差设施列入社区议程的概率", "1/month", 0.0, "any"),
    _t("name_weight", "how much a bidder's name counts beside the bid", "投标者名声相对报价的权重", "1", 0.0, "max"),
    _t("adoption", "posts for adopting upkeep", "认管认养岗位", "1", 0.0, "max", faced=True),
    _t("ballot", "chance that a resident is given a ballot this month", "本月居民获得选票的概率", "1", 0.0, "max"),
    _t("budget_list", "share of the community's money put to a vote that the government's list settles", "交付票决但按政府清单分配的社区经费比例", "share", 0.0, "max"),
    _t("budget_greedy", "share of the community's money that the number of votes settles", "按得票多少分配的社区经费比例", "share", 0.0, "max"),
    _t("budget_equal", "share of the community's money that a vote by equal shares settles", "按等额份额法票决的社区经费比例", "share", 0.0, "max"),
    _t("budget_completed", "share of the community's money that equal shares settle, and votes what they leave", "按等额份额法票决、余款再按得票分配的社区经费比例", "share", 0.0, "max"),
    # incentives
    # working together, spirit, sharing
    _t("party_call", "chance that a party member is called to report where they live, if the secretary reaches them", "在职党员被书记动员到社区报到的概率", "1/month", 0.0, "any"),
    _t("party_quota", "share of the calls to party members that are for a signature, to be counted", "党员报到中仅为签到计数的比例", "share", 0.0, "max"),
    _t("counting", "committee hours to count one signature", "统计一次签到的居委会工时", "h", 0.0, "max", 0, 40),
    _t("patrol_call", "chance that a resident is asked to go on patrol", "居民被动员参加巡防的概率", "1/month", 0.0, "any", faced=True),
    _t("guards", "hours of guards that units at a table let look beyond their gate, as a share of their employees' hours", "在席单位保安兼顾周边的工时比例", "share", 0.0, "max"),
    _t("venture_fund", "share of the community's income set aside for projects of social organisations", "社区经费中用于公益创投的比例", "share", 0.0, "max"),
    _t("venture_round", "a round of the venture platform is held this month (0: none)", "本月举行公益创投（0＝无）", "1", 0.0, "max"),
    _t("venture_quality", "weight of quality and name beside the price of a project", "项目评选中质量与名声相对价格的权重", "1", 0.0, "max"),
    _t("venture_own", "share of a project's cost that sponsors and residents must bring", "项目成本中须由认购方与居民自筹的比例", "share", 0.0, "max", 0, 0.9),
    _t("registering", "chance that a group that has met long enough registers on its own", "活动满期的小组自行登记的概率", "1/month", 0.002, "any"),
    _t("incubation", "chance that such a group applies to the incubator", "此类小组申请进入孵化器的概率", "1/month", 0.0, "any"),
    _t("incubator_places", "places in the incubator", "孵化器名额", "per 1,000 residents", 0.0, "max", 0, 100),
    _t("seed_money", "seed money of a place", "孵化种子资金", "yuan", 0.0, "max", 0, 1_000_000),
    _t("mentoring", "hours a month of a social worker for each organisation in the incubator", "每家在孵组织每月获得的社工工时", "h/month", 0.0, "max", 0, 200),
    _t("associations", "ease of founding an association of donors", "成立社区发展协会的便利度", "1", 0.0, "max"),
    _t("space_talks", "talks a month with each holder of idle premises", "每月与每家闲置场所产权单位协商的次数", "1/month", 0.0, "max", 0, 31),
    _t("space_reward", "how far lending premises counts with those who judge the holder", "出借场所在考评中的奖励", "logit", 0.0, "max", 0, 10),
    _t("lease_months", "months for which premises are lent", "场所借用期限", "months", 0.0, "max", 0, 600),
    _t("classes", "classes of an academy that are open to all", "社区书院开放课程", "1", 0.0, "max", faced=True),
    _t("events", "events of a troupe that are open to all", "文艺队开放活动", "1", 0.0, "max", faced=True),
    _t("sharing", "ease of pooling things for common use", "物品共享的便利度", "1", 0.0, "max", faced=True),
    _t("recognition", "public praise", "表彰", "1", 0.0, "max", faced=True),
    _t("reward", "expected reward for giving", "贡献的预期奖励", "1", 0.0, "max", faced=True),
    _t("levy", "share of the fair share that is collected by force", "强制分摊占应摊份额的比例", "share", 0.0, "max", faced=True),
    _t("sanction", "expected sanction", "预期惩戒", "1", 0.0, "max", faced=True),
    # law: how order is kept, disputes are settled and leaders are watched
    _t("graduation", "how much milder a sanction begins with those who break order for the first time", "初次违规的惩戒减轻程度（分级惩戒）", "share", 0.0, "max", faced=True),
    _t("norm_clarity", "how much more public spirit restrains where norms are written down", "规约明确对公共精神约束力的增强", "1", 0.0, "max", 0, 5, faced=True),
    _t("campaign", "sanction against disorder while a government campaign runs", "运动式整治期间的惩戒", "1", 0.0, "max"),
    _t("alarm", "one over the violations per 1,000 residents and month that start a campaign (0: none do)", "触发整治的每千人月违规数的倒数（0＝不触发）", "1", 0.0, "max"),
    _t("mediation", "posts for mediators per 1,000 residents", "每千居民调解员岗位", "persons", 0.0, "add", 0, 100),
    _t("oversight", "chance that an independent board finds money that a leader kept", "独立监事会查出带头人侵占款项的概率", "1", 0.0, "max"),
    # the committee's hours, and prices
    _t("counts_weight", "weight of what superiors count in what a street office goes by", "街道办事取舍中上级考核指标的权重", "1", 1.0, "add", 0, 20),
    _t("residents_weight", "weight of what residents praise or complain of in the same", "街道办事取舍中居民评价的权重", "1", 1.0, "add", 0, 20),
    _t("appraisal_stakes", "inspections that the winners of an appraisal are spared, and its losers get in addition, as a share", "考评优胜者免检、落后者加检的比例", "share", 0.0, "max"),
    _t("prize", "prize for the winners of a quarter's appraisal", "季度考评优胜奖励", "yuan per resident", 0.0, "max", 0, 1000),
    _t("duties_barred", "share of departments' duties that an admission list keeps out", "准入清单不予准入的部门任务比例", "share", 0.0, "max"),
    _t("plaques_barred", "share of departments' plaques that the list keeps out", "清单不予准入的部门挂牌比例", "share", 0.0, "max"),
    _t("going_round", "chance that a department hands down by another name what the list keeps out", "部门变相下派清单外任务的概率", "1", 0.0, "max"),
    _t("departments_sharing", "share of departments that look up with one another what communities reported already", "共享社区已报信息的职能部门比例", "share", 0.0, "max"),
    _t("duties_moved", "hours of duties that move down from streets to committees", "由街道下放至社区的任务工时", "h per 1,000 residents and month", 0.0, "max", 0, 1e4),
    _t("staff_moved", "hours of staff that move with them from the streets' desks", "随之由街道窗口下沉的人员工时", "h per 1,000 residents and month", 0.0, "max", 0, 1e4),
    _t("administration", "share of committee hours that superiors claim in addition", "上级额外占用工时比例", "share", 0.0, "add"),
    _t("appraisal_hours", "committee hours that superiors' appraisals take", "上级考评占用工时", "h per 1,000 residents and month", 0.0, "add", 0, 1e4),
    _t("appraisals_kept", "appraisals left after merging, as a share", "合并后保留的考评比例", "share", 1.0, "multiply"),
    _t("running_cost", "running cost of institutions", "制度运行成本", "yuan/month", 0.0, "add", 0, 1e12),
    _t("running_hours", "committee hours that institutions of its own choice take", "自选制度占用工时", "h/month", 0.0, "add", 0, 1e12),
    _t("demanded_hours", "committee hours that institutions demanded by superiors take", "上级要求的制度占用工时", "h/month", 0.0, "add", 0, 1e12),
)  # fmt: skip

BY_NAME: dict[str, Term] = {term.name: term for term in TERMS}
FACED: tuple[str, ...] = tuple(term.name for term in TERMS if term.faced)


def known_terms() -> dict[str, Term]:
    """Every term there is, by name: ``TERMS``, and those that plug-ins bring."""
    return BY_NAME | {term.name: term for plugin in plugins() for term in plugin.terms}


def check_plugins(found: Sequence[Plugin]) -> None:
    """See that the terms of other packages, and those that their institutions set, are what they take them for.

    Raises:
        UserError: a row is no term, is faced by the compiled residents, or has a name that is taken; an institution sets
            a term that does not exist.
    """
    known = dict(BY_NAME)
    for plugin in found:
        for term in plugin.terms:
            _check_term(plugin, term)
            if known.setdefault(term.name, term) != term:
                raise plugin.error(
                    f"the name of the term '{term.name}' is taken by another one",
                    f"条件名“{term.name}”已被另一条件占用",
                )
    for plugin in found:
        for one in plugin.institutions:
            _check_offers(plugin, one, known)


def _check_term(plugin: Plugin, term: Any) -> None:
    if not isinstance(term, Term):
        raise plugin.error(
            f"terms() must return rows of terms.Term, not {term!r}", f"terms() 应返回 terms.Term，而不是 {term!r}"
        )
    named = isinstance(term.name, str) and term.name.isidentifier()
    if not (named and isinstance(term.unit, str) and is_text(term.text)):
        raise plugin.error(
            f"the term {term.name!r} needs a name like 'warmth', a unit, and words in both languages",
            f"条件 {term.name!r} 需要形如 'warmth' 的名称、单位和中英文说明",
        )
    if term.faced:
        raise plugin.error(
            f"the term '{term.name}' cannot be faced: residents' own rules read no plug-in's term, a part of the month does",
            f"条件“{term.name}”不能设 faced：居民自身的规则不读取插件的条件，应由插件在月度步骤中读取",
        )


def _check_offers(plugin: Plugin, institution: Any, known: dict[str, Term]) -> None:
    for name in institution.sets:
        if name not in known:
            said = unknown(str(name), known, Text("term", "条件"), f"{institution.__name__}.sets").text
            raise plugin.error(said.en, said.zh)
    for name in institution.Settings.model_fields:
        meaning = institution.Settings.meaning(name)
        if meaning.levels and not known[meaning.term].per_level:
            raise plugin.error(
                f"{institution.__name__}.{name} names levels, and the term '{meaning.term}' has none",
                f"{institution.__name__}.{name} 指明了层级，而条件“{meaning.term}”不分层级",
            )


class Terms:
    """This month's terms of every community.

    Each term is a float64 array, ``terms["voice_cost"]`` of shape (communities,) or, for terms per level, of shape
    (communities, 6). Institutions write through ``offer`` only.

    Args:
        n_communities: communities.

    Attributes:
        rows: the terms there are, plug-ins' too, by name.
    """

    def __init__(self, n_communities: int) -> None:
        self.rows = known_terms()
        self._neutral = {
            name: np.tile(np.asarray(term.neutral, float), (n_communities, 1) if term.per_level else n_communities)
            for name, term in self.rows.items()
        }
        self._values: dict[str, NDArray[np.float64]] = {}
        self.reset()

    def reset(self) -> None:
        """Back to neutral everywhere."""
        self._values = {name: neutral.copy() for name, neutral in self._neutral.items()}

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """The values of one term; KeyError for an unknown name."""
        return self._values[name]

    def offer(
        self,
        name: str,
        value: float | NDArray[Any],
        strength: NDArray[np.float64],
        levels: tuple[int, ...] = (),
    ) -> None:
        """Combine one institution's offer into a term.

        Args:
            name: the term.
            value: what is offered at full strength; a number or one per community.
            strength: (communities,) between 0 (no offer) and 1.
            levels: for terms per level, the levels of matters that the offer is for; empty means all.
        """
        term = self.rows[name]
        if isinstance(term.neutral, tuple):
            for level in levels or range(LEVELS):
                column = self._values[name][:, level]
                column[:] = _combined(term, column, term.neutral[level], value, strength)
        else:
            self._values[name] = _combined(term, self._values[name], term.neutral, value, strength)

    def clip(self) -> None:
        """Hold every term within its bounds; called once, when all offers are in."""
        for term in self.rows.values():
            np.clip(self._values[term.name], term.low, term.high, out=self._values[term.name])


def _combined(
    term: Term,
    old: NDArray[np.float64],
    neutral: float,
    value: float | NDArray[Any],
    strength: NDArray[np.float64],
) -> NDArray[np.float64]:
    if term.combine == "add":
        return old + strength * value
    if term.combine == "multiply":
        return old * (1.0 + strength * (value - 1.0))
    if term.combine == "max":
        return np.maximum(old, neutral + strength * (value - neutral))
    return old + (1.0 - old) * (strength * value)
