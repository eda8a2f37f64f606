from datetime import datetime, timedelta

import pytest

from portal.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.publications import Area, Face, RevisionState, WithdrawalKind
from portal.models.offices import Office
from portal.models.transaction import transaction
from portal.queries.publications import list_page, public_view
from portal.usecases import publications
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.lists import drafted, people, published


def test_a_list_becomes_public_through_three_people(services: Services, cast: Cast, at: datetime) -> None:
    number = published(services, cast, at=at)
    view = public_view(Area.NOTICES, number, at=at)
    assert view is not None
    assert view.face is Face.FULL
    assert view.title == "许庄街道2026年11月拟纳入最低生活保障40户的公示"
    assert len(list_page(view, 1)) == 40
    assert view.head["period"] == {"first_on": "2026-11-21", "last_on": "2026-12-01", "provisional": False}


def test_a_draft_is_invisible_until_it_is_published(services: Services, cast: Cast, at: datetime) -> None:
    number = drafted(services, cast, at=at)
    assert public_view(Area.NOTICES, number, at=at) is None
    publications.submit(services, cast.zhang_san, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    assert public_view(Area.NOTICES, number, at=at) is None


def test_nobody_publishes_what_he_has_drafted(services: Services, cast: Cast, at: datetime) -> None:
    number = drafted(services, cast, at=at)
    publications.submit(services, cast.zhang_san, number, at=at)
    with pytest.raises(NotAllowedError):
        publications.publish(services, cast.zhang_san, number, at=at)


def test_what_was_not_reviewed_is_not_published(services: Services, cast: Cast, at: datetime) -> None:
    number = drafted(services, cast, at=at)
    publications.submit(services, cast.zhang_san, number, at=at)
    with pytest.raises(ConflictError):
        publications.publish(services, cast.zhao_liu, number, at=at)


def test_somebody_of_another_county_does_not_even_see_that_it_exists(
    services: Services, cast: Cast, at: datetime
) -> None:
    number = drafted(services, cast, at=at)
    with pytest.raises(NotFoundError):
        publications.submit(services, cast.qian_qi, number, at=at)


def test_the_emergency_bypass_is_told_on_the_page(services: Services, cast: Cast, at: datetime) -> None:
    number = drafted(services, cast, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at, bypass_reason="汛期安置，须当日公示")
    view = public_view(Area.NOTICES, number, at=at)
    assert view is not None
    assert view.head["bypass_reason"] == "汛期安置，须当日公示"


def test_a_withdrawn_notice_is_gone_in_the_same_instant(services: Services, cast: Cast, at: datetime) -> None:
    number = published(services, cast, at=at)
    outcome = publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误，撤下核对", at=at)
    view = public_view(Area.NOTICES, number, at=at)
    assert outcome.state is RevisionState.WITHDRAWN
    assert view is not None
    assert view.face is Face.WITHDRAWN
    assert list_page(view, 1) == []
    assert view.head == {}


def test_a_withdrawal_happens_once(services: Services, cast: Cast, at: datetime) -> None:
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误，撤下核对", at=at)
    with pytest.raises(ConflictError):
        publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "再撤一次试试", at=at)


def test_at_midnight_after_the_last_day_the_names_are_gone_without_any_job(
    services: Services, cast: Cast, at: datetime
) -> None:
    number = published(services, cast, at=at)
    view = public_view(Area.NOTICES, number, at=at)
    assert view is not None
    assert view.visible_until is not None
    before = public_view(Area.NOTICES, number, at=view.visible_until - timedelta(seconds=1))
    after = public_view(Area.NOTICES, number, at=view.visible_until)
    assert before is not None
    assert before.face is Face.FULL
    assert after is not None
    assert after.face is Face.SEALED
    assert list_page(after, 1) == []
    assert "villages" not in after.head


def test_a_reason_with_a_name_of_the_list_is_refused(services: Services, cast: Cast, at: datetime) -> None:
    rows = people(12)
    number = published(services, cast, at=at, rows=rows)
    with pytest.raises(RefusedError) as refused:
        publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, f"{rows[0][1]}的金额写错了", at=at)
    assert rows[0][1] not in str(refused.value)
    view = public_view(Area.NOTICES, number, at=at)
    assert view is not None
    assert view.face is Face.FULL


def test_nothing_is_published_without_the_offices_hotline(services: Services, cast: Cast, at: datetime) -> None:
    number = drafted(services, cast, at=at)
    with transaction() as session:
        session.get_one(Office, cast.zhang_san.office_id).hotline = ""
    publications.submit(services, cast.zhang_san, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    with pytest.raises(RefusedError, match="监督电话"):
        publications.publish(services, cast.zhao_liu, number, at=at)


def test_a_returned_draft_loses_its_review(services: Services, cast: Cast, at: datetime) -> None:
    number = drafted(services, cast, at=at)
    publications.submit(services, cast.zhang_san, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    publications.return_to_drafter(services, cast.wang_wu, number, "请核对张营村的人数", at=at)
    publications.submit(services, cast.zhang_san, number, at=at)
    with pytest.raises(ConflictError):
        publications.publish(services, cast.zhao_liu, number, at=at)
