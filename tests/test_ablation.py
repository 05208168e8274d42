"""Who does the work: effects of known size are found, on the right side; the command, its figure, the page."""

from __future__ import annotations

import functools
import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text as Drawn
from PIL import Image
from worlds import world

from cogov_sim import Scenario
from cogov_sim.experiments.ablation import MEASURES, ROUNDING, ablation, judged, labelled, variants
from cogov_sim.experiments.headlines import HEADLINES
from cogov_sim.experiments.worlds import Design
from cogov_sim.institutions import institutions
from cogov_sim.language import Text, UserError
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.measures.definitions import MEASURES as ALL_MEASURES
from cogov_sim.report import fonts
from cogov_sim.report.ablation import ablation_figure, colours, institution_figure
from cogov_sim.report.evidence import VERDICTS, evidence, holm, verdict
from cogov_sim.report.fonts import characters
from cogov_sim.report.institutions import about, anchor, heading, page, write_institutions
from cogov_sim.scenario.institution import institution_classes

WHOLE, BASE = "co_governance", "government_run"
SIX = Design(seeds=6, months=14)


def known(scenario: Any, seed: int, months: int) -> pd.DataFrame:
    """A stand-in for the model in which each effect is known, with luck common to all worlds but for a thousandth.

    Adoption: +2 satisfaction; deliberation: -1.5 where adoption is, else +1; disclosure: -0.3 trust (its hypothesis says
    +); deburdening: nothing at all; every institution: -0.01 participation.
    """
    own = scenario.institutions
    own_luck = np.random.default_rng([seed, *(ord(sign) for sign in scenario.fingerprint)])
    common = np.random.default_rng(seed).normal(size=len(ALL_MEASURES))
    frame = pd.DataFrame(
        {"month": range(1, months + 1)} | {m.name: x for m, x in zip(ALL_MEASURES, common, strict=True)}
    )
    frame["satisfaction"] += 2.0 * ("adoption" in own) + 0.001 * own_luck.normal()
    if "deliberation" in own:
        frame["satisfaction"] += -1.5 if "adoption" in own else 1.0
    frame["trust"] += -0.3 * ("disclosure" in own) + 0.001 * own_luck.normal()
    frame["participation"] -= 0.01 * len([key for key in own if key != "deburdening"])
    if "building_groups" not in own:
        frame["knew_and_did_not_give"] = math.nan
    return frame


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """The stand-in ablated; to be looked at only."""
    return ablation(WHOLE, BASE, Design(seeds=6, months=14, simulate=known))


def row(table: pd.DataFrame, place: str, key: str, measure: str) -> pd.Series:
    rows = table[(table["place"] == place) & (table["institution"] == key) & (table["measure"] == measure)]
    assert len(rows) == 1
    return rows.iloc[0]


# ---------------------------------------------------------------- which worlds are compared


def test_every_institution_of_either_world_has_both_effects() -> None:
    whole, base = Scenario.load(WHOLE), Scenario.load(BASE)
    cells = variants(whole, base)
    keys = [key for key in institution_classes() if key in {*whole.institutions, *base.institutions}]
    assert list(cells) == [f"{place} {key}" for key in keys for place in ("scenario", "base")] + ["all"]
    for cell, (without, having) in cells.items():
        key = cell.partition(" ")[2]
        if key:
            assert set(having.institutions) - set(without.institutions) == {key}
            there = whole if cell.startswith("scenario") else base
            assert there in (without, having)
            assert without.society == having.society and without.behaviour == having.behaviour
    assert cells["all"] == (base, whole)


def test_an_institution_that_is_added_has_the_settings_of_the_other_world() -> None:
    whole, base = world(adoption={"posts": 0.3, "strength": 0.5}), world(campaign_promises={"cost": 7.0})
    cells = variants(whole, base)
    assert cells["base adoption"][1].institutions["adoption"] == whole.institutions["adoption"]
    assert cells["scenario campaign_promises"][1].institutions["campaign_promises"].cost == 7.0
    assert cells["scenario adoption"][0].institutions == {}
    smaller = cells["base adoption"][1].changed("society.residents=500")
    assert set(smaller.institutions) == {"adoption", "campaign_promises"}, "a later change keeps what was changed"


