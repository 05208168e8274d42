"""Asking matters: how much less residents build where a committee, and those who lead bodies, ask fewer people."""

from __future__ import annotations

from cogov_sim.checks import Check
from cogov_sim.experiments.worlds import CO
from cogov_sim.language import Text
from cogov_sim.validation.rows import About, Field, above, row

#: Hours that it takes to ask one resident, relative to the start value: so many times fewer are asked.
FEWER = (2, 4, 10)
#: Worlds as in ``field_checks.WORLDS``.
WORLDS: dict[str, tuple[str, tuple[str, ...]]] = {
    f"asks one in {times}": (CO, (f"government.ask_hours={times}",)) for times in FEWER
}
BRYANT = "85 % of gifts: Bryant et al. 2003, in Bekkers & Wiepking 2011, NVSQ 40:924"


def asking(field: Field) -> list[Check]:
    """All rows: gifts that follow a request, and the response of building to how many are asked."""
    return [_asked(field), *(_response(field, times) for times in FEWER)]


def _asked(field: Field) -> Check:
    about = About(
        "asked_share",
        Text(
            "Of residents' gifts to matters, those that follow a request, co-governance",
            "共治下居民出力中经动员者的比例",
        ),
        Text("most", "多数"),
        BRYANT,
        "hard",
    )
    return row(about, field.late(CO, "asked_share"), "share", lambda mean, low, high: low > 0.5)


def _response(field: Field, times: int) -> Check:
    about = About(
        f"asking_{times}",
        Text(f"Residents who build in a year: as many are asked as at start values, minus 1 in {times} of them",
             f"一年内参与共建的居民：动员如常减动员仅为其 1/{times}"),
        Text("more", "更多"), BRYANT, "hard",
    )  # fmt: skip
    usual = field.late(CO, "participation_build")
    note = Text(f"usual: {usual.mean():.0%}", f"如常：{usual.mean():.0%}")
    return row(about, usual - field.late(f"asks one in {times}", "participation_build"), "share", above, note)
