"""A scenario: a society, the constants of behaviour, and a short list of institutions.

``Scenario.load`` reads and checks it; everything a scenario may say is declared once, as settings with range, unit,
source and a name in both languages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

import tomli_w
from pydantic import Field, PrivateAttr, SerializeAsAny, ValidationError, field_validator

from cogov_sim.language import Text, UserError, cut, plain, shown
from cogov_sim.scenario import files
from cogov_sim.scenario.actors import EnterpriseSettings, OrganisationSettings, ProviderSettings
from cogov_sim.scenario.behaviour import BehaviourSettings
from cogov_sim.scenario.fields import A_LINE, Line, Section, setting
from cogov_sim.scenario.history import HistorySettings, institutions_of
from cogov_sim.scenario.institution import (
    InstitutionSettings,
    institution_classes,
    institution_text,
    settings_class,
)
from cogov_sim.scenario.rollout import RolloutSettings
from cogov_sim.scenario.settings import (
    SHARE_ROUNDING,
    TYPE_SHARES,
    Disagreement,
    GovernmentSettings,
    ServiceSettings,
    SocietySettings,
)

__all__ = [
    "BehaviourSettings",
    "EnterpriseSettings",
    "GovernmentSettings",
    "HistorySettings",
    "InstitutionSettings",
    "OrganisationSettings",
    "ProviderSettings",
    "RolloutSettings",
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

    en: Line = ""
    zh: Line = ""


def _hash(settings: Any) -> str:
    """A short hash of settings."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


class Scenario(Section):
    """One world to simulate. Frozen; build variants with ``changed``."""

    name: Line = "custom"
    title: Title = Title()
    history: HistorySettings = HistorySettings()
    rollout: RolloutSettings = RolloutSettings()
    society: SocietySettings = SocietySettings()
    services: ServiceSettings = ServiceSettings()
    government: GovernmentSettings = GovernmentSettings()
    organisations: OrganisationSettings = OrganisationSettings()
    enterprises: EnterpriseSettings = EnterpriseSettings()
    providers: ProviderSettings = ProviderSettings()
    behaviour: BehaviourSettings = BehaviourSettings()
    institutions: dict[str, SerializeAsAny[InstitutionSettings]] = Field(default_factory=dict)
    _layers: files.Layers = PrivateAttr(default_factory=files.Layers)
    _old_regime: dict[str, InstitutionSettings] | None = PrivateAttr(default=None)

    @field_validator("institutions", mode="before")
    @classmethod
    def _institutions_there_are(cls, given: Any) -> Any:
        """Tables of settings become the institution's own; UserError for an institution that does not exist."""
        if not isinstance(given, dict):
            return given
        for institution in given:
            if institution not in institution_classes():
                raise files.unknown(institution, institution_classes(), Text("institution", "制度"), "institutions")
        return {
            institution: settings_class(institution)(**said) if isinstance(said, dict) else said
            for institution, said in given.items()
        }

    @classmethod
    def load(cls, source: str | Path | Scenario, *, changes: str | Sequence[str] | None = None) -> Scenario:
        """A checked scenario.

        Args:
            source: a ready scenario's name, a path to a TOML file, either with ``-institution`` / ``+institution``
                appended, or a Scenario.
            changes: assignments such as ``"government.envelope=20"`` laid over it. One of an institution's setting
                changes an institution that is there; it switches none on.

        Raises:
            UserError: unknown name, key or institution; value out of range; values that do not go together; a change of
                an institution that is not there; file that is not TOML or beyond the limits. The sentence names file,
                key, value and what is allowed.
        """
        changes = [changes] if isinstance(changes, str) else list(changes or [])
        if isinstance(source, Scenario):
            return source.changed(*changes) if changes else source
        name = str(source).strip()
        layers = files.load_layers(name)
        layers.values.setdefault("name", Path(name).stem if name.lower().endswith(".toml") else name)
        if layers.values["name"] != name and not name.lower().endswith(".toml"):
            layers.values["name"] = name
        return cls._from_layers(layers, changes, name)

    def changed(self, *changes: str) -> Scenario:
        """This scenario with assignments such as ``"society.residents=500"`` laid over it; errors as for ``load``."""
        layers = files.Layers(json.loads(json.dumps(self._layers.values or self.table())), dict(self._layers.set_by))
        return self._from_layers(layers, list(changes), self.name)

    @classmethod
    def _from_layers(cls, layers: files.Layers, changes: list[str], origin: str) -> Scenario:
        for change in changes:
            values = files.parse_assignment(change)
            _refuse_absent(layers, values, change, origin)
            layers.merge(values, files.SET)
        values = _checked(layers, origin)
        scenario = cls(**values)
        scenario._layers = layers
        try:
            _ = scenario.old_regime
        except UserError as error:
            raise error.of(layers.set_by.get("history.regime", origin)) from error
        return scenario

    @property
    def old_regime(self) -> dict[str, InstitutionSettings]:
        """Settings of the institutions that there are before month 1, or before a community's month in a roll-out, by id; none where there
        is no before.

        Raises:
            UserError: the regime is no ready scenario.
        """
        if self._old_regime is None:
            before = self.history.months or self.rollout.pilot_districts
            said = institutions_of(self.history.regime) if before else {}
            self._old_regime = {key: settings_class(key)(**settings) for key, settings in said.items()}
        return self._old_regime

    def table(self) -> dict[str, Any]:
        """All resolved values as plain nested dicts (unset optional values left out)."""
        return self.model_dump(exclude_none=True)

    def to_keep(self) -> dict[str, Any]:
        """The scenario and where each value came from, as plain data for ``restored``."""
        return {"table": self.table(), "values": self._layers.values, "set_by": self._layers.set_by}

    @classmethod
    def restored(cls, kept: dict[str, Any], origin: str) -> Scenario:
        """The scenario of ``to_keep``; ``origin`` says where it comes from in errors, which are those of ``load``."""
        scenario = cls._from_layers(files.Layers(kept["table"], dict(kept["set_by"])), [], origin)
        scenario._layers = files.Layers(kept["values"], dict(kept["set_by"]))
        return scenario

    def to_toml(self) -> str:
        """The resolved scenario as TOML; loading it gives the same scenario."""
        return tomli_w.dumps(self.table())

    @property
    def fingerprint(self) -> str:
        """A short hash of everything that can change a result (names and titles do not)."""
        return _hash(self._settings())

    @property
    def common_fingerprint(self) -> str:
        """The same of everything but institutions, and where they begin when."""
        return _hash({key: value for key, value in self._settings().items() if key not in ("institutions", "rollout")})

    @property
    def institution_fingerprints(self) -> dict[str, str]:
        """The same of the settings of each institution, by its id."""
        return {key: _hash(settings) for key, settings in self._settings()["institutions"].items()}

    def _settings(self) -> dict[str, Any]:
        """All that can change a result: of the old regime what it is, and not its name."""
        before = {
            "months": self.history.months,
            "institutions": {k: s.model_dump() for k, s in self.old_regime.items()},
        }
        return {key: value for key, value in self.table().items() if key not in ("name", "title")} | {"history": before}

    def rows(self) -> list[Row]:
        """Every resolved value with label, unit, source and the file that set it."""
        rows = []
        for name in _SECTIONS:
            if name != "title":
                rows += self._section_rows(name, getattr(self, name))
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
            set_by = files.GAVE_WAY if key in self._layers.gave_way else self._layers.set_by.get(key, "default")
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
        own = institution.Settings.model_json_schema()
        own["title"] = institution_text(key).both
        tables[key] = own
    properties = schema["properties"]
    properties["institutions"] = {"type": "object", "properties": tables, "additionalProperties": False}
    properties["extends"] = {
        "type": "string",
        "description": "scenario that this one builds on / 所继承的情景",
    }
    properties["without"] = {
        "type": "array",
        "items": {"enum": list(tables)},
        "description": "inherited institutions to leave out / 去掉的制度",
    }
    schema["$defs"].pop("InstitutionSettings", None)
    return schema


