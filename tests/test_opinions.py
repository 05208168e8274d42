"""Exchange of opinions: closed forms, and what holds for any meeting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad

from cogov_sim.agents.opinions import distance, exchange, resting_opinions
from cogov_sim.agents.rules import susceptibility

EVERYBODY = 1.0  # the confidence of those who listen to all
Meeting = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@st.composite
def meetings(draw: st.DrawFn, largest: int = 12) -> Meeting:
    """Opinions, loudness and susceptibility of some people."""
    n, seed = draw(st.integers(1, largest)), draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(4, 0.7), n), rng.uniform(0.2, 3.0, n), rng.uniform(0.0, 1.0, n)


rounds = st.floats(0.0, 12.0)
confidences = st.floats(0.0, 1.0)


def two_camps(size: int, between: float) -> NDArray[np.float64]:
    """Opinions of two camps that place the share ``between`` of their weight differently; all the same within a camp."""
    left, right = np.array([between, 0.0, 1.0 - between]), np.array([0.0, between, 1.0 - between])
    return np.vstack([np.tile(left, (size, 1)), np.tile(right, (size, 1))])


# -- closed forms ------------------------------------------------------------------------------------------------------


@given(meetings())
def test_friedkin_johnsen_comes_to_rest_where_algebra_says(meeting: Meeting) -> None:
    """x* = (I - S W)^-1 (I - S) x(0). With susceptibilities up to 0.9, 500 rounds leave less than 0.9^500 of the way."""
    first, loudness, openness = meeting
    talked = exchange(first, loudness, 0.9 * openness, 500.0, EVERYBODY)
    np.testing.assert_allclose(talked, resting_opinions(first, loudness, 0.9 * openness), atol=1e-10)


@given(meetings())
def test_rounds_are_powers_of_the_influence_matrix(meeting: Meeting) -> None:
    """Three rounds by hand: x(t+1) = S W x(t) + (I - S) x(0), W written out in full."""
    first, loudness, openness = meeting
    weights = np.tile(loudness / loudness.sum(), (len(first), 1))
    x = first
    for _ in range(3):
        x = openness[:, None] * (weights @ x) + (1.0 - openness[:, None]) * first
    np.testing.assert_allclose(exchange(first, loudness, openness, 3.0, EVERYBODY), x, atol=1e-12)


@given(meetings())
def test_full_susceptibility_is_consensus_on_the_mean_by_loudness(meeting: Meeting) -> None:
    """After one round all hold the mean opinion, in which each counts as loudly as they speak; and stay there."""
    first, loudness, _ = meeting
    mean = loudness @ first / loudness.sum()
    for talk in (1.0, 5.0):
        talked = exchange(first, loudness, np.ones(len(first)), talk, EVERYBODY)
        np.testing.assert_allclose(talked, np.tile(mean, (len(first), 1)), atol=1e-12)


def test_two_people_by_hand() -> None:
    """One who never moves and one of susceptibility 1/2, equally loud: the second rests at (x2 + (x1 + x) / 2) / 2."""
    first = np.array([[1.0, 0.0], [0.0, 1.0]])
    x = resting_opinions(first, np.ones(2), np.array([0.0, 0.5]))
    np.testing.assert_allclose(x, [[1.0, 0.0], [1 / 3, 2 / 3]])


def test_the_stubborn_pull_the_others() -> None:
    """The mean opinion moves towards those who hold on to theirs, however quietly they speak."""
    first = two_camps(10, 1.0)
    openness = np.where(np.arange(20) < 10, 0.2, 0.9)
    assert exchange(first, np.ones(20), openness, 10.0, EVERYBODY)[:, 0].mean() > 0.6


def test_bounded_confidence_is_hegselmann_krause() -> None:
    """Their model by hand on one dimension: each takes the mean of all within the threshold, five rounds."""
    at = np.random.default_rng(3).uniform(0.0, 1.0, 40)
    first = np.stack([at, 1.0 - at], axis=1)
    talked = exchange(first, np.ones(40), np.ones(40), 5.0, 0.15)
    x = at.copy()
    for _ in range(5):
        x = np.array([x[np.abs(x - mine) <= 0.15].mean() for mine in x])
    np.testing.assert_allclose(talked[:, 0], x, atol=1e-12)


@pytest.mark.parametrize(("confidence", "clusters"), [(0.45, 2), (0.55, 1)])
def test_camps_beyond_confidence_stay_camps(confidence: float, clusters: int) -> None:
    """Two camps half of whose weight differs: one below the threshold of 1/2 they never meet, above it they agree."""
    talked = exchange(two_camps(8, 0.5), np.ones(16), np.ones(16), 20.0, confidence)
    assert len(np.unique(talked.round(9), axis=0)) == clusters


def test_susceptibility_has_the_mean_it_should() -> None:
    """Integral of u^(1/m - 1) over [0, 1] is m; at 0 nobody moves, at 1 everybody goes all the way."""
    for mean in (0.1, 0.5, 0.8):
        assert quad(lambda u, mean=mean: susceptibility(mean, u), 0.0, 1.0)[0] == pytest.approx(mean, abs=1e-6)
    assert susceptibility(0.0, 0.7) == 0.0
    assert susceptibility(1.0, 0.7) == 1.0


def test_distance() -> None:
    assert distance(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1.0
    assert distance(np.array([0.5, 0.5]), np.array([0.25, 0.75])) == 0.25


# -- what holds for any meeting ----------------------------------------------------------------------------------------


@given(meetings(), rounds, confidences)
def test_opinions_stay_opinions_within_those_that_were_there(meeting: Meeting, talk: float, confidence: float) -> None:
    """Non-negative, summing to 1, and in every category between the least and the most that somebody came with."""
    first = meeting[0]
    talked = exchange(*meeting, talk, confidence)
    np.testing.assert_allclose(talked.sum(axis=1), 1.0, atol=1e-9)
    assert (talked >= first.min(axis=0) - 1e-12).all()
    assert (talked <= first.max(axis=0) + 1e-12).all()


@given(meetings(), rounds, confidences, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(meeting: Meeting, talk: float, confidence: float, luck: object) -> None:
    order = list(range(len(meeting[0])))
    luck.shuffle(order)  # type: ignore[attr-defined]
    shuffled = exchange(*(x[order] for x in meeting), talk, confidence)
    np.testing.assert_allclose(shuffled, exchange(*meeting, talk, confidence)[order], atol=1e-9)


@given(meetings(), rounds, confidences)
def test_who_is_not_moved_and_who_is_alone_keeps_the_own_opinion(
    meeting: Meeting, talk: float, confidence: float
) -> None:
    first, loudness, openness = meeting
    stubborn = np.where(np.arange(len(first)) == 0, 0.0, openness)
    np.testing.assert_allclose(exchange(first, loudness, stubborn, talk, confidence)[0], first[0], atol=1e-12)
    alone = exchange(first[:1], loudness[:1], openness[:1], talk, confidence)
    np.testing.assert_allclose(alone, first[:1], atol=1e-12)


@given(meetings())
def test_without_talk_nothing_moves_and_what_people_came_with_is_left_alone(meeting: Meeting) -> None:
    kept = meeting[0].copy()
    np.testing.assert_array_equal(exchange(*meeting, 0.0, EVERYBODY), kept)
    exchange(*meeting, 4.0, EVERYBODY)
    np.testing.assert_array_equal(meeting[0], kept)


@given(meetings(), st.floats(0.0, 0.99))
def test_part_of_a_round_moves_opinions_by_that_part(meeting: Meeting, part: float) -> None:
    first = meeting[0]
    whole = exchange(*meeting, 1.0, EVERYBODY)
    np.testing.assert_allclose(exchange(*meeting, part, EVERYBODY), first + part * (whole - first), atol=1e-12)


@given(meetings())
def test_a_threshold_that_nobody_exceeds_is_friedkin_johnsen(meeting: Meeting) -> None:
    """The two forms are one: with a threshold just below 1, which opinions that share something never exceed."""
    first = 0.9 * meeting[0] + 0.025
    all_heard = exchange(first, *meeting[1:], 3.0, EVERYBODY)
    np.testing.assert_allclose(exchange(first, *meeting[1:], 3.0, 0.95), all_heard, atol=1e-12)


@given(meetings(), st.floats(0.0, 1.0))
def test_equal_time_to_speak_makes_the_room_hear_the_plain_mean(meeting: Meeting, openness: float) -> None:
    """With equal loudness and equal susceptibility the mean opinion never moves: discussion brings people together only."""
    first = meeting[0]
    n = len(first)
    talked = exchange(first, np.ones(n), np.full(n, openness), 4.0, EVERYBODY)
    np.testing.assert_allclose(talked.mean(axis=0), first.mean(axis=0), atol=1e-12)
