"""Meetings step by step: who is invited, who finds a seat, who speaks, what is resolved, and what is reported of it.

Most tests compare with a sum worked out by hand on the residents' columns and hold exactly. Written talk and hearing on a
platform, which need no meeting, are at the end.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import small

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents.board import BUILDING_MEETING, COMMUNITY_MEETING
from cogov_sim.agents.columns import BUILD, NEVER
from cogov_sim.agents.rules import attention, persuasion, public_drive, reached
from cogov_sim.commons import meetings
from cogov_sim.commons.state import RECORD
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.experiments.worlds import BARE
from cogov_sim.measures.formulas import top_tenth
from cogov_sim.society import Level

pytestmark = pytest.mark.usefixtures("compiled")

BIT = 1 << COMMUNITY_MEETING
HALL = COMMUNITY_MEETING


def society(*changes: str) -> CoGovModel:
    """600 residents of a world without institutions, on day one."""
    scenario = Scenario.load(BARE, changes=list(changes))
    return CoGovModel(scenario=small(scenario), rng=1, residents=600, threads=1)


def call(model: CoGovModel, *, seats: float = np.inf, come: float = 20.0, **terms: float) -> CoGovModel:
    """All communities meet this month, everybody is invited, and comes by an intercept of ``come``; nobody talks yet."""
    board, residents = model.residents.board, model.residents
    model.month = model.commons.month = model.month + 1
    residents.rules = residents.rules._replace(attend_base=come)
    residents.speak(model.month)
    board.meeting[:, HALL], board.invite[:, HALL], board.seats[:, HALL] = -2 - board.community, 1.0, seats
    for name, value in terms.items():
        getattr(board, name)[:] = value
    residents.attend(model.month)
    return model


def hold(model: CoGovModel, **terms: float) -> CoGovModel:
    """Discuss and resolve under these terms."""
    for name, value in terms.items():
        model.commons.terms[name][:] = value
        if hasattr(model.residents.board, name):
            getattr(model.residents.board, name)[:] = value
    model.residents.discuss(model.month)
    meetings.resolve(model.commons)
    return model


def present(model: CoGovModel, community: int = 0) -> NDArray[np.int64]:
    """Residents of a community who sit in its meeting."""
    home = model.society.units.of_residents(Level.COMMUNITY)
    return np.flatnonzero((model.residents.columns.attended & BIT > 0) & (home == community))


def preferences(model: CoGovModel, who: NDArray[np.int64] | slice) -> NDArray[np.float64]:
    return np.asarray(model.residents.columns.preferences[who], float)


# -- propose: invitations, ways, seats ---------------------------------------------------------------------------------


def test_seats_go_to_those_who_arrive_first() -> None:
    """20 seats: exactly those 20 of each community who arrive first sit, and the others did nothing this month."""
    free, model = call(society(), come=0.0), call(society(), come=0.0, seats=20)
    columns, board = model.residents.columns, model.residents.board
    arrival = uniforms(1, Purpose.ARRIVE, 1, len(columns.belief), HALL)
    for c in range(model.commons.n_communities):
        wanted = present(free, c)
        assert len(wanted) > 20
        assert set(present(model, c)) == set(wanted[np.argsort(arrival[wanted])[:20]])
        late = np.setdiff1d(wanted, present(model, c))
        assert (columns.joint[late] == -1).all()
        np.testing.assert_allclose(columns.hours[late], model.residents.rules.voice_hours * columns.spoke[late])
    assert np.array_equal(board.set_out, free.residents.board.set_out)
    assert board.came[:, HALL, 0].sum() == 20 * model.commons.n_communities


@pytest.mark.parametrize("seats", [0, 10**6])
def test_no_seat_and_a_seat_for_everybody(seats: int) -> None:
    model, free = call(society(), seats=seats), call(society())
    assert len(present(model)) == (0 if seats == 0 else len(present(free)))


def test_a_building_has_room_for_all_its_people() -> None:
    model = society()
    meetings.open_doors(model.commons)
    assert np.isinf(model.residents.board.seats[:, BUILDING_MEETING]).all()
    people = model.society.units.population(Level.COMMUNITY)[model.residents.board.community]
    assert (model.residents.board.seats[:, HALL] == np.rint(7.5 * people / 1000)).all()


def test_a_nearer_place_brings_more_people_and_loses_nobody() -> None:
    far, near = call(society(), come=-1.0), call(society(), come=-1.0, venue=0.7)
    assert set(present(far)) < set(present(near))


def test_seats_for_newcomers_are_for_newcomers() -> None:
    """Where nobody else is invited, newcomers alone come; half of them with half a chance (binomial, 5 sd: 1e-6)."""
    model = society()
    board, newcomer = model.residents.board, model.residents.columns.newcomer
    call(model)
    board.invite[:, HALL], board.invite_newcomers[:, HALL] = 0.0, 0.5
    model.residents.attend(1)
    came = model.residents.columns.attended & BIT > 0
    assert not came[newcomer == 0].any()
    assert abs(came[newcomer == 1].mean() - 0.5) < 5 * 0.5 / np.sqrt((newcomer == 1).sum())


def test_with_full_standing_a_newcomer_is_driven_as_a_local() -> None:
    rules = society().residents.rules
    local = public_drive(rules, 0.4, 0.6, 0.1, 0, 0.3)
    assert public_drive(rules, 0.4, 0.6, 0.1, 1, 1.0) == local
    assert public_drive(rules, 0.4, 0.6, 0.1, 1, 0.0) == pytest.approx(local - rules.choice_standing)
    assert public_drive(rules, 0.4, 0.6, 0.1, 1, 0.5) == pytest.approx(local - 0.5 * rules.choice_standing)


# -- discuss -----------------------------------------------------------------------------------------------------------


def loud(model: CoGovModel, facilitation: float) -> NDArray[np.float64]:
    """How much each of the people of community 0 who came speaks, by hand."""
    columns, rules, who = model.residents.columns, model.residents.rules, present(model)
    activist = columns.last_act[who, BUILD] > NEVER
    extra = rules.loud_active * activist + rules.loud_senior * (columns.age_band[who] >= 4)
    return np.asarray(1.0 + (1.0 - facilitation) * extra)


@pytest.mark.parametrize("facilitation", [0.0, 0.4, 1.0])
def test_facilitation_equalises(facilitation: float) -> None:
    """With full susceptibility all agree on the mean by loudness: with a full facilitator the plain mean of the wishes."""
    model = society("behaviour.susceptibility=1")
    model.residents.columns.last_act[::3, BUILD] = 0
    hold(call(model, come=0.0), discussion=1.0, facilitation=facilitation)
    board, who = model.residents.board, present(model)
    weight = loud(model, facilitation)
    here = board.community == 0
    view = board.opinions[here, HALL].sum(axis=0) / len(who)
    np.testing.assert_allclose(view, weight @ preferences(model, who) / weight.sum(), atol=1e-6)
    plain = preferences(model, who).mean(axis=0)
    assert np.allclose(view, plain, atol=1e-6) == (facilitation == 1.0)
    np.testing.assert_allclose(model.commons.views[0], view, atol=1e-9)
    assert board.apart[here, HALL].sum() < 1e-6
    assert board.agree[here, HALL].sum() == len(who)


def test_without_discussion_the_view_is_what_those_who_came_want() -> None:
    model = hold(call(society(), come=0.0))
    np.testing.assert_array_equal(model.residents.board.opinions, model.residents.board.wishes)
    np.testing.assert_allclose(model.commons.views[0], preferences(model, present(model)).mean(axis=0), atol=1e-9)


def test_discussion_binds_the_resolution_and_not_the_wish() -> None:
    model = society()
    before = model.residents.columns.preferences.copy()
    hold(call(model, come=0.0), discussion=5.0)
    assert np.array_equal(model.residents.columns.preferences, before)
    assert not np.array_equal(model.residents.board.opinions, model.residents.board.wishes)


def test_discussion_brings_people_together_unless_they_do_not_listen() -> None:
    """Distances fall with rounds; where opinions further than 0.02 are not heard, hardly at all."""

    def apart(rounds: float, confidence: float) -> float:
        model = call(society(f"behaviour.confidence={confidence}"), come=0.0)
        return float(hold(model, discussion=rounds).residents.board.apart.sum())

    assert apart(3.0, 1.0) < 0.7 * apart(0.0, 1.0)
    assert apart(3.0, 0.02) > 0.95 * apart(0.0, 0.02)


# -- resolve -----------------------------------------------------------------------------------------------------------


def test_quorum_counts_those_invited() -> None:
    """Exactly at the quorum a meeting passes, one person above it fails; a meeting of nobody never passes."""
    model = call(society(), come=0.0)
    share = [
        len(present(model, c)) / n for c, n in enumerate(np.bincount(model.society.units.of_residents(Level.COMMUNITY)))
    ]
    hold(model, quorum=min(share) - 1e-9)
    assert model.residents.board.resolved[:, HALL].all()
    hold(model, quorum=max(share) + 1e-9)
    assert not model.residents.board.resolved.any()
    nobody = hold(call(society(), come=-30.0), quorum=0.0)
    assert not nobody.residents.board.resolved.any()
    assert np.isnan(nobody.commons.views).all()


def test_those_expected_to_be_invited_include_newcomers() -> None:
    model = society()
    board, newcomers = model.residents.board, model.commons.people_of[:, 1]
    board.invite[:, HALL], board.invite_newcomers[:, HALL] = 0.2, 0.5
    expected = 0.2 * (model.commons.people_of[:, 0] - newcomers) + 0.6 * newcomers
    np.testing.assert_allclose(meetings._invited(model.commons, HALL), expected)


@pytest.mark.parametrize(("assent", "passes"), [(1.0, True), (0.0, False)])
def test_a_majority_must_be_able_to_live_with_it(assent: float, passes: bool) -> None:
    model = hold(call(society(f"behaviour.assent={assent}"), come=0.0), discussion=2.0, majority=0.5)
    assert model.residents.board.resolved[:, HALL].all() == passes
    assert np.isnan(model.commons.views).all() != passes


def test_a_failed_meeting_leaves_the_last_view() -> None:
    model = hold(call(society(), come=0.0))
    view = model.commons.views.copy()
    hold(call(model, come=-2.0), quorum=1.0)
    assert len(present(model)) > 0
    assert np.array_equal(model.commons.views, view)


def test_without_quorum_nobody_is_heard_but_they_have_talked() -> None:
    """Two years, quorum 0 or 1: the same people meet and talk until something is decided by it; nobody is heard at 1."""
    world = BARE + "+direct_provision+deliberation+building_groups"
    easy = ["behaviour.found_base=-6"]
    runs = [
        CoGovModel(
            scenario=Scenario.load(world, changes=[*easy, f"institutions.deliberation.quorum={quorum}"]),
            rng=1,
            residents=600,
        )
        for quorum in (0.0, 1.0)
    ]
    heard, resolved, talked = [0, 0], [0, 0], [0, 0]
    for _ in range(24):
        for q, model in enumerate(runs):
            model.step()
            board = model.residents.board
            heard[q] += int(board.heard.sum())
            resolved[q] += int(board.resolved.sum())
            talked[q] += int((board.present > 1).sum())
    assert heard[0] > 0 < resolved[0]
    assert talked[1] > 0
    assert heard[1] == resolved[1] == 0
    assert np.isnan(runs[1].commons.views).all()
    assert runs[1].measures.meetings_resolved.iloc[-1] == 0.0


# -- what is reported --------------------------------------------------------------------------------------------------


def test_bias_and_representation_error_by_hand() -> None:
    """One meeting of community 0: shares of those who came minus shares of those who live there; distance of the views."""
    model = society()
    columns = model.residents.columns
    columns.last_act[::4, BUILD] = 0
    hold(call(model, come=-1.5), discussion=3.0)
    row = dict(zip(RECORD, model.commons.meetings[1, 0], strict=True))
    everyone, who = np.flatnonzero(model.society.units.of_residents(Level.COMMUNITY) == 0), present(model)
    groups = {
        "newcomers": columns.newcomer == 1,
        "old": columns.age_band >= 4,
        "party": columns.party == 1,
        "activists": columns.last_act[:, BUILD] == 0,
    }
    assert row["came"] == row["set_out"] == len(who) > 5
    assert row["meetings"] == row["resolved"] == 1
    model.measure()
    latest = model.measures_by("community").iloc[0]
    for name, belongs in groups.items():
        assert (row[f"came_{name}"], row[name]) == (belongs[who].sum(), belongs[everyone].sum())
        assert latest[f"meeting_bias_{name}"] == pytest.approx(belongs[who].mean() - belongs[everyone].mean())
    wanted = preferences(model, everyone).mean(axis=0)
    for name, view in (
        ("representation_error_before", preferences(model, who).mean(axis=0)),
        ("representation_error", model.commons.views[0]),
    ):
        assert latest[name] == pytest.approx(0.5 * abs(view - wanted).sum(), abs=1e-6)
    assert latest.representation_error != latest.representation_error_before


def test_if_everybody_comes_there_is_no_bias() -> None:
    model = hold(call(society()))
    model.measure()
    for name in ("newcomers", "old", "party", "activists"):
        assert model.latest[f"meeting_bias_{name}"] == pytest.approx(0.0, abs=1e-12)
    assert model.latest["representation_error"] == pytest.approx(0.0, abs=1e-6)
    assert model.latest["turned_away"] == 0.0


def test_the_record_remembers_a_year() -> None:
    """Measures are of the past twelve months: a meeting is forgotten in the thirteenth, and then nothing is reported."""
    model = hold(call(society(), come=0.0, seats=10))
    model.measure()
    first = model.latest
    assert first["turned_away"] > 0.0
    model.run(11)
    assert model.latest["turned_away"] == first["turned_away"]
    assert model.latest["meeting_bias_old"] == first["meeting_bias_old"]
    model.run(1)
    assert all(np.isnan(model.latest[name]) for name in ("turned_away", "meeting_bias_old", "representation_error"))


def test_top_tenth() -> None:
    assert top_tenth(np.ones(100)) == pytest.approx(0.1)
    assert top_tenth(np.append(np.zeros(99), 3.0)) == 1.0
    assert top_tenth(np.arange(1, 11.0)) == pytest.approx(10 / 55)
    assert np.isnan(top_tenth(np.zeros(10)))


# -- on a platform -----------------------------------------------------------------------------------------------------


def test_beyond_their_capacity_people_notice_no_more_messages() -> None:
    rules = society().residents.rules
    capacity = rules.message_capacity
    assert [attention(rules, m) for m in (0.0, 0.5 * capacity, capacity)] == [1.0, 1.0, 1.0]
    assert attention(rules, 4.0 * capacity) == 0.25


@pytest.mark.parametrize("messages", [0.0, 80.0])
def test_the_young_hear_of_a_matter_on_a_platform_more_often_than_the_old(messages: float) -> None:
    """Exactly those whose draw is below reach x attention know of it, where there is no other way to hear."""
    model = society()
    residents, board = model.residents, model.residents.board
    residents.speak(1)
    board.matter[:, 1], board.fair[:, 1] = 0, 10.0
    board.online_awareness[:], board.messages[:] = 1.0, messages
    residents.give(1)
    chance = np.array([max(0.0, 1.0 - 0.13 * a) for a in residents.columns.age_band])
    chance *= 0.25 if messages else 1.0
    hears = uniforms(1, Purpose.HEAR, 1, len(residents), 1) < chance
    assert np.array_equal(residents.columns.knew & 2 > 0, hears)
    assert 0 < hears.sum() < len(residents)


def test_the_young_speak_up_on_a_platform_more_readily() -> None:
    """Nobody speaks less; of the youngest more do (they are reached in full), of an unreached band nobody more."""
    without, online = (society("behaviour.reach_age=0.2", "behaviour.voice_base=-3") for _ in range(2))
    online.residents.board.online_voice[:] = 1.5
    for model in (without, online):
        model.residents.speak(1)
    a, b = (model.residents.columns.spoke for model in (without, online))
    band = without.residents.columns.age_band
    assert (b >= a).all()
    assert b[band == 0].sum() > a[band == 0].sum()
    assert b[band == 5].sum() == a[band == 5].sum()


def test_written_talk_lifts_the_belief_of_those_who_write() -> None:
    """By talk_gain x term x n/(n + 3) x attention x reach of what is missing; of nobody else, and not where one is alone."""
    model = society("behaviour.voice_base=-2")
    residents, board, columns = model.residents, model.residents.board, model.residents.columns
    residents.speak(1)
    before = columns.belief.astype(float)
    board.written_talk[:], board.messages[:] = 0.2, 41.0
    residents.converse(1)
    rules = residents.rules
    reach = np.array([reached(rules, a) for a in columns.age_band])
    gain = rules.talk_gain * 0.2 * persuasion(40.0) * (rules.message_capacity / 41.0) * reach * columns.spoke
    assert 0 < columns.spoke.sum() < len(before)
    np.testing.assert_allclose(columns.belief, before + gain * (1.0 - before), atol=1e-6)
    board.messages[:] = 1.0
    after = columns.belief.copy()
    residents.converse(1)
    assert np.array_equal(columns.belief, after)


def test_messages_are_those_of_a_group_of_at_most_500() -> None:
    model = society("behaviour.voice_base=-2").run(1)
    board = model.residents.board
    people = np.bincount(model.society.units.of_residents(Level.COMMUNITY))
    posts = np.bincount(board.community, board.voices.sum(axis=1))
    np.testing.assert_allclose(board.messages, posts / people * np.minimum(500, people))


def test_voices_are_remembered_for_about_a_year() -> None:
    """An exponentially weighted sum with weight 11/12, by hand over 15 months."""
    model = society("behaviour.voice_base=-2")
    by_hand = np.zeros(len(model.residents))
    for _ in range(15):
        model.step()
        columns = model.residents.columns
        by_hand = np.where(columns.moved, 0.0, by_hand) * 11.0 / 12.0 + columns.spoke
        np.testing.assert_allclose(columns.voiced, by_hand, atol=1e-4)
