"""Makes what the documents show, and records what made it, in ``docs/made_by.json``; ``make shipped`` runs it.

Everything takes about an hour and a half on two cores; a name makes one part: ``python tools/shipped.py headlines``. A part is made
anew when the model's results change: ``tests/test_shipped.py`` compares.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import readme_results
from readme_results import AS_THEY_ARE, DOCS, LOWER, ROWS, SILENT

from cogov_sim import CoGovModel, Scenario
from cogov_sim.experiments import Comparison, compare, wedge
from cogov_sim.experiments import where as what_works
from cogov_sim.experiments.drift import QUANTITIES, types_drift
from cogov_sim.experiments.folders import write_files
from cogov_sim.experiments.stress import measure_failures
from cogov_sim.experiments.worlds import Design, named
from cogov_sim.lab import public_goods, strategy_method
from cogov_sim.measures.groups import BY
from cogov_sim.origin import model_code, versions
from cogov_sim.report.drift import drift_table
from cogov_sim.report.failing import FILE as FAILURES
from cogov_sim.report.failing import PICTURE as FAILING
from cogov_sim.report.failing import failures_figure
from cogov_sim.report.figures import draw_all
from cogov_sim.report.institutions import write_institutions
from cogov_sim.report.rollout import FILE as WEDGE
from cogov_sim.report.rollout import PICTURE as TIMELINE
from cogov_sim.report.timeline import timeline_figure
from cogov_sim.report.where import FILE as WHERE
from cogov_sim.report.where import PICTURE as MATRIX
from cogov_sim.report.where import PLACES as OWN_PLACES
from cogov_sim.report.where import where_figure

RECORD, TYPES = "made_by.json", "types.csv"

# ---------------------------------------------------------------- what the model computes


def digest(frames: Iterable[pd.DataFrame]) -> str:
    """A short hash of numbers, to six digits: the same on every machine."""
    whole = hashlib.sha256()
    for frame in frames:
        for name in frame.columns:
            whole.update(name.encode())
            for value in frame[name]:
                whole.update(
                    (f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)).encode() + b"\n"
                )
    return whole.hexdigest()[:16]


def of_worlds() -> str:
    """What the field model computes: every measure of eight small worlds over five years, two of them as ablations run them, and
    of the ready society over a year.
    """
    worlds = [
        *FOUR,
        Scenario.load("co_governance", changes=['behaviour.rule="payoff_learning"']),
        Scenario.load("councils_only"),
        Scenario.load("co_governance-deburdening"),
        Scenario.load("government_run+one_stop_service+owners_committee"),
    ]
    small = [CoGovModel(scenario=world, rng=1, residents=800).run(MONTHS).measures for world in worlds]
    return digest([*small, CoGovModel(scenario="co_governance", rng=1).run(12).measures])


def of_laboratory() -> str:
    """What the laboratory computes: a bare game and a strategy method."""
    return digest([public_goods(groups=20, rng=1), strategy_method(60, rng=1)])


RESULTS: dict[str, Callable[[], str]] = {"worlds": of_worlds, "laboratory": of_laboratory}

# ---------------------------------------------------------------- the headline numbers

SEEDS, VARIED, MONTHS, WORKERS = 20, 12, 60, 2
MEASURES = (
    *ROWS, "probe_giving", "own_part_met", "told", "contacted", "volunteers", "donations", "election_turnout",
    "belief", "belief_known", "asked_share", "hours_institutions", "spirit",
)  # fmt: skip
BOTH = ("government_run", "co_governance")
FOUR = ("government_run", "good_government", "co_governance_plain", "co_governance")
NO_PUBLICITY = "institutions.campaign_promises.publicity=0"
#: The two-by-twos of the README's first table: what is changed in all four worlds.
SQUARES: dict[str, list[str]] = {SILENT: [NO_PUBLICITY], "with publicity": []}

FIGURES = {"measures_over_time": "comparison", "paired_differences": "paired"}

#: The institutions of working together, spirit and sharing, which came last.
TOGETHER = ("venture_platform", "joint_party_committee", "co_residence_council", "enterprise_council", "development_association",
            "incubator", "academy", "moral_culture", "shared_facilities", "space_sharing", "joint_security")  # fmt: skip

#: The comparisons that the README quotes beside those of the squares: two worlds, what is changed in both.
VARIANTS: dict[str, tuple[tuple[str, str], list[str]]] = {
    "promises believed for ever": (BOTH, ["behaviour.promise_learning=0"]),
    LOWER: (BOTH, ["society.belief_factor=0.4"]),
    "beliefs at the laboratory's pace": (BOTH, ["behaviour.month_sight=1", "behaviour.restart=0"]),
    "wD = 0": (BOTH, ["behaviour.disconfirmation_weight=0"]),
    "rush_efficiency = 0": (BOTH, ["government.rush_efficiency=0"]),
    "60 % free riders": (BOTH, ["society.free_rider_share=0.6"]),
    "trust and spirit 0.2": (BOTH, ["society.initial_trust=0.2", "society.initial_spirit=0.2"]),
    "grants only": (("government_run", "grants_only"), []),
    "councils only": (("government_run", "councils_only"), []),
    "spirit_rate = 0": (BOTH, ["behaviour.spirit_rate=0"]),
    "96 months of history": (BOTH, ["history.months=96"]),
    "drawn communities": (BOTH, ["society.residents=10000"]),
    "without working together": (("government_run", "co_governance" + "".join(f"-{one}" for one in TOGETHER)), []),
    "appraisals in both": (("government_run", "co_governance+top_down_assessment"), []),
    "payoff learning": (BOTH, ['behaviour.rule="payoff_learning"']),
}


def headlines() -> dict[str, bytes]:
    """The numbers and figures of the README's first chapter."""
    with tempfile.TemporaryDirectory() as histories:
        run = partial(compare, months=MONTHS, workers=WORKERS, histories=histories)
        four = {name: run(list(FOUR), seeds=SEEDS, changes=changes) for name, changes in SQUARES.items()}
        two = {AS_THEY_ARE if name == "with publicity" else name: _pair(square) for name, square in four.items()}
        for name, (worlds, changes) in VARIANTS.items():
            print(f"{name} ...", flush=True)
            two[name] = run(list(worlds), seeds=VARIED, changes=changes)
    drawn = draw_all(two[AS_THEY_ARE])
    groups = pd.concat([two[AS_THEY_ARE].by(by) for by in BY])
    tables = {
        "headlines.csv": pd.concat([_rows(name, comparison) for name, comparison in two.items()]),
        "two_by_two.csv": pd.concat([_square(square).assign(variant=name) for name, square in four.items()]),
        "by_group.csv": groups,
    }
    files = {name: table.to_csv(index=False).encode() for name, table in tables.items()}
    return files | {f"images/{name}.png": drawn[figure].small_png() for figure, name in FIGURES.items()}


