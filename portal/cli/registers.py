"""`registers …`: from a table to the public, for what stands beside the monthly payments."""

from pathlib import Path
from typing import Any

import click

from portal.cli.imports import FILE, ImportCommand, TableCommands, add_correction, facts_of_import, run_import
from portal.cli.steps import add_steps, by
from portal.cli.terminal import PortalGroup, as_json
from portal.domain.errors import InvalidError
from portal.domain.messages import N_
from portal.domain.money import format_yuan
from portal.domain.programs import Program
from portal.domain.register_periods import Period, read_period
from portal.domain.registers import RegisterKind, RegisterTable
from portal.queries.registers import desk_register
from portal.usecases.registers import RegisterOrder, RegisterOutcome, corrected_order, import_register

registers = PortalGroup(
    "registers", help="资金登记（备用金、退回、现金和实物、手续费减免、国库拨付）：导入、送审、审核、签发、更正、撤下"
)
add_steps(registers)


@registers.command("import", cls=ImportCommand)
@click.argument("file", type=FILE)
@click.option("--kind", type=click.Choice([kind.value for kind in RegisterKind]), required=True, help="登记种类")
@click.option("--year", type=click.IntRange(2000, 2099), help="哪一年的登记；不写则从标题读出")
@click.option(
    "--period", metavar="PERIOD", default="", help="时段，如 2026-Q3、2026-10；不写则从标题读出，没有则为全年"
)
@click.option("--division", metavar="CODE", default="", help="谁的登记（市或县的区划代码）；不写则为本单位的")
@click.option("--program", type=click.Choice([program.value for program in Program]), help="救助项目；不写则看各行")
@by
@as_json
def import_(
    file: Path, kind: str, year: int | None, period: str, division: str, program: str | None, by: str, as_json: bool
) -> None:
    """读入一份资金登记表，存为草稿；有任何错误则不写入，逐格说明。"""
    order = RegisterOrder(
        RegisterKind(kind), year, _period(period, year), division, Program(program) if program else None
    )
    run_import(TABLES, file, order, by, as_json=as_json)


def _period(text: str, year: int | None) -> Period | None:
    """A period without its year is one of the year that is said."""
    if not text:
        return None
    found = read_period(text, year or 0)
    if found is None or not found.year:
        raise InvalidError(N_("请把时段写成 2026年、2026年第三季度 或 2026-10 的样子"))
    return found


def _facts(outcome: RegisterOutcome) -> dict[str, Any]:
    told = facts_of_import(outcome, len(outcome.table.rows) if outcome.table else 0)
    if (table := outcome.table) is None:
        return told
    sums = dict(zip(table.columns.money, _sums(table), strict=True))
    persons = {"persons": sum(row.persons for row in table.rows)} if table.columns.counts_persons else {}
    return told | {
        "kind": str(table.kind),
        "period": table.period.stored,
        **persons,
        **{f"{column}_fen": amount for column, amount in sums.items()},
    }


def _sums(table: RegisterTable) -> list[int]:
    return [sum(column) for column in zip(*(row.amounts for row in table.rows), strict=True)]


def _stored(outcome: RegisterOutcome) -> list[str]:
    if outcome.table is None:
        return []
    table = outcome.table
    moved = format_yuan(table.moved_fen)
    return [f"已存为草稿：{outcome.number}，{table.title}，{len(table.rows)}行，{moved}元"]


TABLES = TableCommands(import_register, _facts, _stored, desk_register, corrected_order)
add_correction(registers, TABLES, "用新的表格更正已公开的登记，产生一份待审的新版本；原来的数字留存。")
