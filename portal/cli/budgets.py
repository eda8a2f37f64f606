"""`budgets …`: from a table of amounts to the public, with the clock that runs from the approval."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from portal.cli.imports import DAY, FILE, ImportCommand, TableCommands, add_correction, facts_of_import, run_import
from portal.cli.steps import add_steps, by
from portal.cli.terminal import PortalGroup, as_json
from portal.domain.budgets import BudgetPhase, total_of
from portal.domain.money import format_yuan
from portal.domain.programs import Program
from portal.queries.budgets import desk_budget
from portal.usecases.budgets import BudgetOrder, BudgetOutcome, corrected_order, import_budget

budgets = PortalGroup("budgets", help="预算、调整、决算：导入、送审、审核、签发、更正、撤下")
add_steps(budgets)


@budgets.command("import", cls=ImportCommand)
@click.argument("file", type=FILE)
@click.option("--year", type=click.IntRange(2000, 2099), help="哪一年的预算；不写则从标题读出")
@click.option("--division", metavar="CODE", default="", help="谁的预算（市或县的区划代码）；不写则为本单位的")
@click.option("--program", type=click.Choice([program.value for program in Program]), help="救助项目；不写则看各行科目")
@click.option("--phase", type=click.Choice([phase.value for phase in BudgetPhase]), help="阶段；不写则从标题读出")
@click.option("--approved-on", metavar="YYYY-MM-DD", type=DAY, help="批准日期；20日内公开的期限由此起算")
@click.option("--document-number", default="", help="批复文件的文号")
@by
@as_json
def import_(
    file: Path,
    year: int | None,
    division: str,
    program: str | None,
    phase: str | None,
    approved_on: datetime | None,
    document_number: str,
    by: str,
    as_json: bool,
) -> None:
    """读入一份预算表，存为草稿；有任何错误则不写入，逐格说明。"""
    order = BudgetOrder(
        year=year,
        division_code=division,
        program=Program(program) if program else None,
        phase=BudgetPhase(phase) if phase else None,
        approved_on=approved_on.date() if approved_on else None,
        document_number=document_number,
    )
    run_import(TABLES, file, order, by, as_json=as_json)


def _facts(outcome: BudgetOutcome) -> dict[str, Any]:
    told = facts_of_import(outcome, len(outcome.table.lines) if outcome.table else 0)
    if (table := outcome.table) is None:
        return told
    return told | {
        "year": table.year,
        "phase": str(table.phase),
        "approved_on": _iso(table.approved_on),
        "publish_by": _iso(table.due_on),
        "relief_fen": total_of(table.relief),
        "work_fen": total_of(table.work),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _stored(outcome: BudgetOutcome) -> list[str]:
    if outcome.table is None:
        return []
    table = outcome.table
    lines = [f"已存为草稿：{outcome.number}，{len(table.lines)}行，救助资金{format_yuan(total_of(table.relief))}元"]
    if table.work:
        lines.append(f"另列工作经费{format_yuan(total_of(table.work))}元")
    if table.due_on:
        lines.append(f"请在{table.due_on.isoformat()}以前公开（批准后20日内）")
    return lines


TABLES = TableCommands(import_budget, _facts, _stored, desk_budget, corrected_order)
add_correction(budgets, TABLES, "用新的表格更正已公开的预算，产生一份待审的新版本；原来的金额留存。")
