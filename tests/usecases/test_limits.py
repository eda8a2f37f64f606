"""Limits are kept without addresses: under a key of the day that is drawn at random and deleted with its day."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import TooManyError
from portal.domain.limits import Limit
from portal.models.staff import Attempt, LimitKey
from portal.models.transaction import transaction
from portal.usecases.limits import Origin, forget, reserve
from portal.usecases.services import Services

TWICE = Limit("test", timedelta(hours=2), per_subject=2, per_address=9, overall=99)
SOMEBODY = Origin("somebody", "192.0.2.7")


def attempt(services: Services, at: datetime) -> None:
    with transaction() as session:
        reserve(session, TWICE, SOMEBODY, at=at, services=services)


def test_a_window_over_midnight_counts_both_days(services: Services, at: datetime):
    before_midnight = at.replace(hour=15, minute=30)
    attempt(services, before_midnight)
    attempt(services, before_midnight + timedelta(hours=1))
    with pytest.raises(TooManyError):
        attempt(services, before_midnight + timedelta(hours=1, minutes=1))


def test_the_same_address_stands_under_another_hash_each_day(services: Services, session: Session, at: datetime):
    attempt(services, at)
    attempt(services, at + timedelta(days=1))
    hashes = list(session.scalars(select(Attempt.address_key)))
    assert len(set(hashes)) == 2


def test_the_key_of_a_day_is_gone_two_days_later(services: Services, session: Session, at: datetime):
    attempt(services, at)
    first = session.scalars(select(LimitKey.key).order_by(LimitKey.day)).all()[-1]
    with transaction() as writing:
        forget(writing, at=at + timedelta(days=2))
    assert first not in session.scalars(select(LimitKey.key)).all()
