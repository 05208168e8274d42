"""Bodies count that do something, and matters that are finished."""

from __future__ import annotations

import pytest
from test_three_levels import BODIES, fresh, settled

from cogov_sim.commons.bodies import active as is_active

pytestmark = pytest.mark.usefixtures("compiled")


def test_paper_bodies_do_not_count() -> None:
    """Bodies that live and do nothing: without any matter of their own for a year they cover nobody.

    Before, `self_governed_share` said 93 % where 20 of 124 bodies had decided anything in twelve months.
    """
    model = settled()
    busy = model.measures.iloc[-1]
    assert 0.0 < busy.bodies_active_per_1000 < busy.bodies_living_per_1000 and busy.self_governed_share > 0.0
    idle = fresh(months=18)
    for bodies in idle.commons.bodies.values():
        for body in bodies.values():
            body.last_deed = -1000
    for met in idle.commons.last_met.values():
        met[:] = -1000
    idle.datacollector, idle._gauge = idle.new_collector(), type(idle._gauge)()
    idle.measure()
    row = idle.measures.iloc[-1]
    assert row.self_governed_share == row.bodies_active_per_1000 == 0.0 < row.bodies_living_per_1000


def test_a_deed_and_a_quorum_make_a_body_active_for_a_year() -> None:
    model = fresh(months=12)
    commons = model.commons
    bodies = [body for found in commons.bodies.values() for body in found.values() if body.hands > 0]
    for body in bodies:
        deeds = [
            int(commons.ledger.decided_month[m])
            for m in range(commons.ledger.n)
            if commons.ledger.body[m] == body.number
            and commons.unit_of_asset(int(commons.ledger.asset[m]), body.level) == body.unit
            and commons.ledger.decided_month[m] >= body.founded
        ]
        assert body.last_deed >= max(deeds, default=-1000)
    assert any(is_active(commons, body) for body in bodies)
    for body in bodies:
        body.last_deed = -1000
    met = [body for body in bodies if is_active(commons, body)]
    assert met and all(body.venue is not None for body in met), "a meeting with a quorum is enough"
    commons.month += 12
    assert not any(is_active(commons, body) for body in bodies)


def test_a_matter_is_settled_at_the_lowest_level_only_if_it_is_finished_there() -> None:
    """Where nothing that was decided is ever finished, nothing was settled; before, it counted when it was decided."""
    hopeless = fresh(BODIES, "behaviour.smallest_act=0.2", "behaviour.hassle=1.0", "services.patience=3", months=18)
    matters = hopeless.matters
    own = (matters.decided_by == "residents") & (matters.stage == "expired")
    assert own.any() and not (matters.stage == "completed").any()
    assert hopeless.measures.settled_lowest_share.iloc[-1] == 0.0
