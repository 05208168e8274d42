"""Chinese and Latin letters in every figure, on machines without Chinese fonts too, never an empty box."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

#: The shipped font: a subset of Noto Sans CJK SC (licence beside it).
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
    """The shipped font first, then what this machine has; registers the shipped one under its own name."""
    before = len(fontManager.ttflist)
    fontManager.addfont(FONT_FILE)
    entry = fontManager.ttflist[before]
    # Known only by our name, so that a complete font of the same family that is installed stays what it is.
    del fontManager.ttflist[before:]
    fontManager.ttflist.append(dataclasses.replace(entry, name=FAMILY))
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


def printable(text: str) -> str:
    """The text with every character that no font here has replaced by a question mark."""
    known = frozenset().union(*(characters(family) for family in families()))
    return "".join(c if c == "\n" or ord(c) in known else "?" for c in text)
