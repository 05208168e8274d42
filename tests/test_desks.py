"""Queues of the government: closed forms of both, what residents make of late answers, and the street's desk in the ledger."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from worlds import digests, run, world
from worlds import small as in_miniature

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.board import LONGEST_WAIT
from cogov_sim.agents.queues import Desk, RequestQueue
from cogov_sim.agents.rules import bad_and_good
from cogov_sim.commons.matters import Stage
from cogov_sim.society import Level

pytestmark = pytest.mark.usefixtures("compiled")

numbers = st.lists(st.tuples(st.integers(0, 30), st.floats(0, 30)), min_size=1, max_size=LONGEST_WAIT)


def _work(queue: RequestQueue, months: list[tuple[float, float]]) -> list[float]:
    """Requests left at each month's end, where so many come and as many can be answered."""
    left = []
    for month, (new, served) in enumerate(months, start=1):
        queue.receive(np.array([float(new)]), month)
        queue.answer(np.array([served]))
        left.append(float(queue.waiting.sum()))
        queue.close()
    return left


# -- at start values ---------------------------------------------------------------------------------------------------

SEEDS = range(1, 5)


@cache
def _answers(scenario: str) -> NDArray[np.float64]:
    """Per seed the share of requests answered, the months until then, and trust: a mean year, the third, at start values."""
    names = ["requests_answered", "months_to_answer", "trust"]
    return np.array(
        [run(scenario, seed=seed, months=36, residents=4000).measures[names].iloc[-12:].mean() for seed in SEEDS]
    )


def test_the_government_answers_late_at_start_values() -> None:
    """What committees log a day against the hours that administration leaves: before, all was answered at once."""
    answered, months, _ = _answers("government_run").T
    assert (months > 0.5).all() and (answered < 0.99).all()


@pytest.mark.parametrize("institution", ["one_stop_service", "grid_linkage"])
def test_who_answers_in_less_time_answers_sooner_and_is_trusted_more(institution: str) -> None:
    """Sooner by sign in all of four seeds: without any effect one of 16 cases; trust by the mean."""
    better, before = _answers(f"government_run+{institution}"), _answers("government_run")
    assert (better[:, 0] > before[:, 0]).all() and (better[:, 1] < before[:, 1]).all()
    assert better[:, 2].mean() > before[:, 2].mean()


@pytest.mark.parametrize("institution", ["idea_box", "information_platform"])
def test_who_invites_more_requests_than_there_are_hours_for_is_trusted_less(institution: str) -> None:
    """Overload: the same hours and more wishes. By sign, as above."""
    flooded, before = _answers(f"government_run+{institution}"), _answers("government_run")
    assert (flooded[:, 0] < before[:, 0]).all() and (flooded[:, 2] < before[:, 2]).all()


# -- residents' requests -----------------------------------------------------------------------------------------------


@given(numbers)
def test_requests_left_follow_the_lindley_recursion(months: list[tuple[float, float]]) -> None:
    """Q' = max(0, Q + arrivals - capacity), for as long as nobody gives up."""
    left = _work(RequestQueue(1, LONGEST_WAIT), months)
    q = 0.0
    for (new, served), there in zip(months, left, strict=True):
        q = max(0.0, q + new - served)
        assert there == pytest.approx(q, abs=1e-6)


@given(numbers)
def test_the_oldest_are_answered_first(months: list[tuple[float, float]]) -> None:
    """If any request of an age is left, none that came later was answered."""
    queue = RequestQueue(1, LONGEST_WAIT)
    for month, (new, served) in enumerate(months, start=1):
        queue.receive(np.array([float(new)]), month)
        there = queue.waiting.copy()
        queue.answer(np.array([served]))
        some_left, answered = queue.waiting[0] > 0.0, there[0] - queue.waiting[0] > 1e-9
        oldest_left = int(np.flatnonzero(some_left).max(initial=0))
        assert not answered[:oldest_left].any()
        chances = queue.chances()[0, :LONGEST_WAIT]
        assert ((chances >= 0.0) & (chances <= 1.0)).all()
        queue.close()


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.floats(12, 30))
def test_little_law_holds_from_empty_to_empty(arrivals: list[int], served: float) -> None:
    """L = lambda W: requests left at months' ends, summed, are the months that all requests waited, summed."""
    queue = RequestQueue(1, LONGEST_WAIT)
    queue.answered, queue.months = np.zeros((12, 1)), np.zeros((12, 1))
    total = waited = 0.0
    left, month = [1.0], 0
    while month < len(arrivals) or left[-1] > 0.0:
        new = arrivals[month] if month < len(arrivals) else 0
        month += 1
        queue.receive(np.array([float(new)]), month)
        queue.answer(np.array([served]))
        left.append(float(queue.waiting.sum()))
        queue.close()
        total, waited = total + float(queue.answered[month % 12, 0]), waited + float(queue.months[month % 12, 0])
        assert not queue.given_up.any()
        if month > 60:  # never: at most 8 x 30 requests, 12 a month
            raise AssertionError("the queue never empties")
    assert total == pytest.approx(sum(arrivals), abs=1e-6)
    assert sum(left[1:]) == pytest.approx(waited, abs=1e-6)


