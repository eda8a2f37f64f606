"""Twelve at once at one case, each on a connection of its own: it is taken in once, stepped once, and chained whole.

Also what happens when a case cannot be taken in to its end.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from sqlite3 import Connection

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import CaseState, ItemKind, Outcome, ServiceManner
from portal.domain.errors import ConflictError, InvalidError, NotFoundError, StorageFullError
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.cases import Case, CaseEvent, CaseItem, CaseKey
from portal.sealing.query_codes import new_code
from portal.usecases.case_events import broken_at
from portal.usecases.case_sealing import SubmitterOpener, open_key, read_items
from portal.usecases.case_steps import act, act_as_submitter
from portal.usecases.idempotency import Sent, SentTwiceError
from portal.usecases.intake import submit
from portal.usecases.progress_sessions import Submitter, open_progress, submitter_by
from portal.usecases.services import Services
from tests.cast import Cast
from tests.databases import SERVER
from tests.usecases.cases import COMPLAINT, TEXT, Handed, hand_in, submitter_of, take
from tests.usecases.test_races import THREADS, race


def one_wins(done: list[object], failed: list[Exception], loser: type[Exception] = ConflictError) -> None:
    assert (len(done), [type(error) for error in failed]) == (1, [loser] * (THREADS - 1))


def count_of(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def chain_of(number: str) -> list[CaseEvent]:
    db.session.rollback()
    events = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id).where(Case.number == number)
    found = list(db.session.scalars(events.order_by(CaseEvent.seq)))
    assert broken_at(found) is None
    return found


def test_a_form_that_is_sent_twelve_times_at_once_is_one_case_with_one_code(
    app: Flask, session: Session, services: Services, at: datetime
):
    code, sent = new_code(), Sent("a" * 32, "/cases/new/receipt")
    done, failed = race(app, lambda _: submit(services, COMPLAINT, code, at=at, sent=sent))
    one_wins(done, failed, SentTwiceError)
    assert (count_of(Case), count_of(AuditEntry)) == (1, 1)
    assert [event.action for event in chain_of(str(done[0]))] == [Action.SUBMIT]
    token = open_progress(code.digits, "192.0.2.7", at=at, services=services)
    case = session.get_one(Case, submitter_by(token, at=at, services=services).case_id)
    assert case.number == done[0]


def test_a_code_never_opens_two_cases_even_without_a_form(app: Flask, services: Services, at: datetime):
    code = new_code()
    done, failed = race(app, lambda _: submit(services, COMPLAINT, code, at=at))
    assert (len(done), len(failed), count_of(Case), count_of(CaseItem)) == (1, THREADS - 1, 1, 1)


def test_twelve_people_at_once_have_twelve_cases(app: Flask, services: Services, at: datetime):
    done, failed = race(app, lambda _: hand_in(services, at=at).number)
    assert failed == []
    assert len(set(done)) == count_of(Case) == THREADS


@pytest.fixture
def handed(services: Services, at: datetime) -> Handed:
    return hand_in(services, at=at)


def test_of_twelve_dispatchers_one_registers(app: Flask, services: Services, cast: Cast, at: datetime, handed: Handed):
    done, failed = race(app, lambda _: take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at))
    one_wins(done, failed)
    assert [event.action for event in chain_of(handed.number)] == [Action.SUBMIT, Action.REGISTER]


def test_of_accepting_and_declining_at_once_one_happens(
    app: Flask, session: Session, services: Services, cast: Cast, at: datetime, handed: Handed
):
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    declined = Given(ground="not_within_powers", text="不属于民政部门职责", right_body="某局")

    def step(index: int) -> CaseState:
        if index % 2:
            return take(services, cast.zhao_liu, handed.number, Action.ACCEPT, at=at).state
        return act(services, cast.zhao_liu, handed.number, Action.DECLINE, declined, at=at).state

    done, failed = race(app, step)
    one_wins(done, failed)
    session.rollback()
    assert session.scalars(select(Case.state)).one() is done[0]


def test_an_answer_goes_out_once(app: Flask, services: Services, cast: Cast, at: datetime, handed: Handed):
    number, li_si = handed.number, cast.li_si
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.ACCEPT, at=at)
    take(
        services, cast.zhao_liu, number, Action.ASSIGN, at=at, office_id=li_si.office_id, officer_id=li_si.account_id
    )  # fmt: skip
    words = Given(text="经核查，存折已归还。", outcome=Outcome.SUBSTANTIATED, legal_basis="第三十四条")
    act(services, li_si, number, Action.DRAFT_REPLY, words, at=at)
    take(services, cast.wang_wu, number, Action.APPROVE_REPLY, at=at)
    served = Given(served_on=date(2026, 11, 20), served_manner=ServiceManner.ON_THE_PLATFORM)

    one_wins(*race(app, lambda _: act(services, li_si, number, Action.REPLY, served, at=at)))
    db.session.rollback()
    assert len(db.session.scalars(select(CaseItem).where(CaseItem.kind == ItemKind.REPLY)).all()) == 1


def test_what_a_submitter_sends_twelve_times_at_once_is_kept_twelve_times_in_one_chain(
    app: Flask, session: Session, services: Services, at: datetime, handed: Handed
):
    submitter = submitter_of(session, services, handed)
    session.rollback()

    def send(index: int) -> object:
        return act_as_submitter(services, submitter, Action.SUPPLY, Given(text=f"第{index}句"), at=at)

    done, failed = race(app, send)
    assert (len(done), failed) == (THREADS, [])
    assert Counter(event.action for event in chain_of(handed.number))[Action.SUPPLY] == THREADS
    assert texts_of(session, submitter) == {TEXT, *(f"第{index}句" for index in range(THREADS))}


def texts_of(session: Session, submitter: Submitter) -> set[str]:
    case = session.get_one(Case, submitter.case_id)
    key = open_key(session, case, KeyPurpose.CONTENT, [SubmitterOpener(submitter.private)])
    return {item.content["text"] for item in read_items(session, case, key)}


def test_a_submitter_who_supplies_while_an_accused_is_added_can_still_read_everything(
    app: Flask, session: Session, services: Services, cast: Cast, at: datetime, handed: Handed
):
    """Adding an accused seals every piece anew; what comes in meanwhile is sealed under the key that counts then."""
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    submitter = submitter_of(session, services, handed)
    session.rollback()
    accused = Given(accused_account_id=cast.li_si.account_id)

    def step(index: int) -> object:
        if index == 0:
            return act(services, cast.zhao_liu, handed.number, Action.ADD_ACCUSED, accused, at=at)
        return act_as_submitter(services, submitter, Action.SUPPLY, Given(text=f"第{index}句"), at=at)

    done, failed = race(app, step)
    assert (len(done), failed) == (THREADS, [])
    assert texts_of(session, submitter) == {TEXT, *(f"第{index}句" for index in range(1, THREADS))}
    assert set(session.scalars(select(CaseItem.generation))) == {2}
    assert set(session.scalars(select(CaseKey.generation).where(CaseKey.purpose == KeyPurpose.CONTENT))) == {2}


def test_two_cases_are_not_merged_into_one_another(
    app: Flask, session: Session, services: Services, cast: Cast, at: datetime, handed: Handed
):
    pair = (handed.number, hand_in(services, at=at).number)

    def merge(index: int) -> object:
        mine, other = pair[index % 2], pair[1 - index % 2]
        return take(services, cast.zhao_liu, mine, Action.MERGE, at=at, main_number=other, reason="同一事实")

    done, failed = race(app, merge)
    assert len(done) == 1
    assert {type(error) for error in failed} <= {ConflictError, InvalidError}
    session.rollback()
    assert len(session.scalars(select(Case).where(Case.merged_into_id.is_not(None))).all()) == 1


def test_a_withdrawal_counts_once(
    app: Flask, session: Session, services: Services, cast: Cast, at: datetime, handed: Handed
):
    submitter = submitter_of(session, services, handed)
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    session.rollback()
    one_wins(*race(app, lambda _: act_as_submitter(services, submitter, Action.WITHDRAW, Given(), at=at)))


def test_twelve_visits_with_one_code_are_twelve_sessions(app: Flask, services: Services, at: datetime, handed: Handed):
    def visit(_: int) -> str:
        return open_progress(handed.code.digits, "192.0.2.7", at=at, services=services)

    done, failed = race(app, visit)
    assert (len(set(done)), failed) == (THREADS, [])


def test_a_case_is_taken_in_whole_or_not_at_all(services: Services, at: datetime):
    """A place that does not exist fails in the middle of taking in, after the form's key was claimed."""
    nowhere = replace(COMPLAINT, about=replace(COMPLAINT.about, division_code="999999"))
    sent = Sent("b" * 32, "/cases/new/receipt")
    with pytest.raises(NotFoundError):
        submit(services, nowhere, new_code(), at=at, sent=sent)
    assert (count_of(Case), count_of(CaseKey), count_of(AuditEntry)) == (0, 0, 0)
    submit(services, COMPLAINT, new_code(), at=at, sent=sent)
    assert count_of(Case) == 1


@pytest.mark.skipif(bool(SERVER), reason="a limit of SQLite's own")
def test_a_database_without_room_takes_no_half_case_and_says_so(services: Services, at: datetime):
    pages = db.session.execute(text("PRAGMA page_count")).scalar_one()
    db.session.rollback()

    def limit(connection: Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + 40}")

    event.listen(db.engine.pool, "checkout", limit)
    taken: list[str] = []

    def hand_in_many() -> None:
        while len(taken) < 100:
            taken.append(hand_in(services, at=at).number)

    with pytest.raises(StorageFullError):
        hand_in_many()
    assert taken
    assert set(db.session.scalars(select(Case.number))) == set(taken)
    assert count_of(CaseKey) == 4 * len(taken)
    assert count_of(AuditEntry) == len(taken)
