"""Posting at the village board: the legal place. The period counts from the latest posting."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.domain.deadlines import never_shorter, objection_period
from portal.domain.disclosure import Afterwards
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.domain.instants import end_of_day, shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.models.notices import Notice, PostingPlace
from portal.models.outbox import Job
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.usecases import audit
from portal.usecases.idempotency import Sent, claim
from portal.usecases.outbox import enqueue
from portal.usecases.scope import publication_within
from portal.usecases.services import Services
from portal.usecases.site import bump_revision


def record_posting(
    services: Services, actor: Actor, number: str, village_code: str, posted_on: date, posted_by: str, *, at: datetime
) -> date | None:
    """Note on which day and by whom the notice was hung; gives the last day of the period, extended if need be."""
    return record_postings(services, actor, number, [village_code], posted_on, posted_by, at=at)


def record_postings(
    services: Services,
    actor: Actor,
    number: str,
    village_codes: Sequence[str],
    posted_on: date,
    posted_by: str,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> date | None:
    """Note the hanging at several boards at once; gives the last day of the period, extended if need be.

    The period counts from the latest posting and is never shortened: the public has its promise.
    """
    _permit(actor)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication = publication_within(session, actor, number)
        _check_day(publication, posted_on, shanghai_date(at))
        for place in _places(session, publication, village_codes):
            place.posted_on, place.posted_by, place.recorded_by = posted_on, _person(posted_by), actor.account_id
        session.flush()
        last_on = _extend(session, services, publication, at=at)
        _record(session, actor, "notice.posted", publication.number, village_codes, posted_on, at=at)
        return last_on


def record_taking_down(
    services: Services, actor: Actor, number: str, village_code: str, taken_down_on: date, *, at: datetime
) -> None:
    """Note on which day the notice was taken from the board."""
    record_takings_down(services, actor, number, [village_code], taken_down_on, at=at)


def record_takings_down(
    services: Services,
    actor: Actor,
    number: str,
    village_codes: Sequence[str],
    taken_down_on: date,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> None:
    """Note on which day the notice was taken from several boards."""
    _permit(actor)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication = publication_within(session, actor, number)
        for place in _places(session, publication, village_codes):
            _check_taking_down(place, taken_down_on, shanghai_date(at))
            place.taken_down_on = taken_down_on
        _record(session, actor, "notice.taken_down", publication.number, village_codes, taken_down_on, at=at)


def _permit(actor: Actor) -> None:
    if not actor.may(Permission.RECORD_POSTING):
        raise NotAllowedError(N_("您的角色不能登记张贴"))


def _check_taking_down(place: PostingPlace, taken_down_on: date, today: date) -> None:
    if place.posted_on is None:
        raise ConflictError(N_("这一处还没有登记张贴，不能登记取下"))
    if not place.posted_on <= taken_down_on <= today:
        text = N_("取下日期应在张贴日期之后，不晚于今天")
        raise InvalidError(N_("取下日期不对"), fields={"taken_down_on": Message(text)})


def _record(
    session: Session, actor: Actor, action: str, number: str, codes: Sequence[str], day: date, *, at: datetime
) -> None:
    audit.record(session, actor, action, number, at=at, places=len(codes), place=codes[0], day=day.isoformat())


def _person(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 1 < len(cleaned) <= 40:  # noqa: PLR2004 - a name of at least two characters, as wide as the column
        raise InvalidError(N_("请写明张贴人"), fields={"posted_by": Message(N_("请填写张贴人的姓名"))})
    return cleaned


def _check_day(publication: Publication, posted_on: date, today: date) -> None:
    if posted_on > today:
        raise InvalidError(N_("张贴日期不对"), fields={"posted_on": Message(N_("张贴日期不能晚于今天"))})
    first = publication.first_published_at
    if first is not None and (shanghai_date(first) - posted_on).days > 30:  # noqa: PLR2004 - a slip of the month
        raise InvalidError(
            N_("张贴日期不对"), fields={"posted_on": Message(N_("张贴日期比发布日期早了一个月以上，请核对"))}
        )


def _places(session: Session, publication: Publication, codes: Sequence[str]) -> Sequence[PostingPlace]:
    found = session.execute(
        select(PostingPlace).where(PostingPlace.publication_id == publication.id, PostingPlace.village_code.in_(codes))
    ).scalars()
    places = list(found)
    if not places or len(places) != len(set(codes)):
        raise NotFoundError(N_("这份公示没有这个张贴点"))
    return places


def _extend(session: Session, services: Services, publication: Publication, *, at: datetime) -> date | None:
    revision = session.get_one(Revision, publication.live_revision_id)
    notice = session.get_one(Notice, publication.id)
    rule = services.rulebook.notice_rules.rule_of_version(notice.kind, notice.program, notice.rule_version)
    latest = session.execute(
        select(func.max(PostingPlace.posted_on)).where(PostingPlace.publication_id == publication.id)
    ).scalar_one()
    if latest is None or rule.period is None or revision.period_last_on is None or revision.sealed_at is not None:
        return revision.period_last_on
    computed = objection_period(latest, rule.period, services.rulebook.calendar).last_on
    last_on = never_shorter(revision.period_last_on, computed)
    if last_on == revision.period_last_on or (revision.visible_until is not None and at >= revision.visible_until):
        return revision.period_last_on
    values = {"period_last_on": last_on, "version": Revision.version + 1}
    if rule.afterwards is Afterwards.SEALED:
        values["visible_until"] = end_of_day(last_on)
        enqueue(session, Job.SEAL, publication.id, revision.id, at=at, due_at=end_of_day(last_on))
    session.execute(
        update(Revision).where(Revision.id == revision.id).values(values).execution_options(synchronize_session=False)
    )
    enqueue(session, Job.PRINT, publication.id, revision.id, at=at)
    bump_revision(session)
    return last_on
