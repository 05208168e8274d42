"""The rules of public work against their plain transcription, part by part, month by month, in worlds that differ in who acts."""

from __future__ import annotations

import pytest
from reference.public_work import watched_month
from worlds import INSTITUTIONS, small, world

from cogov_sim import CoGovModel, Scenario

pytestmark = pytest.mark.usefixtures("compiled")

#: Worlds in which rules are at work that others leave idle: greedy leaders, short hours and money, much to do, strict inspectors.
WORLDS = {
    "government_run": (Scenario.load("government_run"), 900),
    "co_governance": (Scenario.load("co_governance"), 2000),
    "everything": (world(*INSTITUTIONS), 900),
    "greed and strict inspection": (
        Scenario.load("co_governance", changes=["organisations.misuse=0.5", "institutions.award_grant.acceptance=0.75",
                                               "organisations.capture=2.0", "society.initial_spirit=0.5"]), 2000,
    ),
    "part payment": (
        Scenario.load("government_run", changes=["institutions.direct_provision.public_share=0.5", "government.envelope=25.0"]), 900,
    ),
    "worn leaders, large matters": (
        Scenario.load("co_governance", changes=["organisations.burnout=0.3", "government.street_limit=20",
                                               "institutions.mediation.posts=3"]), 2000,
    ),
    "overloaded": (
        Scenario.load("co_governance+top_down_assessment", changes=["institutions.top_down_assessment.appraisals=60",
                      "institutions.top_down_assessment.campaign_trigger=5", "government.administration_share=0.6"]), 900,
    ),
    "poor": (Scenario.load("consultative", changes=["government.envelope=4.0", "services.shock_rate=0.02"]), 900),
}  # fmt: skip


@pytest.mark.parametrize("name", WORLDS)
def test_every_part_of_the_month_leaves_what_the_rules_say(name: str) -> None:
    scenario, residents = WORLDS[name]
    model = CoGovModel(scenario=small(scenario), rng=3, residents=residents)
    for _ in range(26):
        watched_month(model)
    assert model.commons.ledger.n > 10
