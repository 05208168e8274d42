"""Mediators 调解员: a few residents of a community who settle disputes close to home, in the hours they have."""

from __future__ import annotations

import math

import mesa
import numpy as np

from cogov_sim.agents.base import Body
from cogov_sim.agents.residents import Residents
from cogov_sim.scenario.actors import OrganisationSettings


class Mediators(Body):
    """党员和事佬: the mediators of one community. Where there are no posts there are none.

    Attributes:
        community: where they work.
        first, last: residents [first, last) of the community.
        members: residents who mediate.
        posts: how many are wanted; a fraction is a post for part of the hours.
        hours: hours that each of them gave this month.
    """

    def __init__(self, model: mesa.Model, community: int, first: int, last: int) -> None:
        super().__init__(model)
        self.community = community
        self.first = first
        self.last = last
        self.members: list[int] = []
        self.posts = 0.0
        self.hours = 0.0

    def fill_posts(self, posts: float, residents: Residents, settings: OrganisationSettings) -> None:
        """Who moved or burnt out leaves; open posts go to rested party members first, then to the public-spirited."""
        columns, limit, wanted = residents.columns, settings.burnout, math.ceil(posts)
        self.posts, self.hours = posts, 0.0
        self.members = [i for i in self.members if not columns.moved[i] and columns.fatigue[i] <= limit][:wanted]
        if len(self.members) == wanted:
            return
        span = slice(self.first, self.last)
        fit = columns.party[span] + columns.spirit[span].astype(float)
        fit[(columns.fatigue[span] >= 0.5 * limit) | (columns.moved[span] == 1)] = -1.0
        fit[np.array(self.members, np.int64) - self.first] = -1.0
        best = np.argsort(-fit, kind="stable")[: wanted - len(self.members)]
        self.members += [self.first + int(j) for j in best if fit[j] >= 0.0]

    def settle(self, cases: float, settings: OrganisationSettings) -> float:
        """Settle open disputes, as many as there are hours for; returns how many (disputes are counted as a flow)."""
        most = min(self.posts, len(self.members)) * settings.mediator_hours / settings.dispute_hours
        settled = min(cases, most)
        self.hours = settled * settings.dispute_hours / max(1, len(self.members))
        return settled
