"""Which worlds are run and how much: names to scenarios, pairs of worlds, counts and seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from cogov_sim import limits
from cogov_sim.experiments.comparison import World
from cogov_sim.experiments.execute import Simulate, simulate
from cogov_sim.experiments.failures import Failure
from cogov_sim.inputs import check_count, check_seed
from cogov_sim.language import Text, UserError, shown
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.files import institutions_of, parse_assignment
from cogov_sim.scenario.institution import institution_classes
from cogov_sim.society import PRESETS
from cogov_sim.terminal import say

GOVERNMENT, CO = "government_run", "co_governance"
ARMS = (GOVERNMENT, CO)
BARE = f"{GOVERNMENT}-direct_provision-campaign_promises-top_down_assessment"
"""The society without any institution."""


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
        failures: runs under this design that failed; they are left out of what is returned.
        history: months before the reform; None for each scenario's own number.
    """

    seeds: int | Sequence[int] = 6
    months: int = 60
    residents: int | None = None
    workers: int = 1
    progress: bool = False
    out: Path | None = None
    simulate: Simulate = simulate
    failures: list[Failure] = field(default_factory=list, compare=False)
    history: int | None = None

    @classmethod
    def of_page(
        cls,
        short: bool,
        workers: int,
        progress: bool,
        *,
        seeds: int,
        few: int,
        simulate: Simulate = simulate,
        failures: list[Failure] | None = None,
    ) -> Design:
        """What the validation page wants: ``seeds`` runs of five years in the ready society; in the short form (for the
        test suite) ``few`` runs of two years after one of history, among 5,000 residents. Runs that fail are added to ``failures``.
        """
        failures = [] if failures is None else failures
        if short:
            return cls(few, 24, 5000, workers, progress, simulate=simulate, failures=failures, history=12)
        return cls(seeds, 60, None, workers, progress, simulate=simulate, failures=failures)

    def world(self, source: Any, changes: Iterable[str] = ()) -> Scenario:
        """A scenario with changes, in this design's size; UserError as ``Scenario.load``."""
        size = [] if self.residents is None else [f"society.residents={self.residents}"]
        size += [] if self.history is None else [f"history.months={self.history}"]
        return Scenario.load(source, changes=[*size, *changes])


def arms(cells: Mapping[str, Sequence[str]], design: Design, pair: tuple[Any, Any] = ARMS) -> dict[str, Scenario]:
    """Both worlds under each cell's changes, by the names that ``differences`` looks for.

    A change of an institution's own setting reaches only a world that has the institution.

    Raises:
        UserError: changes that do not go together; the sentence names world and cell.
    """
    plain = [design.world(source) for source in pair]
    worlds = {}
    for cell, changes in cells.items():
        for place, world in enumerate(plain):
            own = [change for change in changes if concerns(world, change)]
            try:
                worlds[arm(cell, place)] = design.world(pair[place], own)
            except UserError as error:
                raise error.of(f"{world.name} | {cell}") from error
    return worlds


def paired(cells: Mapping[str, tuple[Scenario, Scenario]]) -> dict[str, Scenario]:
    """Two given worlds a cell, by the names that ``differences`` looks for; the second is compared with the first."""
    return {arm(cell, place): world for cell, two in cells.items() for place, world in enumerate(two)}


def concerns(world: Scenario, change: str) -> bool:
    """Whether an assignment changes something that this world has: not a setting of an institution that it lacks."""
    named = [one for one in institutions_of(parse_assignment(change)) if one in institution_classes()]
    return all(one in world.institutions for one in named)


def say_where(changes: Iterable[str], worlds: Sequence[tuple[str, Scenario]]) -> None:
    """Say on standard error of settings of institutions which worlds they do not reach, for want of the institution.

    Args:
        changes: assignments such as ``"institutions.disclosure.report=0.5"``.
        worlds: all worlds of the command, by name.

    Raises:
        UserError: there is a setting that reaches none of them.
    """
    for change in changes:
        without = [name for name, world in worlds if not concerns(world, change)]
        if not without:
            continue
        typed, en, zh = shown(change, str), ", ".join(without), "、".join(without)
        if len(without) == len(worlds):
            which = next(
                one for one in institutions_of(parse_assignment(change)) if one not in worlds[0][1].institutions
            )
            raise UserError(
                f"--set {typed}: {en} have no {which}; to add it, write {without[-1]}+{which}",
                f"--set {typed}：{zh} 都没有 {which}；要加入它，请写 {without[-1]}+{which}",
            )
        say(Text(f"{typed} does not reach {en}, without that institution", f"{typed} 对 {zh} 无效，因其没有该制度"))


