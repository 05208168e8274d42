"""Do the tests feel a change? Turn one operator, comparison or constant of the commons at a time and see whether a test fails.

Not part of the test command: ``make mutants`` runs it (about half an hour on two cores). The mutants are drawn with a fixed
seed; each is tried in a copy of the project, on the fast tests of public work that run its line, the quickest first.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
MUTATED = "cogov_sim/commons"
#: Tests of what is not public work: they run none of it, or run it to draw or write something.
ELSEWHERE = ("ablation", "boundary", "calibration", "checkpoint", "cli", "compiled", "docs", "draws", "experiment_folders",
             "experiments", "failed_runs", "field_checks", "inputs", "lab", "mesa_client", "origin", "plugins", "report", "scenario",
             "scenario_errors", "shipped", "state", "store", "strange_folders", "strategy_method", "usage", "validate", "validation_page",
             "validation_rows")  # fmt: skip
FAST = ("-m", "not slow", "-q", "-p", "no:cacheprovider", *(f"--ignore=tests/test_{name}.py" for name in ELSEWHERE))
NEEDED = ("cogov_sim", "tests", "scenarios", "docs", "notebooks", "tools", "pyproject.toml", "README.md",
          "README.zh-CN.md")  # fmt: skip
LONGEST = 900  # seconds for one mutant's tests; whoever takes longer hangs, and is found out
QUICKEST = 20  # tests that are tried before whole files of them
FIRST = 3600  # seconds for all these tests without a mutant, while it is recorded which line each runs
WANTED = 0.95

#: Mutants that change nothing anybody could see, and why.
EQUIVALENT: dict[str, str] = {
    "estates.upkeep: assets.full_cost[own] * commons.quality[own] * DECAY[PROPERTY] -> "
    "assets.full_cost[own] * commons.quality[own] / DECAY[PROPERTY]": "only the proportions of this product count",
    "desk.answer: 1.0 -> 2.0": "one times what waits is all that waits",
    "watch.finds_favour: 1 -> 2": "one independent draw is as good as another",
}

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One changed place.

    Attributes:
        file: source file, from the project's root.
        line: its line.
        name: what was changed into what, and where; the same however lines move.
        source: the whole file, changed.
    """

    file: str
    line: int
    name: str
    source: str


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of one file, in the order of its lines."""
    tree = ast.parse(path.read_text("utf-8"))
    _drop_what_does_nothing(tree)
    for place, node in enumerate(ast.walk(tree)):
        if _turned(copy.deepcopy(node)) is not None:
            changed = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(changed)) if i == place)
            old = ast.unparse(node)
            _turned(target)
            name = f"{path.stem}.{_function(tree, node)}: {_short(old)} -> {_short(ast.unparse(target))}"
            yield Mutant(str(path.relative_to(ROOT)), node.lineno, name, ast.unparse(changed))


def _drop_what_does_nothing(tree: ast.AST) -> None:
    """Annotations and docstrings run nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in (*node.args.args, *node.args.kwonlyargs):
                argument.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Name("object")


def _turned(node: ast.AST) -> ast.AST | None:
    """The node turned into its mutant, in place; None where there is nothing to turn."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED:
        node.ops[0] = _COMPARED[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATED:
        node.op = _OPERATED[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        node.value = 2 * node.value or type(node.value)(1)
    else:
        return None
    return node


def _function(tree: ast.AST, node: ast.AST) -> str:
    around = [f.name for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and node in ast.walk(f)]
    return around[-1] if around else "module"


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 90 else line[:87] + "..."


def drawn(count: int, seed: int) -> list[Mutant]:
    """A sample of all mutants; those known to be equivalent are replaced by others."""
    every = [mutant for path in sorted((ROOT / MUTATED).glob("*.py")) for mutant in mutants_of(path)]
    luck = random.Random(seed)
    sample = [mutant for mutant in luck.sample(every, count) if mutant.name not in EQUIVALENT]
    while len(sample) < count:
        another = luck.choice(every)
        if another.name not in EQUIVALENT and another not in sample:
            sample.append(another)
    return sample


class Copy:
    """A copy of the project in which mutants are tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in NEEDED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name)
            else:
                shutil.copy2(source, folder / name)

    def pytest(self, *arguments: str, longest: float = LONGEST) -> tuple[int, str]:
        """Pytest's exit code in this copy (1 where it does not end in these seconds) and what it printed."""
        command = [sys.executable, "-m", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=longest, check=False
            )
        except subprocess.TimeoutExpired:
            return 1, "took too long"
        return done.returncode, done.stdout

    def kills(self, mutant: Mutant, tests: Covering) -> bool:
        """Whether a test fails with the mutant."""
        path = self.folder / mutant.file
        kept = path.read_text("utf-8")
        path.write_text(mutant.source, "utf-8")
        try:
            return any(self.pytest("pytest", "-x", *FAST, *some)[0] != 0 for some in (tests.quick, tests.files) if some)
        finally:
            path.write_text(kept, "utf-8")