@pytest.mark.parametrize("patience", [1, 2, 3, 6])
def test_steady_state_of_too_few_hours(patience: int) -> None:
    """10 requests and 7 answers a month: 7 in 10 are answered, all after patience - 1 months, and 10 (patience - 1) wait."""
    queue = RequestQueue(1, patience)
    _work(queue, [(10, 7.0)] * 40)
    assert queue.answered.sum() == pytest.approx(12 * 7)
    assert queue.given_up.sum() == pytest.approx(12 * 3)
    assert queue.months.sum() / queue.answered.sum() == pytest.approx(patience - 1)
    assert queue.waiting.sum() == pytest.approx(10 * (patience - 1))


@given(numbers, st.integers(1, LONGEST_WAIT))
def test_every_request_is_answered_given_up_or_waits(months: list[tuple[float, float]], patience: int) -> None:
    queue = RequestQueue(1, patience)
    came = gone = 0.0
    for month, (new, served) in enumerate(months, start=1):
        _work_one(queue, month, new, served)
        came += new
        gone += float(queue.answered[month % 12, 0] + queue.given_up[month % 12, 0])
        assert (queue.waiting >= 0.0).all()
        assert gone + queue.waiting.sum() == pytest.approx(came, abs=1e-6)


def _work_one(queue: RequestQueue, month: int, new: float, served: float) -> None:
    queue.receive(np.array([float(new)]), month)
    queue.answer(np.array([served]))
    queue.close()


# -- what residents make of it -----------------------------------------------------------------------------------------


def _asked_once(chances: list[float], months: int) -> tuple[CoGovModel, list[float]]:
    """Everybody asks in month 1; the share still waiting after each month."""
    model = CoGovModel(scenario=in_miniature(world()), rng=1, residents=3000, threads=1)
    people = model.residents
    people.board.answer[:] = -1.0
    people.board.answer[:, : len(chances)] = chances
    people.columns.trust[:] = 0.5
    left = []
    for month in range(1, months + 1):
        people.columns.spoke[:] = month == 1
        people.share(month)
        left.append(float((people.columns.waits >= 0).mean()))
    return model, left


def test_residents_wait_as_long_as_their_requests() -> None:
    """Chances 0.2, 0.5, 0.9 at ages 0, 1, 2: 0.8 and 0.4 still wait, and then all have heard or given up.

    False alarms: a binomial share of 3,000 is off by more than 4 standard errors (0.036) once in 16,000.
    """
    model, left = _asked_once([0.2, 0.5, 0.9], months=4)
    assert left[:2] == pytest.approx([0.8, 0.4], abs=0.036)
    assert left[2:] == [0.0, 0.0]
    rules = model.residents.rules
    unheard = bad_and_good(0.5, False, rules.trust_rate, rules.trust_bad_ratio)
    values = {
        "at once": bad_and_good(0.5, True, rules.trust_rate, rules.trust_bad_ratio),
        "late": bad_and_good(unheard, True, rules.trust_rate, rules.trust_bad_ratio),
        "never": unheard,
    }
    shares = {"at once": 0.2, "late": 0.8 * 0.5 + 0.4 * 0.9, "never": 0.4 * 0.1}
    trust = model.residents.columns.trust.astype(float)
    for name, value in values.items():
        assert np.isclose(trust, value, atol=1e-5).mean() == pytest.approx(shares[name], abs=0.036), name


