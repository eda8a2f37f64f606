"""What comes by phone, letter, visit or from 12345, put on the same register with the same clocks by staff."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from portal.domain.case_transfers import PlaceOf, Transfers, read_transfers
from portal.domain.errors import InvalidError, PortalError
from portal.domain.intake import Submission
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.importing.workbooks import read_workbook
from portal.models.base import db
from portal.queries.external_numbers import cases_numbered
from portal.sealing.query_codes import new_code
from portal.usecases import spool
from portal.usecases.external_numbers import KnownMatterError
from portal.usecases.idempotency import Sent
from portal.usecases.intake import submit
from portal.usecases.services import Services
from portal.usecases.spool import Ticket

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Registered:
    """A case that staff have put on the register; the code is for its submitter alone."""

    number: str
    code: str = field(repr=False)
    external: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A row of a table whose matter was on the register already; `number` is empty for whoever may not see it."""

    row: int
    external: str
    number: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a form or table; `stopped_at` is the row at which it broke off: that one and what follows is not in.

    The same table sent again goes on there: what is in already is found by its number, and never taken twice.
    """

    registered: tuple[Registered, ...] = ()
    known: tuple[KnownLine, ...] = ()
    stopped_at: int = 0
    rows: int = 0


def register(services: Services, actor: Actor, submission: Submission, *, at: datetime, sent: Sent | None) -> Ticket:
    """Put one case on the register; the ticket opens its receipt for half an hour.

    KnownMatterError when its number elsewhere is on the register already: one matter counts once.
    """
    actor.require(Permission.REGISTER_CASES)
    registered = _registered(services, actor, submission, at=at, sent=sent)
    return _keep(services, actor, Report((registered,), rows=1), at=at)


def check_transfers(services: Services, actor: Actor, upload: tuple[str, bytes], place_of: PlaceOf) -> Transfers:
    """Read a table of transfers: its rows, and every fault with its cell. Nothing is written."""
    actor.require(Permission.REGISTER_CASES)
    name, content = upload
    return read_transfers(read_workbook(content, name), services.rulebook.transfer_words, place_of)


def register_transfers(services: Services, actor: Actor, transfers: Transfers, *, at: datetime) -> Ticket:
    """Put the rows of a table without faults on the register, each by itself; the ticket opens the report.

    When something breaks in between, what was taken so far stays, and the report says so with its receipts.
    """
    actor.require(Permission.REGISTER_CASES)
    if transfers.faults or not transfers.lines:
        raise InvalidError(N_("表格里还有错误，一件也没有登记"))
    return _keep(services, actor, _take_all(services, actor, transfers, at=at), at=at)


def receipts_of(services: Services, actor: Actor, ticket: Ticket, *, at: datetime) -> Report:
    """The report of a ticket; NotFoundError when half an hour is over, or it is another person's."""
    found = json.loads(spool.get(services.settings.spool, ticket, actor.account_id, at=at))
    return Report(
        tuple(Registered(**one) for one in found["registered"]),
        tuple(KnownLine(**one) for one in found["known"]),
        found["stopped_at"],
        found["rows"],
    )


def _take_all(services: Services, actor: Actor, transfers: Transfers, *, at: datetime) -> Report:
    registered, known = list[Registered](), _known(actor, transfers)
    waiting = {line.row for line in transfers.lines} - {line.row for line in known}
    for line in (line for line in transfers.lines if line.row in waiting):
        try:
            registered.append(replace(_registered(services, actor, line.submission, at=at, sent=None), row=line.row))
        except KnownMatterError as error:  # somebody else has registered it since
            known.append(KnownLine(line.row, _external(line.submission), error.number))
        except (PortalError, SQLAlchemyError, OSError) as error:
            if not registered and not known:
                raise
            _log.warning("transfers broke off", row=line.row, kind=type(error).__name__)
            return Report(tuple(registered), tuple(known), line.row, len(transfers.lines))
    return Report(tuple(registered), tuple(known), rows=len(transfers.lines))


def _known(actor: Actor, transfers: Transfers) -> list[KnownLine]:
    """The rows that are on the register already, asked for all at once."""
    numbered = [(line.row, line.submission.external) for line in transfers.lines]
    found = cases_numbered(db.session(), actor, [external for _, external in numbered if external])
    return [KnownLine(row, one.number, found[one]) for row, one in numbered if one and one in found]


def _external(submission: Submission) -> str:
    return submission.external.number if submission.external else ""


def _registered(
    services: Services, actor: Actor, submission: Submission, *, at: datetime, sent: Sent | None
) -> Registered:
    code = new_code()
    number = submit(services, submission, code, at=at, actor=actor, sent=sent)
    return Registered(number, code.digits, _external(submission))


def _keep(services: Services, actor: Actor, report: Report, *, at: datetime) -> Ticket:
    return spool.put(services.settings.spool, json.dumps(asdict(report)).encode(), actor.account_id, at=at)
