"""A fund-raising letter to people who hardly give, with a match or a rebate (Karlan & List 2007, AER 97:1774)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cogov_sim.inputs import whole
from cogov_sim.lab.arguments import allowed, behaviour_of
from cogov_sim.lab.session import Session, Situation, rules_of, subjects, types_of
from cogov_sim.scenario.behaviour import BehaviourSettings

NEED = 0.25
"""Felt need: a weight of 0.1, a little above the average of 1/11, and half missing (see ``rules.felt_need``)."""
EARLIER = 10
"""Letters that came before: by then beliefs hardly move."""
BURDEN = 0.1
"""What the letter suggests, relative to what one can spare in a month (no source: a gift that is felt, but little)."""
READ = 0.2
"""Share of letters that are read (no source: few). It scales all gifts alike."""


def fundraising(
    letters: int = 10_000,
    match_rate: float = 0.0,
    rebate: float = 0.0,
    read: float = READ,
    suggested: float = 100.0,
    burden: float = BURDEN,
    hassle: float | None = None,
    earlier: int = EARLIER,
    behaviour: str | BehaviourSettings = "conditional",
    rng: int = 0,
) -> pd.DataFrame:
    """Send one letter to each of many strangers who hardly give, and know that others hardly do.

    Nobody is asked in person, seen or known. Beliefs come from earlier letters without a match or rebate: after each,
    people expect what readers gave on average, so that beliefs and gifts fall together until they agree. The same seed
    gives the same people and the same luck, whatever is offered.

    Args:
        letters: how many.
        match_rate: yuan added per yuan given.
        rebate: share of a gift that is paid back; one half costs the donor of a yuan that arrives as much as a 1:1 match.
        read: share of letters that are read.
        suggested: gift that the letter suggests, in yuan.
        burden: that gift relative to spare monthly means; a rebate lowers it.
        hassle: trouble of giving, as a share of the suggested gift; None for that of the field.
        earlier: letters that came before; with 0, people believe in others as on the first day in the laboratory.
        behaviour: as for ``public_goods``.
        rng: seed.

    Returns:
        One row a letter: letter, type, belief (share of the suggested gift), read, gave, gift (yuan given), cost (yuan
        after the rebate), received (yuan with the match).

    Raises:
        UserError: a value that is not allowed.
    """
    whole("letters", letters, 1, 10**7)
    whole("rng", rng, 0, 2**63)
    whole("earlier", earlier, 0, 1000)
    allowed("match_rate", match_rate, 0.0, 5.0)
    allowed("suggested", suggested, 1.0, 1e6)
    for name, share in {"rebate": rebate, "read": read, "burden": burden}.items():
        allowed(name, share, 0.0, 1.0)
    behaviour = behaviour_of(behaviour)
    trouble = rules_of(behaviour).hassle if hassle is None else allowed("hassle", hassle, 0.0, 1.0)
    plain = Situation(need=NEED, hassle=trouble, burden=burden, visibility=0.0)
    people = subjects(letters, rng)
    endowments = np.full(letters, float(suggested))
    before = Session(people, 1, behaviour, rng, situation=plain, endowments=endowments)
    for _ in range(earlier):
        people.belief[:] = (before.play(learn=False) / suggested).mean()
    offer = replace(plain, match=match_rate, burden=burden * (1.0 - rebate), hear=read)
    session = Session(people, 1, behaviour, rng, situation=offer, endowments=endowments)
    session.period = before.period
    gift = session.play(learn=False)
    return pd.DataFrame(
        {
            "letter": session.person,
            "type": types_of(people),
            "belief": people.belief.astype(float),
            "read": people.knew != 0,
            "gave": gift > 0,
            "gift": gift,
            "cost": gift * (1.0 - rebate),
            "received": gift * (1.0 + match_rate),
        }
    )