class Covering(NamedTuple):
    """The tests that run a line, the quickest first.

    Attributes:
        quick: names of the quickest.
        files: all their files, since tests of a file share what they ran.
    """

    quick: list[str]
    files: list[str]


def covering(place: Copy) -> dict[tuple[str, int], Covering]:
    """The fast tests that run each line; a line that is run on import only is covered by those of its whole file."""
    import coverage

    code, said = place.pytest(
        "pytest", *FAST, "--cov", MUTATED, "--cov-context=test", "--cov-report=", "--durations=0", "--durations-min=0",
        "-n", "logical", "--dist", "loadfile", longest=FIRST,
    )  # fmt: skip
    if code != 0:
        sys.exit(f"the fast tests fail without any mutant:\n{said[-3000:]}")
    seconds: Counter[str] = Counter()
    for time, test in re.findall(r"^(\d+\.\d+)s (?:call|setup|teardown) +(.+)$", said, re.MULTILINE):
        seconds[test] += float(time)
        seconds[test.split("::")[0]] += float(time)
    lines = coverage.CoverageData(str(place.folder / ".coverage"))
    lines.read()
    found: dict[tuple[str, int], Covering] = {}
    for file in lines.measured_files():
        name = str(Path(file).relative_to(place.folder))
        by_line = {
            line: {context.rpartition("|")[0] for context in contexts} - {""}
            for line, contexts in lines.contexts_by_lineno(file).items()
        }
        every = set().union(*by_line.values())
        for line, tests in by_line.items():
            quickest = sorted(tests or every, key=lambda test: (seconds[test], test))
            files = sorted({test.split("::")[0] for test in quickest}, key=lambda file: seconds[file])
            found[name, line] = Covering(quickest[:QUICKEST], files)
    return found


def main() -> int:
    """Try a sample of mutants; 0 if enough of them are found out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="name the mutants and try none")
    asked = parser.parse_args()
    sample = drawn(asked.count, asked.seed)
    if asked.list:
        print("\n".join(f"{mutant.file}:{mutant.line} {mutant.name}" for mutant in sample))
        return 0
    with tempfile.TemporaryDirectory(prefix="mutants_") as folder:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for worker in range(asked.workers):
            (Path(folder) / str(worker)).mkdir()
            copies.put(Copy(Path(folder) / str(worker)))
        first = copies.get()
        tests = covering(first)
        copies.put(first)

        def tried(mutant: Mutant) -> bool:
            place = copies.get()
            try:
                killed = place.kills(mutant, tests.get((mutant.file, mutant.line), Covering([], [])))
            finally:
                copies.put(place)
            print("killed  " if killed else "SURVIVED", f"{mutant.file}:{mutant.line} {mutant.name}", flush=True)
            return killed

        with ThreadPoolExecutor(asked.workers) as pool:
            killed = sum(pool.map(tried, sample))
    print(f"{killed} of {len(sample)} mutants killed (seed {asked.seed}); {len(EQUIVALENT)} known to be equivalent")
    return 0 if killed >= WANTED * len(sample) else 1


if __name__ == "__main__":
    sys.exit(main())
