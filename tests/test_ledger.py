"""The ledger's table makes its data frame: codes become words, and a column may have another name or unit there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from worlds import run

from cogov_sim import CoGovModel
from cogov_sim.agents.organisations import BODY_KINDS
from cogov_sim.commons.matters import FIELDS, NONE, Decider, Raiser, Stage
from cogov_sim.society import CATEGORIES

pytestmark = pytest.mark.usefixtures("compiled")


def with_a_matter_each(column: str, codes: Sequence[int]) -> CoGovModel:
    model = run("government_run", months=0)
    model.commons.ledger.raise_matters(np.arange(len(codes)), **{column: np.array(codes)})
    return model


@pytest.mark.parametrize(
    ("column", "codes", "words"),
    [
        ("stage", list(Stage), ["raised", "under_way", "completed", "expired"]),
        ("raised_by", [NONE, *Raiser], ["-", "residents", "staff", "government_plan", "units"]),
        ("decided_by", [NONE, *Decider], ["-", "government", "residents", "self_help", "voters", "platform"]),
        ("level_now", [2, 3, 4, 5], ["street", "community", "grid", "building"]),
        ("decided_level", [NONE, 2, 5], ["-", "street", "building"]),
        ("body", [NONE, *(kind.number for kind in BODY_KINDS)],
         ["-", "building group", "grid council", "worthies", "development council", "deliberative council",
          "owners' committee", "micro-organisation", "association"]),
    ],
)  # fmt: skip
def test_codes_are_spelt_out(column: str, codes: Sequence[int], words: list[str]) -> None:
    assert with_a_matter_each(column, codes).matters[column].tolist() == words


def test_a_column_may_have_another_name_and_unit() -> None:
    model = with_a_matter_each("residents_minutes", [0, 90])
    matters, assets = model.matters, model.society.assets
    assert matters.residents_hours.tolist() == [0.0, 1.5] and "residents_minutes" not in matters
    assert matters.category.tolist() == [CATEGORIES[k].id for k in assets.category[:2]] and "asset" not in matters
    assert matters.community.tolist() == assets.community[:2].tolist()


def test_a_new_matter_begins_with_what_the_table_says() -> None:
    ledger = with_a_matter_each("asset", [0]).commons.ledger
    for name, field in FIELDS.items():
        if name not in ("asset", "ordinal"):
            assert np.array_equal(ledger.column(name), np.full(1, field.empty, field.dtype), equal_nan=True), name
