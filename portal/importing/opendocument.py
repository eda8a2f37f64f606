"""Reads ods: values through calamine, after a pass for the layout that also finds repeats which would blow it up."""

from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat
from zipfile import ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from portal.domain.errors import RefusedError
from portal.domain.sheets import Cell, Sheet, Workbook
from portal.importing.containers import BOMB
from portal.importing.values import MOST_CELLS, MOST_ROWS, TOO_MANY, Merge, cell_of, filled_down


def read_opendocument(content: bytes) -> Workbook:
    """All tables, hidden ones by name only. calamine turns error cells into empty ones: the roster asks for them."""
    with ZipFile(BytesIO(content)) as archive:
        tables = tables_of(archive.read("content.xml"))
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = []
    for index, described in enumerate(workbook.sheets_metadata):
        if described.visible is not SheetVisibleEnum.Visible:
            sheets.append(Sheet(described.name, (), hidden=True))
        elif described.typ is SheetTypeEnum.WorkSheet:
            layout = tables[index] if index < len(tables) else Table()
            sheets.append(_sheet(described.name, workbook.get_sheet_by_index(index), layout))
    return Workbook(tuple(sheets))


def _sheet(name: str, sheet: CalamineSheet, layout: "Table") -> Sheet:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise RefusedError(TOO_MANY)
    rows: dict[int, dict[int, Cell]] = {}
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = {column: cell for column, value in enumerate(values) if (cell := cell_of(column, value))}
        if cells:
            rows[number] = cells
    return Sheet(
        name=name,
        rows=filled_down(rows, layout.merges, max(rows, default=0)),
        hidden_columns=frozenset(layout.hidden_columns),
        hidden_rows=frozenset(layout.hidden_rows),
    )


@dataclass(slots=True)
class Table:
    """One table's layout; rows count from 1, columns from 0."""

    merges: list[Merge] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)


def tables_of(xml: bytes) -> list[Table]:
    """Read `content.xml` in one pass; raises RefusedError where repeats or a document type would blow it up."""
    parser = expat.ParserCreate(namespace_separator=" ")
    scan = _Scan()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(xml, True)  # noqa: FBT003 - expat takes its flag by position
    return scan.tables


def _refuse_doctype(*_: object) -> None:
    raise RefusedError(BOMB)


class _Scan:
    """Follows the elements, counting rows and columns with their repeats."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self._row = self._column = self._repeat = 0
        self._cells = self._valued = self._rows = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if tag == "table":
            self.tables.append(Table())
            self._row = self._column = 0
        elif tag == "table-column":
            self._hide(plain)
        elif tag == "table-row":
            self._begin_row(plain)
        elif tag in {"table-cell", "covered-table-cell"}:
            self._cell(plain)

    def end(self, name: str) -> None:
        if name.rpartition(" ")[2] != "table-row" or not self._valued:
            return
        self._rows += self._repeat
        self._cells += self._column * self._repeat
        if self._rows > MOST_ROWS or self._cells > MOST_CELLS:
            raise RefusedError(TOO_MANY)

    def _hide(self, attributes: dict[str, str]) -> None:
        repeat = int(attributes.get("number-columns-repeated", "1"))
        if attributes.get("visibility") in {"collapse", "filter"}:
            self.tables[-1].hidden_columns.update(range(self._column, self._column + min(repeat, 1024)))
        self._column += repeat

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row += self._repeat if self._row else 0
        self._row = self._row or 1
        self._repeat = int(attributes.get("number-rows-repeated", "1"))
        self._column = self._valued = 0
        if attributes.get("visibility") in {"collapse", "filter"}:
            self.tables[-1].hidden_rows.update(range(self._row, self._row + min(self._repeat, MOST_ROWS)))

    def _cell(self, attributes: dict[str, str]) -> None:
        spanned = int(attributes.get("number-rows-spanned", "1"))
        if spanned > 1:
            self.tables[-1].merges.append((self._row, self._row + spanned - 1, self._column))
        if "value-type" in attributes:
            self._valued += 1
        self._column += int(attributes.get("number-columns-repeated", "1"))
