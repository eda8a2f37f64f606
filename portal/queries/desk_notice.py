"""One notice as the desk sees it: its state, the hands it went through, its preview, its places, its hidden rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.domain.case_actions import UNANSWERED
from portal.domain.cases import CaseKind
from portal.domain.deadlines import ObjectionPeriod
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_, Message
from portal.domain.notice_snapshots import village_index
from portal.domain.notices import NoticeKind, WebDetail
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.publications import OPEN_STATES, Area, Face, Hands, RevisionState, WithdrawalKind
from portal.models.base import db
from portal.models.cases import Case
from portal.models.divisions import Division
from portal.models.notices import HiddenRow, Notice, NoticeRow, PostingPlace
from portal.models.offices import Office
from portal.models.publications import Publication, Revision, SealedSnapshot
from portal.models.staff import Account
from portal.queries.case_scope import not_kept_out
from portal.queries.desk_notices import printable, shown_state
from portal.queries.desk_publications import hands_of
from portal.queries.divisions import division
from portal.queries.notice_drafts import built_notice, list_rows
from portal.queries.offices import web_details_of, within
from portal.queries.publications import PublicView, list_page, public_view
from portal.queries.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Hand:
    """Who has done what with a revision, and when; `name` is empty for what nobody has done yet."""

    step: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskNotice:
    """A notice at work. `revision_id` and everything of it is the open revision, else the public one."""

    number: str
    publication_id: int
    revision_id: int
    ordinal: int
    version: int
    state: RevisionState
    title: str
    kind: NoticeKind
    program: Program
    month: date
    division_code: str
    division_name: str
    office_id: int
    office_name: str
    steps: int
    lead: str
    returned_note: str
    change_kind: WithdrawalKind | None
    change_note: str
    bypass_reason: str
    publish_at: datetime | None
    period_last_on: date | None
    sealed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawal_kind: WithdrawalKind | None
    withdrawal_reason: str
    is_at_work: bool
    is_public: bool
    has_sealed_list: bool
    hands: Hands
    history: tuple[Hand, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what the public sees, or will see: the view of the gate, one page of rows, and what stands in the way."""

    view: PublicView
    rows: Sequence[Sequence[str | int | None]]
    missing: tuple[Message, ...]
    warnings: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A board where the notice must hang."""

    code: str
    name: str
    posted_on: date | None
    posted_by: str
    taken_down_on: date | None


@dataclass(frozen=True, slots=True)
class Hidden:
    """A row that was taken down at once, masked as it was shown."""

    seq: int
    place: str
    masked_name: str
    hidden_by: str
    hidden_by_id: int | None
    hidden_at: datetime
    review_due_at: datetime
    reviewed_by: str
    upheld: bool | None


def desk_notice(actor: Actor, number: str, *, at: datetime) -> DeskNotice:
    """A notice within the actor's offices; NotFoundError for others, and for drafts to those who may not see them."""
    row = db.session.execute(
        select(Publication, Notice, Office, Division.display_name)
        .join(Notice, Notice.publication_id == Publication.id)
        .join(Office, Office.id == Publication.office_id)
        .join(Division, Division.code == Publication.division_code)
        .where(Publication.number == number.strip().upper(), within(actor))
    ).one_or_none()
    revision = _revision_at_work(actor, row[0]) if row else None
    if row is None or revision is None:
        raise NotFoundError(N_("没有编号为%(number)s的公示，或它不在您单位的范围内"), number=number)
    return _notice(row[0], revision, row[1], row[2], row[3], at)


def _revision_at_work(actor: Actor, publication: Publication) -> Revision | None:
    live = db.session.get(Revision, publication.live_revision_id) if publication.live_revision_id else None
    newest_first = (
        select(Revision).where(Revision.publication_id == publication.id).order_by(Revision.ordinal.desc()).limit(1)
    )
    if not actor.may(Permission.SEE_DRAFTS):
        return live or db.session.execute(newest_first.where(printable(actor, Revision))).scalar_one_or_none()
    at_work = newest_first.where(Revision.state.in_(OPEN_STATES))
    return db.session.execute(at_work).scalar_one_or_none() or live or db.session.execute(newest_first).scalar_one()


def _notice(
    publication: Publication, revision: Revision, notice: Notice, office: Office, division_name: str, at: datetime
) -> DeskNotice:
    is_public = publication.live_revision_id is not None and publication.withdrawn_at is None
    return DeskNotice(
        number=publication.number, publication_id=publication.id, revision_id=revision.id, ordinal=revision.ordinal,
        version=revision.version, state=shown_state(publication, revision, at), title=revision.title, kind=notice.kind,
        program=notice.program, month=notice.month, division_code=publication.division_code,
        division_name=division_name, office_id=office.id,
        office_name=office.name, steps=office.steps, lead=revision.draft.get("lead", ""),
        returned_note=revision.returned_note, change_kind=revision.change_kind, change_note=revision.change_note,
        bypass_reason=revision.bypass_reason, publish_at=revision.publish_at, period_last_on=revision.period_last_on,
        sealed_at=revision.sealed_at, withdrawn_at=publication.withdrawn_at,
        withdrawal_kind=publication.withdrawal_kind, withdrawal_reason=publication.withdrawal_reason,
        is_at_work=revision.state in OPEN_STATES, is_public=is_public, has_sealed_list=_has_sealed(publication.id),
        hands=hands_of(revision), history=_history(revision),
    )  # fmt: skip


def _has_sealed(publication_id: int) -> bool:
    query = (
        select(SealedSnapshot.revision_id)
        .join(Revision, Revision.id == SealedSnapshot.revision_id)
        .where(Revision.publication_id == publication_id)
    )
    return db.session.execute(query.limit(1)).first() is not None


