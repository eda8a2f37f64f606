from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.clarifications import ClarificationScope, ClarificationState
from portal.models.base import EnumText, Model, UtcDateTime


class Clarification(Model):
    """Somebody of the staff, or his office, asks that an unfounded report be clarified (澄清); words lie sealed.

    `case_id` is known to those who decide and shown to nobody who asks.
    """

    __tablename__ = "clarifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    for_office: Mapped[bool]
    scope: Mapped[ClarificationScope] = mapped_column(EnumText(ClarificationScope))
    asked: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ClarificationState] = mapped_column(EnumText(ClarificationState))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    letter: Mapped[bytes | None] = mapped_column(LargeBinary)
