"""What a page of an allocation shows, and the same figures as CSV and as a workbook that computes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from portal.domain.allocation_formulas import digits_that_hold, rank_formula, whole_formula
from portal.domain.allocation_tables import AllocationTable, exact, plain, read_draft
from portal.domain.allocation_words import formula_words, reasons_of, shown_weight
from portal.domain.allocations import (
    AdjustmentKind,
    AllocationForm,
    Computation,
    Factor,
    ResidueRule,
    computed_steps,
    residue_order,
)
from portal.domain.funds import FundSource
from portal.domain.messages import Message
from portal.domain.money import Fen
from portal.domain.publications import CLOSING_KINDS
from portal.domain.registers import RegisterColumn
from portal.domain.sheets import column_letters, compact
from portal.queries.publications import PublicView, RevisionLine, holds_now
from portal.web.labels import label
from portal.web.languages import say
from portal.web.workbook_answers import CellValue, Formula, SheetContent

_AMOUNT = re.compile(r"-?[\d,]+\.\d{2}")
FIRST_ROW = 6
FIRST_FACTOR = 3
"""Columns of the sheet of factors before the factors: place, code, order of the codes."""


@dataclass(frozen=True, slots=True)
class ShownAllocation:
    """Everything that a template needs besides the frozen head."""

    table: AllocationTable
    formula: tuple[Message, ...]
    reasons: tuple[tuple[Message, ...], ...]
    revisions: Sequence[RevisionLine]
    is_live: bool


def shown_allocation(
    table: AllocationTable, revisions: Sequence[RevisionLine] = (), ordinal: int | None = None
) -> ShownAllocation:
    """A table ready for its template, of a draft or of what the gate lets out."""
    return ShownAllocation(
        table,
        formula_words(table),
        tuple(reasons_of(row) for row in table.rows),
        revisions,
        holds_now(revisions, ordinal),
    )


def table_of(view: PublicView) -> AllocationTable:
    """The table that the gate lets out."""
    return read_draft(view.head)


def factor_heading(factor: Factor) -> str:
    """A factor with its unit and its weight."""
    unit = f"（{factor.unit}）" if factor.unit else ""
    return f"{factor.name}{unit}" + ("" if factor.weight is None else f" {_('权重')}{shown_weight(factor.weight)}")


def yuan(amount: Fen) -> Decimal:
    """An amount in yuan with two decimals, as a number."""
    return Decimal(amount).scaleb(-2)


def csv_table(table: AllocationTable) -> tuple[list[str], list[list[Any]]]:
    """Head and rows: enough to compute the whole table again."""
    scheme = table.scheme
    head = [_("区划代码"), _("地方"), *map(factor_heading, scheme.factors)]
    for name in (_("测算额"), _("调整"), _("分配额")):
        head += [_("%(name)s（元）", name=name), _("%(name)s（分）", name=name)]
    head += [_("%(name)s（元）", name=label(source)) for source in table.sources]
    head += [_("理由"), _("公式"), _("尾差规则"), _("用来按公式分配的总额（分）"), _("单位（分）"), _("取整")]
    rows: list[list[Any]] = []
    for place, row in enumerate(table.rows):
        cells: list[Any] = [row.code, row.name, *(plain(one.values[place]) for one in scheme.factors)]
        for amount in (row.computed_fen, row.adjustment_fen, row.final_fen):
            cells += [yuan(amount), int(amount)]
        reasons = "；".join(map(say, reasons_of(row)))
        rule, cutting = (label(scheme.residue), label(scheme.cutting)) if scheme.factors else ("", "")
        told = (reasons, label(scheme.form), rule, int(scheme.pool_fen), scheme.unit_fen, cutting)
        rows.append([*cells, *map(yuan, row.sources), *told])
    return head, rows


def workbook_sheets(table: AllocationTable) -> tuple[SheetContent, ...]:
    """The sheet of amounts and that of factors; the formulas of the first read the second."""
    if not table.is_computed:
        return (_stated_sheet(table),)
    names = (_("分配表"), _("因素表"))
    return (_amount_sheet(table, *names), _factor_sheet(table, names[1]))


def _stated_sheet(table: AllocationTable) -> SheetContent:
    """Without factors only sums can be computed."""
    head: list[CellValue] = [_("地方"), *(_("%(name)s（元）", name=label(one)) for one in table.sources)]
    rows: list[list[CellValue]] = [[table.title], [*head, _("分配额（元）"), _("理由")]]
    for number, row in enumerate(table.rows, start=3):
        parts: list[CellValue] = [yuan(amount) for amount in row.sources]
        last = column_letters(len(parts))
        final: CellValue = (
            Formula(f"SUM(B{number}:{last}{number})", yuan(row.final_fen)) if parts else yuan(row.final_fen)
        )
        rows.append([row.name, *parts, final, row.reason])
    letter = column_letters(len(table.sources) + 1)
    total = Formula(f"SUM({letter}3:{letter}{len(rows)})", yuan(table.total_fen))
    rows.append([_("合计"), *(None for _one in table.sources), total])
    return SheetContent(_("分配表"), rows, (28, 18, 18, 18, 40))


def _factor_sheet(table: AllocationTable, name: str) -> SheetContent:
    factors, order = table.scheme.factors, _code_order(table)
    units = [one.name + (f"（{one.unit}）" if one.unit else "") for one in factors]
    weights: list[CellValue] = [None if one.weight is None else _weight_cell(one.weight) for one in factors]
    rows: list[list[CellValue]] = [[_("地方"), _("区划代码"), _("代码次序"), *units], [_("权重"), None, None, *weights]]
    for place, code in enumerate(table.scheme.divisions):
        values = (Decimal(plain(one.values[place])) for one in factors)
        rows.append([table.names[place], code, Decimal(order[place]), *values])
    letters = [column_letters(FIRST_FACTOR + place) for place in range(len(factors))]
    sums = [
        Formula(f"SUM({letter}3:{letter}{len(rows)})", Decimal(plain(sum(one.values, Fraction()))))
        for letter, one in zip(letters, factors, strict=True)
    ]
    rows.append([_("合计"), None, None, *sums])
    return SheetContent(name, rows, (28, 14, 10, *(18 for _one in factors)))


def _weight_cell(weight: Fraction) -> CellValue:
    """A weight that no decimal holds (1/3) is computed by the workbook, as exactly as it computes."""
    text, shown = exact(weight), Decimal(plain(weight))
    return Formula(text, shown) if "/" in text else shown


def _code_order(table: AllocationTable) -> list[int]:
    ordered = sorted(table.scheme.divisions)
    return [ordered.index(code) + 1 for code in table.scheme.divisions]


def _amount_sheet(table: AllocationTable, name: str, factor_sheet: str) -> SheetContent:
    scheme, steps = table.scheme, computed_steps(table.scheme)
    first, last = FIRST_ROW, FIRST_ROW + len(steps) - 1
    left_over = Formula(f"ROUND($B$2-SUM(D{first}:D{last})*$B$3,2)", yuan(table.residue_fen))
    rows: list[list[CellValue]] = [
        [table.title],
        [_("用来按公式分配的总额（元）"), yuan(scheme.pool_fen)],
        [_("单位（元）"), yuan(Fen(scheme.unit_fen))],
        [_("尾差（元）"), left_over],
        list(_columns()),
        *_amount_rows(table, factor_sheet, steps, last),
        [_("合计"), *(None for _one in range(6)), *_sums(table, first, last)],
    ]
    return SheetContent(name, rows, (28, 14, 16, 14, 12, 10, 12, 18, 16, 18, 40))


def _amount_rows(
    table: AllocationTable, factor_sheet: str, steps: Sequence[Computation], last: int
) -> Iterator[list[CellValue]]:
    """One row a division, from FIRST_ROW to `last`: what it is due, what is left over, who gets that, the amount."""
    scheme, order, digits = table.scheme, _code_order(table), digits_that_hold(table.scheme)
    rank_by = "E" if scheme.residue is ResidueRule.LARGEST_REMAINDER else "C"
    ranks = {place: rank for rank, place in enumerate(residue_order(scheme, [step.exact for step in steps]), start=1)}
    for place, (step, row) in enumerate(zip(steps, table.rows, strict=True)):
        number = FIRST_ROW + place
        share = _share(table, factor_sheet, place, len(steps))
        units = Decimal(str(round(float(step.exact), digits)))
        rank = rank_formula(scheme.residue, number, FIRST_ROW, last, value=rank_by, order="B")
        yield [
            row.name,
            Decimal(order[place]),
            Formula(f"ROUND($B$2/$B$3*({share}),{digits})", units),
            Formula(whole_formula(scheme.cutting, f"C{number}"), Decimal(step.whole)),
            Formula(f"ROUND(C{number}-D{number},{digits})", units - step.whole),
            Formula(rank, Decimal(ranks[place])),
            Formula(_residue_formula(scheme.residue, number), yuan(step.residue_fen)),
            Formula(f"ROUND(D{number}*$B$3+G{number},2)", yuan(row.computed_fen)),
            yuan(row.adjustment_fen),
            Formula(f"ROUND(H{number}+I{number},2)", yuan(row.final_fen)),
            "；".join(map(say, reasons_of(row))),
        ]


def _columns() -> tuple[str, ...]:
    return (
        _("地方"), _("代码次序"), _("应得份数"), _("取整后的份数"), _("余数"), _("尾差次序"), _("尾差（元）"),
        _("测算额（元）"), _("调整（元）"), _("分配额（元）"), _("理由"),
    )  # fmt: skip


def _sums(table: AllocationTable, first: int, last: int) -> list[CellValue]:
    sums = (table.scheme.pool_fen, Fen(table.total_fen - table.scheme.pool_fen), table.total_fen)
    return [
        Formula(f"SUM({letter}{first}:{letter}{last})", yuan(amount))
        for letter, amount in zip("HIJ", sums, strict=True)
    ]


def _share(table: AllocationTable, sheet: str, place: int, count: int) -> str:
    """The division's share of the pool, from the cells of the sheet of factors."""
    row, last = 3 + place, 2 + count
    letters = [column_letters(FIRST_FACTOR + column) for column in range(len(table.scheme.factors))]
    if table.scheme.form is AllocationForm.ADDITIVE:
        return "+".join(f"{sheet}!{x}$2*{sheet}!{x}{row}/SUM({sheet}!{x}$3:{x}${last})" for x in letters)
    product = "*".join(f"{sheet}!{x}{row}" for x in letters)
    whole = "*".join(f"{sheet}!{x}$3:{x}${last}" for x in letters)
    return f"{product}/SUMPRODUCT({whole})"


