"""Threads change nothing, and a run that stops and goes on in another process equals an unbroken one, bit for bit."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import INSTITUTIONS, run, small, whole, world

from cogov_sim import CoGovModel, Scenario, checkpoint, origin
from cogov_sim.institutions.base import SPIRIT, Institution, Offer
from cogov_sim.language import Text, UserError
from cogov_sim.scenario import InstitutionSettings
from cogov_sim.scenario.institution import institution_classes

pytestmark = pytest.mark.usefixtures("compiled")
HERE = Path(__file__).parent

#: Goes on from a checkpoint in a Python of its own and prints the hashes of what came out.
GO_ON = """
import json, sys
sys.path.insert(0, sys.argv[1])
from worlds import whole
from cogov_sim import CoGovModel
model = CoGovModel.restore(sys.argv[2])
before = model.month
model.run(months=int(sys.argv[3]))
print(json.dumps({"before": before, "month": model.month, "digests": whole(model)}))
"""


def _go_on(checkpoint: Path, months: int) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", GO_ON, str(HERE), str(checkpoint), str(months)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def forge(text: bytes, data: bytes = b"") -> bytes:
    """A file of this text and these arrays whose checksum is right."""
    rest = len(text).to_bytes(8, "little") + text + data
    return checkpoint.MAGIC + hashlib.sha256(rest).digest() + rest


def unpacked(content: bytes) -> tuple[Any, bytes]:
    """Text and arrays of a checkpoint."""
    rest = content[len(checkpoint.MAGIC) + 32 :]
    end = 8 + int.from_bytes(rest[:8], "little")
    return json.loads(rest[8:end]), rest[end:]


# -- threads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["co_governance", "government_run", "all"])
def test_the_number_of_threads_changes_nothing(name: str) -> None:
    scenario = world(*INSTITUTIONS) if name == "all" else name
    one, two, three, seven = (whole(run(scenario, months=14, residents=3000, threads=t)) for t in (1, 2, 3, 7))
    assert two == one
    assert three == one
    assert seven == one


def test_the_number_of_threads_may_change_on_the_way() -> None:
    model = run("co_governance", months=5, residents=3000, threads=1)
    model.residents.threads = 3
    assert whole(model.run(5)) == whole(run("co_governance", months=10, residents=3000))


# -- stopping and going on -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["co_governance", "government_run", "all"])
def test_resumed_in_a_fresh_process_equals_unbroken(name: str, tmp_path: Path) -> None:
    """Saved in month 7, restored by a new Python process, run on to month 15."""
    scenario = world(*INSTITUTIONS) if name == "all" else name
    first = run(scenario, seed=3, months=7, residents=900)
    first.save(tmp_path / "month7")
    result = _go_on(tmp_path / "month7", 8)
    assert (result["before"], result["month"]) == (7, 15)
    assert result["digests"] == whole(run(scenario, seed=3, months=15, residents=900))


@pytest.mark.parametrize("stop", [0, 1, 12, 23])
def test_stopping_in_any_month_changes_nothing(stop: int, tmp_path: Path) -> None:
    """Within one process; months 12 and 24 close the year's books."""
    model = run("co_governance", seed=4, months=stop)
    model.save(tmp_path / "checkpoint")
    model.run(24 - stop)  # the saved model goes on too, and saving did not disturb it
    restored = CoGovModel.restore(tmp_path / "checkpoint")
    assert restored.month == stop
    restored.run(24 - stop)
    assert whole(restored) == whole(model) == whole(run("co_governance", seed=4, months=24))


def test_a_restored_model_is_a_whole_mesa_model(tmp_path: Path) -> None:
    model = run("co_governance", months=14)
    model.save(tmp_path / "checkpoint")
    restored = CoGovModel.restore(tmp_path / "checkpoint")
    assert len(restored.agents) == len(model.agents)
    assert {t.__name__ for t in restored.agents_by_type} == {t.__name__ for t in model.agents_by_type}
    frame = restored.run(2).datacollector.get_model_vars_dataframe()
    assert frame["month"].tolist() == list(range(1, 17))
    numbers = [agent.unique_id for agent in restored.agents]
    assert len(set(numbers)) == len(numbers)


