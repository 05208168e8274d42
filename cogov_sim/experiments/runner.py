"""Comparing worlds: the same seeds in each, only what is missing, nothing lost."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cogov_sim.compiled.first_use import prepare_all
from cogov_sim.experiments import folders
from cogov_sim.experiments.comparison import Comparison, World
from cogov_sim.experiments.execute import (
    Job,
    Simulate,
    can_share_histories,
    execute,
    in_order,
    sharing_histories,
    simulate,
)
from cogov_sim.experiments.extension import refuse_other_settings
from cogov_sim.experiments.failures import Failure, Fault, all_failed, summary
from cogov_sim.experiments.progress import Progress
from cogov_sim.experiments.store import ASIDE, RunKey, RunStore, tag
from cogov_sim.experiments.worlds import Design, check_money, check_seeds, named, resolve, say_if_small
from cogov_sim.inputs import check_count, user_path
from cogov_sim.language import Text
from cogov_sim.origin import model_code, run_code
from cogov_sim.terminal import say

HISTORIES = "histories"
"""Where a comparison keeps its societies on the eve of the reform."""


def compare(
    scenarios: Sequence[Any],
    *,
    seeds: int | Iterable[int] = 20,
    months: int = 60,
    workers: int = 1,
    out: str | Path | None = None,
    residents: int | None = None,
    changes: str | Sequence[str] | None = None,
    progress: bool = True,
    client: Any = None,
    simulate: Simulate = simulate,
    histories: str | Path | None = None,
) -> Comparison:
    """Run the same seeds in every world and compare.

    Args:
        scenarios: names, paths or ``Scenario`` objects; the first is the baseline.
        seeds: how many (1, 2, ...), or which.
        months: months of each run.
        workers: processes on this machine; 1 runs everything in this one.
        out: folder for runs, tables and figures; with the same folder again only what is missing is run, and what
            it holds can be extended by seeds and by worlds after the baseline.
        residents: number of residents in every world.
        changes: assignments such as ``"government.envelope=20"`` laid over every scenario; a setting of an institution
            over every scenario that has it.
        progress: show how far it is on standard error.
        client: an existing Dask client (a cluster); ``workers`` is then not used.
        simulate: what does one run; for tests and for other models. Its code is part of a run's identity.
        histories: a folder of societies on the eve of the reform that several comparisons share; None: that of ``out``.

    Returns:
        The comparison of all runs that are complete, with those that failed in ``failures``; with ``out`` also written
        there.

    Raises:
        UserError: bad scenario, count or folder; a folder that holds a comparison with other settings; as
            ``RunsFailed`` where every run fails.
    """
    out = None if out is None else user_path(out)
    shared = None if histories is None else user_path(histories)
    seed_list = check_seeds(seeds)
    months = check_count("months", months)
    workers = check_count("workers", workers)
    resolved = resolve(scenarios, residents=residents, changes=changes)
    worlds = named([World.of(scenario, name) for name, scenario in resolved])
    jobs = _jobs(resolved, seed_list, months, simulate)
    if out is None:
        runs, failed = _finish(
            jobs, simulate, None, workers=workers, progress=progress, client=client, histories=shared
        )
        return Comparison(worlds, seed_list, months, runs, failures=failed)
    refuse_other_settings(out, resolved, seed_list, months)
    with _opened(out, jobs, progress=progress) as store:
        manifest = _manifest(store, worlds, jobs)
        _write_plan(store, resolved, manifest)
        with _accounted(store, manifest, jobs):
            runs, failed = _finish(
                jobs,
                simulate,
                store,
                workers=workers,
                progress=progress,
                client=client,
                histories=shared or store.folder / HISTORIES,
            )
            manifest["failed"] = [_entry(failure) for failure in failed]
        comparison = Comparison(worlds, seed_list, months, runs, store.folder, failed)
        comparison.write(store.folder)
        return comparison


def run(worlds: Mapping[str, Any], design: Design) -> Comparison:
    """Run every world with the same seeds, all in one pool of processes; worlds with the same settings run once.

    Args:
        worlds: scenarios by a name of their own.
        design: how much; runs that fail are added to its ``failures``.

    Raises:
        UserError: seeds that are none, a folder that cannot be written; as ``RunsFailed`` where every run fails.
    """
    seeds = check_seeds(design.seeds)
    jobs = _jobs(list(worlds.items()), seeds, design.months, design.simulate)
    opened = contextlib.nullcontext() if design.out is None else _opened(design.out, jobs, progress=design.progress)
    with opened as store:
        runs, failed = _finish(jobs, design.simulate, store, workers=design.workers, progress=design.progress)
    design.failures.extend(failed)
    named = [World.of(world, name) for name, world in worlds.items()]
    return Comparison(named, seeds, design.months, runs, failures=failed)


@contextlib.contextmanager
def _opened(out: Path, jobs: list[Job], *, progress: bool) -> Iterator[RunStore]:
    """The store of a folder, with a word on what in it is not used, or was made otherwise."""
    store = RunStore(out)
    try:
        if progress:
            for text in _remarks(store, [job.key for job in jobs]):
                say(text)
        yield store
    finally:
        store.close()


def _finish(
    jobs: list[Job],
    do: Simulate,
    store: RunStore | None,
    *,
    workers: int,
    progress: bool,
    client: Any = None,
    histories: Path | None = None,
) -> tuple[pd.DataFrame, list[Failure]]:
    """Do what is missing; return all runs that are complete, and those that failed.

    A store keeps each as it comes, so that whatever ends this loses none.

    Raises:
        RunsFailed: no run is complete.
    """
    missing = [job for job in jobs if store is None or job.key not in store.done]
    if missing and _is_ours(do):
        if progress:
            say_if_small(job.scenario for job in missing)
        prepare_all()
    frames: list[pd.DataFrame] = []
    failed: list[Failure] = []
    try:
        with contextlib.ExitStack() as stack:
            if can_share_histories(do):
                missing = in_order(missing, workers)
                do = sharing_histories(do, _histories(stack, histories))
            results = execute(missing, do, workers=workers, client=client)
            bar = stack.enter_context(Progress(len(missing), show=progress))
            stack.enter_context(contextlib.closing(results))
            for job, result in results:
                _take_in(job, result, store, frames, failed)
                bar.advance()
        if store is not None:
            store.forget_failures()
    finally:
        if store is not None:
            store.flush()
    folder = None if store is None else store.folder
    if len(failed) == len(jobs):
        raise all_failed(failed, folder)
    if progress and failed:
        for text in summary(failed, len(jobs), folder):
            say(text)
    return (pd.concat(frames, ignore_index=True) if store is None else store.runs(job.key for job in jobs)), failed


def _take_in(
    job: Job, result: pd.DataFrame | Fault, store: RunStore | None, frames: list[pd.DataFrame], failed: list[Failure]
) -> None:
    """Keep a run that is complete, in the store or among ``frames``, or note why it failed."""
    if isinstance(result, Fault):
        failed.append(Failure(job.name, job.seed, job.months, result.message, result.trace))
        if store is not None:
            store.fail(failed[-1])
    elif store is None:
        frames.append(tag(job.name, job.key, result))
    else:
        store.add(job.name, job.key, result)


def _histories(stack: contextlib.ExitStack, folder: Path | None) -> Path:
    """A folder for what was before the reform: the one given, where it is kept, or one that goes with the stack."""
    if folder is None:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cogov-", ignore_cleanup_errors=True)))
    with folders.writing(folder):
        folder.mkdir(exist_ok=True)
        for unfinished in folder.glob("*.part"):
            unfinished.unlink(missing_ok=True)
    return folder


def _is_ours(do: Simulate) -> bool:
    """Whether a simulation of one run is of this package, and so needs the compiled rules."""
    return (getattr(do, "__module__", None) or "").partition(".")[0] == __name__.partition(".")[0]


def _jobs(resolved: list[tuple[str, Any]], seeds: list[int], months: int, do: Simulate) -> list[Job]:
    """Every run once, seed by seed, so that what is there after an interruption can be compared."""
    for name, scenario in resolved:
        check_money(scenario, name, months)
    codes = {name: run_code(scenario, do) for name, scenario in resolved}
    jobs: dict[RunKey, Job] = {}
    for seed in seeds:
        for name, scenario in resolved:
            job = Job(name, scenario, seed, months, codes[name])
            jobs.setdefault(job.key, job)
    return list(jobs.values())


@contextlib.contextmanager
def _accounted(store: RunStore, manifest: dict[str, Any], jobs: list[Job]) -> Iterator[None]:
    """Whatever ends this, the manifest then says how many runs are done and how long they took."""
    start = time.monotonic()
    try:
        yield
    finally:
        manifest["seconds"] = round(manifest["seconds"] + time.monotonic() - start, 3)
        manifest["runs_done"] = sum(1 for job in jobs if job.key in store.done)
        with folders.writing(store.folder):
            folders.write_json(store.folder / folders.MANIFEST, manifest)


def _remarks(store: RunStore, keys: list[RunKey]) -> Iterator[Text]:
    """What a user should know of the runs that are already in a folder."""
    folder = store.folder
    if count := store.of_other_code(keys):
        yield Text(
            f"{folder}: {count} earlier runs were made by other code (model, plug-in or simulate) and are not used",
            f"{folder}：{count} 次较早的运行由不同的代码（模型、插件或 simulate）产生，不予使用",
        )
    for path, why in store.set_aside:
        yield Text(
            f"{path}: {why.en}, so it was set aside in {path.parent / ASIDE} and its runs are done again",
            f"{path}：{why.zh}，已移至 {path.parent / ASIDE}，其中的运行将重做",
        )
    if other := store.of_other_versions(keys):
        said = ", ".join(f"{name} {'/'.join(sorted(there))}" for name, there in other.items())
        now = ", ".join(f"{name} {store.versions[name]}" for name in other)
        yield Text(
            f"{folder}: earlier runs were made with {said} and are used, now it is {now}; last digits may differ, so choose "
            "another --out if all runs shall be made alike",
            f"{folder}：较早的运行使用 {said}，仍予使用，现为 {now}；末位数字可能不同，如需全部一致请换一个 --out",
        )


def _entry(failure: Failure) -> dict[str, Any]:
    """A failed run in the manifest."""
    message = {"en": failure.message.en, "zh": failure.message.zh}
    return {"scenario": failure.world, "seed": failure.seed, "message": message}


def _manifest(store: RunStore, worlds: list[World], jobs: list[Job]) -> dict[str, Any]:
    earlier = store.earlier
    codes = {job.key.fingerprint: job.code for job in jobs}
    return {
        "kind": "comparison",
        "created": earlier.get("created", folders.now()),
        "updated": folders.now(),
        "seconds": float(earlier.get("seconds", 0.0)),
        "runs": len(jobs),
        "runs_done": 0,
        "failed": [],
        "months": jobs[0].months,
        "seeds": list(dict.fromkeys(job.seed for job in jobs)),
        "scenarios": {
            world.name: {
                "title": {"en": world.title.en, "zh": world.title.zh},
                "fingerprint": world.fingerprint,
                "code": codes[world.fingerprint],
                "hour_value": world.hour_value,
                "institutions": dict(world.institutions),
                "common": world.common,
            }
            for world in worlds
        },
        "code": model_code(),
        "versions": store.versions,
    }


def _write_plan(store: RunStore, resolved: list[tuple[str, Any]], manifest: dict[str, Any]) -> None:
    """The manifest and the resolved scenarios, before anything is run."""
    with folders.writing(store.folder):
        folders.write_json(store.folder / folders.MANIFEST, manifest)
        for name, scenario in resolved:
            path = folders.scenario_file(store.folder, name)
            path.parent.mkdir(exist_ok=True)
            folders.write_whole(path, partial(Path.write_text, data=scenario.to_toml(), encoding="utf-8"))
