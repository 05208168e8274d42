"""Changes within a run: the same, to the bit, as a scenario that had said so from the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from worlds import INSTITUTIONS, digests, fresh, run, small, world

from cogov_sim import CoGovModel, Scenario, origin
from cogov_sim.experiments.ablation import variants
from cogov_sim.experiments.comparison import World
from cogov_sim.experiments.two_by_two import square
from cogov_sim.institutions.base import LAW, Institution
from cogov_sim.language import Text, UserError
from cogov_sim.scenario import Change

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
        ('[{month=5, institution="top_down_assessment", on=false}]', ["month 5", "top_down_assessment"]),
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
        lambda: model.change("charter", strength=True),
        lambda: model.change("charter", strength=10**400),
        lambda: model.change(None),  # type: ignore[arg-type]
        lambda: model.change("charter", on="no"),  # type: ignore[arg-type]
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


def test_a_model_of_a_scenario_made_in_python_keeps_its_settings() -> None:
    """Once a change left nothing of such a scenario but the timeline."""
    model = run(world("charter", "award_grant"), months=1)
    model.change("charter", strength=np.float64(0.5))
    other = model.scenario.changed("behaviour.found_base=-7")
    assert set(other.institutions) == {"charter", "award_grant"} and other.history.months == 0
    assert other.timeline == model.scenario.timeline and other.society == model.scenario.society
    assert {row.set_by for row in model.scenario.rows() if row.key.startswith("timeline")} == {"model.change"}


def test_what_is_off_may_be_switched_off_again_and_strength_alone_moves_no_date() -> None:
    later = '[{month=9, institution="charter", on=false}]'
    model = CoGovModel(scenario=small("co_governance", f"timeline={later}"), rng=1, residents=300).run(1)
    model.change("charter", on=np.False_)  # type: ignore[arg-type]
    assert [phase.month for phase in model.scenario.phases] == [1, 2, 9]
    assert "charter" not in model.scenario.institutions_in(20)
    model.change("disclosure", strength=0.5)
    model.change("disclosure", strength=0.2)
    assert model.scenario.institutions_in(2)["disclosure"].strength == 0.2
    late = run(world(charter={"start_month": 10}), months=2)
    late.change("charter", strength=0.5)
    kept = late.scenario.institutions_in(3)["charter"]
    assert (kept.start_month, kept.strength) == (10, 0.5)
    late.change("charter")
    assert late.scenario.institutions_in(3)["charter"].start_month == 3


def test_another_scenario_made_of_one_that_was_looked_at_has_phases_of_its_own() -> None:
    scenario = Scenario.load("co_governance")
    assert scenario.phases[0].institutions
    assert not scenario.model_copy(update={"institutions": {}}).phases[0].institutions


def test_a_ready_scenario_has_the_fingerprint_that_it_had() -> None:
    """What is not set does not count: results from before there were ends and timelines are still found."""
    assert Scenario.load("co_governance").fingerprint == "ca227751596888a2"


def test_experiments_that_compare_institutions_know_of_changes() -> None:
    steps = ("a", "a+charter", "a+recognition", "a+charter+recognition")
    plain = [Scenario.load(f"government_run{step[1:]}") for step in steps]
    ends = Change(month=2, institution="charter", on=False)
    dated = [*plain[:3], plain[3].with_change(ends)]
    assert (
        square([World.of(one, one.name) for one in plain]) is not None
        and square([World.of(one, one.name) for one in dated]) is None
    )
    with pytest.raises(UserError, match="timeline"):
        variants(dated[3], plain[0])


def test_the_code_of_a_plug_in_that_comes_later_counts(announced: Callable[..., None]) -> None:
    """And what it made is kept after it went."""
    announced(SimpleNamespace(institutions=lambda: (Tea,)))
    plain, later = (
        Scenario.load("government_run", changes=changes)
        for changes in ([], ['timeline=[{month=2, institution="tea"}]'])
    )
    assert later.ever == {*plain.ever, "tea"} and origin.run_code(later) != origin.run_code(plain)


class Tea(Institution):
    """茶会。
    Tea."""

    id = "tea"
    text = Text("tea", "茶会")
    pillar = LAW
    levels = "V"
    can_fail = Text("Nobody comes.", "无人到场。")
    source = "start value"
    expects = {"participation": 1}
