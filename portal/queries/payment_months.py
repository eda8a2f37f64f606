"""A month, or the months of a year, of a place: which batches are public, which are missing, what they tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal.domain.divisions import Division, Level
from portal.domain.instants import shanghai_date
from portal.domain.offices import Office
from portal.domain.payment_months import MonthRules, MonthState, months_of
from portal.domain.programs import Program
from portal.models.base import db
from portal.models.payments import Payment
from portal.models.publications import Publication
from portal.queries.divisions import children_of, division
from portal.queries.offices import offices_for
from portal.queries.payments import PaymentLine, lines_of_months
from portal.queries.places import IN_CHARGE
from portal.queries.standards import standards_in_force


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One programme in one place and month: its batches, or why there is none."""

    program: Program
    state: MonthState
    lines: tuple[PaymentLine, ...]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """The cells of one place (in a county's month) or of one month (in a township's year)."""

    place: Division
    month: date
    cells: tuple[MonthCell, ...]


@dataclass(frozen=True, slots=True)
class PaymentMonth:
    """The page of a place and month.

    `rows` are the townships of a county, or the place alone; `year` the months of a township's year; `below` the
    counties of the city, which has no rows; `standards` by programme and residence in fen; `offices` whom to call,
    the nearest first.
    """

    place: Division
    above: tuple[Division, ...]
    month: date
    rows: tuple[MonthRow, ...]
    year: tuple[MonthRow, ...]
    below: tuple[Division, ...]
    standards: Mapping[Program, Mapping[str, int]]
    offices: tuple[Office, ...]

    @property
    def untold(self) -> int:
        """How many batches of the month are of so few persons that no sum contains them; each page says so."""
        lines = {line.number: line for row in self.rows for cell in row.cells for line in cell.lines}
        return sum(not line.is_told for line in lines.values())


def payment_month(code: str, month: date, rules: MonthRules, *, at: datetime) -> PaymentMonth:
    """The month of a county or township; a village's is its township's. NotFoundError when there is no such place."""
    asked = division(code)
    place = division(str(asked.parent)) if asked.level is Level.VILLAGE else asked
    today = shanghai_date(at)
    is_township = place.level is Level.TOWNSHIP
    months = months_of(month.year, today) if is_township else (month,)
    places = (place,) if is_township else children_of(place.code) if place.level is Level.COUNTY else ()
    lines = _lines(place, places, (*months, month), at=at) if places else ()
    known = _Known(rules, _began(), today, lines)
    return PaymentMonth(
        place=place,
        above=tuple(division(one) for one in place.path.strip("/").split("/")[:-1]),
        month=month,
        rows=tuple(known.row(one, month) for one in places),
        year=tuple(known.row(place, one) for one in months) if is_township else (),
        below=children_of(place.code) if place.level is Level.CITY else (),
        standards=standards_in_force(place, month).amounts,
        offices=tuple(office for office in offices_for(place.code) if office.kind in IN_CHARGE),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is public, and by which rules the rest is missing."""

    rules: MonthRules
    began: date | None
    today: date
    lines: Sequence[PaymentLine]

    def row(self, place: Division, month: date) -> MonthRow:
        """One place's month, programme by programme."""
        found = [
            line for line in self.lines if line.month == month and line.division_code in {place.code, place.parent}
        ]
        return MonthRow(place, month, tuple(self._cell(program, month, found) for program in Program))

    def _cell(self, program: Program, month: date, found: Sequence[PaymentLine]) -> MonthCell:
        own = tuple(line for line in found if line.program is program)
        state = self.rules.state_of(program, month, is_published=bool(own), began=self.began, today=self.today)
        return MonthCell(program, state, own)


def _lines(
    place: Division, places: Sequence[Division], months: Sequence[date], *, at: datetime
) -> tuple[PaymentLine, ...]:
    """The batches of the months: a township's own ones, and those that its county has handed in for all."""
    codes = {place.code, *(one.code for one in places), *(str(one.parent) for one in places)}
    return lines_of_months(codes, min(months), max(months), at=at)


def _began() -> date | None:
    """The first month of which anything was ever published."""
    query = (
        select(func.min(Payment.month))
        .join(Publication, Publication.id == Payment.publication_id)
        .where(Publication.live_revision_id.is_not(None))
    )
    return db.session.execute(query).scalar_one()
