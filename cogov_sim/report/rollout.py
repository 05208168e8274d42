"""The reform over time on the page of institutions: the timeline, and early against late communities."""

from __future__ import annotations

import pandas as pd

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report import labels
from cogov_sim.report.evidence import Effect, records
from cogov_sim.report.labels import number
from cogov_sim.report.reference import table as markdown
from cogov_sim.scenario.rollout import PERIODS, WAVES

FILE, PICTURE = "wedge.csv", "images/timeline.png"
TITLE = Text("The reform over time", "改革进程")
_WAVES = {wave.en: wave for wave in WAVES}


def rollout_section(rows: pd.DataFrame) -> list[str]:
    """The timeline and the table of the stepped wedge, as parts of a Markdown page.

    Args:
        rows: as from ``experiments.wedge.wedge``.
    """
    seeds = int(rows["seeds"].max())
    heads = ["指标 measure", "先行者 who began early", "时段 when", "先行减后行 early minus late", "95%"]
    return [
        f"## {TITLE.both}",
        f"`cogov rollout xiamen`: pilots in two districts from month 1, all others from month 7, model communities teach from month 19 ({seeds} seeds). Expected before the run: pilots are ahead in taking part before the others begin, and are caught up with at the end.",
        f"`cogov rollout xiamen`：两个区第 1 个月起试点，其余第 7 个月起，第 19 个月起典范社区带教（{seeds} 个种子）。事先假设：其他社区开始之前试点的参与率领先，期末被赶上。",
        f"![{TITLE.both}]({PICTURE})",
        "Early minus late communities, each against its own year before the reform (difference in differences, as in a stepped wedge); streets under appraisal that copied the pilots are a wave of their own: form without much mastery.",
        "先行社区减后行社区，各自与改革前一年相比（双重差分，即阶梯楔形设计）；受考核而提前照搬试点的街道自成一批：有形式而少掌握。",
        markdown(heads, [_line(row) for row in records(rows)]),
    ]


def _line(row: Effect) -> tuple[str, ...]:
    measure = str(row["measure"])
    factor, period = labels.factor_of(measure), PERIODS[str(row["period"])]
    mean, low, high = (factor * float(row[name]) for name in ("difference", "low", "high"))
    months = Text(f"months {row['first']} to {row['last']}", f"第 {row['first']}–{row['last']} 个月")
    return (
        BY_NAME[measure].label.both,
        _WAVES[str(row["wave"])].both,
        f"{period.both}<br>{months.both}",
        f"{number(mean)} {labels.difference_unit(measure).both}",
        f"[{number(low)}, {number(high)}]",
    )
