"""Party secretaries 党组织书记: one resident of a community who convenes those who report, judged by the street."""

from __future__ import annotations

import mesa
import numpy as np

from cogov_sim.agents.base import Body
from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.residents import Residents
from cogov_sim.scenario.actors import OrganisationSettings

NOBODY = -1


class PartySecretary(Body):
    """The secretary of one community's joint party committee. Where there is no such committee there is none.

    Attributes:
        community: where.
        first, last: residents [first, last) of the community.
        holder: the resident; ``NOBODY`` while nobody fit is found.
        dismissed: who was replaced last, and is not chosen again.
        since: month of appointment.
        reported, called: hours that party members gave, and calls that were made, in each month of the past year, float64 (12,).
    """

    def __init__(self, model: mesa.Model, community: int, first: int, last: int) -> None:
        super().__init__(model)
        self.community = community
        self.first = first
        self.last = last
        self.holder = self.dismissed = NOBODY
        self.since = 0
        self.reported, self.called = np.zeros(YEAR), np.zeros(YEAR)

    def appoint(self, wanted: bool, residents: Residents, settings: OrganisationSettings, month: int) -> None:
        """Who moved or burnt out leaves; the rested party member with most public spirit follows."""
        columns = residents.columns
        if not wanted:
            self.holder = NOBODY
            return
        if (
            self.holder != NOBODY
            and not columns.moved[self.holder]
            and columns.fatigue[self.holder] <= settings.burnout
        ):
            return
        span = slice(self.first, self.last)
        fit = np.where(columns.party[span] != 0, columns.spirit[span].astype(float), -1.0)
        fit[(columns.fatigue[span] >= 0.5 * settings.burnout) | (columns.moved[span] == 1)] = -1.0
        if self.first <= self.dismissed < self.last:
            fit[self.dismissed - self.first] = -1.0
        best = int(np.argmax(fit))
        self.holder, self.since = self.first + best if fit[best] >= 0.0 else NOBODY, month
        self.reported[:] = self.called[:] = 0.0

    def dismiss(self) -> None:
        """The street wants another one."""
        self.dismissed, self.holder = self.holder, NOBODY
