"""A table of standards becomes entries, or every fault with its cell; with any fault nothing of it may be used."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from portal.domain.divisions import Division, Level
from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, fen, parse_yuan
from portal.domain.programs import Program
from portal.domain.redaction import find_personal_data
from portal.domain.roster_report import Report
from portal.domain.roster_values import Problem
from portal.domain.sheets import Cell, CellKind, Row, Sheet, Workbook, address, compact
from portal.domain.standards import Series, Standard, StandardResidence, Standards, residences_of
from portal.domain.typed_text import day_in

MOST_ROWS = 2000
LONGEST = {"document_number": 40, "note": 200}
_NEEDED = ("program", "residence", "division", "valid_from", "yuan")
_ROWS_OF_TITLES = 5
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class StandardWords:
    """The words of `standard_words.toml`, and the least and the most yuan that are believed."""

    columns: Mapping[str, str]
    programs: Mapping[str, Program]
    residences: Mapping[str, StandardResidence]
    least: Fen
    most: Fen

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "StandardWords":
        """Read the table; a word leads to what it means."""
        bounds = (fen(Decimal(table["bounds"][name])) for name in ("least", "most"))
        return cls(
            _by_word(table["columns"], str), _by_word(table["programs"], Program),
            _by_word(table["residences"], StandardResidence), *bounds,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class StandardSheet:
    """A table read: what is new, how many of it correct an amount, how many stood there already, or the faults."""

    entries: tuple[Standard, ...]
    corrections: int
    unchanged: int
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Reading:
    """One sheet while it is read: `places` are those of the reader's own."""

    sheet: Sheet
    columns: Mapping[str, int]
    words: StandardWords
    places: Mapping[str, Division]
    report: Report
    seen: set[Series] = field(default_factory=set)

    def cell(self, row: Row, name: str) -> Cell:
        """A cell by the name of its column; empty when the table has no such column."""
        return row.cell(self.columns.get(name, -1))

    def refuse(self, row: Row, name: str, text: str, **params: str) -> None:
        """Note a fault at a cell, or at the row's first one when the table has no such column."""
        place = address(max(self.columns.get(name, 0), 0), row.number)
        self.report.refuse(self.sheet.name, place, Message(text, params))


def read_standards(
    workbook: Workbook, words: StandardWords, places: Mapping[str, Division], known: Standards, *, corrects: bool
) -> StandardSheet:
    """Read the first visible sheet. An amount for a day that has another one is a fault, unless the file `corrects`."""
    report = Report()
    sheet = next((one for one in workbook.sheets if not one.hidden and one.rows), None)
    header = _header(sheet, words) if sheet else None
    if sheet is None or header is None:
        text = N_("没有找到表头：要有救助项目、城乡、区划代码、执行日期、标准（元/人·月），并有发文字号或说明")
        report.refuse(sheet.name if sheet else "", "A1", Message(text))
        return StandardSheet((), 0, 0, tuple(report.problems.values()))
    place, columns = header
    reading = _Reading(sheet, columns, words, places, report)
    rows = [row for row in sheet.rows[place + 1 :] if any(compact(cell.text) for cell in row.cells)]
    if not rows or len(rows) > MOST_ROWS:
        report.refuse(sheet.name, address(0, sheet.rows[place].number), Message(N_("表里没有标准，或行数太多")))
    return _entries(reading, rows[:MOST_ROWS], known, corrects=corrects)


def read_standard(
    typed: Mapping[str, str], program: Program, words: StandardWords, places: Mapping[str, Division], known: Standards,
    *, corrects: bool,
) -> tuple[StandardSheet, Mapping[str, Message]]:  # fmt: skip
    """Read one standard that was typed, as a table of one row; its faults also by the name of what was typed."""
    columns = {name: column for column, name in enumerate((*_NEEDED, *LONGEST))}
    word = next(word for word, meaning in words.programs.items() if meaning is program)
    told = {**typed, "program": word}
    row = Row(1, tuple(Cell(column, told.get(name, ""), CellKind.TEXT) for name, column in columns.items()))
    reading = _Reading(Sheet("", (row,)), columns, words, places, Report())
    read = _entries(reading, [row], known, corrects=corrects)
    names = {address(column, 1): name for name, column in columns.items()}
    return read, {names[problem.cell]: problem.message for problem in read.problems}


