"""A comparison by groups of residents: who gives more hours and money in one world than in another, who is better off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cogov_sim.experiments.estimates import estimate, of_world
from cogov_sim.language import UserError, cut
from cogov_sim.measures.groups import BY, QUANTITIES, column

if TYPE_CHECKING:
    from cogov_sim.experiments.comparison import Comparison

WHO_AND_WHAT = ["by", "group", "quantity", "scenario", "baseline"]
NUMBERS = ["n", "baseline_mean", "scenario_mean", "mean", "low", "high"]


def check_by(by: str) -> str:
    """``by`` if residents can be told apart in that way; UserError if not."""
    if by not in BY:
        raise UserError(
            f"by = {cut(str(by))!r} is not allowed; allowed: {', '.join(BY)}",
            f"by = “{cut(str(by))}” 不被允许；允许：{'、'.join(BY)}",
        )
    return by


def by_group(comparison: Comparison, by: str, baseline: str | None = None) -> pd.DataFrame:
    """What each group gives and how satisfied it is, against the baseline, over the last twelve months, seed by seed.

    Args:
        comparison: the comparison.
        by: how residents are told apart, one of ``measures.groups.BY``.
        baseline: name of the world to compare with; the first by default.

    Returns:
        One row a group, quantity and other world: by, group (its name in both languages), quantity, scenario, baseline, n
        (seeds with a value in both), baseline_mean, scenario_mean, mean (of the difference), low, high (95 % t-interval), unit.
        Empty where runs were done by something that keeps no groups.

    Raises:
        UserError: ``by`` is none of them, or the baseline is not in the comparison.
    """
    grouping, base = BY[check_by(by)], comparison.baseline(baseline)
    wanted = {
        column(by, g, quantity): (text.both, quantity)
        for g, text in enumerate(grouping.groups)
        for quantity in QUANTITIES
    }
    values = comparison.late([name for name in wanted if name in comparison.runs.columns])
    pieces = []
    for world in comparison.worlds:
        if world.name == base:
            continue
        one, other = (of_world(values, name) for name in (base, world.name))
        table = estimate(pd.DataFrame(other - one)).assign(baseline_mean=one.mean(), scenario_mean=other.mean())
        pieces.append(table.rename_axis("column").reset_index().assign(scenario=world.name, baseline=base, by=by))
    columns = [*WHO_AND_WHAT, *NUMBERS, "unit"]
    if not pieces or values.columns.empty:
        return pd.DataFrame(columns=columns)
    table = pd.concat(pieces, ignore_index=True)
    table = table[table["baseline_mean"].notna() | table["scenario_mean"].notna()]
    table["group"] = [wanted[name][0] for name in table["column"]]
    table["quantity"] = [wanted[name][1] for name in table["column"]]
    table["unit"] = [QUANTITIES[name][1].en for name in table["quantity"]]
    return table[columns].reset_index(drop=True)
