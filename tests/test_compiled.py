"""Kernels that were kept from an older source are never run, and only what a change concerns is compiled anew."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cogov_sim
from cogov_sim.agents import rules
from cogov_sim.agents.board import Board
from cogov_sim.agents.columns import Columns
from cogov_sim.agents.kernels import share
from cogov_sim.agents.rules import Rules
from cogov_sim.compiled import KERNELS, Kernel, digest, first_use, kept, kernel, types

_ROOT = Path(cogov_sim.__file__).parents[1]
#: This process's environment, without a directory that whoever runs the tests told numba.
HERE = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "COGOV_KERNELS")}

FORMULA = "from cogov_sim.compiled import kernel\nHALF = {half}\n\n@kernel(inline=True)\ndef formula(x):\n    return HALF * x\n"
USER = "from cogov_sim.compiled import kernel\nfrom formula import formula\n\n@kernel\ndef user(x):\n    return 1.0 + formula(x)\n"
RUN = "import user; print(user.user(2.0)); print(sum(user.user.stats.cache_hits.values()))"


def _run(folder: Path, half: str, **environment: str) -> list[str]:
    (folder / "formula.py").write_text(FORMULA.format(half=half))
    (folder / "user.py").write_text(USER)
    paths = os.pathsep.join([str(folder), str(_ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env={**HERE, "PYTHONPATH": paths, **environment},
        text=True,
        capture_output=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize("told", [False, True], ids=["beside the file", "in numba's directory"])
def test_a_constant_of_another_file_counts_at_once(tmp_path: Path, told: bool) -> None:
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "kept")} if told else {}
    assert _run(tmp_path, "0.5", **environment) == ["2.0", "0"]
    assert _run(tmp_path, "0.5  # a comment", **environment) == ["2.0", "1"]
    assert _run(tmp_path, "0.25", **environment) == ["1.5", "0"]
    assert _run(tmp_path, "0.5", **environment) == ["2.0", "1"]
    assert any((tmp_path / "kept" if told else tmp_path / "__pycache__").rglob("*.nbc"))


def test_where_nothing_can_be_written_kernels_are_kept_for_now(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    there = {"HOME": str(tmp_path / "file"), "XDG_CACHE_HOME": str(tmp_path / "file" / "cache")}
    (tmp_path / "__pycache__").write_text("no directory")
    assert _run(tmp_path, "0.5", **there) == ["2.0", "0"]


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_what_is_kept_and_cannot_be_read_is_compiled_anew(tmp_path: Path, ending: str) -> None:
    assert _run(tmp_path, "0.5") == ["2.0", "0"]
    (file,) = (file for file in tmp_path.rglob(f"*.{ending}") if "user" in file.name)
    whole = file.read_bytes()
    version = 40 if ending == "nbi" else 0  # where numba's version stands, which it reads first
    file.write_bytes(whole[:version] + bytes(255 - byte for byte in whole[version:]))
    assert _run(tmp_path, "0.5") == ["2.0", "0"]
    assert _run(tmp_path, "0.5") == ["2.0", "1"]


def test_a_digest_covers_formulas_of_other_files(monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(share.perceive)

    @kernel(inline=True)
    def satisfied(rules, performance, expectation, voice):
        return 0.5

    monkeypatch.setattr(share, "satisfied", satisfied)
    assert digest(share.perceive) != before


def test_a_docstring_is_no_part_of_a_digest() -> None:
    code = "from cogov_sim.compiled import kernel\n@kernel\ndef half(x):\n    {}\n    return {} * x\n"
    found = []
    for words, factor in (('"""Half."""', 0.5), ('"""One half of it."""', 0.5), ("", 0.5), ('"""Half."""', 0.4)):
        there: dict[str, object] = {"__name__": "half"}
        exec(code.format(words, factor), there)
        found.append(digest(there["half"]))
    assert found[0] == found[1] != found[3]


def test_a_digest_is_the_same_in_every_process() -> None:
    line = "from cogov_sim.compiled import digest; from cogov_sim.agents.kernels import share; print(digest(share.perceive))"
    environment = {**HERE, "PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "17"}
    done = subprocess.run([sys.executable, "-c", line], env=environment, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == digest(share.perceive)


def test_a_kernel_that_names_what_has_no_digest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules.unit.py_func.__globals__, "min", object())
    with pytest.raises(TypeError, match="cannot be kept"):
        digest(rules.unit)


def test_fields_of_tuples_belong_to_the_key(tmp_path: Path) -> None:
    """Two tuples of the same name and types whose fields lie the other way round are not the same to a kernel."""
    code = (
        "from collections import namedtuple\nfrom cogov_sim.compiled import kernel\nPair = namedtuple('Pair', '{fields}')\n\n"
        "@kernel\ndef first(pair):\n    return pair.a\n\nprint(first(Pair(1.0, 2.0)))\n"
    )
    for fields, wanted in (("a b", "1.0"), ("b a", "2.0")):
        (tmp_path / "pairs.py").write_text(code.format(fields=fields))
        done = subprocess.run(
            [sys.executable, "-c", "import pairs"],
            env={**HERE, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(_ROOT)])},
            text=True, capture_output=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == wanted


WORLDS = """
from cogov_sim import CoGovModel, Scenario
from cogov_sim.compiled import KERNELS
from cogov_sim.lab import public_goods, strategy_method
from cogov_sim.scenario.institution import institution_classes, settings_class
every = {key: settings_class(key)() for key in institution_classes()}
worlds = [Scenario.load("government_run"), Scenario.load("co_governance", changes=['behaviour.rule="payoff_learning"']),
          Scenario.model_validate({"institutions": every})]
