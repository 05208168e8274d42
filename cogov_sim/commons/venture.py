"""The venture platform 公益创投: needs become projects, social organisations bid price and quality, sponsors join, the fund pays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.enterprises import Bid
from cogov_sim.agents.social_organisations import SocialOrganisation
from cogov_sim.commons.bodies import lies_at
from cogov_sim.commons.guess import opinion_of_some
from cogov_sim.commons.matters import Decider, Stage
from cogov_sim.commons.provide import contract, write_decision
from cogov_sim.commons.purchase import IS_SERVICE
from cogov_sim.commons.state import COST_PER_HEAD, Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level

FEWEST = 2  # bids without which a project is not awarded (rule of such rounds; general knowledge)
SMALLEST = 0.1  # of what is missing that is worth a project (start value)
_BY_MATTER = 1 << 40  # keeps entities of draws apart: matter below, organisation above
_COST, _WILLING = 0, 1  # draw numbers of Purpose.VENTURE


def hold_rounds(commons: Commons) -> None:
    """Set the fund's money aside; where a round is due, projects are put out, bid for, and paid from it.

    What a round leaves is free for anything else again.
    """
    terms, fund, treasury = commons.terms, commons.fund, commons.treasury
    commons.venture[:] = 0
    wanted = (terms["venture_fund"] * treasury.month_income[: commons.n_communities]).astype(np.int64)
    for c in np.flatnonzero((wanted > 0) | (fund > 0)).tolist():
        more = min(int(wanted[c]), max(0, treasury.free(c))) if wanted[c] > 0 else -int(fund[c])
        treasury.commit(c, more)
        fund[c] += more
    for c in np.flatnonzero((terms["venture_round"] > 0.0) & (fund > 0)).tolist():
        _hold_round(commons, c)
        _take(commons, c, int(fund[c]))


def _hold_round(commons: Commons, c: int) -> None:
    """Down the list of what the community needs most for its cost: what two bid for, and as much of it as the fund can still pay."""
    matters, wants = _projects(commons, c)
    asset = commons.ledger.asset[matters]
    worth = wants * (1.0 - commons.quality[asset]) / COST_PER_HEAD[commons.society.assets.category[asset]]
    own = float(commons.terms["venture_own"][c])
    bidders = organisations_of(commons, c)
    for q in np.argsort(-worth, kind="stable").tolist():
        m = int(matters[q])
        willing = _willing(commons, m, bidders)
        commons.venture[c] += 1, len(willing), 0, 0
        if len(willing) < FEWEST:
            continue
        bid = best_bid(commons, m, willing, float(commons.terms["venture_quality"][c]))
        scope = min(1.0, float(commons.fund[c]) / ((1.0 - own) * int(commons.ledger.cost[m]) * bid.price))
        if scope < SMALLEST:
            continue
        before = _scale(commons, m, scope)
        public = int(np.ceil((1.0 - own) * int(commons.ledger.cost[m]) * bid.price))
        public = min(public, int(commons.fund[c]))
        _take(commons, c, public)
        if contract(commons, m, c, share=1.0 - own, bid=bid):
            _write(commons, m, c, bid, float(wants[q]))
            commons.venture[c] += 0, 0, 1, public
        else:  # no hours to see to it
            _take(commons, c, -public)
            for name, value in before.items():
                getattr(commons.ledger, name)[m] = value


def _scale(commons: Commons, m: int, scope: float) -> dict[str, Any]:
    """A project is as large as the fund can pay: part of what is missing, or all. Returns what the matter was before."""
    ledger = commons.ledger
    before = {name: getattr(ledger, name)[m].item() for name in ("cost", "scope", "labour", "land", "skill", "space")}
    ledger.cost[m] = max(1, int(scope * ledger.cost[m]))
    for name in ("scope", "labour", "land", "skill", "space"):
        getattr(ledger, name)[m] *= scope
    return before


def _take(commons: Commons, c: int, yuan: int) -> None:
    """Money leaves the fund, to be spent on a project or on anything else."""
    commons.fund[c] -= yuan
    commons.treasury.commit(c, -yuan)


def _projects(commons: Commons, c: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """What of a community's waiting matters organisations can do, and how much people want it: what its last meeting found, or else
    what those who spoke up say.
    """
    ledger, assets = commons.ledger, commons.society.assets
    waiting = ledger.open(Stage.RAISED)
    category, community = assets.category[ledger.asset[waiting]], assets.community[ledger.asset[waiting]]
    ready = (ledger.ready_month[waiting] <= commons.month) & (ledger.level_now[waiting] > Level.STREET)
    mine = waiting[ready & (community == c) & IS_SERVICE[category]]
    views = commons.views[c, assets.category[ledger.asset[mine]]]
    return mine, np.where(np.isnan(views), opinion_of_some(commons, mine, ledger.support[mine]), views)


def organisations_of(commons: Commons, c: int) -> list[SocialOrganisation]:
    """Those of the community's street that may bid."""
    street = int(commons.society.units.parent(Level.COMMUNITY)[c])
    return [o for o in commons.organisations.values() if o.street == street and o.may_bid()]


def _willing(commons: Commons, m: int, bidders: list[SocialOrganisation]) -> list[SocialOrganisation]:
    """Those who bid for a project: all whose field it is, and by chance some others."""
    kind = int(commons.society.assets.category[commons.ledger.asset[m]])
    u = uniforms(commons.seed, Purpose.VENTURE, 0, _pairs(commons, m, bidders), _WILLING)
    breadth = commons.scenario.providers.breadth
    return [
        o for o, luck in zip(bidders, u.tolist(), strict=True) if o.may_bid() and (o.field == kind or luck < breadth)
    ]


def best_bid(
    commons: Commons, m: int, willing: list[SocialOrganisation], quality_weight: float
) -> Bid[SocialOrganisation]:
    """Sealed bids: each has a private cost u and bids (1 + (n - 1) u) / n of the largest margin, the equilibrium of a first-price
    auction among equals, which is what they take it for. Those who judge weigh the price against name and workmanship; an
    equilibrium it is only where the price alone decides.
    """
    n, margin = len(willing), commons.scenario.enterprises.margin
    u = uniforms(commons.seed, Purpose.VENTURE, 0, _pairs(commons, m, willing), _COST)
    bids = (1.0 + (n - 1) * u) / n
    promise = np.array([o.reputation + o.craft(cost) for o, cost in zip(willing, u.tolist(), strict=True)])
    best = int(np.argmax(quality_weight * promise - (1.0 - quality_weight) * bids))
    own_cost, price = float(u[best]), float(bids[best])
    return Bid(willing[best], 1.0 + margin * price, margin * (price - own_cost), own_cost)


def _pairs(commons: Commons, m: int, organisations: list[SocialOrganisation]) -> NDArray[np.int64]:
    """One entity for each organisation's dealing with one matter."""
    luck = np.array([o.luck for o in organisations], np.int64)
    return np.asarray(luck * _BY_MATTER + commons.ledger.luck_of(m), np.int64)


def _write(commons: Commons, m: int, c: int, bid: Bid[SocialOrganisation], wanted: float) -> None:
    """The platform has decided; outside its own field the winner bends the project to what it likes."""
    asset = int(commons.ledger.asset[m])
    assert bid.firm is not None
    outside = bid.firm.field != int(commons.society.assets.category[asset])
    lies_at(commons, m, Level.COMMUNITY)
    estimate = wanted * (1.0 + commons.scenario.providers.drift * outside)
    write_decision(commons, m, Decider.PLATFORM, estimate, Level.COMMUNITY)
