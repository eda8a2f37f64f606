"""One row of a budget: which division it is of, which functional code, which programme; or what is wrong with it."""

import re
from dataclasses import dataclass

from portal.domain.budget_headers import BudgetHeader, Item
from portal.domain.budget_items import item_of, plain_name, split
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.function_codes import FunctionCode, FunctionCodes
from portal.domain.funds import FundUse
from portal.domain.messages import N_, Message
from portal.domain.programs import PROGRAM_NAMES, Program
from portal.domain.roster_cells import is_empty
from portal.domain.roster_report import Report, shown_value
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_BRACKETS = re.compile(r"\([^()]*\)")
_LENGTHS = frozenset({3, 5, 7})
"""How many digits a code has: 类, 款, 项. Offices are paid under more codes than the table holds."""
_DIGITS_BELOW = 2
"""款 and 项 have two digits each."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the words of rows by the tables of a year; `program` is what the clerk says of the whole table."""

    names: DivisionNames
    codes: FunctionCodes
    year: int
    program: Program | None

    def division(self, sheet: Sheet, header: BudgetHeader, row: Row, own: Division, report: Report) -> Division | None:
        """The division of a row; that of the whole table where no column names any."""
        if "division" not in header.columns:
            return own
        cell = row.cell(header.columns["division"])
        plain, place = plain_name(cell.text), address(cell.column, row.number)
        found = self.names.find(plain) or self.names.find(_BRACKETS.sub("", plain))
        if is_empty(cell):
            report.refuse(sheet.name, place, Message(N_("这一行有金额，没有写区划：请补填区划，或删去这一行")))
        elif found is None:
            text = N_("没有这个区划，或它不在这份预算的范围内：请按规范名称改写")
            report.refuse(sheet.name, place, Message(text), shown_value(cell.text))
        return found

    def item(self, sheet: Sheet, header: BudgetHeader, row: Row, report: Report) -> Item | None:
        """The item of a row, by its code, by its name, or by what was said of the whole table."""
        code_cell, name_cell = self._cells(header, row)
        code, name = _told(code_cell, name_cell)
        cell = name_cell if code_cell.kind is CellKind.EMPTY else code_cell
        if self.codes.is_work(name):
            return self._work(sheet, row, cell, code or self.codes.work_code, name, report)
        found = self._found(sheet, row, (code_cell, name_cell), code, name, report)
        if found is None:
            return None
        if self.program and found.program is not self.program:
            text = N_("这个科目不属于所说的救助项目%(program)s")
            report.fault(sheet.name, row.number, cell, Message(text, {"program": PROGRAM_NAMES[self.program]}))
            return None
        return item_of(found)

    def names_no_item(self, header: BudgetHeader, row: Row) -> bool:
        """Whether every cell is blank in which a row would say which item it is of."""
        return self.program is None and all(map(is_empty, self._cells(header, row)))

    def _cells(self, header: BudgetHeader, row: Row) -> tuple[Cell, Cell]:
        nothing = Cell(header.columns.get("division", 0), "", CellKind.EMPTY)
        name = row.cell(header.columns["program"]) if "program" in header.columns else nothing
        if "code_item" in header.columns:
            return _code_in_parts(header, row), name
        return (row.cell(header.columns["code"]) if "code" in header.columns else nothing), name

    def _work(self, sheet: Sheet, row: Row, cell: Cell, code: str, name: str, report: Report) -> Item | None:
        known = self.codes.find(code, self.year)
        if known is not None and known.program is not None:
            text = N_("工作经费不能列在救助资金的科目里：请另列科目")
            report.fault(sheet.name, row.number, cell, Message(text))
            return None
        if len(code) not in _LENGTHS:
            report.fault(sheet.name, row.number, cell, Message(N_("这不是功能分类科目编码：请填写7位数字")))
            return None
        return Item(code, name, None, FundUse.WORK)

    def _found(
        self, sheet: Sheet, row: Row, cells: tuple[Cell, Cell], code: str, name: str, report: Report
    ) -> FunctionCode | None:
        code_cell, name_cell = cells
        named = self.codes.named(name, self.year) if name else None
        if code:
            return self._coded(sheet, row, cells, code, named, report)
        if _has_digits(code_cell):
            report.fault(sheet.name, row.number, code_cell, Message(N_("这不是功能分类科目编码：请填写7位数字")))
        elif named is None and name:
            text = N_("看不出这一行是哪个科目：请填写功能分类科目编码，或按科目的规范名称改写")
            report.fault(sheet.name, row.number, code_cell if is_empty(name_cell) else name_cell, Message(text))
        elif named is None and self.program is not None:
            return self.codes.of_program(self.program)
        elif named is None:
            report.fault(sheet.name, row.number, code_cell, Message(N_("这一行有金额，没有写科目：请补填")))
        return named

    def _coded(
        self, sheet: Sheet, row: Row, cells: tuple[Cell, Cell], code: str, named: FunctionCode | None, report: Report
    ) -> FunctionCode | None:
        found = self.codes.find(code, self.year)
        if found is None:
            text = N_("%(year)s年的科目表里没有这个编码：请核对，不能截短")
            place = cells[1] if is_empty(cells[0]) else cells[0]
            report.fault(sheet.name, row.number, place, Message(text, {"year": self.year}))
        elif named is not None and not self._agree(found.code, named.code):
            text = N_("名称与科目编码不一致：%(code)s是%(name)s")
            place = cells[0] if is_empty(cells[1]) else cells[1]
            report.fault(sheet.name, row.number, place, Message(text, {"code": found.code, "name": found.name}))
            return None
        return found

    def _agree(self, one: str, other: str) -> bool:
        """A name may stand above its code (低保 beside 2081901), or the code above the name."""
        return one == other or other in self.codes.above(one) or one in self.codes.above(other)


def _told(code_cell: Cell, name_cell: Cell) -> tuple[str, str]:
    """Code and name of a row: each in its cell, both in one, or a name where the code should be."""
    code, beside = split(code_cell.text)
    own_code, name = split(name_cell.text)
    if is_empty(code_cell):
        return own_code, name
    if not code and _has_digits(code_cell):
        return "", plain_name(name_cell.text)
    return code, ("" if is_empty(name_cell) else plain_name(name_cell.text)) or beside


def _has_digits(cell: Cell) -> bool:
    """Whether a cell tries to tell a code; 1. before a name numbers it."""
    return any(character.isdigit() for character in plain_name(cell.text))


def _code_in_parts(header: BudgetHeader, row: Row) -> Cell:
    """类, 款 and 项 in three columns as one code: 208, 19, 01 is 2081901."""
    parts = [
        row.cell(header.columns[name]) for name in ("code_class", "code_section", "code_item") if name in header.columns
    ]
    digits = [compact(part.text).removesuffix(".0") for part in parts]
    code = "".join(one.zfill(_DIGITS_BELOW) if one else "" for one in digits)
    return Cell(parts[-1].column, code, CellKind.TEXT if code else CellKind.EMPTY)
