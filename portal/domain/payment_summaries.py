"""A sheet of sums beside the roster (汇总表): it names nobody and must tell what the roster sums to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.divisions import Division, DivisionCode
from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message
from portal.domain.money import MoneyUnit, fen, format_yuan, parse_yuan
from portal.domain.payments import PaymentRow
from portal.domain.roster_cells import NO_FIGURE
from portal.domain.roster_headings import Header, HeadingFinder, RosterColumn, heading_key
from portal.domain.roster_report import Report
from portal.domain.roster_villages import VillageIndex
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_HOUSEHOLDS = frozenset({"户数", "发放户数", "保障户数", "享受户数", "低保户数"})
_TOTALS = ("合计", "总计", "共计", "小计")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet of sums: where it stands and which figure of a row it repeats."""

    column: int
    figure: str
    unit: MoneyUnit


def compare_summaries(
    sheets: Sequence[Sheet], rows: Sequence[PaymentRow], villages: VillageIndex, finder: HeadingFinder, report: Report
) -> frozenset[str]:
    """Hold every sheet of sums against the roster, cell by cell; answers with the names of the sheets compared."""
    compared = []
    for sheet in sheets:
        header = None if sheet.hidden or not sheet.rows else finder.best(sheet)
        columns = tuple(_columns(sheet, header)) if header and not header.names_people else ()
        if header is None or not columns or RosterColumn.VILLAGE not in header.columns:
            continue
        compared.append(sheet.name)
        _compare(sheet, header, columns, rows, villages, report)
    return frozenset(compared)


def _columns(sheet: Sheet, header: Header) -> Iterator[Column]:
    above = "".join(compact(cell.text) for row in sheet.rows[: header.last + 1] for cell in row.cells)
    unit = MoneyUnit.TEN_THOUSAND_YUAN if "万元" in above else MoneyUnit.YUAN
    for column, text in header.texts.items():
        if heading_key(text) in _HOUSEHOLDS:
            yield Column(column, "households", MoneyUnit.YUAN)
    for name, figure in ((RosterColumn.PERSONS_COVERED, "persons"), (RosterColumn.AMOUNT, "amount_fen")):
        if name in header.columns:
            yield Column(header.columns[name], figure, unit)


def _compare(
    sheet: Sheet, header: Header, columns: Sequence[Column], rows: Sequence[PaymentRow], villages: VillageIndex,
    report: Report,
) -> None:  # fmt: skip
    known: Mapping[DivisionCode, PaymentRow] = {row.code: row for row in rows}
    seen: set[DivisionCode] = set()
    for row in sheet.rows[header.last + 1 :]:
        name = row.cell(header.columns[RosterColumn.VILLAGE])
        if any(compact(cell.text).startswith(_TOTALS) for cell in row.cells[:3]):
            _compare_row(sheet, row, columns, rows, report)
            continue
        place = villages.find(name.text) if name.kind is CellKind.TEXT else None
        if isinstance(place, Division) and place.code in known:
            seen.add(place.code)
            _compare_row(sheet, row, columns, [known[place.code]], report)
        elif any(_figure(row.cell(one.column), one) for one in columns):
            report.refuse(
                sheet.name, address(name.column, row.number), Message(N_("花名册里没有这个村（社区），两张表不一致"))
            )
    for code in known.keys() - seen:
        place_name = known[code].name
        text = N_("汇总表里没有%(place)s，花名册里有，两张表不一致")
        report.refuse(sheet.name, address(0, header.row), Message(text, {"place": place_name}))


def _compare_row(sheet: Sheet, row: Row, columns: Sequence[Column], rows: Sequence[PaymentRow], report: Report) -> None:
    for one in columns:
        cell = row.cell(one.column)
        stated = _figure(cell, one)
        found = sum(getattr(place, one.figure) for place in rows)
        if cell.kind is not CellKind.EMPTY and stated != found:
            report.fault(sheet.name, row.number, cell, _off(one, stated, found))


def _figure(cell: Cell, column: Column) -> int | None:
    """A count, or an amount in fen; nothing for what is no number."""
    try:
        number = parse_yuan(cell.text, column.unit)
        if abs(number) >= NO_FIGURE:
            return None
        return int(fen(number)) if column.figure == "amount_fen" else int(number)
    except InvalidError:
        return None


def _off(column: Column, stated: int | None, found: int) -> Message:
    if stated is None:
        return Message(N_("这一格须是数字，不能有文字：单位只在表头写一次，说明请写在表外"))
    is_money = column.figure == "amount_fen"
    told = [format_yuan(one) if is_money else str(one) for one in (stated, found)]  # type: ignore[arg-type]
    text = N_("汇总表写的是%(stated)s，花名册相加是%(found)s，两张表不一致")
    return Message(text, {"stated": told[0], "found": told[1]})
