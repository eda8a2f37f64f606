"""What a page of a register shows, and the same figures as CSV and as a workbook whose sums compute."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from portal.domain.funds import FundSource
from portal.domain.messages import Message
from portal.domain.money import Fen
from portal.domain.register_periods import Period
from portal.domain.register_words import explained, hidden_rows, small_register
from portal.domain.registers import (
    COLUMNS,
    Figures,
    KindColumns,
    RegisterColumn,
    RegisterKind,
    ReturnReason,
    ToldRegister,
    ToldRow,
    read_told,
)
from portal.domain.sheets import column_letters
from portal.domain.statistics import Shown
from portal.queries.publications import PublicView, RevisionLine, holds_now
from portal.queries.registers import RegisterSums
from portal.web.labels import label
from portal.web.workbook_answers import CellValue, Formula, SheetContent

FIRST_ROW = 3
STANDING = frozenset({RegisterColumn.OPENING, RegisterColumn.BALANCE})


@dataclass(frozen=True, slots=True)
class ShownRegister:
    """Everything that a template needs besides the frozen head; a draft's preview is its table alone."""

    kind: RegisterKind
    told: ToldRegister
    notes: tuple[Message, ...]
    revisions: Sequence[RevisionLine] = ()
    is_live: bool = True

    @property
    def columns(self) -> KindColumns:
        """The columns of its kind."""
        return COLUMNS[self.kind]

    @property
    def words(self) -> tuple[str, ...]:
        """The heads of the columns of words that some row tells."""
        told = (self.tells_period, self.tells_program, *self.told_words)
        when = _("时段") if self.columns.counts_persons else _("拨付日期")
        names = (when, _("救助项目"), *map(label, self.columns.words))
        return (_("地方"), *(str(name) for name, is_told in zip(names, told, strict=True) if is_told))

    @property
    def tells_period(self) -> bool:
        """Whether rows are of several periods; one that is of all of them stands above the table, but for a ledger."""
        periods = {row.period for row in self.told.rows}
        return len(periods) > 1 or (not self.columns.counts_persons and any(one.day for one in periods))

    @property
    def tells_program(self) -> bool:
        """Whether some row is of one programme."""
        return any(row.program for row in self.told.rows)

    @property
    def told_words(self) -> tuple[bool, ...]:
        """Of each column of words whether some row tells it: no column stands empty."""
        rows = [row.words for row in self.told.rows if row.words]
        return tuple(any(words[place] for words in rows) for place in range(len(self.columns.words)))

    def words_of(self, row: ToldRow) -> tuple[str, ...]:
        """The words of a row in the columns that are shown."""
        return tuple(word_label(word) for word, is_told in zip(row.words, self.told_words, strict=True) if is_told)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The heads of the columns of figures."""
        return heads_of(self.columns)


def heads_of(columns: KindColumns) -> tuple[str, ...]:
    """The heads of a kind's columns of figures: money with its unit, then persons where they are counted."""
    return tuple(
        str(_("%(name)s（元）", name=label(name)) if name in columns.money else label(name))
        for name in columns.numbers
    )  # fmt: skip


def shown_table(kind: RegisterKind, told: ToldRegister, least: int) -> ShownRegister:
    """A register ready for the table of its template, of a draft or of what the gate lets out."""
    notes = [small_register(least)] if told.total is None else [hidden_rows(least)] if told.rest else []
    return ShownRegister(kind, told, (explained(kind), *notes))


def shown_register(view: PublicView, revisions: Sequence[RevisionLine]) -> ShownRegister:
    """What the gate lets out, ready for its page."""
    head = view.head
    return replace(
        shown_table(RegisterKind(head["kind"]), read_told(head), head["least_persons"]),
        revisions=revisions,
        is_live=holds_now(revisions, view.ordinal),
    )


