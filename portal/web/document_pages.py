"""What a page of a document shows: the same for the public page, its revisions, the print page and the preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import request
from markupsafe import Markup

from portal.domain.document_text import words_of
from portal.domain.documents import DocumentCategory, RepealedDocument, Validity, stale_basis
from portal.domain.programs import Program
from portal.queries.publications import PublicView, RevisionLine, holds_now

_OWN_LINK = 'href="/'


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """Everything that a template needs besides the frozen head."""

    category: DocumentCategory
    program: Program | None
    validity: Validity
    dated_on: date | None
    html: Markup
    stale: tuple[RepealedDocument, ...]
    revisions: Sequence[RevisionLine]
    is_live: bool

    @property
    def is_void(self) -> bool:
        """Whether the document no longer binds."""
        return self.validity is Validity.VOID


def shown_document(
    view: PublicView, revisions: Sequence[RevisionLine], repealed: Sequence[RepealedDocument], today: date
) -> ShownDocument:
    """A document as the gate lets it out, ready for its template."""
    head = view.head
    return ShownDocument(
        category=DocumentCategory(head["category"]),
        program=Program(head["program"]) if head["program"] else None,
        validity=Validity(head["validity"]),
        dated_on=date.fromisoformat(head["dated_on"]) if head["dated_on"] else None,
        html=within_site(head["html"]),
        stale=stale_basis(words_of(head["body"]), repealed, today),
        revisions=revisions,
        is_live=holds_now(revisions, view.ordinal),
    )


def within_site(html: str) -> Markup:
    """Our own HTML of a text, with its links inside the site led below the path at which the site lives now.

    Only the renderer writes this attribute with bare quotation marks; in what was typed they are `&quot;`.
    """
    return Markup(html.replace(_OWN_LINK, f'href="{Markup.escape(request.script_root)}/'))  # noqa: S704 - see above
