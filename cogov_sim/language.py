"""Two languages for everything a user reads: texts, the choice between them, and errors a user can act on."""

from __future__ import annotations

import locale
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from cogov_sim import limits


@dataclass(frozen=True)
class Text:
    """One sentence or label in both languages."""

    en: str
    zh: str

    def __str__(self) -> str:
        """The text in the user's language."""
        return self.zh if user_language() == "zh" else self.en

    @property
    def both(self) -> str:
        """Chinese and English together, for figures and tables that both kinds of reader see; once where they are the same."""
        return self.en if self.en == self.zh else f"{self.zh} {self.en}"


def is_text(value: object) -> bool:
    """Whether it is a text in both languages, neither of them empty."""
    return isinstance(value, Text) and all(isinstance(one, str) and one.strip() for one in (value.en, value.zh))


def user_language() -> str:
    """``"zh"`` or ``"en"``: ``COGOV_LANG`` if set, else the locale of the terminal; English where neither says."""
    for name in ("COGOV_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def prints(sign: str) -> bool:
    """Whether one character shows as such: no control code, no line break, no half of a broken one.

    Private ones do: machines of some Chinese offices have rare names in them.
    """
    return sign.isprintable() or unicodedata.category(sign) in ("Zs", "Co")


def plain(text: str) -> str:
    """A text on one line, with codes that a terminal would obey written out (``\\x1b``)."""
    return "".join(sign if prints(sign) else sign.encode("unicode_escape").decode() for sign in text)


def cut(text: str, most: int = limits.SHOWN) -> str:
    """A text that is no longer than ``most`` characters; of a longer one, its beginning and its end."""
    if len(text) <= most:
        return text
    tail = most // 4
    return f"{text[: most - tail - 3]}...{text[-tail:]}"


def shown(value: object, write: Callable[[object], str] = repr) -> str:
    """What was given, as a message repeats it: cut where it is long; ``write`` is ``repr``, or ``str`` without quotes."""
    try:
        return cut(write(value))
    except (ValueError, RecursionError):  # a whole number of thousands of digits, brackets thousands deep
        return "..."


#: A program that a signal ends has the exit code of this and the signal's number; of Ctrl-C it is ``INTERRUPTED``.
SIGNALS = 128
INTERRUPTED = SIGNALS + 2


def asked_to_end(error: BaseException | None) -> int | None:
    """The exit code where the program ends on a signal, and by no doing of the code in which it was raised; else None.

    Raised where a lock is half taken, it comes as the reason of the error that Python then finds.
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return INTERRUPTED
        if isinstance(error, SystemExit) and isinstance(error.code, int) and error.code > SIGNALS:
            return error.code
        error = error.__context__
    return None


class UserError(Exception):
    """Something the user can put right: one clear sentence in the user's language, exit code 2 on the command line.

    Raised instead of a traceback for every kind of bad input; ``text`` holds both languages. Whatever went into the
    sentence, it is one line of limited length without codes for the terminal.
    """

    exit_code = 2

    def __init__(self, en: str, zh: str) -> None:
        self.text = Text(*(cut(plain(sentence), limits.SENTENCE) for sentence in (en, zh)))
        super().__init__(self.text.en, self.text.zh)

    def of(self, what: str) -> UserError:
        """The same, saying first of what it is."""
        return UserError(f"{what}: {self.text.en}", f"{what}：{self.text.zh}")

    def __str__(self) -> str:
        """The sentence in the user's language."""
        return str(self.text)


class Notice(UserWarning):
    """Something the user should know while the work goes on, by ``warnings.warn``; a line of its own on the command line.

    Holds both languages as ``UserError`` does; ``str`` is the sentence in the user's.
    """

    def __init__(self, en: str, zh: str) -> None:
        self.text = Text(en, zh)
        super().__init__(en, zh)

    def __str__(self) -> str:
        """The sentence in the user's language."""
        return str(self.text)
