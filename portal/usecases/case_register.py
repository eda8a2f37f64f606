"""Handing out the register of cases (台账) as a spreadsheet: the cases of the actor's scope, nothing that is sealed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import IO

from portal.domain.errors import RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.exporting.workbooks import Value, written_workbook
from portal.models.base import db
from portal.models.transaction import transaction
from portal.queries.case_register import RegisterClock, RegisterRow, count_of, register_rows
from portal.queries.desk_cases import CaseFilters
from portal.usecases import audit
from portal.usecases.services import Services

Say = Callable[[StrEnum], str]
"""The word that people read for a code."""

MOST_ROWS = 20_000
"""How many rows a browser may wait for; a command has no such bound."""

TITLE = N_("台账")
HEAD = (
    N_("编号"), N_("类别"), N_("问题"), N_("地方"), N_("承办单位"), N_("承办人"), N_("来源"), N_("状态"), N_("收到"),
    N_("登记"), N_("下一个期限"), N_("最后一天"), N_("情况"), N_("答复"), N_("送达日期"), N_("送达方式"),
    N_("核查结论"), N_("结束"), N_("全部期限"), N_("外部编号"),
)  # fmt: skip


@contextmanager
def exported_register(
    services: Services,
    actor: Actor,
    filters: CaseFilters,
    say: Say,
    *,
    at: datetime,
    head: Sequence[str] = HEAD,
    most_rows: int | None = None,
) -> Iterator[IO[bytes]]:
    """The register as xlsx, noted with its number of rows; RefusedError when there are more than `most_rows`."""
    actor.require(Permission.SEE_CASES)
    count = count_of(actor, filters, at=at)
    if most_rows is not None and count > most_rows:
        raise RefusedError(N_("一次最多导出%(most)d件，这里有%(count)d件：请先筛选"), most=most_rows, count=count)
    rows = register_rows(actor, filters, services.rulebook.calendar, at=at)
    with written_workbook(TITLE, head, (_cells(row, say) for row in rows)) as file:
        db.session.rollback()
        with transaction() as session:
            audit.record(session, actor, "case.register_exported", "", at=at, rows=count)
        yield file


def _cells(row: RegisterRow, say: Say) -> tuple[Value, ...]:
    promise = row.promise
    return (
        row.number,
        say(row.kind),
        say(row.category),
        row.division_name,
        row.office_name,
        row.officer_name,
        say(row.channel),
        say(row.state),
        shanghai_date(row.received_at),
        shanghai_date(row.registered_at) if row.registered_at else None,
        say(promise.clock.clock) if promise else None,
        promise.clock.due_on if promise else None,
        say(promise.card) if promise and promise.card else None,
        shanghai_date(row.answered_at) if row.answered_at else None,
        row.served_on,
        say(row.served_manner) if row.served_manner else None,
        say(row.outcome) if row.outcome else None,
        shanghai_date(row.concluded_at) if row.concluded_at else None,
        "；".join(_told(one, say) for one in row.clocks),
        "；".join(f"{say(one.system)} {one.number}" for one in row.external),
    )


def _told(one: RegisterClock, say: Say) -> str:
    """One clock in a few words: what was promised, until when, and how it stands."""
    clock = one.clock
    until = f"{say(clock.clock)} {clock.due_on:%Y-%m-%d}"
    if clock.met_at:
        return f"{until} ✓ {shanghai_date(clock.met_at):%Y-%m-%d}"
    return f"{until} {say(one.card)}" if one.card else until
