"""The answer of a concluded case, opened for a moment: what must be hidden of it, what may have to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_holders import KeyPurpose
from portal.domain.case_publications import (
    PUBLISHED_KINDS,
    PUBLISHED_STATES,
    AnswerDraft,
    KnownPersons,
    Piece,
    Span,
    always_hidden,
    names_in,
    paragraphs,
    proposals,
    without_overlap,
)
from portal.domain.cases import ItemKind
from portal.domain.divisions import Level
from portal.domain.errors import ConflictError, RefusedError
from portal.domain.messages import N_
from portal.models.case_publications import CasePublication
from portal.models.cases import Case
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.usecases.case_identities import kept_identity
from portal.usecases.case_sealing import OpenItem, ServiceOpener, open_key, read_items
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """The reply of a case in clear, and what is known of the persons in it; never stored, never logged."""

    reply_item: str
    text: str = field(repr=False)
    known: KnownPersons = field(repr=False)
    always: tuple[Span, ...]
    proposed: tuple[Span, ...]

    def shown(self, draft: AnswerDraft) -> tuple[tuple[Piece, ...], ...]:
        """The answer as the public reads it under a draft."""
        return paragraphs(self.text, without_overlap((*self.always, *draft.spans)))


def check_publishable(case: Case) -> None:
    """RefusedError for kinds that are only counted; ConflictError while the case is not concluded."""
    if case.kind not in PUBLISHED_KINDS:
        raise RefusedError(N_("举报和公示异议不逐件公开，只计入统计"))
    if case.state not in PUBLISHED_STATES:
        raise ConflictError(N_("诉求还没有办结，答复不能公开"))


def open_answer(session: Session, services: Services, case: Case) -> OpenAnswer:
    """The last reply of the case with everything that the engine finds in it; ConflictError when there is none."""
    key = open_key(session, case, KeyPurpose.CONTENT, (ServiceOpener(services.keyring),))
    items = read_items(session, case, key, (ItemKind.REPLY, ItemKind.ACCUSED_NAMES))
    replies = [item for item in items if item.kind is ItemKind.REPLY]
    if not replies:
        raise ConflictError(N_("这件诉求没有可以公开的答复"))
    text, known = _text_of(replies[-1].content), _known(session, services, case, items)
    phones = _phones(session, case)
    return OpenAnswer(
        replies[-1].id,
        text,
        known,
        always_hidden(text, known, phones, services.rulebook.disease_words),
        proposals(text, known, phones),
    )


def _text_of(content: Mapping[str, Any]) -> str:
    basis = f"\n依据：{content['legal_basis']}" if content.get("legal_basis") else ""
    return str(content["text"]).replace("\r\n", "\n").strip() + basis


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
