"""Money that does not fit together: a small budget beside a large allocation."""

from datetime import date, datetime

from sqlalchemy import select

from portal.models.base import db
from portal.models.warnings import RaisedWarning
from portal.usecases.services import Services
from portal.usecases.warnings import run_rules
from tests.cast import Cast
from tests.usecases import allocations, budgets, payments

SMALL = ((300_000, 100_000), (90_000, 60_000), (10_000, 5_000))
"""550 000 yuan of relief, of which the usual allocation gives away 1 000 000."""


def too_much_allocated(services: Services, cast: Cast, *, at: datetime) -> str:
    """Publish both and ask the rules; gives the number of the budget."""
    number = budgets.published(services, cast, budgets.book(SMALL), at=at)
    allocations.published(services, cast, at=at)
    run_rules(services, at=at)
    return number


def suddenly_more(services: Services, cast: Cast, *, at: datetime) -> None:
    """Publish a month of 50 persons and one of 80 in the same township, and ask the rules."""
    september = payments.roster(title="许庄街道2026年9月农村低保金发放花名册（惠民补贴一本通）", first=900)
    payments.published(services, cast, september, at=at, month=date(2026, 9, 1))
    payments.published(services, cast, payments.roster(payments.paid([("航运新村", 40)])), at=at)
    run_rules(services, at=at)


def only_warning() -> RaisedWarning:
    """The one warning that there is."""
    return db.session.execute(select(RaisedWarning)).scalar_one()


def warned() -> list[tuple[str, str, int, int, int]]:
    """Every warning that is on record: rule, place, month and both figures."""
    rows = db.session.scalars(select(RaisedWarning).order_by(RaisedWarning.id))
    return [(str(row.rule), row.division_code, row.month, row.bound, row.found) for row in rows]
