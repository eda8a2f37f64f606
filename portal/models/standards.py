from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.programs import Program
from portal.domain.standards import ProposalState, StandardResidence
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


class StandardProposal(Model):
    """Standards that somebody has handed in at the desk; they count once a second person has confirmed them."""

    __tablename__ = "standard_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), index=True)
    corrects: Mapped[bool]
    state: Mapped[ProposalState] = mapped_column(EnumText(ProposalState), index=True)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remark: Mapped[str] = mapped_column(String(200), default="")


class ProposedStandard(Model):
    """One standard of a proposal, as it will stand in `standards`."""

    __tablename__ = "proposed_standards"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("standard_proposals.id"), index=True)
    program: Mapped[Program] = mapped_column(EnumText(Program))
    residence: Mapped[StandardResidence] = mapped_column(EnumText(StandardResidence))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    valid_from: Mapped[date]
    amount_fen: Mapped[int]
    document_number: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(200))
