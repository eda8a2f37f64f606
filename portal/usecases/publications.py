"""The steps in the life of a publication. Each is one transaction, decided by compare-and-set, noted once."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, NotAllowedError, RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.publications import (
    OPEN_STATES,
    Area,
    RevisionState,
    Route,
    Step,
    WithdrawalKind,
    check_hands,
    check_reason,
    format_number,
    needs,
)
from portal.models.offices import Office
from portal.models.publications import NumberSequence, Publication, Revision
from portal.models.transaction import transaction
from portal.queries.desk_publications import hands_of
from portal.usecases import audit
from portal.usecases.case_freezing import begin_embargo
from portal.usecases.duties import refresh_duties
from portal.usecases.free_text import refuse_personal_data
from portal.usecases.fund_totals import refresh_figures
from portal.usecases.idempotency import Sent, claim
from portal.usecases.publishing import make_public, take_back
from portal.usecases.scope import publication_within
from portal.usecases.services import Services
from portal.usecases.site import bump_revision


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """Where a publication stands after a step; what the commands print."""

    number: str
    state: RevisionState
    revision: int
    area: Area


@dataclass(frozen=True, slots=True)
class Held:
    """What a step works on: the publication, its revision, and how its office routes revisions."""

    publication: Publication
    revision: Revision
    route: Route


def submit(
    services: Services, actor: Actor, number: str, *, at: datetime, version: int | None = None, sent: Sent | None = None
) -> StepOutcome:
    """Hand a draft to the reviewer. The free text is read for names of its own list first."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        held = _open_revision(session, actor, number, Step.SUBMIT, version)
        refuse_personal_data(session, services, held.revision)
        if held.publication.area is Area.CASES:
            begin_embargo(session, services, held.publication, at=at)
        return _step(session, actor, held, Step.SUBMIT, at=at, submitted_at=at)


def review(
    services: Services, actor: Actor, number: str, *, at: datetime, version: int | None = None, sent: Sent | None = None
) -> StepOutcome:
    """Approve what was submitted (审核)."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        held = _open_revision(session, actor, number, Step.REVIEW, version)
        return _step(session, actor, held, Step.REVIEW, at=at, reviewed_by=actor.account_id, reviewed_at=at)


def return_to_drafter(
    services: Services,
    actor: Actor,
    number: str,
    note: str,
    *,
    at: datetime,
    version: int | None = None,
    sent: Sent | None = None,
) -> StepOutcome:
    """Give a submitted or reviewed revision back with a note for the drafter; the note is internal."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        held = _open_revision(session, actor, number, Step.RETURN, version)
        text = check_reason(note)
        refuse_personal_data(session, services, held.revision, text)
        cleared = {"reviewed_by": None, "reviewed_at": None, "submitted_at": None, "publish_at": None}
        return _step(session, actor, held, Step.RETURN, at=at, returned_note=text, **cleared)


def discard(
    services: Services, actor: Actor, number: str, *, at: datetime, version: int | None = None, sent: Sent | None = None
) -> StepOutcome:
    """Throw a draft away; its rows and names are deleted at once."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        held = _open_revision(session, actor, number, Step.DISCARD, version)
        outcome = _step(session, actor, held, Step.DISCARD, at=at)
        take_back(session, services, held.revision, at=at, keep_sealed=False)
        return outcome


def publish(
    services: Services,
    actor: Actor,
    number: str,
    *,
    at: datetime,
    version: int | None = None,
    bypass_reason: str = "",
    sent: Sent | None = None,
) -> StepOutcome:
    """Make a reviewed revision public (签发): snapshot, hash, audit entry and outbox rows in one transaction.

    A bypass reason takes the emergency way around the other two people; it is shown on the page for everybody.
    RefusedError names what is missing (basis, hotline, places) or that a name stands in the free text.
    """
    with transaction() as session:
        claim(session, sent, actor, at=at)
        held = _open_revision(session, actor, number, Step.PUBLISH, version, bypass_reason)
        refuse_personal_data(session, services, held.revision, bypass_reason)
        return _publish(session, services, actor, held, at=at)


def schedule(
    services: Services,
    actor: Actor,
    number: str,
    publish_at: datetime,
    *,
    at: datetime,
    version: int | None = None,
    sent: Sent | None = None,
) -> StepOutcome:
    """Sign now, publish later: the worker publishes at the instant, in the publisher's name."""
    if publish_at <= at:
        raise RefusedError(N_("定时发布的时间须晚于现在"))
    with transaction() as session:
        claim(session, sent, actor, at=at)
        held = _open_revision(session, actor, number, Step.PUBLISH, version)
        refuse_personal_data(session, services, held.revision)
        changed = session.execute(
            update(Revision)
            .where(Revision.id == held.revision.id, Revision.version == held.revision.version)
            .values(publish_at=publish_at, published_by=actor.account_id, version=Revision.version + 1)
        )
        _one_row(changed)
        audit.record(
            session, actor, "publication.scheduled", held.publication.number, at=at, publish_at=publish_at.isoformat()
        )
        return StepOutcome(held.publication.number, held.revision.state, held.revision.ordinal, held.publication.area)


def publish_scheduled(services: Services, actor: Actor, number: str, *, at: datetime) -> StepOutcome:
    """Carry out a scheduled publication; `actor` is the publisher who signed it."""
    with transaction() as session:
        held = _open_revision(session, actor, number, Step.PUBLISH, None)
        if held.revision.publish_at is None or held.revision.publish_at > at:
            raise ConflictError(N_("这份公示没有到期的定时发布"))
        return _publish(session, services, actor, held, at=at)


