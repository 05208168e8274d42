"""Tables for the terminal, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.table import Table

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME, HEADLINE, MARKED
from cogov_sim.measures.groups import BY, QUANTITIES
from cogov_sim.report.evidence import ALL, BASE, MARKS, SCENARIO, VERDICTS, Effect, by_place, place_texts
from cogov_sim.report.labels import difference_number, difference_unit, factor_of, number, unit_of
from cogov_sim.scenario.institution import institution_text

if TYPE_CHECKING:
    from cogov_sim.report.style import ComparisonLike

#: With more worlds than this they stand below one another.
MOST_COLUMNS = 3


def plain_table(
    *columns: Text, title: Text | None = None, numbers: Sequence[int] = (), below: Text | None = None
) -> Table:
    """An empty table with these columns, those of ``numbers`` to the right, and a line below."""
    table = Table(
        title=str(title) if title else None,
        title_justify="left",
        caption=str(below) if below else None,
        caption_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for place, column in enumerate(columns):
        table.add_column(str(column), justify="right" if place in numbers else "left", overflow="fold")
    return table


def scenario_rows(rows: Sequence[Any]) -> Table:
    """``Scenario.rows()``: every value with its unit, meaning, source and the file that set it."""
    table = plain_table(
        Text("key", "键"),
        Text("value", "值"),
        Text("unit", "单位"),
        Text("meaning", "含义"),
        Text("source", "来源"),
        Text("set by", "设定于"),
    )
    for row in rows:
        value = "–" if row.value is None else str(row.value)
        table.add_row(row.key, value, row.unit, str(row.text), row.source, row.set_by)
    return table


def month_table(steps: Sequence[Any]) -> Table:
    """The parts of a month in their order: stage, what, who acts, what it reads and writes."""
    table = plain_table(
        Text("stage", "阶段"),
        Text("part", "步骤"),
        Text("who acts", "谁行动"),
        Text("reads", "读取"),
        Text("writes", "写入"),
        title=Text("One month", "一个月"),
    )
    before = ""
    for step in steps:
        stage = str(step.stage)
        cells = [str(text) for text in (step.text, step.who, step.reads, step.writes)]
        table.add_row("" if stage == before else stage, *cells)
        before = stage
    return table


def timing_table(steps: Sequence[Any], timings: Mapping[str, float], months: int) -> Table:
    """Time that each part took: milliseconds a month and share; parts outside the month by name."""
    texts = {step.name: str(step.text) for step in steps}
    order = [*(name for name in texts if name in timings), *(name for name in timings if name not in texts)]
    total = sum(timings.values()) or 1.0
    table = plain_table(
        Text("part", "步骤"),
        Text("ms a month", "毫秒/月"),
        Text("share", "占比"),
        title=Text(f"Time over {months} months", f"{months} 个月的用时"),
        numbers=(1, 2),
    )
    for name in order:
        table.add_row(texts.get(name, name), f"{timings[name] / months * 1000:.2f}", f"{timings[name] / total:.0%}")
    return table


def run_table(measures: pd.DataFrame) -> Table:
    """Headline measures of one run: the first and the last twelve months."""
    window = min(12, len(measures))
    table = plain_table(
        Text("measure", "指标"),
        Text(f"first {window} months", f"前 {window} 个月"),
        Text(f"last {window} months", f"后 {window} 个月"),
        Text("unit", "单位"),
        numbers=(1, 2),
    )
    for name in _headline(list(measures.columns)):
        factor = factor_of(name)
        first, last = measures[name].head(window).mean(), measures[name].tail(window).mean()
        table.add_row(str(BY_NAME[name].label), number(first * factor), number(last * factor), str(unit_of(name)))
    return table


def comparison_table(comparison: ComparisonLike) -> Table:
    """Headline measures of every world with 95 % intervals, and the differences from the first."""
    few = len(comparison.worlds) <= MOST_COLUMNS
    return _beside(comparison) if few else _below(comparison)


def two_by_two_table(comparison: ComparisonLike) -> Table | None:
    """Main effects and interaction of the headline measures; None where the worlds are no two-by-two."""
    table = comparison.two_by_two()
    if table.empty:
        return None
    said = comparison.steps
    columns = [Text("measure", "指标"), Text("unit", "单位"), *said.values()]
    title = Text("Two by two: main effects and interaction", "二乘二：主效应与交互效应")
    result = plain_table(*columns, title=title, numbers=range(2, len(columns)))
    rows = {(row["measure"], row["effect"]): row for _, row in table.iterrows()}
    for name in _headline(comparison.measures):
        cells = [_estimate(rows[name, effect], factor_of(name), sign=True) for effect in said]
        result.add_row(str(BY_NAME[name].label), str(difference_unit(name)), *cells)
    return result


def by_group_table(table: pd.DataFrame, by: str, titles: Mapping[str, Text]) -> Table:
    """Who bears it: ``Comparison.by``, a row a group and world, a column a quantity: the difference with its interval.

    ``titles``: the worlds' names for readers.
    """
    names = {text.both: text for text in BY[by].groups}
    heads = [Text(f"{text.en} ({unit.en})", f"{text.zh}（{unit.zh}）") for text, unit in QUANTITIES.values()]
    title = Text(f"By {BY[by].text.en}: minus the first world", f"按{BY[by].text.zh}：减第一个世界")
    result = plain_table(BY[by].text, Text("world", "世界"), *heads, title=title, numbers=range(2, len(heads) + 2))
    before = ""
    for (group, world), rows in table.groupby(["group", "scenario"], sort=False):
        own = {str(row["quantity"]): row for _, row in rows.iterrows()}
        cells = [_estimate(own[name], 1.0, sign=True) if name in own else "–" for name in QUANTITIES]
        result.add_row("" if group == before else str(names[str(group)]), str(titles[str(world)]), *cells)
        before = str(group)
    return result


def _headline(columns: Sequence[str]) -> list[str]:
    return [name for name in HEADLINE if name in columns]


def _title(comparison: ComparisonLike) -> Text:
    seeds = comparison.counted
    return Text(
        f"Last 12 of {comparison.months} months, mean and 95% interval over {seeds.en}",
        f"{comparison.months} 个月中的最后 12 个月，{seeds.zh}的均值与 95% 区间",
    )


def _estimate(row: pd.Series, factor: float, *, sign: bool = False) -> str:
    """Mean and interval, as far as they exist."""
    mean, low, high = (row[name] * factor for name in ("mean", "low", "high"))
    if pd.isna(low):
        return number(mean, sign=sign)
    return f"{number(mean, sign=sign)} [{number(low)},{number(high)}]"  # no space: one word, folded whole


def _sign(row: pd.Series) -> str:
    return "–" if pd.isna(row["same_sign"]) else f"{row['same_sign']:.0%}"


def _rows(table: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    return {(str(row["scenario"]), str(row["measure"])): row for _, row in table.iterrows()}


def _beside(comparison: ComparisonLike) -> Table:
    summary, paired = _rows(comparison.summary()), _rows(comparison.paired())
    columns = [Text("measure", "指标"), Text("unit", "单位"), *(world.title for world in comparison.worlds)]
    first = comparison.worlds[0].title
    for world in comparison.worlds[1:]:
        columns.append(Text(f"{world.title.en} minus {first.en}", f"{world.title.zh}减{first.zh}"))
        columns.append(Text("same sign", "同号"))
    table = plain_table(*columns, title=_title(comparison), numbers=range(2, len(columns)))
    for name in _headline(comparison.measures):
        factor = factor_of(name)
        cells = [str(BY_NAME[name].label), str(unit_of(name))]
        for world in comparison.worlds:
            row = summary[world.name, name]
            cells.append(_estimate(row, factor))
        for world in comparison.worlds[1:]:
            row = paired[world.name, name]
            cells += [_estimate(row, factor, sign=True), _sign(row)]
        table.add_row(*cells)
    return table


def _below(comparison: ComparisonLike) -> Table:
    summary, paired = _rows(comparison.summary()), _rows(comparison.paired())
    columns = (Text("measure", "指标"), Text("world", "世界"), Text("mean", "均值"))
    more = (Text("minus the first", "减第一个"), Text("same sign", "同号"))
    table = plain_table(*columns, *more, title=_title(comparison), numbers=(2, 3, 4))
    for name in _headline(comparison.measures):
        factor = factor_of(name)
        for rank, world in enumerate(comparison.worlds):
            row = summary[world.name, name]
            cells = [str(BY_NAME[name].label) if rank == 0 else "", str(world.title)]
            cells.append(_estimate(row, factor))
            if rank:
                other = paired[world.name, name]
                cells += [_estimate(other, factor, sign=True), _sign(other)]
            table.add_row(*cells)
    return table


# ---------------------------------------------------------------- who does the work

#: What the terminal shows of an ablation; everything is in the CSV.
TELLING = ("participation", "satisfaction", "trust", "performance", "violations_per_1000", "outlay_per_head", "residents_hours")  # fmt: skip


def ablation_tables(table: pd.DataFrame, worlds: tuple[Text, Text]) -> list[Table]:
    """Who does the work: the most telling effects in either world, and what became of every hypothesis.

    Args:
        table: as from ``experiments.ablation``.
        worlds: names of scenario and base.
    """
    places = place_texts(worlds)
    return [*(_effects(table, place, places) for place in (SCENARIO, BASE)), _hypotheses(table, worlds)]


def _effects(table: pd.DataFrame, place: str, places: Mapping[str, Text]) -> Table:
    """A row an institution, a column a telling measure, the difference of the worlds below."""
    done, marks = places[place], Text("** sure, * likely", "** 确定，* 可能")
    title = Text(f"{done.en}: with it minus without it; {marks.en}", f"{done.zh}：有该制度减无该制度；{marks.zh}")
    heads = [
        Text(f"{BY_NAME[m].label.en}, {difference_unit(m)}", f"{BY_NAME[m].label.zh}（{difference_unit(m)}）")
        for m in TELLING
    ]
    result = plain_table(Text("institution", "制度"), *heads, title=title, numbers=range(1, len(TELLING) + 1))
    rows = by_place(table)
    for key in dict.fromkeys(table["institution"]):
        name = str(institution_text(key) if key else places[ALL])
        own = [rows[place if key else ALL, key, measure] for measure in TELLING]
        how = own[0]["how"]
        if how == ("added" if place == SCENARIO else "removed"):
            name += str(Text(" (added)", "（加入）") if how == "added" else Text(" (taken out)", "（去掉）"))
        result.add_row(name, *(effect(row) for row in own))
    return result


def _hypotheses(table: pd.DataFrame, worlds: tuple[Text, Text]) -> Table:
    """A row a hypothesis: what was expected, what came of it in either world."""
    columns = [Text("institution", "制度"), Text("expected", "假设")]
    for world in worlds:
        columns += [Text(f"in {world.en}", f"在{world.zh}中"), Text("verdict", "结果")]
    title = Text("Hypotheses, written down beforehand", "事先写下的假设")
    result = plain_table(*columns, title=title, numbers=(2, 4), below=MARKED)
    rows = by_place(table[table["expected"] != 0])
    before = ""
    for key, measure in dict.fromkeys(index[1:] for index in rows):
        both = [rows[place, key, measure] for place in (SCENARIO, BASE)]
        arrow = "↑" if both[0]["expected"] > 0 else "↓"
        cells = [cell for row in both for cell in (effect(row), str(VERDICTS[row["verdict"]]))]
        result.add_row("" if key == before else str(institution_text(key)), f"{BY_NAME[measure].label} {arrow}", *cells)
        before = key
    return result


def effect(row: Effect) -> str:
    """An effect as people read it: number in the measure's unit, and how sure it is."""
    return difference_number(row["mean"] * factor_of(row["measure"])) + MARKS[row["evidence"]]
