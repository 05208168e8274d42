"""Packages that bring institutions: the example of the README installed as one, and all that may not fit in one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from test_docs import blocks, text_of

import cogov_sim
from cogov_sim.experiments import compare
from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution, Price
from cogov_sim.language import Text, UserError
from cogov_sim.model import CoGovModel
from cogov_sim.month import MONTH, Part
from cogov_sim.scenario import InstitutionSettings, Scenario, setting
from cogov_sim.terms import Term

# ---------------------------------------------------------------- the example, installed


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the package of the README is installed."""
    source, target = tmp_path_factory.mktemp("tea"), tmp_path_factory.mktemp("site")
    (source / "stairwell_tea.py").write_text(
        next(b for b in blocks(text_of("README.md"), "python") if "StairwellTea" in b)
    )
    (source / "pyproject.toml").write_text(
        next(b for b in blocks(text_of("README.md"), "toml") if "stairwell-tea" in b)
    )
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--target", str(target), str(source)], check=True)
    paths = os.pathsep.join([str(target), str(Path(cogov_sim.__file__).parents[1])])
    return {**os.environ, "PYTHONPATH": paths, "COGOV_LANG": "en"}


def _python(environment: dict[str, str], code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


WITH_AND_WITHOUT = """
import json
from cogov_sim import CoGovModel
def end(world, **set):
    model = CoGovModel(scenario=world, rng=1, residents=400).run(6)
    return {"parts": [part.name for part in model.parts], "warmth": model.commons.terms["warmth"].tolist(),
            "spirit": float(model.residents.columns.spirit.mean())}
print(json.dumps([end("co_governance"), end("co_governance+stairwell_tea")]))
"""


def test_the_example_brings_an_institution_a_term_and_a_part_of_the_month(installed: dict[str, str]) -> None:
    without, with_tea = json.loads(_python(installed, WITH_AND_WITHOUT))
    ours = [part.name for part in MONTH]
    assert without["parts"] == ours
    place = ours.index("sharing") + 1
    assert with_tea["parts"] == [*ours[:place], "tea", *ours[place:]]
    assert set(without["warmth"]) == {0.0}
    assert set(with_tea["warmth"]) == {0.5}
    assert with_tea["spirit"] > without["spirit"] + 0.01


KEPT = """
import sys
from cogov_sim import CoGovModel
worlds = {name: CoGovModel(scenario=name, rng=1, residents=400) for name in ("co_governance", "co_governance+stairwell_tea")}
for name, model in worlds.items():
    model.run(3).save(f"{sys.argv[1]}/{name}")
    restored = CoGovModel.restore(f"{sys.argv[1]}/{name}").run(3)
    assert restored.measures.equals(model.run(3).measures)
    assert (restored.commons.terms["warmth"] == model.commons.terms["warmth"]).all()
    restored.save(f"{sys.argv[1]}/{name}")
"""


@pytest.mark.slow
def test_a_checkpoint_needs_only_the_plug_ins_of_its_world(installed: dict[str, str], tmp_path: Path) -> None:
    """Where the example is not installed, only a world without it goes on: as it would have done there."""
    subprocess.run([sys.executable, "-c", KEPT, str(tmp_path)], env=installed, check=True)
    restored = CoGovModel.restore(tmp_path / "co_governance").run(3)
    unbroken = CoGovModel(scenario="co_governance", rng=1, residents=400).run(9)
    assert restored.measures.equals(unbroken.measures)
    with pytest.raises(UserError, match="stairwell_tea"):
        CoGovModel.restore(tmp_path / "co_governance+stairwell_tea")


def test_commands_know_the_example(installed: dict[str, str]) -> None:
    def cogov(*words: str) -> str:
        return _python(installed, f"import sys; from cogov_sim.cli import main; sys.exit(main({list(words)!r}))")

    said = cogov("explain", "co_governance+stairwell_tea", "--months", "1", "--residents", "300")
    assert "neighbours drink tea together" in said
    assert re.search(r"^tea\b|\btea\b", said.split("300 residents")[1]), "its time is in the table of times"
    shown = cogov("show", "co_governance+stairwell_tea")
    assert "institutions.stairwell_tea.warmth" in shown
    assert re.search(r"stairwell_tea\.cost\s+30", shown)
    assert "start value: tea and cups" in shown


@pytest.mark.slow
def test_every_file_of_an_installed_package_counts_as_code(installed: dict[str, str]) -> None:
    """Also a module beside the plug-in's own, and data of any ending."""
    site = Path(installed["PYTHONPATH"].split(os.pathsep)[0])
    record = next(site.glob("stairwell_tea-*.dist-info")) / "RECORD"
    ask = "from cogov_sim import Scenario; from cogov_sim.origin import run_code; print(run_code(Scenario.load({!r})))"
    found, alone = [], []
    for name, content in (
        ("beside.py", "NUMBER = 0.02"),
        ("beside.py", "NUMBER = 0.9"),
        ("beside.txt", "0.02"),
        ("beside.txt", "0.9"),
    ):
        (site / name).write_text(content)
        if name not in record.read_text():
            record.write_text(record.read_text() + f"{name},,\n")
        found.append(_python(installed, ask.format("co_governance+stairwell_tea")))
        alone.append(_python(installed, ask.format("co_governance")))
    assert len(set(found)) == 4 and len(set(alone)) == 1
    (site / "__pycache__").mkdir(exist_ok=True)
    (site / "__pycache__" / "kept.nbc").write_text("what a compiler leaves")
    record.write_text(record.read_text() + "__pycache__/kept.nbc,,\n")
    assert _python(installed, ask.format("co_governance+stairwell_tea")) == found[-1]


# ---------------------------------------------------------------- what does not fit


class Tea(Institution):
    """楼道茶话会。
    Stairwell tea.
    """

    id = "tea"
    text = Text("tea", "茶话会")
    pillar = SELF_GOVERNMENT
    levels = "B"
    can_fail = Text("It gets cold.", "茶会凉。")
    source = "start value"
    expects = {"spirit": 1}

    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        warmth: float = setting(0.5, "warmth", "温情", unit="share", source="start value", low=0, high=1, term="warmth")


def _like_tea(**attributes: Any) -> type[Institution]:
    return type("Tea", (Tea,), {"__doc__": Tea.__doc__, **attributes})


def _broken() -> Any:
    raise ZeroDivisionError("no tea")


WARMTH = Term("warmth", Text("warmth", "温情"), "share", 0.0, "max")
SAID = Text("tea", "茶")


def _part(name: Any = "tea", after: str = "sharing", act: Any = lambda _: None) -> Part:
    return Part(name, SAID, SAID, SAID, SAID, act, after=after)


def _module(
    institutions: Any = lambda: [Tea], terms: Any = lambda: [WARMTH], month: Any = lambda: [_part()]
) -> SimpleNamespace:
    return SimpleNamespace(institutions=institutions, terms=terms, month=month)


def _missing() -> Any:
    raise ModuleNotFoundError("No module named 'samovar'")


def _ends() -> Any:
    raise SystemExit(0)


def _levelled() -> type[InstitutionSettings]:
    class Settings(InstitutionSettings):
        """Parameters of this institution."""

        ease: float = setting(
            -0.5, "ease", "便利", unit="1", source="start value", low=-2, high=0, term="voice_cost", levels="S"
        )

    return Settings


UNFIT: dict[str, tuple[Any, str]] = {
    "a module that cannot be imported": (_missing, r"importing it failed \(ModuleNotFoundError: No module named 'samovar'"),
    "no institutions()": (SimpleNamespace(), r"no function institutions\(\)"),
    "institutions() that fails": (_module(institutions=_broken), r"institutions\(\) failed \(ZeroDivisionError: no tea"),
    "what is no institution": (_module(institutions=lambda: [int]), "must return classes derived from .*Institution"),
    "no words on failing": (_module(institutions=lambda: [_like_tea(can_fail=None)]), "Tea must have can_fail, a Text"),
    "an id of ours": (_module(institutions=lambda: [_like_tea(id="charter")]), "id 'charter' of Tea is taken"),
    "an id with blanks": (_module(institutions=lambda: [_like_tea(id="my tea")]), "id 'my tea' of Tea may have small letters"),
    "settings of another kind": (_module(institutions=lambda: [type("Tea", (Tea,), {"Settings": dict})]), "Settings must be derived"),
    "a term that is not there": (_module(terms=lambda: []), r"Tea.sets: unknown term 'warmth'"),
    "a slip in a term's name": (_module(institutions=lambda: [_like_tea(sets=("warmht",))]), "did you mean 'warmth'"),
    "terms() with no rows": (_module(terms=lambda: ["warmth"]), r"terms\(\) must return rows of terms.Term, not 'warmth'"),
    "a term that residents face": (_module(terms=lambda: [Term("warmth", SAID, "1", 0.0, "max", faced=True)]), "'warmth' cannot be faced"),
    "a term's name of ours": (_module(terms=lambda: [WARMTH, Term("sanction", SAID, "1", 0.5, "max")]), "term 'sanction' is taken"),
    "a term with no neutral value in its bounds": (_module(terms=lambda: [Term("warmth", SAID, "1", 2.0, "max")]), r"terms\(\) failed .*within the bounds"),
    "a part that is none": (_module(month=lambda: ["tea"]), r"month\(\) must return rows of month.Part, not 'tea'"),
    "a part's name of ours": (_module(month=lambda: [_part("sharing")]), "has a part 'sharing' already"),
    "a part without a place": (_module(month=lambda: [_part(after="")]), "part 'tea' must say after which part it comes"),
    "a part after the measures": (_module(month=lambda: [_part(after="measures")]), "the month is measured last"),
    "a part with a list for a name": (_module(month=lambda: [_part(["tea"])]), "needs a name, words"),
    "a part that cannot act": (_module(month=lambda: [_part(act="pour")]), "a function to act"),
    "a part without words": (_module(month=lambda: [Part("tea", None, SAID, SAID, SAID, print, after="sharing")]), "words in both languages"),
    "a term with a list for a name": (_module(terms=lambda: [Term(["warmth"], SAID, "1", 0.0, "max")]), "needs a name like 'warmth'"),
    "a term without words": (_module(terms=lambda: [Term("warmth", None, "1", 0.0, "max")]), "words in both languages"),
    "numbers for terms": (_module(institutions=lambda: [_like_tea(sets=(5,))]), "Tea.sets: unknown term '5'"),
    "a text of numbers": (_module(institutions=lambda: [_like_tea(text=Text(None, 3))]), "Tea must have text, a Text"),
    "levels of its own": (_module(institutions=lambda: [_like_tea(levels="XY")]), "Tea.levels = 'XY'"),
    "a measure that is not there": (_module(institutions=lambda: [_like_tea(expects={"joy": 1})]), "Tea.expects: 'joy': 1"),
    "a direction in words": (_module(institutions=lambda: [_like_tea(expects={"spirit": "up"})]), "Tea.expects: 'spirit': 'up'"),
    "a class twice": (_module(institutions=lambda: [Tea, Tea]), r"institutions\(\) lists Tea twice"),
    "a price below zero": (_module(institutions=lambda: [_like_tea(price=Price(yuan=-3, hours=0, what="tea"))]), "checking it failed .*cost"),
    "levels of a term without": (_module(institutions=lambda: [_like_tea(Settings=_levelled())]), "Tea.ease names levels, and the term 'voice_cost' has none"),
    "an end of the program": (_ends, r"importing it failed \(SystemExit: 0"),
    "a slip in a part's place": (_module(month=lambda: [_part(after="sharin")]), "did you mean 'sharing'"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNFIT)
def test_what_does_not_fit_is_said_in_one_sentence_before_anything_runs(
    announced: Callable[[Any], None],
    what: str,
    cogov: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, sentence = UNFIT[what]
    announced(module)
    with pytest.raises(UserError) as error:
        Scenario.load("government_run")
    assert error.value.text.en.startswith("package 'tea', plug-in tea_house: ")
    assert re.search(sentence, error.value.text.en), error.value.text.en
    assert re.match("软件包“tea”的插件 tea_house：.*[一-鿿]", error.value.text.zh)
    monkeypatch.setenv("COGOV_LANG", "en")
    code, out, err = cogov("show", "government_run")
    assert (code, out, len(err.splitlines())) == (2, "", 1), err


def test_a_part_that_fails_is_said_to_be_the_plug_ins(announced: Callable[[Any], None]) -> None:
    announced(_module(month=lambda: [_part(act=lambda model: model.kettle)]))
    assert [part.name for part in CoGovModel(scenario="government_run", rng=1, residents=300).parts].count("tea") == 0
    model = CoGovModel(scenario="government_run+tea", rng=1, residents=300)
    with pytest.raises(UserError, match=r"package 'tea', .*part 'tea' of the month failed .*kettle"):
        model.step()


def _spoils(value: float) -> Callable[[Any], None]:
    def act(model: Any) -> None:
        model.residents.columns.spirit[0] = value

    return act


@pytest.mark.parametrize("value", [float("nan"), 5.0, -0.1])
def test_a_part_that_leaves_what_no_resident_can_have_is_refused(announced: Callable[..., None], value: float) -> None:
    announced(_module(month=lambda: [_part(act=_spoils(value))]))
    model = CoGovModel(scenario="government_run+tea", rng=1, residents=300)
    with pytest.raises(UserError, match="part 'tea' of the month left spirit out of its range"):
        model.step()


def test_what_ends_a_plug_in_ends_one_run_only(announced: Callable[..., None]) -> None:
    def act(_: Any) -> None:
        raise SystemExit(0)

    announced(_module(month=lambda: [_part(act=act)]))
    worlds = [Scenario.load("government_run"), Scenario.load("government_run+tea")]
    found = compare(worlds, seeds=2, months=1, residents=300)
    assert found.runs.groupby("scenario")["participation"].count().to_dict() == {
        "government_run": 2,
        "government_run+tea": 0,
    }
    assert len(found.failures) == 2


@pytest.mark.parametrize("wrong", ["error", "shape"])
def test_a_wrong_offer_is_said_to_be_the_plug_ins(announced: Callable[..., None], wrong: str) -> None:
    def set_terms(_self: Any, offer: Any) -> None:
        if wrong == "error":
            raise KeyError("kettle")
        offer("warmth", [1.0] * 99)

    announced(_module(institutions=lambda: [_like_tea(set_terms=set_terms)]))
    model = CoGovModel(scenario="government_run+tea", rng=1, residents=300)
    with pytest.raises(UserError, match=r"package 'tea', .*Tea.set_terms failed"):
        model.step()


def test_parts_that_come_after_the_same_one_keep_their_order(announced: Callable[[Any], None]) -> None:
    announced(_module(month=lambda: [_part("pour"), _part("drink"), _part("stir", after="pour")]))
    names = [part.name for part in CoGovModel(scenario="government_run+tea", rng=1, residents=300).run(1).parts]
    place = names.index("sharing")
    assert names[place : place + 4] == ["sharing", "pour", "stir", "drink"]


def test_an_offer_that_its_sets_do_not_name_is_refused(announced: Callable[[Any], None]) -> None:
    def set_terms(_self: Any, offer: Any) -> None:
        offer("voice_cost", -0.5)

    announced(_module(institutions=lambda: [_like_tea(set_terms=set_terms)]))
    model = CoGovModel(scenario="government_run+tea", rng=1, residents=300)
    with pytest.raises(UserError, match="institution 'tea' offers voice_cost, which its sets do not name"):
        model.step()
