from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.exporting.workbooks import written_workbook


def written(*rows):
    with written_workbook("台账", ("编号", "收到"), rows) as file:
        return load_workbook(BytesIO(file.read()))["台账"]


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x","y")', "+1", "-1", "@sum(A1)", "\t=1", "{=1}"])
def test_no_text_becomes_a_formula(text):
    cell = written((text, None))["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix is (text[0] in "=+-@\t")


def test_days_and_numbers_stay_days_and_numbers():
    sheet = written(("SQ-2026-000001", date(2026, 11, 20)), (None, 3))
    assert sheet["B2"].value.date() == date(2026, 11, 20)
    assert sheet["B2"].number_format == "yyyy-mm-dd"
    assert (sheet["A3"].value, sheet["B3"].value) == (None, 3)


def test_what_xml_cannot_hold_is_left_out():
    assert written(("甲\x00\x07乙", None))["A2"].value == "甲乙"


def test_the_head_stays_in_sight():
    sheet = written(("一", None))
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].font.bold
    assert sheet.auto_filter.ref == "A1:B2"
