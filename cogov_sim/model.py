"""The model: one society, one month at a time, five stages in order, and nothing else."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import mesa
import numpy as np
import pandas as pd

from cogov_sim.agents.organisations import KINDS
from cogov_sim.agents.residents import Residents
from cogov_sim.agents.rules import make_rules
from cogov_sim.commons import ballot, build, decide, evaluate, manage, organise, plan, purchase, requests, share
from cogov_sim.commons.state import Commons
from cogov_sim.institutions.base import Institution
from cogov_sim.language import Text, UserError
from cogov_sim.measures.compute import Gauge
from cogov_sim.measures.definitions import MEASURES
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.institution import institution_classes
from cogov_sim.society import COMMUNITY_TYPES, Level, Society

CHECKPOINT_VERSION = 2


@dataclass(frozen=True)
class Part:
    """One part of the month: what happens, who acts, what they read and write. The order of the month is this data."""

    name: str
    stage: Text
    text: Text
    who: Text
    reads: Text
    writes: Text
    act: Callable[[CoGovModel], None]


class CoGovModel(mesa.Model):
    """A society under a scenario's institutions, one month a step.

    Args:
        scenario: a name, a path to a TOML file, or a ``Scenario``.
        rng: the seed, a whole number (or a numpy generator, from which one is drawn); None draws one.
        residents: shorthand for the scenario change ``society.residents``.
        threads: threads for the residents' kernels; the result is the same for any number. None: as many as the
            machine has, for societies of more than 50,000 residents, else 1.

    Raises:
        UserError: for a scenario that cannot be read.

    Attributes:
        month: months simulated so far.
        scenario, seed, society: what is simulated.
        commons: everything the stages work on.
        residents: the residents' columns; ``model.residents[17]``, ``model.residents.to_frame()``.
        timings: seconds that each part of the month took so far.
    """

    MONTH: ClassVar[tuple[Part, ...]] = ()

    def __init__(
        self,
        *,
        scenario: str | Path | Scenario = "co_governance",
        rng: int | np.integer[Any] | np.random.Generator | None = None,
        residents: int | None = None,
        threads: int | None = None,
    ) -> None:
        seed = _seed(rng)
        super().__init__(rng=seed)
        self.seed = seed
        changes = [f"society.residents={residents}"] if residents is not None else None
        self.scenario: Any = Scenario.load(scenario, changes=changes)
        self.month = 0
        self.society = Society.generate(self.scenario.society, self.scenario.enterprises, seed)
        rules = make_rules(self.scenario.behaviour, self.scenario.services, self.scenario.organisations)
        n = self.society.units.n_residents
        many = (os.cpu_count() or 1) if n > 50_000 else 1
        self.residents = self._make_residents(rules, threads or many)
        self.commons = Commons(self, self.scenario, self.society, self.residents, seed)
        self.institutions = self._make_institutions()
        self.timings: dict[str, float] = {part.name: 0.0 for part in self.MONTH}
        self._gauge = Gauge()
        self.datacollector = mesa.DataCollector(model_reporters=_reporters())

    def _make_residents(self, rules: Any, threads: int) -> Residents:
        return Residents(self.society, rules, self.seed, threads)

    def _make_institutions(self) -> list[Institution]:
        """The scenario's institutions, in the order of the registry, so that a scenario's own order changes nothing."""
        chosen = self.scenario.institutions
        people = self.society.units.population(Level.COMMUNITY)
        return [
            institution(chosen[key], self.society.units.kind, people)
            for key, institution in institution_classes().items()
            if key in chosen
        ]

    # -- running -------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One month: the parts of ``MONTH`` in order."""
        self.month += 1
        self.commons.month = self.month
        for part in self.MONTH:
            start = time.perf_counter()
            part.act(self)
            self.timings[part.name] += time.perf_counter() - start

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
        full = np.ones(commons.n_communities)
        self._offer(full)
        commons.allowed = {kind: commons.terms[kind.term] > 0.0 for kind in KINDS}
        affordable = organise.affordable(commons)
        if (affordable < 1.0).any():
            self._offer(affordable)
        organise.post_terms(commons)

    def _offer(self, affordable: np.ndarray) -> None:
        self.commons.terms.reset()
        for institution in self.institutions:
            institution.offer(self.commons.terms, self.month, affordable)
        self.commons.terms.clip()

    def measure(self) -> None:
        """Take the month's measures."""
        self._gauge.measure(self.commons)
        self.datacollector.collect(self)

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def latest(self) -> dict[str, float]:
        """The last month's measures; empty before the first month."""
        return self._gauge.city[-1] if self._gauge.city else {}

    @property
    def measures(self) -> pd.DataFrame:
        """All measures of the whole society, one row a month (``measures.definitions`` says what each is)."""
        frame = pd.DataFrame(self._gauge.city, columns=["month", *(m.name for m in MEASURES)])
        return frame.astype({"month": int})

    def measures_by(self, group: str) -> pd.DataFrame:
        """Measures by month and community, or by month and community type.

        Args:
            group: ``"community"`` or ``"kind"``.

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
            history, there = self._gauge.communities, np.arange(units.count(Level.COMMUNITY))
            fixed = {"community": there, "kind": [COMMUNITY_TYPES[k].id for k in units.kind], "residents": people}
        else:
            history, there = self._gauge.kinds, np.unique(units.kind)
            by_kind = np.bincount(units.kind, people)
            fixed = {"kind": [COMMUNITY_TYPES[k].id for k in there], "residents": by_kind[there].astype(int)}
        names = [m.name for m in MEASURES if m.by_community]
        frames = [
            pd.DataFrame({"month": month, **fixed, **{name: rows[name][there] for name in names}})
            for month, rows in enumerate(history, start=1)
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["month", *fixed, *names])

    @property
    def matters(self) -> pd.DataFrame:
        """The ledger of matters, one row a matter."""
        return self.commons.ledger.to_frame()

    # -- keeping -------------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write a checkpoint; ``CoGovModel.restore(path)`` goes on from it exactly as if it had never stopped.

        Written under a temporary name and moved into place. A checkpoint is a Python pickle: load only your own.
        """
        path = Path(path)
        temporary = path.with_name(path.name + ".part")
        with temporary.open("wb") as file:
            pickle.dump((CHECKPOINT_VERSION, self), file, protocol=5)
        temporary.replace(path)

    @classmethod
    def restore(cls, path: str | Path) -> CoGovModel:
        """The model of a checkpoint.

        Raises:
            UserError: the file cannot be read, or is no checkpoint of this version.
        """
        try:
            with Path(path).open("rb") as file:
                version, model = pickle.load(file)
        except (
            OSError,
            pickle.UnpicklingError,
            EOFError,
            ValueError,
            TypeError,
            AttributeError,
            ImportError,
            LookupError,
        ) as error:
            raise UserError(f"{path}: is no checkpoint that can be read", f"{path}：不是可读取的检查点") from error
        if version != CHECKPOINT_VERSION or not isinstance(model, CoGovModel):
            raise UserError(f"{path}: is a checkpoint of another version", f"{path}：检查点版本不符")
        return model

    def close(self) -> None:
        """Let go of all agents; for those who make thousands of models in one process and cannot wait for the collector."""
        self.remove_all_agents()


