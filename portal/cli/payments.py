"""`payments …`: from a roster of payments to what the public may know of it."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.status import Status

from portal.cli.imports import (
    DAY,
    FILE,
    ImportCommand,
    correction_words,
    problem_facts,
    tell_import,
    upload_of,
)
from portal.cli.steps import add_steps, by
from portal.cli.terminal import PortalGroup, as_json, services
from portal.domain.errors import InvalidError
from portal.domain.messages import N_
from portal.domain.money import format_yuan
from portal.domain.payment_uploads import UploadStep
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.queries.payments import desk_payment
from portal.queries.staff import actor_named
from portal.usecases import clock
from portal.usecases.payment_drafts import PaymentDraft, PaymentOrder, PaymentOutcome, corrected_order
from portal.usecases.payments import Progress, import_payments

payments = PortalGroup("payments", help="资金发放：导入花名册、送审、审核、签发、更正、撤下")
add_steps(payments)

_progress = click.option("--progress", is_flag=True, help="不在终端里也逐段报告读到第几行（写到标准错误）")


@payments.command("import", cls=ImportCommand)
@click.argument("file", type=FILE)
@click.option("--year", type=click.IntRange(2000, 2099), help="所属年份；不写则按标题认")
@click.option("--month", type=click.IntRange(1, 12), help="所属月份；不写则按标题认")
@click.option("--division", metavar="CODE", default="", help="镇（街道）或县的区划代码；不写则按标题认")
@click.option("--program", type=click.Choice([program.value for program in Program]), help="救助项目；不写则按标题认")
@click.option("--document-number", default="", help="拨付文件的文号")
@click.option("--paid-on", metavar="YYYY-MM-DD", type=DAY, help="发放日期")
@_progress
@by
@as_json
def import_(
    file: Path,
    year: int | None,
    month: int | None,
    division: str,
    program: str | None,
    document_number: str,
    paid_on: datetime | None,
    progress: bool,
    by: str,
    as_json: bool,
) -> None:
    """读入一份发放花名册或月报汇总表，只存各地的户数、人数、金额；有任何错误则不写入，逐格说明。"""
    if (year is None) != (month is None):
        raise InvalidError(N_("--year 和 --month 要么都写，要么都不写"))
    order = PaymentOrder(
        month=date(year, month, 1) if year and month else None,
        division_code=division,
        program=Program(program) if program else None,
        document_number=document_number,
        paid_on=paid_on.date() if paid_on else None,
    )
    _run_import(file, order, by, in_lines=progress, as_json=as_json)


@payments.command("correct", cls=ImportCommand)
@correction_words
@_progress
@by
@as_json
def correct(number: str, file: Path, kind: str, note: str, progress: bool, by: str, as_json: bool) -> None:
    """用新的花名册更正已公开的发放情况，产生一份待审的新版本；原来的数字留存。"""
    known = desk_payment(actor_named(by), number)
    _run_import(file, corrected_order(known, WithdrawalKind(kind), note), by, in_lines=progress, as_json=as_json)


def _run_import(file: Path, order: PaymentOrder, by: str, *, in_lines: bool, as_json: bool) -> None:
    actor, console = actor_named(by), Console(stderr=True)
    with console.status("…") as status:
        tell = _tell_in_lines if in_lines and not console.is_terminal else _tell_on(status)
        outcome = import_payments(services(), actor, upload_of(file), order, at=clock.now(), progress=tell)
    tell_import(outcome, _facts(outcome), [*map(_sentence, outcome.drafts)], as_json=as_json)


_STEPS = {UploadStep.READ: "读取表格", UploadStep.CHECK: "逐行核对", UploadStep.STORE: "写入草稿"}


def _tell_on(status: Status) -> Progress:
    """On a terminal one line that changes; elsewhere rich prints nothing."""
    return lambda step, rows: status.update(_done(step, rows))


def _tell_in_lines(step: UploadStep, rows: int) -> None:
    click.echo(_done(step, rows), err=True)


def _done(step: UploadStep, rows: int) -> str:
    return f"{_STEPS[step]}：{rows}行" if rows else f"{_STEPS[step]}…"


def _facts(outcome: PaymentOutcome) -> dict[str, Any]:
    batch = outcome.batch
    return {
        "number": outcome.number,
        "batches": list(map(_batch_facts, outcome.drafts)),
        "rows": sum(draft.batch.households for draft in outcome.drafts),
        "households": batch.households if batch else None,
        "persons": batch.persons if batch else None,
        "amount_fen": batch.amount_fen if batch else None,
        "division": batch.place if batch else None,
        "month": f"{batch.month:%Y-%m}" if batch else None,
        "program": str(batch.program) if batch else None,
        "errors": problem_facts(outcome.problems),
        "warnings": problem_facts(outcome.warnings),
        "unknown_headings": [{"sheet": h.sheet, "cell": h.cell, "text": h.text} for h in outcome.unknown_headings],
    }


def _batch_facts(draft: PaymentDraft) -> dict[str, Any]:
    batch = draft.batch
    return {
        "number": draft.number,
        "title": batch.title,
        "division": batch.place,
        "program": str(batch.program),
        "households": batch.households,
        "persons": batch.persons,
        "amount_fen": batch.amount_fen,
    }


def _sentence(draft: PaymentDraft) -> str:
    batch = draft.batch
    told = f"{batch.households}户，{batch.persons}人，{format_yuan(batch.amount_fen)}元"
    return f"已存为草稿：{draft.number}，{batch.title}，{told}"
