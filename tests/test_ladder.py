"""The ladder of participation, and the channels that every world has: elections, volunteering, donations, contact."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from worlds import RESIDENTS, run

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.columns import CIVIC, NEVER
from cogov_sim.agents.kernels import ladder

pytestmark = pytest.mark.usefixtures("compiled")
RUNGS = ("told", "contacted", "participation", "active", "carried")
SEEDS = (1, 2, 3, 4)


@cache
def eve(seed: int) -> CoGovModel:
    """The ready society on the eve of a reform, 36 months under the government."""
    return CoGovModel(scenario="government_run", rng=seed)


def last_year(name: str) -> float:
    """Mean of a measure in the last year before the reform, over seeds; elections are over all three."""
    months = 36 if name.startswith("election") else 12
    return float(np.mean([eve(seed).history[name].iloc[-months:].mean() for seed in SEEDS[:2]]))


# -- survey level before any reform ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "surveyed", "within"),
    [
        ("election_turnout", 0.479, 0.03),  # Shanghai urban neighbourhood survey
        ("election_turnout_party", 0.651, 0.05),  # the same
        ("volunteers", 1.0 - 0.7 ** (1 / 3), 0.015),  # 30 % in three months: 2022 blue book
        ("donations", 0.38, 0.08),  # yuan a head and month: Xiamen's report
    ],
)
def test_channels_are_at_survey_level_before_any_reform(measure: str, surveyed: float, within: float) -> None:
    """What the start values were set by; were they changed, or a rule, this shows it."""
    assert last_year(measure) == pytest.approx(surveyed, abs=within)


@pytest.mark.slow
def test_the_old_and_the_party_elect_more() -> None:
    assert last_year("election_turnout_old") > last_year("election_turnout_party") > last_year("election_turnout") + 0.1


@pytest.mark.slow
def test_no_rung_is_empty_in_any_world_and_each_stands_on_the_one_below() -> None:
    for world in ("government_run", "good_government", "co_governance_plain", "co_governance"):
        measures = (
            CoGovModel(scenario=Scenario.load(world, changes=["history.months=12"]), rng=1, residents=5000)
            .run(12)
            .measures
        )
        rungs = measures[list(RUNGS)].to_numpy()
        assert (rungs > 0.0).all() and (np.diff(rungs, axis=1) <= 0.0).all(), world


# -- what counts -----------------------------------------------------------------------------------------------------


def counted(model: CoGovModel, **columns: object) -> dict[str, int]:
    """Residents on each rung or above, with some columns set for everybody in the first building, and nobody else's."""
    residents, board = model.residents, model.residents.board
    end, month = int(board.last[0]), model.commons.month
    for name in ("told", "took_part", "last_act"):
        getattr(residents.columns, name)[:] = NEVER
    for name in ("year_acts", "year_hours", "acts", "hours"):
        getattr(residents.columns, name)[:] = 0
    for name, value in columns.items():
        getattr(residents.columns, name)[:end] = value
    ladder.climb(0, 1, month, residents.columns, board)
    found = np.rint(board.stats[0, [31, 32, 33, 34]] / end).astype(int)
    return dict(zip(("told", "contacted", "active", "carried"), found.tolist(), strict=True))


@pytest.mark.parametrize(
    ("columns", "rungs"),
    [
        ({}, ""),
        ({"told": 14}, "told"),
        ({"told": 3}, ""),  # twelve months ago and more
        ({"told": 4}, "told"),
        ({"took_part": 9}, "told contacted"),
        ({"acts": 3, "hours": 3.9}, ""),
        ({"acts": 2, "hours": 4.0}, ""),
        ({"acts": 3, "hours": 4.0}, "active"),
        ({"acts": 1, "hours": 12.0}, "active carried"),
        ({"acts": 1, "hours": 11.9}, ""),
        ({"year_acts": 1, "year_hours": 4}, "active"),  # of every month of the year, in tenths of an hour
    ],
)
def test_rungs_are_what_the_design_says(columns: dict[str, object], rungs: str) -> None:
    """Month 15: at least three acts and four hours a year, at least twelve hours, in the past twelve months."""
    found = counted(run("government_run", months=15), **columns)
    assert [name for name, there in found.items() if there] == rungs.split()


