"""Sums of published money, written when something is published or taken back, so that no page has to add them up."""

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.fund_totals import FundStage
from portal.domain.funds import FundSource, FundUse
from portal.domain.programs import Program
from portal.models.base import EnumText, Model


class FundTotal(Model):
    """One figure of `domain/fund_totals.py`, in fen."""

    __tablename__ = "fund_totals"
    __table_args__ = (
        # Holds all that a page asks of months, in the order in which they are added up: no row is looked up.
        Index("ix_fund_totals_months", "whole_code", "year", "stage", "month", "amount_fen"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    whole_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    part_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    stage: Mapped[FundStage] = mapped_column(EnumText(FundStage))
    month: Mapped[int]
    program: Mapped[Program | None] = mapped_column(EnumText(Program))
    use: Mapped[FundUse] = mapped_column(EnumText(FundUse))
    source: Mapped[FundSource | None] = mapped_column(EnumText(FundSource))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    persons: Mapped[int] = mapped_column(default=0, server_default="0")


class FundYearTotal(Model):
    """The figures of a year, its months added up: what ten years of months cannot make slower to read."""

    __tablename__ = "fund_year_totals"
    __table_args__ = (
        # Holds all that a page asks of a year, in the order in which it is added up: nothing is sorted.
        Index(
            "ix_fund_year_totals_sums",
            "whole_code", "year", "stage", "use", "part_code", "program", "source", "amount_fen",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    whole_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    part_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    stage: Mapped[FundStage] = mapped_column(EnumText(FundStage))
    program: Mapped[Program | None] = mapped_column(EnumText(Program))
    use: Mapped[FundUse] = mapped_column(EnumText(FundUse))
    source: Mapped[FundSource | None] = mapped_column(EnumText(FundSource))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    persons: Mapped[int] = mapped_column(default=0, server_default="0")


class UntoldBatches(Model):
    """How many batches of a county and month are of so few persons that no sum contains them; a month of none has none.

    Counted when one of them is published or taken back, for a year of all townships is too much for a page to count.
    """

    __tablename__ = "untold_batches"

    whole_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    batches: Mapped[int]
