from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.publications import Area, RevisionState, WithdrawalKind
from portal.models.base import EnumText, Model, UtcDateTime


class NumberSequence(Model):
    """The last number given under a prefix in a year."""

    __tablename__ = "number_sequences"

    prefix: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class SiteState(Model):
    """One row: a counter that every write to what the public sees moves on; page caches ask it at every hit.

    Duties of disclosure are counted from `founded_on`.
    """

    __tablename__ = "site_states"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    demo: Mapped[bool] = mapped_column(default=False)
    founded_on: Mapped[date]


class Publication(Model):
    """Anything published, over all its revisions; `live_revision_id` points at the one the public sees."""

    __tablename__ = "publications"
    __table_args__ = (Index("ix_publications_listing", "area", "first_published_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    area: Mapped[Area] = mapped_column(EnumText(Area))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    live_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", use_alter=True, name="fk_publications_live_revision_id_revisions")
    )
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawal_kind: Mapped[WithdrawalKind | None] = mapped_column(EnumText(WithdrawalKind))
    withdrawal_reason: Mapped[str] = mapped_column(String(300), default="")


class Revision(Model):
    """One revision on its way through the life of a publication; frozen at publishing.

    `head` is what the public may see without rows (title, basis, period, totals, columns …) as canonical JSON,
    `sealed_head` what remains after the end of the period; the rows stand in snapshot_pages.
    `sha256` covers head and rows together.
    """

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("publication_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), index=True)
    ordinal: Mapped[int]
    state: Mapped[RevisionState] = mapped_column(EnumText(RevisionState), index=True)
    title: Mapped[str] = mapped_column(String(200))
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    change_kind: Mapped[WithdrawalKind | None] = mapped_column(EnumText(WithdrawalKind))
    change_note: Mapped[str] = mapped_column(String(300), default="")
    drafted_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_note: Mapped[str] = mapped_column(String(300), default="")
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bypass_reason: Mapped[str] = mapped_column(String(300), default="")
    visible_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    period_last_on: Mapped[date | None]
    head: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    sealed_head: Mapped[str | None]
    sealed_sha256: Mapped[str] = mapped_column(String(64), default="")
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own attribute


class SnapshotPage(Model):
    """Two hundred rows at most of a frozen list, as canonical JSON; deleted when the list is sealed."""

    __tablename__ = "snapshot_pages"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[str]


class SealedSnapshot(Model):
    """The full list after its end: encrypted under a key of its own that dies on the retention date."""

    __tablename__ = "sealed_snapshots"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(64))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    destroy_on: Mapped[date] = mapped_column(index=True)


class Paper(Model):
    """A printed PDF in the store of files, found by what it shows."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("revision_id", "variant"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    variant: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
