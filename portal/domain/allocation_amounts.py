"""One sheet of amounts while it is read: a line for each division, its sums checked; every fault goes to the report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.domain.allocation_headers import SIGNED, AmountHeader
from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.allocations import SIGNS, AdjustmentKind
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division, Level
from portal.domain.fund_tables import Amount, check_unit, place_of_unit, read_amount, stated_unit
from portal.domain.fund_titles import check_total, off_by
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.redaction import find_personal_data
from portal.domain.roster_headings import heading_key
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact


@dataclass(slots=True)
class Line:
    """One division's amounts by column name, and the words beside them.

    `name` is how the table calls it, which counts for what the office keeps itself.
    """

    division: Division
    name: str
    row: Row
    amounts: dict[str, Amount] = field(default_factory=dict)
    parts: Sequence[Amount | None] = ()
    reason: str = ""
    above: int = 0
    """Of a total: how many divisions stand above it."""


@dataclass(slots=True)
class Amounts:
    """One sheet of amounts while it is read."""

    sheet: Sheet
    header: AmountHeader
    unit: MoneyUnit
    lines: list[Line] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)
    remarks: list[Row] = field(default_factory=list)
    """Rows below the header without an amount."""

    def column(self, name: str) -> tuple[Fen, ...]:
        """One column's amounts; empty cells count as nothing."""
        return tuple(line.amounts[name].fen if name in line.amounts else Fen(0) for line in self.lines)

    @property
    def divisions(self) -> tuple[Division, ...]:
        """The divisions in the order of the table."""
        return tuple(line.division for line in self.lines)

    @property
    def finals(self) -> tuple[Fen, ...]:
        """The final amounts; without a column of totals they are the sums of the sources."""
        if self.header.total is not None:
            return self.column("total")
        parts = [self.column(name) for name in self._parts]
        return tuple(Fen(sum(amounts)) for amounts in zip(*parts, strict=True))

    @property
    def _parts(self) -> tuple[str, ...]:
        """What the final amounts are made of where no column tells them."""
        return tuple(self.header.sources) or ("computed",)

    @property
    def unit_fen(self) -> int:
        """The last decimal that the column of final amounts prints, in fen."""
        names = ("total",) if self.header.total is not None else self._parts
        printed = [line.amounts[name].decimals for line in self.lines for name in names if name in line.amounts]
        return self.unit.yuan * 100 // int(10 ** max(printed, default=0))


def read_amounts(
    sheet: Sheet, header: AmountHeader, headings: AllocationHeadings, names: DivisionNames, report: Report
) -> Amounts:
    """Read the rows below the header; sums that are off are faults, to the fen."""
    told = header.money_texts
    for column in header.twice:
        text = N_("有两列写的是同一种金额：请只留一列，或把表头写清楚")
        report.refuse(sheet.name, header.texts[column][0], Message(text))
    unit = stated_unit(sheet, header.first, told, report) or MoneyUnit.YUAN
    found = Amounts(sheet, header, unit)
    for row in sheet.rows[header.last + 1 :]:
        _read_row(found, row, headings, names, report)
    amounts = [line.amounts["total"] for line in found.lines if "total" in line.amounts]
    bounds = headings.funds.bounds[Level.TOWNSHIP if names.own.level is Level.COUNTY else Level.COUNTY]
    check_unit(sheet, place_of_unit(sheet, header.first, told), amounts, unit, bounds, report)
    _check_sums(found, report)
    if header.reason is not None and any(line.reason for line in found.lines):
        report.warn(sheet.name, header.texts[header.reason][0], _WORDS_ARE_READ)
    return found


_WORDS_ARE_READ = Message(N_("这一列的文字会作为金额与公式不同的理由公开：请核对其中没有个人的姓名和情况"))


