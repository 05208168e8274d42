"""What the command line says of commands that Click and Typer object to: whole sentences in the user's language."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
import typer

from cogov_sim.usage import usage_text

Cogov = Callable[..., tuple[int, str, str]]

#: What Click and Typer object to: arguments, the English and the Chinese sentence.
MISUSE = {
    "unknown command": (
        ["rum"],
        "there is no command rum (did you mean run?); see cogov --help",
        "没有命令 rum（是否想写 run？）；见 cogov --help",
    ),
    "command like no other": (["zzz"], "there is no command zzz; see cogov --help", "没有命令 zzz；见 cogov --help"),
    "unknown option": (
        ["run", "co_governance", "--month", "3"],
        "there is no option --month (did you mean --months?); see cogov run --help",
        "没有选项 --month（是否想写 --months？）；见 cogov run --help",
    ),
    "unknown short option": (
        ["run", "co_governance", "-q"],
        "there is no option -q; see cogov run --help",
        "没有选项 -q；见 cogov run --help",
    ),
    "unknown option of all commands": (["--foo"], "there is no option --foo; see", "没有选项 --foo；见 cogov --help"),
    "option without its value": (
        ["run", "co_governance", "--months"],
        "option --months needs a value; see cogov",
        "选项 --months 缺少取值；见 cogov",
    ),
    "option with a value too many": (
        ["run", "co_governance", "--force=1"],
        "option --force takes no value; see cogov",
        "选项 --force 不带取值；见 cogov",
    ),
    "missing argument": (
        ["run"],
        "argument scenario is missing; see cogov run --help",
        "缺少参数 scenario；见 cogov run --help",
    ),
    "argument too many": (
        ["run", "co_governance", "1", "2"],
        "no argument '1 2' is expected; see cogov run --help",
        "参数“1 2”是多余的；见 cogov run --help",
    ),
    "no whole number": (
        ["run", "co_governance", "--months", "1.5"],
        "--months 1.5 is not allowed: a whole number is expected; see cogov run --help",
        "--months 1.5 不被允许：应为整数；见 cogov run --help",
    ),
    "empty number": (
        ["run", "co_governance", "--seed", ""],
        "--seed '' is not allowed: a whole number is expected; see cogov run --help",
        "--seed '' 不被允许：应为整数；见 cogov run --help",
    ),
    "codes for the terminal": (["run", "a", "\x1b[2J\n"], "\\x1b[2J", "\\x1b[2J"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_misuse_is_one_whole_sentence_in_the_users_language(
    cogov: Cogov, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    arguments, *sentences = MISUSE[case]
    for language, sentence in zip(("en", "zh"), sentences, strict=True):
        monkeypatch.setenv("COGOV_LANG", language)
        code, out, said = cogov(*arguments)
        assert code == 2 and not out and said.startswith("cogov: ") and len(said.splitlines()) == 1
        assert sentence in said and said.isascii() == (language == "en")


def click_errors() -> list[Any]:
    """Every kind of error that the Click behind Typer knows, as another Typer or other options could raise it."""
    click = sys.modules[typer.BadParameter.__module__]

    class Months:
        param_type_name, name, opts = "option", "months", ["-m", "--months"]

    known: dict[Exception, tuple[str, str]] = {
        click.NoSuchOption("--mont", possibilities=["--months"]): ("--months?", "是否想写 --months"),
        click.BadOptionUsage("--months", "Option '--months' requires 2 arguments."): ("needs a value", "缺少取值"),
        click.BadOptionUsage("--months", "Something else."): ("--months is used wrongly", "--months 用法有误"),
        click.BadArgumentUsage("Argument 'x' takes 2 values."): ("too few or too many", "参数的个数不对"),
        click.BadParameter("'9' is not in the range 1<=x<=3.", param=Months()): (
            "range is 1<=x<=3",
            "允许的范围是 1<=x<=3",
        ),
        click.BadParameter("9 is not in the range x<=3.", param=Months()): ("--months 9 is", "--months 9 不被允许"),
        click.BadParameter("Input should be greater than or equal to 1", param=Months()): ("at least 1", "至少为 1"),
        click.BadParameter("Input should be less than or equal to 5", param=Months()): ("at most 5", "至多为 5"),
        click.BadParameter("'x' is not a valid float.", param=Months()): ("a number is", "应为数"),
        click.BadParameter("Value 'x' is not a valid boolean.", param_hint="--y"): ("--y x is", "--y x 不被允许"),
        click.BadParameter("Whatever.", param_hint=["-y", "--yes"]): ("-y / --yes is not allowed", "--yes 不被允许"),
        click.MissingParameter(param_hint="--y", param_type="option"): ("option --y is missing", "缺少选项 --y"),
        click.UsageError("Missing command."): ("no command was given", "没有给出命令"),
        click.UsageError("Whatever."): ("not understood", "无法理解"),
        click.FileError("a.toml", hint="gone"): ("a.toml cannot be opened", "a.toml 无法打开"),
        click.ClickException("Whatever."): ("not understood", "无法理解"),
    }
    return [pytest.param(error, *hints, id=f"{type(error).__name__} {hints[0]}") for error, hints in known.items()]


@pytest.mark.parametrize(("error", "en", "zh"), click_errors())
def test_every_kind_of_click_error_has_its_sentence(error: Exception, en: str, zh: str) -> None:
    text = usage_text(error)
    assert en in text.en and text.en.isascii() and text.en.endswith("; see cogov --help")
    assert zh in text.zh and text.zh.endswith("；见 cogov --help")
    assert not re.search(r"[A-Za-z]{3,}", re.sub(r"--\w+|a\.toml|true|false|cogov", "", text.zh))


def test_errors_of_ours_are_not_hidden() -> None:
    assert usage_text(ValueError("a mistake of ours")) is None
