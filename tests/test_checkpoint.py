"""Threads change nothing, and a run that stops and goes on in another process equals an unbroken one, bit for bit."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import INSTITUTIONS, digests, run, world

from cogov_sim import CoGovModel
from cogov_sim.language import UserError

pytestmark = pytest.mark.usefixtures("compiled")
HERE = Path(__file__).parent

#: Goes on from a checkpoint in a Python of its own and prints the hashes of what came out.
GO_ON = """
import json, sys
sys.path.insert(0, sys.argv[1])
from worlds import digests
from cogov_sim import CoGovModel
model = CoGovModel.restore(sys.argv[2])
before = model.month
model.run(months=int(sys.argv[3]))
print(json.dumps({"before": before, "month": model.month, "digests": digests(model)}))
"""


def _go_on(checkpoint: Path, months: int) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", GO_ON, str(HERE), str(checkpoint), str(months)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


# -- threads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["co_governance", "government_run", "all"])
def test_the_number_of_threads_changes_nothing(name: str) -> None:
    scenario = world(*INSTITUTIONS) if name == "all" else name
    one, two, three, seven = (digests(run(scenario, months=14, residents=3000, threads=t)) for t in (1, 2, 3, 7))
    assert two == one
    assert three == one
    assert seven == one


def test_the_number_of_threads_may_change_on_the_way() -> None:
    model = run("co_governance", months=5, residents=3000, threads=1)
    model.residents.threads = 3
    assert digests(model.run(5)) == digests(run("co_governance", months=10, residents=3000))


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
    assert result["digests"] == digests(run(scenario, seed=3, months=15, residents=900))


@pytest.mark.parametrize("stop", [0, 1, 12, 23])
def test_stopping_in_any_month_changes_nothing(stop: int, tmp_path: Path) -> None:
    """Within one process; months 12 and 24 close the year's books."""
    model = run("co_governance", seed=4, months=stop)
    model.save(tmp_path / "checkpoint")
    model.run(24 - stop)  # the saved model goes on too, and saving did not disturb it
    restored = CoGovModel.restore(tmp_path / "checkpoint")
    assert restored.month == stop
    restored.run(24 - stop)
    assert digests(restored) == digests(model) == digests(run("co_governance", seed=4, months=24))


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


# -- what is no checkpoint -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"not a pickle", b"0", b"\x80", b"h\x00.", b"cno_such_module\nThing\n.", b"PAR1" * 20, "月".encode() * 9,
     pickle.dumps(5), pickle.dumps((1, "model")), pickle.dumps((999, None)), pickle.dumps([1, 2, 3])],
    ids=["empty", "text", "pop", "cut", "memo", "module", "parquet", "utf-8", "number", "pair", "version", "list"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused_in_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        CoGovModel.restore(path)
    assert str(path) in error.value.text.en and str(path) in error.value.text.zh
    assert path.read_bytes() == content


def test_a_missing_checkpoint_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(UserError):
            CoGovModel.restore(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("checkpoint") / "whole"
    run("government_run", months=1, residents=200).save(path)
    return path.read_bytes()


@given(share=st.floats(0.0, 0.999))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_half_written_checkpoint_is_refused(whole: bytes, tmp_path: Path, share: float) -> None:
    path = tmp_path / "half"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(UserError):
        CoGovModel.restore(path)
