"""Scenario files: where they are, how one extends another, and who set which value."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cogov_sim import limits
from cogov_sim.inputs import NoToml, check_table, half_width, parse_toml, read_text, unreadable, user_path
from cogov_sim.language import Text, UserError, cut, plain, shown

_PACKAGED = Path(__file__).parents[1] / "scenarios"
_CHECKOUT = Path(__file__).parents[2] / "scenarios"

#: Who set a value: an option, or what left too little room for it.
SET, GAVE_WAY = "--set", "gave way"
#: Keys of scenario files that are no settings.
INHERITANCE = ("extends", "without")


def folder() -> Path:
    """The folder of the ready scenarios: inside the installed package, or beside it in a checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


@dataclass
class Layers:
    """A scenario's merged values; for each dotted key, the file or option that set it; keys whose value gave way."""

    values: dict[str, Any] = field(default_factory=dict)
    set_by: dict[str, str] = field(default_factory=dict)
    gave_way: set[str] = field(default_factory=set)

    def merge(self, values: dict[str, Any], origin: str) -> None:
        """Lay ``values`` over what is there; ``origin`` is remembered for every key it sets.

        ``behaviour = "name"`` is short for the table ``[behaviour]`` with ``rule = "name"``.
        """
        if isinstance(values.get("behaviour"), str):
            values = values | {"behaviour": {"rule": values["behaviour"]}}
        _merge(self.values, values, self.set_by, origin, "")

    def remove_institution(self, institution: str, origin: str) -> None:
        """Take one institution out; UserError if it is not in the scenario."""
        institutions = self.values.get("institutions", {})
        if institution not in institutions:
            raise unknown(institution, institutions, Text("institution of this scenario", "该情景中的制度"), origin)
        del institutions[institution]
        for key in [k for k in self.set_by if k.startswith(f"institutions.{institution}")]:
            del self.set_by[key]


def _merge(base: dict[str, Any], over: dict[str, Any], set_by: dict[str, str], origin: str, prefix: str) -> None:
    for key, value in over.items():
        path = f"{prefix}{key}"
        set_by[path] = origin
        if isinstance(value, dict) and isinstance(base.get(key, {}), dict):
            _merge(base.setdefault(key, {}), value, set_by, origin, f"{path}.")
        else:
            base[key] = value


