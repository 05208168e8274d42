"""Random elections with fixed seeds, and what ``pabutools`` makes of them: a golden file, so that no test needs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

ELECTIONS = 600
#: Written by ``golden/pabutools_outcomes.py``: one line an election.
GOLDEN = Path(__file__).parent / "golden" / "pabutools_outcomes.jsonl"


class Election(NamedTuple):
    """Projects with costs, ballots that each stand for some voters, and a budget.

    Attributes:
        costs: yuan, by project.
        approvals: whether a ballot approves of a project, ballots x projects.
        voters: how many cast a ballot, by ballot.
        budget: yuan.
    """

    costs: np.ndarray
    approvals: np.ndarray
    voters: np.ndarray
    budget: int

    @classmethod
    def random(cls, seed: int) -> Election:
        """Small or middle-sized, with small costs (many ties) or large ones, votes few or many."""
        rng = np.random.default_rng(seed)
        projects, ballots = (int(rng.integers(1, 8)), int(rng.integers(1, 8)))
        if seed % 3 == 0:
            projects, ballots = (int(rng.integers(8, 30)), int(rng.integers(10, 60)))
        costs = rng.integers(1, 12 if seed % 2 else 50_000, projects)
        approvals = rng.random((ballots, projects)) < rng.choice([0.1, 0.3, 0.6])
        voters = rng.integers(1, 6, ballots)
        return cls(costs, approvals, voters, int(costs.sum() * rng.uniform(0.0, 1.1)))

    @property
    def votes(self) -> np.ndarray:
        """Voters who approve, by project."""
        return self.voters @ self.approvals

    def wanted(self, outcome: list[int]) -> list[int]:
        """The projects of an outcome that anybody approves: here what nobody wants is never bought."""
        return [project for project in outcome if self.votes[project]]


class Outcomes(NamedTuple):
    """Projects that ``pabutools`` buys, in its order, by rule; ``completed`` means: by greedy, with what was left over."""

    greedy: list[int]
    cost: list[int]
    cost_completed: list[int]
    count: list[int]
    count_completed: list[int]


def line_of(election: Election, outcomes: Outcomes) -> str:
    """An election and its outcomes as a line of the golden file; a ballot is a number, a bit a project."""
    ballots = [sum(1 << int(p) for p in np.flatnonzero(row)) for row in election.approvals]
    table = {
        "costs": election.costs.tolist(),
        "budget": election.budget,
        "ballots": ballots,
        "voters": election.voters.tolist(),
        **outcomes._asdict(),
    }
    return json.dumps(table, separators=(",", ":"))


def golden() -> list[tuple[Election, Outcomes]]:
    """The elections of the golden file, whatever today's numpy would draw, with what ``pabutools`` makes of them."""
    kept = []
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        table = json.loads(line)
        costs, voters = np.array(table["costs"]), np.array(table["voters"])
        approvals = (np.array(table["ballots"])[:, None] >> np.arange(len(costs)) & 1).astype(bool)
        election = Election(costs, approvals, voters, table["budget"])
        kept.append((election, Outcomes(*(table[rule] for rule in Outcomes._fields))))
    return kept
