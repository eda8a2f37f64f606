"""What a recipient list would show if it were published now: the preview and the frozen snapshot are the same thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.domain.deadlines import ObjectionPeriod, objection_period
from portal.domain.disclosure import Afterwards, NoticeRule
from portal.domain.divisions import Division as DomainDivision
from portal.domain.errors import NotFoundError
from portal.domain.instants import end_of_day, shanghai_date
from portal.domain.masking import MaskedRow
from portal.domain.messages import N_, Message
from portal.domain.notice_snapshots import (
    ListRow,
    NoticeFacts,
    OfficeFacts,
    changes_between,
    notice_head,
    pages_of,
    sealed_head,
)
from portal.domain.notices import NoticeKind
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.domain.publications import Area, RevisionState, normal_number
from portal.models.base import db
from portal.models.notices import Notice, NoticeRow
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.queries.divisions import division
from portal.queries.offices import within
from portal.queries.rulebook import Rulebook
from portal.queries.standards import amounts_on

CHUNK = 500


@dataclass(frozen=True, slots=True)
class DoubleListing:
    """A row of a new list (its index as read) whose person stands in another list as well."""

    source: int
    number: str


@dataclass(frozen=True, slots=True)
class BuiltNotice:
    """A notice as it would be frozen: head, what remains when sealed, pages of rows, and what still keeps it back."""

    title: str
    head: Mapping[str, Any]
    sealed: Mapping[str, Any]
    pages: Sequence[Sequence[Sequence[str | int | None]]]
    period: ObjectionPeriod | None
    visible_until: datetime | None
    missing: tuple[Message, ...]


def list_rows(revision_id: int) -> tuple[ListRow, ...]:
    """The masked rows of a revision in their order."""
    columns = (
        NoticeRow.seq, NoticeRow.village_code, NoticeRow.place, NoticeRow.masked_name, NoticeRow.serial,
        NoticeRow.household_size, NoticeRow.persons_covered, NoticeRow.amount_fen, NoticeRow.person_hash,
    )  # fmt: skip
    query = select(*columns).where(NoticeRow.revision_id == revision_id).order_by(NoticeRow.seq)
    return tuple(ListRow(*row) for row in db.session.execute(query))


def built_notice(publication_id: int, revision_id: int, rulebook: Rulebook, *, at: datetime) -> BuiltNotice:
    """Build the notice as of `at`; `missing` names what must be there before it may be published."""
    publication = db.session.get_one(Publication, publication_id)
    revision, notice = db.session.get_one(Revision, revision_id), db.session.get_one(Notice, publication_id)
    office = db.session.get_one(Office, publication.office_id)
    rule = rulebook.notice_rules.rule_of_version(notice.kind, notice.program, notice.rule_version)
    today = shanghai_date(at)
    period = objection_period(today, rule.period, rulebook.calendar) if rule.period else None
    rows = list_rows(revision_id)
    place = division(publication.division_code)
    facts = _facts(publication, revision, notice, office, place, rule, today, period)
    head = notice_head(facts, rows, _changes(publication, revision, rule, rows))
    return BuiltNotice(
        title=head["title"],
        head=head,
        sealed=sealed_head(head),
        pages=pages_of(rule, rows),
        period=period,
        visible_until=_visible_until(rule, period, today),
        missing=_missing(rule, office, rows, facts),
    )


def _facts(
    publication: Publication, revision: Revision, notice: Notice, office: Office, place: DomainDivision,
    rule: NoticeRule, today: date, period: ObjectionPeriod | None,
) -> NoticeFacts:  # fmt: skip
    draft = revision.draft
    return NoticeFacts(
        number=publication.number,
        ordinal=revision.ordinal,
        rule=rule,
        month=notice.month,
        division=place,
        office=OfficeFacts(office.name, office.hotline, office.duty_phone, office.address),
        lead=draft.get("lead", ""),
        cause_counts=draft.get("causes", {}),
        emergency=draft.get("emergency", {}),
        standard_fen=amounts_on(notice.program, place, today) if rule.standard_in_head else {},
        change_note=revision.change_note,
        change_kind=revision.change_kind,
        bypass_reason=revision.bypass_reason,
        published_on=today,
        period=period,
    )


def _changes(
    publication: Publication, revision: Revision, rule: NoticeRule, rows: Sequence[ListRow]
) -> dict[str, Any] | None:
    if revision.change_kind is None or publication.live_revision_id in {None, revision.id}:
        return None
    former = db.session.get_one(Revision, publication.live_revision_id)
    if former.state is RevisionState.EXPIRED:
        return None
    return changes_between(rule, list_rows(former.id), rows, revision.change_kind)


def _visible_until(rule: NoticeRule, period: ObjectionPeriod | None, today: date) -> datetime | None:
    if period is not None and rule.afterwards is Afterwards.SEALED:
        return end_of_day(period.last_on)
    return end_of_day(today + timedelta(days=rule.hard_stop_days)) if rule.hard_stop_days else None


def _missing(rule: NoticeRule, office: Office, rows: Sequence[ListRow], facts: NoticeFacts) -> tuple[Message, ...]:
    checks = (
        (bool(rows), N_("名单是空的")),
        (bool(rule.basis), N_("规则里没有写明这类公示的依据")),
        (bool(office.hotline), N_("单位没有登记监督电话：请先在单位信息里填写")),
        (all(row.village_code for row in rows), N_("名单里有一户没有村（社区）")),
        (
            not rule.standard_in_head or bool(facts.standard_fen),
            N_("没有登记现行的供养标准：请先登记（standards import）"),
        ),
    )
    return tuple(Message(text) for holds, text in checks if not holds)


def live_revision_of(number: str, actor: Actor) -> int | None:
    """The public revision of a publication within the actor's offices."""
    query = (
        select(Publication.live_revision_id)
        .join(Office, Office.id == Publication.office_id)
        .where(Publication.number == normal_number(number), within(actor))
    )
    return db.session.execute(query).scalar_one_or_none()


