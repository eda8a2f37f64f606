from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import EnumText, Model, UtcDateTime


class Job(StrEnum):
    """Work that follows a committed write."""

    INDEX = "index"
    PRINT = "print"
    SEAL = "seal"
    PUBLISH = "publish"


class OutboxRow(Model):
    """One piece of work; leased by one worker at a time, done once."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "done_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[Job] = mapped_column(EnumText(Job))
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease: Mapped[str] = mapped_column(String(32), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(200), default="")
