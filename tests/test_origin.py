"""What a run was made by: whatever can change its numbers changes its code, and nothing else does."""

from __future__ import annotations

import functools
import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from stand_ins import A, counted, quick, stand_in

from cogov_sim import origin
from cogov_sim.experiments.execute import simulate
from cogov_sim.validation.observe import observe

pytestmark = pytest.mark.usefixtures("no_figures")

PACKAGE = Path(origin.__file__).parent
Edited = Callable[[str, str], str]


def code(do: Any) -> str:
    return origin.run_code(A, do)


# ---------------------------------------------------------------- the model


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, of which unchanged files are read once."""
    copy = tmp_path_factory.mktemp("copy") / "cogov_sim"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def edited(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edited]:
    """The model's code after something was added to a file of a copy of the package."""
    monkeypatch.setattr(origin, "_PACKAGE", copied)
    monkeypatch.setattr(origin, "_BEGUN", 1e12)
    before: dict[Path, str] = {}

    def again(file: str, text: str) -> str:
        path = copied / file
        path.write_text(before.setdefault(path, path.read_text(encoding="utf-8")) + text, encoding="utf-8")
        forget()
        return origin.model_code()

    def forget() -> None:
        origin._ours.cache_clear()
        origin.model_code.cache_clear()

    yield again
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")
    forget()


@pytest.mark.parametrize(
    "file",
    ["agents/kernels/build.py", "commons/plan.py", "institutions/charter.py", "measures/compute.py", "month.py", "draws.py",
     "scenario/settings.py", "compiled/kernels.py"],
)  # fmt: skip
def test_code_of_the_model_counts_and_its_words_do_not(edited: Edited, file: str) -> None:
    before = edited(file, "")
    assert edited(file, "\n# a word\n\n\nif TYPE_CHECKING:\n    pass\n") == before
    assert edited(file, "\nRATE = 1\n") != before


def test_data_of_the_model_count(edited: Edited) -> None:
    before = edited("society/data/xiamen.toml", "")
    assert edited("society/data/xiamen.toml", "\n[more]\n") != before


@pytest.mark.parametrize(
    "file",
    ["cli.py", "terminal.py", "report/tables.py", "experiments/store.py", "commands/ablate.py", "lab/strategy.py"],
)
def test_what_only_runs_asks_or_shows_does_not_count(edited: Edited, file: str) -> None:
    assert edited(file, "\nRATE = 1\n") == edited(file, "\nRATE = 2\n")


def test_a_file_that_was_edited_since_the_process_began_has_a_code_of_its_own(
    edited: Edited, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What runs is what was loaded before: it must not go by the name of what now lies there."""
    honest = edited("month.py", "\nRATE = 1\n")
    monkeypatch.setattr(origin, "_BEGUN", 0.0)
    assert edited("month.py", "\nRATE = 1\n") != honest


def test_what_does_a_run_counts_though_it_is_ours() -> None:
    assert len({origin.run_code(A), code(simulate), code(observe), code(functools.partial(observe, extra=1))}) >= 3
    assert code(observe) != code(simulate)


def test_the_same_in_another_process(tmp_path: Path) -> None:
    program = (
        "import functools, sys; sys.path.insert(0, 'tests'); from stand_ins import A, counted; from cogov_sim import origin;"
        f"print(origin.run_code(A, functools.partial(counted, {str(tmp_path)!r}, {{'a', 'b', 'c'}})))"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PACKAGE.parent)}
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            text=True,
            capture_output=True,
            check=True,
            cwd=PACKAGE.parent,
        )
        assert done.stdout.strip() == code(functools.partial(counted, str(tmp_path), {"c", "b", "a"}))


# ---------------------------------------------------------------- a simulation in a file


FILES = {
    "mine.py": '"""Mine."""\nimport helpers\nfrom pack import deep\nRATE = 0.5\nSTEPS = {"a": 1}\n'
    'def do(scenario, seed, months):\n    """A run."""\n    return RATE * helpers.two() + deep.three() + STEPS["a"]\n',
    "helpers.py": "def two():\n    return 2\n",
    "pack/__init__.py": "",
    "pack/deep.py": "from . import deeper\ndef three():\n    return deeper.THREE\n",
    "pack/deeper.py": "THREE = 3\n",
    "elsewhere.py": "ONE = 1\n",
}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """A user's folder with modules; loads the first of them as a new process would, with files replaced."""
    monkeypatch.syspath_prepend(tmp_path)
    names = {Path(file).parts[0].removesuffix(".py") for file in FILES}
    clock = iter(range(1_000_000_000, 2_000_000_000, 10))

    def forget() -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] in names]:
            del sys.modules[name]
        shutil.rmtree(tmp_path / "__pycache__", ignore_errors=True)
        importlib.invalidate_caches()

    def write(**changes: str) -> None:
        for file, text in (FILES | {key.replace("__", "/") + ".py": text for key, text in changes.items()}).items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(text)
            os.utime(tmp_path / file, (at := next(clock), at))

    def load(**changes: str) -> ModuleType:
        forget()
        write(**changes)
        return importlib.import_module("mine")

    load.write = write  # type: ignore[attr-defined]
    yield load
    forget()


