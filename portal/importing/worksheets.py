"""What openpyxl's fast reader leaves out of a worksheet: merges, hidden columns and rows, formulas never computed."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from portal.domain.errors import RefusedError
from portal.importing.containers import BOMB
from portal.importing.values import MOST_CELLS, MOST_ROWS, TOO_MANY, Merge

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_MOST_COLUMNS = 16_384


@dataclass(slots=True)
class Layout:
    """One worksheet's layout; rows count from 1, columns from 0. `last_row` is the last one with a value."""

    merges: list[Merge] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    last_row: int = 0
    valued_rows: int = 0


def layout_of(xml: bytes, most_rows: int = MOST_ROWS) -> Layout:
    """Read a worksheet's part in one pass; raises RefusedError for a part with a document type or absurdly large."""
    parser = expat.ParserCreate(namespace_separator=" ")
    scan = _Scan(parser, most_rows)
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(xml, True)  # noqa: FBT003 - expat takes its flag by position
    return scan.layout


def _refuse_doctype(*_: object) -> None:
    """A worksheet never has one; entities that expand without end are declared there."""
    raise RefusedError(BOMB)


class _Scan:
    """Follows the elements of a worksheet; text is looked at behind formulas only, all other text costs time."""

    def __init__(self, parser: expat.XMLParserType, most_rows: int) -> None:
        self.layout = Layout()
        self._most_rows = most_rows
        self._parser = parser
        self._row = 0
        self._cells = 0
        self._cell: dict[str, str] = {}
        self._has_formula = self._has_value = self._row_valued = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self._cells += 1
            self._cell, self._has_formula, self._has_value = attributes, False, False
        elif tag in {"v", "is"}:
            self._begin_value()
        elif tag == "f":
            self._has_formula = self._row_valued = True
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            self._hide(attributes)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c" and self._has_formula:
            self._end_formula()
        elif tag == "row":
            self._end_row()

    def _begin_value(self) -> None:
        self._row_valued = True
        if self._has_formula and self._cell.get("t") != "str":
            # Some programs write an empty <v/> behind a formula that nobody has computed yet.
            self._parser.CharacterDataHandler = self._note_text
        else:
            self._has_value = True

    def _note_text(self, _text: str) -> None:
        self._has_value = True

    def _end_formula(self) -> None:
        self._parser.CharacterDataHandler = None
        match = None if self._has_value else _REFERENCE.fullmatch(self._cell.get("r", ""))
        if match:
            self.layout.uncomputed.add((int(match[2]), _column(match[1])))

    def _end_row(self) -> None:
        if self._row_valued:
            self.layout.last_row = self._row
            self.layout.valued_rows += 1
        if self.layout.valued_rows > self._most_rows or self._cells > MOST_CELLS:
            raise RefusedError(TOO_MANY)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        self._row_valued = False
        if attributes.get("hidden") in {"1", "true"}:
            self.layout.hidden_rows.add(self._row)

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
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
