"""Residents' requests wait in their community until somebody answers them: first come, first served, then given up."""

from __future__ import annotations

import numpy as np

from cogov_sim.commons import desk
from cogov_sim.commons.state import Commons


def answer(commons: Commons) -> None:
    """The streets' desks answer with what they dispatch, staff with the hours they have; residents see the chances."""
    board, queue = commons.residents.board, commons.requests
    asked = np.bincount(board.community, board.voices.sum(axis=1), commons.n_communities).astype(np.float64)
    queue.receive(asked, commons.month)
    queue.answer(desk.dispatch(commons))
    waiting = queue.waiting.sum(axis=1)
    hours = commons.scenario.government.case_hours * commons.terms["case_cost"]
    for c, committee in enumerate(commons.committees):
        commons.answered[c] = committee.answer(float(waiting[c]), float(hours[c]))
    queue.answer(np.where(commons.answered < 1.0, commons.answered * waiting, np.inf))
    board.answer[:] = queue.chances()
    queue.close()
