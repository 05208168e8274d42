"""The institutions of the law, and campaigns, can fail in the way they say (form of the tests: ``test_failures``).

A claim is that a difference has the same sign in all four seeds: where stress does nothing, it passes by chance once in
16. Seeds are fixed. In 12 other sets of four seeds each test held, unless its docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from stress import EASY, change, worlds

from cogov_sim import CoGovModel

pytestmark = [pytest.mark.usefixtures("compiled"), pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    """Let the worlds go when the last test here is done."""
    yield
    worlds.cache_clear()


# -- charter: sanctions backfire where trust is low --------------------------------------------------------------------


def test_a_charter_backfires_where_trust_is_low() -> None:
    """Stress: mean trust on day one 0.05 instead of 0.5. The charter lowers violations there, and raises them here."""
    harsh = ("institutions.charter.sanction=0.8",)
    trusting = change("violations_per_1000", worlds(""), worlds("+charter", *harsh))
    low = "society.initial_trust=0.05"
    distrustful = change("violations_per_1000", worlds("", low), worlds("+charter", low, *harsh))
    assert (trusting < 0).all() and (distrustful > 0).all()


def test_graduation_softens_the_backlash() -> None:
    """Where trust is low, a sanction that begins mildly provokes fewer than one that is full from the first offence."""
    low = ("society.initial_trust=0.05", "institutions.charter.sanction=0.8", "institutions.charter.clarity=0")
    graduated = worlds("+charter", *low, "institutions.charter.graduation=0.8")
    full = worlds("+charter", *low, "institutions.charter.graduation=0")
    assert (change("violations_per_1000", graduated, full) > 0).all()


# -- mediation: caseload -----------------------------------------------------------------------------------------------


def test_mediators_drown_in_cases() -> None:
    """Stress: a dispute takes 60 hours instead of 6. The queue grows, it takes months, and order suffers.

    Hardly anything is left of what mediation gained: disputes are closer to a world without it than to the calm one.
    """
    calm, stressed = worlds("+mediation"), worlds("+mediation", "organisations.dispute_hours=60")
    for measure in ("disputes_per_1000", "dispute_months"):
        assert (change(measure, calm, stressed) > 0).all()
        assert (change(measure, stressed, worlds("")) < change(measure, calm, stressed)).all()


def test_more_disorder_makes_every_dispute_last_longer() -> None:
    """Stress: twice as much temptation (intercept -5 to -4). Not only are there more disputes, each takes longer."""
    calm, stressed = worlds("+mediation"), worlds("+mediation", "behaviour.violate_base=-4")
    assert (change("dispute_months", calm, stressed) > 0).all()


# -- campaigns: things come back ---------------------------------------------------------------------------------------


def _between(model: CoGovModel) -> float:
    """Mean violations in months without a campaign, of communities that had one before."""
    frame = model.measures_by("community")
    wide = frame.pivot(index="month", columns="community", values=["violations_per_1000", "campaign_share"])
    runs = wide["campaign_share"].to_numpy() > 0.0
    over = np.maximum.accumulate(runs, axis=0) & ~runs
    return float(wide["violations_per_1000"].to_numpy()[over].mean())


def test_campaigns_leave_nothing_behind() -> None:
    """Between campaigns at least 0.6 of the violations of a world without any are back, over all seeds together."""
    base = ("+top_down_assessment", "institutions.top_down_assessment.campaign_trigger=25")
    campaigns, without = worlds(*base), worlds(*base, "institutions.top_down_assessment.campaign=0")
    between = np.mean([_between(model) for model in campaigns])
    assert between > 0.6 * np.mean([model.measures["violations_per_1000"].mean() for model in without])


# -- supervisory board: captured itself --------------------------------------------------------------------------------


def _found_share(models: tuple[CoGovModel, ...]) -> float:
    """Share of what leaders kept that was found, all worlds together."""
    kept = sum(int(model.matters.misused.sum()) for model in models)
    return sum(int(model.matters.recovered.sum()) for model in models) / kept


def test_boards_look_away_where_everybody_knows_the_leaders() -> None:
    """Stress: communities of about 170 residents instead of 1,300, where those elected know the leaders they watch.

    Of what leaders keep (the share is raised to a half, to see it) less is found, over all seeds together, even if a free
    board finds everything. Seen: 0.15 against 0.98; the difference held in 7 of 8 sets of four seeds.
    """
    base = ("+award_grant+resident_councils+supervisory_board", EASY, "organisations.misuse=0.5")
    base += ("institutions.supervisory_board.oversight=1",)
    calm, stressed = (worlds(*base, months=24, residents=n) for n in (8000, 1000))
    assert _found_share(stressed) < _found_share(calm)


# -- recognition: nothing where people are strangers -------------------------------------------------------------------


def _strangers(model: CoGovModel) -> None:
    """Ties so weak that nobody is familiar with anybody."""
    network = model.residents.network
    network.strength[:] = network.usual[:] = 1e-6
    model.residents.columns.familiarity[:] = 0.0


def test_praise_among_strangers_moves_nobody() -> None:
    """Stress: nobody knows anybody. Praise lifts what those who hear of a matter give, relative to the laboratory, where
    people know one another, and by less than a tenth of that among strangers.
    """
    base = ("behaviour.tie_growth=0", "institutions.recognition.praise=1")
    grants, praised = "+award_grant", "+award_grant+recognition"
    known = change("laboratory_shortfall", worlds(grants, base[0]), worlds(praised, *base))
    alone = (worlds(grants, base[0], prepare=_strangers), worlds(praised, *base, prepare=_strangers))
    assert (known < 0).all()
    assert abs(change("laboratory_shortfall", *alone)).max() < 0.1 * abs(known).min()
