"""What users type and the files they give: from text to paths and tables, with a sentence for all that goes wrong."""

from __future__ import annotations

import codecs
import numbers
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from cogov_sim import limits, reasons
from cogov_sim.language import UserError, cut, prints, shown

# ---------------------------------------------------------------- what is typed


def user_path(typed: str | os.PathLike[str]) -> Path:
    """The path that a user means: ``~`` is the home folder, blanks around it do not count.

    Raises:
        UserError: it is empty, holds line breaks, control codes or bytes that are no text, or names an unknown home.
    """
    if not isinstance(text := os.fspath(typed), str):
        raise UserError(
            f"{shown(typed)} cannot name a file or folder; write a text",
            f"{shown(typed)} 不能作为文件或目录名；请写文字",
        )
    text = text.strip()
    if not text or not all(map(prints, text)):
        raise UserError(
            f"{shown(text)} cannot name a file or folder; write a name on one line, without control codes or broken characters",
            f"{shown(text)} 不能作为文件或目录名；请写在一行内，不含控制字符或乱码",
        )
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UserError(f"{cut(text)}: there is no such home folder", f"{cut(text)}：没有这个用户目录") from error


def check_count(name: str, value: Any, least: int = 1) -> int:
    """A whole number of at least ``least`` for the option ``name``, one of ``limits.COUNTS``; UserError otherwise."""
    return whole(name, value, least, limits.COUNTS[name])


def check_seed(value: Any, name: str = "seed") -> int:
    """A seed, for the option ``name``: a whole number from 0 to ``limits.WHOLE``; UserError otherwise."""
    return whole(name, value, 0, limits.WHOLE)


def whole(name: str, value: Any, least: int, most: int) -> int:
    """``value`` as a plain whole number within [least, most], of whatever integer type; UserError if it is none."""
    right = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not right or not least <= value <= most:
        given = shown(value, repr if isinstance(value, str) else str)
        raise UserError(
            f"{name} = {given} is not allowed; allowed: whole numbers from {least} to {most}",
            f"{name} = {given} 不被允许；允许：{least} 至 {most} 的整数",
        )
    return int(value)


#: Signs of a Chinese keyboard and what they stand for: letters, digits and marks of full width, blanks, quotation marks.
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH |= {ord(sign): '"' for sign in "“”„‟"} | {ord(sign): "'" for sign in "‘’‚‛"}
_FULL_WIDTH |= {ord("\u3000"): " ", ord("、"): ",", ord("。"): "."}


def half_width(text: str) -> str:
    """The text as it reads when typed without a Chinese keyboard: ``１２`` is ``12``, ``＝`` is ``=``."""
    return text.translate(_FULL_WIDTH)


#: Options whose values are names of folders.
_FOLDERS = ("--out", "--ship")
#: Numbers and lists of them, at least one sign of them typed with a Chinese keyboard.
_WIDE_NUMBERS = re.compile(r"[0-9.,:+-]*[０-９．，、：＋－][0-9.,:+０-９．，、：＋－-]*")


def half_width_numbers(arguments: list[str]) -> list[str]:
    """``--months １２`` is ``--months 12``, in every option but those that name folders."""
    said = []
    for before, argument in zip(["", *arguments], arguments, strict=False):
        option, sign, value = argument.rpartition("=") if argument.startswith("--") else (before, "", argument)
        wide = option not in _FOLDERS and _WIDE_NUMBERS.fullmatch(value)
        said.append(f"{option if sign else ''}{sign}{half_width(value)}" if wide else argument)
    return said


# ---------------------------------------------------------------- files


def read_text(path: Path) -> str:
    """The text of a file, in UTF-8, or in UTF-16 or UTF-32 where a byte-order mark says so.

    Raises:
        UserError: no file, no regular file (a pipe, a device), too large, or no such text.
    """
    data = _read(path)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(path, data) from error
    if "\0" in text:  # UTF-16 without a mark, or no text at all
        raise _no_text(path, data)
    return text


#: Byte-order marks; the longer ones first, because one of them begins with a shorter one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _read(path: Path) -> bytes:
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):  # reading a pipe might never end
            raise UserError(
                f"{path}: is a pipe or a device; give an ordinary file", f"{path}：是管道或设备；请给出普通文件"
            )
        with path.open("rb") as file:
            data = file.read(limits.FILE_BYTES + 1)
    except (OSError, RuntimeError) as error:  # no such file, no right, a name too long, links in a circle
        raise unreadable(path, error) from error
    if len(data) > limits.FILE_BYTES:
        raise UserError(
            f"{path}: is larger than {limits.FILE_BYTES:,} bytes, which is no scenario",
            f"{path}：超过 {limits.FILE_BYTES:,} 字节，不是情景文件",
        )
    return data


