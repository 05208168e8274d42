"""What street offices do in stage 0, terms: each quarter they choose how to deal with every community and service.

They are judged by what superiors count and by what residents reward or complain of, with the weights that terms set, learn from
results, and appraise their communities, with winners and losers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.government import IDLE_MONTHS
from cogov_sim.agents.street_offices import Approach
from cogov_sim.commons.matters import Stage
from cogov_sim.commons.purchase import IS_SERVICE
from cogov_sim.commons.state import COST_PER_HEAD, LEVEL_OF_CATEGORY, N_CATEGORIES, VISIBLE, Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level

QUARTER = 3  # months
OF_COMMUNITIES: NDArray[np.bool_] = LEVEL_OF_CATEGORY >= Level.COMMUNITY
"""Per category, whether its assets are of communities or smaller."""
THIRD = 3  # the upper and the lower of three parts of a district's communities win and lose
HABIT = 1.0  # mean results of a quarter by which another way must be better (status quo bias; start value)
FOUND_OUT = 0.5  # share of what is missing to full caution that being found out adds (start value)
FORGOTTEN = (
    0.1  # share of caution, and of what a way once brought that is not tried now, forgotten in a quarter (start value)
)
_CAUGHT = 1  # which draw of a month says who is found out


def work(commons: Commons) -> None:
    """When a quarter begins offices learn from the last one, appraise, and choose."""
    if commons.month % QUARTER != 1:
        return
    if commons.month > 1:
        _learn(commons)
        _appraise(commons)
    commons.offices.close_quarter()
    _choose(commons)


def record(commons: Commons) -> None:
    """Enter what the month brought into the quarter's books: finished work, public money, praise and complaints.

    Residents praise what was finished as they rate it, those who had asked for it as much again; whoever asked for what was
    given up, or still waits undecided when the quarter ends and did so when it began, complains.
    """
    ledger, offices = commons.ledger, commons.offices
    closed = _of_communities(commons, np.flatnonzero(ledger.column("closed_month") == commons.month))
    finished = ledger.stage[closed] == Stage.COMPLETED
    done, given_up = closed[finished], closed[~finished]
    cell, heads = _cells(commons, done), commons.people_at[Level.COMMUNITY].astype(float)
    full = heads[cell[0]] * COST_PER_HEAD[cell[1]]
    np.add.at(offices.shown, cell, VISIBLE[cell[1]] * ledger.cost[done] / full)
    np.add.at(offices.spent, cell, (ledger.public_money[done] + ledger.delegated_money[done]) / full)
    praise = (2.0 * np.nan_to_num(ledger.rating[done], nan=0.5) - 1.0) * ledger.raters[done] + ledger.support[done]
    np.add.at(offices.response, cell, praise / heads[cell[0]])
    waiting = _of_communities(commons, ledger.open(Stage.RAISED)) if commons.month % QUARTER == 0 else done[:0]
    in_vain = np.concatenate([given_up, waiting[commons.month - ledger.raised_month[waiting] >= QUARTER]])
    cell = _cells(commons, in_vain)
    np.subtract.at(offices.response, cell, ledger.support[in_vain] / heads[cell[0]])


def _of_communities(commons: Commons, matters: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of the matters that lie in a community."""
    return matters[commons.society.assets.community[commons.ledger.asset[matters]] >= 0]


