"""What the documents show was made by this model: files, results, and the numbers that the READMEs quote."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from test_docs import READMES, ROOT

sys.path.insert(0, str(ROOT / "tools"))
from readme_results import END, START, TEMPLATES, Numbers, fill, render
from shipped import DOCS, PARTS, RESULTS, hashes, recorded, types_table

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


@pytest.mark.parametrize("readme", READMES)
def test_the_results_of_a_readme_are_those_of_its_files(readme: str) -> None:
    """All of the chapter: its template, with every number looked up; words for a size, where the template says so, within bounds."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert f"{START}{text.split(START)[1].split(END)[0]}{END}" == render("zh" in readme)


#: Numbers that templates may hold by themselves: what was run and set, no result.
GIVEN = re.compile(
    r"`[^`]*`|\]\([^)]*\)|95 %|20 seeds|12 seeds|8 seeds|24 months, after 12|36 months|60 months|12 months|96 months|month 1\b|20,000|10,000|10 yuan|25 yuan|"
    r"of 100\b|28 more|36 institutions|60 %|15 %|0\.4 of|begin at 0\.2|begins at 0\.2|over 70|under 30|wD = 0|wD or alpha is 0|"
    r"20 个种子|12 个种子|8 个种子|24 个月|36 个月|60 个月|12 个月|96 个月|第 1 个月|28 项|36 项|2 万|1 万|10 元|25 元|0\.4 倍|70 岁|30 岁|起点 0\.2|不高于 0\.2|"
    r"wD 或 α 为 0"
)


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.md")), ids=lambda path: path.name)
def test_no_number_of_a_result_stands_in_a_template(template: Path) -> None:
    left = GIVEN.sub("", re.sub(r"\{\{.*?\}\}", "", template.read_text(encoding="utf-8")))
    assert not re.findall(r".{0,30}\d.{0,20}", left)


def test_both_templates_name_the_same_numbers() -> None:
    """In whatever order; words differ."""
    named = [
        sorted(re.findall(r"\{\{(.*?)(?: \| [^}]*)?\}\}", path.read_text(encoding="utf-8")))
        for path in sorted(TEMPLATES.glob("*.md"))
    ]
    assert len(named) == 2 and named[0] == named[1]


def test_a_sentence_that_no_longer_holds_is_an_error() -> None:
    def said(text: str) -> str:
        return fill(text, Numbers(zh=False))

    known = pd.read_csv(DOCS / "headlines.csv").set_index(["variant", "measure"])
    ratio = known.loc[("as they are", "residents_hours")]
    ratio = ratio["second_mean"] / ratio["first_mean"]
    assert (
        said(f"{{{{ratio as they are: residents_hours {ratio - 0.1:.2f} {ratio + 0.1:.2f} | so many}}}}") == "so many"
    )
    for wrong in (
        f"{{{{ratio as they are: residents_hours {ratio + 0.1:.2f} {ratio + 0.2:.2f} | so many}}}}",
        "{{within idea_box: outlay_per_head}}",  # open
        "{{fails 99}}",
        "{{diff of nothing}}",
    ):
        with pytest.raises((ValueError, KeyError, TypeError)):
            said(wrong)


def test_the_table_of_types_is_that_of_its_numbers() -> None:
    page = (DOCS / "model" / "laboratory.md").read_text(encoding="utf-8")
    assert page.partition("<!-- types -->\n")[2].partition("\n<!-- /types -->")[0] == types_table()


def test_what_makes_them_is_a_command_that_there_is() -> None:
    for part in PARTS.values():
        words = part.by.split()
        assert words[0] == "cogov" or Path(ROOT / words[1]).is_file()
