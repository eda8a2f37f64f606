"""Allocations: the public list through the gate, and what the desk sees of drafts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from portal.domain.allocation_tables import AllocationTable, read_draft
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.models.allocations import Allocation
from portal.models.publications import Publication
from portal.queries.desk_publications import DeskPublication, all_within, newest, one_within, standing
from portal.queries.paging import PAGE_SIZE, Cursor, Page, page_of
from portal.queries.publications import matching, public_of, view_of, years_of


@dataclass(frozen=True, slots=True)
class AllocationFilters:
    """What a reader asked the list for; everything may be empty."""

    year: int | None = None
    division_code: str = ""
    program: Program | None = None


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """One allocation in a list."""

    number: str
    title: str
    summary: str
    year: int
    program: Program | None
    division_name: str
    office_name: str
    published_at: datetime
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAllocation(DeskPublication):
    """The newest revision of an allocation as its office sees it; `table` is gone once it was thrown away."""

    year: int
    division_code: str
    table: AllocationTable | None


def allocation_page(
    filters: AllocationFilters, *, at: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[AllocationLine]:
    """The allocations that match, newest first, `size` a page (keyset paging)."""
    return page_of(
        public_of(Area.ALLOCATIONS, Allocation, at).where(*_conditions(filters)), _line, after=after, size=size
    )


def allocation_years(at: datetime) -> tuple[int, ...]:
    """The years of public allocations, newest first; for the filter."""
    return years_of(public_of(Area.ALLOCATIONS, Allocation, at), Allocation.year)


def _conditions(filters: AllocationFilters) -> list[ColumnElement[bool]]:
    return matching(
        (Allocation.year, filters.year),
        (Publication.division_code, filters.division_code),
        (Allocation.program, filters.program),
    )


def _line(row: Any) -> AllocationLine:
    view, facts, office_name, division_name = view_of(row), row[3], row[4], row[5]
    return AllocationLine(
        view.number, view.title, str(view.head.get("summary", "")), facts.year, facts.program, division_name,
        office_name, view.published_at, Cursor(view.published_at, view.publication_id),
    )  # fmt: skip


def desk_allocations(actor: Actor) -> tuple[DeskAllocation, ...]:
    """Every allocation of the actor's offices that was not thrown away, newest first."""
    return all_within(_newest(actor), _desk_allocation)


def desk_allocation(actor: Actor, number: str) -> DeskAllocation:
    """One allocation of the actor's offices; NotFoundError also for those that exist outside them."""
    return one_within(
        _newest(actor), number, _desk_allocation, N_("没有编号为%(number)s的资金分配，或它不在您单位的范围内")
    )


def _newest(actor: Actor) -> Any:
    return newest(actor, Allocation.year).join(Allocation, Allocation.publication_id == Publication.id)


def _desk_allocation(row: Any) -> DeskAllocation:
    publication, revision, office, year = row
    return DeskAllocation(
        **standing(publication, revision, office),
        year=year,
        division_code=publication.division_code,
        table=read_draft(revision.draft) if revision.draft else None,
    )
