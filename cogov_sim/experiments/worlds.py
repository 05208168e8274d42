"""Which worlds are run and how much: names to scenarios, pairs of worlds, counts and seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cogov_sim.experiments.comparison import World
from cogov_sim.experiments.execute import Simulate, simulate
from cogov_sim.language import Text, UserError
from cogov_sim.scenario import Scenario

GOVERNMENT, CO = "government_run", "co_governance"
ARMS = (GOVERNMENT, CO)

#: Largest counts that make sense; beyond them it is a slip of the keyboard.
LIMITS = {"months": 12_000, "seeds": 1_000_000, "workers": 10_000, "residents": 20_000_000}
FEWEST_RESIDENTS = 200


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
            worlds[arm(cell, place)] = design.world(pair[place], own)
    return worlds


def paired(cells: Mapping[str, tuple[Scenario, Scenario]]) -> dict[str, Scenario]:
    """Two given worlds a cell, by the names that ``differences`` looks for; the second is compared with the first."""
    return {arm(cell, place): world for cell, two in cells.items() for place, world in enumerate(two)}


def concerns(world: Scenario, change: str) -> bool:
    """Whether an assignment changes something that this world has."""
    section, _, rest = change.partition(".")
    return section != "institutions" or rest.partition(".")[0] in world.institutions


def arm(cell: str, place: int) -> str:
    """The name of a cell's first or second world."""
    return f"{cell} | {ARMS[place]}"


def resolve(
    scenarios: Sequence[Any], *, residents: int | None = None, changes: list[str] | None = None
) -> list[tuple[str, Any]]:
    """Load every scenario with the changes laid over it; (unique name, Scenario) in the order given."""
    if isinstance(scenarios, str | Path) or not scenarios:
        scenarios = [scenarios] if scenarios else []
    if not scenarios:
        raise UserError("name at least one scenario", "请至少给出一个情景")
    changes = list(changes or [])
    if residents is not None:
        changes.append(f"society.residents={check_count('residents', residents, FEWEST_RESIDENTS)}")
    found: list[tuple[str, Any]] = []
    for source in scenarios:
        scenario = Scenario.load(source, changes=changes)
        same = sum(1 for _, other in found if other.name == scenario.name)
        found.append((f"{scenario.name} ({same + 1})" if same else scenario.name, scenario))
    return found


def named(worlds: list[World]) -> list[World]:
    """The worlds with titles that tell them apart: where two read the same, the name is added."""
    titles = [world.title for world in worlds]
    return [
        replace(world, title=Text(f"{world.title.en} ({world.name})", f"{world.title.zh}（{world.name}）"))
        if titles.count(world.title) > 1
        else world
        for world in worlds
    ]


def check_count(name: str, value: Any, least: int = 1) -> int:
    """A whole number of at least ``least`` for option ``name``; UserError otherwise."""
    most = LIMITS[name]
    try:
        whole = int(value)
        right = not isinstance(value, bool) and whole == float(value) and least <= whole <= most
    except (TypeError, ValueError, OverflowError):
        right = False
    if not right:
        raise UserError(
            f"{name} = {value} is not allowed; a whole number from {least} to {most}",
            f"{name} = {value} 不被允许；应为 {least} 到 {most} 的整数",
        )
    return whole


def check_seeds(seeds: int | Iterable[int]) -> list[int]:
    """The seeds meant by a count or a list, without repeats; UserError if none, negative or not whole."""
    if isinstance(seeds, str) or not isinstance(seeds, Iterable):
        return list(range(1, check_count("seeds", seeds) + 1))
    listed = list(dict.fromkeys(check_seed(seed) for seed in seeds))
    if not listed:
        raise UserError("seeds is empty; give a count or a list of seeds", "种子列表为空；请给出个数或列表")
    return listed


def check_seed(seed: Any) -> int:
    """One seed: a whole number from 0 to 2**63 - 1; UserError otherwise."""
    try:
        whole = int(seed)
        right = not isinstance(seed, bool) and whole == seed and 0 <= whole < 2**63
    except (TypeError, ValueError, OverflowError):
        right = False
    if not right:
        raise UserError(
            f"seed = {seed} is not allowed; a whole number from 0 up",
            f"seed = {seed} 不被允许；应为不小于 0 的整数",
        )
    return whole
