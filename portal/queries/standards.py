"""The standards that have been entered: what holds at a place on a day, and what has held there over the years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.domain.standards import Series, Standard, StandardResidence, Standards, Step, residences_of
from portal.models.base import db
from portal.models.documents import DocumentRevision
from portal.models.publications import Publication, Revision
from portal.models.standards import Standard as Row
from portal.queries.divisions import children_of, division
from portal.queries.publications import not_withdrawn, visible

_COLUMNS = (
    Row.program, Row.residence, Row.division_code, Row.valid_from, Row.amount_fen, Row.document_number, Row.note,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StandardsInForce:
    """What holds at a place on a day, by programme and residence in fen; `place` is the city or county that has it."""

    place: Division
    day: date
    amounts: Mapping[Program, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class ProgramStandards:
    """One programme over the years at one place, by residence."""

    program: Program
    steps: Mapping[StandardResidence, tuple[Step, ...]]

    @property
    def newest_first(self) -> tuple[Step, ...]:
        """The steps of every residence as a table tells them."""
        every = (step for steps in self.steps.values() for step in steps)
        return tuple(sorted(every, key=lambda step: step.standard.series.valid_from, reverse=True))


@dataclass(frozen=True, slots=True)
class StandardPage:
    """The page of a city or county.

    `documents` leads from the number of a document that is public here to the number of its page; `below` are the
    counties of the city, `own` the codes of those that have set a standard of their own.
    """

    place: Division
    names: Mapping[str, str]
    programs: tuple[ProgramStandards, ...]
    documents: Mapping[str, str]
    below: tuple[Division, ...]
    own: frozenset[str]


def standards(codes: Sequence[str] | None = None) -> Standards:
    """The entries of some places, or every one, in the order in which they were made: a few a year and place."""
    query = select(*_COLUMNS).order_by(Row.id)
    rows = db.session.execute(query if codes is None else query.where(Row.division_code.in_(codes)))
    return Standards(tuple(map(_standard, rows)))


def amounts_on(program: Program, place: Division, day: date) -> Mapping[str, int]:
    """Residence → fen per person and month at a place; empty when nobody has entered a standard."""
    path = _codes(place)
    return standards(path).valid_on(program, day, path)


def standards_in_force(place: Division, day: date) -> StandardsInForce:
    """Of every programme what holds at a place on a day."""
    path = _codes(place)
    known = standards(path)
    amounts = {program: known.valid_on(program, day, path) for program in Program}
    return StandardsInForce(keeper_of(place), day, amounts)


def keeper_of(place: Division) -> Division:
    """The city or county whose page of standards is a place's."""
    return place if place.level in {Level.CITY, Level.COUNTY} else keeper_of(division(str(place.parent)))


def standard_page(code: str, *, at: datetime) -> StandardPage:
    """The page of a city or county, a village's is its county's; NotFoundError when there is no such place."""
    place = keeper_of(division(code))
    path = _codes(place)
    known = standards(path)
    told = (
        ProgramStandards(program, {one: known.over_the_years(program, one, path) for one in residences_of(program)})
        for program in Program
    )
    programs = tuple(one for one in told if any(one.steps.values()))
    numbers = {step.standard.document_number for one in programs for step in one.newest_first}
    below = children_of(place.code) if place.level is Level.CITY else ()
    return StandardPage(
        place=place,
        names={one: division(one).display_name for one in path},
        programs=programs,
        documents=_documents(sorted(numbers - {""}), at=at),
        below=below,
        own=frozenset(db.session.scalars(select(Row.division_code).distinct())),
    )


def _codes(place: Division) -> Sequence[str]:
    return place.path.strip("/").split("/")


def _standard(row: Any) -> Standard:
    program, residence, code, valid_from, amount_fen, document_number, note = row
    return Standard(Series(program, residence, DivisionCode(code), valid_from), Fen(amount_fen), document_number, note)


def _documents(numbers: Sequence[str], *, at: datetime) -> dict[str, str]:
    query = (
        visible(at)
        .join(DocumentRevision, DocumentRevision.revision_id == Revision.id)
        .where(Publication.area == Area.DOCUMENTS, not_withdrawn(), DocumentRevision.document_number.in_(numbers))
        .with_only_columns(DocumentRevision.document_number, Publication.number)
    )
    return {row.document_number: row.number for row in db.session.execute(query)}
