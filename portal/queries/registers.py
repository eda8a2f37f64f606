"""Registers of money: the public list through the gate, their sums for the year pages, and what the desk sees."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.publications import Area
from portal.domain.register_periods import Period
from portal.domain.registers import RegisterColumn, RegisterKind, RegisterTable, read_draft, read_told
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.publications import Publication, Revision
from portal.models.registers import Register, RegisterFigure
from portal.queries.desk_publications import DeskPublication, all_within, newest, one_within, standing
from portal.queries.paging import PAGE_SIZE, Cursor, Page, page_of
from portal.queries.publications import listed, matching, public_of, view_of, years_of

_SUMS_OF_YEAR = (
    listed(Publication.number, Register.kind, Register.period, RegisterFigure.column, RegisterFigure.amount)
    .join(Register, Register.publication_id == Publication.id)
    .outerjoin(RegisterFigure, RegisterFigure.revision_id == Revision.id)
    .where(Register.year == bindparam("year"), Publication.division_code == bindparam("place"))
)
_SUMS_OF_PARTS = (
    listed(
        Publication.division_code, Register.kind, RegisterFigure.column, func.sum(RegisterFigure.amount), func.count()
    )
    .join(Register, Register.publication_id == Publication.id)
    .join(Division, Division.code == Publication.division_code)
    .outerjoin(RegisterFigure, RegisterFigure.revision_id == Revision.id)
    .where(Register.year == bindparam("year"), Division.parent_code == bindparam("whole"))
    .group_by(Publication.division_code, Register.kind, RegisterFigure.column)
    .order_by(Publication.division_code)
)
"""Made once: every year page asks for them, and their making would cost more than their answer."""


@dataclass(frozen=True, slots=True)
class RegisterFilters:
    """What a reader asked the list for; everything may be empty."""

    year: int | None = None
    division_code: str = ""
    kind: RegisterKind | None = None


@dataclass(frozen=True, slots=True)
class RegisterListing:
    """One register in a list."""

    number: str
    title: str
    summary: str
    kind: RegisterKind
    office_name: str
    published_at: datetime
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class RegisterSums:
    """What one public register of a year tells altogether: fen and persons by column; empty where it is too small."""

    number: str
    kind: RegisterKind
    period: Period
    sums: Mapping[RegisterColumn, int]


@dataclass(frozen=True, slots=True)
class PartSums:
    """What a county's registers of one kind tell of a year altogether; `untold` are so small that no sum has them."""

    division: DivisionCode
    kind: RegisterKind
    sums: Mapping[RegisterColumn, int]
    untold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRegister(DeskPublication):
    """The newest revision of a register as its office sees it; `table` is gone once it was thrown away."""

    kind: RegisterKind
    year: int
    period: Period
    division_code: str
    table: RegisterTable | None


