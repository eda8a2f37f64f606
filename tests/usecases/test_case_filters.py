"""Saved filters of the inbox: kept for one person, of known values alone, so many and no more."""

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.case_filters import KEPT, LONGEST_NAME, MOST_FILTERS
from portal.domain.errors import InvalidError, NotAllowedError, NotFoundError
from portal.models.audit import AuditEntry
from portal.models.case_filters import CaseFilter
from portal.models.staff import Account, AccountRole, StaffSession
from portal.models.transaction import transaction
from portal.queries.case_filters import saved_filters
from portal.usecases.case_filters import delete_filter, save_filter
from portal.usecases.idempotency import Sent, SentTwiceError
from portal.usecases.services import Services
from portal.usecases.staff import NewAccount, add_account
from portal.web.forms.cases import FILTERS
from tests.cast import Cast
from tests.usecases.test_races import race

LATE = {"kind": "complaint", "due": "overdue", "mine": "1"}


def names_of(cast: Cast, who: str) -> list[str]:
    return [one.name for one in saved_filters(getattr(cast, who))]


def test_a_filter_is_kept_under_its_name_for_the_person_alone(services: Services, cast: Cast, at: datetime) -> None:
    save_filter(services, "  我办的　超期件 ", LATE, actor=cast.li_si, at=at)
    (kept,) = saved_filters(cast.li_si)
    assert (kept.name, dict(kept.choice)) == ("我办的 超期件", LATE)
    assert saved_filters(cast.wang_wu) == ()
    assert save_filter(services, "我办的 超期件", LATE, actor=cast.wang_wu, at=at) != kept.id


def test_every_choice_of_the_form_is_kept_but_the_number() -> None:
    assert set(KEPT) == FILTERS - {"number"}


def test_of_a_case_and_of_what_means_nothing_nothing_is_kept(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    typed = LATE | {"number": "SQ-2026-123456", "after": "t0n1", "state": "<b>", "office": "1 OR 1=1", "ended": "2"}
    save_filter(services, "超期", typed, actor=cast.li_si, at=at)
    assert session.scalars(select(CaseFilter.choice)).all() == [LATE]
    with pytest.raises(InvalidError, match="还没有选条件"):
        save_filter(services, "一件", {"number": "SQ-2026-123456"}, actor=cast.li_si, at=at)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "请填写名称"),
        (" \u3000", "请填写名称"),
        ("长" * (LONGEST_NAME + 1), "最多30个字"),
        ("11010519491231002X", "身份证号"),
        ("打 13812345678", "电话号码"),
        ("１３８１２３４５６７８", "电话号码"),
        ("打0537-2345678", "电话号码"),
        ("sq-2026-123456", "编号"),
        ("ＳＱ－２０２６－１２３４５６的", "编号"),
        ("已有的", "已经有一个"),
        (" 已有的 ", "已经有一个"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_used_is_refused_beside_its_field(
    services: Services, cast: Cast, at: datetime, name: str, said: str
) -> None:
    save_filter(services, "已有的", LATE, actor=cast.li_si, at=at)
    with pytest.raises(InvalidError) as refused:
        save_filter(services, name, LATE, actor=cast.li_si, at=at)
    assert said in str(refused.value.fields["name"])
    assert names_of(cast, "li_si") == ["已有的"]


def test_a_thirteenth_filter_is_refused_until_one_is_dropped(services: Services, cast: Cast, at: datetime) -> None:
    kept = [save_filter(services, f"筛选{n}", LATE, actor=cast.li_si, at=at) for n in range(MOST_FILTERS)]
    with pytest.raises(InvalidError, match="最多保存12个"):
        save_filter(services, "再一个", LATE, actor=cast.li_si, at=at)
    save_filter(services, "再一个", LATE, actor=cast.wang_wu, at=at)
    delete_filter(kept[0], actor=cast.li_si, at=at)
    save_filter(services, "再一个", LATE, actor=cast.li_si, at=at)
    assert len(saved_filters(cast.li_si)) == MOST_FILTERS


def test_somebody_elses_filter_is_as_if_it_did_not_exist(services: Services, cast: Cast, at: datetime) -> None:
    own = save_filter(services, "超期", LATE, actor=cast.li_si, at=at)
    with pytest.raises(NotFoundError):
        delete_filter(own, actor=cast.wang_wu, at=at)
    assert names_of(cast, "li_si") == ["超期"]
    delete_filter(own, actor=cast.li_si, at=at)
    with pytest.raises(NotFoundError):
        delete_filter(own, actor=cast.li_si, at=at)


def test_a_form_that_is_sent_twice_acts_once(services: Services, cast: Cast, at: datetime) -> None:
    sent = Sent("a-key", "/desk/cases/filters/")
    own = save_filter(services, "超期", LATE, actor=cast.li_si, at=at, sent=sent)
    with pytest.raises(SentTwiceError):
        save_filter(services, "超期", LATE, actor=cast.li_si, at=at, sent=sent)
    gone = replace(sent, key="another")
    delete_filter(own, actor=cast.li_si, at=at, sent=gone)
    with pytest.raises(SentTwiceError):
        delete_filter(own, actor=cast.li_si, at=at, sent=gone)


def test_the_log_knows_that_somebody_did_so_and_neither_name_nor_choice(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    own = save_filter(services, "超期", LATE, actor=cast.li_si, at=at)
    delete_filter(own, actor=cast.li_si, at=at)
    told = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("case_filter."))).all()
    assert [one.action for one in told] == ["case_filter.saved", "case_filter.deleted"]
    assert {(one.subject, one.account_id) for one in told} == {
        (f"account:{cast.li_si.account_id}", cast.li_si.account_id)
    }
    assert [one.detail for one in told] == [{"filter": own}] * 2


