"""A whole allocation as one value: what a draft keeps, a snapshot freezes, and page, CSV, workbook and paper show.

In the stored form amounts are yuan with two decimals and numbers are decimals, so that anybody can read the snapshot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from portal.domain.allocations import (
    Adjustment,
    AdjustmentKind,
    AllocationForm,
    Cutting,
    Factor,
    ResidueRule,
    Scheme,
    computed,
    computed_steps,
)
from portal.domain.divisions import DivisionCode
from portal.domain.funds import FundSource
from portal.domain.money import Fen, MoneyUnit, stored_yuan, yuan_stored
from portal.domain.programs import Program

PRECISION = 24
"""Decimals of a factor's value at most; what tables print has two or three, what they computed some fifteen."""


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One division's line: computed by the formula, adjusted by kind, different without a rule, final."""

    code: DivisionCode
    name: str
    computed_fen: Fen
    adjustments: tuple[tuple[AdjustmentKind, Fen], ...]
    difference_fen: Fen
    final_fen: Fen
    sources: tuple[Fen, ...]
    reason: str

    @property
    def adjustment_fen(self) -> Fen:
        """Everything between the computed and the final amount."""
        return Fen(self.final_fen - self.computed_fen)

    @property
    def carried_over_fen(self) -> Fen:
        """What was taken off because the division has it left from the year before (结转)."""
        return Fen(-sum(change for kind, change in self.adjustments if kind is AdjustmentKind.CARRY_OVER))


@dataclass(frozen=True, slots=True)
class AllocationTable:
    """One allocation. Sequences stand in the order of the scheme's divisions; `reasons` by division code.

    `left_out` are names of divisions to which nothing is allocated here; `equals` are rules for the residue that
    would give the very same amounts.
    """

    title: str
    year: int
    unit: MoneyUnit
    scheme: Scheme
    names: tuple[str, ...]
    finals: tuple[Fen, ...]
    sources: Mapping[FundSource, tuple[Fen, ...]] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    equals: tuple[ResidueRule, ...] = ()
    program: Program | None = None
    document_number: str = ""
    received_on: date | None = None
    approved_on: date | None = None
    issued_on: date | None = None

    @property
    def is_computed(self) -> bool:
        """Whether a formula gives amounts; a table without factors only states them."""
        return self.scheme.form is not AllocationForm.STATED

    @property
    def computed(self) -> tuple[Fen, ...]:
        """What the formula gives; nothing where there are no factors."""
        return computed(self.scheme) if self.is_computed else tuple(Fen(0) for _ in self.finals)

    @property
    def rows(self) -> tuple[AllocationRow, ...]:
        """One row for each division."""
        return tuple(self._row(place, amount) for place, amount in enumerate(self.computed))

    def _row(self, place: int, amount: Fen) -> AllocationRow:
        code = self.scheme.divisions[place]
        adjusted = tuple((one.kind, one.amounts[place]) for one in self.adjustments if one.amounts[place])
        known = sum(change for _, change in adjusted)
        return AllocationRow(
            code, self.names[place], amount, adjusted, Fen(self.finals[place] - amount - known), self.finals[place],
            tuple(amounts[place] for amounts in self.sources.values()), self.reasons.get(code, ""),
        )  # fmt: skip

    @property
    def total_fen(self) -> Fen:
        """The sum of the final amounts."""
        return Fen(sum(self.finals))

    @property
    def residue_fen(self) -> Fen:
        """What remained after cutting off at the unit, and went where the rule says."""
        if not self.is_computed:
            return Fen(0)
        return Fen(sum(one.residue_fen for one in computed_steps(self.scheme)))

    @property
    def unexplained(self) -> tuple[AllocationRow, ...]:
        """The rows whose difference needs words and has none."""
        return tuple(row for row in self.rows if row.difference_fen and not row.reason)

    @property
    def days_to_issue(self) -> int | None:
        """Days from the receipt of the money to the act that passed it on."""
        if self.received_on is None or self.issued_on is None:
            return None
        return (self.issued_on - self.received_on).days

    @property
    def can_be_tried(self) -> bool:
        """Whether weights can be changed in a trial."""
        return self.scheme.form is AllocationForm.ADDITIVE and len(self.scheme.factors) > 1