def test_saving_twice_replaces_and_leaves_nothing_behind(tmp_path: Path) -> None:
    model = run("government_run", months=1)
    model.save(tmp_path / "checkpoint")
    model.run(1).save(tmp_path / "checkpoint")
    assert CoGovModel.restore(tmp_path / "checkpoint").month == 2
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_restored_model_is_the_saved_one_to_the_last_number(tmp_path: Path) -> None:
    """Everything, the seconds on the clock too; what was shared is shared again."""
    model = run(world(*INSTITUTIONS), months=14)
    model.note = "of the user's own"  # type: ignore[attr-defined]
    model.random.random()
    model.save(tmp_path / "checkpoint")
    restored = CoGovModel.restore(tmp_path / "checkpoint")
    assert whole(restored, ()) == whole(model, ())
    assert restored.scenario == model.scenario
    assert restored.random.random() == model.random.random()
    assert [type(a) for a in restored.agents] == [type(a) for a in model.agents]
    assert list(restored.agents_by_type) == list(model.agents_by_type)
    commons = restored.commons
    assert commons.residents is restored.residents
    assert commons.society is restored.society
    assert restored.residents.network.indices is restored.society.ties.indices
    assert commons.committees[0].workstation is commons.workstations[0]
    assert commons.committees[0].model is restored
    assert [list(vars(a)) for a in restored.agents] == [list(vars(a)) for a in model.agents], "Mesa's attributes too"


def test_a_scenario_keeps_where_its_values_came_from(tmp_path: Path) -> None:
    scenario = Scenario.load("co_governance-charter", changes=["government.envelope=33.25"])
    run(scenario, months=1).save(tmp_path / "checkpoint")
    assert (
        CoGovModel.restore(tmp_path / "checkpoint").scenario.rows() == small(scenario, "society.residents=300").rows()
    )


class Seasonal(Institution):
    """季节 what a plug-in may be: it remembers something of its own."""

    id = "seasonal"
    text = Text("seasonal", "季节")
    pillar = SPIRIT
    levels = "V"
    sets = ("recognition",)
    can_fail = Text("never", "从不")
    source = "test"
    expects: ClassVar[dict[str, int]] = {}
    Settings = InstitutionSettings

    def __init__(self, *place: Any) -> None:
        super().__init__(*place)
        self.praise: list[float] = []

    def set_terms(self, offer: Offer) -> None:
        self.praise.append(len(self.praise) % 3 / 2.0)
        offer("recognition", self.praise[-1])


def test_a_plug_in_goes_on_with_what_it_remembers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(institution_classes(), "seasonal", Seasonal)
    scenario = world("seasonal", "deliberation")
    run(scenario, months=5).save(tmp_path / "checkpoint")
    restored = CoGovModel.restore(tmp_path / "checkpoint").run(5)
    assert whole(restored) == whole(run(scenario, months=10))
    assert whole(restored) != whole(run(world("deliberation"), months=10))
    assert len(next(i for i in restored.institutions if i.id == "seasonal").praise) == 10


# -- what cannot be kept ---------------------------------------------------------------------------------------------


def _strided() -> Any:
    return np.zeros((4, 4))[::2]


@pytest.mark.parametrize(
    "value",
    [lambda: 1, {1, 2}, object(), iter([1]), b"bytes", np.array(["text"]), np.array([None]), _strided(), Path("."), 1j,
     np.datetime64("2020-01-01"), io.StringIO()],
    ids=["function", "set", "object", "iterator", "bytes", "texts", "objects", "strided", "path", "complex", "date", "file"],
)  # fmt: skip
def test_what_cannot_be_kept_is_an_error_that_says_where(value: Any, tmp_path: Path) -> None:
    """Nothing is left out in silence."""
    model = run("government_run", months=1)
    model.commons.streets[0].extra = [1, {"deep": (value,)}]  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"model\.commons\.(city|districts)\S*streets\[0\]\.extra\[1\]\[deep\]\[0\]"):
        model.save(tmp_path / "checkpoint")
    assert list(tmp_path.iterdir()) == []


def test_memory_that_two_arrays_share_is_an_error(tmp_path: Path) -> None:
    """Restored, they would go ways of their own."""
    model = run("government_run", months=1)
    model.commons.half = model.commons.pot[:1]  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="shares its memory"):
        model.save(tmp_path / "checkpoint")


def test_a_collector_with_functions_of_ones_own_is_an_error(tmp_path: Path) -> None:
    model = run("government_run", months=1)
    model.datacollector.model_reporters["mine"] = len
    with pytest.raises(TypeError, match="functions of your own"):
        model.save(tmp_path / "checkpoint")


def test_parts_of_the_month_put_in_by_hand_are_an_error(tmp_path: Path) -> None:
    model = run("government_run", months=1)
    model.parts = model.parts[1:]
    with pytest.raises(TypeError, match="parts of the month"):
        model.save(tmp_path / "checkpoint")


@pytest.mark.parametrize("place", ["missing/checkpoint", "folder", "x" * 300, "nul\0"], ids=str.__len__)
def test_where_nothing_can_be_written_is_said_in_one_sentence(place: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match=r"cannot (be written|name a file)"):
        run("government_run", months=0).save(tmp_path / place)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


