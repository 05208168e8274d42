"""Duties and plaques: what departments hand down, what lists keep out, and what committees do, delay, send back or fake."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from worlds import run, world

from cogov_sim import CoGovModel
from cogov_sim.agents.duties import LASTS, USUAL, whole
from cogov_sim.commons import duties

pytestmark = pytest.mark.usefixtures("compiled")

LIST = ("deburdening",)
ALONE = "institutions.deburdening.sharing=0"


def _lived(*institutions: str, months: int, changes: tuple[str, ...] = (), residents: int = 4000) -> CoGovModel:
    return run(world(*institutions).changed(*changes), months=months, residents=residents)


def _number(model: CoGovModel) -> np.ndarray:
    """Mean duties and plaques of a community."""
    handed = model.commons.duties
    return np.asarray((handed.standing + handed.off_list).sum(axis=2).mean(axis=1))


def test_whole_numbers_have_the_mean_that_is_asked_for() -> None:
    """Mean of 40,000 draws within 4 standard errors (0.5 at most each): false alarm once in 16,000."""
    luck = (np.arange(40_000) + 0.5) / 40_000
    for mean in (0.0, 0.3, 1.118, 7.0):
        assert whole(np.full(40_000, mean), luck).mean() == pytest.approx(mean, abs=4 * 0.5 / 200)


def test_without_a_list_their_number_is_what_the_survey_says() -> None:
    """As many come as lapse: after ten years a community has about 322 duties and 55 plaques, as on day one.

    Each of the 12 departments' numbers is within one of a stationary chain; 20 standard errors.
    """
    model = _lived(months=120)
    for found, usual in zip(_number(model), USUAL, strict=True):
        assert found == pytest.approx(usual, rel=0.15)
    assert not model.commons.duties.off_list.any() and not model.commons.duties.returned.any()


def test_a_list_strikes_off_at_once_and_keeps_the_like_out() -> None:
    """With nobody going round it, the share that it bars is gone in its first month and stays away."""
    barred = ("institutions.deburdening.going_round=0", ALONE)
    for months in (1, 36):
        duty, plaque = _number(_lived(*LIST, months=months, changes=barred))
        assert duty == pytest.approx(0.7 * USUAL[0], rel=0.06)
        assert plaque == pytest.approx((1 - 0.603) * USUAL[1], rel=0.2)


def test_departments_go_round_the_list_and_the_burden_grows_back() -> None:
    """All that is kept out comes by another name and nobody sends it back: within lifetimes of 24 months the cut is gone again.

    Closed form: the cut shrinks by 1/24 a month, 0.3 (23/24)^n.
    """
    changes = ("institutions.deburdening.going_round=1", "government.refusing=0", ALONE)
    for months in (12, 48):
        model = _lived(*LIST, months=months, changes=changes)
        left = 0.3 * (1.0 - 1.0 / LASTS[0]) ** months
        assert _number(model)[0] / USUAL[0] == pytest.approx(1.0 - left, abs=0.05)
    assert model.commons.duties.off_list.sum() > 0


def test_committees_send_back_what_came_round_and_dare_less_under_appraisals() -> None:
    """Over four years, where nothing of it lapses meanwhile to speak of: a chance of a tenth a month, a third of it where counts weigh three times."""
    changes = ("institutions.deburdening.going_round=1", "government.refusing=0.2", "institutions.deburdening.cut=0.9")
    free = _lived(*LIST, months=48, changes=changes)
    judged = _lived(*LIST, "top_down_assessment", months=48, changes=changes)
    assert free.measures.duties_sent_back.sum() > 0
    assert free.commons.duties.off_list.sum() < judged.commons.duties.off_list.sum()


def test_the_more_is_asked_the_more_is_faked_and_the_more_hours_it_takes() -> None:
    """Closed form at every load: nothing is faked up to half of all hours; beyond, hours still grow with what is asked."""
    commons = _lived(months=1).commons
    hours = []
    for number in range(0, 900, 60):
        commons.duties.standing[:] = number
        pressure = duties.asked(commons) / duties.staff_hours(commons)
        expected = 1.0 - np.exp(-np.maximum(0.0, np.minimum(1.0, pressure) - duties.EASY))
        np.testing.assert_allclose(duties.demand(commons).faked, expected)
        hours.append(float(duties.demand(commons).needs[0]))
    assert all(less < more for less, more in pairwise(hours))


def test_caution_holds_back_from_faking() -> None:
    commons = _lived("top_down_assessment", months=1).commons
    before = duties.demand(commons).faked
    commons.duties.caution[:] = 0.5
    np.testing.assert_allclose(duties.demand(commons).faked, 0.5 * before)


def test_what_does_not_fit_waits() -> None:
    """At twice the hours there are, superiors get all that they may; the rest waits, less what lapses, and counts as undone."""
    commons = _lived(months=1, changes=("government.faking=0",)).commons
    commons.duties.delayed[:] = commons.duties.undone[:] = 0.0
    commons.duties.standing *= 4
    needs, there = duties.asked(commons), duties.staff_hours(commons)
    assert (needs > there).all()
    assert duties.carry_out(commons) == pytest.approx(duties.FULL)
    np.testing.assert_allclose(commons.duties.delayed, (needs - duties.FULL * there) * (1.0 - 1.0 / LASTS[0]))
    np.testing.assert_allclose(commons.duties.undone, (needs - duties.FULL * there) / needs)
    assert duties.demand(commons).share == pytest.approx(duties.FULL), "what waits asks for hours again"


def test_duties_that_are_faked_find_nothing() -> None:
    """In one month, with the same worn assets, fewer of them are reported where duties are done on paper only, and none that the honest
    do not find: the luck is the same.
    """
    busy = ("government.administration_share=0.8", "services.need_threshold=0.9", "behaviour.voice_base=-10")
    honest, faking = (
        _lived("grid_linkage", months=1, changes=(*busy, f"government.faking={x}"), residents=12_000).matters.query(
            "raised_by == 'staff'"
        )
        for x in (0, 1.4)
    )
    assert 0 < len(faking) < len(honest)
    assert set(zip(faking.category, faking.unit, strict=True)) < set(zip(honest.category, honest.unit, strict=True))


def test_staff_move_down_with_the_duties_and_leave_the_desk() -> None:
    """Hours of committees and desks together are what they were; without staff the duties come alone."""
    plain, moved = _lived(months=1), _lived("function_list", months=1)

    def hours(model: CoGovModel) -> tuple[float, float]:
        return sum(c.capacity for c in model.commons.committees), sum(d.capacity for d in model.commons.desks)

    assert sum(hours(moved)) == pytest.approx(sum(hours(plain)))
    thousands = len(moved.residents) / 1000.0
    assert hours(moved)[0] - hours(plain)[0] == pytest.approx(3.0 * thousands)
    alone = _lived("function_list", months=1, changes=("institutions.function_list.staff=0",))
    assert hours(alone) == pytest.approx(hours(plain))
    assert alone.measures.committee_admin_share[0] > moved.measures.committee_admin_share[0]


@pytest.mark.slow
def test_a_list_that_is_not_gone_round_leaves_committees_time_to_ask() -> None:
    """Hours for asking residents, with and without going round (paired t-test over 6 seeds, one-sided at 1 %)."""

    def asking(rate: int) -> np.ndarray:
        changed = world("direct_provision", "award_grant", "deburdening").changed(
            f"institutions.deburdening.going_round={rate}", "institutions.deburdening.cut=0.6", "government.refusing=0",
            "government.administration_share=0.8",
        )  # fmt: skip
        runs = [
            run(changed, seed=seed, months=48, residents=3000).measures.hours_administration.tail(12)
            for seed in range(1, 7)
        ]
        return np.array([one.mean() for one in runs])

    assert stats.ttest_rel(asking(0), asking(1), alternative="less").pvalue < 0.01


@pytest.mark.parametrize("sharing", [0.0, 1 / 12, 0.5, 1.0])
def test_departments_that_share_need_not_ask_twice(sharing: float) -> None:
    """Closed form: of n departments that share, each finds three tenths of its new duties with the n - 1 others of 11, as far as these have as
    many duties as usual: x' = x + (1 - x - 0.3 x (n - 1) / 11) / 24 of the usual number. One that shares alone finds nothing. As the others:
    5 points.
    """
    alone = [f"institutions.deburdening.{name}=0" for name in ("cut", "plaques", "going_round")]
    n, months = round(12 * sharing), 60
    model = _lived(*LIST, months=months, changes=(*alone, f"institutions.deburdening.sharing={sharing}"))
    x = 1.0
    for _ in range(months):
        x += (1.0 - x - duties.ASKED_TWICE * x * max(0, n - 1) / 11) / LASTS[0]
    assert _number(model)[0] / USUAL[0] == pytest.approx(1.0 - n / 12 * (1.0 - x), abs=0.05)
    assert _number(model)[1] / USUAL[1] == pytest.approx(1.0, abs=0.15), "plaques are no questions"
