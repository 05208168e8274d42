"""The contract that every institution keeps, ours and other people's: tests are drawn from the registry."""

from __future__ import annotations

import inspect
import re
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import settings_of
from worlds import ASKED, CLOCK, INSTITUTIONS, digests, run, whole, world
from worlds import small as in_miniature

from cogov_sim import CoGovModel, Scenario
from cogov_sim.institutions.base import Institution, Means, Offer
from cogov_sim.language import Text
from cogov_sim.measures import BY_NAME as MEASURES
from cogov_sim.scenario.institution import institution_classes, settings_class
from cogov_sim.society import COMMUNITY_TYPES
from cogov_sim.terms import BY_NAME, TERMS, Terms

PRICE = {"running_cost", "running_hours", "demanded_hours"}
#: Terms by which an institution can claim hours or money besides its price.
CLAIMS = {"administration", "appraisal_hours"}
KINDS = np.arange(len(COMMUNITY_TYPES), dtype=np.int8)
PEOPLE = np.array([400, 3000, 90, 12_000, 1])
MONTHS = 10

every = pytest.mark.parametrize("key", INSTITUTIONS)
pytestmark = pytest.mark.usefixtures("compiled")


def _make(key: str, **values: object) -> Institution:
    institution: Institution = institution_classes()[key](settings_class(key)(**values), KINDS, PEOPLE)
    return institution


def _written(institution: Institution, month: int = 1, money: float = 1.0, hours: float = 1.0) -> Terms:
    terms = Terms(len(KINDS))
    institution.offer(terms, month, Means(np.full(len(KINDS), money), np.full(len(KINDS), hours)))
    return terms


def _changed(terms: Terms) -> set[str]:
    neutral = Terms(len(KINDS))
    return {term.name for term in TERMS if not np.array_equal(terms[term.name], neutral[term.name])}


@every
def test_it_is_one_short_module(key: str) -> None:
    """Design: one institution stays under 80 lines and touches nothing else."""
    source = inspect.getsource(inspect.getmodule(institution_classes()[key]))  # type: ignore[arg-type]
    assert source.count("\n") < 80


@cache
def _full() -> Scenario:
    return world(*INSTITUTIONS)


@cache
def _nothing() -> dict[str, str]:
    return digests(run(world(), months=MONTHS))


@cache
def _others(key: str) -> dict[str, str]:
    """A run of all institutions but one."""
    return digests(run(world(*(k for k in INSTITUTIONS if k != key)), months=MONTHS))


def _chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]{2}", text) is not None


def _english(text: str) -> bool:
    return re.search(r"[A-Za-z]{3}", text) is not None


# -- documented ------------------------------------------------------------------------------------------------------


@every
def test_documented_in_both_languages(key: str) -> None:
    institution = institution_classes()[key]
    doc = inspect.getdoc(institution) or ""
    assert doc != inspect.getdoc(Institution), "a docstring of its own"
    assert _chinese(doc) and _english(doc)
    for text in (institution.text, institution.can_fail, institution.pillar):
        assert isinstance(text, Text)
        assert _english(text.en) and not _chinese(text.en)
        assert _chinese(text.zh)
    assert institution.id == key
    assert re.fullmatch(r"[a-z][a-z0-9_]*", key), "usable in scenario names and file keys"
    assert institution.source.strip()
    assert institution.levels and set(institution.levels) <= set("CDSVGB")


@every
def test_expects_measures_that_exist(key: str) -> None:
    """A hypothesis written before looking: which measures it moves, and in which direction."""
    expects = institution_classes()[key].expects
    assert expects
    assert set(expects) <= set(MEASURES)
    assert set(expects.values()) <= {1, -1}


@every
def test_settings_are_documented_and_in_range(key: str) -> None:
    section = settings_class(key)
    default = section()
    for field, info in section.model_fields.items():
        meaning = section.meaning(field)
        assert _english(meaning.text.en) and _chinese(meaning.text.zh), field
        assert meaning.unit and meaning.source, field
        if info.annotation in (int, float):
            assert meaning.low is not None and meaning.high is not None, field
            assert meaning.low <= getattr(default, field) <= meaning.high, field


