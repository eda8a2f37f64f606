"""How each duty of the disclosure catalogue stands in each place, so that no page has to look for the publications."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.cases import Rung
from portal.models.base import EnumText, Model, UtcDateTime


class DutyStanding(Model):
    """The days of a duty of a place (`domain/duties.py`), and what an office has stated about it.

    `looked_on` and `rules` tell when and by which rules it was counted; a row of another day or rules is counted anew.
    `rung` is the highest of which the worker has reminded.
    """

    __tablename__ = "duty_states"

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    duty: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_on: Mapped[date | None]
    fulfilled_on: Mapped[date | None]
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)
    looked_on: Mapped[date | None] = mapped_column(index=True)
    rules: Mapped[str] = mapped_column(String(16), default="")
    rung: Mapped[Rung | None] = mapped_column(EnumText(Rung))
    reason: Mapped[str] = mapped_column(String(300), default="")
    stated_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    stated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
