"""What the documents show was made by this model: files, results, and the numbers that the READMEs quote."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from test_docs import READMES, ROOT, text_of

sys.path.insert(0, str(ROOT / "tools"))
from shipped import DOCS, PARTS, RESULTS, TABLES, hashes, recorded, types_table

from cogov_sim.origin import model_code

MADE_ELSEWHERE = {"scenario.schema.json", "made_by.json"}  # what ``cogov docs`` writes has tests of its own


@pytest.mark.parametrize("name", recorded())
def test_files_are_those_that_were_made(name: str) -> None:
    assert recorded()[name]["files"] == hashes(PARTS[name])


def test_every_number_and_picture_is_somebodys() -> None:
    found = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*") if path.suffix in {".csv", ".png", ".json"}}
    assert set(recorded()) == set(PARTS)
    assert found - MADE_ELSEWHERE <= {file for part in recorded().values() for file in part["files"]}


@pytest.mark.slow
@pytest.mark.parametrize("of", RESULTS)
def test_they_were_made_by_this_model(of: str) -> None:
    """By the same code, or by code that computes the same numbers."""
    parts = {name: made for name, made in recorded().items() if of in made["results"]}
    other = {name: made["results"][of] for name, made in parts.items() if made["model"] != model_code()}
    if other:
        now = RESULTS[of]()
        old = sorted(name for name, result in other.items() if result != now)
        assert not old, f"made by a model with other results: {', '.join(old)}; run 'make shipped' (tools/shipped.py)"


# ---------------------------------------------------------------- the numbers of the READMEs


def _results(readme: str) -> str:
    return text_of(readme).split("<!-- results -->")[1].split("<!-- /results -->")[0]


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_a_readme_is_that_of_its_command(readme: str) -> None:
    """The two-by-two first, then the two worlds."""
    for rule, rows in TABLES.items():
        (part,) = _results(readme).split(rule)[1:]
        assert part.partition("\n\n")[0].splitlines() == rows("zh" in readme)


_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_QUOTED = re.compile(rf"({_NUMBER})(?:\s+(?:points|%|个百分点|分))?\s+\[({_NUMBER}),\s+({_NUMBER})\]")


@pytest.mark.parametrize("readme", READMES)
def test_every_difference_that_a_readme_quotes_with_an_interval_was_found(readme: str) -> None:
    """Up to rounding, in one of the comparisons; shares of residents in points."""
    squares = pd.read_csv(DOCS / "two_by_two.csv").rename(columns={"mean": "difference"})
    groups = pd.read_csv(DOCS / "by_group.csv").rename(columns={"mean": "difference"})
    found = pd.concat([pd.read_csv(DOCS / "headlines.csv"), squares, groups])
    shares = found["measure"].isin(["participation", "probe_free_riding", "active", "carried"])
    points = found[shares][["difference", "low", "high"]] * 100
    known = pd.concat([found[["difference", "low", "high"]], points]).to_numpy()
    quoted = _QUOTED.findall(_results(readme))
    assert len(quoted) > 15
    for three in quoted:
        digits = [len(number.partition(".")[2]) for number in three]
        wanted = [float(number) for number in three]
        near = [
            all(abs(abs(a) - abs(b)) <= 0.5001 * 10**-d for a, b, d in zip(row, wanted, digits, strict=True))
            for row in known
        ]
        assert any(near), f"{readme}: {three}"


@pytest.mark.parametrize("readme", READMES)
def test_numbers_without_an_interval_were_found_too(readme: str) -> None:
    """What comes together of the own part, what residents add, what it all uses, who is asked, what institutions take."""
    rows = pd.read_csv(DOCS / "headlines.csv").set_index(["variant", "measure"]).loc["as they are"]
    first, second = rows["first_mean"], rows["second_mean"]
    text = _results(readme)
    assert f"{100 * second['realised_burden']:.0f} %" in text
    for number, unit in (
        (f"{second['residents_money']:.1f}", "yuan|元"),
        (f"{second['residents_hours']:.2f}", "hours|小时"),
    ):
        assert re.search(rf"{re.escape(number)} ({unit})", text), number
    used = [
        mean["outlay_per_head"] + mean["residents_money"] + 25.0 * mean["residents_hours"] for mean in (first, second)
    ]
    assert 1.75 < used[1] / used[0] < 2.0, "nearly twice"
    assert 0.3 < second["hours_institutions"] < 0.36, "a third"
    assert 0.75 < second["asked_share"] < 0.85, "four in five"


def test_the_two_readmes_quote_the_same_numbers() -> None:
    english, chinese = (_QUOTED.findall(_results(readme)) for readme in READMES)
    assert [[number.lstrip("+") for number in three] for three in english] == [
        [number.lstrip("+") for number in three] for three in chinese
    ]


#: What the READMEs say of single institutions: taken out of co-governance (scenario) or put alone into the other world (base).
ABLATED = [
    ("direct_provision", "performance", "scenario", 0.052), ("direct_provision", "satisfaction", "scenario", 3.3),
    ("charter", "violations_per_1000", "scenario", -12), ("award_grant", "performance", "scenario", -0.030),
    ("deburdening", "trust", "scenario", 0.062), ("grid_linkage", "trust", "scenario", 0.046),
    ("one_stop_service", "trust", "scenario", 0.033), ("idea_box", "trust", "scenario", -0.019),
    ("information_platform", "trust", "scenario", -0.024), ("grid_council", "performance", "base", 0.021),
    ("supervisory_board", "performance", "base", 0.021),
]  # fmt: skip


@pytest.mark.parametrize("readme", READMES)
def test_what_a_readme_says_of_single_institutions_was_measured(readme: str) -> None:
    found = pd.read_csv(DOCS / "ablation.csv").set_index(["institution", "measure", "place"])["mean"]
    text = text_of(readme)
    for institution, measure, place, quoted in ABLATED:
        number = str(abs(quoted)) if isinstance(quoted, int) else f"{quoted:+.3f}" if abs(quoted) < 1 else f"{quoted:+}"
        assert number in text
        digits = 0 if isinstance(quoted, int) else 3 if abs(quoted) < 1 else 1
        assert round(found[institution, measure, place], digits) == quoted, (institution, measure)
    for one, points in (("participatory_budget", 19), ("grid_council", 15), ("resident_councils", 14)):
        assert round(100 * found[one, "participation", "base"]) == points and str(points) in text
    for one, place, points in (("deliberation", "scenario", -1.2), ("newcomer_inclusion", "scenario", -0.8),
                               ("resident_councils", "scenario", -0.6), ("disclosure", "base", 1.7)):  # fmt: skip
        assert round(100 * found[one, "probe_free_riding", place], 1) == points and str(abs(points)) in text
    assert round(100 * found["disclosure", "participation", "base"], 1) == -4.5 and "4.5" in text
    sure = pd.read_csv(DOCS / "ablation.csv").set_index(["institution", "measure", "place"])["high"]
    against = (("disclosure", "belief", "scenario"), ("disclosure", "belief", "base"))
    assert all(sure[effect] < 0.0 for effect in against)


def test_the_table_of_types_is_that_of_its_numbers() -> None:
    page = (DOCS / "model" / "laboratory.md").read_text(encoding="utf-8")
    assert page.partition("<!-- types -->\n")[2].partition("\n<!-- /types -->")[0] == types_table()


def test_what_makes_them_is_a_command_that_there_is() -> None:
    for part in PARTS.values():
        words = part.by.split()
        assert words[0] == "cogov" or Path(ROOT / words[1]).is_file()
