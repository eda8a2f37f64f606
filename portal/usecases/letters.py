"""Letters of a case as official PDFs: made anew from the case whenever somebody who may read it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_clocks import Clock
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import CaseState, ClockKind, ContactChoice
from portal.domain.errors import NotFoundError
from portal.domain.instants import shanghai_date
from portal.domain.letters import LETTERS, NOBODY, TITLES, LetterFacts, LetterKind, paragraphs
from portal.domain.messages import N_
from portal.models.cases import Case, CaseEvent
from portal.models.offices import Office
from portal.printing.child import print_in_child
from portal.printing.papers import DocumentPaper, Paragraph
from portal.queries.papers import SITE_NAME
from portal.queries.site import site
from portal.usecases.case_clocks import clocks_of
from portal.usecases.case_identities import kept_identity
from portal.usecases.case_sealing import Opener, open_key, read_items
from portal.usecases.services import Services

PRINT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter that a case has, by the step that sent it, and the sealed piece that goes with it; empty for none."""

    seq: int
    kind: LetterKind
    at: datetime
    item_id: str = ""


def letters_of(session: Session, case: Case) -> tuple[LetterLine, ...]:
    """Every letter of a case, the newest first.

    Once the content key was destroyed those remain that need no words of the case: that it was taken on, and passed on.
    """
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action.in_(LETTERS))
    rows = session.scalars(query.order_by(CaseEvent.seq.desc())).all()
    kept = case.state is not CaseState.TRANSFERRED
    return tuple(
        LetterLine(row.seq, LETTERS[row.action], row.at, str(row.detail.get("item") or ""))
        for row in rows
        if kept or _needs_no_words(row)
    )


def _needs_no_words(event: CaseEvent) -> bool:
    return event.detail.get("item") is None or LETTERS[event.action] is LetterKind.FORWARDING


def print_letter(
    session: Session, services: Services, case: Case, seq: int, openers: Sequence[Opener], *, with_name: bool
) -> bytes:
    """One letter as PDF. `with_name` addresses it by name, where a name was given and an opener holds its key.

    Without it the identity is not looked at, and the letter reads alike whoever submitted.

    NotFoundError when the step sent no letter; NotAllowedError when nobody at hand opens the case.
    """
    event = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.seq == seq)).one_or_none()
    if event is None or event.action not in LETTERS:
        raise NotFoundError(N_("没有这份文书"))
    identity = kept_identity(session, case, openers) if with_name else None
    is_named = identity is not None and identity.choice is ContactChoice.NAMED
    addressee = identity.name if identity and is_named else NOBODY
    named = is_named if with_name else None
    facts = _facts(session, services, case, event, openers, named=named)
    paper = _paper(services, facts, addressee)
    session.rollback()  # no read transaction stays open while the child prints
    return print_in_child(paper, fonts=services.settings.fonts, timeout_s=PRINT_SECONDS)


def _facts(
    session: Session, services: Services, case: Case, event: CaseEvent, openers: Sequence[Opener], *, named: bool | None
) -> LetterFacts:
    kind = LETTERS[event.action]
    office = session.get_one(Office, event.detail.get("at_office") or case.office_id)
    above = session.get(Office, office.parent_id) if office.parent_id else None
    ground = _ground(services, event) if kind is LetterKind.DECLINE else ("", "")
    return LetterFacts(
        kind=kind,
        number=case.number,
        track=case.track,
        received_on=shanghai_date(case.received_at),
        dated=shanghai_date(event.at),
        office=office.name,
        above=above.name if above else "",
        due_on=_due_on(event, clocks_of(session, case)),
        days=event.detail.get("days"),
        named=named,
        content=_content(session, case, event, openers),
        ground=ground[0],
        basis=ground[1],
    )


def _content(session: Session, case: Case, event: CaseEvent, openers: Sequence[Opener]) -> dict[str, Any]:
    """The sealed piece that the step has kept; a letter without words of its own needs no key."""
    item_id = event.detail.get("item")
    if item_id is None or case.state is CaseState.TRANSFERRED:
        return {}
    key = open_key(session, case, KeyPurpose.CONTENT, openers)
    return next((dict(item.content) for item in read_items(session, case, key) if item.id == item_id), {})


def _ground(services: Services, event: CaseEvent) -> tuple[str, str]:
    """The ground in words and its article, which is printed only once the bureau has confirmed it."""
    ground = services.rulebook.decline_grounds.ground(str(event.detail.get("ground", "")))
    basis = ground.basis
    return ground.text.chinese, f"《{basis.document}》{basis.article}" if basis.is_confirmed else ""


def _due_on(event: CaseEvent, clocks: Sequence[Clock]) -> date | None:
    """The day that the step promised; of an event that did not note it, the day as it now is."""
    promised = event.detail.get("due_on")
    if promised:
        return date.fromisoformat(promised)
    return next((clock.due_on for clock in clocks if clock.clock is ClockKind.FINISH), None)


def _paper(services: Services, facts: LetterFacts, addressee: str) -> DocumentPaper:
    return DocumentPaper(
        site_name=SITE_NAME,
        demo=site().demo,
        number=facts.number,
        title=TITLES[facts.kind],
        meta=(),
        addressee=addressee,
        blocks=tuple(Paragraph(text) for text in paragraphs(facts)),
        office_name=facts.office,
        dated=facts.dated,
        url="",
        short_address="",
        sha256="",
        footer_note="",
        document_date=facts.dated,
    )
