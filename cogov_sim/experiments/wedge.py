"""A roll-out as an experiment: communities that begin early against those that begin late (a stepped wedge)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cogov_sim.agents.kernels import YEAR
from cogov_sim.checks import interval
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import Design
from cogov_sim.institutions.rollout import COPIED, EVERYWHERE, NOT_YET, PILOT
from cogov_sim.language import Text, UserError
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.rollout import PERIODS, WAVES

MEASURES = ("participation", "residents_hours", "belief", "satisfaction", "performance", "trust", "violations_per_1000")
MASTERY = "mastery"
"""Mean mastery of the institutions that are new, over a wave's communities that have begun."""


def simulate_waves(scenario: Any, seed: int, months: int, histories: Path | None = None) -> pd.DataFrame:
    """One run; beside the whole's measures those of each wave, month by month (means over its residents), and in the year before.

    Args:
        scenario, seed, months, histories: as for ``execute.simulate``.
    """
    from cogov_sim.model import CoGovModel  # noqa: PLC0415 - compiled kernels only where something is run

    model = CoGovModel(scenario=scenario, rng=seed, histories=histories)
    try:
        mastery = []
        for _ in range(months):
            model.step()
            assert model.rollout is not None
            begun = model.rollout.begins != NOT_YET
            mastery.append(np.where(begun, model.rollout.new_mastery(), np.nan))
        assert model.rollout is not None
        rows = model.measures_by("community", history=True)
        found: dict[str, Any] = {"month": np.arange(1, months + 1)}
        for wave in range(len(WAVES)):
            mine = rows[rows["wave"] == wave]
            found |= _of_wave(mine, wave, months)
            who = model.rollout.wave == wave
            found[column(wave, MASTERY)] = [_mean(m[who]) for m in mastery]
            found[column(wave, "begins")] = np.full(months, _mean(model.rollout.begins[who]))
        return model.measures.merge(pd.DataFrame(found), on="month")
    finally:
        model.close()


def _mean(values: Any) -> float:
    """Mean of what is there; missing where nothing is."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else float("nan")


def _of_wave(rows: pd.DataFrame, wave: int, months: int) -> dict[str, Any]:
    """Means over a wave's residents by month, and of the year before as columns of one value; missing where nobody is of this wave."""
    found: dict[str, Any] = {}
    for name in MEASURES:
        whole = rows[name].notna() * rows["residents"]
        total = (rows[name] * rows["residents"]).groupby(rows["month"]).sum()
        mean = (total / whole.groupby(rows["month"]).sum()).reindex(range(1 - YEAR, months + 1))
        found[column(wave, name)] = mean.loc[1:].to_numpy()
        found[column(wave, f"{name} before")] = np.full(months, mean.loc[:0].mean())
    return found


def column(wave: int, name: str) -> str:
    """Name of a wave's column beside the measures of a run."""
    return f"wave.{wave}.{name}"


def roll_out(scenario: Scenario, design: Design) -> pd.DataFrame:
    """The runs of a roll-out, one row a seed and month, with the columns of ``simulate_waves``.

    Raises:
        UserError: the scenario has no pilots; too few months for one after the reform is everywhere; as ``runner.run``.
    """
    settings = scenario.rollout
    if not settings.pilot_districts:
        raise UserError(
            f"{scenario.name} begins everywhere at once; set rollout.pilot_districts to 1 or more",
            f"{scenario.name} 在各处同时开始；请把 rollout.pilot_districts 设为 1 或以上",
        )
    if design.months <= settings.everywhere:
        raise UserError(
            f"--months {design.months}: the reform is everywhere only from month {settings.everywhere} on; take more",
            f"--months {design.months}：第 {settings.everywhere} 个月才全面铺开；请增加月数",
        )
    return run({scenario.name: scenario}, replace(design, simulate=simulate_waves)).runs


def wedge(runs: pd.DataFrame, everywhere: int) -> pd.DataFrame:
    """Early minus late communities, each against its own year before the reform (difference in differences).

    Args:
        runs: of ``roll_out``.
        everywhere: month in which those of the last wave begin.

    Returns:
        One row a measure, a wave that began early, and a period (the months before the last wave begins, at most three; the year after;
        the last twelve months): measure, wave, period, first, last, difference, low, high (95 % interval over seeds), same_sign, seeds.
    """
    end = int(runs["month"].max())
    periods = {
        "before the others begin": (max(2, everywhere - 3), everywhere - 1),
        "a year after they began": (min(everywhere + YEAR, end) - 2, min(everywhere + YEAR, end)),
        "at the end": (end - YEAR + 1, end),
    }
    rows = []
    for name in MEASURES:
        for wave in (PILOT, COPIED):
            for period, (first, last) in periods.items():
                months = runs[runs["month"].between(first, last)].groupby("seed")
                early, late = (
                    months[column(w, name)].mean() - months[column(w, f"{name} before")].mean()
                    for w in (wave, EVERYWHERE)
                )
                difference = (early - late).dropna()
                if len(difference):
                    rows.append(_row(name, wave, period, (first, last), difference.to_numpy()))
    return pd.DataFrame(rows)


def _row(name: str, wave: int, period: str, months: tuple[int, int], difference: np.ndarray) -> dict[str, Any]:
    mean, low, high = interval(difference)
    same = float(np.mean(np.sign(difference) == np.sign(mean)))
    return {
        "measure": name, "wave": WAVES[wave].en, "period": period, "first": months[0], "last": months[1], "difference": mean,
        "low": low, "high": high, "same_sign": same, "seeds": len(difference),
    }  # fmt: skip


def timeline(runs: pd.DataFrame) -> pd.DataFrame:
    """How measures moved in each wave: one row a wave, measure and month, the mean over seeds.

    Returns:
        wave (index into ``WAVES``), measure (of ``MEASURES``, ``MASTERY``, or "begins", the month in which they begin), month, value.
    """
    mean = runs.groupby("month").mean(numeric_only=True)
    frames = [
        pd.DataFrame({"wave": wave, "measure": name, "month": mean.index, "value": mean[column(wave, name)].to_numpy()})
        for wave in range(len(WAVES))
        for name in ("begins", MASTERY, *MEASURES)
    ]
    return pd.concat(frames, ignore_index=True)


def sentences(table: pd.DataFrame, measures: Sequence[str] = ("participation", "satisfaction")) -> list[Text]:
    """What the table says of the pilots, a line a measure and period."""
    from cogov_sim.measures.definitions import BY_NAME  # noqa: PLC0415

    found = []
    for row in table[(table["wave"] == WAVES[PILOT].en) & table["measure"].isin(measures)].to_dict("records"):
        said, when = BY_NAME[str(row["measure"])].text, PERIODS[str(row["period"])]
        numbers = f"{row['difference']:+.3g}"
        if row["seeds"] > 1:  # one seed has no interval
            numbers += f" [{row['low']:.3g}, {row['high']:.3g}]"
        found.append(
            Text(
                f"pilots minus the others, {when.en} (months {row['first']} to {row['last']}): {said.en} {numbers}",
                f"试点减其他，{when.zh}（第 {row['first']} 至 {row['last']} 个月）：{said.zh} {numbers}",
            )
        )
    return found
