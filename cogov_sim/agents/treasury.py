"""Public money, accounted to the yuan: purses, income, outlay by kind. What comes in either goes out or is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

OUTLAY_KINDS = ("projects", "grants", "maintenance", "year_end", "institutions", "delegated", "incubation")


class Treasury:
    """Purses in whole yuan: one for each community, then one for each street, then one for each district.

    A street pays for what exceeds a community, a district for emergencies. The purse of a community is its line in the
    street's books. No purse is ever overdrawn, and at any time, for every purse,
    ``income + transferred == outlay.sum() + balance``.

    Attributes:
        balance: int64 per purse.
        committed: int64 per purse, promised but not yet paid.
        income: int64 per purse, all that ever came in from the envelope.
        month_income: int64 per purse, what of it came this month.
        transferred: int64 per purse, net, all that ever came from other purses; sums to zero.
        outlay: int64 (purses, kinds), all that ever went out.
        month_outlay: int64 (purses, kinds), what went out this month.
    """

    def __init__(self, n_communities: int, n_streets: int, n_districts: int) -> None:
        n = n_communities + n_streets + n_districts
        self._n_communities = n_communities
        self._n_streets = n_streets
        self.balance: NDArray[np.int64] = np.zeros(n, np.int64)
        self.committed: NDArray[np.int64] = np.zeros(n, np.int64)
        self.income: NDArray[np.int64] = np.zeros(n, np.int64)
        self.month_income: NDArray[np.int64] = np.zeros(n, np.int64)
        self.transferred: NDArray[np.int64] = np.zeros(n, np.int64)
        self.outlay: NDArray[np.int64] = np.zeros((n, len(OUTLAY_KINDS)), np.int64)
        self.month_outlay: NDArray[np.int64] = np.zeros((n, len(OUTLAY_KINDS)), np.int64)

    def street_purse(self, street: int) -> int:
        """The number of a street's purse."""
        return self._n_communities + street

    def district_purse(self, district: int) -> int:
        """The number of a district's purse."""
        return self._n_communities + self._n_streets + district

    def start_month(self) -> None:
        """Open the month's books."""
        self.month_outlay[:] = 0
        self.month_income[:] = 0

    def receive(self, purse: int, amount: int) -> None:
        """Income from the envelope."""
        self.balance[purse] += amount
        self.income[purse] += amount
        self.month_income[purse] += amount

    @property
    def spare(self) -> NDArray[np.int64]:
        """Int64 per purse, what it holds beyond its commitments and a month's income; negative where it holds less."""
        return self.balance - self.committed - self.month_income

    def free(self, purse: int) -> int:
        """What a purse holds beyond its commitments."""
        return int(self.balance[purse] - self.committed[purse])

    def pay(self, purse: int, amount: int, kind: str) -> None:
        """Pay out whole yuan.

        Raises:
            ValueError: the purse does not hold as much, or the amount is negative. Callers ask ``free`` first.
        """
        self._check(purse, amount)
        k = OUTLAY_KINDS.index(kind)
        self.balance[purse] -= amount
        self.outlay[purse, k] += amount
        self.month_outlay[purse, k] += amount

    def transfer(self, source: int, target: int, amount: int) -> None:
        """Move whole yuan between purses; errors as for ``pay``."""
        self._check(source, amount)
        self.balance[source] -= amount
        self.balance[target] += amount
        self.transferred[source] -= amount
        self.transferred[target] += amount

    def commit(self, purse: int, amount: int) -> None:
        """Set money aside for a promise; a negative amount releases it."""
        self.committed[purse] += amount

    def _check(self, purse: int, amount: int) -> None:
        if amount < 0 or amount > self.balance[purse]:
            raise ValueError(f"purse {purse} cannot pay {amount} of {self.balance[purse]}")


def split(total: int, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Split whole yuan in proportion to whole weights, to the last yuan (largest remainders; the first wins ties)."""
    whole = int(weights.sum())
    parts = np.array([total * int(w) // whole for w in weights], np.int64)
    rest = np.array([total * int(w) % whole for w in weights], np.int64)
    order = np.argsort(-rest, kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts
