"""The documents say what the code says: generated parts are up to date, links lead somewhere, examples work."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from worlds import small

from cogov_sim import CoGovModel, Scenario, __version__
from cogov_sim.cli import app
from cogov_sim.commons.matters import FIELDS
from cogov_sim.institutions import institutions
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report.institutions import FAILURES, PLACES, RESULTS, WEDGE, WHERE, write_institutions
from cogov_sim.report.reference import FILE, SCHEMA, SECTIONS, SYMBOLS, table, write_reference
from cogov_sim.scenario import BehaviourSettings, settings
from cogov_sim.terms import BY_NAME as TERMS_BY_NAME

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
MODEL = tuple(f"docs/model/{page.name}" for page in sorted((ROOT / "docs" / "model").glob("*.md")))
PAGES = (
    *READMES,
    "CHANGELOG.md",
    *MODEL,
    "docs/reference.md",
    "docs/institutions.md",
    "docs/contributing.md",
    "results/README.md",
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    """A page without its code blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ .*$", prose(text), re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    titles = [heading.lstrip("#").strip().lower().replace("`", "") for heading in headings(text)]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


# ---------------------------------------------------------------- generated parts


def test_the_reference_is_up_to_date(tmp_path: Path) -> None:
    fresh = write_reference(tmp_path / "docs")
    for name in (FILE, SCHEMA):
        assert text_of(f"docs/{name}") == fresh.with_name(name).read_text(encoding="utf-8"), f"{name}: run make docs"


def test_the_page_of_institutions_is_up_to_date(tmp_path: Path) -> None:
    """Its text; the numbers in it and the pictures change with ``cogov ablate --ship docs`` only."""
    for name in (RESULTS, FAILURES, WHERE, PLACES, WEDGE):
        if (ROOT / "docs" / name).exists():
            shutil.copy(ROOT / "docs" / name, tmp_path / name)
    fresh = write_institutions(tmp_path)
    assert text_of(f"docs/{fresh.name}") == fresh.read_text(encoding="utf-8"), f"{fresh.name}: run make docs"


def test_the_reference_holds_every_parameter_term_measure_and_institution() -> None:
    text = text_of(f"docs/{FILE}")
    names = [name for section, _ in SECTIONS.values() for name in section.model_fields]
    names += [*TERMS_BY_NAME, *BY_NAME, *FIELDS, *(one.id for one in institutions())]
    assert [name for name in names if f"| `{name}`" not in text] == []


def test_every_section_of_a_scenario_is_in_the_reference() -> None:
    tables = {name for name, field in Scenario.model_fields.items() if str(field.annotation).endswith("Settings'>")}
    assert tables == set(SECTIONS)
    assert settings.SocietySettings in [section for section, _ in SECTIONS.values()]


def test_a_table_survives_bars_and_line_ends() -> None:
    assert table(["a"], [["x|y\nz"]]).splitlines()[-1] == "| x\\|y z |"


def test_symbols_and_renamed_columns_exist() -> None:
    assert set(SYMBOLS) <= set(BehaviourSettings.model_fields)
    model = CoGovModel(scenario=small("government_run"), rng=1, residents=300)
    model.run(months=2)
    shown = set(model.matters.columns)
    for name, field in FIELDS.items():
        for part in (field.shown or name).split(", "):
            assert part.split(" ")[0] in shown, name
    model.close()


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_something(page: str) -> None:
    """Files exist; anchors are headings of the page they point into."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(text_of(page))):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), f"{page}: {target}"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{page}: {target}"


def defined(path: Path) -> set[str]:
    """Names of a file's functions and classes, and of its classes' methods as ``Class.method``."""
    top = ast.parse(path.read_text(encoding="utf-8")).body
    classes = [node for node in top if isinstance(node, ast.ClassDef)]
    methods = {f"{c.name}.{f.name}" for c in classes for f in c.body if isinstance(f, ast.FunctionDef)}
    return methods | {node.name for node in top if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@pytest.mark.parametrize("page", MODEL)
def test_the_code_that_a_rule_points_to_is_there(page: str) -> None:
    links = re.findall(r"\[`([\w.]+)`\]\(([^)\s]+\.py)\)", text_of(page))
    assert [f"{name} in {file}" for name, file in links if name not in defined((ROOT / page).parent / file)] == []


def test_the_first_line_of_a_stage_says_who_acts() -> None:
    """The stages stand twice, in what the commons do and in what residents do."""
    stages = ("plan", "build", "manage", "evaluate", "share")
    for folder, actor in (("commons", "the commons"), ("agents/kernels", "residents")):
        for number, stage in enumerate(stages, start=1):
            first = text_of(f"cogov_sim/{folder}/{stage}.py").splitlines()[0]
            assert first.startswith(f'"""What {actor} do in stage {number}, {stage}'), f"{folder}/{stage}.py"


def test_every_rule_of_the_residents_is_linked_to_its_kernel_and_to_its_person() -> None:
    """Every kernel that runs over all buildings, and every public rule of the reference's people, stands on the pages."""
    text = "".join(text_of(page) for page in MODEL)
    kernels = [
        (path, name)
        for path in (ROOT / "cogov_sim/agents/kernels").glob("*.py")
        for name in re.findall(r"^def (\w+)\(\s*b0: int", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(kernels) > 10
    assert [
        name for path, name in kernels if name != "count" and f"[`{name}`](../../{path.relative_to(ROOT)})" not in text
    ] == []
    people = defined(ROOT / "tests/reference/person.py")
    rules = [name for name in people if name.startswith("Person.") and "._" not in name]
    helpers = {"Person.supporters", "Person.backers", "Person.is_activist", "Person.sit_in", "Person.could_keep"}
    assert [name for name in rules if name not in helpers and f"[`{name}`]" not in text] == []


def test_both_readmes_have_the_same_parts() -> None:
    """Same order and depth of headings, links, pictures and places for results."""
    english, chinese = (text_of(name) for name in READMES)
    assert [h.split(" ")[0] for h in headings(english)] == [h.split(" ")[0] for h in headings(chinese)]
    files = [
        [t.partition("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", prose(text)) if t.partition("#")[0] not in READMES]
        for text in (english, chinese)
    ]
    assert sorted(files[0]) == sorted(files[1])
    for text in (english, chinese):
        assert text.count("<!-- results -->") == text.count("<!-- /results -->") == 1


@pytest.mark.parametrize("language", ["sh", "python", "toml"])
def test_both_readmes_have_the_same_code(language: str) -> None:
    """Comments may differ, code may not."""
    english, chinese = (
        [[line.split("#")[0].rstrip() for line in block.splitlines()] for block in blocks(text_of(name), language)]
        for name in READMES
    )
    assert english == chinese
    assert english


def test_the_readmes_name_commands_and_scenarios_that_exist() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    known |= {group.name for group in app.registered_groups}
    for line in "\n".join(blocks(text_of("README.md"), "sh")).splitlines():
        words = line.split()
        if words[:1] == ["cogov"]:
            assert words[1] in known, line
            for word in words[2:]:
                if word.startswith(("co_governance", "government_run")):
                    assert Scenario.load(word).name == word


# ---------------------------------------------------------------- examples


def test_the_example_scenario_loads(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(blocks(text_of("README.md"), "toml")[0], encoding="utf-8")
    scenario = Scenario.load(path)
    assert "award_grant" not in scenario.institutions
    assert scenario.government.envelope == 16.0
    assert scenario.institutions["deliberation"].start_month == 13


def test_the_python_example_uses_what_there_is() -> None:
    source = blocks(text_of("README.md"), "python")[0]
    used = {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    from cogov_sim.agents.resident import Resident
    from cogov_sim.agents.residents import Residents
    from cogov_sim.commons.events import Matters
    from cogov_sim.experiments import Comparison

    known = (
        set(dir(Matters))
        | set(dir(Resident))
        | set(dir(CoGovModel))
        | set(dir(Residents))
        | set(dir(Comparison))
        | set(dir(Scenario))
        | {"residents"}
    )
    assert used <= known


# ---------------------------------------------------------------- citation, notebook


def test_the_citation_parses() -> None:
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert str(citation["version"]) == __version__
    assert f"## {__version__}" in text_of("CHANGELOG.md")


def notebook() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(text_of("notebooks/first_comparison.ipynb"))
    return content


def test_the_notebook_is_valid_and_holds_no_outputs() -> None:
    content = notebook()
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in content["cells"]:
        assert cell["cell_type"] in ("code", "markdown")
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
        else:
            text = "".join(cell["source"])
            assert re.search(r"[一-鿿]", text), "a text cell without Chinese"
            assert re.search(r"[A-Za-z]{3}", text), "a text cell without English"


def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGOV_NOTEBOOK_RESIDENTS", "300")
    monkeypatch.setenv("COGOV_NOTEBOOK_MONTHS", "13")
    monkeypatch.setenv("COGOV_NOTEBOOK_SEEDS", "2")
    names: dict[str, Any] = {}
    for number, cell in enumerate(notebook()["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
    assert names["model"].month == 13
    assert len(names["comparison"].seeds) == 2
