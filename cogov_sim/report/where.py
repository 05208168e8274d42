"""Which institution works where 分类统筹: a matrix of institutions and kinds of community, and the reports' own places."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.report import labels, style
from cogov_sim.report.ablation import short_name
from cogov_sim.report.evidence import LIKELY, MARKS, SURE, Effect, records
from cogov_sim.report.fonts import bilingual
from cogov_sim.report.labels import number
from cogov_sim.report.reference import table as markdown
from cogov_sim.scenario import Scenario
from cogov_sim.scenario.institution import institution_classes
from cogov_sim.society import COMMUNITY_TYPES

FILE, PLACES, PICTURE = "where.csv", "places.csv", "images/where.png"
DARK = 0.7  # of the darkest colour, from which on numbers stand in white
SHOWN = ("participation", "probe_free_riding", "performance")
TITLE = Text("Which institution works where", "分类统筹：哪项制度在哪里起作用")
NOTE = Text(
    "each added alone to the government-run world of one kind of community, minus without it; * its own 95% interval leaves out 0, ** sure among all tests (Holm); blue helps, red harms; blank: open, or nothing at all",
    "各自单独加入单一类型社区的政府包办世界，减去没有它时；* 自身 95% 区间不含 0，** 多重检验后仍确定（Holm）；蓝：有利，红：不利；空白：未定或毫无作用",
)


def where_figure(rows: pd.DataFrame) -> style.BilingualFigure:
    """Three panels side by side: institutions by kinds of community, for participation, free riding and services.

    Args:
        rows: as from ``experiments.where.where``.
    """
    order = [key for key in institution_classes() if key in set(rows["institution"])]
    with bilingual():
        figure = style.new_figure(14.0, 1.9 + 0.27 * len(order), TITLE, NOTE)
        panels = figure.subplots(1, len(SHOWN), sharey=True)
        for axes, measure in zip(panels, SHOWN, strict=True):
            _panel(axes, rows[rows["measure"] == measure], order, measure)
        panels[0].set_yticks(range(len(order)), [short_name(key) for key in order], fontsize=8.5)
        panels[0].set_ylim(len(order) - 0.5, -0.5)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, order: list[str], measure: str) -> None:
    """One measure's matrix, coloured by what helps, with numbers where something is likely."""
    kinds = [one.id for one in COMMUNITY_TYPES]
    own, factor = BY_NAME[measure], labels.factor_of(measure)
    values, sure = (
        rows.pivot(index="institution", columns="kind", values=name).loc[order, kinds].to_numpy()
        for name in ("mean", "evidence")
    )
    values = factor * values.astype(float)
    size = max(1e-9, float(np.nanpercentile(np.abs(values), 97)))
    told = np.isin(sure, (SURE, LIKELY))
    shown = np.where(told, values * (own.better or 1), np.nan)
    axes.imshow(shown, cmap="RdBu", vmin=-size, vmax=size, aspect="auto")
    for row, column in zip(*np.nonzero(told), strict=True):
        text = f"{number(float(values[row, column]))}{MARKS[str(sure[row, column])]}"
        dark = abs(values[row, column]) > DARK * size
        axes.text(column, row, text, ha="center", va="center", fontsize=7.5, color="white" if dark else style.INK)
    names = [f"{one.text.zh}\n{one.text.en}" for one in COMMUNITY_TYPES]
    axes.set_xticks(range(len(kinds)), names, fontsize=7, rotation=35, ha="right")
    axes.set_title(f"{own.both}\n{labels.difference_unit(measure).both}", fontsize=10, color=style.INK)
    axes.tick_params(length=0)


def sentences(rows: pd.DataFrame) -> list[Text]:
    """For each kind of community, what surely helps and what surely harms there, by measure.

    Args:
        rows: as from ``experiments.where.where``.
    """
    said = []
    for one in COMMUNITY_TYPES:
        mine = rows[(rows["kind"] == one.id) & (rows["evidence"] == SURE)]
        for measure in dict.fromkeys(mine["measure"]):
            own, factor = BY_NAME[measure], labels.factor_of(measure)
            found = mine[mine["measure"] == measure].sort_values("mean", key=abs, ascending=False).head(5)
            effects = [
                (short_name(key), labels.number(factor * mean, sign=True))
                for key, mean in zip(found["institution"], found["mean"], strict=True)
            ]
            unit = labels.difference_unit(measure)
            en, zh = (sep.join(f"{name} {size}" for name, size in effects) for sep in (", ", "、"))
            said.append(
                Text(
                    f"{one.text.en}, {own.text.en} ({unit.en}): {en}",
                    f"{one.text.zh}，{own.text.zh}（{unit.zh}）：{zh}",
                )
            )
    return said or [
        Text("no effect is sure among so many tests; take more seeds", "如此多的检验中没有确定的作用；请增加种子数")
    ]


def where_section(rows: pd.DataFrame, places: pd.DataFrame) -> list[str]:
    """The picture and the table of places, as parts of a Markdown page.

    Args:
        rows, places: as from ``experiments.where``.
    """
    surely = rows[rows["evidence"] == SURE]
    counts = [surely[surely["kind"] == one.id]["institution"].nunique() for one in COMMUNITY_TYPES]
    en, zh = (
        sep.join(f"{name} {count}" for name, count in zip(names, counts, strict=True))
        for sep, names in (
            (", ", [one.text.en for one in COMMUNITY_TYPES]),
            ("，", [one.text.zh for one in COMMUNITY_TYPES]),
        )
    )
    lines = [_line(row) for row in records(places[places["expected"] != 0])]
    heads = [
        "地点 place", "所述制度 told of", "假设 hypothesis", "有减无 with minus without", "95%", "作用 effect",
    ]  # fmt: skip
    return [
        "## Which institution works where 分类统筹",
        f"![{TITLE.both}]({PICTURE})",
        f"Each institution alone in five societies of one kind of community each ({int(rows['n'].max())} seeds). How many have an effect on one of five measures that is sure among all {len(rows)} tests: {en}.",
        f"在五个单一类型社会中各项制度单独加入（{int(rows['n'].max())} 个种子）。在全部 {len(rows)} 个检验中对五项指标之一有确定作用的制度数：{zh}。",
        "The reports' own places as small scenarios, each over a society of its kind; the hypothesis was written before the run. The places are not modelled house by house: they show what the model makes of the institution that the report tells of.",
        "报告中的四个地点作为小情景，各置于同类社会；假设写于运行之前。并非逐户还原，只显示模型对报告所述制度的推断。",
        markdown(heads, lines),
    ]


def _line(row: Effect) -> tuple[str, ...]:
    """One hypothesis of one place."""
    measure, place = str(row["measure"]), str(row["place"])
    own, factor = BY_NAME[measure], labels.factor_of(measure)
    mean, low, high = (factor * float(row[name]) for name in ("mean", "low", "high"))
    right = mean * int(row["expected"]) > 0
    verdict = (
        Text("open", "未定")
        if low <= 0.0 <= high
        else Text("as expected", "相符")
        if right
        else Text("against", "相反")
    )
    return (
        f"{Scenario.load(place).title.zh}<br>{Scenario.load(place).title.en}<br>`{place}`",
        "<br>".join(f"`{key}`" for key in str(row["institution"]).split("+")),
        f"{own.both} {'↑' if int(str(row['expected'])) > 0 else '↓'}",
        f"{number(mean)} {labels.difference_unit(measure).both}",
        f"[{number(low)}, {number(high)}]",
        f"{verdict.zh} {verdict.en}",
    )
