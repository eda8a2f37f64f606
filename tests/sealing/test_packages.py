"""Packages open with their key or passphrase alone, and not at all once a single bit was changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sealing.envelopes import BrokenEnvelopeError
from portal.sealing.packages import (
    needs_passphrase,
    open_package_under,
    open_package_with,
    seal_package_to,
    seal_package_under,
)
from portal.sealing.pairs import new_pair
from portal.sealing.paper_keys import parse, parse_public, printed, printed_public

PAIR, OTHER = new_pair(), new_pair()
PHRASE = "杨树 今年又绿了 2026 凫山"


@given(st.binary(max_size=2000))
def test_a_package_for_a_key_opens_with_that_key_alone(content: bytes) -> None:
    package = seal_package_to(PAIR.public, content)
    assert not needs_passphrase(package)
    assert open_package_with(PAIR.private, package) == content
    with pytest.raises(BrokenEnvelopeError):
        open_package_with(OTHER.private, package)


def test_a_package_under_a_passphrase_opens_with_that_passphrase_alone() -> None:
    package = seal_package_under(PHRASE, b"content")
    assert needs_passphrase(package)
    assert open_package_under(PHRASE, package) == b"content"
    for wrong in ("", PHRASE + "。", PHRASE.upper() + "x"):
        with pytest.raises(BrokenEnvelopeError):
            open_package_under(wrong, package)


def test_no_bit_of_a_package_can_be_changed() -> None:
    package = seal_package_to(PAIR.public, b"content")
    for place in range(len(package)):
        changed = package[:place] + bytes([package[place] ^ 1]) + package[place + 1 :]
        with pytest.raises(BrokenEnvelopeError):
            open_package_with(PAIR.private, changed)


@pytest.mark.parametrize("cut", [0, 1, 20, 150, 170, 250, -1])
def test_a_package_that_was_cut_short_does_not_open(cut: int) -> None:
    with pytest.raises(BrokenEnvelopeError):
        open_package_with(PAIR.private, seal_package_to(PAIR.public, b"content" * 9)[:cut])


@given(st.binary(max_size=300))
def test_anything_else_is_no_package(junk: bytes) -> None:
    with pytest.raises(BrokenEnvelopeError):
        needs_passphrase(junk)
    with pytest.raises(BrokenEnvelopeError):
        open_package_with(PAIR.private, b'{"package": 1}\n' + junk)


def test_one_package_is_not_opened_with_the_head_of_another() -> None:
    one, two = (seal_package_to(PAIR.public, text) for text in (b"one", b"two"))
    mixed = one.split(b"\n", 1)[0] + b"\n" + two.split(b"\n", 1)[1]
    with pytest.raises(BrokenEnvelopeError):
        open_package_with(PAIR.private, mixed)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_on_paper_is_read_however_it_is_typed(key: bytes) -> None:
    assert parse(printed(key).lower().replace("-", " ")) == key
    assert parse_public(printed_public(key).replace("-", "")) == key
    assert parse(printed_public(key)) is None
    assert parse_public(printed(key)) is None


@given(st.binary(min_size=32, max_size=32), st.integers(0, 55))
def test_a_slip_of_the_pen_in_a_public_key_is_found(key: bytes, place: int) -> None:
    letters = printed_public(key).replace("-", "")
    slip = "A" if letters[place] != "A" else "B"
    assert parse_public(letters[:place] + slip + letters[place + 1 :]) is None
