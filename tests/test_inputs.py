"""What a user may type, give as a file, or run in: each whole kind of fault that was found in the first edition."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_scenario_errors import refused

from cogov_sim import CoGovModel, Scenario, limits, reasons
from cogov_sim.experiments import compare
from cogov_sim.inputs import parse_toml
from cogov_sim.language import Text, UserError

Cogov = Callable[..., tuple[int, str, str]]
SHORT = ("--months", "2", "--residents", "300")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, no_figures: None) -> None:
    monkeypatch.setenv("COGOV_LANG", "en")


def is_one_sentence(answer: tuple[int, str, str], *words: str) -> None:
    """Exit code 2, one line on standard error with these words, nothing else."""
    code, out, err = answer
    assert (code, out) == (2, ""), answer
    assert len(err.splitlines()) == 1 and len(err) < 3200, err[:400]
    assert "Traceback" not in err and "\x1b" not in err
    for word in words:
        assert word in err, (word, err[:400])


# ---------------------------------------------------------------- a setting of an institution


def test_a_setting_applies_where_the_institution_is_and_elsewhere_that_is_said(
    cogov: Cogov, compiled: None, tmp_path: Path
) -> None:
    key = "institutions.deliberation.frequency=1.0"
    alone = compare(["government_run"], seeds=1, months=2, residents=300).runs
    code, _, err = cogov(
        "compare", "government_run", "co_governance", "--seeds", 1, *SHORT, "--set", key, "--out", tmp_path / "x"
    )
    assert code == 0
    assert f"{key} does not reach government_run, without that institution" in err
    both = pd.concat(pd.read_parquet(part) for part in (tmp_path / "x" / "runs").glob("*.parquet"))
    same = both[both["scenario"] == "government_run"]["participation"].to_numpy()
    assert same.tolist() == alone["participation"].tolist()
    assert Scenario.load("co_governance", changes=[key]).institutions["deliberation"].frequency == 1.0


@pytest.mark.parametrize("command", [["run", "government_run"], ["show", "government_run"], ["explain", "government_run"],
                                     ["compare", "government_run", "grants_only"]])  # fmt: skip
def test_a_setting_that_reaches_no_world_is_refused(cogov: Cogov, command: list[str]) -> None:
    more = ["--months", "1"] if command[0] not in ("show",) else []
    is_one_sentence(cogov(*command, *more, "--set", "institutions.charter.strength=0.5"), "charter", "government_run")


# ---------------------------------------------------------------- values that go together


def test_shares_that_nobody_set_give_way_and_show_it() -> None:
    scenario = Scenario.load("co_governance", changes=["society.free_rider_share=0.9"])
    society = scenario.society
    assert society.free_rider_share == 0.9
    assert society.free_rider_share + society.conditional_cooperator_share + society.hump_share <= 1.0 + 1e-9
    assert 0.0 <= society.conditional_cooperator_share < 0.5


def test_shares_that_somebody_set_do_not_give_way(tmp_path: Path, cogov: Cogov) -> None:
    both = ["society.free_rider_share=0.9", "society.hump_share=0.3"]
    refused("co_governance", "co_governance", "society.hump_share", "1.2", changes=both)
    file = tmp_path / "mine.toml"
    file.write_text("[society]\nfree_rider_share = 0.9\nhump_share = 0.3\n")
    refused(file, "mine.toml", "1.2")
    out = tmp_path / "out"
    is_one_sentence(
        cogov("compare", "government_run", file, "--seeds", 1, *SHORT, "--out", out), "mine.toml", "sum to 1.2"
    )
    assert not out.exists(), "found out before any run"


def test_money_beyond_counting_is_found_out_before_the_run(cogov: Cogov) -> None:
    grown = ["--set", "government.envelope_growth=1.0"]
    is_one_sentence(cogov("run", "government_run", "--months", "1200", "--residents", "300", *grown), "envelope_growth")


# ---------------------------------------------------------------- too much of it

DIGITS = "9" * 5000
TOO_MUCH = {
    "a number of 5,000 digits": f"society.residents = {DIGITS}",
    "a number beyond 64 bits": "society.residents = 10000000000000000000000",
    "lists thousands deep": "title.en = " + "[" * 5000 + "]" * 5000,
    "tables thousands deep": "a = " + "{b = " * 3000 + "1" + "}" * 3000,
    "dotted keys thousands deep": ".".join("a" * 3000) + " = 1",
    "a key of a million letters": "a" * 900_000 + " = 1",
    "a title of 5,000 letters": 'title.en = "' + "x" * 5000 + '"',
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_too_much_is_one_short_sentence(what: str, tmp_path: Path, cogov: Cogov) -> None:
    """In a file and typed."""
    file = tmp_path / "much.toml"
    file.write_text(TOO_MUCH[what])
    is_one_sentence(cogov("show", file), "much.toml")
    is_one_sentence(cogov("show", "government_run", "--set", TOO_MUCH[what].replace(" = ", "=", 1)), "--set")


def test_a_file_of_megabytes_is_not_read(tmp_path: Path, cogov: Cogov) -> None:
    file = tmp_path / "big.toml"
    file.write_bytes(b"#" * (limits.FILE_BYTES + 1))
    is_one_sentence(cogov("show", file), "big.toml", "larger than 1,000,000 bytes")


def test_a_long_chain_of_files_is_refused(tmp_path: Path, cogov: Cogov) -> None:
    for i in range(1500):
        (tmp_path / f"f{i}.toml").write_text(f"extends = 'f{i + 1}'\n" if i < 1499 else "")
    is_one_sentence(cogov("show", tmp_path / "f0.toml"), str(limits.FILES_IN_A_ROW))
    assert Scenario.load(tmp_path / f"f{1500 - limits.FILES_IN_A_ROW}.toml")


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_what_is_no_file_ends_at_once(kind: str, tmp_path: Path, cogov: Cogov) -> None:
    place = {"pipe": tmp_path / "pipe.toml", "device": Path("/dev/zero"), "folder": tmp_path / "folder.toml"}[kind]
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    start = time.monotonic()
    code, _, err = cogov("show", place)
    assert code == 2 and len(err.splitlines()) == 1 and time.monotonic() - start < 20.0


# ---------------------------------------------------------------- where results go

BAD_FOLDERS = {
    "300 characters": "x" * 300,
    "bytes that are no text": b"bad\xff\xfe".decode("utf-8", "surrogateescape"),
    "a line break": "two\nlines",
    "a code for the terminal": "red\x1b[31m",
    "nothing": "",
}


@pytest.mark.parametrize("what", BAD_FOLDERS)
@pytest.mark.parametrize("command", [["run", "government_run", *SHORT], ["compare", "government_run", "--seeds", "1", *SHORT],
                                     ["docs"], ["lab", "public-goods"]], ids=lambda c: c[0])  # fmt: skip
def test_a_folder_is_checked_before_the_work(
    what: str, command: list[str], tmp_path: Path, cogov: Cogov, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(CoGovModel, "step", lambda self: pytest.fail("it ran"))
    is_one_sentence(cogov(*command, "--out", BAD_FOLDERS[what]))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [["run", "government_run", *SHORT], ["docs"], ["compare", "government_run", "--seeds", "1", *SHORT],
                                     ["validate", "--short"]], ids=lambda c: c[0])  # fmt: skip
def test_a_file_where_a_folder_is_wanted(
    command: list[str], tmp_path: Path, cogov: Cogov, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CoGovModel, "step", lambda self: pytest.fail("it ran"))
    file = tmp_path / "file"
    file.write_text("mine")
    is_one_sentence(cogov(*command, "--out", file), "file")
    assert file.read_text() == "mine"


def test_home_is_home_everywhere(tmp_path: Path, cogov: Cogov, monkeypatch: pytest.MonkeyPatch, compiled: None) -> None:
    """On the command line with and without =, and in Python."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert cogov("run", "government_run", *SHORT, "--out=~/a")[0] == 0
    assert cogov("compare", "government_run", "--seeds", 1, *SHORT, "--out", "~/b")[0] == 0
    compare(["government_run"], seeds=1, months=2, residents=300, out="~/c")
    model = CoGovModel(scenario="government_run", rng=1, residents=300).run(1)
    model.save("~/d")
    assert CoGovModel.restore("~/d").month == 1
    (tmp_path / "home" / "mine.toml").write_text("extends = 'government_run'\n")
    assert Scenario.load("~/mine.toml").institutions
    assert {path.name for path in (tmp_path / "home").iterdir()} == {"a", "b", "c", "d", "mine.toml"}
    assert not list((tmp_path / "here").iterdir()), "no folder named ~"


