"""The roll-out of a reform: who begins when, how institutions are learnt, and what early communities show against late ones.

Where nothing is said, a claim is exact.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import whole

from cogov_sim import CoGovModel, Scenario
from cogov_sim.experiments import wedge
from cogov_sim.experiments.worlds import Design
from cogov_sim.institutions.base import Means
from cogov_sim.institutions.rollout import COPIED, EVERYWHERE, NOT_YET, PILOT, Rollout
from cogov_sim.language import UserError
from cogov_sim.report.fonts import characters
from cogov_sim.report.rollout import rollout_section
from cogov_sim.report.timeline import timeline_figure
from cogov_sim.scenario import RolloutSettings
from cogov_sim.society import PRESETS, Level
from cogov_sim.society.layout import lay_out
from cogov_sim.terms import TERMS

pytestmark = pytest.mark.usefixtures("compiled")
WAVES = ("rollout.pilot_districts=1", "rollout.pilot_share=0.3")
SMALL = ("society.preset=miniature", "history.months=12")


def model(
    world: str = "co_governance", *changes: str, seed: int = 1, residents: int = 2500, **options: Any
) -> CoGovModel:
    scenario = Scenario.load(world, changes=[*SMALL, *changes])
    return CoGovModel(scenario=scenario, rng=seed, residents=residents, **options)


# ---------------------------------------------------------------- who begins when


def test_all_at_once_and_mastered_is_no_roll_out() -> None:
    """Where every community is a pilot and masters everything, all months are those of the plain reform, to the bit."""
    rolled = model("co_governance", "rollout.pilot_districts=100", "rollout.pilot_share=1", "rollout.mastery=1").run(18)
    pd.testing.assert_frame_equal(rolled.measures, model().run(18).measures, check_exact=True)


def test_a_community_lives_under_the_old_regime_until_it_begins() -> None:
    """Terms of month 1 are those of the old regime's world where the reform has not begun, and others where it has."""
    rolled, old = model("co_governance", *WAVES, "rollout.copying=0").run(1), model("government_run").run(1)
    waits = rolled.rollout.begins == NOT_YET
    assert waits.any() and not waits.all()
    for name, value in _terms(rolled):
        np.testing.assert_array_equal(value[waits], old.commons.terms[name][waits], err_msg=name)
    assert any((value[~waits] != old.commons.terms[name][~waits]).any() for name, value in _terms(rolled))


def _terms(one: CoGovModel) -> list[tuple[str, Any]]:
    return [(term.name, one.commons.terms[term.name]) for term in TERMS]


def test_pilots_are_some_of_each_type_in_so_many_districts() -> None:
    units = lay_out(PRESETS["xiamen"], 379_000, 1)
    assert [units.count(level) for level in Level][:4] == [1, 6, 12, 51]
    for districts in (1, 2, 6):
        found = Rollout(RolloutSettings(pilot_districts=districts, pilot_share=0.2), units, np.zeros(1, bool), 1)
        found.begin(1, np.zeros(51, bool))
        pilots, district = found.wave == PILOT, units.within(Level.COMMUNITY, Level.DISTRICT)
        assert len(np.unique(district[pilots])) == districts
        for d in np.unique(district[pilots]).tolist():
            kinds = units.kind[district == d]
            for kind in np.unique(kinds).tolist():
                here = int((pilots & (district == d) & (units.kind == kind)).sum())
                assert here == max(1, round(0.2 * int((kinds == kind).sum())))


def test_the_others_begin_everywhere_or_copy_before_under_appraisal() -> None:
    """With certain copying every other street copies in month 2, if superiors appraise it; without appraisals none does."""
    for regime, wave, month in (("government_run", COPIED, 2), ("government_run-top_down_assessment", EVERYWHERE, 7)):
        rolled = model("co_governance", *WAVES, "rollout.copying=1", f'history.regime="{regime}"').run(8).rollout
        others = rolled.wave != PILOT
        assert (
            (rolled.begins[~others] == 1).all()
            and (rolled.wave[others] == wave).all()
            and (rolled.begins[others] == month).all()
        )


def test_without_a_history_the_old_regime_is_there_until_a_community_begins() -> None:
    rolled, old = (
        model(world, "history.months=0", *WAVES[: 2 * (world != "government_run")]).run(1)
        for world in ("co_governance", "government_run")
    )
    waits = rolled.rollout.begins == NOT_YET
    assert waits.any()
    for name, value in _terms(rolled):
        np.testing.assert_array_equal(value[waits], old.commons.terms[name][waits], err_msg=name)


# ---------------------------------------------------------------- mastery


