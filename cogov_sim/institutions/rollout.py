"""The roll-out of a reform 试点、铺开、巩固: which communities begin when, and how well each institution is mastered where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.draws import Purpose, uniforms
from cogov_sim.institutions.base import Institution, Means
from cogov_sim.scenario import RolloutSettings
from cogov_sim.society import Level
from cogov_sim.terms import Terms

PILOT, COPIED, EVERYWHERE = range(3)
NOT_YET = 0
_DISTRICTS, _COMMUNITIES, _COPIES = 0, 1, 2


class Rollout:
    """Until its month a community lives under the old regime; then under the reform's institutions, each as well as it is mastered there.

    What the old regime had too is mastered from the start. Everything else is learnt by practice, and, from consolidation on, from the
    best community of the same street or the same type. A street that superiors appraise may copy the pilots before its time, at less
    mastery.

    Attributes:
        begins: int64 (communities,), month of the reform in which each begins; ``NOT_YET`` before.
        wave: int8 (communities,), how it came to begin: ``PILOT``, ``COPIED`` or ``EVERYWHERE``; -1 before.
        mastery: float64 (institutions, communities), in [0, 1]; 0 where the reform has not begun.
    """

    def __init__(self, settings: RolloutSettings, units: Any, known: NDArray[np.bool_], seed: int) -> None:
        """Before month 1.

        Args:
            settings: pilots, months, how fast is learnt.
            units: the society's tree of units.
            known: bool per institution of the reform: the old regime had it.
            seed: the run's seed.
        """
        self._settings, self._seed = settings, seed
        self._street, self._kind = units.parent(Level.COMMUNITY), units.kind
        self._pilots = _pilots(settings, units, seed)
        self._known = known
        n = units.count(Level.COMMUNITY)
        self.begins = np.full(n, NOT_YET, np.int64)
        self.wave = np.full(n, -1, np.int8)
        self.mastery = np.zeros((len(known), n))

    def begin(self, month: int, appraised: NDArray[np.bool_]) -> None:
        """Those begin whose month it is.

        Args:
            month: of the reform.
            appraised: bool (communities,), under superiors' appraisals last month.
        """
        settings, waits = self._settings, self.begins == NOT_YET
        n_streets = int(self._street.max()) + 1
        luck = uniforms(self._seed, Purpose.ROLLOUT, month, n_streets, _COPIES)[self._street]
        copies = appraised & (luck < settings.copying) & (month > 1)
        self._enter(waits & self._pilots, PILOT, month)
        if month >= settings.everywhere:
            self._enter(waits & ~self._pilots, EVERYWHERE, month)
        else:
            self._enter(waits & ~self._pilots & copies, COPIED, month)

    def _enter(self, who: NDArray[np.bool_], wave: int, month: int) -> None:
        self.begins[who], self.wave[who] = month, wave
        first = self._settings.copied if wave == COPIED else self._settings.mastery
        self.mastery[:, who] = np.where(self._known, 1.0, first)[:, None]

    def offer(
        self,
        terms: Terms,
        month: int,
        means: Means,
        reform: Sequence[Institution],
        old: Sequence[Institution],
        since: int,
    ) -> None:
        """Institutions write their terms: the old regime's where the reform has not begun, the reform's elsewhere, each in the month that
        it is there.

        Args:
            terms, means: as for ``Institution.offer``.
            month: of the reform.
            reform, old: the institutions of both, ``reform`` in the order of ``mastery``.
            since: month of the old regime.
        """
        for institution in old:
            institution.offer(terms, since, means, self.begins == NOT_YET)
        for begun in np.unique(self.begins[self.begins != NOT_YET]).tolist():
            here = self.begins == begun
            for institution, mastery in zip(reform, self.mastery, strict=True):
                institution.offer(terms, month - begun + 1, means, here, mastery)

    def learn(self, month: int, means: Means, reform: Sequence[Institution]) -> None:
        """A month of practice, as far as it was paid; from consolidation on, of teaching."""
        settings, there = self._settings, self.begins != NOT_YET
        for i, institution in enumerate(reform):
            on = there & (month - self.begins + 1 >= institution.settings.start_month) & (institution.where > 0.0)
            mastery = self.mastery[i]
            learns = settings.practice * institution.affordable(means) * (1.0 - mastery)
            if month >= settings.consolidation:
                learns += settings.teaching * np.maximum(0.0, self._example(mastery * on) - mastery)
            mastery[on] = np.minimum(1.0, mastery + learns)[on]

    def new_mastery(self) -> NDArray[np.float64]:
        """Mean mastery of the institutions that the old regime did not have, float64 (communities,)."""
        return np.asarray(self.mastery[~self._known].mean(axis=0))

    def _example(self, mastery: NDArray[np.float64]) -> NDArray[np.float64]:
        """The best mastery in each community's street, or among communities of its type."""
        found = np.zeros(len(mastery))
        for group in (self._street, self._kind):
            best = np.zeros(int(group.max()) + 1)
            np.maximum.at(best, group, mastery)
            found = np.maximum(found, best[group])
        return found


def _pilots(settings: RolloutSettings, units: Any, seed: int) -> NDArray[np.bool_]:
    """Bool per community: some of each type in districts that luck chooses."""
    district = units.within(Level.COMMUNITY, Level.DISTRICT)
    n_districts, n = units.count(Level.DISTRICT), len(district)
    order = np.argsort(uniforms(seed, Purpose.ROLLOUT, 0, n_districts, _DISTRICTS), kind="stable")
    luck = uniforms(seed, Purpose.ROLLOUT, 0, n, _COMMUNITIES)
    pilots = np.zeros(n, bool)
    for d in order[: settings.pilot_districts].tolist():
        for kind in np.unique(units.kind[district == d]).tolist():
            mine = np.flatnonzero((district == d) & (units.kind == kind))
            number = max(1, round(settings.pilot_share * len(mine)))
            pilots[mine[np.argsort(luck[mine], kind="stable")[:number]]] = True
    return pilots
