"""One row of a register: its division, period, programme, words, amounts and persons; or what is wrong with it."""

import re
from dataclasses import dataclass, field

from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_headers import FoundColumns
from portal.domain.fund_tables import Amount, FundHeadings, read_amount, read_number
from portal.domain.fund_titles import off_by
from portal.domain.funds import SOURCE_NAMES
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.programs import Program
from portal.domain.redaction import find_personal_data
from portal.domain.register_headings import RegisterHeadings
from portal.domain.register_periods import Period, read_period
from portal.domain.registers import (
    COLUMN_NAMES,
    COLUMNS,
    REASON_NAMES,
    KindColumns,
    RegisterColumn,
    RegisterKind,
    RegisterRow,
)
from portal.domain.roster_cells import broken, is_empty
from portal.domain.roster_headings import heading_key
from portal.domain.roster_report import Report, shown_value
from portal.domain.sheets import Cell, Row, Sheet, address, compact
from portal.domain.treasury import document_number

LONGEST_WORD = 40
MAY_BE_EMPTY = frozenset(
    {
        RegisterColumn.ADDED, RegisterColumn.USED, RegisterColumn.MEASURE, RegisterColumn.SOURCE,
        RegisterColumn.DOCUMENT,
    }
)  # fmt: skip
"""An empty cell counts as nothing here; anywhere else it is a fault."""
_EVERY_PROGRAM = frozenset({"综合", "不分项目", "困难群众救助", "困难群众救助补助资金", "社会救助"})
_BLANKS = re.compile(r"\s+")
_LONG_NUMBER = re.compile(r"(?<![\d.])\d{12,}")
"""An account of an office passes no check of cards; a treasury's ledger has no other number as long."""