def _fake(n: int = 4, **settings: Any) -> tuple[Rollout, Any]:
    """Communities 0 and 1 in one street, 2 and 3 in another; 0 and 2 of one type. The pilot is 0; one institution, fully paid."""
    units = SimpleNamespace(
        kind=np.array([0, 1, 0, 2], np.int8), parent=lambda level: np.array([0, 0, 1, 1]), count=lambda level: n if level == Level.COMMUNITY else 1,
        within=lambda level, ancestor: np.zeros(n, int),
    )  # fmt: skip
    one = Rollout(RolloutSettings(pilot_districts=1, pilot_share=0.0, **settings), units, np.zeros(1, bool), 1)
    one._pilots = np.arange(n) == 0
    full = SimpleNamespace(
        settings=SimpleNamespace(start_month=1), where=np.ones(n), affordable=lambda means: np.ones(n)
    )
    return one, full


def test_mastery_grows_by_practice() -> None:
    """After k months 1 - (1 - first)(1 - practice)^k; nothing where the reform has not begun."""
    one, full = _fake(mastery=0.3, practice=0.1, consolidation=100, everywhere=50)
    for month in range(1, 11):
        one.begin(month, np.zeros(4, bool))
        one.learn(month, Means.enough(4), [full])
    assert one.mastery[0, 0] == pytest.approx(1.0 - 0.7 * 0.9**10) and not one.mastery[0, 1:].any()


def test_model_communities_teach_their_street_and_their_type_from_consolidation_on() -> None:
    one, full = _fake(mastery=0.2, practice=0.0, teaching=0.5, everywhere=2, consolidation=4)
    for month in (1, 2, 3):
        one.begin(month, np.zeros(4, bool))
        one.learn(month, Means.enough(4), [full])
    one.mastery[0, 0] = 0.8
    one.learn(3, Means.enough(4), [full])
    assert one.mastery[0].tolist() == [0.8, 0.2, 0.2, 0.2]
    one.learn(4, Means.enough(4), [full])
    assert one.mastery[0] == pytest.approx([0.8, 0.5, 0.5, 0.2]), "neither its street nor its type has a better one yet"
    one.learn(5, Means.enough(4), [full])
    assert one.mastery[0, 3] == pytest.approx(0.35), "of the street's best, half of the way"


def test_who_copies_masters_less_and_pays_as_much() -> None:
    masteries = {}
    for mastery in (0.1, 1.0):
        one = model(
            "co_governance", "rollout.pilot_districts=100", "rollout.pilot_share=1", f"rollout.mastery={mastery}"
        ).run(1)
        masteries[mastery] = one.commons.terms
    assert (masteries[0.1]["running_hours"] == masteries[1.0]["running_hours"]).all()
    assert (masteries[0.1]["running_cost"] == masteries[1.0]["running_cost"]).all()
    assert (masteries[0.1]["meeting"] < masteries[1.0]["meeting"]).all()
    copied, _ = _fake(mastery=0.5, copied=0.1)
    copied.begin(1, np.zeros(4, bool))
    copied._settings = RolloutSettings(pilot_districts=1, copying=1.0, copied=0.1)
    copied.begin(2, np.array([False, True, False, False]))
    assert copied.mastery[0].tolist() == [0.5, 0.1, 0.0, 0.0]


def test_what_is_half_mastered_moves_people_less_in_all_seeds() -> None:
    """Form without substance: fewer take part where everything is there and hardly mastered. By chance once in 16."""
    for seed in (1, 2, 3, 4):
        took_part = [
            model("co_governance", "rollout.pilot_districts=100", "rollout.pilot_share=1", "rollout.practice=0", "rollout.teaching=0",
                  f"rollout.mastery={mastery}", seed=seed).run(12).measures.participation.iloc[-1]
            for mastery in (0.1, 1.0)
        ]  # fmt: skip
        assert took_part[0] < took_part[1]


# ---------------------------------------------------------------- state


def test_a_checkpoint_within_the_waves_goes_on(tmp_path: Path) -> None:
    one = model("co_governance", *WAVES, "rollout.copying=0.5")
    one.run(4).save(tmp_path / "four")
    again = CoGovModel.restore(tmp_path / "four")
    assert whole(again.run(6)) == whole(one.run(6))


def test_the_history_is_that_of_every_other_reform(tmp_path: Path) -> None:
    model("co_governance", histories=tmp_path)
    taken_up = model("co_governance", *WAVES, histories=tmp_path).run(3)
    assert len(list(tmp_path.iterdir())) == 1
    pd.testing.assert_frame_equal(taken_up.measures, model("co_governance", *WAVES).run(3).measures, check_exact=True)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (["rollout.everywhere=1"], ["rollout.everywhere = 1", "2 to"]),
        (["rollout.mastery=2"], ["rollout.mastery = 2", "0 to 1"]),
    ],
)
def test_what_does_not_go_together_is_said(changes: list[str], named: list[str]) -> None:
    with pytest.raises(UserError) as refused:
        Scenario.load("co_governance", changes=changes)
    assert all(word in refused.value.text.en for word in named) and refused.value.text.zh != refused.value.text.en


