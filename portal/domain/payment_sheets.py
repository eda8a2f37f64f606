"""A roster of payments (发放花名册) becomes counts and sums by place, or every fault with its cell.

The people of the roster leave this module only as numbers to be hashed, never to be stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.messages import N_, Message
from portal.domain.money import Fen
from portal.domain.payment_checks import (
    check_columns,
    check_months,
    check_places,
    check_programs,
    check_sheets,
    check_spans,
)
from portal.domain.payment_columns import TableHeader, find_table, names_people
from portal.domain.payment_places import PaidPlaces
from portal.domain.payment_summaries import compare_summaries
from portal.domain.payment_tables import TableReader, TableWords
from portal.domain.payment_titles import PaymentWords, TitleLine, Told, meant_by
from portal.domain.payments import PaymentBatch, PaymentKind, PaymentRow
from portal.domain.programs import Program
from portal.domain.roster_headings import ALWAYS_READ, Header, HeadingFinder, RosterColumn
from portal.domain.roster_report import Report
from portal.domain.roster_values import Problem, Recipient, RosterRequest, UnknownHeading
from portal.domain.rosters import read_roster
from portal.domain.sheets import RowsRead, Sheet, Workbook, address

MAX_ROWS = 250_000
"""A whole city's payments of one programme and month."""

COUNTED = {
    Program.SUBSISTENCE_ALLOWANCE: frozenset({RosterColumn.AMOUNT, RosterColumn.PERSONS_COVERED}),
    Program.EXTREME_POVERTY_SUPPORT: frozenset({RosterColumn.AMOUNT}),
    Program.TEMPORARY_ASSISTANCE: frozenset({RosterColumn.AMOUNT}),
}
"""Without which columns a roster is refused: 特困 is paid by person, 临时救助 by case."""

READ = frozenset(
    {
        RosterColumn.NAME,
        RosterColumn.ID_NUMBER,
        RosterColumn.VILLAGE,
        RosterColumn.PERSONS_COVERED,
        RosterColumn.AMOUNT,
    }
)
"""All that is ever read; accounts, telephones and remarks are not even looked at."""
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class PaymentSaid:
    """What the clerk says of a roster; what he leaves out is read above its table."""

    place: Division
    month: date
    program: Program | None = None
    paid_on: date | None = None
    document_number: str = ""
    standards: Mapping[str, int] = field(default_factory=dict)
    """Residence → fen per person, as in force in the month; empty when the bureau has entered none."""
    around: tuple[Division, ...] = ()
    """Which places a title may name by mistake."""


@dataclass(frozen=True, slots=True)
class PaidPerson:
    """Who was paid, for a keyed hash, and where his number stands."""

    number: str = field(repr=False)
    sheet: str
    column: int
    row: int

    @property
    def cell(self) -> str:
        """The address of the number's cell; only a problem asks for it."""
        return address(self.column, self.row)