def _history(revision: Revision) -> tuple[Hand, ...]:
    ids = {revision.drafted_by, revision.reviewed_by, revision.published_by} - {None}
    rows = db.session.execute(
        select(Account.id, Account.display_name, Office.name).join(Office).where(Account.id.in_(ids))
    )
    names = {account_id: f"{name}（{office}）" for account_id, name, office in rows}
    return (
        Hand("draft", names.get(revision.drafted_by, ""), revision.drafted_at),
        Hand("submit", names.get(revision.drafted_by, "") if revision.submitted_at else "", revision.submitted_at),
        Hand("review", names.get(revision.reviewed_by or 0, ""), revision.reviewed_at),
        Hand("publish", names.get(revision.published_by or 0, ""), revision.published_at or revision.publish_at),
    )


def preview(notice: DeskNotice, rulebook: Rulebook, page: int, *, at: datetime) -> Preview | None:
    """What the public sees of a notice or would see if it were published now; nothing for what is thrown away.

    Of a draft the rows are given even where the public gets counts alone: somebody has to check them.
    """
    if not notice.is_at_work:
        view = public_view(Area.NOTICES, notice.number, at=at)
        if view is None or view.face is Face.WITHDRAWN:
            return None
        return Preview(view, list_page(view, page), (), ())
    built = built_notice(notice.publication_id, notice.revision_id, rulebook, at=at)
    counts_only = web_details_of(notice.office_id)[notice.kind] is WebDetail.COUNTS_ONLY
    view = PublicView(
        number=notice.number, area=Area.NOTICES, face=Face.COUNTS_ONLY if counts_only else Face.FULL,
        publication_id=notice.publication_id, revision_id=notice.revision_id, ordinal=notice.ordinal,
        title=built.title, head=built.head, sha256="", published_at=at, visible_until=built.visible_until,
        period_last_on=built.period.last_on if built.period else None, withdrawn_at=None, withdrawal_kind=None,
        withdrawal_reason="",
    )  # fmt: skip
    rows = built.pages[page - 1] if 0 < page <= len(built.pages) else ()
    return Preview(view, rows, built.missing, _warnings(built.period))


def _warnings(period: ObjectionPeriod | None) -> tuple[Message, ...]:
    if period is None:
        return ()
    provisional = Message(N_("公示期内有的日子国务院还没有公布放假安排，截止日暂定，发布时按当时的安排计算"))
    return (*period.warnings, provisional) if period.provisional else tuple(period.warnings)


def posting_places(publication_id: int) -> tuple[Place, ...]:
    """The boards of a notice, those not confirmed first."""
    rows = db.session.execute(
        select(PostingPlace, Division.display_name)
        .join(Division, Division.code == PostingPlace.village_code)
        .where(PostingPlace.publication_id == publication_id)
        .order_by(PostingPlace.posted_on.is_not(None), PostingPlace.village_code)
    )
    return tuple(
        Place(place.village_code, name, place.posted_on, place.posted_by, place.taken_down_on) for place, name in rows
    )


def village_places(notice: DeskNotice) -> tuple[Place, ...]:
    """The boards for which a sheet can be printed: of the public list, or before it is public of the reviewed one."""
    rows = list_rows(_live_revision_id(notice) or notice.revision_id)
    index = village_index(rows, division(notice.division_code))
    return tuple(Place(one["code"], one["name"], None, "", None) for one in index)


def hidden_rows_of(revision_id: int) -> tuple[Hidden, ...]:
    """The rows of a public list that were taken down at once, with what became of them."""
    hider, reviewer = aliased(Account), aliased(Account)
    rows = db.session.execute(
        select(HiddenRow, NoticeRow.place, NoticeRow.masked_name, hider.display_name, reviewer.display_name)
        .join(NoticeRow, (NoticeRow.revision_id == HiddenRow.revision_id) & (NoticeRow.seq == HiddenRow.seq))
        .outerjoin(hider, hider.id == HiddenRow.hidden_by)
        .outerjoin(reviewer, reviewer.id == HiddenRow.reviewed_by)
        .where(HiddenRow.revision_id == revision_id)
        .order_by(HiddenRow.seq)
    )
    return tuple(
        Hidden(
            row.seq, place, name, hidden_by or "", row.hidden_by, row.hidden_at, row.review_due_at, reviewed_by or "",
            row.upheld,
        )
        for row, place, name, hidden_by, reviewed_by in rows
    )  # fmt: skip


def live_rows_hidden(notice: DeskNotice) -> tuple[Hidden, ...]:
    """The hidden rows of the list that the public sees, also while a correction is at work."""
    live = _live_revision_id(notice)
    return hidden_rows_of(live) if live else ()


def rows_under_check(notice: DeskNotice, actor: Actor) -> tuple[int | None, ...]:
    """The rows of a notice against which an objection is open, without how many, when, or what was said.

    None stands for the notice as a whole. Whoever is kept out of the objection learns nothing of it.
    """
    query = (
        select(Case.notice_row)
        .where(
            Case.notice_id == notice.publication_id,
            Case.kind == CaseKind.OBJECTION,
            Case.state.in_(UNANSWERED),
            *not_kept_out(actor),
        )
        .distinct()
    )
    return tuple(sorted(db.session.scalars(query), key=lambda row: row or 0))


def _live_revision_id(notice: DeskNotice) -> int | None:
    query = select(Publication.live_revision_id).where(Publication.id == notice.publication_id)
    return db.session.execute(query).scalar_one()
