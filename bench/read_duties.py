"""CPU milliseconds of the disclosure catalogue, an office everywhere: `python -m bench.read_duties [YEARS] [ROUNDS]`.

In the store stand offices of all counties and townships, and for every year the monthly payments of two programmes of
every township, each as a publication: what the worker reads once a day, and a publication within its county.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import settings_from
from portal.domain.divisions import Level
from portal.domain.offices import OfficeKind, office_name
from portal.domain.payments import PaymentKind
from portal.domain.publications import Area, RevisionState
from portal.models.base import db
from portal.models.duties import DutyStanding
from portal.models.offices import Office
from portal.models.payments import Payment
from portal.models.publications import Publication, Revision, SiteState
from portal.models.schema import upgrade
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.queries.divisions import division_tree
from portal.usecases import clock
from portal.usecases.duties import keep_duties, refresh_duties
from portal.usecases.instance import found_instance
from portal.usecases.services import Services

PATHS = ("/duties/", "/duties/370811/", "/duties/370811/?late=1", "/duties/370811002/", "/duties/370800.csv", "/about/")
"""The last has no duties: what every page costs."""


def filled(folder: str, years: int) -> Flask:
    """An application on a scratch instance with an office everywhere and so many years of payments."""
    app = create_app(settings_from({"PORTAL_INSTANCE": folder, "PORTAL_LOG_LEVEL": "error"}))
    with app.app_context():
        services: Services = app.extensions["portal"]
        upgrade(services.settings.database_url)
        found_instance(at=clock.now(), services=services)
        first = clock.now().year + 1 - years
        with transaction() as session:
            session.execute(update(SiteState).values(founded_on=date(first, 1, 1)))
            _open_offices(session)
            _pay(session, services, first)
        db.session.remove()
    return app


def _open_offices(session: Session) -> None:
    tree = division_tree()
    townships = [one for one in tree.by_code.values() if one.level is Level.TOWNSHIP]
    for number, place in enumerate(townships, start=1000):
        session.add(
            Office(
                id=number, name=f"{office_name(place)}{number}", kind=OfficeKind.TOWNSHIP, division_code=place.code,
                path=f"{number}/", hotline="0537-0000000", address="示例路 1 号",
            )
        )  # fmt: skip
    session.flush()


def _pay(session: Session, services: Services, first: int) -> None:
    """Every month of every township and programme that pays monthly, each in time."""
    account = Account(username="bench", display_name="bench", office_id=1000, password_hash="", created_at=clock.now())
    session.add(account)
    session.flush()
    months = [date(year, month, 1) for year in range(first, clock.now().year + 1) for month in range(1, 13)]
    codes = session.execute(select(Office.division_code).where(Office.kind == OfficeKind.TOWNSHIP)).scalars().all()
    programs = sorted(services.rulebook.payment_months.programs)
    batches = list(enumerate(product(months, codes, programs), start=1))
    session.execute(insert(Publication), [_publication(number, month, code) for number, (month, code, _) in batches])
    session.execute(insert(Revision), [_revision(number, month, account.id) for number, (month, *_) in batches])
    session.execute(update(Publication).values(live_revision_id=Publication.id))
    session.execute(insert(Payment), [
        {"publication_id": number, "month": month, "program": program, "kind": PaymentKind.BASIC}
        for number, (month, _, program) in batches
    ])  # fmt: skip


def _publication(number: int, month: date, code: str) -> dict[str, Any]:
    at = _noon(month)
    return {
        "id": number, "number": f"FF-{month.year}-{number:06d}", "area": Area.PAYMENTS, "office_id": 1000,
        "division_code": code, "created_at": at, "first_published_at": at, "withdrawal_reason": "",
    }  # fmt: skip


def _revision(number: int, month: date, account: int) -> dict[str, Any]:
    at = _noon(month)
    return {
        "id": number, "publication_id": number, "ordinal": 1, "state": RevisionState.PUBLISHED, "title": "发放",
        "draft": {}, "drafted_by": account, "drafted_at": at, "published_at": at,
    }  # fmt: skip


def _noon(month: date) -> datetime:
    return clock.now().replace(year=month.year, month=month.month, day=10) + timedelta(days=20)


def cpu_ms(act: Callable[[], object], rounds: int) -> float:
    """The median of CPU milliseconds."""
    taken = []
    for _ in range(rounds):
        before = time.process_time()
        act()
        taken.append(time.process_time() - before)
    return statistics.median(taken) * 1000


def measured(app: Flask, rounds: int) -> Iterator[tuple[str, float]]:
    """The job of a day, a round without anything to do, a publication, and each page."""
    services: Services = app.extensions["portal"]

    def count_anew() -> None:
        with transaction() as session:
            session.execute(update(DutyStanding).values(looked_on=None))
        keep_duties(services, at=clock.now())

    def publish() -> None:
        with transaction() as session:
            refresh_duties(session, services, session.get_one(Publication, 1), at=clock.now())

    with app.app_context():
        keep_duties(services, at=clock.now())
        yield "job of a day", cpu_ms(count_anew, 3)
        yield "round without work", cpu_ms(lambda: keep_duties(services, at=clock.now()), rounds)
        yield "a publication", cpu_ms(publish, rounds)
        db.session.remove()
    client, counter = app.test_client(), iter(range(1_000_000))
    for path in PATHS:
        mark = "&" if "?" in path else "?"
        assert client.get(path).status_code == 200, path
        yield path, cpu_ms(lambda path=path, mark=mark: client.get(f"{path}{mark}round={next(counter)}"), rounds)


def main() -> None:
    years = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    with tempfile.TemporaryDirectory() as folder:
        app = filled(folder, years)
        with app.app_context():
            rows = [db.session.execute(select(func.count()).select_from(one)).scalar() for one in (Publication, Office)]
            db.session.remove()
        print(f"{rows[0]} publications, {rows[1]} offices")
        for name, taken in measured(app, rounds):
            print(f"{name:28s} {taken:8.2f} ms")


if __name__ == "__main__":
    main()
