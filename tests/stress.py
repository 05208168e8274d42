"""Calm worlds and worlds under stress over the same seeds, and what differs between them: for tests of how things fail."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.organisations import COUNCILS as COUNCIL_KINDS
from cogov_sim.agents.organisations import Organisation
from cogov_sim.commons.bodies import living
from cogov_sim.commons.matters import Decider
from cogov_sim.commons.state import VISIBLE, Commons
from cogov_sim.experiments.worlds import BARE
from cogov_sim.society import Level

SEEDS = (1, 2, 3, 4)
Look = Callable[[CoGovModel], float]
Prepare = Callable[[CoGovModel], None]

PROVISION = "+direct_provision"
GRANTS = "+award_grant"
COUNCILS = "+award_grant+resident_councils"
#: Three supporters are enough for a council, so that most communities have one to look at.
EASY = "organisations.council_supporters=3"


#: Small worlds without a history, in which street offices hold on to what they do.
STEADY = ("history.months=0", "society.preset=miniature", "government.office_choice=10")


@cache
def worlds(
    institutions: str, *changes: str, months: int = 15, residents: int = 2000, prepare: Prepare | None = None
) -> tuple[CoGovModel, ...]:
    """One model a seed after some months: a world of just these institutions, ``+one+other``, with changes.

    Measures are taken in the last year only: they take two fifths of the time.
    """
    scenario = Scenario.load(BARE + institutions, changes=[*STEADY, *changes])
    models = [CoGovModel(scenario=scenario, rng=seed, residents=residents, threads=1) for seed in SEEDS]
    for model in models:
        if prepare is not None:
            prepare(model)
        for month in range(1, months + 1):
            step(model, month, measured=month > months - 12)
    return tuple(models)


def step(model: CoGovModel, month: int, measured: bool = True) -> None:
    """One month, part by part."""
    model.month = model.commons.month = month
    for part in model.parts:
        if measured or part.name != "measures":
            part.act(model)


def change(look: str | Look, calm: tuple[CoGovModel, ...], stressed: tuple[CoGovModel, ...]) -> NDArray[np.float64]:
    """What stress changes, seed by seed; a measure's name stands for its mean over the last year."""
    see = partial(_last_year, name=look) if isinstance(look, str) else look
    return np.array([see(b) - see(a) for a, b in zip(calm, stressed, strict=True)])


def _last_year(model: CoGovModel, name: str) -> float:
    return float(model.measures[name].mean())


def total(column: str, where: str = "cost > 0") -> Look:
    """A column of the ledger, summed over the matters that a query finds."""
    return lambda model: float(model.matters.query(where)[column].sum())


def waiting(model: CoGovModel) -> float:
    """Yuan a head that undecided matters would cost."""
    matters = model.matters
    return float(matters.cost[matters.stage == "raised"].sum()) / len(model.residents)


def _of_government(commons: Commons) -> NDArray[np.int64]:
    """Matters of communities that the government decided."""
    ledger = commons.ledger
    decided = np.flatnonzero(ledger.column("decided_by") == Decider.GOVERNMENT)
    return decided[commons.society.assets.community[ledger.asset[decided]] >= 0]


def misjudged(model: CoGovModel) -> float:
    """How far the government's estimates of what people want were off: mean of |estimate - true| / (estimate + true)."""
    commons = model.commons
    mine = _of_government(commons)
    thought, true = commons.ledger.estimate[mine], commons.true_preferences[commons.ledger.asset[mine]]
    return float((abs(thought - true) / (thought + true)).mean())


def showy(model: CoGovModel) -> float:
    """How far what the government chose shows to superiors, mean over its matters."""
    commons = model.commons
    asset = commons.ledger.asset[_of_government(commons)]
    return float(VISIBLE[commons.society.assets.category[asset]].mean())


def askew(model: CoGovModel) -> float:
    """How far what the last meetings wanted is from what all residents of their communities want."""
    commons, units = model.commons, model.society.units
    met = np.flatnonzero(~np.isnan(commons.views[:, 0]))
    wanted = [
        model.residents.columns.preferences[first:last].mean(axis=0)
        for first, last in zip(units.first(Level.COMMUNITY), units.last(Level.COMMUNITY), strict=True)
    ]
    return float(np.mean([abs(commons.views[c] - wanted[c]).sum() for c in met]))


def answered(model: CoGovModel) -> float:
    """Share of this month's requests that staff answered, mean over communities."""
    return float(model.commons.answered.mean())


def count(where: str) -> Look:
    """Matters in the ledger that a query finds."""
    return lambda model: float(len(model.matters.query(where)))


DONE = count("stage == 'completed'")
GRANTED = total("public_money", "grant_promised > 0")


def bodies(model: CoGovModel) -> list[Organisation]:
    """All residents' bodies."""
    return list(living(model.commons))


def councils(model: CoGovModel) -> list[dict[int, Organisation]]:
    """The three kinds of councils of a community, by community."""
    return [model.commons.bodies[kind] for kind in COUNCIL_KINDS]
