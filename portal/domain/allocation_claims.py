"""Sums that are told around a table of amounts, in a cell or in words: each has to be the sum of the table."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.fund_tables import read_number
from portal.domain.fund_titles import check_claims, claimed, off_by
from portal.domain.messages import N_
from portal.domain.money import Fen, MoneyUnit
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_REMARK = re.compile(r"(?:共|合计|总计|总额)[^\d]{0,8}?(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>万元|元)")
_CLAUSE = re.compile(r"[，,。;；、]|(?<!\d),|,(?!\d{3})")
_TOLD = N_("这里写的总额是%(stated)s元，各行之和是%(summed)s元，相差%(off)s元")

Sums = Sequence[Fen]
"""What a sum may be: of the final amounts, or of what the formula gave; the first is told when it is neither."""


def check_above(
    sheet: Sheet, above: int, sums: Sums, unit: MoneyUnit, headings: AllocationHeadings, report: Report
) -> None:
    """Sums in the title or in cells above the header."""
    check_claims(sheet, above, sums[0], report, *sums[1:])
    for row in sheet.rows[:above]:
        for label, cell in _beside(row, headings):
            number = read_number(cell)
            if isinstance(number, Decimal):
                told = Fen(int(number * _unit_of(label, unit).yuan * 100))
                _check(sheet, row, cell, told, sums, report)


def check_remarks(sheet: Sheet, rows: Iterable[Row], sums: Sums, headings: AllocationHeadings, report: Report) -> None:
    """Sums in the words below a table; clauses about a part of the money are left alone."""
    for row in rows:
        for cell in row.cells:
            for clause in _CLAUSE.split(compact(cell.text)) if cell.kind is CellKind.TEXT else ():
                match = _REMARK.search(clause)
                if match and not headings.tells_part(clause):
                    _check(sheet, row, cell, claimed(match), sums, report)


def _beside(row: Row, headings: AllocationHeadings) -> Iterable[tuple[Cell, Cell]]:
    """Cells of a row that say that they are the sum, each with the one after it."""
    pairs = zip(row.cells, row.cells[1:], strict=False)
    return ((label, cell) for label, cell in pairs if headings.is_pool(label.text))


def _unit_of(label: Cell, unit: MoneyUnit) -> MoneyUnit:
    text = compact(label.text)
    return next((one for one in (MoneyUnit.TEN_THOUSAND_YUAN, MoneyUnit.YUAN) if f"({one})" in text), unit)


def _check(sheet: Sheet, row: Row, cell: Cell, told: Fen, sums: Sums, report: Report) -> None:
    if told not in sums:
        report.refuse(sheet.name, address(cell.column, row.number), off_by(_TOLD, told, sums[0]))
