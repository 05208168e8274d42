"""A scenario: a society, the constants of behaviour, and a short list of institutions.

``Scenario.load`` reads and checks it; everything a scenario may say is declared once, as settings with range, unit,
source and a name in both languages.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import Field, PrivateAttr, SerializeAsAny, ValidationError, field_validator

from cogov_sim.language import Text, UserError
from cogov_sim.scenario import files
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.scenario.fields import Section, setting
from cogov_sim.scenario.institution import (
    InstitutionSettings,
    institution_classes,
    institution_text,
    settings_class,
)
from cogov_sim.scenario.settings import (
    EnterpriseSettings,
    GovernmentSettings,
    OrganisationSettings,
    ServiceSettings,
    SocietySettings,
)

__all__ = [
    "BehaviourSettings",
    "EnterpriseSettings",
    "GovernmentSettings",
    "InstitutionSettings",
    "OrganisationSettings",
    "Row",
    "Scenario",
    "Section",
    "ServiceSettings",
    "SocietySettings",
    "available",
    "json_schema",
    "setting",
]


@dataclass(frozen=True)
class Row:
    """One resolved value of a scenario with all that is known of it."""

    key: str
    value: Any
    unit: str
    text: Text
    source: str
    set_by: str


class Title(Section):
    """A scenario's name for readers."""

    en: str = ""
    zh: str = ""


