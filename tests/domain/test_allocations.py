from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.allocation_tables import plain
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
    reproduce,
    reweighted,
    shares,
)
from portal.domain.errors import InvalidError
from portal.domain.money import Fen

HUNDRED_YUAN = 10_000
ROUNDINGS = [
    (cutting, rule)
    for cutting in Cutting
    for rule in ResidueRule
    if cutting is Cutting.DOWN or rule is not ResidueRule.LARGEST_REMAINDER
]
PLACES = ("370811", "370812", "370826")


def factor(*values: int | str, weight: str | None = "1", name: str = "救助对象人数") -> Factor:
    return Factor(name, "人", Fraction(weight) if weight else None, tuple(Fraction(value) for value in values))


def scheme(*factors: Factor, pool: int = 1_000_000, rule: ResidueRule = ResidueRule.LARGEST_REMAINDER) -> Scheme:
    form = AllocationForm.ADDITIVE if factors[0].weight is not None else AllocationForm.PRODUCT
    places = tuple(f"37{place:04d}" for place in range(len(factors[0].values)))
    return Scheme(form, rule, Fen(pool), HUNDRED_YUAN, places, factors)


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """Any scheme that a table may hold: up to fourteen divisions, up to three factors, with weights or without."""
    count, factors = draw(st.integers(1, 14)), draw(st.integers(1, 3))
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=factors - 1, max_size=factors - 1)))
    bounds = [0, *cuts, 100]
    weighted = draw(st.booleans())
    made = []
    for place in range(factors):
        values = draw(st.lists(st.integers(1, 10**6), min_size=count, max_size=count))
        weight = Fraction(bounds[place + 1] - bounds[place], 100) if weighted else None
        made.append(Factor(f"因素{place}", "", weight, tuple(Fraction(value, 100) for value in values)))
    form = AllocationForm.ADDITIVE if weighted else AllocationForm.PRODUCT
    codes = draw(st.permutations([f"37{place:04d}" for place in range(count)]))
    pool, unit = draw(st.integers(1, 10**12)), draw(st.sampled_from([1, 100, 10_000, 1_000_000]))
    cutting, rule = draw(st.sampled_from(ROUNDINGS))
    return Scheme(form, rule, Fen(pool), unit, tuple(codes), tuple(made), cutting)


@given(schemes())
def test_shares_sum_to_one(one: Scheme):
    assert sum(shares(one.form, one.factors)) == 1


@given(schemes())
def test_the_amounts_sum_to_the_pool_to_the_fen(one: Scheme):
    assert sum(computed(one)) == one.pool_fen


@given(schemes())
def test_a_share_becomes_whole_units_by_leaving_off_less_than_one_or_by_rounding(one: Scheme):
    for step in computed_steps(one):
        if one.cutting is Cutting.DOWN:
            assert step.amount_fen >= step.whole * one.unit_fen
            assert 0 <= step.exact - step.whole < 1
        else:
            assert abs(step.exact - step.whole) <= Fraction(1, 2)


@given(schemes())
def test_the_rule_of_a_table_is_found_from_its_amounts_alone(one: Scheme):
    found = reproduce(computed(one), (), one.divisions, one.factors, one.unit_fen)
    assert found.unexplained == ()
    assert found.computed == computed(one)


@given(schemes(), st.data())
def test_adjustments_stand_between_the_formula_and_the_final_amounts(one: Scheme, data: st.DataObject):
    count = len(one.divisions)
    taken = data.draw(st.lists(st.integers(0, 10**8), min_size=count, max_size=count))
    advance = Adjustment(AdjustmentKind.ADVANCE_ALLOCATION, tuple(Fen(-amount) for amount in taken))
    finals = [Fen(amount - less) for amount, less in zip(computed(one), taken, strict=True)]
    found = reproduce(finals, [advance], one.divisions, one.factors, one.unit_fen)
    assert found.scheme.pool_fen == one.pool_fen
    assert found.unexplained == ()


def test_the_residue_goes_where_the_rule_says():
    """Three equal shares of 100 units: one unit remains."""
    equal = factor(1, 1, 1)
    one = HUNDRED_YUAN
    amounts = {rule: computed(scheme(equal, rule=rule)) for rule in ResidueRule}
    assert amounts[ResidueRule.FIRST] == (34 * one, 33 * one, 33 * one)
    assert amounts[ResidueRule.LAST] == (33 * one, 33 * one, 34 * one)
    assert amounts[ResidueRule.LARGEST] == amounts[ResidueRule.LARGEST_REMAINDER] == (34 * one, 33 * one, 33 * one)


