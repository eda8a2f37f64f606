"""Payments (发放): what one batch has paid out, by place, and what of it may be told.

People never get here: a batch is counts and sums. All amounts are fen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.divisions import DivisionCode, Level
from portal.domain.money import Fen
from portal.domain.payment_hiding import Counted, Hidden, Smallness, hiding_of
from portal.domain.programs import PROGRAM_SHORT_NAMES, Program
from portal.domain.statistics import Shown


class PaymentKind(StrEnum):
    """What a batch pays: the allowance itself, or something beside it for which the same person stands in a list."""

    BASIC = "basic"
    CARE = "care"
    PRICE_SUBSIDY = "price_subsidy"
    SUPPLEMENT = "supplement"
    OTHER_SUBSIDY = "other_subsidy"


class Residence(StrEnum):
    """Whose standard applies (城市、农村)."""

    URBAN = "urban"
    RURAL = "rural"


KIND_NAMES = {
    PaymentKind.BASIC: "",
    PaymentKind.CARE: "照料护理补贴",
    PaymentKind.PRICE_SUBSIDY: "价格补贴",
    PaymentKind.SUPPLEMENT: "补发资金",
    PaymentKind.OTHER_SUBSIDY: "其他补贴",
}
RESIDENCE_NAMES = {Residence.URBAN: "城市", Residence.RURAL: "农村"}
"""How papers and titles name a kind and a residence; pages have labels of their own."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """What was paid in one village of a township, or in one township of a county."""

    code: DivisionCode
    name: str
    households: int
    persons: int
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class PaymentBatch:
    """One roster, counted: never shown to the public as it is, see `told_by`.

    `counts_persons` is false where the roster has one row a household and no number of persons; then a row counts
    as one. `standard_fen` is the standard of the month per person, None when the bureau has entered none.
    """

    place: DivisionCode
    place_name: str
    level: Level
    month: date
    program: Program
    kind: PaymentKind
    residence: Residence | None
    rows: tuple[PaymentRow, ...]
    counts_persons: bool = True
    paid_on: date | None = None
    document_number: str = ""
    standard_fen: int | None = None
    after_termination: int = 0
    """How many of its persons stand in an earlier list of terminations; known to the desk alone."""
    two_programs: int = 0
    """How many of its persons stand in a batch of a programme that excludes this one; known to the desk alone."""
    counts_only: bool = False
    """Whether it comes from a table of sums: then nobody's number was compared with anybody's."""

    @property
    def title(self) -> str:
        """The title that the public reads; no word of it comes from the sheet."""
        residence = RESIDENCE_NAMES[self.residence] if self.residence else ""
        what = f"{residence}{PROGRAM_SHORT_NAMES[self.program]}{KIND_NAMES[self.kind]}"
        return f"{self.place_name}{self.month.year}年{self.month.month}月{what}发放情况"

    @property
    def is_township(self) -> bool:
        """Whether it is of one township, by village; otherwise it is of a county or the city, by township."""
        return self.level is Level.TOWNSHIP

    @property
    def households(self) -> int:
        """How many rows of the roster were paid."""
        return sum(row.households for row in self.rows)

    @property
    def persons(self) -> int:
        """How many persons these are."""
        return sum(row.persons for row in self.rows)

    @property
    def amount_fen(self) -> Fen:
        """What was paid altogether."""
        return Fen(sum(row.amount_fen for row in self.rows))


@dataclass(frozen=True, slots=True)
class Figures:
    """Three figures that are told together or not at all."""

    households: int
    persons: int
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One place as the public may see it; `figures` is None unless `shown` is figures."""

    code: DivisionCode
    name: str
    shown: Shown
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class ToldBatch:
    """What may be told of a batch: rows and `rest` (其余) always add up to `total`.

    `total` is None when the whole batch is of so few that nothing of it may be told; `rest` when nothing is hidden.
    A place with very few households is not even named: it is in the rest.
    """

    rows: tuple[ToldRow, ...]
    rest: Figures | None
    total: Figures | None

    @property
    def told(self) -> frozenset[str]:
        """The places whose figures are told."""
        return frozenset(row.code for row in self.rows if row.figures)


def told_by(batch: PaymentBatch, least: Smallness, *, stay_hidden: Collection[str] = ()) -> ToldBatch:
    """Hide every place of fewer than the least persons and as many more as protect it.

    `stay_hidden` are the places that an earlier revision did not tell: told now, they would give away by the
    difference of the rests what was hidden then.
    """
    hiding = hiding_of([Counted(row.code, row.households, row.persons) for row in batch.rows], least, stay_hidden)
    if not hiding.total or least.hides(batch.households, batch.persons):
        return ToldBatch((), None, None)
    hidden = [row for row in batch.rows if row.code in hiding.codes]
    told = (_told(row, hiding, least) for row in batch.rows)
    return ToldBatch(tuple(filter(None, told)), _sum(hidden) if hidden else None, _sum(batch.rows))


