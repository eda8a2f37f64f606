"""The publications whose figures stand in the sums of a year, and how long money waited before it was passed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import and_, bindparam, or_

from portal.domain.divisions import DivisionCode
from portal.domain.publications import Area
from portal.domain.registers import RegisterKind
from portal.models.allocations import Allocation
from portal.models.base import db
from portal.models.budgets import Budget
from portal.models.publications import Publication, Revision
from portal.models.registers import Register
from portal.queries.paging import NEWEST_FIRST
from portal.queries.publications import listed

_ORDER = (Area.BUDGETS, Area.ALLOCATIONS, Area.REGISTERS)
_TELLERS = (
    listed(
        Publication.area, Publication.number, Revision.title, Publication.division_code,
        Revision.draft["received_on"].as_string(), Revision.draft["issued_on"].as_string(),
    )
    .outerjoin(Budget, Budget.publication_id == Publication.id)
    .outerjoin(Allocation, Allocation.publication_id == Publication.id)
    .outerjoin(Register, and_(Register.publication_id == Publication.id, Register.kind == RegisterKind.DISBURSEMENTS))
    .where(or_(*(area.year == bindparam("year") for area in (Budget, Allocation, Register))))
    .where(Publication.division_code.in_(bindparam("divisions", expanding=True)))
    .order_by(*NEWEST_FIRST)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Teller:
    """A budget, an allocation or a ledger of the treasury.

    Of an allocation: the days from the receipt of the money to the act that passed it on.
    """

    area: Area
    number: str
    title: str
    division: DivisionCode
    days_to_issue: int | None


def tellers(year: int, divisions: Sequence[DivisionCode]) -> tuple[Teller, ...]:
    """The public budgets, allocations and ledgers of some divisions in a year, the first one's first, newest first."""
    rows = db.session.execute(_TELLERS, {"year": year, "divisions": list(divisions)}).all()
    order = sorted(rows, key=lambda row: (_ORDER.index(row.area), divisions.index(row.division_code)))
    return tuple(
        Teller(area, number, title, DivisionCode(code), _days(received, issued))
        for area, number, title, code, received, issued in order
    )


def mean_days(told: Sequence[Teller], division: DivisionCode) -> Fraction | None:
    """How long money waited with one division on average, each batch alike; None where no batch tells both days."""
    days = [one.days_to_issue for one in told if one.division == division and one.days_to_issue is not None]
    return Fraction(sum(days), len(days)) if days else None


def _days(received: str | None, issued: str | None) -> int | None:
    return (date.fromisoformat(issued) - date.fromisoformat(received)).days if received and issued else None
