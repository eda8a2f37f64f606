"""The handling of clusters of complaints; the clusters themselves are counted by each reader and lie nowhere."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.cases import Rung
from portal.models.base import EnumText, Model, UtcDateTime


class ClusterTaken(Model):
    """One taking over of a cluster, and the explanation of whoever took it; `key` tells what the cluster is about.

    `rung` is the highest of which the worker has reminded, `looked_on` the day on which it last asked.
    """

    __tablename__ = "case_clusters_taken"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    rung: Mapped[Rung | None] = mapped_column(EnumText(Rung))
    looked_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(String(500), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClusterTakenCase(Model):
    """A case that the owner saw in the cluster: whoever may not see every one of them does not see the handling."""

    __tablename__ = "case_clusters_taken_cases"

    taken_id: Mapped[int] = mapped_column(ForeignKey("case_clusters_taken.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