_SECTIONS: dict[str, type[Section]] = {
    "title": Title,
    "history": HistorySettings,
    "rollout": RolloutSettings,
    "society": SocietySettings,
    "services": ServiceSettings,
    "government": GovernmentSettings,
    "organisations": OrganisationSettings,
    "enterprises": EnterpriseSettings,
    "providers": ProviderSettings,
    "behaviour": BehaviourSettings,
}


def _checked(layers: files.Layers, origin: str) -> dict[str, Any]:
    """All tables as checked sections; UserError for unknown tables, keys, institutions and for bad values."""
    values: dict[str, Any] = {}
    for name, value in layers.values.items():
        where = layers.set_by.get(name, origin)
        if name == "name":
            if not isinstance(value, str) or not value or plain(value) != value:
                raise UserError(
                    f"{where}: name = {shown(value)} is not allowed; allowed: {A_LINE.en}",
                    f"{where}：name = {shown(value)} 不被允许；允许：{A_LINE.zh}",
                )
            values[name] = value
        elif name in _SECTIONS:
            try:
                values[name] = _checked_section(name, value, _SECTIONS[name], layers, where)
            except Disagreement as error:
                raise error.of(origin) from error
        elif name in files.INHERITANCE:
            raise _only_in_files(name, where)
        elif name != "institutions":
            raise files.unknown(name, [*Scenario.model_fields, *files.INHERITANCE], Text("key", "键"), where)
    institutions = layers.values.get("institutions", {})
    if not isinstance(institutions, dict):
        raise _no_table("institutions", institutions, layers.set_by.get("institutions", origin))
    values["institutions"] = {}
    for institution, table in institutions.items():
        prefix = f"institutions.{institution}"
        where = layers.set_by.get(prefix, origin)
        if institution not in institution_classes():
            raise files.unknown(institution, institution_classes(), Text("institution", "制度"), where)
        section = settings_class(institution)
        values["institutions"][institution] = _checked_section(prefix, table, section, layers, where)
    return values


def _refuse_absent(layers: files.Layers, change: dict[str, Any], typed: str, origin: str) -> None:
    """UserError where a change is of an institution that the scenario does not have: it would switch it on."""
    there = layers.values.get("institutions", {})
    for institution in files.institutions_of(change):
        if institution in institution_classes() and institution not in there:
            raise UserError(
                f"--set {cut(typed)}: {origin} has no {institution}; to add it, write {origin}+{institution}",
                f"--set {cut(typed)}：{origin} 没有 {institution}；要加入它，请写 {origin}+{institution}",
            )


def _only_in_files(key: str, where: str) -> UserError:
    return UserError(
        f"{where}: {key} can stand only in a scenario file; on the command line write name-institution or name+institution",
        f"{where}：{key} 只能写在情景文件中；命令行上请写 名称-制度 或 名称+制度",
    )


def _no_table(key: str, value: Any, where: str) -> UserError:
    return UserError(
        f"{where}: {key} = {shown(value)} must be a table of settings", f"{where}：{key} = {shown(value)} 应为设置表"
    )


def _checked_section(prefix: str, value: Any, section: type[Section], layers: files.Layers, where: str) -> Section:
    if not isinstance(value, dict):
        raise _no_table(prefix, value, where)
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
