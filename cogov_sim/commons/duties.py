"""What district departments hand down to committees 职能部门下派, and what committees make of it: do, delay, send back or fake.

An admission list 准入清单 strikes off what is not on it and keeps the like of it out; departments go round it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.duties import DEPARTMENTS, LASTS, USUAL, by_department, whole
from cogov_sim.commons.state import Commons
from cogov_sim.draws import Purpose, uniforms
from cogov_sim.society import Level

PAPER = 0.3  # hours of a duty that is done on paper only, relative to one that is done (start value)
EASY = 0.5  # share of its hours that a committee can give to superiors without faking anything (start value)
FULL = 0.95  # largest share of its hours that superiors get (start value)
ASKED_TWICE = (
    0.3  # share of new duties that ask for what another department has on record, at the usual number (start value)
)
_LAPSED, _LAPSED_OFF, _NEW, _KEPT_OUT, _ROUND, _SENT_BACK, _STRUCK, _SHARED = range(8)


def hand_down(commons: Commons) -> None:
    """A month of the departments: duties and plaques lapse, new ones come but for what a department finds on record with another,
    lists stop some, departments go round them, and committees send some of those back. Hours that move down with the duties are there from now on.
    """
    _move_staff(commons)
    duties, terms, month = commons.duties, commons.terms, commons.month
    luck = [draw(commons.seed, month, commons.n_communities, d) for d in range(8)]
    lapse = (1.0 / LASTS)[:, None, None]
    barred = np.stack([terms["duties_barred"], terms["plaques_barred"]])
    _strike(commons, barred, luck[_STRUCK])
    duties.standing -= whole(duties.standing * lapse, luck[_LAPSED])
    duties.off_list -= whole(duties.off_list * lapse, luck[_LAPSED_OFF])
    new = whole((USUAL / LASTS / DEPARTMENTS)[:, None, None], luck[_NEW])
    known = _known_already(terms["departments_sharing"], duties.standing[0])
    new[0] -= whole(new[0] * known, luck[_SHARED][0])
    kept_out = whole(new * barred[:, :, None], luck[_KEPT_OUT])
    duties.standing += new - kept_out
    duties.off_list += whole(kept_out * terms["going_round"][None, :, None], luck[_ROUND])
    dares = commons.scenario.government.refusing / np.maximum(1.0, terms["counts_weight"])
    back = whole(duties.off_list * dares[None, :, None], luck[_SENT_BACK])
    duties.off_list -= back
    duties.returned[:] = back.sum(axis=(0, 2))


def _known_already(sharing: NDArray[np.float64], standing: NDArray[np.int64]) -> NDArray[np.float64]:
    """Chance that what a department asks for is on record with another of those that share, (communities, departments).

    Only those that share look there, and only there, and what is on record are the duties of the others that stand: it grows with
    the square of how many share, and falls with what is left to be done.
    """
    records = np.where(np.arange(DEPARTMENTS) < DEPARTMENTS * sharing[:, None], standing, 0)
    others = records.sum(axis=1, keepdims=True) - records
    usual = USUAL[0] * (DEPARTMENTS - 1) / DEPARTMENTS
    return np.asarray(np.where(records > 0, ASKED_TWICE * np.minimum(1.0, others / usual), 0.0))


def draw(seed: int, month: int, n_communities: int, number: int) -> NDArray[np.float64]:
    """Uniform draws (2, communities, departments), for duties and plaques."""
    return by_department(uniforms(seed, Purpose.DUTY, month, n_communities * DEPARTMENTS * 2, number), n_communities)


def _strike(commons: Commons, barred: NDArray[np.float64], luck: NDArray[np.float64]) -> None:
    """A list strikes off what is not on it, as far as none has before."""
    duties = commons.duties
    more = np.divide(
        barred - duties.struck, 1.0 - duties.struck, out=np.zeros_like(barred), where=barred > duties.struck
    )
    struck = np.asarray(duties.standing * more[:, :, None], np.float64)
    duties.standing -= whole(struck, luck)
    np.maximum(duties.struck, barred, out=duties.struck)


def _move_staff(commons: Commons) -> None:
    """Staff that a function list moves from the streets' desks to committees, at most all there is."""
    heads = commons.people_at[Level.COMMUNITY] / 1000.0
    at_desk = commons.scenario.government.desk_hours
    moved = np.minimum(commons.terms["staff_moved"], at_desk) * heads
    left = np.bincount(commons.society.units.parent(Level.COMMUNITY), at_desk * heads - moved)
    for committee, hours in zip(commons.committees, moved.tolist(), strict=True):
        committee.capacity = committee.own_hours + hours
    for desk, hours in zip(commons.desks, left.tolist(), strict=True):
        desk.capacity = hours