def test_worlds_that_cannot_be_compared_are_refused() -> None:
    for whole, base in ((world(), Scenario(behaviour={"spirit_rate": 0.0})), (world("adoption"), world("adoption"))):
        with pytest.raises(UserError) as refused:
            variants(whole, base)
        assert refused.value.text.en != refused.value.text.zh


# ---------------------------------------------------------------- effects of known size


def test_effects_are_with_minus_without_in_either_world(table: pd.DataFrame) -> None:
    """Effects are a thousand times their chance; every one must lie where it was put."""
    for place, key, measure, true in (
        ("scenario", "adoption", "satisfaction", 2.0 - 1.5 - 1.0),  # without it, deliberation helps
        ("base", "adoption", "satisfaction", 2.0),
        ("scenario", "deliberation", "satisfaction", -1.5),
        ("base", "deliberation", "satisfaction", 1.0),
        ("scenario", "disclosure", "trust", -0.3),
        ("base", "disclosure", "trust", -0.3),
        ("all", "", "satisfaction", 0.5),
    ):
        found = row(table, place, key, measure)
        assert found["mean"] == pytest.approx(true, abs=0.003), (place, key)
        assert found["evidence"] == "sure"
    for place in ("scenario", "base"):
        assert row(table, place, "adoption", "participation")["mean"] == pytest.approx(-0.01)
    assert row(table, "scenario", "campaign_promises", "participation")["how"] == "added"
    assert row(table, "base", "direct_provision", "participation")["how"] == "removed"


def test_no_effect_is_told_from_one_that_nobody_can_tell(table: pd.DataFrame) -> None:
    nothing = row(table, "scenario", "deburdening", "spirit")
    assert (nothing["mean"], nothing["p"], nothing["evidence"]) == (0.0, 1.0, "nothing")
    assert row(table, "scenario", "deburdening", "satisfaction")["evidence"] in ("open", "likely")
    assert row(table, "base", "adoption", "knew_and_did_not_give")["evidence"] == "no data"


def test_hypotheses_are_held_against_what_came(table: pd.DataFrame) -> None:
    for place in ("scenario", "base"):
        assert row(table, place, "disclosure", "trust")["verdict"] == "against"
        assert row(table, place, "deburdening", "participation")["verdict"] == "nothing"
        assert row(table, place, "resident_councils", "participation")["verdict"] == "against"
    assert row(table, "base", "deliberation", "satisfaction")["verdict"] == "as expected"
    assert row(table, "scenario", "deliberation", "satisfaction")["verdict"] == "against"
    assert row(table, "base", "adoption", "trust")["verdict"] == ""
    own = table[table["institution"] != ""]
    for key, rows in own[own["expected"] != 0].groupby("institution"):
        expects = institution_classes()[str(key)].expects  # type: ignore[attr-defined]
        assert {m: e for m, e in zip(rows["measure"], rows["expected"], strict=True)} == dict(expects)


def test_all_headline_measures_are_there_and_what_those_do_who_knew(table: pd.DataFrame) -> None:
    assert set(MEASURES) == {*HEADLINES, "knew_and_did_not_give"} and len(MEASURES) == len(HEADLINES) + 1
    for _, rows in table.groupby(["institution", "place"]):
        assert set(MEASURES) <= set(rows["measure"]) and rows["measure"].is_unique
    assert set(labelled(table)["unit"]) <= {m.unit for m in ALL_MEASURES}


def test_rounding_is_no_effect() -> None:
    one = {"place": "base", "measure": "trust", "expected": 1, "n": 4}
    found = judged(pd.DataFrame([one | {"mean": 3e-17, "low": 1e-17, "high": 5e-17, "p": 0.001}]))
    assert found.loc[0, "evidence"] == found.loc[0, "verdict"] == "nothing"


