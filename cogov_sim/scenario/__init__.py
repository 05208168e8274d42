"""A scenario: a society, the constants of behaviour, and a short list of institutions.

``Scenario.load`` reads and checks it; everything a scenario may say is declared once, as settings with range, unit,
source and a name in both languages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import Field, PrivateAttr, SerializeAsAny, field_validator, model_validator

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
from cogov_sim.scenario.sections import checked_section, no_table
from cogov_sim.scenario.settings import Disagreement, GovernmentSettings, ServiceSettings, SocietySettings
from cogov_sim.scenario.timeline import Change, Phase, Phases, phases

__all__ = [
    "BehaviourSettings",
    "Change",
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
    timeline: tuple[Change, ...] = ()
    _layers: files.Layers = PrivateAttr(default_factory=files.Layers)
    _old_regime: dict[str, InstitutionSettings] | None = PrivateAttr(default=None)
    _phases: Phases | None = PrivateAttr(default=None)

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

    @field_validator("timeline", mode="before")
    @classmethod
    def _changes(cls, given: Any) -> Any:
        """Tables become changes."""
        if not isinstance(given, list | tuple):
            raise ValueError("a timeline is a list of changes")
        return tuple(Change(**one) if isinstance(one, dict) else one for one in given)

    @model_validator(mode="after")
    def _one_way_to_begin(self) -> Scenario:
        """Disagreement where communities would begin at their own time, and all change at one."""
        _refuse_two_times(self)
        return self

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
        try:
            _ = scenario.phases
        except UserError as error:
            raise error.of(layers.set_by.get("timeline", origin)) from error
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

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What institutions there are when, by the timeline; the first phase begins with month 1.

        Raises:
            UserError: the timeline switches off what is not there.
        """
        if self._phases is None or self._phases.first is not self.institutions:
            self._phases = Phases(self.institutions, phases(self.institutions, self.timeline))
        return self._phases.found

    def institutions_in(self, month: int) -> Mapping[str, InstitutionSettings]:
        """Settings of the institutions that there are in a month of the reform, by id."""
        return next(phase.institutions for phase in reversed(self.phases) if phase.month <= max(1, month))

    def with_change(self, change: Change) -> Scenario:
        """This scenario with one change more, from its month on; what there was before stays the very same.

        Raises:
            UserError: as for ``phases``; it is rolled out.
        """
        timeline = tuple(sorted((*self.timeline, change), key=lambda one: one.month))
        new = self.model_copy(update={"timeline": timeline})
        _refuse_two_times(new)
        kept = [phase for phase in self.phases if phase.month < change.month]
        new._phases = Phases(self.institutions, phases(self.institutions, timeline, kept))
        said = [one.model_dump(exclude_none=True) for one in timeline]
        values = (self._layers.values or self.table()) | {"timeline": said}
        new._layers = files.Layers(values, self._layers.set_by | {"timeline": "model.change"})
        return new

    @property
    def ever(self) -> set[str]:
        """Institutions that there are in some month, those of the old regime included."""
        return {key for phase in self.phases for key in phase.institutions} | set(self.old_regime)

    @property
    def title_text(self) -> Text:
        """The title in both languages; the name where there is none."""
        return Text(self.title.en or self.name, self.title.zh or self.name)

    def table(self) -> dict[str, Any]:
        """All resolved values as plain nested dicts (unset optional values, and a timeline without changes, left out)."""
        values = self.model_dump(exclude_none=True)
        return values if self.timeline else {key: value for key, value in values.items() if key != "timeline"}

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
        """The same of everything but institutions, where they begin when, and how they change."""
        return _hash(
            {
                key: value
                for key, value in self._settings().items()
                if key not in ("institutions", "rollout", "timeline")
            }
        )

    @property
    def rest_fingerprint(self) -> str:
        """The same of everything but institutions; how these change is part of it."""
        changes = [one.model_dump() for one in self.timeline]
        return _hash([self.common_fingerprint, changes]) if changes else self.common_fingerprint

    @property
    def institution_fingerprints(self) -> dict[str, str]:
        """The same of the settings of each institution, by its id."""
        return {key: _hash(settings) for key, settings in self._settings()["institutions"].items()}

    def _settings(self) -> dict[str, Any]:
        """All that can change a result: of the old regime what it is, and not its name."""
        before = {
            "months": self.history.months,
            "institutions": {k: s.model_dump(exclude_none=True) for k, s in self.old_regime.items()},
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
        said = self._layers.set_by.get("timeline", "default")
        for n, change in enumerate(self.timeline):
            rows.append(Row(f"timeline[{n}]", change.month, "month", change.text, "user", said))
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


def _refuse_two_times(scenario: Scenario) -> None:
    if scenario.timeline and scenario.rollout.pilot_districts:
        raise Disagreement(
            "timeline and rollout.pilot_districts do not go together: in a roll-out each community has its own time",
            "timeline 与 rollout.pilot_districts 不能并用：分批铺开时各社区时间不同",
        )


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
                values[name] = checked_section(name, value, _SECTIONS[name], layers, where)
            except Disagreement as error:
                raise error.of(origin) from error
        elif name in files.INHERITANCE:
            raise _only_in_files(name, where)
        elif name == "timeline":
            values[name] = _checked_timeline(value, layers, where)
        elif name != "institutions":
            raise files.unknown(name, [*Scenario.model_fields, *files.INHERITANCE], Text("key", "键"), where)
    values["institutions"] = _checked_institutions(layers, origin)
    return values


def _checked_institutions(layers: files.Layers, origin: str) -> dict[str, Section]:
    """The settings of every institution, checked as a section is."""
    said, found = layers.values.get("institutions", {}), {}
    if not isinstance(said, dict):
        raise no_table("institutions", said, layers.set_by.get("institutions", origin))
    for institution, table in said.items():
        prefix = f"institutions.{institution}"
        where = layers.set_by.get(prefix, origin)
        if institution not in institution_classes():
            raise files.unknown(institution, institution_classes(), Text("institution", "制度"), where)
        try:
            found[institution] = checked_section(prefix, table, settings_class(institution), layers, where)
        except Disagreement as error:
            raise error.of(f"{where}: {prefix}") from error
    return found


def _checked_timeline(value: Any, layers: files.Layers, where: str) -> tuple[Section, ...]:
    """Every change of a timeline, checked as a section is."""
    if not isinstance(value, list | tuple):
        raise UserError(
            f"{where}: timeline = {shown(value)} must be a list of changes, [[timeline]] in a file",
            f"{where}：timeline = {shown(value)} 应为变更列表（文件中写作 [[timeline]]）",
        )
    for n, one in enumerate(value):
        if isinstance(one, dict) and (missing := {"month", "institution"} - one.keys()):
            name = sorted(missing)[0]
            raise UserError(
                f"{where}: timeline[{n}] lacks {name}; every change says its month and its institution",
                f"{where}：timeline[{n}] 缺少 {name}；每项变更须写明月份与制度",
            )
    return tuple(checked_section(f"timeline[{n}]", one, Change, layers, where) for n, one in enumerate(value))


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
