from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sealing.envelopes import BrokenEnvelopeError, seal, seal_under, unseal_under
from portal.sealing.keys import (
    PURPOSES,
    SEALING,
    Keyring,
    KeysInUseError,
    UnsafeKeyError,
    new_key_id,
    open_keyring,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keyring(folder: Path) -> Keyring:
    return open_keyring(folder, create=True)


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    """A keyring in whose folder every sealing key has been renewed twice."""
    keyring = open_keyring(tmp_path_factory.mktemp("keys"), create=True)
    for purpose in SEALING * 2:
        keyring.renew(purpose)
    return keyring


@given(
    st.sampled_from(SEALING),
    st.sampled_from(SEALING),
    st.binary(max_size=200),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_an_envelope_opens_for_its_purpose_and_row_alone(
    renewed: Keyring, purpose: str, other: str, plaintext: bytes, place: str, elsewhere: str
) -> None:
    envelope = seal_under(renewed, purpose, plaintext, bound_to=place)

    assert unseal_under(renewed, purpose, envelope, bound_to=place) == plaintext
    for wrong, at in ((other, place), (purpose, elsewhere)):
        if (wrong, at) != (purpose, place):
            with pytest.raises(BrokenEnvelopeError):
                unseal_under(renewed, wrong, envelope, bound_to=at)


@given(st.binary(max_size=100), st.integers(0))
def test_an_envelope_with_any_byte_changed_does_not_open(renewed: Keyring, plaintext: bytes, which: int) -> None:
    envelope = bytearray(seal_under(renewed, "names", plaintext, bound_to="row"))
    envelope[which % len(envelope)] ^= 1

    with pytest.raises(BrokenEnvelopeError):
        unseal_under(renewed, "names", bytes(envelope), bound_to="row")


def test_a_renewed_key_seals_and_the_former_one_still_reads_until_it_is_destroyed(
    folder: Path, keyring: Keyring
) -> None:
    before = seal_under(keyring, "names", b"text", bound_to="row")
    unnamed = seal(keyring.key("names"), b"text", bound_to="row")
    keyring.renew("names")
    after = seal_under(keyring, "names", b"text", bound_to="row")
    for reader in (keyring, open_keyring(folder, create=False)):
        assert [unseal_under(reader, "names", one, bound_to="row") for one in (before, unnamed, after)] == [b"text"] * 3

    keyring.destroy_former()
    for reader in (keyring, open_keyring(folder, create=False)):
        assert unseal_under(reader, "names", after, bound_to="row") == b"text"
        for gone in (before, unnamed):
            with pytest.raises(BrokenEnvelopeError):
                unseal_under(reader, "names", gone, bound_to="row")
    assert not list((folder / "former").iterdir())


@pytest.mark.parametrize("step", range(2))
def test_a_renewal_that_was_cut_short_loses_no_key(
    folder: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    envelope = seal_under(keyring, "names", b"text", bound_to="row")
    real, calls = Path.replace, iter(range(9))

    def fail(path: Path, target: Path) -> Path:
        if next(calls) == step:
            raise OSError("the power fails")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="power"):
        keyring.renew("names")
    monkeypatch.undo()

    again = open_keyring(folder, create=False)
    assert again.former["names"] == ()
    assert unseal_under(again, "names", envelope, bound_to="row") == b"text"
    again.renew("names")
    assert unseal_under(again, "names", envelope, bound_to="row") == b"text"


@pytest.mark.parametrize("name", [f"{purpose}.key" for purpose in PURPOSES] + ["former"])
def test_a_key_that_others_can_read_stops_the_start(folder: Path, keyring: Keyring, name: str) -> None:
    keyring.renew("content")
    path = next((folder / "former").iterdir()) if name == "former" else folder / name
    path.chmod(0o640)

    with pytest.raises(UnsafeKeyError, match="chmod 600"):
        open_keyring(folder, create=True)


def test_missing_and_damaged_keys_stop_the_start(folder: Path, keyring: Keyring) -> None:
    with pytest.raises(UnsafeKeyError, match="folder"):
        open_keyring(folder / "nowhere", create=False)
    (folder / "totp.key").unlink()
    with pytest.raises(UnsafeKeyError, match="missing"):
        open_keyring(folder, create=False)
    (folder / "totp.key").write_bytes(b"short")
    (folder / "totp.key").chmod(0o600)
    with pytest.raises(UnsafeKeyError, match="damaged"):
        open_keyring(folder, create=True)


def test_nobody_has_the_keys_for_himself_while_somebody_else_uses_them(folder: Path, keyring: Keyring) -> None:
    other = open_keyring(folder, create=False)
    with pytest.raises(KeysInUseError), keyring.alone():
        pass
    del other
    with keyring.alone():
        pass
    with keyring.alone():  # and again: holding it alone is over with the block
        pass


def test_no_key_stands_in_a_repr(keyring: Keyring) -> None:
    keyring.renew("names")

    for key in (*keyring.keys.values(), *keyring.former["names"]):
        assert repr(key) not in repr(keyring)
        assert key.hex() not in repr(keyring)


def test_the_key_of_a_single_list_dies_alone(keyring: Keyring) -> None:
    first, second = new_key_id(), new_key_id()
    keyring.create_single(first)
    kept = keyring.create_single(second)
    keyring.destroy_single(first)
    keyring.destroy_single(first)

    assert keyring.read_single(second) == kept
    with pytest.raises(UnsafeKeyError):
        keyring.read_single(first)
    with pytest.raises(UnsafeKeyError):
        keyring.read_single("../names")
