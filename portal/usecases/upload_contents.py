"""What is sealed for a roster in the queue: the file with what was said of it, afterwards what is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.domain.messages import Message
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.domain.roster_values import Problem, UnknownHeading
from portal.usecases.kept_problems import problem_of, problem_values
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder, PaymentOutcome


@dataclass(frozen=True, slots=True)
class UploadReport:
    """Why nothing was written: the problems of cells, or one sentence on the whole file."""

    order: PaymentOrder
    refusal: Message | None
    problems: tuple[Problem, ...] = field(default=(), repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    unknown_headings: tuple[UnknownHeading, ...] = field(default=(), repr=False)


def written_upload(upload: Upload, order: PaymentOrder) -> bytes:
    """One line of what was said, then the file as it came."""
    said = {"filename": upload.filename, "order": _order_values(order)}
    return json.dumps(said).encode() + b"\n" + upload.content


def read_upload(content: bytes) -> tuple[Upload, PaymentOrder]:
    """The file and what was said of it."""
    said, _, file = content.partition(b"\n")
    values = json.loads(said)
    return Upload(values["filename"], file), _order(values["order"])


def report_of(order: PaymentOrder, outcome: PaymentOutcome) -> UploadReport:
    """The report of a roster that was read to its end."""
    return UploadReport(order, None, outcome.problems, outcome.warnings, outcome.unknown_headings)


def written_report(report: UploadReport) -> bytes:
    """A report in bytes."""
    refusal = report.refusal
    return json.dumps(
        {
            "order": _order_values(report.order),
            "refusal": [refusal.text, dict(refusal.params)] if refusal else None,
            "problems": [problem_values(problem) for problem in report.problems],
            "warnings": [problem_values(problem) for problem in report.warnings],
            "headings": [[one.sheet, one.cell, one.text] for one in report.unknown_headings],
        }
    ).encode()


def read_report(content: bytes) -> UploadReport:
    """The report that was kept."""
    values = json.loads(content)
    return UploadReport(
        order=_order(values["order"]),
        refusal=Message(*values["refusal"]) if values["refusal"] else None,
        problems=tuple(map(problem_of, values["problems"])),
        warnings=tuple(map(problem_of, values["warnings"])),
        unknown_headings=tuple(UnknownHeading(*one) for one in values["headings"]),
    )


def _order_values(order: PaymentOrder) -> dict[str, Any]:
    return {
        "month": order.month.isoformat() if order.month else None,
        "division_code": order.division_code,
        "program": order.program.value if order.program else None,
        "document_number": order.document_number,
        "paid_on": order.paid_on.isoformat() if order.paid_on else None,
        "corrects": order.corrects,
        "change_kind": order.change_kind.value if order.change_kind else None,
        "change_note": order.change_note,
    }


def _order(values: Mapping[str, Any]) -> PaymentOrder:
    return PaymentOrder(
        month=date.fromisoformat(values["month"]) if values["month"] else None,
        division_code=values["division_code"],
        program=Program(values["program"]) if values["program"] else None,
        document_number=values["document_number"],
        paid_on=date.fromisoformat(values["paid_on"]) if values["paid_on"] else None,
        corrects=values["corrects"],
        change_kind=WithdrawalKind(values["change_kind"]) if values["change_kind"] else None,
        change_note=values["change_note"],
    )