# -- terms -----------------------------------------------------------------------------------------------------------


@every
def test_sets_exactly_the_terms_it_declares(key: str) -> None:
    institution = _make(key)
    pen = Offer(Terms(len(KINDS)), np.ones(len(KINDS)), 0)
    institution.set_terms(pen)
    assert pen.written == set(institution.sets)
    assert pen.written <= set(BY_NAME)
    assert not pen.written & PRICE, "the price is written by the contract itself"
    assert _changed(_written(institution)) <= pen.written | PRICE


@every
@given(data=st.data())
@settings(max_examples=25)
def test_terms_stay_in_bounds(key: str, data: st.DataObject) -> None:
    """At any settings within their ranges, in any month: alone within bounds without clipping, with all others after it."""
    alone = _make(key, **data.draw(settings_of(settings_class(key))))
    month = data.draw(st.integers(1, 1300))
    shares = st.lists(st.floats(0, 1), min_size=len(KINDS), max_size=len(KINDS))
    means = Means(np.array(data.draw(shares)), np.array(data.draw(shares)))
    terms = Terms(len(KINDS))
    alone.offer(terms, month, means)
    for term in TERMS:
        assert (terms[term.name] >= term.low - 1e-12).all(), term.name
        assert (terms[term.name] <= term.high + 1e-12).all(), term.name
    assert _changed(terms) <= set(alone.sets) | PRICE
    for other in INSTITUTIONS:
        _make(other).offer(terms, month, means)
    terms.clip()
    for term in TERMS:
        assert ((terms[term.name] >= term.low) & (terms[term.name] <= term.high)).all(), term.name


@every
def test_nothing_is_free(key: str) -> None:
    """It costs money or hours at its defaults, or what it claims is among the terms it declares."""
    institution = _make(key)
    default = institution.settings
    assert default.cost > 0.0 or default.hours > 0.0 or set(institution.sets) & CLAIMS
    terms = _written(institution)
    np.testing.assert_allclose(terms["running_cost"], default.cost * PEOPLE / 1000.0)
    takes, spared = ("demanded_hours", "running_hours") if institution.demanded else ("running_hours", "demanded_hours")
    np.testing.assert_allclose(terms[takes], default.hours * PEOPLE / 1000.0)
    assert (terms[spared] == 0.0).all()
    half = _written(institution, money=0.5)
    np.testing.assert_allclose(half["running_cost"], 0.5 * default.cost * PEOPLE / 1000.0)


@every
def test_only_what_takes_hours_of_the_committees_choice_suffers_when_they_are_short(key: str) -> None:
    """Without an hour left, what superiors demand and what costs only money works as ever; all else stops."""
    for changes in ({}, {"hours": 5.0}, {"hours": 0.0}, {"cost": 0.0}):
        institution = _make(key, **changes)
        full, none = _written(institution), _written(institution, hours=0.0)
        works = institution.demanded or institution.settings.hours == 0.0
        for term in TERMS:
            neutral = Terms(len(KINDS))[term.name]
            assert np.array_equal(none[term.name], full[term.name] if works else neutral), term.name
        broke = _written(institution, money=0.0)
        assert _changed(broke) == (_changed(full) if institution.settings.cost == 0.0 else set())


@every
@pytest.mark.parametrize("kind", [t.id for t in COMMUNITY_TYPES])
def test_only_in_the_chosen_communities(key: str, kind: str) -> None:
    """Elsewhere its terms are neutral to the last bit."""
    terms, neutral = _written(_make(key, communities=[kind])), Terms(len(KINDS))
    elsewhere = np.array([t.id != kind for t in COMMUNITY_TYPES])
    for term in TERMS:
        np.testing.assert_array_equal(terms[term.name][elsewhere], neutral[term.name][elsewhere], err_msg=term.name)
    assert _changed(terms), "but there it works"


