"""Sheets of money as the domain gets them, and the divisions that they speak of."""

from collections.abc import Sequence

from portal.data.tables import read_csv, read_toml
from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division, DivisionCode, Level, from_table
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_tables import FundHeadings
from portal.domain.sheets import Cell, CellKind, Row, Sheet, Workbook

HEADINGS = FundHeadings.from_table(read_toml("fund_headings.toml"))
ALLOCATION_HEADINGS = AllocationHeadings.from_table(read_toml("allocation_headings.toml"), HEADINGS)
CODES = FunctionCodes.from_table(read_toml("function_codes.toml"))
ALIASES = read_toml("division_aliases.toml")
DIVISIONS = from_table(read_csv("divisions.csv"))


def city() -> DivisionNames:
    """The city and its twelve counties with the two zones."""
    return DivisionNames(DIVISIONS[0], [one for one in DIVISIONS if one.level is Level.COUNTY], ALIASES)


def elsewhere(name: str, *below: str, level: Level = Level.TOWNSHIP) -> DivisionNames:
    """The divisions of another place, under codes of its own."""
    own = Division(DivisionCode("990000"), name, name, Level.CITY, None, "990000/")
    made = [
        Division(DivisionCode(f"9900{place:02d}"), one, one, level, own.code, f"990000/9900{place:02d}/")
        for place, one in enumerate(below, start=1)
    ]
    return DivisionNames(own, made, {})


def sheet(name: str, rows: Sequence[Sequence[object]]) -> Sheet:
    """A sheet of values; None is an empty cell."""
    return Sheet(
        name,
        tuple(
            Row(number, tuple(_cell(column, value) for column, value in enumerate(row) if value is not None))
            for number, row in enumerate(rows, start=1)
        ),
    )


def _cell(column: int, value: object) -> Cell:
    return Cell(column, str(value), CellKind.TEXT if isinstance(value, str) else CellKind.NUMBER)


def workbook(*sheets: Sheet) -> Workbook:
    """A workbook of such sheets."""
    return Workbook(sheets)
