"""CPU milliseconds of the cases' inbox with 10 000 open cases: `python -m bench.read_inbox [CASES] [ROUNDS]`.

The rows are written straight into the tables, with clocks, accused offices and recusals; the pages come through the
whole application, for a county's dispatcher and for the city's.
"""

import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select, update

from portal.app import create_app
from portal.config import settings_from
from portal.domain.cases import CaseKind, CaseState, Category, Channel, ClockKind, Track
from portal.domain.instants import end_of_day, shanghai_date
from portal.domain.permissions import Role
from portal.models.base import db
from portal.models.cases import Case, CaseAccused, CaseClock, CaseRecusal
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.queries.offices import office_named
from portal.usecases import clock
from portal.usecases.staff import NewAccount, add_account
from tests.desk import sign_in

PEOPLE = (("city", "济宁市民政局"), ("county", "任城区民政局"))
PASSWORD = "correct-horse-battery-staple"  # noqa: S105 - of a scratch instance that is deleted afterwards
OPEN = (CaseState.REGISTERED, CaseState.ACCEPTED, CaseState.IN_HANDLING, CaseState.ASKED_IN_HANDLING)


def prepared(folder: str) -> Flask:
    """An instance with its offices and a dispatcher each for the city and a county."""
    flask = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", "init"]
    environment = {**os.environ, "PORTAL_INSTANCE": folder}
    subprocess.run(flask, env=environment, check=True, capture_output=True)
    settings = {"PORTAL_INSTANCE": folder, "PORTAL_LOG_LEVEL": "error", "PORTAL_REQUIRE_TOTP": "0"}
    app = create_app(settings_from(settings))
    with app.app_context():
        for username, office in PEOPLE:
            roles = frozenset({Role.CASE_DISPATCHER})
            new = NewAccount(username, username, office_named(office).id, roles, password=PASSWORD)
            add_account(new, actor=None, at=clock.now())
        with transaction() as session:
            session.execute(update(Account).values(must_change_password=False))
        db.session.remove()
    return app


def fill(amount: int, at: datetime) -> None:
    """Open cases of every county, one in ten overdue, one in five with an accused office, a few recused."""
    chance = random.Random(3)  # noqa: S311 - numbers for a benchmark
    with transaction() as session:
        offices = session.execute(select(Office.id, Office.division_code).where(Office.parent_id.is_not(None))).all()
        people = list(session.scalars(select(Account.id)))
        villages = list(session.scalars(select(Division.code).where(Division.level == "village").limit(2000)))
        cases, clocks, accused, recused = [], [], [], []
        for number in range(1, amount + 1):
            office_id = chance.choice(offices).id
            due_at = end_of_day(shanghai_date(at + timedelta(days=chance.randrange(-6, 54))))
            cases.append(_case(number, office_id, chance, villages, due_at, at))
            clocks.append(_clock(number, due_at, at))
            if number % 5 == 0:
                accused.append({"case_id": number, "office_id": chance.choice(offices).id, "account_id": None})
            if number % 50 == 0:
                recused.append({"case_id": number, "account_id": chance.choice(people), "at": at})
        for table, rows in ((Case, cases), (CaseClock, clocks), (CaseAccused, accused), (CaseRecusal, recused)):
            session.execute(insert(table), rows)


def _case(
    number: int, office_id: int, chance: random.Random, villages: list[str], due_at: datetime, at: datetime
) -> dict[str, object]:
    return {
        "id": number, "number": f"SQ-2026-{number:06d}", "kind": chance.choice(list(CaseKind)),
        "category": chance.choice(list(Category)), "track": Track.PETITION, "channel": Channel.WEB,
        "division_code": chance.choice(villages), "office_id": office_id, "state": chance.choice(OPEN),
        "offline": False, "received_at": at - timedelta(days=20), "next_due_at": due_at,
        "lookup_id": secrets.token_hex(16), "submitter_public": b"", "rule_version": "2026-07", "slow_lane": False,
        "key_generation": 1, "version": 1,
    }  # fmt: skip


def _clock(number: int, due_at: datetime, at: datetime) -> dict[str, object]:
    return {
        "case_id": number, "clock": ClockKind.FINISH, "started_at": at - timedelta(days=20), "units": 60,
        "due_at": due_at, "extended": False, "provisional": False, "rule_version": "2026-07",
    }  # fmt: skip


def cpu_ms(app: Flask, username: str, path: str, rounds: int) -> float:
    """Median milliseconds of CPU of a page for somebody who is signed in."""
    client = app.test_client()
    sign_in(client, username, PASSWORD)
    taken = []
    for _ in range(rounds + 1):
        before = time.process_time()
        assert client.get(path).status_code == 200, path
        taken.append(time.process_time() - before)
    return statistics.median(taken[1:]) * 1000


def main() -> None:
    """Build, ask, print."""
    amount = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as folder:
        app = prepared(folder)
        with app.app_context():
            fill(amount, clock.now())
            db.session.remove()
        print(f"{amount} open cases     city ms  county ms")
        for name, query in (("inbox", ""), ("overdue", "?due=overdue"), ("one county", "?division=370811")):
            city, county = (cpu_ms(app, who, f"/desk/cases/{query}", rounds) for who, _ in PEOPLE)
            print(f"{name:20s}  {city:7.1f}  {county:9.1f}")


if __name__ == "__main__":
    main()