@pytest.mark.parametrize(
    ("rule", "amounts"),
    [(ResidueRule.FIRST, (16, 17, 67)), (ResidueRule.LAST, (17, 17, 66)), (ResidueRule.LARGEST, (17, 17, 66))],
)
def test_shares_that_were_rounded_and_put_right_in_one_place_are_found(rule: ResidueRule, amounts: tuple[int, ...]):
    """16.6, 16.6 and 66.8 of 100 units: rounded they are 17, 17 and 67, one too many."""
    finals = [Fen(amount * HUNDRED_YUAN) for amount in amounts]
    found = reproduce(finals, (), PLACES, (factor(166, 166, 668),), HUNDRED_YUAN)
    assert found.unexplained == ()
    assert (found.scheme.cutting, rule in {found.scheme.residue, *found.equals}) == (Cutting.NEAREST, True)


@pytest.mark.parametrize("pool", [1_000_000, 1_000_037])
def test_amounts_that_keep_to_a_coarser_unit_than_the_table_prints_are_found(pool: int):
    """A table in 元 with two decimals whose amounts were computed to 100 元; one of them took the odd fen."""
    one = scheme(factor(1, 1, 4), pool=pool, rule=ResidueRule.LAST)
    found = reproduce(computed(one), (), one.divisions, one.factors, 1)
    assert (found.unexplained, found.scheme.unit_fen) == ((), HUNDRED_YUAN)


def test_weights_of_a_third_are_exact():
    thirds = [factor(*values, weight="1/3") for values in ((5, 3, 2), (1, 1, 2), (1, 2, 1))]
    assert sum(shares(AllocationForm.ADDITIVE, thirds)) == 1


def test_equal_remainders_are_told_apart_by_division_code():
    tied = Scheme(
        AllocationForm.ADDITIVE, ResidueRule.LARGEST_REMAINDER, Fen(1_000_000), HUNDRED_YUAN,
        ("370883", "370811", "370826"), (factor(1, 1, 1),),
    )  # fmt: skip
    assert computed(tied) == (330_000, 340_000, 330_000)


def test_what_is_less_than_a_unit_is_not_lost():
    assert sum(computed(scheme(factor(1, 1, 1), pool=1_000_007))) == 1_000_007


def test_the_product_form_multiplies_need_by_means_and_merit():
    need, means, merit = (factor(*values, weight=None) for values in ((2, 1, 1), (1, 2, 1), (1, 1, 4)))
    assert shares(AllocationForm.PRODUCT, (need, means, merit)) == (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))


def test_a_division_that_no_rule_explains_is_told_with_its_difference():
    one = scheme(factor(5, 3, 2), pool=10_000_000)
    finals = list(computed(one))
    finals[0], finals[1] = Fen(finals[0] - 50_000), Fen(finals[1] + 50_000)
    found = reproduce(finals, (), one.divisions, one.factors, one.unit_fen)
    assert dict(zip(one.divisions, found.differences, strict=True)) == {
        "370000": -50_000,
        "370001": 50_000,
        "370002": 0,
    }


def test_a_table_without_factors_explains_nothing():
    found = reproduce([Fen(300), Fen(700)], (), ("370811", "370812"), (), 100)
    assert found.scheme.form is AllocationForm.STATED
    assert found.unexplained == ("370811", "370812")


def test_other_weights_give_other_amounts_and_the_same_pool():
    people, merit = factor(5, 3, 2, weight="0.6"), factor(1, 1, 2, weight="0.4")
    one = scheme(people, merit, pool=10_000_000)
    trial = reweighted(one, [Fraction(1), Fraction(0)])
    assert trial == (5_000_000, 3_000_000, 2_000_000)
    assert sum(trial) == sum(computed(one))


@pytest.mark.parametrize("weights", [("0.6", "0.3"), ("1.2", "-0.2")])
def test_weights_that_do_not_sum_to_one_are_refused(weights: tuple[str, str]):
    one = scheme(factor(5, 3, 2, weight="0.6"), factor(1, 1, 2, weight="0.4"))
    with pytest.raises(InvalidError):
        reweighted(one, [Fraction(weight) for weight in weights])


def test_factors_that_give_no_shares_are_refused():
    with pytest.raises(InvalidError):
        computed(scheme(factor(0, 0, 0)))


@given(st.integers(0, 10**15), st.integers(0, 20))
def test_a_factors_value_is_kept_as_exactly_as_a_spreadsheet_tells_it(digits: int, decimals: int):
    value = Fraction(digits, 10**decimals)
    assert Fraction(plain(value)) == value
    assert "e" not in plain(value).lower()
