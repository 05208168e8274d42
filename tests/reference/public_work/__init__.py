"""The rules of public work once more, one matter, asset or community at a time: what each part of a month must have left behind.

Written from docs/model/stages.md in plain numbers; draws, tenders and what residents did are taken as they are. Each function is
handed what was there before the part and the commons after it, and says by ``assert`` what is wrong.
"""

from __future__ import annotations

from typing import Any

from reference.public_work.building import contributions, upkeep
from reference.public_work.found import Before
from reference.public_work.judging import evaluation, sharing
from reference.public_work.neighbours import incidents, venture
from reference.public_work.officials import chosen, handed_down
from reference.public_work.organising import answers, lives, staff
from reference.public_work.planning import meetings, notice, shocks
from reference.public_work.spending import decisions, year_end

#: What is checked after which part of the month.
CHECKS = {
    "terms": handed_down, "staff": staff, "offices": chosen, "bodies": lives, "shocks": shocks, "notice": notice, "answers": answers, "meetings": meetings, "venture": venture, "decisions": decisions, "year end": year_end, "contributions": contributions,
    "upkeep": upkeep, "incidents": incidents, "evaluation": evaluation, "sharing": sharing,
}  # fmt: skip


def watched_month(model: Any) -> None:
    """One month of a model, every part of it checked."""
    commons = model.commons
    model.month += 1
    commons.month = model.month
    for part in model.parts:
        before = Before(commons)
        part.act(model)
        if part.name in CHECKS:
            CHECKS[part.name](before, commons)
