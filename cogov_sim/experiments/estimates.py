"""Means and intervals over seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit


def of_world(values: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one world, by seed."""
    rows: pd.DataFrame = values[values.index.get_level_values("scenario") == name]
    return rows.droplevel("scenario")


def estimate(values: pd.DataFrame) -> pd.DataFrame:
    """Per column: number of values, mean, and bounds of the 95 % t-interval of the mean."""
    n = values.count()
    mean = values.mean()
    spread: pd.Series = values.std(ddof=1) / np.sqrt(n.where(n > 1))
    half = spread * stdtrit(n.where(n > 1, 2) - 1, 0.975)
    return pd.DataFrame({"n": n, "mean": mean, "low": mean - half, "high": mean + half})