@dataclass(slots=True)
class Line:
    """What stands in one row of the sheet; `row` is nothing where a part of it is faulty, or where it is a total."""

    number: int
    place: str
    amounts: dict[RegisterColumn, Amount] = field(default_factory=dict)
    persons: int | None = None
    row: RegisterRow | None = None
    is_sound: bool = True
    """Whether every amount could be read: what follows from a faulty one is told once that is put right."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell of a row of a sheet, where the reader says what is wrong."""

    sheet: str
    row: Row
    report: Report

    def refuse(self, cell: Cell, text: str, **told: str | int) -> None:
        self.report.fault(self.sheet, self.row.number, cell, Message(text, told))


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads rows by the tables of a kind; `period` and `program` hold for rows that tell none."""

    headings: RegisterHeadings
    funds: FundHeadings
    codes: FunctionCodes
    names: DivisionNames
    kind: RegisterKind
    period: Period
    program: Program | None
    unit: MoneyUnit

    @property
    def columns(self) -> KindColumns:
        """The columns of the kind."""
        return COLUMNS[self.kind]

    def total(self, sheet: Sheet, header: FoundColumns, row: Row, report: Report) -> Line:
        """The sums of a row of totals; an empty cell of it tells nothing."""
        line = self._started(sheet, header, row, report)
        if RegisterColumn.PERSONS in header.columns:
            cell = row.cell(header.columns[RegisterColumn.PERSONS])
            line.persons = None if is_empty(cell) else self._count(_Place(sheet.name, row, report), cell)
        self._check_balance(line, _Place(sheet.name, row, report))
        return line

    def line(self, sheet: Sheet, header: FoundColumns, row: Row, report: Report) -> Line:
        """One row; every fault of it is reported."""
        at, faults = _Place(sheet.name, row, report), len(report.problems)
        self._refuse_personal_data(header, at)
        line = self._started(sheet, header, row, report)
        self._require_amounts(line, header, at)
        self._check_balance(line, at)
        line.persons = self._persons(line, header, at)
        division, period = self._division(header, at), self._period(header, at)
        program, words = self._program(header, at), self._words(header, at)
        if len(report.problems) == faults and division is not None:
            amounts = tuple(line.amounts[name].fen if name in line.amounts else Fen(0) for name in self.columns.money)
            line.row = RegisterRow(
                division.code, division.display_name, period, program, words, amounts, line.persons or 0
            )
        return line

    def _started(self, sheet: Sheet, header: FoundColumns, row: Row, report: Report) -> Line:
        line = Line(row.number, address(min(header.columns.values()), row.number))
        for name in self.columns.money:
            if name in header.columns:
                cell = row.cell(header.columns[name])
                amount = read_amount(sheet.name, row.number, cell, self.unit, report)
                if amount is not None:
                    line.amounts[name] = amount
                line.is_sound = line.is_sound and (amount is not None or is_empty(cell))
        return line

    def _refuse_personal_data(self, header: FoundColumns, at: _Place) -> None:
        """Every cell of the row, whatever stands over it: nobody's number has a place in a register."""
        unread = {column for column, (_place, text) in header.texts.items() if self.headings.is_unread(text)}
        for cell in at.row.cells:
            if cell.column not in unread and self._is_personal(cell):
                at.refuse(cell, N_("这一格像是身份证号、银行卡号或电话：登记表不写个人，请删去"))

    def _is_personal(self, cell: Cell) -> bool:
        if find_personal_data(cell.text):
            return True
        return self.kind is RegisterKind.DISBURSEMENTS and bool(_LONG_NUMBER.search(compact(cell.text)))

    def _require_amounts(self, line: Line, header: FoundColumns, at: _Place) -> None:
        for name in self.columns.money:
            if name in header.columns and name not in line.amounts and name not in MAY_BE_EMPTY:
                cell = at.row.cell(header.columns[name])
                if is_empty(cell):
                    at.refuse(cell, N_("没有写金额（空白，或公式没有结果）：请补填"))

    def _check_balance(self, line: Line, at: _Place) -> None:
        """期初 + 增加 − 使用 = 余额, to the fen."""
        balance, opening = line.amounts.get(RegisterColumn.BALANCE), line.amounts.get(RegisterColumn.OPENING)
        if balance is None or opening is None or not line.is_sound:
            return
        nothing = Amount(Fen(0), 0, "")
        added, used = (line.amounts.get(name, nothing) for name in (RegisterColumn.ADDED, RegisterColumn.USED))
        makes = Fen(opening.fen + added.fen - used.fen)
        if balance.fen != makes:
            text = N_("余额写的是%(stated)s元，期初加增加减使用是%(summed)s元，相差%(off)s元")
            at.report.refuse(at.sheet, balance.place, off_by(text, balance.fen, makes))

    def _persons(self, line: Line, header: FoundColumns, at: _Place) -> int | None:
        """How many persons a row is about: nobody only where no money has moved."""
        if RegisterColumn.PERSONS not in header.columns:
            return None
        cell = at.row.cell(header.columns[RegisterColumn.PERSONS])
        moved = line.amounts.get(self.columns.moved)
        has_moved = self.kind is not RegisterKind.RESERVE_FUND or (moved is not None and moved.fen > 0)
        persons = 0 if is_empty(cell) else self._count(at, cell)
        if not line.is_sound:
            return persons
        if persons == 0 and has_moved:
            at.refuse(cell, N_("这一行有金额，人次不能空着，也不能是0：请补填"))
        elif persons and not has_moved:
            at.refuse(cell, N_("没有使用金额，却有人次：请核对"))
        return persons

    def _count(self, at: _Place, cell: Cell) -> int | None:
        number = read_number(cell)
        if isinstance(number, Message):
            at.report.fault(at.sheet, at.row.number, cell, number)
            return None
        if number is None or number < 0 or number != number.to_integral_value():
            at.refuse(cell, N_("人次须是不小于0的整数"))
            return None
        return int(number)

    def _division(self, header: FoundColumns, at: _Place) -> Division | None:
        if "division" not in header.columns:
            self._refuse_unheaded(at)
            return self.names.own
        cell = at.row.cell(header.columns["division"])
        found = self.names.find(cell.text) or self.names.find(self.headings.place_of(cell.text))
        if is_empty(cell):
            at.refuse(cell, N_("这一行有金额，没有写区划：请补填区划，或删去这一行"))
        elif found is None:
            text = N_("没有这个区划，或它不在这份登记表的范围内：请按规范名称改写")
            at.report.refuse(at.sheet, address(cell.column, at.row.number), Message(text), shown_value(cell.text))
        return found

    def _refuse_unheaded(self, at: _Place) -> None:
        """A register without a column of divisions is of its own one: no row of it may name another."""
        for cell in at.row.cells:
            if self.names.find(cell.text):
                at.refuse(
                    cell, N_("这一格写的是区划，表头却看不出：请把这一列的表头写成“乡镇（街道）”或“县（市、区）”")
                )

    def _period(self, header: FoundColumns, at: _Place) -> Period:
        if "period" not in header.columns:
            return self.period
        cell = at.row.cell(header.columns["period"])
        if is_empty(cell):
            return self.period
        found = read_period(cell.text, self.period.year)
        if found is None:
            at.refuse(cell, N_("看不出是什么时间：请写成 2026-10-12、10月、第三季度的样子"))
        elif not self.period.holds(found):
            at.refuse(cell, N_("这个时间不在本表所说的%(period)s里：请核对"), period=str(self.period))
        return found or self.period

    def _program(self, header: FoundColumns, at: _Place) -> Program | None:
        cell = at.row.cell(header.columns["program"]) if "program" in header.columns else None
        if cell is None or is_empty(cell) or heading_key(cell.text) in _EVERY_PROGRAM:
            return self.program
        code = self.codes.named(cell.text, self.period.year)
        if code is None or code.program is None:
            at.refuse(cell, N_("看不出是哪个救助项目：请写低保、特困或临时救助，或者留空"))
            return None
        return code.program

    def _words(self, header: FoundColumns, at: _Place) -> tuple[str, ...]:
        read = {
            RegisterColumn.REASON: self._reason, RegisterColumn.QUANTITY: self._quantity,
            RegisterColumn.SOURCE: self._source, RegisterColumn.DOCUMENT: self._document,
        }  # fmt: skip
        cells = [(name, at.row.cell(header.columns[name])) for name in self.columns.words if name in header.columns]
        found = {name: read.get(name, self._word)(at, name, cell) for name, cell in cells}
        return tuple(found.get(name, "") for name in self.columns.words)

    def _word(self, at: _Place, name: RegisterColumn, cell: Cell) -> str:
        fault = broken(cell)
        word = "" if is_empty(cell) else _BLANKS.sub(" ", cell.text).strip()
        if fault:
            at.report.fault(at.sheet, at.row.number, cell, fault)
        elif not word and name not in MAY_BE_EMPTY:
            at.refuse(cell, N_("没有写%(column)s：请补填"), column=COLUMN_NAMES[name])
        elif len(word) > LONGEST_WORD:
            at.refuse(cell, N_("这一格最多写%(count)s个字：说明请写在表外"), count=LONGEST_WORD)
        return word

    def _reason(self, at: _Place, _name: RegisterColumn, cell: Cell) -> str:
        found = self.headings.reason(cell.text)
        if found is None:
            listed = "、".join(REASON_NAMES.values())
            at.refuse(cell, N_("退回原因须是这几种之一：%(reasons)s"), reasons=listed)
        return found or ""

    def _source(self, at: _Place, _name: RegisterColumn, cell: Cell) -> str:
        """Nothing where nothing is told; a cell with two sources is two rows."""
        found = None if is_empty(cell) else self.funds.source(cell.text)
        if found is None and not is_empty(cell):
            listed = "、".join(SOURCE_NAMES.values())
            at.refuse(cell, N_("资金来源须是这几种之一，一行只写一种：%(sources)s"), sources=listed)
        return found or ""

    def _document(self, at: _Place, _name: RegisterColumn, cell: Cell) -> str:
        found = "" if is_empty(cell) else document_number(cell.text)
        if found is None:
            at.refuse(cell, N_("文号须是 济财社〔2026〕12号 的样子：说明请写在表外"))
        return found or ""

    def _quantity(self, at: _Place, _name: RegisterColumn, cell: Cell) -> str:
        number = read_number(cell)
        if isinstance(number, Message):
            at.report.fault(at.sheet, at.row.number, cell, number)
        elif number is None or number <= 0:
            at.refuse(cell, N_("数量须是大于0的数字"))
        else:
            return format(number.normalize(), "f")
        return ""
