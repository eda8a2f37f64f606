"""The performance targets (绩效目标) that a workbook holds beside its budget."""

from collections.abc import Iterable
from decimal import Decimal

from portal.domain.budgets import PerformanceTarget
from portal.domain.fund_headers import find_columns
from portal.domain.fund_tables import FundHeadings
from portal.domain.messages import N_, Message
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Sheet, address

LONGEST = 200


def targets_in(sheets: Iterable[Sheet], headings: FundHeadings, report: Report) -> tuple[PerformanceTarget, ...]:
    """The targets of every sheet that has columns of indicators and their values."""
    return tuple(target for sheet in sheets for target in _targets(sheet, headings, report))


def is_target_sheet(sheet: Sheet, headings: FundHeadings) -> bool:
    """Whether a sheet holds targets."""
    return find_columns(sheet, headings, {"indicator", "target_value"}.issubset) is not None


def _targets(sheet: Sheet, headings: FundHeadings, report: Report) -> Iterable[PerformanceTarget]:
    found = find_columns(sheet, headings, {"indicator", "target_value"}.issubset)
    for row in sheet.rows[found.last + 1 :] if found else ():
        cells = {name: row.cell(found.columns[name]) for name in _COLUMNS if name in found.columns} if found else {}
        told = {name: _shown(cell) for name, cell in cells.items()}
        if not told["indicator"]:
            continue
        if not told["target_value"]:
            report.refuse(
                sheet.name, address(cells["target_value"].column, row.number), Message(N_("没有写目标值：请补填"))
            )
        for cell in cells.values():
            if cell.kind in {CellKind.ERROR, CellKind.FORMULA} or len(cell.text) > LONGEST:
                report.fault(sheet.name, row.number, cell, Message(N_("这一格不是可以公布的文字，或者太长")))
        yield PerformanceTarget(told["indicator"], told["target_value"], told.get("actual_value", ""))


def _shown(cell: Cell) -> str:
    """The words of a cell as its spreadsheet shows them: 100%, not 1."""
    if cell.is_share and cell.kind is CellKind.NUMBER:
        return f"{(Decimal(cell.text) * 100).normalize():f}%"
    return " ".join(cell.text.split())


_COLUMNS = ("indicator", "target_value", "actual_value")
