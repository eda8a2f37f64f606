"""`notices …`: from a spreadsheet to the public and to the end, for offices that script it."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.status import Status

from portal.cli.imports import FILE, ImportCommand, facts_of_import, tell_import, upload_of
from portal.cli.steps import add_steps, by, facts_of, kinds
from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.domain.errors import InvalidError
from portal.domain.instants import SHANGHAI
from portal.domain.messages import N_, Message
from portal.domain.notices import NoticeKind
from portal.domain.programs import AssistanceType, Program
from portal.domain.publications import WithdrawalKind
from portal.domain.roster_values import MAX_ROWS
from portal.queries.notice_drafts import notice_facts, standing_of
from portal.queries.staff import actor_named
from portal.usecases import clock
from portal.usecases.corrections import Correction
from portal.usecases.notice_drafts import correct_text
from portal.usecases.notice_imports import ImportOrder, ImportOutcome, import_notice
from portal.usecases.postings import record_posting, record_taking_down
from portal.usecases.row_takedowns import hide_row, review_hidden_row

notices = PortalGroup("notices", help="救助对象公示：导入、送审、审核、签发、更正、撤下")
add_steps(notices)


@notices.command("import", cls=ImportCommand)
@click.argument("file", type=FILE)
@click.option("--kind", type=click.Choice([kind.value for kind in NoticeKind]), required=True, help="公示类别")
@click.option("--program", type=click.Choice([program.value for program in Program]), required=True, help="救助项目")
@click.option("--division", metavar="CODE", required=True, help="镇（街道）或县（市、区）的区划代码")
@click.option("--month", metavar="YYYY-MM", help="所属月份；不写则从表格标题读出")
@click.option("--keep-expenditure", is_flag=True, help="临时救助：只保留支出型，其余只计数")
@by
@as_json
def import_(
    file: Path,
    kind: str,
    program: str,
    division: str,
    month: str | None,
    keep_expenditure: bool,
    by: str,
    as_json: bool,
) -> None:
    """读入一份表格，存为草稿；有任何错误则不写入，逐格说明。"""
    order = ImportOrder(
        kind=NoticeKind(kind),
        program=Program(program),
        division_code=division,
        month=_month(month),
        keep_only=frozenset({AssistanceType.EXPENDITURE}) if keep_expenditure else None,
    )
    outcome = _run_import(file, order, by)
    _tell_import(outcome, _facts(outcome), as_json=as_json)


@notices.command("correct", cls=ImportCommand)
@click.argument("number")
@click.argument("file", type=FILE, required=False)
@click.option("--kind", type=kinds, required=True, help="更正的性质")
@click.option("--note", required=True, help="更正说明，公众会看到")
@click.option("--lead", default="", help="新的导语；不写则用规则的导语")
@by
@as_json
def correct(number: str, file: Path | None, kind: str, note: str, lead: str, by: str, as_json: bool) -> None:
    """更正已公开的公示：给出新表格则换名单，否则只改导语；产生一份待审的新版本。"""
    actor, at = actor_named(by), clock.now()
    if file is None:
        correct_text(services(), actor, Correction(number, WithdrawalKind(kind), note), lead, at=at)
        answer(facts_of(standing_of(number, newest=True)), f"已建立更正草稿：{number}", as_json=as_json)
        return
    facts = notice_facts(actor, number)
    order = ImportOrder(
        kind=facts.kind, program=facts.program, division_code=facts.division_code, month=facts.month,
        corrects=number, change_kind=WithdrawalKind(kind), change_note=note,
    )  # fmt: skip
    outcome = _run_import(file, order, by)
    standing = facts_of(standing_of(number, newest=True)) if outcome.number else {}
    _tell_import(outcome, _facts(outcome) | standing, as_json=as_json)


def _run_import(file: Path, order: ImportOrder, by: str) -> ImportOutcome:
    actor, console = actor_named(by), Console(stderr=True)
    with console.status("…") as status:
        return import_notice(services(), actor, upload_of(file), order, at=clock.now(), progress=_say(status))


def _tell_import(outcome: ImportOutcome, facts: dict[str, Any], *, as_json: bool) -> None:
    stored = f"已存为草稿：{outcome.number}，{outcome.rows}行"
    tell_import(outcome, facts, [stored], as_json=as_json)


def _say(status: Status) -> Callable[[str], None]:
    return status.update


def _facts(outcome: ImportOutcome) -> dict[str, Any]:
    return facts_of_import(outcome, outcome.rows) | {
        "unknown_headings": [{"sheet": h.sheet, "cell": h.cell, "text": h.text} for h in outcome.unknown_headings],
        "counts": {str(kind): count.rows for kind, count in outcome.types.items()},
    }


def _month(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=SHANGHAI).date()
    except ValueError:
        raise InvalidError(N_("月份请写成 2026-11 的样子"), fields={"month": Message(N_("月份写错了"))}) from None


@notices.command("posted")
@click.argument("number")
@click.argument("village")
@click.option("--on", "on", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), required=True, help="张贴日期")
@click.option("--person", required=True, help="张贴人")
@click.option("--taken-down", is_flag=True, help="登记取下而不是张贴")
@by
@as_json
def posted(number: str, village: str, on: datetime, person: str, taken_down: bool, by: str, as_json: bool) -> None:
    """登记某村（社区）的张贴或取下。"""
    actor, at = actor_named(by), clock.now()
    if taken_down:
        record_taking_down(services(), actor, number, village, on.date(), at=at)
        answer(_public(number) | {"village": village}, "已登记取下", as_json=as_json)
        return
    last_on = record_posting(services(), actor, number, village, on.date(), person, at=at)
    facts = _public(number) | {"village": village, "last_on": last_on.isoformat() if last_on else None}
    answer(facts, f"已登记张贴，公示期至{last_on}" if last_on else "已登记张贴", as_json=as_json)


@notices.command("hide-row")
@click.argument("number")
@click.argument("row", type=click.IntRange(1, MAX_ROWS))
@by
@as_json
def hide_row_(number: str, row: int, by: str, as_json: bool) -> None:
    """立即撤下名单中的一行（隐私撤下）。"""
    hide_row(services(), actor_named(by), number, row, at=clock.now())
    hours = services().rulebook.policies.hidden_row_review_hours
    answer(_public(number) | {"row": row}, f"第{row}行已撤下，{hours}小时内须复核", as_json=as_json)


@notices.command("review-row")
@click.argument("number")
@click.argument("row", type=click.IntRange(1, MAX_ROWS))
@click.option("--restore", is_flag=True, help="恢复这一行；不写则维持撤下")
@by
@as_json
def review_row(number: str, row: int, restore: bool, by: str, as_json: bool) -> None:
    """复核撤下的一行。"""
    review_hidden_row(services(), actor_named(by), number, row, upheld=not restore, at=clock.now())
    answer(_public(number) | {"row": row}, "已复核", as_json=as_json)


def _public(number: str) -> dict[str, Any]:
    return facts_of(standing_of(number, newest=False))
