"""Who lives there on day one: one column for each trait of the residents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from cogov_sim.draws import Purpose, normals
from cogov_sim.scenario.settings import SocietySettings
from cogov_sim.society.communities import AGE_BANDS, COMMUNITY_TYPES, type_column
from cogov_sim.society.levels import Level
from cogov_sim.society.schedules import draw_beliefs, draw_schedule_types, draw_schedules
from cogov_sim.society.services import CATEGORIES
from cogov_sim.society.units import Units

# Draw numbers of Purpose.SOCIETY, month 0; schedules.py uses 0-3 and 140-199, layout.py 100-119, services.py 120-129.
# Entity: resident.
_DRAW_NEWCOMER, _DRAW_AGE, _DRAW_OWNER, _DRAW_PARTY = 10, 11, 12, 13
_DRAW_INCOME, _DRAW_FREE_TIME, _DRAW_SPIRIT, _DRAW_EFFICACY, _DRAW_TRUST = 14, 15, 16, 17, 18
_DRAW_PREFERENCE = 20  # and one each for further categories, of which there may be 16
# Entity: community, then (preferences) grid.
_DRAW_PLACE_INCOME, _DRAW_PLACE_SPIRIT, _DRAW_PLACE_EFFICACY, _DRAW_PLACE_TRUST = 130, 131, 132, 133
_DRAW_PLACE_PREFERENCE = 200  # and one each for further categories
_DRAW_GRID_PREFERENCE = 220  # the same

INITIAL_EFFICACY = 0.4
"""Mean efficacy on day one (start value)."""
ATTITUDE_SPREAD = 0.9
"""Standard deviation of spirit, efficacy and trust on the logit scale (start value)."""
ATTITUDE_PLACE = 0.25
"""Standard deviation of a community's part of them, in units of ``ATTITUDE_SPREAD`` (start value)."""
SPIRIT_TRAITS = (0.25, 0.2, 0.4)
EFFICACY_TRAITS = (0.0, 0.2, 0.4)
TRUST_TRAITS = (0.2, 0.0, 0.3)
"""How far latent age, being local and party membership move them, in the same units (start values; direction:
turnout in committee elections rises with age and is 65 % among party members against 48 %)."""
PREFERENCE_SPREAD = {"community": 0.25, "grid": 0.20, "resident": 0.50}
"""Standard deviation of the log weight of a service, by what it varies over (start value)."""
FREE_TIME_BY_AGE = np.array([0.90, 0.70, 0.80, 1.00, 1.60, 1.70])
"""Free time of each age band relative to each other (start value; direction: work and children)."""
FREE_TIME_SPREAD, COMMUNITY_INCOME_SPREAD = 0.45, 0.10
"""Standard deviations of log free time of residents and of log income of communities (start values)."""
NEWCOMER_YOUTH, NEWCOMER_TENANCY, AGE_OWNERSHIP, AGE_PARTY = 0.40, 0.45, 0.25, 0.20
"""Correlations of latent traits: newcomers are younger and rent; age goes with owning and party (start)."""


@dataclass(frozen=True)
class Population:
    """The residents on day one, sorted by building. All columns have one entry per resident.

    Attributes:
        building: int32, the building's index.
        schedule_type: int8, a ``ScheduleType``.
        schedule_intercept, schedule_slope: float32, shares of the endowment; see ``schedule_at``.
        belief: float32 in [0, 1], what others are believed to give.
        preferences: float32 (n, categories), weights of the services; rows sum to 1.
        income: float32, disposable yuan a month.
        free_time: float32, free hours a month.
        owner, newcomer, party: int8, 0 or 1.
        lodgers: float32, tenants of the building who lodge with an owner; 0 for tenants.
        age_band: int8, index into ``AGE_BANDS``.
        spirit, efficacy, trust: float32 in [0, 1].
    """

    building: NDArray[np.int32]
    schedule_type: NDArray[np.int8]
    schedule_intercept: NDArray[np.float32]
    schedule_slope: NDArray[np.float32]
    belief: NDArray[np.float32]
    preferences: NDArray[np.float32]
    income: NDArray[np.float32]
    free_time: NDArray[np.float32]
    owner: NDArray[np.int8]
    lodgers: NDArray[np.float32]
    newcomer: NDArray[np.int8]
    party: NDArray[np.int8]
    age_band: NDArray[np.int8]
    spirit: NDArray[np.float32]
    efficacy: NDArray[np.float32]
    trust: NDArray[np.float32]

    @property
    def n(self) -> int:
        """The number of residents."""
        return self.building.shape[0]


