"""Drafts of recipient lists: stored once masked, corrected by a new revision, edited with a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.domain.disclosure import NoticeRule
from portal.domain.divisions import Division
from portal.domain.errors import ConflictError, NotAllowedError
from portal.domain.instants import shanghai_date
from portal.domain.masking import MaskedRow
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.domain.publications import Area, normal_number
from portal.models.notices import Notice, NoticeRow, SealedName
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.sealing.envelopes import seal_under, unseal_under
from portal.usecases import audit
from portal.usecases.corrections import Correction, correctable, next_ordinal, open_draft
from portal.usecases.drafts import add_publication, add_revision
from portal.usecases.free_text import name_place, refuse_personal_data
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services

BATCH = 1000


@dataclass(frozen=True, slots=True)
class DraftedList:
    """A list that is masked and ready to be stored; `names` are the full names in the order of `rows`."""

    rule: NoticeRule
    place: Division
    month: date
    rows: Sequence[MaskedRow]
    names: Sequence[str] = field(repr=False)
    causes: Mapping[str, int] = field(default_factory=dict)
    emergency: Mapping[str, int] = field(default_factory=dict)


def add_draft(session: Session, services: Services, actor: Actor, listed: DraftedList, *, at: datetime) -> str:
    """Store a new list as the first draft of a new publication; gives its number."""
    publication = add_publication(session, actor, Area.NOTICES, listed.place.code, at=at)
    rule = listed.rule
    session.add(
        Notice(
            publication_id=publication.id, kind=rule.kind, program=rule.program, month=listed.month,
            rule_version=rule.version,
        )
    )  # fmt: skip
    _add_revision(session, services, actor, publication, 1, listed, at=at)
    audit.record(session, actor, "notice.imported", publication.number, at=at, rows=len(listed.rows))
    return publication.number


def add_correction(
    session: Session, services: Services, actor: Actor, listed: DraftedList, correction: Correction, *, at: datetime
) -> str:
    """Store a list as the next revision of a publication; ConflictError while another correction is open."""
    publication = correctable(session, actor, Area.NOTICES, correction.number, at=at)
    ordinal = next_ordinal(session, publication)
    revision = _add_revision(session, services, actor, publication, ordinal, listed, at=at, correction=correction)
    refuse_personal_data(session, services, revision)
    audit.record(
        session, actor, "notice.corrected", publication.number, at=at, rows=len(listed.rows), kind=str(correction.kind)
    )
    return publication.number


def _add_revision(
    session: Session, services: Services, actor: Actor, publication: Publication, ordinal: int, listed: DraftedList,
    *, at: datetime, correction: Correction | None = None,
) -> Revision:  # fmt: skip
    title = listed.rule.title(place=listed.place.display_name, day=listed.month, households=len(listed.rows))
    draft = {"lead": "", "causes": dict(listed.causes), "emergency": dict(listed.emergency)}
    revision = add_revision(session, actor, publication, ordinal, title, draft, at=at, correction=correction)
    _add_rows(session, services, revision.id, listed, at=at)
    return revision


def _add_rows(session: Session, services: Services, revision_id: int, listed: DraftedList, *, at: datetime) -> None:
    """Masked rows in the open; the full names apart, encrypted, with the day on which they are purged."""
    keyring = services.keyring
    purge_on = shanghai_date(at) + timedelta(days=services.rulebook.retention.full_names_days)
    for start in range(0, len(listed.rows), BATCH):
        rows = listed.rows[start : start + BATCH]
        session.execute(insert(NoticeRow), [_row_values(revision_id, row) for row in rows])
        session.execute(
            insert(SealedName),
            [
                {
                    "revision_id": revision_id,
                    "seq": row.seq,
                    "ciphertext": seal_under(
                        keyring, "names", listed.names[row.source].encode(), bound_to=name_place(revision_id, row.seq)
                    ),
                    "purge_on": purge_on,
                }
                for row in rows
            ],
        )


def _row_values(revision_id: int, row: MaskedRow) -> dict[str, Any]:
    return {
        "revision_id": revision_id,
        "seq": row.seq,
        "village_code": row.village_code,
        "place": row.place,
        "masked_name": row.masked_name,
        "serial": row.serial,
        "household_size": row.household_size,
        "persons_covered": row.persons_covered,
        "amount_fen": row.amount_fen,
        "person_hash": row.person_hash,
    }


def edit_draft(
    services: Services,
    actor: Actor,
    number: str,
    lead: str,
    version: int,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> None:
    """Change a draft's leading paragraph; ConflictError when somebody else has saved since `version`.

    An empty text stands for the rule's own paragraph.
    """
    if not actor.may(Permission.DRAFT):
        raise NotAllowedError(N_("您的角色不能起草公示"))
    with transaction() as session:
        claim(session, sent, actor, at=at)
        revision = open_draft(session, actor, Area.NOTICES, number)
        if revision.version != version:
            raise ConflictError(N_("别人刚刚改动过这份草稿，您的改动还没有保存"))
        revision.draft = {**revision.draft, "lead": " ".join(lead.split())}
        refuse_personal_data(session, services, revision)
        audit.record(session, actor, "notice.edited", normal_number(number), at=at, revision=revision.ordinal)


def correct_text(
    services: Services,
    actor: Actor,
    correction: Correction,
    lead: str,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> str:
    """Open a correction that keeps the list as it is and changes the leading paragraph alone."""
    if not actor.may(Permission.DRAFT):
        raise NotAllowedError(N_("您的角色不能起草公示"))
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication = correctable(session, actor, Area.NOTICES, correction.number, at=at)
        ordinal = next_ordinal(session, publication)
        live = session.get_one(Revision, publication.live_revision_id)
        if live.sealed_at is not None:
            raise ConflictError(N_("公示期已满，名单已封存，只能重新公示"))
        draft = {**live.draft, "lead": " ".join(lead.split())}
        revision = add_revision(session, actor, publication, ordinal, live.title, draft, at=at, correction=correction)
        _copy_rows(session, services, live.id, revision.id)
        refuse_personal_data(session, services, revision)
        audit.record(session, actor, "notice.corrected", publication.number, at=at, kind=str(correction.kind))
        return publication.number


def _copy_rows(session: Session, services: Services, old_id: int, new_id: int) -> None:
    """Rows are copied as they are; each sealed name is opened and sealed again for its new row."""
    columns = [column for column in NoticeRow.__table__.columns if column.name != "revision_id"]
    rows = session.execute(select(*columns).where(NoticeRow.revision_id == old_id)).mappings().all()
    if rows:
        session.execute(insert(NoticeRow), [{**row, "revision_id": new_id} for row in rows])
    keyring = services.keyring
    for name in session.execute(select(SealedName).where(SealedName.revision_id == old_id)).scalars().all():
        plain = unseal_under(keyring, "names", name.ciphertext, bound_to=name_place(old_id, name.seq))
        sealed = seal_under(keyring, "names", plain, bound_to=name_place(new_id, name.seq))
        session.add(SealedName(revision_id=new_id, seq=name.seq, ciphertext=sealed, purge_on=name.purge_on))
