"""The page of institutions: what each is, what it costs, how it can fail, what was expected of it and what came of it.

``write_institutions(folder)`` writes ``institutions.md`` from the classes and, if they are there, the stored results of
``cogov ablate``; every other function returns one piece of it as Markdown.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pandas as pd

from cogov_sim.inputs import user_path
from cogov_sim.institutions import institutions
from cogov_sim.institutions.base import Institution
from cogov_sim.language import Text, UserError
from cogov_sim.report.effects import UNMEASURED, arrow, current, measured, name, summary
from cogov_sim.report.failing import FILE as FAILURES
from cogov_sim.report.failing import failures_section
from cogov_sim.report.reference import parameters, table
from cogov_sim.report.rollout import FILE as WEDGE
from cogov_sim.report.rollout import rollout_section
from cogov_sim.report.where import FILE as WHERE
from cogov_sim.report.where import PLACES, where_section
from cogov_sim.scenario import InstitutionSettings
from cogov_sim.society import Level
from cogov_sim.terms import BY_NAME as TERMS

FILE, RESULTS = "institutions.md", "ablation.csv"

_HEAD = """# Institutions 制度

Written by `cogov docs` from the code and, for the effects, from the results that `cogov ablate --ship docs` stored in
`ablation.csv`. Do not edit by hand.

本页由 `cogov docs` 根据代码生成，作用部分来自 `cogov ablate --ship docs` 存入 `ablation.csv` 的结果，请勿手工修改。

An institution is a switch with parameters. It sets *terms*; residents respond to terms; it never writes what a resident
is or does. How that works is in [model](model/README.md); all terms and measures are in [reference.md](reference.md).
↑ and ↓: it was expected to raise or lower the measure. ※: a measure that settings fix largely by themselves.

制度是带参数的开关：它只设定“条件”，居民对条件作出反应；制度从不直接改写居民。机制见 [model](model/README.md)，全部条件与指标见
[reference.md](reference.md)。↑ 与 ↓：预期该指标上升或下降；※：在很大程度上由设定本身决定的指标。
"""


def write_institutions(folder: str | Path) -> Path:
    """Write ``institutions.md`` into a folder made if need be, with the effects in its ``ablation.csv`` if that is there.

    Returns:
        its path.
    """
    path = user_path(folder) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = [path.with_name(name) for name in (RESULTS, FAILURES, WHERE, PLACES, WEDGE)]
    text = _page_of(stored) if any(one.exists() for one in stored) else page(None)
    path.write_text(text, encoding="utf-8")
    return path


def _page_of(stored: list[Path]) -> str:
    """The page with the effects, failures, and tables of what works where that are there; UserError where the first
    holds no effects as ``cogov ablate`` writes them.
    """
    results = stored[0]
    try:
        for path in stored:
            if path.exists() and not path.is_file():
                raise OSError("a pipe or a folder")
        return page(*(pd.read_csv(path) if path.exists() else None for path in stored))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UserError(
            f"{results}: holds no effects as 'cogov ablate --ship' writes them; delete it, or measure them anew",
            f"{results}：不是 cogov ablate --ship 写出的结果；请删除该文件，或重新测量",
        ) from error


def page(
    results: pd.DataFrame | None,
    failures: pd.DataFrame | None = None,
    where: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
    wedge: pd.DataFrame | None = None,
) -> str:
    """The whole page.

    Args:
        results: as from ``experiments.ablation``; None where nothing was measured.
        failures: as from ``experiments.stress``; None where nothing was measured.
        where, places: as from ``experiments.where``; None where nothing was measured.
        wedge: as from ``experiments.wedge``; None where nothing was measured.
    """
    effects = None if results is None else current(results)
    parts = [_HEAD, "## Contents 目录", contents(), "## How effects were measured 作用如何测量"]
    parts += [UNMEASURED] if effects is None else summary(effects)
    parts += [] if where is None or places is None else where_section(where, places)
    parts += [] if wedge is None else rollout_section(wedge)
    parts += [] if failures is None else failures_section(failures)
    for pillar, ones in by_pillar().items():
        parts += [f"## {pillar.both}", *(section(one, effects) for one in ones)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def by_pillar() -> dict[Text, list[type[Institution]]]:
    """All institutions, pillar by pillar, in the order of the registry."""
    found: dict[Text, list[type[Institution]]] = {}
    for one in institutions():
        found.setdefault(one.pillar, []).append(one)
    return found


def contents() -> str:
    """Links to every section."""
    lines = []
    for pillar, ones in by_pillar().items():
        links = " · ".join(f"[{one.text.both}](#{anchor(heading(one))})" for one in ones)
        lines.append(f"- **{pillar.both}**: {links}")
    return "\n".join(lines)


def heading(one: type[Institution]) -> str:
    """The title of an institution's section."""
    return f"{one.text.both} `{one.id}`"


def anchor(title: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def section(one: type[Institution], effects: pd.DataFrame | None) -> str:
    """Everything about one institution."""
    common = [field for field in InstitutionSettings.model_fields if field not in ("cost", "hours")]
    parts = [f"### {heading(one)}", *about(one), facts(one), parameters(one.Settings, without=common)]
    return "\n\n".join(parts if effects is None else parts + measured(one, effects))


def about(one: type[Institution]) -> list[str]:
    """The docstring as a Chinese and an English paragraph; a line counts as Chinese if a third of it is."""
    lines = [line.strip() for line in (inspect.getdoc(one) or "").splitlines() if line.strip()]
    signs = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
    chinese = [line for line in lines if len(signs.findall(line)) * 3 > len(line)]
    english = [line for line in lines if line not in chinese]
    return [part for part in ("".join(chinese), " ".join(english)) if part]


def facts(one: type[Institution]) -> str:
    """Pillar, levels, terms, price, hypothesis, ways to fail, source."""
    levels = [level.text.both for letter, level in zip("CDSVGB", Level, strict=True) if letter in one.levels]
    cost, hours = (f"{one.Settings.model_fields[field].default:g}" for field in ("cost", "hours"))
    price = Text(
        f"{cost} yuan and {hours} committee hours per 1,000 residents and month",
        f"每千居民每月 {cost} 元，居委会工时 {hours} 小时",
    )
    rows = [
        ("部分 pillar", one.pillar.both),
        ("层级 levels", ", ".join(levels)),
        ("设定的条件 terms it sets", "<br>".join(f"`{term}` {TERMS[term].text.both}" for term in one.sets)),
        ("代价 price", f"{price.zh}<br>{price.en}"),
        ("可能失败 how it can fail", f"{one.can_fail.zh}<br>{one.can_fail.en}"),
        (
            "事先假设 hypothesis, written before looking",
            "<br>".join(f"{name(measure)} {arrow(sign)}" for measure, sign in one.expects.items()),
        ),
        ("来源 source", one.source),
    ]
    return table(["", ""], rows)
