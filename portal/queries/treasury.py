"""What the ledgers of treasuries need from elsewhere: days on which allocations were issued, months that are told."""

from datetime import date

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FundStage
from portal.domain.instants import shanghai_date
from portal.domain.publications import Area
from portal.domain.register_periods import Period
from portal.domain.registers import RegisterKind, RegisterTable
from portal.domain.treasury import PublicLedger, YearPlace, document_number, told_until, with_days
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.fund_totals import FundTotal
from portal.models.payments import Payment, PaymentFigure
from portal.models.publications import Publication, Revision
from portal.models.registers import Register

_LEDGERS = (
    select(
        Register.year, Publication.division_code, Register.period, Publication.first_published_at,
        Revision.published_at,
    )
    .join(Publication, Publication.id == Register.publication_id)
    .join(Revision, Revision.id == Publication.live_revision_id)
    .where(
        Register.kind == RegisterKind.DISBURSEMENTS, Publication.withdrawn_at.is_(None),
        Publication.first_published_at.is_not(None), Revision.published_at.is_not(None),
    )
)  # fmt: skip
_LEDGERS_OF = _LEDGERS.where(Register.year == bindparam("year"), Publication.division_code == bindparam("whole"))
_LAST_ROWS = (
    select(FundTotal.year, FundTotal.whole_code, func.max(FundTotal.month))
    .where(FundTotal.stage == FundStage.DISBURSED)
    .group_by(FundTotal.year, FundTotal.whole_code)
)
_LAST_ROWS_OF = _LAST_ROWS.where(FundTotal.year == bindparam("year"), FundTotal.whole_code == bindparam("whole"))
"""Made once: a year page asks for them, and their making would cost more than their answer."""


def ledger_with_days(session: Session, table: RegisterTable) -> RegisterTable:
    """A ledger with the days since the allocations that it cites; any other register as it is."""
    return with_days(table, _issued(session, table.place)) if table.kind is RegisterKind.DISBURSEMENTS else table


def as_published(table: RegisterTable) -> RegisterTable:
    """What the desk shows of a draft: the days as they would be told today."""
    return ledger_with_days(db.session(), table)


def _issued(session: Session, place: DivisionCode) -> dict[str, date]:
    """When the public allocations of a division and of those above it were issued, by document number."""
    above = session.execute(select(Division.path).where(Division.code == place)).scalar_one().strip("/").split("/")
    query = (
        select(Revision.draft["document_number"].as_string(), Revision.draft["issued_on"].as_string())
        .join(Publication, Publication.live_revision_id == Revision.id)
        .where(
            Publication.area == Area.ALLOCATIONS, Publication.withdrawn_at.is_(None),
            Publication.division_code.in_(above),
        )
    )  # fmt: skip
    found: dict[str, date] = {}
    for number, issued_on in session.execute(query):
        named = document_number(number or "")
        if named and issued_on:
            found[named] = min(date.fromisoformat(issued_on), found.get(named, date.max))
    return found


def untold_months(session: Session, table: RegisterTable) -> tuple[date, ...]:
    """The months of a county's ledger in which a public batch of its payments is of too few to be told at all.

    Whoever takes what is told as paid from what left the treasury would have what that batch does not tell.
    """
    if table.kind is not RegisterKind.DISBURSEMENTS:
        return ()
    is_told = exists().where(PaymentFigure.revision_id == Publication.live_revision_id)
    query = (
        select(Payment.month)
        .distinct()
        .join(Publication, Publication.id == Payment.publication_id)
        .join(Division, Division.code == Publication.division_code)
        .where(
            Publication.live_revision_id.is_not(None), Publication.withdrawn_at.is_(None), ~is_told,
            Division.path.contains(f"/{table.place}/", autoescape=True),
        )
        .order_by(Payment.month)
    )  # fmt: skip
    months = session.execute(query).scalars()
    return tuple(month for month in months if table.period.holds(Period(month.year, month=month.month)))


def ledger_of(session: Session, place: DivisionCode, month: date) -> str | None:
    """The number of a public ledger that tells of a month, of the county that `place` lies in, or is."""
    county = session.execute(select(Division.path).where(Division.code == place)).scalar_one().split("/")[1]
    query = (
        select(Publication.number, Register.period)
        .join(Register, Register.publication_id == Publication.id)
        .where(
            Register.kind == RegisterKind.DISBURSEMENTS, Register.year == month.year,
            Publication.division_code == county, Publication.live_revision_id.is_not(None),
            Publication.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    told = Period(month.year, month=month.month)
    rows = session.execute(query)
    return next((number for number, period in rows if Period.of_stored(period).holds(told)), None)


def told_months(*, year: int | None, whole: DivisionCode | None) -> dict[YearPlace, int]:
    """Up to which month the public ledgers of a division tell everything: of one year and division, or of all."""
    ledgers, last_rows = (_LEDGERS, _LAST_ROWS) if whole is None else (_LEDGERS_OF, _LAST_ROWS_OF)
    asked = {"year": year, "whole": whole}
    told: dict[YearPlace, list[PublicLedger]] = {}
    for of, place, period, *published in db.session.execute(ledgers, asked):
        first, revised = (shanghai_date(at) for at in published if at)
        ledger = PublicLedger(Period.of_stored(period), first, revised)
        told.setdefault((of, DivisionCode(place)), []).append(ledger)
    last = {(of, place): month for of, place, month in db.session.execute(last_rows, asked)} if told else {}
    return {key: told_until(found, last.get(key, 0)) for key, found in told.items()}
