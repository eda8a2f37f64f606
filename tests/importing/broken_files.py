"""Files that no office means to hand in, made in memory: encrypted, damaged, with macros, bombs."""

import io
import struct

from openpyxl import Workbook

from tests.samples.make_samples import zipped

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def xlsx(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def raw_xlsx(sheet_xml: str, types: str = "", **more: str | bytes) -> bytes:
    """The smallest workbook around a worksheet's XML; further parts by name with __ for the slash, `types` theirs."""
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{office}.worksheet+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATIONS}"><sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml,
    }
    parts |= {name.replace("__", "/"): content for name, content in more.items()}
    return zipped(parts)


def worksheet(inside: str, before: str = "", after: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_SHEET}">{before}<sheetData>{inside}</sheetData>{after}</worksheet>'


def compound(*names: str) -> bytes:
    """A compound file that holds nothing but directory entries of these names."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    entries = b"".join(_entry(name) for name in ("Root Entry", *names))
    return header.ljust(512, b"\0") + entries.ljust(1024, b"\0")


def _entry(name: str) -> bytes:
    text = (name + "\0").encode("utf-16le")
    return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + b"\0" * 62


def bomb() -> bytes:
    return raw_xlsx(worksheet("<row><c/></row>" * 2_400_000))


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    xml = worksheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&e8;</t></is></c></row>')
    return raw_xlsx(xml.replace("<worksheet", f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><worksheet', 1))
