"""One row of a budget: which division it is of, which functional code, which programme; or what is wrong with it."""

import re
from dataclasses import dataclass

from portal.domain.budget_headers import BudgetHeader
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.function_codes import FunctionCode, FunctionCodes
from portal.domain.funds import FundUse
from portal.domain.messages import N_, Message
from portal.domain.programs import PROGRAM_NAMES, Program
from portal.domain.roster_cells import is_empty
from portal.domain.roster_report import Report, shown_value
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_CODE = re.compile(r"(?P<code>\d{3,9})(?:\.0)?(?P<name>\D*)")
_ENUMERATION = re.compile(r"^\(?[一二三四五六七八九十\d]{1,2}[)、.]")


@dataclass(frozen=True, slots=True)
class Item:
    """What a line is of, besides its division."""

    code: str
    name: str
    program: Program | None
    use: FundUse


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
        found, place = self.names.find(cell.text), address(cell.column, row.number)
        if is_empty(cell):
            report.refuse(sheet.name, place, Message(N_("这一行有金额，没有写区划：请补填区划，或删去这一行")))
        elif found is None:
            text = N_("没有这个区划，或它不在这份预算的范围内：请按规范名称改写")
            report.refuse(sheet.name, place, Message(text), shown_value(cell.text))
        return found

    def item(self, sheet: Sheet, header: BudgetHeader, row: Row, report: Report) -> Item | None:
        """The item of a row, by its code, by its name, or by what was said of the whole table."""
        code_cell, name_cell = self._cells(header, row)
        code, beside = _split(code_cell)
        name = _plain(name_cell.text) or beside
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
        return Item(found.code, found.name, found.program, FundUse.RELIEF)

    def _cells(self, header: BudgetHeader, row: Row) -> tuple[Cell, Cell]:
        nothing = Cell(header.columns.get("division", 0), "", CellKind.EMPTY)
        return (
            row.cell(header.columns["code"]) if "code" in header.columns else nothing,
            row.cell(header.columns["program"]) if "program" in header.columns else nothing,
        )

    def _work(self, sheet: Sheet, row: Row, cell: Cell, code: str, name: str, report: Report) -> Item | None:
        known = self.codes.find(code, self.year)
        if known is not None and known.program is not None:
            text = N_("工作经费不能列在救助资金的科目里：请另列科目")
            report.fault(sheet.name, row.number, cell, Message(text))
            return None
        return Item(code, name, None, FundUse.WORK)

    def _found(
        self, sheet: Sheet, row: Row, cells: tuple[Cell, Cell], code: str, name: str, report: Report
    ) -> FunctionCode | None:
        code_cell, name_cell = cells
        named = self.codes.named(name, self.year) if name else None
        if code:
            return self._coded(sheet, row, cells, code, named, report)
        if not is_empty(code_cell):
            report.fault(sheet.name, row.number, code_cell, Message(N_("这不是功能分类科目编码：请填写7位数字")))
        elif named is None and name:
            text = N_("看不出这一行是哪个科目：请填写功能分类科目编码，或按科目的规范名称改写")
            report.fault(sheet.name, row.number, name_cell, Message(text))
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
            report.fault(sheet.name, row.number, cells[0], Message(text, {"year": self.year}))
        elif named is not None and not self._agree(found.code, named.code):
            text = N_("名称与科目编码不一致：%(code)s是%(name)s")
            report.fault(sheet.name, row.number, cells[1], Message(text, {"code": found.code, "name": found.name}))
            return None
        return found

    def _agree(self, one: str, other: str) -> bool:
        """A name may stand above its code (低保 beside 2081901), or the code above the name."""
        return one == other or other in self.codes.above(one) or one in self.codes.above(other)


def _split(cell: Cell) -> tuple[str, str]:
    """A code and the name that stands behind it in the same cell."""
    match = _CODE.fullmatch(compact(cell.text))
    return (match["code"], match["name"]) if match else ("", "")


def _plain(name: str) -> str:
    """A name without what numbers it (一、 or 1.)."""
    return _ENUMERATION.sub("", compact(name))
