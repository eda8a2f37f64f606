"""Published answers of cases: the public list through the gate, drafts at the desk, what waits for the submitter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from portal.domain.case_publications import AnswerDraft, read_draft
from portal.domain.cases import CaseKind, Category, Outcome
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.publications import OPEN_STATES, Area, RevisionState
from portal.models.base import db
from portal.models.case_publications import CasePublication
from portal.models.cases import Case
from portal.models.publications import Publication, Revision
from portal.queries.case_scope import not_kept_out
from portal.queries.desk_publications import DeskPublication, all_within, newest, one_within, standing
from portal.queries.paging import PAGE_SIZE, Cursor, Page, page_of
from portal.queries.publications import matching, public_of, view_of

_HANDED_IN = (RevisionState.SUBMITTED, RevisionState.REVIEWED)


@dataclass(frozen=True, slots=True)
class AnswerFilters:
    """What a reader asked the list for; everything may be empty."""

    county: str = ""
    kind: CaseKind | None = None
    category: Category | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One published answer in a list."""

    number: str
    title: str
    summary: str
    kind: CaseKind
    outcome: Outcome | None
    office_name: str
    published_at: datetime
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAnswer(DeskPublication):
    """The newest revision of an answer as its office sees it; `draft` is gone once it was thrown away or withdrawn."""

    case_number: str
    draft: AnswerDraft | None
    embargo_ends_at: datetime | None


def answer_page(
    filters: AnswerFilters, *, at: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[AnswerLine]:
    """The answers that match, newest first, `size` a page (keyset paging)."""
    return page_of(
        public_of(Area.CASES, CasePublication, at).where(*_conditions(filters)), _line, after=after, size=size
    )


def _conditions(filters: AnswerFilters) -> list[ColumnElement[bool]]:
    return matching(
        (Publication.division_code, filters.county),
        (CasePublication.kind, filters.kind),
        (CasePublication.category, filters.category),
        (CasePublication.outcome, filters.outcome),
    )


def _line(row: Any) -> AnswerLine:
    view, facts, office_name = view_of(row), row[3], row[4]
    return AnswerLine(
        view.number, view.title, str(view.head.get("summary", "")), facts.kind, facts.outcome, office_name,
        view.published_at, Cursor(view.published_at, view.publication_id),
    )  # fmt: skip


def case_open_to(actor: Actor) -> ColumnElement[bool]:
    """True for publications of cases that the actor is not kept out of, and for everything that is no case."""
    own = select(CasePublication.publication_id).join(Case, Case.id == CasePublication.case_id)
    return or_(
        Publication.area != Area.CASES,
        own.where(CasePublication.publication_id == Publication.id, *not_kept_out(actor)).exists(),
    )


def desk_answers(actor: Actor) -> tuple[DeskAnswer, ...]:
    """Every answer of the actor's offices that was not thrown away, newest first."""
    return all_within(_newest(actor), _desk_answer)


def desk_answer(actor: Actor, number: str) -> DeskAnswer:
    """One answer of the actor's offices; NotFoundError also for those outside them or kept from the actor."""
    return one_within(_newest(actor), number, _desk_answer, N_("没有编号为%(number)s的答复，或它不在您单位的范围内"))


def _newest(actor: Actor) -> Any:
    return (
        newest(actor, CasePublication, Case.number)
        .join(CasePublication, CasePublication.publication_id == Publication.id)
        .join(Case, Case.id == CasePublication.case_id)
        .where(*not_kept_out(actor))
    )


def _desk_answer(row: Any) -> DeskAnswer:
    publication, revision, office, facts, case_number = row
    return DeskAnswer(
        **standing(publication, revision, office),
        case_number=case_number,
        draft=_draft(revision),
        embargo_ends_at=facts.embargo_ends_at if revision.state in _HANDED_IN else None,
    )


def _draft(revision: Revision) -> AnswerDraft | None:
    stored: Mapping[str, Any] = revision.draft
    return read_draft(stored) if stored else None


def answer_of_case(session: Session, case_id: int) -> str:
    """The number of a case's answer that is public or on its way; empty when there is none."""
    open_or_public = or_(
        Publication.live_revision_id.is_not(None),
        exists().where(Revision.publication_id == Publication.id, Revision.state.in_(OPEN_STATES)),
    )
    query = _of_case(case_id).where(Publication.withdrawn_at.is_(None), open_or_public)
    return session.scalar(query.with_only_columns(Publication.number)) or ""


def answer_in_work(actor: Actor, case_number: str) -> str:
    """The number of a case's answer that the actor may see, public or on its way; empty when there is none."""
    case_id = db.session.scalar(select(Case.id).where(Case.number == case_number.strip().upper()))
    number = answer_of_case(db.session(), case_id) if case_id else ""
    seen = db.session.execute(_newest(actor).where(Publication.number == number)).first() if number else None
    return number if seen else ""


def public_answer_of(session: Session, case_id: int) -> str:
    """The number of a case's answer that the public may read; empty when there is none."""
    query = _of_case(case_id).where(Publication.withdrawn_at.is_(None), Publication.live_revision_id.is_not(None))
    return session.scalar(query.with_only_columns(Publication.number)) or ""


def handed_in(session: Session, case_id: int) -> tuple[Revision, datetime | None] | None:
    """The revision that waits for the end of its embargo, and that end; nothing when none does."""
    query = _of_case(case_id).join(Revision, Revision.publication_id == Publication.id)
    row = session.execute(
        query.where(Revision.state.in_(_HANDED_IN)).with_only_columns(Revision, CasePublication.embargo_ends_at)
    ).first()
    return (row[0], row[1]) if row else None


def is_proposed(session: Session, case_id: int) -> bool:
    """Whether a wording waits for its publication, so that the submitter may object."""
    return handed_in(session, case_id) is not None


def _of_case(case_id: int) -> Any:
    return (
        select(Publication)
        .join(CasePublication, CasePublication.publication_id == Publication.id)
        .where(CasePublication.case_id == case_id)
        .order_by(Publication.id.desc())
    )
