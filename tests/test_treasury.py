"""Money and hours: purses, splitting, tenders, offices' hours, the arithmetic of deburdening, and two closed-form measures."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from worlds import run, world

from cogov_sim import CoGovModel
from cogov_sim.agents.enterprises import BIDDERS, tender
from cogov_sim.agents.government import USES, WORKSTATION_ADMIN, Committee, Workstation
from cogov_sim.agents.treasury import OUTLAY_KINDS, Treasury, split
from cogov_sim.commons import duties
from cogov_sim.measures.formulas import gini, scolding
from cogov_sim.scenario import EnterpriseSettings

# -- purses ----------------------------------------------------------------------------------------------------------

purses = st.integers(0, 5)
amounts = st.integers(0, 10**9)


class AnyTreasury(RuleBasedStateMachine):
    """Whatever is done to a treasury, its books balance."""

    def __init__(self) -> None:
        super().__init__()
        self.treasury = Treasury(3, 2, 1)
        self.paid = 0

    @rule(purse=purses, amount=amounts)
    def receive(self, purse: int, amount: int) -> None:
        self.treasury.receive(purse, amount)

    @rule(purse=purses, share=st.floats(0, 1), kind=st.sampled_from(OUTLAY_KINDS))
    def pay(self, purse: int, share: float, kind: str) -> None:
        amount = int(share * self.treasury.free(purse))
        self.treasury.pay(purse, amount, kind)
        self.paid += amount

    @rule(source=purses, receiver=purses, share=st.floats(0, 1))
    def transfer(self, source: int, receiver: int, share: float) -> None:
        self.treasury.transfer(source, receiver, int(share * self.treasury.free(source)))

    @rule(purse=purses, share=st.floats(0, 1))
    def commit(self, purse: int, share: float) -> None:
        self.treasury.commit(purse, int(share * self.treasury.free(purse)))

    @rule(purse=purses, extra=st.integers(1, 10**6))
    def overdraw(self, purse: int, extra: int) -> None:
        before = self.treasury.balance.copy()
        with pytest.raises(ValueError):
            self.treasury.pay(purse, int(before[purse]) + extra, "projects")
        with pytest.raises(ValueError):
            self.treasury.transfer(purse, 0, int(before[purse]) + extra)
        assert np.array_equal(self.treasury.balance, before)

    @precondition(lambda self: self.paid > 0)
    @rule()
    def start_month(self) -> None:
        self.treasury.start_month()
        assert not self.treasury.month_outlay.any()

    @invariant()
    def books_balance(self) -> None:
        t = self.treasury
        assert np.array_equal(t.income + t.transferred, t.outlay.sum(axis=1) + t.balance)
        assert t.transferred.sum() == 0
        assert t.outlay.sum() == self.paid
        assert (t.balance >= 0).all()
        assert (t.committed <= t.balance).all()
        assert (t.month_outlay <= t.outlay).all()


TestAnyTreasury = AnyTreasury.TestCase


def test_negative_amounts_are_refused() -> None:
    treasury = Treasury(1, 1, 1)
    treasury.receive(0, 10)
    with pytest.raises(ValueError):
        treasury.pay(0, -1, "grants")
    with pytest.raises(ValueError):
        treasury.transfer(0, 1, -1)
    with pytest.raises(ValueError):
        treasury.pay(0, 1, "bribes")
    assert treasury.balance.tolist() == [10, 0, 0]


def test_purses_of_communities_streets_and_districts_differ() -> None:
    treasury = Treasury(3, 2, 2)
    own = [treasury.street_purse(s) for s in range(2)] + [treasury.district_purse(d) for d in range(2)]
    assert own == [3, 4, 5, 6]


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**7), min_size=1, max_size=40).filter(any))
def test_split_to_the_last_yuan(total: int, weights: list[int]) -> None:
    """Parts sum to the whole, nobody gets less than the rounded-down share or more than one yuan above it."""
    parts = split(total, np.array(weights, np.int64))
    assert int(parts.sum()) == total
    for part, weight in zip(parts.tolist(), weights, strict=True):
        floor = total * weight // sum(weights)
        assert floor <= part <= floor + 1
        assert weight > 0 or part == 0


# -- tenders ---------------------------------------------------------------------------------------------------------


def _firms(n: int) -> list[SimpleNamespace]:
    return [SimpleNamespace(index=i) for i in range(n)]


@pytest.mark.parametrize("n", range(1, BIDDERS + 4))
def test_tender_is_a_first_price_auction(n: int) -> None:
    """Private costs u ~ U(0, 1), equilibrium bid (1 + (k - 1) u) / k by k bidders: the winning bid has mean
    (1 + (k - 1) / (k + 1)) / k = 2 / (k + 1) and variance ((k - 1) / k)^2 var(min u), so that one bidder takes the whole
    margin. Mean within 4 standard errors.
    """
    settings = EnterpriseSettings()
    rounds = 4000
    firms = _firms(n)
    won = [tender(firms, settings, 5, matter) for matter in range(rounds)]
    bids = (np.array([bid.price for bid in won]) - 1.0) / settings.margin
    k = min(n, BIDDERS)
    lowest_variance = k / ((k + 1) ** 2 * (k + 2))  # of the smallest of k uniforms
    error = (k - 1) / k * np.sqrt(lowest_variance / rounds)
    assert bids.mean() == pytest.approx(2.0 / (k + 1), abs=4.0 * error + 1e-12)
    assert bids.min() >= 1.0 / k - 1e-12
    assert bids.max() <= 1.0 + 1e-12
    # a winner with cost u gains bid - u = (1 - u) / k; the smallest of k uniforms has mean 1 / (k + 1)
    gains = np.array([bid.gain for bid in won]) / settings.margin
    assert gains.mean() == pytest.approx(1.0 / (k + 1), abs=4.0 * np.sqrt(lowest_variance / rounds) / k + 1e-12)
    wins = np.bincount([bid.firm.index for bid in won if bid.firm is not None], minlength=n)
    spread = 4.0 * np.sqrt(rounds / n * (1.0 - 1.0 / n))
    assert (abs(wins - rounds / n) <= spread).all(), "every firm is as likely to win"


def test_tender_without_a_firm_goes_to_an_outside_contractor_at_the_largest_margin() -> None:
    bid = tender([], EnterpriseSettings(), 1, 1)
    assert bid.firm is None
    assert bid.gain == 0.0
    assert bid.price == pytest.approx(1.0 + EnterpriseSettings().margin)


def test_tender_is_reproducible() -> None:
    firms = _firms(7)
    assert tender(firms, EnterpriseSettings(), 1, 3) == tender(firms, EnterpriseSettings(), 1, 3)


# -- offices ---------------------------------------------------------------------------------------------------------


@cache
def _untouched() -> CoGovModel:
    return run("government_run", months=0)


def _committee(hours: float) -> Committee:
    """The first committee and its workstation on day one, with these hours between them."""
    model = _untouched()
    workstation, committee = model.commons.workstations[0], model.commons.committees[0]
    for office in (workstation, committee):
        office.capacity = hours / 2.0
        office.start_month()
    return committee


@given(st.floats(0.0, 0.95), st.lists(st.tuples(st.integers(0, 4), st.floats(0, 500)), max_size=12))
def test_no_office_works_more_hours_than_it_has(administration: float, work: list[tuple[int, float]]) -> None:
    committee = _committee(320.0)
    committee.take_orders(administration)
    for what, amount in work:
        if what == 0:
            assert 0.0 <= committee.spend("institutions", amount) <= amount
        elif what == 1:
            assert 0.0 <= committee.answer(int(amount), 1.5) <= 1.0
        elif what == 2:
            left = committee.left
            assert committee.spend("projects", amount) == min(amount, left)
        elif what == 3:
            assert 0.0 <= committee.ask(1.0, int(amount)) <= 1.0
        else:
            assert 0.0 <= committee.spend("mobilisation", amount) <= amount
    for office in (committee, committee.workstation):
        assert sum(office.hours.values()) <= office.capacity + 1e-9
        assert min(office.hours.values()) >= 0.0
        assert set(office.hours) == set(USES)


@given(st.floats(0.0, 1.0))
def test_administration_comes_first_and_fills_the_workstation_before_the_committee(share: float) -> None:
    committee = _committee(320.0)
    committee.take_orders(share)
    window, own = committee.workstation.hours["administration"], committee.hours["administration"]
    assert window == pytest.approx(min(320.0 * share, WORKSTATION_ADMIN * 160.0))
    assert own == pytest.approx(min(320.0 * share - window, 160.0))


def test_answering_and_asking() -> None:
    """Requests take the workstation's hours, then half of what the committee has left; asking takes all the rest."""
    committee = _committee(200.0)
    committee.take_orders(0.45)  # 90 of 100 workstation hours
    assert committee.answer(0, 1.0) == 1.0
    assert committee.answer(120, 1.0) == pytest.approx((10.0 + 50.0) / 120.0)
    assert committee.ask(0.5, 0) == 0.0
    assert committee.ask(0.5, 200) == pytest.approx(50.0 / 100.0)
    assert committee.left == 0.0
    assert committee.spend("projects", 1.0) == 0.0
    assert isinstance(committee.workstation, Workstation)


