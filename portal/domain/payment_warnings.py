"""What payments are held against: the standard, the month before, and the lists of terminations.

Batches that are not told count here, too: what is found in them is never told to the public.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from portal.domain.divisions import DivisionCode
from portal.domain.payment_months import next_to
from portal.domain.payments import PaymentKind, Residence
from portal.domain.programs import Program
from portal.domain.warnings import Finding, SuddenChange, WarningRule, WarningRules


@dataclass(frozen=True, slots=True)
class BatchSum:
    """One public batch: `whole` is the county whose page tells of it, `is_told` whether its figures may be told.

    `persons` is None where the roster did not count them; `standard_fen` where none was on record.
    """

    number: str
    whole: DivisionCode
    place: DivisionCode
    month: date
    program: Program
    kind: PaymentKind
    persons: int | None
    amount_fen: int
    standard_fen: int | None
    after_termination: int
    is_told: bool
    two_programs: int = 0


@dataclass(frozen=True, slots=True)
class PlaceMonth:
    """What is told as paid in one township and month, of the allowance itself."""

    whole: DivisionCode
    place: DivisionCode
    month: date
    program: Program
    residence: Residence | None
    persons: int
    amount_fen: int


def findings_of_batches(batches: Iterable[BatchSum], rules: WarningRules) -> tuple[Finding, ...]:
    """What is found in each batch by itself."""
    found = (finding for batch in batches for finding in (*_above_standard(batch), *_of_persons(batch)))
    return tuple(finding for finding in found if finding.rule in rules.enabled)


def _above_standard(batch: BatchSum) -> Iterator[Finding]:
    """More than the standard for each person; of what is paid beside the allowance no standard tells."""
    if batch.kind is not PaymentKind.BASIC or not batch.persons or not batch.standard_fen:
        return
    bound = batch.persons * batch.standard_fen
    if batch.amount_fen > bound:
        yield _finding(WarningRule.ABOVE_STANDARD, batch, bound, batch.amount_fen, is_told=batch.is_told)


def _of_persons(batch: BatchSum) -> Iterator[Finding]:
    """How many of them were found elsewhere: they are few, and never told."""
    if batch.after_termination:
        yield _finding(WarningRule.AFTER_TERMINATION, batch, 0, batch.after_termination, is_told=False)
    if batch.two_programs:
        yield _finding(WarningRule.TWO_PROGRAMS, batch, 0, batch.two_programs, is_told=False)


def _finding(rule: WarningRule, batch: BatchSum, bound: int, found: int, *, is_told: bool) -> Finding:
    return Finding(
        rule, batch.month.year, batch.whole, batch.place, bound, found, month=batch.month.month,
        program=batch.program, subject=batch.number, is_told=is_told,
    )  # fmt: skip


def findings_of_months(months: Iterable[PlaceMonth], rules: WarningRules) -> tuple[Finding, ...]:
    """Where a month differs suddenly from the one before it; how many persons more or fewer stays at the desk."""
    known = {(one.place, one.program, one.residence, one.month): one for one in months}
    found = (
        finding
        for key, one in known.items()
        if (before := known.get((*key[:3], next_to(one.month, step=-1)))) is not None
        for finding in _sudden(before, one, rules)
    )
    return tuple(finding for finding in found if finding.rule in rules.enabled)


def _sudden(before: PlaceMonth, after: PlaceMonth, rules: WarningRules) -> Iterator[Finding]:
    if _is_sudden(before.amount_fen, after.amount_fen, rules.sudden_amount):
        yield _change(WarningRule.SUDDEN_AMOUNT, after, before.amount_fen, after.amount_fen, is_told=True)
    if _is_sudden(before.persons, after.persons, rules.sudden_persons):
        yield _change(WarningRule.SUDDEN_PERSONS, after, before.persons, after.persons, is_told=False)


def _is_sudden(before: int, after: int, bound: SuddenChange) -> bool:
    change = abs(after - before)
    return change >= bound.least and change * 100 >= bound.percent * before


def _change(rule: WarningRule, month: PlaceMonth, before: int, after: int, *, is_told: bool) -> Finding:
    return Finding(
        rule, month.month.year, month.whole, month.place, before, after, month=month.month.month,
        program=month.program, subject=str(month.residence or ""), is_told=is_told,
    )  # fmt: skip