for world in worlds:
    model = CoGovModel(scenario=world, rng=1, residents=1500).run(14)
model.society.ties.total_strength()
public_goods(groups=4), strategy_method(40)
for name, kernel in KERNELS.items():
    for made in kernel.dispatcher.signatures:
        assert tuple(made) == kernel.signature, (name, made, kernel.signature)
    index = kernel.dispatcher._cache._opened._cache_file._load_index()
    assert [key[1][0] for key in index] == [kernel.signature], (name, list(index))
print(len(KERNELS), sum(sum(kernel.stats.cache_misses.values()) for kernel in KERNELS.values()))
"""


@pytest.mark.slow
def test_every_kernel_has_the_signature_it_declares_and_is_compiled_once(tmp_path: Path) -> None:
    """From nothing: one line at once, every kernel compiled for one signature; then nothing is compiled and nothing said."""
    environment = {**HERE, "PYTHONPATH": str(_ROOT), "NUMBA_CACHE_DIR": str(tmp_path), "COGOV_LANG": "en"}
    said = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", WORLDS], env=environment, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        said.append((done.stdout.split(), [line for line in done.stderr.splitlines() if "compiling" in line]))
    (_, first), ((count, misses), second) = said
    assert re.fullmatch(r"compiling the residents' rules, about \d+ s, once", first[0])
    assert (int(misses), second) == (0, [])
    assert int(count) > 30


def test_of_a_table_a_kernel_gets_what_it_names() -> None:
    """Also what only the rules that are written into it name (``uniform`` and ``public_drive`` name no column)."""
    columns, board, rules = (types.part(table, share.drift.mentioned) for table in (Columns, Board, Rules))
    assert {"belief", "seen", "given", "load", "habit", "aspiration"} <= set(columns._fields) < set(Columns._fields)
    assert set(board._fields) == {"first", "last"}
    assert {"payoff_learning", "learning_rate", "d2"} <= set(rules._fields) < set(Rules._fields)
    assert types.part(Columns, share.drift.mentioned) is columns


def test_parts_of_tables_are_found_by_name_in_other_processes() -> None:
    part = types.part(Columns, {"trust", "belief"})
    assert pickle.loads(pickle.dumps(part)) is part
    assert part._fields == ("belief", "trust")


def _some(count: int) -> list[Kernel]:
    return list(KERNELS.values())[:count]


def test_kernels_are_dealt_out_the_largest_first() -> None:
    kernels = list(KERNELS.values())
    shares = first_use._shares(kernels, 3)
    assert sorted(k.name for share in shares for k in share) == sorted(k.name for k in kernels)
    loads = [sum(map(first_use._seconds, share)) for share in shares]
    assert max(loads) - min(loads) <= first_use.START + max(map(first_use._seconds, kernels))
    assert shares[0][0] is max(kernels, key=first_use._seconds)


def test_a_helper_that_fails_changes_nothing_but_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(Kernel, "compile", lambda self: done.append(self.name))
    for program in ("/nowhere/python", sys.executable):  # cannot be started; ends with an error
        monkeypatch.setattr(sys, "executable", program)
        monkeypatch.setattr(first_use, "_COMPILE", "raise SystemExit(3)")
        first_use._compile([_some(1), _some(2)])
    assert done == [_some(1)[0].name] * 2


def test_helpers_end_with_the_one_they_help(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(self: Kernel) -> None:
        raise KeyboardInterrupt

    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    monkeypatch.setattr(first_use, "_COMPILE", "import time; time.sleep(60)")
    monkeypatch.setattr(Kernel, "compile", stopped)
    with pytest.raises(KeyboardInterrupt):
        first_use._compile([_some(1), _some(2)])
    assert [process.poll() is not None for process in started] == [True]


@pytest.mark.parametrize(("frozen", "program"), [(True, sys.executable), (False, ""), (False, "/usr/bin/uwsgi")])
def test_only_a_python_is_started_again(monkeypatch: pytest.MonkeyPatch, frozen: bool, program: str) -> None:
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    monkeypatch.setattr(sys, "executable", program)
    assert first_use._processes(list(KERNELS.values())) == 1


def test_what_is_there_is_neither_compiled_nor_mentioned(compiled: None, capsys: pytest.CaptureFixture[str]) -> None:
    first_use._looked_at.clear()
    assert first_use.prepare() is False
    assert capsys.readouterr() == ("", "")


def test_what_is_missing_is_said_and_compiled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []
    monkeypatch.setattr(Kernel, "there", property(lambda self: self.name != share.perceive.name))
    monkeypatch.setattr(Kernel, "compile", lambda self: done.append(self.name))
    monkeypatch.setenv("COGOV_LANG", "zh")
    first_use._looked_at.clear()
    assert first_use.prepare_all() is True
    assert done == [share.perceive.name]
    assert re.fullmatch(r"正在编译居民规则，约 \d+ 秒，只需一次\n", capsys.readouterr().err)
    assert first_use.prepare_all() is False


def test_prepare_on_the_command_line(cogov, compiled) -> None:
    assert cogov("--lang", "en", "prepare") == (0, "", "nothing to do: the rules are compiled already\n")


def test_only_the_editions_used_last_are_kept(tmp_path: Path) -> None:
    for age in range(20):
        (tmp_path / str(age)).mkdir()
        os.utime(tmp_path / str(age), (10**9 - age, 10**9 - age))
    kept._prune(tmp_path)
    assert sorted(int(path.name) for path in tmp_path.iterdir()) == list(range(kept._MOST))


NOTHING_WRITABLE = """
import os, sys
from cogov_sim.compiled import kept
kept._writable = lambda place: str(place).startswith(os.environ.get(kept._KEPT, "nowhere"))
from cogov_sim.draws import uniforms
if __name__ == "__main__":
    uniforms(1, 2, 3, 4)
    from dask.distributed import Client, LocalCluster
    with LocalCluster(n_workers=1, processes=True, dashboard_address=None) as cluster, Client(cluster) as client:
        def look():
            from cogov_sim.draws import _fill, uniforms
            uniforms(1, 2, 3, 4)
            return os.environ[kept._KEPT], sum(_fill.stats.cache_hits.values())
        print(*client.submit(look).result(), os.environ[kept._KEPT])
"""


def test_workers_share_what_is_kept_for_now_and_it_goes_away(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(NOTHING_WRITABLE)
    environment = {**HERE, "PYTHONPATH": str(_ROOT), "TMPDIR": str(tmp_path)}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=tmp_path, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    theirs, hits, ours = done.stdout.split()
    assert (theirs, int(hits)) == (ours, 1)
    assert not Path(ours).exists()
