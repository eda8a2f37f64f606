"""Telling a submitter who left an e-mail address that there is news: the address is opened by the worker, only to send.

Every case gets its row, whether an address was left or not, so that the table tells nothing about who left one.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.mailing.postman import NotSentError, neutral_mail, send
from portal.models.base import db
from portal.models.cases import Case, CaseContact, CaseEvent, CaseNews
from portal.models.transaction import transaction
from portal.usecases.case_identities import open_notify
from portal.usecases.services import Services

NEWS = frozenset(
    {Action.ACCEPT, Action.DECLINE, Action.ASK_FOR_MORE, Action.MESSAGE, Action.APPROVE_EXTENSION, Action.REPLY}
    | {Action.FORWARD_OUTSIDE, Action.TRANSFER, Action.REEXAMINE, Action.REVIEW_FINALLY, Action.REOPEN, Action.SEPARATE}
    | {Action.OPEN_IDENTITY}
)
"""Steps of staff that the submitter wants to hear of."""

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 6
KEEP = timedelta(days=7)


def note_news(session: Session, case: Case, action: Action, *, at: datetime) -> None:
    """Ask for a mail within the transaction of a step that the submitter should learn of."""
    if action in NEWS:
        add_news(session, case, at=at)


def add_news(session: Session, case: Case, *, at: datetime) -> None:
    """Ask for one mail; a mail that still waits is enough for several pieces of news.

    Who has taken a tip-off back reads nothing any more, and a mail would tell that its handling goes on.
    """
    ended = select(CaseEvent.id).where(CaseEvent.case_id == case.id, CaseEvent.action == Action.END_CONTACT)
    if session.scalar(ended.limit(1)) is not None:
        return
    waiting = select(CaseNews.id).where(CaseNews.case_id == case.id, CaseNews.sent_at.is_(None))
    if session.scalar(waiting) is None:
        session.add(CaseNews(case_id=case.id, due_at=at, attempts=0))


def send_news(services: Services, *, at: datetime) -> int:
    """Send what is due; gives how many mails went out. A mail that cannot be sent is tried again later."""
    sent = 0
    for news_id, case_id in _leased(at):
        sent += _send(services, news_id, case_id, at=at)
    with transaction() as session:
        session.execute(delete(CaseNews).where(CaseNews.sent_at < at - KEEP))
    return sent


def _leased(at: datetime) -> tuple[tuple[int, int], ...]:
    due = select(CaseNews.id, CaseNews.case_id).where(
        CaseNews.sent_at.is_(None),
        CaseNews.due_at <= at,
        CaseNews.attempts < MOST_ATTEMPTS,
        or_(CaseNews.leased_until.is_(None), CaseNews.leased_until <= at),
    )
    with transaction() as session:
        rows = session.execute(due.limit(200).with_for_update()).all()
        ids = [row.id for row in rows]
        session.execute(
            update(CaseNews)
            .where(CaseNews.id.in_(ids))
            .values(leased_until=at + LEASE, attempts=CaseNews.attempts + 1)
            .execution_options(synchronize_session=False)
        )
    return tuple((row.id, row.case_id) for row in rows)


def _send(services: Services, news_id: int, case_id: int, *, at: datetime) -> bool:
    contact = db.session().get_one(CaseContact, case_id)
    address = open_notify(services.keyring, case_id, contact.notify)
    db.session.rollback()  # no read transaction stays open while a mail server is asked
    settings = services.settings
    try:
        if address:
            send(neutral_mail(address, settings.mail_from, at=at), settings.smtp, settings.mail)
    except NotSentError:
        return False
    with transaction() as session:
        session.execute(update(CaseNews).where(CaseNews.id == news_id).values(sent_at=at, leased_until=None))
    return bool(address)
