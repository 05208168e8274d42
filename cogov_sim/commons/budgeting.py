"""Which projects a budget buys: three rules of participatory budgeting, exact in whole yuan, ties in the ballot's order.

Voters hand in approval ballots: which projects they want. Ballots that are the same count as one row with as many voters
as handed it in. All functions are pure, take whole numbers, return the numbers of the chosen projects in the order in
which they are chosen, and never spend more than the budget. A project that nobody approves is chosen from a list only.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

#: How near to the best a project's price in floating point must be for the exact comparison. Rounding errs by less than
#: 1e-13 of a cost, and that is at most as many times more of a price as there are voters.
NEAR = 1e-6

Ints = NDArray[np.int64]
Utility = Literal["cost", "count"]


def distinct(approvals: NDArray[np.bool_], voters: Ints) -> tuple[NDArray[np.bool_], Ints]:
    """Ballots that are the same as one.

    Args:
        approvals: bool (ballots, projects), who approves what.
        voters: int64 (ballots,), how many handed each in.

    Returns:
        the same, with every ballot once.
    """
    if approvals.size == 0:
        return approvals[:0], voters[:0]
    _, first, which = np.unique(np.packbits(approvals, axis=1), axis=0, return_index=True, return_inverse=True)
    together = np.bincount(which.ravel(), voters, len(first)).astype(np.int64)
    return approvals[first], together


def government_list(costs: Ints, budget: int, score: NDArray[np.float64]) -> list[int]:
    """Down the government's own list, whatever still fits; votes do not count.

    Args:
        costs: int64 (projects,), whole yuan, each at least 1.
        budget: whole yuan.
        score: (projects,), how high each is on the list.
    """
    return _what_fits(np.argsort(-score, kind="stable").tolist(), costs, budget)


def greedy(costs: Ints, budget: int, votes: Ints, chosen: Iterable[int] = ()) -> list[int]:
    """By number of approvals, whatever still fits: the usual vote by projects (票决).

    Args:
        costs, budget: as for ``government_list``.
        votes: int64 (projects,), voters who approve each.
        chosen: projects that the budget has bought already; they come first in what is returned.
    """
    start = list(chosen)
    left = budget - sum(int(costs[p]) for p in start)
    order = [p for p in np.argsort(-votes, kind="stable").tolist() if votes[p] > 0 and p not in set(start)]
    return start + _what_fits(order, costs, left)


def _what_fits(order: list[int], costs: Ints, budget: int) -> list[int]:
    bought = []
    for p in order:
        if costs[p] <= budget:
            bought.append(p)
            budget -= int(costs[p])
    return bought


def equal_shares(
    costs: Ints, budget: int, approvals: NDArray[np.bool_], voters: Ints, utility: Utility = "cost"
) -> list[int]:
    """The Method of Equal Shares (Peters, Pierczynski & Skowron 2021, NeurIPS 34:12726), without completion.

    Every voter has the same part of the budget, and only a project's supporters pay for it: as much as one another, and
    who has less pays all that is left. Of the projects that their supporters can pay, the one with the lowest price for
    each unit of utility is bought, until none can be paid. What is left is left: ``greedy(..., chosen=...)`` completes.

    Args:
        costs, budget: as for ``government_list``.
        approvals: bool (ballots, projects).
        voters: int64 (ballots,), how many handed each ballot in; all of them count, whether or not they approve anything.
        utility: what a project is worth to who approves it: its ``cost``, as in the elections that use the method, or
            one and the same for all (``count``), which favours what is cheap for each supporter.

    Comparisons are exact: money is counted in whole parts of a yuan, as small as the divisions so far ask for. Floating
    point only picks the few projects that are worth the exact comparison.
    """
    everybody = int(voters.sum())
    left = np.flatnonzero(approvals.any(axis=0)) if everybody else np.zeros(0, np.int64)
    worth = costs if utility == "cost" else np.ones_like(costs)
    part = everybody  # money is counted in 1/part yuan
    money: NDArray[Any] = np.full(len(voters), int(budget), object)
    chosen: list[int] = []
    while len(left):
        price = _about(costs[left], (money / part).astype(float), approvals[:, left], voters) / worth[left]
        left, price = left[np.isfinite(price)], price[np.isfinite(price)]
        near = left[price <= price.min(initial=np.inf) * (1.0 + NEAR)].tolist()
        exact = {p: _price(int(costs[p]) * part, money[approvals[:, p]], voters[approvals[:, p]]) for p in near}
        payable = {p: Fraction(*price) / int(worth[p]) for p, price in exact.items() if price is not None}
        left = left[~np.isin(left, [p for p in near if p not in payable])]
        if not payable:
            continue
        best = min(payable, key=lambda p: (payable[p], p))
        asked, among = exact[best] or (0, 1)
        money, part = money * among, part * among
        supporters = approvals[:, best]
        money[supporters] = np.maximum(money[supporters] - asked, 0)
        chosen.append(best)
        left = left[left != best]
    return chosen


def _about(costs: Ints, money: NDArray[np.float64], approvals: NDArray[np.bool_], voters: Ints) -> NDArray[np.float64]:
    """What each project asks of a supporter who has enough, about; infinity where supporters have clearly too little.

    Supporters in the order of what they have: the first who can pay an equal part of what those before leave to pay.
    """
    order = np.argsort(money, kind="stable")
    heads = np.where(approvals[order], voters[order, None], 0)
    has = money[order, None]
    paid = np.cumsum(heads * has, axis=0)
    rest = costs - paid + heads * has
    rich = heads.sum(axis=0) - np.cumsum(heads, axis=0) + heads
    price = np.divide(rest, rich, out=np.full(rest.shape, np.inf), where=heads > 0)
    enough = price <= has * (1.0 + NEAR)
    first = np.argmax(enough, axis=0)
    there = np.take_along_axis(price, first[None], axis=0)[0]
    return np.where(enough.any(axis=0) & (paid[-1] >= costs * (1.0 - NEAR)), there, np.inf)


def _price(cost: int, money: NDArray[Any], voters: Ints) -> tuple[int, int] | None:
    """What a project asks of a supporter who has enough, as a fraction; None if supporters have less than it costs."""
    rest, rich = cost, int(voters.sum())
    for has, heads in sorted(zip(money.tolist(), voters.tolist(), strict=True)):
        if rest <= has * rich:
            return rest, rich
        rest, rich = rest - has * heads, rich - heads
    return None