class Scenario(Section):
    """One world to simulate. Frozen; build variants with ``changed``."""

    name: str = "custom"
    title: Title = Title()
    society: SocietySettings = SocietySettings()
    services: ServiceSettings = ServiceSettings()
    government: GovernmentSettings = GovernmentSettings()
    organisations: OrganisationSettings = OrganisationSettings()
    enterprises: EnterpriseSettings = EnterpriseSettings()
    behaviour: BehaviourSettings = BehaviourSettings()
    institutions: dict[str, SerializeAsAny[InstitutionSettings]] = Field(default_factory=dict)
    _layers: files.Layers = PrivateAttr(default_factory=files.Layers)

    @field_validator("institutions", mode="before")
    @classmethod
    def _institutions(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("institutions must be a table")
        return {
            key: settings_class(key).model_validate(table) if isinstance(table, dict) else table
            for key, table in value.items()
        }

    @classmethod
    def load(cls, source: str | Path | Scenario, *, changes: list[str] | None = None) -> Scenario:
        """A checked scenario.

        Args:
            source: a ready scenario's name, a path to a TOML file, either with ``-institution`` / ``+institution``
                appended, or a Scenario.
            changes: assignments such as ``"government.envelope=20"`` laid over it.

        Raises:
            UserError: unknown name, key or institution; value out of range; file that is not TOML. The sentence names
                file, key, value and what is allowed.
        """
        if isinstance(source, Scenario):
            return source.changed(*changes) if changes else source
        name = str(source)
        layers = files.load_layers(name)
        layers.values.setdefault("name", Path(name).stem if name.endswith(".toml") else name)
        if layers.values["name"] != name and not name.endswith(".toml"):
            layers.values["name"] = name
        return cls._from_layers(layers, changes or [], name)

    def changed(self, *changes: str) -> Scenario:
        """This scenario with assignments such as ``"society.residents=500"`` laid over it; errors as for ``load``."""
        layers = files.Layers(json.loads(json.dumps(self._layers.values or self.table())), dict(self._layers.set_by))
        return self._from_layers(layers, list(changes), self.name)

    @classmethod
    def _from_layers(cls, layers: files.Layers, changes: list[str], origin: str) -> Scenario:
        for change in changes:
            layers.merge(files.parse_assignment(change), "--set")
        _check_names(layers, origin)
        try:
            scenario = cls.model_validate(layers.values)
        except ValidationError as error:
            raise _explain(error, layers, origin) from error
        scenario._layers = layers
        return scenario

    def table(self) -> dict[str, Any]:
        """All resolved values as plain nested dicts (unset optional values left out)."""
        return self.model_dump(exclude_none=True)

    def to_toml(self) -> str:
        """The resolved scenario as TOML; loading it gives the same scenario."""
        return tomli_w.dumps(self.table())

    @property
    def fingerprint(self) -> str:
        """A short hash of everything that can change a result (names and titles do not)."""
        table = self.table()
        table.pop("name")
        table.pop("title")
        return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()[:16]

    def rows(self) -> list[Row]:
        """Every resolved value with label, unit, source and the file that set it."""
        rows = []
        for section_name in ("society", "services", "government", "organisations", "enterprises", "behaviour"):
            rows += self._section_rows(section_name, getattr(self, section_name))
        for institution, settings in self.institutions.items():
            key = f"institutions.{institution}"
            set_by = self._layers.set_by.get(key, "default")
            rows.append(Row(key, "on", "", institution_text(institution), "", set_by))
            rows += self._section_rows(key, settings)
        return rows

    def _section_rows(self, prefix: str, section: Section) -> list[Row]:
        rows = []
        for field in type(section).model_fields:
            meaning = section.meaning(field)
            key = f"{prefix}.{field}"
            set_by = self._layers.set_by.get(key, "default")
            rows.append(Row(key, getattr(section, field), meaning.unit, meaning.text, meaning.source, set_by))
        return rows


def available() -> list[tuple[str, Text]]:
    """Name and title of every ready scenario."""
    result = []
    for name in files.ready_names():
        title = files.load_layers(name).values.get("title", {})
        result.append((name, Text(title.get("en", name), title.get("zh", name))))
    return result


def json_schema() -> dict[str, Any]:
    """A JSON Schema of scenario files, for editors."""
    schema = Scenario.model_json_schema()
    tables = {}
    for key, institution in institution_classes().items():
        own = institution.Settings.model_json_schema()  # type: ignore[attr-defined]
        own["title"] = institution_text(key).both
        tables[key] = own
    properties = schema["properties"]
    properties["institutions"] = {"type": "object", "properties": tables, "additionalProperties": False}
    properties["extends"] = {"type": "string", "description": "scenario that this one builds on / 所继承的情景"}
    properties["without"] = {
        "type": "array",
        "items": {"enum": list(tables)},
        "description": "inherited institutions to leave out / 去掉的制度",
    }
    schema["$defs"].pop("InstitutionSettings", None)
    return schema


def _check_names(layers: files.Layers, origin: str) -> None:
    """Refuse unknown tables, keys and institutions with the nearest known name."""
    sections: dict[str, Any] = {
        name: info.annotation for name, info in Scenario.model_fields.items() if name not in ("name", "institutions")
    }
    for name, value in layers.values.items():
        where = layers.set_by.get(name, origin)
        if name not in Scenario.model_fields:
            raise files.unknown(name, [*Scenario.model_fields, "extends", "without"], Text("key", "键"), where)
        if name in sections:
            _check_keys(name, value, sections[name], layers, where)
    institutions = layers.values.get("institutions", {})
    if isinstance(institutions, dict):
        for institution, table in institutions.items():
            where = layers.set_by.get(f"institutions.{institution}", origin)
            if institution not in institution_classes():
                raise files.unknown(institution, institution_classes(), Text("institution", "制度"), where)
            _check_keys(f"institutions.{institution}", table, settings_class(institution), layers, where)


def _check_keys(prefix: str, value: Any, section: type[Section], layers: files.Layers, where: str) -> None:
    if not isinstance(value, dict):
        raise UserError(
            f"{where}: {prefix} = {value!r} must be a table of settings", f"{where}：{prefix} = {value!r} 应为设置表"
        )
    for key in value:
        if key not in section.model_fields:
            where = layers.set_by.get(f"{prefix}.{key}", where)
            raise files.unknown(f"{prefix}.{key}", [f"{prefix}.{k}" for k in section.model_fields], Text("key", "键"), where)


def _explain(error: ValidationError, layers: files.Layers, origin: str) -> UserError:
    """The first complaint of pydantic as one sentence with file, key, value and what is allowed."""
    first = error.errors()[0]
    parts = [str(part) for part in first["loc"]]
    key = ".".join(parts)
    context = getattr(first.get("ctx", {}).get("error"), "error", None)
    if isinstance(context, ValidationError):  # pragma: no cover - pydantic nests in some versions
        first = context.errors()[0]
    where = layers.set_by.get(key) or next(
        (layers.set_by[k] for k in (".".join(parts[:n]) for n in range(len(parts), 0, -1)) if k in layers.set_by), origin
    )
    allowed = _allowed(parts)
    value = first.get("input")
    return UserError(
        f"{where}: {key} = {value!r} is not allowed; {allowed.en or first['msg']}",
        f"{where}：{key} = {value!r} 不被允许；{allowed.zh or first['msg']}",
    )


def _allowed(parts: list[str]) -> Text:
    """What may stand at a key: its range and unit, or its choices."""
    section: Any = Scenario
    for part in parts[:-1]:
        if section is Scenario and part == "institutions":
            continue
        if part in institution_classes():
            section = settings_class(part)
        elif part in getattr(section, "model_fields", {}):
            section = section.model_fields[part].annotation
    key = parts[-1]
    if not isinstance(section, type) or not issubclass(section, Section) or key not in section.model_fields:
        return Text("", "")
    info = section.model_fields[key]
    choices = getattr(info.annotation, "__args__", ())
    if choices and all(isinstance(c, str) for c in choices):
        return Text(f"one of {', '.join(choices)}", f"可选：{'、'.join(choices)}")
    meaning = section.meaning(key)
    if meaning.low is None:
        return Text(f"a {getattr(info.annotation, '__name__', info.annotation)}", f"类型应为 {getattr(info.annotation, '__name__', info.annotation)}")
    whole = "whole " if "int" in str(info.annotation) else ""
    return Text(
        f"a {whole}number from {meaning.low:g} to {meaning.high:g} ({meaning.unit})",
        f"应为 {meaning.low:g} 到 {meaning.high:g} 的{'整数' if whole else '数'}（{meaning.unit}）",
    )
