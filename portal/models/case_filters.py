from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.case_filters import LONGEST_NAME
from portal.models.base import Model, UtcDateTime


class CaseFilter(Model):
    """A filter of the inbox under the name that one person gave it; it goes with the account.

    `choice` holds the values of `domain.case_filters.KEPT` alone: codes and numbers, nothing that was typed.
    """

    __tablename__ = "case_filters"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    choice: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