def test_whoever_sees_no_cases_keeps_no_filter_of_them(services: Services, cast: Cast, at: datetime) -> None:
    with pytest.raises(NotAllowedError):
        save_filter(services, "超期", LATE, actor=cast.zhang_san, at=at)


def test_a_value_that_has_lost_its_meaning_is_left_out_when_the_filter_is_read(
    services: Services, cast: Cast, at: datetime
) -> None:
    own = save_filter(services, "超期", LATE, actor=cast.li_si, at=at)
    with transaction() as writing:
        writing.get_one(CaseFilter, own).choice = LATE | {"kind": "of_former_times"}
    assert dict(saved_filters(cast.li_si)[0].choice) == {"due": "overdue", "mine": "1"}


def test_the_filters_of_an_account_go_with_it(services: Services, session: Session, cast: Cast, at: datetime) -> None:
    new = NewAccount("xin_ren", "新人", cast.li_si.office_id, cast.li_si.roles)
    add_account(new, actor=None, at=at)
    his = session.scalars(select(Account.id).where(Account.username == "xin_ren")).one()
    save_filter(services, "超期", LATE, actor=cast.li_si, at=at)
    with transaction() as writing:
        writing.add(CaseFilter(account_id=his, name="超期", choice=LATE, created_at=at))
    with transaction() as writing:
        for table in (AccountRole, StaffSession):
            writing.execute(delete(table).where(table.account_id == his))
        writing.execute(delete(Account).where(Account.id == his))
    assert session.scalars(select(CaseFilter.account_id)).all() == [cast.li_si.account_id]


def test_many_pages_sent_at_once_keep_no_more_than_twelve_and_a_name_once(
    app: Flask, services: Services, cast: Cast, at: datetime
) -> None:
    for number in range(MOST_FILTERS - 2):
        save_filter(services, f"筛选{number}", LATE, actor=cast.li_si, at=at)
    for name in ("同名", "另一个{}"):
        done, failed = race(
            app, lambda n, name=name: save_filter(services, name.format(n), LATE, actor=cast.li_si, at=at)
        )
        assert len(done) == 1
        assert {type(error) for error in failed} == {InvalidError}
    assert len(saved_filters(cast.li_si)) == MOST_FILTERS