def _cells(commons: Commons, matters: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """Community and category of each matter."""
    asset, assets = commons.ledger.asset[matters], commons.society.assets
    return assets.community[asset], assets.category[asset]


def _relative(commons: Commons, book: NDArray[np.float64]) -> NDArray[np.float64]:
    """A book of the quarter relative to the mean size of its entries in the same street, weighted by residents."""
    street, heads = _streets(commons)
    size = np.bincount(street, heads * np.abs(book).mean(axis=1)) / np.bincount(street, heads)
    usual = size[street][:, None]
    return np.divide(book, usual, out=np.zeros_like(book), where=usual > 0.0)


def _streets(commons: Commons) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The street and the residents of each community."""
    return commons.society.units.parent(Level.COMMUNITY), commons.people_at[Level.COMMUNITY].astype(float)


def results(commons: Commons) -> NDArray[np.float64]:
    """What the quarter brought in each community and service, float64 (communities, categories).

    Mean of what superiors count and what residents said, each relative to what is usual in the street, by the terms'
    weights; less what the public money spent there would have brought elsewhere in the street, as far as it is missing there: purses
    that are full miss none.
    """
    offices, terms = commons.offices, commons.terms
    counted, answered = terms["counts_weight"][:, None], terms["residents_weight"][:, None]
    weight = counted + answered
    brought = counted * _relative(commons, offices.shown) + answered * _relative(commons, offices.response)
    brought = np.divide(brought, weight, out=np.zeros_like(brought), where=weight > 0.0)
    street, heads = _streets(commons)
    total, yuan = (np.bincount(street, heads * x.sum(axis=1)) for x in (brought, offices.spent))
    per_yuan = np.maximum(0.0, np.divide(total, yuan, out=np.zeros_like(total), where=yuan > 0.0)) * _scarcity(commons)
    return np.asarray(brought - per_yuan[street][:, None] * offices.spent)


def _scarcity(commons: Commons) -> NDArray[np.float64]:
    """How far public money is missing in the communities of each street, in [0, 1]: not at all where they hold three months of it."""
    treasury, n = commons.treasury, commons.n_communities
    street = commons.society.units.parent(Level.COMMUNITY)
    free = np.bincount(street, np.maximum(0, treasury.balance - treasury.committed)[:n])
    enough = IDLE_MONTHS * np.bincount(street, treasury.month_income[:n])
    return np.asarray(1.0 - np.minimum(1.0, np.divide(free, enough, out=np.ones_like(free), where=enough > 0)))


def _learn(commons: Commons) -> None:
    """What each approach is thought to bring, over what the same service usually brings in the street, moves towards what it brought;
    of ways that nobody tries now it fades.
    """
    offices, (street, heads) = commons.offices, _streets(commons)
    where = (np.repeat(street[:, None], N_CATEGORIES, axis=1), np.arange(N_CATEGORIES)[None, :], offices.approach)
    weight, total = np.zeros_like(offices.value), np.zeros_like(offices.value)
    np.add.at(weight, where, np.repeat(heads[:, None], N_CATEGORIES, axis=1))
    np.add.at(total, where, heads[:, None] * results(commons))
    tried, rate = weight > 0.0, commons.scenario.government.office_learning
    offices.usual += rate * (total.sum(axis=2) / weight.sum(axis=2) - offices.usual)
    brought = np.divide(total, weight, out=np.zeros_like(total), where=tried) - offices.usual[:, :, None]
    offices.value[tried] += rate * (brought[tried] - offices.value[tried])
    offices.value[~tried] *= 1.0 - FORGOTTEN


def open_approaches(commons: Commons) -> NDArray[np.bool_]:
    """Bool (communities, categories, approaches), which ways terms leave open; to leave it is always one. What is larger than a
    community has no choice: its street does it.
    """
    terms = commons.terms
    may_do = terms["government_agenda"][:, LEVEL_OF_CATEGORY] > 0.0
    grants = (terms["match_rate"] > 0.0) & (terms["match_cap"] > 0.0)
    buys = may_do & IS_SERVICE & (terms["purchasing"] > 0.0)[:, None] & _has_bidders(commons)[:, None]
    result = np.ones((commons.n_communities, N_CATEGORIES, len(Approach)), bool)
    result[:, :, Approach.DO], result[:, :, Approach.BUY] = may_do, buys
    result[:, :, Approach.GRANT] = grants[:, None]
    result[:, ~OF_COMMUNITIES, 1:] = False
    return result


def _has_bidders(commons: Commons) -> NDArray[np.bool_]:
    """Per community, whether its street has a social organisation that may bid."""
    streets = [one.street for one in commons.organisations.values() if one.may_bid()]
    return np.isin(commons.society.units.parent(Level.COMMUNITY), streets)


def _choose(commons: Commons) -> None:
    """A logit choice among what is open: by what was learnt, and by what officials know of each place, which does not change;
    what is done already is kept unless something else is better by ``HABIT``.
    """
    offices, n = commons.offices, commons.n_communities * N_CATEGORIES
    draws = [uniforms(commons.seed, Purpose.OFFICE, 0, n, a) for a in Approach]
    of_place = -np.log(-np.log(np.stack(draws, axis=-1).reshape(commons.n_communities, N_CATEGORIES, -1)))
    street = commons.society.units.parent(Level.COMMUNITY)
    kept = HABIT * (offices.approach[:, :, None] == np.arange(len(Approach)))
    score = commons.scenario.government.office_choice * (offices.value[street] + kept) + of_place
    offices.approach[:] = np.argmax(np.where(open_approaches(commons), score, -np.inf), axis=2)


def _appraise(commons: Commons) -> None:
    """Superiors rank the communities of each district by what shows and by duties done, or said to be done.

    Inspections spare the upper third and dwell on the lower; who is found to have filled in forms for what was not done
    loses, wherever it stood, and is more careful for a while. A prize goes to the winners from the district's reserve.
    """
    offices, duties, terms = commons.offices, commons.duties, commons.terms
    appraised = terms["appraisal_hours"] > 0.0
    luck = uniforms(commons.seed, Purpose.OFFICE, commons.month, commons.n_communities, _CAUGHT)
    caught = appraised & (luck < duties.faked)
    duties.caution[:] = np.where(
        caught, duties.caution + FOUND_OUT * (1.0 - duties.caution), (1.0 - FORGOTTEN) * duties.caution
    )
    district = commons.society.units.within(Level.COMMUNITY, Level.DISTRICT)
    place = _places(commons, district)
    number = np.bincount(district)[district]
    won = appraised & (place < number // THIRD) & ~caught
    lost = caught | (appraised & (place >= number - number // THIRD))
    stakes = terms["appraisal_stakes"]
    offices.inspection[:] = np.where(won, 1.0 - stakes, np.where(lost, 1.0 + stakes, 1.0))
    duties.undone[:] = 0.0
    for c in np.flatnonzero(won & (terms["prize"] > 0.0)).tolist():
        purse = commons.treasury.district_purse(int(district[c]))
        yuan = int(terms["prize"][c] * commons.people_at[Level.COMMUNITY][c])
        commons.treasury.transfer(purse, c, min(yuan, max(0, commons.treasury.free(purse))))


def _places(commons: Commons, district: NDArray[np.int32]) -> NDArray[np.int64]:
    """The place of each community in its district's appraisal, 0 for the first."""
    shown = commons.offices.shown.sum(axis=1)
    usual = (np.bincount(district, shown) / np.bincount(district))[district]
    score = np.divide(shown, usual, out=np.zeros_like(shown), where=usual > 0.0) - commons.duties.undone / QUARTER
    order = np.lexsort((-score, district))
    first = np.searchsorted(district[order], np.arange(int(district.max()) + 1))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - first[district[order]]
    return place
