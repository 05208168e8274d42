"""Which institution works where 分类统筹: each one alone in societies of one kind of community, and in the reports' own places."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from cogov_sim.experiments.headlines import differences
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import GOVERNMENT, Design, paired
from cogov_sim.report.evidence import evidence, holm
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.institution import institution_classes
from cogov_sim.society import COMMUNITY_TYPES

#: The ready society of each kind of community.
SOCIETY_OF = {
    "new_estate": "new_estates", "old_estate": "old_estates", "migrant": "migrant_communities",
    "village_turned_community": "villages_turned", "rural": "villages",
}  # fmt: skip
#: What is looked at: does it make people take part, give, be better served, content, and trust?
MEASURES = ("participation", "probe_free_riding", "performance", "satisfaction", "trust")


class Place(NamedTuple):
    """One of the reports' own places: a ready scenario, and the institutions that the report tells of.

    Attributes:
        scenario: its name.
        told: the institutions whose part in it is in question.
        expects: the hypothesis, written before the run: measures, and whether they rise (+1) or fall (-1).
    """

    scenario: str
    told: tuple[str, ...]
    expects: dict[str, int]


PLACES: tuple[Place, ...] = (
    Place("wanliushu", ("moral_culture",), {"violations_per_1000": -1, "participation_share": 1}),
    Place("zhalongkou", ("space_sharing",), {"premises_lent": 1, "performance": 1}),
    Place("building_12_2", ("building_groups", "shared_facilities"), {"participation": 1, "sharers": 1}),
    Place("jingbian", ("joint_security",), {"incidents_per_1000": -1, "patrol_hours": 1}),
)


def where(design: Design) -> pd.DataFrame:
    """Every institution that the government-run world lacks, added to it alone, in each kind of community.

    Returns:
        One row a kind, institution and measure of ``MEASURES``: kind, institution, measure, better, n, mean, low, high, p, and
        ``adjusted`` (Holm, over all tests) and ``evidence`` as in ``report.evidence``.
    """
    cells = {}
    for kind, preset in SOCIETY_OF.items():
        plain = design.world(GOVERNMENT, [f"society.preset={preset}"])
        for key in institution_classes():
            if key not in plain.institutions:
                more = design.world(f"{GOVERNMENT}+{key}", [f"society.preset={preset}"])
                cells[f"{kind} {key}"] = plain, more
    return _judged(differences(run(paired(cells), design), cells, MEASURES), "kind")


def places(design: Design) -> pd.DataFrame:
    """The reports' own places, with what they tell of minus without it.

    Returns:
        One row a place and measure (``MEASURES`` and those of its hypothesis): place, institution (those in question, joined by +), measure, the
        columns of ``where``, and ``expected`` (0: none).
    """
    cells = {f"{one.scenario} {'+'.join(one.told)}": _with_and_without(one, design) for one in PLACES}
    measures = list(dict.fromkeys([*MEASURES, *(m for one in PLACES for m in one.expects)]))
    table = _judged(differences(run(paired(cells), design), cells, measures), "place")
    expects = {one.scenario: one.expects for one in PLACES}
    table["expected"] = [
        expects[place].get(measure, 0) for place, measure in zip(table["place"], table["measure"], strict=True)
    ]
    return table[table["measure"].isin(MEASURES) | (table["expected"] != 0)].reset_index(drop=True)


def _with_and_without(place: Place, design: Design) -> tuple[Scenario, Scenario]:
    less = place.scenario + "".join(f"-{key}" for key in place.told)
    return design.world(less), design.world(place.scenario)


def _judged(table: pd.DataFrame, of: str) -> pd.DataFrame:
    """With cells told apart, p-values adjusted over all tests, and how sure each effect is."""
    parts = table["cell"].str.partition(" ")
    table = table.drop(columns=["cell", "state", "same_sign"])
    table.insert(0, of, parts[0])
    table.insert(1, "institution", parts[2])
    table["p"] = table["p"].mask((table["low"] == table["high"]) & (table["mean"] == 0.0), 1.0)
    table["adjusted"] = holm(table["p"].to_numpy())
    told = table[["measure", "mean", "low", "high", "p", "adjusted"]]
    table["evidence"] = [evidence(*row) for row in told.itertuples(index=False)]
    return table


def kinds() -> list[str]:
    """The kinds of community in their order."""
    return [one.id for one in COMMUNITY_TYPES]
