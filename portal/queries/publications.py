"""The gate: one query decides what the public may see. Pages, papers, lists, search and sitemap all ask here."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, or_, select
from sqlalchemy.sql import ColumnElement

from portal.domain.notices import WebDetail
from portal.domain.publications import Area, Face, RevisionState, WithdrawalKind
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.notices import HiddenRow, Notice
from portal.models.offices import Office, OfficeDisplay
from portal.models.publications import Publication, Revision, SnapshotPage

CHUNK = 500


@dataclass(frozen=True, slots=True)
class PublicView:
    """What the public may see of one publication at the asked instant."""

    number: str
    area: Area
    face: Face
    publication_id: int
    revision_id: int
    ordinal: int
    title: str
    head: Mapping[str, Any]
    sha256: str
    published_at: datetime
    visible_until: datetime | None
    period_last_on: date | None
    withdrawn_at: datetime | None
    withdrawal_kind: WithdrawalKind | None
    withdrawal_reason: str


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One public revision of a publication, for its list of revisions."""

    ordinal: int
    state: RevisionState
    published_at: datetime
    change_kind: WithdrawalKind | None
    change_note: str
    sha256: str
    is_live: bool


def holds_now(revisions: Sequence[RevisionLine], ordinal: int | None) -> bool:
    """Whether a revision is the one that holds now."""
    return any(line.is_live and line.ordinal == ordinal for line in revisions)


def face_of(at: datetime) -> ColumnElement[str]:
    """The face as SQL, by the rule of domain.publications.face_at; `at` is the reader's instant, not the database's."""
    return case(
        (Publication.withdrawn_at.is_not(None), str(Face.WITHDRAWN)),
        (
            or_(
                Revision.state == RevisionState.EXPIRED,
                and_(Revision.visible_until.is_not(None), Revision.visible_until <= at),
            ),
            str(Face.SEALED),
        ),
        (OfficeDisplay.web == WebDetail.COUNTS_ONLY, str(Face.COUNTS_ONLY)),
        else_=str(Face.FULL),
    )


def visible(at: datetime, *entities: Any) -> "Select[Any]":
    """The one gate: every publication that has gone public, with its live revision and its face at `at`.

    The first two columns are Publication and Revision, the third is the face; `entities` are added behind them.
    """
    return (
        select(Publication, Revision, face_of(at).label("face"), *entities)
        .join(Revision, Publication.live_revision_id == Revision.id)
        .join(Office, Publication.office_id == Office.id)
        .join(Division, Publication.division_code == Division.code)
        .outerjoin(Notice, Notice.publication_id == Publication.id)
        .outerjoin(OfficeDisplay, and_(OfficeDisplay.office_id == Office.id, OfficeDisplay.kind == Notice.kind))
    )


def listed(*entities: Any) -> "Select[Any]":
    """The gate for lists of titles, which every face shows alike: what has gone public and was not withdrawn."""
    live = select(*entities).select_from(Publication).join(Revision, Publication.live_revision_id == Revision.id)
    return live.where(not_withdrawn())


def not_withdrawn() -> ColumnElement[bool]:
    """What lists, search and sitemap add to the gate: a withdrawn publication has a stub but stands in no list."""
    return Publication.withdrawn_at.is_(None)


def public_of(area: Area, facts: Any, at: datetime) -> Any:
    """The gate for the list of an area: behind its columns stand the area's facts and the names of office and place."""
    found = visible(at, facts, Office.name, Division.display_name).join(facts, facts.publication_id == Publication.id)
    return found.where(Publication.area == area, not_withdrawn())


def matching(*asked: tuple[Any, object]) -> list[ColumnElement[bool]]:
    """The columns of a list that have the value which a reader asked for; an empty one asks for nothing."""
    return [column == value for column, value in asked if value]


def years_of(query: Any, year: Any) -> tuple[int, ...]:
    """The years that a list knows, newest first; for its filter."""
    return tuple(sorted(db.session.execute(query.with_only_columns(year).distinct()).scalars(), reverse=True))


def public_view(area: Area, number: str, *, at: datetime) -> PublicView | None:
    """One publication as the public may see it now; nothing when it was never public."""
    row = db.session.execute(visible(at).where(Publication.number == number, Publication.area == area)).one_or_none()
    return view_of(row) if row else None


def revision_view(area: Area, number: str, ordinal: int, *, at: datetime) -> PublicView | None:
    """An earlier or the live revision, through the same gate: its face is never more open than the live one's."""
    live = public_view(area, number, at=at)
    if live is None or live.ordinal == ordinal or live.face is Face.WITHDRAWN:
        return live
    revision = db.session.execute(
        select(Revision).where(
            Revision.publication_id == live.publication_id,
            Revision.ordinal == ordinal,
            Revision.state.in_([RevisionState.SUPERSEDED, RevisionState.EXPIRED, RevisionState.WITHDRAWN]),
        )
    ).scalar_one_or_none()
    return _earlier(live, revision, at) if revision else None


