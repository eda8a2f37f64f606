"""Reads xlsx: values through openpyxl's streaming reader, the layout in a pass of its own."""

from collections.abc import Iterable, Iterator
from io import BytesIO

from openpyxl.reader.excel import ExcelReader

from portal.domain.sheets import Cell, CellKind, Sheet, Workbook
from portal.importing.values import MOST_ROWS, cell_of, filled_down
from portal.importing.worksheets import Layout, layout_of


def read_openxml(content: bytes, most_rows: int = MOST_ROWS) -> Workbook:
    """All worksheets; hidden ones by name only. openpyxl uses defusedxml, and the sizes were judged before."""
    reader = ExcelReader(BytesIO(content), read_only=True, keep_vba=False, data_only=True, keep_links=False)
    reader.read()
    worksheets = {worksheet.title: worksheet for worksheet in reader.wb.worksheets}
    sheets = []
    for described, relation in reader.parser.find_sheets():
        name = described.name
        if name not in worksheets:
            continue
        if described.state != "visible":
            sheets.append(Sheet(name, (), hidden=True))
            continue
        layout = layout_of(reader.archive.read(relation.target), most_rows)
        # The dimension that a file declares is not believed: some programs write A1 whatever there is.
        worksheets[name].reset_dimensions()
        values = worksheets[name].iter_rows(max_row=max(layout.last_row, 1), values_only=True)
        sheets.append(_sheet(name, values, layout))
    return Workbook(tuple(sheets))


def _sheet(name: str, values: Iterable[tuple[object, ...]], layout: Layout) -> Sheet:
    rows = dict(_rows(values))
    for number, column in layout.uncomputed:
        rows.setdefault(number, {})[column] = Cell(column, "", CellKind.FORMULA)
    return Sheet(
        name=name,
        rows=filled_down(rows, layout.merges, layout.last_row),
        hidden_columns=frozenset(layout.hidden_columns),
        hidden_rows=frozenset(layout.hidden_rows),
    )


def _rows(values: Iterable[tuple[object, ...]]) -> Iterator[tuple[int, dict[int, Cell]]]:
    for number, row in enumerate(values, start=1):
        cells = {column: cell for column, value in enumerate(row) if (cell := cell_of(column, value))}
        if cells:
            yield number, cells
