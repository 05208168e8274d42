"""How the measures are computed: sums per community first, then ratios for communities and for the city alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import STATS
from cogov_sim.agents.government import USES
from cogov_sim.agents.treasury import OUTLAY_KINDS
from cogov_sim.commons.bodies import living
from cogov_sim.commons.matters import NONE, Decider, Stage
from cogov_sim.commons.state import RECORD, Commons
from cogov_sim.measures.definitions import MEASURES
from cogov_sim.society import COMMUNITY_TYPES, Level

YEAR = 12
TWO_YEARS = 24
GINI_SAMPLE = 50_000
Sums = dict[str, NDArray[np.float64]]

#: measure: (numerator, denominator, factor); both are sums per community, see ``_sums``.
RATIOS: dict[str, tuple[str, str, float]] = {
    "participation": ("active", "residents", 1.0),
    **{f"participation_{s}": (f"active_{s}", "residents", 1.0) for s in ("plan", "build", "manage", "evaluate", "share")},
    "acts_per_1000": ("acts", "residents", 1000.0),
    "participation_newcomers": ("newcomers_active", "newcomers", 1.0),
    "participation_locals": ("locals_active", "locals", 1.0),
    "participation_party": ("party_active", "party", 1.0),
    "participation_young": ("young_active", "young", 1.0),
    "participation_old": ("old_active", "old", 1.0),
    "meeting_attendance": ("came", "meeting_residents", 1.0),
    "turnout": ("ballots", "voting", 1.0),
    **{f"turnout_{group}": (f"ballots_{group}", f"voting_{group}", 1.0) for group in ("newcomers", "old", "party")},
    "vote_unspent": ("vote_left", "vote_money", 1.0),
    "meetings_resolved": ("met_resolved", "met_meetings", 1.0),
    "turned_away": ("met_turned_away", "met_set_out", 1.0),
    "disagreement": ("met_apart", "met_came", 1.0),
    "representation_error_before": ("met_error_before", "met_residents", 1.0),
    "representation_error": ("met_error", "met_residents", 1.0),
    "free_riding_rate": ("gave_nothing", "beneficiaries", 1.0),
    "free_riding_rate_invited": ("knew_gave_nothing", "knew", 1.0),
    "laboratory_shortfall": ("shortfall", "faced", 1.0),
    **{
        name: (name, "residents", 1.0)
        for name in ("satisfaction", "expectation", "performance", "trust", "efficacy", "spirit", "voice", "belief",
                     "fatigue", "familiarity")
    },
    "disconfirmation": ("disconfirmation", "residents", 1.0),
    "government_share_deciding": ("decided_by_government", "decided", 1.0),
    "government_share_funding": ("funded_by_government", "funded", 1.0),
    "government_share_doing": ("built_by_government", "built", 1.0),
    "violations_per_1000": ("violations", "residents", 1000.0),
    "disputes_per_1000": ("disputes", "residents", 1000.0),
    "dispute_months": ("disputes_settled_months", "disputes_settled", 1.0),
    "campaign_share": ("in_campaign", "residents", 1.0),
    "misused_money": ("misused", "residents", 1.0),
    "recovered_money": ("recovered", "residents", 1.0),
    "committee_admin_share": ("hours_administration", "staff_hours", 1.0),
    "self_governed_share": ("self_governed", "residents", 1.0),
    "settled_lowest_share": ("settled_lowest", "settled", 1.0),
    "escalated_share": ("escalated", "settled", 1.0),
    "returned_share": ("returned", "settled", 1.0),
    "outlay_per_head": ("outlay", "residents", 1.0),
    **{f"outlay_{kind}": (f"outlay_{kind}", "residents", 1.0) for kind in OUTLAY_KINDS},
    "balance_per_head": ("balance", "residents", 1.0),
    "bodies_money": ("with_bodies", "residents", 1.0),
    "residents_money": ("residents_money", "residents", 1.0),
    "residents_hours": ("hours", "residents", 1.0),
    "property_fees": ("fees", "residents", 1.0),
    "enterprise_money": ("enterprise_money", "residents", 1.0),
    "matters_opened": ("opened", "residents", 1000.0),
    "matters_completed": ("completed", "residents", 1000.0),
    "matters_expired": ("expired", "residents", 1000.0),
    "months_to_completion": ("months_to_completion", "completed_year", 1.0),
    "requests_waiting": ("requests_waiting", "residents", 1000.0),
    "requests_answered": ("requests_answered", "requests_closed", 1.0),
    "months_to_answer": ("months_to_answer", "requests_answered", 1.0),
    "desk_waiting": ("desk_waiting", "residents", 1000.0),
    "months_to_dispatch": ("months_to_dispatch", "dispatched", 1.0),
    "passed_up_share": ("passed_up", "raised_year", 1.0),
    "sent_back_share": ("sent_back", "dispatched_from_below", 1.0),
    "purchase_price": ("purchase_paid", "purchase_cost", 1.0),
    "purchase_quality": ("purchase_quality", "purchase_done", 1.0),
    "build_quality": ("quality_cost", "completed_cost", 1.0),
    "preference_match": ("match_cost", "completed_cost", 1.0),
    **{f"hours_{use}": (f"hours_{use}", "staff_hours", 1.0) for use in USES},
}  # fmt: skip


class Gauge:
    """Measures a commons every month and remembers what it measured.

    Attributes:
        city: one dict a month, measures by name, with ``month``.
        communities: one dict of arrays a month, one entry per community.
        kinds: the same with one entry per community type; NaN for types that the society does not have.
    """

    def __init__(self) -> None:
        self.city: list[dict[str, float]] = []
        self.communities: list[Sums] = []
        self.kinds: list[Sums] = []

    def measure(self, commons: Commons) -> None:
        """Take this month's measures."""
        sums = _sums(commons)
        city = {name: value.sum(keepdims=True) for name, value in sums.items()}
        local = {name: value[: commons.n_communities] for name, value in sums.items()}
        row = {name: float(value[0]) for name, value in _ratios(city).items()}
        row["effort_gini"] = gini(commons.residents.columns.effort)
        row["providers_per_10000"] = 10_000.0 * len(commons.providers) / len(commons.residents)
        row["voices_top_tenth"] = top_tenth(commons.residents.columns.voiced)
        rows = _ratios(local)
        kind = commons.society.units.kind
        kinds = _ratios(
            {name: np.bincount(kind, value, len(COMMUNITY_TYPES)).astype(np.float64) for name, value in local.items()}
        )
        self.city.append({"month": float(commons.month), **row})
        self.communities.append(rows)
        self.kinds.append(kinds)
        self.city[-1]["scolding_index"] = float(
            scolding(*(np.array([[m[name]] for m in self.city]) for name in ("satisfaction", "outlay_per_head")))[0]
        )
        for latest, history in ((rows, self.communities), (kinds, self.kinds)):
            past = history[-TWO_YEARS - YEAR :]
            latest["scolding_index"] = scolding(
                *(np.array([m[name] for m in past]) for name in ("satisfaction", "outlay_per_head"))
            )
        self.city[-1] = {"month": float(commons.month), **{m.name: self.city[-1][m.name] for m in MEASURES}}


