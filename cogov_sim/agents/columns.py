"""The residents' columns and the board they read from and write to: what a kernel may see, and nothing else."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from cogov_sim.language import Text
from cogov_sim.society.services import CATEGORIES as SERVICES

CATEGORIES = len(SERVICES)
STAGES = 5
PLAN, BUILD, MANAGE, EVALUATE, SHARE = range(STAGES)
NEVER = -1000
STRANGER = -2.0  # ``shown`` by those who moved in this month
MOVED_TIES = 0.3  # what is left of a tie when one of the two moves out and a stranger moves in (start value)
LONGEST_WAIT = 24  # months that a community can keep a request waiting
BUILDING_MEETING, COMMUNITY_MEETING, GRID_MEETING = 0, 1, 2
VENUES = 3
#: Kinds of bodies that residents can found; ``organisations.BODY_KINDS`` are their classes in this order.
GROUP, GRID_COUNCIL, WORTHIES, DEVELOPMENT, DELIBERATIVE, OWNERS, MICRO = range(7)
BODIES = 7

# Resident types of the strategy method
CONDITIONAL, FREE_RIDER, HUMP, OTHER = range(4)


class Columns(NamedTuple):
    """One entry per resident, sorted by building. Static unless said otherwise in ``COLUMN_TEXTS``."""

    schedule_type: Any  # int8
    schedule_intercept: Any  # float32, share of the endowment
    schedule_slope: Any  # float32
    inclination: Any  # float32, multiplies the schedule
    preferences: Any  # float32 (n, categories), in Fortran order
    income: Any  # float32, yuan/month
    free_time: Any  # float32, h/month
    owner: Any  # int8
    newcomer: Any  # int8
    age_band: Any  # int8
    party: Any  # int8
    belief: Any  # float32
    habit: Any  # float32, payoff learning: share that has become usual
    aspiration: Any  # float32, payoff learning: payoff that is expected
    spirit: Any  # float32
    efficacy: Any  # float32
    trust: Any  # float32
    expectation: Any  # float32
    performance: Any  # float32
    satisfaction: Any  # float32, 0-100
    voice: Any  # float32
    fatigue: Any  # float32
    familiarity: Any  # float32
    need: Any  # float32
    need_category: Any  # int8
    spoke: Any  # int8, this month
    voiced: Any  # float32, times of speaking up in about the past year
    waits: Any  # int8, months that the own request has waited for an answer, -1 for none
    attended: Any  # int8, bit 0 building, bit 1 community, bit 2 grid, this month
    ballot: Any  # uint16, bit per category of the project approved in this month's vote
    keeps: Any  # int8, -1 or the category whose asset is kept up
    offences: Any  # int8, violations of order that are not yet forgotten
    knew: Any  # uint16, bit per category of the open matter
    gave: Any  # uint16
    given: Any  # float32, mean share given to the matters faced this month; -1 if none was faced
    shown: Any  # float32, contribution others could see this month; -1 none, -2 moved in just now
    seen: Any  # float32, mean contribution seen among ties this month, -1 for none
    moved: Any  # int8, moved in this month
    joint: Any  # int32, matter or meeting last shared this month, -1 for none
    last_act: Any  # int16 (n, 5), in Fortran order: month of the last act per stage
    acts: Any  # uint8, this month
    hours: Any  # float32, given this month
    spent: Any  # float32, yuan given this month
    load: Any  # float32, hours that tire, this month
    effort: Any  # float32, hours of about the past year, money counted at the hour value
    total_money: Any  # int32, yuan
    total_hours: Any  # float32


#: Label in both languages and unit of every column, for data frames and docs.
COLUMN_TEXTS: dict[str, tuple[Text, str]] = {
    "schedule_type": (Text("type in the strategy method", "合作类型"), "code"),
    "schedule_intercept": (Text("schedule: intercept", "倾向表截距"), "share"),
    "schedule_slope": (Text("schedule: slope", "倾向表斜率"), "1"),
    "inclination": (Text("drift of the schedule", "倾向漂移"), "1"),
    "preferences": (Text("preferences over services", "服务偏好"), "share"),
    "income": (Text("disposable income", "可支配收入"), "yuan/month"),
    "free_time": (Text("free time", "业余时间"), "h/month"),
    "owner": (Text("owner", "业主"), "0/1"),
    "newcomer": (Text("newcomer", "外来人口"), "0/1"),
    "age_band": (Text("age band", "年龄组"), "0-5"),
    "party": (Text("party member", "党员"), "0/1"),
    "belief": (Text("belief in others' contributions", "对他人贡献的信念"), "share"),
    "habit": (Text("usual contribution (payoff learning)", "习惯贡献（收益学习）"), "share"),
    "aspiration": (Text("payoff aspired to (payoff learning)", "期望收益（收益学习）"), "fair shares"),
    "spirit": (Text("public spirit", "共同精神"), "0-1"),
    "efficacy": (Text("efficacy", "效能感"), "0-1"),
    "trust": (Text("trust in government", "政府信任"), "0-1"),
    "expectation": (Text("expectation", "期望"), "0-1"),
    "performance": (Text("perceived performance", "感知绩效"), "0-1"),
    "satisfaction": (Text("satisfaction", "满意度"), "0-100"),
    "voice": (Text("having a say", "话语权"), "0-1"),
    "fatigue": (Text("fatigue", "疲劳"), "0-1"),
    "familiarity": (Text("familiarity", "熟悉度"), "0-1"),
    "need": (Text("largest felt need", "最大需要"), "0-1"),
    "need_category": (Text("service most needed", "最需要的服务"), "code"),
    "spoke": (Text("spoke up this month", "本月发声"), "0/1"),
    "waits": (Text("months waited for an answer", "等待答复的月数"), "months"),
    "voiced": (Text("times of speaking up in about a year", "近一年发声次数"), "1"),
    "attended": (Text("meetings attended this month", "本月参会"), "bits"),
    "ballot": (Text("projects approved in this month's vote", "本月票决中赞成的项目"), "bits"),
    "keeps": (Text("service kept up", "认养的服务"), "code"),
    "offences": (Text("violations not yet forgotten", "尚未淡忘的违规次数"), "1"),
    "knew": (Text("open matters known", "已知事项"), "bits"),
    "gave": (Text("open matters given to", "已贡献事项"), "bits"),
    "given": (Text("mean share given this month", "本月平均贡献"), "share"),
    "shown": (Text("contribution seen by others", "他人可见的贡献"), "share"),
    "seen": (Text("contributions seen", "所见贡献"), "share"),
    "moved": (Text("moved in this month", "本月迁入"), "0/1"),
    "joint": (Text("matter or meeting shared", "共同参与的事项"), "id"),
    "last_act": (Text("month of last act per stage", "各阶段最近行动月"), "month"),
    "acts": (Text("acts this month", "本月行动数"), "1"),
    "hours": (Text("hours given this month", "本月投入"), "h"),
    "spent": (Text("money given this month", "本月出资"), "yuan"),
    "load": (Text("tiring hours this month", "本月负荷"), "h"),
    "effort": (Text("effort of about a year", "近一年投入"), "h"),
    "total_money": (Text("money given", "累计出资"), "yuan"),
    "total_hours": (Text("hours given", "累计工时"), "h"),
}

#: What a month leaves behind and the next one reads; everything else is static or made anew.
STATE: tuple[str, ...] = (
    "inclination", "belief", "habit", "aspiration", "spirit", "efficacy", "trust", "expectation", "performance", "satisfaction",
    "voice", "fatigue", "familiarity", "need", "need_category", "waits", "keeps", "offences", "knew", "gave", "last_act", "effort", "voiced",
    "total_money", "total_hours",
)  # fmt: skip


_SMALL = (
    "schedule_type",
    "owner",
    "newcomer",
    "age_band",
    "party",
    "need_category",
    "spoke",
    "waits",
    "attended",
    "keeps",
    "offences",
    "moved",
)
_TYPES: dict[str, Any] = {
    **dict.fromkeys(_SMALL, np.int8), "ballot": np.uint16, "knew": np.uint16, "gave": np.uint16, "joint": np.int32, "acts": np.uint8,
    "total_money": np.int32, "last_act": np.int16,
}  # fmt: skip
_WIDE = {"preferences": CATEGORIES, "last_act": STAGES}


def new_columns(n: int) -> Columns:
    """Columns of ``n`` residents in the types that kernels take, all zero but codes: nothing seen, kept up or shared yet.

    Two-dimensional columns lie service by service, stage by stage: kernels go along residents.
    """
    arrays = {
        name: np.zeros((n, _WIDE[name]) if name in _WIDE else n, _TYPES.get(name, np.float32), order="F")
        for name in Columns._fields
    }
    columns = Columns(**arrays)
    columns.inclination[:] = 1.0
    columns.last_act[:] = NEVER
    for none in (columns.waits, columns.keeps, columns.given, columns.shown, columns.seen, columns.joint):
        none[:] = -1
    return columns


class Board(NamedTuple):
    """What residents face this month and what they did, per building (b), community (c), category (k), venue (v),
    kind of body (f)."""

    # the map
    community: Any  # int32 [b]
    first: Any  # int64 [b], first resident
    last: Any  # int64 [b]
    asset: Any  # int32 [b, k]
    quality: Any  # float64 [asset]
    # terms, per community
    voice_cost: Any
    talk: Any
    recognition: Any
    sanction: Any
    graduation: Any
    norm_clarity: Any
    campaign: Any  # sanction of the campaign that is running, 0 without one
    reward: Any
    levy: Any
    hassle: Any  # trouble of giving; a laboratory spares people
    adoption: Any
    report: Any
    answer: Any  # float64 [c, a], chance that a request of age a in months is answered now; -1 once it is given up
    news: Any  # 0..1, how good the results are that this month's reports tell of; -1 without any
    standing: Any  # 0..1, how far newcomers may speak as locals do
    discussion: Any  # rounds of exchanging opinions
    facilitation: Any
    online_voice: Any
    online_awareness: Any
    written_talk: Any
    messages: Any  # posts this month that reach a member of a group on the platform
    promised: Any  # performance that publicity promises on top of what is
    turnover: Any  # monthly chance to move out
    # organising
    visibility: Any  # float64 [b], chance that an act is seen by those one has ties with
    found: Any  # float64 [b, f], ease of founding a body of a kind where there is none
    invite: Any  # float64 [b, v], chance to be invited to a meeting this month
    invite_newcomers: Any  # float64 [b, v], the same in addition for newcomers
    venue: Any  # float64 [b, v], how near and fit the meeting place is
    seats: Any  # float64 [b, v], seats at the meeting place
    full: Any  # float64 [b, v], when its last seat is taken; those who come later (in [0, 1)) find none
    meeting: Any  # int32 [b, v], id of the meeting, below -1
    resolved: Any  # uint8 [b, v], the meeting came to a resolution
    heard: Any  # uint8 [b, v], something was decided in a month with a resolution
    present: Any  # int64 [b, v], people at the meeting
    # voting on a budget
    ballot: Any  # float64 [c], chance to be given a ballot this month
    listed: Any  # uint8 [b, k], the open matter is a project on the ballot
    won: Any  # uint16 [b], bits of categories whose project the vote carried this month
    # matters that gather contributions, and the property fee
    matter: Any  # int32 [b, k], id or -1
    fair: Any  # float64 [b, k], fair share in yuan of a resident with the mean income
    income: Any  # float64 [b, k], mean income of those who live with the asset; static
    hear: Any  # float64 [b, k], chance to hear of it
    ask: Any  # float64 [b, k], chance to be asked by neighbours
    ask_staff: Any  # float64 [b, k], chance to be asked by staff
    labour: Any  # uint8 [b, k], labour is wanted
    match: Any  # float64 [b, k], grant per yuan
    example: Any  # float64 [b, k], how visibly neighbours who ask have given first
    fee: Any  # float64 [b], yuan an owner is asked for each month; 0 where no committee asks
    # order
    disorder: Any  # float64 [b], last month's violations per resident in the grid
    # matters that closed
    done: Any  # int32 [b, k], id or -1
    done_quality: Any  # float64 [b, k]
    done_public: Any  # float64 [b, k], public share of its money
    failed: Any  # uint16 [b], bits of categories
    # what residents did
    voices: Any  # int32 [b, k]
    founder: Any  # int32 [b, f]
    supporters: Any  # int32 [b, f]
    set_out: Any  # int32 [b, v], wanted to attend, with a seat or without
    came: Any  # int32 [b, v, 5]: attendances, of newcomers, of those over 60, of party members, of activists
    wishes: Any  # float64 [b, v, k], summed preferences of those who came
    opinions: Any  # float64 [b, v, k], the same after their discussion
    agree: Any  # int32 [b, v], of those who came, can live with the meeting's mean opinion
    apart: Any  # float64 [b, v], summed distances of their opinions from it
    voted: Any  # int32 [b, 4]: ballots, of newcomers, of those over 60, of party members
    votes: Any  # int32 [b, k], approvals of the project
    backing: Any  # float64 [b, k], summed preferences for it of those who voted
    money: Any  # int64 [b, k] yuan
    minutes: Any  # int64 [b, k]
    fees: Any  # int64 [b] yuan that owners paid
    new_givers: Any  # int32 [b, k], first-time givers to the open matter
    keep_minutes: Any  # int64 [b, k]
    violations: Any  # int32 [b]
    faced: Any  # float64 [b, 3]: who faced a matter, what they gave, what they would give in the laboratory (shares)
    rating: Any  # int64 [b, k], thousandths
    raters: Any  # int32 [b, k]
    givers: Any  # int32 [b, k, 3]: gave, knew, gave nothing though they knew
    stats: Any  # float64 [b, s]


#: Columns of ``Board.stats``: sums over the residents of a building at the month's end.
STATS: tuple[str, ...] = (
    "satisfaction", "satisfaction_squared", "expectation", "performance", "performance_squared", "trust",
    "trust_squared", "efficacy", "spirit", "voice", "belief", "fatigue", "familiarity", "active", "active_plan",
    "active_build", "active_manage", "active_evaluate", "active_share", "newcomers", "newcomers_active", "party",
    "party_active", "young", "young_active", "old", "old_active", "acts", "hours",
)  # fmt: skip


class Network(NamedTuple):
    """Ties in compressed sparse rows, symmetric."""

    indptr: Any  # int64 [n + 1]
    indices: Any  # int32
    strength: Any  # float32
    usual: Any  # float32, what it is where people just live beside each other; static


def new_board(n_buildings: int, n_communities: int, **fixed: Any) -> Board:
    """A board of zeros (ids: -1) for a society.

    Args:
        n_buildings, n_communities: its size.
        fixed: the arrays of the map, and ``turnover``.
    """
    b, c, k, v = n_buildings, n_communities, CATEGORIES, VENUES
    per_community = ("voice_cost", "ballot", "talk", "recognition", "sanction", "graduation", "norm_clarity", "campaign", "reward", "levy", "hassle", "adoption", "report",
                     "news", "standing", "discussion", "facilitation", "online_voice", "online_awareness", "written_talk",
                     "messages", "promised")  # fmt: skip
    arrays: dict[str, Any] = {name: np.zeros(c) for name in per_community}
    arrays["news"][:] = -1.0
    arrays["found"] = np.zeros((b, BODIES))
    for name in ("invite", "invite_newcomers", "venue", "apart"):
        arrays[name] = np.zeros((b, v))
    arrays["seats"] = np.full((b, v), np.inf)
    arrays["full"] = np.ones((b, v))
    arrays["answer"] = np.full((c, LONGEST_WAIT + 1), -1.0)
    arrays["meeting"] = np.full((b, v), -1, np.int32)
    for name in ("resolved", "heard"):
        arrays[name] = np.zeros((b, v), np.uint8)
    arrays["present"] = np.zeros((b, v), np.int64)
    arrays["listed"] = np.zeros((b, k), np.uint8)
    arrays["won"] = np.zeros(b, np.uint16)
    arrays["voted"] = np.zeros((b, 4), np.int32)
    arrays["votes"] = np.zeros((b, k), np.int32)
    arrays["backing"] = np.zeros((b, k))
    arrays["matter"] = np.full((b, k), -1, np.int32)
    arrays["done"] = np.full((b, k), -1, np.int32)
    for name in ("fair", "hear", "ask", "ask_staff", "match", "example", "done_quality", "done_public"):
        arrays[name] = np.zeros((b, k))
    arrays["labour"] = np.zeros((b, k), np.uint8)
    arrays["disorder"] = np.zeros(b)
    arrays["visibility"], arrays["fee"] = np.zeros(b), np.zeros(b)
    arrays["fees"] = np.zeros(b, np.int64)
    arrays["failed"] = np.zeros(b, np.uint16)
    arrays["voices"] = np.zeros((b, k), np.int32)
    arrays["founder"] = np.full((b, BODIES), -1, np.int32)
    arrays["supporters"] = np.zeros((b, BODIES), np.int32)
    for name in ("set_out", "agree"):
        arrays[name] = np.zeros((b, v), np.int32)
    arrays["came"] = np.zeros((b, v, 5), np.int32)
    for name in ("wishes", "opinions"):
        arrays[name] = np.zeros((b, v, k))
    for name in ("money", "minutes", "keep_minutes", "rating"):
        arrays[name] = np.zeros((b, k), np.int64)
    arrays["new_givers"] = np.zeros((b, k), np.int32)
    arrays["violations"] = np.zeros(b, np.int32)
    arrays["faced"] = np.zeros((b, 3))
    arrays["raters"] = np.zeros((b, k), np.int32)
    arrays["givers"] = np.zeros((b, k, 3), np.int32)
    arrays["stats"] = np.zeros((b, len(STATS)))
    return Board(**fixed, **arrays)
