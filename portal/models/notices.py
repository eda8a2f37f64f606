"""Tables of recipient notices. No column here can hold an ID number, an account, a phone or a full name."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.models.base import EnumText, Model, UtcDateTime


class Notice(Model):
    """What makes a publication a recipient notice."""

    __tablename__ = "notices"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(EnumText(NoticeKind), index=True)
    program: Mapped[Program] = mapped_column(EnumText(Program), index=True)
    month: Mapped[date]
    rule_version: Mapped[str] = mapped_column(String(20))


class NoticeRow(Model):
    """One masked row of a draft; the frozen snapshot is made from these, sealing deletes them."""

    __tablename__ = "notice_rows"
    __table_args__ = (Index("ix_notice_rows_person", "person_hash"),)

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    place: Mapped[str] = mapped_column(String(80))
    masked_name: Mapped[str] = mapped_column(String(20))
    serial: Mapped[int]
    household_size: Mapped[int | None]
    persons_covered: Mapped[int | None]
    amount_fen: Mapped[int | None]
    person_hash: Mapped[str] = mapped_column(String(64))


class SealedName(Model):
    """A full name for the village print alone, encrypted; dies on its purge date or when the list is sealed."""

    __tablename__ = "sealed_names"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    purge_on: Mapped[date] = mapped_column(index=True)


class HiddenRow(Model):
    """A row taken down at once (隐私撤下); the review follows. `hidden_by` is None when a submitter asked for it."""

    __tablename__ = "hidden_rows"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    hidden_at: Mapped[datetime] = mapped_column(UtcDateTime)
    review_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    upheld: Mapped[bool | None]


class PostingPlace(Model):
    """A board where the notice must hang (张贴点), and when it was hung and taken down."""

    __tablename__ = "posting_places"
    __table_args__ = (UniqueConstraint("publication_id", "village_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    posted_on: Mapped[date | None]
    posted_by: Mapped[str] = mapped_column(String(40), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    taken_down_on: Mapped[date | None]


NOT_NEEDED = ""
"""In `header_mappings.column`: the clerk has said that nobody needs the column."""


class HeaderMapping(Model):
    """A column heading that a clerk has explained once; remembered for the office."""

    __tablename__ = "header_mappings"
    __table_args__ = (UniqueConstraint("office_id", "heading"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    heading: Mapped[str] = mapped_column(String(60))
    column: Mapped[str] = mapped_column(String(40))
