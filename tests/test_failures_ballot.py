"""The participatory budget can fail in the ways it says. Form, seeds and false alarms as in ``test_failures``.

Worlds differ in the rule, or in who votes, and are the same to the last bit until the first vote, in month 12; what is
looked at is that vote, with the same money and the same projects.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from stress import PROVISION, SEEDS, Look, change, step, worlds
from worlds import small

from cogov_sim import CoGovModel, Scenario
from cogov_sim.commons.matters import Decider
from cogov_sim.experiments.worlds import BARE

pytestmark = [pytest.mark.usefixtures("compiled"), pytest.mark.slow]

VOTE = PROVISION + "+participatory_budget"
HALF = "institutions.participatory_budget.budget_share=0.5"


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    yield
    worlds.cache_clear()


def first_vote(rule: str, *changes: str) -> tuple[CoGovModel, ...]:
    """Four worlds in the month of their first vote."""
    return worlds(VOTE, f"institutions.participatory_budget.method={rule}", HALF, *changes, months=9, residents=3000)


def latest(measure: str) -> Look:
    """A measure of the month of the vote."""
    return lambda model: model.latest[measure]


def bought(rule: str, seed: int) -> np.ndarray:
    """Cost of each matter that the first vote buys, looked at before anybody else decides anything that month."""
    scenario = Scenario.load(BARE + VOTE, changes=[f"institutions.participatory_budget.method={rule}", HALF])
    model = CoGovModel(scenario=small(scenario), rng=seed, residents=3000, threads=1)
    for month in range(1, 9):
        step(model, month, measured=False)
    model.month = model.commons.month = 9
    for part in model.parts:
        if part.name == "decisions":
            break
        part.act(model)
    ledger = model.commons.ledger
    return ledger.column("cost")[ledger.column("decided_month") == 9]


def had_a_say(model: CoGovModel) -> float:
    """Share of those who voted whose vote settled something."""
    ballots, board = model.residents.columns.ballot, model.residents.board
    counted = np.repeat(board.counted[board.community], board.last - board.first)
    return float(((ballots > 0) & (counted > 0)).sum() / (ballots > 0).sum())


def test_by_number_of_votes_large_projects_crowd_out_small_ones() -> None:
    """Stress: votes are counted instead of going down a list by need a yuan. Fewer projects are bought, and larger ones.

    What touches few people has few votes: a building's own matters lose against the whole community's.
    """
    calm, stressed = ([bought(rule, seed) for seed in SEEDS] for rule in ("list", "greedy"))
    assert all(more.mean() > less.mean() and len(more) <= len(less) for less, more in zip(calm, stressed, strict=True))
    assert sum(map(len, stressed)) < sum(map(len, calm))


def test_equal_shares_leave_money_unspent() -> None:
    """Stress: every voter disposes of the same part. Most of the money stays; completion, or counting votes, spends it."""
    stressed = first_vote("equal_shares")
    assert all(model.latest["vote_unspent"] > 0.25 for model in stressed)
    for rule in ("greedy", "equal_shares_completed"):
        assert (change(latest("vote_unspent"), first_vote(rule), stressed) > 0).all()


def test_on_the_governments_list_votes_count_for_nothing() -> None:
    """Stress: the list instead of the votes, with the same ballots. Nobody who voted has had a say, and voice is lower."""
    calm, stressed = first_vote("greedy"), first_vote("list")
    assert not change(latest("turnout"), calm, stressed).any()
    assert all(had_a_say(model) == 0.0 for model in stressed)
    assert min(had_a_say(model) for model in calm) > 0.3
    assert (change(latest("voice"), calm, stressed) < 0).all()
    assert not any((model.commons.ledger.column("decided_by") == Decider.VOTERS).any() for model in stressed)


def test_those_who_vote_are_not_like_those_who_do_not() -> None:
    """Stress: age (0.35 to 1) and being a newcomer (0.5 to 2) weigh more in the decision to vote. The vote gets older, and more local.

    Even at the start values the old vote more, and newcomers less, than all.
    """
    strong = ("behaviour.choice_age=1", "behaviour.choice_standing=2")
    calm, stressed = first_vote("greedy"), first_vote("greedy", *strong)

    def older(model: CoGovModel) -> float:
        return model.latest["turnout_old"] - model.latest["turnout"]

    def more_local(model: CoGovModel) -> float:
        return model.latest["turnout"] - model.latest["turnout_newcomers"]

    for bias in (older, more_local):
        assert min(map(bias, calm)) > 0.0
        assert (change(bias, calm, stressed) > 0).all()
