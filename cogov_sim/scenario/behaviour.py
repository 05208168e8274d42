"""How residents behave: the constants of their rules, the same in every world and for every institution."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from cogov_sim.scenario.fields import setting
from cogov_sim.scenario.shared_life import SharedLife

_FG = "Fischbacher & Gaechter 2010, AER 100:541"
_START = "start value"
_FITTED: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("calibrated.toml").read_text(encoding="utf-8")
)["constants"]
"""What ``cogov calibrate lab --ship`` has written: value, interval and history of each fitted constant."""


def _fitted(name: str) -> str:
    """Source text of a fitted constant."""
    row = _FITTED[name]
    return (
        f"calibrated on T1-T4 (docs/calibration), 95 % interval {row['low']} to {row['high']}; {row['source']}: {_FG}"
    )


class BehaviourSettings(SharedLife):
    """Constants of the residents' rules (docs/model, section 'Submodels', says where each one enters)."""

    rule: Literal["conditional_cooperation", "payoff_learning"] = setting(
        "conditional_cooperation",
        "how residents decide what to give: by what they believe of others, or by what paid off",
        "居民如何决定贡献：依据对他人的信念，或依据以往收益",
        unit="name",
        source="rival rule: Nax & Perc 2015, Sci. Rep. 5:8010; Burton-Chellew, Nax & West 2015, Proc. R. Soc. B 282:20142678",
    )
    # Contribution: the laboratory part
    k0: float = setting(
        _FITTED["k0"]["value"],
        "contribution: constant",
        "贡献：常数",
        unit="share",
        source=_fitted("k0"),
        low=-1,
        high=0.3,
    )
    k1: float = setting(
        _FITTED["k1"]["value"], "contribution: weight of belief", "贡献：信念权重", unit="1", source=_fitted("k1"),
        low=0, high=3,
    )  # fmt: skip
    k2: float = setting(
        _FITTED["k2"]["value"], "contribution: weight of own schedule", "贡献：本人合作倾向表权重", unit="1",
        source=_fitted("k2"), low=0, high=1.5,
    )  # fmt: skip
    sigma: float = setting(
        _FITTED["sigma"]["value"], "contribution: noise", "贡献：随机扰动", unit="share", source=_fitted("sigma"),
        low=0, high=0.6,
    )  # fmt: skip
    free_rider_response: float = setting(
        0.1,
        "how far free riders respond to others and to social motives (1 = as others do)",
        "搭便车者对他人行为与社会动机的响应程度（1＝与他人相同）",
        unit="1",
        source="start value; their schedules are flat at zero, and the share giving nothing in period 1 (0.21) is about their "
        f"share (0.24) in {_FG}; at 0.1 the model has 0.32 giving nothing in period 1, at 0.6 0.22 (docs/calibration); "
        "introduced for null test N2",
        low=0,
        high=1,
    )
    smallest_act: float = setting(
        0.05, "smallest contribution that is made (one token of 20)", "最小贡献（20 个筹码中的 1 个）",
        unit="share", source=_FG, low=0.001, high=0.2,
    )  # fmt: skip
    schedule_drift: float = setting(
        0.02, "monthly drift of the schedule with experience", "合作倾向随经验的月漂移",
        unit="1/month", source=_START, low=0, high=0.3,
    )  # fmt: skip
    amount_comparison: float = setting(
        1.0, "how far others' gifts are compared in yuan rather than as shares of what each could give",
        "比较他人贡献时以金额而非比例计的程度", unit="1",
        source="rich and poor give like amounts: Buckley & Croson 2006, J. Public Economics 90:935; start value", low=0, high=1,
    )  # fmt: skip
    # Payoff learning (the rival rule)
    learning_rate: float = setting(
        1.0, "payoff learning: weight of a surprise", "收益学习：意外收益的权重", unit="1", source=_START, low=0, high=5
    )
    aspiration_rate: float = setting(
        0.3, "payoff learning: how fast aspiration follows payoffs", "收益学习：期望收益的调整速度", unit="1/act",
        source=_START, low=0, high=1,
    )  # fmt: skip
    service_value: float = setting(
        10.0, "payoff learning: what full performance is worth a month, in fair shares", "收益学习：满分服务每月相当于多少份应摊份额",
        unit="fair shares", source=_START, low=0, high=100,
    )  # fmt: skip
    # Belief
    d0: float = setting(0.006, "belief: constant", "信念：常数", unit="share", source=_FG, low=0, high=0.1)
    d1: float = setting(
        0.57, "belief: weight of the old belief", "信念：旧信念权重", unit="1", source=_FG, low=0, high=1
    )
    d2: float = setting(0.415, "belief: weight of what was seen", "信念：所见权重", unit="1", source=_FG, low=0, high=1)
    month_sight: float = setting(
        0.25, "belief: what a month's sight of neighbours weighs, relative to a laboratory period", "信念：一个月的所见相当于一轮实验的权重", unit="1",
        source="a period shows what every partner did in the one thing there was to do; a month shows some acts of some people, in matters that "
        "differ; start value", low=0, high=1,
    )  # fmt: skip
    restart: float = setting(
        0.5, "belief: how far towards first beliefs a new matter is met", "信念：面对新事项时向初始信念回复的程度", unit="share",
        source="sign: contributions jump back when a game starts anew, with the same partners too (Andreoni 1988, J. Public Economics 37:291; "
        "Croson 1996, Economics Letters 53:25); start value", low=0, high=1,
    )  # fmt: skip
    # Contribution: the terms of the situation (all zero in the laboratory)
    need_weight: float = setting(
        0.1, "felt need; a match of 1:1 doubles it, more adds nothing", "感到的需要（1:1 配比使其加倍，更高不再增加）", unit="share",
        source="form of the match: Karlan & List 2007, AER 97:1774; start value", low=0, high=1,
    )  # fmt: skip
    efficacy_weight: float = setting(
        0.2, "efficacy above or below the middle", "效能感（相对中点）", unit="share",
        source="sign: Parrado et al. 2013; start value", low=0, high=1,
    )  # fmt: skip
    spirit_weight: float = setting(0.2, "public spirit", "共同精神", unit="share", source=_START, low=0, high=1)
    asked_weight: float = setting(0.05, "being asked", "被邀请", unit="share", source=_START, low=0, high=0.5)
    asked_closeness_weight: float = setting(
        0.15, "being asked by someone close", "被熟人邀请", unit="share", source=_START, low=0, high=0.5
    )
    recognition_weight: float = setting(
        0.3, "recognition x familiarity", "表彰×熟悉度", unit="share",
        source="interaction: Gaechter & Fehr 1999, JEBO 39:341; start value", low=0, high=1,
    )  # fmt: skip
    reward_weight: float = setting(
        0.3, "expected reward", "预期奖励", unit="share",
        source="rewards and sanctions help about equally: Balliet et al. 2011; start value", low=0, high=1,
    )  # fmt: skip
    sanction_weight: float = setting(
        0.3, "expected sanction, at a trust of one half", "预期惩戒（信任为 0.5 时）", unit="share", source=_START,
        low=0, high=1,
    )  # fmt: skip
    sanction_trust: float = setting(
        0.2, "trust below which a sanction provokes instead of deterring", "信任低于此值时惩戒适得其反", unit="1",
        source="form: Herrmann et al. 2008, Science 319:1362; start value", low=0, high=0.45,
    )  # fmt: skip
    hassle: float = setting(
        0.05,
        "trouble of giving in the field, which the laboratory spares people",
        "现实中出钱出力的麻烦（实验室中没有）",
        unit="share",
        source=_START,
        low=0,
        high=1,
    )
    cost_weight: float = setting(
        0.3, "fair share relative to spare monthly means", "应摊份额相对每月可支配资源", unit="share", source=_START,
        low=0, high=5,
    )  # fmt: skip
    fatigue_weight: float = setting(0.3, "fatigue", "疲劳", unit="share", source=_START, low=0, high=2)
    # Logit choices: intercepts and weights
    voice_base: float = setting(
        -5.0, "speaking up: intercept", "发声：截距", unit="logit", source=_START, low=-10, high=5
    )
    attend_base: float = setting(
        -2.6, "attending: intercept", "参会：截距", unit="logit", source=_START, low=-10, high=5
    )
    ballot_base: float = setting(
        -1.5, "voting on a budget: intercept", "票决：截距", unit="logit",
        source="cheaper than attending; start value", low=-10, high=5,
    )  # fmt: skip
    approve_need: float = setting(
        0.25,
        "voting: felt need from which a project is approved (a weight of 0.1, a little above the average of 1/11, and half missing)",
        "票决：赞成项目所需的最低需要（权重 0.1，略高于均值 1/11，且缺失一半）", unit="1", source=_START, low=0, high=1,
    )  # fmt: skip
    adopt_base: float = setting(
        -9.2, "taking up upkeep: intercept", "认领管护：截距", unit="logit",
        source="0.26 % of residents adopted something (9,804, if each is a person; xiamen.toml: contributions); start value",
        low=-15, high=5,
    )  # fmt: skip
    forward_base: float = setting(
        -3.0, "coming forward to give without being asked: intercept", "未经动员主动出力：截距", unit="logit",
        source="of gifts 85 % follow a request (Bryant et al. 2003, in Bekkers & Wiepking 2011, NVSQ 40:924), checked by a row of "
        "the validation; start value", low=-12, high=5,
    )  # fmt: skip
    judge_base: float = setting(
        -2.2, "evaluating: intercept", "评议：截距", unit="logit", source=_START, low=-10, high=5
    )
    enjoy_base: float = setting(
        -3.0, "joining in common use: intercept", "共享：截距", unit="logit", source=_START, low=-10, high=5
    )
    found_base: float = setting(
        -10.0, "founding a body: intercept", "发起组织：截距", unit="logit", source=_START, low=-15, high=5
    )
    violate_base: float = setting(
        -5.0, "breaking order: intercept", "违规：截距", unit="logit", source=_START, low=-12, high=5
    )
    choice_need: float = setting(
        3.0, "choices: felt need", "选择：感到的需要", unit="logit", source=_START, low=0, high=20
    )
    choice_efficacy: float = setting(
        1.5, "choices: efficacy", "选择：效能感", unit="logit", source=_START, low=0, high=10
    )
    choice_spirit: float = setting(
        1.5, "choices: public spirit", "选择：共同精神", unit="logit", source=_START, low=0, high=10
    )
    choice_trust: float = setting(0.8, "choices: trust", "选择：信任", unit="logit", source=_START, low=0, high=10)
    choice_fatigue: float = setting(3.0, "choices: fatigue", "选择：疲劳", unit="logit", source=_START, low=0, high=20)
    choice_standing: float = setting(
        0.5, "choices: how much less a newcomer feels entitled to speak", "选择：外来者的参与顾虑", unit="logit",
        source=_START, low=0, high=5,
    )  # fmt: skip
    choice_age: float = setting(
        0.35, "attending: per age band above the second", "参会：每高一个年龄组", unit="logit",
        source="sign: Shanghai urban neighbourhood survey (turnout by age, 0.6 a band); start value", low=0, high=2,
    )  # fmt: skip
    choice_party: float = setting(
        0.6, "attending: party member", "参会：党员", unit="logit",
        source="turnout of 65.1 against 48.4 % is 0.69 (Shanghai urban neighbourhood survey); here for coming to a meeting; start "
        "value", low=0, high=3,
    )  # fmt: skip
    quit_base: float = setting(
        0.03,
        "monthly chance to drop upkeep",
        "每月放弃管护的概率",
        unit="1/month",
        source=_START,
        low=0,
        high=1,
    )
    violate_norm: float = setting(
        1.5,
        "breaking order: restraint by public spirit",
        "违规：共同精神的约束",
        unit="logit",
        source=_START,
        low=0,
        high=10,
    )
    violate_imitate: float = setting(
        3.0, "breaking order: imitation of last month's share in the grid", "违规：对网格内上月违规比例的模仿",
        unit="logit per share", source=_START, low=0, high=30,
    )  # fmt: skip
    violate_sanction: float = setting(
        4.0,
        "breaking order: deterrence by a full expected sanction",
        "违规：惩戒的威慑",
        unit="logit",
        source=_START,
        low=0,
        high=20,
    )
    offence_forgotten: float = setting(
        0.08, "breaking order: monthly chance that one earlier offence is forgotten", "违规：每月淡忘一次旧违规的概率",
        unit="1/month", source="about one a year; start value", low=0, high=1,
    )  # fmt: skip
    talk_gain: float = setting(
        0.25, "how far face-to-face talk among many lifts the belief in others", "面对面协商对信念的提升", unit="share",
        source="sign: Balliet 2010, J. Conflict Res. 54:39; start value", low=0, high=1,
    )  # fmt: skip
    # Exchange of opinions at meetings, and of messages on a platform
    susceptibility: float = setting(
        0.5, "discussion: mean openness to others' opinions", "讨论：对他人意见的平均开放程度", unit="1",
        source="form: Friedkin & Johnsen 1990, J. Math. Sociol. 15:193; start value", low=0, high=1,
    )  # fmt: skip
    confidence: float = setting(
        1.0, "discussion: distance of opinions beyond which one does not listen (1 = one listens to all)",
        "讨论：意见相距多远便不再倾听（1＝倾听所有人）", unit="share of the weight placed differently",
        source="form: Hegselmann & Krause 2002, JASSS 5(3):2; start value", low=0, high=1,
    )  # fmt: skip
    loud_active: float = setting(
        1.0, "discussion: how much more those speak who gave or kept something up in the past year, unless facilitated",
        "讨论：无主持时积极分子多占的发言份额", unit="1", source=_START, low=0, high=10,
    )  # fmt: skip
    loud_senior: float = setting(
        0.5, "discussion: how much more those over 60 speak, unless facilitated", "讨论：无主持时 60 岁以上者多占的发言份额",
        unit="1", source=_START, low=0, high=10,
    )  # fmt: skip
    assent: float = setting(
        0.15, "resolution: distance from the meeting's opinion that one can live with", "决议：个人可接受的与会议意见的距离",
        unit="share of the weight placed differently", source=_START, low=0, high=1,
    )  # fmt: skip
    reach_age: float = setting(
        0.13, "platform: reach lost per age band above the first", "线上平台：每高一个年龄组减少的覆盖率", unit="share",
        source="sign: fewer of the old are online (CNNIC); start value", low=0, high=1,
    )  # fmt: skip
    message_capacity: float = setting(
        20.0, "platform: messages a month that one takes notice of", "线上平台：每月能留意的消息数", unit="1/month",
        source=_START, low=1, high=1000,
    )  # fmt: skip
    # Expectation and satisfaction
    expectation_rate: float = setting(
        0.08, "alpha: how fast expectations follow performance", "期望追随绩效的速度 α", unit="1/month",
        source="direction (expectations follow prior performance): Van der Voet & van den Bekerom 2024, Public Management "
        "Review, doi 10.1080/14719037.2024.2392131; the partial adjustment and its rate: start value", low=0, high=1,
    )  # fmt: skip
    satisfaction_base: float = setting(
        0.25, "satisfaction: constant", "满意度：常数", unit="1", source=_START, low=0, high=1
    )
    performance_weight: float = setting(
        0.55, "satisfaction: wP, performance", "满意度：绩效权重", unit="1", source=_START, low=0, high=1
    )
    disconfirmation_weight: float = setting(
        0.4, "satisfaction: wD, disconfirmation", "满意度：期望落差权重 wD", unit="1",
        source="contested, 0 in range: Van Ryzin 2013; Grimmelikhuijsen & Porumbescu 2017; start value", low=0, high=2,
        plausible=(0, 0.8),
    )  # fmt: skip
    loss_weight: float = setting(
        1.25, "satisfaction: how much more a shortfall counts than a surplus", "满意度：落差损失厌恶 λ", unit="1",
        source="losses weigh 2.25 times as much as gains: Tversky & Kahneman 1992, J. Risk Uncertainty 5:297", low=0, high=3,
    )  # fmt: skip
    voice_weight: float = setting(0.24, "satisfaction: wV, having a say", "满意度：话语权权重", unit="1",
        source="set near the middle of what the vote experiment's effect may be (d of 0.2-0.8, row vote_size), small to large "
        "(Cohen 1988), which the authors take for a 'dramatically higher' satisfaction (Olken 2010, APSR 104:243); start value",
        low=0, high=1,
    )  # fmt: skip
    voice_memory: float = setting(
        0.1,
        "rate at which having a say is remembered",
        "话语权记忆速率",
        unit="1/month",
        source=_START,
        low=0,
        high=1,
    )
    # Trust, efficacy, spirit, fatigue, ties
    trust_rate: float = setting(
        0.06,
        "trust: weight of one own good experience",
        "信任：一次好体验的权重",
        unit="share",
        source=_START,
        low=0,
        high=0.5,
    )
    trust_bad_ratio: float = setting(
        2.0, "trust: how much more a bad own experience weighs", "信任：坏体验相对好体验的倍数", unit="1",
        source="direction: Zhu, Yao & Jiang 2023 (n = 286); 1-3 is the range allowed; start value", low=1, high=3,
    )  # fmt: skip
    trust_report_rate: float = setting(
        0.02, "trust: weight of reported events, good and bad alike", "信任：公开报道事件的权重（好坏对称）", unit="share/month",
        source="symmetric: Zhu, Yao & Jiang 2023; start value", low=0, high=0.5,
    )  # fmt: skip
    promise_learning: float = setting(
        0.05, "how fast belief in publicity follows what the past year brought of it", "对宣传的相信程度随过去一年兑现情况调整的速度",
        unit="1/month", source=_START, low=0, high=1,
    )  # fmt: skip
    grant_learning: float = setting(
        0.3, "how far one grant, paid or refused, moves how much of the next a community counts on and asks for",
        "一次奖补兑付与否对社区下次预期并申请的奖补额的影响", unit="1/grant", source=_START, low=0, high=0.9,
    )  # fmt: skip
    efficacy_rate: float = setting(
        0.15,
        "efficacy: gain or loss per matter worked on",
        "效能感：每件参与事项的得失",
        unit="share",
        source=_START,
        low=0,
        high=0.5,
    )
    efficacy_relax: float = setting(
        0.02,
        "efficacy: monthly return to rest",
        "效能感：每月回落速率",
        unit="1/month",
        source=_START,
        low=0,
        high=0.5,
    )
    efficacy_rest: float = setting(
        0.4, "efficacy: level at rest", "效能感：静息水平", unit="1", source=_START, low=0, high=1
    )
    spirit_rate: float = setting(
        0.004, "public spirit: rate at which it follows own participation", "共同精神：追随自身参与的速率", unit="1/month",
        source="weak evidence, 0 in range: Casey 2018; start value", low=0, high=0.1, plausible=(0, 0.008),
    )  # fmt: skip
    fatigue_load: float = setting(
        1.0,
        "fatigue: gain per share of free time given",
        "疲劳：每份业余时间投入的增量",
        unit="1",
        source=_START,
        low=0,
        high=5,
    )
    fatigue_rest: float = setting(
        0.15, "fatigue: monthly rest", "疲劳：每月恢复", unit="1/month", source=_START, low=0, high=1
    )
    move_tenant: float = setting(
        3.0, "moving out: how many times as often tenants do as owners", "迁出：租户相对业主的倍数", unit="1",
        source="tenants move several times as often as owners (general knowledge); start value", low=1, high=10,
    )  # fmt: skip
    rent_stake: float = setting(
        0.1, "giving: how much each tenant who lodges with a landlord adds to the landlord's felt need, relative to it", "出资出力：每位租客使同住房东的需要增加的比例",
        unit="1", source="rents follow the place; by analogy with those who own their home, who give more time to it than who rents: DiPasquale & Glaeser "
        "1999, J. Urban Econ. 45:354; start value", low=0, high=2, plausible=(0, 0.3),
    )  # fmt: skip
    move_push: float = setting(
        4.0, "moving out: by how far services fall short of what one expects", "迁出：服务低于期望的推动作用", unit="1",
        source="exit as the answer to decline: Hirschman 1970; start value: 0.1 below expectation, half as often again", low=0, high=20,
    )  # fmt: skip
    tie_growth: float = setting(
        0.15,
        "ties: gain from one joint act",
        "纽带：一次共同行动的增强",
        unit="share",
        source=_START,
        low=0,
        high=1,
    )
    tie_fading: float = setting(
        0.03,
        "ties: monthly return to what proximity makes usual",
        "纽带：每月回归日常强度的速率",
        unit="1/month",
        source=_START,
        low=0,
        high=0.2,
    )
    # Civic life that every world has: elections of the committee, volunteering, donations
    election_base: float = setting(
        -0.08, "electing the committee: intercept", "居委会选举：截距", unit="logit",
        source="set so that 47.9 % vote before any reform (Shanghai urban neighbourhood survey)", low=-10, high=5,
    )  # fmt: skip
    election_age: float = setting(
        0.6, "electing the committee: per age band above the second", "居委会选举：每高一个年龄组", unit="logit",
        source="turnout of 13.8 % at 18-29, 55.7 at 50-59, 77.7 at 70-79 (Shanghai urban neighbourhood survey)", low=0, high=2,
    )  # fmt: skip
    volunteer_call: float = setting(
        0.2, "volunteering: chance to be called in a month", "志愿服务：每月被动员的概率", unit="1/month",
        source="set so that 30 % of adults volunteer in three months before any reform (2022 blue book, which counts everything people call "
        "volunteering)", low=0, high=1,
    )  # fmt: skip
    volunteer_hours: float = setting(
        5.2, "volunteering: hours that are asked for", "志愿服务：每次希望投入的时间", unit="h",
        source="4.2 times and 21.9 h in three months (2022 blue book)", low=0, high=40,
    )  # fmt: skip
    donation_call: float = setting(
        0.1, "donations: chance to be called in a month", "捐款：每月被动员的概率", unit="1/month",
        source="with the next, set so that 0.38 yuan a head and month are given before any reform, what Xiamen reported for it "
        "(xiamen.toml: contributions)", low=0, high=1,
    )  # fmt: skip
    donation_ask: float = setting(
        0.005, "donations: what is asked for, of a month's income", "捐款：希望捐出的数额占月收入", unit="share", source=_START, low=0, high=0.1,
    )  # fmt: skip
    # Hours an act takes
    voice_hours: float = setting(
        0.3, "hours to speak up once", "发声一次的时间", unit="h", source=_START, low=0, high=10
    )
    meeting_hours: float = setting(
        2.0, "hours of one meeting", "一次会议的时间", unit="h", source=_START, low=0, high=10
    )
    ballot_hours: float = setting(0.2, "hours to vote once", "投票一次的时间", unit="h", source=_START, low=0, high=10)
    upkeep_hours: float = setting(3.0, "monthly hours of an adopter", "认养者每月时间", unit="h",
        source="start value; for comparison 7.3 h a month of active volunteers over all acts (2022 blue book: 21.9 h in three "
        "months)", low=0, high=40)  # fmt: skip
    judge_hours: float = setting(
        0.2, "hours to evaluate once", "评议一次的时间", unit="h", source=_START, low=0, high=10
    )
