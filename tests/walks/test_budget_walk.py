"""A budget on its whole way on an instance that began with `init`: refused, taken, public, in the sums of its year."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.usecases.budgets import SAMPLE
from tests.walks.instances import CITY_CLERK, PUBLISHER, REVIEWER, Instance, get
from tests.walks.secrets_of_sheets import pdf_text
from tests.web.spreadsheets import Spreadsheet

pytestmark = pytest.mark.slow

FEN_PER_UNIT = 1_000_000
"""The sample is in 万元."""
WORDS = ("--phase", "approved", "--approved-on", "2026-02-01", "--document-number", "济财社〔2026〕3号")


def import_table(instance: Instance, path: Path, *words: str, succeeds: bool = True) -> dict[str, Any]:
    return instance.command("budgets", "import", path, *words, "--by", CITY_CLERK, succeeds=succeeds)


def make_public(instance: Instance, number: str) -> None:
    for verb, by in (("submit", CITY_CLERK), ("review", REVIEWER), ("publish", PUBLISHER)):
        instance.command("budgets", verb, number, "--by", by)


def changed(target: Path, **cells: object) -> Path:
    """A copy of the sample with some cells changed."""
    book = openpyxl.load_workbook(SAMPLE)
    for cell, value in cells.items():
        book.worksheets[0][cell] = value
    book.save(target)
    return target


def rows_of(body: bytes) -> Sequence[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def _addresses(page: str) -> set[str]:
    """What the page of the year links to within the money of the year."""
    return set(re.findall(r'href="(/funds/2026/[^"#]*)"', page))


def told_by_the_sample() -> dict[tuple[str, str], int]:
    """Place and code → fen, read from the file by another reader than the portal's rules."""
    rows = openpyxl.load_workbook(SAMPLE).worksheets[0].iter_rows(min_row=4, values_only=True)
    return {(row[0], row[1]): round(sum(row[3:]) * FEN_PER_UNIT) for row in rows}


def test_a_faulty_table_names_each_cell_and_writes_nothing(instance: Instance, tmp_path: Path):
    faults = {"D4": "二千五百", "E9": "=1/0", "A14": "外市某县", "B20": "2089999", "F30": -1}
    refused = import_table(instance, changed(tmp_path / "错.xlsx", **faults), *WORDS, succeeds=False)
    assert refused["number"] is None
    assert {error["cell"] for error in refused["errors"]} >= {"D4", "A14", "F30"}
    wrong_unit = changed(tmp_path / "单位.xlsx", A2="单位：元")
    facts = import_table(instance, wrong_unit, *WORDS, succeeds=False)
    assert (facts["number"], {error["cell"] for error in facts["errors"]} != set()) == (None, True)
    with instance.served(worker=False) as server:
        assert "SQ" not in get(server.base, "/budgets/").text


def test_a_published_budget_says_the_same_in_every_form_and_in_the_year(instance: Instance):
    told = told_by_the_sample()
    facts = import_table(instance, SAMPLE, *WORDS)
    number, total = facts["number"], sum(told.values())
    assert (facts["rows"], facts["relief_fen"], facts["publish_by"]) == (len(told), total, "2026-02-24")
    with instance.served(worker=False) as server:
        assert get(server.base, f"/budgets/{number}").status == 404
    make_public(instance, number)
    instance.command("jobs", "run")
    with instance.served() as server:
        page, table, book, paper = (
            get(server.base, f"/budgets/{number}{end}") for end in ("", ".csv", ".xlsx", ".pdf")
        )
        assert [page.status, table.status, book.status, paper.status] == [200, 200, 200, 200]
        assert "济财社〔2026〕3号" in page.text
        rows = rows_of(table.body)
        assert {(row["地方"], row["科目编码"]): int(row["合计（分）"]) for row in rows if row["科目编码"]} == told
        live = openpyxl.load_workbook(io.BytesIO(book.body))
        cells = Spreadsheet({one.title: {c.coordinate: c.value for row in one for c in row} for one in live})
        assert round(cells.value(live.sheetnames[0], f"I{3 + len(told)}") * 100) == total
        text = pdf_text(paper.body)
        assert "任城区" in text
        assert f"{total / 100:,.2f}" in text.replace("\n", "") or f"{total / FEN_PER_UNIT:,.2f}" in text
        county = sum(fen for (place, _), fen in told.items() if place == "任城区")
        assert get(server.base, "/funds/2026/370811/").status == 200
        places, programs = (
            rows_of(get(server.base, f"/funds/2026/{slug}.csv").body) for slug in ("places", "programs")
        )
        assert county in {int(row["预算（分）"]) for row in places}
        assert sum(int(row["预算（分）"]) for row in programs) == sum(int(row["预算（分）"]) for row in places) == total
        for address in _addresses(get(server.base, "/funds/2026/").text):
            assert get(server.base, address).status == 200, address


def test_a_correction_tells_the_cell_and_keeps_the_former_amounts(instance: Instance, tmp_path: Path):
    number = import_table(instance, SAMPLE, *WORDS)["number"]
    make_public(instance, number)
    words = ("--kind", "correction", "--note", "任城区城市低保中央资金多写了一百万元", "--by", CITY_CLERK)
    instance.command("budgets", "correct", number, changed(tmp_path / "改.xlsx", D4=2411.5), *words)
    make_public(instance, number)
    instance.command("jobs", "run")
    with instance.served() as server:
        page = get(server.base, f"/budgets/{number}")
        assert "任城区城市低保中央资金多写了一百万元" in page.text
        former = get(server.base, f"/budgets/{number}/revisions/1")
        assert former.status == 200
        gone = ("--kind", "error", "--reason", "发错了表格，撤下核对")
        instance.command("budgets", "withdraw", number, "--by", PUBLISHER, *gone)
        for end in ("", ".csv", ".xlsx", ".pdf", "/print", "/revisions/1"):
            answer = get(server.base, f"/budgets/{number}{end}")
            assert answer.status == 410, end
            assert b"2,411" not in answer.body
        assert "21,411" not in get(server.base, "/funds/2026/").text
