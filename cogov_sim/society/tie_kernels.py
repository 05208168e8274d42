"""Compiled loops of the ties: proposing them, and sorting proposals into a symmetric CSR graph."""

from __future__ import annotations

import numpy as np

from cogov_sim.compiled import kernel
from cogov_sim.compiled.types import F32, F64, I8, I32, I64, Cube, Key
from cogov_sim.draws import uniform

LAYERS = 4
"""Building, grid, community, whole society."""
TRIES = 12
"""Candidates a resident looks at before one proposal is given up."""
SLOT = 64
"""Draw numbers set aside for each proposal: two a candidate, then one for the strength."""
COUNT_DRAW = 1 << 20
"""Draw number of the rounding of each layer's number of proposals."""


@kernel
def count_proposals(key: Key, sociable: F32, wanted: F64, isolated: I8, out: I64) -> None:
    """How many ties each resident proposes in each layer: the wanted mean, rounded up or down by chance.

    Args:
        key: of the draws.
        sociable: float32 (n,), sociability, mean 1.
        wanted: float64 (layers,), mean proposals of a resident of sociability 1.
        isolated: int8 (n,), 1 where nearly isolated: one proposal for half of them, none for the others.
        out: int64 (n + 1, ), filled with where each resident's proposals start.
    """
    n = sociable.shape[0]
    total = 0
    for i in range(n):
        out[i] = total
        for layer in range(LAYERS):
            total += _proposals(key, i, layer, sociable[i], wanted[layer], isolated[i])
    out[n] = total


@kernel
def _proposals(key: Key, i: int, layer: int, sociable: np.float32, wanted: float, isolated: np.int8) -> int:
    """How many ties a resident proposes in a layer; the isolated one in the first, or none."""
    chance = uniform(key, i, COUNT_DRAW + layer)
    if isolated:
        return 1 if layer == 0 and chance < 0.5 else 0
    count = int(wanted * sociable + chance)
    return max(count, 2) if layer == 0 else count


@kernel
def propose(
    key: Key, bounds: Cube, building: I32, sociable: F32, newcomer: I8, isolated: I8, wanted: F64,
    closeness: F64, across: float, weak: float, start: I64, partner: I32, strength: F32,
) -> None:  # fmt: skip
    """Let every resident propose ties, each to a candidate from the layer's unit if the two suit each other.

    Args:
        key, sociable, wanted, isolated: see ``count_proposals``.
        bounds: int64 (layers, buildings, 2), the residents that each building's residents choose from.
        building: int32 (n,).
        newcomer: int8 (n,).
        closeness: float64 (layers,), mean strength by layer.
        across: chance that a newcomer and a local take each other, where two alike surely do.
        weak: factor of strength of the tie of a nearly isolated resident.
        start: int64 (n + 1,) from ``count_proposals``.
        partner: int32 (proposals,), filled; -1 where nobody was found.
        strength: float32 (proposals,), filled, in (0, 1].
    """
    for i in range(sociable.shape[0]):
        at = start[i]
        for layer in range(LAYERS):
            first = bounds[layer, building[i], 0]
            size = bounds[layer, building[i], 1] - first
            for _ in range(_proposals(key, i, layer, sociable[i], wanted[layer], isolated[i])):
                slot = (at - start[i]) * SLOT
                partner[at] = -1
                for attempt in range(TRIES):
                    j = first + int(uniform(key, i, slot + 2 * attempt) * size)
                    if j == i or isolated[j]:
                        continue
                    accept = min(1.0, 0.5 * sociable[j])
                    if newcomer[i] != newcomer[j]:
                        accept *= across
                    if uniform(key, i, slot + 2 * attempt + 1) < accept:
                        partner[at] = j
                        break
                u = uniform(key, i, slot + 2 * TRIES)
                value = closeness[layer] * (0.3 + 1.4 * u)
                strength[at] = value * weak if isolated[i] else value
                at += 1


@kernel
def count_rows(start: I64, partner: I32, indptr: I64) -> None:
    """Fill ``indptr`` (int64, n + 1) with where rows start, both directions of every proposal counted."""
    n = start.shape[0] - 1
    indptr[:] = 0
    for i in range(n):
        for p in range(start[i], start[i + 1]):
            j = partner[p]
            if j >= 0:
                indptr[i + 1] += 1
                indptr[j + 1] += 1
    for i in range(n):
        indptr[i + 1] += indptr[i]


@kernel
def fill_rows(start: I64, partner: I32, strength: F32, indptr: I64, indices: I32, values: F32) -> int:
    """Write both directions of every proposal, sort each row, merge duplicates (the stronger stays).

    Rows are compacted in place and ``indptr`` is rewritten.

    Returns:
        The number of entries left.
    """
    n = start.shape[0] - 1
    cursor = indptr[:-1].copy()
    for i in range(n):
        for p in range(start[i], start[i + 1]):
            j = partner[p]
            if j >= 0:
                indices[cursor[i]] = j
                values[cursor[i]] = strength[p]
                cursor[i] += 1
                indices[cursor[j]] = i
                values[cursor[j]] = strength[p]
                cursor[j] += 1
    end = 0
    for i in range(n):
        low, high = indptr[i], indptr[i + 1]
        _sort_row(indices, values, low, high)
        indptr[i] = end
        for e in range(low, high):
            if end > indptr[i] and indices[end - 1] == indices[e]:
                values[end - 1] = max(values[end - 1], values[e])
            else:
                indices[end] = indices[e]
                values[end] = values[e]
                end += 1
    indptr[n] = end
    return end


@kernel
def _sort_row(indices: I32, values: F32, low: int, high: int) -> None:
    """Insertion sort of one (short) row by index."""
    for e in range(low + 1, high):
        index, value = indices[e], values[e]
        f = e - 1
        while f >= low and indices[f] > index:
            indices[f + 1] = indices[f]
            values[f + 1] = values[f]
            f -= 1
        indices[f + 1] = index
        values[f + 1] = value


@kernel
def sum_rows(indptr: I64, values: F32, out: F64) -> None:
    """Fill ``out`` (float64, n) with the sum of each row's values."""
    for i in range(out.shape[0]):
        total = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            total += values[e]
        out[i] = total
