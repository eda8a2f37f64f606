"""A register on its whole way on an instance that began with `init`: refused, taken, public, its people nowhere."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from tests.samples.make_samples import FAULTY_RETURNS, FUND, RETURN_FAULTS, RETURNS
from tests.walks.instances import CITY_CLERK, PUBLISHER, REVIEWER, Instance, get
from tests.walks.secrets_of_sheets import files_below, leaks, pdf_text, secrets_of

pytestmark = pytest.mark.slow


def published(instance: Instance, kind: str, path: Any) -> dict[str, Any]:
    """A sample from the file to the public."""
    facts = instance.command("registers", "import", path, "--kind", kind, "--year", "2026", "--by", CITY_CLERK)
    for verb, by in (("submit", CITY_CLERK), ("review", REVIEWER), ("publish", PUBLISHER)):
        instance.command("registers", verb, facts["number"], "--by", by)
    return facts


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_registers_become_public_add_up_and_name_nobody(instance: Instance):
    words = ("--kind", "returns", "--by", CITY_CLERK)
    refused = instance.command("registers", "import", FAULTY_RETURNS, *words, succeeds=False)
    assert (refused["number"], {error["cell"] for error in refused["errors"]}) == (None, RETURN_FAULTS)
    fund, returned = published(instance, "reserve_fund", FUND), published(instance, "returns", RETURNS)
    assert fund["opening_fen"] + fund["added_fen"] - fund["used_fen"] == fund["balance_fen"]
    instance.command("jobs", "run")
    number = fund["number"]
    with instance.served() as server:
        answers = {
            end: get(server.base, f"/registers/{number}{end}") for end in ("", ".csv", ".xlsx", ".pdf", "/print")
        }
        assert {answer.status for answer in answers.values()} == {200}
        *told, total = rows_of(answers[".csv"].body)
        for name, key in (
            ("期初额度", "opening"),
            ("本期增加", "added"),
            ("本期使用", "used"),
            ("期末余额", "balance"),
        ):
            amounts = [int(row[f"{name}（分）"]) for row in told if row[f"{name}（分）"]]
            assert sum(amounts) == int(total[f"{name}（分）"]) == fund[f"{key}_fen"]
        small = {row[0]: row for row in openpyxl.load_workbook(FUND).active.iter_rows(min_row=4, values_only=True)}[
            "汶上县"
        ]
        hidden = next(row for row in told if row["地方"] == "汶上县")
        assert hidden["本期使用（元）"] == ""
        assert f"{small[3]:,.2f}".encode() not in b"".join(answers[end].body for end in ("", ".csv", "/print"))
        assert f"{fund['used_fen'] / 100:,.2f}" in pdf_text(answers[".pdf"].body)
        year = get(server.base, "/funds/2026/").text
        assert all(f"/registers/{one['number']}" in year for one in (fund, returned))
        assert f"{returned['amount_fen'] / 100:,.2f}" in year
        assert "已退回（元）" in year
        assert number in get(server.base, f"/search?q={number}").text
        words = ("--kind", "error", "--reason", "发错了表格，撤下核对")
        instance.command("registers", "withdraw", returned["number"], "--by", PUBLISHER, *words)
        for end in ("", ".csv", ".xlsx", ".pdf", "/print"):
            assert get(server.base, f"/registers/{returned['number']}{end}").status == 410
        assert "已退回（元）" not in get(server.base, "/funds/2026/").text
    said = {"output": b"\n".join(instance.said), "log": instance.log, "year": year.encode()}
    pages = {f"page {end}": answer.body for end, answer in answers.items()}
    files = files_below(instance.folder, instance.temporary)
    assert leaks(secrets_of(FAULTY_RETURNS), {**pages, **said, **files}) == []