def _ratios(sums: Sums) -> Sums:
    result: Sums = {}
    for name, (top, bottom, factor) in RATIOS.items():
        result[name] = _divide(factor * sums[top], sums[bottom])
    for name in ("satisfaction", "performance", "trust"):
        square = _divide(sums[f"{name}_squared"], sums["residents"])
        result[f"{name}_sd"] = np.sqrt(np.maximum(0.0, square - result[name] ** 2))
    for group in ("newcomers", "old", "party", "activists"):
        present = _divide(sums[f"met_came_{group}"], sums["met_came"])
        result[f"meeting_bias_{group}"] = present - _divide(sums[f"met_{group}"], sums["met_residents"])
    shares = [result[f"government_share_{part}"] for part in ("deciding", "funding", "doing")]
    result["government_share"] = np.mean(shares, axis=0)
    return result


def _divide(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom != 0)


def _sums(commons: Commons) -> Sums:
    """Ingredients of all measures, per community; the last entry holds what belongs to streets and districts alone."""
    sums = _sums_of_residents(commons)
    sums |= _sums_of_matters(commons)
    sums |= _sums_of_money_and_hours(commons)
    sums |= _sums_of_queues(commons)
    return sums


def _pad(values: NDArray[Any], extra: float = 0.0) -> NDArray[np.float64]:
    return np.append(np.asarray(values, float), extra)