def test_results_go_where_a_link_leads(tmp_path: Path, cogov: Cogov, compiled: None) -> None:
    """To a bigger disk, say; also where nothing is yet, and in place of an earlier run."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    (tmp_path / "new").symlink_to(tmp_path / "not_yet")
    for name, target in (("link", "disk"), ("new", "not_yet")):
        for force in ([], ["--force"]):
            assert cogov("run", "government_run", *SHORT, "--out", tmp_path / name, *force)[0] == 0
            assert (tmp_path / name).is_symlink()
            assert (tmp_path / target / "measures.parquet").exists()
    assert not [path for path in tmp_path.iterdir() if path.name not in ("disk", "link", "new", "not_yet")]


# ---------------------------------------------------------------- how it is written

WORLD = 'extends = "government_run"\ntitle = { en = "mine", zh = "我的世界" }\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_files_of_other_editors_work(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(WORLD.replace("\n", "\r\n").encode(encoding))
    assert Scenario.load(file).title.zh == "我的世界"


@pytest.mark.parametrize(
    ("content", "en", "zh"),
    [
        (WORLD.encode("gbk"), "it looks like GBK", "看来是 GBK"),
        (WORLD.encode("utf-16-le"), "UTF-16 without a mark", "无标记的 UTF-16"),
        ("extends = “government_run”\n".encode(), "line 1 has the full-width sign “", "第 1 行有全角符号 “"),
        ('extends = "government_run"\n[government]\nenvelope＝20\n'.encode(), "line 3 has the full-width sign ＝", "第 3 行有全角符号 ＝"),
    ],
    ids=["GBK", "UTF-16", "Chinese quotation marks", "full-width ="],
)  # fmt: skip
def test_what_a_beginner_saves_gets_words_that_help(content: bytes, en: str, zh: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    error = refused(file, "mine.toml")
    assert en in error.text.en and zh in error.text.zh


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("extends=co_governance", ["extends", "only in a scenario file"]),
        ("without=['charter']", ["without", "only in a scenario file"]),
        ("government.envelope=20\nmonths=3", ["--set"]),
        ("government.envelope=20 # a comment\ngovernment.staff_hours=1", ["--set"]),
        ('name="two\\nlines"', ["name", "one line of text"]),
        ('title.en="\\u001b[31mred"', ["title.en", "one line of text"]),
        ("government.envelope=" + "1" * 4000, ["government.envelope"]),
        ("x" * 9000 + "=1", ["..."]),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_is_typed_after_set(typed: str, words: list[str], cogov: Cogov) -> None:
    is_one_sentence(cogov("show", "government_run", "--set", typed), *words)


def test_numbers_of_a_chinese_keyboard_count(cogov: Cogov, compiled: None, tmp_path: Path) -> None:
    code, _, err = cogov(
        "run", "government_run", "--months", "２", "--residents", "３００", "--seed", "１", "--out", tmp_path / "a"
    )
    assert code == 0, err
    assert len(pd.read_parquet(tmp_path / "a" / "measures.parquet")) == 2
    for place, seeds in enumerate(("１，２", "1、2")):
        assert cogov("compare", "government_run", "--seeds", seeds, *SHORT, "--out", tmp_path / f"b{place}")[0] == 0
    for change in ("government.envelope＝２０", "“government.envelope=20”"):
        assert cogov("show", "government_run", "--set", change)[0] == 0
    assert cogov("lab", "public-goods", "--groups", 2, "--schedules", "conditional＝0.5，free_rider＝0.5")[0] == 0


def test_brackets_and_colours_in_a_title_are_text(cogov: Cogov, compiled: None, tmp_path: Path) -> None:
    title = "[/red] [bold]x[/bold] :smile: 【甲】"
    code, out, err = cogov("run", "government_run", *SHORT, "--set", f"title.en='{title}'", "--out", tmp_path / "a")
    assert code == 0, err
    assert title in out
    code, out, err = cogov(
        "compare", "government_run", "co_governance", "--seeds", 1, *SHORT, "--set", f"title.en='{title}'"
    )
    assert code == 0 and "[bold]x[/bold]" in out.replace("\n", " "), err


# ---------------------------------------------------------------- where it is said

EVERYTHING = """
import sys
from cogov_sim.cli import main
short = ["--months", "2", "--residents", "300"]
for words in (["--help"], ["compare", "--help"], ["scenarios"], ["show", "co_governance"], ["explain", "--months", "1", "--residents", "300"],
              ["lab"], ["lab", "public-goods", "--groups", "4"], ["run", "co_governance", *short],
              ["compare", "government_run", "co_governance", "--seeds", "2", *short, "--out", sys.argv[1]],
              ["show", "no_such_world"]):
    code = main(words)
    assert code == (2 if "no_such_world" in words else 0), (words, code)
