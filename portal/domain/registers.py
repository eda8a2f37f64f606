"""Registers of money (资金登记): what stands beside the monthly payments, and what of it may be told.

Nobody is named: a row is of a division, a period and a programme, and counts persons. All amounts are fen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from portal.domain.divisions import DivisionCode
from portal.domain.funds import SOURCE_NAMES, FundSource
from portal.domain.money import Fen, MoneyUnit, stored_yuan, yuan_stored
from portal.domain.programs import PROGRAM_SHORT_NAMES, Program
from portal.domain.register_periods import Period
from portal.domain.statistics import CountAndAmount, Shown, suppress


class RegisterKind(StrEnum):
    """What a register tells: 备用金, what came back from banks, what was given by hand, what banks did not charge.

    DISBURSEMENTS (拨付) are of another sort: what left the treasury for a division. They count no persons.
    """

    RESERVE_FUND = "reserve_fund"
    RETURNS = "returns"
    CASH = "cash"
    GOODS = "goods"
    FEE_WAIVERS = "fee_waivers"
    DISBURSEMENTS = "disbursements"


class RegisterColumn(StrEnum):
    """What a row of one kind or another tells besides division, period and programme."""

    OPENING = "opening"
    ADDED = "added"
    USED = "used"
    BALANCE = "balance"
    REASON = "reason"
    ITEM = "item"
    QUANTITY = "quantity"
    MEASURE = "measure"
    BANK = "bank"
    WAIVED = "waived"
    SOURCE = "source"
    DOCUMENT = "document"
    DAYS = "days"
    AMOUNT = "amount"
    PERSONS = "persons"


class ReturnReason(StrEnum):
    """Why a payment came back."""

    DEATH = "death"
    WRONG_ACCOUNT = "wrong_account"
    PAID_TWICE = "paid_twice"
    TERMINATED = "terminated"
    OTHER = "other"


KIND_NAMES = {
    RegisterKind.RESERVE_FUND: "临时救助备用金",
    RegisterKind.RETURNS: "救助资金退回",
    RegisterKind.CASH: "救助金现金发放",
    RegisterKind.GOODS: "救助实物发放",
    RegisterKind.FEE_WAIVERS: "银行手续费减免",
    RegisterKind.DISBURSEMENTS: "救助资金拨付",
}
COLUMN_NAMES = {
    RegisterColumn.OPENING: "期初额度",
    RegisterColumn.ADDED: "本期增加",
    RegisterColumn.USED: "本期使用",
    RegisterColumn.BALANCE: "期末余额",
    RegisterColumn.REASON: "退回原因",
    RegisterColumn.ITEM: "物品",
    RegisterColumn.QUANTITY: "数量",
    RegisterColumn.MEASURE: "计量单位",
    RegisterColumn.BANK: "银行",
    RegisterColumn.WAIVED: "减免项目",
    RegisterColumn.SOURCE: "资金来源",
    RegisterColumn.DOCUMENT: "文号",
    RegisterColumn.DAYS: "下达到拨付（天）",
    RegisterColumn.AMOUNT: "金额",
    RegisterColumn.PERSONS: "人次",
}
REASON_NAMES = {
    ReturnReason.DEATH: "死亡",
    ReturnReason.WRONG_ACCOUNT: "账户错误",
    ReturnReason.PAID_TWICE: "重复发放",
    ReturnReason.TERMINATED: "终止救助",
    ReturnReason.OTHER: "其他",
}
"""How papers, titles and faults name a kind, a column and a reason; pages have labels of their own."""


@dataclass(frozen=True, slots=True)
class KindColumns:
    """The columns of one kind in their order; `moved` is the money that has reached persons or come back from them."""

    words: tuple[RegisterColumn, ...]
    money: tuple[RegisterColumn, ...]
    moved: RegisterColumn = RegisterColumn.AMOUNT
    counts_persons: bool = True

    @property
    def numbers(self) -> tuple[RegisterColumn, ...]:
        """The columns of figures: money, and persons where the kind counts them."""
        return (*self.money, *((RegisterColumn.PERSONS,) if self.counts_persons else ()))

    def moved_fen(self, amounts: Sequence[Fen]) -> Fen:
        """The moved amount of a row."""
        return amounts[self.money.index(self.moved)]


_AMOUNT = (RegisterColumn.AMOUNT,)
_COUNTY_DIGITS = 6
"""A division below a county has a longer code."""
COLUMNS: Mapping[RegisterKind, KindColumns] = {
    RegisterKind.RESERVE_FUND: KindColumns(
        (),
        (RegisterColumn.OPENING, RegisterColumn.ADDED, RegisterColumn.USED, RegisterColumn.BALANCE),
        RegisterColumn.USED,
    ),
    RegisterKind.RETURNS: KindColumns((RegisterColumn.REASON,), _AMOUNT),
    RegisterKind.CASH: KindColumns((), _AMOUNT),
    RegisterKind.GOODS: KindColumns(
        (RegisterColumn.ITEM, RegisterColumn.QUANTITY, RegisterColumn.MEASURE), _AMOUNT
    ),
    RegisterKind.FEE_WAIVERS: KindColumns((RegisterColumn.BANK, RegisterColumn.WAIVED), _AMOUNT),
    RegisterKind.DISBURSEMENTS: KindColumns(
        (RegisterColumn.SOURCE, RegisterColumn.DOCUMENT, RegisterColumn.DAYS), _AMOUNT, counts_persons=False
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row; words and amounts in the order of the kind's columns."""

    division: DivisionCode
    place: str
    period: Period
    program: Program | None
    words: tuple[str, ...]
    amounts: tuple[Fen, ...]
    persons: int


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """One register as its office hands it in: never shown to the public as it is, see `told_by`."""

    kind: RegisterKind
    place: DivisionCode
    place_name: str
    year: int
    period: Period
    unit: MoneyUnit
    rows: tuple[RegisterRow, ...]

    @property
    def columns(self) -> KindColumns:
        """The columns of its kind."""
        return COLUMNS[self.kind]

    @property
    def title(self) -> str:
        """The title that the public reads; no word of it comes from the sheet."""
        return f"{self.place_name}{self.period}{KIND_NAMES[self.kind]}登记"

    @property
    def moved_fen(self) -> Fen:
        """What has reached persons or come back from them, altogether."""
        return Fen(sum(self.columns.moved_fen(row.amounts) for row in self.rows))


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of a row or of a sum: all of it or nothing."""

    amounts: tuple[Fen, ...]
    persons: int


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One row as the public may see it; without figures its words are gone too."""

    division: DivisionCode
    place: str
    period: Period
    program: Program | None
    shown: Shown
    words: tuple[str, ...]
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class ToldRegister:
    """What may be told of a register: rows and `rest` (其余) always add up to `total`.

    `total` is None when all of it is about so few persons that nothing may be told; `rest` when nothing is hidden.
    """

    rows: tuple[ToldRow, ...]
    rest: Figures | None
    total: Figures | None

    @property
    def hidden(self) -> Mapping[DivisionCode, str]:
        """The places of which some row is not told, with their names."""
        return {row.division: row.place for row in self.rows if row.figures is None}


