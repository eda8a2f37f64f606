"""Reads the worksheets of an xlsx and its shared strings, each in one pass: values, merges, hidden columns and rows.

openpyxl builds a tree of objects for every cell, which takes four times as long; it is asked for the package only.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from portal.domain.errors import RefusedError
from portal.domain.sheets import ROWS_A_WORD, Cell, CellKind, RowsRead
from portal.importing.containers import BOMB
from portal.importing.stored_values import StoredValues
from portal.importing.values import MOST_CELLS, MOST_ROWS, TOO_MANY, Merge

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_DIGITS = "0123456789"
_MOST_COLUMNS = 16_384


@dataclass(slots=True)
class Layout:
    """One worksheet; rows count from 1, columns from 0. `last_row` is the last one with a value or a formula."""

    rows: dict[int, dict[int, Cell]] = field(default_factory=dict, repr=False)
    merges: list[Merge] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    last_row: int = 0


def read_worksheet(
    xml: bytes, stored: StoredValues, most_rows: int = MOST_ROWS, tell: RowsRead | None = None
) -> Layout:
    """Read a worksheet's part; raises RefusedError for a part with a document type or absurdly large."""
    scan = _Scan(stored, most_rows, tell or (lambda _rows: None))
    _parse(xml, scan.start, scan.end, scan.texts)
    return scan.layout


def read_strings(xml: bytes) -> list[str]:
    """The shared strings, runs of rich text joined, readings (拼音) left out."""
    scan = _Strings()
    _parse(xml, scan.start, scan.end, scan.texts)
    return scan.strings


def _parse(
    xml: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], texts: list[str]
) -> None:
    """Every text goes into `texts`, which whoever needs one has emptied at its beginning: no call of ours for it."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(xml, True)  # noqa: FBT003 - expat takes its flag by position


def _refuse_doctype(*_: object) -> None:
    """A worksheet never has one; entities that expand without end are declared there."""
    raise RefusedError(BOMB)


class _Strings:
    """Follows the elements of the table of shared strings."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.texts: list[str] = []
        self._runs: list[str] = []
        self._reading = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "si":
            self._runs = []
        elif tag == "rPh":
            self._reading = True
        self.texts.clear()

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "t" and not self._reading:
            self._runs.append("".join(self.texts))
        elif tag == "rPh":
            self._reading = False
        elif tag == "si":
            self.strings.append(unescaped("".join(self._runs)))


def unescaped(text: str) -> str:
    """Programs write _x005F_ for an underscore that would else begin an escape; openpyxl reads it so."""
    return text.replace("x005F_", "") if "x005F_" in text else text


class _Scan:
    """Follows the elements of a worksheet; it runs a dozen million times for a county, so it does little each time."""

    def __init__(self, stored: StoredValues, most_rows: int, tell: RowsRead) -> None:
        self.layout = Layout()
        self.texts: list[str] = []
        self._stored, self._most_rows, self._tell = stored, most_rows, tell
        self._columns: dict[str, int] = {}
        self._row = self._column = self._cell_count = self._valued_rows = 0
        self._cells: dict[int, Cell] = {}
        self._attributes: dict[str, str] = {}
        self._value: str | None = None
        self._runs: list[str] | None = None
        self._has_formula = self._row_valued = self._reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._attributes, self._value, self._runs, self._has_formula = attributes, None, None, False
        elif tag in {"v", "t"}:
            self.texts.clear()
        elif tag == "is":
            self._runs = []
        elif tag == "f":
            self._has_formula = self._row_valued = True
        elif tag == "row":
            self._begin_row(attributes)
        else:
            self._start_rarely(tag, attributes)

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._end_cell()
        elif tag == "v":
            self._value = "".join(self.texts)
        elif tag == "t" and self._runs is not None and not self._reading:
            self._runs.append("".join(self.texts))
        elif tag == "rPh":
            self._reading = False
        elif tag == "row":
            self._end_row()

    def _start_rarely(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "rPh":
            self._reading = True
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            self._hide(attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        self._cells, self._column, self._row_valued = {}, -1, False
        if attributes.get("hidden") in {"1", "true"}:
            self.layout.hidden_rows.add(self._row)

    def _end_cell(self) -> None:
        attributes, self._cell_count = self._attributes, self._cell_count + 1
        reference = attributes.get("r")
        self._column = column = self._column_of(reference) if reference else self._column + 1
        kind = attributes.get("t", "n")
        if self._has_formula and (self._value is None or (kind != "str" and not self._value)):
            self._cells[column] = Cell(column, "", CellKind.FORMULA)
            return
        text = self._value
        if kind == "inlineStr":
            text = None if self._runs is None else "".join(self._runs)
        if text is None:
            return
        self._row_valued = True
        if text and (cell := self._stored.cell(column, kind, attributes.get("s"), text)):
            self._cells[column] = cell

    def _end_row(self) -> None:
        if self._row_valued:
            self.layout.last_row = self._row
            self._valued_rows += 1
            if self._valued_rows % ROWS_A_WORD == 0:
                self._tell(self._valued_rows)
        if self._valued_rows > self._most_rows or self._cell_count > MOST_CELLS:
            raise RefusedError(TOO_MANY)
        if self._cells:
            self.layout.rows.setdefault(self._row, self._cells)

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip(_DIGITS)
        found = self._columns.get(letters)
        if found is None:
            found = self._columns[letters] = _column(letters)
        return found

    def _merge(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:  # noqa: PLR2004 - a range has two corners
            first, last = int(corners[0][2]), int(corners[1][2])
            if last > first:
                self.layout.merges.append((first, last, _column(corners[0][1])))

    def _hide(self, attributes: dict[str, str]) -> None:
        first = int(attributes.get("min", "1"))
        last = min(int(attributes.get("max", str(first))), _MOST_COLUMNS)
        self.layout.hidden_columns.update(range(first - 1, last))


def _column(letters: str) -> int:
    """A → 0, AA → 26; ValueError for what is no column."""
    if not re.fullmatch(r"[A-Z]{1,3}", letters):
        raise ValueError("no column")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
