"""What happened: records that hold numbers, sentences in both languages, and stories of matters, bodies and changes."""

from __future__ import annotations

import pickle
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from worlds import run, small, world

from cogov_sim import CoGovModel, Scenario
from cogov_sim.commons import events
from cogov_sim.language import UserError
from cogov_sim.society import Level
from cogov_sim.society.names import unit_name

pytestmark = pytest.mark.usefixtures("compiled")

MONTHS = 30
EASY = ("behaviour.found_base=-7", "organisations.misuse=1", "society.initial_spirit=0.3")


@cache
def _lived() -> CoGovModel:
    scenario = small(Scenario.load("co_governance+top_down_assessment", changes=list(EASY)))
    model = CoGovModel(scenario=scenario, rng=1, residents=2500, events=True).run(10)
    model.change("charter", on=False)
    model.change("recognition", strength=0.5)
    return model.run(MONTHS - 10)


def _of(kind: str) -> list[events.Event]:
    return [one for one in _lived().events if one.kind == kind]


def test_every_kind_comes_up_in_order_of_months() -> None:
    months = [one.month for one in _lived().events]
    assert months == sorted(months) and set(months) <= set(range(1, MONTHS + 1))
    seen = {one.kind for one in _lived().events}
    assert set(events.KINDS) - seen <= {"refused", "campaign", "found out", "dropped"}, seen


def test_each_finished_matter_was_opened_decided_built_and_judged_in_order() -> None:
    matters = _lived().matters
    done = matters.index[matters["stage"] == "completed"].tolist()
    assert len(done) > 50
    for m in done:
        told = [one for one in _lived().events if one.matter == m]
        steps = [one.kind for one in told]
        assert [one.month for one in told] == sorted(one.month for one in told)
        decided = "decided" if matters.loc[m, "own_target"] > 0 else "funded"
        wanted = ["opened", decided, "built"] + ["judged"] * int(matters.loc[m, "evaluators"] > 0)
        assert [one for one in steps if one in wanted] == wanted
        assert len(steps) == len(set(steps)), "nothing twice"
        if "gathered" in steps:
            assert steps.index(decided) < steps.index("gathered") < steps.index("built")
            assert matters.loc[m, "own_target"] > 0


def test_numbers_are_those_of_the_ledger() -> None:
    matters = _lived().matters
    built = _of("built")
    assert len(built) == (matters["stage"] == "completed").sum() > 0
    for one in built:
        row = matters.loc[one.matter]
        assert one.numbers == pytest.approx((row["quality"], row["givers"], row["beneficiaries"]))
        assert one.month == row["built_month"]
    granted = (matters["grant_promised"] > 0) & (matters["stage"] == "completed") & (matters["unpaid_grant"] == 0)
    assert sum(one.numbers[0] for one in _of("paid")) == matters.loc[granted, "grant_promised"].sum() > 0
    undecided = matters["decided_by"] == "-"
    assert len(_of("dropped")) == ((matters["stage"] == "expired") & undecided).sum()
    assert len(_of("given up")) == ((matters["stage"] == "expired") & ~undecided).sum() > 0


def test_bodies_that_live_are_those_founded_and_not_dissolved() -> None:
    alive = {(kind.number, unit) for kind, found in _lived().commons.bodies.items() for unit in found}
    count = {key: 0 for key in alive}
    for one in _lived().events:
        key = int(one.what) if one.what.isdigit() else -1, one.unit
        if one.kind in ("founded", "dissolved"):
            count[key] = count.get(key, 0) + (1 if one.kind == "founded" else -1)
    assert {key for key, number in count.items() if number == 1} == alive
    assert set(count.values()) <= {0, 1}


def test_changes_are_told_in_their_month() -> None:
    assert [(one.month, one.what, one.numbers) for one in _of("switched")] == [
        (11, "charter", (0.0, -1.0)),
        (11, "recognition", (1.0, 0.5)),
    ]


def test_what_begins_and_ends_by_its_settings_is_told_too() -> None:
    scenario = world("deliberation", charter={"start_month": 3, "end_month": 5})
    model = CoGovModel(scenario=small(scenario), rng=1, residents=300, events=True).run(8)
    told = [(one.month, one.what, one.numbers[0]) for one in model.events if one.kind == "switched"]
    assert told == [(3, "charter", 1.0), (6, "charter", 0.0)]


