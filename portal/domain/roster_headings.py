"""The header of a list: which row it is and which of the wanted columns stands where."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import Any

from portal.domain.sheets import Cell, CellKind, Row, Sheet, compact

_BRACKETED = re.compile(r"[(\[{<【〔「](?:[^)\]}>】〕」]*)[)\]}>】〕」]")
_NO_WORD = re.compile(r"[\W_]+")
_LONGEST_HEADING = 30
_LISTED_LAST = 5_000
_GUESSED = 10_000
_ROWS_SEARCHED = 40
"""A header stands in the first fifteen rows or so; some offices paste a whole covering letter above it."""


_Told = tuple[int, str]


class RosterColumn(StrEnum):
    """Every column that a list may be read for; all others are never looked at."""

    NAME = "name"
    ID_NUMBER = "id_number"
    VILLAGE = "village"
    TOWNSHIP = "township"
    HOUSEHOLD_SIZE = "household_size"
    PERSONS_COVERED = "persons_covered"
    AMOUNT = "amount"
    ASSISTANCE_TYPE = "assistance_type"
    CAUSE = "cause"
    RELATION = "relation"
    HOUSEHOLD_NUMBER = "household_number"


COLUMN_NAMES = {
    RosterColumn.NAME: "姓名",
    RosterColumn.ID_NUMBER: "身份证号码",
    RosterColumn.VILLAGE: "村（社区）",
    RosterColumn.TOWNSHIP: "乡镇（街道）",
    RosterColumn.HOUSEHOLD_SIZE: "家庭人口",
    RosterColumn.PERSONS_COVERED: "保障人口",
    RosterColumn.AMOUNT: "金额",
    RosterColumn.ASSISTANCE_TYPE: "救助类型",
    RosterColumn.CAUSE: "救助事由",
    RosterColumn.RELATION: "与户主关系",
    RosterColumn.HOUSEHOLD_NUMBER: "户号",
}
"""How a report names a column to the clerk."""

ALWAYS_READ = frozenset(
    {
        RosterColumn.NAME,
        RosterColumn.VILLAGE,
        RosterColumn.TOWNSHIP,
        RosterColumn.RELATION,
        RosterColumn.HOUSEHOLD_NUMBER,
    }
)
"""What tells who and where, and which rows are one household; the rule decides about all other columns."""


def heading_key(text: str) -> str:
    """The key under which a heading is looked up and under which a clerk's explanation of it is remembered."""
    return _key_of(compact(text))


def _key_of(compacted: str) -> str:
    return _NO_WORD.sub("", compacted).lower()


def _keys(text: str) -> Iterator[str]:
    """The key of a heading, then that of it without what stands in brackets: most cells of a list have no brackets."""
    whole = compact(text)
    yield _key_of(whole)
    bare = _BRACKETED.sub("", whole)
    if bare != whole:
        yield _key_of(bare)


Meaning = RosterColumn | None
"""What a clerk says of a heading: the column that it names, or None for one that is not needed."""


Words = Mapping[RosterColumn, Sequence[str]]