"""


@pytest.mark.parametrize(("encoding", "language"), [("gbk", "zh"), ("cp1252", "en"), ("ascii", "zh")])
def test_no_encoding_ends_a_command(encoding: str, language: str, compiled: None, tmp_path: Path) -> None:
    """Into a file, as on a Chinese Windows; results are there in the end, and a minus is a minus."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "COGOV_LANG": language}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    with (tmp_path / "out.txt").open("wb") as out, (tmp_path / "err.txt").open("wb") as err:
        code = subprocess.run(
            [sys.executable, "-c", EVERYTHING, str(tmp_path / "results")],
            stdout=out,
            stderr=err,
            env=environment,
            check=False,
        ).returncode
    said = (tmp_path / "out.txt").read_bytes().decode(encoding)
    assert code == 0, (tmp_path / "err.txt").read_bytes()[-2000:]
    assert list((tmp_path / "results" / "runs").glob("*.parquet"))
    assert "-" in said
    if encoding == "gbk" and language == "zh":
        assert "满意度" in said


def test_a_closed_pipe_ends_nothing(compiled: None, tmp_path: Path) -> None:
    """Whoever reads may stop; what was asked for is written."""
    command = f"{sys.executable} -m cogov_sim compare government_run co_governance --seeds 1 --months 2 --residents 300 --out {tmp_path / 'x'} | true"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "x" / "runs").glob("*.parquet"))