def _pair(square: Comparison) -> Comparison:
    """The two worlds that differ in everything, of the four."""
    worlds = [world for world in square.worlds if world.name in BOTH]
    runs = square.runs[square.runs["scenario"].isin(BOTH)]
    return Comparison(named(worlds), square.seeds, square.months, runs)


def _square(square: Comparison) -> pd.DataFrame:
    """Main effects and interaction of who decides and how well it is administered."""
    table = square.two_by_two()
    return table[table["measure"].isin(MEASURES)]


def types() -> dict[str, bytes]:
    """Whether types drift: the numbers of the page on the laboratory."""
    return {TYPES: types_drift(seeds=8).to_csv(index=False, float_format="%.6g").encode()}


def types_table() -> str:
    """The table of that page, from ``types.csv``."""
    return drift_table(pd.read_csv(DOCS / TYPES), QUANTITIES)


def write_types() -> None:
    """Put it there, in place of the one that stands there."""
    path = DOCS / "model" / "laboratory.md"
    before, mark, rest = path.read_text(encoding="utf-8").partition("<!-- types -->\n")
    after = rest.partition("<!-- /types -->")[2]
    path.write_text(f"{before}{mark}{types_table()}\n<!-- /types -->{after}", encoding="utf-8")


def failures() -> dict[str, bytes]:
    """How institutions fail: the table and the picture of the page of institutions."""
    rows = measure_failures(Design(seeds=8, months=24, residents=4000, workers=WORKERS, progress=True, history=0))
    return {FAILURES: rows.to_csv(index=False).encode(), FAILING: failures_figure(rows).small_png()}


def where() -> dict[str, bytes]:
    """What works where, and in the reports' own places: tables and picture of the page of institutions."""
    design = Design(seeds=6, months=36, residents=10_000, workers=WORKERS, progress=True)
    table, own_places = what_works.where(design), what_works.places(replace(design, seeds=8))
    tables = {name: frame.to_csv(index=False).encode() for name, frame in ((WHERE, table), (OWN_PLACES, own_places))}
    return tables | {MATRIX: where_figure(table).small_png()}


def rollout() -> dict[str, bytes]:
    """The city's reform over time: early against late communities."""
    scenario = Scenario.load("xiamen")
    runs = wedge.roll_out(scenario, Design(seeds=12, months=51, residents=100_000, workers=WORKERS, progress=True))
    picture = timeline_figure(wedge.timeline(runs), scenario.rollout, runs["seed"].nunique()).small_png()
    return {WEDGE: wedge.wedge(runs, scenario.rollout.everywhere).to_csv(index=False).encode(), TIMELINE: picture}


