"""Figures that an operator watches; counts and ages, nothing of any list."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from portal.domain.payment_uploads import OPEN
from portal.domain.publications import RevisionState
from portal.models.base import db
from portal.models.notices import HiddenRow, PostingPlace
from portal.models.outbox import OutboxRow
from portal.models.payment_uploads import PaymentUpload
from portal.models.publications import Publication, Revision


@dataclass(frozen=True, slots=True)
class Metrics:
    """How much waits, and for how long (seconds); how many publications stand in each state."""

    revisions: dict[RevisionState, int]
    withdrawn: int
    work_waiting: int
    work_failed: int
    oldest_work_s: float
    unsealed_s: float
    unconfirmed_places: int
    reviews_waiting: int
    rosters_waiting: int
    oldest_roster_s: float


def metrics(*, at: datetime) -> Metrics:
    """The figures at an instant."""
    states = db.session.execute(select(Revision.state, func.count()).group_by(Revision.state))
    waiting, failed, oldest = db.session.execute(
        select(
            func.count(), func.count().filter(OutboxRow.error != ""), func.min(OutboxRow.due_at)
        ).where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= at)
    ).one()  # fmt: skip
    unsealed = db.session.execute(
        select(func.min(Revision.visible_until)).where(
            Revision.visible_until <= at, Revision.sealed_at.is_(None), Revision.state == RevisionState.PUBLISHED
        )
    ).scalar_one()
    rosters, oldest_roster = db.session.execute(
        select(func.count(), func.min(PaymentUpload.created_at)).where(PaymentUpload.state.in_(OPEN))
    ).one()
    return Metrics(
        revisions={state: count for state, count in states},  # noqa: C416 - rows are no pairs to dict()
        withdrawn=_count(select(func.count()).where(Publication.withdrawn_at.is_not(None))),
        work_waiting=waiting,
        work_failed=failed,
        oldest_work_s=_age(oldest, at),
        unsealed_s=_age(unsealed, at),
        unconfirmed_places=_count(select(func.count()).where(PostingPlace.posted_on.is_(None))),
        reviews_waiting=_count(select(func.count()).where(HiddenRow.reviewed_at.is_(None))),
        rosters_waiting=rosters,
        oldest_roster_s=_age(oldest_roster, at),
    )


def _count(query: Select[int]) -> int:
    return db.session.execute(query).scalar_one()


def _age(since: datetime | None, at: datetime) -> float:
    return (at - since).total_seconds() if since else 0.0
