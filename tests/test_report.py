"""Figures and tables: every character has a glyph, nothing is clipped, the user's settings stay as they were."""

import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.font_manager import fontManager, get_font
from matplotlib.text import Text as Drawn
from PIL import Image
from rich.console import Console
from stand_ins import A, B, stand_in, world

from cogov_sim import cli
from cogov_sim.experiments import compare
from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME, HEADLINE, MARK, MARKED, MEASURES
from cogov_sim.report import bars, differences, fonts, labels, panels, style, tables
from cogov_sim.report.differences import SHOWN
from cogov_sim.report.figures import FIGURES, draw_all, save_all
from cogov_sim.scenario import Scenario, available
from cogov_sim.scenario.files import folder as scenario_folder

PACKAGE = Path(fonts.__file__).parents[1]


def compared(scenarios=(A, B), simulate=stand_in, **options):
    return compare(list(scenarios), **{"seeds": 3, "months": 15, "progress": False, "simulate": simulate} | options)


@pytest.fixture(scope="module")
def comparison():
    return compared()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder that all figures of it were saved to."""
    return tmp_path_factory.mktemp("report") / "figures"


@pytest.fixture(scope="module")
def figures(comparison, saved):
    """All figures of it, drawn and saved without a warning; to be looked at only."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return comparison.plot(saved)


def lacking(text):
    """Characters of a text that the shipped font has no glyph for."""
    return {c for c in text if c != "\n" and ord(c) not in fonts.characters()}


# ---------------------------------------------------------------- glyphs


def test_every_unit_has_words_in_both_languages() -> None:
    assert {m.unit for m in MEASURES} <= set(labels.UNITS)


def test_font_has_every_character_of_measures_and_of_our_own_texts():
    texts = [m.text.both + m.unit for m in MEASURES] + [t.both for t in labels.UNITS.values()]
    texts += (
        [text.both for *_, text in differences._KEY] + [t.both for t in labels.DIFFERENCES.values()] + [MARKED.both]
    )
    texts += [text.both for _, text in (*bars._PAYERS, *bars._HOURS)]
    assert not lacking("".join(texts))


def test_font_has_every_character_of_every_text_in_figure_sources():
    for path in (PACKAGE / "report").glob("*.py"):
        assert not lacking(path.read_text(encoding="utf-8")), path


def test_font_has_every_character_of_scenario_titles():
    assert scenario_folder().is_dir()
    assert not lacking("".join(title.both for _, title in available()))


def test_font_has_every_character_of_the_data_files():
    """Community types and categories: whatever has a Chinese label in the shipped data."""

    def chinese(value):
        if isinstance(value, dict):
            return "".join(chinese(inner) for inner in value.values())
        if isinstance(value, list):
            return "".join(chinese(inner) for inner in value)
        return value if isinstance(value, str) else ""

    for path in (PACKAGE / "society").rglob("*.toml"):
        assert not lacking(chinese(tomllib.loads(path.read_text(encoding="utf-8")))), path


def test_font_has_every_character_of_settings():
    for _, info in Scenario.model_fields.items():
        for setting in getattr(info.annotation, "model_fields", {}).values():
            assert not lacking(setting.description or "")


def test_no_glyph_is_missing_when_drawing(figures):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in figures.values():
            figure.png(50)


def test_only_the_shipped_font_is_needed(comparison, monkeypatch):
    """As on a machine without any Chinese font; whichever test runs first, the shipped one has been made known."""
    fonts.families()
    monkeypatch.setattr(fonts, "families", lambda: (fonts.FAMILY,))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in draw_all(comparison).values():
            figure.png(50)


RARE = Scenario(name="rare", title={"en": "cost in $ and $x^2$ \U0001f600", "zh": "𰻝 \ue000"})