def _earlier(live: PublicView, revision: Revision, at: datetime) -> PublicView:
    face = live.face
    if revision.state is RevisionState.WITHDRAWN:
        face = Face.WITHDRAWN
    elif revision.sealed_at is not None or (revision.visible_until is not None and at >= revision.visible_until):
        face = Face.SEALED
    closed_by = live.head.get("change_kind")
    return PublicView(
        number=live.number, area=live.area, face=face, publication_id=live.publication_id, revision_id=revision.id,
        ordinal=revision.ordinal, title=revision.title, head=_head(revision, face),
        sha256=revision.sha256 if face is Face.FULL else revision.sealed_sha256,
        published_at=_known(revision.published_at), visible_until=revision.visible_until,
        period_last_on=revision.period_last_on,
        withdrawn_at=live.published_at if face is Face.WITHDRAWN else None,
        withdrawal_kind=WithdrawalKind(closed_by) if face is Face.WITHDRAWN and closed_by else None,
        withdrawal_reason=str(live.head.get("change_note", "")) if face is Face.WITHDRAWN else "",
    )  # fmt: skip


def view_of(row: Any) -> PublicView:
    """The view of one row of the gate."""
    publication, revision = row[0], row[1]
    face = Face(row[2])
    return PublicView(
        number=publication.number, area=publication.area, face=face, publication_id=publication.id,
        revision_id=revision.id, ordinal=revision.ordinal, title=revision.title, head=_head(revision, face),
        sha256=revision.sha256 if face is Face.FULL else revision.sealed_sha256,
        published_at=_known(publication.first_published_at), visible_until=revision.visible_until,
        period_last_on=revision.period_last_on, withdrawn_at=publication.withdrawn_at,
        withdrawal_kind=publication.withdrawal_kind, withdrawal_reason=publication.withdrawal_reason,
    )  # fmt: skip


def _head(revision: Revision, face: Face) -> Mapping[str, Any]:
    if face is Face.WITHDRAWN:
        return {}
    text = revision.head if face is Face.FULL else revision.sealed_head
    head: dict[str, Any] = json.loads(text or "{}")
    if face is Face.FULL and head["area"] == Area.NOTICES and head.get("changes"):
        head["changes"] = _without_hidden(head["changes"], hidden_rows(revision.id))
    return head


def _without_hidden(changes: Mapping[str, Any], hidden: frozenset[int]) -> dict[str, Any]:
    """The difference to the revision before, without what it tells of rows that are taken down."""
    return {**changes, "changed": [row for row in changes["changed"] if row["seq"] not in hidden]}


def _known(at: datetime | None) -> datetime:
    if at is None:
        raise LookupError("a public revision has an instant of publication")
    return at


def list_page(view: PublicView, page: int) -> list[list[str | int | None]]:
    """One page of the masked rows of a list that is open, without rows that were hidden at once; else nothing."""
    if view.face is not Face.FULL:
        return []
    text = db.session.execute(
        select(SnapshotPage.rows).where(SnapshotPage.revision_id == view.revision_id, SnapshotPage.page == page)
    ).scalar_one_or_none()
    rows: list[list[str | int | None]] = json.loads(text or "[]")
    hidden = hidden_rows(view.revision_id)
    return [row for row in rows if row[0] not in hidden]


def hidden_rows(revision_id: int) -> frozenset[int]:
    """The seqs of rows that are taken down at once or for good (隐私撤下)."""
    query = select(HiddenRow.seq).where(HiddenRow.revision_id == revision_id, HiddenRow.upheld.is_not(False))
    return frozenset(db.session.execute(query).scalars())


def live_revisions(publication_ids: Sequence[int], *, at: datetime) -> Mapping[int, int]:
    """Of these publications, which revision the public may see now; withdrawn and unpublished ones are left out."""
    found: dict[int, int] = {}
    for start in range(0, len(publication_ids), CHUNK):
        chunk = publication_ids[start : start + CHUNK]
        gate = (
            visible(at).where(Publication.id.in_(chunk), not_withdrawn()).with_only_columns(Publication.id, Revision.id)
        )
        found.update((publication_id, revision_id) for publication_id, revision_id in db.session.execute(gate))
    return found


def revisions_of(view: PublicView) -> tuple[RevisionLine, ...]:
    """All revisions that have been public, newest first."""
    rows = db.session.execute(
        select(Revision)
        .where(Revision.publication_id == view.publication_id, Revision.published_at.is_not(None))
        .order_by(Revision.ordinal.desc())
    ).scalars()
    return tuple(_line(row) for row in rows)


def _line(row: Revision) -> RevisionLine:
    return RevisionLine(
        row.ordinal, row.state, _known(row.published_at), row.change_kind, row.change_note, row.sha256,
        row.state in {RevisionState.PUBLISHED, RevisionState.EXPIRED},
    )  # fmt: skip


def numbers_in_lists(at: datetime, area: Area) -> Iterable[str]:
    """The numbers that a sitemap may name, newest first."""
    gate = visible(at).where(not_withdrawn(), Publication.area == area).with_only_columns(Publication.number)
    return db.session.execute(gate.order_by(Publication.first_published_at.desc())).scalars()
