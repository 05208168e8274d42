"""The results chapter of both READMEs: templates in ``tools/readme`` whose every number is looked up in the files of ``docs``.

``{{what where: measure}}`` stands for a number, ``{{what where: measure low high | words}}`` for words that hold while a number
lies between low and high. What there is: the functions of ``Numbers``. A place that names nothing, a number that left its bounds, or
an effect that is not as sure as the sentence says, is an error.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pandas as pd

from cogov_sim.experiments.two_by_two import FIRST_ALONE, INTERACTION, SECOND_ALONE, TOGETHER
from cogov_sim.measures.definitions import BY_NAME

DOCS = Path(__file__).parents[1] / "docs"
TEMPLATES = Path(__file__).parent / "readme"
START, END = "<!-- results -->", "<!-- /results -->"
AS_THEY_ARE, SILENT = "as they are", "without publicity"
LOWER = "first beliefs x 0.4"
WIDTH = 140

#: Rows of the tables: words in both languages.
ROWS: dict[str, tuple[str, str]] = {
    "probe_free_riding": ("would give nothing to the same question", "同一问题下不愿出力者"),
    "realised_burden": ("fair shares given, of what matters asked for", "应摊份额的实现比例"),
    "residents_hours": ("residents' hours per head and month", "居民人均每月投入工时"),
    "residents_money": ("residents' money per head and month, yuan", "居民人均每月出资（元）"),
    "participation_civic": ("voted for the committee, volunteered or donated in a year", "一年内参加居委会选举、志愿服务或捐款"),
    "participation": ("took part in a year", "一年内参与率"),
    "active": ("active: three acts and four hours a year", "活跃参与（一年三次且四小时）"),
    "carried": ("carry the work: twelve hours a year", "骨干参与（一年十二小时）"),
    "satisfaction": ("satisfaction (0-100)", "满意度（0-100）"),
    "performance": ("perceived performance (0-1)", "感知绩效（0-1）"),
    "trust": ("trust in government (0-1)", "政府信任（0-1）"),
    "violations_per_1000": ("violations per 1,000 residents and month", "每千人每月违规数"),
    "outlay_per_head": ("public outlay, yuan per head and month", "人均每月公共支出（元）"),
    "matters_completed": ("matters completed per 1,000 residents and month", "每千人每月完成事项"),
    "preference_match": ("preference match of what was built (0-1)", "建成事项的偏好契合度（0-1）"),
}  # fmt: skip
#: Decimals by unit, where a measure has none of its own; shares are in per cent with one.
_OWN = {"matters_completed": 3, "residents_hours": 2, "residents_money": 2, "donations": 2}
_BY_UNIT = {"0-1": 3, "0-100": 1}


def places(measure: str) -> tuple[float, int]:
    """Factor and decimals of a measure, as READMEs quote it."""
    unit = BY_NAME[measure].unit
    return (100.0, 1) if unit == "share" else (1.0, _OWN.get(measure, _BY_UNIT.get(unit, 1)))


class Numbers:
    """What a template may name; each returns text in one language.

    Attributes:
        zh: whether in Chinese.
    """

    def __init__(self, zh: bool, docs: Path = DOCS) -> None:
        self.zh, self._docs = zh, docs

    def _table(self, name: str, *index: str) -> pd.DataFrame:
        return pd.read_csv(self._docs / f"{name}.csv").set_index(list(index)).sort_index()

    @cached_property
    def _two(self) -> pd.DataFrame:
        return self._table("headlines", "variant", "measure")

    @cached_property
    def _four(self) -> pd.DataFrame:
        return self._table("two_by_two", "variant", "effect", "measure")

    @cached_property
    def _groups(self) -> pd.DataFrame:
        table = pd.read_csv(self._docs / "by_group.csv")
        return table.assign(group=table["group"].str.lower()).set_index(["by", "quantity"]).sort_index()

    @cached_property
    def _effects(self) -> pd.DataFrame:
        return self._table("ablation", "place", "institution", "measure")

    @cached_property
    def _checks(self) -> pd.DataFrame:
        return self._table("validation", "id")

    @cached_property
    def _space(self) -> pd.DataFrame:
        return self._table("sensitivity_space", "measure")

    # -- how numbers are written

    def _points(self, measure: str) -> str:
        return "" if BY_NAME[measure].unit != "share" else " 个百分点" if self.zh else " points"

    def with_interval(self, measure: str, mean: float, low: float, high: float) -> str:
        """``+38.1 points [37.7, 38.6]``; a dash where there is none."""
        if pd.isna(mean):
            return "–"
        factor, digits = places(measure)
        ends = f"[{factor * low:.{digits}f}, {factor * high:.{digits}f}]"
        return _no_minus_zero(f"{factor * mean:+.{digits}f}{self._points(measure)} {ends}")

    def _level(self, measure: str, value: float) -> str:
        if pd.isna(value):
            return "–"
        factor, digits = places(measure)
        return f"{factor * value:.{digits}f}" + (" %" if factor == 100.0 else "")

    # -- what a template names

    def diff(self, variant: str, measure: str) -> str:
        """A difference between two worlds with its interval."""
        return self.with_interval(measure, *self._two.loc[(variant, measure), ["difference", "low", "high"]])

    def size(self, variant: str, measure: str) -> str:
        """Its size alone, without sign and interval."""
        factor, digits = places(measure)
        return f"{abs(factor * self._two.loc[(variant, measure), 'difference']):.{digits}f}{self._points(measure)}"

    def first(self, variant: str, measure: str) -> str:
        """The level in the first world."""
        return self._level(measure, self._two.loc[(variant, measure), "first_mean"])

    def second(self, variant: str, measure: str) -> str:
        """The level in the second."""
        return self._level(measure, self._two.loc[(variant, measure), "second_mean"])

    def square(self, effect: str, measure: str) -> str:
        """An effect of the two-by-two without publicity."""
        return self.with_interval(measure, *self._four.loc[(SILENT, effect, measure), ["mean", "low", "high"]])

    def group(self, which: str, quantity: str) -> str:
        """A group's difference (``income/poorest fifth``) in a quantity, the money as share of income in hundredths of a per cent."""
        by, _, name = which.partition("/")
        rows = self._groups.loc[[(by, quantity)]]
        (row,) = [row for _, row in rows.iterrows() if name in row["group"]]
        factor, digits = {"hours": (1.0, 2), "yuan": (1.0, 2), "satisfaction": (1.0, 1), "money": (100.0, 2)}[quantity]
        unit = "" if quantity != "money" else " 个百分点" if self.zh else " points"
        mean, low, high = (f"{factor * row[name]:.{digits}f}" for name in ("mean", "low", "high"))
        return f"{'' if mean.startswith('-') else '+'}{mean}{unit} [{low}, {high}]"

    def alone(self, institution: str, measure: str) -> str:
        """What an institution does alone in the government-run world, where it is sure after Holm's correction."""
        return self._effect("base", institution, measure)

    def within(self, institution: str, measure: str) -> str:
        """What it does within co-governance, the same."""
        return self._effect("scenario", institution, measure)

    def _effect(self, place: str, institution: str, measure: str) -> str:
        row = self._effects.loc[(place, institution, measure)]
        if row["evidence"] != "sure":
            raise ValueError(f"{institution}, {measure}, {place}: {row['evidence']}, not sure; leave it out")
        factor, digits = places(measure)
        return f"{factor * row['mean']:+.{digits}f}{self._points(measure)}"

    def fails(self, count: str) -> str:
        """The rows of the page of validation that fail, so many of them."""
        failed = sorted(self._checks.index[self._checks["verdict"] == "fail"])
        if len(failed) != int(count):
            raise ValueError(f"{len(failed)} rows fail: {failed}")
        return ("、" if self.zh else ", ").join(f"`{name}`" for name in failed)

    def holds(self, measure: str, side: str) -> str:
        """In what share of the space of start values a difference is ``above`` or ``below`` 0."""
        return f"{100 * self._space.loc[measure, side]:.0f} %"

    # -- words that hold while a number lies in bounds

    def ratio(self, variant: str, measure: str) -> float:
        """Second level over first."""
        row = self._two.loc[(variant, measure)]
        return float(row["second_mean"] / row["first_mean"])

    def level(self, variant: str, measure: str) -> float:
        """The second level."""
        return float(self._two.loc[(variant, measure), "second_mean"])

    def before(self, variant: str, measure: str) -> float:
        """The first level."""
        return float(self._two.loc[(variant, measure), "first_mean"])

    def change(self, variant: str, measure: str) -> float:
        """The difference."""
        return float(self._two.loc[(variant, measure), "difference"])

    def part(self, variant: str, measure: str) -> float:
        """What part of the difference between the worlds as they are goes away in a variant."""
        return 1.0 - self.change(variant, measure) / self.change(AS_THEY_ARE, measure)

    def resources(self, variant: str, _: str) -> float:
        """All that a world uses over what the other uses: public money, residents' money, hours at 25 yuan."""
        mean = self._two.loc[variant]
        used = [
            mean.loc["outlay_per_head", w] + mean.loc["residents_money", w] + 25.0 * mean.loc["residents_hours", w]
            for w in ("first_mean", "second_mean")
        ]
        return float(used[1] / used[0])