def told_places(batch: PaymentBatch, told: ToldBatch) -> dict[DivisionCode, Figures]:
    """What sums over batches are taken from: every place that is told, under its code.

    The rest, and the sum of a township's villages, stand under the batch's own place.
    """
    if told.total is None:
        return {}
    own = told.total if batch.is_township else told.rest
    rows = {} if batch.is_township else {row.code: row.figures for row in told.rows if row.figures}
    return {**rows, **({batch.place: own} if own else {})}


def _told(row: PaymentRow, hiding: Hidden, least: Smallness) -> ToldRow | None:
    """A place with its figures or with what it is called instead; nothing where it is not even named."""
    if row.code not in hiding.codes:
        return ToldRow(row.code, row.name, Shown.FIGURES, Figures(row.households, row.persons, row.amount_fen))
    if not hiding.named or row.households < least.households:
        return None
    small = hiding.labelled and row.persons < least.persons
    return ToldRow(row.code, row.name, Shown.SMALL if small else Shown.MERGED, None)


def _sum(rows: Sequence[PaymentRow]) -> Figures:
    return Figures(
        sum(row.households for row in rows), sum(row.persons for row in rows), Fen(sum(row.amount_fen for row in rows))
    )


def draft_of(batch: PaymentBatch) -> dict[str, Any]:
    """The batch as JSON for the draft, which the public never sees."""
    return {
        "place": {"code": batch.place, "name": batch.place_name, "level": str(batch.level)},
        "month": batch.month.isoformat()[:7],
        "program": str(batch.program),
        "kind": str(batch.kind),
        "residence": str(batch.residence) if batch.residence else None,
        "counts_persons": batch.counts_persons,
        "paid_on": batch.paid_on.isoformat() if batch.paid_on else None,
        "document_number": batch.document_number,
        "standard_fen": batch.standard_fen,
        "after_termination": batch.after_termination,
        "two_programs": batch.two_programs,
        "counts_only": batch.counts_only,
        "rows": [[row.code, row.name, row.households, row.persons, row.amount_fen] for row in batch.rows],
    }


def read_draft(draft: Mapping[str, Any]) -> PaymentBatch:
    """The batch of a stored draft."""
    return PaymentBatch(
        place=DivisionCode(draft["place"]["code"]),
        place_name=draft["place"]["name"],
        level=Level(draft["place"]["level"]),
        month=month_of(draft["month"]),
        program=Program(draft["program"]),
        kind=PaymentKind(draft["kind"]),
        residence=Residence(draft["residence"]) if draft["residence"] else None,
        rows=tuple(
            PaymentRow(DivisionCode(code), name, households, persons, Fen(amount))
            for code, name, households, persons, amount in draft["rows"]
        ),
        counts_persons=draft["counts_persons"],
        paid_on=date.fromisoformat(draft["paid_on"]) if draft["paid_on"] else None,
        document_number=draft["document_number"],
        standard_fen=draft["standard_fen"],
        after_termination=draft.get("after_termination", 0),
        two_programs=draft.get("two_programs", 0),
        counts_only=draft.get("counts_only", False),
    )


def month_of(text: str) -> date:
    """The first day of a month as it is stored and addressed, 2026-10; ValueError for anything else."""
    if len(text) != 7:  # noqa: PLR2004 - YYYY-MM
        raise ValueError("a month is written YYYY-MM")
    return date.fromisoformat(f"{text}-01")


def told_as_json(told: ToldBatch) -> dict[str, Any]:
    """What may be told, for the snapshot."""
    return {
        "rows": [[row.code, row.name, str(row.shown), _json(row.figures)] for row in told.rows],
        "rest": _json(told.rest),
        "total": _json(told.total),
    }


def read_told(head: Mapping[str, Any]) -> ToldBatch:
    """What a snapshot tells."""
    return ToldBatch(
        tuple(
            ToldRow(DivisionCode(code), name, Shown(shown), _figures(figures))
            for code, name, shown, figures in head["rows"]
        ),
        _figures(head["rest"]),
        _figures(head["total"]),
    )


def _json(figures: Figures | None) -> list[int] | None:
    return [figures.households, figures.persons, figures.amount_fen] if figures else None


def _figures(stored: Sequence[int] | None) -> Figures | None:
    return Figures(stored[0], stored[1], Fen(stored[2])) if stored else None
