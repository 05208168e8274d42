"""What all figures share: colours, labels in two languages, a figure that keeps its fonts."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import pandas as pd
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from PIL import Image

from cogov_sim.language import Text
from cogov_sim.measures.definitions import BY_NAME, MARK, MARKED
from cogov_sim.report.fonts import bilingual, printable
from cogov_sim.report.labels import unit_of

#: Okabe & Ito (2008), safe for colour-blind readers; yellow left out, which is hard to see on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", ":", "-.")
INK = "#222222"
FAINT = "#767676"
#: As reformers hope, and against it: ``Measure.better`` alone says which. Neither, in ink; what is not sure, and what
#: settings fix, in grey.
GOOD, BAD, GREY = "#0072B2", "#D55E00", "#9A9A9A"
RULE = "#D9D9D9"


class WorldLike(Protocol):
    """An arm of a comparison, as figures need it."""

    @property
    def name(self) -> str:
        """Unique name."""

    @property
    def title(self) -> Text:
        """Name for readers."""

    @property
    def hour_value(self) -> float:
        """Yuan an hour of residents' labour counts."""


class ComparisonLike(Protocol):
    """A comparison, as figures need it; see ``experiments.Comparison``."""

    months: int
    seeds: list[int]
    runs: pd.DataFrame

    @property
    def worlds(self) -> Sequence[WorldLike]:
        """The arms, baseline first."""

    @property
    def measures(self) -> list[str]:
        """Recorded measures."""

    @property
    def counted(self) -> Text:
        """Over how many seeds, in words."""

    @property
    def steps(self) -> dict[str, Text]:
        """What the effects of a two-by-two are, in words."""

    def two_by_two(self, window: int = 12) -> pd.DataFrame:
        """Main effects and interaction of four worlds."""

    def monthly(self, measure: str) -> pd.DataFrame:
        """Mean and interval by month."""

    def summary(self, window: int = 12) -> pd.DataFrame:
        """Mean and interval of every measure in every world."""

    def paired(self, baseline: str | None = None, window: int = 12) -> pd.DataFrame:
        """Differences from the baseline."""


class BilingualFigure(Figure):
    """A matplotlib figure drawn with our fonts whatever the user's settings; shows itself in notebooks."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw with the shipped font."""
        with bilingual():
            super().draw(renderer)

    def png(self, dpi: float = 150) -> bytes:
        """The figure as a PNG file."""
        buffer = io.BytesIO()
        with bilingual():
            self.savefig(buffer, format="png", dpi=dpi, facecolor="white")
        return buffer.getvalue()

    def small_png(self, dpi: float = 110) -> bytes:
        """The same in 128 colours, a third of the size: for pictures that are kept with the code."""
        buffer = io.BytesIO()
        picture = Image.open(io.BytesIO(self.png(dpi))).convert("RGB")
        picture.quantize(128, Image.Quantize.MAXCOVERAGE).save(buffer, format="png", optimize=True)
        return buffer.getvalue()

    def _repr_png_(self) -> bytes:
        return self.png(dpi=100)


class Figures(dict[str, Figure]):
    """Figures by name; in a notebook they show one below the other."""

    def _repr_html_(self) -> str:
        images = (base64.b64encode(f.png(100)).decode() for f in self.values() if isinstance(f, BilingualFigure))
        return "".join(f'<p><img src="data:image/png;base64,{image}"></p>' for image in images)


def title_of(world: WorldLike, *, lines: bool = True) -> str:
    """A world's name in both languages, on two lines or one."""
    zh, en = _short(world.title.zh, 24), _short(world.title.en, 44)
    if zh == en:
        return zh
    return f"{zh}\n{en}" if lines else f"{zh} {en}"


def _short(text: str, most: int) -> str:
    """A title that leaves room for the figure, in characters we have."""
    text = printable(" ".join(text.split()))
    return text if len(text) <= most else text[: most - 1] + "…"


_PER_THOUSAND = "per 1,000 residents"


