"""Tables of transfers from a hotline: rows become submissions, or every fault is told with its cell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from portal.domain.case_texts import LONGEST_TEXT, faults_in_contact, tidy_line, tidy_phone, tidy_text
from portal.domain.cases import CaseKind, Category, Channel, ContactChoice, ExternalSystem
from portal.domain.errors import RefusedError
from portal.domain.intake import LONGEST_EXTERNAL_NUMBER as LONGEST_NUMBER
from portal.domain.intake import About, Contact, ExternalNumber, Submission, Telling
from portal.domain.messages import N_, Message
from portal.domain.sheets import Row, Sheet, Workbook, address, compact

HOTLINE = ExternalSystem.HOTLINE_12345
_MOST_ROWS_ABOVE = 10

PlaceOf = Callable[[str], str | None]
"""The code of the one division that a text means; nothing when it means none, or several."""


class TransferColumn(StrEnum):
    """What a column of such a table holds."""

    NUMBER = "number"
    TEXT = "text"
    PLACE = "place"
    KIND = "kind"
    NAME = "name"
    PHONE = "phone"
    HAPPENED = "happened"


NEEDED = (TransferColumn.NUMBER, TransferColumn.TEXT, TransferColumn.PLACE)


@dataclass(frozen=True, slots=True)
class TransferWords:
    """How hotlines name columns and kinds, as data."""

    columns: Mapping[str, TransferColumn]
    kinds: Mapping[str, CaseKind]


@dataclass(frozen=True, slots=True)
class TransferFault:
    """What is wrong with one cell; its value is not repeated."""

    cell: str
    message: Message


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row that can be taken, with the number of its row in the sheet."""

    row: int
    submission: Submission = field(repr=False)


@dataclass(frozen=True, slots=True)
class Transfers:
    """What a table holds; with a single fault nothing of it is taken in."""

    lines: tuple[Transfer, ...]
    faults: tuple[TransferFault, ...]


def transfer_words_from_table(table: Mapping[str, Any]) -> TransferWords:
    """The words from their table; KeyError when a column or kind is missing."""
    return TransferWords(
        columns={compact(word): column for column in TransferColumn for word in table[column]},
        kinds={compact(word): CaseKind(kind) for kind, words in table["kinds"].items() for word in words},
    )


def read_transfers(workbook: Workbook, words: TransferWords, place_of: PlaceOf) -> Transfers:
    """Read the first sheet that has the needed columns; RefusedError when none has."""
    for sheet in workbook.sheets:
        found = _headed(sheet, words)
        if found:
            head, columns = found
            return _read(sheet, head, partial(_Line, columns=columns, words=words, place_of=place_of))
    raise RefusedError(N_("表格里没有找到“工单编号”“诉求内容”“事发地址”这三列，请核对表头"))


def _headed(sheet: Sheet, words: TransferWords) -> tuple[Row, dict[TransferColumn, int]] | None:
    for row in sheet.rows[:_MOST_ROWS_ABOVE]:
        columns: dict[TransferColumn, int] = {}
        for cell in row.cells:
            column = words.columns.get(compact(cell.text))
            if column:
                columns.setdefault(column, cell.column)
        if all(needed in columns for needed in NEEDED):
            return row, columns
    return None


def _read(sheet: Sheet, head: Row, line_of: "Callable[[Row], _Line]") -> Transfers:
    lines, faults, seen = [], [], dict[str, str]()
    for row in sheet.rows:
        if row.number <= head.number or not any(compact(cell.text) for cell in row.cells):
            continue
        line = line_of(row)
        wrong = list(line.faults())
        number = line.number
        if number in seen:
            wrong.append(line.fault(TransferColumn.NUMBER, N_("与%(cell)s的编号重复"), cell=seen[number]))
        seen.setdefault(number, line.cell(TransferColumn.NUMBER))
        faults += wrong
        if not wrong:
            lines.append(Transfer(row.number, line.submission()))
    return Transfers(tuple(lines), tuple(faults))


@dataclass(frozen=True, slots=True)
class _Line:
    """One row, read column by column."""

    row: Row
    columns: Mapping[TransferColumn, int]
    words: TransferWords
    place_of: PlaceOf

    def text(self, column: TransferColumn) -> str:
        place = self.columns.get(column)
        return "" if place is None else self.row.cell(place).text.strip()

    def cell(self, column: TransferColumn) -> str:
        return address(self.columns[column], self.row.number)

    def fault(self, column: TransferColumn, text: str, **params: str | int) -> TransferFault:
        return TransferFault(self.cell(column), Message(text, params))

    @property
    def number(self) -> str:
        return compact(self.text(TransferColumn.NUMBER)).upper()

    @property
    def kind(self) -> CaseKind | None:
        word = compact(self.text(TransferColumn.KIND))
        return self.words.kinds.get(word) if word else CaseKind.COMPLAINT

    @property
    def contact(self) -> Contact:
        name, phone = tidy_line(self.text(TransferColumn.NAME)), tidy_phone(self.text(TransferColumn.PHONE))
        if name and phone:
            return Contact(ContactChoice.NAMED, name=name, phone=phone)
        if phone:
            return Contact(ContactChoice.CONTACT_ONLY, phone=phone)
        return Contact(ContactChoice.ANONYMOUS)

    def faults(self) -> Iterator[TransferFault]:
        """What cannot be taken, cell by cell."""
        told = tidy_text(self.text(TransferColumn.TEXT))
        if not 0 < len(self.number) <= LONGEST_NUMBER:
            yield self.fault(TransferColumn.NUMBER, N_("请填写工单编号，最多%(most)d个字"), most=LONGEST_NUMBER)
        if not compact(told):
            yield self.fault(TransferColumn.TEXT, N_("诉求内容是空的"))
        elif len(told) > LONGEST_TEXT:
            yield self.fault(TransferColumn.TEXT, N_("诉求内容最多%(most)d个字"), most=LONGEST_TEXT)
        if self.place_of(self.text(TransferColumn.PLACE)) is None:
            yield self.fault(TransferColumn.PLACE, N_("认不出这个地方，或者有好几个同名的：请写明县、镇和村"))
        if self.kind is None:
            yield self.fault(TransferColumn.KIND, N_("认不出这个类型：请写投诉、举报、咨询、建议或求助"))
        for column, text in faults_in_contact(self.contact).items():
            yield TransferFault(self.cell(TransferColumn(column)), text)

    def submission(self) -> Submission:
        """The row as a submission; asked for only when it has no fault."""
        kind = self.kind or CaseKind.COMPLAINT
        division = self.place_of(self.text(TransferColumn.PLACE)) or ""
        return Submission(
            About(kind, Category.OTHER, division),
            Telling(tidy_text(self.text(TransferColumn.TEXT)), tidy_line(self.text(TransferColumn.HAPPENED))),
            self.contact,
            channel=Channel.HOTLINE_12345,
            external=ExternalNumber(HOTLINE, self.number),
        )
