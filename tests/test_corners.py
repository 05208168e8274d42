"""Corners of public work that whole worlds seldom reach: a single yuan, an empty queue, a committee that cannot pay."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import run, world

from cogov_sim import Scenario
from cogov_sim.commons import ballot, bodies, desk, evaluate, organise
from cogov_sim.commons.matters import FIELDS, Ledger
from cogov_sim.society import Level

pytestmark = pytest.mark.usefixtures("compiled")


def test_a_body_leaves_its_last_yuan_to_the_next() -> None:
    model = run("co_governance", months=6, residents=2000)
    kind, found = next((kind, found) for kind, found in model.commons.bodies.items() if found)
    unit, body = next(iter(found.items()))
    for budget, allowance in ((1, 0), (0, 1)):
        body.budget, body.allowance = budget, allowance
        model.commons.left_over.clear()
        heir = kind(model, unit, body.first, body.last, body.leader, [], 3)
        model.commons.left_over[kind, unit] = (0, 0)
        bodies.leave(model.commons, body)
        bodies.inherit(model.commons, heir)
        assert (heir.budget, heir.allowance) == (budget, allowance)
        body = heir


def test_what_institutions_cost_is_paid_as_far_as_the_money_goes() -> None:
    """A quarter of the price in the purse runs a quarter of the institutions; with all of it, all."""
    commons = run(world("direct_provision"), months=1).commons
    free = commons.treasury.free(0)
    for price, share in ((4 * free, 0.25), (free, 1.0), (0, 1.0)):
        commons.terms["running_cost"][:] = price
        assert organise.money_for_institutions(commons)[0] == pytest.approx(share)
    commons.terms["running_cost"][:], commons.treasury.balance[:] = 1.0, commons.treasury.committed
    assert organise.money_for_institutions(commons)[0] == 0.0, "an empty purse does not run what costs a yuan"


def test_institutions_get_the_hours_that_superiors_leave() -> None:
    """Superiors' own institutions and campaigns come first; what is left is half of what the others take."""
    commons = run(world("direct_provision"), months=1).commons
    capacity = commons.committees[0].capacity
    commons.duties.standing[:] = 0
    for demanded, wanted, share in ((0.0, 2.0, 0.5), (0.5, 1.0, 0.5), (0.5, 0.25, 1.0), (2.0, 1.0, 0.0)):
        commons.terms["demanded_hours"][:] = demanded * capacity
        commons.terms["running_hours"][:] = wanted * capacity
        assert organise.hours_for_institutions(commons)[0] == pytest.approx(share)
    thousands = commons.society.units.population(Level.COMMUNITY)[0] / 1000.0
    commons.terms["demanded_hours"][:], commons.terms["running_hours"][:] = 0.0, capacity
    commons.campaign_months[:] = 1
    commons.terms["campaign"][:] = 0.75 * capacity / (commons.scenario.government.campaign_hours * thousands)
    assert organise.hours_for_institutions(commons)[0] == pytest.approx(0.25)


def test_half_a_request_hears_from_the_street() -> None:
    """Requests are counted in fractions; those of a community are answered however few they are, and none where none wait."""
    model = run("government_run", months=14, residents=900)
    commons, ledger = model.commons, model.commons.ledger
    m = int(np.flatnonzero(commons.society.assets.community[ledger.asset] >= 0)[0])
    ledger.support[m] = 3
    c = int(commons.society.assets.community[ledger.asset[m]])
    for waiting, answered in ((0.5, 3.0), (0.0, 0.0)):
        commons.requests.waiting[:] = 0.0
        commons.requests.waiting[c, 0] = waiting
        assert desk._heard_back(commons, np.array([m]))[c] == answered


def test_a_promise_of_a_single_yuan_is_paid() -> None:
    model = run("government_run", months=14, residents=900)
    commons, ledger = model.commons, model.commons.ledger
    m = int(np.flatnonzero(commons.society.assets.community[ledger.asset] >= 0)[0])
    purse = int(commons.society.assets.community[ledger.asset[m]])
    before = ledger.public_money[m], commons.treasury.balance[purse]
    ledger.public_promised[m], ledger.level_now[m] = 1, 3
    commons.treasury.commit(purse, 1)
    evaluate._pay_shares(commons, np.array([m]))
    assert (ledger.public_money[m] - before[0], before[1] - commons.treasury.balance[purse]) == (1, 1)


def test_nothing_has_happened_to_a_matter_that_was_just_raised() -> None:
    """Amounts, hours, persons and months are 0; codes and ids say none."""
    commons = run("government_run", months=1).commons
    ledger = Ledger(commons.society.assets, commons.society.units)
    ledger.raise_matters(np.array([5]))
    for name, field in FIELDS.items():
        value = ledger.column(name)[0]
        if name == "ordinal":
            assert value == 1, "the first of its asset"
        elif field.unit in ("id", "code") and name not in ("asset", "stage"):
            assert value == -1, name
        elif field.unit not in ("id", "code", "level", "0-1", "share"):
            assert value == 0, name


def test_no_more_is_set_aside_for_votes_than_comes_in() -> None:
    """Two rules of which each claims seven tenths of the income get all of it together, even where more lies idle."""
    commons = run(world(), months=3).commons
    commons.terms["budget_list"][:] = commons.terms["budget_equal"][:] = 0.7
    income = commons.treasury.month_income[: commons.n_communities]
    assert all(commons.treasury.free(c) > 1.5 * income[c] for c in range(commons.n_communities))
    ballot.vote(commons)
    assert commons.pot.tolist() == income.tolist()


def test_bodies_learn_from_small_sums_as_from_large_ones() -> None:
    """What came in is held against what was asked for, which counts as a yuan at least."""
    model = run("co_governance", months=20, residents=900)
    commons, ledger = model.commons, model.commons.ledger
    m, body = next((m, b) for m, b in enumerate(bodies.bodies_of(commons, np.arange(ledger.n))) if b is not None)
    ledger.residents_minutes[m] = ledger.residents_land[m] = 0
    for fair, gave, learnt in ((1.5, 1, 2.0 / 3.0), (0.5, 0, 0.0), (1000.0, 500, 0.5)):
        ledger.beneficiaries[m], ledger.fair_share[m], ledger.residents_money[m] = 1, fair, gave
        body.cooperation = 0.5
        evaluate._learn_cooperation(commons, np.array([m]))
        assert body.cooperation == pytest.approx(0.5 * (0.5 + learnt))


def test_without_an_hour_left_what_superiors_demand_goes_on() -> None:
    """Provision, publicity and appraisals work in full; deliberation, which the committee chooses to run, stops."""
    changes = ["government.administration_share=0.95", "institutions.top_down_assessment.hours=20"]
    busy = Scenario.load("government_run+deliberation", changes=changes)
    free = busy.changed("government.administration_share=0.0", "institutions.top_down_assessment.appraisals=0")
    short, plenty = (run(scenario, months=1).commons for scenario in (busy, free))
    for term in ("government_agenda", "promise", "showcase"):
        assert plenty.terms[term].max() > 0.0
        np.testing.assert_array_equal(short.terms[term], plenty.terms[term], term)
    assert short.terms["meeting"].max() < 0.2 * plenty.terms["meeting"].min()
