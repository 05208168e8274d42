"""Two languages for everything a user reads: texts, the choice between them, and errors a user can act on."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass


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
        """Chinese and English together, for figures and tables that both kinds of reader see."""
        return f"{self.zh} {self.en}"


def user_language() -> str:
    """``"zh"`` or ``"en"``: ``COGOV_LANG`` if set, else the locale of the terminal; English where neither says."""
    for name in ("COGOV_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


class UserError(Exception):
    """Something the user can put right: one clear sentence in the user's language, exit code 2 on the command line.

    Raised instead of a traceback for every kind of bad input; ``text`` holds both languages.
    """

    def __init__(self, en: str, zh: str) -> None:
        self.text = Text(en, zh)
        super().__init__(en, zh)

    def __str__(self) -> str:
        """The sentence in the user's language."""
        return str(self.text)
