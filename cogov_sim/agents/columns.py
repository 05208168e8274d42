"""The residents' columns: one array a property, one entry a resident, sorted by building."""

from __future__ import annotations

from typing import Annotated, NamedTuple, TypeAlias

from cogov_sim.agents.table import KEPT, STATIC, Row, arrays, rows
from cogov_sim.compiled.types import F32, I8, I16, I32, U8, U16
from cogov_sim.language import Text
from cogov_sim.society.services import CATEGORIES as SERVICES

CATEGORIES = len(SERVICES)
STAGES = 6
PLAN, BUILD, MANAGE, EVALUATE, SHARE, CIVIC = range(STAGES)
"""The five stages of the month, and civic life that no reform brought: elections, volunteering, donations."""
MONTHS = 12
NEVER = -1000
STRANGER = -2.0  # ``shown`` by those who moved in this month
MOVED_TIES = 0.3  # what is left of a tie when one of the two moves out and a stranger moves in (start value)

# Resident types of the strategy method
CONDITIONAL, FREE_RIDER, HUMP, OTHER = range(4)


Preferences: TypeAlias = Annotated[
    F32, Row("nk", "share", Text("preferences over services", "服务偏好"), STATIC, 0, "F")
]
"""The column of preferences, for kernels that take it alone."""


