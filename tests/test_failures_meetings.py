"""How meetings, platforms and inclusion fail: each failure is driven here and shows. Method as in ``test_failures``.

A claim is that a difference has the same sign in all four seeds: where stress does nothing, it passes by chance once in 16.
False alarms: in 7 sets of four seeds each test held in all.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from stress import PROVISION, change, worlds

from cogov_sim import CoGovModel
from cogov_sim.agents.rules import attention

pytestmark = [pytest.mark.usefixtures("compiled"), pytest.mark.slow]

MEET = PROVISION + "+deliberation"
CHAT = "+award_grant+information_platform"
INVITED = MEET + "+newcomer_inclusion"
HEARD = "institutions.deliberation.hearing=1"


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    """Let the worlds go when the last test here is done."""
    yield
    worlds.cache_clear()


# -- deliberation: no quorum, polarised, unrepresentative, no seat -----------------------------------------------------


def test_without_quorum_meetings_decide_nothing() -> None:
    """Stress: half of those invited must come instead of a twentieth. Nothing is resolved, and nobody is heard."""
    calm, stressed = worlds(MEET, HEARD), worlds(MEET, HEARD, "institutions.deliberation.quorum=0.5")
    assert (change("meetings_resolved", calm, stressed) < 0).all()
    assert (change("voice", calm, stressed) < 0).all()


def test_low_turnout_misses_the_quorum() -> None:
    """Stress: hardly anybody comes (intercept -2.6 to -5.5). The usual quorum is missed, and nobody is heard."""
    calm, stressed = worlds(MEET, HEARD), worlds(MEET, HEARD, "behaviour.attend_base=-5.5")
    assert (change("meetings_resolved", calm, stressed) < 0).all()
    assert (change("voice", calm, stressed) < 0).all()


def test_people_who_do_not_listen_to_each_other_agree_on_nothing() -> None:
    """Stress: nobody listens to opinions that differ in more than a tenth. Opinions stay apart and no majority is found."""
    calm, stressed = worlds(MEET, HEARD), worlds(MEET, HEARD, "behaviour.confidence=0.1")
    assert (change("disagreement", calm, stressed) > 0).all()
    assert (change("meetings_resolved", calm, stressed) < 0).all()
    assert (change("voice", calm, stressed) < 0).all()


def test_the_loud_carry_the_meeting_away_from_residents() -> None:
    """Stress: activists and the old speak eleven times as much as others, and nobody facilitates.

    The meeting's opinion ends further from what residents want, and further than what those who came wanted.
    """
    loud = ("behaviour.loud_active=10", "behaviour.loud_senior=10", "behaviour.susceptibility=0.9", HEARD)
    calm, stressed = (worlds(MEET, *loud, f"institutions.deliberation.facilitation={x}") for x in (1, 0))
    assert (change("representation_error", calm, stressed) > 0).all()
    for model in stressed:
        assert _year(model, "representation_error") > _year(model, "representation_error_before")


def test_a_small_room_turns_people_away() -> None:
    """Stress: 30 seats instead of 300, where everybody is invited. People are turned away, and chance makes views err more."""
    base = (MEET, HEARD, "institutions.deliberation.invitation=1", "institutions.deliberation.quorum=0")
    calm, stressed = (worlds(*base, f"institutions.deliberation.seats={x}") for x in (300, 30))
    assert (change("turned_away", calm, stressed) > 0).all()
    assert (change("meeting_attendance", calm, stressed) < 0).all()
    assert (change("representation_error_before", calm, stressed) > 0).all()


# -- information platform: noise, the few who post most, the old ------------------------------------------------------


def _year(model: CoGovModel, name: str) -> float:
    return float(model.measures[name].mean())


def _noticed(model: CoGovModel) -> float:
    """Share of this month's messages that is noticed, mean over communities."""
    messages = model.residents.board.messages
    return float(np.mean([attention(model.residents.rules, m) for m in messages]))


def _known(model: CoGovModel) -> float:
    """Of all who live with a matter that gathers contributions, matter by matter, the share who know of it."""
    board = model.residents.board
    concerned = ((board.matter >= 0).sum(axis=1) * (board.last - board.first)).sum()
    return float(np.bitwise_count(model.residents.columns.knew).sum() / concerned)


def test_too_many_messages_are_noise() -> None:
    """Stress: posting costs so little that nearly everybody does (5 instead of 0.7). Each message is noticed less."""
    chatty = "institutions.information_platform.ease=5"
    calm, stressed = worlds(CHAT), worlds(CHAT, chatty)
    assert (change(_noticed, calm, stressed) < 0).all()
    assert all(_noticed(model) < 0.5 for model in stressed)


def test_flooded_people_hear_of_fewer_matters() -> None:
    """Stress: one message a month is noticed instead of 1,000, where a post may tell anybody. Fewer know of matters."""
    posts = "institutions.information_platform.awareness=0.3"
    calm, stressed = (worlds(CHAT, posts, f"behaviour.message_capacity={x}") for x in (1000, 1))
    assert (change(_known, calm, stressed) < 0).all()


def test_the_few_post_most() -> None:
    """Stress: what people think they can achieve decides who speaks (weight 1.5 to 10). More voices come from a tenth."""
    calm, stressed = worlds(CHAT), worlds(CHAT, "behaviour.choice_efficacy=10")
    assert (change("voices_top_tenth", calm, stressed) > 0).all()


def _voices_of_the_old(model: CoGovModel) -> float:
    """Share of the past year's voices that came from people over 60."""
    columns = model.residents.columns
    return float(columns.voiced[columns.age_band >= 4].sum() / columns.voiced.sum())


def test_the_old_are_left_behind() -> None:
    """Stress: reach falls by a quarter with every age band instead of not at all. Fewer of the voices are of the old."""
    calm, stressed = (worlds(CHAT, f"behaviour.reach_age={x}") for x in (0, 0.25))
    assert (change(_voices_of_the_old, calm, stressed) < 0).all()


# -- inclusion of newcomers: token seats -------------------------------------------------------------------------------


def test_invitations_without_standing_are_token_seats() -> None:
    """Stress: no standing instead of full, with the same invitations. Fewer newcomers come, and fewer take part at all."""
    shy = (
        "behaviour.choice_standing=1.5",
        "institutions.newcomer_inclusion.invitation=0.1",
        "institutions.deliberation.invitation=0.25",
    )
    calm, stressed = (worlds(INVITED, *shy, f"institutions.newcomer_inclusion.standing={x}") for x in (1, 0))
    assert (change("meeting_bias_newcomers", calm, stressed) < 0).all()
    assert (change("participation_newcomers", calm, stressed) < 0).all()
    assert all(_year(model, "meeting_bias_newcomers") < 0.0 for model in stressed)