def unreadable(path: Path, error: OSError | RuntimeError) -> UserError:
    """The error for a file that cannot be read."""
    name, why = cut(str(path)), reasons.of_system(error)
    return UserError(f"{name}: cannot be read ({why.en})", f"{name}：无法读取（{why.zh}）")


def _no_text(path: Path, data: bytes) -> UserError:
    """What the bytes are, as far as one can tell, and what to do."""
    try:
        data.decode("gb18030")
        gbk = b"\0" not in data
    except UnicodeDecodeError:
        gbk = False
    en, zh = (
        ("it looks like GBK", "看来是 GBK")
        if gbk
        else ("UTF-16 without a mark, or no text", "无标记的 UTF-16，或不是文本")
    )
    return UserError(
        f"{path}: is not a TOML file in UTF-8 ({en}); open it in your editor and save it with encoding UTF-8",
        f"{path}：不是 UTF-8 编码的 TOML 文件（{zh}）；请用编辑器打开，另存为 UTF-8 编码",
    )


# ---------------------------------------------------------------- TOML


class NoToml(UserError):
    """A text that is no TOML."""


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """The table that a TOML text holds, within the limits.

    Args:
        text: what was read or typed.
        where: the file or option, for messages.

    Raises:
        NoToml: it is no TOML.
        UserError: tables too deep, texts too long, whole numbers too large.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(text, where, error) from error
    except RecursionError as error:
        raise _too_deep(where) from error
    except ValueError as error:  # Python reads no whole numbers of thousands of digits
        raise _too_large(where, "") from error
    check_table(table, where)
    return table


def check_table(table: dict[str, Any], where: str) -> None:
    """UserError where a table is too deep, a key or text in it too long, a whole number too large.

    Step by step, for what is nested thousands deep would end a function that calls itself.
    """
    level: list[tuple[str, Any]] = list(table.items())
    for _ in range(limits.DEPTH):
        deeper: list[tuple[str, Any]] = []
        for key, value in level:
            if len(key) > limits.DEPTH * limits.TEXT:
                raise _too_long(where, "", len(key))
            if isinstance(value, dict):
                deeper += [(f"{key}.{inner}", under) for inner, under in value.items()]
            elif isinstance(value, list):
                deeper += [(key, one) for one in value]
            elif isinstance(value, int) and abs(value) > limits.WHOLE:
                raise _too_large(where, f"{cut(key)}: ")
            elif isinstance(value, str) and len(value) > limits.TEXT:
                raise _too_long(where, f"{cut(key)}: ", len(value))
        level = deeper
    if level:
        raise _too_deep(where)


def _too_deep(where: str) -> UserError:
    return UserError(
        f"{where}: tables or lists lie more than {limits.DEPTH} deep, which no scenario needs",
        f"{where}：表或列表嵌套超过 {limits.DEPTH} 层，情景文件无此必要",
    )


def _too_long(where: str, key: str, length: int) -> UserError:
    return UserError(
        f"{where}: {key}a text of {length} characters is too long; at most {limits.TEXT}",
        f"{where}：{key}文字有 {length} 个字符，过长；至多 {limits.TEXT} 个",
    )


def _too_large(where: str, key: str) -> UserError:
    return UserError(
        f"{where}: {key}a whole number is too large; at most {limits.WHOLE}",
        f"{where}：{key}整数过大；至多为 {limits.WHOLE}",
    )


def _no_toml(text: str, where: str, error: tomllib.TOMLDecodeError) -> NoToml:
    """Where it is no TOML; a sign of a Chinese keyboard is most likely to blame for it."""
    found = re.search(r"line (\d+), column (\d+)", str(error))
    lines = text.replace("\r\n", "\n").split("\n")
    row = int(found[1]) if found else len(lines)
    line = lines[row - 1] if row <= len(lines) else ""
    column = int(found[2]) - 1 if found else 0
    sign = next((sign for sign in line[column:] + line[:column] if ord(sign) in _FULL_WIDTH), None)
    if sign is None:
        why = reasons.of_toml(error)
        return NoToml(f"{where}: is not a TOML file ({why.en})", f"{where}：不是 TOML 文件（{why.zh}）")
    return NoToml(
        f"{where}: is not a TOML file: line {row} has the full-width sign {sign} where TOML wants {half_width(sign)!r}; "
        "type it with the input method switched to English",
        f"{where}：不是 TOML 文件：第 {row} 行有全角符号 {sign}，TOML 要用半角的 {half_width(sign)!r}；请切换到英文输入法重新键入",
    )