# fmt: off
class Columns(NamedTuple):
    """What a kernel may see of residents (n), some of it by service (k), stage (s) or month of the year (m); each row as ``Row`` says.

    Two-dimensional columns lie service by service, stage by stage, month by month: kernels go along residents.
    """

    schedule_type: Annotated[I8, Row("n", "code", Text("type in the strategy method", "合作类型"), STATIC)]
    schedule_intercept: Annotated[F32, Row("n", "share", Text("schedule: intercept", "倾向表截距"), STATIC)]  # of the endowment
    schedule_slope: Annotated[F32, Row("n", "1", Text("schedule: slope", "倾向表斜率"), STATIC)]
    inclination: Annotated[F32, Row("n", "1", Text("drift of the schedule", "倾向漂移"), KEPT, 1.0)]  # multiplies the schedule
    preferences: Preferences
    income: Annotated[F32, Row("n", "yuan/month", Text("disposable income", "可支配收入"), STATIC)]
    free_time: Annotated[F32, Row("n", "h/month", Text("free time", "业余时间"), STATIC)]
    owner: Annotated[I8, Row("n", "0/1", Text("owner", "业主"), STATIC)]
    lodgers: Annotated[F32, Row("n", "persons", Text("tenants who lodge with the resident", "同住租客数"), STATIC)]
    newcomer: Annotated[I8, Row("n", "0/1", Text("newcomer", "外来人口"), STATIC)]
    age_band: Annotated[I8, Row("n", "0-5", Text("age band", "年龄组"), STATIC)]
    party: Annotated[I8, Row("n", "0/1", Text("party member", "党员"), STATIC)]
    belief: Annotated[F32, Row("n", "share", Text("belief in others' contributions", "对他人贡献的信念"), KEPT)]
    first_belief: Annotated[F32, Row("n", "share", Text("belief before anything was seen", "初始信念"), KEPT)]
    has_seen: Annotated[I8, Row("n", "0/1", Text("has ever seen what others give", "是否见过他人的贡献"), KEPT)]
    habit: Annotated[F32, Row("n", "share", Text("usual contribution (payoff learning)", "习惯贡献（收益学习）"), KEPT)]
    first_habit: Annotated[F32, Row("n", "share", Text("contribution one began with (payoff learning)", "初始贡献（收益学习）"), KEPT)]
    aspiration: Annotated[F32, Row("n", "fair shares", Text("payoff aspired to (payoff learning)", "期望收益（收益学习）"), KEPT)]
    spirit: Annotated[F32, Row("n", "0-1", Text("public spirit", "共同精神"), KEPT)]
    efficacy: Annotated[F32, Row("n", "0-1", Text("efficacy", "效能感"), KEPT)]
    trust: Annotated[F32, Row("n", "0-1", Text("trust in government", "政府信任"), KEPT)]
    expectation: Annotated[F32, Row("n", "0-1", Text("expectation", "期望"), KEPT)]
    performance: Annotated[F32, Row("n", "0-1", Text("perceived performance", "感知绩效"), KEPT)]
    satisfaction: Annotated[F32, Row("n", "0-100", Text("satisfaction", "满意度"), KEPT)]
    voice: Annotated[F32, Row("n", "0-1", Text("having a say", "话语权"), KEPT)]
    fatigue: Annotated[F32, Row("n", "0-1", Text("fatigue", "疲劳"), KEPT)]
    familiarity: Annotated[F32, Row("n", "0-1", Text("familiarity", "熟悉度"), KEPT)]
    need: Annotated[F32, Row("n", "0-1", Text("largest felt need", "最大需要"), KEPT)]
    need_category: Annotated[I8, Row("n", "code", Text("service most needed", "最需要的服务"), KEPT)]
    spoke: Annotated[I8, Row("n", "0/1", Text("spoke up this month", "本月发声"), "speak")]
    voiced: Annotated[F32, Row("n", "1", Text("times of speaking up in about a year", "近一年发声次数"), KEPT)]
    waits: Annotated[I8, Row("n", "months", Text("months waited for an answer", "等待答复的月数"), KEPT, -1)]  # of the own request; -1: for none
    attended: Annotated[I8, Row("n", "bits", Text("meetings attended this month", "本月参会"), "attend")]  # one a venue
    ballot: Annotated[U16, Row("n", "bits", Text("projects approved in this month's vote", "本月票决中赞成的项目"), "vote")]  # one a category
    keeps: Annotated[I8, Row("n", "code", Text("service kept up", "认养的服务"), KEPT, -1)]  # -1: none
    joined: Annotated[U8, Row("n", "bits", Text("came to a class or an event this month", "本月参加课程或活动"), KEPT)]  # one a kind
    joined_before: Annotated[U8, Row("n", "bits", Text("the same a month before", "上月参加课程或活动"), "come_together")]
    pledged: Annotated[I16, Row("n", "month", Text("month of the last pledge", "最近承诺的月份"), KEPT, NEVER)]
    pledged_ties: Annotated[F32, Row("n", "share", Text("acquaintances whose pledge holds", "承诺有效的熟人比例"), "look_at_pledges")]
    pools: Annotated[I8, Row("n", "0/1", Text("shares something of the own with others", "拿出自有物品共享"), KEPT)]
    offences: Annotated[I8, Row("n", "1", Text("violations not yet forgotten", "尚未淡忘的违规次数"), KEPT)]
    knew: Annotated[U16, Row("n", "bits", Text("open matters known", "已知事项"), KEPT)]  # one a category
    gave: Annotated[U16, Row("n", "bits", Text("open matters given to", "已贡献事项"), KEPT)]  # one a category
    given: Annotated[F32, Row("n", "share", Text("mean share given this month", "本月平均贡献"), "give", -1)]  # of the matters faced; -1: faced none
    shown: Annotated[F32, Row("n", "share", Text("contribution seen by others", "他人可见的贡献"), "give", -1)]  # this month; -1: none, -2: moved in just now
    seen: Annotated[F32, Row("n", "share", Text("contributions seen", "所见贡献"), "share", -1)]  # mean among ties this month; -1: none
    moved: Annotated[I8, Row("n", "0/1", Text("moved in this month", "本月迁入"), "settle")]
    joint: Annotated[I32, Row("n", "id", Text("matter or meeting shared", "共同参与的事项"), "attend", -1)]  # last shared this month; -1: none
    last_act: Annotated[I16, Row("ns", "month", Text("month of last act per stage", "各阶段最近行动月"), KEPT, NEVER, "F")]
    told: Annotated[I16, Row("n", "month", Text("month last told, asked or invited", "最近被告知、动员或邀请的月份"), KEPT, NEVER)]
    took_part: Annotated[I16, Row("n", "month", Text("month last met, voted, kept up, held office, or gave 10 yuan or an hour", "最近参会、投票、管护、任职或出资10元/出力1小时的月份"), KEPT, NEVER)]
    last_voted: Annotated[I16, Row("n", "month", Text("month last voted for the committee", "最近参加居委会选举的月份"), KEPT, NEVER)]
    last_volunteered: Annotated[I16, Row("n", "month", Text("month last volunteered", "最近参加志愿服务的月份"), KEPT, NEVER)]
    year_acts: Annotated[U8, Row("nm", "1", Text("acts in each month of the past year", "近一年各月行动数"), KEPT, 0, "F")]
    year_hours: Annotated[U8, Row("nm", "0.1 h", Text("hours given in each month of the past year", "近一年各月投入"), KEPT, 0, "F")]
    acts: Annotated[U8, Row("n", "1", Text("acts this month", "本月行动数"), "speak")]
    hours: Annotated[F32, Row("n", "h", Text("hours given this month", "本月投入"), "speak")]
    spent: Annotated[F32, Row("n", "yuan", Text("money given this month", "本月出资"), "speak")]
    load: Annotated[F32, Row("n", "h", Text("tiring hours this month", "本月负荷"), "give")]
    effort: Annotated[F32, Row("n", "h", Text("effort of about a year", "近一年投入"), KEPT)]  # money counted at the hour value
    total_money: Annotated[I32, Row("n", "yuan", Text("money given", "累计出资"), KEPT)]
    total_land: Annotated[F32, Row("n", "m2", Text("ground given up", "累计让地"), KEPT)]
    total_hours: Annotated[F32, Row("n", "h", Text("hours given", "累计工时"), KEPT)]
# fmt: on

#: Label in both languages and unit of every column, for data frames and docs.
COLUMN_TEXTS: dict[str, tuple[Text, str]] = {name: (row.text, row.unit) for name, (_, row) in rows(Columns).items()}

#: What a month leaves behind and the next one reads; everything else is static or made anew.
STATE: tuple[str, ...] = tuple(name for name, (_, row) in rows(Columns).items() if row.month == KEPT)


def new_columns(n: int) -> Columns:
    """Columns of ``n`` residents as they are at the start: all zero but codes; nothing seen, kept up or shared yet."""
    return Columns(**arrays(Columns, {"n": n, "k": CATEGORIES, "s": STAGES, "m": MONTHS}, {}))