def test_small_gifts_are_contact_and_no_part() -> None:
    """10 yuan, or an hour, in a month."""
    for ask, part in (("0.0001", False), ("0.1", True)):  # of a month's income
        world = Scenario.load("government_run", changes=[
            "behaviour.donation_call=1", f"behaviour.donation_ask={ask}", "behaviour.volunteer_call=0", "government.committee_term=120",
            "behaviour.hassle=0", "behaviour.cost_weight=0",
        ])  # fmt: skip
        model = run(world, months=1)
        gave = model.residents.columns.spent > 0.0
        assert gave.mean() > 0.3
        assert (model.residents.columns.last_act[gave, CIVIC] == 1).all()
        assert (model.residents.columns.took_part[gave] == 1).any() == part


def test_a_bill_is_no_act() -> None:
    """Owners who pay the fee and do nothing else have given nothing to the common good."""
    unasked = [
        "behaviour.donation_call=0",
        "behaviour.volunteer_call=0",
        "organisations.grid_supporters=1",
        "behaviour.found_base=-3",
    ]
    world = Scenario.load("government_run+owners_committee", changes=unasked)
    paid = run(world, months=18, seed=2)
    assert paid.measures["property_fees"].max() > 0.0
    assert paid.residents.columns.spent.sum() == 0.0


# -- every channel binds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        ("behaviour.volunteer_call=0", "volunteers"),
        ("behaviour.volunteer_hours=1", "volunteer_hours"),
        ("behaviour.donation_call=0", "donations"),
        ("behaviour.donation_ask=0.0005", "donations"),
        ("behaviour.election_base=-4", "election_turnout"),
        ("behaviour.election_age=0", "election_turnout_old"),
        ("government.committee_term=120", "participation_civic"),
    ],
)
def test_each_setting_shows(change: str, measure: str) -> None:
    """Less of it in every seed of 4, over a year; the other way round by chance once in 16 each."""
    plain = Scenario.load("government_run", changes=["government.committee_term=6"])
    for seed in SEEDS:
        more, less = (
            run(world, months=12, seed=seed).measures[measure].mean() for world in (plain, plain.changed(change))
        )
        assert less < more


def test_volunteers_are_seen_so_that_beliefs_live_in_every_world() -> None:
    """There is something to see under the government; without calls there is nothing, and nobody's belief moves."""
    called = run("government_run", months=12)
    nobody = run(
        Scenario.load("government_run", changes=["behaviour.volunteer_call=0", "behaviour.donation_call=0"]), months=12
    )
    assert called.measures["belief_known"].iloc[-1] > 0.3
    assert nobody.measures["belief_known"].iloc[-1] == 0.0
    stayed = nobody.residents.columns.belief == nobody.residents.columns.first_belief
    assert stayed.all() and not (called.residents.columns.belief == called.residents.columns.first_belief).all()


@pytest.mark.slow
def test_terms_end_month_by_month_so_that_no_year_is_an_election_year() -> None:
    """Of 60 communities, and of 6, each year a third elects, give or take one."""
    model = CoGovModel(
        scenario=Scenario.load("government_run", changes=["history.months=0", "society.preset=haicang"]), rng=1
    )
    elections = []
    for _ in range(36):
        model.step()
        elections.append(model.residents.board.election.copy())
    assert (np.sum(elections, axis=0) == 1).all()
    by_year = np.sum(elections, axis=1).reshape(3, 12).sum(axis=1)
    assert by_year.max() - by_year.min() <= 2 and np.sum(elections, axis=1).max() <= 4


def test_newcomers_may_vote_where_they_have_standing() -> None:
    term = ["government.committee_term=1", "behaviour.choice_standing=3"]
    shut = run(Scenario.load("government_run", changes=term), months=6)
    open_to_all = run(
        Scenario.load(
            "government_run+newcomer_inclusion", changes=[*term, "institutions.newcomer_inclusion.standing=1"]
        ),
        months=6,
    )
    assert open_to_all.measures["election_turnout"].mean() > shut.measures["election_turnout"].mean() + 0.02
    assert len(shut.residents) == RESIDENTS
