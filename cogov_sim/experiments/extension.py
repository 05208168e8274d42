"""A folder that holds a comparison can be extended by seeds and worlds; other settings would rewrite its tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cogov_sim.experiments import folders
from cogov_sim.language import Text, UserError
from cogov_sim.scenario import Scenario

#: How many differences are named; more are counted.
NAMED = 4


def refuse_other_settings(folder: Path, resolved: list[tuple[str, Any]], seeds: list[int], months: int) -> None:
    """UserError if the folder holds a comparison that this one would not extend but replace; only reads.

    Args:
        folder: where the comparison shall be written.
        resolved: names and scenarios asked for, the baseline first.
        seeds: seeds asked for.
        months: months asked for.
    """
    earlier = folders.read_comparison(folder)
    if earlier is None:
        return
    found = [
        *_months(earlier, months),
        *_worlds(earlier, [name for name, _ in resolved]),
        *_settings(folder, earlier, dict(resolved)),
        *_seeds(earlier, seeds),
    ]
    if found := list(dict.fromkeys(found)):  # what was changed in all worlds is said once
        said = _listed(found)
        raise UserError(
            f"{folder}: holds a comparison with other settings ({said.en}); only more seeds or more worlds can be added "
            "to it, so give the same settings or choose another --out",
            f"{folder}：目录中已有设置不同的比较（{said.zh}）；只能在其中增加种子或情景，请使用相同的设置，或换一个 --out",
        )


def _months(earlier: dict[str, Any], months: int) -> Iterator[Text]:
    there = earlier.get("months", months)
    if there != months:
        yield Text(f"months {there} there, {months} asked", f"月数原为 {there}，现为 {months}")


def _worlds(earlier: dict[str, Any], asked: list[str]) -> Iterator[Text]:
    """All worlds must be asked for again, and the baseline must stay what it is: tables depend on both."""
    there = list(earlier.get("scenarios", {}))
    for name in there:
        if name not in asked:
            yield Text(f"world {name} is there, but was not asked for", f"原有情景 {name}，现未给出")
    if there and there[0] in asked[1:]:
        yield Text(f"baseline {there[0]} there, {asked[0]} asked", f"基准原为 {there[0]}，现为 {asked[0]}")


def _seeds(earlier: dict[str, Any], seeds: list[int]) -> Iterator[Text]:
    """All seeds of a finished comparison must be asked for again; an unfinished one may end with fewer."""
    there = earlier.get("seeds", [])
    if earlier.get("runs_done") == earlier.get("runs") and not set(there) <= set(seeds):
        old, new = _ranges(there), _ranges(seeds)
        yield Text(f"seeds {old} there, {new} asked", f"种子原为 {old}，现为 {new}")


def _settings(folder: Path, earlier: dict[str, Any], asked: dict[str, Any]) -> Iterator[Text]:
    """What is set otherwise in worlds of the same name; parameters that are newer than the folder count as default."""
    for name, table in earlier.get("scenarios", {}).items():
        if name not in asked or table["fingerprint"] == asked[name].fingerprint:
            continue
        try:
            there = Scenario.load(str(folders.scenario_file(folder, name))).table()
        except UserError:
            yield Text(f"the settings of world {name}", f"情景 {name} 的设置")
            continue
        names = {"name": "", "title": ""}  # may differ
        for key, old, new in _differences(there | names, asked[name].table() | names):
            yield Text(f"{key} {old.en} there, {new.en} asked", f"{key} 原为{old.zh}，现为{new.zh}")


def _differences(there: dict[str, Any], asked: dict[str, Any]) -> Iterator[tuple[str, Text, Text]]:
    """Keys of two tables whose values differ, with both values in words."""
    for key in dict.fromkeys([*there, *asked]):
        old, new = there.get(key), asked.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            for inner, *values in _differences(old, new):
                yield f"{key}.{inner}", values[0], values[1]
        elif old != new:
            yield key, _shown(old), _shown(new)


def _shown(value: Any) -> Text:
    if value is None:
        return Text("not set", "未设定")
    return Text("switched on", "启用") if isinstance(value, dict) else Text(str(value), f" {value}")


def _listed(found: list[Text]) -> Text:
    """Some differences by name, the rest as a number."""
    en, zh = "; ".join(text.en for text in found[:NAMED]), "；".join(text.zh for text in found[:NAMED])
    more = len(found) - NAMED
    return Text(f"{en}; and {more} more", f"{zh}；另有 {more} 处") if more > 0 else Text(en, zh)


def _ranges(seeds: list[int]) -> str:
    """``1-4, 9`` for 1, 2, 3, 4, 9; cut where there are many pieces."""
    runs = [list(run) for _, run in itertools.groupby(enumerate(sorted(seeds)), lambda pair: pair[1] - pair[0])]
    pieces = [f"{run[0][1]}-{run[-1][1]}" if len(run) > 1 else str(run[0][1]) for run in runs]
    return ", ".join([*pieces[:6], *(["..."] if len(pieces) > 6 else [])])
