"""Luck belongs to the matter: worlds share estimates, tenders and workmanship as long as they do the same things."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import run

pytestmark = pytest.mark.usefixtures("compiled")


def test_most_matters_share_their_luck_with_the_other_world() -> None:
    """More than 60 % of the matters raised after the first year; 17-19 % where the month they were raised was their luck."""
    keys = {}
    for name in ("government_run", "co_governance"):
        ledger = run(name, months=48, residents=4000).commons.ledger
        late = ledger.column("raised_month") > 12
        luck = ledger.luck_key(np.arange(ledger.n))
        keys[name] = set(luck.tolist()), set(luck[late].tolist())
    for name, other in (("government_run", "co_governance"), ("co_governance", "government_run")):
        late = keys[name][1]
        assert len(late & keys[other][0]) > 0.6 * len(late)


def test_no_two_matters_have_the_same_luck_and_each_asset_counts_its_own() -> None:
    ledger = run("co_governance", months=36, residents=1500).commons.ledger
    luck, asset = ledger.luck_key(np.arange(ledger.n)), ledger.column("asset")
    assert len(np.unique(luck)) == ledger.n
    for a in np.unique(asset):
        assert ledger.column("ordinal")[asset == a].tolist() == list(range(1, int(ledger.raised[a]) + 1))
