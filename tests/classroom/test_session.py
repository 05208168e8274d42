"""Two worlds that pass months together: frames, changes, going back (checks 6 to 8 and 10 of the design, without a browser)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from cogov_sim.classroom import frames
from cogov_sim.classroom.session import EVERY, Session, Setup
from cogov_sim.language import UserError
from cogov_sim.scenario import Change

pytestmark = pytest.mark.usefixtures("compiled")

SMALL = Setup(residents=900)


def _run(setup: Setup, months: int) -> Session:
    session = Session(setup)
    for _ in range(months):
        session.step()
    return session


def _hashes(session: Session) -> list[str]:
    return [hashlib.sha256(one).hexdigest() for one in session.frames]


@pytest.fixture(scope="module")
def plain() -> Session:
    return _run(SMALL, 14)


def test_check_8_the_same_setup_gives_the_same_frames(plain: Session) -> None:
    again = _run(replace(SMALL), 14)
    assert _hashes(again) == _hashes(plain) and len(set(_hashes(plain))) == 15
    assert _hashes(_run(replace(SMALL, seed=8), 1)) != _hashes(plain)[:2]


def test_a_frame_holds_what_the_models_do(plain: Session) -> None:
    header, columns = frames.opened(plain.frames[-1], SMALL.residents)
    assert header["month"] == plain.month == 14
    for world, model in enumerate(plain.models):
        state = model.residents.columns
        np.testing.assert_allclose(columns[world, 0] / 2.55, state.satisfaction, atol=0.2)
        np.testing.assert_allclose(columns[world, 2] / 255, state.belief, atol=0.002)
        acts = columns[world, 1]
        assert ((acts & 3 == frames.GAVE) == (state.given > 0)).all() and (acts & 3 < 3).all()
        assert ((acts & frames.ATTENDED > 0) == (state.attended > 0)).all()
        for name in frames.MEASURES:
            value = header["measures"][world][name]
            assert value == model.latest[name] or (value is None and np.isnan(model.latest[name]))
    assert len(plain.frames[-1]) < 6 * SMALL.residents + 20_000


def test_both_worlds_begin_with_the_same_people(plain: Session) -> None:
    _, columns = frames.opened(plain.frames[0], SMALL.residents)
    np.testing.assert_array_equal(columns[0], columns[1])


def test_the_layout_seats_everybody_once_in_nested_units(plain: Session) -> None:
    told = frames.layout(plain.models[0])
    for name in ("communities", "grids", "buildings"):
        seats = [seat for one in told[name] for seat in range(one["first"], one["last"])]
        assert seats == list(range(SMALL.residents))
    assert told == frames.layout(plain.models[1])
    assert all(one["en"] and one["zh"] for name in ("communities", "grids", "buildings") for one in told[name])


@pytest.mark.parametrize("month", [0, 5, EVERY, 13])
def test_check_7_a_branch_without_a_change_is_the_original(plain: Session, month: int) -> None:
    session = _run(SMALL, 14)
    session.branch(month)
    assert _hashes(session) == _hashes(plain)[: month + 1]
    while session.month < 14:
        session.step()
    assert _hashes(session) == _hashes(plain)


def test_check_6_a_change_is_as_if_the_setup_had_said_so(plain: Session) -> None:
    session = _run(SMALL, 4)
    session.change("b", "disclosure", on=False)
    session.change("a", "deliberation", strength=0.5)
    for _ in range(6):
        session.step()
    assert _hashes(_run(session.setup, 10)) == _hashes(session)
    assert _hashes(session)[:5] == _hashes(plain)[:5] and _hashes(session)[6:] != _hashes(plain)[6:11]
    assert [(world, one.month, one.institution) for world, one in session.setup.changes] == [
        ("b", 5, "disclosure"),
        ("a", 5, "deliberation"),
    ]


def test_going_back_forgets_changes_that_were_not_made_yet(plain: Session) -> None:
    session = _run(SMALL, 8)
    session.change("b", "charter", on=False)
    for _ in range(2):
        session.step()
    session.branch(8)
    assert session.setup.changes == ()
    session.branch(3)
    session.change("b", "charter", on=False)
    session.step()
    session.step()
    session.branch(5)
    for _ in range(2):
        session.step()
    assert _hashes(_run(session.setup, 7)) == _hashes(session)
    assert len(session.setup.changes) == 1


def test_check_10_each_matter_is_told_in_order(plain: Session) -> None:
    for world, model in enumerate(plain.models):
        told = [event for one in plain.frames for event in frames.opened(one, SMALL.residents)[0]["events"][world]]
        assert [(one["month"], one["kind"], one["matter"]) for one in told] == [
            (one.month, one.kind, one.matter) for one in model.events if one.month > 0
        ]


@pytest.mark.parametrize(
    ("setup", "named"),
    [
        (replace(SMALL, a="nowhere"), "nowhere"),
        (replace(SMALL, people={"behaviour.k1": 0.5}), "k1"),
        (replace(SMALL, people={"society.free_rider_share": 2.0}), "free_rider_share"),
        (replace(SMALL, changes=(("a", Change(month=3, institution="charter", on=False)),)), "charter"),
    ],
    ids=["scenario", "slider", "range", "change"],
)  # fmt: skip
def test_what_cannot_be_set_up_is_said(setup: Setup, named: str) -> None:
    with pytest.raises(UserError, match=named):
        Session(setup)


def test_what_cannot_be_done_changes_nothing(plain: Session) -> None:
    before = _hashes(plain)
    for call in (
        lambda: plain.change("c", "charter"),
        lambda: plain.change("b", "chartr"),
        lambda: plain.branch(15),
        lambda: plain.branch(-1),
    ):
        with pytest.raises(UserError):
            call()
    assert _hashes(plain) == before and plain.setup == SMALL
