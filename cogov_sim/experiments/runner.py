"""Comparing worlds: the same seeds in each, only what is missing, nothing lost."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cogov_sim.experiments import folders
from cogov_sim.experiments.comparison import Comparison, World
from cogov_sim.experiments.execute import Job, Simulate, execute, simulate
from cogov_sim.experiments.extension import refuse_other_settings
from cogov_sim.experiments.progress import Progress
from cogov_sim.experiments.store import RunKey, RunStore, tag
from cogov_sim.language import Text, UserError
from cogov_sim.scenario import Scenario

#: Largest counts that make sense; beyond them it is a slip of the keyboard.
LIMITS = {"months": 12_000, "seeds": 1_000_000, "workers": 10_000, "residents": 20_000_000}
FEWEST_RESIDENTS = 200


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
        changes: assignments such as ``"government.envelope=20"`` laid over every scenario.
        progress: show how far it is on standard error.
        client: an existing Dask client (a cluster); ``workers`` is then not used.
        simulate: what does one run; for tests and for other models.

    Returns:
        The comparison; with ``out`` also written there.

    Raises:
        UserError: bad scenario, count or folder; a folder that holds a comparison with other settings.
    """
    seed_list = check_seeds(seeds)
    months = check_count("months", months)
    workers = check_count("workers", workers)
    resolved = resolve(scenarios, residents=residents, changes=changes)
    worlds = named([World.of(scenario, name) for name, scenario in resolved])
    jobs = _jobs(resolved, seed_list, months)
    if out is None:
        runs = _run_in_memory(jobs, simulate, workers, client, progress)
        return Comparison(worlds, seed_list, months, runs)
    refuse_other_settings(Path(out), resolved, seed_list, months)
    store = RunStore(out)
    try:
        manifest = _manifest(store, worlds, seed_list, months)
        _write_plan(store, resolved, manifest)
        if progress and store.of_other_code:
            _say_other_code(store)
        missing = [job for job in jobs if job.key not in store.done]
        results = execute(missing, simulate, workers=workers, client=client)
        _keep(store, manifest, jobs, results, Progress(len(missing), show=progress))
        runs = store.runs(job.key for job in jobs)
        comparison = Comparison(worlds, seed_list, months, runs, store.folder)
        comparison.write(store.folder)
        return comparison
    finally:
        store.close()


def resolve(
    scenarios: Sequence[Any], *, residents: int | None = None, changes: list[str] | None = None
) -> list[tuple[str, Any]]:
    """Load every scenario with the changes laid over it; (unique name, Scenario) in the order given."""
    if isinstance(scenarios, str | Path) or not scenarios:
        scenarios = [scenarios] if scenarios else []
    if not scenarios:
        raise UserError("name at least one scenario", "请至少给出一个情景")
    changes = list(changes or [])
    if residents is not None:
        changes.append(f"society.residents={check_count('residents', residents, FEWEST_RESIDENTS)}")
    found: list[tuple[str, Any]] = []
    for source in scenarios:
        scenario = Scenario.load(source, changes=changes)
        same = sum(1 for _, other in found if other.name == scenario.name)
        found.append((f"{scenario.name} ({same + 1})" if same else scenario.name, scenario))
    return found


def named(worlds: list[World]) -> list[World]:
    """The worlds with titles that tell them apart: where two read the same, the name is added."""
    titles = [world.title for world in worlds]
    return [
        replace(world, title=Text(f"{world.title.en} ({world.name})", f"{world.title.zh}（{world.name}）"))
        if titles.count(world.title) > 1
        else world
        for world in worlds
    ]


def check_count(name: str, value: Any, least: int = 1) -> int:
    """A whole number of at least ``least`` for option ``name``; UserError otherwise."""
    most = LIMITS[name]
    try:
        whole = int(value)
        right = not isinstance(value, bool) and whole == float(value) and least <= whole <= most
    except (TypeError, ValueError, OverflowError):
        right = False
    if not right:
        raise UserError(
            f"{name} = {value} is not allowed; a whole number from {least} to {most}",
            f"{name} = {value} 不被允许；应为 {least} 到 {most} 的整数",
        )
    return whole


def check_seeds(seeds: int | Iterable[int]) -> list[int]:
    """The seeds meant by a count or a list, without repeats; UserError if none, negative or not whole."""
    if isinstance(seeds, str) or not isinstance(seeds, Iterable):
        return list(range(1, check_count("seeds", seeds) + 1))
    listed = list(dict.fromkeys(check_seed(seed) for seed in seeds))
    if not listed:
        raise UserError("seeds is empty; give a count or a list of seeds", "种子列表为空；请给出个数或列表")
    return listed


def check_seed(seed: Any) -> int:
    """One seed: a whole number from 0 to 2**63 - 1; UserError otherwise."""
    try:
        whole = int(seed)
        right = not isinstance(seed, bool) and whole == seed and 0 <= whole < 2**63
    except (TypeError, ValueError, OverflowError):
        right = False
    if not right:
        raise UserError(
            f"seed = {seed} is not allowed; a whole number from 0 up",
            f"seed = {seed} 不被允许；应为不小于 0 的整数",
        )
    return whole


def _jobs(resolved: list[tuple[str, Any]], seeds: list[int], months: int) -> list[Job]:
    """Every run once, seed by seed, so that what is there after an interruption can be compared."""
    jobs: dict[RunKey, Job] = {}
    for seed in seeds:
        for name, scenario in resolved:
            job = Job(name, scenario, seed, months)
            jobs.setdefault(job.key, job)
    return list(jobs.values())


def _run_in_memory(jobs: list[Job], do: Simulate, workers: int, client: Any, progress: bool) -> pd.DataFrame:
    frames = []
    code = folders.model_code()
    with Progress(len(jobs), show=progress) as bar:
        for job, measures in execute(jobs, do, workers=workers, client=client):
            frames.append(tag(job.name, job.key, measures, code))
            bar.advance()
    return pd.concat(frames, ignore_index=True)


def _keep(
    store: RunStore,
    manifest: dict[str, Any],
    jobs: list[Job],
    results: Generator[tuple[Job, pd.DataFrame], None, None],
    progress: Progress,
) -> None:
    """Store results as they come; whatever ends this, finished runs and the manifest are written first."""
    start = time.monotonic()
    try:
        with progress as bar, contextlib.closing(results):
            for job, measures in results:
                store.add(job.name, job.key, measures)
                bar.advance()
    finally:
        store.flush()
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
    print(text, file=sys.stderr)


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
        "versions": folders.versions(),
    }


def _write_plan(store: RunStore, resolved: list[tuple[str, Any]], manifest: dict[str, Any]) -> None:
    """The manifest and the resolved scenarios, before anything is run."""
    with folders.writing(store.folder):
        folders.write_json(store.folder / folders.MANIFEST, manifest)
        for name, scenario in resolved:
            path = folders.scenario_file(store.folder, name)
            path.parent.mkdir(exist_ok=True)
            folders.write_whole(path, partial(Path.write_text, data=scenario.to_toml(), encoding="utf-8"))