@dataclass(frozen=True, slots=True)
class CountedBatch:
    """One batch and the people behind it; a table of sums names nobody."""

    batch: PaymentBatch
    people: tuple[PaidPerson, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class PaymentSheet:
    """A file read: with any problem there is no batch, and only the report may be used."""

    batches: tuple[CountedBatch, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unknown_headings: tuple[UnknownHeading, ...] = ()


def told_by_titles(lines: Sequence[TitleLine], program: Program | None, words: PaymentWords) -> Told:
    """Programme (unless the clerk has said it), kind and residence; the first line that speaks of one decides."""
    programs = (meant_by(line, words.programs) for line in lines)
    kinds = (meant_by(line, words.kinds) for line in lines)
    residences = (meant_by(line, words.residences) for line in lines)
    return Told(
        program or next(filter(None, programs), None),
        next(filter(None, kinds), PaymentKind.BASIC),
        next(filter(None, residences), None),
    )


def read_payments(
    workbook: Workbook, request: RosterRequest, told: Told, said: PaymentSaid, lines: Sequence[TitleLine],
    words: PaymentWords, tell: RowsRead | None = None,
) -> PaymentSheet:  # fmt: skip
    """Read the roster and hold its title and its sheets of sums against it."""
    report = Report()
    check_months(lines, said.month, report)
    check_spans(lines, told, report)
    check_places(lines, said.place, said.around, report)
    check_programs(lines, told, words, report)
    roster = read_roster(workbook, request, tell)
    for problem in roster.problems:
        report.refuse(problem.sheet, problem.cell, problem.message, problem.shown, about=problem.message.text)
    compared: frozenset[str] = frozenset()
    finder = HeadingFinder(request.headings, request.mapping, request.columns | ALWAYS_READ)
    lists = lists_in(workbook, finder)
    check_sheets([sheet.name for sheet, _ in lists], lines, told, words, report)
    for sheet, header in lists:
        check_columns(sheet, header, said.month, told, words, report)
    if not roster.problems and said.place.level is Level.TOWNSHIP:
        rows = _rows(roster.recipients, said.place.level, request)
        compared = compare_summaries(workbook.sheets, rows, request.villages, finder, report)
    problems = report.in_order([sheet.name for sheet in workbook.sheets])
    warnings = (*report.warnings, *(one for one in roster.warnings if one.sheet not in compared))
    if problems or told.program is None:
        return PaymentSheet((), problems, warnings, roster.unknown_headings)
    shares = [
        (_batch(code, share, request, told.program, told, said), share)
        for code, share in _shares(roster.recipients, said.place).items()
    ]
    columns = _identity_columns(workbook, finder)
    batches = tuple(CountedBatch(batch, _people(share, columns)) for batch, share in shares)
    above = (problem for batch, share in shares for problem in _above_standard(batch, share))
    return PaymentSheet(batches, (), (*warnings, *above))


def _shares(recipients: Sequence[Recipient], place: Division) -> dict[DivisionCode, list[Recipient]]:
    """Whom each batch is of: all of one place, or, in a file of the whole city, those of each county."""
    if place.level is not Level.CITY:
        return {place.code: list(recipients)}
    shares: dict[DivisionCode, list[Recipient]] = {}
    for one in recipients:
        shares.setdefault(DivisionCode(one.village.path.split("/")[1]), []).append(one)
    return dict(sorted(shares.items()))


def _batch(
    code: DivisionCode, share: Sequence[Recipient], request: RosterRequest, program: Program, told: Told,
    said: PaymentSaid,
) -> PaymentBatch:  # fmt: skip
    counts = all(one.persons_covered is not None for one in share)
    level = Level.COUNTY if said.place.level is Level.CITY else said.place.level
    return PaymentBatch(
        code, request.villages.names[code], level, said.month, program, told.kind, told.residence,
        _rows(share, level, request), counts or program is Program.EXTREME_POVERTY_SUPPORT, said.paid_on,
        said.document_number, said.standards.get(str(told.residence)),
    )  # fmt: skip


def _rows(recipients: Iterable[Recipient], level: Level, request: RosterRequest) -> tuple[PaymentRow, ...]:
    """The sums by village of a township, or by township of a county."""
    by_village = level is Level.TOWNSHIP
    sums: dict[DivisionCode, list[int]] = {}
    for one in recipients:
        code = one.village.code if by_village or one.village.parent is None else one.village.parent
        told = sums.setdefault(code, [0, 0, 0])
        told[0] += 1
        told[1] += one.persons_covered or 1
        told[2] += one.amount_fen or 0
    names = request.villages.names
    return tuple(
        PaymentRow(code, names[code], households, persons, Fen(amount))
        for code, (households, persons, amount) in sorted(sums.items())
    )


def _above_standard(batch: PaymentBatch, recipients: Sequence[Recipient]) -> Iterator[Problem]:
    """One warning for all rows above the standard times their persons; without a standard nothing is said."""
    if batch.standard_fen is None or batch.kind is not PaymentKind.BASIC or not batch.counts_persons:
        return
    limit = batch.standard_fen
    above = [one for one in recipients if (one.amount_fen or 0) > limit * (one.persons_covered or 1)]
    if above:
        rows = "、".join(str(one.row) for one in above[:_MOST_NAMED])
        text = N_("有%(count)d户的金额高于保障标准乘以人数（第%(rows)s行等）：分类施保、补发等请核对依据")
        yield Problem(above[0].sheet, address(0, above[0].row), Message(text, {"count": len(above), "rows": rows}))


def _identity_columns(workbook: Workbook, finder: HeadingFinder) -> dict[str, int]:
    headers = {sheet.name: finder.best(sheet) for sheet in workbook.sheets if sheet.rows and not sheet.hidden}
    return {name: header.columns.get(RosterColumn.ID_NUMBER, 0) for name, header in headers.items() if header}


def _people(share: Iterable[Recipient], columns: Mapping[str, int]) -> tuple[PaidPerson, ...]:
    """Everybody whose number the roster tells, further persons of a household too, with the cell where it stands."""
    return tuple(
        PaidPerson(number, one.sheet, columns.get(one.sheet, 0), row)
        for one in share
        for number, row in ((one.id_number, one.row), *((member.number, member.row) for member in one.members))
        if number
    )


Tables = Sequence[tuple[Sheet, TableHeader]]


def tables_in(
    workbook: Workbook, lines: Sequence[TitleLine], program: Program | None, words: TableWords, finder: HeadingFinder
) -> Tables:
    """The tables of sums of a file that names nobody; none where a visible sheet has a column of persons."""
    visible = [sheet for sheet in workbook.sheets if sheet.rows and not sheet.hidden]
    if any(names_people(sheet, finder.best(sheet)) for sheet in visible):
        return ()
    found = ((sheet, _table(sheet, lines, program, words)) for sheet in visible)
    return tuple((sheet, header) for sheet, header in found if header is not None)


def _table(sheet: Sheet, lines: Sequence[TitleLine], program: Program | None, words: TableWords) -> TableHeader | None:
    """Only what stands above the header says what its columns leave open: first it is found, then it is read."""
    own = [line for line in lines if line.sheet in {sheet.name, ""}]
    for default in (_UNTOLD, told_by_titles(own, program, words.titles)):
        header = find_table(sheet, words.titles, words.columns, default)
        if header:
            above = told_by_titles(lines_above(own, {sheet.name: header.first_row}), program, words.titles)
            return find_table(sheet, words.titles, words.columns, above)
    return None


_UNTOLD = Told(None, PaymentKind.BASIC, None)


def lists_in(workbook: Workbook, finder: HeadingFinder) -> list[tuple[Sheet, Header]]:
    """The visible sheets that list people, with their headers."""
    visible = (sheet for sheet in workbook.sheets if sheet.rows and not sheet.hidden)
    found = ((sheet, finder.best(sheet)) for sheet in visible)
    return [(sheet, header) for sheet, header in found if header and header.names_people]


def first_rows(workbook: Workbook, tables: Tables, finder: HeadingFinder) -> dict[str, int]:
    """Where the header of each sheet begins, as the sheet counts: of the tables of sums, else of the lists."""
    if tables:
        return {sheet.name: header.first_row for sheet, header in tables}
    return {sheet.name: sheet.rows[header.first].number for sheet, header in lists_in(workbook, finder)}


def lines_above(lines: Sequence[TitleLine], begin: Mapping[str, int]) -> tuple[TitleLine, ...]:
    """Without the lines that are rows of tables and lists themselves; `begin` is the first row of each sheet's."""
    return tuple(line for line in lines if line.row < begin.get(line.sheet, line.row + 1))


def read_tables(
    tables: Tables, places: PaidPlaces, said: PaymentSaid, lines: Sequence[TitleLine],
    words: TableWords,
) -> PaymentSheet:  # fmt: skip
    """Read the tables of sums of one month, every programme that they tell; one that was said alone is taken alone."""
    report = Report()
    check_months(lines, said.month, report)
    check_places(lines, said.place, said.around, report)
    reader = TableReader(places, words, report)
    for sheet, header in tables:
        reader.read(sheet, header)
    problems = report.in_order([sheet.name for sheet, _ in tables])
    batches = () if problems else tuple(map(CountedBatch, _batches(reader, said)))
    if not batches and not problems:
        problems = (Problem("", "", Message(N_("表里没有这个救助项目的数字：请核对"))),)
    return PaymentSheet(batches, problems, tuple(report.warnings))


def _batches(reader: TableReader, said: PaymentSaid) -> Iterator[PaymentBatch]:
    for told, figures in reader.figures.items():
        if told.program is None or said.program not in {None, told.program}:
            continue
        shares: dict[Division, list[PaymentRow]] = {}
        for code, one in sorted(figures.items()):
            leaf = reader.places.by_code[code]
            row = PaymentRow(code, leaf.display_name, one.households, one.persons, one.amount_fen)
            shares.setdefault(reader.places.batch_place(leaf), []).append(row)
        for place, rows in shares.items():
            yield PaymentBatch(
                place.code, place.display_name, place.level, said.month, told.program, told.kind, told.residence,
                tuple(rows), told in reader.counting, said.paid_on, said.document_number, counts_only=True,
            )  # fmt: skip
