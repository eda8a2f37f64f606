"""Documents: the public list through the gate, and what the desk sees of drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from portal.domain.document_text import words_of
from portal.domain.documents import (
    DocumentCategory,
    DocumentContent,
    RepealedDocument,
    Validity,
    content_of,
    stale_basis,
)
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.domain.publications import Area, RevisionState
from portal.models.base import db
from portal.models.documents import DocumentRevision
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.queries.desk_publications import DeskPublication, all_within, newest, one_within, standing
from portal.queries.paging import PAGE_SIZE, Cursor, Page, page_of
from portal.queries.publications import not_withdrawn, visible


@dataclass(frozen=True, slots=True)
class DocumentFilters:
    """What a reader asked the list for; everything may be empty."""

    category: DocumentCategory | None = None
    program: Program | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document in a list."""

    number: str
    title: str
    category: DocumentCategory
    program: Program | None
    document_number: str
    validity: Validity
    dated_on: date | None
    office_name: str
    published_at: datetime
    cursor: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDocument(DeskPublication):
    """The newest revision of a document as its office sees it; `is_open` while that revision is on its way."""

    content: DocumentContent | None
    review_is_due: bool
    stale: tuple[RepealedDocument, ...]


def document_page(
    filters: DocumentFilters, *, at: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[DocumentLine]:
    """The documents that match, newest first, `size` a page (keyset paging)."""
    return page_of(_lines(at).where(*_conditions(filters)), _line, after=after, size=size)


def _lines(at: datetime) -> Any:
    return (
        visible(at)
        .join(DocumentRevision, DocumentRevision.revision_id == Revision.id)
        .where(Publication.area == Area.DOCUMENTS, not_withdrawn())
        .with_only_columns(
            Publication.number, Revision.title, DocumentRevision.category, DocumentRevision.program,
            DocumentRevision.document_number, DocumentRevision.validity, DocumentRevision.dated_on, Office.name,
            Publication.first_published_at, Publication.id,
        )
    )  # fmt: skip


def _line(row: Any) -> DocumentLine:
    number, title, category, program, document_number, validity, dated_on, office, published_at, ident = row
    return DocumentLine(
        number, title, category, program, document_number, validity, dated_on, office, published_at,
        Cursor(published_at, ident),
    )  # fmt: skip


def _conditions(filters: DocumentFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.category:
        conditions.append(DocumentRevision.category == filters.category)
    if filters.program:
        conditions.append(DocumentRevision.program == filters.program)
    conditions += [_contains(word) for word in filters.text.split()[:5]]
    return conditions


def _contains(word: str) -> ColumnElement[bool]:
    return or_(
        Revision.title.contains(word, autoescape=True),
        DocumentRevision.document_number.contains(word, autoescape=True),
        Publication.number == word.upper(),
    )


def desk_documents(actor: Actor, repealed: Sequence[RepealedDocument], *, at: datetime) -> tuple[DeskDocument, ...]:
    """Every document of the actor's offices that was not thrown away, newest first."""
    return all_within(_newest(actor), lambda row: _desk_document(row, repealed, at))


def desk_document(actor: Actor, number: str, repealed: Sequence[RepealedDocument], *, at: datetime) -> DeskDocument:
    """One document of the actor's offices; NotFoundError also for those that exist outside them."""
    missing = N_("没有编号为%(number)s的文件，或它不在您单位的范围内")
    return one_within(_newest(actor), number, lambda row: _desk_document(row, repealed, at), missing)


def _newest(actor: Actor) -> Any:
    return newest(actor).where(Publication.area == Area.DOCUMENTS)


def _desk_document(row: Any, repealed: Sequence[RepealedDocument], at: datetime) -> DeskDocument:
    publication, revision, office = row
    content, today = content_of(revision.draft) if revision.draft else None, shanghai_date(at)
    due_on = content.review_on if content else None
    return DeskDocument(
        **standing(publication, revision, office),
        content=content,
        review_is_due=due_on is not None and due_on <= today and revision.state is RevisionState.PUBLISHED,
        stale=stale_basis(words_of(content.body), repealed, today) if content else (),
    )


def drafted_titles(office_id: int) -> frozenset[str]:
    """The titles of an office's documents, drafts included, withdrawn and thrown-away ones left out."""
    query = (
        select(Revision.title)
        .join(Publication, Publication.id == Revision.publication_id)
        .where(
            Publication.area == Area.DOCUMENTS,
            Publication.office_id == office_id,
            Publication.withdrawn_at.is_(None),
            Revision.state != RevisionState.DISCARDED,
        )
    )
    return frozenset(db.session.execute(query).scalars())