def test_characters_that_no_font_has_become_question_marks_and_are_said_once(monkeypatch):
    """In the user's language, by name and number; on a machine without any Chinese font."""
    fonts.families()
    monkeypatch.setattr(fonts, "families", lambda: (fonts.FAMILY, "DejaVu Sans"))
    monkeypatch.setattr(fonts, "_said", set())
    monkeypatch.setenv("COGOV_LANG", "en")
    comparison = compared([A, RARE])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for figure in draw_all(comparison).values():
            figure.png(50)
            assert "\ue000" not in "".join(text.get_text() for text in figure.findobj(Drawn))
    said = [one.message for one in caught]
    assert {type(one) for one in said} == {fonts.MissingCharacters}
    assert "".join(map(str, said)).count("𰻝 (U+30EDD)") == "".join(map(str, said)).count("U+E000") == 1
    assert style.title_of(comparison.worlds[1]).startswith("? ?")
    monkeypatch.setenv("COGOV_LANG", "zh")
    assert any(str(one).startswith("本机字体缺少 𰻝 (U+30EDD)、U+E000：图中以 ? 代替") for one in said)


def test_the_command_line_says_what_is_missing_in_a_plain_line(capsys, monkeypatch):
    monkeypatch.setattr(fonts, "_said", set())
    monkeypatch.setenv("COGOV_LANG", "en")
    monkeypatch.setattr(cli, "app", lambda **_: fonts.printable("\ue001 \x1b[31m") and None)
    assert cli.main([]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("cogov: no font here has U+E001, U+001B: figures show ?")


def test_a_village_of_haicang_is_written_as_it_is_called():
    assert fonts.printable("新垵村") == "新垵村" and ord("垵") in fonts.characters()


def test_drawing_later_outside_of_our_context_keeps_the_font(comparison):
    with fonts.bilingual():
        figure = FIGURES["measures_over_time"](comparison)
    with mpl.rc_context({"font.family": "DejaVu Sans"}), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.savefig("/dev/null", format="png")


def test_users_settings_and_fonts_stay_as_they_were(comparison):
    before, noto = dict(mpl.rcParams), [f for f in fontManager.ttflist if f.name.startswith("Noto Sans CJK")]
    comparison.plot()
    assert dict(mpl.rcParams) == before
    assert [f for f in fontManager.ttflist if f.name.startswith("Noto Sans CJK")] == noto
    assert not any(str(fonts.FONT_FILE) == f.fname and f.name != fonts.FAMILY for f in fontManager.ttflist)


def test_figures_do_not_import_pyplot():
    code = "import sys, cogov_sim.report.figures; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=False).returncode == 0


# ---------------------------------------------------------------- what is in a figure


def words(figure):
    return "\n".join(text.get_text() for text in figure.findobj(Drawn))


def test_every_figure_is_there_and_speaks_both_languages(figures, saved):
    assert set(figures) == set(FIGURES)
    assert {path.stem for path in saved.iterdir()} == set(FIGURES)
    for name, figure in figures.items():
        text = words(figure)
        assert "世界b" in text and "World b" in text, name
        assert any("\u4e00" <= c <= "\u9fff" for c in text)


def test_every_headline_measure_has_a_panel(figures):
    text = words(figures["measures_over_time"])
    for name in HEADLINE:
        assert style.heading_of(name) in text


# ---------------------------------------------------------------- one sign, one value


def test_what_settings_fix_is_no_headline_and_elsewhere_has_its_mark_and_is_grey(figures):
    assert not [name for name in (*HEADLINE, *SHOWN) if BY_NAME[name].by_setting]
    for name in ("committee_hours", "who_paid"):
        assert MARKED.en in words(figures[name]).replace("\n", " ") and MARKED.zh in words(figures[name]).replace(
            "\n", ""
        ), name
    sure = {"low": 1.0, "mean": 2.0, "high": 3.0}
    for measure in MEASURES:
        edge, face = differences._colours(measure.name, sure)
        wanted = style.GREY if measure.by_setting else {1: style.GOOD, -1: style.BAD, 0: style.INK}[measure.better]
        assert edge == face == wanted


def test_rows_of_a_unit_share_an_axis_and_no_others_do(figures, comparison):
    """A dot lies at its difference in the unit that stands below, zero in the middle."""
    shown = [name for name in SHOWN if name in comparison.measures]
    axes = [one for one in figures["paired_differences"].axes if one.get_xlabel()]
    units = panels.by_unit(shown)
    assert [one.get_xlabel() for one in axes] == [
        labels.difference_unit(shown[rows[0]]).both for rows in units.values()
    ]
    assert len({one.get_xlabel() for one in axes}) == len(axes)
    paired = comparison.paired().set_index("measure")["mean"]
    for one, rows in zip(axes, units.values(), strict=True):
        dots = [line.get_xdata()[0] for line in one.lines if line.get_marker() == "o"]
        wanted = [paired[shown[k]] * labels.factor_of(shown[k]) for k in rows]
        np.testing.assert_allclose(dots, [value for value in wanted if np.isfinite(value)])
        assert one.get_xlim()[0] == -one.get_xlim()[1]


def test_panels_of_many_worlds_share_a_scale_where_they_share_a_unit():
    many = compared([world(str(k), government__envelope=14 + k) for k in range(3)])
    axes = draw_all(many)["paired_differences"].axes
    names = [name for name in HEADLINE if name in many.measures]
    for rows in panels.by_unit(names).values():
        assert len({axes[k].get_xlim() for k in rows}) == 1


def test_every_difference_is_the_second_minus_the_first(comparison, tmp_path):
    """World b has the larger envelope, and more of everything: whatever compares them says +."""
    comparison.write(tmp_path)
    paired = pd.read_csv(tmp_path / "paired.csv").dropna(subset="mean")
    assert (paired["mean"] > 0).all() and set(paired["scenario"]) == {"b"} and set(paired["baseline"]) == {"a"}
    marked = paired.set_index("measure")["label"]
    assert marked["settled_lowest_share"].endswith(MARK) and MARK not in marked["trust"]
    text = printed(tables.comparison_table(comparison))
    assert "World b minus World a" in text or "世界b减世界a" in text
    differences = [line.rpartition("+")[2] for line in text.splitlines() if "100%" in line]
    assert differences and not any("−" in one for one in differences)


@pytest.mark.parametrize("count", [1, 2, 3, 14])
def test_nothing_is_drawn_over_the_edge(count, tmp_path):
    """A margin of a few pixels stays white on all four sides, for one world and for many."""
    many = [world(f"co_governance without number {k}", government__envelope=14 + k) for k in range(count)]
    for path in save_all(draw_all(compared(many)), tmp_path):
        pixels = np.asarray(Image.open(path).convert("L"))
        edges = np.concatenate([pixels[:2].ravel(), pixels[-2:].ravel(), pixels[:, :2].ravel(), pixels[:, -2:].ravel()])
        assert edges.min() > 250, path.name


@pytest.mark.parametrize("options", [{"seeds": 1}, {"months": 1}, {"seeds": 1, "months": 1}])
def test_short_and_single_runs_are_drawn(options):
    assert len(draw_all(compared(**options))) == 5


def test_missing_measures_and_values_are_drawn_as_missing():
    def poor(scenario, seed, months):
        frame = stand_in(scenario, seed, months)[["month", "trust", "satisfaction", "preference_match"]]
        return frame.assign(trust=np.nan, preference_match=np.where(frame["month"] < 5, np.nan, 0.5))

    figures = draw_all(compared(simulate=poor))
    assert set(figures) == {"measures_over_time", "paired_differences"}
    assert "no data" in words(figures["paired_differences"]) and "no data" in words(figures["measures_over_time"])
    for figure in figures.values():
        figure.png(50)


def test_bars_add_up_to_what_was_paid(comparison, figures):
    axes = figures["who_paid"].axes[0]
    mean = comparison.runs[comparison.runs["scenario"] == "a"].mean(numeric_only=True)
    labour = mean["residents_hours"] * A.services.hour_value
    total = (
        mean["outlay_per_head"] + mean["residents_money"] + mean["property_fees"] + labour + mean["enterprise_money"]
    )
    total += mean["land_value"]
    widths = [bar.get_width() for bar in axes.patches if abs(bar.get_y() + bar.get_height() / 2) < 1e-9]
    np.testing.assert_allclose(sum(widths), total)


def test_notebook_shows_all_figures(figures):
    assert figures._repr_html_().count("<img") == 5


# ---------------------------------------------------------------- numbers and tables


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1.0, "1.00"), (-12.345, "−12.3"), (1234.5, "1234"), (0.00001234, "0.0000"), (float("nan"), "–")],
)
def test_numbers(value, text):
    assert labels.number(value) == text