def withdraw(
    services: Services,
    actor: Actor,
    number: str,
    kind: WithdrawalKind,
    reason: str,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> StepOutcome:
    """Take a publication back: gone everywhere in the same instant, a stub says what kind, when and why."""
    text = check_reason(reason)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication = publication_within(session, actor, number)
        _permit(actor, Step.WITHDRAW, publication.area)
        revision = session.get(Revision, publication.live_revision_id) if publication.live_revision_id else None
        if revision is None:
            raise ConflictError(N_("它还没有公开过，不需要撤下"))
        refuse_personal_data(session, services, revision, text)
        changed = session.execute(
            update(Publication)
            .where(Publication.id == publication.id, Publication.withdrawn_at.is_(None))
            .values(withdrawn_at=at, withdrawal_kind=kind, withdrawal_reason=text)
        )
        _one_row(changed)
        held = Held(publication, revision, Route())
        outcome = _step(session, actor, held, Step.WITHDRAW, at=at, kind=str(kind))
        _close_all(session, services, publication, at=at)
        refresh_figures(session, publication)
        refresh_duties(session, services, publication, at=at)
        bump_revision(session)
        return outcome


def _publish(session: Session, services: Services, actor: Actor, held: Held, *, at: datetime) -> StepOutcome:
    frozen = make_public(session, services, held.publication, held.revision, held.route.bypass_reason, at=at)
    bump_revision(session)
    outcome = _step(
        session,
        actor,
        held,
        Step.PUBLISH,
        at=at,
        published_by=actor.account_id,
        published_at=at,
        publish_at=None,
        **frozen,
    )
    refresh_figures(session, held.publication)
    refresh_duties(session, services, held.publication, at=at)
    return outcome


def _close_all(session: Session, services: Services, publication: Publication, *, at: datetime) -> None:
    """Withdrawal closes earlier revisions too, and throws away a correction that is still open."""
    query = select(Revision).where(Revision.publication_id == publication.id).execution_options(populate_existing=True)
    for revision in session.execute(query).scalars().all():
        if revision.state in OPEN_STATES:
            revision.state = RevisionState.DISCARDED
            session.flush()
        take_back(session, services, revision, at=at, keep_sealed=revision.published_at is not None)


def _open_revision(
    session: Session, actor: Actor, number: str, step: Step, version: int | None, bypass_reason: str = ""
) -> Held:
    _permit(actor, step, *Area)
    publication = publication_within(session, actor, number)
    _permit(actor, step, publication.area)
    revision = session.execute(
        select(Revision).where(Revision.publication_id == publication.id, Revision.state.in_(OPEN_STATES))
    ).scalar_one_or_none()
    if revision is None:
        raise ConflictError(N_("%(number)s 现在没有待办的草稿"), number=number)
    if version is not None and version != revision.version:
        raise ConflictError(N_("别人刚刚改动过这份公示，请刷新后再看"))
    steps = session.execute(select(Office.steps).where(Office.id == publication.office_id)).scalar_one()
    reason = check_reason(bypass_reason) if bypass_reason else ""
    held = Held(publication, revision, Route(steps, reason))
    check_hands(step, hands_of(revision), actor.account_id, held.route)
    held.route.target(revision.state, step)
    return held


def _permit(actor: Actor, step: Step, *areas: Area) -> None:
    """NotAllowedError unless the step is permitted in one of the areas."""
    if not any(actor.permissions & needs(area, step) for area in areas):
        raise NotAllowedError(N_("您的角色不能办这一步"))


def _step(
    session: Session, actor: Actor, held: Held, step: Step, *, at: datetime, kind: str | None = None, **values: Any
) -> StepOutcome:
    """Compare-and-set: the step counts only if nobody has moved the revision since it was read."""
    target = held.route.target(held.revision.state, step)
    if held.route.bypass_reason:
        values["bypass_reason"] = held.route.bypass_reason
    session.flush()
    changed = session.execute(
        update(Revision)
        .where(
            Revision.id == held.revision.id,
            Revision.state == held.revision.state,
            Revision.version == held.revision.version,
        )
        .values(state=target, version=Revision.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    _one_row(changed)
    number, ordinal = held.publication.number, held.revision.ordinal
    detail = {"kind": kind} if kind else {}
    audit.record(session, actor, f"publication.{step}", number, at=at, revision=ordinal, state=str(target), **detail)
    return StepOutcome(number, target, ordinal, held.publication.area)


def _one_row(result: Any) -> None:
    if result.rowcount != 1:
        raise ConflictError(N_("别人刚刚办过这一步，请刷新后再看"))


def next_number(session: Session, area: Area, on: date) -> str:
    """The next free number of an area in a year; the row is locked by the write transaction."""
    prefix = format_number(area, on.year, 0).split("-", maxsplit=1)[0]
    if not _count_on(session, prefix, on.year):
        # The first of a year: another writer may be laying the same row at this moment.
        with suppress(IntegrityError), session.begin_nested():
            session.execute(insert(NumberSequence).values(prefix=prefix, year=on.year, last=0))
        _count_on(session, prefix, on.year)
    last = select(NumberSequence.last).where(NumberSequence.prefix == prefix, NumberSequence.year == on.year)
    return format_number(area, on.year, session.execute(last).scalar_one())


def _count_on(session: Session, prefix: str, year: int) -> bool:
    changed = session.execute(
        update(NumberSequence)
        .where(NumberSequence.prefix == prefix, NumberSequence.year == year)
        .values(last=NumberSequence.last + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]