def heading_of(measure: str, unit: Text | None = None) -> str:
    """A panel's heading: Chinese name and unit, below it the English name, and its unit where it is another word."""
    zh, _, en = label_of(measure, lines=True).partition("\n")
    unit = unit or unit_of(measure)
    if _PER_THOUSAND in en and unit.en.startswith(_PER_THOUSAND):  # the name says most of it
        rest = unit.en.removeprefix(_PER_THOUSAND).removeprefix(" and ")
        unit = Text(f"a {rest}" if rest else "", unit.zh)
    own = [f"{name} ({words})" if words else name for name, words in ((zh, unit.zh), (en, unit.en))]
    return f"{own[0]}\n{en if unit.zh == unit.en else own[1]}".rstrip()


def label_of(measure: str, *, lines: bool = False) -> str:
    """A measure's name in both languages, with the mark of what settings fix."""
    if measure not in BY_NAME:
        return printable(measure)
    text, mark = BY_NAME[measure].text, f" {MARK}" * BY_NAME[measure].by_setting
    return printable(f"{text.zh}\n{text.en}{mark}" if lines else f"{text.zh}  {text.en}{mark}")


def hue(measure: str, difference: float) -> str:
    """The colour of a difference that is sure: as reformers hope, against it, or neither."""
    own = BY_NAME.get(measure)
    if own is None or own.better == 0:
        return GREY if own is not None and own.by_setting else INK
    return GOOD if difference * own.better > 0.0 else BAD


def with_mark(note: Text, measures: Iterable[str]) -> Text:
    """The note, and what the mark behind names means if one of these measures has it."""
    if not any(name in BY_NAME and BY_NAME[name].by_setting for name in measures):
        return note
    return Text(f"{note.en}. {MARKED.en}", f"{note.zh}。{MARKED.zh}")


def colour(rank: int) -> str:
    """Colour of the world at this place."""
    return PALETTE[rank % len(PALETTE)]


def dash(rank: int) -> Any:
    """Line style of the world at this place; changes once the colours are used up."""
    return DASHES[rank // len(PALETTE) % len(DASHES)]


def new_figure(width: float, height: float, title: Text, note: Text) -> BilingualFigure:
    """An empty figure with a title and a line of explanation in both languages, laid out by ``constrained``.

    To be called within ``bilingual``.
    """
    figure = BilingualFigure(figsize=(width, height), layout="constrained", facecolor="white")
    # As a title of its own row: constrained layout leaves room for it and for the explanation below.
    figure.suptitle(printable(f"{title.zh}  {title.en}"), x=0.008, ha="left", fontsize=14, color=INK)
    folded = (_folded(printable(words), 14.5 * width) for words in (note.zh, note.en))
    figure.supxlabel("\n".join(folded), x=0.008, ha="left", fontsize=8.5, color=FAINT)
    return figure


def _folded(words: str, most: float) -> str:
    """A note in lines that the figure has room for; a Chinese character takes the room of almost two letters."""
    lines = []
    for line in words.split("\n"):
        start = end = 0
        room = most
        for place, sign in enumerate(line):
            room -= 1.85 if sign > "\u2e7f" else 1.0
            if room < 0.0 and end > start:
                lines.append(line[start:end].strip())
                room = most - 1.85 * (place - end)
                start = end
            if sign in " ，；：。、）":
                end = place + 1
        lines.append(line[start:].strip())
    return "\n".join(lines)


def say_empty(axes: Any) -> None:
    """Say in a panel without a value that it has none, instead of showing a scale that means nothing."""
    axes.set_xticks([])
    axes.text(0.5, 0.5, "无数据 no data", transform=axes.transAxes, ha="center", va="center", color=FAINT)


def quiet(axes: Any, *, grid: str = "y") -> None:
    """Take away what carries no information."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RULE)
    axes.tick_params(colors=INK, labelsize=9, length=3, color=RULE)
    if grid:
        axes.grid(axis=grid, color=RULE, linewidth=0.6)
        axes.set_axisbelow(True)
