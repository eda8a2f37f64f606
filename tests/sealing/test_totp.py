from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from portal.sealing.totp import STEP_SECONDS, address_of, new_secret, step_of

AT = datetime(2026, 11, 20, 2, 0, 10, tzinfo=UTC)
SECRET = new_secret()


def _code(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(int(at.timestamp()))


def test_a_code_is_good_once():
    step = step_of(SECRET, _code(AT), at=AT, after=0)
    assert step == int(AT.timestamp()) // STEP_SECONDS
    assert step_of(SECRET, _code(AT), at=AT, after=step) is None


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_be_half_a_minute_off(seconds: int):
    assert step_of(SECRET, _code(AT + timedelta(seconds=seconds)), at=AT, after=0)


@pytest.mark.parametrize("seconds", [-90, 90])
def test_older_and_later_codes_are_refused(seconds: int):
    assert step_of(SECRET, _code(AT + timedelta(seconds=seconds)), at=AT, after=0) is None


def test_full_width_digits_and_spaces_are_forgiven():
    code = _code(AT)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert step_of(SECRET, f" {wide[:3]} {wide[3:]} ", at=AT, after=0)
    assert step_of(SECRET, "验证码", at=AT, after=0) is None


def test_the_address_names_issuer_and_account():
    address = address_of(SECRET, username="zhang_san", issuer="济宁市民政局")
    assert address.startswith("otpauth://totp/")
    assert SECRET in address
