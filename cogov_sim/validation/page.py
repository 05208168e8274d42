"""The validation page as Markdown: every target, what the model gives, and the verdict, in both languages."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import NamedTuple

from cogov_sim.checks import KINDS, VERDICTS, Check, Kind
from cogov_sim.language import Text

HEADINGS: dict[Kind, Text] = {
    "calibrated": Text("Calibrated: T1-T4, and nothing else", "校准目标：仅 T1–T4"),
    "hard": Text("Checked: what a respectable model reproduces", "检验：可信模型应能再现的规律"),
    "null": Text("Null tests in the field model", "实地模型的零假设检验"),
    "soft": Text("Checked, soft: the distance is reported", "软性检验：报告差距"),
    "free": Text("Contested in the literature", "文献中有争议"),
}
ORDER: tuple[Kind, ...] = ("calibrated", "hard", "null", "soft", "free")


class Picture(NamedTuple):
    """A figure of the page: its file beside the page, and what it shows."""

    file: str
    caption: Text


def both(text: Text) -> str:
    """Both languages, one after the other."""
    return f"{text.en} / {text.zh}" if text.en != text.zh else text.en


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def simulated(check: Check) -> str:
    """Value with its interval and unit."""
    interval = "" if math.isnan(check.low) else f" [{_number(check.low)}, {_number(check.high)}]"
    unit = "" if check.unit in ("1", "") else f" {check.unit}"
    return f"{_number(check.value)}{interval}{unit}"


def verdict(check: Check) -> str:
    """The verdict in words; a soft row that misses says by how much."""
    words = both(VERDICTS[check.verdict])
    if check.verdict == "distance":
        words += f": {_number(check.distance)}" + ("" if check.unit in ("1", "") else f" {check.unit}")
    return f"**{words}**" if check.verdict == "fail" else words


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def table(checks: Sequence[Check]) -> str:
    """One row a check."""
    lines = [
        "| | what / 内容 | target / 目标 | simulated [95 %] / 模拟 | verdict / 结论 | seeds / 种子 | source / 来源 |",
        "|---|---|---|---|---|---|---|",
    ]
    for check in checks:
        what = both(check.what) + (f"<br>*{both(check.note)}*" if check.note.en else "")
        cells = (
            f"`{check.id}`",
            what,
            both(check.target),
            simulated(check),
            verdict(check),
            str(check.seeds or "-"),
            check.source,
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines)


def summary(checks: Sequence[Check]) -> str:
    """How many rows of each kind hold, fail, miss or are only reported."""
    verdicts = list(VERDICTS)
    lines = [
        "| | " + " | ".join(both(VERDICTS[v]) for v in verdicts) + " |",
        "|---|" + "---|" * len(verdicts),
    ]
    for kind in ORDER:
        counts = [sum(c.kind == kind and c.verdict == v for c in checks) for v in verdicts]
        lines.append(f"| {both(KINDS[kind])} | " + " | ".join(str(n or "") for n in counts) + " |")
    return "\n".join(lines)


def page(
    checks: Sequence[Check], tables: dict[str, tuple[Text, str]], pictures: Sequence[Picture], version: str, form: str
) -> str:
    """The whole page.

    Args:
        checks: all rows.
        tables: further sections: a heading and ready Markdown, by name.
        pictures: the figures.
        version: of the package.
        form: "full" or "short".
    """
    how = Text(
        f"Made by `cogov validate{' --short' if form == 'short' else ''}` with version {version}; the same command makes it again. "
        "The laboratory constants are fitted to T1-T4 alone (`cogov calibrate lab`, log in docs/calibration); rows by which a "
        "start value was set say so in their note (vote_size, scale_adopters, scale_labour, scale_mediators, soft_chat, "
        "soft_tasks, soft_turnout, soft_volunteers); every other row is only checked. "
        "Rows that fail stay on the page. Intervals are 95 % over seeds, which measure chance in the model, not in the world.",
        f"由 `cogov validate{' --short' if form == 'short' else ''}`（版本 {version}）生成，同一命令可重新生成。"
        "实验室常数仅用 T1–T4 校准（`cogov calibrate lab`，记录见 docs/calibration）；据以设定起始值的行在说明中注明"
        "（vote_size、scale_adopters、scale_labour、scale_mediators、soft_chat、soft_tasks、soft_turnout、soft_volunteers）；其余各行只作检验。"
        "不成立的行保留在此页。区间为各种子间的 95% 区间，反映模型内的随机性，而非现实的不确定性。",
    )  # fmt: skip
    parts = [f"# Validation / 验证\n\n{how.en}\n\n{how.zh}", f"## Summary / 概览\n\n{summary(checks)}"]
    for kind in ORDER:
        rows = [check for check in checks if check.kind == kind]
        if rows:
            parts.append(f"## {both(HEADINGS[kind])}\n\n{table(rows)}")
    parts += [f"## {both(heading)}\n\n{body}" for heading, body in tables.values()]
    parts.append("## Figures / 图")
    parts += [f"![{both(p.caption)}]({p.file})\n\n*{both(p.caption)}*" for p in pictures]
    return "\n\n".join(parts) + "\n"


def rows(checks: Sequence[Check]) -> str:
    """All rows as CSV, both languages in columns of their own."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["id", "kind", "what", "what_zh", "target", "target_zh", "value", "low", "high", "unit", "verdict",
                     "distance", "seeds", "source"])  # fmt: skip
    for c in checks:
        writer.writerow([c.id, c.kind, c.what.en, c.what.zh, c.target.en, c.target.zh, c.value, c.low, c.high, c.unit,
                         c.verdict, c.distance, c.seeds, c.source])  # fmt: skip
    return buffer.getvalue()
