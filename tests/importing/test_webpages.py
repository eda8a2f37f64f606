"""Web pages under a name that ends in .xls, as many systems of offices export their lists."""

import pytest

from portal.domain.errors import RefusedError
from portal.domain.rosters import read_roster
from portal.importing.workbooks import MAX_BYTES, read_workbook
from tests.domain.roster_lists import HEADER, request, row

HEAD = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>导出</title><!--[if gte mso 9]><xml><x:Name>Sheet1</x:Name></xml><![endif]--><style>td {mso-number-format:"\\@"}</style></head><body>"""


def cells(content: str | bytes) -> list[list[str]]:
    read = read_workbook(content if isinstance(content, bytes) else content.encode(), "导出.xls").sheets[0]
    return [[cell.text for cell in found.cells] for found in read.rows]


def table(*rows: list[object]) -> str:
    lines = ("".join(f"<td>{'' if value is None else value}</td>" for value in one) for one in rows)
    return f"<table border=1>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def sentence(content: str | bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        read_workbook(content if isinstance(content, bytes) else content.encode(), "导出.xls")
    return str(refused.value.message)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_exported_page_is_read_as_a_list_in_every_encoding(encoding):
    page = HEAD + "<h3>许庄街道低保名单</h3>" + table(HEADER, row(1), row(2), ["合计", None, "2户", None, 6, 4, 1640])
    roster = read_roster(read_workbook(page.encode(encoding), "导出.xls"), request())
    assert not roster.problems
    assert [found.row for found in roster.recipients] == [3, 4]


def test_faults_are_named_by_the_cells_that_a_spreadsheet_program_shows():
    page = HEAD + table(["许庄街道"], HEADER, row(1), row(2, G=-5, B="不存在村")) + "</body></html>"
    roster = read_roster(read_workbook(page.encode(), "导出.xls"), request())
    assert [problem.cell for problem in roster.problems] == ["B4", "G4"]


def test_spans_move_the_cells_beside_them_and_fill_down():
    page = "<table><tr><th rowspan=2>村<th colspan='2'>家庭<th>金额<tr><td>人数<td>保障<td>元</table>"
    assert cells(page) == [["村", "家庭", "金额"], ["村", "人数", "保障", "元"]]
    sheet = read_workbook(page.encode(), "导出.xls").sheets[0]
    assert [(cell.column, cell.filled) for cell in sheet.rows[1].cells] == [
        (0, True),
        (1, False),
        (2, False),
        (3, False),
    ]


def test_breaks_entities_and_protected_numbers_are_what_the_clerk_sees():
    assert cells(
        '<table><tr><td>保障金<br>（元）</td><td>&nbsp;</td><td>="0123"</td><td>a&amp;b</td></tr></table>'
    ) == [["保障金 （元）", "0123", "a&b"]]


def test_what_nobody_sees_is_not_read_and_hidden_rows_are_known():
    page = "<body><script>var a='<td>x';</script><style>td{}</style><table><tr style='display: none'><td>甲<tr><td>乙</table>"
    sheet = read_workbook(page.encode(), "导出.xls").sheets[0]
    assert [cell.text for found in sheet.rows for cell in found.cells] == ["甲", "乙"]
    assert sheet.hidden_rows == {1}


@pytest.mark.parametrize(
    "page",
    ["<html><body>请先登录</body></html>", "<!DOCTYPE html><html><frameset><frame src='sheet001.htm'></frameset></html>",
     "MIME-Version: 1.0\nContent-Type: multipart/related"],
)  # fmt: skip
def test_a_page_without_a_table_says_what_to_do(page):
    assert "另存为xlsx" in sentence(page)


@pytest.mark.parametrize(
    "hostile",
    ["<![CDATA[", "<?", "<a ", "<a b='", "</", "<td rowspan=60000 colspan=1000>", "<tr>", "<tr><td rowspan=60000>"],
)
def test_a_page_that_would_cost_too_much_is_refused(hostile):
    page = "<table>" + hostile * (MAX_BYTES // 20 // len(hostile))
    assert "xlsx" in sentence(page) or "分成几份" in sentence(page)


@pytest.mark.parametrize("comments", ["<!--", "<!--x-->", "<!-- <td>x</td> -->"])
def test_comments_are_passed_over_however_many_there_are(comments):
    assert cells("<table><tr><td>村</td></tr>" + comments * 50_000) == [["村"]]
