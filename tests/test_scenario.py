"""Scenarios: extending, leaving out, who set what, round trips; every setting is documented and its default is in range."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from strategies import scenarios, value_of
from worlds import INSTITUTIONS, world

from cogov_sim import Scenario
from cogov_sim.experiments.where import PLACES
from cogov_sim.language import Text, UserError
from cogov_sim.scenario import (
    BehaviourSettings,
    EnterpriseSettings,
    GovernmentSettings,
    HistorySettings,
    OrganisationSettings,
    ProviderSettings,
    RolloutSettings,
    Section,
    ServiceSettings,
    SocietySettings,
    available,
    files,
    json_schema,
)
from cogov_sim.scenario.institution import settings_class

READY = [name for name, _ in available()]
SECTIONS: dict[str, type[Section]] = {
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
ALL_SECTIONS = SECTIONS | {f"institutions.{key}": settings_class(key) for key in INSTITUTIONS}
FIELDS = [(name, section, key) for name, section in ALL_SECTIONS.items() for key in section.model_fields]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def rows(scenario: Scenario) -> dict[str, Any]:
    return {row.key: row for row in scenario.rows()}


# -- what there is ---------------------------------------------------------------------------------------------------


def test_ready_scenarios() -> None:
    assert READY[:2] == ["government_run", "co_governance"]
    assert set(READY) >= {"consultative", "grants_only", "councils_only"}
    for name, title in available():
        assert re.search("[A-Za-z]", title.en) and re.search("[\u4e00-\u9fff]", title.zh), name


@pytest.mark.parametrize("name", READY)
def test_every_ready_scenario_loads_and_is_short(name: str) -> None:
    scenario = Scenario.load(name)
    assert scenario.name == name
    assert scenario.institutions
    path = files.folder() / f"{name}.toml"
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    city = {"society", "rollout"} if name == "xiamen" else set()  # the reform of one city, no arm of a comparison
    city = {"society"} if name in {place.scenario for place in PLACES} else city  # places of the reports
    assert set(table) <= {"title", "extends", "without", "institutions", *city}, "worlds differ in institutions only"


@pytest.mark.parametrize("key", sorted(Scenario.load("co_governance").institutions))
def test_co_governance_minus_each_institution_needs_no_file(key: str) -> None:
    whole, less = Scenario.load("co_governance"), Scenario.load(f"co_governance-{key}")
    assert set(whole.institutions) - set(less.institutions) == {key}
    assert less.name == f"co_governance-{key}"
    assert less.fingerprint != whole.fingerprint
    back = Scenario.load(f"co_governance-{key}+{key}")
    assert back.institutions[key] == settings_class(key)()


def test_consultative_is_the_government_that_asks() -> None:
    more = set(Scenario.load("consultative").institutions) - set(Scenario.load("government_run").institutions)
    assert "deliberation" in more
    assert set(Scenario.load("government_run").institutions) < set(Scenario.load("consultative").institutions)


# -- every setting ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "section", "key"), FIELDS, ids=[f"{n}.{k}" for n, _, k in FIELDS])
def test_every_setting_says_what_it_is(name: str, section: type[Section], key: str) -> None:
    """Unit, both languages, source; a closed range or choices; a default within them."""
    meaning, annotation = section.meaning(key), section.model_fields[key].annotation
    assert isinstance(meaning.text, Text)
    assert re.search("[A-Za-z]{2}", meaning.text.en) and not re.search("[\u4e00-\u9fff]", meaning.text.en)
    assert re.search("[\u4e00-\u9fff]", meaning.text.zh)
    assert meaning.unit.strip() and meaning.source.strip()
    default = getattr(section(), key)
    if get_origin(annotation) is Literal:
        assert default in get_args(annotation)
    elif get_origin(annotation) is list:
        assert set(default) <= set(get_args(get_args(annotation)[0]))
    elif annotation is str:
        assert default in READY
    else:
        assert meaning.low is not None and meaning.high is not None
        assert meaning.low < meaning.high
        assert default is None or meaning.low <= default <= meaning.high
    assert re.fullmatch("[a-z][a-z0-9_]*", key)


@pytest.mark.parametrize(("name", "section", "key"), FIELDS, ids=[f"{n}.{k}" for n, _, k in FIELDS])
def test_every_range_is_closed_and_enforced(name: str, section: type[Section], key: str) -> None:
    """Both ends are allowed; beyond them the user reads file, key, value and what is allowed, in both languages."""
    from cogov_sim.language import UserError

    meaning = section.meaning(key)
    base = Scenario.load(f"government_run+{name.split('.')[1]}" if "." in name else "government_run")
    if meaning.low is None or meaning.high is None:
        bad: list[Any] = ['"nonsense"', "3", '["nonsense"]']
        good: list[Any] = []
    else:
        bad = [meaning.low - 1, meaning.high * 2 + 1, '"many"', "true", "[1]", "nan", "inf"]
        good = [meaning.low, meaning.high]
    for value in good:
        whole = "int" in str(section.model_fields[key].annotation)
        changed = base.changed(f"{name}.{key}={int(value) if whole else float(value)}")
        assert rows(changed)[f"{name}.{key}"].value == value
    for value in bad:
        with pytest.raises(UserError) as error:
            base.changed(f"{name}.{key}={value}")
        for sentence in (error.value.text.en, error.value.text.zh):
            assert f"{name}.{key}" in sentence
            assert "--set" in sentence
            assert "\n" not in sentence
        if meaning.high is not None and not isinstance(value, str):
            assert f"{meaning.low:g}" in error.value.text.en and f"{meaning.high:g}" in error.value.text.zh


def test_no_section_shares_a_setting_by_accident() -> None:
    """Behaviour is in one place: no institution or government section repeats one of its keys."""
    behaviour = set(BehaviourSettings.model_fields)
    for name, section in ALL_SECTIONS.items():
        if name != "behaviour":
            assert not behaviour & set(section.model_fields), name


# -- layers ----------------------------------------------------------------------------------------------------------


def test_extends_without_and_overrides(tmp_path: Path) -> None:
    write(
        tmp_path,
        "parent",
        'extends = "government_run"\n[government]\nenvelope = 20\n[institutions.disclosure]\nreport = 0.5\n',
    )
    child = write(
        tmp_path, "child",
        'extends = "parent"\nwithout = ["campaign_promises"]\n[government]\nstaff_hours = 100.0\n'
        "[institutions.disclosure]\nvisibility = 0.1\n",
    )  # fmt: skip
    scenario = Scenario.load(child)
    assert scenario.name == "child"
    assert set(scenario.institutions) == {"direct_provision", "top_down_assessment", "disclosure"}
    assert scenario.government.envelope == 20.0
    assert scenario.government.staff_hours == 100.0
    disclosure: Any = scenario.institutions["disclosure"]
    assert (disclosure.report, disclosure.visibility) == (0.5, 0.1)
    found = rows(scenario)
    set_by = {key: found[key].set_by for key in found}
    assert set_by["government.envelope"] == "parent.toml"
    assert set_by["government.staff_hours"] == "child.toml"
    assert set_by["institutions.disclosure.report"] == "parent.toml"
    assert set_by["institutions.disclosure.visibility"] == "child.toml"
    assert set_by["institutions.direct_provision"] == "government_run.toml"
    assert set_by["government.estimate_noise"] == "default"


def test_a_removed_institution_leaves_no_settings_behind(tmp_path: Path) -> None:
    """Taken out and put back, an institution is as designed, not as it was set before."""
    path = write(tmp_path, "set", 'extends = "co_governance"\n[institutions.adoption]\nposts = 0.1\n')
    again = Scenario.load(f"{path}-adoption+adoption")
    assert again.institutions["adoption"] == settings_class("adoption")()
    assert "adoption" not in Scenario.load(f"{path}-adoption").institutions
    assert not any("adoption" in key for key in rows(Scenario.load(f"{path}-adoption")))


def test_changes_are_remembered_and_leave_the_original_alone() -> None:
    base = Scenario.load("co_governance")
    before = base.fingerprint
    changed = base.changed("institutions.award_grant.match_rate=0.5", "government.envelope=20")
    assert base.fingerprint == before
    assert changed.fingerprint != before
    assert changed.institutions["award_grant"].match_rate == 0.5  # type: ignore[attr-defined]
    found = rows(changed)
    assert found["institutions.award_grant.match_rate"].set_by == "--set"
    assert found["institutions.award_grant.match_cap"].set_by != "--set"
    twice = changed.changed("government.envelope=30")
    assert twice.institutions["award_grant"].match_rate == 0.5  # type: ignore[attr-defined]
    assert Scenario.load("co_governance", changes=["government.envelope=20"]).government.envelope == 20.0


@pytest.mark.parametrize("change", ["institutions.deliberation.frequency=1.0", "institutions={deliberation={}}"])
def test_a_change_switches_no_institution_on(change: str) -> None:
    for source in ("government_run", Scenario.load("government_run")):
        with pytest.raises(UserError, match=r"government_run has no deliberation; .*government_run\+deliberation"):
            Scenario.load(source, changes=[change])
    scenario = Scenario.load("government_run+deliberation", changes=[change])
    assert "deliberation" in scenario.institutions


def test_rows_show_every_value_once() -> None:
    scenario = Scenario.load("co_governance")
    keys = [row.key for row in scenario.rows()]
    assert len(set(keys)) == len(keys)
    expected = sum(len(section.model_fields) for section in SECTIONS.values())
    expected += sum(1 + len(type(s).model_fields) for s in scenario.institutions.values())
    assert len(keys) == expected
    for row in scenario.rows():
        assert row.text.en and row.text.zh and row.set_by, row.key


# -- round trips -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*READY, "co_governance-adoption"])
def test_toml_round_trip(name: str, tmp_path: Path) -> None:
    scenario = Scenario.load(name)
    again = Scenario.load(write(tmp_path, "resolved", scenario.to_toml()))
    assert again.table() == scenario.table()
    assert again.fingerprint == scenario.fingerprint
    assert again.title == scenario.title


@given(scenario=scenarios())
@settings(max_examples=25)
def test_any_scenario_survives_the_round_trip(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> None:
    """To the last digit of every number."""
    path = write(tmp_path_factory.mktemp("trip"), "resolved", scenario.to_toml())
    assert Scenario.load(path).table() == scenario.table()
    assert Scenario.load(path).fingerprint == scenario.fingerprint


def test_fingerprint_is_about_results_only(tmp_path: Path) -> None:
    base = Scenario.load("co_governance")
    titled = write(tmp_path, "other_name", 'extends = "co_governance"\ntitle = { en = "other", zh = "另一个" }\n')
    assert Scenario.load(titled).fingerprint == base.fingerprint
    assert Scenario.load(titled).name != base.name
    prints = {base.fingerprint}
    for name, section in ALL_SECTIONS.items():
        if name.startswith("institutions") and name.split(".")[1] not in base.institutions:
            continue
        for key in section.model_fields:
            meaning = section.meaning(key)
            if meaning.high is not None:
                whole = "int" in str(section.model_fields[key].annotation)
                value = int(meaning.high) if whole else float(meaning.high)
                current = rows(base)[f"{name}.{key}"].value
                if current == value:
                    value = int(meaning.low or 0) if whole else float(meaning.low or 0.0)
                prints.add(base.changed(f"{name}.{key}={value}").fingerprint)
                assert base.changed(f"{name}.{key}={value}").fingerprint != base.fingerprint, f"{name}.{key}"
    assert world(*INSTITUTIONS).fingerprint == world(*INSTITUTIONS[::-1]).fingerprint


def test_a_scenario_is_frozen() -> None:
    scenario = Scenario.load("co_governance")
    with pytest.raises(Exception, match="frozen"):
        scenario.government.envelope = 99.0
    with pytest.raises(Exception, match="frozen"):
        scenario.name = "mine"


# -- JSON Schema -----------------------------------------------------------------------------------------------------


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node


def test_json_schema_knows_every_key_of_every_ready_scenario() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    for name in READY:
        table = tomllib.loads((files.folder() / f"{name}.toml").read_text(encoding="utf-8"))
        assert set(table) <= set(schema["properties"])
        for key, own in table.get("institutions", {}).items():
            assert set(own) <= set(schema["properties"]["institutions"]["properties"][key]["properties"])
    assert set(schema["properties"]["institutions"]["properties"]) == set(INSTITUTIONS)


def test_json_schema_has_ranges_and_no_dangling_references() -> None:
    schema = json_schema()
    for name, section in SECTIONS.items():
        own = _resolve(schema, schema["properties"][name])
        assert own["additionalProperties"] is False
        for key in section.model_fields:
            meaning = section.meaning(key)
            found = own["properties"][key]
            options = [found, *found.get("anyOf", [])]
            if meaning.low is not None:
                assert any(o.get("minimum") == meaning.low and o.get("maximum") == meaning.high for o in options), key
    for reference in re.findall(r'"\$ref": "#/\$defs/(\w+)"', json.dumps(schema)):
        assert reference in schema["$defs"]


def test_strategies_cover_every_setting() -> None:
    """The random scenarios of the other tests can reach every setting but the size of the society."""
    for _, section, key in FIELDS:
        if section is not SocietySettings:
            assert value_of(section, key) is not None
