"""“There is news”: one neutral mail, sent by the worker, to whoever left an address."""

import smtplib
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.intake import Submission
from portal.models.cases import CaseNews
from portal.usecases.case_news import send_news
from portal.usecases.jobs import run_due
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, TEXT, hand_in, take

ADDRESS = "zheng@example.org"
REACHABLE: Submission = replace(COMPLAINT, contact=replace(COMPLAINT.contact, email=ADDRESS))


def mails(services: Services) -> list[EmailMessage]:
    files = sorted(services.settings.mail.glob("*.eml")) if services.settings.mail.is_dir() else []
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]


def test_a_step_of_staff_sends_one_mail_that_tells_nothing(services: Services, cast: Cast, at: datetime) -> None:
    number = hand_in(services, REACHABLE, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.ACCEPT, at=at)
    take(services, cast.zhao_liu, number, Action.MESSAGE, at=at, text="请补充时间")
    for _ in range(2):
        run_due(services, now=lambda: at)

    (mail,) = mails(services)
    assert mail["To"] == ADDRESS
    for told in (number, TEXT, "请补充时间", "任城区民政局"):
        assert told not in bytes(mail).decode() + mail.get_content()


def test_every_case_gets_its_row_so_that_the_table_does_not_tell_who_left_an_address(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    for submission in (COMPLAINT, REACHABLE):
        number = hand_in(services, submission, at=at).number
        take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
        take(services, cast.zhao_liu, number, Action.ACCEPT, at=at)
    send_news(services, at=at)
    session.rollback()

    assert [row.sent_at for row in session.scalars(select(CaseNews))] == [at, at]
    assert len(mails(services)) == 1


def test_a_mail_that_fails_is_tried_again_and_nothing_is_logged_of_it(
    session: Session, services: Services, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = hand_in(services, REACHABLE, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.ACCEPT, at=at)

    def refuse(*_words: object, **_more: object) -> None:
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    server = replace(services, settings=replace(services.settings, smtp="smtp://mail.example.org:25"))
    assert send_news(server, at=at) == 0
    monkeypatch.undo()

    assert send_news(services, at=at) == 0  # still leased
    assert send_news(services, at=at + timedelta(minutes=6)) == 1
    session.rollback()
