"""Twelve threads do the same thing at once, each on a connection of its own: it happens once."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.domain.errors import ConflictError
from portal.domain.permissions import Actor
from portal.domain.publications import RevisionState, WithdrawalKind
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.duties import DutyStanding
from portal.models.outbox import Job, OutboxRow
from portal.models.publications import Publication, Revision, SealedSnapshot
from portal.usecases import publications
from portal.usecases.duties import keep_duties
from portal.usecases.expiry import seal_list
from portal.usecases.notice_drafts import Correction, correct_text
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.lists import drafted, imported, people, published

THREADS = 12


def race(app: Flask, act: Callable[[int], object]) -> tuple[list[object], list[Exception]]:
    """What the threads got back, and what they were refused with."""
    gate, done, failed = Barrier(THREADS), [], []

    def run(index: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                done.append(act(index))
            except Exception as error:  # noqa: BLE001 - judged by the test
                failed.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(index,)) for index in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done, failed


def _entries(number: str, action: str) -> int:
    db.session.rollback()
    query = select(func.count()).where(AuditEntry.subject == number, AuditEntry.action == action)
    return db.session.execute(query).scalar_one()


@pytest.fixture
def reviewed(services: Services, cast: Cast, at: datetime) -> str:
    number = drafted(services, cast, at=at)
    publications.submit(services, cast.zhang_san, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    return number


def test_twelve_publishers_publish_a_list_once(app: Flask, services: Services, cast: Cast, at: datetime, reviewed: str):
    done, failed = race(app, lambda _: publications.publish(services, cast.zhao_liu, reviewed, at=at))
    assert (len(done), [type(error) for error in failed]) == (1, [ConflictError] * (THREADS - 1))
    assert _entries(reviewed, "publication.publish") == 1
    asked = select(func.count()).select_from(OutboxRow).where(OutboxRow.job == Job.PRINT)
    assert db.session.execute(asked).scalar_one() == 1


def test_twelve_publishers_withdraw_a_list_once(app: Flask, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)

    def withdraw(_: int) -> object:
        return publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误，撤下核对", at=at)

    done, failed = race(app, withdraw)
    assert (len(done), [type(error) for error in failed]) == (1, [ConflictError] * (THREADS - 1))
    assert _entries(number, "publication.withdraw") == 1
    assert db.session.execute(select(func.count()).select_from(SealedSnapshot)).scalar_one() == 1


def test_of_publishing_and_returning_at_once_one_happens(
    app: Flask, services: Services, cast: Cast, at: datetime, reviewed: str
):
    def act(index: int) -> object:
        if index % 2:
            return publications.publish(services, cast.zhao_liu, reviewed, at=at).state
        return publications.return_to_drafter(services, cast.wang_wu, reviewed, "请核对户数后再送", at=at).state

    done, failed = race(app, act)
    assert len(done) == 1
    assert {type(error) for error in failed} == {ConflictError}
    db.session.rollback()
    state = db.session.execute(select(Revision.state)).scalar_one()
    assert state is done[0]
    live = db.session.execute(select(Publication.live_revision_id)).scalar_one()
    assert (live is not None) == (state is RevisionState.PUBLISHED)


def test_twelve_corrections_open_one(app: Flask, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    correction = Correction(number, WithdrawalKind.CORRECTION, "导语写错了月份，现予更正")
    done, failed = race(app, lambda _: correct_text(services, cast.zhang_san, correction, "", at=at))
    assert (len(done), {type(error) for error in failed}) == (1, {ConflictError})


def test_twelve_workers_seal_a_list_once(app: Flask, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    revision = db.session.execute(select(Revision)).scalar_one()
    revision_id, end = revision.id, revision.visible_until
    assert end
    db.session.rollback()
    done, failed = race(app, lambda _: seal_list(services, revision_id, at=end))
    assert (sorted(done), failed) == ([False] * (THREADS - 1) + [True], [])
    assert _entries(number, "publication.expire") == 1


def test_clerks_at_work_at_once_get_numbers_in_a_row(app: Flask, services: Services, cast: Cast, at: datetime):
    clerks: tuple[Actor, ...] = (cast.zhang_san, cast.li_si)

    def hand_in(index: int) -> object:
        return imported(services, clerks[index % 2], people(12, first=12 * index), at=at).number

    numbers, failed = race(app, hand_in)
    assert failed == []
    assert sorted(map(str, numbers)) == [f"GS-2026-{ordinal:06d}" for ordinal in range(1, THREADS + 1)]


def test_twelve_workers_count_the_duties_once(app: Flask, services: Services, at: datetime):
    done, failed = race(app, lambda _: keep_duties(services, at=at))
    assert failed == []
    db.session.rollback()
    rows = db.session.execute(select(func.count()).select_from(DutyStanding)).scalar_one()
    assert sorted(done) == [0] * (THREADS - 1) + [rows]
    noted = select(func.count()).where(AuditEntry.action == "duty.reminded").group_by(AuditEntry.subject)
    assert set(db.session.execute(noted).scalars()) == {1}