def unknown(name: str, known: Iterable[str], kind: Text, origin: str) -> UserError:
    """The error for a name that does not exist, with the nearest one that does."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1, cutoff=0.75)
    hint_en = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(names) or 'none'}"
    hint_zh = f"是否想写“{near[0]}”？" if near else f"可用：{'、'.join(names) or '无'}"
    return UserError(
        f"{origin}: unknown {kind.en} '{cut(name)}'; {hint_en}", f"{origin}：未知的{kind.zh}“{cut(name)}”；{hint_zh}"
    )


def ready_names() -> list[str]:
    """Names of the ready scenarios, reference worlds first."""
    first = ["government_run", "co_governance"]
    names = sorted(path.stem for path in folder().glob("*.toml"))
    return [n for n in first if n in names] + [n for n in names if n not in first]


def read(path: Path) -> dict[str, Any]:
    """The TOML table in a file; UserError if it cannot be read or is not TOML."""
    return parse_toml(read_text(path), str(path))


def _find(name: str, asked_by: Path | None) -> Path:
    if name.lower().endswith(".toml") or "/" in name:
        path = user_path(name)
        if asked_by is not None and not path.is_absolute():
            path = asked_by.parent / path
        return path
    if asked_by is not None and (asked_by.parent / f"{name}.toml").is_file():
        return asked_by.parent / f"{name}.toml"
    path = folder() / f"{name}.toml"
    if not path.is_file():
        raise unknown(name, ready_names(), Text("scenario", "情景"), str(asked_by) if asked_by else "scenario")
    return path


def _split(name: str) -> tuple[str, list[tuple[str, str]]]:
    """'a-b+c' -> ('a', [('-', 'b'), ('+', 'c')]); a path is taken whole up to its '.toml'."""
    if len(name) > limits.TEXT:
        raise UserError(
            f"{cut(name)}: is a name of {len(name)} characters; at most {limits.TEXT} are allowed",
            f"{cut(name)}：名称有 {len(name)} 个字符；至多 {limits.TEXT} 个",
        )
    match = re.fullmatch(r"(.*?\.(?i:toml)|[^+\-]+)((?:[+\-]\w+)*)", name)
    if match is None:
        raise UserError(
            f"'{cut(name)}' is no scenario name; write a name, a path to a .toml file, or name-institution / name+institution",
            f"“{cut(name)}”不是情景名；请写名称、.toml 文件路径，或 名称-制度 / 名称+制度",
        )
    return match[1], re.findall(r"([+\-])(\w+)", match[2])


def load_layers(name: str, asked_by: Path | None = None, seen: tuple[Path, ...] = ()) -> Layers:
    """Read a scenario by name or path with everything it extends.

    Args:
        name: a ready scenario, a path to a TOML file, either followed by ``-institution`` or ``+institution`` any
            number of times.
        asked_by: the file whose ``extends`` names it; None for the user.
        seen: the chain of files so far, to find circles.

    Raises:
        UserError: unknown name, unreadable or malformed file, circular ``extends``.
    """
    base, changes = _split(name)
    try:
        path = _find(base, asked_by)
        place = path.resolve()
    except (OSError, RuntimeError) as error:  # names that are too long, links that go in a circle
        raise unreadable(Path(base), error) from error
    if place in seen:
        raise UserError(f"{path}: 'extends' goes in a circle", f"{path}：extends 形成循环")
    if len(seen) >= limits.FILES_IN_A_ROW:
        raise UserError(
            f"{path}: more than {limits.FILES_IN_A_ROW} files extend one another in a row",
            f"{path}：逐级 extends 的文件超过 {limits.FILES_IN_A_ROW} 个",
        )
    table = read(path)
    parent, without = _inheritance(path, table)
    layers = load_layers(parent, path, (*seen, place)) if parent else Layers()
    for institution in without:
        layers.remove_institution(institution, str(path))
    layers.merge(table, path.name)
    for sign, institution in changes:
        if sign == "-":
            layers.remove_institution(institution, name)
        else:
            layers.merge({"institutions": {institution: {}}}, name)
    return layers


def _inheritance(path: Path, table: dict[str, Any]) -> tuple[str | None, list[str]]:
    """Take ``extends`` and ``without`` out of a file's table; UserError where they are not what they should be."""
    parent = table.pop("extends", None)
    if parent is not None and not (isinstance(parent, str) and parent):
        raise UserError(
            f"{path}: extends = {shown(parent)} is not allowed; allowed: the name or path of a scenario",
            f"{path}：extends = {shown(parent)} 不被允许；允许：情景名或路径",
        )
    without = table.pop("without", [])
    if not isinstance(without, list) or not all(isinstance(one, str) for one in without):
        raise UserError(
            f"{path}: without = {shown(without)} is not allowed; allowed: a list of institutions",
            f"{path}：without = {shown(without)} 不被允许；允许：制度列表",
        )
    return parent, without


def parse_assignment(text: str) -> dict[str, Any]:
    """``a.b.c=value`` as a nested table; the value is read as TOML, else taken as a string.

    Key and sign may be typed with a Chinese keyboard (``＝``), and so may a value that is TOML then (``２０``).

    Raises:
        UserError: where there is no ``=`` or no key, where it is more than one line, or beyond the limits.
    """
    line = text.strip()
    if re.fullmatch(r"[“\"][^“”\"]*[”\"]", line):  # a Chinese keyboard's quotation marks, which no shell takes away
        line = line[1:-1]
    key, sign, value = re.fullmatch(r"([^=＝]*)([=＝]?)(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    parts = [part.strip() for part in half_width(key).split(".")]
    if not sign or not all(parts):
        raise UserError(f"--set {cut(line)}: write KEY=VALUE", f"--set {cut(line)}：请写成 键=值")
    if plain(line) != line:
        raise UserError(
            f"--set {cut(line)}: holds a line break or a control code; write one KEY=VALUE on one line, and --set again for another",
            f"--set {cut(line)}：含换行或控制字符；一行只写一个 键=值，其余另加 --set",
        )
    parsed = _value(value.strip(), f"--set {cut(line)}")
    for part in reversed(parts):
        parsed = {part: parsed}
    check_table(parsed, f"--set {cut(line)}")
    return dict(parsed)


def institutions_of(change: dict[str, Any]) -> list[str]:
    """Ids of the institutions that an assignment, as from ``parse_assignment``, changes settings of."""
    institutions = change.get("institutions")
    return list(institutions) if isinstance(institutions, dict) else []


def _value(typed: str, where: str) -> Any:
    """What was typed behind ``=``."""
    for text in (typed, half_width(typed)):
        with contextlib.suppress(NoToml):
            return parse_toml(f"value = {text}", where)["value"]
    return typed
