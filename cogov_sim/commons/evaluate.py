"""What the commons do in stage 4, evaluate 共评: what is finished is used, judged and, where a grant was promised, accepted or not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.commons import offices, purchase, watch
from cogov_sim.commons.bodies import bodies_of, refund_bodies, refund_donors
from cogov_sim.commons.build import finished, gathered, overdue
from cogov_sim.commons.guess import misjudged
from cogov_sim.commons.matters import Stage
from cogov_sim.commons.state import Commons
from cogov_sim.commons.tenders import pay_builders
from cogov_sim.draws import Purpose, normals

CRAFT_NOISE = 0.1  # spread of build quality (start value)
AMATEUR = 0.1  # build quality lost where all is built by residents' own hands (start value)
INSPECTION_NOISE = 0.05


def evaluate(commons: Commons) -> None:
    """Matters that are finished raise the quality of their asset and are judged; others run out of time."""
    done, failed = finished(commons), overdue(commons)
    if len(done):
        _finish(commons, done)
    _announce(commons, done, failed)
    commons.residents.evaluate(commons.month)
    if len(done):
        _count_votes(commons, done)
        _pay_shares(commons, done)
        _pay_grants(commons, done)
    _wind_up(commons, failed)
    _learn_cooperation(commons, np.concatenate([done, failed]))
    commons.ledger.close(done, Stage.COMPLETED, commons.month)
    commons.ledger.close(failed, Stage.EXPIRED, commons.month)
    pay_builders(commons, done)
    purchase.settle(commons, np.concatenate([done, failed]))
    offices.record(commons)


def _finish(commons: Commons, done: NDArray[np.int64]) -> None:
    """Build quality, fit with what people want, and the gain of the asset."""
    ledger, settings = commons.ledger, commons.scenario.government
    asset = ledger.asset[done]
    cost = np.maximum(1, ledger.cost[done])
    luck = normals(commons.seed, Purpose.WORKMANSHIP, 0, ledger.luck_key(done))
    hour_value = commons.scenario.services.hour_value
    by_hand = np.minimum(1.0, ledger.residents_minutes[done] / 60.0 * hour_value / cost)
    watched = np.minimum(1.0, ledger.givers[done] / ledger.beneficiaries[done])
    watched = np.maximum(watched, watch.over_builders(commons, done))
    quality = settings.workmanship + CRAFT_NOISE * luck - AMATEUR * by_hand + settings.supervision * watched
    quality += ledger.craft[done]
    ledger.quality[done] = np.clip(quality, 0.0, 1.0) * (1.0 - watch.bend(commons, done))
    true, estimate = commons.true_preferences[asset], ledger.estimate[done]
    off = misjudged(estimate, true)
    ledger.preference_match[done] = commons.fit[asset] * (1.0 - off)
    gain = ledger.quality[done] * (1.0 - settings.misfit * off)
    ledger.gain[done] = ledger.scope[done] * (1.0 - commons.quality[asset]) * gain
    commons.quality[asset] += ledger.gain[done]
    ledger.built_month[done] = commons.month
    _keep_surplus(commons, done)


def _keep_surplus(commons: Commons, done: NDArray[np.int64]) -> None:
    """What was gathered beyond the need stays with the body, or goes back to the givers where there is none."""
    ledger = commons.ledger
    over = ledger.own_value(done, commons.scenario.services) - ledger.own_target[done]
    for m, body, surplus in zip(done.tolist(), bodies_of(commons, done), over.tolist(), strict=True):
        money = int(ledger.private_money(m))
        ledger.surplus[m] = min(max(0, surplus), money)
        if body is not None:
            body.last_deed = commons.month
            body.budget += int(ledger.surplus[m])
        else:
            ledger.refunded[m] = ledger.surplus[m]


def _learn_cooperation(commons: Commons, closed: NDArray[np.int64]) -> None:
    """Bodies learn how far residents came up with what they asked for, where they asked for anything."""
    ledger, services = commons.ledger, commons.scenario.services
    closed = closed[ledger.fair_share[closed] > 0.0]
    full = np.maximum(1.0, ledger.fair_share[closed] * ledger.beneficiaries[closed])
    realised = (ledger.residents_money[closed] + ledger.in_kind(closed, services)) / full
    for body, share in zip(bodies_of(commons, closed), realised.tolist(), strict=True):
        if body is not None:
            body.learn(min(1.0, share), services.expected_cooperation)


def _announce(commons: Commons, done: NDArray[np.int64], failed: NDArray[np.int64]) -> None:
    """Tell residents which of their matters closed."""
    board, ledger = commons.residents.board, commons.ledger
    board.done[:] = -1
    board.failed[:] = 0
    public = ledger.public_money[done] + ledger.public_promised[done] + ledger.grant_promised[done]
    handed_down = ledger.delegated_money[done]
    public = (public + handed_down) / np.maximum(1, public + ledger.own_target[done])
    homes, k, which = commons.cells(done)
    board.done[homes, k] = done[which]
    board.done_quality[homes, k] = ledger.quality[done][which]
    board.done_public[homes, k] = public[which]
    homes, k, _ = commons.cells(failed)
    np.bitwise_or.at(board.failed, homes, np.uint16(1) << k.astype(np.uint16))


def _count_votes(commons: Commons, done: NDArray[np.int64]) -> None:
    """Ratings and who gave, into the ledger."""
    board, ledger = commons.residents.board, commons.ledger
    homes, k, which = commons.cells(done)

    def sums(values: NDArray[Any]) -> NDArray[np.int64]:
        return np.bincount(which, values, len(done)).astype(np.int64)

    raters, rating = sums(board.raters[homes, k]), sums(board.rating[homes, k])
    ledger.raters[done] = raters
    rated = raters > 0
    ledger.rating[done[rated]] = rating[rated] / 1000.0 / raters[rated]
    for column, counted in zip(
        (ledger.givers, ledger.knew, ledger.knew_gave_nothing), board.givers[homes, k].T, strict=True
    ):
        column[done] = sums(counted)


def _pay_shares(commons: Commons, done: NDArray[np.int64]) -> None:
    """The public share that waited for the residents' part is paid now."""
    ledger = commons.ledger
    due = done[ledger.public_promised[done] > 0]
    for m, purse in zip(due.tolist(), commons.purses_of(due).tolist(), strict=True):
        promised = int(ledger.public_promised[m])
        commons.treasury.commit(purse, -promised)
        commons.treasury.pay(purse, promised, "projects")
        ledger.public_money[m] += promised


