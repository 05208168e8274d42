"""Speed as ratios within one run (`make bench`): machines differ, ratios hold. Nothing here fails for being slow."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from reference.model import ReferenceModel

from cogov_sim import CoGovModel, Scenario
from cogov_sim.institutions import institutions
from cogov_sim.society import Society

CITY = Scenario.load("co_governance", changes=["society.preset=haicang"])
WARM_UP = 14  # months, until matters, meetings and bodies are as many as usual
STAGES = ("probe", "settle", "speak", "attend", "give", "keep", "evaluate", "share")


def best(work: Callable[[], Any], repeats: int = 5) -> float:
    """The shortest of some runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def seconds(work: Callable[[], Any]) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@pytest.fixture(scope="module")
def city() -> Iterator[CoGovModel]:
    yield CoGovModel(scenario=CITY, rng=1).run(WARM_UP)


def report(benchmark: Any, text: str, **numbers: float) -> None:
    benchmark.extra_info.update(numbers)
    print(f"\n  {text}: " + ", ".join(f"{k} {v:.3g}" for k, v in numbers.items()))


def test_city_month_against_reference(benchmark: Any, city: CoGovModel) -> None:
    """Resident-months per second: the city against the plain per-agent transcription at its best size (goal: 40)."""
    benchmark.pedantic(city.step, rounds=12, iterations=1)
    kernels = len(city.residents) / benchmark.stats.stats.median
    rates = {}
    for residents in (300, 1000, 3000):
        model = ReferenceModel(scenario="co_governance", rng=1, residents=residents).run(WARM_UP)
        rates[residents] = residents / best(model.step, 6)
    fastest = max(rates.values())
    report(benchmark, "city over reference", ratio=kernels / fastest, city_per_s=kernels, reference_per_s=fastest)


def test_what_working_together_costs(benchmark: Any) -> None:
    """A month of the full reform over one without the institutions of working together, spirit and sharing, months in turn: at most 1.3."""
    together = ("working together", "spirit and sharing")
    less = "co_governance" + "".join(f"-{one.id}" for one in institutions() if one.pillar.en in together)
    models = [CoGovModel(scenario=Scenario.load(world), rng=1).run(WARM_UP) for world in ("co_governance", less)]
    ratio = benchmark.pedantic(lambda: _in_turn(models), rounds=1, iterations=1)
    report(benchmark, "full reform over the same without working together", ratio=ratio)


def _in_turn(models: list[CoGovModel], months: int = 24) -> float:
    """Median over months of the first one's time over the second's."""
    ratios = []
    for _ in range(months):
        first, second = (seconds(model.step) for model in models)
        ratios.append(first / second)
    return statistics.median(ratios)


def seconds_of_residents(model: CoGovModel) -> float:
    """Seconds that the residents' stages take in one more month."""
    spent: list[float] = []

    def timed(original: Callable[[int], None]) -> Callable[[int], None]:
        def run(month: int) -> None:
            start = time.perf_counter()
            original(month)
            spent.append(time.perf_counter() - start)

        return run

    for stage in STAGES:
        setattr(model.residents, stage, timed(getattr(model.residents, stage)))
    model.step()
    for stage in STAGES:
        delattr(model.residents, stage)
    return sum(spent)


def test_residents_kernels_against_streaming(benchmark: Any, city: CoGovModel) -> None:
    """The residents' kernels of one month against copying their columns and ties once (goal: 5)."""
    residents = city.residents
    spent = [seconds_of_residents(city) for _ in range(12)]
    columns = [*residents.columns, *residents.network]
    copies = [np.empty_like(column) for column in columns]

    def stream() -> None:
        for copy, column in zip(copies, columns, strict=True):
            np.copyto(copy, column)

    benchmark.pedantic(stream, rounds=20, iterations=1)
    streaming, best_streaming = benchmark.stats.stats.median, benchmark.stats.stats.min
    report(benchmark, "residents' kernels over streaming", ratio=float(np.median(spent)) / streaming,
           best_ratio=min(spent) / best_streaming, kernels_ms=1e3 * float(np.median(spent)), streaming_ms=1e3 * streaming)  # fmt: skip


def test_generation(benchmark: Any) -> None:
    """450,000 residents with ties (goal: 15 s)."""
    society = benchmark.pedantic(
        lambda: Society.generate(CITY.society, CITY.enterprises, 1), rounds=3, iterations=1, warmup_rounds=1
    )
    report(benchmark, "society", residents=society.units.n_residents, seconds=benchmark.stats.stats.median)


def test_cold_start(benchmark: Any) -> None:
    """`cogov --help` in a fresh process (goal: 0.5 s), against starting Python alone."""
    cogov = Path(sys.executable).with_name("cogov")
    benchmark.pedantic(lambda: subprocess.run([cogov, "--help"], capture_output=True, check=True), rounds=7)
    bare = best(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 7)
    report(benchmark, "cogov --help", seconds=benchmark.stats.stats.median, ratio=benchmark.stats.stats.median / bare)


#: The institutions of the first version of co-governance.
FIRST = (
    "direct_provision", "deburdening", "grid_linkage", "award_grant", "building_groups", "resident_councils", "adoption",
    "deliberation", "disclosure", "enterprise_council",
)  # fmt: skip


def test_month_with_all_institutions(benchmark: Any) -> None:
    """A month of 20,000 residents under co-governance as it is, against its first ten institutions (goal: 2.5)."""
    whole = Scenario.load("co_governance")
    later = "".join(f"-{key}" for key in whole.institutions if key not in FIRST)
    now, first = (CoGovModel(scenario=name, rng=1).run(WARM_UP) for name in (whole, f"co_governance{later}"))
    before = statistics.median(seconds(first.step) for _ in range(24))
    benchmark.pedantic(now.step, rounds=24, iterations=1)
    report(benchmark, "all institutions over the first ten", ratio=benchmark.stats.stats.median / before)


@pytest.mark.parametrize("world", ["government_run", "co_governance"])
def test_public_work_beside_residents(benchmark: Any, world: str) -> None:
    """All of a month of 100,000 residents over their kernels alone: what matters, bodies, purses and measures cost on top."""
    model = CoGovModel(scenario=world, rng=1, residents=100_000).run(WARM_UP)
    kernels = statistics.median(seconds_of_residents(model) for _ in range(12))
    benchmark.pedantic(model.step, rounds=24, iterations=1)
    whole = benchmark.stats.stats.median
    report(benchmark, f"a month of {world} over its kernels", ratio=whole / kernels, month_ms=1e3 * whole)
