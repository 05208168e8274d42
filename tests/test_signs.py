"""One sign, one value: what is better is said once, and what settings fix is no finding."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from test_ablation import BASE, WHOLE, known

from cogov_sim.experiments.ablation import MEASURES, ablation
from cogov_sim.experiments.worlds import Design
from cogov_sim.measures.definitions import BY_NAME, MARK
from cogov_sim.measures.definitions import MEASURES as ALL_MEASURES
from cogov_sim.report import labels, style
from cogov_sim.report.ablation import colours, institution_figure, largest
from cogov_sim.report.evidence import holm, records
from cogov_sim.report.institutions import page


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """An ablation of the stand-in; to be looked at only."""
    return ablation(WHOLE, BASE, Design(seeds=6, months=14, simulate=known))


def test_what_is_better_is_said_once() -> None:
    """Public money and residents' money and hours are neither; nor is what settings fix, which says which settings."""
    assert {m.better for m in ALL_MEASURES if m.name.startswith(("outlay_", "residents_")) or m.by_setting} == {0}
    assert BY_NAME["enterprise_money"].better == BY_NAME["property_fees"].better == 0
    assert all(
        bool(m.set_by) == m.by_setting == (MARK in m.label.en) == (MARK in m.label.zh) == (m.both.count(MARK) == 1)
        for m in ALL_MEASURES
    )
    assert {"committee_admin_share", "settled_lowest_share", "self_governed_share"} <= {
        m.name for m in ALL_MEASURES if m.by_setting
    }


def test_what_settings_fix_is_shown_but_is_no_finding(table: pd.DataFrame) -> None:
    """Not tested, not among the sure ones, without a verdict, in grey; its hypothesis is counted apart."""
    fixed = table[table["measure"].map(lambda name: BY_NAME[name].by_setting)]
    assert len(fixed) > 5 and set(fixed["evidence"]) <= {"set", "no data"} and fixed["adjusted"].isna().all()
    assert set(fixed["verdict"]) <= {"set", "no data"} and set(fixed["better"]) == {0}
    assert {colours(row) for row in records(fixed[fixed["evidence"] == "set"])} == {(style.GREY, style.GREY)}
    others = table[~table.index.isin(fixed.index) & table["p"].notna()]
    for place in ("scenario", "base"):
        own = others[others["place"] == place]
        np.testing.assert_allclose(own["adjusted"], holm(own["p"].to_numpy()))
    text = page(table)
    ranked = text.partition("## Who does the work")[2].partition("## Hypotheses")[0]
    assert MARK not in ranked and MARK in text
    assert "由设定决定" in text.partition("## Hypotheses")[2].partition("\n## ")[0]


def test_money_and_hours_are_more_or_less_and_never_better(table: pd.DataFrame) -> None:
    text = page(table).partition("## Who does the work")[2].partition("## Hypotheses")[0]
    sided, _, neither = text.partition("neither good nor bad")
    for name in ("outlay_per_head", "residents_hours"):
        assert BY_NAME[name].both not in sided and BY_NAME[name].both in neither
        assert colours({"measure": name, "evidence": "sure", "mean": 1.0})[0] == style.INK


def test_stored_sides_of_an_earlier_edition_do_not_count(table: pd.DataFrame) -> None:
    assert page(table.assign(better=-1, evidence="sure")) == page(table)


def test_dots_and_axes_have_one_scale_for_each_unit(table: pd.DataFrame) -> None:
    """A column a measure, a panel a unit: what is twice as large is drawn twice as large."""
    sizes = largest(table, MEASURES)
    for a, b in itertools.combinations(MEASURES, 2):
        assert (sizes[a] == sizes[b]) or BY_NAME[a].unit != BY_NAME[b].unit
    figure = institution_figure(table, "owners_committee")
    said = [axes.get_xlabel() for axes in figure.axes if axes.get_xlabel()]
    own = table.loc[table["institution"] == "owners_committee", "measure"].unique()
    units = {labels.difference_unit(name).both for name in own}
    assert len(said) == 2 * len(units) and set(said) == units
    assert len({axes.get_xlim() for axes in figure.axes if axes.get_xlabel() == "百分点 percentage points"}) == 1
