"""How a document is frozen: its fields, its Markdown, and the HTML made from it, once, here."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.domain.document_text import html_of, words_of
from portal.domain.documents import DocumentCategory, DocumentContent, content_of, draft_of, faults_in
from portal.domain.errors import RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.models.documents import DocumentRevision
from portal.models.publications import Publication, Revision
from portal.usecases.frozen import Frozen, head_of
from portal.usecases.services import Services

GONE_WHEN_CLOSED = ("body", "html", "summary")
"""What a document that is taken back does not keep in the open tables."""

SUMMARY_LENGTH = 120

NEVER_PUBLIC = ("review_on",)


def freeze_document(
    session: Session,
    services: Services,
    publication: Publication,
    revision: Revision,
    *,
    at: datetime,
) -> Frozen:
    """Freeze the draft as it stands; RefusedError when a field is missing. The list's facts are written beside it."""
    content = _complete(content_of(revision.draft), publication, shanghai_date(at))
    head = {
        **head_of(session, publication, revision),
        "html": html_of(content.body),
        **{name: value for name, value in draft_of(content).items() if name not in NEVER_PUBLIC},
    }
    session.add(_facts(revision.id, content))
    sealed = {name: value for name, value in head.items() if name not in GONE_WHEN_CLOSED}
    return Frozen(content.title, head, sealed, [])


def _complete(content: DocumentContent, publication: Publication, today: date) -> DocumentContent:
    """No field stays empty: the portal's number stands for an index number, the first words for a summary.

    What the office itself writes is dated on the day it is frozen; the day of a policy is its original's to tell.
    """
    if faults := faults_in(content):
        raise RefusedError(N_("还不能公开：%(reasons)s"), reasons="；".join(str(fault) for fault in faults.values()))
    return replace(
        content,
        dated_on=content.dated_on or (None if content.category is DocumentCategory.POLICY else today),
        index_number=content.index_number or publication.number,
        summary=content.summary or words_of(content.body)[:SUMMARY_LENGTH],
    )


def _facts(revision_id: int, content: DocumentContent) -> DocumentRevision:
    return DocumentRevision(
        revision_id=revision_id,
        category=content.category,
        program=content.program,
        validity=content.validity,
        document_number=content.document_number,
        dated_on=content.dated_on,
        review_on=content.review_on,
    )
