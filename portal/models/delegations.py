from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.delegations import AbsenceReason
from portal.models.base import EnumText, Model, UtcDateTime


class Delegation(Model):
    """Who stands in for whom while away (A/B 角), from the first day to the last; `ended_at` when ended early.

    `office_id` is where the absent person worked when it was named; what passes is asked anew at every step.
    """

    __tablename__ = "delegations"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[AbsenceReason] = mapped_column(EnumText(AbsenceReason))
    named_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