def _residue_formula(rule: ResidueRule, row: int) -> str:
    """One unit each, and what is less than a unit to the next; or all of it to the first in order."""
    if rule is not ResidueRule.LARGEST_REMAINDER:
        return f"IF(F{row}=1,$B$4,0)"
    count = "INT(ROUND($B$4/$B$3,6))"
    return f"IF(F{row}<={count},$B$3,IF(F{row}={count}+1,ROUND($B$4-{count}*$B$3,2),0))"


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One division under other weights: what it got, what it would get, and the difference."""

    name: str
    computed_fen: Fen
    trial_fen: Fen

    @property
    def change_fen(self) -> Fen:
        """What it would win, or lose where negative."""
        return Fen(self.trial_fen - self.computed_fen)


def trial_rows(table: AllocationTable, amounts: Sequence[Fen]) -> tuple[TrialRow, ...]:
    """Published and trial amounts side by side; adjustments stand outside of both."""
    return tuple(TrialRow(row.name, row.computed_fen, amount) for row, amount in zip(table.rows, amounts, strict=True))


_PERCENT = re.compile(r"(?P<number>\d{1,3}(?:\.\d{0,6})?)%?")
_FRACTION = re.compile(r"(?P<parts>\d{1,3})/(?P<whole>[1-9]\d{0,2})")


def read_weight(text: str) -> Fraction | None:
    """A weight as typed, 60 or 60% or 62.5 or 1/3; nothing for anything else."""
    typed = compact(text)
    if found := _PERCENT.fullmatch(typed):
        weight = Fraction(Decimal(found["number"])) / 100
    elif found := _FRACTION.fullmatch(typed):
        weight = Fraction(int(found["parts"]), int(found["whole"]))
    else:
        return None
    return weight if weight <= 1 else None


def typed_weight(weight: Fraction) -> str:
    """A weight as somebody would type it: 60, 62.5, 1/3."""
    return shown_weight(weight).removesuffix("%")


def changed_column(column: str) -> str:
    """The words for a column of the difference between two revisions."""
    kind, _colon, name = column.partition(":")
    if kind == "weight":
        return str(_("权重：%(factor)s", factor=name))
    if kind == "register":
        return str(label(RegisterColumn(name)))
    if kind == "source":
        return str(_("%(name)s（元）", name=label(FundSource(name))))
    if kind == "adjustment":
        return str(_("%(name)s（元）", name=label(AdjustmentKind(name))))
    named = {
        "final": _("分配额（元）"), "computed": _("测算额（元）"), "reason": _("理由"), "total": _("合计（元）"),
        "target": _("目标值"), "actual": _("完成值"),
    }  # fmt: skip
    return name or str(named[kind])


def closes_former(change_kind: str | None) -> bool:
    """Whether a correction of this kind closes what was there before, so that no old value is told."""
    return change_kind in CLOSING_KINDS


def is_amount(told: str | None) -> bool:
    """Whether a value that changed is an amount of money: it stays on one line."""
    return _AMOUNT.fullmatch(told or "") is not None


def install(app: Flask) -> None:
    """Give the words and numbers to the templates."""
    app.jinja_env.filters["changed_column"] = changed_column
    app.jinja_env.tests["closing"] = closes_former
    app.jinja_env.tests["amount"] = is_amount
    app.jinja_env.filters["shown_weight"] = shown_weight
    app.jinja_env.filters["plain_number"] = plain
