import hashlib
import re

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from portal.sealing.pairs import pair_from_seed
from portal.sealing.query_codes import QueryCode, derive, new_code, parse_code, with_check_digits

PEPPER = bytes(range(32))
random_digits = st.text("0123456789", min_size=18, max_size=18)


def test_a_code_has_twenty_digits_in_five_groups_and_no_two_are_alike() -> None:
    codes = {new_code().grouped for _ in range(100)}

    assert len(codes) == 100
    assert all(re.fullmatch(r"(\d{4} ){4}\d{4}", code) for code in codes)


@given(random_digits)
def test_every_code_is_read_back_from_its_groups(digits: str) -> None:
    code = QueryCode(with_check_digits(digits))

    assert parse_code(code.grouped) == code.digits


@given(random_digits, st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_is_found_without_asking_the_database(digits: str, place: int, step: int) -> None:
    code = with_check_digits(digits)
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]

    assert parse_code(wrong) is None


@given(random_digits, st.integers(0, 18))
def test_two_neighbours_exchanged_are_found(digits: str, place: int) -> None:
    code = with_check_digits(digits)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert wrong == code or parse_code(wrong) is None


def test_full_width_digits_spaces_and_dashes_are_forgiven() -> None:
    code = QueryCode(with_check_digits("123456789012345678"))
    wide = code.grouped.translate(str.maketrans("0123456789 ", "０１２３４５６７８９　"))

    assert parse_code(wide) == parse_code(f" {code.grouped.replace(' ', ' - ')}\n") == code.digits


@pytest.mark.parametrize("typed", ["", "1234", "1" * 20, "abcd" * 5, "1234 5678 9012 3456 78", "٠" * 20])
def test_what_is_no_code_is_nothing(typed: str) -> None:
    assert parse_code(typed) is None


def test_the_same_code_opens_the_same_and_another_pepper_opens_nothing() -> None:
    code = new_code().digits
    first, again, elsewhere = derive(code, PEPPER), derive(code, PEPPER), derive(code, PEPPER[::-1])

    assert (first.lookup_id, first.pair) == (again.lookup_id, again.pair)
    assert elsewhere.lookup_id != first.lookup_id
    assert elsewhere.pair.public != first.pair.public


def test_a_code_costs_two_passes_over_nineteen_megabytes_to_try() -> None:
    code, salt = new_code().digits, hashlib.sha256(b"query codes\n" + PEPPER).digest()
    raw = hash_secret_raw(code.encode(), salt, 2, 19456, 1, 64, Type.ID)

    assert derive(code, PEPPER).pair == pair_from_seed(raw[32:])


def test_nothing_prints_a_code_or_a_private_key() -> None:
    code = QueryCode(with_check_digits("123456789012345678"))

    assert code.digits not in repr(code)
    assert repr(derive(code.digits, PEPPER)).count("private") == 0
