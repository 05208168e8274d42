"""What is wrong with a command line, as one whole sentence in either language.

Click says it in English and words it differently from version to version, and newer Typers bring a Click of their own.
So its errors are known by the names of their classes, and what was typed is taken from them; the words are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from cogov_sim.language import Text, cut, plain


def usage_text(error: BaseException) -> Text | None:
    """The sentence for an error that Typer or Click raised; None for any other error."""
    if not hasattr(error, "format_message"):
        return None
    names = [kind.__name__ for kind in type(error).__mro__]
    said = next((_KINDS[name](error) for name in names if name in _KINDS), _NOT_UNDERSTOOD)
    path = getattr(getattr(error, "ctx", None), "command_path", None) or "cogov"
    return Text(f"{said.en}; see {path} --help", f"{said.zh}；见 {path} --help")


_NOT_UNDERSTOOD = Text("this command is not understood", "无法理解这条命令")


def _no_such_option(error: Any) -> Text:
    name = _plain(error.option_name)
    meant = _meant(list(error.possibilities or [])[:1])
    return Text(f"there is no option {name}{meant.en}", f"没有选项 {name}{meant.zh}")


def _option_used_wrongly(error: Any) -> Text:
    name = _plain(error.option_name)
    if "require" in error.message:
        return Text(f"option {name} needs a value", f"选项 {name} 缺少取值")
    if "not take" in error.message:
        return Text(f"option {name} takes no value", f"选项 {name} 不带取值")
    return Text(f"option {name} is used wrongly", f"选项 {name} 用法有误")


def _missing(error: Any) -> Text:
    name = _name(error)
    if getattr(error.param, "param_type_name", error.param_type) == "option":
        return Text(f"option {name} is missing", f"缺少选项 {name}")
    return Text(f"argument {name} is missing", f"缺少参数 {name}")


def _bad_value(error: Any) -> Text:
    given = " ".join(part for part in (_name(error), _value(error)) if part)
    for pattern, en, zh in _WANTED:
        if found := re.search(pattern, error.message):
            limit = _plain(found[1]) if found.groups() else ""
            return Text(f"{given} is not allowed: {en}{limit}", f"{given} 不被允许：{zh}{limit}")
    return Text(f"{given} is not allowed", f"{given} 不被允许")


#: What Click or pydantic say is wanted, and how we say it; a limit follows the words.
_WANTED = (
    (r"range (\S+?)\.?$", "the allowed range is ", "允许的范围是 "),
    (r"greater than or equal to (\S+)", "at least ", "至少为 "),
    (r"less than or equal to (\S+)", "at most ", "至多为 "),
    (r"integer", "a whole number is expected", "应为整数"),
    (r"float|number", "a number is expected", "应为数"),
    (r"bool", "true or false is expected", "应为 true 或 false"),
)


def _wrong_count(_: Any) -> Text:
    return Text("there are too few or too many arguments", "参数的个数不对")


def _misused(error: Any) -> Text:
    """All that has no class of its own: an unknown command, too many arguments, no command."""
    if found := re.search(r"such command ['\"](.*?)['\"](?:\.|$)", error.message, re.DOTALL):
        return _no_such_command(_plain(found[1]), list(getattr(error.ctx.command, "commands", [])))
    if found := re.search(r"extra argument\S* \((.*)\)", error.message, re.DOTALL):
        extra = _plain(found[1])
        return Text(f"no argument '{extra}' is expected", f"参数“{extra}”是多余的")
    if "Missing command" in error.message:
        return _no_command(error)
    return _NOT_UNDERSTOOD


def _no_such_command(name: str, commands: list[str]) -> Text:
    meant = _meant(get_close_matches(name, commands, n=1))
    return Text(f"there is no command {name}{meant.en}", f"没有命令 {name}{meant.zh}")


def _no_command(_: Any) -> Text:
    return Text("no command was given", "没有给出命令")


def _no_file(error: Any) -> Text:
    name = _plain(str(error.filename))
    return Text(f"file {name} cannot be opened", f"文件 {name} 无法打开")


_KINDS: dict[str, Callable[[Any], Text]] = {
    "NoSuchOption": _no_such_option,
    "BadOptionUsage": _option_used_wrongly,
    "MissingParameter": _missing,
    "BadParameter": _bad_value,
    "BadArgumentUsage": _wrong_count,
    "NoArgsIsHelpError": _no_command,
    "UsageError": _misused,
    "FileError": _no_file,
}


def _meant(close: list[str]) -> Text:
    """A hint at what comes closest, if anything does."""
    return Text(f" (did you mean {close[0]}?)", f"（是否想写 {close[0]}？）") if close else Text("", "")


def _name(error: Any) -> str:
    """The option as it is typed, or the argument's name."""
    param, hint = error.param, error.param_hint
    if hint:
        return hint if isinstance(hint, str) else " / ".join(hint)
    if param is None:
        return ""
    return max(param.opts, key=len) if param.param_type_name == "option" else str(param.name)


def _value(error: Any) -> str:
    """What was typed for it: kept by pydantic, quoted by Click."""
    if errors := getattr(error.__cause__, "errors", None):
        return _plain(str(errors()[0]["input"])) or "''"
    found = re.match(r"(?:Value )?(?:'(.*?)'|(\S+)) is not ", error.message, re.DOTALL)
    return _plain(found[1] or found[2] or "''") if found else ""


def _plain(typed: str) -> str:
    """What was typed, on one line and not too long."""
    return cut(plain(typed))
