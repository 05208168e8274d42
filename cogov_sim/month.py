"""The month as a table: what happens in it, who acts, what they read and write, in which stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from cogov_sim.agents.table import rows
from cogov_sim.commons import (
    ballot,
    build,
    decide,
    desk,
    evaluate,
    manage,
    offices,
    organise,
    plan,
    register,
    security,
    share,
    together,
    venture,
    year_end,
)
from cogov_sim.language import Text, is_text
from cogov_sim.measures.definitions import BY_NAME as MEASURES
from cogov_sim.scenario.files import unknown
from cogov_sim.scenario.plugins import Plugin, plugins_of

_NO_STAGE = Text("", "")


@dataclass(frozen=True)
class Part:
    """One part of the month. The order of the month is this data.

    Attributes:
        name: its name, which no other part has.
        text: what happens.
        who: who acts.
        reads, writes: what they read and write.
        act: does it; takes the model.
        stage: the stage of the month; a plug-in's part gets that of the part after which it comes.
        after: of a plug-in's part, the name of the part after which it comes.
    """

    name: str
    text: Text
    who: Text
    reads: Text
    writes: Text
    act: Callable[[Any], None]
    stage: Text = _NO_STAGE
    after: str = ""


_TERMS = Text("0 Terms", "0 条件")
_PLAN = Text("1 Plan", "1 决策共谋")
_BUILD = Text("2 Build", "2 发展共建")
_MANAGE = Text("3 Manage", "3 建设共管")
_EVALUATE = Text("4 Evaluate", "4 成效共评")
_SHARE = Text("5 Share", "5 成果共享")
_GOVERNMENT = Text("city, districts, streets", "市、区、街道")
_RESIDENTS = Text("residents", "居民")

#: The month, in order. ``step`` runs it, ``cogov explain`` prints it.
MONTH: tuple[Part, ...] = (
    Part("probe", Text("the same standard matter is put to everybody", "向所有人提出同一标准事项"), Text("observer", "观察者"),
         Text("beliefs, schedules, feelings", "信念、倾向、感受"), Text("measures alone", "仅指标"),
         lambda m: m.residents.probe(m.commons.month), _TERMS),
    Part("money", Text("the envelope goes down per head", "财政额度按人头下拨"), _GOVERNMENT,
         Text("envelope", "财政额度"), Text("purses", "各级账户"),
         lambda m: organise.hand_out_money(m.commons), _TERMS),
    Part("terms", Text("institutions set this month's terms; departments hand duties down", "制度设定本月条件；部门下派任务"), Text("institutions, departments", "制度、职能部门"),
         Text("settings, month, purses, hours", "参数、月份、账户、工时"), Text("terms, duties", "条件、任务"), lambda m: m.set_terms(), _TERMS),
    Part("offices", Text("each quarter street offices appraise, learn, and choose how to deal with each community and service", "街道每季考评、总结，并选定对各社区各类服务的做法"),
         Text("streets, districts", "街道、区"), Text("terms, finished matters, praise, complaints", "条件、完成事项、好评与投诉"),
         Text("approaches, inspections, purses", "做法、督查、账户"), lambda m: offices.work(m.commons), _TERMS),
    Part("staff", Text("administration and institutions take hours and money", "行政与制度占用工时与经费"),
         Text("committees, workstations", "居委会、工作站"), Text("terms", "条件"), Text("staff hours, purses", "工时、账户"),
         lambda m: organise.pay_and_staff_institutions(m.commons), _TERMS),
    Part("bodies", Text("some move; bodies lose members and leaders; units join tables or leave them",
                                "居民迁移；组织增减成员与带头人；驻区单位入席或退席"),
         Text("residents, organisations, local units", "居民、组织、驻区单位"), Text("terms, fatigue, profits", "条件、疲劳、利润"),
         Text("residents who moved, bodies, seats", "迁入者、组织、席位"), lambda m: organise.live_on(m.commons), _TERMS),
    Part("organisations", Text("social organisations take dues, pay what they cost, register or close down", "社会组织收取会费、支付开支、登记或关停"),
         Text("groups, social organisations", "小组、社会组织"), Text("terms, money, members", "条件、资金、成员"), Text("social organisations", "社会组织"),
         lambda m: register.live_on(m.commons, m), _TERMS),
    Part("shocks", Text("shocks strike", "冲击发生"), Text("nature, accidents", "自然与事故"), Text("-", "-"),
         Text("quality", "质量"), lambda m: plan.strike(m.commons), _PLAN),
    Part("voice", Text("residents speak up and found bodies", "居民发声、发起组织"),
         _RESIDENTS, Text("need, efficacy, trust, spirit, fatigue, terms", "需要、效能感、信任、共同精神、疲劳、条件"),
         Text("voices, requests, bodies", "发声、诉求、组织"), lambda m: plan.listen(m.commons, m), _PLAN),
    Part("notice", Text("worn assets become matters", "损耗资产成为事项"), Text("residents, staff, officials", "居民、工作人员、官员"),
         Text("quality, voices, terms", "质量、发声、条件"), Text("ledger", "台账"), lambda m: plan.notice(m.commons), _PLAN),
    Part("answers", Text("the street's desk dispatches or sends back; staff answer requests, the oldest first, and hear disputes",
                                "街道派遣或退回；工作人员按先后答复诉求、调处纠纷"),
         Text("streets, workstations, committees", "街道、工作站、居委会"), Text("requests, disputes, staff hours", "诉求、纠纷、工时"),
         Text("answers, ledger, disputes", "答复、台账、纠纷"), lambda m: desk.answer(m.commons), _PLAN),
    Part("meetings", Text("those invited come or stay away; they propose, discuss and resolve", "受邀者到会或缺席；提议、商议、决议"), _RESIDENTS,
         Text("agenda, terms, drives", "议题、条件、动机"), Text("views, beliefs, ties", "意见、信念、纽带"), lambda m: plan.meet(m.commons), _PLAN),
    Part("vote", Text("money is set aside; where a vote is due, residents vote on what it buys", "留出票决经费；到期由居民票决项目"),
         Text("residents", "居民"), Text("waiting matters, quotes, needs, terms", "待决事项、报价、需要、条件"),
         Text("ballots, ledger, purses", "选票、台账、账户"), lambda m: ballot.vote(m.commons), _PLAN),
    Part("venture", Text("where a round is due, social organisations bid for projects", "到期的公益创投由社会组织竞标"),
         Text("communities, social organisations", "社区、社会组织"), Text("waiting matters, views, bids", "待决事项、意见、报价"),
         Text("ledger, purses", "台账、账户"), lambda m: venture.hold_rounds(m.commons), _PLAN),
    Part("election", Text("where its term ends, residents elect their committee", "任期届满的居委会由居民选举"), _RESIDENTS,
         Text("age, party, spirit, efficacy, standing", "年龄、党员、共同精神、效能感、身份"), Text("acts", "行动"),
         lambda m: ballot.elect_committees(m.commons), _PLAN),
    Part("decisions", Text("whoever holds the agenda chooses within money and hours", "议程持有者在钱与时间内选择"),
         Text("groups, councils, committees, streets", "小组、理事会、居委会、街道"), Text("ledger, estimates, purses, hours", "台账、估计、账户、工时"),
         Text("ledger, purses", "台账、账户"), lambda m: decide.decide(m.commons), _PLAN),
    Part("year end", Text("in December, money that would lapse is spent in a hurry", "年末突击花掉将失效的资金"),
         Text("committees, streets", "居委会、街道"), Text("purses, hours, quality", "账户、工时、质量"), Text("quality, purses", "质量、账户"),
         lambda m: year_end.spend_the_rest(m.commons), _PLAN),
    Part("contributions", Text("residents, firms and bodies give or do not; some are called to volunteer or donate", "居民、企业、组织出资出力与否；部分居民被动员做志愿者或捐款"),
         Text("residents, enterprises, organisations", "居民、企业、组织"), Text("beliefs, schedules, need, terms", "信念、倾向、需要、条件"),
         Text("ledger, acts", "台账、行动"), lambda m: build.call_for_contributions(m.commons), _BUILD),
    Part("upkeep", Text("assets wear and are kept up; order is kept or broken", "资产损耗与管护；秩序维护与违规"),
         Text("residents, leaders, government", "居民、带头人、政府"), Text("need, spirit, terms, purses", "需要、共同精神、条件、账户"),
         Text("quality, violations, purses", "质量、违规、账户"), lambda m: manage.look_after(m.commons), _MANAGE),
    Part("incidents", Text("incidents happen where few watch", "守望不足处发生案件"),
         Text("police, residents on patrol, guards", "警察、巡防居民、保安"), Text("exposure, hours of watch", "暴露程度、守望工时"),
         Text("incidents, quality", "案件、质量"), lambda m: security.watch(m.commons), _MANAGE),
    Part("evaluation", Text("finished matters are judged, grants paid or withheld", "成果评议，奖补兑付与否"),
         Text("residents, streets", "居民、街道"), Text("build quality, preferences", "建造质量、偏好"),
         Text("quality, efficacy, trust, what grants are expected, purses", "质量、效能感、信任、对奖补的预期、账户"), lambda m: evaluate.evaluate(m.commons), _EVALUATE),
    Part("together", Text("residents come to classes and events, pledge, and pool things", "居民参加课程与活动、作出承诺、共享物品"), _RESIDENTS,
         Text("terms, needs, ties, beliefs", "条件、需要、纽带、信念"), Text("pledges, pools, ties, quality", "承诺、共享、纽带、质量"),
         lambda m: together.live_together(m.commons), _SHARE),
    Part("sharing", Text("benefits reach everyone; feelings, beliefs and ties move on", "惠及所有人；感受、信念、纽带更新"), _RESIDENTS,
         Text("quality, promises, news, acts of those one knows", "质量、承诺、消息、熟人的行动"),
         Text("satisfaction, expectation, trust, belief, spirit, fatigue, ties", "满意度、期望、信任、信念、共同精神、疲劳、纽带"),
         lambda m: share.share(m.commons), _SHARE),
    Part("measures", Text("the month is measured", "统计本月"), Text("observer", "观察者"), Text("everything", "全部"),
         Text("measures", "指标"), lambda m: m.measure(), _SHARE),
)  # fmt: skip


def month_of(institutions: Iterable[str]) -> tuple[Part, ...]:
    """The month in a world with these institutions: ``MONTH``, and the parts of the plug-ins that bring any of them."""
    parts = list(MONTH)
    for plugin in plugins_of(institutions):
        for part in plugin.parts:
            _insert(parts, replace(part, act=partial(_act, plugin, part)))
    return tuple(parts)


def _act(plugin: Plugin, part: Part, model: Any) -> None:
    """A plug-in's part of the month; an error in it is said to be the plug-in's."""
    with plugin.blamed(Text(f"the part '{part.name}' of the month", f"月度步骤“{part.name}”运行")):
        part.act(model)
    _check_residents(plugin, part, model.residents.columns)


def _check_residents(plugin: Plugin, part: Part, columns: Any) -> None:
    """UserError where a plug-in's part left residents with numbers that none can have."""
    table: Any = type(columns)
    for name, (dtype, row) in rows(table).items():
        if dtype.kind == "f":
            column = getattr(columns, name)
            low, high = (0.0, 1.0) if row.unit == "0-1" else (-np.inf, np.inf)
            if not ((column >= low) & (column <= high) & np.isfinite(column)).all():
                raise plugin.error(
                    f"the part '{part.name}' of the month left {name} out of its range ({row.unit})",
                    f"月度步骤“{part.name}”使 {name} 超出取值范围（{row.unit}）",
                )


