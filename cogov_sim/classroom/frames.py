"""What a page needs to draw a month: a small header, and three bytes a resident and world."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cogov_sim.commons.bodies import living
from cogov_sim.commons.events import sentence
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.model import CoGovModel
from cogov_sim.report.labels import factor_of, unit_of
from cogov_sim.society import COMMUNITY_TYPES, Level
from cogov_sim.society.names import unit_name

#: Measures that a page shows, as tiles and curves.
MEASURES = ("satisfaction", "participation", "performance", "outlay_per_head", "residents_hours", "residents_money", "belief",
            "probe_free_riding", "trust", "violations_per_1000")  # fmt: skip
#: Bits of the byte of acts: two for giving (0 met nothing, 1 met something and gave nothing, 2 gave), one for each of the rest.
GAVE_NOTHING, GAVE, ATTENDED, SPOKE, KEEPS, MOVED, LEADS = 1, 2, 4, 8, 16, 32, 64


def layout(model: CoGovModel) -> dict[str, Any]:
    """Where everybody sits: communities, their grids, their buildings, each with its residents [first, last) and its name.

    Both worlds have the same.
    """
    units = model.society.units

    def listed(level: Level) -> list[dict[str, Any]]:
        names = [unit_name(units, level, unit) for unit in range(units.count(level))]
        spans = zip(
            units.first(level).tolist(), units.last(level).tolist(), units.parent(level).tolist(), names, strict=True
        )
        return [
            {"first": first, "last": last, "in": parent, "en": name.en, "zh": name.zh}
            for first, last, parent, name in spans
        ]

    kinds = [COMMUNITY_TYPES[k] for k in units.kind]
    communities = [one | {"kind": kind.id} for one, kind in zip(listed(Level.COMMUNITY), kinds, strict=True)]
    return {
        "residents": units.n_residents,
        "communities": communities,
        "grids": listed(Level.GRID),
        "buildings": listed(Level.BUILDING),
    }


def columns(model: CoGovModel) -> NDArray[np.uint8]:
    """Satisfaction, acts and belief of everybody, uint8 (3, residents)."""
    residents = model.residents.columns
    satisfaction = np.rint(residents.satisfaction * 2.55)
    belief = np.rint(residents.belief * 255.0)
    leads = np.zeros(len(residents.belief), bool)
    leads[[body.leader for body in living(model.commons)]] = True
    acts = (
        np.where(residents.given > 0.0, GAVE, np.where(residents.given == 0.0, GAVE_NOTHING, 0))
        + ATTENDED * (residents.attended != 0)
        + SPOKE * (residents.spoke != 0)
        + KEEPS * (residents.keeps >= 0)
        + MOVED * (residents.moved != 0)
        + LEADS * leads
    )
    return np.stack([satisfaction, acts, belief]).astype(np.uint8)


def frame(models: Sequence[CoGovModel]) -> bytes:
    """A month of both worlds: length of the header (uint32, little end first), header (JSON), the columns of each world.

    The header says the month, the measures of each world (null where there is none), and what happened in the month, in both languages.
    """
    month = models[0].month
    header = {
        "month": month,
        "measures": [{name: _plain(model.latest.get(name)) for name in MEASURES} for model in models],
        "events": [_told(model, month) for model in models],
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    return b"".join([struct.pack("<I", len(text)), text, *(columns(model).tobytes() for model in models)])


def _told(model: CoGovModel, month: int) -> list[dict[str, Any]]:
    """What happened in a month, the last to happen last."""
    found = []
    for event in reversed(model.events):
        if event.month != month:
            break
        said = sentence(event, model.society.units)
        found.append(
            {
                "month": month,
                "kind": event.kind,
                "level": event.level,
                "unit": event.unit,
                "matter": event.matter,
                "en": said.en,
                "zh": said.zh,
            }
        )
    return found[::-1]


def opened(content: bytes, residents: int) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """Header and columns, uint8 (2, 3, residents), of a frame."""
    (length,) = struct.unpack("<I", content[:4])
    body = np.frombuffer(content, np.uint8, offset=4 + length)
    return json.loads(content[4 : 4 + length]), body.reshape(2, 3, residents)


def measure_texts() -> dict[str, dict[str, Any]]:
    """Names and units of ``MEASURES``, and what values are multiplied by to be in them, for the page."""
    return {
        name: {"text": asdict(BY_NAME[name].text), "unit": asdict(unit_of(name)), "factor": factor_of(name)}
        for name in MEASURES
    }


def _plain(value: float | None) -> float | None:
    """A number that JSON has; None for one that is missing."""
    return None if value is None or not math.isfinite(value) else float(value)
