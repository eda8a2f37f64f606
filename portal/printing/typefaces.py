"""Typefaces: which font plays which part, what the operator's folder adds, and whether every character has a glyph.

GB/T 9704-2012 asks for 小标宋, 仿宋, 黑体 and 楷体. Without licensed fonts Noto Serif and Noto Sans stand in for them,
openly; a font that the operator drops into the folder takes the part that its name says. Any other font there is a
reserve for rare characters.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from portal.printing.fontconfig import installed_coverage

SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN")
SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN")


class Part(StrEnum):
    """The parts that a typeface can play in an official document."""

    TITLE = "title"
    BODY = "body"
    HEADING = "heading"
    SUBHEADING = "subheading"
    RESERVE = "reserve"


MARKS: dict[Part, tuple[str, ...]] = {
    Part.TITLE: ("小标宋", "xiaobiaosong", "xbs"),
    Part.BODY: ("仿宋", "fangsong", "fandolfang", "stfangso"),
    Part.SUBHEADING: ("楷", "kaiti", "fandolkai", "simkai"),
    Part.HEADING: ("黑体", "heiti", "simhei", "fandolhei"),
}
"""What a font's family name holds when it is made for a part."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font of the operator's folder. `covers` holds the code points that it has glyphs for."""

    name: str
    part: Part
    path: Path
    covers: frozenset[int] = field(repr=False)

    @property
    def family(self) -> str:
        """The family name that our style sheets use for it."""
        return f"Portal {self.name}"

    @property
    def address(self) -> str:
        """The named asset under which our style sheets fetch it."""
        return f"asset:font/{self.path.name.encode().hex()}"


def part_of(families: Iterable[str]) -> Part:
    """The part that a font's names say it is made for; RESERVE when they say none."""
    names = " ".join(families).lower().replace(" ", "")
    return next((part for part, marks in MARKS.items() if any(mark in names for mark in marks)), Part.RESERVE)


@cache
def _font_file(path: Path, _changed_ns: int) -> FontFile | None:
    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            families = {str(record) for record in font["name"].names if record.nameID in {1, 4, 16}}
            return FontFile(path.stem, part_of({*families, path.stem}), path, frozenset(font.getBestCmap()))
    except (TTLibError, KeyError, TypeError, OSError):
        return None


def operator_fonts(folder: Path | None) -> tuple[FontFile, ...]:
    """The readable .otf and .ttf files of the folder, by name; a file that is no font is passed over."""
    if folder is None or not folder.is_dir():
        return ()
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".otf", ".ttf"})
    found = (_font_file(path, path.stat().st_mtime_ns) for path in paths)
    return tuple(font for font in found if font is not None)


@dataclass(frozen=True, slots=True)
class Faces:
    """The font-family list of each part, as CSS text, and the weight that its title font needs."""

    title: str
    title_weight: str
    body: str
    heading: str
    subheading: str


def _stack(fonts: tuple[FontFile, ...], part: Part, shipped: tuple[str, ...]) -> str:
    own = [font.family for font in fonts if font.part is part]
    reserve = [font.family for font in fonts if font.part is Part.RESERVE]
    return ", ".join(f'"{name}"' for name in (*own, *shipped, *reserve))


def faces_from(fonts: tuple[FontFile, ...]) -> Faces:
    """The operator's fonts first, the shipped families behind them, rare characters last.

    楷体 falls back on 仿宋 before Noto Serif, which it resembles more. A 小标宋 is bold by itself.
    """
    body = _stack(fonts, Part.BODY, SERIF)
    kai = [f'"{font.family}"' for font in fonts if font.part is Part.SUBHEADING]
    return Faces(
        title=_stack(fonts, Part.TITLE, SERIF),
        title_weight="normal" if any(font.part is Part.TITLE for font in fonts) else "bold",
        body=body,
        heading=_stack(fonts, Part.HEADING, SANS),
        subheading=", ".join([*kai, body]),
    )


def without_glyph(text: str, fonts: tuple[FontFile, ...]) -> tuple[str, ...]:
    """The characters of a text that neither the shipped stack nor the operator's reserve can print, in code order."""
    reserve = frozenset[int]().union(*(font.covers for font in fonts if font.part is Part.RESERVE))
    shipped = installed_coverage(SERIF)
    return tuple(
        character
        for character in sorted(set(text))
        if not character.isspace() and ord(character) not in reserve and not shipped(ord(character))
    )
