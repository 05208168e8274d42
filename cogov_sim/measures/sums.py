"""What measures are made from: sums per community, so that ratios are the same for communities and for the city."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import STATS
from cogov_sim.agents.government import USES
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.organisations import COUNCILS, Association, MicroOrganisation
from cogov_sim.agents.street_offices import Approach
from cogov_sim.agents.treasury import OUTLAY_KINDS
from cogov_sim.commons import duties
from cogov_sim.commons.bodies import active, living
from cogov_sim.commons.matters import NONE, Decider, Stage
from cogov_sim.commons.offices import OF_COMMUNITIES
from cogov_sim.commons.register import members
from cogov_sim.commons.state import RECORD, Commons
from cogov_sim.measures.formulas import Sums
from cogov_sim.society import Level, UnitKind

ENOUGH_TO_MEET = 3  # units without which a co-residence council is none (start value)


def sums_of(commons: Commons) -> Sums:
    """Ingredients of all measures, per community; the last entry holds what belongs to streets and districts alone."""
    parts = (
        _sums_of_residents, _sums_of_matters, _sums_of_money_and_hours, _sums_of_queues, _sums_of_units, _sums_of_life,
        _sums_of_communities,
    )  # fmt: skip
    return {name: value for part in parts for name, value in part(commons).items()}


def _pad(values: NDArray[Any], extra: float = 0.0) -> NDArray[np.float64]:
    return np.append(np.asarray(values, float), extra)


def _sums_of_residents(commons: Commons) -> Sums:
    board, n = commons.residents.board, commons.n_communities
    by_building = board.stats
    sums = {name: _pad(np.bincount(board.community, by_building[:, s], n)) for s, name in enumerate(STATS)}
    heads = board.last - board.first
    sums["probe_nothing"], sums["probe_share"] = (_pad(np.bincount(board.community, x, n)) for x in board.probe.T)
    for q, name in enumerate(("volunteers", "volunteer_hours", "donors", "donations")):
        sums[name] = _pad(np.bincount(board.community, board.civic[:, q], n))
    sums["residents"] = _pad(np.bincount(board.community, heads, n))
    sums["locals"] = sums["residents"] - sums["newcomers"]
    sums["locals_active"] = sums["active"] - sums["newcomers_active"]
    sums["disconfirmation"] = sums["performance"] - sums["expectation"]
    sums["violations"] = _pad(np.bincount(board.community, board.violations, n))
    sums["disputes"] = _pad(commons.disputes)
    sums["disputes_settled"], sums["disputes_settled_months"] = _pad(commons.settled), _pad(commons.settled_months)
    sums["in_campaign"] = _pad(np.bincount(board.community, heads * (board.campaign[board.community] > 0.0), n))
    sums["came"] = _pad(np.bincount(board.community, board.came[:, :, 0].sum(axis=1), n))
    met = (board.meeting < -1).sum(axis=1) * heads
    sums["meeting_residents"] = _pad(np.bincount(board.community, met, n))
    votes = board.ballot > 0.0
    for q, group in enumerate(("", "_newcomers", "_old", "_party")):
        sums[f"ballots{group}"] = _pad(np.bincount(board.community, board.voted[:, q], n))
        sums[f"voting{group}"] = sums[group[1:] or "residents"] * _pad(votes)
    electing = board.election > 0
    for q, group in enumerate(("residents", "old", "party")):
        sums[f"elected_{group}"] = _pad(np.bincount(board.community, board.elected[:, q], n))
        sums[f"electing_{group}"] = sums[group] * _pad(electing)
    record = commons.meetings.sum(axis=0)
    sums |= {f"met_{name}": _pad(record[:, q]) for q, name in enumerate(RECORD)}
    sums["met_turned_away"] = sums["met_set_out"] - sums["met_came"]
    faced, given, laboratory, asked = (np.bincount(board.community, column, n) for column in board.faced.T)
    sums["faced"], sums["shortfall"], sums["asked_gifts"] = _pad(faced), _pad(laboratory - given), _pad(asked)
    sums["gifts"] = _pad(np.bincount(board.community, board.new_givers.sum(axis=1), n))
    governed, alive, busy = np.zeros(len(heads), bool), np.zeros(n), np.zeros(n)
    for kind, bodies in commons.bodies.items():
        if kind.hands > 0:
            doing = [unit for unit, body in bodies.items() if active(commons, body)]
            governed |= np.isin(commons.unit_of_building[kind.level], doing)
            community = commons.community_of[kind.level]
            alive += np.bincount(community[list(bodies)], minlength=n)
            busy += np.bincount(community[doing], minlength=n)
    sums["bodies_living"], sums["bodies_active"] = _pad(alive), _pad(busy)
    sums["fees"] = _pad(np.bincount(board.community, board.fees, n))
    sums["self_governed"] = _pad(np.bincount(board.community, heads * governed, n))
    return sums


def _adder(commons: Commons) -> Callable[..., NDArray[np.float64]]:
    """A function that sums values (or counts) of chosen matters per community; the last entry holds streets' own."""
    n, community = commons.n_communities, commons.society.assets.community[commons.ledger.column("asset")]
    slot = np.where(community >= 0, community, n)

    def total(chosen: NDArray[Any], values: NDArray[Any] | float = 1.0) -> NDArray[np.float64]:
        weights = np.broadcast_to(np.asarray(values, float), slot.shape)
        return np.bincount(slot[chosen], weights[chosen], n + 1).astype(np.float64)

    return total


