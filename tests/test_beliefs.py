"""What residents believe of others: nobody knows what nobody saw, a month is no laboratory period, a new matter is a restart.

"In all four seeds" passes by chance, if there is no effect, once in 16.
"""

from __future__ import annotations

import numpy as np
import pytest
from worlds import run

from cogov_sim import CoGovModel, Scenario
from cogov_sim.lab import public_goods
from cogov_sim.scenario.behaviour import BehaviourSettings

pytestmark = pytest.mark.usefixtures("compiled")

SEEDS = (1, 2, 3, 4)


def after(*changes: str, world: str = "grants_only", seed: int = 1, months: int = 24) -> CoGovModel:
    return run(Scenario.load(world, changes=list(changes)), seed=seed, months=months, residents=2000)


def test_nobody_knows_what_nobody_saw() -> None:
    """Where nobody may give and nobody is called there is nothing to see: beliefs stay, to the bit, and count for nothing."""
    model = after("behaviour.volunteer_call=0", "behaviour.donation_call=0", world="government_run")
    columns = model.residents.columns
    assert not columns.has_seen.any()
    np.testing.assert_array_equal(columns.belief, columns.first_belief)
    assert model.measures["belief"].isna().all() and (model.measures["belief_known"] == 0.0).all()


def test_beliefs_are_measured_over_those_who_have_seen() -> None:
    model = after()
    columns, latest = model.residents.columns, model.measures.iloc[-1]
    knows = columns.has_seen == 1
    assert 0.0 < latest["belief_known"] < 1.0 and latest["belief_known"] == pytest.approx(knows.mean())
    assert latest["belief"] == pytest.approx(columns.belief[knows].mean(), rel=1e-5)
    assert (columns.belief[~knows] == columns.first_belief[~knows]).all()


def test_whoever_moves_in_knows_nothing() -> None:
    model = after("society.turnover_factor=5")
    model.residents.settle(model.month + 1)
    columns = model.residents.columns
    new = columns.moved == 1
    assert new.any() and not columns.has_seen[new].any()
    np.testing.assert_array_equal(columns.belief[new], columns.first_belief[new])
    np.testing.assert_array_equal(columns.habit[new], columns.first_habit[new])


def test_how_much_a_months_sight_weighs() -> None:
    """At 0 nobody learns anything; the more it weighs, the lower beliefs are after two years, in all four seeds."""
    columns = after("behaviour.month_sight=0").residents.columns
    np.testing.assert_allclose(columns.belief, columns.first_belief, atol=1e-6)
    for seed in SEEDS:
        beliefs = [
            after(f"behaviour.month_sight={sight}", "behaviour.restart=0", seed=seed).measures["belief"].iloc[-1]
            for sight in (0.1, 0.25, 1.0)
        ]
        assert beliefs[0] > beliefs[1] > beliefs[2], seed


def one_matter(restart: float) -> CoGovModel:
    """Everybody, who has come to believe 0.2 and began with 0.8, is asked for one new matter."""
    world = Scenario.load("co_governance", changes=[f"behaviour.restart={restart}"])
    model = run(world, months=2, residents=1000)
    residents, columns, board = model.residents, model.residents.columns, model.residents.board
    columns.first_belief[:], columns.belief[:], columns.knew[:], columns.gave[:] = 0.8, 0.2, 0, 0
    columns.first_habit[:], columns.habit[:] = 0.8, 0.2
    columns.moved[:], columns.attended[:] = 0, 0
    board.matter[:], board.hear[:], board.ask[:], board.fair[:] = -1, 0.0, 1.0, 10.0
    board.matter[:, 0] = 0
    residents.give(3)
    return model


def test_a_new_matter_is_a_restart() -> None:
    """The further back towards first beliefs it is met, the more is given to it."""
    given = [one_matter(restart).residents.columns.given.mean() for restart in (0.0, 0.5, 1.0)]
    assert given[0] < given[1] < given[2]


def test_hope_for_a_new_matter_is_no_experience() -> None:
    """What is believed of others in general stays what it was: only what is seen, and talk, change it; habits stay as well."""
    columns = one_matter(0.5).residents.columns
    np.testing.assert_array_equal(columns.belief, np.float32(0.2))
    np.testing.assert_array_equal(columns.habit, np.float32(0.2))


@pytest.mark.parametrize("rule", ["conditional_cooperation", "payoff_learning"])
def test_in_the_laboratory_a_new_game_is_a_restart_under_either_rule(rule: str) -> None:
    """Contributions jump back where beliefs and habits do, and do not where ``restart`` is 0."""
    jumps = []
    for restart in (0.0, 0.5):
        behaviour = BehaviourSettings(rule=rule, restart=restart)
        means = (
            public_goods(200, games=2, matching="partners", behaviour=behaviour, rng=1)
            .groupby("period")["contribution"]
            .mean()
        )
        jumps.append(means.loc[11] - means.loc[10])
    assert jumps[1] > 0.5 > jumps[0]


def test_first_beliefs_can_be_lower() -> None:
    low, usual = (after(f"society.belief_factor={x}", months=1).residents.columns.first_belief for x in (0.4, 1.0))
    assert low.mean() == pytest.approx(0.4 * usual.mean(), rel=0.02)
