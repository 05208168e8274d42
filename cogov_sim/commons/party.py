"""The joint party committee 大党委 at work: a secretary in each community, calls to party members, the street's judgement."""

from __future__ import annotations

import numpy as np

from cogov_sim.agents.kernels import YEAR
from cogov_sim.agents.secretaries import NOBODY
from cogov_sim.commons.local_units import PARTY_ORGANISATION
from cogov_sim.commons.state import Commons

TOO_LITTLE = 0.5  # of the street's mean hours for a call: who gets less in a year is replaced (start value)


def appoint(commons: Commons) -> None:
    """Every community with a joint party committee has a secretary, if anybody is fit; in December the street judges them."""
    settings = commons.scenario.organisations
    wanted = (commons.terms["party_call"] > 0.0) | (commons.terms["party_seat"] > 0.0)
    if commons.month % YEAR == 0:
        _judge(commons)
    for c, secretary in enumerate(commons.secretaries):
        secretary.appoint(bool(wanted[c]), commons.residents, settings, commons.month)


def _judge(commons: Commons) -> None:
    """A street replaces who, after a year in office, got less than half of its mean hours out of a call; where signatures are counted
    nobody looks.
    """
    settled = [s.holder != NOBODY and commons.month - s.since >= YEAR for s in commons.secretaries]
    got, calls = (np.array([getattr(s, x).sum() for s in commons.secretaries]) for x in ("reported", "called"))
    each = np.divide(got, calls, out=np.full(len(got), np.nan), where=np.array(settled, bool) & (calls > 0.0))
    each[commons.terms["party_quota"] > 0.0] = np.nan
    for street in commons.streets:
        mine = [c for c in street.communities if not np.isnan(each[c])]
        mean = float(np.mean(each[mine])) if len(mine) > 1 else 0.0
        for c in mine:
            if each[c] < TOO_LITTLE * mean:
                commons.secretaries[c].dismiss()


def call(commons: Commons) -> None:
    """Party members are called to report, as many as the secretary and the party organisations at the table reach; who is called for a
    signature is not called for work.
    """
    terms, settings = commons.terms, commons.scenario
    there = np.array([secretary.holder != NOBODY for secretary in commons.secretaries])
    units = commons.local_units
    at_table = units.seated * (units.table.party >= PARTY_ORGANISATION)
    callers = 1.0 + np.bincount(units.table.community, at_table, commons.n_communities)
    asks = callers * settings.organisations.leader_hours / settings.government.ask_hours
    reach = np.minimum(1.0, asks / np.maximum(1.0, commons.party_members * terms["party_call"]))
    commons.residents.board.party_call[:] = there * terms["party_call"] * reach * (1.0 - terms["party_quota"])


def record(commons: Commons) -> None:
    """What came of this month's calls."""
    board = commons.residents.board
    hours = np.bincount(board.community, board.reports[:, 1], commons.n_communities)
    calls, now = board.party_call * commons.party_members, commons.month % YEAR
    for secretary, given, called in zip(commons.secretaries, hours.tolist(), calls.tolist(), strict=True):
        secretary.reported[now], secretary.called[now] = given, called
