"""The same villages once with a representatives' meeting, once with a direct vote (Olken 2010, APSR 104:243)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cogov_sim.agents.board import COMMUNITY_MEETING
from cogov_sim.agents.residents import Residents
from cogov_sim.inputs import whole
from cogov_sim.lab.arguments import allowed, behaviour_of
from cogov_sim.lab.session import rules_of
from cogov_sim.language import Text
from cogov_sim.scenario.actors import EnterpriseSettings
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.scenario.settings import SocietySettings
from cogov_sim.society import CATEGORIES, COMMUNITY_TYPES, Level, Preset, Society
from cogov_sim.society.enterprises import build_enterprises
from cogov_sim.society.layout import lay_out
from cogov_sim.society.local_units import build_local_units
from cogov_sim.society.population import build_population
from cogov_sim.society.services import build_assets
from cogov_sim.society.ties import build_ties
from cogov_sim.society.units import Units

REPRESENTATIVES = 0.1
"""Share of residents invited to the meeting (start value; Olken: a few dozen of a village)."""
GAIN = 0.5
"""Share of what a service lacks that a project makes good, in both arms (start value)."""
MOST_RESIDENTS = 2_000_000
"""What fits into memory."""
MEETING, VOTE = "meeting", "vote"
SERVICES = pd.Index([category.id for category in CATEGORIES])
VILLAGE_SERVICES = np.array([k for k, category in enumerate(CATEGORIES) if category.level == Level.COMMUNITY])
"""Services whose projects a village can choose among."""


def vote(
    villages: int = 49,
    residents: int = 300,
    representatives: float = REPRESENTATIVES,
    gain: float = GAIN,
    behaviour: str | BehaviourSettings = "conditional",
    rng: int = 0,
) -> pd.DataFrame:
    """Let villages choose a project twice from the same day: few are invited to a meeting, or everybody to a vote.

    Both arms have the same residents, wishes, luck and information, the same list of projects and the same rule: the
    village builds what those who came want most, the largest sum of their weights times what the service lacks.
    The headman always counts. What differs is who is invited to have a say. Residents are those of rural villages as
    the field model draws them, and their rules are the field's.

    Args:
        villages: how many.
        residents: mean number of residents of a village, at least 150.
        representatives: share of residents invited to the meeting; who is invited decides whether to come.
        gain: share of what the chosen service lacks that the project makes good.
        behaviour: as for ``public_goods``.
        rng: seed.

    Returns:
        One row a village and arm: village, arm ("meeting", "vote"), project (a service), had_say (share of residents),
        satisfaction (mean of residents, 0-100), spread (its standard deviation among them), performance (mean
        quality of services as residents weigh them, 0-1).

    Raises:
        UserError: a value that is not allowed.
    """
    whole("villages", villages, 1, 10**4)
    whole("residents", residents, 150, 10**5)
    whole("villages x residents", villages * residents, 150, MOST_RESIDENTS)
    whole("rng", rng, 0, 2**63)
    allowed("representatives", representatives, 0.0, 1.0)
    allowed("gain", gain, 0.0, 1.0)
    rules = rules_of(behaviour_of(behaviour))
    society = rural_society(villages, residents, rng)
    arms = {MEETING: representatives, VOTE: 1.0}
    return pd.concat(
        [_arm(arm, Residents(society, rules, rng), invited, gain) for arm, invited in arms.items()], ignore_index=True
    )


def rural_society(villages: int, residents: int, seed: int) -> Society:
    """Rural villages of the field model, ``residents`` a village on average, without firms or other units."""
    kinds = [villages * (kind.id == "rural") for kind in COMMUNITY_TYPES]
    n = villages * residents
    rural = Preset("villages", Text("Villages", "村庄"), n, n, np.array([kinds], dtype=np.int64))
    settings = SocietySettings()
    units = lay_out(rural, n, seed)
    population = build_population(settings, units, seed)
    nobody = EnterpriseSettings(per_1000=0.0, public_per_1000=0.0, holders_per_1000=0.0)
    firms = build_enterprises(nobody, units, seed)
    return Society(
        seed=seed, units=units, assets=build_assets(units, seed), population=population,
        ties=build_ties(units, population, seed), enterprises=firms,
        local_units=build_local_units(nobody, firms, units, seed), turnover=np.zeros(villages),
    )  # fmt: skip


def _arm(arm: str, people: Residents, invited: float, gain: float) -> pd.DataFrame:
    """One month: those invited come or not, the village builds what they want, everybody sees what came of it."""
    board, units = people.board, people.society.units
    board.meeting[:, COMMUNITY_MEETING] = -2 - board.community
    board.invite[:, COMMUNITY_MEETING] = invited
    people.attend(1)
    chosen, asset = _choice(people)
    board.quality[asset] += gain * (1.0 - board.quality[asset])
    board.heard[:, COMMUNITY_MEETING] = 1
    had_say = (people.columns.attended & (1 << COMMUNITY_MEETING)) != 0
    people.share(1)
    return pd.DataFrame(
        {
            "village": np.arange(units.count(Level.COMMUNITY)),
            "arm": arm,
            "project": pd.Categorical.from_codes(chosen, SERVICES),
            "had_say": _by_village(units, had_say),
            "satisfaction": _by_village(units, people.columns.satisfaction),
            "spread": _by_village(units, people.columns.satisfaction, np.std),
            "performance": _by_village(units, people.columns.performance),
        }
    )


def _choice(people: Residents) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Service that each village chose, and its asset."""
    board, units = people.board, people.society.units
    count = units.count(Level.COMMUNITY)
    headman = units.first(Level.COMMUNITY)
    wishes = people.columns.preferences[headman].astype(float)
    for k in VILLAGE_SERVICES:
        wishes[:, k] += np.bincount(board.community, board.wishes[:, COMMUNITY_MEETING, k], count)
    home = board.asset[np.searchsorted(board.first, headman)]
    missing = 1.0 - board.quality[home]
    best = VILLAGE_SERVICES[np.argmax((wishes * missing)[:, VILLAGE_SERVICES], axis=1)]
    return best, home[np.arange(count), best]


def _by_village(units: Units, values: NDArray[Any], statistic: Any = np.mean) -> NDArray[np.float64]:
    """A statistic of a residents' column in each village."""
    bounds = units.bounds[Level.COMMUNITY]
    return np.array([statistic(part, dtype=float) for part in np.split(values, bounds[1:-1])])