@dataclass(frozen=True, slots=True)
class HeadingTable:
    """The known headings: for each key the column and its rank (lower is preferred), and those never needed.

    `guesses` are for headings that nobody has listed: all words of the first tuple, none of the second.
    """

    ranks: Mapping[str, tuple[RosterColumn, int]]
    ignored: frozenset[str]
    guesses: tuple[tuple[RosterColumn, tuple[str, ...], tuple[str, ...]], ...] = ()
    hints: frozenset[str] = field(init=False, repr=False)
    """Every character that a guessed heading may begin its first word with: most cells of a list hold none of them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hints", frozenset(words[0][0] for _, words, _ in self.guesses))

    @classmethod
    def from_table(cls, table: Mapping[str, Mapping[str, Any]]) -> "HeadingTable":
        """Read `headings.toml`."""
        ranks: dict[str, tuple[RosterColumn, int]] = {}
        for column in RosterColumn:
            entry = table.get(column.value, {})
            joined = ["".join(parts) for parts in product(entry.get("owners", ()), entry.get("stems", ()))]
            for rank, word in enumerate((*joined, *entry.get("words", ()))):
                ranks.setdefault(heading_key(word), (column, rank))
        guesses = tuple(
            (column, tuple(words), tuple(entry.get("unless", ())))
            for column in RosterColumn
            for entry in (table.get(column.value, {}),)
            for words in entry.get("holds", ())
        )
        return cls(ranks, frozenset(map(heading_key, table.get("ignored", {}).get("words", ()))), guesses)

    def find(self, text: str, mapping: Mapping[str, Meaning]) -> tuple[RosterColumn, int] | None:
        """The column that a heading names; what a clerk has explained comes before the table."""
        for key in _keys(text):
            if key in mapping:
                column = mapping[key]
                return (column, -1) if column else None
            if key in self.ignored:
                return None
            if key in self.ranks:
                return self.ranks[key]
        return self._guess(heading_key(text))

    def _guess(self, key: str) -> tuple[RosterColumn, int] | None:
        """A column for a heading that only sounds like one; it yields to every listed heading."""
        if self.hints.isdisjoint(key):
            return None
        for column, words, unless in self.guesses:
            if all(word in key for word in words) and not any(word in key for word in unless):
                return column, _GUESSED
        return None

    def extended(self, *, first: Words, last: Words) -> "HeadingTable":
        """The same table with further headings: some before all that it lists, others after them."""
        ranks = dict(self.ranks)
        for column, words in last.items():
            for rank, word in enumerate(words):
                ranks.setdefault(heading_key(word), (column, _LISTED_LAST + rank))
        ranks |= {heading_key(word): (column, -1) for column, words in first.items() for word in words}
        more = {heading_key(word) for words in (*first.values(), *last.values()) for word in words}
        return HeadingTable(ranks, self.ignored - more, self.guesses)

    def knows(self, text: str) -> bool:
        """Whether the heading is in the table at all, needed or not."""
        return any(key in self.ranks or key in self.ignored for key in _keys(text))


@dataclass(frozen=True, slots=True)
class Header:
    """A header of one or two rows: positions in the sheet's rows, and the column of everything found."""

    first: int
    last: int
    row: int
    columns: Mapping[RosterColumn, int]
    texts: Mapping[int, str]
    unknown: tuple[tuple[int, str], ...]
    declined: tuple[tuple[int, str], ...]
    """Headings of which a clerk has said that they are not needed."""

    rivals: tuple[int, ...]
    """Further columns that could be the amount; the clerk is told which one was read."""

    twins: tuple[int, ...]
    """Columns with the very heading of the names' column: two lists side by side, or two kinds of person."""

    found: frozenset[RosterColumn]
    """All columns recognised, also those that the rule does not let be read."""

    @property
    def names_people(self) -> bool:
        """Whether there is a column that tells persons; summaries by village have none."""
        return not self.found.isdisjoint({RosterColumn.NAME, RosterColumn.ID_NUMBER})


