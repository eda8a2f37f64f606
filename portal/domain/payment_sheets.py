"""A roster of payments (发放花名册) becomes counts and sums by place, or every fault with its cell.

The people of the roster leave this module only as numbers to be hashed, never to be stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.messages import N_, Message
from portal.domain.money import Fen
from portal.domain.payment_summaries import compare_summaries
from portal.domain.payment_titles import PaymentWords, TitleLine, meant_by
from portal.domain.payments import PaymentBatch, PaymentKind, PaymentRow, Residence
from portal.domain.programs import Program
from portal.domain.roster_headings import ALWAYS_READ, HeadingFinder, RosterColumn
from portal.domain.roster_report import Report
from portal.domain.roster_values import Problem, Recipient, Roster, RosterRequest, UnknownHeading
from portal.domain.rosters import read_roster
from portal.domain.sheets import RowsRead, Workbook, address

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
class PaymentSheet:
    """A roster read: with any problem there is no batch, and only the report may be used."""

    batch: PaymentBatch | None
    people: tuple[PaidPerson, ...] = field(repr=False)
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unknown_headings: tuple[UnknownHeading, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a roster pays, as said or as read from its title."""

    program: Program | None
    kind: PaymentKind
    residence: Residence | None


def told_by_titles(lines: Sequence[TitleLine], said: PaymentSaid, words: PaymentWords) -> Told:
    """Programme, kind and residence; the first line that speaks of one decides."""
    programs = (meant_by(line, words.programs) for line in lines)
    kinds = (meant_by(line, words.kinds) for line in lines)
    residences = (meant_by(line, words.residences) for line in lines)
    return Told(
        said.program or next(filter(None, programs), None),
        next(filter(None, kinds), PaymentKind.BASIC),
        next(filter(None, residences), None),
    )


def read_payments(
    workbook: Workbook, request: RosterRequest, told: Told, said: PaymentSaid, lines: Sequence[TitleLine],
    words: PaymentWords, tell: RowsRead | None = None,
) -> PaymentSheet:  # fmt: skip
    """Read the roster and hold its title and its sheets of sums against it."""
    report = Report()
    _check_titles(lines, told, said, words, report)
    roster = read_roster(workbook, request, tell)
    for problem in roster.problems:
        report.problems.setdefault((problem.sheet, problem.cell), problem)
    rows = _rows(roster.recipients, said.place, request)
    compared: frozenset[str] = frozenset()
    finder = HeadingFinder(request.headings, request.mapping, request.columns | ALWAYS_READ)
    if not roster.problems and said.place.level is Level.TOWNSHIP:
        compared = compare_summaries(workbook.sheets, rows, request.villages, finder, report)
    problems = report.in_order([sheet.name for sheet in workbook.sheets])
    warnings = tuple(one for one in roster.warnings if one.sheet not in compared)
    if problems or told.program is None:
        return PaymentSheet(None, (), problems, warnings, roster.unknown_headings)
    counts = all(one.persons_covered is not None for one in roster.recipients)
    batch = PaymentBatch(
        said.place.code, said.place.display_name, said.place.level, said.month, told.program, told.kind,
        told.residence, rows, counts or told.program is Program.EXTREME_POVERTY_SUPPORT, said.paid_on,
        said.document_number, said.standards.get(str(told.residence)),
    )  # fmt: skip
    above = _above_standard(batch, roster.recipients)
    return PaymentSheet(batch, _people(workbook, roster, finder), (), (*warnings, *above))


def _check_titles(
    lines: Sequence[TitleLine], told: Told, said: PaymentSaid, words: PaymentWords, report: Report
) -> None:
    """Whatever stands above the table and says something else than the clerk is told at its cell."""
    for line in lines:
        if line.month and line.month != said.month:
            params = {"told": f"{line.month:%Y-%m}", "said": f"{said.month:%Y-%m}"}
            report.refuse(line.sheet, line.place, Message(N_("写的是%(told)s，导入时说的是%(said)s：请核对"), params))
        program = meant_by(line, words.programs)
        if program and line.place and program is not told.program:
            report.refuse(line.sheet, line.place, Message(N_("标题写的是另一个救助项目：请核对选的项目和文件")))


def _rows(recipients: Iterable[Recipient], place: Division, request: RosterRequest) -> tuple[PaymentRow, ...]:
    """The sums by village of a township, or by township of a county or the city."""
    by_village = place.level is Level.TOWNSHIP or place.level is Level.VILLAGE
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


def _people(workbook: Workbook, roster: Roster, finder: HeadingFinder) -> tuple[PaidPerson, ...]:
    """Everybody whose number the roster tells, with the cell where it stands."""
    headers = {sheet.name: finder.best(sheet) for sheet in workbook.sheets if sheet.rows and not sheet.hidden}
    columns = {
        name: header.columns.get(RosterColumn.ID_NUMBER, 0) for name, header in headers.items() if header is not None
    }
    return tuple(
        PaidPerson(one.id_number, one.sheet, columns.get(one.sheet, 0), one.row)
        for one in roster.recipients
        if one.id_number
    )