def name_of(row: ToldRow) -> str:
    """A row in the words of a paper: place, programme, period, and what its kind tells."""
    program = PROGRAM_SHORT_NAMES[row.program] if row.program else ""
    return " ".join(filter(None, (row.place, program, str(row.period), *map(word_of, row.words))))


def word_of(word: str) -> str:
    """A word of a row as papers print it; reasons and sources are stored by their names."""
    if word in set(FundSource):
        return SOURCE_NAMES[FundSource(word)]
    return REASON_NAMES[ReturnReason(word)] if word in set(ReturnReason) else word


def told_by(table: RegisterTable, least: int, *, stay_hidden: Collection[str] = ()) -> ToldRegister:
    """Hide every row of fewer than the least persons, and as many more as protect it (rules.md 3).

    `stay_hidden` are the places of which something was hidden before: told now, it would give away by a difference
    what was hidden then. A row that is about nobody (a fund of which nothing was used) is told. No row stands alone in
    the rest: where none can stand beside it, nothing is told. A ledger of the treasury is about no persons, and tells
    of no place below a county.
    """
    if not table.columns.counts_persons:
        lines = _of_whole_counties(table)
        return ToldRegister(tuple(_told(row, Shown.FIGURES) for row in lines), None, _sum(lines))
    counts = {_place(at): CountAndAmount(row.persons, _moved(table, row)) for at, row in enumerate(table.rows)}
    suppressed = suppress(counts, least)
    shown = [_stays(row, suppressed.cells[_place(at)].shown, stay_hidden) for at, row in enumerate(table.rows)]
    hidden = [at for at, one in enumerate(shown) if one is not Shown.FIGURES]
    if len(hidden) == 1:
        shown[_beside(table.rows, hidden[0], least)] = Shown.MERGED
    if suppressed.total.shown is not Shown.FIGURES or shown == [Shown.MERGED]:
        return ToldRegister(tuple(_told(row, Shown.SMALL) for row in table.rows), None, None)
    rest = [row for row, one in zip(table.rows, shown, strict=True) if one is not Shown.FIGURES]
    rows = tuple(_told(row, one) for row, one in zip(table.rows, shown, strict=True))
    return ToldRegister(rows, _sum(rest) if rest else None, _sum(table.rows))


