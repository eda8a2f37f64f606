"""`allocations …`: from a table of amounts to the public, with words for what no rule explains."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from portal.cli.imports import DAY, FILE, ImportCommand, TableCommands, add_correction, facts_of_import, run_import
from portal.cli.steps import add_steps, by, facts_of
from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.domain.money import format_yuan
from portal.domain.programs import Program
from portal.queries.allocations import desk_allocation
from portal.queries.staff import actor_named
from portal.usecases import clock
from portal.usecases.allocations import (
    AllocationOrder,
    AllocationOutcome,
    corrected_order,
    explain_differences,
    import_allocation,
)

allocations = PortalGroup("allocations", help="资金分配：导入、写明理由、送审、审核、签发、更正、撤下")
add_steps(allocations)


@allocations.command("import", cls=ImportCommand)
@click.argument("file", type=FILE)
@click.option("--year", type=click.IntRange(2000, 2099), required=True, help="分配的是哪一年的资金")
@click.option("--division", metavar="CODE", default="", help="由谁分配（市或县的区划代码）；不写则为本单位的")
@click.option("--program", type=click.Choice([program.value for program in Program]), help="救助项目；不写则为综合")
@click.option("--document-number", default="", help="下达文件的文号")
@click.option("--received-on", metavar="YYYY-MM-DD", type=DAY, help="收到资金的日期")
@click.option("--approved-on", metavar="YYYY-MM-DD", type=DAY, help="批准分配的日期")
@click.option("--issued-on", metavar="YYYY-MM-DD", type=DAY, help="下达的日期")
@by
@as_json
def import_(
    file: Path,
    year: int,
    division: str,
    program: str | None,
    document_number: str,
    received_on: datetime | None,
    approved_on: datetime | None,
    issued_on: datetime | None,
    by: str,
    as_json: bool,
) -> None:
    """读入一份分配表（可带因素表），找出尾差规则，存为草稿；有任何错误则不写入，逐格说明。"""
    order = AllocationOrder(
        year=year,
        division_code=division,
        program=Program(program) if program else None,
        document_number=document_number,
        received_on=_day(received_on),
        approved_on=_day(approved_on),
        issued_on=_day(issued_on),
    )
    run_import(TABLES, file, order, by, as_json=as_json)


@allocations.command("explain")
@click.argument("number")
@click.option("--division", required=True, help="区划代码或名称")
@click.option("--reason", required=True, help="金额与公式算出的不同的理由，公众会看到")
@by
@as_json
def explain(number: str, division: str, reason: str, by: str, as_json: bool) -> None:
    """为规则解释不了的一笔金额写明理由。"""
    outcome = explain_differences(services(), actor_named(by), number, {division: reason}, at=clock.now())
    answer(facts_of(outcome) | {"division": division}, f"已写明理由：{number} {division}", as_json=as_json)


def _facts(outcome: AllocationOutcome) -> dict[str, Any]:
    return facts_of_import(outcome, outcome.rows) | {
        "residue_rule": str(outcome.residue) if outcome.residue else None,
        "differences": [
            {"division": row.code, "name": row.name, "difference_fen": row.difference_fen}
            for row in outcome.unexplained
        ],
    }


def _stored(outcome: AllocationOutcome) -> list[str]:
    differing = [
        f"{row.name}与公式算出的相差{format_yuan(row.difference_fen)}元，公开前须写明理由"
        for row in outcome.unexplained
    ]
    return [f"已存为草稿：{outcome.number}，{outcome.rows}行", *differing]


def _day(typed: datetime | None) -> date | None:
    return typed.date() if typed else None


TABLES = TableCommands(import_allocation, _facts, _stored, desk_allocation, corrected_order)
add_correction(allocations, TABLES, "用新的表格更正已公开的分配，产生一份待审的新版本；原来的金额留存。")