def test_nothing_is_said_of_no_yuan() -> None:
    """A matter that nobody decided on is dropped; once it had "0 of 0 yuan"."""
    scenario = small("government_run", "services.maximum_age=2")
    model = CoGovModel(scenario=scenario, rng=1, residents=800, events=True).run(8)
    dropped = [one for one in model.events if one.kind == "dropped"]
    assert dropped and not [one for one in model.events if one.kind == "given up" and one.numbers[1] == 0]
    assert "nobody decided" in events.sentence(dropped[0], model.society.units).en


def test_one_is_not_many() -> None:
    units = _lived().society.units
    one, many = (events.sentence(events.Event(1, "judged", 3, 0, 0, "culture", (n, 0.5)), units).en for n in (1.0, 2.0))
    assert "1 resident judged" in one and "2 residents judged" in many


def test_who_gave_and_who_knew_are_counted_where_they_live() -> None:
    model = CoGovModel(scenario=small("co_governance", "behaviour.found_base=-7"), rng=1, residents=1500, events=True)
    checked = 0
    for month in range(1, 13):
        model.step()
        columns, assets = model.residents.columns, model.society.assets
        for one in model.events:
            if one.kind != "gathered" or one.month != month or model.matters.loc[one.matter, "stage"] == "completed":
                continue
            asset = int(model.commons.ledger.asset[one.matter])
            span, bit = slice(int(assets.first[asset]), int(assets.last[asset])), 1 << int(assets.category[asset])
            gave, knew = columns.gave[span] & bit > 0, columns.knew[span] & bit > 0
            assert one.numbers == (gave.sum(), (knew & ~gave).sum())
            checked += 1
    assert checked > 2


def test_sentences_are_whole_in_both_languages() -> None:
    units = _lived().society.units
    for one in _lived().events:
        said = events.sentence(one, units)
        assert said.en.endswith(".") and said.zh.endswith("。") and said.en != said.zh
        assert not re.search(r"[{}]|nan", said.en + said.zh) and not re.search(r"[\u4e00-\u9fff]", said.en)
    table = events.to_frame(_lived().events, units)
    assert list(table.columns) == ["month", "kind", "level", "unit", "matter", "en", "zh"] and len(table) == len(
        _lived().events
    )


def test_a_matter_tells_its_story(monkeypatch: pytest.MonkeyPatch) -> None:
    matters = _lived().matters
    done = int(matters.index[matters["stage"] == "completed"][0])
    for language, word in (("en", "month "), ("zh", "个月")):
        monkeypatch.setenv("COGOV_LANG", language)
        story = matters.story(done).splitlines()
        assert len(story) >= 3 and all(word in line for line in story)
    with pytest.raises(KeyError, match="matter 999999"):
        matters.story(999_999)
    assert type(matters[["cost"]]) is pd.DataFrame, "a part of it tells nothing"
    for odd in (-1, 0.0, True, "0"):
        with pytest.raises(KeyError, match="there are 0 to"):
            matters.story(odd)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(matters)), pd.DataFrame(matters))


def test_keeping_events_changes_nothing() -> None:
    plain, kept = (
        run("co_governance", months=6),
        CoGovModel(scenario=small("co_governance"), rng=1, residents=300, events=True).run(6),
    )
    pd.testing.assert_frame_equal(plain.measures, kept.measures)
    pd.testing.assert_frame_equal(plain.residents.to_frame(), kept.residents.to_frame())
    with pytest.raises(UserError, match="events=True"):
        _ = plain.events


def test_events_go_on_after_a_checkpoint(tmp_path: object) -> None:
    model = CoGovModel(scenario=small("co_governance"), rng=1, residents=300, events=True).run(4)
    model.save(f"{tmp_path}/kept")
    assert CoGovModel.restore(f"{tmp_path}/kept").run(4).events == model.run(4).events


def test_units_have_names_of_their_own_in_both_languages() -> None:
    units = _lived().society.units
    for level in Level:
        names = [unit_name(units, level, unit) for unit in range(units.count(level))]
        assert len({one.en for one in names}) == len({one.zh for one in names}) == len(names)
    with pytest.raises(IndexError):
        unit_name(units, Level.COMMUNITY, 99)


def test_the_classroom_is_one_street_of_three_communities_with_grids() -> None:
    units = CoGovModel(
        scenario=Scenario.load("co_governance", changes=["society.preset=classroom", "history.months=0"]), rng=1
    ).society.units
    assert (units.count(Level.STREET), units.count(Level.COMMUNITY), units.n_residents) == (1, 3, 4000)
    assert len(set(units.kind.tolist())) == 3
    assert (np.bincount(units.parent(Level.GRID)) >= 2).all()
