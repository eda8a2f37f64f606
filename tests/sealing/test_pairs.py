import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sealing.envelopes import BrokenEnvelopeError
from portal.sealing.pairs import new_pair, open_with, pair_from_seed, seal_to


@given(st.binary(max_size=500), st.text(max_size=40))
def test_only_the_private_half_opens_what_was_sealed_to_the_public_one(plaintext: bytes, place: str) -> None:
    pair = new_pair()
    sealed = seal_to(pair.public, plaintext, bound_to=place)

    assert open_with(pair.private, sealed, bound_to=place) == plaintext
    with pytest.raises(BrokenEnvelopeError):
        open_with(new_pair().private, sealed, bound_to=place)


def test_a_seal_moved_to_another_row_altered_or_cut_does_not_open() -> None:
    pair = new_pair()
    sealed = seal_to(pair.public, b"text", bound_to="case:1")

    for broken, place in (
        (sealed, "case:2"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), "case:1"),
        (sealed[:20], "case:1"),
        (b"", "case:1"),
    ):
        with pytest.raises(BrokenEnvelopeError):
            open_with(pair.private, broken, bound_to=place)


def test_a_seed_gives_the_same_pair_again() -> None:
    seed = bytes(range(32))

    assert pair_from_seed(seed) == pair_from_seed(seed) != new_pair()
