"""Comparing worlds: the same seeds in each, only what is missing, nothing lost."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cogov_sim import origin
from cogov_sim.compiled.first_use import prepare_all
from cogov_sim.experiments import folders
from cogov_sim.experiments.comparison import Comparison, World
from cogov_sim.experiments.execute import Job, Simulate, execute, simulate
from cogov_sim.experiments.extension import refuse_other_settings
from cogov_sim.experiments.progress import Progress
from cogov_sim.experiments.store import RunKey, RunStore, tag
from cogov_sim.experiments.worlds import Design, check_count, check_money, check_seeds, named, resolve
from cogov_sim.inputs import user_path
from cogov_sim.language import Text
from cogov_sim.terminal import say


def compare(
    scenarios: Sequence[Any],
    *,
    seeds: int | Iterable[int] = 20,
    months: int = 60,
    workers: int = 1,
    out: str | Path | None = None,
    residents: int | None = None,
    changes: list[str] | None = None,
    progress: bool = True,
    client: Any = None,
    simulate: Simulate = simulate,
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
        simulate: what does one run; for tests and for other models.

    Returns:
        The comparison; with ``out`` also written there.

    Raises:
        UserError: bad scenario, count or folder; a folder that holds a comparison with other settings.
    """
    out = None if out is None else user_path(out)
    seed_list = check_seeds(seeds)
    months = check_count("months", months)
    workers = check_count("workers", workers)
    resolved = resolve(scenarios, residents=residents, changes=changes)
    worlds = named([World.of(scenario, name) for name, scenario in resolved])
    jobs = _jobs(resolved, seed_list, months)
    if out is None:
        runs = _finish(jobs, simulate, None, workers=workers, progress=progress, client=client)
        return Comparison(worlds, seed_list, months, runs)
    refuse_other_settings(out, resolved, seed_list, months)
    store = RunStore(out)
    try:
        manifest = _manifest(store, worlds, seed_list, months)
        _write_plan(store, resolved, manifest)
        if progress and store.of_other_code:
            _say_other_code(store)
        with _accounted(store, manifest, jobs):
            runs = _finish(jobs, simulate, store, workers=workers, progress=progress, client=client)
        comparison = Comparison(worlds, seed_list, months, runs, store.folder)
        comparison.write(store.folder)
        return comparison
    finally:
        store.close()


def run(worlds: Mapping[str, Any], design: Design) -> Comparison:
    """Run every world with the same seeds, all in one pool of processes; worlds with the same settings run once.

    Args:
        worlds: scenarios by a name of their own.
        design: how much.

    Raises:
        UserError: seeds that are none, a folder that cannot be written.
    """
    seeds = check_seeds(design.seeds)
    jobs = _jobs(list(worlds.items()), seeds, design.months)
    store = RunStore(design.out) if design.out is not None else None
    try:
        runs = _finish(jobs, design.simulate, store, workers=design.workers, progress=design.progress)
    finally:
        if store is not None:
            store.close()
    return Comparison([World.of(world, name) for name, world in worlds.items()], seeds, design.months, runs)


def _finish(
    jobs: list[Job], do: Simulate, store: RunStore | None, *, workers: int, progress: bool, client: Any = None
) -> pd.DataFrame:
    """Do what is missing and return all runs. A store keeps each as it comes, so that whatever ends this loses none."""
    missing = [job for job in jobs if store is None or job.key not in store.done]
    if missing and _is_ours(do):
        prepare_all()
    results = execute(missing, do, workers=workers, client=client)
    code = origin.model_code()
    frames = []
    try:
        with Progress(len(missing), show=progress) as bar, contextlib.closing(results):
            for job, measures in results:
                if store is None:
                    frames.append(tag(job.name, job.key, measures, code))
                else:
                    store.add(job.name, job.key, measures)
                bar.advance()
    finally:
        if store is not None:
            store.flush()
    return pd.concat(frames, ignore_index=True) if store is None else store.runs(job.key for job in jobs)


def _is_ours(do: Simulate) -> bool:
    """Whether a simulation of one run is of this package, and so needs the compiled rules."""
    return (getattr(do, "__module__", None) or "").partition(".")[0] == __name__.partition(".")[0]


def _jobs(resolved: list[tuple[str, Any]], seeds: list[int], months: int) -> list[Job]:
    """Every run once, seed by seed, so that what is there after an interruption can be compared."""
    for name, scenario in resolved:
        check_money(scenario, name, months)
    jobs: dict[RunKey, Job] = {}
    for seed in seeds:
        for name, scenario in resolved:
            job = Job(name, scenario, seed, months)
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


def _say_other_code(store: RunStore) -> None:
    count = store.of_other_code
    text = Text(
        f"{store.folder}: {count} earlier runs were made by other model code and are not used",
        f"{store.folder}：{count} 次较早的运行由不同版本的模型代码产生，不予使用",
    )
    say(text)


def _manifest(store: RunStore, worlds: list[World], seeds: list[int], months: int) -> dict[str, Any]:
    earlier = store.earlier
    return {
        "kind": "comparison",
        "created": earlier.get("created", folders.now()),
        "updated": folders.now(),
        "seconds": float(earlier.get("seconds", 0.0)),
        "runs": len({world.fingerprint for world in worlds}) * len(seeds),
        "runs_done": 0,
        "months": months,
        "seeds": seeds,
        "scenarios": {
            world.name: {
                "title": {"en": world.title.en, "zh": world.title.zh},
                "fingerprint": world.fingerprint,
                "hour_value": world.hour_value,
            }
            for world in worlds
        },
        "code": store.code,
        "versions": origin.versions(),
    }


def _write_plan(store: RunStore, resolved: list[tuple[str, Any]], manifest: dict[str, Any]) -> None:
    """The manifest and the resolved scenarios, before anything is run."""
    with folders.writing(store.folder):
        folders.write_json(store.folder / folders.MANIFEST, manifest)
        for name, scenario in resolved:
            path = folders.scenario_file(store.folder, name)
            path.parent.mkdir(exist_ok=True)
            folders.write_whole(path, partial(Path.write_text, data=scenario.to_toml(), encoding="utf-8"))
