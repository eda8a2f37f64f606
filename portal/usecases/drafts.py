"""What every draft begins with: a publication of its area, one more revision of it, words fit for the public."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.errors import RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.publications import Area, RevisionState, WithdrawalKind, check_reason
from portal.domain.redaction import find_personal_data
from portal.models.publications import Publication, Revision
from portal.usecases.corrections import Correction
from portal.usecases.publications import next_number


def add_publication(session: Session, actor: Actor, area: Area, place: DivisionCode, *, at: datetime) -> Publication:
    """A publication with its number, of the actor's office; its rows of the area and its revision follow."""
    number = next_number(session, area, shanghai_date(at))
    publication = Publication(number=number, area=area, office_id=actor.office_id, division_code=place, created_at=at)
    session.add(publication)
    session.flush()
    return publication


def add_revision(
    session: Session, actor: Actor, publication: Publication, ordinal: int, title: str, draft: dict[str, Any],
    *, at: datetime, correction: Correction | None = None,
) -> Revision:  # fmt: skip
    """A draft, flushed, so that its rows can name it."""
    revision = Revision(
        publication_id=publication.id,
        ordinal=ordinal,
        state=RevisionState.DRAFT,
        title=title,
        draft=draft,
        change_kind=correction.kind if correction else None,
        change_note=check_reason(correction.note) if correction else "",
        drafted_by=actor.account_id,
        drafted_at=at,
    )
    session.add(revision)
    session.flush()
    return revision


def checked_correction(number: str, kind: WithdrawalKind | None, note: str) -> Correction:
    """What a clerk says of a correction, in words that the public reads; RefusedError for personal data."""
    return Correction(number, kind or WithdrawalKind.CORRECTION, checked_reason(note))


def checked_reason(text: str) -> str:
    """A reason that the public will read: long enough to tell one, and without personal data."""
    words = check_reason(text)
    check_words(words)
    return words


def check_words(*words: str) -> None:
    """RefusedError when words that the public will read hold a number or word that belongs to a person."""
    if any(map(find_personal_data, words)):
        raise RefusedError(N_("文字里有像身份证号、银行卡号、手机号或病情的内容，请删去后再办"))
