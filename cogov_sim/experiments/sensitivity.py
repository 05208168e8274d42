"""What decides: every start value screened (Morris), then those that matter measured (Sobol), on paired differences.

Every point is run with one seed, the same at all of them, so that runs go into points; what luck is worth is learnt from many seeds
at the start values.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from cogov_sim.checks import interval
from cogov_sim.experiments.boundary import numeric_settings
from cogov_sim.experiments.design_points import Results, distinct, run_points
from cogov_sim.experiments.factors import Factor
from cogov_sim.experiments.headlines import HEADLINES
from cogov_sim.experiments.worlds import Design, check_seeds, residents_of
from cogov_sim.inputs import check_count
from cogov_sim.language import Text, UserError
from cogov_sim.report.findings import OTHERS, Findings
from cogov_sim.scenario import Scenario

#: Levels of the grid on which trajectories walk; a step is two thirds of a factor's range.
LEVELS, STEP = 4, 2.0 / 3.0
#: Designs and resampled intervals are drawn with it, so that the same command draws the same points again.
SEED = 20_250
RESAMPLES = 200
#: A point's sign is beyond luck where its difference is this many standard deviations between seeds from 0.
SURE = 2.0


@dataclass(frozen=True)
class Plan:
    """How much is looked at.

    Attributes:
        trajectories: walks through the whole space, in each of which every factor moves once.
        points: base points of the second design, a power of 2.
        keep: how many factors go on to it by themselves; all others move as one.
    """

    trajectories: int = 4
    points: int = 32
    keep: int = 8

    def __post_init__(self) -> None:
        for name in ("trajectories", "points", "keep"):
            check_count(name, getattr(self, name), 1 if name == "keep" else 2)
        if self.points & (self.points - 1):
            raise UserError(
                f"points = {self.points} is not allowed; allowed: a power of 2, such as 32 or 64",
                f"points = {self.points} 不被允许；允许：2 的幂，如 32 或 64",
            )

    def runs(self, factors: Sequence[Factor], pair: tuple[Scenario, Scenario], seeds: int) -> tuple[int, int]:
        """Runs of the start values and of the first design, and the most that the second can take."""
        groups = min(len(factors), self.keep + 1)
        return 2 * seeds + distinct(screening(factors, self), pair), 2 * self.points * (groups + 2)


def salib() -> Any:
    """The library that draws and analyses the designs; UserError where it is not installed."""
    try:
        import SALib.analyze.morris  # noqa: PLC0415
        import SALib.analyze.sobol  # noqa: PLC0415
        import SALib.sample.morris  # noqa: PLC0415
        import SALib.sample.sobol  # noqa: PLC0415
    except ImportError as error:
        raise UserError(
            "this needs the package SALib; install it with: pip install 'cogov-sim[sensitivity]'",
            "此功能需要 SALib 包；请安装：pip install 'cogov-sim[sensitivity]'",
        ) from error
    return SALib


def sensitivity(pair: tuple[Scenario, Scenario], factors: Sequence[Factor], design: Design, plan: Plan) -> Findings:
    """Which start values decide the paired differences, and in what share of their space each sign holds.

    Args:
        pair: two worlds; the second is compared with the first.
        factors: what is varied.
        design: months and the rest; its seeds are those of the start values, the first of them that of every point. With ``out``
            finished runs are kept there, and the same call goes on from them.
        plan: how many points.

    Raises:
        UserError: SALib is missing; as ``run_points``.
    """
    usual = run_points(_start(factors), _within(design, "start"), pair).differences()
    noise = usual.std()
    one = replace(design, seeds=check_seeds(design.seeds)[:1])
    first = screening(factors, plan)
    walked = run_points(first, _within(one, "screen"), pair)
    screen = screened(factors, _by_point(walked, len(first)), noise, plan)
    kept = _kept(screen, plan.keep)
    screen["kept"] = screen["key"].isin(kept)
    second = spread(factors, kept, plan)
    measured = run_points(second, _within(one, "indices"), pair)
    y = _by_point(measured, len(second))
    decided = indices(factors, kept, y)
    return Findings(
        screen=screen,
        indices=decided,
        space=_space(usual, y, _size(factors, kept)),
        names=(pair[0].name, pair[1].name),
        titles=(_title(pair[0]), _title(pair[1])),
        seeds=len(usual),
        history=pair[0].history.months,
        months=design.months,
        residents=design.residents or residents_of(pair[0]),
        settings=len(numeric_settings(pair)),
        factors=len(factors),
        trajectories=plan.trajectories,
        base_points=plan.points,
        points=len(first) + len(second),
        scaled=walked.scaled + measured.scaled,
        refused=len(walked.refused) + len(measured.refused),
        failed=len(design.failures),
    )


def _within(design: Design, stage: str) -> Design:
    return replace(design, out=None if design.out is None else design.out / stage)


def _title(world: Scenario) -> Text:
    return Text(world.title.en or world.name, world.title.zh or world.name)


# ---------------------------------------------------------------- designs


def _problem(factors: Sequence[Factor], groups: Sequence[str] | None = None) -> dict[str, Any]:
    """The factors as shares of their ranges, as SALib wants them."""
    names = [factor.key for factor in factors]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    return problem if groups is None else problem | {"groups": list(groups)}


def _table(factors: Sequence[Factor], shares: Any) -> pd.DataFrame:
    return pd.DataFrame({factor.key: factor.at(shares[:, place]) for place, factor in enumerate(factors)})


def _start(factors: Sequence[Factor]) -> pd.DataFrame:
    """The one point at which the worlds are as they are."""
    return pd.DataFrame({f.key: [int(f.start) if f.whole else f.start] for f in factors})


def screening(factors: Sequence[Factor], plan: Plan) -> pd.DataFrame:
    """The first design: trajectories in which one factor after the other moves."""
    return _table(factors, _walks(factors, plan))


def _walks(factors: Sequence[Factor], plan: Plan) -> Any:
    return salib().sample.morris.sample(_problem(factors), plan.trajectories, num_levels=LEVELS, seed=SEED)


def _groups(factors: Sequence[Factor], kept: Sequence[str]) -> list[str]:
    return [factor.key if factor.key in kept else OTHERS for factor in factors]


def _size(factors: Sequence[Factor], kept: Sequence[str]) -> int:
    """Points that stand together in the second design: two that differ in everything, and one between them a group."""
    return len(set(_groups(factors, kept))) + 2


def spread(factors: Sequence[Factor], kept: Sequence[str], plan: Plan) -> pd.DataFrame:
    """The second design: base points all over the space, and points between them; factors that were not kept move together."""
    problem = _problem(factors, _groups(factors, kept))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return _table(factors, salib().sample.sobol.sample(problem, plan.points, calc_second_order=False, seed=SEED))


# ---------------------------------------------------------------- what they say


def _by_point(results: Results, count: int) -> pd.DataFrame:
    """The difference at every point; missing where one of its runs is, or the point was refused."""
    return results.differences().droplevel("seed").reindex(range(count))


def whole_blocks(y: Any, size: int) -> Any:
    """Which rows belong to blocks of ``size`` rows that have no value missing: nothing can be said from a part of one."""
    return np.repeat(np.isfinite(y.reshape(-1, size)).all(axis=1), size)


def screened(factors: Sequence[Factor], y: pd.DataFrame, noise: pd.Series, plan: Plan) -> pd.DataFrame:
    """Morris: one row a measure and factor, the strongest first; effects are those of a factor's whole range.

    Args:
        factors, plan: of the design.
        y: the difference at each of its points, a column a measure.
        noise: standard deviation of the difference between seeds, by measure.
    """
    walks, problem = _walks(factors, plan), _problem(factors)
    pieces = []
    for measure in map(str, y):
        values = y[measure].to_numpy(float)
        there = whole_blocks(values, len(factors) + 1)
        names = ["mu", "mu_star", "sigma", "mu_star_conf"]
        found: dict[str, Any] = dict.fromkeys(names, np.full(len(factors), np.nan))
        if there.any():
            found = salib().analyze.morris.analyze(
                problem, walks[there], values[there], num_levels=LEVELS, num_resamples=RESAMPLES, seed=SEED
            )
        rows = _named(factors).assign(measure=measure, **{name: np.asarray(found[name], float) for name in names})
        rows["noise"] = 2.0 / np.sqrt(np.pi) * noise[measure] / STEP
        rows = rows.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
        pieces.append(rows.assign(rank=range(1, len(rows) + 1)))
    table = pd.concat(pieces, ignore_index=True)
    half = table.pop("mu_star_conf")
    table["mu_star_low"], table["mu_star_high"] = (table["mu_star"] - half).clip(lower=0.0), table["mu_star"] + half
    return table


def _named(factors: Sequence[Factor]) -> pd.DataFrame:
    return pd.DataFrame(
        [(f.key, f.text.zh, f.text.en, f.unit, f.start, f.low, f.high) for f in factors],
        columns=["key", "zh", "en", "unit", "start", "low", "high"],
    )


def _kept(screen: pd.DataFrame, keep: int) -> list[str]:
    """The first of every measure, then the second of every measure, and so on, until there are as many as asked for."""
    return list(dict.fromkeys(screen.sort_values("rank", kind="stable")["key"]))[:keep]


def indices(factors: Sequence[Factor], kept: Sequence[str], y: pd.DataFrame) -> pd.DataFrame:
    """Sobol: one row a measure and kept factor, in the order of total effect, and one for all others together."""
    groups = _groups(factors, kept)
    problem, size = _problem(factors, groups), _size(factors, kept)
    names = {factor.key: factor.text for factor in factors} | {OTHERS: Text("all others together", "其余全部")}
    pieces = []
    for measure in map(str, y):
        values = y[measure].to_numpy(float)
        values = values[whole_blocks(values, size)]
        rows = pd.DataFrame({"measure": measure, "key": list(dict.fromkeys(groups))})
        found = _analysed(problem, values) if len(values) and np.ptp(values) > 0.0 else {}
        for name in ("S1", "ST"):
            middle, half = (np.asarray(found.get(key, np.full(len(rows), np.nan))) for key in (name, f"{name}_conf"))
            low = name.lower()
            rows[low], rows[f"{low}_low"], rows[f"{low}_high"] = middle, middle - half, middle + half
        pieces.append(rows.sort_values("st", ascending=False, kind="stable"))
    table = pd.concat(pieces, ignore_index=True)
    table.insert(2, "zh", [names[key].zh for key in table["key"]])
    table.insert(3, "en", [names[key].en for key in table["key"]])
    return table


def _analysed(problem: dict[str, Any], values: Any) -> dict[str, Any]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a resample may be constant
        return dict(
            salib().analyze.sobol.analyze(problem, values, calc_second_order=False, num_resamples=RESAMPLES, seed=SEED)
        )


def _space(usual: pd.DataFrame, y: pd.DataFrame, size: int) -> pd.DataFrame:
    """In what share of the space each sign holds, over the base points of the second design, which are spread evenly."""
    base = y[[row % size in (0, size - 1) for row in range(len(y))]]
    noise = usual.std()
    rows = []
    for measure in HEADLINES:
        if measure not in y:
            continue
        values = base[measure].dropna().to_numpy(float)
        row: dict[str, Any] = {"measure": measure, "points": len(values)}
        row |= dict(zip(("start", "start_low", "start_high"), interval(usual[measure]), strict=True))
        for side, sign in (("above", 1.0), ("below", -1.0)):
            hits = int(np.sum(sign * values > 0.0))
            row[side] = hits / len(values) if len(values) else np.nan
            row[f"{side}_low"], row[f"{side}_high"] = wilson(hits, len(values))
            sure = sign * values > SURE * noise[measure]
            row[f"surely_{side}"] = float(np.mean(sure)) if len(values) and np.isfinite(noise[measure]) else np.nan
        spread = np.quantile(values, [0.05, 0.5, 0.95]) if len(values) else np.full(3, np.nan)
        row |= dict(zip(("low", "middle", "high"), spread.tolist(), strict=True))
        variance = float(np.var(values)) if len(values) else np.nan
        row["luck"] = float(min(1.0, noise[measure] ** 2 / variance)) if variance > 0.0 else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of so many points (Wilson 1927); NaN of none."""
    if not count:
        return float("nan"), float("nan")
    found = binomtest(hits, count).proportion_ci(method="wilson")
    return float(found.low), float(found.high)
