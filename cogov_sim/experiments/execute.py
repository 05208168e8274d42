"""Doing many runs: one after the other here, or spread over Dask workers on this machine or a cluster."""

from __future__ import annotations

import contextlib
import inspect
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cogov_sim.agents.kernels import YEAR
from cogov_sim.experiments import parts
from cogov_sim.experiments.failures import Fault
from cogov_sim.experiments.signals import Arrivals
from cogov_sim.experiments.store import RunKey
from cogov_sim.language import Text, asked_to_end

#: Simulates one run: (scenario, seed, months) -> monthly measures with a column ``month``.
Simulate = Callable[[Any, int, int], pd.DataFrame]

#: How many workers may die under one run before it is held responsible for it.
ALLOWED_DEATHS = 20


@dataclass(frozen=True)
class Job:
    """One run to do.

    Attributes:
        name: of the world, with its cell where a design has cells.
        scenario, seed, months: what is simulated.
        code: identity of what it is made by, as from ``origin.run_code``.
    """

    name: str
    scenario: Any
    seed: int
    months: int
    code: str

    @property
    def key(self) -> RunKey:
        """Identity of the run."""
        return RunKey(self.scenario.fingerprint, self.seed, self.months, self.code)


def simulate(scenario: Any, seed: int, months: int, histories: Path | None = None) -> pd.DataFrame:
    """One run of the model; its monthly measures, one row a month, and in its last twelve what groups of residents bear.

    Args:
        scenario, seed, months: what is simulated.
        histories: folder where societies on the eve of the reform are kept, so that worlds which share one pay for it once.
    """
    from cogov_sim.measures.groups import Groups  # noqa: PLC0415 - compiled kernels only where something is run
    from cogov_sim.model import CoGovModel  # noqa: PLC0415

    model = CoGovModel(scenario=scenario, rng=seed, histories=histories)
    try:
        model.run(months=max(0, months - YEAR))
        groups, rows = Groups(model.residents), []
        for _ in range(min(YEAR, months)):
            model.step()
            rows.append(groups.month())
        measures = model.measures.copy()
        return measures.join(pd.DataFrame(rows, index=measures.index[len(measures) - len(rows) :]))
    finally:
        model.close()


def sharing_histories(do: Simulate, folder: Path) -> Simulate:
    """A simulation of one run that keeps what was before the reform in a folder, if it is one that can."""
    with_folder: Callable[..., pd.DataFrame] = do
    return partial(with_folder, histories=folder) if can_share_histories(do) else do


def can_share_histories(do: Simulate) -> bool:
    """Whether a simulation of one run takes a folder of histories."""
    try:
        return "histories" in inspect.signature(do).parameters
    except (TypeError, ValueError):
        return False


def in_order(jobs: list[Job], workers: int) -> list[Job]:
    """The jobs so ordered that whoever needs a history finds it: of those that share one, which stand together, the first is
    begun as many groups earlier as there are workers.
    """
    common = {
        id(scenario): scenario.common_fingerprint
        for scenario in {id(job.scenario): job.scenario for job in jobs}.values()
    }
    groups: dict[tuple[str, int], list[Job]] = {}
    for job in jobs:
        groups.setdefault((common[id(job.scenario)], job.seed), []).append(job)
    several = list(groups.values())
    ahead = [[first] for first, *_ in several] + [[]] * workers
    after: list[list[Job]] = [[]] * workers + [rest for _, *rest in several]
    return [job for early, late in zip(ahead, after, strict=True) for job in (*early, *late)]


def attempt(do: Simulate, scenario: Any, seed: int, months: int) -> pd.DataFrame | Fault:
    """The measures of one run, or why there are none: whatever is raised in it, or wrong with what it gives."""
    try:
        measures = do(scenario, seed, months)
        wrong = parts.fault(measures, months)
    except (Exception, SystemExit) as error:
        if asked_to_end(error):
            raise
        return Fault.of(error)
    return measures if wrong is None else Fault(Text(f"the run {wrong.en}", f"该运行{wrong.zh}"))


