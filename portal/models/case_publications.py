"""Which case a published answer is of, and what a list of answers is filtered by; the words stand in the snapshot."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.cases import CaseKind, Category, Outcome
from portal.models.base import EnumText, Model, UtcDateTime


class CasePublication(Model):
    """The answer of one case on its way to the public.

    `embargo_ends_at` is set anew whenever a wording is handed to the reviewer: so long the submitter may object.
    """

    __tablename__ = "case_publications"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[CaseKind] = mapped_column(EnumText(CaseKind))
    category: Mapped[Category] = mapped_column(EnumText(Category))
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome))
    embargo_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