# -- deburdening -----------------------------------------------------------------------------------------------------


@given(st.floats(0.01, 0.5))
@settings(max_examples=15, deadline=None)
def test_deburdening_frees_exactly_what_the_arithmetic_says(a: float) -> None:
    """At an administrative share a, a cut of 30 % of duties frees 0.3 a / (1 - a) of the hours that were free before."""
    commons = run(
        world().changed(f"government.administration_share={a}", "government.plaque_share=0"), months=1
    ).commons
    commons.duties.standing[:] = 1000
    free = 1.0 - duties.demand(commons).share[0]
    commons.duties.standing[:] = 700
    freed = 1.0 - duties.demand(commons).share[0] - free
    due = a * 12 * 1000 / 322.0
    if due < duties.EASY:  # nobody fakes anything
        assert freed / free == pytest.approx(0.3 * due / (1.0 - due), rel=1e-9)


def test_deburdening_shows_in_the_measure() -> None:
    """Administrative hours over all hours: 0.5 without anything, but for the luck of the number of duties; 26 appraisals of 30 hours
    a year take 780 of 3,840 more.

    Relief halves the appraisals, and strikes off 30 % of duties, which nine tenths of the hours hang on, and 60.3 % of plaques. Nobody
    fakes. Departments' luck moves it by less than a fortieth.
    """
    honest = [w.changed("government.faking=0") for w in (
        world(), world("top_down_assessment"), world("top_down_assessment", "deburdening")
    )]  # fmt: skip
    shares = [run(w, months=1).measures["committee_admin_share"][0] for w in honest]
    appraisals = 26 * 30 / (12 * 2.0 * 160.0)
    expected = [0.5, 0.5 + appraisals, 0.5 * (0.9 * 0.7 + 0.1 * 0.397) + appraisals / 2]
    assert shares == pytest.approx(expected, rel=0.025)


