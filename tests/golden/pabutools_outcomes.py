"""Writes the golden file of elections: what ``pabutools`` buys in each, in exact fractions.

Not part of the tests, which read the file: pabutools is under the GPL and brings a proprietary solver with it. To write it
anew, in an environment of its own with numpy and pabutools (1.2.3 wrote the present one)::

    PYTHONPATH=tests python tests/golden/pabutools_outcomes.py

Ties are broken by the order of the projects, which pabutools does by their names: here their padded numbers.
"""

from __future__ import annotations

import numpy as np
from elections import ELECTIONS, GOLDEN, Election, Outcomes, line_of
from pabutools.election import ApprovalBallot, ApprovalProfile, Cardinality_Sat, Cost_Sat, Instance, Project
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import lexico_tie_breaking


def elsewhere(election: Election) -> tuple[Instance, ApprovalProfile]:
    """The election as pabutools holds it, every voter with a ballot of their own."""
    projects = [Project(f"{p:03}", int(cost)) for p, cost in enumerate(election.costs)]
    ballots = [
        ApprovalBallot(projects[p] for p in np.flatnonzero(row))
        for row in np.repeat(election.approvals, election.voters, axis=0)
    ]
    instance = Instance(projects, budget_limit=election.budget)
    return instance, ApprovalProfile(ballots, instance=instance)


def greedy(election: Election, bought: list[Project] | None = None) -> list[Project]:
    """Greedy welfare of cost utilities, after what is bought already; divided by cost it is the number of approvals."""
    return greedy_utilitarian_welfare(
        *elsewhere(election), sat_class=Cost_Sat, tie_breaking=lexico_tie_breaking, initial_budget_allocation=bought
    )


def equal_shares(election: Election, utility: type) -> list[Project]:
    """The method of equal shares."""
    return method_of_equal_shares(*elsewhere(election), sat_class=utility, tie_breaking=lexico_tie_breaking)


def outcomes(election: Election) -> Outcomes:
    """By every rule."""
    cost, count = equal_shares(election, Cost_Sat), equal_shares(election, Cardinality_Sat)
    bought = greedy(election), cost, greedy(election, cost), count, greedy(election, count)
    return Outcomes(*([int(project.name) for project in projects] for projects in bought))


if __name__ == "__main__":
    drawn = [Election.random(seed) for seed in range(ELECTIONS)]
    GOLDEN.write_text("".join(line_of(e, outcomes(e)) + "\n" for e in drawn), encoding="utf-8")