def execute(
    jobs: list[Job], do: Simulate, *, workers: int = 1, client: Any = None
) -> Generator[tuple[Job, pd.DataFrame | Fault], None, None]:
    """Do the jobs and yield each as it finishes; a run that fails ends none of the others.

    Args:
        jobs: what to do.
        do: the simulation of one run.
        workers: processes on this machine; 1 does everything in this process.
        client: an existing ``distributed.Client`` to use instead.
    """
    arrivals = Arrivals()
    if client is not None:
        with arrivals.signals_kept():
            yield from _on_client(jobs, do, client, arrivals)
    elif workers == 1 or len(jobs) == 1:
        for job in jobs:
            yield job, attempt(do, job.scenario, job.seed, job.months)
    elif jobs:
        with arrivals.signals_kept(), _local_client(min(workers, len(jobs))) as local:
            yield from _on_client(jobs, do, local, arrivals)


def _on_client(
    jobs: list[Job], do: Simulate, client: Any, arrivals: Arrivals
) -> Generator[tuple[Job, pd.DataFrame | Fault], None, None]:
    from distributed.scheduler import KilledWorker  # noqa: PLC0415

    pending = {client.submit(attempt, do, job.scenario, job.seed, job.months, pure=False): job for job in jobs}
    try:
        for future in pending:
            future.add_done_callback(arrivals.put)
        while pending:
            future = arrivals.get()
            job = pending.pop(future)
            try:
                result = future.result()
            except KilledWorker:
                result = _DEADLY
            except Exception as error:  # lost on its way back
                result = Fault.of(error)
            future.release()
            yield job, result
    finally:
        if pending:
            client.cancel(list(pending))


_DEADLY = Fault(
    Text(
        f"the run killed its worker {ALLOWED_DEATHS} times, most likely for lack of memory; use fewer --workers or "
        "fewer --residents",
        f"该运行已使工作进程终止 {ALLOWED_DEATHS} 次，多半是内存不足；请减少 --workers 或 --residents",
    )
)


@contextlib.contextmanager
def _local_client(workers: int) -> Iterator[Any]:
    """Worker processes on this machine, reachable from it only, one thread each; replaced when they die."""
    import dask  # noqa: PLC0415
    from distributed import Client, LocalCluster, WorkerPlugin  # noqa: PLC0415

    class LeaveInterrupts(WorkerPlugin):
        """Ctrl-C reaches every process of the terminal; only the first one shall act on it."""

        def setup(self, worker: Any) -> None:
            """Called in every new worker process."""
            with contextlib.suppress(ValueError):
                signal.signal(signal.SIGINT, signal.SIG_IGN)

    threads = str(max(1, (os.cpu_count() or 1) // workers))
    settings = {
        "distributed.scheduler.allowed-failures": ALLOWED_DEATHS,
        "distributed.comm.timeouts.connect": "60s",
        "distributed.worker.memory.terminate": False,
    }
    with (
        dask.config.set(settings),
        _main_not_imported_again(),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any free port, this machine only
            memory_limit=0,
            silence_logs=50,
            env={"NUMBA_NUM_THREADS": threads},
        ) as cluster,
        Client(cluster) as client,
    ):
        client.register_plugin(LeaveInterrupts(), name="leave-interrupts")
        yield client


@contextlib.contextmanager
def _main_not_imported_again() -> Iterator[None]:
    """Keep new worker processes from importing the user's script, which would start the comparison again.

    Functions of the script still reach the workers: they travel by value.
    """
    main = sys.modules["__main__"]
    missing = object()
    saved = {name: main.__dict__.get(name, missing) for name in ("__file__", "__spec__")}
    main.__dict__.pop("__file__", None)
    main.__spec__ = None
    try:
        yield
    finally:
        for name, value in saved.items():
            if value is missing:
                main.__dict__.pop(name, None)
            else:
                main.__dict__[name] = value
