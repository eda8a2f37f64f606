"""Registers of money: what lists and sums ask for. Nobody's name, ID number or account has a column here.

Figures are written once for each revision and never changed: a correction is another revision with figures of its own.
"""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.registers import RegisterColumn, RegisterKind
from portal.models.base import EnumText, Model


class Register(Model):
    """What makes a publication a register (资金登记): its kind and the period that it tells of, as stored."""

    __tablename__ = "registers"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    kind: Mapped[RegisterKind] = mapped_column(EnumText(RegisterKind))
    year: Mapped[int] = mapped_column(index=True)
    period: Mapped[str] = mapped_column(String(10))


class RegisterFigure(Model):
    """One sum that a published revision tells: fen, or persons; a register that tells none has no row."""

    __tablename__ = "register_figures"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    column: Mapped[RegisterColumn] = mapped_column(EnumText(RegisterColumn), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
