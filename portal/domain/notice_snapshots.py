"""What exactly the public may see of a recipient list: its head, its pages of rows, what remains after the end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from portal.domain.deadlines import ObjectionPeriod
from portal.domain.disclosure import NoticeRule
from portal.domain.divisions import Division
from portal.domain.notices import NoticeColumn
from portal.domain.publications import CLOSING_KINDS, WithdrawalKind

ROWS_PER_PAGE = 200
"""A list is shown in pages of at most this many rows (rules on lists of people: no bulk export)."""

GONE_WHEN_SEALED = ("villages", "changes", "hidden")


@dataclass(frozen=True, slots=True)
class ListRow:
    """One masked row as it is shown; `person_hash` pairs revisions and is never part of a snapshot."""

    seq: int
    village_code: str
    place: str
    masked_name: str
    serial: int
    household_size: int | None
    persons_covered: int | None
    amount_fen: int | None
    person_hash: str

    def value(self, column: NoticeColumn) -> str | int | None:
        """The value under one of the allowed columns."""
        return {
            NoticeColumn.VILLAGE: self.place,
            NoticeColumn.MASKED_NAME: self.masked_name,
            NoticeColumn.HOUSEHOLD_SIZE: self.household_size,
            NoticeColumn.PERSONS_COVERED: self.persons_covered,
            NoticeColumn.AMOUNT: self.amount_fen,
        }[column]


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What a notice says of the office that issues it."""

    name: str
    hotline: str
    duty_phone: str
    address: str


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Everything that goes into the head of a notice."""

    number: str
    ordinal: int
    rule: NoticeRule
    month: date
    division: Division
    office: OfficeFacts
    lead: str
    cause_counts: Mapping[str, int]
    emergency: Mapping[str, int]
    standard_fen: Mapping[str, int]
    change_note: str = ""
    change_kind: WithdrawalKind | None = None
    bypass_reason: str = ""
    published_on: date | None = None
    period: ObjectionPeriod | None = None


class Named(TypedDict):
    """What the patterns of a rule are filled with."""

    place: str
    day: date
    households: int


def notice_head(
    facts: NoticeFacts, rows: Sequence[ListRow], changes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The head of the full snapshot, as plain values ready for canonical JSON."""
    rule = facts.rule
    named = Named(place=facts.division.display_name, day=facts.month, households=len(rows))
    return {
        "format": 1,
        "area": "notices",
        "number": facts.number,
        "revision": facts.ordinal,
        "kind": str(rule.kind),
        "program": str(rule.program),
        "rule_version": rule.version,
        "month": facts.month.strftime("%Y-%m"),
        "title": rule.title(**named),
        "lead": facts.lead or rule.lead(**named),
        "basis": [
            {"document": basis.document, "article": basis.article if basis.is_confirmed else "", "text": basis.text}
            for basis in rule.basis
        ],
        "basis_sentence": rule.basis_sentence,
        "office": {
            "name": facts.office.name,
            "hotline": facts.office.hotline,
            "duty_phone": facts.office.duty_phone,
            "address": facts.office.address,
        },
        "division": {"code": facts.division.code, "name": facts.division.display_name},
        "columns": [str(column) for column in rule.columns],
        "totals": totals_of(rule, rows),
        "causes": dict(facts.cause_counts),
        "emergency": dict(facts.emergency),
        "row_unit": rule.row_unit,
        "amount_monthly": rule.amount_monthly,
        "standards": dict(facts.standard_fen),
        "villages": village_index(rows, facts.division),
        "pages": page_count(rows),
        "period": _period(facts.period),
        "published_on": facts.published_on.isoformat() if facts.published_on else None,
        "change_note": facts.change_note,
        "change_kind": str(facts.change_kind) if facts.change_kind else None,
        "changes": dict(changes) if changes else None,
        "bypass_reason": facts.bypass_reason,
        "afterwards": str(rule.afterwards),
    }


def _period(period: ObjectionPeriod | None) -> dict[str, Any] | None:
    if period is None:
        return None
    return {
        "first_on": period.first_on.isoformat(),
        "last_on": period.last_on.isoformat(),
        "provisional": period.provisional,
    }


def totals_of(rule: NoticeRule, rows: Sequence[ListRow]) -> dict[str, int]:
    """Counts and sums of the columns that the rule lets out; persons and fen."""
    totals = {"households": len(rows)}
    if NoticeColumn.PERSONS_COVERED in rule.columns:
        totals["persons"] = sum(row.persons_covered or 0 for row in rows)
    if NoticeColumn.AMOUNT in rule.columns:
        totals["amount_fen"] = sum(row.amount_fen or 0 for row in rows)
    return totals


def village_index(rows: Sequence[ListRow], division: Division) -> list[dict[str, Any]]:
    """Which places the list holds, in order, and on which page each begins.

    A village that is too small to be told stands under its township, so its code is not here either.
    """
    index: dict[str, dict[str, Any]] = {}
    for position, row in enumerate(rows):
        merged = row.place == division.display_name
        entry = index.setdefault(
            row.place,
            {
                "name": row.place,
                "code": division.code if merged else row.village_code,
                "page": position // ROWS_PER_PAGE + 1,
                "rows": 0,
            },
        )
        entry["rows"] += 1
    return list(index.values())


def page_count(rows: Sequence[ListRow]) -> int:
    """How many pages of rows the list takes; an empty list still has one."""
    return max(1, -(-len(rows) // ROWS_PER_PAGE))


def pages_of(rule: NoticeRule, rows: Sequence[ListRow]) -> list[list[list[str | int | None]]]:
    """The rows in pages; each row is its seq, its serial, and then its values in the order of the rule's columns."""
    plain = [[row.seq, row.serial, *(row.value(column) for column in rule.columns)] for row in rows]
    return [plain[i : i + ROWS_PER_PAGE] for i in range(0, len(plain), ROWS_PER_PAGE)] or [[]]


def sealed_head(head: Mapping[str, Any]) -> dict[str, Any]:
    """What remains when the period is over: title, number, period, counts, totals; no place within the list."""
    remains = {key: value for key, value in head.items() if key not in GONE_WHEN_SEALED}
    return {**remains, "columns": [], "pages": 0, "sealed": True}


def changes_between(
    rule: NoticeRule, old: Sequence[ListRow], new: Sequence[ListRow], kind: WithdrawalKind
) -> dict[str, Any]:
    """The public difference of two revisions by row and cell.

    A correction of kind privacy or error tells which cells changed, never their old values; a removed row is only
    counted, whatever the kind.
    """
    before = {row.person_hash: row for row in old}
    changed, added = [], []
    for row in new:
        former = before.pop(row.person_hash, None)
        if former is None:
            added.append(row.seq)
            continue
        cells = _changed_cells(rule, former, row, tell_old=kind not in CLOSING_KINDS)
        if cells:
            changed.append({"seq": row.seq, "cells": cells})
    return {"added": added, "removed": len(before), "changed": changed}


def _changed_cells(rule: NoticeRule, old: ListRow, new: ListRow, *, tell_old: bool) -> list[dict[str, Any]]:
    cells = []
    for column in rule.columns:
        if old.value(column) != new.value(column):
            cell: dict[str, Any] = {"column": str(column)}
            if tell_old and column is not NoticeColumn.MASKED_NAME and column is not NoticeColumn.VILLAGE:
                cell["old"] = old.value(column)
            cells.append(cell)
    return cells


def count_causes(causes: Sequence[str]) -> dict[str, int]:
    """How many rows fall under each cause of the closed list, most frequent first."""
    return dict(Counter(causes).most_common())
