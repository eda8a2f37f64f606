"""The submitter's page: opened with the key that comes of the code, and with nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_holders import KeyPurpose
from portal.domain.case_permits import Hand, check
from portal.domain.case_publications import read_draft
from portal.domain.cases import ContactChoice, ItemKind, Outcome, Party
from portal.domain.errors import NotAllowedError, NotFoundError
from portal.domain.messages import N_
from portal.models.base import db
from portal.models.cases import Case
from portal.queries.case_facts import facts_of
from portal.queries.case_publications import handed_in, public_answer_of
from portal.queries.desk_case import KeptAs, kept_files
from portal.queries.progress import OWN, SHOWN, ProgressPage, Proposal, Said, progress_page
from portal.usecases.case_answers import open_answer
from portal.usecases.case_clocks import clocks_of, clockwork_of
from portal.usecases.case_files import check_released, read_file
from portal.usecases.case_identities import kept_identity
from portal.usecases.case_sealing import OpenItem, SubmitterOpener, open_key, read_items
from portal.usecases.letters import LetterLine, letters_of, print_letter
from portal.usecases.progress_sessions import Submitter
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that staff have sent: how it is called, what it is, and its bytes in pieces."""

    name: str = field(repr=False)
    media_type: str
    pieces: Iterator[bytes] = field(repr=False)


def look(services: Services, submitter: Submitter, *, at: datetime) -> ProgressPage:
    """The page of the submitter's case."""
    session = db.session()
    case = session.get_one(Case, submitter.case_id)
    opener = submitter.opener
    named = _is_named(session, case, opener)
    clocks, clockwork = clocks_of(session, case), clockwork_of(case, services)
    page = progress_page(session, case, clocks, clockwork, _dialogue(session, case, opener), named=named, at=at)
    return replace(
        page, proposal=_proposal(session, services, case, page), public_number=public_answer_of(session, case.id)
    )


def check_own(services: Services, submitter: Submitter, action: Action, *, at: datetime) -> None:
    """ConflictError with its reason when the submitter may not take a step now, before he has typed anything."""
    session = db.session()
    case = session.get_one(Case, submitter.case_id)
    named = _is_named(session, case, submitter.opener)
    clocks, clockwork = clocks_of(session, case), clockwork_of(case, services)
    check(action, facts_of(session, case, clocks, clockwork, at=at, named=named), Hand(Party.SUBMITTER))


def _is_named(session: Session, case: Case, opener: SubmitterOpener) -> bool:
    identity = kept_identity(session, case, (opener,))
    return identity is not None and identity.choice is ContactChoice.NAMED


def _proposal(session: Session, services: Services, case: Case, page: ProgressPage) -> Proposal | None:
    """What waits to be published, in exactly the wording that the reviewer has."""
    waiting = handed_in(session, case.id)
    if waiting is None:
        return None
    draft, answer = read_draft(waiting[0].draft), open_answer(session, services, case)
    objected = Action.ALLOW_PUBLICATION in page.allowed
    return Proposal(draft.summary, answer.shown(draft), waiting[1], objected)


def sent_file(services: Services, submitter: Submitter, item_id: str) -> SentFile:
    """A file of the dialogue that staff have sent; the submitter's own are not given out again."""
    session = db.session()
    case = session.get_one(Case, submitter.case_id)
    check_released(session, case, item_id)
    for item in _items(session, case, submitter.opener):
        if item.id == item_id and item.kind is ItemKind.FILE and item.account_id is not None:
            content = item.content
            return SentFile(
                content["name"], content["media_type"], read_file(services, content["file"], content["key"])
            )
    raise NotFoundError(N_("这个附件已经删除"))


def own_letter(services: Services, submitter: Submitter, seq: int) -> bytes:
    """A letter as PDF, addressed by name when the submitter has given one."""
    session = db.session()
    case = session.get_one(Case, submitter.case_id)
    return print_letter(session, services, case, seq, (submitter.opener,), with_name=True)


def own_letters(submitter: Submitter) -> tuple[LetterLine, ...]:
    """The letters of the submitter's case, the newest first."""
    session = db.session()
    return letters_of(session, session.get_one(Case, submitter.case_id))


def _dialogue(session: Session, case: Case, opener: SubmitterOpener) -> tuple[Said, ...]:
    kept = kept_files(session, case.id)
    return tuple(_said(item, kept.get(item.id)) for item in _items(session, case, opener) if item.kind in SHOWN)


def _said(item: OpenItem, kept: KeptAs | None) -> Said:
    is_own = item.kind in OWN or (item.kind is ItemKind.FILE and item.account_id is None)
    content = dict(item.content)
    if content.get("outcome"):
        content["outcome"] = Outcome(content["outcome"])
    if is_own:
        # Of the submitter's own file no name, which could tell others what it is: only what was taken out of it.
        content = {"removed": content.get("removed", ())} if item.kind is ItemKind.FILE else {}
    return Said(item.id, item.kind, item.created_at, is_own, content, kept)


def _items(session: Session, case: Case, opener: SubmitterOpener) -> tuple[OpenItem, ...]:
    """The pieces; none once the content key was destroyed after the receipt of discipline inspection."""
    try:
        key = open_key(session, case, KeyPurpose.CONTENT, (opener,))
    except NotAllowedError:
        return ()
    return read_items(session, case, key)
