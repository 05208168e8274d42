"""Who knows whom: a symmetric graph in layers, from next door to the far end of the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.draws import Purpose, key, normals, uniforms
from cogov_sim.language import UserError
from cogov_sim.society import tie_kernels as kernels
from cogov_sim.society.communities import type_column
from cogov_sim.society.levels import Level
from cogov_sim.society.population import Population
from cogov_sim.society.units import Units

if TYPE_CHECKING:
    import networkx

LAYER_DEGREE = np.array([5.4, 3.2, 2.1, 1.35])
"""Ties of a resident not isolated: building, grid, community, city; a tenth are long (start values)."""
LAYER_CLOSENESS = np.array([0.50, 0.38, 0.32, 0.42])
"""Mean strength of a tie by layer (start values; long ties are kin, old neighbours and colleagues)."""
ISOLATED_SHARE = 0.225
"""Share of residents nearly isolated, at most one weak tie: within 20-25 % (start value)."""
ISOLATED_NEWCOMER, ISOLATED_LOCAL = 1.10, 0.80
"""How much more often newcomers, and less often locals, are nearly isolated (start values)."""
ISOLATED_STRENGTH = 0.3
"""Factor of strength of the one tie of a nearly isolated resident (start value)."""
ACROSS = 0.45
"""Chance that a newcomer and a local take each other where two alike surely do: homophily (start value)."""
SOCIABILITY_SPREAD = 0.45
"""Standard deviation of log sociability (start value)."""

CONTACT_THRESHOLDS = (5.4, 3.25, 0.4)
"""Sum of tie strengths above which a resident chats with neighbours daily, weekly, more rarely; below: never.

Set once so that day one of both ready societies is near 27.3 / 29.4 / 19.8 / 23.5 % (Shanghai urban
neighbourhood survey); never fitted again.
"""
LARGEST_EXPORT = 50_000
"""Residents above which ``to_networkx`` refuses."""

# Draw numbers of Purpose.TIES, month 0, entity: resident; proposals use the numbers in tie_kernels.py.
_DRAW_SOCIABILITY = kernels.COUNT_DRAW + 8
_DRAW_ISOLATED = kernels.COUNT_DRAW + 9


@dataclass(frozen=True)
class Ties:
    """A symmetric graph over residents in CSR form.

    Row i holds the residents whom i knows, in rising order, without i and without duplicates; (i, j) and
    (j, i) have the same strength.

    Attributes:
        indptr: int64 (n + 1,), row i is ``indices[indptr[i]:indptr[i + 1]]``.
        indices: int32 (2 x ties,).
        strength: float32 (2 x ties,), in (0, 1].
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    strength: NDArray[np.float32]

    @property
    def n(self) -> int:
        """The number of residents."""
        return self.indptr.shape[0] - 1

    @property
    def degree(self) -> NDArray[np.int64]:
        """How many others each resident knows, int64 (n,)."""
        return np.diff(self.indptr)

    def neighbours(self, resident: int) -> NDArray[np.int32]:
        """Whom one resident knows, int32, rising."""
        return self.indices[self.indptr[resident] : self.indptr[resident + 1]]

    def total_strength(self) -> NDArray[np.float64]:
        """The sum of each resident's tie strengths, float64 (n,)."""
        total = np.empty(self.n)
        kernels.sum_rows(self.indptr, self.strength, total)
        return total

    def familiarity(self) -> NDArray[np.float64]:
        """Each resident's mean tie strength, float64 (n,); 0 without ties."""
        return self.total_strength() / np.maximum(self.degree, 1)


def build_ties(units: Units, population: Population, seed: int) -> Ties:
    """Draw the ties of day one.

    Every resident who is not nearly isolated proposes ties in four layers, each to a candidate from the same
    building, grid, community or society, taken by sociability and likeness. A nearly isolated resident has
    at most one weak tie.
    """
    n = units.n_residents
    sociable, isolated = _sociability(units, population, seed)
    wanted = LAYER_DEGREE / 2
    draw_key = key(seed, Purpose.TIES)
    start = np.empty(n + 1, dtype=np.int64)
    kernels.count_proposals(draw_key, sociable, wanted, isolated, start)
    partner = np.empty(start[-1], dtype=np.int32)
    strength = np.empty(start[-1], dtype=np.float32)
    kernels.propose(
        draw_key, _layer_bounds(units), population.building, sociable, population.newcomer, isolated, wanted,
        LAYER_CLOSENESS, ACROSS, ISOLATED_STRENGTH, start, partner, strength,
    )  # fmt: skip
    indptr = np.empty(n + 1, dtype=np.int64)
    kernels.count_rows(start, partner, indptr)
    indices = np.empty(indptr[-1], dtype=np.int32)
    values = np.empty(indptr[-1], dtype=np.float32)
    entries = kernels.fill_rows(start, partner, strength, indptr, indices, values)
    return Ties(indptr, indices[:entries].copy(), values[:entries].copy())


