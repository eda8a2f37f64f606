"""Builds small lists in memory and reads them as a first review of 许庄街道."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from portal.data.tables import read_csv, read_toml
from portal.domain.causes import CauseTable
from portal.domain.divisions import Division, DivisionCode, Level, display_name
from portal.domain.masking import clean_name
from portal.domain.programs import AssistanceType
from portal.domain.roster_headings import HeadingTable, RosterColumn
from portal.domain.roster_villages import VillageIndex
from portal.domain.rosters import Roster, RosterRequest, read_roster
from portal.domain.sheets import Sheet, Workbook
from portal.importing.values import cell_of, filled_down
from tests.samples.people import identity_number

LIST = frozenset(
    {RosterColumn.ID_NUMBER, RosterColumn.HOUSEHOLD_SIZE, RosterColumn.PERSONS_COVERED, RosterColumn.AMOUNT}
)
HEADER = ["序号", "村（社区）", "姓名", "身份证号码", "家庭人口", "保障人口", "月保障金额"]
NAMES = ["韩春梅", "孔凡星", "孟小河", "颜如意", "曾长庚", "亓文远", "仝大林", "赵一苇", "王二丫", "李三多"]


def number(order: int) -> str:
    """An identity number of an invented grown-up."""
    return identity_number(date(1950 + order % 40, 1 + order % 12, 1 + order % 28), order)


def row(order: int, **changes: object) -> list[object]:
    """One faultless row under HEADER; `changes` by heading letter A to G."""
    values: list[object] = [order, "甄庄村", NAMES[order % 10], number(order), 3, 2, 820]
    for letter, value in changes.items():
        values[ord(letter) - ord("A")] = value
    return values


def sheet(rows: Sequence[Sequence[object]], name: str = "名单", merges: Sequence[tuple[int, int, int]] = ()) -> Sheet:
    """A sheet of Python values; merges are (first row, last row, column from 0)."""
    cells = {
        at: {column: cell for column, value in enumerate(values) if (cell := cell_of(column, value))}
        for at, values in enumerate(rows, start=1)
    }
    return Sheet(name, filled_down({at: found for at, found in cells.items() if found}, merges, len(rows)))


@cache
def divisions() -> tuple[Division, ...]:
    return tuple(
        Division(
            DivisionCode(entry["code"]),
            entry["name"],
            display_name(entry["name"], Level(entry["level"])),
            Level(entry["level"]),
            DivisionCode(entry["parent"]) if entry["parent"] else None,
            "",
        )
        for entry in read_csv("divisions.csv")
    )


@cache
def place(code: str) -> VillageIndex:
    return VillageIndex([division for division in divisions() if division.code.startswith(code)])


@cache
def headings() -> HeadingTable:
    return HeadingTable.from_table(read_toml("headings.toml"))


@cache
def causes() -> CauseTable:
    return CauseTable.from_table(read_toml("causes.toml"))


def request(code: str = "370811002", **changes: object) -> RosterRequest:
    values: dict[str, object] = {
        "columns": LIST,
        "required": LIST,
        "id_required": True,
        "headings": headings(),
        "villages": place(code),
        "causes": causes(),
        "clean_name": clean_name,
    }
    return RosterRequest(**(values | changes))


def temporary(**changes: object) -> RosterRequest:
    columns = frozenset({RosterColumn.ID_NUMBER, RosterColumn.AMOUNT, RosterColumn.ASSISTANCE_TYPE, RosterColumn.CAUSE})
    values: dict[str, object] = {
        "columns": columns,
        "required": columns,
        "allowed_types": frozenset({AssistanceType.EXPENDITURE}),
    }
    return request(**(values | changes))


def read(*rows: Sequence[object], asked: RosterRequest | None = None, **options: object) -> Roster:
    return read_roster(Workbook((sheet(rows, **options),)), asked or request())


def read_sheets(*sheets: Sheet, asked: RosterRequest | None = None) -> Roster:
    return read_roster(Workbook(sheets), asked or request())


def cells(roster: Roster) -> list[str]:
    return [problem.cell for problem in roster.problems]


def said(roster: Roster) -> str:
    return " ".join(f"{problem.cell} {problem.shown} {problem.message}" for problem in roster.problems)
