from argon2.low_level import Type, hash_secret_raw

from portal.sealing.passwords import hash_password, key_from_password, matches, one_time_password


def test_a_password_is_found_by_its_hash_alone():
    stored = hash_password("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches(stored, "correct horse battery")
    assert not matches(stored, "correct horse batterz")


def test_a_key_from_a_password_costs_as_much_as_its_hash():
    salt = bytes(16)
    assert key_from_password("correct horse", salt) == hash_secret_raw(b"correct horse", salt, 2, 19456, 1, 32, Type.ID)


def test_full_width_letters_are_the_same_letters():
    assert matches(hash_password("ｈｏｒｓｅ battery staple"), "horse battery staple")


def test_nobody_has_no_password():
    assert not matches(None, "")
    assert not matches(None, "anything at all")


def test_a_damaged_hash_matches_nothing():
    assert not matches("no hash", "anything at all")


def test_one_time_passwords_differ_and_hold_no_letters_that_look_alike():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("01ilo")
