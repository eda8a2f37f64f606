"""What is counted of cases: one row a case that says what it counts for, and the sums that pages read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.case_statistics import Rate
from portal.domain.cases import CaseKind
from portal.models.base import EnumText, Model, UtcDateTime


class CaseTally(Model):
    """What one case counts for; written anew from the case, so that counting twice changes nothing.

    `quarter` (2026-4) is set once the case is concluded. A month (2026-11) is set when the case counts for that rate in
    that month: `told` for the response rate, `due` for the on-time rate, `done` for the solved and satisfied ones.
    """

    __tablename__ = "case_tallies"
    __table_args__ = (
        Index("ix_case_tallies_cell", "quarter", "county_code"),
        Index("ix_case_tallies_told", "told_month", "office_id"),
        Index("ix_case_tallies_due", "due_month", "office_id"),
        Index("ix_case_tallies_done", "done_month", "office_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    county_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[CaseKind] = mapped_column(EnumText(CaseKind))
    quarter: Mapped[str] = mapped_column(String(6), default="")
    outcome: Mapped[str] = mapped_column(String(40), default="")
    told_month: Mapped[str] = mapped_column(String(7), default="")
    told_in_time: Mapped[bool] = mapped_column(default=False)
    never_told: Mapped[bool] = mapped_column(default=False)
    due_month: Mapped[str] = mapped_column(String(7), default="")
    on_time: Mapped[bool] = mapped_column(default=False)
    unfinished: Mapped[bool] = mapped_column(default=False)
    done_month: Mapped[str] = mapped_column(String(7), default="")
    solved: Mapped[bool] = mapped_column(default=False)
    satisfied: Mapped[bool] = mapped_column(default=False)
    unrated: Mapped[bool] = mapped_column(default=False)


class CaseCount(Model):
    """How many cases of a county, quarter, kind and outcome are concluded; an empty outcome is none."""

    __tablename__ = "case_counts"

    county_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    kind: Mapped[CaseKind] = mapped_column(EnumText(CaseKind), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(40), primary_key=True)
    cases: Mapped[int]


class CaseOfficeMonth(Model):
    """What a rate of an office in a month is made of."""

    __tablename__ = "case_office_months"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    rate: Mapped[Rate] = mapped_column(EnumText(Rate), primary_key=True)
    reached: Mapped[int]
    cases: Mapped[int]
    silent: Mapped[int]


class CaseOverdue(Model):
    """How many cases of a county are overdue now."""

    __tablename__ = "case_overdue"

    county_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    cases: Mapped[int]


class CaseStatisticsState(Model):
    """One row: up to which event and which instant everything is counted."""

    __tablename__ = "case_statistics_states"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_event_id: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