def printed(table, width=200):
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(table)
    return console.export_text()


def test_comparison_tables(comparison, monkeypatch):
    monkeypatch.setenv("COGOV_LANG", "zh")
    text = printed(tables.comparison_table(comparison))
    assert "满意度" in text and "世界b" in text and "[" in text
    monkeypatch.setenv("COGOV_LANG", "en")
    many = compared([world(str(k), government__envelope=14 + k) for k in range(5)])
    text = printed(tables.comparison_table(many))
    assert text.count("World 4") == len(HEADLINE)


def test_run_and_month_tables(monkeypatch):
    monkeypatch.setenv("COGOV_LANG", "en")
    assert "satisfaction" in printed(tables.run_table(stand_in(A, 1, 3)))

    class Step:
        name, stage, text = "plan", Text("plan", "共谋"), Text("plan together", "决策共谋")
        who = Text("residents", "居民")
        reads, writes = Text("need", "需求"), Text("matters", "事项")

    assert "plan together" in printed(tables.month_table([Step]))
    text = printed(tables.timing_table([Step], {"plan": 0.3, "society": 0.1}, 3))
    assert "100.00" in text and "75%" in text and "society" in text


def test_scenario_table_holds_every_value():
    text = printed(tables.scenario_rows(A.rows()), width=300)
    for row in A.rows():
        assert row.key in text


