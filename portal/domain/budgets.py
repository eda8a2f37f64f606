"""A budget (预算) of one year in one phase as one value: lines by division and functional code, targets beside them.

The same value is what a draft keeps, a snapshot freezes, and page, CSV, workbook and paper show. In the stored form
amounts are yuan with two decimals, so that anybody can read the snapshot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.divisions import DivisionCode
from portal.domain.funds import FundSource, FundUse
from portal.domain.money import Fen, MoneyUnit, stored_yuan, yuan_stored
from portal.domain.programs import Program


class BudgetPhase(StrEnum):
    """How far a budget has come: drafted, approved, adjusted, carried out, settled (决算)."""

    PROPOSAL = "proposal"
    APPROVED = "approved"
    ADJUSTED = "adjusted"
    EXECUTED = "executed"
    FINAL_ACCOUNTS = "final_accounts"


APPROVED_PHASES = frozenset({BudgetPhase.APPROVED, BudgetPhase.ADJUSTED, BudgetPhase.FINAL_ACCOUNTS})
"""What somebody approves; it is published within 20 days of that (预算法 art. 14)."""

PHASE_NAMES = {
    BudgetPhase.PROPOSAL: "预算草案",
    BudgetPhase.APPROVED: "批准的预算",
    BudgetPhase.ADJUSTED: "预算调整",
    BudgetPhase.EXECUTED: "预算执行",
    BudgetPhase.FINAL_ACCOUNTS: "决算",
}
"""How papers name a phase; pages have labels of their own."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """What one division has for one item; `sources` in the order of the table's sources."""

    division: DivisionCode
    place: str
    code: str
    item: str
    program: Program | None
    use: FundUse
    total_fen: Fen
    sources: tuple[Fen, ...]


@dataclass(frozen=True, slots=True)
class PerformanceTarget:
    """A performance target (绩效目标) beside the budget, as the table words it."""

    indicator: str
    target: str
    actual: str = ""


@dataclass(frozen=True, slots=True)
class BudgetTable:
    """One budget. `due_on` is the last day for its publication; nothing where nobody approves it."""

    title: str
    year: int
    phase: BudgetPhase
    unit: MoneyUnit
    sources: tuple[FundSource, ...]
    lines: tuple[BudgetLine, ...]
    targets: tuple[PerformanceTarget, ...] = ()
    program: Program | None = None
    document_number: str = ""
    approved_on: date | None = None
    due_on: date | None = None

    @property
    def relief(self) -> tuple[BudgetLine, ...]:
        """The money for people."""
        return tuple(line for line in self.lines if line.use is FundUse.RELIEF)

    @property
    def work(self) -> tuple[BudgetLine, ...]:
        """The money for the offices' work, apart from it."""
        return tuple(line for line in self.lines if line.use is FundUse.WORK)

    @property
    def divisions(self) -> tuple[DivisionCode, ...]:
        """Every division of the table, in its order."""
        return tuple(dict.fromkeys(line.division for line in self.lines))

    @property
    def by_item(self) -> tuple[BudgetLine, ...]:
        """The lines of relief added up over the divisions, one for each functional code."""
        groups: dict[str, list[BudgetLine]] = {}
        for line in self.relief:
            groups.setdefault(line.code, []).append(line)
        return tuple(_added(lines) for _code, lines in sorted(groups.items()))


def total_of(lines: Sequence[BudgetLine]) -> Fen:
    """The sum of lines."""
    return Fen(sum(line.total_fen for line in lines))


def sources_of(lines: Sequence[BudgetLine]) -> tuple[Fen, ...]:
    """The sums of lines by source."""
    return tuple(Fen(sum(amounts)) for amounts in zip(*(line.sources for line in lines), strict=True))


def _added(lines: Sequence[BudgetLine]) -> BudgetLine:
    one = lines[0]
    return BudgetLine(
        one.division, one.place, one.code, one.item, one.program, one.use, total_of(lines), sources_of(lines)
    )


def days_late(due_on: date | None, published_on: date) -> int:
    """By how many days a publication came too late; 0 when it was in time or nothing binds it."""
    return max((published_on - due_on).days, 0) if due_on else 0


def draft_of(table: BudgetTable) -> dict[str, Any]:
    """The table as plain JSON values."""
    return {
        "title": table.title,
        "year": table.year,
        "phase": str(table.phase),
        "money_unit": str(table.unit),
        "program": str(table.program) if table.program else None,
        "document_number": table.document_number,
        "approved_on": _day(table.approved_on),
        "due_on": _day(table.due_on),
        "sources": list(map(str, table.sources)),
        "lines": [_line_draft(line) for line in table.lines],
        "targets": [{"indicator": one.indicator, "target": one.target, "actual": one.actual} for one in table.targets],
    }


def _line_draft(line: BudgetLine) -> dict[str, Any]:
    return {
        "division": line.division,
        "place": line.place,
        "code": line.code,
        "item": line.item,
        "program": str(line.program) if line.program else None,
        "use": str(line.use),
        "total": stored_yuan(line.total_fen),
        "amounts": list(map(stored_yuan, line.sources)),
    }


def read_draft(stored: Mapping[str, Any]) -> BudgetTable:
    """The table of a draft or of a snapshot's head."""
    return BudgetTable(
        title=stored["title"],
        year=stored["year"],
        phase=BudgetPhase(stored["phase"]),
        unit=MoneyUnit(stored["money_unit"]),
        sources=tuple(map(FundSource, stored["sources"])),
        lines=tuple(map(_line, stored["lines"])),
        targets=tuple(PerformanceTarget(**one) for one in stored["targets"]),
        program=Program(stored["program"]) if stored["program"] else None,
        document_number=stored["document_number"],
        approved_on=_read_day(stored["approved_on"]),
        due_on=_read_day(stored["due_on"]),
    )


def _line(stored: Mapping[str, Any]) -> BudgetLine:
    program = Program(stored["program"]) if stored["program"] else None
    return BudgetLine(
        DivisionCode(stored["division"]), stored["place"], stored["code"], stored["item"], program,
        FundUse(stored["use"]), yuan_stored(stored["total"]), tuple(map(yuan_stored, stored["amounts"])),
    )  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
