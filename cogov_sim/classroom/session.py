"""One lesson's two worlds: the same people, luck and money under two sets of institutions, month by month, forth and back.

Nothing here knows a browser or a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cogov_sim import checkpoint
from cogov_sim.classroom.frames import frame
from cogov_sim.inputs import check_seed
from cogov_sim.language import UserError, shown
from cogov_sim.model import CoGovModel
from cogov_sim.scenario import Change, Scenario

WORLDS = ("a", "b")
EVERY = 6  # months between two checkpoints
MOST_MONTHS = 240
FEWEST, MOST = 900, 10_000  # residents that a page can show one by one
#: Constants of people that a teacher may change, with the range of the slider; a change begins a new society.
SLIDERS: dict[str, tuple[float, float]] = {
    "government.envelope_growth": (0.0, 0.3),
    "society.free_rider_share": (0.0, 0.9),
    "behaviour.disconfirmation_weight": (0.0, 0.8),
    "behaviour.spirit_rate": (0.0, 0.02),
}


@dataclass(frozen=True)
class Setup:
    """What makes a session what it is; equal setups give equal sessions, to the bit.

    Attributes:
        seed, residents: of both worlds.
        a, b: ready scenarios, by name.
        people: constants of people, keys of ``SLIDERS``.
        changes: dated changes, as (world, change), in order of months.
    """

    seed: int = 7
    residents: int = 4000
    a: str = "government_run"
    b: str = "co_governance"
    people: Mapping[str, float] = field(default_factory=dict)
    changes: tuple[tuple[str, Change], ...] = ()

    def scenario(self, world: str) -> Scenario:
        """The scenario of one of the two worlds.

        Raises:
            UserError: a scenario that there is not, a constant that no slider has, a value out of range.
        """
        for key in self.people:
            if key not in SLIDERS:
                raise UserError(
                    f"{shown(key)} has no slider; there are {', '.join(SLIDERS)}",
                    f"{shown(key)} 没有滑块；可用：{'、'.join(SLIDERS)}",
                )
        said = [
            "society.preset=classroom",
            f"society.residents={self.residents}",
            *(f"{key}={value}" for key, value in self.people.items()),
        ]
        scenario = Scenario.load(getattr(self, world), changes=said)
        for place, change in self.changes:
            if place == world:
                scenario = scenario.with_change(change)
        return scenario


def check(setup: Setup) -> None:
    """That a session can begin so.

    Raises:
        UserError: a seed or a number of residents that is none; as ``Setup.scenario``.
    """
    check_seed(setup.seed)
    if not FEWEST <= setup.residents <= MOST:
        raise UserError(
            f"residents = {setup.residents} is not allowed in a classroom; allowed: {FEWEST:,} to {MOST:,}",
            f"课堂不支持 {setup.residents} 名居民；允许：{FEWEST:,} 至 {MOST:,}",
        )
    for world in WORLDS:
        setup.scenario(world)


class Session:
    """Two models that pass months together.

    Attributes:
        setup: what it began with, and what was changed since.
        models: the two, in the order of ``WORLDS``.
        frames: bytes of every month from 0 on, as far as was simulated (``frames.frame``).
        month: the last month simulated.
    """

    def __init__(self, setup: Setup) -> None:
        """Begin on the eve of the reform.

        Raises:
            UserError: as ``Setup.scenario``.
        """
        check(setup)
        self.setup = setup
        scenarios = [setup.scenario(world) for world in WORLDS]
        self.models = [self._model(scenario) for scenario in scenarios]
        self.month = 0
        self.frames: list[bytes] = [frame(self.models)]
        self._kept: dict[int, list[bytes]] = {0: [checkpoint.dump(model) for model in self.models]}

    def _model(self, scenario: Scenario) -> CoGovModel:
        return CoGovModel(
            scenario=scenario, rng=self.setup.seed, threads=1, watch=range(self.setup.residents), events=True
        )

    def step(self) -> bytes:
        """One month in both worlds; its frame.

        Raises:
            UserError: there are no more months to simulate.
        """
        if self.month >= MOST_MONTHS:
            raise UserError(f"a session ends after {MOST_MONTHS} months", f"一节课最多模拟 {MOST_MONTHS} 个月")
        for model in self.models:
            model.step()
        self.month += 1
        self.frames.append(frame(self.models))
        if self.month % EVERY == 0:
            self._kept[self.month] = [checkpoint.dump(model) for model in self.models]
        return self.frames[-1]

    def change(self, world: str, institution: str, *, on: bool = True, strength: float | None = None) -> None:
        """Switch an institution in one world, from the next month on.

        Raises:
            UserError: no such world; as ``CoGovModel.change``.
        """
        if world not in WORLDS:
            raise UserError(f"world {shown(world)}: there are a and b", f"世界 {shown(world)}：只有 a 与 b")
        model = self.models[WORLDS.index(world)]
        model.change(institution, on=on, strength=strength)
        self.setup = replace(self.setup, changes=(*self.setup.changes, (world, model.scenario.timeline[-1])))

    def branch(self, month: int) -> None:
        """Go back to a month that was simulated, and forget what came after it, changes too.

        Raises:
            UserError: no such month.
        """
        if not 0 <= month <= self.month:
            raise UserError(
                f"month {shown(month)}: there are 0 to {self.month}", f"第 {shown(month)} 个月：只有 0 至 {self.month}"
            )
        since = max(kept for kept in self._kept if kept <= month)
        self.setup = replace(self.setup, changes=tuple((w, c) for w, c in self.setup.changes if c.month <= month))
        self.models = [self._taken_up(content, world) for content, world in zip(self._kept[since], WORLDS, strict=True)]
        for model in self.models:
            model.run(month - since)
        self._kept = {kept: contents for kept, contents in self._kept.items() if kept <= month}
        self.frames, self.month = self.frames[: month + 1], month

    def _taken_up(self, content: bytes, world: str) -> CoGovModel:
        """A model of a checkpoint, with the changes that were made after it and still hold."""
        model: CoGovModel = checkpoint.load(CoGovModel, content, Path("checkpoint"))
        known = model.scenario.timeline
        for place, change in self.setup.changes:
            if place == world and change not in known:
                model.take_over(model.scenario.with_change(change))
        return model
