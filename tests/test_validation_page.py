"""The validation page: every row is on it, failed ones in bold, numbers with their intervals."""

from __future__ import annotations

import csv
import io
import math

import pandas as pd
import pytest

from cogov_sim.checks import KINDS, VERDICTS, Check
from cogov_sim.language import Text
from cogov_sim.validation.page import Picture, page, rows, simulated, summary, table, verdict
from cogov_sim.validation.sections import contested_section


def check(**changes: object) -> Check:
    values: dict[str, object] = {
        "id": "T1", "what": Text("path | mean", "路径"), "target": Text("at most 1", "不超过 1"), "source": "somebody 2010",
        "kind": "calibrated", "value": 0.5, "low": 0.4, "high": 0.6, "unit": "tokens", "verdict": "pass", "seeds": 20,
    }  # fmt: skip
    return Check(**{**values, **changes})  # type: ignore[arg-type]


FAILED = check(id="H1", kind="hard", verdict="fail", low=math.nan, high=math.nan, value=12345.0, unit="1")
MISSED = check(id="S1", kind="soft", verdict="distance", distance=3.25, unit="points", note=Text("a proxy", "近似"))
ALL = [check(), FAILED, MISSED]


def test_every_row_is_on_the_page_in_both_languages() -> None:
    text = page(ALL, {}, [Picture("images/a.png", Text("a", "甲"))], "0.1", "full")
    for one in ALL:
        assert f"`{one.id}`" in text
    assert "路径" in text and "path" in text and "![a / 甲](images/a.png)" in text
    assert "cogov validate`" in text and "--short" not in text
    assert "cogov validate --short`" in page(ALL, {}, [], "0.1", "short")


def test_a_failed_row_stands_out_and_a_soft_one_says_how_far_it_is_off() -> None:
    assert verdict(FAILED).startswith("**FAILS")
    assert "3.25 points" in verdict(MISSED)
    assert simulated(FAILED) == "12345"
    assert simulated(ALL[0]) == "0.5 [0.4, 0.6] tokens"


def test_a_bar_in_a_text_does_not_break_the_table() -> None:
    lines = table(ALL).splitlines()
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    assert "a proxy" in lines[-1]


def test_the_summary_counts_every_row_once() -> None:
    body = summary(ALL).splitlines()[2:]
    counts = [int(cell) for line in body for cell in line.split("|")[2:] if cell.strip().isdigit()]
    assert sum(counts) == len(ALL)
    assert len(body) == len(KINDS)
    assert len(body[0].split("|")) == len(VERDICTS) + 3


def test_rows_as_csv_can_be_read_back() -> None:
    read = list(csv.DictReader(io.StringIO(rows(ALL))))
    assert [row["id"] for row in read] == ["T1", "H1", "S1"]
    assert float(read[2]["distance"]) == 3.25


@pytest.mark.parametrize(("states", "said"), [
    (("wins", "wins", "wins"), "0-2 (all / 全部)"),
    (("loses", "wins", "wins"), "1-2; turns at / 反转于 0"),
    (("wins", "open", "wins"), "open 未定"),
    (("less", "more", "more"), "more 较多, 1-2; turns at / 反转于 0"),
])  # fmt: skip
def test_the_contested_section_says_over_which_range_a_sign_holds(states: tuple[str, ...], said: str) -> None:
    frame = pd.DataFrame(
        {"key": "behaviour.spirit_rate", "measure": "trust", "value": [0.0, 1.0, 2.0], "state": states,
         "shipped": [False, True, False]}
    )  # fmt: skip
    _, text = contested_section(frame)
    assert said in text and "`spirit_rate`" in text
