"""What a scenario may say of society, services and government (actors beside them: ``actors``; residents: ``behaviour``)."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from cogov_sim.language import UserError
from cogov_sim.scenario.fields import Section, setting

_START = "start value"
_FG = "Fischbacher & Gaechter 2010, AER 100:541"


class Disagreement(UserError):
    """Values of which each is allowed, but not all together."""


#: The shares of types, which together may not exceed 1; where they do, they give way in this order.
TYPE_SHARES = ("conditional_cooperator_share", "hump_share", "free_rider_share")
#: Shares whose sum exceeds 1 by no more than this are meant to sum to 1.
SHARE_ROUNDING = 1e-9


class SocietySettings(Section):
    """Who lives there on day one."""

    preset: Literal[
        "neighbourhoods",
        "miniature",
        "classroom",
        "haicang",
        "xiamen",
        "new_estates",
        "old_estates",
        "migrant_communities",
        "villages_turned",
        "villages",
    ] = setting("neighbourhoods", "ready society", "现成社会", unit="name", source="society/data/societies.toml")
    residents: int | None = setting(
        None, "number of residents; none: the preset's own", "居民数；不填则用预设", unit="persons",
        source="user", low=200, high=20_000_000,
    )  # fmt: skip
    # measured among students in Zurich: a neighbourhood may be another society
    conditional_cooperator_share: float = setting(
        0.55,
        "share of conditional cooperators",
        "条件合作者比例",
        unit="share",
        source=_FG,
        low=0,
        high=1,
        plausible=(0.3, 0.8),
    )
    free_rider_share: float = setting(
        0.229, "share of free riders", "搭便车者比例", unit="share", source=_FG, low=0, high=1, plausible=(0.1, 0.4)
    )
    hump_share: float = setting(
        0.121,
        "share of hump-shaped cooperators",
        "驼峰型比例",
        unit="share",
        source=_FG,
        low=0,
        high=1,
        plausible=(0.05, 0.2),
    )
    initial_trust: float = setting(
        0.55,
        "mean trust in government on day one",
        "初始政府信任均值",
        unit="1",
        source=_START,
        low=0,
        high=1,
    )
    initial_spirit: float = setting(
        0.4, "mean public spirit on day one", "初始共同精神均值", unit="1", source=_START, low=0, high=1
    )

    belief_factor: float = setting(
        1.0,
        "multiplier of first beliefs about what others give",
        "初始信念的倍数",
        unit="1",
        source="user",
        low=0,
        high=2,
        plausible=(0.5, 1.5),
    )
    turnover_factor: float = setting(
        1.0,
        "multiplier of how many residents move in a year",
        "居民流动率倍数",
        unit="1",
        source="user",
        low=0,
        high=10,
        plausible=(0.5, 1.5),
    )
    ties_kept: float = setting(
        1.0, "share of the ties of day one that there are: an experiment on what ties do", "初始纽带中保留的比例（用于检验纽带的作用）",
        unit="share", source="user", low=0, high=1,
    )  # fmt: skip

    @model_validator(mode="after")
    def _shares_leave_no_one_out(self) -> SocietySettings:
        """Disagreement where the shares of types sum to more than 1; what is left of 1 are the others."""
        total = sum(getattr(self, name) for name in TYPE_SHARES)
        if total > 1.0 + SHARE_ROUNDING:
            raise Disagreement(
                f"society.conditional_cooperator_share, society.free_rider_share and society.hump_share sum to {total:g}; "
                "they may not sum to more than 1",
                f"society.conditional_cooperator_share、society.free_rider_share 与 society.hump_share 之和为 {total:g}，不得大于 1",
            )
        return self


class ServiceSettings(Section):
    """How services wear and what they cost (per category: society/data/services.toml)."""

    decay_factor: float = setting(
        1.0, "multiplier of all decay rates", "折旧倍数", unit="1", source=_START, low=0, high=5
    )
    cost_factor: float = setting(1.0, "multiplier of all costs", "成本倍数", unit="1", source=_START, low=0.1, high=10)
    shock_rate: float = setting(
        0.004, "monthly chance that a shock hits one service of one unit", "每月单项服务受冲击的概率", unit="1/month",
        source=_START, low=0, high=0.2,
    )  # fmt: skip
    shock_size: float = setting(
        0.35, "mean loss of quality in a shock", "冲击的平均质量损失", unit="1", source=_START, low=0, high=1
    )
    need_threshold: float = setting(
        0.55,
        "quality below which a matter can arise",
        "事项产生的质量门槛",
        unit="1",
        source=_START,
        low=0,
        high=1,
    )
    hour_value: float = setting(
        25.0, "value of one hour of labour", "一小时劳动的价值", unit="yuan/h", source=_START, low=1, high=500
    )
    land_value: float = setting(
        100.0, "value of one square metre of ground", "一平方米土地的价值", unit="yuan/m2",
        source="order of magnitude of compensation for village ground (general knowledge); start value", low=1, high=10_000,
    )  # fmt: skip
    space_value: float = setting(
        300.0, "value of one square metre of floor space, or of ground to park on, that is lent to a matter", "借出一平方米场地的价值",
        unit="yuan/m2", source="some two to three years of a modest rent (general knowledge); start value", low=1, high=10_000,
    )  # fmt: skip
    expected_cooperation: float = setting(
        0.3,
        "how far organisers without experience expect residents to give when they set the fair share (1: all in full)",
        "无经验的组织者设定应摊份额时预期的居民合作程度（1＝人人足额）",
        unit="share",
        source=_START,
        low=0.05,
        high=1,
    )
    patience: int = setting(
        12,
        "months a matter may gather before it expires",
        "事项筹集的最长月数",
        unit="months",
        source=_START,
        low=1,
        high=60,
    )
    maximum_age: int = setting(
        24,
        "months a matter may wait undecided",
        "事项待决的最长月数",
        unit="months",
        source=_START,
        low=1,
        high=120,
    )


class GovernmentSettings(Section):
    """The public side that both worlds share: envelope, staff, staff quality."""

    envelope: float = setting(
        14.0, "public money per resident and month", "人均每月财政额度", unit="yuan",
        source="start value: about three quarters of what would hold every service at full quality (18.4 yuan, services.toml); "
        "for comparison, what residents did not raise of Xiamen's grant projects, one kind of outlay, was 3.1 yuan per head and "
        "month (595 million over 3.79 million residents and 50 months; 4.9 in the 326 communities that had them)",
        low=0, high=1000,
    )  # fmt: skip
    envelope_growth: float = setting(
        0.0,
        "yearly growth of the envelope",
        "财政额度年增长率",
        unit="1/year",
        source=_START,
        low=-0.5,
        high=1,
        plausible=(-0.05, 0.05),
    )
    maintenance_share: float = setting(
        0.25,
        "share of the envelope kept for routine upkeep",
        "用于日常维护的财政比例",
        unit="share",
        source=_START,
        low=0,
        high=1,
    )
    street_share: float = setting(
        0.15, "share of the envelope that streets keep for what exceeds a community", "街道留用比例", unit="share",
        source=_START, low=0, high=1,
    )  # fmt: skip
    reserve_share: float = setting(
        0.05, "share of the envelope that districts keep for emergencies", "区级应急预备比例", unit="share",
        source=_START, low=0, high=0.5,
    )  # fmt: skip
    rush_efficiency: float = setting(
        0.5, "what a yuan of year-end spending is worth, relative to a planned one", "年末突击支出的效率", unit="1",
        source="sign: Liebman & Mahoney 2017, AER 107:3510 (year-end projects are of lower quality); start value", low=0, high=1,
    )  # fmt: skip
    staff_per_1000: float = setting(
        2.0, "committee and workstation staff per 1,000 residents", "每千居民的居委会与工作站人员", unit="persons",
        source="about 6-9 persons for 3,000-4,500 residents (Xiamen's communities, 7,446 residents, would have 15); general "
        "knowledge; start value", low=0.1, high=20,
    )  # fmt: skip
    staff_hours: float = setting(
        160.0,
        "hours per staff member and month",
        "每名工作人员月工时",
        unit="h",
        source=_START,
        low=1,
        high=300,
    )
    administration_share: float = setting(
        0.5, "share of committee hours that the usual number of departments' duties would take if all were done", "通常数量的部门任务全部落实所需工时比例",
        unit="share", source="0.70 with the appraisals' 0.20: the middle of 60-80 % (general knowledge); start value",
        low=0, high=0.95,
    )  # fmt: skip
    plaque_share: float = setting(
        0.1, "share of these hours that hang on plaques", "其中与挂牌相连的工时比例", unit="share", source=_START, low=0, high=1,
    )  # fmt: skip
    faking: float = setting(
        1.0, "how readily committees fill in forms for what was not done, beyond half of their hours", "超出半数工时后以填表代替落实的倾向",
        unit="1", source="formalism of overloaded committees: direction only; start value", low=0, high=1.4,
    )  # fmt: skip
    refusing: float = setting(
        0.1, "chance that a committee sends back a duty that came round the admission list, where superiors' counts weigh as usual",
        "社区退回清单外任务的概率（上级考核权重如常时）", unit="1/month", source=_START, low=0, high=1,
    )  # fmt: skip
    office_learning: float = setting(
        0.25, "weight of a quarter's results in what a street office thinks of its ways", "街道对各种做法的评判中当季结果的权重",
        unit="share", source=_START, low=0, high=1,
    )  # fmt: skip
    office_choice: float = setting(
        2.0, "how strictly a street office chooses what has brought most (0: whatever)", "街道择优的严格程度（0＝随意）", unit="1",
        source=_START, low=0, high=10,
    )  # fmt: skip
    everyday_requests: float = setting(
        16.0, "everyday requests (certificates, aid, visits) that no worn asset is behind", "与设施损耗无关的日常诉求（证明、救助、走访）",
        unit="per 1,000 residents and month",
        source="about 5 logged tasks a working day (committee survey) for 3,000-4,500 residents are 29 (at Xiamen's 7,446 "
        "residents 15, hardly more than the voices); 13 of them are residents' voices under the government at start values; start value",
        low=0, high=1000,
    )  # fmt: skip
    case_hours: float = setting(
        2.0, "staff hours to answer one request", "答复一件诉求的工时", unit="h",
        source="6-9 persons, whom administration leaves 20-40 % of their hours (general knowledge), log about 5 tasks a day: 1.9-5.8 h, "
        "with everything else they do; start value", low=0.05, high=40,
    )  # fmt: skip
    request_patience: int = setting(
        3, "months, the first included, that a request may wait for an answer before it is given up",
        "诉求等待答复的最长月数（含当月），逾期放弃", unit="months",
        source="order of magnitude: Regulations on Letters and Visits (2005), art. 33: 60 days, at most 30 more; start value",
        low=1, high=24,
    )  # fmt: skip
    desk_hours: float = setting(
        10.0, "hours a month of a street's desk for what is passed up, per 1,000 residents", "街道受理上报事项的月工时（每千居民）",
        unit="h per 1,000 residents", source="about six persons for a Xiamen street of 100,000 (3.79 million / 38); start value",
        low=0, high=1000,
    )  # fmt: skip
    desk_case_hours: float = setting(
        8.0, "hours a street's desk takes for one matter", "街道受理一件事项的工时", unit="h", source="a working day; start value",
        low=0, high=200,
    )  # fmt: skip
    project_hours: float = setting(
        40.0,
        "committee hours to manage 100,000 yuan of public money in projects, whoever decided them",
        "每 10 万元项目财政资金的管理工时（不论由谁决定）",
        unit="h",
        source=_START,
        low=0,
        high=1000,
    )
    ask_hours: float = setting(
        1.0,
        "staff hours to ask one resident",
        "动员一位居民的工时",
        unit="h",
        source=_START,
        low=0.01,
        high=10,
    )
    incidents: float = setting(
        1.5, "incidents (thefts, frauds, brawls) that would happen if nobody watched", "无人守望时的案件（盗窃、诈骗、斗殴）",
        unit="per 1,000 residents and month",
        source="about 6.5 million criminal and 13.9 million public-order cases among 1.35 billion people in 2012 are 1.26, with the police "
        "that there was, whose 20 hours deter a fifth here (statistical yearbook, order of magnitude; general knowledge); start value", low=0, high=100,
    )  # fmt: skip
    police_hours: float = setting(
        20.0, "hours of the street's police on watch", "街道民警巡防工时", unit="h per 1,000 residents and month",
        source="one community policeman for some 3,000 residents, two fifths of the time on the beat (general knowledge); start value",
        low=0, high=1000,
    )  # fmt: skip
    committee_term: int = setting(
        36, "months between two elections of a residents' committee; a third of the city's terms end each year",
        "居委会每届任期（月）；全市每年约三分之一换届", unit="months",
        source="Organic Law of Urban Residents' Committees, art. 8, until 2018: three years", low=1, high=120,
    )  # fmt: skip
    estimate_noise: float = setting(
        0.3, "noise of the government's estimate of what people want", "政府估计居民偏好的误差", unit="share of the mean weight",
        source=_START, low=0, high=2,
    )  # fmt: skip
    build_months: int = setting(
        2, "months it takes to build", "建设所需月数", unit="months", source=_START, low=0, high=24
    )
    workmanship: float = setting(
        0.75,
        "mean build quality of contractors",
        "承包商的平均建造质量",
        unit="1",
        source=_START,
        low=0,
        high=1,
    )
    misfit: float = setting(
        0.5, "how much of a matter's worth is lost when the decider misjudges what people want", "决策者误判偏好时的价值损失",
        unit="1", source=_START, low=0, high=1,
    )  # fmt: skip
    supervision: float = setting(
        0.15, "build quality gained when everyone who benefits took part", "全体受益者参与监督时的质量提升", unit="1",
        source=_START, low=0, high=0.5,
    )  # fmt: skip
    street_limit: float = setting(
        100.0, "cost per resident of the community above which a matter exceeds it", "超出社区能力的事项规模（按社区人均）", unit="yuan",
        source=_START, low=1, high=1000,
    )  # fmt: skip
    campaign_months: int = setting(
        3,
        "months a campaign against disorder lasts",
        "一次整治行动的月数",
        unit="months",
        source=_START,
        low=1,
        high=24,
    )
    campaign_hours: float = setting(
        40.0, "committee hours that a campaign of full strength takes", "满强度整治占用的居委会工时",
        unit="h per 1,000 residents and month", source=_START, low=0, high=1000,
    )  # fmt: skip
