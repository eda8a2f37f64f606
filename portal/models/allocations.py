"""What lists and sums of allocations ask for; the words and the scheme stand in draft and snapshot.

Amounts are written once for each revision and never changed: a correction is another revision with rows of its own.
"""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.funds import FundSource
from portal.domain.programs import Program
from portal.models.base import EnumText, Model


class Allocation(Model):
    """What makes a publication an allocation (分配)."""

    __tablename__ = "allocations"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    program: Mapped[Program | None] = mapped_column(EnumText(Program))


class AllocationAmount(Model):
    """What one division gets in one revision, in fen."""

    __tablename__ = "allocation_amounts"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    computed_fen: Mapped[int] = mapped_column(BigInteger)
    final_fen: Mapped[int] = mapped_column(BigInteger)


class AllocationSource(Model):
    """How much of it comes from one source, in fen."""

    __tablename__ = "allocation_sources"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
