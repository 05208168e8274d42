"""The model: one society, one month at a time, five stages in order, and nothing else."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd

from cogov_sim import checkpoint, limits
from cogov_sim.agents.explain import Reason
from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.agents.residents import Residents
from cogov_sim.agents.rules import make_rules
from cogov_sim.commons import duties, organise
from cogov_sim.commons.events import Event, Matters, Recorder
from cogov_sim.commons.matters import LONGEST_RUN
from cogov_sim.commons.state import Commons
from cogov_sim.inputs import check_count, check_seed, user_path
from cogov_sim.institutions.base import Institution, Means
from cogov_sim.institutions.rollout import Rollout
from cogov_sim.language import UserError, shown
from cogov_sim.measures.compute import Gauge
from cogov_sim.measures.definitions import MEASURES
from cogov_sim.month import Part, month_of
from cogov_sim.scenario import Change, Scenario
from cogov_sim.scenario.institution import institution_classes
from cogov_sim.society import COMMUNITY_TYPES, Level, Society


class CoGovModel(mesa.Model):
    """A society under a scenario's institutions, one month a step.

    Args:
        scenario: a name, a path to a TOML file, or a ``Scenario``.
        rng: the seed, a whole number (or a numpy generator, from which one is drawn); None draws one.
        seed: another name for ``rng``. From Mesa 3.5 on ``batch_run`` hands its own ``rng`` over by this name, and leaves
            alone an ``rng`` among the parameters.
        residents: shorthand for the scenario change ``society.residents``.
        histories: a folder where burnt-in societies are kept: if the months before the reform were simulated for one like
            this, they are not simulated again, else they are kept there.
        from_day_one: begin on day one of the society, before its history, rather than on the eve of the reform.
        watch: residents to keep a diary of (of more than 200 the last month alone): ``model.residents[17].why()`` and ``.history()`` read it. It changes nothing that happens.
        events: keep a list of what happens, ``model.events``; it changes nothing either.
        threads: threads for the residents' kernels; the result is the same for any number. None: as many as the
            machine has, for societies of more than 50,000 residents, else 1.

    Raises:
        UserError: for a scenario that cannot be read, for what is no seed, and for two seeds that differ.

    Attributes:
        month: months of the reform simulated so far; before it, 0 and less: -36 on day one of a history of 36 months.
        ticks: steps taken, as Mesa counts them: without the months before the reform.
        scenario, seed, society: what is simulated.
        commons: everything the stages work on.
        residents: the residents' columns; ``model.residents[17]``, ``model.residents.to_frame()``.
        parts: the parts of the month, in order (``month.Part``).
        timings: seconds that each part of the month took so far, from the reform on.
    """

    # An attribute and no more: from Mesa 3.5 on it is a property of Mesa's, for scenarios of Mesa's own kind.
    scenario: Any = None

    def __init__(
        self,
        *,
        scenario: str | Path | Scenario = "co_governance",
        rng: int | np.integer[Any] | np.random.Generator | None = None,
        seed: int | np.integer[Any] | None = None,
        residents: int | None = None,
        threads: int | None = None,
        histories: str | Path | None = None,
        from_day_one: bool = False,
        watch: Sequence[int] = (),
        events: bool = False,
    ) -> None:
        seed = _seed(rng, seed)
        super().__init__(rng=seed)
        self.seed = seed
        changes = (
            []
            if residents is None
            else [f"society.residents={check_count('residents', residents, limits.FEWEST_RESIDENTS)}"]
        )
        self.scenario = Scenario.load(scenario, changes=changes)
        self.month, self.ticks = -self.scenario.history.months, 0
        self.society = Society.generate(self.scenario.society, self.scenario.enterprises, seed)
        rules = make_rules(self.scenario.behaviour, self.scenario.services, self.scenario.organisations)
        n = self.society.units.n_residents
        many = (os.cpu_count() or 1) if n > 50_000 else 1
        self.residents = self._make_residents(rules, many if threads is None else check_count("threads", threads))
        self.commons = Commons(self, self.scenario, self.society, self.residents, seed)
        self._gauge = Gauge()
        self.datacollector = self.new_collector()
        self._recorder: Recorder | None = None
        self._begin()
        if self.month < 0 and not from_day_one:
            self._live_through_history(None if histories is None else user_path(histories))
        if watched := _listed(watch):
            self.residents.watch(watched)
        if events:
            self._recorder = Recorder(self.commons)

    def _make_residents(self, rules: Any, threads: int) -> Residents:
        return Residents(self.society, rules, self.seed, threads, self.scenario.history.months)

    @property
    def _chosen(self) -> Mapping[str, Any]:
        """Settings of the institutions that there are this month: those of the old regime until month 1."""
        if self.month < 1 and self.scenario.history.months:
            return self.scenario.old_regime
        return self.scenario.institutions_in(self.month)

    def new_parts(self) -> tuple[Part, ...]:
        """The parts of the month in such a world; while it is rolled out, of both regimes."""
        return month_of({**(self.scenario.old_regime if self.rollout is not None else {}), **self._chosen})

    def _begin(self) -> None:
        """From now on there are other institutions, in the order of the registry, so that a scenario's own order changes
        nothing, and the parts of the month in such a world.
        """
        self.institutions: list[Institution] = self._institutions(self._chosen)
        self.old_institutions: list[Institution] = []
        self.rollout: Rollout | None = None
        if self.scenario.rollout.pilot_districts and (self.month > 0 or not self.scenario.history.months):
            self.old_institutions = self._institutions(self.scenario.old_regime)
            known = np.array([one.id in self.scenario.old_regime for one in self.institutions], bool)
            self.rollout = Rollout(self.scenario.rollout, self.society.units, known, self.seed)
        self.parts: tuple[Part, ...] = self.new_parts()
        self.timings: dict[str, float] = {part.name: 0.0 for part in self.parts}

    def _institutions(self, chosen: Mapping[str, Any]) -> list[Institution]:
        people = self.society.units.population(Level.COMMUNITY)
        return [
            institution(chosen[key], self.society.units.kind, people)
            for key, institution in institution_classes().items()
            if key in chosen
        ]

    def _live_through_history(self, folder: Path | None) -> None:
        """To the eve of the reform; where it is kept, from there."""
        kept = None if folder is None else checkpoint.history_file(self, folder)
        if kept is not None and checkpoint.takes_up(self, kept):
            return
        while self.month < 0:
            self._pass_month()
        if kept is not None and kept.parent.is_dir():  # a worker on another machine need not see the folder
            with contextlib.suppress(UserError):  # a full disk costs the next run some seconds, not this one its life
                self.save(kept)

    def new_collector(self) -> mesa.DataCollector:
        """A collector of the month and every measure, with nothing collected."""
        return mesa.DataCollector(model_reporters=_reporters())

    # -- running -------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One month: its parts in order. In month 1 the reform begins."""
        self.ticks += 1
        self._pass_month()

    def _pass_month(self) -> None:
        """The same without a tick of Mesa's clock, which counts what users step."""
        self.month += 1
        self.commons.month += 1
        if self.month == 1 and self.scenario.history.months and self.parts:
            self._begin()
        elif self.parts and any(change.month == self.month for change in self.scenario.timeline):
            self._switch()
        for part in self.parts:
            start = time.perf_counter()
            part.act(self)
            self.timings[part.name] += time.perf_counter() - start
        if self.residents.diary is not None and self.parts:
            self.residents.diary.write(self.residents, self.month)
        if self._recorder is not None and self.parts:
            there = None if self.rollout is not None or self.month < 1 else self.scenario.institutions_in(self.month)
            self._recorder.record(self.commons, self.month, there)

    def _switch(self) -> None:
        """From this month on the timeline has other institutions."""
        self.institutions, self.parts = self._institutions(self._chosen), self.new_parts()
        self.timings = {part.name: 0.0 for part in self.parts} | self.timings

    def change(self, institution: str, *, on: bool = True, strength: float | None = None) -> None:
        """Switch an institution on or off, or change its strength, from the next month on; ``model.scenario.timeline`` has it.

        It works as if the scenario had said so by ``start_month``, ``end_month`` or its timeline. Constants of people do not
        change within a run.

        What is switched on again begins anew; a strength alone moves no date of an institution that is there.

        Raises:
            UserError: an institution that there is not, one switched off that was never there, a strength that is no share, a
                reform that has not begun or is rolled out.
        """
        if self.month < 0:
            raise UserError(
                f"month {self.month}: the reform begins in month 1; before month 0 nothing of it can be changed",
                f"第 {self.month} 个月：改革从第 1 个月开始，第 0 个月之前无法更改其制度",
            )
        self.take_over(self.scenario.with_change(Change.of(self.month + 1, institution, on, strength)))

    def take_over(self, scenario: Scenario) -> None:
        """Go on with a scenario that differs only in changes after this month (``Scenario.with_change``)."""
        self.scenario = self.commons.scenario = scenario

    def run(self, months: int = 60) -> CoGovModel:
        """Simulate some months more; returns the model."""
        for _ in range(months):
            self.step()
        return self

    def run_model(self) -> None:
        """Mesa's name for running to the end: 60 months."""
        self.run(60 - self.month)

    def set_terms(self) -> None:
        """Institutions write this month's terms; where their price cannot be paid in full, they work less."""
        commons = self.commons
        if self.rollout is not None:
            self.rollout.begin(self.month, commons.terms["appraisal_hours"] > 0.0)
        self._offer(Means.enough(commons.n_communities))
        commons.allowed = {kind: commons.terms[kind.term] > 0.0 for kind in BODY_KINDS}
        means = Means(organise.money_for_institutions(commons), organise.hours_for_institutions(commons))
        if (means.money < 1.0).any() or (means.hours < 1.0).any():
            self._offer(means)
        if self.rollout is not None:
            self.rollout.learn(self.month, means, self.institutions)
        duties.hand_down(commons)
        organise.post_terms(commons)

    def _offer(self, means: Means) -> None:
        terms = self.commons.terms
        terms.reset()
        if self.rollout is not None:
            self.rollout.offer(terms, self.month, means, self.institutions, self.old_institutions, self.commons.month)
        else:
            for institution in self.institutions:
                institution.offer(terms, self.month if self.month > 0 else self.commons.month, means)
        terms.clip()

    def measure(self) -> None:
        """Take the month's measures."""
        self._gauge.measure(self.commons)
        if self.month > 0:
            self.datacollector.collect(self)

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def latest(self) -> dict[str, float]:
        """The last month's measures; empty before the first month."""
        return self._gauge.city[-1] if self._gauge.city else {}

    @property
    def measures(self) -> pd.DataFrame:
        """All measures of the whole society, one row a month of the reform (``measures.definitions`` says what each is)."""
        return self._measures(slice(self._before, None))

    @property
    def history(self) -> pd.DataFrame:
        """The same of the months before the reform, which end with month 0."""
        return self._measures(slice(self._before))

    @property
    def _before(self) -> int:
        """How many of the months measured are of the time before the reform."""
        return sum(month["month"] < 1.0 for month in self._gauge.city)

    def _measures(self, months: slice) -> pd.DataFrame:
        frame = pd.DataFrame(self._gauge.city[months], columns=["month", *(m.name for m in MEASURES)])
        return frame.astype({"month": int})

    def measures_by(self, group: str, history: bool = False) -> pd.DataFrame:
        """Measures by month and community, or by month and community type.

        Args:
            group: ``"community"`` or ``"kind"``. In a roll-out communities say in which month they begin, and in which wave
                (``scenario.rollout.WAVES``).
            history: with the months before the reform, which end with month 0.

        Raises:
            UserError: for any other group.
        """
        if group not in ("community", "kind"):
            raise UserError(
                f"measures_by({group!r}): measures are kept by 'community' and by 'kind'",
                f"measures_by({group!r})：只按 community（社区）或 kind（社区类型）统计",
            )
        units = self.society.units
        people = units.population(Level.COMMUNITY)
        if group == "community":
            at = there = np.arange(units.count(Level.COMMUNITY))
            fixed = {"community": there, "kind": [COMMUNITY_TYPES[k].id for k in units.kind], "residents": people}
            if self.rollout is not None:
                fixed |= {"begins": self.rollout.begins, "wave": self.rollout.wave}
        else:
            there = np.unique(units.kind)
            at = units.count(Level.COMMUNITY) + there
            by_kind = np.bincount(units.kind, people)
            fixed = {"kind": [COMMUNITY_TYPES[k].id for k in there], "residents": by_kind[there].astype(int)}
        names = [m.name for m in MEASURES if m.by_community]
        frames = [
            pd.DataFrame({"month": month, **fixed, **{name: rows[name][at] for name in names}})
            for month, rows in enumerate(
                self._gauge.groups[0 if history else self._before :], start=1 - history * self._before
            )
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["month", *fixed, *names])

    @property
    def matters(self) -> Matters:
        """The ledger of matters, one row a matter; months count from the reform, those before it 0 and less. ``matters.story(42)`` tells
        what became of one.
        """
        return Matters.of(self.commons, self.scenario.history.months)

    def explain(self, resident: int) -> list[Reason]:
        """Why a resident who is watched gave or did not last month, for every matter that was open to it; each prints as a sentence.

        Raises:
            UserError: the resident is not watched.
            IndexError: there is no such resident.
        """
        return self.residents[resident].why()

    @property
    def records_events(self) -> bool:
        """Whether ``events`` are kept."""
        return self._recorder is not None

    @property
    def events(self) -> list[Event]:
        """What happened, month by month (``commons.events``).

        Raises:
            UserError: nobody asked for it when the model was made.
        """
        if self._recorder is None:
            raise UserError(
                "events are not kept; ask for them when the model is made, CoGovModel(..., events=True)",
                "未记录事件；请在建立模型时写明：CoGovModel(..., events=True)",
            )
        return self._recorder.events

    # -- keeping -------------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write a checkpoint; ``CoGovModel.restore(path)`` goes on from it exactly as if it had never stopped.

        Raises:
            UserError: it cannot be written there.
            TypeError: the model holds something that cannot be kept, such as a function; the message says where.
        """
        checkpoint.save(self, user_path(path))

    @classmethod
    def restore(cls, path: str | Path) -> CoGovModel:
        """The model of a checkpoint.

        Raises:
            UserError: the file cannot be read, is damaged or no checkpoint, or was saved by other code or libraries.
        """
        restored: CoGovModel = checkpoint.restore(cls, user_path(path))
        return restored

    def pass_months(self, months: int, ticks: int) -> None:
        """Let months pass in which nothing happens, the last of them ticks of Mesa's clock, so that it shows what a restored
        model's has to.

        Raises:
            ValueError: no numbers of months that a run can have.
        """
        if months not in range(LONGEST_RUN) or ticks not in range(months + 1):
            raise ValueError(f"{months} months, {ticks} ticks")
        self.parts = ()
        for _ in range(months - ticks):
            self._pass_month()
        for _ in range(ticks):
            self.step()
        self._begin()

    def close(self) -> None:
        """Let go of all agents; for those who make thousands of models in one process and cannot wait for the collector."""
        self.remove_all_agents()


def _listed(watch: Any) -> list[Any]:
    """Whom to watch, as a list; UserError for what is no list of residents."""
    try:
        return [] if watch is None else list(watch)
    except TypeError as error:
        raise UserError(
            f"watch = {shown(watch)} must be a list of residents, such as [17]",
            f"watch = {shown(watch)} 应为居民编号的列表，如 [17]",
        ) from error


def _seed(rng: Any, seed: Any) -> int:
    """The seed under either of its names, or a new one."""
    given = [_plain_seed(value, name) for name, value in (("rng", rng), ("seed", seed)) if value is not None]
    if len(set(given)) > 1:
        raise UserError(
            f"rng = {shown(rng)} and seed = {shown(seed)} are two names of one number: give one of them",
            f"rng = {shown(rng)} 与 seed = {shown(seed)} 是同一个数的两个名称，请只给一个",
        )
    return given[0] if given else int(np.random.SeedSequence().generate_state(1)[0])


def _plain_seed(value: Any, name: str) -> int:
    """A seed that was given under one of the names, or one that a generator gives."""
    return int(value.integers(2**31)) if isinstance(value, np.random.Generator) else check_seed(value, name)


def _reporters() -> dict[str, Any]:
    """Mesa's reporters: the seed, the month and every measure, as pure functions of the model."""
    return {
        "seed": report_seed,
        "month": report_month,
        **{m.name: partial(report_measure, name=m.name) for m in MEASURES},
    }


def report_seed(model: CoGovModel) -> int:
    """The seed of the run, also where the model drew it itself."""
    return model.seed


def report_month(model: CoGovModel) -> int:
    """The month that was just simulated."""
    return model.month


def report_measure(model: CoGovModel, name: str) -> float:
    """The last month's value of one measure."""
    return model.latest[name]
