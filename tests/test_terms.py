"""Terms: neutral without offers, combined the same way in any order, and an offer at strength 0 is exactly no offer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogov_sim.terms import BY_NAME, LEVELS, TERMS, Term, Terms

names = st.sampled_from([term.name for term in TERMS])
shares = st.floats(0.0, 1.0)
COMMUNITIES = 3


def _value(term: Term) -> st.SearchStrategy[float]:
    return st.floats(term.low, min(term.high, 10.0))


def _neutral(term: Term) -> np.ndarray:
    shape = (COMMUNITIES, LEVELS) if term.per_level else (COMMUNITIES,)
    return np.broadcast_to(np.asarray(term.neutral, float), shape)


@st.composite
def _offers(draw: st.DrawFn) -> tuple[Term, list[tuple[float, list[float]]]]:
    term = BY_NAME[draw(names)]
    one = st.tuples(_value(term), st.lists(shares, min_size=COMMUNITIES, max_size=COMMUNITIES))
    return term, draw(st.lists(one, min_size=1, max_size=4))


def _combined(term: Term, offers: list[tuple[float, list[float]]]) -> np.ndarray:
    terms = Terms(COMMUNITIES)
    for value, strength in offers:
        terms.offer(term.name, value, np.array(strength))
    terms.clip()
    return terms[term.name]


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.name)
def test_a_term_is_documented_and_neutral_within_its_bounds(term: Term) -> None:
    assert term.text.en.strip()
    assert any("一" <= sign <= "鿿" for sign in term.text.zh)
    assert term.unit.strip()
    assert (np.asarray(term.neutral) >= term.low).all()
    assert (np.asarray(term.neutral) <= term.high).all()
    if term.combine == "any":
        assert (term.low, term.high) == (0.0, 1.0), "chances"
    if term.combine == "multiply":
        assert term.low >= 0.0


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(TERMS)


def test_terms_start_neutral_and_reset_to_neutral() -> None:
    terms = Terms(COMMUNITIES)
    for term in TERMS:
        terms.offer(term.name, 0.7, np.ones(COMMUNITIES))
    terms.reset()
    for term in TERMS:
        np.testing.assert_array_equal(terms[term.name], _neutral(term))


def test_reset_leaves_no_shared_arrays() -> None:
    """Writing into one model's terms changes no other's, and not the next month's."""
    first, second = Terms(COMMUNITIES), Terms(COMMUNITIES)
    first["voice_cost"][:] = 4.0
    first["awareness"][:] = 0.9
    np.testing.assert_array_equal(second["voice_cost"], _neutral(BY_NAME["voice_cost"]))
    first.reset()
    np.testing.assert_array_equal(first["awareness"], _neutral(BY_NAME["awareness"]))


@given(_offers(), st.randoms(use_true_random=False))
def test_order_does_not_matter(offers: tuple[Term, list[tuple[float, list[float]]]], random: object) -> None:
    """All rules are symmetric (up to the rounding of a sum or product)."""
    term, values = offers
    shuffled = values.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    np.testing.assert_allclose(_combined(term, values), _combined(term, shuffled), rtol=1e-12, atol=1e-15)


@given(_offers())
def test_combined_values_stay_in_bounds(offers: tuple[Term, list[tuple[float, list[float]]]]) -> None:
    term, values = offers
    combined = _combined(term, values)
    assert (combined >= term.low).all()
    assert (combined <= term.high).all()


@given(_offers(), st.data())
def test_strength_zero_is_exactly_no_offer(
    offers: tuple[Term, list[tuple[float, list[float]]]], data: st.DataObject
) -> None:
    """Bit for bit, wherever in the row of offers it comes."""
    term, values = offers
    nothing = (data.draw(_value(term)), [0.0] * COMMUNITIES)
    place = data.draw(st.integers(0, len(values)))
    with_nothing = [*values[:place], nothing, *values[place:]]
    np.testing.assert_array_equal(_combined(term, with_nothing), _combined(term, values))
    np.testing.assert_array_equal(_combined(term, [nothing]), _neutral(term))


@given(_offers())
def test_strength_is_per_community(offers: tuple[Term, list[tuple[float, list[float]]]]) -> None:
    """A community's terms depend on the offers to that community only."""
    term, values = offers
    alone = [(value, [0.0, strength[1], 0.0]) for value, strength in values]
    np.testing.assert_allclose(_combined(term, values)[1], _combined(term, alone)[1], rtol=1e-12)


def test_what_each_rule_does() -> None:
    """The rules by example: two offers at full strength, and one at half."""
    full, half = np.ones(1), np.full(1, 0.5)
    terms = Terms(1)
    terms.offer("showcase", 0.5, full)
    terms.offer("showcase", 0.25, half)
    assert terms["showcase"][0] == 0.625  # add
    terms.offer("paperwork", 0.6, half)
    terms.offer("paperwork", 0.5, full)
    assert terms["paperwork"][0] == pytest.approx(0.8 * 0.5)  # multiply
    terms.offer("match_rate", 2.0, half)
    terms.offer("match_rate", 0.5, full)
    assert terms["match_rate"][0] == 1.0  # max
    terms.offer("invitation", 0.5, full)
    terms.offer("invitation", 0.5, half)
    assert terms["invitation"][0] == pytest.approx(1.0 - 0.5 * 0.75)  # any


def test_offers_for_some_levels_leave_the_others_neutral() -> None:
    terms = Terms(1)
    terms.offer("awareness", 0.5, np.ones(1), (4, 5))
    neutral = np.asarray(BY_NAME["awareness"].neutral)
    np.testing.assert_array_equal(terms["awareness"][0, :4], neutral[:4])
    assert (terms["awareness"][0, 4:] > neutral[4:]).all()


def test_an_unknown_term_is_an_error() -> None:
    terms = Terms(1)
    with pytest.raises(KeyError):
        terms["kindness"]
    with pytest.raises(KeyError):
        terms.offer("kindness", 1.0, np.ones(1))