def _sums_of_residents(commons: Commons) -> Sums:
    board, n = commons.residents.board, commons.n_communities
    by_building = board.stats
    sums = {name: _pad(np.bincount(board.community, by_building[:, s], n)) for s, name in enumerate(STATS)}
    heads = board.last - board.first
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
    record = commons.meetings.sum(axis=0)
    sums |= {f"met_{name}": _pad(record[:, q]) for q, name in enumerate(RECORD)}
    sums["met_turned_away"] = sums["met_set_out"] - sums["met_came"]
    faced = [np.bincount(board.community, board.faced[:, q], n) for q in range(3)]
    sums["faced"], sums["shortfall"] = _pad(faced[0]), _pad(faced[2] - faced[1])
    governed = np.zeros(len(heads), bool)
    for kind, bodies in commons.bodies.items():
        if kind.hands > 0:
            governed |= np.isin(commons.unit_of_building[kind.level], list(bodies))
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
    done = (stage == Stage.COMPLETED) & (get("closed_month") > month - YEAR)
    decided = (get("decided_by") != NONE) & (get("decided_month") > month - YEAR)
    hour_value = commons.scenario.services.hour_value
    labour = get("residents_minutes") / 60.0 * hour_value
    public = get("public_money").astype(float) + get("delegated_money")
    others = get("residents_money") + get("enterprise_money") + get("organisation_money") + labour
    others = others - get("surplus") - get("recovered")  # it counts where it is spent
    lowest = get("decided_level") >= commons.society.assets.level[asset]
    year_end = commons.year_end.astype(float)
    weight = np.nan_to_num(get("quality")), np.nan_to_num(get("preference_match"))
    return {
        "opened": total(get("raised_month") == month),
        "completed": total(this_month & (stage == Stage.COMPLETED)),
        "expired": total(this_month & (stage == Stage.EXPIRED)),
        "completed_year": total(done),
        "completed_cost": total(done, cost),
        "quality_cost": total(done, cost * weight[0]),
        "match_cost": total(done, cost * weight[1]),
        "months_to_completion": total(done, get("closed_month") - get("raised_month").astype(float)),
        "beneficiaries": total(done, get("beneficiaries")),
        "gave_nothing": total(done, get("beneficiaries") - get("givers").astype(float)),
        "knew": total(done, get("knew")),
        "knew_gave_nothing": total(done, get("knew_gave_nothing")),
        "decided": total(decided, cost) + year_end,
        "decided_by_government": total(decided & (get("decided_by") == Decider.GOVERNMENT), cost) + year_end,
        "settled": total(decided),
        "settled_lowest": total(decided & lowest),
        "escalated": total(decided & (get("moves") > get("returns"))),
        "returned": total(decided & (get("returns") > 0)),
        "funded": total(done, public + others) + year_end,
        "funded_by_government": total(done, public) + year_end,
        "built": total(done, cost) + year_end,
        "built_by_government": total(done, get("contracted")) + year_end,
        "misused": total(this_month, get("misused")),
        "recovered": total(this_month, get("recovered")),
        "under_way": total(stage == Stage.UNDER_WAY),
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
    sums["vote_left"] = _pad(commons.voted_on[:, 0] - commons.voted_on[:, 1])
    sums["residents_money"] = _pad(np.bincount(board.community, board.money.sum(axis=1), n))
    sums["enterprise_money"] = _pad(commons.gifts)
    for use in USES:
        hours = [c.hours[use] + c.workstation.hours[use] for c in commons.committees]
        sums[f"hours_{use}"] = _pad(np.array(hours))
    sums["staff_hours"] = _pad(np.array([c.capacity + c.workstation.capacity for c in commons.committees]))
    return sums


def _sums_of_queues(commons: Commons) -> Sums:
    queue, ledger, month, total = commons.requests, commons.ledger, commons.month, _adder(commons)
    level_now = ledger.column("level_now")
    from_below = commons.society.assets.level[ledger.column("asset")] > Level.STREET
    dispatched_month, raised_month = ledger.column("dispatched_month"), ledger.column("raised_month")
    dispatched = (dispatched_month > max(0, month - YEAR)) & (dispatched_month <= month)
    raised = raised_month > month - YEAR
    bought = (ledger.column("provider") != NONE) & (ledger.column("decided_month") > month - YEAR)
    done = bought & (ledger.column("stage") == Stage.COMPLETED)
    paid = ledger.column("public_money") + ledger.column("public_promised") * (ledger.column("public_money") == 0)
    contracted = ledger.column("contracted")
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
        "purchase_paid": total(bought, paid),
        "purchase_cost": total(bought, contracted),
        "purchase_done": total(done, contracted),
        "purchase_quality": total(done, contracted * np.nan_to_num(ledger.column("quality"))),
    }


