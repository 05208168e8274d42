"""What the commons do for order 秩序: campaigns against disorder, and the queue of disputes that violations leave behind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cogov_sim.commons.state import Commons
from cogov_sim.society import Level

DISPUTED = 0.1  # violations that end in a dispute (start value)
CHANCE = 1.645  # standard deviations above the trigger that raise the alarm: by chance alone once in twenty months
SETTLED = 0.2  # disputes that settle by themselves in a month (start value)


def _violations(commons: Commons) -> NDArray[np.float64]:
    """Violations per community: last month's until residents have decided, then this month's."""
    board = commons.residents.board
    return np.bincount(board.community, board.violations, commons.n_communities).astype(float)


def run_campaigns(commons: Commons) -> None:
    """Where last month's violations exceed the trigger by more than chance, a campaign begins: some months of a strong sanction, then nothing.

    It takes committee hours before everything that the committee chooses, and works at the share it gets.
    """
    left, wanted = campaigns(commons)
    commons.residents.board.campaign[:] = 0.0
    for c in np.flatnonzero(left > 0).tolist():
        strength, hours = float(commons.terms["campaign"][c]), float(wanted[c])
        given = commons.committees[c].spend("campaigns", hours)
        commons.residents.board.campaign[c] = strength * given / hours if hours > 0.0 else strength
    commons.campaign_months[:] = np.maximum(0, left - 1)


def campaigns(commons: Commons) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Months that a campaign still lasts, this one included, and committee hours that it wants this month, per community."""
    settings, terms, left = commons.scenario.government, commons.terms, commons.campaign_months
    thousands = commons.society.units.population(Level.COMMUNITY) / 1000.0
    usual = np.divide(thousands, terms["alarm"], out=np.full(len(thousands), np.inf), where=terms["alarm"] > 0.0)
    alarmed = _violations(commons) - usual > CHANCE * np.sqrt(
        usual
    )  # an excess, lest a small community be alarmed by chance
    months = np.where(alarmed & (left == 0) & (terms["campaign"] > 0.0), settings.campaign_months, left)
    return months, np.where(months > 0, terms["campaign"] * settings.campaign_hours * thousands, 0.0)


def appoint_mediators(commons: Commons) -> None:
    """Fill the posts for mediators."""
    posts = commons.terms["mediation"] * commons.society.units.population(Level.COMMUNITY) / 1000.0
    for c, mediators in enumerate(commons.mediators):
        mediators.fill_posts(float(posts[c]), commons.residents, commons.scenario.organisations)


def hear_disputes(commons: Commons) -> None:
    """Committees settle what mediators left open last month and does not settle by itself, in the hours that requests leave them."""
    each = commons.scenario.organisations.dispute_hours
    open_ = (1.0 - SETTLED) * commons.disputes
    commons.heard[:] = [
        committee.hear(number, each) for committee, number in zip(commons.committees, open_.tolist(), strict=True)
    ]


def settle_disputes(commons: Commons) -> None:
    """Some old disputes settle by themselves, the committee settled some, violations bring new ones, mediators settle what they have
    hours for; what they leave is the committee's next month.

    A fluid queue per community, D' = max(0, (1 - SETTLED) D - heard + new - mediators' hours / hours a dispute takes). Disputes
    are taken in no order, so that the months which open disputes have been open (``dispute_months``) shrink in
    proportion; the mean duration is the same in any order.
    """
    commons.dispute_months += commons.disputes  # every open dispute is a month older
    commons.settled = SETTLED * commons.disputes + commons.heard
    gone = np.divide(
        commons.settled, commons.disputes, out=np.zeros_like(commons.settled), where=commons.disputes > 0.0
    )
    gone = np.minimum(1.0, gone)  # of rounding
    commons.settled_months = gone * commons.dispute_months
    commons.disputes = commons.disputes * (1.0 - gone) + DISPUTED * _violations(commons) + commons.quarrels
    commons.dispute_months -= commons.settled_months
    for c, mediators in enumerate(commons.mediators):
        cases = float(commons.disputes[c])
        if cases == 0.0 or not mediators.members:
            continue
        settled = mediators.settle(cases, commons.scenario.organisations)
        months = float(commons.dispute_months[c]) * settled / cases
        commons.settled[c] += settled
        commons.settled_months[c] += months
        commons.disputes[c] -= settled
        commons.dispute_months[c] -= months