@dataclass(frozen=True, slots=True)
class RegisterSection:
    """The registers of one kind on the page of a year; `untold` stands in place of the figures of a small one."""

    kind: RegisterKind
    lines: tuple[RegisterSums, ...]
    untold: Shown = Shown.SMALL

    @property
    def money(self) -> tuple[RegisterColumn, ...]:
        """The columns of money of the kind."""
        return COLUMNS[self.kind].money

    @property
    def columns(self) -> tuple[RegisterColumn, ...]:
        """Every column of figures; the days of a ledger where some of them are known."""
        knows_days = any(RegisterColumn.DAYS in line.sums for line in self.lines)
        return (*COLUMNS[self.kind].numbers, *((RegisterColumn.DAYS,) if knows_days else ()))

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the columns of figures."""
        longest = (str(_("下达到拨付最长（天）")),) if RegisterColumn.DAYS in self.columns else ()
        return (*heads_of(COLUMNS[self.kind]), *longest)

    @property
    def totals(self) -> Mapping[RegisterColumn, int]:
        """What adds up over the periods: not what a fund begins or ends with. Of days it is the longest."""
        flows = [name for name in self.columns if name not in STANDING]
        found = {name: [line.sums[name] for line in self.lines if name in line.sums] for name in flows}
        return {name: (max if name is RegisterColumn.DAYS else sum)(told) for name, told in found.items()}


def register_sections(told: Sequence[RegisterSums]) -> tuple[RegisterSection, ...]:
    """The sections of a year page in the order of the kinds; one of which nothing is public is left out."""
    lines = {kind: tuple(one for one in told if one.kind is kind) for kind in RegisterKind}
    return tuple(RegisterSection(kind, own) for kind, own in lines.items() if own)


def csv_table(view: PublicView) -> tuple[list[str], list[list[Any]]]:
    """Head and rows, 其余 and 合计 last; amounts in yuan and in fen, what may not be told is an empty cell."""
    head, told = view.head, read_told(view.head)
    columns = COLUMNS[RegisterKind(head["kind"])]
    names = [_("登记种类"), _("区划代码"), _("地方"), _("时段"), _("救助项目")]
    names += [str(label(name)) for name in columns.words]
    for name in columns.money:
        names += [_("%(name)s（元）", name=label(name)), _("%(name)s（分）", name=label(name))]
    kind, blank = label(RegisterKind(head["kind"])), [None] * (len(columns.words) + 1)
    total = [head["place"]["code"], _("合计"), head["period"], *blank], told.total, _note(told.total, Shown.SMALL)
    lines = (*_lines(head, told, columns), total)
    rows = [[kind, *words, *_cells(figures, columns), note] for words, figures, note in lines]
    counted = [str(label(RegisterColumn.PERSONS))] if columns.counts_persons else []
    return [*names, *counted, _("说明")], rows


def _lines(
    head: Mapping[str, Any], told: ToldRegister, columns: KindColumns
) -> Iterator[tuple[list[Any], Figures | None, str]]:
    for row in told.rows:
        words = [word_label(word) for word in row.words] if row.figures else [None] * len(columns.words)
        program = label(row.program) if row.program else ""
        yield (
            [row.division, row.place, row.period.stored, program, *words], row.figures, _note(row.figures, row.shown)
        )  # fmt: skip
    if told.rest:
        yield [None, _("其余"), head["period"], *([None] * (len(columns.words) + 1))], told.rest, ""


def _note(figures: Figures | None, shown: Shown) -> str:
    """Why nothing is told."""
    return "" if figures else str(label(shown))


def _cells(figures: Figures | None, columns: KindColumns) -> list[Any]:
    if figures is None:
        return [None] * (len(columns.money) + len(columns.numbers))
    amounts = [value for amount in figures.amounts for value in (_yuan(amount), int(amount))]
    return [*amounts, *_counted(figures, columns)]


def _counted(figures: Figures, columns: KindColumns) -> list[int]:
    return [figures.persons] if columns.counts_persons else []


def workbook_sheets(view: PublicView) -> tuple[SheetContent, ...]:
    """The rows with live sums below; of a register too small to be told the rows alone."""
    shown = shown_register(view, ())
    told, columns = shown.told, shown.columns
    words = [_("地方"), _("时段"), _("救助项目"), *(str(label(name)) for name in columns.words)]
    rows: list[list[CellValue]] = [[view.title], [*words, *shown.numbers, _("说明")]]
    for line, figures, note in _lines(view.head, told, columns):
        rows.append(
            [*(value if value is None else str(value) for value in line[1:]), *_numbers(figures, columns), note]
        )
    if told.total:
        blank = [None] * (len(columns.words) + 2)
        rows.append([_("合计"), *blank, *_sums(told.total, columns, len(words), len(rows))])
    widths = (24, 14, 14, *(16 for _name in (*columns.words, *columns.numbers)), 20)
    return (SheetContent(str(label(shown.kind)), rows, widths),)


def _numbers(figures: Figures | None, columns: KindColumns) -> list[CellValue]:
    if figures is None:
        return [None] * len(columns.numbers)
    return [*map(_yuan, figures.amounts), *map(Decimal, _counted(figures, columns))]


def _sums(total: Figures, columns: KindColumns, words: int, last: int) -> list[CellValue]:
    results = (*map(_yuan, total.amounts), *map(Decimal, _counted(total, columns)))
    letters = [column_letters(words + place) for place in range(len(results))]
    return [
        Formula(f"SUM({letter}{FIRST_ROW}:{letter}{last})", result)
        for letter, result in zip(letters, results, strict=True)
    ]


def _yuan(amount: Fen) -> Decimal:
    return Decimal(amount).scaleb(-2)


def word_label(word: str) -> str:
    """A word of a row as people read it; reasons and sources are stored by their names."""
    named = next((kind(word) for kind in (ReturnReason, FundSource) if word in set(kind)), None)
    return str(label(named)) if named else word


def period_label(period: Period) -> str:
    """A period in the language of the page."""
    told = {"year": period.year, "month": period.month, "day": period.day, "number": period.quarter}
    if period.quarter:
        return str(_("%(year)s年第%(number)s季度", **told))
    if period.day:
        return str(_("%(year)s年%(month)s月%(day)s日", **told))
    return str(_("%(year)s年%(month)s月", **told) if period.month else _("%(year)s年", **told))


def stored_period(stored: str) -> str:
    """The period of a snapshot in the language of the page."""
    return period_label(Period.of_stored(stored))


def install(app: Flask) -> None:
    """Give the words to the templates."""
    app.jinja_env.filters["stored_period"] = stored_period
    app.jinja_env.filters["period_label"] = period_label
