"""One row of the validation page: a target, what the model gives, and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import stdtrit

from cogov_sim.language import Text

Kind = Literal["calibrated", "hard", "soft", "null", "free"]
Verdict = Literal["pass", "fail", "distance", "reported"]

KINDS: dict[str, Text] = {
    "calibrated": Text("calibrated on", "用于校准"),
    "hard": Text("checked, hard", "检验（硬性）"),
    "soft": Text("checked, soft", "检验（软性）"),
    "null": Text("null test", "零假设检验"),
    "free": Text("contested", "有争议"),
}
VERDICTS: dict[str, Text] = {
    "pass": Text("holds", "成立"),
    "fail": Text("FAILS", "不成立"),
    "distance": Text("off by the distance given", "有差距"),
    "reported": Text("reported", "仅报告"),
}

NOTHING = Text("", "")


@dataclass(frozen=True)
class Check:
    """One target and what the model makes of it.

    Attributes:
        id: short name, unique on the page, e.g. ``T1`` or ``zelmer_mpcr``.
        what: what is compared, in both languages.
        target: the figure or sign that people showed, in both languages.
        source: where the target comes from.
        kind: "calibrated" (T1-T4), "hard", "soft", "null" (N1-N10) or "free" (contested).
        value: what the model gives.
        low, high: 95 % interval of it over seeds; NaN where there is none.
        unit: unit of value, low and high.
        verdict: "pass" or "fail" of a hard, calibrated or null row; "distance" of a soft row that misses; "reported".
        distance: how far a soft row is from its target, in ``unit``; 0 within it.
        seeds: number of seeds behind it.
        note: what a reader should know beside it.
    """

    id: str
    what: Text
    target: Text
    source: str
    kind: Kind
    value: float
    low: float
    high: float
    unit: str
    verdict: Verdict
    distance: float = 0.0
    seeds: int = 0
    note: Text = NOTHING


def interval(sample: Any) -> tuple[float, float, float]:
    """Mean and 95 % t-interval of a sample, without missing values; the bounds are NaN for fewer than two values."""
    values = np.asarray(sample, float)
    values = values[~np.isnan(values)]
    n = len(values)
    if n == 0:
        return float("nan"), float("nan"), float("nan")
    mean = float(values.mean())
    half = float(stdtrit(n - 1, 0.975) * values.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
    return mean, mean - half, mean + half


def joined(*texts: Text) -> Text:
    """Sentences one after the other, empty ones left out."""
    said = [text for text in texts if text.en]
    return Text("; ".join(text.en for text in said), "；".join(text.zh for text in said))
