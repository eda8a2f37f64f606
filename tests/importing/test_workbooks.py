from contextlib import suppress
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.errors import RefusedError
from portal.domain.sheets import CellKind, Workbook
from portal.importing.workbooks import MAX_BYTES, SheetLimits, read_workbook
from tests.importing.broken_files import bomb, compound, entity_bomb, raw_xlsx, worksheet, xlsx
from tests.samples import make_samples as samples

PLAIN = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')


def texts(workbook: Workbook, sheet: int = 0) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in workbook.sheets[sheet].rows]


def sentence(content: bytes, filename: str = "名单.xlsx") -> str:
    with pytest.raises(RefusedError) as caught:
        read_workbook(content, filename)
    return str(caught.value)


@pytest.mark.parametrize(
    "path", [samples.CLEAN, samples.OPEN_DOCUMENT, samples.OLD_FORMAT], ids=lambda path: path.suffix
)
def test_all_formats_give_the_same_people_with_villages_filled_down(path):
    sheet = read_workbook(path.read_bytes(), path.name).sheets[0]
    expected = samples.list_rows(samples.VILLAGES, 23, 11)
    found = [row for row in sheet.rows if row.cell(3).text[:6] == "370899"]
    assert [row.cell(3).text for row in found] == [row[3] for row in expected]
    assert [row.cell(1).text for row in found] == [row[1] for row in expected]
    assert sheet.name == "初审名单"


@pytest.mark.parametrize("path", [samples.CLEAN, samples.OLD_FORMAT], ids=lambda path: path.suffix)
def test_hidden_sheets_come_by_name_only(path):
    hidden = read_workbook(path.read_bytes(), path.name).sheets[1]
    assert (hidden.name, hidden.hidden, hidden.rows) == ("旧名单", True, ())


def test_hidden_columns_blank_rows_and_error_cells_keep_their_places():
    sheet = read_workbook(samples.FAULTY.read_bytes(), "x.xlsx").sheets[0]
    assert sheet.hidden_columns == {7}
    assert 14 not in {row.number for row in sheet.rows}
    error = next(row for row in sheet.rows if row.number == 19).cell(6)
    assert (error.kind, error.text) == (CellKind.ERROR, "#REF!")


def test_formulas_give_their_stored_result_or_say_that_there_is_none():
    xml = worksheet(
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>1+1</f></c><c r="C2"><f>1+1</f><v></v></c>'
        '<c r="D2" t="str"><f>IF(1,"")</f><v></v></c><c r="E2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    (row,) = read_workbook(raw_xlsx(xml), "x.xlsx").sheets[0].rows
    assert row.number == 2
    kinds = [(cell.column, cell.kind) for cell in row.cells]
    assert kinds == [(0, CellKind.NUMBER), (1, CellKind.FORMULA), (2, CellKind.FORMULA), (4, CellKind.ERROR)]


def test_long_numbers_are_written_out_and_floats_lose_their_noise():
    xml = worksheet(
        '<row r="1"><c r="A1"><v>3.7089919430919098E+17</v></c><c r="B1"><v>370899194309190947</v></c>'
        '<c r="C1"><v>1245.9999999999998</v></c><c r="D1"><v>820</v></c><c r="E1"><v>0.1</v></c></row>'
    )
    assert texts(read_workbook(raw_xlsx(xml), "x.xlsx")) == [
        ["370899194309190976", "370899194309190947", "1246", "820", "0.1"]
    ]


STRINGS = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>韩春梅</t></si>'
    "<si><r><t>甄</t></r><r><rPr><b/></rPr><t>庄村</t></r><rPh><t>zhen</t></rPh></si><si><t> </t></si></sst>"
)
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
    '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def with_strings(xml: str) -> bytes:
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{office}.{kind}+xml"/>'
        for name, kind in (("sharedStrings", "sharedStrings"), ("styles", "styles"))
    )
    parts = {"xl__sharedStrings.xml": STRINGS, "xl__styles.xml": STYLES}
    return raw_xlsx(xml, types=types, **parts)


