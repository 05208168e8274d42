"""Soft targets of Chinese neighbourhoods: how far both worlds of the ready society are from surveys, row by row.

Nothing is tuned to these rows (but for the contact frequencies of day one, which say so), and most of what surveys asked
has only a proxy in the model; every row names it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.checks import NOTHING, Check, Verdict, interval
from cogov_sim.experiments.failures import Failure
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import CO, GOVERNMENT, Design
from cogov_sim.language import Text
from cogov_sim.model import CoGovModel
from cogov_sim.society import Level
from cogov_sim.society.layout import households_per_grid
from cogov_sim.society.ties import CONTACT_THRESHOLDS

SHANGHAI = "Shanghai urban neighbourhood survey"
ESTATES = "Shanghai large estates 2014"
BLUE_2022 = "2022 blue book"
BLUE_2014 = "blue books 2014-2016"
BURDEN = "published survey of committees' burden"
GENERAL = "general knowledge, digits approximate"

ACQUAINTED = 0.5
"""Strength of a tie from which one knows what a neighbour does for a living: the middle of the scale (start value)."""
WORKDAYS = 21.75
"""Workdays of a month."""


class Soft(NamedTuple):
    """One figure from a survey and what comes closest to it in the model.

    Attributes:
        id: of the row, without the world.
        what: what was asked.
        low, high: the figure, or its range, in ``unit``.
        unit: of both.
        source: where it comes from.
        column: of ``survey``.
        note: what the model counts instead, where it is not the same thing.
        by_world: whether it is about behaviour, and so reported for both worlds.
    """

    id: str
    what: Text
    low: float
    high: float
    unit: str
    source: str
    column: str
    note: Text = NOTHING
    by_world: bool = True


_VOTED = Text("of residents who were there when their committee was elected in the past 12 months; how many vote under the government was set by this survey",
              "过去 12 个月内所在居委会换届时在场的居民；政府包办下的投票率起始值即据此调查设定")  # fmt: skip
_CHAT = Text("proxy: sum of tie strengths, cut at thresholds that were set so that day one is near these shares; month 60 is no fit",
             "近似：关系强度之和按阈值划分，阈值使第一天接近这些比例；第 60 个月并非拟合")  # fmt: skip
_ACTIVE = Text("volunteered in the last three months; how many are called was set by this figure",
               "过去三个月参加过志愿服务；被动员的比例即据此数设定")  # fmt: skip
_AMONG = Text("among those who volunteered in the last three months; acts and hours of all kinds",
              "过去三个月参加过志愿服务的居民；含各类行动")  # fmt: skip
_PUT_IN = Text("put in when the society is made: no finding", "生成社会时即已设定，不是发现")
_MEAN = Text("mean satisfaction of year 5", "第 5 年平均满意度")

TARGETS: tuple[Soft, ...] = (
    Soft("turnout", Text("turnout in committee elections", "居委会选举投票率"), 47.9, 47.9, "%", SHANGHAI, "voted", _VOTED),
    Soft("turnout_18_29", Text("turnout, age 18-29", "投票率，18–29 岁"), 13.8, 13.8, "%", SHANGHAI, "voted_age_0", _VOTED),
    Soft("turnout_50_59", Text("turnout, age 50-59", "投票率，50–59 岁"), 55.7, 55.7, "%", SHANGHAI, "voted_age_3", _VOTED),
    Soft("turnout_70", Text("turnout, age 70-79 (model: 70 and over)", "投票率，70–79 岁（模型：70 岁以上）"), 77.7, 77.7, "%", SHANGHAI, "voted_age_5", _VOTED),
    Soft("turnout_party", Text("turnout, party members", "投票率，党员"), 65.1, 65.1, "%", SHANGHAI, "voted_party", _VOTED),
    Soft("turnout_others", Text("turnout, others", "投票率，非党员"), 48.4, 48.4, "%", SHANGHAI, "voted_others", _VOTED),
    Soft("chat_daily", Text("chats with neighbours daily", "每天与邻居聊天"), 27.3, 27.3, "%", SHANGHAI, "chat_0", _CHAT),
    Soft("chat_weekly", Text("chats with neighbours weekly", "每周与邻居聊天"), 29.4, 29.4, "%", SHANGHAI, "chat_1", _CHAT),
    Soft("chat_rarer", Text("chats with neighbours more rarely", "更少与邻居聊天"), 19.8, 19.8, "%", SHANGHAI, "chat_2", _CHAT),
    Soft("chat_never", Text("never chats with neighbours", "从不与邻居聊天"), 23.5, 23.5, "%", SHANGHAI, "chat_3", _CHAT),
    Soft("knows_no_job", Text("knows no neighbour's job", "不知道任何邻居的职业"), 37.7, 37.7, "%", SHANGHAI, "knows_nobody",
         Text("proxy: no tie of at least middling strength (0.5) within the community", "近似：社区内没有强度达到中等（0.5）的关系")),
    Soft("unaware", Text("does not know how the estate is managed", "不了解小区如何管理"), 86.0, 86.0, "%", ESTATES, "unaware",
         Text("proxy: in 12 months knew of no open matter, came to no meeting, did not speak up", "近似：12 个月内不知道任何事项、未到会、未发声")),
    Soft("volunteers", Text("active volunteers among adults", "活跃志愿者占成年人比例"), 30.0, 30.0, "%", BLUE_2022, "volunteers", _ACTIVE),
    Soft("volunteer_acts", Text("acts of a volunteer in three months", "志愿者三个月参与次数"), 4.2, 4.2, "times", BLUE_2022, "volunteer_acts", _AMONG),
    Soft("volunteer_hours", Text("hours of a volunteer in three months", "志愿者三个月投入时间"), 21.9, 21.9, "h", BLUE_2022, "volunteer_hours", _AMONG),
    Soft("satisfaction", Text("satisfaction with public services", "公共服务满意度"), 57.3, 61.5, "0-100", BLUE_2014, "satisfaction", _MEAN),
    Soft("administration", Text("committee's hours on administration", "居委会用于行政事务的工时"), 60.0, 80.0, "%", GENERAL, "administration",
         Text("committee and workstation together; set by the institutions' own parameters", "居委会与工作站合计；由制度参数直接决定")),
    Soft("tasks", Text("logged tasks of a committee a day", "居委会每日登记事项"), 5.0, 5.0, "1/day", BURDEN, "tasks",
         Text("proxy: requests and new matters a workday and community; everyday requests were set by this figure",
              "近似：每个工作日每个社区的诉求与新增事项；日常诉求的起始值即据此数设定")),
    Soft("party", Text("party members among residents", "居民中党员比例"), 7.0, 7.0, "%", GENERAL, "party", _PUT_IN, by_world=False),
    Soft("grid", Text("households of a grid", "每个网格的户数"), 100.0, 400.0, "households", "range in the literature (xiamen.toml)", "grid", _PUT_IN, by_world=False),
)  # fmt: skip
#: Figures without any counterpart in the model; they stay on the page all the same.
ABSENT: tuple[tuple[str, Text, Text, str], ...] = (
    ("burden", Text("items, bodies, appraisals, plaques and stamps of a committee", "居委会的台账、机构、考核、挂牌与印章"),
     Text("322, 40, 26, 17, 32", "322、40、26、17、32"), BURDEN),
    ("estates", Text("estates of a committee", "每个居委会管辖的小区"), Text("3.0", "3.0"), BURDEN),
)  # fmt: skip
WORLD_NAMES = {GOVERNMENT: Text("government-run", "政府包办"), CO: Text("co-governance", "互动共治")}


# ---------------------------------------------------------------- a survey of one society


def survey(scenario: Any, seed: int, months: int, histories: Path | None = None) -> pd.DataFrame:
    """A run whose residents are asked at its end, about the last 12 months; earlier months are missing.

    Args, returns: as ``execute.simulate``; columns as in ``TARGETS``, shares in per cent.
    """
    model = CoGovModel(scenario=scenario, rng=seed, histories=histories)
    try:
        model.run(max(0, months - 12))
        columns = model.residents.columns
        n = len(columns.belief)
        came, knew, spoke = (np.zeros(n, bool) for _ in range(3))
        acts, hours, requests = np.zeros(n), np.zeros(n), 0
        place, called = model.society.units.of_residents(Level.COMMUNITY), np.zeros(n, bool)
        for left in reversed(range(min(12, months))):
            model.step()
            came |= columns.attended > 0
            called = (called & (columns.moved == 0)) | (model.residents.board.election > 0)[place]
            knew |= columns.knew > 0
            spoke |= columns.spoke > 0
            requests += int(columns.spoke.sum())
            if left < 3:
                acts += columns.acts
                hours += columns.hours
        recent = model.commons.month - 12
        active = columns.last_volunteered > model.commons.month - 3
        answers = {
            **_turnout(columns, called, columns.last_voted > recent),
            **_chats(model),
            **_volunteers(active, acts, hours),
        }
        late = model.measures.tail(12).mean()
        others = (float(late["matters_opened"]) + model.scenario.government.everyday_requests) * n / 1000.0
        communities = model.commons.n_communities
        answers |= {
            "unaware": _share(~(knew | came | spoke)),
            "satisfaction": float(late["satisfaction"]),
            "administration": 100.0 * float(late["committee_admin_share"]),
            "tasks": (requests / min(12, months) + others) / communities / WORKDAYS,
            "party": _share(columns.party == 1),
            "grid": float(np.mean(households_per_grid(model.society.units))),
        }
        return pd.DataFrame([answers], index=[months]).reindex(range(1, months + 1)).rename_axis("month").reset_index()
    finally:
        model.close()


def _share(chosen: Any) -> float:
    return 100.0 * float(np.mean(chosen)) if len(chosen) else float("nan")


def _turnout(columns: Any, called: NDArray[np.bool_], voted: NDArray[np.bool_]) -> dict[str, float]:
    """Who voted for the committee, of those who were called to, by age band and party."""
    party = columns.party == 1
    groups = {"": called, "_party": called & party, "_others": called & ~party}
    groups |= {f"_age_{band}": called & (columns.age_band == band) for band in range(6)}
    return {f"voted{name}": _share(voted[group]) for name, group in groups.items()}


def _chats(model: CoGovModel) -> dict[str, float]:
    """How often people chat, and who knows nobody in the community well."""
    network = model.residents.network
    n = len(network.indptr) - 1
    source = np.repeat(np.arange(n), np.diff(network.indptr))
    contact = np.bincount(source, network.strength, n)
    kind = sum((contact < threshold).astype(int) for threshold in CONTACT_THRESHOLDS)
    place = model.society.units.of_residents(Level.COMMUNITY)
    near = (place[source] == place[network.indices]) & (network.strength >= ACQUAINTED)
    shares = {f"chat_{k}": _share(kind == k) for k in range(4)}
    return shares | {"knows_nobody": _share(np.bincount(source[near], minlength=n) == 0)}


def _volunteers(active: NDArray[np.bool_], acts: NDArray[Any], hours: NDArray[Any]) -> dict[str, float]:
    """How many volunteered in three months, and what they did in them."""
    mean = {
        name: float(x[active].mean()) if active.any() else float("nan")
        for name, x in (("acts", acts), ("hours", hours))
    }
    return {"volunteers": _share(active), **{f"volunteer_{name}": value for name, value in mean.items()}}


# ---------------------------------------------------------------- rows


def neighbourhood_checks(
    short: bool, workers: int, progress: bool, failures: list[Failure] | None = None
) -> list[Check]:
    """The distance of the ready society to every soft target, in both worlds where it is about behaviour.

    Args:
        short: few seeds and a small society, for the test suite.
        workers: processes.
        progress: show how far things are.
        failures: runs that fail are added to it, and left out.
    """
    design = Design.of_page(short, workers, progress, seeds=8, few=2, simulate=survey, failures=failures)
    comparison = run({name: design.world(name) for name in WORLD_NAMES}, design)
    answers = comparison.by_seed()
    checks = []
    for target in TARGETS:
        for world in WORLD_NAMES if target.by_world else (CO,):
            checks.append(_row(target, world, np.asarray(answers.loc[world, target.column], float)))
    return checks + [_absent(*one) for one in ABSENT]


def _row(target: Soft, world: str, sample: NDArray[np.float64]) -> Check:
    mean, low, high = interval(sample)
    figure = f"{target.low:g}" if target.low == target.high else f"{target.low:g}-{target.high:g}"
    distance = max(0.0, target.low - mean, mean - target.high)
    what, name = target.what, WORLD_NAMES[world]
    if target.by_world:
        what = Text(f"{what.en}, {name.en}", f"{what.zh}（{name.zh}）")
    verdict: Verdict = "reported" if np.isnan(mean) else "pass" if distance == 0.0 else "distance"
    ending = f"_{world}" if target.by_world else ""
    return Check(
        f"soft_{target.id}{ending}", what, Text(f"{figure} {target.unit}", f"{figure} {target.unit}"), target.source, "soft", mean, low,
        high, target.unit, verdict, 0.0 if np.isnan(mean) else distance, int(np.isfinite(sample).sum()), target.note,
    )  # fmt: skip


def _absent(name: str, what: Text, target: Text, source: str) -> Check:
    nan = float("nan")
    note = Text("not in the model", "模型中没有对应内容")
    return Check(f"soft_{name}", what, target, source, "soft", nan, nan, nan, "1", "reported", note=note)