def _wind_up(commons: Commons, failed: NDArray[np.int64]) -> None:
    """A matter is given up: promises are released; its money goes to the body's next matter, or back to the givers."""
    ledger = commons.ledger
    commons.in_vain[ledger.asset[failed[~gathered(commons, failed)]]] = commons.month
    purses = commons.purses_of(failed).tolist()
    for m, body, purse in zip(failed.tolist(), bodies_of(commons, failed), purses, strict=True):
        commons.treasury.commit(purse, -int(ledger.grant_reserved[m]) - int(ledger.public_promised[m]))
        gifts = int(ledger.residents_money[m] + ledger.enterprise_money[m])
        refund_bodies(commons, m, body)
        refund_donors(commons, m)
        if body is not None:
            body.budget += gifts
        else:
            ledger.refunded[m] = gifts


def _pay_grants(commons: Commons, done: NDArray[np.int64]) -> None:
    """The street inspects; inspection and residents' judgement together must reach the standard."""
    ledger, assets = commons.ledger, commons.society.assets
    luck = normals(commons.seed, Purpose.INSPECTION, 0, ledger.luck_key(done))
    for m, z in zip(done.tolist(), luck.tolist(), strict=True):
        grant = int(ledger.grant_promised[m])
        if grant == 0:
            continue
        c = int(assets.community[ledger.asset[m]])
        seen = float(ledger.quality[m]) + INSPECTION_NOISE * z
        judged = seen if ledger.raters[m] == 0 else 0.5 * (seen + float(ledger.rating[m]))
        commons.treasury.commit(c, -grant)
        accepted = judged >= commons.terms["acceptance"][c]
        commons.grant_belief[c] += commons.scenario.behaviour.grant_learning * (accepted - commons.grant_belief[c])
        if accepted:
            commons.treasury.pay(c, grant, "grants")
            ledger.public_money[m] += grant
        else:
            ledger.unpaid_grant[m] = grant
            _remove_unpaid(commons, m, grant)


def _remove_unpaid(commons: Commons, m: int, unpaid: int) -> None:
    """Whoever built it and is not paid takes back what was not paid for: the asset keeps that much less of its gain."""
    ledger = commons.ledger
    asset = int(ledger.asset[m])
    share = unpaid / (unpaid + int(ledger.own_target[m]))
    commons.quality[asset] -= share * float(ledger.gain[m])