def _entries(reading: _Reading, rows: Sequence[Row], known: Standards, *, corrects: bool) -> StandardSheet:
    read = [(row, standard) for row in rows if (standard := _standard(reading, row))]
    new = [(row, standard) for row, standard in read if not known.stands(standard)]
    corrections = [(row, standard) for row, standard in new if known.of(standard.series)]
    for row, standard in corrections:
        _check_correction(reading, row, standard, corrects=corrects)
    problems = reading.report.in_order([reading.sheet.name])
    entries = () if problems else tuple(standard for _row, standard in new)
    return StandardSheet(entries, len(corrections), len(read) - len(new), problems)


def _by_word(table: Mapping[str, Collection[str]], meaning: Callable[[str], _T]) -> dict[str, _T]:
    return {_key(word): meaning(name) for name, words in table.items() for word in words}


def _key(text: str) -> str:
    return compact(text).casefold()


def _header(sheet: Sheet, words: StandardWords) -> tuple[int, dict[str, int]] | None:
    for place, row in enumerate(sheet.rows[:_ROWS_OF_TITLES]):
        found = {words.columns.get(_key(cell.text), ""): cell.column for cell in reversed(row.cells)}
        if all(name in found for name in _NEEDED):
            return place, found
    return None


def _standard(reading: _Reading, row: Row) -> Standard | None:
    program = reading.words.programs.get(_key(reading.cell(row, "program").text))
    if program is None:
        reading.refuse(row, "program", N_("救助项目写低保、特困或小额快救上限"))
    residence = reading.words.residences.get(_key(reading.cell(row, "residence").text))
    if residence is None or (program and residence not in residences_of(program)):
        reading.refuse(row, "residence", N_("这一格写城市或农村，两者相同的各写一行；小额快救上限写不分城乡"))
        residence = None
    place, day = _place(reading, row), _day(reading, row)
    amount, basis = _amount(reading, row), _basis(reading, row)
    if program is None or residence is None or place is None or day is None or amount is None or basis is None:
        return None
    series = Series(program, residence, place.code, day)
    if series in reading.seen:
        reading.refuse(row, "valid_from", N_("同一项目、同一地方、同一天的标准写了两次"))
    reading.seen.add(series)
    return Standard(series, amount, *basis)


def _place(reading: _Reading, row: Row) -> Division | None:
    place = reading.places.get(compact(reading.cell(row, "division").text))
    if place is None or place.level not in {Level.CITY, Level.COUNTY}:
        reading.refuse(row, "division", N_("这里写本单位范围内的市或县（市、区）的区划代码"))
        return None
    return place


def _day(reading: _Reading, row: Row) -> date | None:
    day = day_in(compact(reading.cell(row, "valid_from").text))
    if day is None:
        reading.refuse(row, "valid_from", N_("看不懂这个日期，请写成 2026年1月5日 或 2026-1-5"))
    return day


def _amount(reading: _Reading, row: Row) -> Fen | None:
    try:
        amount = fen(parse_yuan(reading.cell(row, "yuan").text))
    except InvalidError as error:
        reading.refuse(row, "yuan", error.message.text)
        return None
    if not reading.words.least <= amount <= reading.words.most:
        text = N_("每人每月%(least)s元到%(most)s元之外的标准不能登记：请核对是不是按年写的，或写错了单位")
        bounds = {"least": str(reading.words.least // 100), "most": str(reading.words.most // 100)}
        reading.refuse(row, "yuan", text, **bounds)
        return None
    return amount


def _basis(reading: _Reading, row: Row) -> tuple[str, str] | None:
    """The document's number and the note, of which one is needed; neither may tell of a person."""
    told = {name: reading.cell(row, name).text.strip() for name in ("document_number", "note")}
    if not any(told.values()):
        reading.refuse(row, "document_number", N_("没有写依据：请写发文字号，或在说明里写明"))
        return None
    for name, text in told.items():
        if len(text) > LONGEST[name]:
            reading.refuse(row, name, N_("最多%(most)s个字"), most=str(LONGEST[name]))
        if find_personal_data(text):
            reading.refuse(row, name, N_("这里有像身份证号、银行卡号或手机号的文字，请删去"))
    return told["document_number"], told["note"]


def _check_correction(reading: _Reading, row: Row, standard: Standard, *, corrects: bool) -> None:
    if not corrects:
        text = N_("这一天已登记另一个标准，不能改动：标准调整写新的执行日期；原来登记错了，作为更正再登记一次")
        reading.refuse(row, "yuan", text)
    elif not standard.note:
        reading.refuse(row, "note", N_("更正要写说明，公众会看到"))