def test_with_a_patience_of_one_month_nothing_waits() -> None:
    """The rule of the first version: a request is answered in its month or never."""
    busy = Scenario.load("government_run", changes=["government.case_hours=20", "government.request_patience=1"])
    model = run(busy, months=12, residents=1000)
    assert model.latest["requests_waiting"] == model.latest["months_to_answer"] == 0.0
    assert 0.0 < model.latest["requests_answered"] < 1.0
    assert (model.residents.columns.waits == -1).all()


def test_old_requests_take_hours_before_new_ones() -> None:
    """Too few hours: who asked this month hears less often than who asked before; measures agree with the queue."""
    busy = Scenario.load("government_run", changes=["government.case_hours=12", "behaviour.voice_base=-3"])
    model = run(busy, months=24, residents=1000)
    queue, chances = model.commons.requests, model.residents.board.answer
    assert (chances[:, 0] < chances[:, 2]).all()
    assert chances.shape == (model.commons.n_communities, LONGEST_WAIT + 1)
    assert (chances[:, 3:] == -1.0).all(), "given up after three months"
    assert model.latest["requests_waiting"] == pytest.approx(queue.waiting.sum())  # of 1,000 residents
    answered, months = queue.answered.sum(), queue.months.sum()
    assert model.latest["months_to_answer"] == pytest.approx(months / answered)
    assert model.latest["requests_answered"] == pytest.approx(answered / (answered + queue.given_up.sum()))


# -- the desk ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.lists(st.integers(1, 40), max_size=6)), min_size=1, max_size=30), st.integers(1, 60))
def test_work_at_a_desk_follows_the_lindley_recursion(months: list[tuple[list[int]]], capacity: int) -> None:
    """W' = max(0, W + hours of new cases - capacity), W what is still to do for the cases there."""
    desk, cases, work = Desk(float(capacity)), [], 0.0
    for (new,) in months:
        cases += [float(hours) for hours in new]
        del cases[: desk.serve(cases)]
        work = max(0.0, work + sum(new) - capacity)
        assert sum(cases) - desk.begun == pytest.approx(work)
        assert not cases or desk.begun < cases[0]


def test_cases_of_equal_length_wait_as_in_m_d_1() -> None:
    """Poisson arrivals, one case a month, load 0.8: on average rho^2 / (2 (1 - rho)) = 1.6 wait (Pollaczek-Khinchine).

    300,000 months; the error of the mean by batches of 1,000. False alarms: 4 standard errors, once in 16,000.
    """
    rho, months = 0.8, 300_000
    arrivals = np.random.default_rng(1).poisson(rho, months)
    desk, waiting, seen = Desk(1.0), 0, np.empty(months)
    for month, new in enumerate(arrivals.tolist()):
        waiting += new
        waiting -= desk.serve([1.0] * waiting)
        seen[month] = waiting
    batches = seen.reshape(-1, 1000).mean(axis=1)
    error = batches.std() / np.sqrt(len(batches))
    assert seen.mean() == pytest.approx(rho**2 / (2.0 * (1.0 - rho)), abs=4.0 * error)
    assert error < 0.05


#: Everything is passed up, to a desk that has hours for one matter a month or so.
DROWNING = [
    "government.street_limit=1", "services.need_threshold=0.9", "government.desk_hours=10", "government.desk_case_hours=6",
]  # fmt: skip


@cache
def _drowning(*institutions: str) -> CoGovModel:
    scenario = world("direct_provision", *institutions).changed(*DROWNING)
    return run(scenario, months=30, residents=1000)


def test_the_backlog_in_the_ledger_is_the_recursion() -> None:
    """With 6 hours a matter and 10 hours a month per street (of about 1,000 residents): month by month, street by street."""
    model = CoGovModel(
        scenario=in_miniature(world("direct_provision").changed(*DROWNING)), rng=1, residents=1000, threads=1
    )
    commons = model.commons
    ledger, street_of = commons.ledger, model.society.assets.street
    work = np.zeros(commons.n_streets)
    most = 0
    for month in range(1, 25):
        before = set(commons.desk_backlog.tolist())
        model.step()
        reached = [
            m
            for m in range(ledger.n)
            if ledger.level_now[m] <= Level.STREET and ledger.raised_month[m] + 3 == month and m not in before
        ]
        for s, desk in enumerate(commons.desks):
            work[s] += 6.0 * sum(street_of[ledger.asset[m]] == s for m in reached)
            work[s] = max(0.0, work[s] - desk.capacity)
            mine = (street_of[ledger.asset[commons.desk_backlog]] == s).sum()
            assert mine == np.ceil((work[s] - 1e-9) / 6.0), (month, s)
        most = max(most, len(commons.desk_backlog))
        assert (commons.desk_backlog == np.sort(commons.desk_backlog)).all(), "the oldest are in front"
    assert most > 5