@dataclass(frozen=True, slots=True)
class HeadingFinder:
    """Looks for headers with the office's table and what its clerks have explained."""

    table: HeadingTable
    mapping: Mapping[str, Meaning]
    wanted: frozenset[RosterColumn]
    seen: dict[str, tuple[RosterColumn, int] | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What was found for each text: a row is read as a header alone, with the row above and with the row below it."""

    def best(self, sheet: Sheet) -> Header | None:
        """The likeliest header among the first rows, None when no row has two headings of ours."""
        found = [header for index in range(min(len(sheet.rows), _ROWS_SEARCHED)) if (header := self.at(sheet, index))]
        return max(found, key=lambda header: (header.names_people, len(header.found), -header.last), default=None)

    def at(self, sheet: Sheet, index: int) -> Header | None:
        """The header that begins at a row, of one row or of two, None when it is no header."""
        row = sheet.rows[index]
        upper = _texts(row)
        if not upper or len(upper) + 2 < len(row.cells) / 2:
            return None
        single = self.single(sheet, index)
        lower_row = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else None
        # A line that stands alone in the first column is a title, whatever the row below it says.
        if lower_row is None or set(upper) == {0} or not _may_be_lower(lower_row):
            return single
        double = self._header(sheet, index, index + 1, _joined(upper, _texts(lower_row)))
        below = self.single(sheet, index + 1)
        most = max((len(header.found) for header in (single, below) if header), default=0)
        if double and len(double.found) > most:
            return double
        return single

    def single(self, sheet: Sheet, index: int) -> Header | None:
        """The row taken as a header of one row."""
        return self._header(
            sheet, index, index, {column: (text,) for column, text in _texts(sheet.rows[index]).items()}
        )

    def is_heading(self, text: str) -> bool:
        """Whether a cell in the middle of the list repeats a heading."""
        return self.table.knows(text) or heading_key(text) in self.mapping

    def _header(self, sheet: Sheet, first: int, last: int, texts: Mapping[int, Sequence[str]]) -> Header | None:
        candidates: dict[RosterColumn, list[tuple[int, int, int]]] = {}
        chosen: dict[int, str] = {}
        strange: list[tuple[int, str]] = []
        for index, forms in texts.items():
            hit = next(((form, match) for form in forms if (match := self._find(form))), None)
            chosen[index] = hit[0] if hit else forms[0]
            if hit:
                candidates.setdefault(hit[1][0], []).append((index in sheet.hidden_columns, hit[1][1], index))
            elif not any(map(self.table.knows, forms)):
                strange.append((index, forms[0]))
        if len(candidates) < 2:  # noqa: PLR2004 - one known word is a title, two are a header
            return None
        columns = {column: index for column, index in _choose(candidates).items() if column in self.wanted}
        amounts = candidates.get(RosterColumn.AMOUNT, [])
        rivals = tuple(index for hidden, _, index in amounts if not hidden and index != min(amounts)[2])
        name = columns.get(RosterColumn.NAME)
        twins = tuple(
            index
            for _, _, index in candidates.get(RosterColumn.NAME, [])
            if name is not None and index != name and heading_key(chosen[index]) == heading_key(chosen[name])
        )
        unknown, declined = self.sorted_out(strange)
        row, found = sheet.rows[last].number, frozenset(candidates)
        return Header(first, last, row, columns, chosen, unknown, declined, rivals, twins, found)

    def _find(self, text: str) -> tuple[RosterColumn, int] | None:
        if text not in self.seen:
            self.seen[text] = self.table.find(text, self.mapping)
        return self.seen[text]

    def sorted_out(self, strange: Sequence[_Told]) -> tuple[tuple[_Told, ...], tuple[_Told, ...]]:
        """Headings that nobody has explained, and those of which a clerk has said that they are not needed."""
        declined = tuple(one for one in strange if heading_key(one[1]) in self.mapping)
        return tuple(one for one in strange if one not in declined), declined


def _choose(candidates: Mapping[RosterColumn, list[tuple[int, int, int]]]) -> dict[RosterColumn, int]:
    """Of several columns of one kind the visible, best known, leftmost; the identity number nearest after the name."""
    columns = {column: min(found)[2] for column, found in candidates.items()}
    name = columns.get(RosterColumn.NAME)
    if name is not None and RosterColumn.ID_NUMBER in candidates:
        columns[RosterColumn.ID_NUMBER] = min(
            candidates[RosterColumn.ID_NUMBER], key=lambda found: (found[0], found[2] < name, abs(found[2] - name))
        )[2]
    return columns


def _texts(row: Row) -> dict[int, str]:
    return {
        cell.column: cell.text
        for cell in row.cells
        if cell.kind is CellKind.TEXT and 0 < len(compact(cell.text)) <= _LONGEST_HEADING
    }


def _may_be_lower(row: Row) -> bool:
    """Whether a row can be the second row of a header: words only, nothing that looks like data."""
    return bool(row.cells) and all(_is_word(cell) for cell in row.cells)


def _is_word(cell: Cell) -> bool:
    return cell.kind is CellKind.TEXT and not re.search(r"\d{3}", compact(cell.text))


def _joined(upper: Mapping[int, str], lower: Mapping[int, str]) -> dict[int, Sequence[str]]:
    """Both rows of a header read together; a heading above spreads over the empty cells to its right."""
    texts: dict[int, Sequence[str]] = {}
    above = ""
    for column in sorted({*upper, *lower}):
        above = upper.get(column, above)
        below = lower.get(column, "")
        if not below or below == above:
            texts[column] = (above,)
        elif column in upper or above:
            texts[column] = (above + below, below + above, below, *([above] if column in upper else []))
        else:
            texts[column] = (below,)
    return texts
