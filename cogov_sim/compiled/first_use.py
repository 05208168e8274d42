"""Compiling what is missing before it is needed: all of it at once, in as many processes as there are cores."""

from __future__ import annotations

import contextlib
import heapq
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from cogov_sim.compiled.kept import code_size
from cogov_sim.compiled.kernels import KERNELS, Kernel
from cogov_sim.language import Text

MOST_PROCESSES = 4
SECONDS = 7e-4  # to compile a byte of Python code, on an ordinary laptop
START = 2.5  # seconds that a process takes until it begins
WORTH_IT = 8.0  # seconds of compiling from which others are asked to help
PATIENCE = 900.0  # seconds after which a helper is given up
#: What has kernels; ``cogov prepare`` looks no further.
MODULES = (
    "cogov_sim.agents.residents",
    "cogov_sim.agents.opinions",
    "cogov_sim.society.ties",
    "cogov_sim.lab.strategy",
)
_COMPILE = "import sys; from cogov_sim.compiled.first_use import compile_these; compile_these(sys.argv[1:])"

_lock = threading.RLock()
_looked_at: set[str] = set()


def prepare() -> bool:
    """Compile every kernel of the package that has been imported and is not kept; says so first, on standard error.

    Returns:
        Whether there was anything to do.
    """
    with _lock:
        new = [kernel for kernel in KERNELS.values() if kernel.name not in _looked_at]
        _looked_at.update(kernel.name for kernel in new)
        missing = [kernel for kernel in new if kernel.signature is not None and not kernel.there]
        if missing:
            shares = _shares(missing, _processes(missing))
            _say(shares)
            _compile(shares)
        return bool(missing)


def prepare_all() -> bool:
    """``prepare`` for all there is, imported or not."""
    for module in MODULES:
        import_module(module)
    return prepare()


def ensure(kernel: Kernel) -> None:
    """``prepare``, unless it was done since the kernel was imported."""
    if kernel.name not in _looked_at:
        prepare()


def compile_these(names: Sequence[str]) -> None:
    """Compile the kernels of these names; what a helping process does."""
    for name in names:
        module, _, _ = name.rpartition(".")
        import_module(module)
        KERNELS[name].compile()


def _processes(missing: list[Kernel]) -> int:
    """How many processes shall compile, this one among them."""
    if sum(map(_seconds, missing)) < WORTH_IT or not _can_be_helped():
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, MOST_PROCESSES, len(missing)))


def _can_be_helped() -> bool:
    """Whether what runs this is a Python that can be started anew: no frozen program, no other program's Python."""
    return not getattr(sys, "frozen", False) and Path(sys.executable or "").name.lower().startswith("python")


def _seconds(kernel: Kernel) -> float:
    return SECONDS * code_size(kernel.py_func)


def _shares(missing: list[Kernel], count: int) -> list[list[Kernel]]:
    """Deal kernels out, the largest first, each to who has least to do."""
    shares: list[list[Kernel]] = [[] for _ in range(count)]
    loads = [(0.0 if number == 0 else START, number) for number in range(count)]
    for kernel in sorted(missing, key=lambda kernel: (-_seconds(kernel), kernel.name)):
        load, number = loads[0]
        shares[number].append(kernel)
        heapq.heapreplace(loads, (load + _seconds(kernel), number))
    return shares


def _say(shares: list[list[Kernel]]) -> None:
    seconds = max(1, round(max(sum(map(_seconds, share)) for share in shares)))
    text = Text(
        f"compiling the residents' rules, about {seconds} s, once", f"正在编译居民规则，约 {seconds} 秒，只需一次"
    )
    with contextlib.suppress(OSError, ValueError, AttributeError):  # a program may have no standard error
        print(text, file=sys.stderr, flush=True)


def _compile(shares: list[list[Kernel]]) -> None:
    """Compile the first share here and the others beside; what a helper leaves undone is compiled when it is called."""
    mine, *others = shares
    with contextlib.ExitStack() as helpers:
        for share in others:
            if share:
                helpers.enter_context(_helper([kernel.name for kernel in share]))
        for kernel in mine:
            kernel.compile()


@contextlib.contextmanager
def _helper(names: list[str]) -> Iterator[None]:
    """A process that compiles, waited for at the end; ended with this one's work if that is broken off."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _COMPILE, *names],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        yield
        return
    try:
        yield
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
