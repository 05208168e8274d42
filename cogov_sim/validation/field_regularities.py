"""Rows on field experiments and surveys: letters with a match, help with a service, a direct vote."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.checks import Check, joined
from cogov_sim.lab.fundraising import EARLIER, fundraising
from cogov_sim.lab.provision import provision
from cogov_sim.lab.vote import MEETING, VOTE, vote
from cogov_sim.language import Text
from cogov_sim.validation.effects import Target, ranged, signed, soft

KARLAN = "Karlan & List 2007, AER 97:1774"
PARRADO = "Parrado et al. 2013, IPMJ 16:85"
OLKEN = "Olken 2010, APSR 104:243"
PERCENT = "%"
LOW, HIGH = 0.25, 0.75
"""Levels of performance and efficacy that are compared: the quarters of their range."""


def matching(seeds: int) -> list[Check]:
    """A match raises gifts, more of it adds nothing, a rebate does less."""
    seen = pd.DataFrame([_letters(seed) for seed in range(1, seeds + 1)])
    more, triple, against, first = (seen[name].to_numpy(float) for name in ("match", "triple", "rebate", "first"))
    answered = float(seen["answered"].mean())
    low = Text(
        f"{answered:.1%} of letters without a match are answered (people: 1.8%)",
        f"无配比时 {answered:.1%} 的信得到回应（人群：1.8%）",
    )
    trusting = Text(
        f"with the beliefs of a first day, when most readers give: {first.mean():+.0f} %",
        f"若为初始信念（多数读者捐款）：{first.mean():+.0f}%",
    )
    return [
        ranged(Target("match", Text("Gifts per letter with a 1:1 match, among people who hardly give", "1:1 配比下每封信捐款的变化（捐款很少的人群）"),
                      Text("+8 to +30 % (people: +19 %)", "+8% 至 +30%（人群：+19%）"), KARLAN), more, 8.0, 30.0, PERCENT, joined(low, trusting)),
        ranged(Target("match_triple", Text("Gifts per letter at 3:1 against 1:1", "3:1 相对 1:1 的捐款变化"), Text("-8 to +8 %", "-8% 至 +8%"), KARLAN),
               triple, -8.0, 8.0, PERCENT, Text("a form of the rule: more than 1:1 adds nothing", "规则形式：超过 1:1 不再增加")),
        soft(Target("match_rebate", Text("What arrives with a 1:1 match against a rebate of one half", "1:1 配比与返还一半相比，到账金额之差"),
                    Text("match higher", "配比更高"), "Eckel & Grossman 2003, J. Public Econ. 87:681"), against, 0.0, np.inf, PERCENT),
        soft(Target("match_own", Text("Out-of-pocket giving with a 1:1 match", "1:1 配比下捐款人自付的变化"), Text("may fall", "可能下降"),
                    "Huck & Rasul 2011, J. Public Econ. 95:351"), more, -np.inf, 0.0, PERCENT),
    ]  # fmt: skip


def _letters(seed: int) -> dict[str, float]:
    """Changes in per cent by a 1:1 match, by 3:1 against 1:1, against a rebate, on a first day; share who answer."""

    def letters(match_rate: float = 0.0, rebate: float = 0.0, earlier: int = EARLIER) -> pd.Series:
        """Means of all columns that are numbers."""
        return fundraising(rng=seed, match_rate=match_rate, rebate=rebate, earlier=earlier).mean(numeric_only=True)

    plain, match = letters(), letters(match_rate=1.0)
    return {
        "match": _change(match["gift"], plain["gift"]),
        "triple": _change(letters(match_rate=3.0)["gift"], match["gift"]),
        "rebate": _change(match["received"], letters(rebate=0.5)["received"]),
        "first": _change(letters(match_rate=1.0, earlier=0)["gift"], letters(earlier=0)["gift"]),
        "answered": float(plain["gave"]),
    }


def _change(now: float, before: float) -> float:
    return 100.0 * (now / before - 1.0)


def coproduction(seeds: int) -> list[Check]:
    """Good public performance lowers co-production, self-efficacy raises it."""
    performance = _helped(seeds, performance=HIGH) - _helped(seeds, performance=LOW)
    efficacy = _helped(seeds, efficacy=HIGH) - _helped(seeds, efficacy=LOW)
    unit = "points"
    return [
        signed(Target("performance_help", Text("Co-production where services are good (0.75 against 0.25)", "服务好时的共同生产（0.75 对 0.25）"), Text("negative", "负"), PARRADO),
               100.0 * performance, unit, sign=-1),
        signed(Target("efficacy_help", Text("Co-production with high self-efficacy (0.75 against 0.25)", "高效能感时的共同生产（0.75 对 0.25）"), Text("positive", "正"), PARRADO),
               100.0 * efficacy, unit),
    ]  # fmt: skip


def _helped(seeds: int, **situation: Any) -> NDArray[np.float64]:
    """Per seed: mean contribution as a share of the fair share."""
    return np.array([provision(rng=seed, **situation)["contribution"].mean() for seed in range(1, seeds + 1)])


def direct_vote(seeds: int) -> list[Check]:
    """A direct vote raises satisfaction, and changes few projects; N5 compares the two."""
    villages = np.array([_villages(seed) for seed in range(1, seeds + 1)])
    gain, in_spread, higher, same, say_meeting, say_vote = villages.T
    shares = Text(f"has a say: {say_meeting.mean():.0%} at the meeting, {say_vote.mean():.0%} in the vote",
                  f"有发言机会者：会议 {say_meeting.mean():.0%}，投票 {say_vote.mean():.0%}")  # fmt: skip
    by_it = Text(
        "the weight of voice is set by this row; residents of the ready society differ about three times as much as a village's, so in "
        "their standard deviations it is about a third",
        "话语权权重即据此行设定；现成社会居民的差异约为村内居民的三倍，以其标准差计约为三分之一",
    )
    return [
        signed(Target("vote_satisfaction", Text("Satisfaction after a direct vote against a meeting", "直接投票相对代表会议的满意度"), Text("much higher", "明显更高"), OLKEN),
               gain, "points of 100", shares),
        ranged(Target("vote_size", Text("The same, in standard deviations of a village's residents", "同上，以村内居民标准差计"), Text("d 0.2 to 0.8", "d 为 0.2 至 0.8"), OLKEN),
               in_spread, 0.2, 0.8, "SD", by_it),
        ranged(Target("vote_projects", Text("Villages that choose the same project in both", "两种方式选出相同项目的村庄比例"), Text("most (above 50 %)", "多数（高于 50%）"), OLKEN),
               100.0 * same, 50.0, 100.0, PERCENT),
        signed(Target("N5", Text("A direct vote with the same information: villages where satisfaction rises, less those where the project changes",
                     "信息相同的直接投票：满意度上升的村庄比例减去项目改变的村庄比例"), Text("above zero", "大于零"), "model design, null tests"),
               100.0 * (higher - (1.0 - same)), "points", kind="null"),
    ]  # fmt: skip


def _villages(seed: int) -> list[float]:
    """Means over villages: gain in satisfaction, that in SD, shares with a gain and with the same project, had a say."""
    arms = vote(rng=seed).set_index("village")
    meeting, ballot = (arms[arms["arm"] == arm] for arm in (MEETING, VOTE))
    gain = ballot["satisfaction"] - meeting["satisfaction"]
    same = ballot["project"].astype(str) == meeting["project"].astype(str)
    return [
        gain.mean(),
        (gain / meeting["spread"]).mean(),
        (gain > 0.0).mean(),
        same.mean(),
        meeting["had_say"].mean(),
        ballot["had_say"].mean(),
    ]
