"""Makes the sample lists beside this file: `python -m tests.samples.make_samples`. The same bytes every time.

The .xls was written once from the rows of the clean list with a program that writes the old format, and is kept.
"""

import csv
import io
import zipfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from tests.samples.people import people

HERE = Path(__file__).resolve().parent
CLEAN = HERE / "低保初审_许庄街道_2026年11月.xlsx"
FAULTY = HERE / "低保初审_大安镇_有错误.xlsx"
TEMPORARY = HERE / "临时救助_凫山街道_2026年10月.xlsx"
TERMINATION = HERE / "特困拟终止_鲁城街道_2026年11月.csv"
OLD_FORMAT = HERE / "低保初审_许庄街道_旧格式.xls"
OPEN_DOCUMENT = HERE / "低保初审_许庄街道_开放格式.ods"
FUND = HERE / "备用金_2026年第三季度.xlsx"
RETURNS = HERE / "资金退回_2026年第三季度.xlsx"
FAULTY_RETURNS = HERE / "资金退回_2026年第三季度_有错误.xlsx"

FAULTS = {"D7", "D9", "C11", "F12", "G15", "B17", "G19", "G26"}
HEADINGS = ["序号", "村（社区）", "申请人姓名", "身份证号码", "家庭人口", "保障人口", "月保障金额", "银行账号", "备注"]
VILLAGES = ["航运新村", "颂运水庭社区", "风韵荷都社区", "甄庄村", "南李楼村", "张营村"]
DAAN = ["大安村", "罗屯村", "小安村", "廿里铺村", "西葛村", "唐营村", "李村村"]
COUNTIES = [
    "任城区",
    "兖州区",
    "微山县",
    "鱼台县",
    "金乡县",
    "嘉祥县",
    "汶上县",
    "泗水县",
    "梁山县",
    "曲阜市",
    "邹城市",
    "高新区",
]
RETURN_FAULTS = {"G3", "H3", "B4", "C4", "D4", "E6", "F7", *(f"H{row}" for row in range(4, 10))}
STANDARDS = [410, 436, 520, 623]


def list_rows(villages: list[str], count: int, seed: int) -> list[list[object]]:
    """Rows of a first review under HEADINGS, with the habits of offices: text numbers, spaces, full-width digits."""
    rows: list[list[object]] = []
    for index, person in enumerate(people(count, seed)):
        covered = 1 + index % 3
        amount: object = STANDARDS[index % 4] * covered
        if index % 5 == 2:
            amount = f"{amount:,.2f}"
        name = (
            f" {person.name} " if index % 5 == 4 else "　".join(person.name) if len(person.name) == 2 else person.name
        )
        size: object = "４" if index % 7 == 3 else covered + index % 2
        rows.append(
            [
                index + 1,
                villages[index * len(villages) // count],
                name,
                person.id_number.lower() if index % 6 == 0 else person.id_number,
                size,
                covered,
                amount,
                f"6223{index:015d}",
                f"联系电话139{index:08d}" if index % 8 == 0 else None,
            ]
        )
    return rows


def amount_of(row: list[object]) -> float:
    return float(str(row[6]).replace(",", ""))


def clean() -> bytes:
    rows = list_rows(VILLAGES, 23, 11)
    return _first_review("许庄街道", rows, sum(map(amount_of, rows)))


def faulty() -> bytes:
    """Faults in D7 D9 C11 F12 G15 B17 G19 and a total (G26) that is off; nothing else is wrong."""
    rows = list_rows(DAAN, 20, 12)
    at = {number: rows[index] for index, number in enumerate(n for n in range(4, 25) if n != 14)}
    wrong = "0" if at[7][3][-1] != "0" else "1"
    at[7][3] = at[7][3][:-1] + wrong
    at[9][2], at[9][3] = at[4][2], at[4][3]
    at[11][2] = None
    at[12][4], at[12][5] = "２", 4
    at[15][6] = -200
    at[17][1] = "不存在村"
    at[19][6] = "#REF!"
    total = sum(amount_of(row) for row in rows if row[6] != "#REF!") + 500
    return _first_review("大安镇", rows, total)


def temporary() -> bytes:
    kinds = ["小额快救", "急难型", "支出型", "支出型", "支出型"]
    causes = ["患重病医疗支出大", "交通事故", "火灾", "孩子上大学", "其他"]
    places = ["文圣社区", "周庄社区", "田庄社区", "圣源社区"]
    book, sheet = _book("登记表")
    sheet.append(["凫山街道2026年10月临时救助发放登记表"])
    sheet.append(["单位：元"])
    sheet.append(["序号", "姓名", "身份证号", "村居", "救助类型", "救助事由", "救助金额", "发放方式"])
    for index, person in enumerate(people(10, 13)):
        sheet.append(
            [
                index + 1,
                person.name,
                person.id_number,
                places[index % 4],
                kinds[index % 5],
                causes[index % 5],
                800,
                "现金",
            ]
        )
    return _saved(book)


def termination() -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["姓名", "公民身份号码", "所在村居", "供养形式", "拟终止原因"])
    places = ["大成社区", "南关社区", "杏坛社区"]
    for index, person in enumerate(people(9, 14)):
        writer.writerow([person.name, person.id_number, places[index % 3], "分散供养", "自愿申请退出"])
    return out.getvalue().encode("gb18030")


