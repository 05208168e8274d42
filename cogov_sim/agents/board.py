"""The board: what residents face this month and what they did; and the ties between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.columns import CATEGORIES
from cogov_sim.agents.table import KEPT, POSTED, STATIC, Row, arrays
from cogov_sim.compiled.types import F32, F64, I32, I64, U8, U16
from cogov_sim.language import Text
from cogov_sim.terms import BY_NAME, FACED

LONGEST_WAIT = 24  # months that a community can keep a request waiting
BUILDING_MEETING, COMMUNITY_MEETING, GRID_MEETING = 0, 1, 2
VENUES = 3
#: Kinds of bodies that residents can found; ``organisations.BODY_KINDS`` are their classes in this order.
GROUP, GRID_COUNCIL, WORTHIES, DEVELOPMENT, DELIBERATIVE, OWNERS, MICRO, ASSOCIATION = range(8)
BODIES = 8

#: Columns of ``Board.stats``: sums over the residents of a building at the month's end.
STATS: tuple[str, ...] = (
    "satisfaction", "satisfaction_squared", "expectation", "performance", "performance_squared", "trust",
    "trust_squared", "efficacy", "spirit", "voice", "belief", "fatigue", "familiarity", "active", "active_plan",
    "active_build", "active_manage", "active_evaluate", "active_share", "newcomers", "newcomers_active", "party",
    "party_active", "young", "young_active", "old", "old_active", "acts", "hours", "knowing", "active_civic",
    "told", "contacted", "busy", "carried",
)  # fmt: skip


# fmt: off
class _Board(NamedTuple):
    """By building (b), community (c), category (k), venue (v), kind of body (f), age of a request (a), sum (s)."""

    # the map
    community: Annotated[I32, Row("b", "id", Text("community", "社区"), STATIC, None)]
    first: Annotated[I64, Row("b", "id", Text("first resident", "首位居民"), STATIC, None)]
    last: Annotated[I64, Row("b", "id", Text("resident after the last", "末位居民之后"), STATIC, None)]
    asset: Annotated[I32, Row("bk", "id", Text("asset that serves the building", "服务本楼栋的设施"), STATIC, None)]
    quality: Annotated[F64, Row("q", "0-1", Text("quality of each asset (q)", "各设施质量"), KEPT, None)]
    income: Annotated[F64, Row("bk", "yuan/month", Text("mean income of those who live with the asset", "设施服务人群的平均收入"), STATIC, None)]
    turnover: Annotated[F64, Row("c", "1/month", Text("chance to move out, mean", "平均迁出概率"), STATIC, None)]
    # what residents face in a community, beside the terms of ``terms.FACED``
    campaign: Annotated[F64, Row("c", "1", Text("sanction of the campaign that is running; 0 without one", "正在进行的整治的惩戒"), POSTED)]
    hassle: Annotated[F64, Row("c", "1", Text("trouble of giving; a laboratory spares people", "出资出力的麻烦"), STATIC)]
    answer: Annotated[F64, Row("ca", "chance", Text("chance that a request of this age in months is answered now; -1 once it is given up", "该时长的诉求本月获答复的概率；-1＝已放弃"), POSTED, -1)]
    news: Annotated[F64, Row("c", "0-1", Text("how good the results are that this month's reports tell of; -1 without any", "本月公开的成果好坏；-1＝没有"), POSTED, -1)]
    messages: Annotated[F64, Row("c", "1", Text("posts this month that reach a member of a group on the platform", "本月群成员收到的消息数"), POSTED)]
    promised: Annotated[F64, Row("c", "0-1", Text("performance that publicity promises on top of what is", "宣传所许诺的额外绩效"), POSTED)]
    ballot: Annotated[F64, Row("c", "chance", Text("chance to be given a ballot this month", "本月获得选票的概率"), POSTED)]
    # organising
    visibility: Annotated[F64, Row("b", "chance", Text("chance that an act is seen by those one has ties with", "行为被熟人看到的概率"), POSTED)]
    found: Annotated[F64, Row("bf", "1", Text("ease of founding a body of a kind where there is none", "尚无该类组织处的成立便利度"), POSTED)]
    invite: Annotated[F64, Row("bv", "chance", Text("chance to be invited to a meeting this month", "本月受邀参会的概率"), POSTED)]
    invite_newcomers: Annotated[F64, Row("bv", "chance", Text("the same for newcomers, in addition", "外来人口另获邀请的概率"), POSTED)]
    venue: Annotated[F64, Row("bv", "logit", Text("how near and fit the meeting place is", "会场的便利程度"), POSTED)]
    seats: Annotated[F64, Row("bv", "seats", Text("seats at the meeting place", "会场座位数"), POSTED, np.inf)]
    full: Annotated[F64, Row("bv", "0-1", Text("when the last seat is taken; those who come later find none", "座满时刻"), "attend", 1.0)]
    meeting: Annotated[I32, Row("bv", "id", Text("the meeting, below -1; -1: none", "会议编号（小于 -1）；-1＝没有"), POSTED, -1)]
    resolved: Annotated[U8, Row("bv", "0/1", Text("the meeting came to a resolution", "会议形成决议"), POSTED)]
    heard: Annotated[U8, Row("bv", "0/1", Text("something was decided in a month with a resolution", "形成决议的当月有事项获决定"), POSTED)]
    present: Annotated[I64, Row("bv", "persons", Text("people at the meeting", "到会人数"), POSTED)]
    # civic life: elections of the committee, and calls to volunteer or donate
    election: Annotated[U8, Row("c", "0/1", Text("the residents' committee is elected this month", "本月居委会换届选举"), POSTED)]
    party_call: Annotated[F64, Row("c", "chance", Text("chance that a party member is called to report this month", "本月党员被动员报到的概率"), POSTED)]
    # common life beside matters
    wear: Annotated[F64, Row("b", "chance", Text("chance that what one pooled is worn out this month", "共享物品本月损耗退出的概率"), POSTED)]
    # voting on a budget
    listed: Annotated[U8, Row("bk", "0/1", Text("the open matter is a project on the ballot", "该事项列入选票"), POSTED)]
    counted: Annotated[U8, Row("c", "0/1", Text("a vote of residents settled something this month", "本月由居民票决定案"), POSTED)]
    # matters that gather contributions, and the property fee
    matter: Annotated[I32, Row("bk", "id", Text("the matter that gathers contributions; -1: none", "正在募集的事项；-1＝没有"), POSTED, -1)]
    fair: Annotated[F64, Row("bk", "yuan", Text("fair share of a resident with the mean income", "平均收入居民的应摊份额"), POSTED)]
    hear: Annotated[F64, Row("bk", "chance", Text("chance to hear of it", "获知的概率"), POSTED)]
    ask: Annotated[F64, Row("bk", "chance", Text("chance to be asked by neighbours", "被邻居动员的概率"), POSTED)]
    ask_staff: Annotated[F64, Row("bk", "chance", Text("chance to be asked by staff", "被工作人员动员的概率"), POSTED)]
    labour: Annotated[U8, Row("bk", "0/1", Text("labour is wanted", "需要出工"), POSTED)]
    land: Annotated[U8, Row("bk", "0/1", Text("ground is wanted, and owners have some", "需要让地，且业主有地"), POSTED)]
    match: Annotated[F64, Row("bk", "yuan/yuan", Text("what a yuan given is thought to bring beside itself: the grant, less what a council's leader keeps", "居民认为每元出资额外带来的：奖补减带头人侵占"), POSTED)]
    example: Annotated[F64, Row("bk", "0-1", Text("how visibly neighbours who ask have given first", "动员者率先出资的可见度"), POSTED)]
    fee: Annotated[F64, Row("b", "yuan", Text("property fee an owner is asked for each month; 0 where no committee asks", "业主每月应缴物业费"), POSTED)]
    # order
    disorder: Annotated[F64, Row("b", "1/month", Text("last month's violations per resident in the grid", "上月本网格人均违规数"), POSTED)]
    # matters that closed
    done: Annotated[I32, Row("bk", "id", Text("the matter that was finished; -1: none", "完工的事项；-1＝没有"), POSTED, -1)]
    done_quality: Annotated[F64, Row("bk", "0-1", Text("how well it was built", "建造质量"), POSTED)]
    done_public: Annotated[F64, Row("bk", "share", Text("public share of its money", "财政资金占比"), POSTED)]
    failed: Annotated[U16, Row("b", "bits", Text("services whose matter failed", "未成的事项"), POSTED)]
    # what residents did
    voices: Annotated[I32, Row("bk", "persons", Text("spoke up about the service", "就该服务发声的人数"), "speak")]
    founder: Annotated[I32, Row("bf", "id", Text("would found a body; -1: nobody", "发起人；-1＝没有"), "speak", -1)]
    supporters: Annotated[I32, Row("bf", "persons", Text("supporters of the founder", "发起人的支持者"), "speak")]
    set_out: Annotated[I32, Row("bv", "persons", Text("wanted to attend, with a seat or without", "有意参会者"), "attend")]
    came: Annotated[I32, Row("bv5", "persons", Text("attended; of them newcomers, over 60, party members, activists", "到会；其中外来人口、60 岁以上、党员、积极分子"), "attend")]
    wishes: Annotated[F64, Row("bvk", "share", Text("summed preferences of those who came", "到会者偏好之和"), "attend")]
    opinions: Annotated[F64, Row("bvk", "share", Text("the same after their discussion", "讨论后的偏好之和"), "discuss")]
    agree: Annotated[I32, Row("bv", "persons", Text("of those who came, can live with the meeting's mean opinion", "能接受会议平均意见的到会者"), "discuss")]
    apart: Annotated[F64, Row("bv", "share", Text("summed distances of their opinions from it", "与平均意见的距离之和"), "discuss")]
    voted: Annotated[I32, Row("b4", "persons", Text("voted; of them newcomers, over 60, party members", "投票；其中外来人口、60 岁以上、党员"), "vote")]
    votes: Annotated[I32, Row("bk", "persons", Text("approved the project", "赞成该项目"), "vote")]
    backing: Annotated[F64, Row("bk", "share", Text("summed preferences for it of those who voted", "投票者对它的偏好之和"), "vote")]
    elected: Annotated[I32, Row("b3", "persons", Text("voted for the committee; of them over 60, party members", "居委会选举投票者；其中 60 岁以上、党员"), "elect")]
    civic: Annotated[F64, Row("b4", "persons, h, yuan", Text("volunteered, their hours; donated, their money", "志愿者及其工时；捐款者及其金额"), "give")]
    reports: Annotated[F64, Row("b2", "persons, h", Text("party members who reported; their hours", "报到党员及其工时"), "give")]
    report_minutes: Annotated[I64, Row("bk", "min", Text("upkeep by party members who reported", "报到党员的管护"), "give")]
    patrols: Annotated[F64, Row("b2", "persons, h", Text("went on patrol; their hours", "参加巡防者及其工时"), "give")]
    together: Annotated[I32, Row("b4", "persons", Text("came to a class; of them active elsewhere; came to an event; of them pledged", "参加课程者、其中原本活跃者；参加活动者、其中承诺者"), "come_together")]
    pooled: Annotated[I32, Row("b", "1", Text("things pooled for common use", "拿出共享的物品数"), "pool")]
    money: Annotated[I64, Row("bk", "yuan", Text("money given", "出资"), "give")]
    minutes: Annotated[I64, Row("bk", "min", Text("labour given", "出工"), "give")]
    land_given: Annotated[I64, Row("bk", "0.01 m2", Text("ground given up", "让地"), "give")]
    new_givers: Annotated[I32, Row("bk", "persons", Text("gave to the open matter for the first time", "首次为该事项出力者"), "give")]
    probe: Annotated[F64, Row("b2", "persons, shares", Text("who would give nothing to the standard matter; what all would give", "对标准事项不愿出力者人次；全体愿出份额之和"), "probe")]
    faced: Annotated[F64, Row("b4", "shares", Text("who were asked or came forward; what they gave, and would give in the laboratory; gifts after being asked", "被动员或主动者人次；其贡献与实验室中的贡献；被动员后的出力次数"), "give")]
    fees: Annotated[I64, Row("b", "yuan", Text("property fees paid by owners", "业主缴纳的物业费"), "pay_fees")]
    keep_minutes: Annotated[I64, Row("bk", "min", Text("upkeep by residents", "居民管护"), "keep")]
    violations: Annotated[I32, Row("b", "1", Text("violations of order", "违规数"), "keep")]
    rating: Annotated[I64, Row("bk", "1/1000", Text("summed judgements", "评分之和"), "evaluate")]
    raters: Annotated[I32, Row("bk", "persons", Text("judged", "评议人数"), "evaluate")]
    givers: Annotated[I32, Row("bk3", "persons", Text("gave; knew; gave nothing though they knew", "出力；知情；知情而未出力"), "evaluate")]
    stats: Annotated[F64, Row("bs", "sums", Text("sums over residents, see STATS", "居民各项之和"), "share")]
# fmt: on


def _faced() -> list[tuple[str, Any]]:
    """A row for each term that residents respond to as it is."""
    return [(name, Annotated[F64, Row("c", BY_NAME[name].unit, BY_NAME[name].text, POSTED)]) for name in FACED]


if TYPE_CHECKING:

    class Board(_Board):
        """What residents face this month and what they did."""

        def __getattr__(self, term: str) -> F64:
            """A term that residents face, float64 (communities,)."""
else:
    Board = NamedTuple("Board", [*get_type_hints(_Board, include_extras=True).items(), *_faced()])
    Board.__doc__ = "What residents face this month and what they did; each row as ``Row`` says." + _Board.__doc__


class Network(NamedTuple):
    """Ties in compressed sparse rows, symmetric: of residents (n), entries (e)."""

    indptr: Annotated[I64, Row("n", "id", Text("where each resident's ties begin", "各居民的起点"), STATIC, None)]
    indices: Annotated[I32, Row("e", "id", Text("who is known", "相识者"), STATIC, None)]
    strength: Annotated[F32, Row("e", "0-1", Text("how close", "强度"), KEPT, None)]
    usual: Annotated[
        F32, Row("e", "0-1", Text("how close where people just live beside each other", "常态"), STATIC, None)
    ]


def new_board(n_buildings: int, n_communities: int, **given: NDArray[Any]) -> Board:
    """A board of zeros (ids: -1) for a society.

    Args:
        n_buildings, n_communities: its size.
        given: the arrays of the map.
    """
    sizes = {
        "b": n_buildings,
        "c": n_communities,
        "k": CATEGORIES,
        "v": VENUES,
        "f": BODIES,
        "a": LONGEST_WAIT + 1,
        "s": len(STATS),
    }
    return Board(**arrays(Board, sizes, given))
