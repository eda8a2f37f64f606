"""Papers: everything a printed sheet shows, as plain strings, decided before printing begins.

A paper is printed exactly as it stands; printing looks nothing up and decides nothing. Texts that may hold a person's
name are kept out of every `repr`.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class ColumnKind(StrEnum):
    """How a column is set: words centred, numbers right-aligned with figures of one width."""

    TEXT = "text"
    NUMBER = "number"


class SheetSize(StrEnum):
    """The paper a village prints on."""

    A4 = "A4"
    A3 = "A3"


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one place. An empty `place` prints no heading; cells stand in the order of the column labels."""

    place: str
    rows: tuple[tuple[str, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePaper:
    """A recipient notice as the public gets it (masked names), in the geometry of GB/T 9704-2012.

    Sealed notices have no groups: counts and totals stay, names are gone. `document_date` is the date pinned in the
    file, so that the same paper gives the same bytes.
    """

    site_name: str
    demo: bool
    number: str
    title: str
    basis: str
    lead: str
    caption: str
    column_labels: tuple[str, ...]
    column_kinds: tuple[ColumnKind, ...]
    groups: tuple[Group, ...]
    totals: tuple[str, ...]
    cause_lines: tuple[str, ...]
    period_line: str | None
    notes: tuple[str, ...]
    objection_lines: tuple[str, ...]
    office_name: str
    dated: date
    url: str
    short_address: str
    sha256: str
    footer_note: str
    document_date: date
    row_unit: str = "户"
    language: str = "zh-Hans-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class VillagePaper:
    """The sheet that is pinned to the village board, with full names; printed on the spot and never stored.

    `hotline` is printed at 22 points or more. `tear_off_on` is the day after which the sheet must be destroyed.
    """

    site_name: str
    demo: bool
    number: str
    title: str
    basis: str
    lead: str
    caption: str
    column_labels: tuple[str, ...]
    column_kinds: tuple[ColumnKind, ...]
    groups: tuple[Group, ...]
    totals: tuple[str, ...]
    period_line: str | None
    notes: tuple[str, ...]
    objection_lines: tuple[str, ...]
    hotline: str
    office_name: str
    dated: date
    url: str
    short_address: str
    tear_off_on: date
    document_date: date
    row_unit: str = "户"
    sheet: SheetSize = SheetSize.A4
    language: str = "zh-Hans-CN"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a document; level 1 is set in 黑体, 2 in 楷体, 3 in 仿宋."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `ordered` ones are numbered."""

    ordered: bool
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table inside a document."""

    caption: str
    column_labels: tuple[str, ...]
    column_kinds: tuple[ColumnKind, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Listing | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPaper:
    """A policy, guide, report or letter. `meta` holds label and value pairs (索引号, 发布机构 …) under the title.

    `addressee` is printed flush left before the text, for example 反映人; `demo` and the footer as in a notice.
    A letter that has no public page leaves `url` empty and gets no code.
    """

    site_name: str
    demo: bool
    number: str
    title: str
    meta: tuple[tuple[str, str], ...]
    addressee: str | None = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    office_name: str
    dated: date
    url: str
    short_address: str
    sha256: str
    footer_note: str
    document_date: date
    language: str = "zh-Hans-CN"


Paper = NoticePaper | VillagePaper | DocumentPaper


def chinese_day(day: date) -> str:
    """A date as official documents write it, in Arabic figures without leading zeros: 2026年11月3日."""
    return f"{day.year}年{day.month}月{day.day}日"
