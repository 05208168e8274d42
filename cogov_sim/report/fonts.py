"""Chinese and Latin letters in every figure, on machines without Chinese fonts too, never an empty box."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from cogov_sim.language import Notice

#: The shipped font: a subset of Noto Sans CJK SC, made by ``tools/make_font.py`` (licence beside it).
FONT_FILE = Path(__file__).with_name("CoGovSansSC-Regular.otf")
FAMILY = "CoGov Sans SC"
#: Families that machines of Chinese readers have, for characters that the shipped subset lacks.
_WIDER = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Arial Unicode MS",
)
_LAST = "DejaVu Sans"  # comes with matplotlib


@cache
def families() -> tuple[str, ...]:
    """The shipped font first, then what this machine has; registers the shipped one."""
    fontManager.addfont(FONT_FILE)
    installed = {font.name for font in fontManager.ttflist}
    return (FAMILY, *(name for name in _WIDER if name in installed), _LAST)


@contextlib.contextmanager
def bilingual() -> Iterator[None]:
    """Within it matplotlib writes Chinese and English; the user's own settings come back afterwards."""
    settings: dict[Any, Any] = {
        "font.family": list(families()),
        "font.size": 10.0,
        "axes.unicode_minus": True,
        "text.parse_math": False,  # a '$' in a scenario's title is a '$'
        "text.usetex": False,
        "axes.formatter.use_mathtext": False,
    }
    with mpl.rc_context(settings):
        yield


@cache
def characters(family: str = FAMILY) -> frozenset[int]:
    """Code points that a font has a glyph for."""
    families()
    return frozenset(get_font(findfont(FontProperties(family=[family]))).get_charmap())


class MissingCharacters(Notice):
    """A figure lacks characters: which, and what to do."""


_said: set[str] = set()  # a title stands in many figures: each character is said once in a process


def printable(text: str) -> str:
    """The text with every character that no font here has replaced by a question mark, which is said.

    Whatever a user may have written goes through here on its way into a figure.
    """
    known = frozenset().union(*(characters(family) for family in families()))
    missing = [c for c in dict.fromkeys(text) if c != "\n" and ord(c) not in known]
    if unsaid := [c for c in missing if c not in _said]:
        _said.update(unsaid)
        names = [f"{c} (U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}" for c in unsaid]
        notice = MissingCharacters(
            f"no font here has {', '.join(names)}: figures show ? instead; install a font that has it, such as {_WIDER[0]}",
            f"本机字体缺少 {'、'.join(names)}：图中以 ? 代替；请安装含有该字的字体，如 {_WIDER[0]}",
        )
        warnings.warn(notice, stacklevel=2)
    return "".join("?" if c in missing else c for c in text)