def build_population(settings: SocietySettings, units: Units, seed: int) -> Population:
    """The residents of a society on day one.

    Args:
        settings: shares of the schedule types, mean trust and spirit.
        units: where they live.
        seed: the run's seed.
    """
    n = units.n_residents
    types = draw_schedule_types(settings, n, seed)
    intercept, slope = draw_schedules(types, seed)
    community = units.of_residents(Level.COMMUNITY)
    kind = units.kind[community]
    newcomer, age, age_band, owner, party = _standing(kind, seed)
    attitude = _Attitude(units, community, (age, 0.5 - newcomer, party), seed)
    return Population(
        building=units.of_residents(Level.BUILDING),
        schedule_type=types,
        schedule_intercept=intercept,
        schedule_slope=slope,
        belief=np.minimum(np.float32(1.0), draw_beliefs(n, seed) * np.float32(settings.belief_factor)),
        preferences=_preferences(units, age_band, seed),
        income=_income(units, community, kind, seed),
        free_time=_free_time(kind, age_band, seed),
        owner=owner,
        lodgers=_lodgers(units.of_residents(Level.BUILDING), owner, kind),
        newcomer=newcomer,
        party=party,
        age_band=age_band,
        spirit=attitude.draw(settings.initial_spirit, SPIRIT_TRAITS, _DRAW_SPIRIT, _DRAW_PLACE_SPIRIT),
        efficacy=attitude.draw(INITIAL_EFFICACY, EFFICACY_TRAITS, _DRAW_EFFICACY, _DRAW_PLACE_EFFICACY),
        trust=attitude.draw(settings.initial_trust, TRUST_TRAITS, _DRAW_TRUST, _DRAW_PLACE_TRUST),
    )


def _standing(kind: NDArray[np.int8], seed: int) -> tuple[NDArray[Any], ...]:
    """Newcomer, latent age (standard normal), age band, owner, party member.

    A Gaussian copula: each trait is a threshold on a standard normal, so that every community type keeps its
    shares while newcomers are younger and rent, and older residents own and are party members more often.
    """
    n = kind.shape[0]
    z_new, z_age, z_own, z_party = (
        normals(seed, Purpose.SOCIETY, 0, n, draw) for draw in (_DRAW_NEWCOMER, _DRAW_AGE, _DRAW_OWNER, _DRAW_PARTY)
    )
    newcomer = (z_new < _threshold("newcomer_share", kind)).astype(np.int8)
    age = NEWCOMER_YOUTH * z_new + np.sqrt(1 - NEWCOMER_YOUTH**2) * z_age
    rest = 1 - NEWCOMER_TENANCY**2 - AGE_OWNERSHIP**2 - 2 * NEWCOMER_TENANCY * AGE_OWNERSHIP * NEWCOMER_YOUTH
    own = NEWCOMER_TENANCY * z_new + AGE_OWNERSHIP * age + np.sqrt(rest) * z_own
    member = AGE_PARTY * age + np.sqrt(1 - AGE_PARTY**2) * z_party
    limits = ndtri(np.cumsum(type_column("age_shares", np.arange(len(COMMUNITY_TYPES))), axis=1)[:, :-1])
    age_band = np.zeros(n, dtype=np.int8)
    for band in range(len(AGE_BANDS) - 1):
        age_band += age > limits[kind, band]
    owner = (-own < _threshold("owner_share", kind)).astype(np.int8)
    party = (-member < _threshold("party_share", kind)).astype(np.int8)
    return newcomer, age, age_band, owner, party


def _lodgers(building: NDArray[np.int32], owner: NDArray[np.int8], kind: NDArray[np.int8]) -> NDArray[np.float32]:
    """How many tenants lodge with each owner: those of the building whose landlord lives there, as many with each."""
    owners = np.bincount(building, owner)
    each = np.divide(np.bincount(building) - owners, owners, out=np.zeros(len(owners)), where=owners > 0.0)
    return np.asarray(owner * type_column("lodging", kind) * each[building], np.float32)


def _threshold(field: str, kind: NDArray[np.int8]) -> NDArray[np.float64]:
    """The standard normal quantile of a share of each resident's community type."""
    limits: NDArray[np.float64] = ndtri(type_column(field, np.arange(len(COMMUNITY_TYPES))))[kind]
    return limits


