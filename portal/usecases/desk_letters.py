"""The letters of a case for those who handle it, to print and to serve: the same papers that the submitter has.

At the desk a letter is addressed to 反映人 and says nothing of whether a name was given: who looks at the identity does
so by a step of its own, which the submitter sees.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.case_permits import ON_BEHALF_OF
from portal.domain.errors import NotAllowedError
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.models.base import db
from portal.models.cases import Case
from portal.models.transaction import transaction
from portal.queries.case_hands import hand_of
from portal.usecases import audit
from portal.usecases.case_reading import case_open_to
from portal.usecases.case_sealing import Opener, ServiceOpener
from portal.usecases.letters import LetterLine, letters_of, print_letter
from portal.usecases.services import Services

_MAY_PRINT = frozenset(
    {Permission.HANDLE_CASES, Permission.DISPATCH_CASES, Permission.APPROVE_CASES, Permission.HANDLE_DISCIPLINE}
)


def desk_letters(actor: Actor, number: str) -> tuple[LetterLine, ...]:
    """The letters of a case, the newest first; NotFoundError for those that the actor is kept out of."""
    session = db.session()
    case, _ = case_open_to(session, actor, number)
    _check(session, actor, case)
    return letters_of(session, case)


def desk_letter(
    services: Services, actor: Actor, number: str, seq: int, openers: Sequence[Opener] = (), *, at: datetime
) -> bytes:
    """One letter as PDF, noted; NotAllowedError when no key at hand opens the case."""
    session = db.session()
    case, _ = case_open_to(session, actor, number)
    name = _check(session, actor, case)
    opened = (ServiceOpener(services.keyring), *openers)
    paper = print_letter(session, services, case, seq, opened, with_name=False)
    with transaction() as writing:
        audit.record(writing, actor, "case.letter_printed", number.strip().upper(), at=at, letter=seq, **name)
    return paper


def _check(session: Session, actor: Actor, case: Case) -> dict[str, int]:
    """For whom somebody prints who stands in; nothing for whoever may print in his own right."""
    hand = hand_of(session, actor, case)
    if hand.permissions & _MAY_PRINT:
        return {}
    for one in hand.stand_ins:
        if one.permissions & _MAY_PRINT:
            return {ON_BEHALF_OF: one.account_id}
    raise NotAllowedError(N_("您的角色不允许这样做"))