def _read_row(found: Amounts, row: Row, headings: AllocationHeadings, names: DivisionNames, report: Report) -> None:
    header, name = found.header, row.cell(found.header.division)
    if any(headings.is_aside(cell.text) for cell in (name, *row.cells[:1])):
        return
    if not any(row.cell(column).kind is not CellKind.EMPTY for column in header.amount_columns):
        if names.find(name.text) in names.below:
            report.refuse(found.sheet.name, address(min(header.amount_columns), row.number), _NO_AMOUNT)
        found.remarks.append(row)
    elif _signs(row, name, names):
        return
    elif any(_is_total(cell, headings, names) for cell in (name, *row.cells[:2])):
        total = _line(found, names.own, row, report)
        total.above = len(found.lines)
        found.totals.append(total)
    elif division := _division(found, row, name, headings, names, report):
        found.lines.append(_line(found, division, row, report))


def _signs(row: Row, name: Cell, names: DivisionNames) -> bool:
    """Who made the table and who checked it (制表人：, 审核人：) stand below it."""
    words = not any(cell.kind is CellKind.NUMBER for cell in row.cells)
    signed = any(":" in compact(cell.text) for cell in (name, *row.cells[:1]))
    return words and signed and names.find(name.text) is None


_NO_AMOUNT = Message(N_("没有写金额（空白，或公式没有结果）：请补填"))


def _is_total(cell: Cell, headings: AllocationHeadings, names: DivisionNames) -> bool:
    """A row of the office's own division is the sum of all, unless it says that it keeps the money (市本级)."""
    own = {heading_key(names.own.name), heading_key(names.own.display_name)}
    return cell.kind is CellKind.TEXT and (headings.is_total(cell.text) or heading_key(cell.text) in own)


def _division(
    found: Amounts, row: Row, name: Cell, headings: AllocationHeadings, names: DivisionNames, report: Report
) -> Division | None:
    division, place, sheet = names.find(name.text), address(name.column, row.number), found.sheet
    if division is None and headings.is_reserve(name.text):
        division = names.own
    if row.number in sheet.hidden_rows:
        report.refuse(sheet.name, place, Message(N_("这一行被隐藏，却有金额：请取消隐藏，或删去这一行")))
    elif name.kind is CellKind.EMPTY:
        report.refuse(sheet.name, place, Message(N_("这一行有金额，没有写区划：请补填区划，或删去这一行")))
    elif division is None:
        text = N_("没有这个区划，或它不在本次分配的范围内：请按规范名称改写")
        report.refuse(sheet.name, place, Message(text), name.text[:20])
    elif division in found.divisions:
        report.refuse(sheet.name, place, Message(N_("这个区划写了两次")))
    else:
        return division
    return None


def _line(found: Amounts, division: Division, row: Row, report: Report) -> Line:
    line = Line(division, "".join(row.cell(found.header.division).text.split()), row)
    for name, columns in found.header.amounts.items():
        read = [_amount(found, row, column, report, signed=name in SIGNED) for column in columns]
        known = [amount for amount in read if amount is not None]
        if known:
            line.amounts[name] = Amount(
                Fen(sum(one.fen for one in known)), max(one.decimals for one in known), known[0].place
            )
    line.parts = [_amount(found, row, column, report) for column in found.header.parts]
    for kind in AdjustmentKind:
        if SIGNS[kind] < 0 and kind in line.amounts:
            told = line.amounts[kind]
            line.amounts[kind] = Amount(Fen(abs(told.fen)), told.decimals, told.place)
    if found.header.reason is not None:
        line.reason = _reason(found, row.cell(found.header.reason), row, report)
    return line


def _amount(found: Amounts, row: Row, column: int, report: Report, *, signed: bool = False) -> Amount | None:
    return read_amount(found.sheet.name, row.number, row.cell(column), found.unit, report, signed=signed)


def _reason(found: Amounts, cell: Cell, row: Row, report: Report) -> str:
    """The words beside an amount; the public may read them, so they name nobody."""
    words = " ".join(cell.text.split()) if cell.kind is CellKind.TEXT else ""
    if find_personal_data(words):
        text = N_("文字里有像身份证号、银行卡号、手机号或病情的内容，请删去后再办")
        report.fault(found.sheet.name, row.number, cell, Message(text))
    return words


