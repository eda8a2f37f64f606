from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.divisions import Level
from portal.models.base import EnumText, Model


class Division(Model):
    """An administrative division; `path` is the list of codes from the city down, each closed by a slash."""

    __tablename__ = "divisions"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    display_name: Mapped[str] = mapped_column(String(80))
    level: Mapped[Level] = mapped_column(EnumText(Level))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"), index=True)
    path: Mapped[str] = mapped_column(String(60), unique=True)
    virtual: Mapped[bool] = mapped_column(default=False)
