from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.divisions import DivisionCode
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.standards import Series, Standard, Standards
from portal.domain.standards import StandardResidence as Residence

LOW, POOR = Program.SUBSISTENCE_ALLOWANCE, Program.EXTREME_POVERTY_SUPPORT
CITY, COUNTY, OTHER = "370800", "370811", "370832"


def standard(code: str, day: date, yuan: int, residence: Residence = Residence.RURAL) -> Standard:
    return Standard(Series(LOW, residence, DivisionCode(code), day), Fen(yuan * 100), "济民发〔2025〕1号")


LAST_YEAR, THIS_YEAR, NEXT_YEAR = (date(year, 7, 1) for year in (2025, 2026, 2027))
KNOWN = Standards(
    (
        standard(CITY, LAST_YEAR, 690),
        standard(CITY, THIS_YEAR, 720),
        standard(CITY, THIS_YEAR, 930, Residence.URBAN),
        standard(COUNTY, THIS_YEAR, 780),
    )
)


def test_a_standard_counts_from_its_day_on_until_the_next_one():
    assert KNOWN.valid_on(LOW, date(2025, 6, 30), [CITY]) == {}
    assert KNOWN.valid_on(LOW, LAST_YEAR, [CITY]) == {"rural": 69_000}
    assert KNOWN.valid_on(LOW, date(2026, 6, 30), [CITY]) == {"rural": 69_000}
    assert KNOWN.valid_on(LOW, THIS_YEAR, [CITY]) == {"urban": 93_000, "rural": 72_000}
    assert KNOWN.valid_on(POOR, THIS_YEAR, [CITY]) == {}


def test_a_county_that_has_set_its_own_differs_from_the_city_and_keeps_the_rest():
    path = [CITY, COUNTY, "370811002"]
    assert KNOWN.valid_on(LOW, LAST_YEAR, path) == {"rural": 69_000}
    assert KNOWN.valid_on(LOW, THIS_YEAR, path) == {"urban": 93_000, "rural": 78_000}
    assert KNOWN.valid_on(LOW, THIS_YEAR, [CITY, OTHER]) == {"urban": 93_000, "rural": 72_000}
    raised = Standards((*KNOWN.all, standard(CITY, NEXT_YEAR, 990)))
    assert raised.valid_on(LOW, NEXT_YEAR, path)["rural"] == 78_000


def test_the_years_of_a_county_are_the_steps_that_held_there():
    steps = KNOWN.over_the_years(LOW, Residence.RURAL, [CITY, COUNTY])
    assert [(step.standard.series.division_code, step.standard.amount_fen) for step in steps] == [
        (CITY, 69_000),
        (COUNTY, 78_000),
    ]
    assert KNOWN.over_the_years(POOR, Residence.RURAL, [CITY, COUNTY]) == ()


def test_a_correction_counts_and_the_amount_it_corrects_stays_beside_it():
    wrong, right = standard(COUNTY, THIS_YEAR, 870), standard(COUNTY, THIS_YEAR, 780)
    corrected = Standards((standard(CITY, LAST_YEAR, 690), wrong, right))
    assert corrected.valid_on(LOW, THIS_YEAR, [CITY, COUNTY])["rural"] == 78_000
    last = corrected.over_the_years(LOW, Residence.RURAL, [CITY, COUNTY])[-1]
    assert (last.standard, last.former) == (right, (wrong,))


@given(
    st.lists(st.tuples(st.sampled_from([CITY, COUNTY]), st.integers(0, 3000), st.integers(100, 2000)), max_size=12),
    st.integers(0, 3000),
)
def test_what_held_on_a_day_is_the_last_step_that_had_begun(entries, day):
    known = Standards(tuple(standard(code, date.fromordinal(735_000 + at), yuan) for code, at, yuan in entries))
    today, path = date.fromordinal(735_000 + day), [CITY, COUNTY]
    begun = [
        step.standard.amount_fen
        for step in known.over_the_years(LOW, Residence.RURAL, path)
        if step.standard.series.valid_from <= today
    ]
    assert known.valid_on(LOW, today, path) == ({"rural": begun[-1]} if begun else {})
