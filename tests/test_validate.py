"""``cogov validate --short``, as a user runs it: every row, the page and its figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from test_validation_rows import FAILS

from cogov_sim.cli import main
from cogov_sim.experiments.headlines import HEADLINES

pytestmark = pytest.mark.slow


def test_the_short_form_writes_the_whole_page(tmp_path: Path, compiled: None) -> None:
    """Rows that rest on no luck, or on so much that three seeds tell, hold; no other but those that the whole page names is contradicted (on the wrong side with its
    whole 95 % interval, by chance in 2.5 % of cases where there is no effect; the seeds are fixed).
    """
    assert main(["validate", "--short", "--workers", "2", "--out", str(tmp_path)]) == 0
    rows = pd.read_csv(tmp_path / "validation.csv", keep_default_na=False).set_index("id")
    assert rows.index.is_unique
    page = (tmp_path / "validation.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in rows.index)
    assert all((tmp_path / "images" / "validation" / f"{name}.png").stat().st_size > 10_000
               for name in ("laboratory", "contested", "boundary"))  # fmt: skip
    assert {"T1", "N2", "N3", "N5", "N6", "casey_trust_councils", *(f"N9_{m}" for m in HEADLINES)} <= set(rows.index)
    sure = rows.loc[["T1", "T2", "T3", "T4", "zelmer_mpcr", "N2", "N4_trust", "N4_spirit"], "verdict"]
    assert set(sure) == {"pass"}
    judged = rows[rows["kind"].isin(["calibrated", "hard", "null"])]
    contradicted = judged.index[judged["verdict"] == "fail"].difference(sorted(FAILS))
    assert contradicted.empty, "rows of the page that this model contradicts, few as these seeds are"
    assert not list(tmp_path.rglob("*.part")), "nothing half-written"


def test_a_folder_that_cannot_be_written_is_found_out_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert main(["validate", "--short", "--out", str(blocked / "docs")]) == 2
    assert "cannot be written" in capsys.readouterr().err
