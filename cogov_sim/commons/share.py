"""What the commons do in stage 5, share 共享: benefits reach everyone; news and promises shape what people make of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import STATS
from cogov_sim.agents.kernels import YEAR
from cogov_sim.commons.matters import NONE, Stage
from cogov_sim.commons.state import COST_PER_HEAD, TYPE_PREFERENCES, Commons
from cogov_sim.society import Level

LARGEST_PROMISE = 0.5


def share(commons: Commons) -> None:
    """Residents perceive what there is and what was promised and reported; then states move on by one month."""
    board = commons.residents.board
    promise = np.minimum(LARGEST_PROMISE, commons.terms["promise"] * announced(commons))
    board.promised[:] = promise * commons.promise_belief
    board.news[:] = news(commons)
    commons.residents.share(commons.month)
    _learn_from_promises(commons, promise)


def _learn_from_promises(commons: Commons, promise: NDArray[np.float64]) -> None:
    """Belief in publicity moves towards the part of the past year's promise that residents saw come true.

    Nobody learns before there is a year to look back on, or where nothing was promised.
    """
    board, now = commons.residents.board, commons.month % YEAR
    total = np.bincount(board.community, board.stats[:, STATS.index("performance")], commons.n_communities)
    performance = total / commons.society.units.population(Level.COMMUNITY)
    gained = performance - commons.year_performance[now]
    commons.year_performance[now] = performance
    kept = np.clip(np.divide(gained, promise, out=np.zeros_like(gained), where=promise > 0.0), 0.0, 1.0)
    learns = (promise > 0.0) & ~np.isnan(gained)
    rate = commons.scenario.behaviour.promise_learning
    commons.promise_belief[learns] += rate * (kept - commons.promise_belief)[learns]


def announced(commons: Commons) -> NDArray[np.float64]:
    """Gain in perceived performance that the past year's public outlay should have brought, per community.

    Publicity announces money: every yuan counts with the quality it buys where nothing wears out, nothing is misjudged
    and nothing is built badly, spread over all services. What publicity adds to expectations therefore grows with
    provision itself, whatever came of it.
    """
    outlay = commons.treasury.month_outlay.sum(axis=1).astype(float)
    units = commons.society.units
    per_head = outlay[: commons.n_communities] / units.population(Level.COMMUNITY)
    streets = outlay[commons.n_communities : commons.n_communities + commons.n_streets]
    per_head += (streets / units.population(Level.STREET))[units.parent(Level.COMMUNITY)]
    commons.year_outlay[commons.month % YEAR] = per_head
    gain_per_yuan = (TYPE_PREFERENCES[units.kind] / COST_PER_HEAD).mean(axis=1)
    return np.asarray(commons.year_outlay.sum(axis=0) * gain_per_yuan)


def news(commons: Commons) -> NDArray[np.float64]:
    """How good the government's results are that this month's reports tell of, per community, in [0, 1]; -1 without any.

    An event is news once, in the month in which it happens. Matters with public money count with their evaluation,
    those that officials had on their list and never decided with 0, and so do those of which a board found money missing:
    what no board finds is no news.
    """
    ledger = commons.ledger
    closed = np.flatnonzero(ledger.column("closed_month") == commons.month)
    of_government = ledger.public_money[closed] + ledger.grant_promised[closed] + ledger.delegated_money[closed] > 0
    missing = ledger.recovered[closed] > 0
    dropped = (ledger.stage[closed] == Stage.EXPIRED) & (ledger.decided_by[closed] == NONE)
    place = np.maximum(0, commons.society.assets.community[ledger.asset[closed]])
    on_list = commons.terms["government_agenda"][place, ledger.agenda_level(closed)] > 0.5
    closed = closed[(of_government | missing) & (ledger.stage[closed] == Stage.COMPLETED) | dropped & on_list]
    community = commons.society.assets.community[ledger.asset[closed]]
    closed, community = closed[community >= 0], community[community >= 0]
    bad = (ledger.stage[closed] == Stage.EXPIRED) | (ledger.recovered[closed] > 0)
    mark = np.where(bad, 0.0, np.nan_to_num(ledger.rating[closed], nan=0.5))
    count = np.bincount(community, minlength=commons.n_communities)
    total = np.bincount(community, mark, commons.n_communities)
    return np.asarray(np.where(count > 0, total / np.maximum(1, count), -1.0))
