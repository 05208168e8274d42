"""How institutions fail: for most ways that they say they can fail, a calm setting and one under stress at which it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cogov_sim.checks import interval
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import BARE, Design
from cogov_sim.language import Text

MINIATURE = "society.preset=miniature"
"""Small communities of every type: enough to see a rule at work."""
_PROVISION = f"{BARE}+direct_provision"
_COUNCILS = f"{BARE}+award_grant+resident_councils"
_EASY = "organisations.council_supporters=3"
_MEET = f"{_PROVISION}+deliberation"
_HEARD = "institutions.deliberation.hearing=1"
_CHAT = f"{BARE}+award_grant+information_platform"
_BUYING = ("government.office_choice=0", "services.need_threshold=0.7", "government.envelope=30", "providers.entry=1",
           "providers.overhead=100")  # fmt: skip
"""Street offices try everything, and there is much to buy."""
_FREE_RIDERS = (
    "society.free_rider_share=0.6", "society.conditional_cooperator_share=0.3", "society.hump_share=0.05",
)  # fmt: skip
_PARTY = f"{_COUNCILS}+joint_party_committee"
_UNITS = ("enterprises.public_per_1000=5", "enterprises.holders_per_1000=1")
_HALLS = ("enterprises.public_per_1000=5", "enterprises.holders_per_1000=4")
_RICH = ("organisations.grid_supporters=1", "behaviour.found_base=-7")
_VENTURE = f"{_PROVISION}+venture_platform"
_CHEAP = ("institutions.venture_platform.own_share=0", "services.need_threshold=0.9", "institutions.venture_platform.every=4",
          "providers.entry=1", "providers.overhead=100")  # fmt: skip
_INCUBATOR = f"{BARE}+micro_organisations+incubator"
_FRIENDS = ("behaviour.friends_base=-4", "institutions.incubator.places=20", "institutions.incubator.incubation=1",
            "providers.first_months=2", "organisations.supporters=1")  # fmt: skip
_SECURITY = f"{BARE}+joint_security"
_VOTE = (f"{_PROVISION}+participatory_budget", "institutions.participatory_budget.budget_share=0.5")


@dataclass(frozen=True)
class Stress:
    """One way in which an institution fails.

    Attributes:
        institution: its id.
        text: what the stress is, as the reader meets it.
        world: the institutions there are.
        calm, stressed: what is changed in it, without stress and with it; the first may be the shipped setting.
        measure: what shows it.
        sign: +1 if stress raises the measure, -1 if it lowers it.
    """

    institution: str
    text: Text
    world: str
    calm: tuple[str, ...]
    stressed: tuple[str, ...]
    measure: str
    sign: int


def _s(
    institution: str, en: str, zh: str, world: str, measure: str, sign: int, stressed: tuple[str, ...],
    calm: tuple[str, ...] = (), both: tuple[str, ...] = (),
) -> Stress:  # fmt: skip
    return Stress(institution, Text(en, zh), world, (*both, *calm), (*both, *stressed), measure, sign)


def _set(institution: str, setting: str, value: object) -> str:
    return f"institutions.{institution}.{setting}={value}"


STRESSES: tuple[Stress, ...] = (
    _s("direct_provision", "officials misjudge", "官员误判", _PROVISION, "performance", -1,
       ("government.estimate_noise=2",), ("government.estimate_noise=0",)),
    _s("direct_provision", "4 yuan a head", "人均 4 元", _PROVISION, "performance", -1, ("government.envelope=4",)),
    _s("direct_provision", "people get used to it", "习以为常", _PROVISION, "satisfaction", -1, (),
       ("behaviour.expectation_rate=0",), ("government.envelope=30",)),
    _s("campaign_promises", "five times the publicity", "五倍宣传", f"{_PROVISION}+campaign_promises", "disconfirmation", -1,
       (_set("campaign_promises", "publicity", 5),), (_set("campaign_promises", "publicity", 0),)),
    _s("top_down_assessment", "what shows counts ten times", "可见度权重 10", f"{_PROVISION}+top_down_assessment", "preference_match", -1,
       (_set("top_down_assessment", "showcase", 10),), (_set("top_down_assessment", "showcase", 0),),
       (_set("top_down_assessment", "appraisals", 0), "government.office_choice=10", "government.estimate_noise=0.1", "government.envelope=10", "society.residents=6000")),
    _s("top_down_assessment", "60 appraisals a year", "每年 60 次考评", f"{_PROVISION}+top_down_assessment", "requests_answered", -1,
       (_set("top_down_assessment", "appraisals", 60),), (_set("top_down_assessment", "appraisals", 0),)),
    _s("top_down_assessment", "80 appraisals a year", "每年 80 次考评", f"{_PROVISION}+top_down_assessment", "duties_faked", 1,
       (_set("top_down_assessment", "appraisals", 80),), (_set("top_down_assessment", "appraisals", 0),)),
    _s("top_down_assessment", "a campaign lasts a month instead of a year", "整治仅一月而非一年", f"{_PROVISION}+top_down_assessment", "violations_per_1000", 1,
       ("government.campaign_months=1",), ("government.campaign_months=12",), (_set("top_down_assessment", "campaign_trigger", 10),)),
    _s("function_list", "duties without money", "只放事不放钱", f"{BARE}+grid_council+building_groups+function_list", "completed_yuan", -1,
       (_set("function_list", "delegated", 0),), (_set("function_list", "delegated", 7),), ("behaviour.found_base=-7",)),
    _s("function_list", "duties without staff", "只放事不放人", f"{_PROVISION}+function_list", "requests_answered", -1,
       (_set("function_list", "duties", 80), _set("function_list", "staff", 0)), (_set("function_list", "duties", 0),), ("government.case_hours=6",)),
    _s("function_list", "money that bodies do not spend", "下拨闲置", f"{BARE}+grid_council+function_list", "bodies_money", 1,
       (_set("function_list", "delegated", 7),), (_set("function_list", "delegated", 0),), ("behaviour.found_base=-7",)),
    _s("deburdening", "departments go round the list", "部门绕开清单", f"{_PROVISION}+top_down_assessment+deburdening",
       "committee_admin_share", 1, (_set("deburdening", "going_round", 1),), (_set("deburdening", "going_round", 0),),
       ("government.refusing=0",)),
    _s("deburdening", "a third of departments share", "三分之一部门共享信息", f"{_PROVISION}+deburdening",
       "committee_admin_share", 1, (_set("deburdening", "sharing", 0.33),), (_set("deburdening", "sharing", 1),)),
    _s("one_stop_service", "60 hours instead of none", "占用工时 60", f"{_COUNCILS}+one_stop_service", "hours_mobilisation", -1,
       (_set("one_stop_service", "hours", 60),), (_set("one_stop_service", "hours", 0),), (_EASY,)),
    _s("grid_linkage", "everything is passed up", "凡事上交", f"{_PROVISION}+grid_linkage", "desk_waiting", 1,
       (_set("grid_linkage", "passing", 1),), (_set("grid_linkage", "passing", 0),), ("government.desk_hours=4",)),
    _s("grid_linkage", "forms take a third of all hours", "填表占三成工时", f"{_PROVISION}+grid_linkage", "requests_answered", -1,
       (_set("grid_linkage", "forms", 0.3),), (_set("grid_linkage", "forms", 0),), ("government.case_hours=6",)),
    _s("award_grant", "an envelope of 3 yuan", "财政仅 3 元", _COUNCILS, "outlay_grants", -1, ("government.envelope=3",), (), (_EASY,)),
    _s("award_grant", "strict inspection", "验收严格", _COUNCILS, "outlay_grants", -1,
       (_set("award_grant", "acceptance", 0.95),), (), (_EASY,)),
    _s("award_grant", "fair shares weigh on the poor", "应摊份额压得过重", _COUNCILS, "participation_build", -1,
       ("behaviour.cost_weight=2",), (), (_EASY,)),
    _s("award_grant", "inspection leaves costs behind", "验收不过留下负担", _COUNCILS, "satisfaction", -1,
       (_set("award_grant", "acceptance", 0.95),), (), (_EASY,)),
    _s("purchased_services", "many bidders", "投标者众", f"{_PROVISION}+purchased_services", "purchase_quality", -1,
       ("providers.per_1000=10",), ("providers.per_1000=0.5",), _BUYING),
    _s("purchased_services", "few contracts", "合同稀少", f"{_PROVISION}+purchased_services", "providers_per_10000", -1,
       ("government.envelope=3",), ("government.envelope=60",),
       ("government.office_choice=0", "providers.per_1000=1", "providers.entry=0.5", "providers.reserve=2", "providers.overhead=500",
        "providers.overhead_share=0.3", "services.need_threshold=0.9", "services.decay_factor=3")),
    _s("purchased_services", "few providers are left", "机构所剩无几", f"{_PROVISION}+purchased_services", "purchase_price", 1,
       ("providers.per_1000=0.5",), ("providers.per_1000=10",), _BUYING),
    _s("building_groups", "public spirit starts at 0.1", "公共精神起始值 0.1", f"{BARE}+award_grant+building_groups", "bodies_living_per_1000", -1,
       ("society.initial_spirit=0.1",), (), ("behaviour.found_base=-7",)),
    _s("building_groups", "eight times as many move", "迁移为八倍", f"{BARE}+award_grant+building_groups", "bodies_living_per_1000", -1,
       ("society.turnover_factor=8",), (), ("behaviour.found_base=-7",)),
    _s("grid_council", "convenors burn out", "召集人倦怠", f"{BARE}+award_grant+grid_council", "bodies_living_per_1000", -1,
       ("organisations.burnout=0.2", "behaviour.fatigue_rest=0.02"), (), ("behaviour.found_base=-7",)),
    _s("resident_councils", "leaders without spirit keep money", "带头人侵占款项", _COUNCILS, "misused_money", 1,
       ("organisations.misuse=1",), ("organisations.misuse=0",), (_EASY, "services.need_threshold=0.8", "society.initial_spirit=0.4")),
    _s("resident_councils", "leaders burn out", "带头人倦怠", _COUNCILS, "bodies_living_per_1000", -1,
       ("organisations.burnout=0.2", "behaviour.fatigue_rest=0.02"), (), (_EASY,)),
    _s("owners_committee", "all are free riders", "人人搭便车", f"{BARE}+owners_committee", "property_fees", -1,
       ("society.free_rider_share=1", "society.conditional_cooperator_share=0", "society.hump_share=0"), (), ("behaviour.found_base=-6",)),
    _s("owners_committee", "a fee of half a yuan", "物业费仅半元", f"{BARE}+owners_committee", "disputes_per_1000", 1,
       (_set("owners_committee", "fee", 0.5),), (_set("owners_committee", "fee", 30),),
       ("behaviour.found_base=-5", "government.maintenance_share=0", "services.decay_factor=2", "behaviour.violate_base=-12")),
    _s("idea_box", "wishes and no hours", "心愿多而工时少", f"{_PROVISION}+idea_box", "requests_answered", -1,
       ("government.case_hours=8",), ("government.case_hours=0.1",)),
    _s("adoption", "people hardly recover", "难以恢复体力", f"{BARE}+adoption", "adopters", -1,
       ("behaviour.fatigue_rest=0.01",), (), ("behaviour.adopt_base=-6",)),
    _s("micro_organisations", "ten times as many move", "迁移为十倍", f"{BARE}+micro_organisations", "participation_share", -1,
       ("society.turnover_factor=10",), (), ("behaviour.found_base=-2",)),
    _s("recognition", "nobody knows anybody", "互不相识", f"{_COUNCILS}+recognition", "laboratory_shortfall", 1,
       ("society.ties_kept=0",), (), (_EASY, _set("recognition", "praise", 1), "behaviour.recognition_weight=1")),
    _s("charter", "trust of 0.05", "信任仅 0.05", f"{BARE}+charter", "violations_per_1000", 1,
       ("society.initial_trust=0.05",), (), (_set("charter", "sanction", 0.8),)),
    _s("supervisory_board", "the board sees nothing", "监事会形同虚设", f"{_COUNCILS}+supervisory_board", "recovered_money", -1,
       (_set("supervisory_board", "oversight", 0.01),), (_set("supervisory_board", "oversight", 1),),
       (_EASY, "organisations.misuse=1", "society.initial_spirit=0.3")),
    _s("supervisory_board", "it finds that money is missing", "查出款项短缺", f"{_COUNCILS}+supervisory_board", "thought_kept", 1,
       ("organisations.misuse=1",), ("organisations.misuse=0",), (_EASY, "society.initial_spirit=0.3", _set("supervisory_board", "oversight", 1))),
    _s("mediation", "mediators have half an hour a month", "调解员每月仅半小时", f"{BARE}+mediation", "dispute_months", 1,
       ("organisations.mediator_hours=0.5",), ("organisations.mediator_hours=20",)),
    _s("deliberation", "hardly anybody comes", "几乎无人到会", _MEET, "meetings_resolved", -1, ("behaviour.attend_base=-7",), (), (_HEARD,)),
    _s("deliberation", "it is the old who come", "到会者多为老人", _MEET, "meeting_bias_old", 1,
       ("behaviour.choice_age=2", "behaviour.attend_base=-4.5"), ("behaviour.choice_age=0",), (_set("deliberation", "invitation", 0.5),)),
    _s("deliberation", "the loud are not led", "无人主持、声大者主导", _MEET, "representation_error", 1,
       (_set("deliberation", "facilitation", 0),), (_set("deliberation", "facilitation", 1),),
       ("behaviour.loud_active=5", "behaviour.loud_senior=3", _set("deliberation", "rounds", 10), _set("deliberation", "invitation", 0.3))),
    _s("deliberation", "nobody listens to another", "互不倾听", _MEET, "disagreement", 1, ("behaviour.confidence=0.05",), (), (_HEARD,)),
    _s("disclosure", "results are poor", "成果低劣", f"{_PROVISION}+disclosure", "trust", -1, ("government.workmanship=0.1",), (),
       (_set("disclosure", "report", 1),)),
    _s("disclosure", "most give nothing, and all see it", "多数人不出力且人尽皆知", f"{_PROVISION}+disclosure", "belief", -1,
       (_set("disclosure", "visibility", 1),), (_set("disclosure", "visibility", 0),), _FREE_RIDERS),
    _s("participatory_budget", "by number of votes", "按票数多少", _VOTE[0], "vote_project_yuan", 1,
       (), (_set("participatory_budget", "method", '"list"'),), (_VOTE[1],)),
    _s("participatory_budget", "it is the old who vote", "投票者多为老人", _VOTE[0], "turnout_old", 1,
       ("behaviour.choice_age=1",), ("behaviour.choice_age=0",), (_VOTE[1],)),
    _s("participatory_budget", "equal shares", "等额份额法", _VOTE[0], "vote_unspent", 1,
       (_set("participatory_budget", "method", '"equal_shares"'),), (), (_VOTE[1],)),
    _s("participatory_budget", "the government's list", "按政府清单", _VOTE[0], "voice", -1,
       (_set("participatory_budget", "method", '"list"'),), (), (_VOTE[1],)),
    _s("information_platform", "too many messages", "消息过多", _CHAT, "participation_build", -1,
       ("behaviour.message_capacity=1",), ("behaviour.message_capacity=1000",), ("behaviour.voice_base=-2",)),
    _s("information_platform", "only those who feel able post", "少数人发言", _CHAT, "voices_top_tenth", 1, ("behaviour.choice_efficacy=10",)),
    _s("information_platform", "the old are reached least", "老人覆盖最少", _CHAT, "participation_old", -1,
       ("behaviour.reach_age=0.25",), ("behaviour.reach_age=0",)),
    _s("newcomer_inclusion", "no standing", "没有参与身份", f"{_MEET}+newcomer_inclusion", "meeting_bias_newcomers", -1,
       (_set("newcomer_inclusion", "standing", 0),), (_set("newcomer_inclusion", "standing", 1),), ("behaviour.choice_standing=3",)),
    _s("enterprise_council", "profits halve every year", "利润逐年减半", f"{_COUNCILS}+enterprise_council", "units_seated", -1,
       ("enterprises.profit_growth=-0.5",), (), (_EASY, "enterprises.per_1000=20", "enterprises.join_base=-1")),
    _s("enterprise_council", "firms are easily let down", "同行付出稍少即退席", f"{_COUNCILS}+enterprise_council", "units_seated", -1,
       ("enterprises.tolerance=2",), ("enterprises.tolerance=0",), (_EASY, "enterprises.per_1000=20", "enterprises.join_base=-1")),
    _s("joint_party_committee", "nine calls in ten are for a signature", "九成报到只为签到", _PARTY, "party_hours", -1,
       (_set("joint_party_committee", "quota", 0.9),)),
    _s("joint_party_committee", "and somebody has to count them", "签到还须统计", _PARTY, "hours_mobilisation", -1,
       (_set("joint_party_committee", "quota", 1), _set("joint_party_committee", "count", 5)), (), (_EASY,)),
    _s("joint_party_committee", "the same few burn out", "骨干倦怠", _PARTY, "party_hours", -1,
       ("behaviour.fatigue_rest=0.01", "behaviour.fatigue_load=5")),
    _s("co_residence_council", "units are easily let down", "他人付出稍少即退席", f"{_COUNCILS}+co_residence_council", "units_seated", -1,
       ("enterprises.tolerance=2",), ("enterprises.tolerance=0",), (*_UNITS, "enterprises.join_base=-1")),
    _s("co_residence_council", "hardly a unit is willing", "愿意者寥寥", f"{_COUNCILS}+co_residence_council", "demands_met", -1,
       ("enterprises.offer_base=-5",), ("enterprises.offer_base=0",), (*_UNITS, _EASY)),
    _s("development_association", "ten times as many move", "迁移为十倍", f"{_COUNCILS}+development_association", "association_cover", -1,
       ("society.turnover_factor=10",), ("society.turnover_factor=0",), _RICH),
    _s("development_association", "all are free riders", "人人搭便车", f"{_COUNCILS}+development_association", "association_pledges", -1,
       ("society.free_rider_share=1", "society.conditional_cooperator_share=0", "society.hump_share=0"), (), _RICH),
    _s("venture_platform", "hardly an organisation", "几乎没有社会组织", _VENTURE, "venture_funded", -1,
       ("providers.per_1000=0.1",), ("providers.per_1000=5",), _CHEAP),
    _s("venture_platform", "the price alone decides", "唯价格论", _VENTURE, "purchase_quality", -1,
       (_set("venture_platform", "quality", 0),), (_set("venture_platform", "quality", 1),), ("providers.per_1000=5", *_CHEAP)),
    _s("venture_platform", "projects drift to what bidders like", "项目偏向投标机构", _VENTURE, "preference_match", -1,
       ("providers.drift=1",), ("providers.drift=0",), ("providers.per_1000=5", "providers.breadth=1", *_CHEAP)),
    _s("incubator", "three times as many move", "迁移为三倍", _INCUBATOR, "organisations_hollow", 1,
       ("society.turnover_factor=3",), ("society.turnover_factor=0",), (*_FRIENDS, _set("incubator", "seed", 10_000))),
    _s("incubator", "the seed is all they live on", "只靠种子资金", _INCUBATOR, "residents_organisations_per_10000", -1,
       ("providers.dues=0",), (), (*_FRIENDS, _set("incubator", "seed", 500))),
    _s("academy", "only those who feel able come", "只有自信者才来", f"{_COUNCILS}+academy", "class_active_anyway", 1,
       ("behaviour.choice_efficacy=10",), ("behaviour.choice_efficacy=0",), (_EASY, "behaviour.class_base=-3")),
    _s("moral_culture", "hardly an event", "活动寥寥", f"{BARE}+moral_culture", "pledged", -1,
       (_set("moral_culture", "events", 0.05),)),
    _s("moral_culture", "no committed minority", "缺少坚定的少数", f"{BARE}+moral_culture", "pledged", -1,
       ("society.initial_spirit=0.1",)),
    _s("moral_culture", "nobody knows anybody", "互不相识", f"{BARE}+moral_culture", "violations_per_1000", 1,
       ("society.ties_kept=0",), (), ("behaviour.event_base=-1", "behaviour.shame=6")),
    _s("shared_facilities", "few share, many use", "共享者少、使用者多", f"{BARE}+shared_facilities", "pool_served", -1,
       ("behaviour.pool_base=-9",)),
    _s("space_sharing", "nothing is idle", "没有闲置空间", f"{_COUNCILS}+space_sharing", "premises_lent", -1,
       ("enterprises.public_per_1000=0", "enterprises.holders_per_1000=0"), _HALLS, (_set("space_sharing", "talks", 6),)),
    _s("space_sharing", "rooms that nobody uses", "借来无人用", f"{_COUNCILS}+space_sharing", "premises_unused", 1,
       ("services.need_threshold=0.05",), ("services.need_threshold=0.9",), (*_HALLS, _EASY, _set("space_sharing", "talks", 6))),
    _s("space_sharing", "holders do badly", "产权单位经营不佳", f"{_COUNCILS}+space_sharing", "premises_lent", -1,
       ("enterprises.profit_growth=-0.9", "enterprises.closing=0"), ("enterprises.closing=0",), ("enterprises.public_per_1000=0",
        "enterprises.holders_per_1000=4", _set("space_sharing", "talks", 6), _set("space_sharing", "reward", 3))),
    _s("joint_security", "the police are alone", "警察孤军奋战", _SECURITY, "incidents_per_1000", 1,
       (_set("joint_security", "patrols", 0), _set("joint_security", "guards", 0)), (), ("government.incidents=10",)),
    _s("joint_security", "most leave it to the police", "多数人“你治我安”", _SECURITY, "patrol_hours", -1, _FREE_RIDERS),
)  # fmt: skip


def measure_failures(design: Design) -> pd.DataFrame:
    """Run every stress, calm and stressed, over the same seeds.

    Returns:
        One row a stress, in the order of ``STRESSES``: institution, en, zh (the stress), measure, sign, calm and stressed
        (means over seeds of the last 12 months), low, high (95 % interval of the difference), same_sign (share of seeds
        in which it has the sign that is claimed), seeds.
    """
    worlds = {}
    for i, one in enumerate(STRESSES):
        worlds[f"{i} calm"], worlds[f"{i} stressed"] = (
            design.world(one.world, (MINIATURE, *part)) for part in (one.calm, one.stressed)
        )
    late = run(worlds, design).by_seed()
    return pd.DataFrame([_row(late, i, one) for i, one in enumerate(STRESSES)])


def _row(late: pd.DataFrame, i: int, one: Stress) -> dict[str, object]:
    calm, stressed = (np.asarray(late.loc[f"{i} {part}", one.measure], float) for part in ("calm", "stressed"))
    change = stressed - calm
    _, low, high = interval(change)
    right = float(np.mean(one.sign * change > 0.0))
    return {
        "institution": one.institution, "en": one.text.en, "zh": one.text.zh, "measure": one.measure, "sign": one.sign,
        "calm": calm.mean(), "stressed": stressed.mean(), "low": low, "high": high, "same_sign": right, "seeds": len(change),
    }  # fmt: skip