def _insert(parts: list[Part], new: Part) -> None:
    """Put a part behind the one it names, and behind those that came there before it."""
    (there,) = (i for i, part in enumerate(parts) if part.name == new.after)
    stage, place = parts[there].stage, there + 1
    while place < len(parts) and parts[place].after == new.after:
        place += 1
    parts.insert(place, replace(new, stage=stage))


def check_plugins(found: Sequence[Plugin]) -> None:
    """See that plug-ins' parts of the month have a name of their own, and a place.

    Raises:
        UserError: a row is no part, its name is taken, or it comes after a part that there is not.
    """
    taken = {part.name for part in MONTH}
    for plugin in found:
        names = {part.name for part in MONTH}
        for one in plugin.institutions:
            for measure, sign in one.expects.items():
                if measure not in MEASURES or sign not in (1, -1):
                    raise plugin.error(
                        f"{one.__name__}.expects: '{measure}': {sign!r} must be a measure's name and 1 or -1",
                        f"{one.__name__}.expects：“{measure}”：{sign!r} 应为指标名与 1 或 -1",
                    )
        for part in plugin.parts:
            if not isinstance(part, Part):
                raise plugin.error(
                    f"month() must return rows of month.Part, not {part!r}",
                    f"month() 应返回 month.Part，而不是 {part!r}",
                )
            if not (
                isinstance(part.name, str)
                and callable(part.act)
                and all(map(is_text, (part.text, part.who, part.reads, part.writes)))
            ):
                raise plugin.error(
                    f"the part {part.name!r} needs a name, words in both languages for each column, and a function to act",
                    f"步骤 {part.name!r} 需要名称、各栏的中英文说明和执行函数",
                )
            if part.name in taken:
                raise plugin.error(
                    f"the month has a part '{part.name}' already; give yours another name",
                    f"月度步骤中已有“{part.name}”；请另取名称",
                )
            if part.after in ("", None, "measures"):
                raise plugin.error(
                    f"the part '{part.name}' must say after which part it comes, such as after='sharing'; the month is measured last",
                    f"步骤“{part.name}”须写明排在哪一步之后，如 after='sharing'；统计始终在最后",
                )
            if part.after not in names:
                said = unknown(str(part.after), names, Text("part", "步骤"), f"month(), {part.name}.after").text
                raise plugin.error(said.en, said.zh)
            taken.add(part.name)
            names.add(part.name)
