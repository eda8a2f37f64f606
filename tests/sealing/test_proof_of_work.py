import base64
import json

import pytest
from altcha import Challenge, Payload, solve_challenge
from hypothesis import given
from hypothesis import strategies as st

from portal.sealing.proof_of_work import ITERATIONS, PREFIX, challenge_under, is_solved, new_secret

SECRET = new_secret()


def _solved(secret: str) -> str:
    challenge = Challenge.from_dict(json.loads(challenge_under(secret)))
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def _changed(payload: str, *path: str, to: object) -> str:
    found = json.loads(base64.b64decode(payload))
    part = found
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = to
    return base64.b64encode(json.dumps(found).encode()).decode()


def test_a_solution_counts_for_the_form_that_asked_for_it_alone() -> None:
    payload = _solved(SECRET)
    assert is_solved(payload, SECRET)
    assert not is_solved(payload, new_secret())


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "cost"), 10**12),
        (("challenge", "parameters", "keyPrefix"), ""),
        (("challenge", "parameters", "algorithm"), "SHA-256"),
        (("challenge", "signature"), ""),
        (("challenge", "signature"), None),
        (("solution", "counter"), -1),
        (("solution", "counter"), 2**40),
        (("solution", "counter"), "0"),
        (("solution", "derivedKey"), PREFIX * 32),
        (("solution", "derivedKey"), 7),
    ],
)  # fmt: skip
def test_whatever_was_changed_counts_for_nothing(path: tuple[str, ...], to: object) -> None:
    assert not is_solved(_changed(_solved(SECRET), *path, to=to), SECRET)


def test_each_challenge_is_another_one_of_the_stated_cost() -> None:
    first, second = (json.loads(challenge_under(SECRET))["parameters"] for _ in range(2))
    assert first["nonce"] != second["nonce"]
    assert (first["cost"], first["keyPrefix"], first["algorithm"]) == (ITERATIONS, PREFIX, "PBKDF2/SHA-256")


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda raw: base64.b64encode(raw).decode())))
def test_anything_may_be_sent(payload: str) -> None:
    assert not is_solved(payload, SECRET)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["challenge", "solution", "parameters", "signature", "counter", "cost", "nonce"]), inner,
        ),
    )
)  # fmt: skip
def test_anything_may_be_sent_as_json(found: object) -> None:
    assert not is_solved(base64.b64encode(json.dumps(found).encode()).decode(), SECRET)


def test_a_payload_longer_than_any_browser_sends_is_not_even_read() -> None:
    assert not is_solved("A" * 5000, SECRET)
