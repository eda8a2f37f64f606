"""澄清: asked for by whoever was reported without substance, decided above him, answered by a letter of plain text."""

import secrets
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.domain.cases import ItemKind
from portal.domain.clarifications import (
    NUMBERS,
    TITLE,
    ClarificationScope,
    ClarificationState,
    format_clarification_number,
    paragraphs,
)
from portal.domain.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor
from portal.models.base import db
from portal.models.clarifications import Clarification
from portal.models.transaction import transaction
from portal.printing.child import print_in_child
from portal.printing.papers import DocumentPaper, Paragraph
from portal.queries.clarifications import ClarificationLine, clarification_of, row_to_decide
from portal.queries.papers import SITE_NAME
from portal.queries.site import site
from portal.sealing.envelopes import seal_under, unseal_under
from portal.usecases import audit
from portal.usecases.case_doing import Detail, Doing
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services

PURPOSE = "content"
PRINT_SECONDS = 60.0


def ask(
    services: Services,
    actor: Actor,
    text: str,
    scope: ClarificationScope,
    *,
    for_office: bool,
    at: datetime,
    sent: Sent | None = None,
) -> str:
    """Ask for clarification, for oneself or one's office; gives the number of the request."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        number = _number(session, at)
        session.add(
            Clarification(
                number=number, account_id=actor.account_id, office_id=actor.office_id, for_office=for_office,
                scope=scope, asked=_sealed(services, text, asked_place(number)), asked_at=at,
                state=ClarificationState.ASKED,
            )
        )  # fmt: skip
        audit.record(session, actor, "clarification.asked", number, at=at, scope=str(scope))
        return number


def refuse(services: Services, actor: Actor, number: str, *, at: datetime, sent: Sent | None = None) -> None:
    """Refuse; whoever asked reads one sentence that fits every reason, so that he does not learn of a case."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        _decide(session, actor, number, ClarificationState.REFUSED, at=at)
        audit.record(session, actor, "clarification.refused", number, at=at)


def clarify(doing: Doing) -> Detail:
    """The step of the case: noted there, and where somebody has asked for it his letter is made in the same act."""
    text, number = doing.given.text, doing.given.clarification
    if doing.case.number in text.upper():
        raise InvalidError(N_("请改正标出的内容"), fields={"text": Message(N_("澄清不能写诉求件的编号"))})
    doing.keep(ItemKind.NOTE, text=text)
    if not number:
        return {}
    if doing.actor is None:
        raise RefusedError(N_("您不能办这一步"))
    row = _decide(doing.session, doing.actor, number, ClarificationState.GRANTED, at=doing.at)
    row.case_id, row.letter = doing.case.id, _sealed(doing.services, text, letter_place(number))
    return {"clarification": number}


def words_of(services: Services, line: ClarificationLine) -> tuple[str, str]:
    """What was asked, and the text of the letter (empty without one); for a request that the reader may see."""
    row = db.session().scalars(select(Clarification).where(Clarification.number == line.number)).one()
    asked = unseal_under(services.keyring, PURPOSE, row.asked, bound_to=asked_place(row.number)).decode()
    letter = row.letter and unseal_under(services.keyring, PURPOSE, row.letter, bound_to=letter_place(row.number))
    return asked, letter.decode() if letter else ""


def print_clarification(services: Services, actor: Actor, number: str) -> bytes:
    """The letter as PDF; NotFoundError while there is none."""
    line = clarification_of(actor, number)
    _, text = words_of(services, line)
    if not text or line.decided_at is None:
        raise NotFoundError(N_("没有这份文书"))
    paper = DocumentPaper(
        site_name=SITE_NAME, demo=site().demo, number=line.number, title=TITLE, meta=(("编号", line.number),),
        addressee=line.whom,
        blocks=tuple(map(Paragraph, paragraphs(line.whom, line.scope, text))), office_name=line.decided_in,
        dated=shanghai_date(line.decided_at), url="", short_address="", sha256="", footer_note="",
        document_date=shanghai_date(line.decided_at),
    )  # fmt: skip
    db.session.rollback()  # no read transaction stays open while the child prints
    return print_in_child(paper, fonts=services.settings.fonts, timeout_s=PRINT_SECONDS)


def asked_place(number: str) -> str:
    """What the sealed words of a request are bound to."""
    return f"clarification:{number}:asked"


def letter_place(number: str) -> str:
    """What the sealed text of a letter is bound to."""
    return f"clarification:{number}:letter"


def _decide(session: Session, actor: Actor, number: str, state: ClarificationState, *, at: datetime) -> Clarification:
    row = row_to_decide(session, actor, number)
    if row.state is not ClarificationState.ASKED:
        raise ConflictError(N_("别人刚刚办过这一步，请刷新后再看"))
    row.state, row.decided_by, row.decided_at = state, actor.account_id, at
    return row


def _number(session: Session, at: datetime) -> str:
    while True:
        number = format_clarification_number(shanghai_date(at).year, secrets.randbelow(NUMBERS))
        if not session.scalar(select(exists().where(Clarification.number == number))):
            return number


def _sealed(services: Services, text: str, place: str) -> bytes:
    return seal_under(services.keyring, PURPOSE, text.encode(), bound_to=place)