def _no_minus_zero(text: str) -> str:
    """``-0.0`` is 0.0."""
    return re.sub(r"[+-](0(?:\.0+)?)(?![.\d])", r"\1", text)


_PLACE = re.compile(r"\{\{(\w+) ([^:}|]+?)(?:: (\w+))?(?: (-?[\d.]+) (-?[\d.]+))?(?: \| ([^}]+))?\}\}")


def _found(match: re.Match[str], numbers: Numbers) -> str:
    what, where, measure, low, high, words = match.groups()
    found = getattr(numbers, what)(*[one for one in (where, measure or ("" if low else None)) if one is not None])
    if low is None:
        return str(found)
    if not float(low) <= found <= float(high):
        raise ValueError(f"{match[0]}: it is {found:.4g}")
    return str(words)


def fill(template: str, numbers: Numbers) -> str:
    """A text with its places filled.

    Raises:
        ValueError: a place that is none; a number outside of the bounds of its words; an effect that is not sure.
        KeyError: nothing has such a name.
    """
    text = _PLACE.sub(lambda match: _found(match, numbers), template)
    if "{{" in text:
        raise ValueError(f"no place of a template: {text[text.index('{{') :][:60]}")
    return text


def render(zh: bool, docs: Path = DOCS) -> str:
    """The chapter, between its marks."""
    numbers = Numbers(zh, docs)
    template = (TEMPLATES / ("results.zh.md" if zh else "results.en.md")).read_text(encoding="utf-8")
    for name, rows in TABLES.items():
        template = template.replace(f"{{{{{name}}}}}", "\n".join(rows(numbers)))
    text = fill(template, numbers)
    lines = text.strip().split("\n")
    return "\n".join([START, *(line if zh else _wrapped(line) for line in lines), END])


