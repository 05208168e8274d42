"""Neighbours who may help with a service that the government provides well or badly (Parrado et al. 2013, IPMJ 16:85)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cogov_sim.inputs import whole
from cogov_sim.lab.arguments import allowed, behaviour_of
from cogov_sim.lab.public_goods import MOST_TIES
from cogov_sim.lab.session import Session, Situation, rules_of, subjects, types_of
from cogov_sim.scenario.behaviour import BehaviourSettings

PERCENT = 100.0  # contributions are booked in hundredths of the fair share


def provision(
    performance: float = 0.5,
    efficacy: float = 0.5,
    neighbourhoods: int = 100,
    residents: int = 20,
    months: int = 12,
    familiarity: float = 0.5,
    visibility: float = 0.25,
    hassle: float | None = None,
    behaviour: str | BehaviourSettings = "conditional",
    rng: int = 0,
) -> pd.DataFrame:
    """Let neighbours help month after month with a service that the government keeps at a given quality.

    Each month there is something to do, everybody knows of it, and nobody asks. A service that works well leaves little
    felt need, and who thinks that helping changes something helps more.

    Args:
        performance: quality of the public service, 0-1.
        efficacy: how far residents think that their own help changes something, 0-1, the same for all.
        neighbourhoods, residents: how many neighbourhoods, and residents in each.
        months: how long.
        familiarity: strength of the ties between neighbours, 0-1 (start value: that of ties within a building).
        visibility: chance that neighbours see what one gives (start value: that of the field without institutions).
        hassle: trouble of helping, as a share of the fair share; None for that of the field.
        behaviour: as for ``public_goods``.
        rng: seed.

    Returns:
        One row a resident and month: month, neighbourhood, resident, type, performance, efficacy, belief, contribution.
        Beliefs and contributions are shares of the fair share.

    Raises:
        UserError: a value that is not allowed.
    """
    whole("neighbourhoods", neighbourhoods, 1, 10**5)
    whole("residents", residents, 2, 10**4)
    whole("neighbourhoods x residents x residents", neighbourhoods * residents**2, 4, MOST_TIES)
    whole("months", months, 1, 1000)
    whole("rng", rng, 0, 2**63)
    chances = {"performance": performance, "efficacy": efficacy, "familiarity": familiarity, "visibility": visibility}
    for name, chance in chances.items():
        allowed(name, chance, 0.0, 1.0)
    behaviour = behaviour_of(behaviour)
    trouble = rules_of(behaviour).hassle if hassle is None else allowed("hassle", hassle, 0.0, 1.0)
    n = neighbourhoods * residents
    session = Session(
        subjects(n, rng, efficacy=efficacy), residents, behaviour, rng, endowments=np.full(n, PERCENT),
        familiarity=familiarity,
        situation=Situation(need=1.0 - performance, hassle=trouble, visibility=visibility, met=True),
    )  # fmt: skip
    frames = []
    for month in range(1, months + 1):
        belief = session.columns.belief.astype(float)
        given = session.play() / PERCENT
        frames.append(
            pd.DataFrame(
                {
                    "month": month,
                    "neighbourhood": session.person // residents,
                    "resident": session.person,
                    "type": types_of(session.columns),
                    "performance": performance,
                    "efficacy": efficacy,
                    "belief": belief,
                    "contribution": given,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