def _with_bodies(commons: Commons) -> NDArray[np.float64]:
    """Yuan that residents' bodies hold, or that dissolved ones left."""
    result = np.zeros(commons.n_communities + 1)
    for body in living(commons):
        result[commons.community_of[body.level][body.unit]] += body.budget + body.allowance
    for (kind, unit), (own, public) in commons.left_over.items():
        result[commons.community_of[kind.level][unit]] += own + public
    return result


def gini(effort: NDArray[np.floating[Any]]) -> float:
    """Gini coefficient of non-negative numbers; from every k-th resident where there are more than 50,000.

    NaN where everything is zero.
    """
    step = max(1, len(effort) // GINI_SAMPLE)
    x = np.sort(effort[::step].astype(np.float64))
    total = x.sum()
    if total <= 0.0:
        return float("nan")
    n = len(x)
    return float((2.0 * np.arange(1, n + 1) - n - 1.0) @ x / (n * total))


def top_tenth(voiced: NDArray[np.floating[Any]]) -> float:
    """Share of all voices that came from the tenth of the people with most; sampled as in ``gini``.

    NaN where nobody spoke.
    """
    x = np.sort(voiced[:: max(1, len(voiced) // GINI_SAMPLE)].astype(np.float64))
    total = x.sum()
    return float(x[-max(1, len(x) // 10) :].sum() / total) if total > 0.0 else float("nan")


def scolding(satisfaction: NDArray[np.float64], outlay: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slope of satisfaction on monthly outlay per head over the past 24 months, both as 12-month means.

    Args:
        satisfaction, outlay: (months, units), at least the past 36 months where there are as many.

    Returns:
        (units,), points per yuan; NaN before month 24 and where outlay hardly changed (sd below 0.05 yuan).
    """
    months = len(satisfaction)
    if months < TWO_YEARS:
        return np.full(satisfaction.shape[1], np.nan)
    means = []
    for series in (satisfaction, outlay):
        total = np.cumsum(np.vstack([np.zeros(series.shape[1]), series]), axis=0)
        ends = np.arange(max(YEAR, months - TWO_YEARS), months) + 1
        means.append((total[ends] - total[ends - YEAR]) / YEAR)
    s, o = (x - x.mean(axis=0) for x in means)
    variance = (o * o).mean(axis=0)
    slope = np.divide((s * o).mean(axis=0), variance, out=np.full(s.shape[1], np.nan), where=variance > 0.05**2)
    return np.asarray(slope)
