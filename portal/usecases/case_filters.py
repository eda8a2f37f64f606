"""Keeping a filter of the inbox under a name, and dropping it; everybody for himself alone.

The log learns that somebody did so, and neither the name nor the choice: those are nobody else's business.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from portal.domain.case_filters import MOST_FILTERS, kept_choice, name_fault, tidy_name
from portal.domain.errors import InvalidError, NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.models.case_filters import CaseFilter
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.usecases import audit
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services


def save_filter(
    services: Services, name: str, values: Mapping[str, str], *, actor: Actor, at: datetime, sent: Sent | None = None
) -> int:
    """Keep a filter under a name; gives the id. InvalidError for a name or a choice that cannot be used, or too many.

    The account is locked meanwhile: of two pages that are sent at once one sees what the other has kept.
    """
    actor.require(Permission.SEE_CASES)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        session.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update())
        names = session.scalars(select(CaseFilter.name).where(CaseFilter.account_id == actor.account_id)).all()
        tidy, choice = tidy_name(name), kept_choice(values)
        _check(services, tidy, choice, names)
        row = CaseFilter(account_id=actor.account_id, name=tidy, choice=choice, created_at=at)
        session.add(row)
        session.flush()
        audit.record(session, actor, "case_filter.saved", f"account:{actor.account_id}", at=at, filter=row.id)
        return row.id


def delete_filter(filter_id: int, *, actor: Actor, at: datetime, sent: Sent | None = None) -> None:
    """Drop one of one's own filters; NotFoundError when there is none of that id, or when it is somebody else's."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        own = (CaseFilter.id == filter_id) & (CaseFilter.account_id == actor.account_id)
        if session.scalar(select(CaseFilter.id).where(own)) is None:
            raise NotFoundError(N_("没有找到这个筛选"))
        session.execute(delete(CaseFilter).where(own))
        audit.record(session, actor, "case_filter.deleted", f"account:{actor.account_id}", at=at, filter=filter_id)


def _check(services: Services, name: str, choice: Mapping[str, str], names: Sequence[str]) -> None:
    if not choice:
        raise InvalidError(N_("还没有选条件：请先在列表上选好再保存"))
    if len(names) >= MOST_FILTERS:
        raise InvalidError(N_("最多保存%(most)d个筛选，请先删去一个"), most=MOST_FILTERS)
    if fault := name_fault(name, names, services.rulebook.disease_words):
        raise InvalidError(N_("请改正标出的内容"), fields={"name": fault})
