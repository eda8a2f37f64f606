"""Delegations for tests: somebody is away from today on and another one stands in."""

from datetime import datetime, timedelta

from portal.domain.delegations import AbsenceReason, Period
from portal.domain.instants import shanghai_date
from portal.domain.permissions import Actor
from portal.usecases.delegations import NewDelegation, name_deputy


def stand_in(
    absent: Actor, deputy: Actor, *, at: datetime, by: Actor | None = None, days: int = 7, after: int = 0
) -> int:
    """Name a substitute for some days, by the absent person's own hand unless somebody else is given."""
    first = shanghai_date(at) + timedelta(days=after)
    period = Period(first, first + timedelta(days=days - 1))
    new = NewDelegation(absent.account_id, deputy.account_id, period, AbsenceReason.LEAVE)
    return name_deputy(new, actor=by or absent, at=at)
