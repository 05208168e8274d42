"""Why residents gave or did not: the notes of those who are watched add up to what they gave, and watching changes nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import digests, run, small

from cogov_sim import CoGovModel, Scenario
from cogov_sim.agents import explain
from cogov_sim.agents.kernels import build
from cogov_sim.language import UserError

pytestmark = pytest.mark.usefixtures("compiled")

PEOPLE, MONTHS = 1500, 12
WORLDS = ("co_governance", "government_run+award_grant+building_groups+deliberation")
SMALLEST = Scenario.load("co_governance").behaviour.smallest_act
NO_CALLS = ("behaviour.volunteer_call=0", "behaviour.donation_call=0")


def _watched(world: str, who: range | list[int], *changes: str, residents: int = 300) -> CoGovModel:
    scenario = small(Scenario.load(world, changes=list(changes)))
    return CoGovModel(scenario=scenario, rng=1, residents=residents, watch=list(who))


@cache
def _months(world: str) -> list[tuple[np.ndarray, float, list[list[explain.Reason]]]]:
    """What everybody gave, as a share of what was met, how many met something, and all reasons, month by month."""
    model, found = _watched(world, range(PEOPLE), "behaviour.found_base=-7", *NO_CALLS, residents=PEOPLE), []
    for month in range(1, MONTHS + 1):
        model.step()
        told = [explain.reasons(notes, month, i) for i, notes in enumerate(model.residents.notes)]
        found.append((model.residents.columns.given.copy(), float(model.residents.board.faced[:, 0].sum()), told))
    return found


@pytest.mark.parametrize("world", WORLDS)
def test_the_parts_add_up_to_what_was_given(world: str) -> None:
    """Every decision of a year: the parts, held within 0 and 1, are the share; the mean of the shares is what others may see."""
    decided = 0
    for given, faced, told in _months(world):
        answers = [[one for one in mine if one.parts] for mine in told]
        assert sum(map(len, answers)) == faced
        for i, mine in enumerate(answers):
            for one in mine:
                whole = sum(value for name, value in one.parts.items() if name != explain.LEVY)
                assert one.share == pytest.approx(min(1.0, max(0.0, whole)), abs=1e-12)
                assert one.parts[explain.LEVY] == 0.0
                assert (one.outcome == build.GAVE) == (one.share >= SMALLEST)
            counted = [one.share if one.outcome == build.GAVE else 0.0 for one in mine]
            decided += len(mine)
            if world == WORLDS[1] and mine:
                assert given[i] == pytest.approx(np.mean(counted), abs=1e-6)
    assert decided > 200


def test_all_outcomes_come_up() -> None:
    outcomes = np.bincount(
        [one.outcome for _, _, told in _months(WORLDS[0]) for mine in told for one in mine], minlength=7
    )
    assert (outcomes[1:] > 0).all() and outcomes[0] == 0


def _busy(watch: range | list[int], **more: Any) -> CoGovModel:
    """A world in which everybody meets many matters."""
    changes = ["society.preset=classroom", "history.months=0", "behaviour.found_base=-5"]
    return CoGovModel(
        scenario=Scenario.load("co_governance", changes=changes), rng=1, residents=900, watch=watch, **more
    )


def test_watching_changes_nothing() -> None:
    plain, watched = _busy([]).run(8), _busy(range(900)).run(8)
    assert np.count_nonzero(watched.residents.notes) > 1000
    pd.testing.assert_frame_equal(plain.measures, watched.measures)
    pd.testing.assert_frame_equal(plain.residents.to_frame(), watched.residents.to_frame())
    pd.testing.assert_frame_equal(plain.matters, watched.matters)


def test_a_levy_is_a_part_of_its_own() -> None:
    model = _busy(range(900)).run(6)
    model.residents.board.levy[:] = 0.2
    model.residents.columns.gave[:] = 0
    model.residents.give(7)
    told = [one for i, notes in enumerate(model.residents.notes) for one in explain.reasons(notes, 7, i) if one.parts]
    assert len(told) > 20
    for one in told:
        whole = sum(value for name, value in one.parts.items() if name != explain.LEVY)
        assert one.share == pytest.approx(max(0.0, min(1.0, max(0.0, whole)) + one.parts[explain.LEVY]), abs=1e-12)
        assert one.parts[explain.LEVY] == -0.2


def test_payoff_learners_have_habits() -> None:
    model = CoGovModel(scenario=small("co_governance", 'behaviour.rule="payoff_learning"', "behaviour.found_base=-7"), rng=1, residents=600,
                       watch=range(600)).run(8)  # fmt: skip
    parts = [one.parts for i in range(600) for one in model.explain(i) if one.parts]
    assert parts and all(explain.HABIT in one and explain.LABORATORY not in one for one in parts)


def test_a_resident_tells_its_story_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _watched("co_governance", range(150), "behaviour.found_base=-7", residents=600).run(8)
    resident = next(
        one for one in map(model.residents.__getitem__, range(150)) if any(reason.parts for reason in one.why())
    )
    me = resident.index
    history = resident.history()
    assert list(history.index) == list(range(1, 9)) and history["satisfaction"].between(0, 100).all()
    assert float(history["trust"].iloc[-1]) == pytest.approx(resident.trust)
    everything = model.residents.diary.reasons(me)  # type: ignore[union-attr]
    assert everything and all(one in everything for one in resident.why())
    matter = everything[0].matter
    assert {one.matter for one in resident.why(matter=matter)} == {matter}
    for language, word in (("en", "matter"), ("zh", "事项")):
        monkeypatch.setenv("COGOV_LANG", language)
        assert all(word in str(one) for one in everything) and word in " ".join(resident.history()["matters"])


def test_threads_note_the_same() -> None:
    one, many = (_busy(range(900), threads=threads).run(5).residents.notes for threads in (1, 3))
    assert np.count_nonzero(one) > 1000
    np.testing.assert_array_equal(one, many)


def test_a_diary_goes_on_after_a_checkpoint(tmp_path: Path) -> None:
    model = _busy([3, 17, 400]).run(5)
    model.save(tmp_path / "kept")
    other = CoGovModel.restore(tmp_path / "kept")
    assert digests(model.run(2)) == digests(other.run(2))
    for i in (3, 17, 400):
        assert model.residents[i].why() == other.residents[i].why()
        assert other.residents[i].history().equals(model.residents[i].history())
    assert any(model.residents[i].why() for i in (3, 17, 400))


def test_why_is_about_the_month_that_just_was() -> None:
    model = _busy(range(900))
    for month in range(1, 7):
        model.step()
        assert all(one.month == month for i in range(0, 900, 30) for one in model.explain(i))


@pytest.mark.parametrize("who", [[300], [-1], [3, 3], ["17"], [True], [1.0]])
def test_nobody_else_can_be_watched(who: list[int]) -> None:
    with pytest.raises(UserError, match="0 to 299"):
        _watched("co_governance", who)


def test_who_is_not_watched_cannot_be_explained() -> None:
    model = _watched("co_governance", [3]).run(1)
    for call in (model.residents[4].why, model.residents[4].history, run("co_governance", months=1).residents[3].why):
        with pytest.raises(UserError, match="watch="):
            call()


SMALL_RUN = (
    *("run", "co_governance", "--months", "6", "--residents", "800"),
    *("--set", "society.preset=miniature", "--set", "history.months=0"),
)


def test_from_the_command_line(cogov: Any, tmp_path: Path) -> None:
    asked = [*SMALL_RUN, "--watch", "3", "--watch", "17", "--events"]
    for language, word in (("en", "resident 17"), ("zh", "居民 17")):
        code, said, _ = cogov("--lang", language, *asked, "--out", tmp_path / language)
        assert code == 0 and word in said
    reasons, events = (pd.read_parquet(tmp_path / "en" / f"{name}.parquet") for name in ("why", "events"))
    assert set(reasons["resident"]) <= {3, 17} and {"en", "zh", "share", "laboratory"} <= set(reasons.columns)
    assert len(events) > 5 and events["zh"].str.endswith("。").all()
    code, _, err = cogov("--lang", "en", *SMALL_RUN, "--watch", "800")
    assert code == 2 and err.count("\n") == 1 and "0 to 799" in err


def test_a_single_number_is_no_list_of_residents() -> None:
    with pytest.raises(UserError, match="list"):
        CoGovModel(scenario=small("co_governance"), rng=1, residents=300, watch=17)  # type: ignore[arg-type]
    assert (
        CoGovModel(scenario=small("co_governance"), rng=1, residents=300, watch=(i for i in [3])).residents.diary
        is not None
    )  # type: ignore[arg-type]


def test_a_run_without_watching_leaves_no_table_of_an_earlier_one(cogov: Any, tmp_path: Path) -> None:
    asked = [*SMALL_RUN, "--out", tmp_path / "run"]
    assert cogov(*asked, "--watch", "3", "--events")[0] == 0 and (tmp_path / "run" / "why.parquet").exists()
    assert cogov(*asked, "--force")[0] == 0
    assert not (tmp_path / "run" / "why.parquet").exists() and not (tmp_path / "run" / "events.parquet").exists()
