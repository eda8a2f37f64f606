"""Budgets: the public list through the gate, and what the desk sees of drafts and of the 20-day clock."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement

from portal.domain.budgets import BudgetPhase, BudgetTable, days_late, read_draft
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.models.base import db
from portal.models.budgets import Budget
from portal.models.publications import Publication
from portal.queries.desk_publications import DeskPublication, all_within, newest, one_within, standing
from portal.queries.paging import PAGE_SIZE, Cursor, Page, page_of
from portal.queries.publications import matching, public_of, view_of, years_of


@dataclass(frozen=True, slots=True)
class BudgetFilters:
    """What a reader asked the list for; everything may be empty."""

    year: int | None = None
    division_code: str = ""
    phase: BudgetPhase | None = None


@dataclass(frozen=True, slots=True)
class BudgetListing:
    """One budget in a list; `days_late` counts from the last day for its publication."""

    number: str
    title: str
    summary: str
    phase: BudgetPhase
    days_late: int
    office_name: str
    published_at: datetime
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskBudget(DeskPublication):
    """The newest revision of a budget as its office sees it; `table` is gone once it was thrown away."""

    year: int
    phase: BudgetPhase
    program: Program | None
    division_code: str
    first_published_on: date | None
    table: BudgetTable | None

    def days_left(self, today: date) -> int | None:
        """Days until it has to be public, negative when over; nothing when it is public or nothing binds it."""
        if self.first_published_on is not None or self.table is None or self.table.due_on is None:
            return None
        return (self.table.due_on - today).days


def budget_page(
    filters: BudgetFilters, *, at: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[BudgetListing]:
    """The budgets that match, newest first, `size` a page (keyset paging)."""
    return page_of(public_of(Area.BUDGETS, Budget, at).where(*_conditions(filters)), _listing, after=after, size=size)


def budget_years(at: datetime) -> tuple[int, ...]:
    """The years of public budgets, newest first; for the filter."""
    return years_of(public_of(Area.BUDGETS, Budget, at), Budget.year)


def same_budget(
    division_code: str, year: int, phase: BudgetPhase, program: Program | None, *, at: datetime
) -> str | None:
    """The number of a public budget of the same division, year, phase and programme, the newest of them."""
    query = (
        public_of(Area.BUDGETS, Budget, at)
        .where(Publication.division_code == division_code, Budget.year == year, Budget.phase == phase)
        .where(Budget.program.is_(None) if program is None else Budget.program == program)
        .with_only_columns(Publication.number)
        .order_by(Publication.id.desc())
        .limit(1)
    )
    return db.session.execute(query).scalar_one_or_none()


def _conditions(filters: BudgetFilters) -> list[ColumnElement[bool]]:
    return matching(
        (Budget.year, filters.year),
        (Publication.division_code, filters.division_code),
        (Budget.phase, filters.phase),
    )


def _listing(row: Any) -> BudgetListing:
    view, facts, office_name = view_of(row), row[3], row[4]
    head = view.head
    due_on = head.get("due_on")
    late = days_late(date.fromisoformat(due_on) if due_on else None, date.fromisoformat(head["first_published_on"]))
    return BudgetListing(
        view.number, view.title, str(head.get("summary", "")), facts.phase, late, office_name, view.published_at,
        Cursor(view.published_at, view.publication_id),
    )  # fmt: skip


def desk_budgets(actor: Actor) -> tuple[DeskBudget, ...]:
    """Every budget of the actor's offices that was not thrown away, newest first."""
    return all_within(_newest(actor), _desk_budget)


def desk_budget(actor: Actor, number: str) -> DeskBudget:
    """One budget of the actor's offices; NotFoundError also for those that exist outside them."""
    return one_within(_newest(actor), number, _desk_budget, N_("没有编号为%(number)s的预算，或它不在您单位的范围内"))


def _newest(actor: Actor) -> Any:
    return newest(actor, Budget).join(Budget, Budget.publication_id == Publication.id)


def _desk_budget(row: Any) -> DeskBudget:
    publication, revision, office, facts = row
    first = publication.first_published_at
    return DeskBudget(
        **standing(publication, revision, office),
        year=facts.year,
        phase=facts.phase,
        program=facts.program,
        division_code=publication.division_code,
        first_published_on=shanghai_date(first) if first else None,
        table=read_draft(revision.draft) if revision.draft else None,
    )
