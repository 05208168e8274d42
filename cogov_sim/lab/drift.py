"""Do types drift? Contribution tables filled before a game and again after it, at what experience has made of inclinations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.columns import Columns
from cogov_sim.lab.session import Session, subjects
from cogov_sim.lab.strategy import ENTRIES, classify, fill
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.society.schedules import TOKENS, ScheduleType, draw_table_errors

HALF = ENTRIES // 2
"""The entry of the table at which the others give half of what they have."""
TYPES = tuple(kind.name.lower() for kind in ScheduleType)


def told(people: Columns, errors: NDArray[np.float64]) -> dict[str, float]:
    """What people say when the strategy method is put to them now.

    Args:
        people: columns of subjects or residents; their inclination is the present one.
        errors: as for ``strategy.fill``, the same before and after: what changes is experience, not the pen.

    Returns:
        Share of each type by the published classifier; ``at_half``: mean share given where others give half;
        ``inclination``: its mean, 1 on the first day; ``halved``: share whose inclination has fallen to half or less.
    """
    tables = fill(people, errors)
    shares = np.bincount(classify(tables), minlength=len(TYPES)) / len(tables)
    return {
        **dict(zip(TYPES, shares.tolist(), strict=True)),
        "at_half": float(tables[:, HALF].mean()) / TOKENS,
        "inclination": float(people.inclination.mean(dtype=np.float64)),
        "halved": float((people.inclination <= 0.5).mean()),
    }


def over_rounds(
    rounds: int = 10, n: int = 800, rng: int = 0, behaviour: str | BehaviourSettings = "conditional_cooperation"
) -> tuple[dict[str, float], dict[str, float]]:
    """What ``n`` subjects (a multiple of four) say before and after so many rounds of the bare game among strangers."""
    people = subjects(n, rng)
    errors = draw_table_errors(people.schedule_type, ENTRIES, rng)
    before = told(people, errors)
    session = Session(people, 4, behaviour, rng, endowments=np.full(n, float(TOKENS)))
    for _ in range(rounds):
        session.mix()
        session.play()
    return before, told(session.columns, errors[session.person])
