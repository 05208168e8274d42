"""What the commons do in stage 1, plan 共谋, for meetings: from open doors to a resolution, and the record of who came.

三议: propose, discuss, resolve. All kinds of meetings are alike here; what differs is in ``open_doors`` and ``minutes``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.agents.board import BUILDING_MEETING, COMMUNITY_MEETING, GRID_MEETING, VENUES
from cogov_sim.agents.columns import BUILD, MANAGE
from cogov_sim.agents.kernels import YEAR
from cogov_sim.commons import premises
from cogov_sim.commons.state import Commons
from cogov_sim.society import Level


def open_doors(commons: Commons) -> None:
    """Where the community meets there are seats, a way to go, and invitations to newcomers; at home there is room for all."""
    board, terms = commons.residents.board, commons.terms
    thousands = commons.society.units.population(Level.COMMUNITY) / 1000.0
    board.seats[:, COMMUNITY_MEETING] = (np.rint(terms["seats"] * thousands) + premises.seats(commons))[board.community]
    board.venue[:, COMMUNITY_MEETING] = (terms["venue"] + premises.nearness(commons))[board.community]
    board.invite_newcomers[:, COMMUNITY_MEETING] = terms["invitation_newcomers"][board.community]


def minutes(commons: Commons, venue: int) -> tuple[NDArray[np.float64], NDArray[np.integer[Any]]]:
    """Where the views of meetings of one kind are kept, and the row of it that each building belongs to."""
    views, level = {
        BUILDING_MEETING: (commons.building_views, Level.BUILDING),
        COMMUNITY_MEETING: (commons.views, Level.COMMUNITY),
        GRID_MEETING: (commons.grid_views, Level.GRID),
    }[venue]
    return views, commons.unit_of_building[level]


def resolve(commons: Commons) -> None:
    """Meetings with quorum and majority come to a resolution: their mean opinion is their unit's view from now on.

    A meeting without a resolution leaves things as they were.
    """
    board, terms = commons.residents.board, commons.terms
    board.present[:], board.resolved[:] = 0, 0
    commons.meetings[commons.month % YEAR] = 0.0
    activists = _activists(commons)
    for v in range(VENUES):
        buildings = np.flatnonzero(board.meeting[:, v] < -1)
        if len(buildings) == 0:
            continue
        _, start, which = np.unique(board.meeting[buildings, v], return_index=True, return_inverse=True)

        def total(values: NDArray[Any], which: NDArray[np.int64] = which) -> NDArray[np.float64]:
            """Sums over the buildings of each meeting, row by row."""
            return np.stack([np.bincount(which, column) for column in values.T], axis=1)

        community = board.community[buildings[start]]
        came = total(board.came[buildings, v])[:, 0]
        invited = total(_invited(commons, v)[buildings, None])[:, 0]
        agree = total(board.agree[buildings, v, None])[:, 0]
        quorate = (came > 0) & (came >= terms["quorum"][community] * invited)
        passed = quorate & (agree >= terms["majority"][community] * came)
        board.present[buildings, v] = came[which]
        board.resolved[buildings, v] = passed[which]
        heads = np.maximum(1.0, came)[:, None]
        opinion, wish = (total(x[buildings, v]) / heads for x in (board.opinions, board.wishes))
        views, row = minutes(commons, v)
        views[row[buildings[start[passed]]]] = opinion[passed]
        commons.last_met[v][row[buildings[start[quorate]]]] = commons.month
        _record(commons, v, buildings, which, community, passed, (came > 0, wish, opinion), activists[buildings])


def _invited(commons: Commons, venue: int) -> NDArray[np.float64]:
    """People that one expects to be invited from each building."""
    board, people = commons.residents.board, commons.people_of
    by_chance = board.invite[:, venue] * people[:, 0]
    return by_chance + (1.0 - board.invite[:, venue]) * board.invite_newcomers[:, venue] * people[:, 1]


def _activists(commons: Commons) -> NDArray[np.float64]:
    """Residents of each building who gave to a matter or kept something up in the past year."""
    last_act, since = commons.residents.columns.last_act, commons.month - YEAR
    acted = (last_act[:, BUILD] > since) | (last_act[:, MANAGE] > since)
    return np.asarray(np.add.reduceat(acted, commons.residents.board.first, dtype=np.float64))


def _record(
    commons: Commons, venue: int, buildings: NDArray[np.int64], which: NDArray[np.int64],
    community: NDArray[np.int32], passed: NDArray[np.bool_],
    views: tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]], activists: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add this month's meetings of one kind to the record: who came, who lives there, how far the views are from theirs."""
    board, people = commons.residents.board, commons.people_of[buildings]
    held, wish, opinion = views
    residents = np.bincount(which, people[:, 0])
    wanted = np.stack([np.bincount(which, x) for x in commons.wants_of[buildings].T], axis=1) / residents[:, None]
    # a meeting to which nobody came has no view that could err
    errors = [np.where(held, residents * 0.5 * np.abs(view - wanted).sum(axis=1), 0.0) for view in (wish, opinion)]
    counted = held[which]
    of_meetings = np.stack([np.ones(len(passed)), passed, *errors], axis=1)
    of_buildings = np.column_stack([board.set_out[buildings, venue], board.came[buildings, venue],
                                    counted[:, None] * people, counted * activists, board.apart[buildings, venue]])  # fmt: skip
    meetings, resolved, before, after = (np.bincount(community, x, commons.n_communities) for x in of_meetings.T)
    rest = [np.bincount(board.community[buildings], x, commons.n_communities) for x in of_buildings.T]
    entries = [meetings, resolved, *rest[:-1], before, after, rest[-1]]
    commons.meetings[commons.month % YEAR] += np.stack(entries, axis=1)
