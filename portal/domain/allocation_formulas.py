"""The formulas of a workbook that computes an allocation again in binary fractions, and how exact they have to round.

Spreadsheets know no exact fractions. The share of a division, counted in units, is rounded to so many digits that its
whole part and the order of the remainders come out as they are in truth; how many digits do that is tried out.
"""

from fractions import Fraction

from portal.domain.allocations import Cutting, ResidueRule, Scheme, computed_steps, residue_order, shares, whole_units

DIGITS = (6, 5, 7, 8, 4, 9)


def digits_that_hold(scheme: Scheme) -> int:
    """Digits at which rounded binary shares give the exact amounts; the last ones tried when none does."""
    return next((digits for digits in DIGITS if _holds(scheme, digits)), DIGITS[0])


def _holds(scheme: Scheme, digits: int) -> bool:
    exact = [step.exact for step in computed_steps(scheme)]
    rounded = [Fraction(str(round(share, digits))) for share in _binary(scheme)]
    cutting = scheme.cutting
    same_whole = all(whole_units(a, cutting) == whole_units(b, cutting) for a, b in zip(exact, rounded, strict=True))
    return same_whole and residue_order(scheme, rounded) == residue_order(scheme, exact)


def _binary(scheme: Scheme) -> list[float]:
    units = scheme.pool_fen / scheme.unit_fen
    return [units * float(share) for share in shares(scheme.form, scheme.factors)]


def whole_formula(cutting: Cutting, cell: str) -> str:
    """The whole units of the share that a cell holds."""
    return f"INT({cell})" if cutting is Cutting.DOWN else f"INT({cell}+0.5)"


def rank_formula(rule: ResidueRule, row: int, first: int, last: int, *, value: str, order: str) -> str:
    """Which place a row has in the order of the residue; `value` and `order` are letters of columns.

    `value` holds the remainder or the share, `order` the place of the division's code.
    """
    values, orders = f"{value}${first}:{value}${last}", f"{order}${first}:{order}${last}"
    if rule in {ResidueRule.LARGEST_REMAINDER, ResidueRule.LARGEST}:
        tied = f"({values}={value}{row})*({orders}<{order}{row})"
        return f"1+SUMPRODUCT(({values}>{value}{row})+{tied})"
    return f"ROW()-{first - 1}" if rule is ResidueRule.FIRST else f"{last + 1}-ROW()"
