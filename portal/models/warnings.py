"""Warnings (风险预警), what has happened to each of them, and of which state of things the rules were last asked."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.funds import FundSource
from portal.domain.programs import Program
from portal.domain.warnings import WarningRule, WarningState, WarningStep
from portal.models.base import EnumText, Model, UtcDateTime


class RaisedWarning(Model):
    """One warning; `key` tells which, whatever its figures are. `bound` and `found` are what did not fit.

    `is_told` is whether a year page may tell it, as the rules last said.
    """

    __tablename__ = "warnings"
    __table_args__ = (Index("ix_warnings_year_whole_code", "year", "whole_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    rule: Mapped[WarningRule] = mapped_column(EnumText(WarningRule))
    year: Mapped[int]
    month: Mapped[int]
    whole_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), index=True)
    program: Mapped[Program | None] = mapped_column(EnumText(Program))
    source: Mapped[FundSource | None] = mapped_column(EnumText(FundSource))
    subject: Mapped[str] = mapped_column(String(40))
    bound: Mapped[int] = mapped_column(BigInteger)
    found: Mapped[int] = mapped_column(BigInteger)
    is_told: Mapped[bool] = mapped_column(default=False)
    state: Mapped[WarningState] = mapped_column(EnumText(WarningState), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(String(500), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class WarningEvent(Model):
    """One step of a warning, never changed: with which figures, by whom, and what was explained."""

    __tablename__ = "warning_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    warning_id: Mapped[int] = mapped_column(ForeignKey("warnings.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    step: Mapped[WarningStep] = mapped_column(EnumText(WarningStep))
    bound: Mapped[int] = mapped_column(BigInteger)
    found: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(String(500), default="")


class WarningRun(Model):
    """The one row that says of which state of things the rules were last asked, so that a round of jobs is cheap.

    At the site's `revision` all warnings are known to be what the rules would find.
    """

    __tablename__ = "warning_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    seen: Mapped[str] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column(default=0)
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime)
