"""A roster of payments on its whole way on an instance that began with `init`: refused, taken, public, its people nowhere."""

import csv
import io

import pytest

from tests.usecases.payments import GOOD, WRONG
from tests.walks.instances import CITY_CLERK, PUBLISHER, REVIEWER, Instance, get
from tests.walks.secrets_of_sheets import files_below, leaks, pdf_text, secrets_of

pytestmark = pytest.mark.slow


def test_a_roster_becomes_public_and_its_people_are_found_nowhere(instance: Instance):
    refused = instance.command("payments", "import", WRONG, "--by", CITY_CLERK, succeeds=False)
    assert (refused["number"], {error["cell"] for error in refused["errors"]}) == (None, {"A2", "C9"})
    words = ("--year", "2026", "--month", "10", "--paid-on", "2026-10-12", "--by", CITY_CLERK)
    facts = instance.command("payments", "import", GOOD, *words)
    number = facts["number"]
    assert (facts["households"], facts["persons"], facts["amount_fen"]) == (30, 83, 3_517_400)
    for verb, by in (("submit", CITY_CLERK), ("review", REVIEWER), ("publish", PUBLISHER)):
        instance.command("payments", verb, number, "--by", by)
    instance.command("jobs", "run")
    with instance.served() as server:
        page, table, paper = (get(server.base, f"/payments/{number}{end}") for end in ("", ".csv", ".pdf"))
        assert [page.status, table.status, paper.status] == [200, 200, 200]
        rows = list(csv.DictReader(io.StringIO(table.body.decode("utf-8-sig"))))
        told = [int(row["金额（分）"]) for row in rows[:-1] if row["金额（分）"]]
        assert sum(told) == int(rows[-1]["金额（分）"]) == 3_517_400
        assert "35,174.00" in pdf_text(paper.body)
        around = ("/payments/", "/payments/370811002/2026-10", f"/search?q={number}", f"/payments/{number}/print")
        pages = {path: get(server.base, path).body for path in around}
        assert all(number.encode() in body for body in pages.values())
        told_words = ("--kind", "error", "--reason", "发错了花名册，撤下核对")
        instance.command("payments", "withdraw", number, "--by", PUBLISHER, *told_words)
        for end in ("", ".csv", ".pdf", "/print"):
            gone = get(server.base, f"/payments/{number}{end}")
            assert gone.status == 410
            assert b"35,174" not in gone.body
    secrets = secrets_of(GOOD) | secrets_of(WRONG)
    pages |= {"page": page.body, "table": table.body}
    said = {"output": b"\n".join(instance.said), "paper": paper.body, "log": instance.log}
    files = files_below(instance.folder, instance.temporary)
    assert leaks(secrets, {**pages, **said, **files}) == []
