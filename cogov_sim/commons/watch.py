"""The watch over leaders 监督: what a council's leader keeps of the money gathered, and what a board finds of it."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.organisations import COUNCILS, Organisation
from cogov_sim.agents.supervisors import SEATS
from cogov_sim.commons.bodies import bodies_of
from cogov_sim.commons.state import Commons
from cogov_sim.draws import Purpose, uniforms


def insiders(commons: Commons, community: int) -> set[int]:
    """Leaders and officers of a community's councils."""
    councils = [commons.bodies[kind].get(community) for kind in COUNCILS]
    return {i for body in councils if body is not None for i in (body.leader, *body.officers)}


def elect_supervisors(commons: Commons) -> None:
    """A supervisory board sits where the terms want one; it watches builders, and the leaders of a council if there is one."""
    for c, supervisors in enumerate(commons.supervisory_boards):
        watched = insiders(commons, c)
        if commons.terms["oversight"][c] <= 0.0:
            supervisors.members = []
            continue
        people = np.arange(supervisors.first, supervisors.last)
        draw = partial(uniforms, commons.seed, Purpose.BOARD, commons.month, people)
        supervisors.elect(commons.residents, watched, commons.scenario.organisations.burnout, draw)


def bend(commons: Commons, done: NDArray[np.int64]) -> NDArray[np.float64]:
    """Leaders of councils keep part of what was gathered for finished matters; boards find some of it.

    A leader keeps the share ``misuse`` x (1 - spirit) of the money that the council's own part took, in whole yuan. What
    a board finds is paid back to the council, for its next matter, and the leader loses office. Residents hear of it, or
    that all was well.

    Args:
        commons: the commons.
        done: matters finished this month; their money is all there.

    Returns:
        float64 per matter, the share of its means that was not built with.
    """
    ledger = commons.ledger
    have = ledger.own_value(done, commons.scenario.services)
    lost = np.zeros(len(done))
    for q, (m, body) in enumerate(zip(done.tolist(), bodies_of(commons, done), strict=True)):
        if body is None or not body.is_council:
            continue
        money = int(ledger.private_money(m))
        spent = max(0, money - max(0, int(have[q] - ledger.own_target[m])))
        greed = commons.scenario.organisations.misuse * (1.0 - float(commons.residents.columns.spirit[body.leader]))
        ledger.misused[m] = int(greed * spent)
        lost[q] = int(ledger.misused[m]) / max(1, int(ledger.own_target[m] + ledger.grant_promised[m]))
        found = ledger.misused[m] > 0 and _found(commons, body, m)
        if found:
            ledger.recovered[m] = ledger.misused[m]
            body.budget += int(ledger.recovered[m])
            body.deposed = True
        if spent > 0:
            _tell(commons, body.unit, float(lost[q]) if found else 0.0)
    return lost


def _tell(commons: Commons, community: int, kept: float) -> None:
    """Residents hear from their board which share of a matter's means was kept, and think of the next as they heard.

    That a board found nothing counts as far as they take it to look: by its seats that are held, whoever sits there, and ``oversight``.
    """
    looks = 1.0 if kept > 0.0 else _held(commons)[community] * commons.terms["oversight"][community]
    thought = commons.thought_kept
    thought[community] += commons.scenario.organisations.books_learning * looks * (kept - thought[community])


def over_builders(commons: Commons, matters: NDArray[np.int64]) -> NDArray[np.float64]:
    """How closely the community's board watches each matter being built, whoever decided it: by its seats that are held.

    Returns:
        float64 per matter in [0, 1]; 0 where no board sits, and for what belongs to no community.
    """
    community = commons.society.assets.community[commons.ledger.asset[matters]]
    return np.asarray(np.where(community >= 0, (_held(commons) * commons.terms["oversight"])[community], 0.0))


def _held(commons: Commons) -> NDArray[np.float64]:
    """Share of the seats of each community's board that are held."""
    return np.array([len(board.members) / SEATS for board in commons.supervisory_boards])


def finds_favour(commons: Commons, body: Organisation, m: int) -> bool:
    """Whether the board finds out that a council's leader put the own home first; ``m``: the matter in question."""
    return body.is_council and _found(commons, body, m, 1)


def _found(commons: Commons, body: Organisation, m: int, draw: int = 0) -> bool:
    """Whether the board finds out: less likely, the more of its members have ties to the leaders or officers they watch."""
    supervisors = commons.supervisory_boards[body.unit]
    chance = commons.terms["oversight"][body.unit] * supervisors.independent(
        commons.residents, insiders(commons, body.unit)
    )
    luck = uniforms(commons.seed, Purpose.AUDIT, 0, commons.ledger.luck_key(np.array([m])), draw)
    return bool(luck[0] < chance)
