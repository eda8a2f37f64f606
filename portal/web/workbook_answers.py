"""Workbooks with live formulas and, beside them, their results: for programs that compute, and those that do not.

Written by hand, so that the same figures give the same bytes and no library adds dates or names.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from flask import Response

from portal.domain.sheets import address

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula without its equals sign, and its result."""

    text: str
    result: Decimal


CellValue = str | Decimal | Formula | None


@dataclass(frozen=True, slots=True)
class SheetContent:
    """One worksheet: a name of at most thirty-one letters, and rows of cells."""

    name: str
    rows: Sequence[Sequence[CellValue]]
    widths: Sequence[int] = ()


def workbook_answer(name: str, sheets: Sequence[SheetContent]) -> Response:
    """A workbook under the name of a file."""
    response = Response(workbook_bytes(sheets), mimetype=f"{_KIND}.sheet")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def workbook_bytes(sheets: Sequence[SheetContent]) -> bytes:
    """The file; programs that compute are asked to compute everything anew when they open it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, text in _parts(sheets):
            part = zipfile.ZipInfo(path, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(part, _HEAD + text)
    return out.getvalue()


def _parts(sheets: Sequence[SheetContent]) -> Iterable[tuple[str, str]]:
    numbers = range(1, len(sheets) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>' for n in numbers
    )
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{kinds}</Types>'
    )
    yield "[Content_Types].xml", types
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}</sheets><calcPr fullCalcOnLoad="1"/></workbook>'
    )
    yield "xl/workbook.xml", book
    links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations(links)
    for n, sheet in zip(numbers, sheets, strict=True):
        yield f"xl/worksheets/sheet{n}.xml", _sheet(sheet)


def _relations(links: Iterable[tuple[str, str, str]]) -> str:
    told = "".join(f'<Relationship Id="{ident}" Type="{_LINKS}/{kind}" Target="{to}"/>' for ident, kind, to in links)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _sheet(sheet: SheetContent) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(sheet.widths, start=1)
    )
    rows = "".join(
        f'<row r="{number}">{"".join(_cell(address(column, number), value) for column, value in enumerate(row))}</row>'
        for number, row in enumerate(sheet.rows, start=1)
    )
    widths = f"<cols>{columns}</cols>" if columns else ""
    return f'<worksheet xmlns="{_MAIN}">{widths}<sheetData>{rows}</sheetData></worksheet>'


def _cell(place: str, value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, Formula):
        return f'<c r="{place}"><f>{escape(value.text)}</f><v>{value.result}</v></c>'
    if isinstance(value, Decimal):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
