"""Drafts of documents: written, changed with a version, corrected by a new revision. Their steps are publications'."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.data.tables import shipped_documents
from portal.domain.divisions import DivisionCode
from portal.domain.documents import (
    DocumentContent,
    content_of_file,
    draft_of,
    faults_in,
    filled,
    standards_table,
)
from portal.domain.errors import ConflictError, InvalidError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.domain.publications import Area, normal_number
from portal.domain.redaction import find_personal_data
from portal.models.offices import Office
from portal.models.publications import Revision
from portal.models.transaction import transaction
from portal.queries.divisions import division
from portal.queries.documents import drafted_titles
from portal.queries.offices import office
from portal.queries.standards import amounts_on
from portal.usecases import audit
from portal.usecases.corrections import Correction, correctable, next_ordinal, open_draft
from portal.usecases.drafts import add_publication, add_revision, checked_correction
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the shipped documents did: the numbers of new drafts, and the titles that were there already."""

    numbers: tuple[str, ...]
    known: tuple[str, ...]


def draft_document(
    services: Services, actor: Actor, content: DocumentContent, *, at: datetime, sent: Sent | None = None
) -> str:
    """Store a new draft and give its number; InvalidError names the fields at fault."""
    actor.require(Permission.DRAFT)
    with transaction() as session:
        number = _draft(session, services, actor, content, at=at)
        claim(session, sent, actor, at=at, number=number)
        return number


def edit_document(
    services: Services,
    actor: Actor,
    number: str,
    content: DocumentContent,
    version: int,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> None:
    """Change a draft; ConflictError when somebody else has saved since `version`."""
    actor.require(Permission.DRAFT)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        revision = open_draft(session, actor, Area.DOCUMENTS, number)
        if revision.version != version:
            raise ConflictError(N_("别人刚刚改动过这份草稿，您的改动还没有保存"))
        revision.draft = draft_of(_checked(session, actor, content))
        revision.title = content.title
        audit.record(session, actor, "document.edited", normal_number(number), at=at, revision=revision.ordinal)


def correct_document(
    services: Services,
    actor: Actor,
    correction: Correction,
    content: DocumentContent | None = None,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> str:
    """Open a correction of a public document, with a new content or with the present one to be changed afterwards.

    ConflictError while another correction is open or when the document is not public.
    """
    actor.require(Permission.DRAFT)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication = correctable(session, actor, Area.DOCUMENTS, correction.number, at=at)
        ordinal = next_ordinal(session, publication)
        live = session.get_one(Revision, publication.live_revision_id)
        draft = draft_of(_checked(session, actor, content)) if content else dict(live.draft)
        checked = checked_correction(correction.number, correction.kind, correction.note)
        add_revision(session, actor, publication, ordinal, draft["title"], draft, at=at, correction=checked)
        audit.record(session, actor, "document.corrected", publication.number, at=at, kind=str(correction.kind))
        return publication.number


def import_document(services: Services, actor: Actor, text: str, *, at: datetime) -> str:
    """Store a file (head in TOML, body in Markdown) as a new draft; the places of the body are filled by the office."""
    return draft_document(services, actor, _of_file(actor, text, at=at), at=at)


def correct_by_file(services: Services, actor: Actor, correction: Correction, text: str, *, at: datetime) -> str:
    """Open a correction whose content is a file, read and filled as `import_document` does."""
    return correct_document(services, actor, correction, _of_file(actor, text, at=at), at=at)


def load_shipped_documents(services: Services, actor: Actor, *, at: datetime) -> Loaded:
    """Store the shipped policy and guides as drafts; a title that the office has already is left alone."""
    contents = [_of_file(actor, text, at=at) for text in shipped_documents(services.settings.rules)]
    known = drafted_titles(actor.office_id)
    new = [content for content in contents if content.title not in known]
    actor.require(Permission.DRAFT)
    with transaction() as session:
        numbers = tuple(_draft(session, services, actor, content, at=at) for content in new)
    return Loaded(numbers, tuple(content.title for content in contents if content.title in known))


def _draft(session: Session, services: Services, actor: Actor, content: DocumentContent, *, at: datetime) -> str:
    publication = add_publication(session, actor, Area.DOCUMENTS, DivisionCode(actor.division_code), at=at)
    review_on = content.review_on or shanghai_date(at) + services.rulebook.policies.document_review
    dated = replace(content, review_on=review_on)
    draft = draft_of(_checked(session, actor, dated))
    add_revision(session, actor, publication, 1, draft["title"], draft, at=at)
    audit.record(session, actor, "document.drafted", publication.number, at=at)
    return publication.number


def _checked(session: Session, actor: Actor, content: DocumentContent) -> DocumentContent:
    """InvalidError names every field that cannot be used, or in which a personal number stands."""
    own = session.get_one(Office, actor.office_id)
    phones = tuple(filter(None, (own.hotline, own.duty_phone)))
    faults = faults_in(content)
    for name, text in draft_of(content).items():
        if text and find_personal_data(str(text), permitted=phones):
            faults[name] = Message(N_("这里有像身份证号、银行卡号或手机号的文字，请删去"))
    if faults:
        raise InvalidError(N_("有几项需要修改"), fields=faults)
    return replace(content, issuer=content.issuer or actor.office_name)


def _of_file(actor: Actor, text: str, *, at: datetime) -> DocumentContent:
    content = content_of_file(text)
    details = office(actor.office_id).details
    if "{hotline}" in content.body and not details.hotline:
        raise RefusedError(N_("单位没有登记监督电话：请先在单位信息里填写"))
    values = {
        "office": actor.office_name,
        "hotline": details.hotline,
        "duty_phone": details.duty_phone or details.hotline,
        "address": details.address or "请打上面的电话问",
    }
    if content.program:
        standards = amounts_on(content.program, division(actor.division_code), shanghai_date(at))
        values["standards"] = standards_table(standards, content.program)
    return filled(content, values)
