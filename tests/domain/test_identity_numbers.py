from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identity_numbers import IdentityFault, birth_date, fault, masked, normal_form
from tests.samples.people import identity_number

ANY_NUMBER = st.builds(identity_number, st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999))


@given(ANY_NUMBER)
def test_a_number_with_its_check_character_is_right_and_tells_the_birthday(number):
    assert fault(number) is None
    assert birth_date(number).strftime("%Y%m%d") == number[6:14]


@given(ANY_NUMBER, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, shift):
    digit = number[place]
    wrong = str((int(digit) + shift) % 10) if digit != "X" else str(shift)
    assert fault(number[:place] + wrong + number[place + 1 :]) is not None


@given(ANY_NUMBER)
def test_a_masked_number_shows_three_characters(number):
    assert sum(character != "*" for character in masked(number)) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("37089919501301123", IdentityFault.LENGTH), ("370899195013011234", IdentityFault.DATE), ("370899500101123", IdentityFault.OLD_NUMBER),
        ("3.70899E+17", IdentityFault.DIGITS_LOST), ("韩春梅", IdentityFault.CHARACTERS), ("370899195001011000", IdentityFault.DIGITS_LOST),
    ],
)  # fmt: skip
def test_each_fault_has_its_kind(text, found):
    assert fault(normal_form(text)) is found