def _income(units: Units, community: NDArray[np.int32], kind: NDArray[np.int8], seed: int) -> NDArray[np.float32]:
    """Log-normal income with the type's mean and standard deviation, shifted a little by community."""
    table = np.arange(len(COMMUNITY_TYPES))
    mean, sd = type_column("income_mean", table), type_column("income_sd", table)
    spread = np.sqrt(np.log1p((sd / mean) ** 2))
    place = normals(seed, Purpose.SOCIETY, 0, units.count(Level.COMMUNITY), _DRAW_PLACE_INCOME)
    shift = COMMUNITY_INCOME_SPREAD * place - COMMUNITY_INCOME_SPREAD**2 / 2
    z = normals(seed, Purpose.SOCIETY, 0, kind.shape[0], _DRAW_INCOME)
    log_income = (np.log(mean) - spread**2 / 2)[kind] + spread[kind] * z + shift[community]
    return np.exp(log_income).astype(np.float32)


def _free_time(kind: NDArray[np.int8], age_band: NDArray[np.int8], seed: int) -> NDArray[np.float32]:
    """Log-normal free hours with the type's mean, by age as ``FREE_TIME_BY_AGE``, at most 400 a month."""
    shares = type_column("age_shares", np.arange(len(COMMUNITY_TYPES)))
    mean = type_column("free_hours", np.arange(len(COMMUNITY_TYPES))) / (shares @ FREE_TIME_BY_AGE)
    z = normals(seed, Purpose.SOCIETY, 0, kind.shape[0], _DRAW_FREE_TIME)
    hours = mean[kind] * FREE_TIME_BY_AGE[age_band] * np.exp(FREE_TIME_SPREAD * z - FREE_TIME_SPREAD**2 / 2)
    return np.minimum(hours, 400.0).astype(np.float32)


def _preferences(units: Units, age_band: NDArray[np.int8], seed: int) -> NDArray[np.float32]:
    """Weights of services: type's mean x age tilt x community x grid x resident; rows sum to 1."""
    grid = units.of_residents(Level.GRID)
    grid_community = units.parent(Level.GRID)
    tilts = np.array([category.age_tilt for category in CATEGORIES])
    expected = type_column("age_shares", units.kind) @ tilts.T
    type_log = np.log(type_column("preferences", units.kind) / expected)
    weights = np.empty((age_band.shape[0], len(CATEGORIES)), dtype=np.float32)
    for k in range(len(CATEGORIES)):
        place = normals(seed, Purpose.SOCIETY, 0, units.count(Level.COMMUNITY), _DRAW_PLACE_PREFERENCE + k)
        near = normals(seed, Purpose.SOCIETY, 0, units.count(Level.GRID), _DRAW_GRID_PREFERENCE + k)
        own = normals(seed, Purpose.SOCIETY, 0, age_band.shape[0], _DRAW_PREFERENCE + k).astype(np.float32)
        level = (type_log[:, k] + PREFERENCE_SPREAD["community"] * place)[grid_community]
        level = (level + PREFERENCE_SPREAD["grid"] * near).astype(np.float32)
        tilt = np.log(tilts[k]).astype(np.float32)
        own *= np.float32(PREFERENCE_SPREAD["resident"])
        own += level[grid]
        own += tilt[age_band]
        np.exp(own, out=own)
        weights[:, k] = own
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


class _Attitude:
    """Draws spirit, efficacy and trust: logit-normal, differing by community, trait and chance."""

    def __init__(self, units: Units, community: NDArray[np.int32], traits: tuple[NDArray[Any], ...], seed: int) -> None:
        self.communities, self.community = units.count(Level.COMMUNITY), community
        self.traits, self.seed = traits, seed

    def draw(self, mean: float, weights: tuple[float, ...], own_draw: int, place_draw: int) -> NDArray[np.float32]:
        """One attitude in [0, 1] with population mean ``mean`` in expectation; 0 and 1 are exact."""
        n = self.community.shape[0]
        if mean <= 0.0 or mean >= 1.0:
            return np.full(n, min(max(mean, 0.0), 1.0), dtype=np.float32)
        place = normals(self.seed, Purpose.SOCIETY, 0, self.communities, place_draw)
        common = ATTITUDE_PLACE * place[self.community]
        for weight, trait in zip(weights, self.traits, strict=True):
            common += weight * trait
        common -= common.mean()
        own = np.sqrt(max(0.0, 1.0 - common.var())) * normals(self.seed, Purpose.SOCIETY, 0, n, own_draw)
        location = logit_location(mean, ATTITUDE_SPREAD)
        return expit(location + ATTITUDE_SPREAD * (common + own)).astype(np.float32)


def logit_location(mean: float, spread: float) -> float:
    """The location m at which the logit-normal expit(m + spread * z) has the given mean in (0, 1)."""
    nodes, weights = hermegauss(40)
    weights = weights / weights.sum()
    low, high = -40.0, 40.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if weights @ expit(middle + spread * nodes) < mean else (low, middle)
    return (low + high) / 2
