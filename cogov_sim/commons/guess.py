"""What deciders think people want where nobody met: from what is known of the place, and from those they asked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.commons.state import Commons
from cogov_sim.draws import Purpose, normals

LEAST = 0.1  # of what is right: no guess is lower


def guess(commons: Commons, matters: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the government thinks people want of each matter's service.

    Officials know the average of the community's type, with an error (``estimate_noise``). Opinions that were collected
    (``opinions``, share of residents asked) count against that by how precise each is: asked residents over asked residents plus
    ``n0``, the number of residents whose mean errs as much as officials do (the rule of Bayes for two normal errors).
    Where a meeting is heard, its opinion counts by the term ``hearing``.
    """
    assets, asset = commons.society.assets, commons.ledger.asset[matters]
    noise = commons.scenario.government.estimate_noise
    known = guess_of_place(commons, asset, commons.ledger.luck_key(matters))
    asked = commons.of_community(commons.terms["opinions"], asset) * assets.population[asset]
    error = (noise * commons.type_preferences[asset]) ** 2
    spread = commons.preference_spread[asset] ** 2
    weight = np.divide(asked * error, asked * error + spread, out=np.zeros(len(asset)), where=asked * error > 0.0)
    wants = (1.0 - weight) * known + weight * opinion_of_some(commons, matters, asked)
    k, community = assets.category[asset], assets.community[asset]
    views = commons.views[np.maximum(community, 0), k]
    hearing = np.where((community >= 0) & ~np.isnan(views), commons.of_community(commons.terms["hearing"], asset), 0.0)
    return np.asarray((1.0 - hearing) * wants + hearing * np.nan_to_num(views))


def guess_of_place(
    commons: Commons, assets: NDArray[Any], luck_key: NDArray[np.int64], draw: int = 0
) -> NDArray[np.float64]:
    """What officials know without asking: the average of the community's type, with their error."""
    noise = normals(commons.seed, Purpose.ESTIMATE, 0, luck_key, draw)
    factor = 1.0 + commons.scenario.government.estimate_noise * noise
    return np.asarray(commons.type_preferences[assets] * np.maximum(LEAST, factor))


def opinion_of_some(
    commons: Commons, matters: NDArray[np.int64], number: NDArray[Any]
) -> NDArray[np.float64]:  # fmt: skip
    """Mean weight that some residents give each matter's service: that of all who live with it, with a sample's error.

    Args:
        commons: the commons.
        matters: the matters.
        number: how many residents, drawn without replacement; below 1 the error is that of one.
    """
    asset = commons.ledger.asset[matters]
    people = commons.society.assets.population[asset]
    n = np.clip(number, 1.0, people)
    error = commons.preference_spread[asset] * np.sqrt((1.0 / n) * (people - n) / np.maximum(1, people - 1))
    true = commons.true_preferences[asset]
    noise = normals(commons.seed, Purpose.ESTIMATE, 0, commons.ledger.luck_key(matters), 1)
    return np.asarray(np.maximum(LEAST * true, true + error * noise))


def misjudged(estimate: NDArray[Any], true: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far an estimate is off what people want, in [0, 1]: the distance over the sum."""
    return np.asarray(np.abs(estimate - true) / np.maximum(1e-9, estimate + true))
