"""Rows T1-T4 of the validation page: what the constants were calibrated on, on people whom the calibration did not use."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cogov_sim.checks import Check, interval
from cogov_sim.lab.public_goods import public_goods
from cogov_sim.lab.search import settings_of
from cogov_sim.lab.strategy import strategy_method
from cogov_sim.lab.targets import (
    LAST_TO_FIRST_RANGE,
    TYPE_TOLERANCE,
    ZERO_SHARE_RANGE,
    Moments,
    met,
    moments_of,
    parts,
    people,
    residuals,
    type_shares,
)
from cogov_sim.language import Text

SOURCE = "Fischbacher & Gaechter 2010, AER 100(1):541"


def measured(constants: Mapping[str, float], groups: int, seed: int) -> Moments:
    """T1-T4 of residents with these constants (empty: the shipped ones): a game of ``groups`` groups and its subjects' tables."""
    game = public_goods(groups=groups, rng=seed, behaviour=settings_of(constants))
    return moments_of(game, type_shares(strategy_method(4 * groups, seed)))


def calibration_checks(
    seeds: int = 20, constants: Mapping[str, float] | None = None, groups: int = 2000
) -> list[Check]:
    """Rows T1-T4, for the shipped constants or others.

    Args:
        seeds: how many games of ``groups`` groups, with the seeds from 1.
        constants: laboratory constants by name, those that are not given as shipped.
        groups: groups of four in every game.

    Returns:
        One row a target: mean and interval over seeds; the verdict is that of the moments' means over seeds.
    """
    drawn = [measured(constants or {}, groups, seed) for seed in range(1, seeds + 1)]
    mean = Moments(
        np.mean([moments.path for moments in drawn], axis=0),
        float(np.mean([moments.last_to_first for moments in drawn])),
        float(np.mean([moments.zero_share for moments in drawn])),
        np.mean([moments.types for moments in drawn], axis=0),
    )
    verdicts = met(mean)
    return [
        Check(name, what, target, SOURCE, "calibrated", *interval(values), unit, "pass" if verdicts[name] else "fail", seeds=seeds)
        for name, what, target, values, unit in _rows(drawn)
    ]  # fmt: skip


def _rows(drawn: list[Moments]) -> list[tuple[str, Text, Text, NDArray[np.float64], str]]:
    """Name, what, target, value in each game, unit."""
    off = [parts(residuals(moments, people())) for moments in drawn]
    t2, t3 = ("{} to {}".format(*accepted) for accepted in (LAST_TO_FIRST_RANGE, ZERO_SHARE_RANGE))
    return [
        ("T1", Text("Mean contribution over ten periods, root mean square distance from people's", "十期平均贡献路径与真人的均方根距离"),
         Text("at most 1 token", "不超过 1 个筹码"), np.array([row["T1"] for row in off]), "tokens of 20"),
        ("T2", Text("Contribution in the last period as a share of the first", "末期贡献与首期之比"),
         Text(f"{t2} (people: 0.24-0.28)", f"{t2.replace(' to ', ' 至 ')}（真人：0.24–0.28）"),
         np.array([moments.last_to_first for moments in drawn]), "1"),
        ("T3", Text("Share giving nothing in period 10", "第十期不贡献者比例"),
         Text(f"{t3} (people: 0.56-0.62)", f"{t3.replace(' to ', ' 至 ')}（真人：0.56–0.62）"),
         np.array([moments.zero_share for moments in drawn]), "1"),
        ("T4", Text("Types by the published classifier, largest distance from 55 / 23 / 12 / 10 %", "按已发表分类法的类型，与 55/23/12/10% 的最大差距"),
         Text("at most 5 points", "不超过 5 个百分点"), np.array([100.0 * TYPE_TOLERANCE * row["T4"] for row in off]), "points"),
    ]  # fmt: skip