CHANGES = {
    "a formula": ("mine", "RATE *", "RATE /"),
    "a constant": ("mine", "0.5", "0.6"),
    "a table": ("mine", '"a": 1', '"a": 2'),
    "a module beside it": ("helpers", "return 2", "return 3"),
    "a package beside it": ("pack__deep", "deeper.THREE", "-deeper.THREE"),
    "a relative import": ("pack__deeper", "= 3", "= 4"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_code_that_a_simulation_uses_counts(study: Any, case: str) -> None:
    file, old, new = CHANGES[case]
    before = code(study().do)
    text = FILES[file.replace("__", "/") + ".py"]
    assert old in text and code(study(**{file: text.replace(old, new)}).do) != before
    assert code(study().do) == before


def test_words_of_a_simulation_and_files_that_it_does_not_use_do_not_count(study: Any) -> None:
    before = code(study().do)
    text = "# a word\n\n" + FILES["mine.py"].replace("A run.", "One run, at last.")
    assert code(study(mine=text, elsewhere="ONE = 2\n").do) == before


def test_a_simulation_that_was_loaded_before_its_file_changed_has_a_code_of_its_own(study: Any) -> None:
    loaded = study()
    text = FILES["mine.py"].replace("RATE *", "RATE /")
    study.write(mine=text)
    stale = code(loaded.do)
    assert stale not in {code(study().do), code(study(mine=text).do)}


def test_a_global_that_was_set_since_counts(study: Any) -> None:
    loaded = study()
    before = code(loaded.do)
    loaded.RATE = 0.7
    assert code(loaded.do) != before


# ---------------------------------------------------------------- a simulation that was typed in


def typed(text: str) -> Any:
    """``do`` of a program that no file holds, as in a notebook."""
    names: dict[str, Any] = {"__name__": "typed_in", "np": np, "pd": pd}
    exec(text, names)
    return names["do"]


TYPED = """
import functools
RATE, TABLE, ROW = 0.5, {"a": [1, 2]}, np.array([1.0, 2.0])
class Base:
    PARTS = {"x", "y"}
class World(Base):
    start = 3
    def step(self):
        return self.start * RATE
    @property
    def half(self):
        return 0.5
    @staticmethod
    def add(a, b=1):
        return a + b
def inner(x):
    return TABLE["a"][0] + ROW.sum() + x
def made(factor):
    def do(scenario, seed, months, more=7):
        "Words."
        if seed in {"q", "r"}:
            return None
        return [factor * inner(n) for n in range(11)], World().step()
    return do
do = functools.partial(made(13), more=17)
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.5,", "0.6,"), ("[1, 2]", "[1, 3]"), ("[1.0, 2.0]", "[1.0, 2.5]"), ('"x"', '"z"'), ("start = 3", "start = 4"),
     ("self.start *", "self.start +"), ("return 0.5", "return 0.4"), ("b=1", "b=2"), ("+ x", "- x"), ("more=7", "more=8"),
     ('"q"', '"s"'), ("factor * inner", "factor + inner"), ("range(11)", "range(12)"), ("World().step()", "World().half"),
     ("made(13)", "made(14)"), ("more=17", "more=18")],
)  # fmt: skip
def test_all_that_was_typed_in_counts(old: str, new: str) -> None:
    assert old in TYPED and code(typed(TYPED.replace(old, new))) != code(typed(TYPED))


def test_words_that_were_typed_in_do_not_count() -> None:
    assert code(typed("# a word\n\n" + TYPED.replace("Words.", "Other words."))) == code(typed(TYPED))


def test_objects_and_methods_are_told_apart_by_what_they_hold() -> None:
    text = "class Do:\n    def __init__(self, n): self.n = n\n    def __call__(self, *a): return self.n\ndo = Do({})"
    three, again, four = (typed(text.format(n)) for n in (3, 3, 4))
    assert code(three) == code(again) != code(four)
    assert code(three.__call__) == code(again.__call__) != code(four.__call__)
    do = typed("def do(n): return n")
    assert code(functools.partial(do, 1)) != code(functools.partial(do, True)) != code(functools.partial(do, 1.0))


def test_what_names_itself_or_cannot_be_kept_comes_to_an_end() -> None:
    text = "import threading\nLOCK = threading.Lock()\nLOOP = []\nLOOP.append(LOOP)\n"
    text += "def do(n):\n    with LOCK:\n        return do(n - 1) if n else LOOP\n"
    assert code(typed(text)) == code(typed(text))


# ---------------------------------------------------------------- in a folder of results


def test_a_changed_simulation_never_gives_old_results_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COGOV_LANG", "en")

    def shifted(by: float) -> Any:
        return lambda scenario, seed, months: stand_in(scenario, seed, months).assign(trust=by)

    for by in (0.1, 0.2):
        found = quick(simulate=shifted(by), out=tmp_path, progress=True)
        assert set(found.runs["trust"]) == {by}
    assert "8 earlier runs were made by other code (model, plug-in or simulate)" in capsys.readouterr().err
    larger = quick(simulate=shifted(0.1), out=tmp_path, seeds=6, progress=True)
    assert set(larger.runs["trust"]) == {0.1} and len(larger.missing) == 0
    assert "4/4 runs" in capsys.readouterr().err, "the first ones are still there"


PLUGIN = """
from typing import ClassVar
from cogov_sim.institutions.base import SELF_GOVERNMENT, Institution
from cogov_sim.language import Text
from cogov_sim.scenario.institution import InstitutionSettings
from helper_of_warmth import WARMTH
class Warmth(Institution):
    '''温暖。
    Warmth.
    '''
    id = "warmth"
    text = Text("warmth", "温暖")
    pillar = SELF_GOVERNMENT
    levels = "B"
    can_fail = Text("It gets cold.", "会凉。")
    source = "start value"
    expects = {"spirit": 1}
    level = WARMTH
    class Settings(InstitutionSettings):
        '''Parameters of this institution.'''
def institutions():
    return [Warmth]
"""
PLUGGED = """
import sys
from stand_ins import quick, stand_in, world
from cogov_sim.scenario.institution import institution_classes
warm = world("warm", ["warmth"])
level = institution_classes()["warmth"].level
def do(scenario, seed, months):
    return stand_in(scenario, seed, months)
from cogov_sim.experiments.execute import simulate
import cogov_sim.model
class Model:
    residents = None
    def __init__(self, scenario, rng, histories=None): self.args, self.month = (scenario, rng), 0
    def run(self, months):
        shift = level if "warmth" in self.args[0].institutions else 0.0
        self.month += months
        self.measures = stand_in(*self.args, self.month).assign(trust=shift)
    def step(self): self.run(1)
    def close(self): pass
cogov_sim.model.CoGovModel = Model
import cogov_sim.measures.groups
class Nobody:
    def __init__(self, residents): pass
    def month(self): return {}
cogov_sim.measures.groups.Groups = Nobody
import cogov_sim.report.figures; cogov_sim.report.figures.FIGURES = {}
runs = quick([world("a"), warm], simulate=simulate, out=sys.argv[1], progress=True).runs
print(*runs.groupby("scenario")["trust"].unique().map(list)["warm"])
"""


@pytest.mark.slow
def test_a_changed_plug_in_never_gives_old_results_under_its_name(tmp_path: Path) -> None:
    """Installed beside the package; of what it changed only its own world is done again."""
    plugin, out = tmp_path / "plugin", tmp_path / "out"
    (plugin / "warmth-1.dist-info").mkdir(parents=True)
    (plugin / "warmth-1.dist-info" / "METADATA").write_text("Name: warmth\nVersion: 1\n")
    (plugin / "warmth-1.dist-info" / "entry_points.txt").write_text("[cogov_sim.institutions]\nwarmth = warmth\n")
    (plugin / "warmth.py").write_text(PLUGIN)
    path = os.pathsep.join(map(str, (plugin, PACKAGE.parent, PACKAGE.parent / "tests")))
    environment = {**os.environ, "PYTHONPATH": path, "COGOV_LANG": "en"}

    def call(level: float) -> tuple[str, str]:
        (plugin / "helper_of_warmth.py").write_text(f"WARMTH = {level}\n")
        shutil.rmtree(plugin / "__pycache__", ignore_errors=True)
        done = subprocess.run(
            [sys.executable, "-c", PLUGGED, str(out)], env=environment, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip(), done.stderr

    assert call(0.25)[0] == "0.25"
    said, told = call(0.75)
    assert said == "0.75" and "4 earlier runs were made by other code" in told and "4/4 runs" in told
    assert call(0.75) == ("0.75", "")


def test_other_versions_of_libraries_are_said_and_their_runs_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COGOV_LANG", "en")
    now, calls = origin.versions(), tmp_path / "calls"
    calls.mkdir()
    do = functools.partial(counted, calls)
    with monkeypatch.context() as patch:
        patch.setattr(origin, "versions", lambda: now | {"numpy": "1.0.0"})
        quick(out=tmp_path / "out", simulate=do)
    capsys.readouterr()
    for seeds in (4, 5):
        quick(out=tmp_path / "out", simulate=do, seeds=seeds, progress=True)
        said = capsys.readouterr().err
        assert f"earlier runs were made with numpy 1.0.0 and are used, now it is numpy {now['numpy']}" in said
        assert "last digits may differ" in said and said.count("made with") == 1
    assert len(list(calls.iterdir())) == 10
    quick(out=tmp_path / "new", progress=True)
    assert "made with" not in capsys.readouterr().err
