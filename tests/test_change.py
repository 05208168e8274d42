"""Changes within a run: the same, to the bit, as a scenario that had said so from the start."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from worlds import INSTITUTIONS, digests, fresh, run, small, world

from cogov_sim import CoGovModel, Scenario
from cogov_sim.language import UserError

pytestmark = pytest.mark.usefixtures("compiled")

BASE = ("deliberation", "resident_councils", "award_grant", "direct_provision")
ON, OFF, END = 4, 7, 9


@cache
def _said(key: str) -> dict[str, str]:
    """A world that has an institution in months 4 to 7, because its settings say so."""
    rest = [one for one in BASE if one != key]
    return digests(run(world(*rest, **{key: {"start_month": ON, "end_month": OFF}}), months=END))


@pytest.mark.parametrize("key", INSTITUTIONS)
def test_a_change_is_a_start_and_an_end(key: str) -> None:
    model = run(world(*(one for one in BASE if one != key)), months=ON - 1)
    model.change(key)
    model.run(OFF - ON + 1)
    model.change(key, on=False)
    assert digests(model.run(END - OFF)) == _said(key)
    assert [(one.month, one.on) for one in model.scenario.timeline] == [(ON, True), (OFF + 1, False)]


def test_the_timeline_of_a_file_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "dated.toml"
    path.write_text(
        'extends = "co_governance"\n[history]\nmonths = 0\n'
        f'[[timeline]]\nmonth = {ON}\ninstitution = "charter"\non = false\n'
        f'[[timeline]]\nmonth = {OFF}\ninstitution = "charter"\nstrength = 0.5\n'
    )
    told = CoGovModel(scenario=small(path), rng=1, residents=300).run(END)
    model = run("co_governance", months=ON - 1)
    model.change("charter", on=False)
    model.run(OFF - ON)
    model.change("charter", strength=0.5)
    assert digests(model.run(END - OFF + 1)) == digests(told)
    again = Scenario.load(Scenario.load(path))
    assert again.fingerprint == Scenario.load(path).fingerprint != Scenario.load("co_governance").fingerprint
    path.write_text(Scenario.load(path).to_toml())
    assert Scenario.load(path).timeline == again.timeline


def test_a_strength_holds_from_its_month_on_and_months_count_on() -> None:
    model = run(world("award_grant", "direct_provision"), months=3)
    rate = float(model.commons.terms["match_rate"].max())
    model.change("award_grant", strength=0.5)
    assert float(model.run(1).commons.terms["match_rate"].max()) == pytest.approx(rate / 2)
    assert model.scenario.institutions_in(4)["award_grant"].start_month == 1


def test_a_checkpoint_after_a_change_goes_on_the_same(tmp_path: Path) -> None:
    model = run("co_governance", months=4)
    model.change("disclosure", on=False)
    model.change("recognition", strength=0.3)
    model.run(2)
    model.save(tmp_path / "kept")
    other = CoGovModel.restore(tmp_path / "kept")
    assert other.scenario.timeline == model.scenario.timeline
    assert digests(other.run(3)) == digests(model.run(3))


def test_a_change_on_the_eve_of_the_reform_holds_in_month_one() -> None:
    for months in (0, 12):
        changes = [f"history.months={months}", "society.preset=miniature"]
        plain = CoGovModel(scenario=Scenario.load("co_governance-charter", changes=changes), rng=1, residents=300)
        model = CoGovModel(scenario=Scenario.load("co_governance", changes=changes), rng=1, residents=300)
        model.change("charter", on=False)
        assert digests(model.run(2)) == digests(plain.run(2))


def test_a_world_without_changes_is_what_it_was() -> None:
    scenario = Scenario.load("co_governance")
    assert "timeline" not in scenario.table() and len(scenario.phases) == 1
    assert scenario.phases[0].institutions["charter"] is scenario.institutions["charter"]


@pytest.mark.parametrize(
    ("timeline", "named"),
    [
        ('[{month=3}]', ["timeline[0]", "institution"]),
        ('[{month=0, institution="charter"}]', ["timeline[0].month", "1 to 1200"]),
        ('[{month=3, institution="chartr"}]', ["chartr", "charter"]),
        ('[{month=3, institution="direct_provision"}, {month=4, institution="charter", on=false}, {month=5, institution="charter", on=false}]', ["month 5", "charter"]),
        ('[{month=3, institution="charter", strength=2}]', ["timeline[0].strength", "0 to 1"]),
        ('"charter"', ["timeline", "list"]),
    ],
)  # fmt: skip
def test_a_bad_timeline_gets_one_sentence(timeline: str, named: list[str]) -> None:
    with pytest.raises(UserError) as refused:
        Scenario.load("co_governance", changes=[f"timeline={timeline}"])
    assert all(word in refused.value.text.en for word in named), refused.value.text.en
    assert refused.value.text.zh != refused.value.text.en


def test_a_bad_change_gets_one_sentence_and_changes_nothing() -> None:
    model = run(world("charter"), months=1)
    for call in (
        lambda: model.change("chartr"),
        lambda: model.change("disclosure", on=False),
        lambda: model.change("charter", strength=2),
        lambda: model.change("charter", strength="much"),  # type: ignore[arg-type]
    ):
        with pytest.raises(UserError):
            call()
    assert model.scenario.timeline == ()
    with pytest.raises(UserError, match="end_month"):
        Scenario.load(
            "co_governance", changes=["institutions.charter.start_month=5", "institutions.charter.end_month=4"]
        )
    with pytest.raises(UserError, match="rollout"):
        Scenario.load("xiamen", changes=['timeline=[{month=3, institution="charter", on=false}]'])
    early = CoGovModel(scenario=fresh("co_governance", "history.months=12"), rng=1, residents=300, from_day_one=True)
    with pytest.raises(UserError, match="month 1"):
        early.change("charter")