def register_page(
    filters: RegisterFilters, *, at: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[RegisterListing]:
    """The registers that match, newest first, `size` a page (keyset paging)."""
    return page_of(
        public_of(Area.REGISTERS, Register, at).where(*_conditions(filters)), _listing, after=after, size=size
    )


def register_years(at: datetime) -> tuple[int, ...]:
    """The years of public registers, newest first; for the filter."""
    return years_of(public_of(Area.REGISTERS, Register, at), Register.year)


def same_register(place: DivisionCode, kind: RegisterKind, period: Period, *, at: datetime) -> str | None:
    """The number of a public register of the same division, kind and period, the newest of them."""
    query = (
        public_of(Area.REGISTERS, Register, at)
        .where(Publication.division_code == place, Register.kind == kind, Register.period == period.stored)
        .with_only_columns(Publication.number)
        .order_by(Publication.id.desc())
        .limit(1)
    )
    return db.session.execute(query).scalar_one_or_none()


def sums_of_year(year: int, place: DivisionCode) -> tuple[RegisterSums, ...]:
    """What the public registers of a division tell of a year, by kind and period; no snapshot is opened for it."""
    found: dict[tuple[str, RegisterKind, str], dict[RegisterColumn, int]] = {}
    for number, kind, period, column, amount in db.session.execute(_SUMS_OF_YEAR, {"year": year, "place": place}):
        sums = found.setdefault((number, kind, period), {})
        if column is not None:
            sums[column] = amount
    told = (
        RegisterSums(number, kind, Period.of_stored(period), sums) for (number, kind, period), sums in found.items()
    )
    return tuple(sorted(told, key=lambda one: (one.kind, one.period, one.number)))


def sums_of_parts(year: int, whole: DivisionCode) -> tuple[PartSums, ...]:
    """What the public registers of each county of the city tell of a year, added up by kind."""
    found: dict[tuple[str, RegisterKind], dict[RegisterColumn | None, int]] = {}
    for code, kind, column, amount, count in db.session.execute(_SUMS_OF_PARTS, {"year": year, "whole": whole}):
        found.setdefault((code, kind), {})[column] = count if column is None else int(amount)
    return tuple(
        PartSums(DivisionCode(code), kind, {name: fen for name, fen in sums.items() if name}, sums.get(None, 0))
        for (code, kind), sums in found.items()
    )


def hidden_before(session: Session, table: RegisterTable, number: str) -> dict[DivisionCode, str]:
    """The places of which something is public as hidden, with their names: nothing of them is told from now on.

    What counts is the register's own former revision; of a fund every other register too, for one balance is the
    next one's opening.
    """
    query = (
        select(Revision.head)
        .join(Publication, Publication.live_revision_id == Revision.id)
        .join(Register, Register.publication_id == Publication.id)
        .where(
            Publication.division_code == table.place, Register.kind == table.kind, Publication.withdrawn_at.is_(None),
            Revision.head.is_not(None),
            or_(Publication.number == number, Register.kind == RegisterKind.RESERVE_FUND),
        )
    )  # fmt: skip
    found: dict[DivisionCode, str] = {}
    for head in session.execute(query).scalars():
        told = read_told(json.loads(head or "{}"))
        if told.total is not None or table.kind is RegisterKind.RESERVE_FUND:
            found |= told.hidden
    return found


def _conditions(filters: RegisterFilters) -> list[ColumnElement[bool]]:
    return matching(
        (Register.year, filters.year),
        (Publication.division_code, filters.division_code),
        (Register.kind, filters.kind),
    )


def _listing(row: Any) -> RegisterListing:
    view, facts, office_name = view_of(row), row[3], row[4]
    return RegisterListing(
        view.number, view.title, str(view.head.get("summary", "")), facts.kind, office_name, view.published_at,
        Cursor(view.published_at, view.publication_id),
    )  # fmt: skip


def desk_registers(actor: Actor) -> tuple[DeskRegister, ...]:
    """Every register of the actor's offices that was not thrown away, newest first."""
    return all_within(_newest(actor), _desk_register)


def desk_register(actor: Actor, number: str) -> DeskRegister:
    """One register of the actor's offices; NotFoundError also for those that exist outside them."""
    return one_within(
        _newest(actor), number, _desk_register, N_("没有编号为%(number)s的资金登记，或它不在您单位的范围内")
    )


def hidden_in_preview(found: DeskRegister) -> dict[DivisionCode, str]:
    """What is public as hidden already, for what the desk shows of a draft."""
    return hidden_before(db.session(), found.table, found.number) if found.table else {}


def _newest(actor: Actor) -> Any:
    return newest(actor, Register).join(Register, Register.publication_id == Publication.id)


def _desk_register(row: Any) -> DeskRegister:
    publication, revision, office, facts = row
    return DeskRegister(
        **standing(publication, revision, office),
        kind=facts.kind,
        year=facts.year,
        period=Period.of_stored(facts.period),
        division_code=publication.division_code,
        table=read_draft(revision.draft) if revision.draft else None,
    )