def _sums_of_matters(commons: Commons) -> Sums:
    ledger, month = commons.ledger, commons.month
    get = ledger.column
    asset, total = get("asset"), _adder(commons)
    stage, cost = get("stage"), get("cost").astype(float)
    this_month = get("closed_month") == month
    past_year = get("closed_month") > max(0, month - YEAR)
    done = (stage == Stage.COMPLETED) & past_year
    decided = (get("decided_by") != NONE) & (get("decided_month") > month - YEAR)
    closed = (get("decided_by") != NONE) & past_year
    in_kind = ledger.in_kind(np.arange(ledger.n), commons.scenario.services)
    public = get("public_money").astype(float) + get("delegated_money")
    of_staff = ledger.of_units(np.arange(ledger.n), commons.scenario.services)
    social = np.minimum(of_staff, get("social_minutes") / 60.0 * commons.scenario.services.hour_value)
    public = public + social
    others = ledger.private_money(np.arange(ledger.n)) + in_kind + of_staff - social
    others = others - get("surplus") - get("recovered")  # it counts where it is spent
    by_itself = (get("decided_by") == Decider.GOVERNMENT) & (get("provider") == NONE)
    lowest = get("decided_level") >= commons.society.assets.level[asset]
    year_end = commons.year_end.astype(float)
    target = get("own_target").astype(float)
    gathered = np.minimum(target, ledger.own_value(np.arange(ledger.n), commons.scenario.services))
    # asked for a year to two years ago, so that those that failed have failed by now
    ripe = (
        (get("decided_month") > month - 2 * YEAR) & (get("decided_month") <= month - YEAR) & (get("closed_month") > 0)
    )
    weight = np.nan_to_num(get("quality")), np.nan_to_num(get("preference_match"))
    return {
        "opened": total(get("raised_month") == month),
        "completed": total(this_month & (stage == Stage.COMPLETED)),
        "expired": total(this_month & (stage == Stage.EXPIRED)),
        "grants_paid": total(this_month & (get("grant_promised") > 0) & (get("public_money") > 0)),
        "completed_yuan": total(this_month & (stage == Stage.COMPLETED), cost),
        "expired_yuan": total(this_month & (stage == Stage.EXPIRED), cost),
        "completed_year": total(done),
        "completed_cost": total(done, cost),
        "quality_cost": total(done, cost * weight[0]),
        "match_cost": total(done, cost * weight[1]),
        "months_to_completion": total(done, get("closed_month") - get("raised_month").astype(float)),
        "beneficiaries": total(done, get("beneficiaries")),
        "gave_nothing": total(done, get("beneficiaries") - get("givers").astype(float)),
        "knew": total(done, get("knew")),
        "knew_gave_nothing": total(done, get("knew_gave_nothing")),
        "to_gather": total(ripe, target),
        "gathered": total(ripe, gathered),
        "fair_shares": total(ripe, get("fair_share") * get("beneficiaries")),
        "fair_shares_given": total(ripe, (get("residents_money") + in_kind) * (get("fair_share") > 0.0)),
        "decided": total(decided, cost) + year_end,
        "decided_by_government": total(decided & (get("decided_by") == Decider.GOVERNMENT), cost) + year_end,
        "settled": total(decided),
        "closed": total(closed),
        "settled_lowest": total(closed & done & lowest),
        "escalated": total(decided & (get("moves") > get("returns"))),
        "returned": total(decided & (get("returns") > 0)),
        "funded": total(done, public + others) + year_end,
        "funded_by_government": total(done, public) + year_end,
        "built": total(done, cost) + year_end,
        "built_by_government": total(done, get("contracted")) + year_end,
        "public_money": total(done, public - social) + year_end,
        "enabling": total(done, np.where(by_itself, 0.0, get("public_money")) + get("delegated_money")),
        "misused": total(this_month, get("misused")),
        "recovered": total(this_month, get("recovered")),
    }


