"""The headline results: what co-governance changes against the government-run world, seed by seed, in the last year."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from cogov_sim.experiments import folders
from cogov_sim.experiments.comparison import Comparison, World
from cogov_sim.experiments.execute import Job, Simulate, execute, simulate
from cogov_sim.experiments.progress import Progress
from cogov_sim.experiments.runner import check_seeds
from cogov_sim.experiments.store import RunStore, tag
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.scenario import Scenario

GOVERNMENT, CO = "government_run", "co_governance"
ARMS = (GOVERNMENT, CO)

#: What the two worlds are compared by, and which side wins: +1 where more is better, -1 where less is.
#: ``free_riding_rate_invited`` is not among them: in the government-run world nobody is asked, so there is no difference.
HEADLINES: dict[str, int] = {
    "participation": 1,
    "free_riding_rate": -1,
    "satisfaction": 1,
    "trust": 1,
    "performance": 1,
    "spirit": 1,
    "violations_per_1000": -1,
    "outlay_per_head": -1,
    "residents_hours": -1,
}
#: What is hoped for, without what it costs; and without free riding, which is 100 % by definition where nobody may give.
BENEFITS = ("participation", "satisfaction", "trust", "performance", "spirit", "violations_per_1000")

WINS, LOSES, OPEN, NO_DATA = "wins", "loses", "open", "no data"
STATES = {
    WINS: Text("wins", "占优"),
    LOSES: Text("loses", "落后"),
    OPEN: Text("open", "未定"),
    NO_DATA: Text("no data", "无数据"),
}
"""What a paired difference can say, in words."""


@dataclass(frozen=True)
class Design:
    """How much is run.

    Attributes:
        seeds: how many, or which; the same in every world.
        months: months of each run; worlds are compared by the mean of the last 12.
        residents: of every society; None for each scenario's own number.
        workers: processes.
        progress: show how far things are on standard error.
        out: folder in which finished runs are kept as they come, so that a later call goes on from there; None: nothing
            is kept.
        simulate: what does one run.
    """

    seeds: int | Sequence[int] = 6
    months: int = 60
    residents: int | None = None
    workers: int = 1
    progress: bool = False
    out: Path | None = None
    simulate: Simulate = simulate

    @classmethod
    def of_page(
        cls, short: bool, workers: int, progress: bool, *, seeds: int, few: int, simulate: Simulate = simulate
    ) -> Design:
        """What the validation page wants: ``seeds`` runs of five years in the ready society; in the short form (for the
        test suite) ``few`` runs of three years among 3,000 residents.
        """
        if short:
            return cls(few, 36, 3000, workers, progress, simulate=simulate)
        return cls(seeds, 60, None, workers, progress, simulate=simulate)

    def world(self, source: Any, changes: Iterable[str] = ()) -> Scenario:
        """A scenario with changes, in this design's size; UserError as ``Scenario.load``."""
        size = [] if self.residents is None else [f"society.residents={self.residents}"]
        return Scenario.load(source, changes=[*size, *changes])


def run(worlds: Mapping[str, Any], design: Design) -> Comparison:
    """Run every world with the same seeds, all in one pool of processes; worlds with the same settings run once.

    Args:
        worlds: scenarios by a name of their own.
        design: how much.

    Raises:
        UserError: seeds that are none, a folder that cannot be written.
    """
    seeds = check_seeds(design.seeds)
    jobs = [Job(name, world, seed, design.months) for seed in seeds for name, world in worlds.items()]
    unique = {job.key: job for job in jobs}
    frames: list[pd.DataFrame] = []
    store = RunStore(design.out) if design.out is not None else None
    try:
        missing = [job for key, job in unique.items() if store is None or key not in store.done]
        results = execute(missing, design.simulate, workers=design.workers)
        with Progress(len(missing), show=design.progress) as bar, contextlib.closing(results):
            for job, measures in results:
                if store is None:
                    frames.append(tag(job.name, job.key, measures, folders.model_code()))
                else:
                    store.add(job.name, job.key, measures)
                bar.advance()
        runs = pd.concat(frames, ignore_index=True) if store is None else store.runs(unique)
    finally:
        if store is not None:
            store.flush()
            store.close()
    return Comparison([World.of(world, name) for name, world in worlds.items()], seeds, design.months, runs)


