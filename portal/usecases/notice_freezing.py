"""How a recipient list is frozen, and how a newer list ends the one it replaces."""

from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.domain.deadlines import never_shorter
from portal.domain.disclosure import Afterwards
from portal.domain.errors import RefusedError
from portal.domain.instants import end_of_day
from portal.domain.messages import N_
from portal.domain.publications import RevisionState
from portal.models.notices import Notice, PostingPlace
from portal.models.outbox import Job
from portal.models.publications import Publication, Revision
from portal.queries.notice_drafts import BuiltNotice, built_notice
from portal.usecases.frozen import Frozen
from portal.usecases.outbox import enqueue
from portal.usecases.row_takedowns import keep_hidden
from portal.usecases.services import Services


def freeze_notice(
    session: Session, services: Services, publication: Publication, revision: Revision, *, at: datetime
) -> Frozen:
    """Build what the public will see; RefusedError says what is missing. The posting places follow the list."""
    built = built_notice(publication.id, revision.id, services.rulebook, at=at)
    if built.missing:
        raise RefusedError(N_("还不能公开：%(reasons)s"), reasons="；".join(str(reason) for reason in built.missing))
    _set_places(session, publication, built)
    keep_hidden(session, publication, revision)
    last_on = built.period.last_on if built.period else None
    visible_until = built.visible_until
    if last_on is not None and publication.live_revision_id is not None:
        last_on = _promised(session, publication.live_revision_id, last_on)
        visible_until = end_of_day(last_on) if visible_until else None
    return Frozen(built.title, _with_last_day(built, last_on), built.sealed, built.pages, visible_until, last_on)


def _promised(session: Session, live_revision_id: int, last_on: date) -> date:
    promised = session.execute(select(Revision.period_last_on).where(Revision.id == live_revision_id)).scalar_one()
    return never_shorter(promised, last_on) if promised else last_on


def _with_last_day(built: BuiltNotice, last_on: date | None) -> dict[str, object]:
    head = dict(built.head)
    if last_on is not None:
        head["period"] = {**head["period"], "last_on": last_on.isoformat()}
    return head


def _set_places(session: Session, publication: Publication, built: BuiltNotice) -> None:
    """Every village that is told has a board of its own; those that are not hang at their township."""
    known = select(PostingPlace.village_code).where(PostingPlace.publication_id == publication.id)
    have = set(session.execute(known).scalars())
    new = [village["code"] for village in built.head["villages"] if village["code"] not in have]
    if new:
        session.execute(insert(PostingPlace), [{"publication_id": publication.id, "village_code": c} for c in new])


def replace_earlier_lists(session: Session, services: Services, publication: Publication, *, at: datetime) -> None:
    """A result list ends the former month's list of the same kind, programme and place (replaced monthly)."""
    if publication.live_revision_id is not None:
        return
    notice = session.get_one(Notice, publication.id)
    rule = services.rulebook.notice_rules.rule_of_version(notice.kind, notice.program, notice.rule_version)
    if rule.afterwards is not Afterwards.REPLACED:
        return
    earlier = (
        select(Publication.id, Revision.id)
        .join(Notice, Notice.publication_id == Publication.id)
        .join(Revision, Revision.id == Publication.live_revision_id)
        .where(
            Notice.kind == notice.kind,
            Notice.program == notice.program,
            Notice.month < notice.month,
            Publication.division_code == publication.division_code,
            Publication.office_id == publication.office_id,
            Publication.withdrawn_at.is_(None),
            Revision.state == RevisionState.PUBLISHED,
            Revision.visible_until > at,
        )
    )
    for publication_id, revision_id in session.execute(earlier).all():
        session.execute(
            update(Revision)
            .where(Revision.id == revision_id)
            .values(visible_until=at, version=Revision.version + 1)
            .execution_options(synchronize_session=False)
        )
        enqueue(session, Job.SEAL, publication_id, revision_id, at=at)