def arm(cell: str, place: int) -> str:
    """The name of a cell's first or second world."""
    return f"{cell} | {ARMS[place]}"


def resolve(
    scenarios: Sequence[Any], *, residents: int | None = None, changes: str | Sequence[str] | None = None
) -> list[tuple[str, Any]]:
    """Load every scenario with the changes laid over it; (unique name, Scenario) in the order given.

    A change of an institution's own setting reaches only the worlds that have the institution; it is said of the others.

    Raises:
        UserError: as ``Scenario.load``; no scenario; a change that reaches none.
    """
    if isinstance(scenarios, str | Path) or not scenarios:
        scenarios = [scenarios] if scenarios else []
    if not scenarios:
        raise UserError("name at least one scenario", "请至少给出一个情景")
    changes = [changes] if isinstance(changes, str) else list(changes or [])
    if residents is not None:
        changes.append(f"society.residents={check_count('residents', residents, limits.FEWEST_RESIDENTS)}")
    found: list[tuple[str, Any]] = []
    several = len(scenarios) > 1
    plain = [Scenario.load(source) for source in scenarios] if changes and several else []
    asked = [
        str(one) if isinstance(one, str | Path) else world.name for one, world in zip(scenarios, plain, strict=False)
    ]
    say_where(changes if several else (), list(zip(asked, plain, strict=False)))
    for place, source in enumerate(scenarios):
        own = [change for change in changes if concerns(plain[place], change)] if plain else changes
        scenario = Scenario.load(source, changes=own)
        taken = {name for name, _ in found}
        names = chain([scenario.name], (f"{scenario.name} ({number})" for number in count(2)))
        found.append((next(name for name in names if name not in taken), scenario))
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


def check_seeds(seeds: int | Iterable[int]) -> list[int]:
    """The seeds meant by a count or a list, without repeats; UserError if none, negative or not whole."""
    if isinstance(seeds, str) or not isinstance(seeds, Iterable):
        return list(range(1, check_count("seeds", seeds) + 1))
    listed = list(dict.fromkeys(check_seed(seed) for seed in seeds))
    if not listed:
        raise UserError("seeds is empty; give a count or a list of seeds", "种子列表为空；请给出个数或列表")
    return listed


def residents_of(world: Scenario) -> int:
    """How many residents a world has: what it says, else what its ready society has."""
    return world.society.residents or PRESETS[world.society.preset].residents


def say_if_small(worlds: Iterable[Scenario]) -> None:
    """Say on standard error of a society that it is too small for its results to mean much, once for each size."""
    sizes = {(world.society.preset, world.society.residents) for world in worlds}
    for name, residents in sorted(sizes, key=str):
        fewest = PRESETS[name].fewest_residents
        if residents is not None and residents < fewest:
            say(
                Text(
                    f"society.residents = {residents} is less than {fewest}, from which on a society has two communities at least ({name}): a "
                    f"single one may stand for all, so that a run says little; take at least {fewest}, or many seeds",
                    f"society.residents = {residents} 少于 {fewest}（“{name}”达到该规模才至少有两个社区）：可能只有一个社区代表全部，单次运行"
                    f"说明不了什么；请至少取 {fewest}，或使用许多种子",
                )
            )


def check_money(world: Scenario, name: str, months: int) -> None:
    """UserError where public money grows beyond what can be counted to the yuan within the months of a run."""
    government = world.government
    growth = (1.0 + government.envelope_growth) ** (months / 12.0)
    if government.envelope * residents_of(world) * max(1.0, growth) * months > limits.WHOLE:
        raise UserError(
            f"{name}: with government.envelope_growth = {government.envelope_growth:g}, public money grows beyond what can be "
            f"counted within {months} months; take fewer months or less growth",
            f"{name}：government.envelope_growth = {government.envelope_growth:g} 时，财政资金在 {months} 个月内将超出可计数的范围；"
            "请减少月数或增长率",
        )
