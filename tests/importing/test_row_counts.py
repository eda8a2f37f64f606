from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from portal.importing.row_counts import rows_told
from tests.usecases.payments import paid, roster


def test_an_xlsx_says_in_the_head_of_its_sheets_how_many_rows_it_has():
    rows = roster(paid((("航运新村", 50),)))
    book = Workbook()
    book.create_sheet("说明").append(["两行"])
    assert rows_told(rows) == 53
    assert rows_told(roster(paid((("航运新村", 50),)), more=book)) >= 54


def archive(**parts: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", text)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"PK\x03\x04 cut short",
        archive(xl__workbook="<workbook/>"),
        archive(xl__worksheets__sheet1="<worksheet><sheetData/></worksheet>"),
        archive(xl__worksheets__sheet1='<worksheet><dimension ref="A1"/></worksheet>'),
        archive(xl__worksheets__sheet1='<worksheet><dimension ref="no cells"/></worksheet>'),
    ],
)
def test_what_says_nothing_counts_as_nothing_and_is_no_error(content: bytes):
    assert rows_told(content) == 0