# ---------------------------------------------------------------- the shipped font


def test_licence_travels_with_the_font():
    """And the font goes by a name of its own, as the licence asks of a modified version."""
    text = fonts.FONT_FILE.with_name("FONT-LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text and "Reserved Font Name 'Source'" in text
    font = get_font(fonts.FONT_FILE)
    assert (font.family_name, font.postscript_name) == (fonts.FAMILY, fonts.FONT_FILE.stem)


def test_font_covers_gb2312():
    both = [bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF)]
    letters = "".join(pair.decode("gb2312", errors="ignore") for pair in both)
    assert len(letters) == 6763 + 682 and not lacking(letters)


def test_font_covers_the_standard_list_of_characters():
    """通用规范汉字表: three levels; 196 of its characters lie beyond the first 65,536 code points."""
    levels = (PACKAGE.parent / "tools" / "standard_characters.txt").read_text(encoding="utf-8").splitlines()
    assert [len(level) for level in levels] == [3500, 3000, 1605]
    everything = "".join(levels)
    assert len(set(everything)) == 8105 and sum(ord(c) > 0xFFFF for c in everything) == 196
    assert everything[0] == "一" and everything[-1] == "蠼" and "垵" in levels[2]
    assert not lacking(everything)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (" ", "~"),
        ("\xa0", "ÿ"),
        ("Α", "Ρ"),
        ("Σ", "Ω"),
        ("α", "ω"),
        ("\u3000", "〿"),
        ("！", "～"),
        ("←", "↙"),
        ("①", "⑳"),
    ],
)
def test_font_covers_whole_blocks(first, last):
    """ASCII, Latin-1, Greek, CJK punctuation, full-width forms, arrows, numbers in circles."""
    assert not lacking("".join(map(chr, range(ord(first), ord(last) + 1))))


def test_font_has_the_usual_signs():
    signs = "±−×÷≤≥≠≈∞√∑∫∂∆∈∩∪∝°′″‰%·…—–‘’“”•†‡§¶€¥£¢₩™©®№℃㎡㎥㎞㎏㏄²³¹½¼¾■□▲△▼▽◆◇○●★☆✓"
    pinyin = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹêˉˊˇˋ"
    assert lacking(signs + pinyin) == set()
