"""The rows of the validation page, from the one run that the documents show: what must hold, holds.

``tests/test_shipped.py`` sees to it that the run is of this model. Hard rows and null tests are over 8 to 40 seeds (the column
``seeds``); a row passes only where its 95 % interval lies on the right side, so that without an effect one would pass by
chance in at most 2.5 % of cases.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cogov_sim.checks import KINDS, VERDICTS
from cogov_sim.experiments.headlines import HEADLINES
from cogov_sim.validation.programmes import OUTCOMES

PAGE = Path(__file__).parents[1] / "docs" / "validation.csv"
ROWS = pd.read_csv(PAGE, keep_default_na=False, na_values=["", "nan"]).set_index("id")
MUST_HOLD = ROWS.index[ROWS["kind"].isin(["calibrated", "hard", "null"]) & (ROWS["verdict"] != "reported")]
#: Rows that are on the page whatever the model does: none is lost without anybody noticing.
NULLS = {
    "N2",
    "N3",
    "N3_wD",
    "N3_alpha",
    "N3_usual",
    "N3_learning",
    "N4_trust",
    "N4_spirit",
    "N5",
    "N6",
    *(f"N9_{name}" for name in HEADLINES),
    *(f"N10_{name}" for name in ("burnout", "bodies", "performance", "satisfaction", "capture")),
}
JOINT = {"N10_performance_joint", "N10_satisfaction_joint"}  # fmt: skip
TARGETS = {f"T{number}" for number in range(1, 5)}
PROGRAMMES = ("councils", "grants", "community_driven")
CASEY = {f"casey_{name}_{programme}" for programme in PROGRAMMES for name in ("goods", *OUTCOMES)}
LABORATORY = {
    "zelmer_mpcr", "zelmer_communication", "zelmer_partners", "zelmer_endowments", "restart", "balliet_strongest",
    "balliet_incentives", "balliet_face", "balliet_groups", "approval_alone", "approval_familiar", "crowding_out", "match",
    "match_triple", "performance_help", "efficacy_help", "vote_satisfaction", "vote_size", "vote_projects", "expectation",
    "own_experience", "reported_events", "leaders_financing", "leaders_accountability",
}  # fmt: skip


#: Rows that the model fails; the READMEs and docs/model/choices.md name them and say why.
FAILS = {"casey_goods_councils", "casey_goods_grants", "casey_goods_community_driven"}


def test_rows_that_fail_are_those_that_are_named() -> None:
    assert set(ROWS.index[ROWS["verdict"] == "fail"]) == FAILS
    for readme in ("README.md", "README.zh-CN.md"):
        text = (PAGE.parents[1] / readme).read_text(encoding="utf-8")
        assert all(name in text for name in FAILS), readme


@pytest.mark.parametrize("name", [name for name in MUST_HOLD if name not in FAILS])
def test_a_row_holds(name: str) -> None:
    row = ROWS.loc[name]
    assert row["verdict"] == "pass", f"{row['value']:.4g} [{row['low']:.4g}, {row['high']:.4g}] {row['unit']}"


def test_no_row_is_missing() -> None:
    assert ROWS.index.is_unique
    assert {*NULLS, *JOINT, *TARGETS, *CASEY, *LABORATORY} <= set(ROWS.index)
    undecided = ROWS.loc[list(NULLS), "verdict"] == "reported"
    unsure = {"N9_outlay_per_head", "N9_performance", "N9_trust"}  # a sign that nobody is sure of
    assert set(undecided[undecided].index) <= {*unsure, "N3_usual", "N3_learning"}, "the last two are reported only"


def test_rows_are_over_enough_seeds() -> None:
    told = ROWS.loc[[*NULLS, *TARGETS, *CASEY, *LABORATORY]]
    assert set(told["kind"]) <= set(KINDS) and set(told["verdict"]) <= set(VERDICTS)
    exact = told["low"].isna()
    assert (told.loc[~exact, "seeds"] >= 8).all()
    assert (told.loc[[name for name in told.index if name.startswith("N3")], "seeds"] >= 24).all()
