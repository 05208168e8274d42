"""Null test N6: there are regions in which co-governance loses, and these are the ones the design names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from cogov_sim.checks import Check
from cogov_sim.experiments.boundary import FREE_RIDERS, TRUST, cell_changes
from cogov_sim.experiments.headlines import BENEFITS, LOSES, differences
from cogov_sim.language import Text
from cogov_sim.validation.rows import About, counted, number

SPIRIT = "society.initial_spirit"
DESIGN = "null test of the design"


@dataclass(frozen=True)
class Region:
    """A way to make life hard for co-governance: parameters that move together, step by step."""

    text: Text
    steps: tuple[dict[str, float], ...]


#: The regions that the design names, and two of them at once. Last steps go as far as the settings allow, or nearly.
REGIONS: dict[str, Region] = {
    "free_riders": Region(Text("many free riders", "搭便车者多"), ({FREE_RIDERS: 0.5}, {FREE_RIDERS: 0.8})),
    "weak_norms": Region(
        Text("weak norms: little public spirit", "规范薄弱：共同精神低"), ({SPIRIT: 0.2}, {SPIRIT: 0.1})
    ),
    "exhausted": Region(
        Text("exhausted activists", "骨干疲惫"), ({"behaviour.fatigue_load": 2.5}, {"behaviour.fatigue_load": 5.0})
    ),
    "shocks": Region(
        Text("urgent large shocks", "紧急而严重的冲击"),
        (
            {"services.shock_rate": 0.02, "services.shock_size": 0.7},
            {"services.shock_rate": 0.06, "services.shock_size": 0.7},
        ),
    ),
    "low_trust": Region(Text("very low trust", "信任极低"), ({TRUST: 0.2}, {TRUST: 0.05})),
    "low_trust_and_spirit": Region(
        Text("low trust and little public spirit", "信任与共同精神都低"),
        ({TRUST: 0.2, SPIRIT: 0.2}, {TRUST: 0.1, SPIRIT: 0.1}),
    ),
}


def region_cells(short: bool = False) -> dict[str, list[str]]:
    """Changes of every step of every region (the last steps only in the short form), by the name of its cell."""
    return {
        f"{name} {place}": cell_changes(step)
        for name, region in REGIONS.items()
        for place, step in enumerate(region.steps)
        if not short or place == len(region.steps) - 1
    }


def region_table(comparison: Any, short: bool = False) -> pd.DataFrame:
    """Differences on what is hoped for in every step of every region.

    Args:
        comparison: runs of ``arms`` over ``region_cells``.
        short: as there.

    Returns:
        The columns of ``differences`` with region, step (its settings in words) and surely: whether co-governance
        loses there even at a level of 5 % shared among all tests of the table (Bonferroni).
    """
    table = differences(comparison, region_cells(short), BENEFITS)
    parts = table["cell"].str.rsplit(" ", n=1, expand=True)
    table.insert(0, "region", parts[0])
    steps = zip(parts[0], parts[1].astype(int), strict=True)
    table.insert(1, "step", [_in_words(REGIONS[name].steps[place]) for name, place in steps])
    table["surely"] = (table["state"] == LOSES) & (table["p"] < 0.05 / len(table))
    return table.drop(columns="cell")


def _in_words(step: dict[str, float]) -> str:
    return ", ".join(f"{key.partition('.')[2]} = {value:g}" for key, value in step.items())


def n6(table: pd.DataFrame, seeds: int) -> list[Check]:
    """A row on whether there is a region where it loses, and one on each region; from ``region_table``."""
    lost = table[table["surely"]]
    about = About(
        "N6",
        Text("Regions of six in which co-governance surely loses on a headline result", "六个区域中，共治在某项主要结果上确定落后的个数"),
        Text("at least one", "至少一个"), DESIGN, "null",
    )  # fmt: skip
    names = ", ".join(sorted(set(lost["region"]))) or "-"
    note = Text(f"at 5 % shared among {len(table)} tests: {names}", f"显著性 5%，由 {len(table)} 个检验分担：{names}")
    count = lost["region"].nunique()
    rows = [counted(about, count, "regions", seeds, count > 0, note)]
    return rows + [_region(name, table[table["region"] == name], seeds) for name in REGIONS]


def _region(name: str, table: pd.DataFrame, seeds: int) -> Check:
    loses = table[table["state"] == LOSES]
    said = [f"{m} {number(v)} ({s})" for m, v, s in loses[["measure", "mean", "step"]].itertuples(index=False)]
    tried = "; ".join(dict.fromkeys(table["step"]))
    where = Text("; ".join(said) or "nowhere", "；".join(said) or "无")
    note = Text(f"tried: {tried}. Loses: {where.en}", f"所试：{tried}。落后：{where.zh}")
    text = REGIONS[name].text
    about = About(
        f"N6_{name}",
        Text(f"{text.en}: headline results on which co-governance loses", f"{text.zh}：共治落后的主要结果个数"),
        Text("found out, not known", "待查明"), DESIGN, "null",
    )  # fmt: skip
    return counted(about, loses["measure"].nunique(), f"of {len(BENEFITS)}", seeds, None, note)