def _sums_of_money_and_hours(commons: Commons) -> Sums:
    treasury, board, n = commons.treasury, commons.residents.board, commons.n_communities
    sums: Sums = {}
    outlay = treasury.month_outlay.astype(float)
    for k, kind in enumerate(OUTLAY_KINDS):
        sums[f"outlay_{kind}"] = _pad(outlay[:n, k], outlay[n:, k].sum())
    sums["outlay"] = _pad(outlay[:n].sum(axis=1), outlay[n:].sum())
    sums["with_bodies"] = _with_bodies(commons)
    sums["balance"] = _pad(treasury.balance[:n], float(treasury.balance[n:].sum()))
    sums["vote_money"] = _pad(commons.voted_on[:, 0])
    sums["vote_spent"], sums["vote_bought"] = (_pad(commons.voted_on[:, i]) for i in (1, 2))
    sums["vote_left"] = _pad(commons.voted_on[:, 0] - commons.voted_on[:, 1])
    given = board.money.sum(axis=1) + board.civic[:, 3]
    sums["residents_money"] = _pad(np.bincount(board.community, given, n) + commons.dues)
    sums["labour_given"] = _pad(np.bincount(board.community, board.minutes.sum(axis=1), n) / 60.0)
    sums["thought_kept"] = _pad(commons.people_at[Level.COMMUNITY] * commons.thought_kept)
    sums["mediators"] = _pad(np.array([len(mediators.members) for mediators in commons.mediators]))
    keeps = np.add.reduceat(commons.residents.columns.keeps >= 0, board.first)
    sums["adopters"] = _pad(np.bincount(board.community, keeps, n))
    sums["residents_land"] = _pad(np.bincount(board.community, board.land_given.sum(axis=1), n) / 100.0)
    sums["land_value"] = sums["residents_land"] * commons.scenario.services.land_value
    sums["enterprise_money"] = _pad(commons.unit_gifts[:, 1])
    for use in USES:
        hours = [c.hours[use] + c.workstation.hours[use] for c in commons.committees]
        sums[f"hours_{use}"] = _pad(np.array(hours))
    sums["staff_hours"] = _pad(duties.staff_hours(commons))
    return sums | _sums_of_offices(commons)


def _sums_of_offices(commons: Commons) -> Sums:
    """Duties handed down and what becomes of them; how street offices deal with services."""
    heads, handed = commons.people_at[Level.COMMUNITY], commons.duties
    number, asked = (handed.standing + handed.off_list).sum(axis=2), duties.asked(commons)
    return {
        "duties": _pad(number[0]),
        "plaques": _pad(number[1]),
        "duties_asked": _pad(asked),
        "duties_faked": _pad(handed.faked * asked),
        "duties_sent_back": _pad(handed.returned),
        **{
            f"approach_{way.name.lower()}": _pad(
                heads * (commons.offices.approach[:, OF_COMMUNITIES] == way).mean(axis=1)
            )
            for way in Approach
        },
    }


def _sums_of_queues(commons: Commons) -> Sums:
    queue, ledger, month, total = commons.requests, commons.ledger, commons.month, _adder(commons)
    level_now = ledger.column("level_now")
    from_below = commons.society.assets.level[ledger.column("asset")] > Level.STREET
    dispatched_month, raised_month = ledger.column("dispatched_month"), ledger.column("raised_month")
    dispatched = (dispatched_month > max(0, month - YEAR)) & (dispatched_month <= month)
    raised = raised_month > month - YEAR
    bought = (ledger.column("provider") != NONE) & (ledger.column("decided_month") > month - YEAR)
    done = bought & (ledger.column("stage") == Stage.COMPLETED)
    cost = ledger.column("cost")
    return {
        "requests_waiting": _pad(queue.waiting.sum(axis=1)),
        "requests_answered": _pad(queue.answered.sum(axis=0)),
        "requests_closed": _pad((queue.answered + queue.given_up).sum(axis=0)),
        "months_to_answer": _pad(queue.months.sum(axis=0)),
        "desk_waiting": total(commons.desk_backlog),
        "dispatched": total(dispatched),
        "months_to_dispatch": total(dispatched, dispatched_month - raised_month),
        "raised_year": total(raised),
        "passed_up": total(
            raised & from_below & ((level_now <= Level.STREET) | (ledger.column("dispatched_month") > 0))
        ),
        "dispatched_from_below": total(dispatched & from_below),
        "sent_back": total(dispatched & from_below & (level_now > Level.STREET)),
        "purchase_paid": total(bought, cost * ledger.column("price")),
        "purchase_cost": total(bought, cost),
        "purchase_done": total(done, cost),
        "purchase_quality": total(done, cost * np.nan_to_num(ledger.column("quality"))),
    }