# ---------------------------------------------------------------- in Python


@pytest.mark.parametrize(
    "wrong", [{"rng": -1}, {"rng": 2**63}, {"rng": True}, {"rng": "one"}, {"residents": 0}, {"residents": 10**30}]
)
def test_what_is_given_in_python_is_checked_alike(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError) as error:
        CoGovModel(scenario="government_run", **({"residents": 300} | wrong))
    assert "\n" not in str(error.value)


# ---------------------------------------------------------------- what others say, in both languages


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("a", "文件末尾：键之后应有 ="),
        ("a = ", "文件末尾：值无效"),
        ("a = ?", "第 1 行第 5 列：值无效"),
        ("a = 1\na = 2", "文件末尾：同一个键重复赋值"),
        ('a = "x', "文件末尾：字符串缺少结束引号"),
        ("a = [1 2]", "第 1 行第 8 列：数组缺少 ]"),
        ("[a", "文件末尾：表名之后应有 ]"),
        ("a = 1 b = 2", "第 1 行第 7 列：语句之后应换行"),
        ('a = "\x01"', "第 1 行第 6 列：有不允许的字符"),
        ('a = "\\q"', "第 1 行第 8 列：字符串中的反斜杠要写成两个"),
        ("[a]\n[a]", "第 2 行第 3 列：表重复声明"),
    ],
)
def test_what_is_wrong_with_a_toml_text_is_said_in_chinese(text: str, zh: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_toml(text, "x.toml")
    assert caught.value.text.zh == f"x.toml：不是 TOML 文件（{zh}）"


def test_what_the_system_says_is_said_in_both_languages(tmp_path: Path) -> None:
    said = {}
    for name, path in {"none": tmp_path / "none", "long": tmp_path / ("x" * 300), "folder": tmp_path}.items():
        with pytest.raises(OSError) as caught:
            path.open("rb")
        said[name] = reasons.of_system(caught.value)
    assert said["none"] == Text("no such file or folder", "没有这个文件或目录")
    assert said["long"].zh == "名称过长" and said["folder"].zh in ("这是目录", "没有权限")
    assert reasons.of_system(OSError(99999, "odd")) == Text("odd", "odd")
