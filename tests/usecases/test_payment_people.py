"""What is kept of people who were paid or whose aid has ended: hashes, as long as the table of retention says."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.domain.retention import first_month_kept
from portal.models.notices import NoticeRow
from portal.models.payments import PaymentPerson, TerminatedPerson
from portal.usecases import publications
from portal.usecases.expiry import due_for_sealing, purge, seal_list
from portal.usecases.notice_imports import ImportOrder, Upload, import_notice
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.lists import identity, make_public
from tests.usecases.payments import drafted, imported, paid, publish, roster

LATER = timedelta(days=60)
OCTOBER = roster(title="许庄街道2026年10月分散供养特困人员基本生活费发放花名册")


@pytest.fixture
def ended(services: Services, cast: Cast, at: datetime) -> str:
    """A public list of September in which the person of the roster's second row stands."""
    text = f"姓名,身份证号,村居\n王桂兰,{identity(2)},甄庄村\n"
    order = ImportOrder(
        NoticeKind.TERMINATION, Program.EXTREME_POVERTY_SUPPORT, "370811002", month=date(2026, 9, 1)
    )  # fmt: skip
    outcome = import_notice(services, cast.zhang_san, Upload("名单.csv", text.encode()), order, at=at)
    assert outcome.number is not None, outcome.problems
    return make_public(services, cast, outcome.number, at=at)


def seal_everything(services: Services, at: datetime) -> None:
    assert all(seal_list(services, revision, at=at) for revision in due_for_sealing(at))


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_whoever_is_paid_after_his_aid_has_ended_is_told_while_the_list_is_public(services, cast, ended, at: datetime):
    outcome = imported(services, cast.zhang_san, OCTOBER, at=at)
    assert [(one.cell, one.message.params) for one in outcome.warnings] == [("C5", {"number": ended})]
    assert outcome.number is not None


def test_he_is_told_as_well_when_the_list_is_sealed_and_its_rows_are_gone(
    services: Services, cast: Cast, session: Session, ended: str, at: datetime
):
    seal_everything(services, at + LATER)
    assert count(session, NoticeRow) == 0
    (kept,) = session.scalars(select(TerminatedPerson)).all()
    assert len(kept.person_hash) == 16
    outcome = imported(services, cast.zhang_san, OCTOBER, at=at + LATER)
    assert [(one.cell, one.message.params) for one in outcome.warnings] == [("C5", {"number": ended})]
    september = roster(title="许庄街道2026年9月分散供养特困人员基本生活费发放花名册")
    assert imported(services, cast.zhang_san, september, at=at + LATER, month=None).warnings == ()


def test_a_sealed_list_that_is_withdrawn_says_nothing_any_more(services: Services, cast: Cast, ended, at: datetime):
    seal_everything(services, at + LATER)
    publications.withdraw(services, cast.zhao_liu, ended, WithdrawalKind.ERROR, "名单有误", at=at + LATER)
    assert imported(services, cast.zhang_san, OCTOBER, at=at + LATER).warnings == ()


def test_whoever_is_paid_low_income_and_extreme_poverty_money_of_one_month_is_told(services, cast: Cast, at: datetime):
    number = drafted(services, cast, OCTOBER, at=at)
    low = roster(paid((("航运新村", 12),)), first=24)
    outcome = imported(services, cast.zhang_san, low, at=at)
    assert [(one.cell, one.message.params) for one in outcome.warnings] == [
        ("C4", {"number": number, "program": "特困"})
    ]
    assert outcome.batch is not None
    assert identity(25) not in str(outcome.warnings)
    care = roster(title="许庄街道2026年10月农村低保价格补贴发放花名册")
    assert imported(services, cast.zhang_san, care, at=at).warnings == ()
    september = roster(title="许庄街道2026年9月农村低保金发放花名册")
    assert imported(services, cast.zhang_san, september, at=at, month=None).warnings == ()


def test_both_kinds_of_hashes_die_on_the_months_of_the_table(
    services: Services, cast: Cast, session: Session, ended: str, at: datetime
):
    seal_everything(services, at + LATER)
    publish(services, cast, drafted(services, cast, at=at), at=at)
    kept = replace(services.rulebook.retention, payment_people_months=3, terminated_people_months=5)
    short = replace(services, rulebook=replace(services.rulebook, retention=kept))

    def left_on(day: datetime) -> tuple[int, int]:
        purge(short, at=day)
        return count(session, PaymentPerson), count(session, TerminatedPerson)

    assert left_on(at.replace(year=2027, month=1, day=31)) == (25, 1)
    assert left_on(at.replace(year=2027, month=2, day=1)) == (0, 1)
    assert left_on(at.replace(year=2027, month=3, day=1)) == (0, 0)
    assert purge(short, at=at.replace(year=2027, month=3, day=1)) == 0


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2027, 1, 31), 3, date(2026, 10, 1)),
        (date(2027, 2, 1), 3, date(2026, 11, 1)),
        (date(2027, 1, 1), 12, date(2026, 1, 1)),
    ],
)
def test_a_month_is_kept_for_so_many_months_after_its_end(today: date, months: int, first: date):
    assert first_month_kept(today, months) == first
