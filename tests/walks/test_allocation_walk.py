"""An allocation on its whole way on an instance that began with `init`: refused, taken, explained, computed again."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.usecases.allocations import FIRST, SECOND, WRONG
from tests.walks.instances import CITY_CLERK, PUBLISHER, REVIEWER, Instance, crawl, get
from tests.walks.secrets_of_sheets import pdf_text
from tests.web.spreadsheets import Spreadsheet

pytestmark = pytest.mark.slow

UNIT = 10_000
"""The samples print two decimals of 万元: 100 yuan."""


def import_table(instance: Instance, path: Path, *, succeeds: bool = True) -> dict[str, Any]:
    words = ("allocations", "import", path, "--year", "2026", "--by", CITY_CLERK)
    return instance.command(*words, succeeds=succeeds)


def make_public(instance: Instance, number: str) -> dict[str, Any]:
    for verb, by in (("submit", CITY_CLERK), ("review", REVIEWER), ("publish", PUBLISHER)):
        facts = instance.command("allocations", verb, number, "--by", by)
    return facts


def changed(source: Path, target: Path, change: Callable[[Any], None]) -> Path:
    """A copy of a sample with some cells changed."""
    book = openpyxl.load_workbook(source)
    change(book["分配表"])
    book.save(target)
    return target


def with_residue_at(row: int) -> Callable[[Any], None]:
    """The second sample with its six units of residue given to another row; sources follow the amount."""

    def move(sheet: Any) -> None:
        for place, off in ((8, -0.06), (row, 0.06)):
            for column in ("B", "D"):
                sheet[f"{column}{place}"] = round(sheet[f"{column}{place}"].value + off, 2)

    return move


def rows_of(body: bytes) -> Sequence[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_tables_are_taken_whole_with_their_rule_or_refused_with_the_cell(instance: Instance, tmp_path: Path):
    refused = import_table(instance, WRONG, succeeds=False)
    assert (refused["number"], [error["cell"] for error in refused["errors"]]) == (None, ["B16"])
    expected = (
        (FIRST, "largest_remainder"),
        (SECOND, "largest"),
        (changed(SECOND, tmp_path / "给第一个.xlsx", with_residue_at(4)), "first"),
        (changed(SECOND, tmp_path / "给最后一个.xlsx", with_residue_at(15)), "last"),
    )
    for path, rule in expected:
        facts = import_table(instance, path)
        assert (facts["rows"], facts["residue_rule"], facts["differences"]) == (12, rule, []), path.name


def test_a_published_allocation_is_computed_again_from_every_form_of_it(instance: Instance):
    numbers = {}
    for path in (FIRST, SECOND):
        numbers[path] = import_table(instance, path)["number"]
        make_public(instance, numbers[path])
    with instance.served() as server:
        for path, number in numbers.items():
            told = {row[0].value: row[1].value for row in openpyxl.load_workbook(path)["分配表"].iter_rows(min_row=4)}
            total = round(told.pop("合计") * 1_000_000)
            page, table, book = (get(server.base, f"/allocations/{number}{end}") for end in ("", ".csv", ".xlsx"))
            assert [page.status, table.status, book.status] == [200, 200, 200]
            rows = rows_of(table.body)
            assert {row["地方"]: int(row["分配额（分）"]) for row in rows} == {
                place: round(amount * 1_000_000) for place, amount in told.items()
            }
            assert {row["测算额（分）"] == row["分配额（分）"] for row in rows} == {True}
            assert sum(int(row["分配额（分）"]) for row in rows) == total == int(rows[0]["用来按公式分配的总额（分）"])
            live = openpyxl.load_workbook(io.BytesIO(book.body))
            cells = Spreadsheet({one.title: {c.coordinate: c.value for row in one for c in row} for one in live})
            for place, row in enumerate(rows, start=6):
                assert round(cells.value("分配表", f"J{place}") * 100) == int(row["分配额（分）"])
            paper = get(server.base, f"/allocations/{number}.pdf")
            assert paper.status == 200
            assert "任城区" in pdf_text(paper.body)
            trial = get(server.base, f"/allocations/{number}/recompute?w0=100&w1=0&w2=0")
            assert "不是公布的分配" in trial.text
        assert all(
            answer.status == 200 for path, answer in crawl(server.base, "/allocations/").items() if "alloc" in path
        )
        instance.command("jobs", "run")
        assert numbers[FIRST] in get(server.base, f"/search?q={numbers[FIRST]}").text
        words = ("--kind", "error", "--reason", "发错了表格，撤下核对")
        instance.command("allocations", "withdraw", numbers[FIRST], "--by", PUBLISHER, *words)
        for end in ("", ".csv", ".xlsx", ".pdf", "/print", "/recompute"):
            gone = get(server.base, f"/allocations/{numbers[FIRST]}{end}")
            assert gone.status == 410
            assert b"10444000" not in gone.body.replace(b",", b"")
        assert numbers[FIRST] not in get(server.base, "/allocations/").text


def test_nothing_unexplained_is_published(instance: Instance, tmp_path: Path):
    def shift(sheet: Any) -> None:
        for place, off in ((4, -1), (5, 1)):
            for column in ("B", "D"):
                sheet[f"{column}{place}"] = round(sheet[f"{column}{place}"].value + off, 2)

    facts = import_table(instance, changed(FIRST, tmp_path / "调过的.xlsx", shift))
    number = facts["number"]
    assert {one["name"]: one["difference_fen"] for one in facts["differences"]} == {
        "任城区": -100 * UNIT,
        "兖州区": 100 * UNIT,
    }
    for verb, by in (("submit", CITY_CLERK), ("review", REVIEWER)):
        instance.command("allocations", verb, number, "--by", by)
    for place in ("任城区", "兖州区"):
        publish = ("allocations", "publish", number, "--by", PUBLISHER)
        assert "还没有写明理由" in instance.command(*publish, succeeds=False)["error"]
        words = ("--division", place, "--reason", "按上年结余核定", "--by", CITY_CLERK)
        instance.command("allocations", "explain", number, *words)
        instance.command("allocations", "review", number, "--by", REVIEWER)
    assert instance.command(*publish)["state"] == "published"
