from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.programs import Program
from portal.domain.standards import StandardResidence
from portal.models.base import EnumText, Model, UtcDateTime


class Standard(Model):
    """An entry of a standard (保障标准): added, never changed; of several for one day the last `ordinal` counts."""

    __tablename__ = "standards"
    __table_args__ = (UniqueConstraint("program", "residence", "division_code", "valid_from", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    program: Mapped[Program] = mapped_column(EnumText(Program))
    residence: Mapped[StandardResidence] = mapped_column(EnumText(StandardResidence))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    valid_from: Mapped[date]
    ordinal: Mapped[int]
    amount_fen: Mapped[int]
    document_number: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(200))
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
