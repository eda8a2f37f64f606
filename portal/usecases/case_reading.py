"""A case as a member of staff reads it: what is in clear, and what his keys open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock
from portal.domain.case_holders import KeyPurpose
from portal.domain.case_permits import Hand, allowed_actions
from portal.domain.cases import Party
from portal.domain.errors import NotAllowedError, NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.models.cases import Case
from portal.models.offices import Office
from portal.queries.case_facts import facts_of
from portal.queries.case_scope import open_to
from portal.usecases.case_clocks import clocks_of, clockwork_of
from portal.usecases.case_sealing import Opener, OpenItem, ServiceOpener, open_key, read_items
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A case in clear columns; `items` are None when the reader holds no key that opens it."""

    case: Case
    office_name: str
    clocks: tuple[Clock, ...]
    allowed: tuple[Action, ...]
    items: tuple[OpenItem, ...] | None


def read_case(
    session: Session, services: Services, actor: Actor, number: str, openers: Sequence[Opener] = (), *, at: datetime
) -> ReadCase:
    """The case of a number; NotFoundError for those that the actor is kept out of, as if there were none."""
    query = select(Case, Office.name).join(Office, Office.id == Case.office_id).where(open_to(actor))
    row = session.execute(query.where(Case.number == number.strip().upper())).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有找到这件诉求"))
    case = row[0]
    clocks, clockwork = clocks_of(session, case), clockwork_of(case, services)
    facts = facts_of(session, case, clocks, clockwork, at=at)
    allowed = allowed_actions(facts, Hand(Party.STAFF, actor.account_id, actor.permissions))
    items = _items(session, case, (ServiceOpener(services.keyring), *openers))
    return ReadCase(case, row[1], clocks, allowed, items)


def _items(session: Session, case: Case, openers: Sequence[Opener]) -> tuple[OpenItem, ...] | None:
    try:
        key = open_key(session, case, KeyPurpose.CONTENT, openers)
    except NotAllowedError:
        return None
    return read_items(session, case, key)
