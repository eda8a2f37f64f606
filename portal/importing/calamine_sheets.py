"""Reads xls, old et and ods through calamine. It turns error cells into empty ones: the roster asks for what lacks."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from portal.domain.errors import RefusedError
from portal.domain.sheets import Cell, Sheet, Workbook
from portal.importing.containers import MACROS
from portal.importing.opendocument import Table, tables_of
from portal.importing.values import MOST_CELLS, TOO_MANY, cell_of, filled_down


def read_compound(content: bytes) -> Workbook:
    """An xls or old et file."""
    return _read(content, ())


def read_opendocument(content: bytes) -> Workbook:
    """An ods file; its layout is read apart."""
    with ZipFile(BytesIO(content)) as archive:
        tables = tables_of(archive.read("content.xml"))
    return _read(content, tables)


def _read(content: bytes, tables: Sequence[Table]) -> Workbook:
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = []
    for index, described in enumerate(workbook.sheets_metadata):
        if described.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba):
            raise RefusedError(MACROS)
        if described.visible is not SheetVisibleEnum.Visible:
            sheets.append(Sheet(described.name, (), hidden=True))
        elif described.typ is SheetTypeEnum.WorkSheet:
            layout = tables[index] if index < len(tables) else Table()
            sheets.append(_sheet(described.name, workbook.get_sheet_by_index(index), layout))
    return Workbook(tuple(sheets))


def _sheet(name: str, sheet: CalamineSheet, layout: Table) -> Sheet:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise RefusedError(TOO_MANY)
    rows: dict[int, dict[int, Cell]] = {}
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = {column: cell for column, value in enumerate(values) if (cell := cell_of(column, value))}
        if cells:
            rows[number] = cells
    merged = [(first + 1, last + 1, column) for (first, column), (last, _) in sheet.merged_cell_ranges or ()]
    merges = [merge for merge in (*merged, *layout.merges) if merge[1] > merge[0]]
    return Sheet(
        name=name,
        rows=filled_down(rows, merges, max(rows, default=0)),
        hidden_columns=frozenset(layout.hidden_columns),
        hidden_rows=frozenset(layout.hidden_rows),
    )