def arms(cells: Mapping[str, Sequence[str]], design: Design, pair: tuple[Any, Any] = ARMS) -> dict[str, Scenario]:
    """Both worlds under each cell's changes, by the names that ``differences`` looks for.

    A change of an institution's own setting reaches only a world that has the institution: elsewhere it would switch
    it on.
    """
    plain = [design.world(source) for source in pair]
    worlds = {}
    for cell, changes in cells.items():
        for place, world in enumerate(plain):
            own = [change for change in changes if concerns(world, change)]
            worlds[_arm(cell, place)] = design.world(pair[place], own)
    return worlds


def paired(cells: Mapping[str, tuple[Scenario, Scenario]]) -> dict[str, Scenario]:
    """Two given worlds a cell, by the names that ``differences`` looks for; the second is compared with the first."""
    return {_arm(cell, place): world for cell, two in cells.items() for place, world in enumerate(two)}


def concerns(world: Scenario, change: str) -> bool:
    """Whether an assignment changes something that this world has."""
    section, _, rest = change.partition(".")
    return section != "institutions" or rest.partition(".")[0] in world.institutions


def _arm(cell: str, place: int) -> str:
    return f"{cell} | {ARMS[place]}"


def differences(comparison: Comparison, cells: Iterable[str], measures: Iterable[str] = HEADLINES) -> pd.DataFrame:
    """The second world minus the first in every cell, paired by seed.

    Args:
        comparison: runs of ``arms``.
        cells: names of cells.
        measures: which measures.

    Returns:
        Columns cell, measure, better (+1: more wins, -1: less wins), n (seeds), mean, low, high (95 % t-interval),
        same_sign, p (two-sided t-test against 0; NaN where seeds do not differ), state: "wins", "loses", "open" (the
        interval holds 0) or "no data".
    """
    wanted = list(measures)
    worlds = {world.name: world for world in comparison.worlds}
    pieces = []
    for cell in cells:
        pair = [worlds[_arm(cell, place)] for place in (0, 1)]
        two = Comparison(pair, comparison.seeds, comparison.months, comparison.runs)
        table = two.paired().set_index("measure").reindex(wanted)
        pieces.append(
            table[["n", "mean", "low", "high", "same_sign"]].rename_axis("measure").reset_index().assign(cell=cell)
        )
    result = pd.concat(pieces, ignore_index=True)
    result["better"] = [better(measure) for measure in result["measure"]]
    result["p"] = _p_value(result)
    result["state"] = [state(*row) for row in result[["measure", "mean", "low", "high"]].itertuples(index=False)]
    return result[["cell", "measure", "better", "n", "mean", "low", "high", "same_sign", "p", "state"]]


def _p_value(table: pd.DataFrame) -> Any:
    """Two-sided p of the t-test that belongs to each interval."""
    freedom = np.maximum(table["n"].to_numpy(float) - 1.0, 1.0)
    error = (table["high"] - table["low"]).to_numpy(float) / 2.0 / stdtrit(freedom, 0.975)
    size = np.abs(table["mean"].to_numpy(float))
    t = np.divide(size, error, out=np.full(len(table), np.nan), where=error > 0.0)
    return 2.0 * stdtr(freedom, -t)


def state(measure: str, mean: float, low: float, high: float) -> str:
    """Whether a difference with this interval wins, loses or is open; without an interval the mean alone decides."""
    if np.isnan(mean):
        return NO_DATA
    side = better(measure)
    if np.isnan(low):
        low = high = mean
    if low <= 0.0 <= high:
        return OPEN
    return WINS if (low > 0.0) == (side > 0) else LOSES


def better(measure: str) -> int:
    """+1 where more of a measure is better, -1 where less is; headline or not."""
    return HEADLINES.get(measure) or BY_NAME[measure].better
