"""隐私撤下: what a submitter asks to be hidden is hidden in the same instant, and a person looks at it within 24 hours."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.cases import CaseKind, Category
from portal.domain.errors import ConflictError
from portal.domain.notices import Waiting
from portal.models.audit import AuditEntry
from portal.models.cases import Case
from portal.models.notices import HiddenRow
from portal.queries.desk_notices import waiting_for
from portal.usecases.row_takedowns import review_hidden_row
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, about, hand_in, replace
from tests.usecases.lists import published


@pytest.fixture
def number(services: Services, cast: Cast, at: datetime) -> str:
    return published(services, cast, at=at)


def ask(services: Services, number: str, row: int | None, *, at: datetime, slow: bool = False) -> None:
    asked = about(
        COMPLAINT, kind=CaseKind.PRIVACY_TAKEDOWN, category=Category.PRIVACY_LEAK, notice_number=number, notice_row=row
    )
    hand_in(services, replace(asked, slow_lane=slow), at=at)


def hidden(session: Session) -> dict[int, HiddenRow]:
    session.rollback()
    return {one.seq: one for one in session.scalars(select(HiddenRow))}


def test_the_row_is_hidden_at_once_and_due_for_review_in_a_day(
    session: Session, services: Services, cast: Cast, number: str, at: datetime
) -> None:
    ask(services, number, 2, at=at)
    row = hidden(session)[2]

    assert (row.hidden_by, row.upheld, row.review_due_at) == (None, None, at + timedelta(hours=24))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "notice.row_hidden")).one()
    assert (entry.account_id, entry.subject, entry.detail) == (None, number, {"row": 2})
    session.rollback()
    assert Waiting.HIDDEN_ROWS in waiting_for(cast.wang_wu, at=at)


def test_a_reviewer_may_put_it_back_and_it_stays_back_however_often_it_is_asked_for(
    session: Session, services: Services, cast: Cast, number: str, at: datetime
) -> None:
    ask(services, number, 2, at=at)
    review_hidden_row(services, cast.wang_wu, number, 2, upheld=False, at=at)
    ask(services, number, 2, at=at)

    assert hidden(session)[2].upheld is False
    with pytest.raises(ConflictError):
        review_hidden_row(services, cast.wang_wu, number, 2, upheld=True, at=at)


def test_nobody_empties_a_list_by_asking_for_row_after_row(
    session: Session, services: Services, number: str, at: datetime
) -> None:
    for row in range(1, 9):
        ask(services, number, row, at=at)
    assert len(hidden(session)) == services.rulebook.policies.most_rows_hidden_as_asked
    assert len(session.scalars(select(Case)).all()) == 8


@pytest.mark.parametrize(("row", "slow"), [(None, False), (9999, False), (2, True)])
def test_without_a_row_or_from_a_program_it_waits_for_the_publisher(
    session: Session, services: Services, number: str, at: datetime, row: int | None, slow: bool
) -> None:
    ask(services, number, row, at=at, slow=slow)
    assert hidden(session) == {}
    assert session.scalars(select(Case.kind)).all() == [CaseKind.PRIVACY_TAKEDOWN]