def test_texts_are_read_from_their_table_and_from_the_cell_without_their_readings():
    xml = worksheet(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="inlineStr"><is><r><t>孟</t></r><r><t>小河</t></r><rPh><t>meng</t></rPh></is></c></row>'
    )
    assert texts(read_workbook(with_strings(xml), "x.xlsx")) == [["韩春梅", "甄庄村", "孟小河"]]


def test_a_number_that_is_shown_as_a_percentage_says_so():
    workbook = openpyxl.Workbook()
    page = workbook.worksheets[0]
    page.append([1, 0.955, 820, 95])
    for place, shown in (("A1", "0%"), ("B1", "0.0%;[Red]-0.0%"), ("D1", '0"%"')):
        page[place].number_format = shown
    out = BytesIO()
    workbook.save(out)
    cells = read_workbook(out.getvalue(), "x.xlsx").sheets[0].rows[0].cells
    assert [(cell.text, cell.is_share) for cell in cells] == [
        ("1", True),
        ("0.955", True),
        ("820", False),
        ("95", False),
    ]


def test_numbers_are_dates_by_their_style_and_truth_is_a_word():
    xml = worksheet(
        '<row r="1"><c r="A1" s="1"><v>46296</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" s="1"><v>9E9</v></c>'
        '<c r="D1" t="d"><v>2026-10-01</v></c></row>'
    )
    row = read_workbook(with_strings(xml), "x.xlsx").sheets[0].rows[0]
    told = [(cell.text, cell.kind) for cell in row.cells]
    assert told[0] == ("2026-10-01 00:00:00", CellKind.DATE)
    assert told[1:3] == [("True", CellKind.TEXT), ("#VALUE!", CellKind.ERROR)]
    assert told[3][1] is CellKind.DATE


def test_cells_and_rows_without_an_address_follow_one_another():
    xml = worksheet("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>")
    rows = read_workbook(raw_xlsx(xml), "x.xlsx").sheets[0].rows
    assert [(row.number, [(cell.column, cell.text) for cell in row.cells]) for row in rows] == [
        (1, [(0, "1"), (2, "3")]),
        (2, [(0, "4")]),
    ]


def test_names_with_a_prefix_are_the_same_elements():
    xml = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>').replace("xmlns=", "xmlns:x=")
    for name in ("worksheet", "sheetData", "row", "c ", "c>", "v>"):
        xml = xml.replace(f"<{name}", f"<x:{name}").replace(f"</{name}", f"</x:{name}")
    assert texts(read_workbook(raw_xlsx(xml), "x.xlsx")) == [["1"]]


def test_a_string_that_is_in_no_table_or_a_cell_that_is_nowhere_makes_a_damaged_file():
    for cell in ('<c r="A1" t="s"><v>9</v></c>', '<c r="1A"><v>1</v></c>', '<c r="A1"><v>eins</v></c>'):
        assert "损坏" in sentence(with_strings(worksheet(f'<row r="1">{cell}</row>')))


def test_whoever_waits_for_many_rows_hears_of_them():
    heard: list[int] = []
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in range(1, 4102))
    read_workbook(raw_xlsx(worksheet(rows)), "x.xlsx", tell=heard.append)
    assert heard == [2000, 4000]


def test_merged_cells_are_filled_downwards_only():
    xml = worksheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>7</v></c><c r="C2"><v>5</v></c></row><row r="3"><c r="C3"><v>6</v></c></row>',
        after='<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:B1048576"/></mergeCells>',
    )
    sheet = read_workbook(raw_xlsx(xml), "x.xlsx").sheets[0]
    assert texts(read_workbook(raw_xlsx(xml), "x.xlsx")) == [["1"], ["7", "5"], ["7", "6"]]
    assert [row.cell(0).filled for row in sheet.rows] == [False, False, True]