def _check_sums(found: Amounts, report: Report) -> None:
    """Rows against totals, sources against each row: arithmetic stops, to the fen."""
    for line in (*found.lines, *found.totals):
        _check_row(found, line, report)
    if report.problems:
        return
    _check_parts(found, report)
    before = 0
    for place, total in enumerate(found.totals):
        after = found.totals[place + 1].above if place + 1 < len(found.totals) else len(found.lines)
        for name, stated in total.amounts.items():
            check_total(found.sheet.name, stated, tuple(_runs(found, name, (before, total.above, after))), report)
        before = total.above


def _check_parts(found: Amounts, report: Report) -> None:
    """Columns of programmes make the total: when they do so in most rows, they have to in all."""
    sums = [(line, [part for part in line.parts if part is not None]) for line in (*found.lines, *found.totals)]
    told = [(line, line.amounts["total"], parts) for line, parts in sums if parts and "total" in line.amounts]
    off = [(total, Fen(sum(part.fen for part in parts))) for _, total, parts in told]
    wrong = [(total, summed) for total, summed in off if total.fen != summed]
    if len(found.header.parts) > 1 and len(wrong) * 2 < len(off):
        for total, summed in wrong:
            report.refuse(found.sheet.name, total.place, off_by(_BY_PROGRAM, total.fen, summed))


def _runs(found: Amounts, name: str, bounds: tuple[int, int, int]) -> Iterable[tuple[Fen, ...]]:
    """What a total may be the sum of: all rows, those above it, its group above or below it."""
    amounts, (before, here, after) = found.column(name), bounds
    yield from (amounts, amounts[:here], amounts[before:here])
    if after > here:
        yield amounts[here:after]


def _check_row(found: Amounts, line: Line, report: Report) -> None:
    """A row's sources make its amount, and its computed amount with adjustments does too."""
    sheet, header = found.sheet.name, found.header
    told = line.amounts.get("total")
    if told is None:
        if header.total is not None and line not in found.totals:
            report.refuse(sheet, address(header.total, line.row.number), _NO_AMOUNT)
        return
    parts = [line.amounts[source].fen for source in header.sources if source in line.amounts]
    if parts and sum(parts) != told.fen:
        report.refuse(sheet, told.place, off_by(_BY_SOURCE, told.fen, Fen(sum(parts))))
    if "computed" in line.amounts:
        result = line.amounts["computed"].fen + _changed(line)
        if result != told.fen:
            report.refuse(sheet, told.place, off_by(_BY_FORMULA, told.fen, Fen(result)))


def _changed(line: Line) -> int:
    """What the columns between the computed and the final amount add up to."""
    by_hand = line.amounts["adjustment"].fen if "adjustment" in line.amounts else 0
    return by_hand + sum(SIGNS[kind] * line.amounts[kind].fen for kind in AdjustmentKind if kind in line.amounts)


_BY_SOURCE = N_("金额写的是%(stated)s元，各来源之和是%(summed)s元，相差%(off)s元")
_BY_PROGRAM = N_("金额写的是%(stated)s元，各项目之和是%(summed)s元，相差%(off)s元")
_BY_FORMULA = N_("金额写的是%(stated)s元，测算数加减调整是%(summed)s元，相差%(off)s元")


def compare(main: Amounts, other: Amounts, report: Report) -> None:
    """Two sheets of the same divisions may not tell different amounts, nor different divisions."""
    known = dict(zip(main.divisions, main.finals, strict=True))
    missing = N_("《%(sheet)s》里没有这个区划，两张表不一致")
    for line, amount in zip(other.lines, other.finals, strict=True):
        place = address(other.header.total or other.header.division, line.row.number)
        if line.division not in known:
            report.refuse(other.sheet.name, place, Message(missing, {"sheet": main.sheet.name}))
        elif known[line.division] != amount:
            text = N_("与《%(sheet)s》里同一区划的金额不一致")
            report.refuse(other.sheet.name, place, Message(text, {"sheet": main.sheet.name}))
    for line in main.lines:
        if line.division not in other.divisions:
            place = address(main.header.division, line.row.number)
            report.refuse(main.sheet.name, place, Message(missing, {"sheet": other.sheet.name}))
