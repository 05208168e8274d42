"""What is contested: over which range of each such constant do the signs of the headline results hold?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cogov_sim.experiments.boundary import numeric_settings
from cogov_sim.experiments.failures import Failure
from cogov_sim.experiments.headlines import NO_DATA, OPEN, OPPOSITE, differences
from cogov_sim.experiments.runner import run
from cogov_sim.experiments.worlds import ARMS, Design, arms
from cogov_sim.scenario import Scenario

#: Values that are tried, over all that is allowed; the shipped value is added. Why each is contested: its ``source``.
CONTESTED: dict[str, tuple[float, ...]] = {
    "behaviour.disconfirmation_weight": (0.0, 0.1, 0.2, 0.8, 1.4, 2.0),
    "behaviour.voice_weight": (0.0, 0.12, 0.5, 1.0),
    "behaviour.spirit_rate": (0.0, 0.002, 0.01, 0.03, 0.1),
    "behaviour.loss_weight": (0.0, 0.6, 2.0, 3.0),
    "behaviour.trust_bad_ratio": (1.0, 1.5, 2.5, 3.0),
    "government.rush_efficiency": (0.0, 0.25, 0.75, 1.0),
}


def scan(grids: Mapping[str, tuple[float, ...]], design: Design) -> pd.DataFrame:
    """The headline differences at every value of every contested parameter, all else as shipped.

    Args:
        grids: values by dotted key.
        design: how much is run at every value.

    Returns:
        Columns key, zh, en (its name), source, value, shipped (whether it is the shipped value), and those of ``differences``.
    """
    worlds = [Scenario.load(name) for name in ARMS]
    known = numeric_settings(worlds)
    meanings = {key: known[key][0].meaning(known[key][1]) for key in grids}
    shipped = {key: float(getattr(*known[key])) for key in grids}
    places = {f"{key}={v!r}": (key, v) for key, values in grids.items() for v in sorted({*values, shipped[key]})}
    comparison = run(arms({cell: [cell] for cell in places}, design), design)
    table = differences(comparison, places)
    keys = table["cell"].map(lambda cell: places[cell][0])
    front = pd.DataFrame(
        {
            "key": keys,
            "zh": keys.map(lambda key: meanings[key].text.zh),
            "en": keys.map(lambda key: meanings[key].text.en),
            "source": keys.map(lambda key: meanings[key].source),
            "value": table["cell"].map(lambda cell: places[cell][1]),
        }
    )
    front["shipped"] = front["value"] == front["key"].map(shipped)
    return pd.concat([front, table.drop(columns="cell")], axis=1)


def sign_ranges(table: pd.DataFrame) -> pd.DataFrame:
    """For each parameter and measure: over which of the values tried the sign at the shipped value holds.

    Args:
        table: as from ``scan``.

    Returns:
        One row a key and measure: state (at the shipped value), low, high (the unbroken run of tried values around the
        shipped one with that state), whole (whether that is all of them), turns (values at which the sign is the
        opposite one, the interval without 0). A state that is open or without data has no range.
    """
    rows = []
    for (key, measure), part in table.sort_values("value").groupby(["key", "measure"], sort=False):
        states, values = part["state"].tolist(), part["value"].tolist()
        at = part["shipped"].tolist().index(True)
        here = states[at]
        first = last = at
        while first > 0 and states[first - 1] == here:
            first -= 1
        while last + 1 < len(states) and states[last + 1] == here:
            last += 1
        sure = here not in (OPEN, NO_DATA)
        opposite = OPPOSITE.get(here)
        rows.append(
            {
                "key": key,
                "measure": measure,
                "state": here,
                "low": values[first] if sure else float("nan"),
                "high": values[last] if sure else float("nan"),
                "whole": sure and (first, last) == (0, len(states) - 1),
                "turns": [v for v, s in zip(values, states, strict=True) if s == opposite],
            }
        )
    return pd.DataFrame(rows)


def contested_table(short: bool, workers: int, progress: bool, failures: list[Failure] | None = None) -> pd.DataFrame:
    """``scan`` for the validation page.

    Args:
        short: only the least value of each beside the shipped one, few seeds and small societies, for the test suite.
        workers: processes.
        progress: show how far things are.
        failures: runs that fail are added to it, and left out.
    """
    grids = {key: values[:1] for key, values in CONTESTED.items()} if short else CONTESTED
    return scan(grids, Design.of_page(short, workers, progress, seeds=6, few=2, failures=failures))
