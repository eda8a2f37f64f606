import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.case_holders import Holder, KeyPurpose, wraps_of
from portal.domain.cases import CaseKind
from portal.domain.errors import RefusedError

kinds = st.sampled_from(CaseKind)


@given(kinds, st.booleans(), st.integers(1, 9), st.integers(11, 19))
def test_the_submitter_keeps_both_keys_and_each_key_has_one_other_holder(
    kind: CaseKind, confidential: bool, desk: int, custody: int
) -> None:
    wraps = wraps_of(kind, confidential=confidential, desk_key_id=desk, custody_key_id=custody)

    for purpose in KeyPurpose:
        holders = [wrap.holder for wrap in wraps if wrap.purpose is purpose]
        assert len(holders) == 2
        assert Holder.SUBMITTER in holders


@given(st.booleans(), st.integers(1, 9), st.integers(11, 19))
def test_no_service_key_opens_anything_of_a_tip_off(confidential: bool, desk: int, custody: int) -> None:
    wraps = wraps_of(CaseKind.TIP_OFF, confidential=confidential, desk_key_id=desk, custody_key_id=custody)

    assert all(wrap.holder is not Holder.SERVICE for wrap in wraps)


@given(kinds, st.integers(1, 9), st.integers(11, 19))
def test_who_asked_for_confidence_is_known_to_the_custodian_alone(kind: CaseKind, desk: int, custody: int) -> None:
    wraps = wraps_of(kind, confidential=True, desk_key_id=desk, custody_key_id=custody)

    assert [w.holder_id for w in wraps if w.purpose is KeyPurpose.IDENTITY and w.holder is Holder.DESK] == [custody]


@given(kinds.filter(lambda kind: kind is not CaseKind.TIP_OFF))
def test_an_ordinary_case_needs_no_desk(kind: CaseKind) -> None:
    wraps = wraps_of(kind, confidential=False, desk_key_id=None, custody_key_id=None)

    assert all(wrap.holder is not Holder.DESK for wrap in wraps)


@pytest.mark.parametrize(("desk", "custody"), [(None, 1), (1, None)])
def test_a_tip_off_that_nobody_could_open_is_refused_rather_than_kept_in_clear(
    desk: int | None, custody: int | None
) -> None:
    with pytest.raises(RefusedError, match="12388"):
        wraps_of(CaseKind.TIP_OFF, confidential=False, desk_key_id=desk, custody_key_id=custody)
