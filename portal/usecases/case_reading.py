"""A case as a member of staff reads it: what is in clear, and what his keys open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock
from portal.domain.case_holders import KeyPurpose
from portal.domain.case_permits import CaseFacts, Hand, allowed_actions
from portal.domain.cases import ItemKind
from portal.domain.errors import NotAllowedError, NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.models.base import db
from portal.models.cases import Case
from portal.models.offices import Office
from portal.queries.case_facts import facts_of
from portal.queries.case_hands import hand_of
from portal.queries.case_scope import open_to
from portal.queries.desk_case import DeskCase, DeskItem, desk_case, kept_files, writers_of
from portal.usecases.case_clocks import clocks_of, clockwork_of
from portal.usecases.case_files import check_released, read_file
from portal.usecases.case_sealing import TRANSCRIPT_KEY, Opener, OpenItem, ServiceOpener, open_key, read_items
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A case in clear columns; `items` are None when the reader holds no key that opens it."""

    case: Case
    office_name: str
    clocks: tuple[Clock, ...]
    facts: CaseFacts
    hand: Hand
    items: tuple[OpenItem, ...] | None

    @property
    def allowed(self) -> tuple[Action, ...]:
        """The steps that the reader may take now."""
        return allowed_actions(self.facts, self.hand)


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An attachment for somebody whose keys open the case: what it is, and its bytes in pieces."""

    extension: str
    media_type: str
    pieces: Iterator[bytes]


def read_case(
    session: Session, services: Services, actor: Actor, number: str, openers: Sequence[Opener] = (), *, at: datetime
) -> ReadCase:
    """The case of a number; NotFoundError for those that the actor is kept out of, as if there were none."""
    case, office_name = case_open_to(session, actor, number)
    clocks, clockwork = clocks_of(session, case), clockwork_of(case, services)
    facts = facts_of(session, case, clocks, clockwork, at=at)
    items = _items(session, case, (ServiceOpener(services.keyring), *openers))
    return ReadCase(case, office_name, clocks, facts, hand_of(session, actor, case), items)


def look_into(
    services: Services, actor: Actor, number: str, openers: Sequence[Opener] = (), *, at: datetime
) -> DeskCase:
    """The case of a number as a page of the desk shows it; NotFoundError as in `read_case`."""
    session = db.session()
    read = read_case(session, services, actor, number, openers, at=at)
    clockwork = clockwork_of(read.case, services)
    items = _shown(session, read) if read.items is not None else None
    return desk_case(session, actor, read.case, read.clocks, clockwork, items, read.facts, read.hand, at=at)


def opened_file(
    services: Services, actor: Actor, number: str, item_id: str, openers: Sequence[Opener] = ()
) -> OpenedFile:
    """One attachment; NotFoundError when there is none, NotAllowedError when no key at hand opens the case."""
    session = db.session()
    case, _ = case_open_to(session, actor, number)
    key = open_key(session, case, KeyPurpose.CONTENT, (ServiceOpener(services.keyring), *openers))
    check_released(session, case, item_id)
    for item in read_items(session, case, key, (ItemKind.FILE,)):
        if item.id == item_id:
            found = item.content
            if "file" not in found:
                raise NotAllowedError(N_("录音计入身份，只有身份保管人能听：请看整理的文字，或申请把录音整理成文字"))
            return OpenedFile(found["extension"], found["media_type"], read_file(services, found["file"], found["key"]))
    raise NotFoundError(N_("这个附件已经删除"))


def case_open_to(session: Session, actor: Actor, number: str) -> tuple[Case, str]:
    """The row of a number with its office's name; NotFoundError also for those that the actor is kept out of."""
    query = select(Case, Office.name).join(Office, Office.id == Case.office_id).where(open_to(actor))
    row = session.execute(query.where(Case.number == number.strip().upper())).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有找到这件诉求"))
    return row[0], row[1]


def _shown(session: Session, read: ReadCase) -> tuple[DeskItem, ...]:
    items = read.items or ()
    names = writers_of(session, [item.account_id for item in items])
    files = kept_files(session, read.case.id)
    return tuple(
        DeskItem(
            id=item.id,
            kind=item.kind,
            at=item.created_at,
            by=names.get(item.account_id or 0, ""),
            content=_without_keys(item),
            kept=files.get(item.id),
        )
        for item in items
    )


def _without_keys(item: OpenItem) -> dict[str, object]:
    """What a page shows of a piece: never the key of a file."""
    return {name: value for name, value in item.content.items() if name not in {"key", "file", TRANSCRIPT_KEY}}


def _items(session: Session, case: Case, openers: Sequence[Opener]) -> tuple[OpenItem, ...] | None:
    try:
        key = open_key(session, case, KeyPurpose.CONTENT, openers)
    except NotAllowedError:
        return None
    return read_items(session, case, key)
