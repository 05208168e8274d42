"""The linear public-goods game in its classical variations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cogov_sim.inputs import whole
from cogov_sim.lab.arguments import allowed, among, behaviour_of
from cogov_sim.lab.session import Session, Situation, subjects, types_of
from cogov_sim.scenario.behaviour import BehaviourSettings

BARE_MPCR = 0.4
"""Return per token in the game that the constants were measured in."""
COMMUNICATION = {"none": 0.0, "written": 0.4, "face_to_face": 1.0}
"""Talk that each kind allows, 1 face to face (written: effects of d 0.46 against 1.21 are 0.38, Balliet 2010; start value)."""
MATCHING = ("strangers", "partners", "sorted")
ENDOWMENTS = {"equal": (1.0,), "unequal": (0.5, 1.5)}
"""Endowments that subjects get in turn, as multiples of the mean."""
SHARED_OUT = ("conditional", "free_rider", "hump")
"""Types whose shares can be chosen; the rest are others."""
MOST_TIES = 10**8
"""Everybody sees everybody else of the group: what fits into memory."""
SESSIONS = (24, 24, 20)
"""Subjects of the three published sessions: strangers meet again within their own (Fischbacher & Gaechter 2010)."""


def public_goods(
    groups: int = 200,
    group_size: int = 4,
    periods: int = 10,
    endowment: float = 20.0,
    mpcr: float = BARE_MPCR,
    matching: str = "strangers",
    communication: str = "none",
    familiarity: float = 0.0,
    recognition: float = 0.0,
    sanction: float = 0.0,
    reward: float = 0.0,
    match_rate: float = 0.0,
    forced: float = 0.0,
    efficacy: float | None = None,
    trust: float | None = None,
    endowments: str = "equal",
    schedules: Mapping[str, float] | None = None,
    games: int = 1,
    behaviour: str | BehaviourSettings = "conditional",
    rng: int = 0,
) -> pd.DataFrame:
    """Play a linear public-goods game with the residents' own rules.

    Args:
        groups, group_size, periods: size of the session.
        endowment: mean tokens per period.
        mpcr: marginal per-capita return, in (0, 1]. A return above that of the bare game (0.4) is felt as need.
        matching: "strangers" (new groups every period), "partners" (the same throughout) or "sorted" (like givers).
        communication: "none", "written" or "face_to_face", before every period.
        familiarity: strength of the ties between members, 0-1.
        recognition, sanction, reward: the terms of these names, 0-1.
        match_rate: tokens added per token given.
        forced: share of the endowment that is collected from everybody.
        efficacy, trust: the same for all subjects, 0-1; None for the middle.
        endowments: "equal" or "unequal" (half and one and a half times the mean, in turn).
        schedules: shares of "conditional", "free_rider", "hump"; the rest are others. None for the published shares.
        games: how many games of so many periods the same people play one after the other; each new one is a restart.
        behaviour: "conditional", "payoff_learning", or settings with constants of one's own.
        rng: seed.

    Returns:
        One row a subject and period: period (counted through all games), group, member, type, endowment, belief, contribution, payoff. Beliefs,
        contributions (those of one's own will) and payoffs in tokens.

    Raises:
        UserError: a value that is not allowed.
    """
    _check(groups, group_size, periods, endowment, mpcr, rng)
    for name, chance in {"familiarity": familiarity, "recognition": recognition, "sanction": sanction, "reward": reward,
                         "forced": forced, "efficacy": efficacy, "trust": trust}.items():  # fmt: skip
        if chance is not None:
            allowed(name, chance, 0.0, 1.0)
    allowed("match_rate", match_rate, 0.0, 5.0)
    for name, share in (schedules or {}).items():
        allowed(f"schedules: {among('schedules', name, SHARED_OUT)}", share, 0.0, 1.0)
    among("matching", matching, MATCHING)
    among("communication", communication, COMMUNICATION)
    among("endowments", endowments, ENDOWMENTS)
    behaviour = behaviour_of(behaviour)
    n = groups * group_size
    session = Session(
        subjects(n, rng, shares=schedules, efficacy=efficacy, trust=trust), group_size, behaviour, rng, mpcr=mpcr,
        familiarity=familiarity, endowments=endowment * np.resize(ENDOWMENTS[endowments], n),
        situation=Situation(need=_need(mpcr, match_rate), talk=COMMUNICATION[communication],
                            recognition=recognition, reward=reward, sanction=sanction, match=match_rate, levy=forced,
                            met=communication == "face_to_face"),
    )  # fmt: skip
    whole("games", games, 1, 100)
    frames = []
    for game in range(games):
        if game > 0:
            session.restart()
        frames += [_period(session, matching) for _ in range(periods)]
    return pd.concat(frames, ignore_index=True)


def repeated(
    experiments: int = 200, sessions: Sequence[int] = SESSIONS, rng: int = 0, **arguments: Any
) -> pd.DataFrame:
    """The same game in many experiments, each with people and luck of its own: how far one may lie from the next.

    What members of a group do hangs together, and through strangers what a whole session does; so the spread of their
    means is not that of as many independent subjects.

    Args:
        experiments: how many.
        sessions: subjects of each session of an experiment, about: whole groups; those of the published one.
        rng: seed of the first.
        **arguments: as for ``public_goods``, without ``groups``.

    Returns:
        One row an experiment and period: experiment, period, contribution (mean, share of the mean endowment), zero
        (share who give nothing).

    Raises:
        UserError: a value that is not allowed.
    """
    whole("experiments", experiments, 1, 10**5)
    size = int(arguments.get("group_size", 4))
    rows = []
    for number in range(experiments):
        played = [
            public_goods(groups=max(1, round(n / size)), rng=rng + number * len(sessions) + k, **arguments)
            for k, n in enumerate(sessions)
        ]
        game = pd.concat(played, ignore_index=True)
        given = game.assign(zero=game["contribution"] == 0).groupby("period")[["contribution", "zero"]].mean()
        given["contribution"] /= game["endowment"].mean()
        rows.append(given.reset_index().assign(experiment=number))
    return pd.concat(rows, ignore_index=True)


def _need(mpcr: float, match_rate: float) -> float:
    """Felt need per token: how far the return, match included, is above that of the bare game.

    The kernels multiply need by 1 + match, up to 2, because a matched token achieves that much; here the return says so.
    """
    times = 1.0 + min(1.0, match_rate)
    return (mpcr * times - BARE_MPCR) / (1.0 - BARE_MPCR) / times


def _period(session: Session, matching: str) -> pd.DataFrame:
    if session.period == 0 or matching == "strangers":
        session.mix()
    elif matching == "sorted":
        session.sort()
    columns = session.columns
    belief = columns.belief.astype(float) * session.endowments
    tokens = session.play()
    seats = np.arange(len(tokens))
    rows: dict[str, Any] = {
        "period": session.period,
        "group": seats // session.group_size,
        "member": session.person,
        "type": types_of(columns),
        "endowment": session.endowments,
        "belief": belief,
        "contribution": tokens,
        "payoff": session.payoffs(tokens),
    }
    return pd.DataFrame(rows)


def _check(groups: int, group_size: int, periods: int, endowment: float, mpcr: float, rng: int) -> None:
    whole("groups", groups, 1, 10**6)
    whole("group_size", group_size, 2, 10**4)
    whole("groups x group_size x group_size", groups * group_size**2, 4, MOST_TIES)
    whole("periods", periods, 1, 1000)
    whole("rng", rng, 0, 2**63)
    allowed("endowment", endowment, 1.0, 1e6)
    allowed("mpcr", mpcr, 0.01, 1.0)
