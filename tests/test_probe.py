"""The same question everywhere: what residents would give to one standard matter, in every world."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from worlds import run, small

from cogov_sim import CoGovModel
from cogov_sim.agents.rules import Rules
from cogov_sim.commons.matters import Stage
from cogov_sim.scenario.files import ready_names

pytestmark = pytest.mark.usefixtures("compiled")

PROBES = ["probe_free_riding", "probe_giving"]


def test_on_day_one_the_answer_is_the_same_in_all_worlds_to_the_bit() -> None:
    first = [run(name, months=1, residents=1500).measures.loc[0, PROBES].tolist() for name in ready_names()]
    assert len(first) >= 7 and all(answer == first[0] for answer in first)
    assert 0.0 < first[0][0] < 1.0


def test_nothing_comes_of_it() -> None:
    """A world without the probe goes on in the same way, to the bit."""
    asked, unasked = (CoGovModel(scenario=small("co_governance"), rng=2, residents=1500) for _ in range(2))
    unasked.parts = tuple(part for part in unasked.parts if part.name != "probe")
    asked.run(14)
    unasked.run(14)
    pd.testing.assert_frame_equal(asked.measures.drop(columns=PROBES), unasked.measures.drop(columns=PROBES))
    for one, other in zip(asked.residents.columns, unasked.residents.columns, strict=True):
        np.testing.assert_array_equal(one, other)
    assert (asked.measures[PROBES].iloc[-1] != unasked.measures[PROBES].iloc[-1]).all(), "there it was never asked"


def test_it_goes_through_the_rule_of_contribution() -> None:
    """What moves gifts moves the answer: belief, spirit, efficacy, closeness up; fatigue and trouble down."""
    model = run("co_governance", months=3, residents=1500)
    residents, columns = model.residents, model.residents.columns

    def answer() -> np.ndarray:
        residents.probe(4)
        return residents.board.probe.sum(axis=0)

    for name, sign in (("belief", 1), ("spirit", 1), ("efficacy", 1), ("familiarity", 1), ("fatigue", -1)):
        column, before = getattr(columns, name), getattr(columns, name).copy()
        column[:] = 0.1
        nothing_low, share_low = answer()
        column[:] = 0.9
        nothing_high, share_high = answer()
        assert sign * (share_high - share_low) > 0 and sign * (nothing_high - nothing_low) < 0, name
        column[:] = before
    usual = answer()[1]
    residents.rules = Rules(**{**residents.rules._asdict(), "hassle": 0.5})
    assert answer()[1] < usual


def test_terms_of_institutions_do_not_enter() -> None:
    """Recognition, sanctions, rewards, levies and less trouble are on the board, and not in the answer."""
    model = run("co_governance", months=3, residents=1500)
    residents, board = model.residents, model.residents.board
    residents.probe(4)
    usual = board.probe.copy()
    for name in ("recognition", "sanction", "reward", "levy", "hassle"):
        getattr(board, name)[:] = 0.9
    residents.probe(4)
    np.testing.assert_array_equal(board.probe, usual)


def test_burden_counts_matters_that_were_given_up_and_had_their_time() -> None:
    """By hand: of the fair shares of all who would benefit from matters decided a year to two years ago, what residents gave, and
    of the own part what came together, at most all of it.
    """
    model = run("councils_only", months=36, residents=3000)
    ledger, services = model.commons.ledger, model.scenario.services
    decided, month = ledger.column("decided_month"), model.commons.month
    ripe = (decided > month - 24) & (decided <= month - 12) & (ledger.column("closed_month") > 0)
    which = np.flatnonzero(ripe)
    target, have = ledger.column("own_target")[ripe], ledger.own_value(which, services)
    assert (ledger.column("stage")[ripe] == Stage.EXPIRED).any() and (have < target).any()
    last = model.measures.iloc[-1]
    assert last["own_part_met"] == pytest.approx(np.minimum(have, target).sum() / target.sum())
    shares = (ledger.column("fair_share") * ledger.column("beneficiaries"))[ripe].sum()
    given = (ledger.column("residents_money")[ripe] + ledger.in_kind(which, services))[
        ledger.column("fair_share")[ripe] > 0.0
    ]
    assert last["realised_burden"] == pytest.approx(given.sum() / shares)
    assert model.measures["realised_burden"].iloc[:12].isna().all(), "nothing has had its time"
    assert last["realised_burden"] < last["own_part_met"], "not everybody is expected to give"
    assert np.isnan(run("government_run", months=36, residents=1000).measures["realised_burden"]).all()
