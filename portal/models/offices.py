from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.notices import NoticeKind, WebDetail
from portal.domain.offices import OfficeKind
from portal.models.base import EnumText, Model


class Office(Model):
    """An office (主管单位、承办单位); `path` lists the ids from the top office down, each closed by a slash."""

    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[OfficeKind] = mapped_column(EnumText(OfficeKind))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    path: Mapped[str] = mapped_column(String(120), index=True)
    hotline: Mapped[str] = mapped_column(String(40), default="")
    duty_phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    steps: Mapped[int] = mapped_column(default=3)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own attribute


class OfficeDisplay(Model):
    """What an office lets the website show of one kind of notice; no row means masked names."""

    __tablename__ = "office_displays"
    __table_args__ = (UniqueConstraint("office_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[NoticeKind] = mapped_column(EnumText(NoticeKind))
    web: Mapped[WebDetail] = mapped_column(EnumText(WebDetail))