@every
def test_off_until_it_starts(key: str) -> None:
    institution = _make(key, start_month=7)
    assert not _changed(_written(institution, month=6))
    assert _changed(_written(institution, month=7))


@every
def test_works_more_with_more_strength(key: str) -> None:
    """Every term moves away from neutral with strength, and only there."""
    neutral = Terms(len(KINDS))
    weak, strong = _written(_make(key, strength=0.3)), _written(_make(key))
    for name in institution_classes()[key].sets:
        far, near = abs(strong[name] - neutral[name]), abs(weak[name] - neutral[name])
        assert (near <= far).all(), name
        assert ((near > 0.0) == (far > 0.0)).all(), name


# -- runs ------------------------------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize("company", ["alone", "with all others"])
@pytest.mark.parametrize("off", [{"strength": 0.0}, {"start_month": MONTHS + 1}], ids=["strength 0", "later"])
def test_off_is_absent_bit_for_bit(key: str, company: str, off: dict[str, object]) -> None:
    """Switched off it leaves no trace in anything that the model holds."""
    others = () if company == "alone" else tuple(k for k in INSTITUTIONS if k != key)
    absent = _nothing() if company == "alone" else _others(key)
    assert digests(run(world(*others, **{key: off}), months=MONTHS)) == absent


@every
def test_for_communities_that_do_not_exist_is_absent_bit_for_bit(key: str) -> None:
    """Meant for a type of community of which the society has none, it leaves no trace either."""
    present = set(run(world(), months=0).society.units.kind.tolist())
    missing = [t.id for k, t in enumerate(COMMUNITY_TYPES) if k not in present]
    assert missing, "a society this small lacks some type"
    chosen = run(world(**{key: {"communities": missing}}), months=MONTHS)
    assert digests(chosen) == _nothing()


@every
def test_makes_a_difference(key: str) -> None:
    """On, it does leave a trace, alone or among the others: without this the tests above could not fail."""
    assert digests(run(world(key), months=MONTHS)) != _nothing()
    assert digests(run(_full(), months=MONTHS)) != _others(key)


@every
def test_reproducible(key: str) -> None:
    first, second = (digests(run(world(key), months=MONTHS)) for _ in range(2))
    assert first == second


@every
def test_identical_until_it_starts(key: str) -> None:
    """A late start leaves everything before it as if it had never been there, and nothing after it."""
    late = CoGovModel(scenario=in_miniature(world(**{key: {"start_month": 6}})), rng=1, residents=300)
    without = CoGovModel(scenario=in_miniature(world()), rng=1, residents=300)
    assert digests(late.run(5)) == digests(without.run(5))
    assert digests(late.run(5)) != digests(without.run(5))


def test_the_order_in_the_file_changes_nothing() -> None:
    """Institutions listed forwards, backwards and shuffled give the same bits and the same fingerprint."""
    order = list(INSTITUTIONS)
    shuffled = [order[i] for i in np.random.default_rng(4).permutation(len(order))]
    worlds = [world(*keys) for keys in (order, order[::-1], shuffled)]
    assert len({w.fingerprint for w in worlds}) == 1
    first, *others = [digests(run(w, months=MONTHS)) for w in worlds]
    assert all(other == first for other in others)


def test_without_money_institutions_do_nothing() -> None:
    """An institution that nobody can pay for works at strength 0: without an envelope, all that cost money leave no trace.

    Only which bodies may live differs, by design: one that lives goes on where the money for founding others is out.
    """
    penniless = "government.envelope=0"
    costly = world(*(key for key in INSTITUTIONS if _make(key).settings.cost > 0.0))
    full, empty = (run(w.changed(penniless), months=MONTHS) for w in (costly, world()))
    assert any(allowed.any() for allowed in full.commons.allowed.values())
    asked = (*CLOCK, *ASKED, "model.commons.allowed")
    assert whole(full, asked) == whole(empty, asked)


@every
def test_each_has_its_module(key: str) -> None:
    """A newcomer guesses the file from the name."""
    assert institution_classes()[key].__module__ == f"cogov_sim.institutions.{key}"
