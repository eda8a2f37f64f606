"""Drafts of published answers: written from the opened case, changed with a version, corrected by a new revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.case_publications import (
    AnswerDraft,
    Piece,
    RedactionReason,
    draft_of,
    faults_in_summary,
    phrases_of_spans,
    read_draft,
    spans_of_phrases,
    title_of,
)
from portal.domain.errors import ConflictError, InvalidError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.domain.publications import Area
from portal.domain.redaction import find_names, find_personal_data
from portal.models.base import db
from portal.models.case_publications import CasePublication
from portal.models.cases import Case
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.queries.case_publications import answer_of_case
from portal.usecases import audit
from portal.usecases.case_answers import OpenAnswer, check_publishable, open_answer
from portal.usecases.case_freezing import check_objection, county_of
from portal.usecases.case_steps import case_within
from portal.usecases.corrections import Correction, correctable, next_ordinal, open_draft
from portal.usecases.drafts import add_revision, checked_correction
from portal.usecases.idempotency import Sent, claim
from portal.usecases.publications import next_number
from portal.usecases.scope import publication_within
from portal.usecases.services import Services

Phrases = Mapping[RedactionReason, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Written:
    """What a person has typed: the summary, and what shall be hidden besides what is hidden in any case."""

    summary: str
    phrases: Phrases = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What a person sees while drafting: the answer in clear, what is hidden anyway, what the engine proposes.

    `shown` is the answer as the public would read it now.
    """

    case_number: str
    title: str
    text: str = field(repr=False)
    always: int
    phrases: Phrases = field(repr=False)
    summary: str = ""
    shown: tuple[tuple[Piece, ...], ...] = field(default=(), repr=False)


def worksheet(services: Services, actor: Actor, case_number: str, number: str = "") -> Worksheet:
    """The sheet of a case that can be published, with the draft of a number or with the engine's proposals.

    NotFoundError also for a case that the actor is kept out of.
    """
    actor.require(Permission.HANDLE_CASES)
    session = db.session()
    case = case_within(session, actor.alone, case_number)
    check_publishable(case)
    answer = open_answer(session, services, case)
    draft = _stored(session, actor, number, answer) or AnswerDraft("", answer.replies, answer.proposed)
    return Worksheet(
        case.number,
        _title(session, case),
        answer.text,
        len(answer.always),
        phrases_of_spans(answer.text, draft.spans),
        draft.summary,
        answer.shown(draft),
    )


def preview(services: Services, actor: Actor, number: str, draft: AnswerDraft) -> tuple[tuple[Piece, ...], ...]:
    """The answer under a draft as the public will read it: all that the reviewer and the publisher get to see."""
    session = db.session()
    publication = publication_within(session, actor, number)
    case = session.get_one(Case, session.get_one(CasePublication, publication.id).case_id)
    return open_answer(session, services, case).shown(draft)


def draft_answer(
    services: Services, actor: Actor, case_number: str, written: Written, *, at: datetime, sent: Sent | None = None
) -> str:
    """Store a new draft and give its number; InvalidError names the fields at fault.

    ConflictError while the case is not concluded or when an answer of it is public or on its way.
    """
    actor.require(Permission.HANDLE_CASES)
    with transaction() as session:
        case = case_within(session, actor.alone, case_number)
        check_publishable(case)
        check_objection(session, case)
        if known := answer_of_case(session, case.id):
            raise ConflictError(N_("这件诉求的答复已经在公开或在办理公开：%(number)s"), number=known)
        draft = _drafted(session, services, case, written)
        publication = _publication(session, case, at)
        _revision(session, case, publication, 1, draft, actor, at=at)
        claim(session, sent, actor, at=at, number=publication.number)
        audit.record(session, actor, "case_publication.drafted", publication.number, at=at, case=case.number)
        return publication.number


def edit_answer(
    services: Services,
    actor: Actor,
    number: str,
    written: Written,
    version: int,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> None:
    """Change a draft; ConflictError when somebody else has saved since `version`."""
    actor.require(Permission.HANDLE_CASES)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        revision = open_draft(session, actor, Area.CASES, number)
        if revision.version != version:
            raise ConflictError(N_("别人刚刚改动过这份草稿，您的改动还没有保存"))
        case = session.get_one(Case, session.get_one(CasePublication, revision.publication_id).case_id)
        revision.draft = draft_of(_drafted(session, services, case, written))
        audit.record(session, actor, "case_publication.edited", number, at=at, revision=revision.ordinal)


def correct_answer(
    services: Services, actor: Actor, correction: Correction, *, at: datetime, sent: Sent | None = None
) -> str:
    """Open a correction of a public answer with its present wording; it takes the same steps, the embargo too."""
    actor.require(Permission.HANDLE_CASES)
    checked = checked_correction(correction.number, correction.kind, correction.note)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication = correctable(session, actor, Area.CASES, correction.number, at=at)
        ordinal = next_ordinal(session, publication)
        case = session.get_one(Case, session.get_one(CasePublication, publication.id).case_id)
        draft = read_draft(session.get_one(Revision, publication.live_revision_id).draft)
        _revision(session, case, publication, ordinal, draft, actor, at=at, correction=checked)
        audit.record(session, actor, "case_publication.corrected", publication.number, at=at, kind=str(correction.kind))
        return publication.number


def _stored(session: Session, actor: Actor, number: str, answer: OpenAnswer) -> AnswerDraft | None:
    """The draft of a number; its bars are proposed anew when the case has another reply by now."""
    if not number:
        return None
    draft = read_draft(open_draft(session, actor, Area.CASES, number).draft)
    if draft.replies == answer.replies:
        return draft
    return AnswerDraft(draft.summary, answer.replies, answer.proposed)


def _drafted(session: Session, services: Services, case: Case, written: Written) -> AnswerDraft:
    """InvalidError names every field that cannot be used, or in which a person is named."""
    answer = open_answer(session, services, case)
    fault = faults_in_summary(written.summary)
    if fault is None and (
        find_personal_data(written.summary, disease_words=services.rulebook.disease_words)
        or find_names(written.summary, answer.known.names)
    ):
        fault = Message(N_("摘要里有姓名、号码或病情，请删去"))
    if fault:
        raise InvalidError(N_("有几项需要修改"), fields={"summary": fault})
    return AnswerDraft(written.summary.strip(), answer.replies, spans_of_phrases(answer.text, written.phrases))


def _publication(session: Session, case: Case, at: datetime) -> Publication:
    """The publication stands under the county: the village and the town of a case are told nowhere."""
    publication = Publication(
        number=next_number(session, Area.CASES, shanghai_date(at)),
        area=Area.CASES,
        office_id=case.office_id,
        division_code=county_of(session, case.division_code).code,
        created_at=at,
    )
    session.add(publication)
    session.flush()
    session.add(
        CasePublication(
            publication_id=publication.id,
            case_id=case.id,
            kind=case.kind,
            category=case.category,
            outcome=case.outcome,
        )
    )
    return publication


def _revision(
    session: Session, case: Case, publication: Publication, ordinal: int, draft: AnswerDraft, actor: Actor,
    *, at: datetime, correction: Correction | None = None,
) -> None:  # fmt: skip
    title = _title(session, case)
    add_revision(session, actor, publication, ordinal, title, draft_of(draft), at=at, correction=correction)


def _title(session: Session, case: Case) -> str:
    return title_of(county_of(session, case.division_code).display_name, case.category, case.kind)
