"""The answer of a concluded case, opened for a moment: what must be hidden of it, what may have to be."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_holders import KeyPurpose
from portal.domain.case_publications import (
    OPINION_NAMES,
    PUBLISHED_KINDS,
    PUBLISHED_STATES,
    AnswerDraft,
    AnswerPart,
    KnownPersons,
    Piece,
    Span,
    always_hidden,
    names_in,
    paragraphs,
    proposals,
    whole_answer,
    without_overlap,
)
from portal.domain.cases import ItemKind
from portal.domain.divisions import Level
from portal.domain.errors import ConflictError, RefusedError
from portal.domain.messages import N_
from portal.models.case_publications import CasePublication
from portal.models.cases import Case, CaseEvent
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.usecases.case_identities import kept_identity
from portal.usecases.case_sealing import OpenItem, ServiceOpener, open_key, read_items
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """All that was replied in a case and stands, in clear, and who is known in it; never stored, never logged.

    `replies` names the pieces it is made of: with another piece the text is another.
    """

    replies: str
    text: str = field(repr=False)
    known: KnownPersons = field(repr=False)
    always: tuple[Span, ...]
    proposed: tuple[Span, ...]

    def shown(self, draft: AnswerDraft) -> tuple[tuple[Piece, ...], ...]:
        """The answer as the public reads it under a draft; bars that were laid on another text are proposed anew."""
        spans = draft.spans if draft.replies == self.replies else self.proposed
        return paragraphs(self.text, without_overlap((*self.always, *spans)))


def check_publishable(case: Case) -> None:
    """RefusedError for kinds that are only counted; ConflictError while the case is not concluded."""
    if case.kind not in PUBLISHED_KINDS:
        raise RefusedError(N_("举报和公示异议不逐件公开，只计入统计"))
    if case.state not in PUBLISHED_STATES:
        raise ConflictError(N_("诉求还没有办结，答复不能公开"))


def open_answer(session: Session, services: Services, case: Case) -> OpenAnswer:
    """What was replied and stands, with everything that the engine finds in it; ConflictError when there is none."""
    key = open_key(session, case, KeyPurpose.CONTENT, (ServiceOpener(services.keyring),))
    items = read_items(session, case, key, (ItemKind.REPLY, ItemKind.ACCUSED_NAMES))
    replies = _standing(session, case, items)
    if not replies:
        raise ConflictError(N_("这件诉求没有可以公开的答复"))
    text, known = whole_answer(replies.values()), _known(session, services, case, items)
    phones = _phones(session, case)
    return OpenAnswer(
        "+".join(replies),
        text,
        known,
        always_hidden(text, known, phones, services.rulebook.disease_words),
        proposals(text, known, phones),
    )


def _standing(session: Session, case: Case, items: Iterable[OpenItem]) -> dict[str, AnswerPart]:
    """The last reply and the opinions of 复查 and 复核 on it, by item; a later reply replaces all before it."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action.in_(OPINION_NAMES))
    told = {item.id: item.content for item in items if item.kind is ItemKind.REPLY}
    standing: dict[str, AnswerPart] = {}
    for event in session.scalars(query.order_by(CaseEvent.seq)):
        if event.action is Action.REPLY:
            standing.clear()
        content = told[event.detail["item"]]
        standing[event.detail["item"]] = AnswerPart(event.action, content["text"], content.get("legal_basis") or "")
    return standing


def known_persons(session: Session, services: Services, publication_id: int) -> KnownPersons:
    """The persons whom no free text of this publication may name; nobody for anything that is not of a case."""
    facts = session.get(CasePublication, publication_id)
    if facts is None:
        return KnownPersons()
    case = session.get_one(Case, facts.case_id)
    key = open_key(session, case, KeyPurpose.CONTENT, (ServiceOpener(services.keyring),))
    return _known(session, services, case, read_items(session, case, key, (ItemKind.ACCUSED_NAMES,)))


def _known(session: Session, services: Services, case: Case, items: tuple[OpenItem, ...]) -> KnownPersons:
    """Whoever asked for 保密 is known to the custodian alone: of him nothing can be hidden by itself."""
    accused = [item.content["text"] for item in items if item.kind is ItemKind.ACCUSED_NAMES]
    identity = kept_identity(session, case, (ServiceOpener(services.keyring),))
    members = identity.members if identity else ()
    named = [identity.name, *(member.name for member in members)] if identity else []
    phones = [identity.phone, *(member.phone for member in members)] if identity else []
    return KnownPersons(
        submitters=tuple(name for text in named for name in names_in(text)),
        contacts=tuple(filter(None, phones)),
        addresses=(identity.address,) if identity and identity.address else (),
        accused=tuple(name for text in accused for name in names_in(text)),
        places=_places(session, case),
    )


def _places(session: Session, case: Case) -> tuple[str, ...]:
    """The village; what lies above is large enough to be told."""
    query = select(Division.display_name).where(Division.code == case.division_code, Division.level == Level.VILLAGE)
    return tuple(session.scalars(query))


def _phones(session: Session, case: Case) -> tuple[str, ...]:
    office = session.get_one(Office, case.office_id)
    return tuple(filter(None, (office.hotline, office.duty_phone)))