def fund() -> bytes:
    """A quarter's reserve funds by county in 元, and their total; one county has helped very few."""
    book, sheet = _book("备用金")
    sheet.append(["济宁市2026年第三季度临时救助备用金登记表"])
    sheet.append(["单位：元"])
    sheet.append(["县（市、区）", "期初额度", "本期增加", "本期使用", "期末余额", "救助人次"])
    rows = []
    for index, county in enumerate(COUNTIES):
        persons = 4 if index == 6 else 11 + 3 * index
        used = 620.5 * persons
        rows.append(
            [county, 200_000, 50_000 if index % 3 else None, used, 200_000 + 50_000 * bool(index % 3) - used, persons]
        )
    for row in rows:
        sheet.append(row)
    sheet.append(["合计", *(sum(row[column] or 0 for row in rows) for column in range(1, 6))])
    return _saved(book)


def returns(*, faulty: bool = False) -> bytes:
    """A quarter's returned money by county. The faulty one names people, and is wrong in RETURN_FAULTS and no other."""
    book, sheet = _book("退回")
    sheet.append(["济宁市2026年第三季度救助资金退回登记表"])
    sheet.append(["单位：元"])
    heads = ["县（市、区）", "救助项目", "退回原因", "退回日期", "退回金额", "退回人次"]
    reasons = ["死亡", "账户错误", "重复发放", "终止", "其他"]
    rows: list[list[object]] = []
    for index, (county, person) in enumerate(zip(COUNTIES[:6], people(6, 17), strict=True)):
        persons = 12 + index
        row = [
            county,
            "低保" if index % 2 else "特困",
            reasons[index % 5],
            f"2026-0{7 + index % 3}-15",
            512.3 * persons,
            persons,
        ]
        rows.append([*row, person.name, person.id_number] if faulty else row)
    total = ["合计", None, None, None, sum(row[4] for row in rows), sum(row[5] for row in rows)]
    if faulty:
        rows[0][1], rows[0][2], rows[0][3] = "住房救助", "不知道", "去年"
        rows[2][4], rows[3][5] = "七千多", "十几人"
    sheet.append([*heads, "领款人姓名", "身份证号码"] if faulty else heads)
    for row in [*rows, total]:
        sheet.append(row)
    return _saved(book)


def open_document(rows: list[list[object]] | None = None) -> bytes:
    """The clean list as ods, its village cells merged."""
    listed = rows or list_rows(VILLAGES, 23, 11)
    body = [_ods_row([("许庄街道2026年11月初审名单", 1)]), _ods_row([(text, 1) for text in HEADINGS])]
    for index, row in enumerate(listed):
        village = row[1]
        first = index == 0 or listed[index - 1][1] != village
        span = sum(other[1] == village for other in listed) if first else 0
        body.append(_ods_row([(value, span if column == 1 else 1) for column, value in enumerate(row)]))
    return _ods("".join(body))


def _ods_row(values: list[tuple[object, int]]) -> str:
    return "<table:table-row>" + "".join(_ods_cell(value, span) for value, span in values) + "</table:table-row>"


def _ods_cell(value: object, span: int) -> str:
    if span == 0:
        return "<table:covered-table-cell/>"
    spanned = f' table:number-columns-spanned="1" table:number-rows-spanned="{span}"' if span > 1 else ""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell{spanned} office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell{spanned} office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def _ods(table: str) -> bytes:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="初审名单">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """An archive whose entries bear no time of their making."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (2026, 11, 16, 8, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _first_review(place: str, rows: list[list[object]], total: float) -> bytes:
    book, sheet = _book("初审名单")
    sheet.append([f"{place}2026年11月农村最低生活保障初审对象名单"])
    sheet.append([f"填报单位：{place}　　填报日期：2026年11月16日　　单位：元/月"])
    sheet.append(HEADINGS)
    for index, row in enumerate(rows):
        if index == 10:
            sheet.append([])
        sheet.append(row)
    last = 3 + len(rows) + 1
    sheet.cell(last + 2, 1, "合计")
    sheet.cell(last + 2, 3, f"{len(rows)}户")
    sheet.cell(last + 2, 7, total)
    for column, text in ((1, "审核人："), (4, "经办人："), (7, "（盖章）")):
        sheet.cell(last + 4, column, text)
    sheet.merge_cells("A1:I1")
    sheet.merge_cells("A2:I2")
    sheet["A1"].font = Font(bold=True)
    sheet.column_dimensions["H"].hidden = True
    old = book.create_sheet("旧名单")
    old.append(["姓名", "身份证号码"])
    for person in people(3, 15):
        old.append([person.name, person.id_number])
    old.sheet_state = "hidden"
    return _saved(book)


def _book(title: str) -> tuple[Workbook, object]:
    book = Workbook()
    book.active.title = title
    return book, book.active


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"].decode()
    before, _, rest = core.partition("<dcterms:created")
    after = rest.partition("</cp:coreProperties>")
    parts["docProps/core.xml"] = (before + after[1]).encode()
    return zipped(parts)


def main() -> None:
    made = {
        CLEAN: clean(),
        FAULTY: faulty(),
        TEMPORARY: temporary(),
        TERMINATION: termination(),
        OPEN_DOCUMENT: open_document(),
        FUND: fund(),
        RETURNS: returns(),
        FAULTY_RETURNS: returns(faulty=True),
    }
    for path, content in made.items():
        path.write_bytes(content)


if __name__ == "__main__":
    main()
