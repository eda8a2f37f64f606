"""Rosters in the queue. No cell of one, and not even its file's name, has a column here."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.payment_uploads import UploadState, UploadStep
from portal.models.base import EnumText, Model, UtcDateTime


class PaymentUpload(Model):
    """A roster that is read by a worker: leased by one at a time, and the drafts that it became.

    `file_id` names what lies sealed in the spool and its key: the roster while it is open, afterwards the report of
    what is wrong with it; nothing else.
    """

    __tablename__ = "payment_uploads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    size: Mapped[int]
    state: Mapped[UploadState] = mapped_column(EnumText(UploadState))
    step: Mapped[UploadStep] = mapped_column(EnumText(UploadStep))
    rows: Mapped[int] = mapped_column(default=0)
    known_rows: Mapped[int] = mapped_column(default=0)
    file_id: Mapped[str | None] = mapped_column(String(32))
    numbers: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease: Mapped[str] = mapped_column(String(32), default="")
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(80), default="")
