"""The unit of the amounts: stated once above the list, and believed only as far as the amounts bear it out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message
from portal.domain.money import MoneyUnit, parse_yuan
from portal.domain.roster_headings import Header, RosterColumn
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_STATED = re.compile(
    r"(?<![报送])单位(?:[:(户人次金额数量人民币、,/和为是]{0,8}?)(?P<unit>亿元|万元|千元|百元|元|角|分(?!\w))"
    r"(?P<per>/?每?[年季]度?)?"
)
_BRACKETED = re.compile(
    r"\((?:人民币|单位[:]?)?(?P<unit>万元|千元|百元|元|角|分)(?P<per>/?(?:年|季))?[^)]*\)|^(?P<bare>万元|千元)$"
)
_BARE_TITLE = re.compile(r"\(?(?P<unit>万元|千元)\)?")
_SAMPLE = 500
_SMALLEST_YUAN = 10
"""No monthly allowance and no grant is smaller; a column full of smaller figures was written in 万元."""


@dataclass(frozen=True, slots=True)
class StatedUnit:
    """A unit and the cell that states it; `per` is filled when it is said to be per year or quarter."""

    unit: str
    per: str
    place: str


def unit_of(sheet: Sheet, header: Header, amounts: Sequence[Cell], report: Report) -> MoneyUnit:
    """In which unit the amounts are to be read; a wrong one is reported once, at the cell that states it."""
    stated = _stated(sheet, header)
    figures = sorted(_figures(amounts[:_SAMPLE]))
    middle = figures[len(figures) // 2] if figures else None
    small = middle is not None and 0 < middle < _SMALLEST_YUAN
    if stated and stated.unit != "元":
        report.refuse(sheet.name, stated.place, _other_unit(stated.unit, small=small), stated.unit)
        return MoneyUnit.TEN_THOUSAND_YUAN if stated.unit == "万元" and small else MoneyUnit.YUAN
    if stated and stated.per:
        report.refuse(
            sheet.name,
            stated.place,
            Message(N_("金额不是按月（次）写的：请改为每月（次）的金额，单位写元")),
            stated.unit + stated.per,
        )
    if small:
        place = address(header.columns[RosterColumn.AMOUNT], header.row)
        report.refuse(
            sheet.name, place, Message(N_("金额小得不像以元为单位，疑为万元：请把这一列换算成元，并写明单位：元"))
        )
        return MoneyUnit.TEN_THOUSAND_YUAN
    return MoneyUnit.YUAN


def _other_unit(unit: str, *, small: bool) -> Message:
    if unit == "万元" and not small:
        return Message(N_("单位写的是万元，但金额看来是元：请把单位改为元"))
    return Message(N_("单位写的是%(unit)s，名单要用元：请把金额换算成元，并把单位改为元"), {"unit": unit})


def _stated(sheet: Sheet, header: Header) -> StatedUnit | None:
    column = header.columns[RosterColumn.AMOUNT]
    for row in sheet.rows[header.first : header.last + 1]:
        match = _BRACKETED.search(compact(row.cell(column).text))
        if match:
            return StatedUnit(match["unit"] or match["bare"], match["per"] or "", address(column, row.number))
    above = (cell for row in sheet.rows[: header.first] for cell in _said(row))
    for place, text in above:
        match = _STATED.search(text) or _BARE_TITLE.fullmatch(text)
        if match:
            return StatedUnit(match["unit"], match.groupdict().get("per") or "", place)
    return None


def _said(row: Row) -> Iterable[tuple[str, str]]:
    return ((address(cell.column, row.number), compact(cell.text)) for cell in row.cells if cell.kind is CellKind.TEXT)


def _figures(amounts: Sequence[Cell]) -> Iterable[float]:
    for cell in amounts:
        try:
            yield float(parse_yuan(cell.text))
        except InvalidError:
            continue
