"""Units of the neighbourhood 驻区单位: what they earn, whether they sit at a table, what they offer there, when they leave.

Columns, one entry a unit, in the order of the society's table; ``LocalUnit`` is the view of one of them.
"""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cogov_sim.agents.base import Body
from cogov_sim.agents.columns import NEVER
from cogov_sim.draws import Purpose, normals, uniforms
from cogov_sim.scenario.actors import EnterpriseSettings
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.society import LocalUnitTable

PROFIT_SWINGS = 0.3  # standard deviation of log profit from month to month (start value)
CYCLE_MEMORY = 0.95  # share of a good or bad month that is left in the next (start value)
POOR = 0.5  # of the usual profit: months in which a unit may leave, and none joins (start value)
LEAVES_IN_POOR_MONTHS = 0.2  # chance (start value)
A_BETTER_NAME = 0.05  # of what is missing to the best name, for a month of giving (start value)
QUARTER = 3  # months
CROSS = 12  # months for which a unit that was let down does not come back (start value)
_CLOSES, _OFFERS = 0, 1  # draw numbers of Purpose.UNIT
Floats = NDArray[np.float64]


class LocalUnits:
    """All units of a society.

    Attributes:
        table: what they were on day one.
        profit: float64, this month's profit in yuan: of ordinary business, and of contracts finished last month.
        earned: float64, yuan that contracts finished this month bring; they count in the next.
        reputation: float64 in [0, 1].
        belief: float64 in [0, 1], share of the others at the table that is believed to offer something.
        seated: int8, sits at a table of its community.
        offers: int8, offers something this quarter.
        left: int64, month in which it left a table because it was let down; ``NEVER`` before.
    """

    def __init__(self, table: LocalUnitTable) -> None:
        n = table.n
        self.table = table
        self.profit, self.reputation, self.belief = table.profit.copy(), table.reputation.copy(), table.belief.copy()
        self.earned = np.zeros(n)
        self.seated, self.offers = np.zeros(n, np.int8), np.zeros(n, np.int8)
        self.left = np.full(n, NEVER, np.int64)

    def trade(
        self, settings: EnterpriseSettings, seed: int, month: int, known: Floats, forgone: Floats | float = 0.0
    ) -> None:
        """A month's profits: ordinary business in good times and bad, with log-normal swings of mean one, more or less custom
        by the own name where people know of it, what finished contracts have earned, less rent that lending forgoes. Names are
        slowly forgotten.

        Args:
            settings: the cycle, the weight of a name.
            seed: the run's seed.
            month: the month, from day one.
            known: (communities,), share of the residents who know of a matter that is under way.
            forgone: (units,), yuan of rent.
        """
        if self.table.n == 0:
            return
        table, z = self.table, normals(seed, Purpose.PROFIT, month, self.table.entity)
        swing = np.exp(PROFIT_SWINGS * z - 0.5 * PROFIT_SWINGS**2)
        custom = 1.0 + settings.custom * self.known(known) * (self.reputation - table.reputation)
        self.profit[:] = table.profit * business_cycle(settings, seed, month) * swing * custom + self.earned - forgone
        self.earned[:] = 0.0
        self.reputation += settings.name_fading * (table.reputation - self.reputation)

    def known(self, known: Floats) -> Floats:
        """Share of each unit's customers who know what it does: of the community's, those who know of what is under way."""
        return np.asarray(self.table.local * known[self.table.community])

    @property
    def poor(self) -> NDArray[np.bool_]:
        """Those that earn less than half of what is usual; never those that live on no profit."""
        return np.asarray((self.profit < POOR * self.table.profit) & (self.table.profit > 0.0))

    def close(self, settings: EnterpriseSettings, seed: int, month: int) -> NDArray[np.bool_]:
        """When a quarter ends some that do badly close; another of the kind opens in the same place, a stranger there.

        Returns:
            bool per unit, those that closed.
        """
        closes = self.poor & (uniforms(seed, Purpose.UNIT, month, self.table.entity, _CLOSES) < settings.closing)
        for column, first in ((self.reputation, self.table.reputation), (self.belief, self.table.belief)):
            column[closes] = first[closes]
        self.seated[closes] = self.offers[closes] = 0
        self.left[closes] = NEVER
        return closes

    def join(self, settings: EnterpriseSettings, seats: Floats, seed: int, month: int) -> None:
        """Some take a seat where there is one for them; in poor months some leave and none comes; without a seat nobody sits.

        Args:
            settings: intercept and weights of the choice.
            seats: (units,), how open the tables of its community are to each unit.
            seed: the run's seed.
            month: the month, from day one.
        """
        luck = uniforms(seed, Purpose.JOIN, month, self.table.entity)
        x = (
            settings.join_base
            + settings.join_peers * self.belief
            + settings.join_reputation * (self.reputation + self.table.propensity - 1.0)
            + np.log(np.maximum(seats, 1e-300))
        )
        still_cross = month - self.left < CROSS
        stays = (self.seated > 0) & ~(self.poor & (luck < LEAVES_IN_POOR_MONTHS))
        joins = (self.seated == 0) & ~self.poor & ~still_cross & (luck < expit(x))
        self.seated[:] = (seats > 0.0) & (stays | joins)
        self.offers &= self.seated

    def willing(self, settings: EnterpriseSettings, missing: Floats, known: Floats) -> Floats:
        """Chance that each unit would offer something this quarter, by what it gains and what it costs.

        It gains custom by a better name, and the services that it uses itself; it follows what its peers do, as residents do; the
        cost weighs more, the more of its usual profit is missing.

        Args:
            settings: weights of the choice.
            missing: (communities,), mean quality that is missing of the services that units use.
            known: as for ``trade``.
        """
        table = self.table
        lost = 1.0 - np.divide(self.profit, table.profit, out=np.ones(table.n), where=table.profit > 0.0)
        return np.asarray(
            expit(
                settings.offer_base
                + settings.offer_peers * self.belief
                + settings.offer_custom * self.known(known) * (1.0 - self.reputation)
                + settings.offer_use * missing[table.community]
                + settings.offer_propensity * (table.propensity - 0.5)
                - settings.offer_hardship * np.maximum(0.0, lost)
            )
        )

    def look_around(
        self, settings: EnterpriseSettings, behaviour: BehaviourSettings, missing: Floats, known: Floats, month: int
    ) -> None:
        """A quarter is over: units at a table see how many of the others offered something, learn from it as residents do, and
        leave where that is too little beside what they do themselves; for a year they do not come back.
        """
        community, mine = self.table.community, self.seated > 0
        seated, offering = (np.bincount(community, x)[community] for x in (self.seated, self.offers))
        seen = (offering - self.offers) / np.maximum(1.0, seated - 1.0)
        learnt = np.clip(behaviour.d0 + behaviour.d1 * self.belief + behaviour.d2 * seen, 0.0, 1.0)
        sight = 1.0 - (1.0 - behaviour.month_sight) ** QUARTER
        looks = mine & (seated > 1.0)
        self.belief[looks] += sight * (learnt - self.belief)[looks]
        let_down = self.belief < settings.tolerance * self.willing(settings, missing, known)
        leaves = looks & (self.offers > 0) & let_down
        self.seated[leaves] = self.offers[leaves] = 0
        self.left[leaves] = month

    def choose(self, settings: EnterpriseSettings, seed: int, month: int, missing: Floats, known: Floats) -> None:
        """At the beginning of a quarter each unit at a table offers something, or nothing; arguments as for ``willing``."""
        luck = uniforms(seed, Purpose.UNIT, month, self.table.entity, _OFFERS)
        self.offers[:] = (self.seated > 0) & (luck < self.willing(settings, missing, known))

    def cash(self, settings: EnterpriseSettings) -> NDArray[np.int64]:
        """Whole yuan that each one offers this month; the share of its profit scales with its propensity."""
        yuan = np.maximum(0.0, self.profit) * settings.giving * 2.0 * self.table.propensity
        return np.asarray(yuan * self.offers, np.int64)

    def minutes(self, settings: EnterpriseSettings, hours: float) -> NDArray[np.int64]:
        """Minutes of its employees' work that each one offers this month; ``hours``: of an employee in a month."""
        share = settings.giving * 2.0 * self.table.propensity
        return np.asarray(60.0 * hours * self.table.size * share * self.offers, np.int64)

    def give(self, cost: Floats, gave: NDArray[np.bool_]) -> None:
        """What was given in money and paid work is gone; who gave anything has a better name. Those that live on no profit pay the
        work out of their budgets.
        """
        self.profit -= cost * (self.table.profit > 0.0)
        self.reputation[gave] += A_BETTER_NAME * (1.0 - self.reputation[gave])


