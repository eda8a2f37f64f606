"""Allocations (分配) by factors (因素分配法), computed as exact fractions, so that anybody can compute them again.

A scheme belongs to one table of one year. Its formula gives every division an exact share of the pool; the share is cut
off at the scheme's unit (the last decimal that the table prints, or a coarser one that all its amounts keep to), or
rounded to it; what remains, the residue (尾差), goes where the scheme's rule says. Amounts are integer fen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import product
from math import prod
from operator import add

from portal.domain.divisions import DivisionCode
from portal.domain.errors import InvalidError
from portal.domain.messages import N_
from portal.domain.money import Fen


class AllocationForm(StrEnum):
    """How the factors become shares; `stated` has no factors, so nobody can compute it again."""

    ADDITIVE = "additive"
    PRODUCT = "product"
    STATED = "stated"


class ResidueRule(StrEnum):
    """Where the residue (尾差) of the cutting off goes."""

    LARGEST_REMAINDER = "largest_remainder"
    LARGEST = "largest"
    FIRST = "first"
    LAST = "last"


class Cutting(StrEnum):
    """How an exact share becomes whole units: what is less than one is left off, or the share is rounded (四舍五入)."""

    DOWN = "down"
    NEAREST = "nearest"


class AdjustmentKind(StrEnum):
    """What changes a computed amount by a rule of its own: 基数, 保底, 封顶, 提前下达, 结转, 预留."""

    BASE_AMOUNT = "base_amount"
    FLOOR_AMOUNT = "floor_amount"
    CAP_AMOUNT = "cap_amount"
    ADVANCE_ALLOCATION = "advance_allocation"
    CARRY_OVER = "carry_over"
    RESERVE = "reserve"


SIGNS = {
    AdjustmentKind.BASE_AMOUNT: 1,
    AdjustmentKind.FLOOR_AMOUNT: 1,
    AdjustmentKind.CAP_AMOUNT: -1,
    AdjustmentKind.ADVANCE_ALLOCATION: -1,
    AdjustmentKind.CARRY_OVER: -1,
    AdjustmentKind.RESERVE: 1,
}
"""What is given besides or tops up is added; what was issued before, is left over or too much is taken off."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: its values in the order of the scheme's divisions. Only the additive form has weights.

    `dated` is the day or month that the values are of, as the table states it.
    """

    name: str
    unit: str
    weight: Fraction | None
    values: tuple[Fraction, ...]
    dated: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The published rule: what is distributed (before adjustments), at which unit, by which form, the residue where."""

    form: AllocationForm
    residue: ResidueRule
    pool_fen: Fen
    unit_fen: int
    divisions: tuple[DivisionCode, ...]
    factors: tuple[Factor, ...]
    cutting: Cutting = Cutting.DOWN


@dataclass(frozen=True, slots=True)
class Computation:
    """How one division's amount came about: the exact share in units, whole ones, and its part of the residue.

    After rounding the residue may be negative: then it is taken off.
    """

    exact: Fraction
    whole: int
    residue_fen: Fen
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Adjustments of one kind: what is added to each division's computed amount, negative where it is taken off."""

    kind: AdjustmentKind
    amounts: tuple[Fen, ...]


@dataclass(frozen=True, slots=True)
class Reproduced:
    """The rule that comes nearest to a table, what it gives, and by how much each division differs from it.

    `equals` are other rules for the residue that give the very same amounts.
    """

    scheme: Scheme
    computed: tuple[Fen, ...]
    differences: tuple[Fen, ...]
    equals: tuple[ResidueRule, ...] = ()

    @property
    def unexplained(self) -> tuple[DivisionCode, ...]:
        """The divisions whose amount no rule explains: each needs words before it may be published."""
        pairs = zip(self.scheme.divisions, self.differences, strict=True)
        return tuple(code for code, difference in pairs if difference)


def shares(form: AllocationForm, factors: Sequence[Factor]) -> tuple[Fraction, ...]:
    """Each division's share of the pool; they sum to one. InvalidError where the factors give no shares."""
    if form is AllocationForm.PRODUCT:
        products = [prod(values) for values in zip(*(factor.values for factor in factors), strict=True)]
        return _parts(products)
    weights = [factor.weight for factor in factors]
    if any(weight is None for weight in weights) or sum(weight or 0 for weight in weights) != 1:
        raise InvalidError(N_("各因素的权重合计须为100%"))
    by_factor = [
        [weight * part for part in _parts(factor.values)]
        for factor, weight in zip(factors, weights, strict=True)
        if weight is not None
    ]
    return tuple(sum(parts, Fraction()) for parts in zip(*by_factor, strict=True))


def _parts(values: Sequence[Fraction]) -> tuple[Fraction, ...]:
    total = sum(values, Fraction())
    if total <= 0 or min(values) < 0:
        raise InvalidError(N_("因素的数值须不小于零，合计须大于零"))
    return tuple(value / total for value in values)


def computed_steps(scheme: Scheme) -> tuple[Computation, ...]:
    """How each division's amount comes about; the amounts sum to the pool to the fen."""
    units = Fraction(scheme.pool_fen, scheme.unit_fen)
    exact = [units * share for share in shares(scheme.form, scheme.factors)]
    whole = [whole_units(amount, scheme.cutting) for amount in exact]
    rest = scheme.pool_fen - sum(whole) * scheme.unit_fen
    added = _residue(scheme, exact, rest)
    return tuple(
        Computation(amount, cut, Fen(more), Fen(cut * scheme.unit_fen + more))
        for amount, cut, more in zip(exact, whole, added, strict=True)
    )