def _wrapped(line: str) -> str:
    if line.startswith(("|", "![")):
        return line
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _first_table(numbers: Numbers) -> list[str]:
    """Who decides, administration, more together, all; with publicity. Without what one world has no value of."""
    kept = numbers._four
    silent = [(SILENT, effect) for effect in (SECOND_ALONE, FIRST_ALONE, INTERACTION, TOGETHER)]
    rows = []
    for measure, words in ROWS.items():
        cells = [
            kept.loc[(variant, effect, measure), ["mean", "low", "high"]]
            for variant, effect in [*silent, ("with publicity", TOGETHER)]
        ]
        if not pd.isna(cells[-1]["mean"]):
            rows.append([words[numbers.zh], *(numbers.with_interval(measure, *cell) for cell in cells)])
    return [f"| {' | '.join(row)} |" for row in rows]


def _second_table(numbers: Numbers) -> list[str]:
    """Both levels, their difference, how many seeds agree; the difference with lower first beliefs."""
    rows = []
    for measure, words in ROWS.items():
        same = numbers._two.loc[(AS_THEY_ARE, measure), "same_sign"]
        cells = [
            numbers.first(AS_THEY_ARE, measure), numbers.second(AS_THEY_ARE, measure), numbers.diff(AS_THEY_ARE, measure),
            "–" if pd.isna(same) else f"{100 * same:.0f} %", numbers.diff(LOWER, measure),
        ]  # fmt: skip
        rows.append([words[numbers.zh], *cells])
    return [f"| {' | '.join(row)} |" for row in rows]


TABLES: dict[str, Callable[[Numbers], list[str]]] = {"first table": _first_table, "second table": _second_table}


def write() -> None:
    """Put the chapter into both READMEs, in place of the one that stands there."""
    for name, zh in (("README.md", False), ("README.zh-CN.md", True)):
        path = DOCS.parent / name
        before, _, rest = path.read_text(encoding="utf-8").partition(START)
        path.write_text(before + render(zh) + rest.partition(END)[2], encoding="utf-8")
