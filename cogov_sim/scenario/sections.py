"""One table of a scenario file, checked: what is wrong with it is one sentence that says what is allowed."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import ValidationError

from cogov_sim.language import Text, UserError, shown
from cogov_sim.scenario import files
from cogov_sim.scenario.fields import A_LINE, Section
from cogov_sim.scenario.settings import SHARE_ROUNDING, TYPE_SHARES, SocietySettings


def no_table(key: str, value: Any, where: str) -> UserError:
    """That something else stands where a table of settings should."""
    return UserError(
        f"{where}: {key} = {shown(value)} must be a table of settings", f"{where}：{key} = {shown(value)} 应为设置表"
    )


def checked_section(prefix: str, value: Any, section: type[Section], layers: files.Layers, where: str) -> Section:
    """A table as a section; UserError for what is none, for unknown keys and for bad values.

    Args:
        prefix: its name, such as ``institutions.charter``.
        value: the table.
        section: what it should be.
        layers: which file set what.
        where: the file that set the table.
    """
    if not isinstance(value, dict):
        raise no_table(prefix, value, where)
    for key in value:
        if key not in section.model_fields:
            origin = layers.set_by.get(f"{prefix}.{key}", where)
            known = [f"{prefix}.{k}" for k in section.model_fields]
            raise files.unknown(f"{prefix}.{key}", known, Text("key", "键"), origin)
    if section is SocietySettings:
        value = _giving_way(value, layers)
    try:
        return section.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        allowed = _allowed(section, key)
        origin = layers.set_by.get(f"{prefix}.{key}", where)
        raise UserError(
            f"{origin}: {prefix}.{key} = {shown(value[key])} is not allowed; allowed: {allowed.en}",
            f"{origin}：{prefix}.{key} = {shown(value[key])} 不被允许；允许：{allowed.zh}",
        ) from error


def _giving_way(society: dict[str, Any], layers: files.Layers) -> dict[str, Any]:
    """Where the shares of types sum to more than 1, those that were not set give way to those that were.

    What ``--set`` says goes before what a file says, and that before what nobody said.
    """
    shares = {key: society.get(key, SocietySettings.model_fields[key].default) for key in TYPE_SHARES}
    if not all(isinstance(share, int | float) and 0.0 <= share <= 1.0 for share in shares.values()):
        return society  # will be refused
    set_by = {key: layers.set_by.get(f"society.{key}") for key in shares}
    weight = {key: 0 if by is None else 2 if by == files.SET else 1 for key, by in set_by.items()}
    layers.gave_way.clear()
    too_much = sum(shares.values()) - 1.0
    for key in sorted(shares, key=lambda key: weight[key]):
        if too_much > SHARE_ROUNDING and weight[key] < max(weight.values()):
            left = round(max(0.0, shares[key] - too_much), 10)
            too_much -= shares[key] - left
            society = society | {key: left}
            layers.gave_way.add(f"society.{key}")
    return society


def _allowed(section: type[Section], key: str) -> Text:
    """What may stand at a key: its range and unit, or its choices."""
    annotation = section.model_fields[key].annotation
    choices = [c for c in _literals(annotation) if isinstance(c, str)]
    if choices:
        start_en, start_zh = (
            ("a list of: ", "列表，可含：") if get_origin(annotation) is list else ("one of ", "其一：")
        )
        return Text(start_en + ", ".join(choices), start_zh + "、".join(choices))
    if annotation is str:
        return A_LINE
    meaning = section.meaning(key)
    whole = "int" in str(annotation)
    if meaning.low is None or meaning.high is None:
        kind = getattr(annotation, "__name__", str(annotation))
        return Text(f"a value of type {kind}", f"类型 {kind}")
    return Text(
        f"a {'whole ' if whole else ''}number from {meaning.low:g} to {meaning.high:g} ({meaning.unit})",
        f"{meaning.low:g} 到 {meaning.high:g} 的{'整数' if whole else '数'}（{meaning.unit}）",
    )


def _literals(annotation: Any) -> list[Any]:
    """The choices of a Literal, also inside a list."""
    result: list[Any] = []
    for part in get_args(annotation):
        result += [part] if isinstance(part, str) else _literals(part)
    return result