def draft_of(table: AllocationTable) -> dict[str, Any]:
    """The table as plain JSON values."""
    scheme = table.scheme
    return {
        "title": table.title,
        "year": table.year,
        "money_unit": str(table.unit),
        "program": str(table.program) if table.program else None,
        "document_number": table.document_number,
        **{name: _day(getattr(table, name)) for name in _DAYS},
        "form": str(scheme.form),
        "residue": str(scheme.residue),
        "cutting": str(scheme.cutting),
        "equals": [str(rule) for rule in table.equals],
        "pool": stored_yuan(scheme.pool_fen),
        "unit": stored_yuan(Fen(scheme.unit_fen)),
        "divisions": [{"code": code, "name": name} for code, name in zip(scheme.divisions, table.names, strict=True)],
        "factors": [_factor_draft(factor) for factor in scheme.factors],
        "finals": list(map(stored_yuan, table.finals)),
        "sources": {str(source): list(map(stored_yuan, amounts)) for source, amounts in table.sources.items()},
        "adjustments": {str(one.kind): list(map(stored_yuan, one.amounts)) for one in table.adjustments},
        "reasons": dict(table.reasons),
        "left_out": list(table.left_out),
    }


_DAYS = ("received_on", "approved_on", "issued_on")


def _factor_draft(factor: Factor) -> dict[str, Any]:
    return {
        "name": factor.name,
        "unit": factor.unit,
        "weight": None if factor.weight is None else exact(factor.weight),
        "dated": factor.dated,
        "values": list(map(exact, factor.values)),
    }


def read_draft(stored: Mapping[str, Any]) -> AllocationTable:
    """The table of a draft or of a snapshot's head."""
    divisions = tuple(DivisionCode(one["code"]) for one in stored["divisions"])
    scheme = Scheme(
        AllocationForm(stored["form"]), ResidueRule(stored["residue"]), yuan_stored(stored["pool"]),
        yuan_stored(stored["unit"]), divisions, tuple(_factor(one) for one in stored["factors"]),
        Cutting(stored.get("cutting", Cutting.DOWN)),  # snapshots of before had no other way
    )  # fmt: skip
    return AllocationTable(
        title=stored["title"],
        year=stored["year"],
        unit=MoneyUnit(stored["money_unit"]),
        scheme=scheme,
        names=tuple(one["name"] for one in stored["divisions"]),
        finals=_amounts(stored["finals"]),
        sources={source: _amounts(stored["sources"][source]) for source in FundSource if source in stored["sources"]},
        adjustments=tuple(
            Adjustment(kind, _amounts(stored["adjustments"][kind]))
            for kind in AdjustmentKind
            if kind in stored["adjustments"]
        ),
        reasons=stored["reasons"],
        left_out=tuple(stored["left_out"]),
        equals=tuple(map(ResidueRule, stored["equals"])),
        program=Program(stored["program"]) if stored["program"] else None,
        document_number=stored["document_number"],
        **{name: date.fromisoformat(stored[name]) if stored[name] else None for name in _DAYS},
    )


def _factor(stored: Mapping[str, Any]) -> Factor:
    weight = stored["weight"]
    values = tuple(map(Fraction, stored["values"]))
    return Factor(stored["name"], stored["unit"], None if weight is None else Fraction(weight), values, stored["dated"])


def _amounts(stored: Sequence[str]) -> tuple[Fen, ...]:
    return tuple(map(yuan_stored, stored))


def plain(number: Fraction) -> str:
    """A number as a plain decimal, without an exponent and without zeros at its end."""
    whole = round(number * 10**PRECISION)
    digits = str(abs(whole)).zfill(PRECISION + 1)
    text = f"{digits[:-PRECISION]}.{digits[-PRECISION:]}".rstrip("0").rstrip(".")
    return f"-{text}" if whole < 0 else text


def exact(number: Fraction) -> str:
    """A number as a plain decimal, or as a fraction (1/3) where no decimal is exact."""
    text = plain(number)
    return text if Fraction(text) == number else str(number)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
