"""What comes by phone, letter, visit or from 12345, put on the same register with the same clocks by staff."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.domain.case_transfers import HOTLINE, PlaceOf, Transfers, read_transfers
from portal.domain.errors import InvalidError
from portal.domain.intake import ExternalNumber, Submission
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.importing.workbooks import read_workbook
from portal.models.base import db
from portal.queries.external_numbers import cases_numbered
from portal.sealing.query_codes import new_code
from portal.usecases import spool
from portal.usecases.idempotency import Sent
from portal.usecases.intake import submit
from portal.usecases.services import Services
from portal.usecases.spool import Ticket


@dataclass(frozen=True, slots=True)
class Registered:
    """A case that staff have put on the register; the code is for its submitter alone."""

    number: str
    code: str = field(repr=False)
    external: str = ""


def register(services: Services, actor: Actor, submission: Submission, *, at: datetime, sent: Sent | None) -> Ticket:
    """Put one case on the register; the ticket opens its receipt for half an hour.

    KnownMatterError when its number elsewhere is on the register already: one matter counts once.
    """
    actor.require(Permission.REGISTER_CASES)
    return _keep(services, actor, [_registered(services, actor, submission, at=at, sent=sent)], at=at)


def check_transfers(services: Services, actor: Actor, upload: tuple[str, bytes], place_of: PlaceOf) -> Transfers:
    """Read a table of transfers: its submissions, and every fault with its cell. Nothing is written."""
    actor.require(Permission.REGISTER_CASES)
    name, content = upload
    words = services.rulebook.transfer_words
    return read_transfers(read_workbook(content, name), words, place_of, lambda one: _is_taken(actor, one))


def register_transfers(services: Services, actor: Actor, transfers: Transfers, *, at: datetime) -> Ticket:
    """Put all rows of a table without faults on the register; the ticket opens their receipts for half an hour."""
    if transfers.faults or not transfers.submissions:
        raise InvalidError(N_("表格里还有错误，一件也没有登记"))
    registered = [_registered(services, actor, one, at=at, sent=None) for one in transfers.submissions]
    return _keep(services, actor, registered, at=at)


def receipts_of(services: Services, actor: Actor, ticket: Ticket, *, at: datetime) -> tuple[Registered, ...]:
    """The receipts of a ticket; NotFoundError when half an hour is over, or it is another person's."""
    found = json.loads(spool.get(services.settings.spool, ticket, actor.account_id, at=at))
    return tuple(Registered(**one) for one in found)


def _registered(
    services: Services, actor: Actor, submission: Submission, *, at: datetime, sent: Sent | None
) -> Registered:
    code = new_code()
    number = submit(services, submission, code, at=at, actor=actor, sent=sent)
    external = submission.external.number if submission.external else ""
    return Registered(number, code.digits, external)


def _keep(services: Services, actor: Actor, registered: Sequence[Registered], *, at: datetime) -> Ticket:
    content = json.dumps([{"number": one.number, "code": one.code, "external": one.external} for one in registered])
    return spool.put(services.settings.spool, content.encode(), actor.account_id, at=at)


def _is_taken(actor: Actor, number: str) -> bool:
    """Whether a number of the hotline is on the register already."""
    return bool(cases_numbered(db.session(), actor, [ExternalNumber(HOTLINE, number)]))
