"""What a sensitivity analysis found, as tables and pages need it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cogov_sim.language import Text

#: Stands for all factors that did not go on to the second design.
OTHERS = "others"


@dataclass(frozen=True)
class Findings:
    """Which start values decide, and where each sign holds.

    Attributes:
        screen: a row a measure and factor: key, zh, en, unit, start, low, high (of its range), mu, mu_star with its 95 % interval
            (``mu_star_low``, ``mu_star_high``), sigma: mean, mean size and spread of the effect of the whole range;
            ``noise``: the mu_star that luck alone would have, were it drawn anew at every step; ``rank`` and ``kept``.
        indices: a row a measure and kept factor, and ``OTHERS``: shares of the variance by itself (``s1``) and in total
            (``st``), each with ``_low`` and ``_high``.
        space: a row a measure: ``points``, the difference of the worlds as they are (``start``, with its interval over the
            seeds), the share of points ``above`` and ``below`` 0, each with ``_low`` and ``_high``, the share that is so by more than luck (``surely_``), 5 %, 50 %
            and 95 % quantiles (``low``, ``middle``, ``high``), the share of the variance that is the seeds' ``luck``.
        names, titles: of the two worlds.
        seeds: of the start values; every other point has one.
        history, months, residents: of every run, the first before the reform.
        settings: how many numbers the worlds have that could be set.
        factors, trajectories, base_points, points: how many there were.
        scaled: points whose shares of types were scaled down to sum to 1.
        refused: points that no society can have.
        failed: runs that failed.
    """

    screen: pd.DataFrame
    indices: pd.DataFrame
    space: pd.DataFrame
    names: tuple[str, str]
    titles: tuple[Text, Text]
    seeds: int
    history: int
    months: int
    residents: int
    settings: int
    factors: int
    trajectories: int
    base_points: int
    points: int
    scaled: int
    refused: int
    failed: int

    @property
    def measures(self) -> list[str]:
        """The measures, in their order."""
        return list(dict.fromkeys(self.space["measure"]))
