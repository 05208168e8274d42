"""Bad scenarios: one clear sentence in both languages that names file, key, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cogov_sim import Scenario
from cogov_sim.language import UserError


def refused(source: str | Path, *words: str, changes: list[str] | None = None) -> UserError:
    """Loading must fail; both sentences are single lines and name all ``words``."""
    with pytest.raises(UserError) as caught:
        Scenario.load(source, changes=changes)
    for sentence in (caught.value.text.en, caught.value.text.zh):
        assert sentence.strip() and "\n" not in sentence
        for word in words:
            assert word in sentence, (word, sentence)
    assert caught.value.text.en != caught.value.text.zh
    assert any("一" <= sign <= "鿿" for sign in caught.value.text.zh)
    return caught.value


@pytest.fixture
def file(tmp_path: Path):
    """Writes a scenario file and gives its path."""

    def write(text: str | bytes, name: str = "bad.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1\n", ["bad.toml", "colour"]),
        ("[goverment]\nenvelope = 1\n", ["bad.toml", "goverment"]),
        ("[government]\nenvelop = 1\n", ["bad.toml", "government.envelop", "government.envelope"]),
        ("[government]\nenvelope = -1\n", ["bad.toml", "government.envelope", "-1", "1000"]),
        ("[government]\nenvelope = 1e9\n", ["bad.toml", "government.envelope", "1000"]),
        ("[government]\nenvelope = nan\n", ["bad.toml", "government.envelope", "nan"]),
        ("[government]\nenvelope = inf\n", ["bad.toml", "government.envelope", "inf"]),
        ("[government]\nenvelope = '14'\n", ["bad.toml", "government.envelope", "14"]),
        ("[government]\nenvelope = true\n", ["bad.toml", "government.envelope", "True"]),
        ("[government]\nbuild_months = 1.5\n", ["bad.toml", "government.build_months", "1.5", "24"]),
        ("[society]\nresidents = -5\n", ["bad.toml", "society.residents", "-5", "200"]),
        ("[society]\nresidents = 0\n", ["bad.toml", "society.residents"]),
        ("[society]\npreset = 'paris'\n", ["bad.toml", "society.preset", "paris", "haicang"]),
        ("government = 3\n", ["bad.toml", "government", "3"]),
        ("institutions = 3\n", ["bad.toml", "institutions", "3"]),
        ("title = 'mine'\n", ["bad.toml", "title", "mine"]),
        ("title = { en = 3 }\n", ["bad.toml", "title.en", "3"]),
        ("[institutions]\naward_grant = true\n", ["bad.toml", "institutions.award_grant", "True"]),
        ("[institutions.award_grants]\n", ["bad.toml", "award_grants", "award_grant"]),
        (
            "[institutions.award_grant]\nmatchrate = 1\n",
            ["bad.toml", "institutions.award_grant.matchrate", "match_rate"],
        ),
        ("[institutions.award_grant]\nmatch_rate = 9\n", ["bad.toml", "institutions.award_grant.match_rate", "9", "5"]),
        ("[institutions.award_grant]\nstrength = 2\n", ["bad.toml", "institutions.award_grant.strength", "2", "1"]),
        ("[institutions.award_grant]\nstart_month = 0\n", ["bad.toml", "institutions.award_grant.start_month"]),
        ("[institutions.award_grant]\ncommunities = 'rural'\n", ["bad.toml", "institutions.award_grant.communities"]),
        ("[institutions.award_grant]\ncommunities = ['moon']\n", ["bad.toml", "communities", "moon", "rural"]),
        ("extends = 3\n", ["bad.toml", "extends", "3"]),
        ("extends = ''\n", ["bad.toml", "extends"]),
        ("extends = 'goverment_run'\n", ["bad.toml", "goverment_run", "government_run"]),
        ("extends = 'nowhere.toml'\n", ["nowhere.toml"]),
        ("without = 'adoption'\n", ["bad.toml", "without", "adoption"]),
        ("extends = 'co_governance'\nwithout = ['adopton']\n", ["bad.toml", "adopton", "adoption"]),
        ("extends = 'government_run'\nwithout = ['adoption']\n", ["bad.toml", "adoption"]),
        ("extends = 'co_governance'\nwithout = [3]\n", ["bad.toml", "without", "3"]),
        ("name = 5\n", ["bad.toml", "name", "5"]),
        ("this is not TOML", ["bad.toml", "TOML"]),
        ("[government\nenvelope = 1\n", ["bad.toml", "TOML"]),
        ("[government]\nenvelope = 1\nenvelope = 2\n", ["bad.toml", "TOML"]),
        (b"\xff\xfe\x00\x01binary", ["bad.toml", "TOML"]),
        ("PAR1" * 30, ["bad.toml", "TOML"]),
    ],
    ids=lambda v: v[:38].decode("latin-1") if isinstance(v, bytes) else (v[:38] if isinstance(v, str) else ""),
)
def test_bad_files(file, text: str | bytes, words: list[str]) -> None:
    refused(file(text), *words)


def test_the_file_that_set_the_bad_value_is_named(file, tmp_path: Path) -> None:
    """Not the one that extends it."""
    file("[government]\nenvelope = -1\n", "parent.toml")
    error = refused(file("extends = 'parent'\n[government]\nstaff_hours = 100.0\n", "child.toml"), "parent.toml")
    assert "child.toml" not in error.text.en


def test_circles(file) -> None:
    refused(file("extends = 'bad'\n"), "bad.toml")
    file("extends = 'b.toml'\n", "a.toml")
    file("extends = 'c'\n", "b.toml")
    refused(file("extends = 'a'\n", "c.toml"), "extends")


def test_what_cannot_be_read(tmp_path: Path) -> None:
    refused(tmp_path / "missing.toml", "missing.toml")
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    refused(folder, "folder.toml")
    refused(tmp_path / "no_folder" / "x.toml", "x.toml")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    refused(tmp_path / "loop.toml", "loop.toml")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("co_governence", ["co_governence", "co_governance"]),
        ("", [""]),
        ("-adoption", ["adoption"]),
        ("co_governance-", ["co_governance-"]),
        ("co_governance--adoption", ["co_governance--adoption"]),
        ("co_governance-adopton", ["adopton", "adoption"]),
        ("government_run-adoption", ["adoption"]),
        ("co_governance-adoption-adoption", ["adoption"]),
        ("government_run+adopton", ["adopton", "adoption"]),
        ("co_governance adoption", ["co_governance adoption"]),
        ("x" * 400, ["x" * 20]),
    ],
)
def test_bad_names(name: str, words: list[str]) -> None:
    refused(name, *words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("government.envelope", ["government.envelope"]),
        ("=3", ["=3"]),
        ("government..envelope=3", ["government..envelope"]),
        ("government.envelope=", ["government.envelope"]),
        ("government.envelope=lots", ["government.envelope", "lots", "1000"]),
        ("government.envelop=3", ["government.envelop"]),
        ("government=3", ["government"]),
        ("government.envelope.more=3", ["government.envelope"]),
        ("envelope=3", ["envelope"]),
        ("society.residents=-1", ["society.residents", "-1", "200"]),
        ("institutions.nothing.x=1", ["nothing"]),
        ("institutions.award_grant=off", ["award_grant", "off"]),
        ("without=adoption", ["without"]),
    ],
)
def test_bad_changes(change: str, words: list[str]) -> None:
    refused("co_governance", *words, changes=[change])


def test_a_good_scenario_is_not_refused(file) -> None:
    """The helper above is able to fail."""
    with pytest.raises(pytest.fail.Exception):
        refused(file("extends = 'co_governance'\n"))


def test_errors_follow_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused("co_governence", "co_governance")
    monkeypatch.setenv("COGOV_LANG", "zh")
    assert str(error) == error.text.zh
    monkeypatch.setenv("COGOV_LANG", "en")
    assert str(error) == error.text.en