@pytest.mark.usefixtures("compiled")
def test_an_institution_at_strength_0_has_no_effect_at_all() -> None:
    """In the model itself, on any measure, in either world; and one at work has some."""
    whole = world("direct_provision", "resident_councils", deliberation={"strength": 0.0}, adoption={"posts": 1.0})
    found = ablation(whole, "government_run", Design(seeds=2, months=13, residents=300))
    idle = found[(found["institution"] == "deliberation") & (found["evidence"] != "no data")]
    assert len(idle) > len(MEASURES) and (idle["mean"].abs() <= ROUNDING).all()
    assert (idle.loc[idle["n"] == 2, "evidence"] == "nothing").all(), "of one seed nothing can be said"
    assert (found.loc[found["institution"] == "adoption", "evidence"] != "nothing").any()


# ---------------------------------------------------------------- many tests at once


def test_holm_on_an_example() -> None:
    """Four p-values: times 4, 3, 2, 1 in rising order, never falling; what was not tested does not count."""
    found = holm([0.01, 0.04, math.nan, 0.03, 0.005])
    np.testing.assert_allclose(found, [0.03, 0.06, math.nan, 0.06, 0.02])
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0] and holm([]).tolist() == []


def test_holm_keeps_false_alarms_at_five_in_a_hundred() -> None:
    """4,000 sets of 80 tests of nothing: 5 % with a false alarm, standard error 0.34 %; a miss by 3.5 of them is one in
    2,000.
    """
    draws = np.random.default_rng(1).random((4000, 80))
    share = np.mean([np.nanmin(holm(p)) < 0.05 for p in draws])
    assert abs(share - 0.05) < 0.012
    assert np.mean(draws.min(axis=1) < 0.05) > 0.9, "without it nearly every set has one"


def test_words() -> None:
    found = functools.partial(evidence, "trust")
    assert found(1, 0.5, 1.5, 0.001, 0.01) == "sure" and found(1, 0.5, 1.5, 0.001, 0.2) == "likely"
    assert found(1, -0.5, 2.5, 0.3, 1.0) == "open" and found(1, math.nan, math.nan, math.nan, math.nan) == "open"
    assert found(0, 0, 0, 1, 1) == "nothing" and found(math.nan, 0, 0, 1, 1) == "no data"
    assert evidence("settled_lowest_share", 1, 0.5, 1.5, 0.001, 0.01) == "set"
    assert [verdict(1, m, "sure") for m in (2.0, -2.0)] == ["as expected", "against"]
    assert [verdict(-1, m, "likely") for m in (2.0, -2.0)] == ["leaning against", "leaning as expected"]
    assert verdict(0, 2.0, "sure") == "" and verdict(1, 2.0, "open") == "open"
    states = {verdict(1, m, e) for m in (-1.0, 1.0) for e in ("sure", "likely", "open", "nothing", "set", "no data")}
    assert states == set(VERDICTS)


def test_one_seed_says_nothing_for_sure() -> None:
    found = ablation(WHOLE, BASE, Design(seeds=1, months=14, simulate=known))
    assert set(found["evidence"]) <= {"open", "set", "no data"}


# ---------------------------------------------------------------- resuming


def noted(folder: Path, scenario: Any, seed: int, months: int) -> pd.DataFrame:
    """As ``known``; leaves a file for every time it is called, and is interrupted after 17 unless told to go on."""
    if len(list(folder.iterdir())) == 17 and not (folder.parent / "go on").exists():
        raise KeyboardInterrupt
    (folder / f"{scenario.fingerprint}-{seed}").touch(exist_ok=False)
    return known(scenario, seed, months)


@pytest.mark.slow
def test_a_killed_ablation_goes_on_where_it_was(tmp_path: Path) -> None:
    done = tmp_path / "done"
    done.mkdir()
    design = Design(seeds=2, months=14, simulate=functools.partial(noted, done), out=tmp_path / "cells")
    with pytest.raises(KeyboardInterrupt):
        ablation(WHOLE, BASE, design)
    (tmp_path / "go on").touch()
    second = ablation(WHOLE, BASE, design)  # a run done twice would fail
    whole = ablation(WHOLE, BASE, Design(seeds=2, months=14, simulate=known))
    assert not design.failures
    assert len(list(done.iterdir())) == 2 * (2 + 2 * len({*whole["institution"]} - {""}))
    pd.testing.assert_frame_equal(second, whole)