# -- closed forms of two measures ------------------------------------------------------------------------------------


def test_gini_of_known_distributions() -> None:
    assert gini(np.full(7, 3.0)) == pytest.approx(0.0, abs=1e-12)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0])) == pytest.approx(3.0 / 4.0)  # one does everything: (n - 1) / n
    assert gini(np.arange(1.0, 101.0)) == pytest.approx(99.0 / 300.0)  # 1..n: (n - 1) / 3n
    assert np.isnan(gini(np.zeros(5)))
    assert gini((np.arange(200_000) + 0.5) / 200_000) == pytest.approx(1.0 / 3.0, abs=1e-4)  # sampled above 50,000


@given(st.lists(st.floats(0.0, 1e6), min_size=2, max_size=50), st.floats(0.1, 100.0), st.randoms(use_true_random=False))
def test_gini_is_scale_free_and_anonymous(values: list[float], scale: float, random: object) -> None:
    x = np.array(values)
    if x.sum() < 1e-3:
        return
    shuffled = values.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert gini(scale * np.array(shuffled)) == pytest.approx(gini(x), abs=1e-9)
    assert -1e-12 <= gini(x) <= 1.0
    difference = abs(x[:, None] - x[None, :]).sum() / (2.0 * len(x) * x.sum())  # the definition by pairs
    assert gini(x) == pytest.approx(difference, abs=1e-9)


@given(st.floats(-5.0, 5.0), st.floats(0.1, 2.0), st.integers(24, 80))
def test_scolding_is_the_slope(slope: float, growth: float, months: int) -> None:
    """Satisfaction that moves in proportion to outlay has exactly that slope, whatever the window."""
    outlay = 14.0 + growth * np.arange(months)[:, None] + np.sin(np.arange(months))[:, None]
    assert scolding(60.0 + slope * outlay, outlay)[0] == pytest.approx(slope, abs=1e-6)


def test_scolding_is_missing_where_there_is_nothing_to_measure() -> None:
    level = np.full((40, 2), 14.0)
    rising = 14.0 + np.arange(40.0)[:, None] * [[1.0, 0.0]]
    assert np.isnan(scolding(level, level)).all()
    assert np.isnan(scolding(rising, rising)).tolist() == [False, True]
    assert np.isnan(scolding(rising[:23], rising[:23])).all()
