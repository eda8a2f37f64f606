from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.attachments import FileFinding
from portal.domain.proxy_collectors import ProxyState
from portal.models.base import EnumText, Model, UtcDateTime


class ProxyCollector(Model):
    """An entry of the register of 委托代领: place, days and state are clear, everything about the persons is sealed."""

    __tablename__ = "proxy_collectors"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), index=True)
    state: Mapped[ProxyState] = mapped_column(EnumText(ProxyState))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    valid_from: Mapped[date]
    registered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_on: Mapped[date | None]
    review_due_on: Mapped[date]
    ended_on: Mapped[date | None]
    purge_on: Mapped[date | None] = mapped_column(index=True)


class ConsentScan(Model):
    """The scan of a written consent: its bytes lie sealed among the attachments, `sealed` holds their key and type.

    In quarantine nobody gets it; `found` says why it stays there, nothing that it still waits for its scan.
    """

    __tablename__ = "consent_scans"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    proxy_id: Mapped[int] = mapped_column(ForeignKey("proxy_collectors.id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    quarantined: Mapped[bool]
    found: Mapped[FileFinding | None] = mapped_column(EnumText(FileFinding))
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
