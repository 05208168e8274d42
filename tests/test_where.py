"""Which institution works where: the experiment, its figure and section, the command, and the reports' own places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cogov_sim import Scenario
from cogov_sim.experiments import where as experiment
from cogov_sim.experiments.worlds import Design
from cogov_sim.institutions import institutions
from cogov_sim.report.evidence import NOTHING, OPEN, SURE
from cogov_sim.report.where import SHOWN, sentences, where_figure, where_section
from cogov_sim.society import COMMUNITY_TYPES, PRESETS

KEYS = [one.id for one in institutions() if one.id not in Scenario.load("government_run").institutions]


@pytest.fixture
def rows() -> pd.DataFrame:
    """Effects of made-up size: the first institution helps surely in the first kind, the last does nothing anywhere."""
    found = []
    for kind in experiment.kinds():
        for key in KEYS:
            for measure in experiment.MEASURES:
                sure = kind == experiment.kinds()[0] and key == KEYS[0]
                mean = 0.0 if key == KEYS[-1] else 0.1 if sure else 0.01
                how = NOTHING if key == KEYS[-1] else SURE if sure else OPEN
                found.append((kind, key, measure, 1, 6, mean, mean - 0.05, mean + 0.05, 0.1, 0.1, how))
    names = ["kind", "institution", "measure", "better", "n", "mean", "low", "high", "p", "adjusted", "evidence"]
    return pd.DataFrame(found, columns=names)


def test_every_kind_of_community_has_a_society_of_its_own() -> None:
    assert list(experiment.SOCIETY_OF) == [one.id for one in COMMUNITY_TYPES] == experiment.kinds()
    for place, preset in enumerate(experiment.SOCIETY_OF.values()):
        streets = PRESETS[preset].streets.sum(axis=0)
        assert streets[place] == streets.sum() == 3 and PRESETS[preset].residents == 10_000


def test_hypotheses_of_places_name_what_there_is() -> None:
    for place in experiment.PLACES:
        scenario = Scenario.load(place.scenario)
        assert set(place.told) <= set(scenario.institutions) and set(place.expects.values()) <= {1, -1}
        assert scenario.society.preset in experiment.SOCIETY_OF.values()


def test_the_figure_and_the_words(rows: pd.DataFrame) -> None:
    figure = where_figure(rows)
    assert len(figure.axes) == len(SHOWN) and len(figure.png(dpi=40)) > 10_000
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["10.0**"], "only what is likely or sure is written out"
    said = sentences(rows)
    assert len(said) == len(experiment.MEASURES) and all(COMMUNITY_TYPES[0].text.en in one.en for one in said)
    assert sentences(rows[rows["evidence"] != SURE])[0].en.startswith("no effect is sure")


def test_the_section_tells_of_every_hypothesis(rows: pd.DataFrame) -> None:
    places = pd.DataFrame(
        [
            (place.scenario, "+".join(place.told), measure, 0.2, 0.1, 0.3, sign)
            for place in experiment.PLACES
            for measure, sign in place.expects.items()
        ],
        columns=["place", "institution", "measure", "mean", "low", "high", "expected"],
    )
    page = "\n".join(where_section(rows, places))
    assert all(
        f"`{place.scenario}`" in page and Scenario.load(place.scenario).title.zh in page for place in experiment.PLACES
    )
    assert page.count("as expected") == sum(sign > 0 for place in experiment.PLACES for sign in place.expects.values())
    assert page.count("against") == sum(sign < 0 for place in experiment.PLACES for sign in place.expects.values())


@pytest.mark.slow
def test_the_experiment_compares_each_institution_alone(compiled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds, two institutions and one place: the second world has one institution more, and nothing else."""
    monkeypatch.setattr(experiment, "SOCIETY_OF", dict(list(experiment.SOCIETY_OF.items())[:2]))
    classes = experiment.institution_classes()
    chosen = {key: classes[key] for key in ("direct_provision", "deliberation", "adoption")}
    monkeypatch.setattr(experiment, "institution_classes", lambda: chosen)
    table = experiment.where(Design(seeds=3, months=12, residents=6000, history=0))
    assert len(table) == 2 * 2 * len(experiment.MEASURES) and set(table["institution"]) == {"deliberation", "adoption"}
    met = table[(table["institution"] == "deliberation") & (table["measure"] == "participation")]
    assert (met["mean"] > 0.0).all()
    assert np.isfinite(table["adjusted"]).all() and (table["adjusted"] >= table["p"] - 1e-12).all()
    monkeypatch.setattr(experiment, "PLACES", experiment.PLACES[3:])
    places = experiment.places(Design(seeds=3, months=12, residents=6000, history=0))
    assert set(places["place"]) == {"jingbian"} and set(places.query("expected != 0")["measure"]) == set(
        experiment.PLACES[0].expects
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--seeds", "0"], ["seeds"]), (["--months", "0"], ["months"]), (["--residents", "3"], ["residents", "3"])],
)
def test_bad_input_of_the_command(
    cogov: Callable[..., tuple[int, str, str]], arguments: list[str], said: list[str]
) -> None:
    code, out, err = cogov("--lang", "en", "where", *arguments)
    assert code == 2 and "Traceback" not in err and all(word in err for word in said), (out, err)


def test_the_command_leaves_strangers_alone(cogov: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, _, err = cogov("--lang", "en", "where", "--out", str(tmp_path))
    assert code == 2 and str(tmp_path) in err and (tmp_path / "mine.txt").read_text() == "mine"
