"""Batches of payments: what lists and sums ask for. Nobody's name, ID number or account has a column here.

Figures are written once for each revision and never changed: a correction is another revision with rows of its own.
"""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.payments import PaymentKind, Residence
from portal.domain.programs import Program
from portal.models.base import EnumText, Model


class Payment(Model):
    """What makes a publication a batch of payments (发放批次): month, programme and what it pays."""

    __tablename__ = "payments"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    month: Mapped[date] = mapped_column(index=True)
    program: Mapped[Program] = mapped_column(EnumText(Program))
    kind: Mapped[PaymentKind] = mapped_column(EnumText(PaymentKind))
    residence: Mapped[Residence | None] = mapped_column(EnumText(Residence))


class PaymentFigure(Model):
    """What a published revision tells of one place; places whose figures are not told have no row.

    Of a batch of a county one row may be the county's own: 其余, what its untold townships sum to.
    """

    __tablename__ = "payment_figures"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    households: Mapped[int]
    persons: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class PaymentPerson(Model):
    """Who stands in a batch, as a hash under the portal's key that differs from month to month.

    It finds a person who is paid twice for one month, and links no two months; `jobs run` deletes it when the month is
    over for as long as `payment_people_months` says.
    """

    __tablename__ = "payment_people"
    __table_args__ = (Index("ix_payment_people_revision_id", "revision_id"),)

    person_hash: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)


class TerminatedPerson(Model):
    """Who stood in a public list of terminations that is sealed by now, as a hash under the portal's key.

    The rows of the list are gone; this finds somebody who is paid for a later month all the same, and nothing else.
    """

    __tablename__ = "terminated_people"

    person_hash: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), primary_key=True, index=True)