def computed(scheme: Scheme) -> tuple[Fen, ...]:
    """The amounts alone."""
    return tuple(step.amount_fen for step in computed_steps(scheme))


def whole_units(exact: Fraction, cutting: Cutting) -> int:
    """The whole units of an exact share; half a unit is rounded up, as offices round."""
    return int((exact if cutting is Cutting.DOWN else exact + Fraction(1, 2)) // 1)


def residue_order(scheme: Scheme, exact: Sequence[Fraction]) -> tuple[int, ...]:
    """The places of the divisions in the order in which they get a part of the residue; ties by division code."""
    places = range(len(exact))
    if scheme.residue is ResidueRule.LARGEST_REMAINDER:
        return tuple(sorted(places, key=lambda i: (-(exact[i] % 1), scheme.divisions[i])))
    if scheme.residue is ResidueRule.LARGEST:
        return tuple(sorted(places, key=lambda i: (-exact[i], scheme.divisions[i])))
    return tuple(places) if scheme.residue is ResidueRule.FIRST else tuple(reversed(places))


def _residue(scheme: Scheme, exact: Sequence[Fraction], rest: int) -> list[int]:
    """Largest remainder: one unit each, what is less than a unit to the next; otherwise all of it to the first."""
    added = [0] * len(exact)
    order = residue_order(scheme, exact)
    if scheme.residue is not ResidueRule.LARGEST_REMAINDER:
        added[order[0]] = rest
        return added
    count, less = divmod(rest, scheme.unit_fen)
    for place in order[:count]:
        added[place] = scheme.unit_fen
    if less:
        added[order[count]] = less
    return added


def reproduce(
    finals: Sequence[Fen],
    adjustments: Sequence[Adjustment],
    divisions: Sequence[DivisionCode],
    factors: Sequence[Factor],
    unit_fen: int,
    pool: Fen | None = None,
) -> Reproduced:
    """Find the rule that gives a table's amounts, or the one that leaves the fewest of them unexplained.

    `pool` is what the formula distributes where the table tells it; otherwise it is the sum of what is not adjusted.
    Without factors nothing can be computed: then all that is not adjusted is unexplained.
    """
    base = before_adjustments(finals, adjustments)
    pool = Fen(sum(base)) if pool is None else pool
    if not factors or pool <= 0:
        scheme = Scheme(AllocationForm.STATED, ResidueRule.FIRST, pool, unit_fen, tuple(divisions), tuple(factors))
        return Reproduced(scheme, tuple(Fen(0) for _ in base), base)
    found = [
        _against(base, Scheme(form, rule, pool, unit, tuple(divisions), tuple(factors), cutting))
        for unit, form, (cutting, rule) in product(_units(base, unit_fen), _forms(factors), _ROUNDINGS)
    ]
    best = min(found, key=lambda one: len(one.unexplained))
    same = [one.scheme.residue for one in found if one is not best and _differ_by_residue(one, best)]
    return replace(best, equals=tuple(same))


_ROUNDINGS = (
    *((Cutting.DOWN, rule) for rule in ResidueRule),
    *((Cutting.NEAREST, rule) for rule in ResidueRule if rule is not ResidueRule.LARGEST_REMAINDER),
)
"""What is tried, in this order; shares that were rounded leave no remainders of which one could be the largest."""

_COARSEST_FEN = 100_000_000


def _units(base: Sequence[Fen], printed: int) -> tuple[int, ...]:
    """The unit that the table prints, then coarser ones that all its amounts keep to but the one with the residue."""
    units = [printed]
    while units[-1] < _COARSEST_FEN and sum(1 for amount in base if amount % (units[-1] * 10)) <= 1:
        units.append(units[-1] * 10)
    return tuple(units)


def _differ_by_residue(one: Reproduced, best: Reproduced) -> bool:
    """Whether two rules that give the same amounts differ by nothing but where the residue goes."""
    return one.computed == best.computed and one.scheme == replace(best.scheme, residue=one.scheme.residue)


def before_adjustments(finals: Sequence[Fen], adjustments: Sequence[Adjustment]) -> tuple[Fen, ...]:
    """What the formula must have given: the final amounts without what was adjusted."""
    return tuple(Fen(final - change) for final, change in zip(finals, adjusted(adjustments, len(finals)), strict=True))


def adjusted(adjustments: Sequence[Adjustment], count: int) -> tuple[Fen, ...]:
    """By how much each of `count` divisions is adjusted altogether."""
    total = [0] * count
    for one in adjustments:
        total = list(map(add, total, one.amounts))
    return tuple(map(Fen, total))


def _forms(factors: Sequence[Factor]) -> tuple[AllocationForm, ...]:
    """A table that states weights adds its factors up; one without them multiplies them."""
    return (AllocationForm.PRODUCT,) if factors[0].weight is None else (AllocationForm.ADDITIVE,)


def _against(base: Sequence[Fen], scheme: Scheme) -> Reproduced:
    amounts = computed(scheme)
    return Reproduced(scheme, amounts, tuple(Fen(b - a) for b, a in zip(base, amounts, strict=True)))


def reweighted(scheme: Scheme, weights: Sequence[Fraction]) -> tuple[Fen, ...]:
    """A trial (试算): the same pool and factors under other weights; InvalidError unless they sum to one."""
    if any(weight < 0 for weight in weights):
        raise InvalidError(N_("权重不能小于零"))
    factors = tuple(replace(one, weight=weight) for one, weight in zip(scheme.factors, weights, strict=True))
    return computed(replace(scheme, factors=factors))
