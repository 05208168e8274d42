"""Makes the font of the figures, ``cogov_sim/report/CoGovSansSC-Regular.otf``: a subset of Noto Sans CJK SC, renamed.

Run by hand, when a character is missing; the package and the tests only read the result. The source is the collection that
Debian ships in ``fonts-noto-cjk`` (1:20220127: version 2.004); beside fonttools it needs cffsubr, which makes the file smaller::

    python tools/make_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

It says which of the wanted characters the source lacks.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cffsubr
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).parents[1]
FONT = ROOT / "cogov_sim" / "report" / "CoGovSansSC-Regular.otf"
#: 通用规范汉字表 (2013), a line a level: 3,500, 3,000 and 1,605 characters in the table's order (Unihan, field kTGH).
STANDARD = Path(__file__).with_name("standard_characters.txt")

SOURCE = "Noto Sans CJK SC"
FAMILY = "CoGov Sans SC"
POSTSCRIPT = "CoGovSansSC-Regular"

#: Whole blocks, first and last code point: whatever the source has of them.
BLOCKS = {
    "ASCII": (0x20, 0x7E),
    "Latin-1": (0xA0, 0xFF),
    "Latin extended A, and what pinyin needs of B": (0x100, 0x1FF),
    "tone marks": (0x2C6, 0x2DD),
    "Greek": (0x391, 0x3C9),
    "general punctuation": (0x2010, 0x205E),
    "superscripts and subscripts": (0x2070, 0x209C),
    "currency": (0x20A0, 0x20BF),
    "letterlike signs, number forms, arrows, mathematics": (0x2100, 0x22FF),
    "numbers in circles, boxes, shapes": (0x2460, 0x25FF),
    "stars, marks, ticks": (0x2600, 0x27BF),
    "CJK punctuation": (0x3000, 0x303F),
    "units": (0x3380, 0x33DF),
    "full-width forms": (0xFF01, 0xFF5E),
    "full-width signs": (0xFFE0, 0xFFE6),
}


def standard() -> str:
    """The characters of the standard list."""
    return STANDARD.read_text(encoding="utf-8").replace("\n", "")


def gb2312() -> str:
    """Every character of GB 2312, letters and signs too: the first edition of the font had them."""
    pairs = [bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF)]
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)


def wanted(source: set[int]) -> tuple[set[int], str]:
    """Code points for the font, and those characters that must be there and are not in the source."""
    must = {ord(sign) for sign in standard() + gb2312()}
    blocks = {code for first, last in BLOCKS.values() for code in range(first, last + 1)}
    return (must | blocks) & source, "".join(map(chr, sorted(must - source)))


def source_font(path: Path) -> TTFont:
    """The face of simplified Chinese within the collection."""
    return next(font for font in TTCollection(path, lazy=True) if font["name"].getDebugName(4) == SOURCE)


def shrink(font: TTFont, codes: set[int]) -> None:
    """Leave only these characters, and of the tables only what drawing a line of text needs."""
    options = Options()
    options.hinting = False  # figures are drawn in high resolution
    options.layout_features = []
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]  # vertical lines, alternatives
    options.name_IDs = [0, 13, 14]  # copyright and licence stay; all names are ours
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    # one table of characters is enough: the one that reaches beyond the first 65,536
    font["cmap"].tables = [table for table in font["cmap"].tables if table.platEncID == 10]
    cffsubr.subroutinize(font, keep_glyph_names=False)


def rename(font: TTFont, version: str) -> None:
    """A name of its own, as the licence asks of a modified version (its reserved name is 'Source')."""
    names = {
        1: FAMILY,
        2: "Regular",
        3: f"{POSTSCRIPT};subset of {SOURCE}",
        4: FAMILY,
        5: f"{version}; subset",
        6: POSTSCRIPT,
        10: f"A subset of {SOURCE} Regular, made by tools/make_font.py of cogov_sim.",
    }
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    table = font["CFF "].cff
    table.fontNames[0] = POSTSCRIPT
    table.topDictIndex[0].FamilyName = table.topDictIndex[0].FullName = FAMILY


def main(path: Path) -> None:
    """Write the font."""
    font = source_font(path)
    codes, missing = wanted(set(font.getBestCmap()))
    version = font["name"].getDebugName(5).partition(";")[0]
    shrink(font, codes)
    rename(font, version)
    font.save(FONT)
    print(f"{len(codes)} characters, {FONT.stat().st_size} bytes; the source lacks: {missing or 'none'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