def _seed(rng: Any) -> int:
    if rng is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**31))
    whole = isinstance(rng, int | np.integer) and not isinstance(rng, bool)
    if not whole or rng < 0:
        raise UserError(f"rng = {rng!r} must be a whole number from 0", f"rng = {rng!r} 应为不小于 0 的整数")
    return int(rng)


def _reporters() -> dict[str, Any]:
    """Mesa's reporters: the month and every measure, as pure functions of the model."""
    return {"month": report_month, **{m.name: partial(report_measure, name=m.name) for m in MEASURES}}


def report_month(model: CoGovModel) -> int:
    """The month that was just simulated."""
    return model.month


def report_measure(model: CoGovModel, name: str) -> float:
    """The last month's value of one measure."""
    return model.latest[name]


_TERMS = Text("0 Terms", "0 条件")
_PLAN = Text("1 Plan", "1 决策共谋")
_BUILD = Text("2 Build", "2 发展共建")
_MANAGE = Text("3 Manage", "3 建设共管")
_EVALUATE = Text("4 Evaluate", "4 成效共评")
_SHARE = Text("5 Share", "5 成果共享")
_GOVERNMENT = Text("city, districts, streets", "市、区、街道")
_RESIDENTS = Text("residents", "居民")

#: The month, in order. ``step`` runs it, ``cogov explain`` prints it.
CoGovModel.MONTH = (
    Part("money", _TERMS, Text("the envelope goes down per head", "财政额度按人头下拨"), _GOVERNMENT,
         Text("envelope", "财政额度"), Text("purses", "各级账户"),
         lambda m: organise.hand_out_money(m.commons)),
    Part("terms", _TERMS, Text("institutions set this month's terms", "制度设定本月条件"), Text("institutions", "制度"),
         Text("settings, month, purses, hours", "参数、月份、账户、工时"), Text("terms", "条件"), CoGovModel.set_terms),
    Part("staff", _TERMS, Text("administration and institutions take hours and money", "行政与制度占用工时与经费"),
         Text("committees, workstations", "居委会、工作站"), Text("terms", "条件"), Text("staff hours, purses", "工时、账户"),
         lambda m: organise.pay_and_staff_institutions(m.commons)),
    Part("bodies", _TERMS, Text("some move; bodies lose members and leaders; firms join or leave",
                                "居民迁移；组织增减成员与带头人；企业进出理事会"),
         Text("residents, organisations, enterprises", "居民、组织、企业"), Text("terms, fatigue, profits", "条件、疲劳、利润"),
         Text("residents who moved, bodies, seats", "迁入者、组织、席位"), lambda m: organise.live_on(m.commons)),
    Part("providers", _TERMS, Text("providers pay their overhead, close down, or are founded", "社会组织支付开支、关停或新设"),
         Text("providers", "社会组织"), Text("terms, money", "条件、资金"), Text("providers", "社会组织"),
         lambda m: purchase.live_on(m.commons, m)),
    Part("shocks", _PLAN, Text("shocks strike", "冲击发生"), Text("nature, accidents", "自然与事故"), Text("-", "-"),
         Text("quality", "质量"), lambda m: plan.strike(m.commons)),
    Part("voice", _PLAN, Text("residents speak up and found bodies", "居民发声、发起组织"),
         _RESIDENTS, Text("need, efficacy, trust, spirit, fatigue, terms", "需要、效能感、信任、共同精神、疲劳、条件"),
         Text("voices, requests, bodies", "发声、诉求、组织"), lambda m: plan.listen(m.commons, m)),
    Part("notice", _PLAN, Text("worn assets become matters", "损耗资产成为事项"), Text("residents, staff, officials", "居民、工作人员、官员"),
         Text("quality, voices, terms", "质量、发声、条件"), Text("ledger", "台账"), lambda m: plan.notice(m.commons)),
    Part("answers", _PLAN, Text("the street's desk dispatches or sends back; staff answer requests, the oldest first",
                                "街道派遣或退回；工作人员按先后答复诉求"),
         Text("streets, workstations, committees", "街道、工作站、居委会"), Text("requests, staff hours", "诉求、工时"),
         Text("answers, ledger", "答复、台账"), lambda m: requests.answer(m.commons)),
    Part("meetings", _PLAN, Text("those invited come or stay away; they propose, discuss and resolve", "受邀者到会或缺席；提议、商议、决议"), _RESIDENTS,
         Text("agenda, terms, drives", "议题、条件、动机"), Text("views, beliefs, ties", "意见、信念、纽带"), lambda m: plan.meet(m.commons)),
    Part("vote", _PLAN, Text("money is set aside; where a vote is due, residents vote on what it buys", "留出票决经费；到期由居民票决项目"),
         Text("residents", "居民"), Text("waiting matters, quotes, needs, terms", "待决事项、报价、需要、条件"),
         Text("ballots, ledger, purses", "选票、台账、账户"), lambda m: ballot.vote(m.commons)),
    Part("decisions", _PLAN, Text("whoever holds the agenda chooses within money and hours", "议程持有者在钱与时间内选择"),
         Text("groups, councils, committees, streets", "小组、理事会、居委会、街道"), Text("ledger, estimates, purses, hours", "台账、估计、账户、工时"),
         Text("ledger, purses", "台账、账户"), lambda m: decide.decide(m.commons)),
    Part("contributions", _BUILD, Text("residents, firms and bodies give or do not", "居民、企业、组织出资出力与否"),
         Text("residents, enterprises, organisations", "居民、企业、组织"), Text("beliefs, schedules, need, terms", "信念、倾向、需要、条件"),
         Text("ledger, acts", "台账、行动"), lambda m: build.call_for_contributions(m.commons)),
    Part("upkeep", _MANAGE, Text("assets wear and are kept up; order is kept or broken", "资产损耗与管护；秩序维护与违规"),
         Text("residents, leaders, government", "居民、带头人、政府"), Text("need, spirit, terms, purses", "需要、共同精神、条件、账户"),
         Text("quality, violations, purses", "质量、违规、账户"), lambda m: manage.look_after(m.commons)),
    Part("evaluation", _EVALUATE, Text("finished matters are judged, grants paid or withheld", "成果评议，奖补兑付与否"),
         Text("residents, streets", "居民、街道"), Text("build quality, preferences", "建造质量、偏好"),
         Text("quality, efficacy, trust, reputations, purses", "质量、效能感、信任、声誉、账户"), lambda m: evaluate.evaluate(m.commons)),
    Part("sharing", _SHARE, Text("benefits reach everyone; feelings, beliefs and ties move on", "惠及所有人；感受、信念、纽带更新"), _RESIDENTS,
         Text("quality, promises, news, acts of those one knows", "质量、承诺、消息、熟人的行动"),
         Text("satisfaction, expectation, trust, belief, spirit, fatigue, ties", "满意度、期望、信任、信念、共同精神、疲劳、纽带"),
         lambda m: share.share(m.commons)),
    Part("measures", _SHARE, Text("the month is measured", "统计本月"), Text("observer", "观察者"), Text("everything", "全部"),
         Text("measures", "指标"), CoGovModel.measure),
)  # fmt: skip
