"""What ties do in this model: the same worlds where people know each other, know half as many, and know nobody."""

from __future__ import annotations

from cogov_sim.checks import Check
from cogov_sim.experiments.worlds import CO
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.validation.regions import DESIGN
from cogov_sim.validation.rows import About, Field, number, row

#: Worlds as in ``field_checks.WORLDS``.
WORLDS: dict[str, tuple[str, tuple[str, ...]]] = {
    f"{kept:.0%} of ties": (CO, (f"society.ties_kept={kept}",)) for kept in (0.5, 0.1, 0.0)
}
OUTCOMES = ("performance", "satisfaction", "participation_build", "probe_giving")


def ties(field: Field) -> list[Check]:
    """A row an outcome: all ties minus none, with what half and a tenth of them make of it. Reported, and no target."""
    return [_row(field, measure) for measure in OUTCOMES]


def _row(field: Field, measure: str) -> Check:
    text = BY_NAME[measure].label
    about = About(
        f"ties_{measure}",
        Text(f"Co-governance, all ties minus none: {text.en}", f"共治下纽带齐全减毫无纽带：{text.zh}"),
        Text("reported", "仅报告"),
        DESIGN,
        "free",
    )
    less = [f"{world}: {number(float(field.effect(CO, world, measure).mean()))}" for world in list(WORLDS)[:-1]]
    note = Text(
        "all ties minus " + "; ".join(less), "纽带齐全减部分纽带：" + "；".join(less).replace("% of ties", "% 纽带")
    )
    return row(about, field.effect(CO, "0% of ties", measure), BY_NAME[measure].unit, None, note)
