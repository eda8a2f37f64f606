"""A spreadsheet that the clerk must explain: it waits, encrypted, until he has, and is read again without uploading."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from portal.domain.causes import Cause
from portal.domain.money import Fen
from portal.domain.notices import NoticeKind
from portal.domain.permissions import Actor
from portal.domain.programs import AssistanceType, Program
from portal.domain.publications import WithdrawalKind
from portal.domain.roster_headings import Meaning, RosterColumn
from portal.domain.roster_values import TypeCount, UnknownHeading, UnmappedCause
from portal.usecases import spool
from portal.usecases.idempotency import Sent
from portal.usecases.kept_problems import problem_of, problem_values
from portal.usecases.notice_imports import ImportOrder, ImportOutcome, Upload, import_notice
from portal.usecases.services import Services
from portal.usecases.spool import Ticket


@dataclass(frozen=True, slots=True)
class Answers:
    """What the clerk has said to the questions of the report."""

    headings: Mapping[str, Meaning] = field(default_factory=dict)
    causes: Mapping[str, Cause] = field(default_factory=dict, repr=False)
    keep_only: frozenset[AssistanceType] | None = None


@dataclass(frozen=True, slots=True)
class WaitingUpload:
    """A file that waits for answers, with the order that it came with and the report of its last reading."""

    upload: Upload
    order: ImportOrder
    outcome: ImportOutcome


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a file: a draft, or a report and the ticket under which the file waits."""

    outcome: ImportOutcome
    ticket: Ticket | None


def receive(
    services: Services, actor: Actor, upload: Upload, order: ImportOrder, *, at: datetime, sent: Sent | None = None
) -> Received:
    """Import a file; when it has faults, keep it for half an hour so that the clerk can answer what is asked."""
    outcome = import_notice(services, actor, upload, order, at=at, sent=sent)
    if outcome.number:
        return Received(outcome, None)
    content = _written(WaitingUpload(upload, order, outcome))
    return Received(outcome, spool.put(services.settings.spool, content, actor.account_id, at=at))


def waiting_upload(services: Services, actor: Actor, ticket: Ticket, *, at: datetime) -> WaitingUpload:
    """The file of a ticket with its report; NotFoundError when it is gone."""
    return _read(spool.get(services.settings.spool, ticket, actor.account_id, at=at))


def answer(
    services: Services, actor: Actor, ticket: Ticket, answers: Answers, *, at: datetime, sent: Sent | None = None
) -> Received:
    """Read the file again with the clerk's answers; when it becomes a draft, the file is deleted."""
    waiting = waiting_upload(services, actor, ticket, at=at)
    order = replace(
        waiting.order,
        headings={**waiting.order.headings, **answers.headings},
        causes={**waiting.order.causes, **answers.causes},
        keep_only=answers.keep_only or waiting.order.keep_only,
    )
    outcome = import_notice(services, actor, waiting.upload, order, at=at, sent=sent)
    if outcome.number:
        spool.remove(services.settings.spool, ticket)
        return Received(outcome, None)
    content = _written(WaitingUpload(waiting.upload, order, outcome))
    spool.replace(services.settings.spool, ticket, content, actor.account_id)
    return Received(outcome, ticket)


def forget(services: Services, ticket: Ticket) -> None:
    """Delete a file that its clerk does not want any more."""
    spool.remove(services.settings.spool, ticket)


def _written(waiting: WaitingUpload) -> bytes:
    upload, order, outcome = waiting.upload, waiting.order, waiting.outcome
    return json.dumps(
        {
            "filename": upload.filename,
            "content": b64encode(upload.content).decode(),
            "order": _order_values(order),
            "problems": [problem_values(problem) for problem in outcome.problems],
            "warnings": [problem_values(problem) for problem in outcome.warnings],
            "headings": [[one.sheet, one.cell, one.text] for one in outcome.unknown_headings],
            "causes": [[one.sheet, one.cell, one.text] for one in outcome.unmapped_causes],
            "types": {kind.value: [count.rows, count.amount_fen] for kind, count in outcome.types.items()},
        }
    ).encode()


def _order_values(order: ImportOrder) -> dict[str, Any]:
    return {
        "kind": order.kind.value,
        "program": order.program.value,
        "division_code": order.division_code,
        "month": order.month.isoformat() if order.month else None,
        "headings": {text: column.value if column else None for text, column in order.headings.items()},
        "causes": {text: cause.value for text, cause in order.causes.items()},
        "keep_only": sorted(kind.value for kind in order.keep_only) if order.keep_only else None,
        "corrects": order.corrects,
        "change_kind": order.change_kind.value if order.change_kind else None,
        "change_note": order.change_note,
    }


def _read(content: bytes) -> WaitingUpload:
    values = json.loads(content)
    outcome = ImportOutcome(
        number=None,
        rows=0,
        problems=tuple(problem_of(one) for one in values["problems"]),
        warnings=tuple(problem_of(one) for one in values["warnings"]),
        unknown_headings=tuple(UnknownHeading(*one) for one in values["headings"]),
        unmapped_causes=tuple(UnmappedCause(*one) for one in values["causes"]),
        types={AssistanceType(kind): TypeCount(rows, Fen(fen)) for kind, (rows, fen) in values["types"].items()},
        filename=values["filename"],
    )
    return WaitingUpload(Upload(values["filename"], b64decode(values["content"])), _order(values["order"]), outcome)


def _order(values: Mapping[str, Any]) -> ImportOrder:
    kept = values["keep_only"]
    return ImportOrder(
        kind=NoticeKind(values["kind"]),
        program=Program(values["program"]),
        division_code=values["division_code"],
        month=date.fromisoformat(values["month"]) if values["month"] else None,
        headings={text: RosterColumn(column) if column else None for text, column in values["headings"].items()},
        causes={text: Cause(cause) for text, cause in values["causes"].items()},
        keep_only=frozenset(map(AssistanceType, kept)) if kept else None,
        corrects=values["corrects"],
        change_kind=WithdrawalKind(values["change_kind"]) if values["change_kind"] else None,
        change_note=values["change_note"],
    )
