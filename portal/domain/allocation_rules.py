"""Which rule gives the amounts of a table that was read: with its factors, without what only may be factors."""

from dataclasses import replace

from portal.domain.allocation_sheets import AllocationSheet
from portal.domain.allocations import Adjustment, AdjustmentKind, Reproduced, reproduce
from portal.domain.money import Fen


def found_rule(sheet: AllocationSheet) -> tuple[Reproduced, tuple[Adjustment, ...]]:
    """The rule that leaves the fewest amounts unexplained, and the adjustments that stand outside of it.

    What an office keeps is outside of the formula, unless the formula's residue is what it keeps.
    """
    inside = tuple(one for one in sheet.adjustments if one.kind is not AdjustmentKind.RESERVE)
    tried = [(_reproduced(sheet, sheet.adjustments), sheet.adjustments)]
    if len(inside) < len(sheet.adjustments) and sheet.factors:
        tried.append((_reproduced(sheet, inside), inside))
    best, adjustments = min(tried, key=lambda one: len(one[0].unexplained))
    if sheet.may_be_factors and best.unexplained:
        return found_rule(replace(sheet, factors=(), may_be_factors=False))
    return best, adjustments


def _reproduced(sheet: AllocationSheet, adjustments: tuple[Adjustment, ...]) -> Reproduced:
    pool = None if sheet.computed is None else Fen(sum(sheet.computed))
    codes = [one.code for one in sheet.divisions]
    return reproduce(sheet.finals, adjustments, codes, sheet.factors, sheet.unit_fen, pool)