def _rows(name: str, comparison: Comparison) -> pd.DataFrame:
    """One row a measure: both means, the paired difference with its interval, the share of seeds with its sign."""
    first, second = (world.name for world in comparison.worlds)
    means = comparison.summary().pivot(index="measure", columns="scenario", values="mean")
    paired = comparison.paired().set_index("measure")
    table = pd.DataFrame(
        {
            "variant": name,
            "first": first,
            "second": second,
            "first_mean": means[first],
            "second_mean": means[second],
            "difference": paired["mean"],
            "low": paired["low"],
            "high": paired["high"],
            "same_sign": paired["same_sign"],
        }
    )
    return table.loc[list(MEASURES)].rename_axis("measure").reset_index()


# ---------------------------------------------------------------- all that is shipped


def _cogov(*words: str) -> Callable[[], dict[str, bytes]]:
    """Runs a command that writes into the documents itself."""

    def run() -> dict[str, bytes]:
        subprocess.run([sys.executable, "-m", "cogov_sim", *words], check=True)
        return {}

    return run


@dataclass(frozen=True)
class Shipped:
    """One part of what the documents show.

    Attributes:
        make: makes it; returns files that it did not write itself.
        by: what made it, in words.
        files: patterns of all its files, from the documents' folder.
        of: whose results it shows, a key of ``RESULTS``.
    """

    make: Callable[[], dict[str, bytes]]
    by: str
    files: tuple[str, ...]
    of: tuple[str, ...] = ("worlds",)


#: About 2,070 runs of two seconds, nearer in time than the headlines, so that this much can be looked at.
_SENSITIVITY = ("sensitivity", *BOTH, "--trajectories", "2", "--points", "32", "--keep", "8", "--seeds", "8", "--months", "24",
                "--history", "12")  # fmt: skip

PARTS: dict[str, Shipped] = {
    "headlines": Shipped(
        headlines,
        "python tools/shipped.py headlines",
        ("headlines.csv", "two_by_two.csv", "by_group.csv", "images/comparison.png", "images/paired.png"),
    ),
    "ablation": Shipped(
        _cogov("ablate", "co_governance", "--seeds", "8", "--workers", str(WORKERS), "--ship", str(DOCS)),
        "cogov ablate co_governance --seeds 8 --ship docs",
        ("ablation.csv", "images/ablation.png", "images/institutions/*.png"),
    ),
    "types": Shipped(types, "python tools/shipped.py types", (TYPES,), ("worlds", "laboratory")),
    "failures": Shipped(failures, "python tools/shipped.py failures", (FAILURES, FAILING)),
    "where": Shipped(where, "python tools/shipped.py where", (WHERE, OWN_PLACES, MATRIX)),
    "rollout": Shipped(rollout, "python tools/shipped.py rollout", (WEDGE, TIMELINE)),
    "validation": Shipped(
        _cogov("validate", "--workers", str(WORKERS), "--out", str(DOCS)),
        "cogov validate",
        ("validation.csv", "validation.md", "images/validation/*.png"),
        ("worlds", "laboratory"),
    ),
    "sensitivity": Shipped(
        _cogov(*_SENSITIVITY, "--workers", str(WORKERS), "--ship", str(DOCS)),
        " ".join(["cogov", *_SENSITIVITY, "--ship", "docs"]),
        ("sensitivity.md", "sensitivity_*.csv", "images/sensitivity_*.png"),
    ),
    "calibration": Shipped(
        _cogov("calibrate", "lab", "--ship"),
        "cogov calibrate lab --ship",
        ("calibration/*",),
        ("laboratory",),
    ),
}


def hashes(part: Shipped, docs: Path = DOCS) -> dict[str, str]:
    """A short hash of each file of a part, by its name."""
    paths = sorted(path for pattern in part.files for path in docs.glob(pattern))
    return {path.relative_to(docs).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths}


def recorded(docs: Path = DOCS) -> dict[str, Any]:
    """What made each part that was made."""
    path = docs / RECORD
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def main(names: list[str]) -> None:
    """Make these parts, or all, record what made them, and write what the READMEs say of them.

    Raises:
        ValueError: a sentence of the READMEs no longer holds; their templates need other words (``tools/readme``).
    """
    for name in names or list(PARTS):
        part = PARTS[name]
        write_files(DOCS, part.make())
        if name == "types":
            write_types()
        if name in ("failures", "where", "rollout"):
            write_institutions(DOCS)
        made = {
            "by": part.by,
            "model": model_code(),
            "versions": versions(),
            "results": {of: RESULTS[of]() for of in part.of},
            "files": hashes(part),
        }
        text = json.dumps(recorded() | {name: made}, indent=1, sort_keys=True)
        write_files(DOCS, {RECORD: text.encode()})
        print(f"{name}: {len(made['files'])} files", flush=True)
    readme_results.write()


if __name__ == "__main__":
    main(sys.argv[1:])