def business_cycle(settings: EnterpriseSettings, seed: int, month: int) -> float:
    """How good times are for all firms: the factor on their profits.

    Its log is a stationary AR(1) process with ``CYCLE_MEMORY`` from month to month and standard deviation ``cycle``; the
    factor has mean one, on top of the growth of profits since month 1. The same in every world.
    """
    shocks = normals(seed, Purpose.CYCLE, 0, month)
    weights = CYCLE_MEMORY ** np.arange(month - 1, -1, -1.0) * np.sqrt(1.0 - CYCLE_MEMORY**2)
    weights[0] /= np.sqrt(1.0 - CYCLE_MEMORY**2)
    state = settings.cycle * float(weights @ shocks) - 0.5 * settings.cycle**2
    return float(np.exp(state) * (1.0 + settings.profit_growth) ** ((month - 1) / 12.0))


class LocalUnit(Body):
    """One unit of the neighbourhood, a view of its entries in the columns.

    Attributes:
        index: its number.
        community: where it is.
    """

    def __init__(self, model: mesa.Model, units: LocalUnits, index: int) -> None:
        super().__init__(model)
        self._units = units
        self.index = index
        self.community = int(units.table.community[index])

    @property
    def profit(self) -> float:
        """This month's profit, yuan."""
        return float(self._units.profit[self.index])

    @property
    def usual_profit(self) -> float:
        """Profit of an ordinary month, yuan."""
        return float(self._units.table.profit[self.index])

    @property
    def reputation(self) -> float:
        """In [0, 1]."""
        return float(self._units.reputation[self.index])

    @property
    def propensity(self) -> float:
        """Inclination to give, in [0, 1]."""
        return float(self._units.table.propensity[self.index])

    @property
    def member(self) -> bool:
        """Whether it sits at a table of its community."""
        return bool(self._units.seated[self.index])

    @property
    def earned(self) -> float:
        """Yuan that contracts finished this month bring."""
        return float(self._units.earned[self.index])

    @earned.setter
    def earned(self, yuan: float) -> None:
        self._units.earned[self.index] = yuan


class InstitutionalUnit(LocalUnit):
    """A public unit, or a holder of property: it bids for nothing."""