# ---------------------------------------------------------------- figures


def drawn(figure: Any) -> set[str]:
    return {sign for text in figure.findobj(Drawn) for sign in text.get_text()} - {"\n"}


@pytest.mark.slow
def test_figures_have_every_glyph_and_nothing_over_the_edge(table: pd.DataFrame, tmp_path: Path) -> None:
    figures = [ablation_figure(table), *(institution_figure(table, one.id) for one in institutions())]
    for figure in figures:
        assert not {sign for sign in drawn(figure) if ord(sign) not in characters()}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            (tmp_path / "figure.png").write_bytes(figure.small_png(60))
        pixels = np.asarray(Image.open(tmp_path / "figure.png").convert("L"))
        edges = (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])
        assert min(edge.min() for edge in edges) > 240


def test_figures_of_worlds_with_rare_names_say_what_is_missing(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_said", set())
    worlds = (Text("\ue002", "\ue003"), Text("\ue004", "\ue005"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", fonts.MissingCharacters)
        for figure in (ablation_figure(table, worlds), institution_figure(table, "award_grant", worlds)):
            figure.png(40)
    assert fonts._said == {sign for world in worlds for sign in world.en + world.zh}


def test_the_figure_has_a_dot_for_each_effect_and_a_frame_for_each_surprise(table: pd.DataFrame) -> None:
    headline = table[table["measure"].isin(MEASURES)]
    halves = ablation_figure(table).axes
    for axes, place in zip(halves, ("scenario", "base"), strict=True):
        rows = headline[headline["place"].isin((place, "all"))]
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        assert len(dots) == (~rows["evidence"].isin(("nothing", "no data"))).sum()
        frames = [patch for patch in axes.patches if not patch.get_fill()]
        assert len(frames) == (rows["verdict"] == "against").sum() > 0
        assert sum(text.get_text() == "–" for text in axes.texts) == (rows["evidence"] == "no data").sum() > 0
        sizes = [dot.get_markersize() for dot in dots]
        assert max(sizes) == pytest.approx(16.0)


def test_colours_say_good_and_sure() -> None:
    sure, likely, unsure = (
        {"evidence": e, "mean": -1.0, "measure": "violations_per_1000"} for e in ("sure", "likely", "open")
    )
    blue, face = colours(sure)
    assert blue == face and colours(likely) == (blue, "white") and colours(unsure)[0] not in (blue,)
    assert colours(sure | {"measure": "trust"})[0] != blue


# ---------------------------------------------------------------- the page


def test_the_page_has_a_section_of_each_institution(table: pd.DataFrame) -> None:
    for text in (page(None), page(table)):
        for one in institutions():
            assert f"### {heading(one)}\n" in text and f"(#{anchor(heading(one))})" in text
            part = text.partition(f"### {heading(one)}\n")[2].partition("\n### ")[0]
            named = [
                *one.sets,
                *(
                    name
                    for name in one.Settings.model_fields
                    if name not in ("strength", "start_month", "end_month", "communities")
                ),
            ]
            assert all(f"`{name}`" in part for name in named)
            assert all(word in part for word in (one.can_fail.en, one.can_fail.zh, one.source, one.pillar.both))
            assert all(BY_NAME[measure].text.both in part for measure in one.expects)
            assert ("images/institutions/" in part) == (text != page(None))
    assert "not been measured" in page(None) and "not been measured" not in page(table)


def test_the_page_says_what_is_against_a_hypothesis(table: pd.DataFrame) -> None:
    text = page(table)
    assert (
        "Against the hypothesis**: in co-governance, trust in government was expected to rise with it; it falls" in text
    )
    assert "**与假设相反**：在政府包办中，预期它使政府信任上升，实际下降 0." in text
    quiet = table.assign(p=0.5, adjusted=1.0)
    assert "No effect is surely against its hypothesis" in page(quiet) and "**Against the hypothesis**" not in page(
        quiet
    )


def test_stored_results_give_the_same_page(table: pd.DataFrame, tmp_path: Path) -> None:
    """From the file as from memory, twice the same; of an institution without results it says so."""
    table.to_csv(tmp_path / "ablation.csv", index=False)
    written = write_institutions(tmp_path).read_text(encoding="utf-8")
    assert written == page(table) == write_institutions(tmp_path).read_text(encoding="utf-8")
    some = page(table[(table["institution"] != "adoption") & (table["measure"] != "belief")])
    assert some.count("Effects not measured yet") == 1
    assert some.count("Hypothesis not measured yet") == sum("belief" in one.expects for one in institutions())


def test_docstrings_are_told_apart_by_language() -> None:
    for one in institutions():
        chinese, english = about(one)
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese[:4]) and english[0].isascii()


# ---------------------------------------------------------------- the command


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text("[institutions.adoption]\n[institutions.deliberation]\n[institutions.direct_provision]\n")
    return path


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_a_tiny_ablation_from_the_command_line(cogov: Any, small: Path, tmp_path: Path) -> None:
    out, docs = tmp_path / "out", tmp_path / "docs"
    size = ["--seeds", 2, "--months", 13, "--residents", 300]
    asked = ["ablate", small, *size, "--out", out]
    code, said, _ = cogov("--lang", "en", *asked)
    assert code == 0 and "adoption" in said and "campaign promises (added)" in said and "Hypotheses" in said
    table = pd.read_csv(out / "ablation.csv")
    assert set(table["institution"].dropna()) == {
        "adoption", "deliberation", "direct_provision", "campaign_promises", "top_down_assessment",
    }  # fmt: skip
    assert (out / "ablation.png").read_bytes().startswith(b"\x89PNG")
    parts = sorted(path.name for path in (out / "cells" / "runs").iterdir())
    code, again, err = cogov("--lang", "en", *asked, "--ship", docs)
    assert (code, again) == (0, said) and "runs" not in err.split("written")[0], "nothing is run again"
    assert sorted(path.name for path in (out / "cells" / "runs").iterdir()) == parts
    assert {path.stem for path in (docs / "images" / "institutions").iterdir()} == set(table["institution"].dropna())
    assert "--seeds 2 --months 13 --residents 300" in (docs / "institutions.md").read_text(encoding="utf-8")
    for other in (["--base", "co_governance"], ["--months", 14], ["--residents", 400]):
        code, _, err = cogov("--lang", "en", *asked, *other)
        assert code == 2 and "another ablation" in err
    assert json.loads((out / "manifest.json").read_text())["kind"] == "ablation"
    code, chinese, _ = cogov("--lang", "zh", *asked)
    assert code == 0 and "事先写下的假设" in chinese


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["co_goverance"], ("co_goverance", "co_governance")),
        (["--base", "utopia"], ("utopia", "government_run")),
        (["--base", "co_governance"], ("co_governance", "same settings")),
        (["--seeds", "0"], ("seeds = 0", "1 to")),
        (["--months", "0"], ("months = 0",)),
        (["--workers", "0"], ("workers = 0",)),
        (["--residents", "5"], ("residents = 5", "200")),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(cogov: Any, arguments: list[str], named: tuple[str, ...]) -> None:
    code, out, err = cogov("--lang", "en", "ablate", *arguments)
    assert code == 2 and out == "" and err.count("\n") == 1 and "Traceback" not in err
    assert all(word in err for word in named), err
    code, _, chinese = cogov("--lang", "zh", "ablate", *arguments)
    assert code == 2 and chinese != err and any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


def test_a_strangers_folder_is_left_alone(cogov: Any, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    code, _, err = cogov("ablate", "--out", tmp_path)
    assert code == 2 and str(tmp_path) in err and [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
