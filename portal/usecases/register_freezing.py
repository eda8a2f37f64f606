"""How a register is frozen: what may be told of it, with the small rows hidden, and nothing else."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.domain.cell_changes import Cells
from portal.domain.divisions import DivisionCode
from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.money import format_yuan
from portal.domain.register_periods import Period
from portal.domain.registers import (
    RegisterColumn,
    RegisterKind,
    RegisterTable,
    ToldRegister,
    name_of,
    read_draft,
    read_told,
    told_as_json,
    told_by,
)
from portal.domain.treasury import longest_days
from portal.models.publications import Publication, Revision
from portal.models.registers import RegisterFigure
from portal.queries.registers import hidden_before
from portal.queries.treasury import ledger_with_days, untold_months
from portal.usecases.frozen import Frozen, changes_since, former_of, frozen_figures, head_of
from portal.usecases.services import Services

KEPT_WHEN_CLOSED = ("place", "kind", "year", "period")
"""What a register that is taken back keeps of its own in the open tables: no figure."""


def freeze_register(
    session: Session, services: Services, publication: Publication, revision: Revision, *, at: datetime
) -> Frozen:
    """Freeze what may be told, and write the told sums where the year pages take them from."""
    table = ledger_with_days(session, read_draft(revision.draft))
    least = services.rulebook.policies.smallest_count_told
    hidden = hidden_before(session, table, publication.number)
    check_complete(table, hidden)
    check_paid_is_told(session, table, least)
    told = told_by(table, least, stay_hidden=hidden)
    head = {
        **head_of(session, publication, revision),
        "title": table.title,
        "summary": _summary(told, table, least),
        "least_persons": least,
        "changes": changes_since(
            former_of(session, publication),
            revision,
            lambda before: _cells(read_told(before), table),
            _cells(told, table),
        ),
        **{name: revision.draft[name] for name in ("place", "kind", "year", "period", "money_unit")},
        **told_as_json(told),
    }
    _write_figures(session, revision, table, told)
    return frozen_figures(head, KEPT_WHEN_CLOSED)


def check_complete(table: RegisterTable, hidden: Mapping[DivisionCode, str]) -> None:
    """RefusedError where a fund leaves out a place that was hidden: what is left of the rest would tell its balance."""
    missing = [name for code, name in hidden.items() if code not in {row.division for row in table.rows}]
    if missing and table.kind is RegisterKind.RESERVE_FUND:
        text = N_("先前的备用金登记里有%(places)s，这一份没有写：请补上，没有使用的也要写额度和余额")
        raise RefusedError(text, places="、".join(missing))


def check_paid_is_told(session: Session, table: RegisterTable, least: int) -> None:
    """RefusedError for a county's ledger of months in which payments of a few persons are public without figures."""
    if months := untold_months(session, table):
        text = N_(
            "%(months)s有不足%(least)d人次、没有公布数字的发放批次：拨付数减去已发放数，就会推出它。"
            "请先撤下这几批，改用全县一张发放统计表公布，再公布拨付台账"
        )
        named = "、".join(str(Period(month.year, month=month.month)) for month in months)
        raise RefusedError(text, months=named, least=least)


def _write_figures(session: Session, revision: Revision, table: RegisterTable, told: ToldRegister) -> None:
    if told.total is None:
        return
    amounts: dict[RegisterColumn, int] = dict(zip(table.columns.money, told.total.amounts, strict=True))
    if table.columns.counts_persons:
        amounts[RegisterColumn.PERSONS] = told.total.persons
    if (days := longest_days(table)) is not None:
        amounts[RegisterColumn.DAYS] = days
    values = [
        {"revision_id": revision.id, "column": column, "amount": int(amount)} for column, amount in amounts.items()
    ]
    session.execute(insert(RegisterFigure), values)


def _summary(told: ToldRegister, table: RegisterTable, least: int) -> str:
    if told.total is None:
        return f"不足{least}人次，不单列数字"
    moved = table.columns.moved_fen(told.total.amounts)
    if not table.columns.counts_persons:
        days = longest_days(table)
        return f"拨付{format_yuan(moved)}元" + (f"，下达到拨付最长{days}天" if days is not None else "")
    used = "使用" if table.columns.moved is RegisterColumn.USED else ""
    return f"{used}{format_yuan(moved)}元，{told.total.persons}人次"


def _cells(told: ToldRegister, table: RegisterTable) -> Cells:
    """Every figure that is told, under its row and column; the rest and the total among them."""
    cells: dict[tuple[str, str], str] = {}
    lines = [(name_of(row), row.figures) for row in told.rows]
    names = Counter[str]()
    for name, figures in (*lines, ("其余", told.rest), ("合计", told.total)):
        if figures is None:
            continue
        names[name] += 1
        place = name if names[name] == 1 else f"{name}（{names[name]}）"
        for column, amount in zip(table.columns.money, figures.amounts, strict=True):
            cells[place, f"register:{column}"] = format_yuan(amount)
        if table.columns.counts_persons:
            cells[place, f"register:{RegisterColumn.PERSONS}"] = str(figures.persons)
    return cells
