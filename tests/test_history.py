"""What was before the reform: the same society for every world, from one burnt-in run, bit for bit, safe under kills."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import digests, whole

from cogov_sim import CoGovModel, Scenario
from cogov_sim.experiments import compare
from cogov_sim.experiments.execute import Job, in_order
from cogov_sim.experiments.runner import HISTORIES
from cogov_sim.language import UserError

pytestmark = pytest.mark.usefixtures("compiled")
A_YEAR = "history.months=12"
OLD_REGIME = ["direct_provision", "campaign_promises", "top_down_assessment"]


def model(scenario: str = "co_governance", *changes: str, seed: int = 1, **options: Any) -> CoGovModel:
    world = Scenario.load(scenario, changes=[A_YEAR, *changes])
    return CoGovModel(scenario=world, rng=seed, residents=600, threads=1, **options)


# -- one society on the eve of the reform ----------------------------------------------------------------------------


def test_every_world_begins_with_the_same_society() -> None:
    """To the bit: on the eve nothing tells which reform comes, but the scenario that was asked for."""
    one, other = model("government_run"), model("co_governance")
    assert digests(one) == digests(other)
    assert one.month == other.month == 0
    one.step(), other.step()
    assert digests(one) != digests(other)


def test_the_reform_begins_in_month_1() -> None:
    reformed = model("co_governance", from_day_one=True)
    assert reformed.month == -12
    for month in range(-11, 3):
        reformed.step()
        assert reformed.month == month
        there = sorted(one.id for one in reformed.institutions)
        assert (there == sorted(OLD_REGIME)) == (month < 1), month
    assert there == sorted(reformed.scenario.institutions)


def test_a_reform_that_changes_nothing_is_no_break() -> None:
    """The old regime goes on as if it had never been asked: with a history or counted from day one, the same run."""
    went_on = model("government_run").run(12)
    from_start = CoGovModel(
        scenario=Scenario.load("government_run", changes=["history.months=0"]), rng=1, residents=600, threads=1
    ).run(24)
    pd.testing.assert_frame_equal(
        went_on.measures.drop(columns="month").reset_index(drop=True),
        from_start.measures.drop(columns="month").iloc[12:].reset_index(drop=True),
    )


def test_months_count_from_the_reform() -> None:
    reformed = model().run(6)
    assert reformed.measures["month"].tolist() == list(range(1, 7))
    assert reformed.history["month"].tolist() == list(range(-11, 1))
    assert reformed.measures_by("community")["month"].min() == 1
    assert reformed.datacollector.get_model_vars_dataframe()["month"].tolist() == list(range(1, 7))
    raised = reformed.matters["raised_month"]
    assert raised.min() < 1 < raised.max() <= 6
    last = reformed.residents.to_frame()["took_part"]
    assert last[last > -900].between(-11, 6).all()


def test_the_envelope_is_the_settings_in_month_1_and_flat_before() -> None:
    """Public money grows from the reform on; what was before has the same envelope for every rate of growth."""
    growing = model("government_run", "government.envelope_growth=0.2", from_day_one=True)
    income = []
    for _ in range(24):
        growing.step()
        income.append(int(growing.commons.treasury.month_income.sum()))
    assert len(set(income[:13])) == 1
    assert income[13:] == sorted(set(income[13:])) and income[-1] > 1.15 * income[0]


@pytest.mark.parametrize("measure", ["belief_known", "participation", "told", "familiarity"])
def test_history_binds(measure: str) -> None:
    """Month 1 is another one after a history than on day one, in every seed of 4."""
    fresh = [CoGovModel(scenario=Scenario.load("government_run", changes=["history.months=0"]), rng=s, residents=600).run(1)
             for s in range(1, 5)]  # fmt: skip
    after = [model("government_run", seed=s).run(1) for s in range(1, 5)]
    change = [b.latest[measure] - a.latest[measure] for a, b in zip(fresh, after, strict=True)]
    assert len(set(np.sign(change))) == 1 and 0.0 not in change


def test_the_old_regime_binds() -> None:
    """Two years under good administration leave more trust than two as ever, in every seed of 4: 1 in 16 by chance."""
    for seed in range(1, 5):
        as_ever, well = (
            model("government_run", "history.months=24", f"history.regime={regime}", seed=seed)
            .history["trust"]
            .iloc[-1]
            for regime in ("government_run", "good_government")
        )
        assert well > as_ever


# -- kept, and taken up ----------------------------------------------------------------------------------------------


def test_taken_up_is_the_same_to_the_bit(tmp_path: Path) -> None:
    plain = model().run(8)
    made = model(histories=tmp_path).run(8)
    (kept,) = tmp_path.iterdir()
    before = kept.stat().st_mtime_ns
    taken_up = model(histories=tmp_path)
    assert kept.stat().st_mtime_ns == before, "it was not made again"
    assert whole(taken_up.run(8)) == whole(made) == whole(plain)


def test_a_history_under_another_ones_name_is_not_taken(tmp_path: Path) -> None:
    """A file that was renamed, or came from elsewhere: another seed, another society."""
    for seed, change in ((2, "behaviour.d1=0.57"), (1, "behaviour.d1=0.5")):
        for folder in ("mine", "theirs"):
            (tmp_path / f"{folder} {seed}").mkdir()
        mine, theirs = tmp_path / f"mine {seed}", tmp_path / f"theirs {seed}"
        expected = digests(model(histories=mine))
        model("co_governance", change, seed=seed, histories=theirs)
        (own,), (other,) = mine.iterdir(), theirs.iterdir()
        own.write_bytes(other.read_bytes())
        assert digests(model(histories=mine)) == expected


def test_one_history_serves_every_reform_and_no_other_society(tmp_path: Path) -> None:
    for world in ("government_run", "co_governance", "consultative"):
        model(world, histories=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    others = (
        ["behaviour.d1=0.5"],
        ["government.envelope=20"],
        ["history.regime=good_government"],
        ["history.months=24"],
    )
    for n, changes in enumerate(others, start=2):
        model("co_governance", *changes, histories=tmp_path)
        assert len(list(tmp_path.iterdir())) == n
    model(seed=2, histories=tmp_path)
    assert len(list(tmp_path.iterdir())) == len(others) + 2


@pytest.mark.parametrize("damage", ["cut", "empty", "other bytes", "folder gone"])
def test_a_damaged_history_is_simulated_again(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "histories"
    folder.mkdir()
    expected = digests(model(histories=folder).run(2))
    (kept,) = folder.iterdir()
    content = kept.read_bytes()
    if damage == "folder gone":
        kept.unlink()
        folder.rmdir()
    else:
        kept.write_bytes({"cut": content[:-9], "empty": b"", "other bytes": content[:-9] + bytes(9)}[damage])
    assert digests(model(histories=folder).run(2)) == expected
    if damage != "folder gone":
        assert digests(CoGovModel.restore(kept).run(2)) == expected, "and kept again, whole"


def test_a_full_disk_ends_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    model(histories=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_any_month_goes_on(tmp_path: Path) -> None:
    """Before the reform, on its eve, and after."""
    for months in (5, 12, 17):
        early = model(from_day_one=True).run(months)
        early.save(tmp_path / "checkpoint")
        again = CoGovModel.restore(tmp_path / "checkpoint")
        assert again.month == early.month == months - 12
        assert whole(again.run(10)) == whole(early.run(10))


# -- comparisons -----------------------------------------------------------------------------------------------------


def test_a_comparison_pays_once_for_each_seed_and_keeps_it(tmp_path: Path) -> None:
    def run(**options: Any) -> pd.DataFrame:
        return compare(
            ["government_run", "co_governance"], seeds=2, months=3, residents=300, changes=[A_YEAR], progress=False, **options
        ).runs  # fmt: skip

    kept = run(out=tmp_path / "out")
    histories = sorted((tmp_path / "out" / HISTORIES).iterdir())
    assert len(histories) == 2
    (tmp_path / "out" / HISTORIES / f"{histories[0].name}.1.part").write_bytes(b"of a run that was killed")
    more = compare(
        ["government_run", "co_governance", "consultative"], seeds=2, months=3, residents=300, changes=[A_YEAR],
        progress=False, out=tmp_path / "out",
    ).runs  # fmt: skip
    assert sorted((tmp_path / "out" / HISTORIES).iterdir()) == histories
    without = run()
    columns = [c for c in kept.columns if c not in ("fingerprint", "code")]
    for runs in (without, more[more["scenario"] != "consultative"]):
        pd.testing.assert_frame_equal(
            runs[columns].sort_values(["scenario", "seed", "month"], ignore_index=True),
            kept[columns].sort_values(["scenario", "seed", "month"], ignore_index=True),
        )


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_whoever_needs_a_history_comes_after_it_was_made(workers: int) -> None:
    """With as many workers, a group's first job is begun before the others of its group, by at least that many jobs."""
    worlds = [Scenario.load(name) for name in ("government_run", "co_governance", "consultative")]
    jobs = [Job(world.name, world, seed, 12, "") for seed in range(5) for world in worlds]
    order = in_order(jobs, workers)
    assert sorted(map(id, order)) == sorted(map(id, jobs))
    for seed in range(5):
        first, *others = [place for place, job in enumerate(order) if job.seed == seed]
        assert order[first].name == "government_run"
        ahead = min(workers, 4 - seed) if seed < 4 else 1
        assert min(others) - first >= ahead


# -- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("history.months=7", "history.months = 7 must be whole years"),
        ("history.months=-12", "from 0 to 240"),
        ("history.regime=nowhere", "history.regime = 'nowhere' is not allowed; allowed: government_run"),
        (f"history.regime={os.devnull}", "is not allowed"),
        ("history.regime=government_run-mediation", "mediation"),
    ],
)
def test_bad_histories_are_refused_in_one_sentence(change: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        Scenario.load("co_governance", changes=[change])
    assert said in error.value.text.en and "\n" not in error.value.text.en and error.value.text.zh


def test_names_of_old_regimes_do_not_count_but_what_they_are() -> None:
    plain = Scenario.load("co_governance")
    same = plain.changed("history.regime=government_run-campaign_promises+campaign_promises")
    assert same.common_fingerprint == plain.common_fingerprint
    assert (
        plain.changed("history.regime=government_run-campaign_promises").common_fingerprint != plain.common_fingerprint
    )
    none = [
        plain.changed("history.months=0", f"history.regime={name}") for name in ("government_run", "good_government")
    ]
    assert none[0].fingerprint == none[1].fingerprint
