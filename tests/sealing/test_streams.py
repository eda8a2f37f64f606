import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sealing.envelopes import BrokenEnvelopeError
from portal.sealing.streams import HEAD, PIECE, seal_stream, unseal_stream

KEY = bytes(range(32))
ROW = "case:1:file:2"
SEALED_PIECE = PIECE + 16


def _sealed(content: bytes) -> bytes:
    return b"".join(seal_stream(KEY, content, bound_to=ROW))


def _unsealed(sealed: bytes, key: bytes = KEY, row: str = ROW) -> bytes:
    return b"".join(unseal_stream(key, [sealed], bound_to=row))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_file_of_any_size_comes_back(size: int):
    content = bytes(n % 251 for n in range(size))
    assert _unsealed(_sealed(content)) == content


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=30))
def test_it_comes_back_however_the_bytes_are_cut(lengths: list[int]):
    content, parts, at = b"abc" * 100_000, [], 0
    sealed = _sealed(content)
    for length in lengths:
        parts.append(sealed[at : at + length])
        at += length
    assert b"".join(unseal_stream(KEY, [*parts, sealed[at:]], bound_to=ROW)) == content


def test_the_same_content_never_looks_the_same():
    assert _sealed(b"a" * 100) != _sealed(b"a" * 100)


def test_another_key_or_row_does_not_open_it():
    sealed = _sealed(b"secret")
    for key, row in ((bytes(32), ROW), (KEY, "case:1:file:3")):
        with pytest.raises(BrokenEnvelopeError):
            _unsealed(sealed, key, row)


def _pieces(sealed: bytes) -> tuple[bytes, list[bytes]]:
    body = sealed[HEAD:]
    return sealed[:HEAD], [body[at : at + SEALED_PIECE] for at in range(0, len(body), SEALED_PIECE)]


@pytest.mark.parametrize(
    "change",
    [
        lambda pieces: pieces[:-1],
        lambda pieces: pieces[1:],
        lambda pieces: [pieces[1], pieces[0], *pieces[2:]],
        lambda pieces: [*pieces, pieces[-1]],
        lambda pieces: [pieces[0], pieces[0], *pieces[1:]],
        lambda pieces: [pieces[0][:-1] + bytes([pieces[0][-1] ^ 1]), *pieces[1:]],
        lambda pieces: [],
    ],
    ids=["cut", "beheaded", "swapped", "longer", "doubled", "altered", "empty"],
)
def test_pieces_that_are_moved_missing_or_altered_do_not_open(change):
    head, pieces = _pieces(_sealed(b"x" * (3 * PIECE)))
    with pytest.raises(BrokenEnvelopeError):
        _unsealed(head + b"".join(change(pieces)))


def test_a_foreign_file_does_not_open():
    for foreign in (b"", b"\x01" * 100, b"\x02" * 10):
        with pytest.raises(BrokenEnvelopeError):
            _unsealed(foreign)
