"""What a list of documents is filtered by, written when a revision is frozen; the text stands in the snapshot."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.documents import DocumentCategory, Validity
from portal.domain.programs import Program
from portal.models.base import EnumText, Model


class DocumentRevision(Model):
    """The facts of one published revision of a document; the live revision's row is the one that counts."""

    __tablename__ = "document_revisions"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    category: Mapped[DocumentCategory] = mapped_column(EnumText(DocumentCategory), index=True)
    program: Mapped[Program | None] = mapped_column(EnumText(Program), index=True)
    validity: Mapped[Validity] = mapped_column(EnumText(Validity))
    document_number: Mapped[str] = mapped_column(String(40), default="")
    dated_on: Mapped[date | None]
    review_on: Mapped[date | None]
