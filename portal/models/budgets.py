"""What lists, sums and clocks of budgets ask for; words and targets stand in draft and snapshot.

Amounts are written once for each revision and never changed: a correction is another revision with rows of its own.
"""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.budgets import BudgetPhase
from portal.domain.funds import FundSource, FundUse
from portal.domain.programs import Program
from portal.models.base import EnumText, Model


class Budget(Model):
    """What makes a publication a budget (预算); `due_on` is the last day for its first publication."""

    __tablename__ = "budgets"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    phase: Mapped[BudgetPhase] = mapped_column(EnumText(BudgetPhase))
    program: Mapped[Program | None] = mapped_column(EnumText(Program))
    approved_on: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(index=True)


class BudgetAmount(Model):
    """One line of one revision, in fen; `line` counts from 0 in the order of the table."""

    __tablename__ = "budget_amounts"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    function_code: Mapped[str] = mapped_column(String(9))
    program: Mapped[Program | None] = mapped_column(EnumText(Program))
    use: Mapped[FundUse] = mapped_column(EnumText(FundUse))
    total_fen: Mapped[int] = mapped_column(BigInteger)


class BudgetSource(Model):
    """How much of a line comes from one source, in fen."""

    __tablename__ = "budget_sources"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
