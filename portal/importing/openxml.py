"""Reads xlsx: openpyxl opens the package and knows its styles, the worksheets are read in a pass of our own."""

import re
from io import BytesIO
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE, builtin_format_code
from openpyxl.xml.constants import SHARED_STRINGS

from portal.domain.sheets import RowsRead, Sheet, Workbook
from portal.importing.stored_values import StoredValues
from portal.importing.values import MOST_ROWS, filled_down
from portal.importing.worksheets import Layout, read_strings, read_worksheet


def read_openxml(content: bytes, most_rows: int = MOST_ROWS, tell: RowsRead | None = None) -> Workbook:
    """All worksheets; hidden ones by name only. openpyxl uses defusedxml, and the sizes were judged before."""
    package = _Package(BytesIO(content), read_only=True, keep_vba=False, data_only=True, keep_links=False)
    package.read()
    worksheets = {worksheet.title for worksheet in package.wb.worksheets}
    sheets = []
    for described, relation in package.parser.find_sheets():
        if described.name not in worksheets:
            continue
        if described.state != "visible":
            sheets.append(Sheet(described.name, (), hidden=True))
            continue
        xml = package.archive.read(relation.target)
        sheets.append(_sheet(described.name, read_worksheet(xml, package.stored_values, most_rows, tell)))
    return Workbook(tuple(sheets))


_QUOTED = re.compile(r'"[^"]*"')
"""Words in a number format: a percent sign among them multiplies nothing."""


class _Package(ExcelReader):
    """The parts around the worksheets: manifest, list of sheets, styles, shared strings."""

    def read_strings(self) -> None:
        """The shared strings; openpyxl's own way takes as long for them as for the cells."""
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        self.shared_strings = read_strings(self.archive.read(part.PartName[1:])) if part is not None else []

    @property
    def stored_values(self) -> StoredValues:
        """What the cells refer to."""
        book: Any = self.wb
        dates, lengths = book._date_formats, book._timedelta_formats  # noqa: SLF001 - openpyxl has no other way to them
        return StoredValues(self.shared_strings, dates, lengths, self._shares(book), book.epoch)

    def _shares(self, book: Any) -> frozenset[int]:
        """The styles whose number format has a percent sign."""
        own = dict(enumerate(book._number_formats, start=BUILTIN_FORMATS_MAX_SIZE))  # noqa: SLF001 - as above
        numbers = [style.numFmtId for style in book._cell_styles]  # noqa: SLF001
        codes = [own.get(number) or builtin_format_code(number) or "" for number in numbers]
        return frozenset(place for place, code in enumerate(codes) if "%" in _QUOTED.sub("", code))


def _sheet(name: str, layout: Layout) -> Sheet:
    return Sheet(
        name=name,
        rows=filled_down(layout.rows, layout.merges, layout.last_row),
        hidden_columns=frozenset(layout.hidden_columns),
        hidden_rows=frozenset(layout.hidden_rows),
    )