def staff_hours(commons: Commons) -> NDArray[np.float64]:
    """Hours of committee and workstation per community this month."""
    return np.array([one.capacity + one.workstation.capacity for one in commons.committees])


def asked(commons: Commons) -> NDArray[np.float64]:
    """Hours per community that all duties and plaques would take if they were done, those that move down included."""
    settings, duties = commons.scenario.government, commons.duties
    number = (duties.standing + duties.off_list).sum(axis=2) / USUAL[:, None]
    share = (1.0 - settings.plaque_share) * number[0] + settings.plaque_share * number[1]
    heads = commons.people_at[Level.COMMUNITY] / 1000.0
    usual = settings.administration_share * settings.staff_per_1000 * settings.staff_hours
    return np.asarray((usual * share + commons.terms["duties_moved"]) * heads)


def _besides(commons: Commons) -> NDArray[np.float64]:
    """Hours per community that superiors claim besides duties: forms, appraisals, and counting party members' signatures."""
    settings, terms = commons.scenario.government, commons.terms
    heads = commons.people_at[Level.COMMUNITY] / 1000.0
    forms = terms["administration"] * settings.staff_per_1000 * settings.staff_hours * heads
    appraisals = terms["appraisal_hours"] * terms["appraisals_kept"] * commons.offices.inspection * heads
    signatures = terms["party_quota"] * terms["party_call"] * commons.party_members * terms["counting"]
    return np.asarray(forms + appraisals + signatures)


class Demand(NamedTuple):
    """What superiors ask of committees this month, and how these go about it; all per community.

    Attributes:
        hours: of committee and workstation.
        due: that all duties would take if they were done (``asked``).
        faked: share of duties that are done on paper only: the more, the more of the hours superiors ask for, beyond half.
        needs: hours that all demands take, as committees go about them, before any are put off.
    """

    hours: NDArray[np.float64]
    due: NDArray[np.float64]
    faked: NDArray[np.float64]
    needs: NDArray[np.float64]

    @property
    def share(self) -> NDArray[np.float64]:
        """Share of all staff hours that administration takes; at most ``FULL``, the rest waits."""
        return np.asarray(np.minimum(FULL, self.needs / self.hours))


def demand(commons: Commons) -> Demand:
    """Reckon up this month's demands."""
    hours, due, besides, waited = staff_hours(commons), asked(commons), _besides(commons), commons.duties.delayed
    beyond = np.maximum(0.0, np.minimum(1.0, (due + besides + waited) / hours) - EASY)
    faked = (1.0 - np.exp(-commons.scenario.government.faking * beyond)) * (1.0 - commons.duties.caution)
    return Demand(hours, due, faked, (1.0 - (1.0 - PAPER) * faked) * (due + waited) + besides)


def carry_out(commons: Commons) -> NDArray[np.float64]:
    """Committees go about the month's duties; returns the share of staff hours that they take.

    What does not fit waits for next month, unless it lapses; a duty that is put off or was sent back counts as undone.
    """
    duties, found = commons.duties, demand(commons)
    waits = np.maximum(0.0, found.needs - FULL * found.hours)
    number = (duties.standing + duties.off_list).sum(axis=(0, 2))
    sent_back = duties.returned * np.divide(found.due, number, out=np.zeros_like(waits), where=number > 0)
    undone = np.divide(waits + sent_back, found.due, out=np.zeros_like(waits), where=found.due > 0.0)
    duties.faked[:] = found.faked
    duties.delayed[:] = waits * (1.0 - 1.0 / LASTS[0])
    duties.undone += np.minimum(1.0, undone)
    return found.share