# ---------------------------------------------------------------- early against late


def _runs(effect: float) -> pd.DataFrame:
    """Two seeds of 30 months: everything at 1 before and in late communities, which gain ``effect`` from month 7 on; early ones from month 1."""
    month = np.tile(np.arange(1, 31), 2)
    frame = pd.DataFrame({"seed": np.repeat([1, 2], 30), "month": month})
    for wave, begins in ((PILOT, 1), (EVERYWHERE, 7), (COPIED, 99)):
        for name in wedge.MEASURES:
            gain = effect * (month >= begins) + 0.1 * (frame["seed"] == 2)
            frame[wedge.column(wave, name)] = np.nan if wave == COPIED else 1.0 + gain
            frame[wedge.column(wave, f"{name} before")] = np.nan if wave == COPIED else 1.0 + 0.1 * (frame["seed"] == 2)
        frame[wedge.column(wave, wedge.MASTERY)] = 0.5
        frame[wedge.column(wave, "begins")] = np.nan if wave == COPIED else begins
    return frame


def test_the_wedge_finds_what_was_put_in() -> None:
    table = wedge.wedge(_runs(2.0), 7).set_index(["measure", "period"])
    assert set(table["wave"]) == {"pilots"}
    assert table.loc[("satisfaction", "before the others begin"), "difference"] == pytest.approx(2.0)
    assert table.loc[("satisfaction", "at the end"), "difference"] == pytest.approx(0.0)


def test_the_timeline_shows_each_wave_in_letters_that_there_are() -> None:
    figure = timeline_figure(wedge.timeline(_runs(1.0)), RolloutSettings(), 2)
    strip, *panels = figure.axes
    assert len(strip.patches) == 2 and len(panels) == 6, "nobody copied"
    written = {sign for text in figure.findobj(lambda one: hasattr(one, "get_text")) for sign in text.get_text()}
    assert {ord(sign) for sign in written if sign > "\u2e7f"} <= characters()


def test_the_page_of_institutions_tells_of_it_in_both_languages() -> None:
    page = "\n".join(rollout_section(wedge.wedge(_runs(2.0), 7)))
    rows = [line for line in page.splitlines() if line.startswith("| ") and "期末" in line]
    assert len(rows) == len(wedge.MEASURES) and all("试点 pilots" in row for row in rows)
    assert "2 seeds" in page and "2 个种子" in page and "images/timeline.png" in page


@cache
def _rolled(copying: float) -> pd.DataFrame:
    scenario = Scenario.load("co_governance", changes=[*SMALL, *WAVES, f"rollout.copying={copying}"])
    return wedge.roll_out(scenario, Design(2, 20, 2500))


def test_a_roll_out_gives_each_waves_measures() -> None:
    runs = _rolled(0.0)
    assert sorted(runs["seed"].unique()) == [1, 2] and runs["month"].max() == 20
    assert runs[wedge.column(COPIED, "participation")].isna().all()
    early, late = (runs[wedge.column(wave, wedge.MASTERY)] for wave in (PILOT, EVERYWHERE))
    assert late[runs["month"] < 7].isna().all() and (early >= late)[runs["month"] >= 7].all()
    assert len(wedge.sentences(wedge.wedge(runs, 7))) == 6


@pytest.mark.slow
def test_from_the_command_line(cogov: Any, tmp_path: Path) -> None:
    out = tmp_path / "waves"
    asked = ["rollout", "co_governance", "--seeds", "1", "--months", "20", "--residents", "2500", "--out", out]
    asked += [word for change in (*SMALL, *WAVES) for word in ("--set", change)]
    code, said, _ = cogov("--lang", "en", *asked)
    assert code == 0 and said.count("\n") >= 6 and "pilots minus the others" in said
    assert (out / "timeline.png").read_bytes().startswith(b"\x89PNG") and len(pd.read_csv(out / "wedge.csv")) > 0
    code, _, err = cogov("--lang", "en", *asked, "--set", "rollout.practice=0.2")
    assert code == 2 and "another roll-out" in err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["government_run"], ["government_run", "pilot_districts"]),
        (["xiamen", "--months", "5"], ["--months 5", "month 7"]),
    ],
)
def test_bad_input_gets_one_sentence(cogov: Any, arguments: list[str], named: list[str]) -> None:
    code, out, err = cogov("--lang", "en", "rollout", *arguments)
    assert code == 2 and out == "" and err.count("\n") == 1 and all(word in err for word in named)
