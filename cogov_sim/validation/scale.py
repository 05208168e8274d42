"""The reformers' own scale: what residents give and bodies do in the model, per head and month, against what Xiamen reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from cogov_sim.checks import NOTHING, Check, joined
from cogov_sim.experiments.worlds import CO, GOVERNMENT
from cogov_sim.language import Text
from cogov_sim.society.datafiles import read_toml
from cogov_sim.validation.effects import Target, soft
from cogov_sim.validation.rows import About, Field, Sample, row

SOURCE = "Xiamen municipal government 2017, as reported by the reformers (xiamen.toml)"
MONTHS = 50.0
"""From the first pilots, 2013-07, to the report, 2017-09."""
NEAR = 3.0
"""A ratio of model to report that counts as near, or its inverse."""


class _Quantity(NamedTuple):
    """One row.

    Attributes:
        id, what: its name.
        model: of the model's runs, by seed.
        reported: of the report's tables.
        unit: of both.
        because: why the model is elsewhere, if it is.
    """

    id: str
    what: Text
    model: Callable[[Field], Sample]
    reported: Callable[[Any], float]
    unit: str
    because: Text


def _size_of_grants(field: Field) -> Sample:
    """Yuan of one grant, by seed; 0 where none was paid."""
    yuan, number = 1000.0 * field.whole(CO, "outlay_grants"), field.whole(CO, "grants_per_1000")
    return np.divide(yuan, number, out=np.zeros(len(yuan)), where=number > 0.0)


def _monthly(x: Any, value: float) -> float:
    """Per resident and month."""
    return value / (float(x["structure"]["residents"]) * MONTHS)


_SET = Text("its start value was set by this figure", "起始值即据此数设定")
_SMALL = Text(
    "the model counts every repair that gets a grant; the report's projects are of whole communities, which rich donors "
    "and village collectives carry (missing here)",
    "模型把每项获奖补的修缮都计入；报告中的项目多为全社区规模，由乡贤大额捐资和村集体承担（模型尚无）",
)
_ELSEWHERE = Text(
    "the report counts all registered organisations of the city, also schools, clinics and trade associations, which no group of "
    "neighbours founds (missing here)",
    "报告统计全市登记组织，含学校、医院、行业协会等，非邻里小组所办（模型未含）",
)
QUANTITIES = (
    _Quantity("labour", Text("Labour given to matters", "投工投劳"), lambda f: f.whole(CO, "labour_given"),
              lambda x: _monthly(x, 8.0 * x["contributions"]["labour_days"]), "h/head/month",
              Text("who earns less than the value of an hour works instead of paying", "收入低于工时折价者以工代资")),
    _Quantity("land", Text("Land given up (reported: with old buildings torn down)", "让地（报告含拆旧）"), lambda f: f.whole(CO, "residents_land"),
              lambda x: _monthly(x, x["contributions"]["land_m2"]), "m2/head/month", NOTHING),
    _Quantity("money", Text("Money that residents raise", "居民出资（捐款与自筹）"), lambda f: f.whole(CO, "residents_money"),
              lambda x: _monthly(x, x["contributions"]["donated_yuan"] + x["contributions"]["self_raised_yuan"]), "yuan/head/month",
              NOTHING),
    _Quantity("adopters", Text("Residents who adopted something", "认管认养者"), lambda f: f.late(CO, "adopters"),
              lambda x: x["contributions"]["adoptions"] / x["structure"]["residents"], "share", NOTHING),
    _Quantity("mediators", Text("Mediators per 1,000 residents", "每千居民调解员"), lambda f: f.late(CO, "mediators_per_1000"),
              lambda x: 1000.0 * x["organisations"]["mediation_and_other"] / x["structure"]["residents"], "1",
              Text("people against organisations of several people; one post at least in each community",
                   "模型计人数，报告计组织数（每个组织数人）；每社区至少一个岗位")),
    _Quantity("grants", Text("Matters with a grant per 1,000 residents", "每千居民获奖补项目"),
              lambda f: f.whole(CO, "grants_per_1000"), lambda x: 1000.0 * _monthly(x, x["award_grants"]["projects"]), "1/month", _SMALL),
    _Quantity("grant_money", Text("Public money in grants (reported: all that residents did not raise)", "奖补资金（报告：居民自筹以外的全部）"), lambda f: f.whole(CO, "outlay_grants"),
              lambda x: _monthly(x, x["award_grants"]["total_investment_yuan"] - x["award_grants"]["residents_self_raised_yuan"]),
              "yuan/head/month", _SMALL),
    _Quantity("grant_size", Text("Public money in one grant", "单项奖补金额"),
              _size_of_grants,
              lambda x: (x["award_grants"]["total_investment_yuan"] - x["award_grants"]["residents_self_raised_yuan"]) / x["award_grants"]["projects"],
              "yuan", _SMALL),
    _Quantity("organisations_before", Text("Registered organisations per 10,000 residents, government-run", "每万居民登记社会组织（政府包办）"),
              lambda f: f.late(GOVERNMENT, "organisations_per_10000"), lambda x: x["organisations"]["per_10000_before"], "1", _ELSEWHERE),
    _Quantity("organisations", Text("Registered organisations per 10,000 residents", "每万居民登记社会组织"),
              lambda f: f.late(CO, "organisations_per_10000"), lambda x: 10_000.0 * x["organisations"]["registered"] / x["structure"]["residents"], "1", _ELSEWHERE),
    _Quantity("community_organisations", Text("Of these, founded by residents of communities", "其中社区社会组织"),
              lambda f: f.late(CO, "residents_organisations_per_10000"), lambda x: 10_000.0 * x["organisations"]["community_based"] / x["structure"]["residents"], "1", NOTHING),
    _Quantity("plaques", Text("Plaques of a community", "每社区挂牌数"), lambda f: f.late(CO, "plaques"),
              lambda x: x["government"]["plaques_removed"] * (1.0 / x["government"]["plaques_removed_share"] - 1.0) / x["structure"]["communities"], "1", NOTHING),
    _Quantity("worthies", Text("Communities with a council of worthies", "有乡贤理事会的社区"), lambda f: f.late(CO, "worthies_councils"),
              lambda x: x["organisations"]["worthies_councils"] / x["structure"]["communities"], "share", NOTHING),
    _Quantity("development", Text("Communities with a development council", "有发展理事会的社区"), lambda f: f.late(CO, "development_councils"),
              lambda x: x["organisations"]["development_councils"] / x["structure"]["communities"], "share", NOTHING),
    _Quantity("deliberative", Text("Communities with a deliberative council", "有议事会的社区"), lambda f: f.late(CO, "deliberative_councils"),
              lambda x: x["organisations"]["deliberative_councils"] / x["structure"]["communities"], "share", NOTHING),
    _Quantity("co_residence", Text("Communities with a co-residence council", "有同驻共建理事会的社区"), lambda f: f.late(CO, "co_residence_councils"),
              lambda x: x["organisations"]["co_residence_councils"] / x["structure"]["communities"], "share",
              Text("three units at a table make a council here; small communities have fewer", "此处三家单位入席即算；小社区单位不足")),
    _Quantity("grant_communities", Text("Communities that ever got a grant", "曾获奖补的社区"), lambda f: f.late(CO, "grant_communities"),
              lambda x: x["award_grants"]["communities_covered"] / x["structure"]["communities"], "share", _SMALL),
)  # fmt: skip


#: Rows whose start value was set by the figure they are held against.
_SET_BY = ("plaques", "adopters", "mediators", "labour", "worthies", "development", "deliberative")


#: Outcomes that the reports speak of without a figure: what the model gives, in both worlds.
UNCOUNTED: dict[str, Text] = {
    "enabling_share": Text("Public money that enables", "引导性财政支出占比"),
    "approach_do": Text("Services that street offices see to themselves", "街道直接办理的服务"),
    "government_share": Text("Government's share of deciding, funding and doing", "政府在决策、出资、实施中的占比"),
    "committee_admin_share": Text("Administration in committees' hours", "居委会行政事务占比"),
    "organised_share": Text("Residents in organisations", "被组织覆盖的居民"),
}


def scale(field: Field) -> list[Check]:
    """A row a quantity: the model over what was reported. Near is within a factor of three; what is not says why. Then what the
    reports claim without a figure.
    """
    report = read_toml("xiamen.toml")
    rows = [_row(field, quantity, quantity.reported(report)) for quantity in QUANTITIES]
    return [*rows, *(_uncounted(field, *one) for one in UNCOUNTED.items())]


def _uncounted(field: Field, measure: str, what: Text) -> Check:
    before = float(np.nanmean(field.late(GOVERNMENT, measure)))
    about = About(
        f"scale_{measure}", Text(f"{what.en}, co-governance", f"{what.zh}（共治）"), Text("no figure reported", "报告未给数字"), SOURCE, "soft"
    )  # fmt: skip
    note = Text(f"government-run {before:.3g}", f"政府包办 {before:.3g}")
    return row(about, field.late(CO, measure), "share", None, note)


def _row(field: Field, quantity: _Quantity, reported: float) -> Check:
    model = quantity.model(field)
    target = Target(
        f"scale_{quantity.id}",
        Text(f"{quantity.what.en}: co-governance over what was reported", f"{quantity.what.zh}：共治模型与报告之比"),
        Text("1, within a factor of 3", "1（3 倍以内）"), SOURCE,
    )  # fmt: skip
    note = Text(
        f"model {np.nanmean(model):.3g}, reported {reported:.3g} {quantity.unit}",
        f"模型 {np.nanmean(model):.3g}，报告 {reported:.3g}（{quantity.unit}）",
    )
    found = soft(target, model / reported, 1.0 / NEAR, NEAR, "x", note)
    if found.distance > 0.0:
        found = replace(found, note=joined(found.note, quantity.because))
    return replace(found, note=joined(found.note, _SET)) if quantity.id in _SET_BY else found
