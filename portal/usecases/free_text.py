"""Free text that the public will read is held against the names of its own list before it goes on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.redaction import find_names, find_personal_data
from portal.models.divisions import Division
from portal.models.notices import Notice, NoticeRow, SealedName
from portal.models.publications import Publication, Revision
from portal.sealing.envelopes import unseal_under
from portal.usecases.case_answers import known_persons
from portal.usecases.services import Services


def refuse_personal_data(session: Session, services: Services, revision: Revision, *texts: str) -> None:
    """RefusedError when lead, note, change note or one of `texts` holds a name of the lists or a personal number.

    Not of this revision alone: who is struck from a list must not be named in the note that says so. Of a case the
    names are those that are known from the opened case.
    """
    draft = revision.draft
    written = [text for text in (draft.get("lead", ""), revision.change_note, *texts) if text]
    if not written:
        return
    words = services.rulebook.disease_words if session.get(Notice, revision.publication_id) else frozenset()
    if any(find_personal_data(text, disease_words=words) for text in written):
        raise RefusedError(N_("文字里有像身份证号、银行卡号、手机号或病情的内容，请删去后再办"))
    known = known_persons(session, services, revision.publication_id)
    names = (*names_of(session, services, revision.publication_id), *known.names)
    places = _places_of(session, revision) if names else ()
    if any(find_names(text, names, places) for text in written):
        raise RefusedError(N_("文字里有名单中某人的姓名，公开的文字不能写姓名，请删去后再办"))


def names_of(session: Session, services: Services, publication_id: int) -> tuple[str, ...]:
    """The full names of all its lists, unsealed for the moment of the check; empty when they are purged."""
    rows = session.execute(
        select(SealedName.revision_id, SealedName.seq, SealedName.ciphertext)
        .join(Revision, Revision.id == SealedName.revision_id)
        .where(Revision.publication_id == publication_id)
    )
    names = {
        unseal_under(services.keyring, "names", sealed, bound_to=name_place(revision_id, seq)).decode()
        for revision_id, seq, sealed in rows
    }
    return tuple(sorted(names))


def _places_of(session: Session, revision: Revision) -> tuple[str, ...]:
    """The place names that stand in the list and above it: a person called 李村 must not forbid to write 李村村."""
    here = session.execute(
        select(Division.path)
        .join(Publication, Publication.division_code == Division.code)
        .where(Publication.id == revision.publication_id)
    ).scalar_one()
    listed = select(NoticeRow.village_code).where(NoticeRow.revision_id == revision.id)
    query = select(Division.display_name).where(
        Division.code.in_(listed) | Division.code.in_(here.strip("/").split("/"))
    )
    return tuple(session.execute(query).scalars())


def name_place(revision_id: int, seq: int) -> str:
    """The row that a sealed name is bound to."""
    return f"name:{revision_id}:{seq}"
