"""Money that does not fit together: a small budget beside a large allocation."""

from datetime import datetime

from sqlalchemy import select

from portal.models.base import db
from portal.models.warnings import RaisedWarning
from portal.usecases.services import Services
from portal.usecases.warnings import run_rules
from tests.cast import Cast
from tests.usecases import allocations, budgets

SMALL = ((300_000, 100_000), (90_000, 60_000), (10_000, 5_000))
"""550 000 yuan of relief, of which the usual allocation gives away 1 000 000."""


def too_much_allocated(services: Services, cast: Cast, *, at: datetime) -> str:
    """Publish both and ask the rules; gives the number of the budget."""
    number = budgets.published(services, cast, budgets.book(SMALL), at=at)
    allocations.published(services, cast, at=at)
    run_rules(services, at=at)
    return number


def only_warning() -> RaisedWarning:
    """The one warning that there is."""
    return db.session.execute(select(RaisedWarning)).scalar_one()