def _sums_of_units(commons: Commons) -> Sums:
    """Units of the neighbourhood, social organisations and party members."""
    n, units, services, month = commons.n_communities, commons.local_units, commons.scenario.services, commons.month
    here, board = units.table.community, commons.residents.board

    def count(values: NDArray[Any]) -> NDArray[np.float64]:
        return _pad(np.bincount(here, values, n))

    heads = commons.society.units.population(Level.COMMUNITY)
    gifts, yuan, minutes, space = commons.unit_gifts.T
    alive = list(commons.organisations.values())
    at = np.array([o.community if o.of_residents else n for o in alive], np.int64)
    group = [members(commons, o) for o in alive]
    hollow = np.array([not o.lively(g, month) for o, g in zip(alive, group, strict=True)], bool)
    of_residents = np.bincount(at, minlength=n + 1).astype(float)
    professional = of_residents[n]
    of_residents[n] = 0.0
    grids = np.fromiter(commons.bodies[MicroOrganisation], np.int64, len(commons.bodies[MicroOrganisation]))
    organised = np.zeros(len(commons.residents), bool)
    organised[commons.organised] = True
    return {
        "units": count(np.ones(units.table.n)),
        "units_seated": count(units.seated),
        "units_offering": count(units.offers),
        "demands_met": _pad(gifts),
        "units_value": _pad(yuan + minutes / 60.0 * services.hour_value + space / 100.0 * services.space_value),
        "units_hours": _pad(minutes / 60.0),
        "premises": _pad(commons.premises),
        "premises_unused": _pad(np.maximum(0.0, commons.premises - commons.premises_used)),
        "groups": _pad(np.bincount(commons.community_of[Level.GRID][grids], minlength=n)),
        "residents_organisations": of_residents,
        "organisations": of_residents + np.append(np.zeros(n), professional),
        "organisations_hollow": np.bincount(at, hollow, n + 1),
        "organised": _pad(np.bincount(board.community, np.add.reduceat(organised, board.first, dtype=np.int64), n)),
        "party_hours": _pad(np.bincount(board.community, board.reports[:, 1], n)),
        "party_members": _pad(commons.party_members),
        "social_work": _pad(commons.social_work / 60.0),
        "venture_projects": _pad(commons.venture[:, 0]),
        "venture_bids": _pad(commons.venture[:, 1]),
        "venture_funded": _pad(commons.venture[:, 2]),
        "venture_yuan": _pad(commons.venture[:, 3]),
        "association_pledges": _pad(commons.pledges),
        "association_cover": _pad(np.where(np.isin(np.arange(n), list(commons.bodies[Association])), heads, 0)),
    }


def _sums_of_communities(commons: Commons) -> Sums:
    """How many communities have what."""
    n, units, ledger = commons.n_communities, commons.local_units, commons.ledger
    others = np.bincount(units.table.community, units.seated * (units.table.kind >= UnitKind.PUBLIC_UNIT), n)
    granted = np.flatnonzero((ledger.column("grant_promised") > 0) & (ledger.column("public_money") > 0))
    have = {kind.term: np.isin(np.arange(n), list(commons.bodies[kind])) for kind in COUNCILS}
    have["co_residence"] = others >= ENOUGH_TO_MEET
    have["ever_granted"] = np.isin(np.arange(n), commons.society.assets.community[ledger.asset[granted]])
    return {"communities": _pad(np.ones(n)), **{f"with_{name}": _pad(there) for name, there in have.items()}}


def _sums_of_life(commons: Commons) -> Sums:
    """Classes, events, pledges, pools, incidents and who watches."""
    board, n, columns = commons.residents.board, commons.n_communities, commons.residents.columns
    class_came, class_active, event_came, pledging = (np.bincount(board.community, x, n) for x in board.together.T)
    holds = columns.pledged > commons.month - commons.residents.rules.pledge_months
    bound = np.add.reduceat(holds, board.first, dtype=np.int64)
    users = commons.society.units.population(Level.GRID)
    of_grid = commons.community_of[Level.GRID]
    return {
        "class_came": _pad(class_came),
        "class_active": _pad(class_active),
        "event_came": _pad(event_came),
        "pledging": _pad(pledging),
        "pledged": _pad(np.bincount(board.community, bound, n)),
        "sharers": _pad(np.bincount(board.community, board.pooled, n)),
        "pool_served": _pad(np.bincount(of_grid, commons.pool_served * users, n)),
        "incidents": _pad(commons.incidents),
        "patrol_hours": _pad(np.bincount(board.community, board.patrols[:, 1], n)),
    }


def _with_bodies(commons: Commons) -> NDArray[np.float64]:
    """Yuan that residents' bodies hold, or that dissolved ones left."""
    result = np.zeros(commons.n_communities + 1)
    for body in living(commons):
        result[commons.community_of[body.level][body.unit]] += body.budget + body.allowance
    for (kind, unit), (own, public) in commons.left_over.items():
        result[commons.community_of[kind.level][unit]] += own + public
    return result