def thinned(ties: Ties, share: float, seed: int) -> Ties:
    """The same people with a share of their ties, each kept or lost for both of its ends by a chance of its own."""
    if share >= 1.0:
        return ties
    n, holder = ties.n, np.repeat(np.arange(ties.n), ties.degree)
    pair = np.minimum(holder, ties.indices) * n + np.maximum(holder, ties.indices)
    kept = uniforms(seed, Purpose.THIN, 0, pair) < share
    indptr = np.concatenate([[0], np.cumsum(np.bincount(holder[kept], minlength=n))])
    return Ties(indptr, ties.indices[kept], ties.strength[kept])


def _sociability(units: Units, population: Population, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Sociability (mean about 1 in a type of density 1) and who is nearly isolated."""
    density = type_column("tie_density", units.kind)[units.of_residents(Level.COMMUNITY)]
    z = normals(seed, Purpose.TIES, 0, units.n_residents, _DRAW_SOCIABILITY)
    sociable = density * np.exp(SOCIABILITY_SPREAD * z - SOCIABILITY_SPREAD**2 / 2)
    factor = np.where(population.newcomer == 1, ISOLATED_NEWCOMER, ISOLATED_LOCAL)
    chance = ISOLATED_SHARE * factor / np.sqrt(density)
    isolated = uniforms(seed, Purpose.TIES, 0, units.n_residents, _DRAW_ISOLATED) < chance
    return np.minimum(sociable, 4.0).astype(np.float32), isolated.astype(np.int8)


def _layer_bounds(units: Units) -> NDArray[np.int64]:
    """For each layer and building, the slice of residents to choose from, int64 (layers, buildings, 2)."""
    layers = (Level.BUILDING, Level.GRID, Level.COMMUNITY, Level.CITY)
    slices = []
    for level in layers:
        holder = units.within(Level.BUILDING, level)
        slices.append(np.stack([units.first(level)[holder], units.last(level)[holder]], axis=1))
    return np.stack(slices)


def contact_frequency(ties: Ties) -> NDArray[np.int8]:
    """How often each resident chats with neighbours: 0 daily, 1 weekly, 2 more rarely, 3 never; int8 (n,).

    A resident's contact is the sum of tie strengths, cut at ``CONTACT_THRESHOLDS``.
    """
    total = ties.total_strength()
    return sum((total < threshold).astype(np.int8) for threshold in CONTACT_THRESHOLDS)  # type: ignore[return-value]


def to_networkx(ties: Ties, population: Population | None = None) -> networkx.Graph[Any]:
    """The ties as an undirected ``networkx.Graph`` with edge attribute ``strength``.

    Args:
        ties: the graph.
        population: if given, nodes carry ``building``, ``newcomer``, ``age_band`` and ``schedule_type``.

    Raises:
        UserError: more than ``LARGEST_EXPORT`` residents.
    """
    import networkx  # noqa: PLC0415 - slow to import and needed here only

    if ties.n > LARGEST_EXPORT:
        raise UserError(
            f"{ties.n} residents are too many for networkx; the limit is {LARGEST_EXPORT}.",
            f"居民数 {ties.n} 对 networkx 过多，上限为 {LARGEST_EXPORT}。",
        )
    graph: networkx.Graph[Any] = networkx.Graph()
    graph.add_nodes_from(range(ties.n))
    source = np.repeat(np.arange(ties.n), ties.degree)
    once = source < ties.indices
    edges = zip(source[once].tolist(), ties.indices[once].tolist(), ties.strength[once].tolist(), strict=True)
    graph.add_weighted_edges_from(edges, weight="strength")
    if population is not None:
        for name in ("building", "newcomer", "age_band", "schedule_type"):
            column = getattr(population, name).tolist()
            networkx.set_node_attributes(graph, dict(enumerate(column)), name)
    return graph