def test_a_wrong_dimension_cuts_nothing_off():
    xml = worksheet('<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row>', before='<dimension ref="A1"/>')
    assert texts(read_workbook(raw_xlsx(xml), "x.xlsx")) == [["1", "3"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_files_are_read_in_every_encoding_and_with_every_delimiter(encoding, delimiter):
    lines = [
        ["姓名", "村居", "金额"],
        ["韩春梅", "甄庄村", '"1,308.00"'],
        ["", "", ""],
        ["孟小河", "张营村", '="0820"'],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    workbook = read_workbook(content, "名单.csv")
    assert texts(workbook) == [["姓名", "村居", "金额"], ["韩春梅", "甄庄村", "1,308.00"], ["孟小河", "张营村", "0820"]]
    assert [row.number for row in workbook.sheets[0].rows] == [1, 2, 4]


def test_the_kind_is_told_by_the_bytes_and_not_by_the_name():
    assert texts(read_workbook(samples.CLEAN.read_bytes(), "名单.csv"))[2][0] == "序号"
    assert texts(read_workbook(samples.OLD_FORMAT.read_bytes(), "名单.et"))[2][0] == "序号"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (compound("EncryptionInfo", "EncryptedPackage"), "密码"),
        (compound("Workbook", "_VBA_PROJECT_CUR"), "宏"),
        (compound("WordDocument"), "不是可以导入的表格"),
        (compound("Workbook"), "损坏"),
        (raw_xlsx(PLAIN, xl__vbaProject=b"x"), "宏"),
        (raw_xlsx(PLAIN, **{"xl__macrosheets__sheet1.xml": "x"}), "宏"),
        (samples.zipped({"word/document.xml": "x"}), "不是可以导入的表格"),
        (samples.zipped({"xl/workbook.bin": b"x"}), "另存为xlsx"),
        (samples.zipped({"xl/workbook.xml": "x"}), "损坏"),
        (raw_xlsx("<worksheet"), "损坏"),
        (raw_xlsx(PLAIN)[:-200], "损坏"),
        (b"PK\x03\x04" + b"x" * 400, "损坏"),
        (b"%PDF-1.7 ...", "不是可以导入的表格"),
        (b"\x89PNG\r\n", "不是可以导入的表格"),
        (b"", "不是可以导入的表格"),
        ("姓名\0村".encode(), "不是可以导入的表格"),
        (b"\xff\xff\xff\xff\xff\x00", "编码"),
        (b'<?xml version="1.0"?><Workbook/>', "另存为xlsx"),
        (b"x" * (MAX_BYTES + 1), "10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(content, word):
    told = sentence(content)
    assert word in told
    assert "\n" not in told


def test_an_unreadable_et_is_to_be_saved_as_xlsx():
    assert "请在WPS中另存为xlsx" in sentence(b"WPS spreadsheet of its own kind", "名单.et")
    assert "请在WPS中另存为xlsx" in sentence(compound("Workbook"), "名单.et")


def test_bombs_are_refused_before_they_are_unpacked():
    assert "解压" in sentence(bomb())
    assert "解压" in sentence(entity_bomb())


def test_repeats_of_an_open_document_are_not_unfolded():
    row = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="50"/></table:table-row>'
    assert "上限" in sentence(samples._ods(row), "x.ods")
    empty = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    assert texts(read_workbook(samples._ods(samples._ods_row([("姓名", 1)]) + empty), "x.ods")) == [["姓名"]]


def test_a_sheet_of_endless_rows_is_refused():
    assert "上限" in sentence(xlsx([[1]] * 60_001))


def test_a_refusal_never_quotes_the_file():
    told = sentence(raw_xlsx(worksheet('<row r="1"><c r="A1" t="n"><v>韩春梅</v></c></row>')))
    assert "韩春梅" not in told


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_any_bytes_are_read_or_refused(content, start):
    with suppress(RefusedError):
        read_workbook(start + content, "x.xlsx")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    content = bytearray(samples.CLEAN.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(RefusedError):
        read_workbook(bytes(content), "x.xlsx")


def test_whoever_may_read_more_rows_says_so():
    content = xlsx([[1]] * 60_001)
    assert len(read_workbook(content, "x.xlsx", SheetLimits(rows=60_001)).sheets[0].rows) == 60_001
    with pytest.raises(RefusedError, match="0 MB"):
        read_workbook(content, "x.xlsx", SheetLimits(bytes=1000))