# -- what is no checkpoint -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"not a checkpoint", checkpoint.MAGIC, checkpoint.MAGIC + bytes(32), b"PAR1" * 20, "月".encode() * 9,
     pickle.dumps(5), checkpoint.MAGIC + hashlib.sha256().digest(), forge(b""), forge(b"5"), forge(b"[" * 100_000),
     forge(b"{}"), forge(b'{"made by": {}, "scenario": {"table": {}}}'), forge(b"9" * 10_000)],
    ids=["empty", "text", "magic", "zeros", "parquet", "utf-8", "pickle", "nothing", "no text", "number", "deep",
         "no table", "no keys", "digits"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused_in_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        CoGovModel.restore(path)
    assert str(path) in error.value.text.en and str(path) in error.value.text.zh
    assert path.read_bytes() == content


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe, from which nobody will ever write, too."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "pipe", Path("/dev/zero"), tmp_path / "nul\0"):
        with pytest.raises(UserError):
            CoGovModel.restore(path)


class Bomb:
    """What a pickle can do to whoever opens it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (open, (str(self.path), "w"))


def test_a_pickle_is_refused_and_runs_nothing(tmp_path: Path, saved: bytes) -> None:
    """Alone, behind the magic word with a good checksum, and in place of a checkpoint's arrays."""
    bomb, mark = pickle.dumps(Bomb(tmp_path / "bang")), tmp_path / "bang"
    text, _ = unpacked(saved)
    for content in (bomb, forge(bomb), forge(json.dumps(text).encode(), bomb), checkpoint.MAGIC + bomb):
        path = tmp_path / "crafted"
        path.write_bytes(content)
        with pytest.raises(UserError):
            CoGovModel.restore(path)
        assert not mark.exists()
    pickle.loads(bomb).close()
    assert mark.exists(), "the bomb would have worked"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("checkpoint") / "saved"
    run(world(*INSTITUTIONS), months=2, residents=200).save(path)
    return path.read_bytes()


def test_every_flipped_byte_is_refused(saved: bytes, tmp_path: Path) -> None:
    """All bytes of the head and some hundreds of the rest, one at a time, by a mask that is drawn."""
    path, draw = tmp_path / "flipped", np.random.default_rng(9)
    head = len(checkpoint.MAGIC) + 32 + 8
    for place in [*range(head), *draw.integers(head, len(saved), 500).tolist(), len(saved) - 1]:
        flipped = bytearray(saved)
        flipped[place] ^= int(draw.integers(1, 256))
        path.write_bytes(flipped)
        with pytest.raises(UserError):
            CoGovModel.restore(path)


@given(share=st.floats(0.0, 0.999999))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_half_written_checkpoint_is_refused(saved: bytes, tmp_path: Path, share: float) -> None:
    path = tmp_path / "half"
    path.write_bytes(saved[: int(share * len(saved))])
    with pytest.raises(UserError):
        CoGovModel.restore(path)


def test_a_byte_too_many_is_refused(saved: bytes, tmp_path: Path) -> None:
    text, data = unpacked(saved)
    for content in (saved + b"0", forge(json.dumps(text).encode(), data + b"0")):
        (tmp_path / "long").write_bytes(content)
        with pytest.raises(UserError):
            CoGovModel.restore(tmp_path / "long")


def _first(node: Any, kind: str) -> Any:
    """The first node of a kind, as the table that holds it."""
    if isinstance(node, dict):
        if kind in node:
            return node
        node = list(node.values())
    found = (_first(inner, kind) for inner in node) if isinstance(node, list) else ()
    return next((table for table in found if table is not None), None)


def _named(kind: str, name: Any) -> Callable[[Any], None]:
    def change(text: Any) -> None:
        table = _first(text["tree"], kind)
        table[kind] = [name, *table[kind][1:]] if isinstance(table[kind], list) else name

    return change


def _set(*keys: Any, value: Any) -> Callable[[Any], None]:
    def change(text: Any) -> None:
        for key in keys[:-1]:
            text = text[key]
        text[keys[-1]] = value

    return change


def _without(kind: str) -> Callable[[Any], None]:
    def change(text: Any) -> None:
        attributes = _first(text["tree"], kind)[kind][1]
        del attributes[min(attributes)]

    return change


MODEL = ("tree", "model")
CRAFTED: dict[str, Callable[[Any], None]] = {
    **{f"{kind} of {name}": _named(kind, name)
       for kind in ("object", "fields", "class")
       for name in ("subprocess.Popen", "builtins.eval", "pathlib.PosixPath", "cogov_sim.model.CoGovModel", "no.such.Thing",
                    "cogov_sim.experiments.folders.FolderLock", "cogov_sim.language.UserError", 5, None, ["a"])},
    "an object without an attribute": _without("object"),
    "a tuple without a field": _without("fields"),
    "a number that was met": _named("again", 10**6),
    "a part of the scenario": _named("given", "scenario.society.residents.real"),
    "a kind of node": _set("tree", "model", "month", value={"eval": "1"}),
    "a node of two kinds": _set("tree", "model", "month", value={"list": [], "tuple": []}),
    "a list as a node": _set("tree", "model", "month", value=[1]),
    "a text as a number": _set("tree", "model", "month", value="14"),
    "a method": _set("tree", "model", "run", value=1),
    "agents that are none": _set("tree", "model", "agents", value={"list": [1, 2]}),
    "kinds that are none": _set("tree", "model", "kinds_of_agents", value={"list": [{"class": "cogov_sim.language.Text"}]}),
    "no model": _set("tree", value={"list": []}),
    "an array of objects": _set("arrays", 0, 0, value="|O"),
    "an array of records": _set("arrays", 0, 0, value="<f4,<f4"),
    "an array of less than nothing": _set("arrays", 0, 1, value=[-1]),
    "an array too large": _set("arrays", 0, 1, value=[10**15]),
    "an array of another shape": lambda text: text["arrays"][0][1].append(1),
    "an array in another order": _set("arrays", 0, 2, value="X"),
    "months": _set("months", value=10**12),
    "months before the first": _set("months", value=-1),
    "months in words": _set("months", value="two"),
    "a seed": _set("seed", value=-1),
    "a seed in words": _set("seed", value="open('/tmp/x')"),
    "a scenario": _set("scenario", "table", value={"institutions": {"no_such": {}}}),
    "a setting": _set("scenario", "table", "government", value={"envelope": "much"}),
    "another society": _set("scenario", "table", "society", "residents", value=300),
}  # fmt: skip


@pytest.mark.parametrize("name", CRAFTED)
def test_what_is_crafted_is_refused_in_one_sentence(name: str, saved: bytes, tmp_path: Path) -> None:
    """With a checksum that is right: classes that are not the state's, numbers in the wrong place, impossible sizes."""
    text, data = unpacked(saved)
    before = json.dumps(text)
    CRAFTED[name](text)
    assert json.dumps(text) != before
    path = tmp_path / "crafted"
    path.write_bytes(forge(json.dumps(text).encode(), data))
    with pytest.raises(UserError) as error:
        CoGovModel.restore(path)
    assert str(path) in error.value.text.en


def test_a_forged_checkpoint_that_makes_sense_goes_on(saved: bytes, tmp_path: Path) -> None:
    """So what refuses the crafted ones above is what was changed in them."""
    text, data = unpacked(saved)
    (tmp_path / "whole").write_bytes(forge(json.dumps(text, indent=1).encode(), data))
    assert CoGovModel.restore(tmp_path / "whole").month == 2


# -- other code ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["mesa", "numpy", "numba", "scipy"])
def test_other_libraries_are_refused_by_name(
    library: str, saved: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checkpoint").write_bytes(saved)
    here = origin.versions()
    monkeypatch.setattr(origin, "versions", lambda: here | {library: "0.0.1", "pandas": "0.0.1"})
    with pytest.raises(UserError, match=f"another version of {library},"):
        CoGovModel.restore(tmp_path / "checkpoint")


def test_other_code_is_refused(saved: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "checkpoint").write_bytes(saved)
    monkeypatch.setattr(origin, "model_code", lambda: "another")
    with pytest.raises(UserError, match="another version of cogov_sim"):
        CoGovModel.restore(tmp_path / "checkpoint")


def test_another_format_is_refused(saved: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "checkpoint").write_bytes(saved)
    monkeypatch.setattr(checkpoint, "FORMAT", checkpoint.FORMAT + 1)
    with pytest.raises(UserError, match="another version of cogov_sim"):
        CoGovModel.restore(tmp_path / "checkpoint")


def test_other_code_of_a_plug_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, announced: Callable[..., None]
) -> None:
    """So is a checkpoint whose plug-in is gone."""
    source = Path(__file__).read_text(encoding="utf-8")
    start, end = source.index("class Seasonal"), source.index("def test_a_plug_in_goes_on")
    header = source[: source.index("pytestmark")]
    module = tmp_path / "seasons.py"
    module.write_text(header + source[start:end], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    seasonal = importlib.import_module("seasons").Seasonal
    announced(SimpleNamespace(institutions=lambda: [seasonal]), name="seasons")
    run(world("seasonal"), months=2).save(tmp_path / "checkpoint")
    assert CoGovModel.restore(tmp_path / "checkpoint").month == 2
    module.write_text(module.read_text(encoding="utf-8").replace("% 3", "% 4"), encoding="utf-8")
    with pytest.raises(UserError, match="another version of"):
        CoGovModel.restore(tmp_path / "checkpoint")
    announced(SimpleNamespace(institutions=list), name="seasons")
    with pytest.raises(UserError):
        CoGovModel.restore(tmp_path / "checkpoint")