def _of_whole_counties(table: RegisterTable) -> tuple[RegisterRow, ...]:
    """What went to the towns of a county as the county's, by all else that a row tells.

    Whoever takes what a town is told to have paid from what was sent to it would have what is hidden of a few persons.
    """
    sums: dict[RegisterRow, int] = {}
    for row in table.rows:
        is_below = len(row.division) > _COUNTY_DIGITS
        place = (table.place, table.place_name) if is_below else (row.division, row.place)
        key = replace(row, division=place[0], place=place[1], amounts=(), persons=0)
        sums[key] = sums.get(key, 0) + _moved(table, row)
    return tuple(replace(row, amounts=(Fen(amount),)) for row, amount in sums.items())


def _beside(rows: Sequence[RegisterRow], alone: int, least: int) -> int:
    """Which row goes into the rest with one that would stand there alone: the next that is about enough persons."""
    others = [*range(alone + 1, len(rows)), *range(alone)]
    return next((at for at in others if rows[at].persons >= least), (alone + 1) % len(rows))


def _stays(row: RegisterRow, shown: Shown, stay_hidden: Collection[str]) -> Shown:
    return Shown.MERGED if shown is Shown.FIGURES and row.division in stay_hidden else shown


def _place(at: int) -> str:
    """The order of the sheet: `suppress` hides further rows in the order of their keys."""
    return f"{at:06d}"


def _moved(table: RegisterTable, row: RegisterRow) -> Fen:
    return table.columns.moved_fen(row.amounts)


def _told(row: RegisterRow, shown: Shown) -> ToldRow:
    is_told = shown is Shown.FIGURES
    figures = Figures(row.amounts, row.persons) if is_told else None
    words = row.words if is_told else ()
    return ToldRow(row.division, row.place, row.period, row.program, shown, words, figures)


def _sum(rows: Sequence[RegisterRow]) -> Figures:
    amounts = tuple(Fen(sum(column)) for column in zip(*(row.amounts for row in rows), strict=True))
    return Figures(amounts, sum(row.persons for row in rows))


def draft_of(table: RegisterTable) -> dict[str, Any]:
    """The register as JSON for the draft, which the public never sees."""
    return {
        "kind": str(table.kind),
        "place": {"code": table.place, "name": table.place_name},
        "year": table.year,
        "period": table.period.stored,
        "money_unit": str(table.unit),
        "rows": [
            [
                row.division, row.place, row.period.stored, row.program, list(row.words),
                list(map(stored_yuan, row.amounts)), row.persons,
            ]
            for row in table.rows
        ],
    }  # fmt: skip


def read_draft(draft: Mapping[str, Any]) -> RegisterTable:
    """The register of a stored draft."""
    return RegisterTable(
        RegisterKind(draft["kind"]),
        DivisionCode(draft["place"]["code"]),
        draft["place"]["name"],
        draft["year"],
        Period.of_stored(draft["period"]),
        MoneyUnit(draft["money_unit"]),
        tuple(
            RegisterRow(
                DivisionCode(division), place, Period.of_stored(period), Program(program) if program else None,
                tuple(words), tuple(map(yuan_stored, amounts)), persons,
            )
            for division, place, period, program, words, amounts, persons in draft["rows"]
        ),
    )  # fmt: skip


def told_as_json(told: ToldRegister) -> dict[str, Any]:
    """What may be told, for the snapshot."""
    return {
        "rows": [
            [
                row.division, row.place, row.period.stored, row.program, str(row.shown), list(row.words),
                _json(row.figures),
            ]
            for row in told.rows
        ],
        "rest": _json(told.rest),
        "total": _json(told.total),
    }  # fmt: skip


def read_told(head: Mapping[str, Any]) -> ToldRegister:
    """What a snapshot tells."""
    return ToldRegister(
        tuple(
            ToldRow(
                DivisionCode(division), place, Period.of_stored(period), Program(program) if program else None,
                Shown(shown), tuple(words), _figures(figures),
            )
            for division, place, period, program, shown, words, figures in head["rows"]
        ),
        _figures(head["rest"]),
        _figures(head["total"]),
    )  # fmt: skip


def _json(figures: Figures | None) -> dict[str, Any] | None:
    return {"amounts": list(map(stored_yuan, figures.amounts)), "persons": figures.persons} if figures else None


def _figures(stored: Mapping[str, Any] | None) -> Figures | None:
    return Figures(tuple(map(yuan_stored, stored["amounts"])), stored["persons"]) if stored else None