def test_nobody_decides_what_still_waits_at_the_desk() -> None:
    model = _drowning()
    matters = model.matters
    up = matters.query("level_now == 'street'")
    decided = up.query("decided_by != '-'")
    assert len(decided) > 0
    assert (decided.dispatched_month > 0).all()
    assert (decided.decided_month >= decided.dispatched_month).all()
    assert (decided.dispatched_month >= decided.raised_month + 3).all()
    assert len(up.query("dispatched_month.isna()")) > 0
    assert model.latest["desk_waiting"] == pytest.approx(len(model.commons.desk_backlog))  # of 1,000 residents


def test_what_is_sent_back_is_settled_in_the_community() -> None:
    """Where grid linkage returns what a community can pay for, such matters lie there, and its purse pays."""
    without, linked = _drowning(), _drowning("grid_linkage")
    sent_back = "dispatched_month > 0 and level != 'street' and level_now != 'street'"
    back = linked.matters.query(sent_back)
    assert len(back) > len(without.matters.query(sent_back))
    assert (back.returns > 0).all() and (back.moves >= back.returns).all()
    decided = back.query("decided_by == 'government'")
    assert len(decided) > 0
    assert (decided.decided_level == "community").all()
    assert 0.0 < linked.latest["sent_back_share"] <= 1.0
    late = linked.matters.query("raised_month > 18")
    up = (late.level != "street") & ((late.level_now == "street") | late.dispatched_month.notna())
    assert linked.latest["passed_up_share"] == pytest.approx(up.mean())


def test_what_has_become_small_is_sent_back_even_without_linkage() -> None:
    """A shock makes a matter exceed its community; repaired meanwhile, it is the community's own again, at its new cost."""
    model = run(world("direct_provision"), months=0, residents=1000)
    commons, assets = model.commons, model.society.assets
    asset = int(np.flatnonzero(assets.level == Level.COMMUNITY)[0])
    commons.quality[:] = 1.0
    commons.quality[asset] = 0.0
    commons.ledger.raise_matters(
        np.array([asset]),
        cost=assets.full_cost[asset],
        level_now=Level.STREET,
        moves=1,
        ready_month=1,
        stage=Stage.RAISED,
        beneficiaries=assets.population[asset],
    )
    commons.quality[asset] = 0.9
    model.run(months=3)  # the desk of so small a street needs more than one for it
    assert commons.ledger.returns[0] == 1
    assert commons.ledger.level_now[0] == Level.COMMUNITY
    assert commons.ledger.cost[0] < 0.2 * assets.full_cost[asset]


def test_the_street_answers_those_who_spoke() -> None:
    """Staff have no hours for requests; what the desk dispatches still answers as many as spoke up about it."""
    busy = [
        "government.case_hours=40",
        "government.administration_share=0.95",
        "services.need_threshold=1",
        "government.street_limit=5",
    ]
    silent = run(world("direct_provision").changed(*busy, "government.desk_hours=0"), months=12, residents=3000)
    heard = run(world("direct_provision").changed(*busy, "government.desk_hours=1000"), months=12, residents=3000)
    assert silent.commons.requests.answered.sum() < heard.commons.requests.answered.sum()
    assert silent.latest["voice"] < heard.latest["voice"]


def test_a_desk_that_is_fast_enough_changes_nothing() -> None:
    """With hours in plenty every matter is dispatched in the month it arrives: the first version's rule.

    The same where a case takes no time; only the hours there would be, a setting, are then others.
    """
    model = run(Scenario.load("government_run", changes=["government.desk_hours=1000"]), months=24, residents=1000)
    done = model.matters.query("dispatched_month > 0")
    assert len(done) > 0
    assert (done.dispatched_month == done.raised_month + 3).all()
    free = run(Scenario.load("government_run", changes=["government.desk_case_hours=0"]), months=24, residents=1000)
    for desk in (*free.commons.desks, *model.commons.desks):
        desk.capacity = 0.0
    assert digests(free) == digests(model)