def rule_version_of(number: str, actor: Actor) -> str | None:
    """The version of the rule under which a notice within the actor's offices began."""
    query = (
        select(Notice.rule_version)
        .join(Publication, Publication.id == Notice.publication_id)
        .join(Office, Office.id == Publication.office_id)
        .where(Publication.number == normal_number(number), within(actor))
    )
    return db.session.execute(query).scalar_one_or_none()


def people_listed_elsewhere(
    kind: NoticeKind, month: date, rows: Sequence[MaskedRow], *, except_number: str = ""
) -> tuple[DoubleListing, ...]:
    """Who of these stands in another open list of the same kind and month: a warning, never an error."""
    by_hash = {row.person_hash: row for row in rows}
    found: list[DoubleListing] = []
    hashes = list(by_hash)
    for start in range(0, len(hashes), CHUNK):
        query = (
            select(NoticeRow.person_hash, Publication.number)
            .join(Revision, Revision.id == NoticeRow.revision_id)
            .join(Publication, Publication.id == Revision.publication_id)
            .join(Notice, Notice.publication_id == Publication.id)
            .where(
                NoticeRow.person_hash.in_(hashes[start : start + CHUNK]),
                Notice.kind == kind,
                Notice.month == month,
                Publication.number != except_number,
                Revision.state.not_in([RevisionState.DISCARDED, RevisionState.WITHDRAWN]),
            )
        )
        found += [DoubleListing(by_hash[digest].source, number) for digest, number in db.session.execute(query)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class NoticeIdentity:
    """What a notice is about, unchanged over its revisions."""

    kind: NoticeKind
    program: Program
    division_code: str
    month: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one revision of a publication stands."""

    number: str
    state: RevisionState
    revision: int
    area: Area


def standing_of(number: str, *, newest: bool) -> Standing:
    """Where the newest revision of a publication stands, or the one that is public."""
    query = select(Publication.number, Revision.state, Revision.ordinal, Publication.area).where(
        Publication.number == normal_number(number)
    )
    joined = query.join(Revision, Revision.publication_id == Publication.id)
    if not newest:
        joined = joined.where(Revision.id == Publication.live_revision_id)
    return Standing(*db.session.execute(joined.order_by(Revision.ordinal.desc()).limit(1)).one())


def notice_facts(actor: Actor, number: str) -> NoticeIdentity:
    """What a notice within the actor's offices is about; NotFoundError for any other."""
    row = db.session.execute(
        select(Notice.kind, Notice.program, Publication.division_code, Notice.month)
        .join(Publication, Publication.id == Notice.publication_id)
        .join(Office, Office.id == Publication.office_id)
        .where(Publication.number == normal_number(number), within(actor))
    ).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有编号为%(number)s的公示，或它不在您单位的范围内"), number=number)
    return NoticeIdentity(*row)
